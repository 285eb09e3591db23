//! Batches: up to [`BATCH_ROWS`] rows as columns, one for each slot that is live.

use std::sync::Arc;

use super::column::Column;
use crate::error::Result;
use crate::semantics::bound::Slot;
use crate::value::Value;

/// So many rows an operator hands on at most, where it can choose.
pub const BATCH_ROWS: usize = 1024;

/// A batch of values that may be large, such as paths, ends once they take so many bytes.
pub(super) const BATCH_BYTES: usize = 1 << 20;

/// Where rows are only counted, so many are handed on at once.
pub(super) const COUNTED_ROWS: usize = 1 << 20;

/// Some rows. Columns are shared: cloning a batch copies no cell.
#[derive(Clone, Debug)]
pub struct Batch {
    len: usize,
    columns: Vec<Option<Arc<Column>>>,
}

impl Batch {
    /// Creates a batch of `len` rows without columns, in a statement of `slots` slots.
    #[must_use]
    pub fn new(len: usize, slots: usize) -> Self {
        Self {
            len,
            columns: vec![None; slots],
        }
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of slots of the statement.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.columns.len()
    }

    /// Returns the column of a slot, if it is carried.
    #[must_use]
    pub fn column(&self, slot: Slot) -> Option<&Arc<Column>> {
        self.columns.get(slot.0 as usize)?.as_ref()
    }

    /// Returns one cell; null where the slot is not carried.
    #[must_use]
    pub fn value(&self, slot: Slot, row: usize) -> Value {
        self.column(slot)
            .map_or(Value::Null, |column| column.value(row))
    }

    /// Sets the column of a slot; it has as many rows as the batch.
    pub fn set(&mut self, slot: Slot, column: Arc<Column>) {
        debug_assert_eq!(column.len(), self.len);
        let index = slot.0 as usize;
        if self.columns.len() <= index {
            self.columns.resize(index + 1, None);
        }
        self.columns[index] = Some(column);
    }

    /// Sets a column that holds one value in all rows.
    pub fn set_constant(&mut self, slot: Slot, value: Value) {
        self.set(slot, Arc::new(Column::Const(value, self.len)));
    }

    /// Returns the slots that are carried.
    pub fn carried(&self) -> impl Iterator<Item = Slot> {
        (0u32..)
            .zip(&self.columns)
            .filter(|(_, column)| column.is_some())
            .map(|(slot, _)| Slot(slot))
    }

    /// Returns the chosen rows in the given order, with the columns of `slots` that are carried.
    #[must_use]
    pub fn gather(&self, rows: &[u32], slots: &[Slot]) -> Self {
        let mut out = Self::new(rows.len(), self.slots());
        for &slot in slots {
            if let Some(column) = self.column(slot) {
                out.set(slot, Arc::new(column.gather(rows)));
            }
        }
        out
    }

    /// Returns the same rows with only the columns of `slots`.
    #[must_use]
    pub fn keep(&self, slots: &[Slot]) -> Self {
        let mut out = Self::new(self.len, self.slots());
        for &slot in slots {
            if let Some(column) = self.column(slot) {
                out.set(slot, Arc::clone(column));
            }
        }
        out
    }

    /// Returns `len` rows from `start` on.
    #[must_use]
    pub fn slice(&self, start: usize, len: usize) -> Self {
        let end = (start + len).min(self.len);
        let start = start.min(end);
        let mut out = Self::new(end - start, self.slots());
        for slot in self.carried() {
            if let Some(column) = self.column(slot) {
                out.set(slot, Arc::new(column.slice(start, end - start)));
            }
        }
        out
    }

    /// Returns the rows of all batches, one after another. A slot that one of them lacks is null
    /// there.
    pub fn concat(batches: &[Self], pulse: &dyn Fn() -> Result<()>) -> Result<Self> {
        if let [only] = batches {
            return Ok(only.clone());
        }
        let len = batches.iter().map(Self::len).sum();
        let width = batches.iter().map(Self::slots).max().unwrap_or(0);
        let mut out = Self::new(len, width);
        for slot in (0u32..).take(width).map(Slot) {
            if batches.iter().all(|batch| batch.column(slot).is_none()) {
                continue;
            }
            let parts: Vec<Arc<Column>> = batches
                .iter()
                .map(|batch| {
                    batch
                        .column(slot)
                        .map_or_else(|| Arc::new(Column::nulls(batch.len)), Arc::clone)
                })
                .collect();
            out.set(slot, Arc::new(Column::concat(&parts, pulse)?));
        }
        Ok(out)
    }

    /// Returns about how many bytes the cells take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let cells: usize = self.columns.iter().flatten().map(|c| c.bytes()).sum();
        cells + self.columns.len() * size_of::<Option<Arc<Column>>>()
    }
}

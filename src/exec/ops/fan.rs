//! What operators share that make several rows of one.

use std::sync::Arc;

use super::row_number;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::semantics::bound::Slot;

/// Collects new rows: for each the number of the input row that it continues.
#[derive(Debug, Default)]
pub(super) struct Fan {
    rows: Vec<u32>,
}

impl Fan {
    pub(super) fn push(&mut self, row: usize) {
        self.rows.push(row_number(row));
    }

    /// Adds the same row so many times.
    pub(super) fn repeat(&mut self, row: usize, times: usize) {
        self.rows
            .extend(std::iter::repeat_n(row_number(row), times));
    }

    /// Returns how many rows fit until a batch is full.
    pub(super) fn room(&self) -> usize {
        BATCH_ROWS.saturating_sub(self.rows.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= BATCH_ROWS
    }

    /// Returns the numbers of the input rows.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Returns the collected rows with the live columns of the input and the new ones.
    pub(super) fn finish(
        &mut self,
        input: &Batch,
        live: &[Slot],
        new: impl IntoIterator<Item = (Slot, Column)>,
    ) -> Batch {
        let rows = std::mem::take(&mut self.rows);
        let mut out = gather_run(input, &rows, live);
        for (slot, column) in new {
            if live.binary_search(&slot).is_ok() {
                out.set(slot, Arc::new(column));
            }
        }
        out
    }
}

/// Gathers rows; where all of them are one row, as constants, so that what is computed from them
/// alone is computed once.
fn gather_run(input: &Batch, rows: &[u32], live: &[Slot]) -> Batch {
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else {
        return input.gather(rows, live);
    };
    if first != last || rows.iter().any(|&row| row != first) {
        return input.gather(rows, live);
    }
    let mut out = Batch::new(rows.len(), input.slots());
    for &slot in live {
        let Some(column) = input.column(slot) else {
            continue;
        };
        let repeated = match &**column {
            // Typed columns of entities keep their type: property look-ups depend on it.
            Column::Node(_) | Column::Rel(_) | Column::Str(..) => column.gather(rows),
            other => Column::Const(other.value(first as usize), rows.len()),
        };
        out.set(slot, Arc::new(repeated));
    }
    out
}

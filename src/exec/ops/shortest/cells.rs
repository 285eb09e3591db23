//! The rows that `ShortestPath` makes of paths.

use std::sync::Arc;

use super::Shape;
use crate::error::Result;
use crate::exec::batch::{BATCH_BYTES, Batch, COUNTED_ROWS};
use crate::exec::column::{Column, value_bytes};
use crate::exec::ops::Rows;
use crate::exec::ops::fan::Fan;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;
use crate::value::{Path, Value};

/// The new columns of a batch that is being made, those that are read above.
pub(super) struct Cells {
    lists: Option<(Slot, Vec<Value>)>,
    /// What stands for the relationship where paths have just one.
    singles: Option<(Slot, Vec<Value>)>,
    paths: Option<(Slot, Vec<Value>)>,
    fan: Fan,
    /// How many rows there would be, where they are only counted.
    counted: Option<usize>,
    bytes: usize,
}

impl Cells {
    pub(super) fn new(shape: Shape<'_>, live: &[Slot], rows: Rows) -> Self {
        let wanted = |slot: &Slot| live.binary_search(slot).is_ok() && rows != Rows::Counted;
        Self {
            lists: Some(shape.step.rel)
                .filter(wanted)
                .map(|slot| (slot, Vec::new())),
            singles: Some(shape.each_rel)
                .filter(wanted)
                .map(|slot| (slot, Vec::new())),
            paths: shape.path.filter(wanted).map(|slot| (slot, Vec::new())),
            fan: Fan::default(),
            counted: (rows == Rows::Counted).then_some(0),
            bytes: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.fan.is_full()
            || self.bytes >= BATCH_BYTES
            || self.counted.is_some_and(|count| count >= COUNTED_ROWS)
    }

    pub(super) fn push(&mut self, row: usize, path: Path, run: &mut Run<'_>) -> Result<()> {
        if let Some(count) = &mut self.counted {
            *count += 1;
            return run.step();
        }
        self.fan.push(row);
        let before = self.bytes;
        if let Some((_, lists)) = &mut self.lists {
            let list = rels_value(&path);
            self.bytes += value_bytes(&list);
            lists.push(list);
        }
        if let Some((_, singles)) = &mut self.singles {
            singles.push(last_rel(&path));
        }
        if let Some((_, paths)) = &mut self.paths {
            let path = Value::Path(Arc::new(path));
            self.bytes += value_bytes(&path);
            paths.push(path);
        }
        run.work(self.bytes - before)
    }

    pub(super) fn finish(mut self, batch: &Batch, live: &[Slot]) -> Batch {
        if let Some(count) = self.counted {
            return Batch::new(count, batch.slots());
        }
        let new = [self.lists, self.singles, self.paths];
        let new = new.into_iter().flatten();
        let new = new.map(|(slot, cells)| (slot, Column::Values(cells)));
        self.fan.finish(batch, live, new)
    }
}

/// Turns a path round where the pattern was walked from its right end.
pub(super) fn as_written(mut path: Path, reversed: bool) -> Path {
    if reversed {
        path.nodes.reverse();
        path.rels.reverse();
    }
    path
}

/// Returns what stands for the relationship where a path has just one.
pub(super) fn last_rel(path: &Path) -> Value {
    path.rels.last().map_or(Value::Null, |rel| Value::Rel(*rel))
}

pub(super) fn rels_value(path: &Path) -> Value {
    Value::list(path.rels.iter().map(|rel| Value::Rel(*rel)))
}

//! The rows that are made of paths.

use super::PathSearch;
use super::decode::{Decoder, FreeEnd, Output};
use crate::error::Result;
use crate::exec::batch::{BATCH_BYTES, Batch, COUNTED_ROWS};
use crate::exec::column::{Column, value_bytes};
use crate::exec::ops::Rows;
use crate::exec::ops::fan::Fan;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;
use crate::semantics::path::Selector;
use crate::value::Value;

/// Rows that are being made, or how many there would be.
pub(super) struct Cells {
    fan: Fan,
    outputs: Vec<Output>,
    columns: Vec<Vec<Value>>,
    end: FreeEnd,
    bytes: usize,
    counted: Option<usize>,
}

impl PathSearch<'_> {
    pub(super) fn cells(&self) -> Cells {
        let counted = self.rows == Rows::Counted;
        let outputs = if counted {
            Vec::new()
        } else {
            Output::of(self.search, self.free_end(), self.site.live)
        };
        Cells {
            fan: Fan::default(),
            columns: vec![Vec::new(); outputs.len()],
            outputs,
            end: if matches!(self.search.selector, Selector::All) {
                FreeEnd::Last
            } else {
                FreeEnd::First
            },
            bytes: 0,
            counted: counted.then_some(0),
        }
    }
}

impl Cells {
    pub(super) fn is_full(&self, rows: usize) -> bool {
        self.fan.rows().len() >= rows
            || self.bytes >= BATCH_BYTES
            || self.counted.is_some_and(|count| count >= COUNTED_ROWS)
    }

    /// Adds a path of a row.
    pub(super) fn push(
        &mut self,
        row: usize,
        decoder: Decoder<'_, '_>,
        run: &mut Run<'_>,
    ) -> Result<()> {
        if let Some(count) = &mut self.counted {
            *count += 1;
            return run.step();
        }
        self.fan.push(row);
        let before = self.bytes;
        for (column, output) in self.columns.iter_mut().zip(&self.outputs) {
            let value = output.value(decoder, self.end);
            self.bytes += value_bytes(&value);
            column.push(value);
        }
        run.work(self.bytes - before)
    }

    pub(super) fn finish(mut self, batch: &Batch, live: &[Slot]) -> Batch {
        if let Some(count) = self.counted {
            return Batch::new(count, batch.slots());
        }
        let columns = self.columns.into_iter().map(Column::from_values);
        let new = self.outputs.iter().map(|output| output.slot()).zip(columns);
        self.fan.finish(batch, live, new)
    }
}

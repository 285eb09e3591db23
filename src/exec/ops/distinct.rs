//! `Distinct`. Cost: one look-up a row; holds one key for each row that comes out.

use std::sync::Arc;

use super::keys::Groups;
use super::{Operate, Source, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;

/// The first of the rows that agree in some slots.
pub(super) struct Distinct<'p> {
    input: Source<'p>,
    slots: &'p [Slot],
    live: &'p [Slot],
    seen: Groups,
    held: usize,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Source<'p>, slots: &'p [Slot], live: &'p [Slot]) -> Self {
        Self {
            input,
            slots,
            live,
            seen: Groups::new(slots.len()),
            held: 0,
        }
    }
}

/// Returns the first row of each group that is new.
pub(super) fn first_rows(seen: &mut Groups, columns: &[Arc<Column>], rows: usize) -> Vec<u32> {
    let mut next = row_number(seen.len());
    let numbers = seen.assign(columns, rows);
    let mut fresh = Vec::new();
    for (row, number) in numbers.into_iter().enumerate() {
        if number == next {
            next += 1;
            fresh.push(row_number(row));
        }
    }
    fresh
}

/// Returns the columns of some slots.
pub(super) fn columns_of(batch: &Batch, slots: &[Slot]) -> Vec<Arc<Column>> {
    slots
        .iter()
        .map(|&slot| {
            batch
                .column(slot)
                .map_or_else(|| Arc::new(Column::nulls(batch.len())), Arc::clone)
        })
        .collect()
}

impl Operate for Distinct<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        loop {
            run.ctx.pulse()?;
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            let columns = columns_of(&batch, self.slots);
            let fresh = first_rows(&mut self.seen, &columns, batch.len());
            let bytes = self.seen.bytes();
            run.ctx.hold(bytes.saturating_sub(self.held))?;
            self.held = bytes;
            if fresh.len() == batch.len() {
                return Ok(Some(batch.keep(self.live)));
            }
            if !fresh.is_empty() {
                return Ok(Some(batch.gather(&fresh, self.live)));
            }
        }
    }
}

//! `Set`: `SET` and `REMOVE`. Eager.

use super::eager::{Stored, drain};
use super::write::set_all;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::{SetItem, Slot};

/// Changes properties and labels, row after row; all rows come out.
pub(super) struct Set<'p> {
    input: Source<'p>,
    items: &'p [SetItem],
    live: &'p [Slot],
    stored: Stored,
}

impl<'p> Set<'p> {
    pub(super) fn new(input: Source<'p>, items: &'p [SetItem], live: &'p [Slot]) -> Self {
        Self {
            input,
            items,
            live,
            stored: Stored::default(),
        }
    }
}

impl Operate for Set<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = drain(&mut self.input, run)?;
            for batch in &batches {
                set_all(self.items, batch, run)?;
            }
            self.stored
                .fill(batches.iter().map(|batch| batch.keep(self.live)).collect());
        }
        Ok(self.stored.next(run))
    }
}

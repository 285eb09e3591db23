//! `SingleRow` and `Argument`: the rows that a plan starts from.

use super::Operate;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;

/// Hands the driving rows out once.
pub(super) struct Argument(Option<Batch>);

impl Argument {
    pub(super) fn new(rows: &Batch, live: &[Slot]) -> Self {
        Self(Some(rows.keep(live)))
    }
}

impl Operate for Argument {
    fn next(&mut self, _run: &mut Run<'_>) -> Result<Option<Batch>> {
        Ok(self.0.take())
    }
}

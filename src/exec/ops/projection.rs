//! `Projection`.

use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};

/// New columns beside those that stay live.
pub(super) struct Projection<'p> {
    input: Source<'p>,
    items: &'p [(Slot, Expr)],
    live: &'p [Slot],
}

impl<'p> Projection<'p> {
    pub(super) fn new(input: Source<'p>, items: &'p [(Slot, Expr)], live: &'p [Slot]) -> Self {
        Self { input, items, live }
    }
}

impl Operate for Projection<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let mut out = batch.keep(self.live);
        for (slot, expr) in self.items {
            // An item that nobody reads may still fail.
            let column = run.eval(expr, &batch)?;
            if self.live.binary_search(slot).is_ok() {
                out.set(*slot, column);
            }
        }
        Ok(Some(out))
    }
}

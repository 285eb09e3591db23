//! `Foreach`. Eager.

use super::eager::{Stored, drain};
use super::write::mismatch;
use super::{Driven, Operate, Rows, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::plan::physical::Inner;
use crate::semantics::bound::{Expr, Slot};
use crate::value::Value;

/// Runs updating clauses once for each element of a list; each input row comes out once.
pub(super) struct Foreach<'p> {
    input: Source<'p>,
    list: &'p Expr,
    slot: Slot,
    inner: &'p Inner,
    live: &'p [Slot],
    stored: Stored,
}

impl<'p> Foreach<'p> {
    pub(super) fn new(
        input: Source<'p>,
        (list, slot): (&'p Expr, Slot),
        inner: &'p Inner,
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            list,
            slot,
            inner,
            live,
            stored: Stored::default(),
        }
    }

    fn run_row(&self, row: &Batch, run: &mut Run<'_>) -> Result<()> {
        run.forget();
        let value = run.eval(self.list, row)?.value(0);
        let items = match &value {
            Value::Null => return Ok(()),
            Value::List(items) => items,
            other => return Err(mismatch("a list", other).at(self.list.span)),
        };
        for item in items.iter() {
            run.step()?;
            let mut driving = row.clone();
            driving.set_constant(self.slot, item.clone());
            let mut driven = Driven::new(self.inner, &driving, Rows::All, run);
            while driven.next(run)?.is_some() {}
        }
        Ok(())
    }
}

impl Operate for Foreach<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = drain(&mut self.input, run)?;
            for batch in &batches {
                for row in 0..batch.len() {
                    self.run_row(&batch.slice(row, 1), run)?;
                }
            }
            self.stored
                .fill(batches.iter().map(|batch| batch.keep(self.live)).collect());
        }
        Ok(self.stored.next(run))
    }
}

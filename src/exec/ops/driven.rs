//! Runs a subplan for driving rows.

use std::sync::Arc;

use super::{Rows, Source, build, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::Run;
use crate::plan::physical::Inner;

/// A subplan at work for a batch of driving rows: for all of them at once, or one after another.
pub(in crate::exec) struct Driven<'p> {
    inner: &'p Inner,
    driving: Batch,
    source: Option<Source<'p>>,
    /// The driving row that runs alone.
    row: usize,
    held: usize,
    rows: Rows,
}

impl<'p> Driven<'p> {
    /// Sets the subplan up; `rows` says which of its rows matter.
    pub(in crate::exec) fn new(
        inner: &'p Inner,
        driving: &Batch,
        rows: Rows,
        run: &Run<'_>,
    ) -> Self {
        let mut driven = Self {
            inner,
            driving: driving.keep(&inner.imports),
            source: None,
            row: 0,
            held: run.ctx.held,
            rows,
        };
        if !inner.one_by_one {
            let numbers = (0_i64..).take(driving.len()).collect();
            let numbers = Column::I64(Cells::full(numbers));
            driven.driving.set(inner.row, Arc::new(numbers));
            driven.source = Some(build(&inner.root, run.site(&driven.driving), rows));
        }
        driven
    }

    /// Returns the next rows of the subplan, and for each the number of its driving row.
    pub(in crate::exec) fn next(&mut self, run: &mut Run<'_>) -> Result<Option<(Vec<u32>, Batch)>> {
        if self.inner.one_by_one {
            return self.next_alone(run);
        }
        let Some(source) = &mut self.source else {
            return Ok(None);
        };
        let Some(batch) = source.next(run)? else {
            self.source = None;
            run.ctx.held = self.held;
            return Ok(None);
        };
        run.ctx.pulse()?;
        let numbers = batch.column(self.inner.row).map(Arc::clone);
        let number = |row| {
            let value = numbers.as_ref().and_then(|column| match &**column {
                Column::I64(cells) => cells.get(row),
                other => other.value(row).as_int(),
            });
            u32::try_from(value.unwrap_or(0)).unwrap_or(0)
        };
        Ok(Some(((0..batch.len()).map(number).collect(), batch)))
    }

    fn next_alone(&mut self, run: &mut Run<'_>) -> Result<Option<(Vec<u32>, Batch)>> {
        loop {
            run.ctx.pulse()?;
            if let Some(source) = &mut self.source {
                if let Some(batch) = source.next(run)? {
                    return Ok(Some((vec![row_number(self.row); batch.len()], batch)));
                }
                self.source = None;
                self.row += 1;
                run.ctx.held = self.held;
            }
            if self.row >= self.driving.len() {
                return Ok(None);
            }
            let mut alone = self.driving.slice(self.row, 1);
            alone.set_constant(self.inner.row, crate::value::Value::Int(0));
            self.source = Some(build(&self.inner.root, run.site(&alone), self.rows));
        }
    }
}

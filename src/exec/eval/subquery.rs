//! Subquery expressions: the subplan runs for all rows of the batch at once, where it can.

use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::eval::typed;
use crate::exec::ops::{Driven, Rows};
use crate::exec::run::Run;
use crate::plan::physical::Subplan;
use crate::semantics::bound::{SubqueryId, SubqueryKind};
use crate::value::Value;

impl Run<'_> {
    pub(super) fn subquery(&mut self, id: SubqueryId, batch: &Batch) -> Result<Column> {
        let plan = self.plan;
        let Some(subplan) = plan.subplans.get(id.0 as usize) else {
            let code = Code::runtime(ErrorType::SemanticError, "MissingSubplan");
            return Err(Error::new(code, "the plan lacks the body of this subquery")
                .hint("this is a mistake in polity; please report the query"));
        };
        let (held, own) = (self.ctx.held, self.ctx.meter.held);
        // Its operators are at work in their own right.
        let nesting = std::mem::take(&mut self.nesting);
        let column = self.answer(subplan, batch);
        self.ctx.held = held;
        self.nesting = nesting;
        self.ctx.meter.held = own;
        column
    }

    /// Runs a subplan, and puts together what is asked about its rows.
    fn answer(&mut self, subplan: &Subplan, batch: &Batch) -> Result<Column> {
        let rows = match subplan.kind {
            SubqueryKind::Exists => Rows::Distinct,
            SubqueryKind::Count | SubqueryKind::Collect(_) => Rows::All,
        };
        let mut driven = Driven::new(&subplan.inner, batch, rows, self);
        Ok(match subplan.kind {
            SubqueryKind::Exists => {
                let mut found = vec![false; batch.len()];
                let mut missing = found.len();
                while missing > 0 {
                    let Some((rows, _)) = driven.next(self)? else {
                        break;
                    };
                    for row in rows {
                        let found = &mut found[row as usize];
                        missing -= usize::from(!*found);
                        *found = true;
                    }
                }
                typed::bools(found)
            }
            SubqueryKind::Count => {
                let mut counts = vec![0_i64; batch.len()];
                while let Some((rows, _)) = driven.next(self)? {
                    for row in rows {
                        counts[row as usize] += 1;
                    }
                }
                Column::I64(Cells::full(counts))
            }
            SubqueryKind::Collect(slot) => {
                let mut lists: Vec<Vec<Value>> = vec![Vec::new(); batch.len()];
                while let Some((rows, inner)) = driven.next(self)? {
                    for (place, &row) in rows.iter().enumerate() {
                        lists[row as usize].push(inner.value(slot, place));
                    }
                    self.ctx
                        .hold(inner.column(slot).map_or(0, |column| column.bytes()))?;
                    self.ctx.hold(rows.len() * size_of::<Value>())?;
                }
                Column::Values(
                    lists
                        .into_iter()
                        .map(|items| Value::List(items.into()))
                        .collect(),
                )
            }
        })
    }
}

//! `CASE` and `coalesce`: each part is evaluated only for the rows that come to it.

use super::logic::truth;
use super::used;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};
use crate::value::Value;

impl Run<'_> {
    pub(super) fn case(
        &mut self,
        operand: Option<&(Slot, Box<Expr>)>,
        branches: &[(Expr, Expr)],
        default: Option<&Expr>,
        batch: &Batch,
    ) -> Result<Column> {
        let mut batch = batch.clone();
        if let Some((slot, operand)) = operand {
            let column = self.eval(operand, &batch)?;
            batch.set(*slot, column);
        }
        let mut result = Scattered::new(batch.len());
        let mut open = all_rows(batch.len());
        for (condition, outcome) in branches {
            if open.is_empty() {
                break;
            }
            let truths = self.eval_rows(condition, &batch, &open)?;
            let (mut chosen, mut rest) = (Vec::new(), Vec::new());
            for (place, row) in open.into_iter().enumerate() {
                if truth(&truths, place).map_err(|error| error.at(condition.span))? == Some(true) {
                    chosen.push(row);
                } else {
                    rest.push(row);
                }
            }
            open = rest;
            if !chosen.is_empty() {
                result.put(&chosen, &*self.eval_rows(outcome, &batch, &chosen)?);
            }
        }
        if let (Some(default), false) = (default, open.is_empty()) {
            result.put(&open, &*self.eval_rows(default, &batch, &open)?);
        }
        Ok(result.finish())
    }

    /// Returns the first argument that is not null.
    pub(super) fn coalesce(&mut self, arguments: &[Expr], batch: &Batch) -> Result<Column> {
        let mut result = Scattered::new(batch.len());
        let mut open = all_rows(batch.len());
        for argument in arguments {
            if open.is_empty() {
                break;
            }
            let column = self.eval_rows(argument, batch, &open)?;
            if open.len() == batch.len() && (0..column.len()).all(|row| !column.is_null(row)) {
                return Ok(Column::clone(&column));
            }
            result.put(&open, &column);
            let mut place = 0;
            open.retain(|_| {
                place += 1;
                column.is_null(place - 1)
            });
        }
        Ok(result.finish())
    }

    /// Evaluates an expression for some of the rows.
    fn eval_rows(
        &mut self,
        expr: &Expr,
        batch: &Batch,
        rows: &[u32],
    ) -> Result<std::sync::Arc<Column>> {
        if rows.len() == batch.len() {
            return self.eval(expr, batch);
        }
        let part = batch.gather(rows, &used(expr, self.plan));
        self.eval(expr, &part)
    }
}

fn all_rows(len: usize) -> Vec<u32> {
    (0_u32..).take(len).collect()
}

/// A column that is filled bit by bit.
struct Scattered(Vec<Value>);

impl Scattered {
    fn new(len: usize) -> Self {
        Self(vec![Value::Null; len])
    }

    fn put(&mut self, rows: &[u32], column: &Column) {
        for (place, &row) in rows.iter().enumerate() {
            self.0[row as usize] = column.value(place);
        }
    }

    fn finish(self) -> Column {
        Column::from_values(self.0)
    }
}

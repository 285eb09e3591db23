//! `AND`, `OR`, `XOR`, `NOT`, with three values. An operand is evaluated only for rows that the
//! operands before it leave open, so that its errors in other rows do not surface.

use super::typed;
use super::used;
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, ExprKind};
use crate::value::{Value, ternary};

impl Run<'_> {
    /// `AND` (decided by a false operand) or `OR` (by a true one).
    pub(super) fn junction(
        &mut self,
        operands: &[Expr],
        batch: &Batch,
        deciding: bool,
    ) -> Result<Column> {
        let combine = if deciding { ternary::or } else { ternary::and };
        let mut states = vec![Some(!deciding); batch.len()];
        for operand in operands {
            let open: Vec<u32> = (0_u32..)
                .zip(&states)
                .filter(|(_, state)| **state != Some(deciding))
                .map(|(row, _)| row)
                .collect();
            if open.is_empty() {
                break;
            }
            let whole = open.len() == batch.len()
                || (open.len() * 2 > batch.len() && is_harmless(operand, batch, self));
            if whole {
                let column = self.eval(operand, batch)?;
                for (row, state) in states.iter_mut().enumerate() {
                    let operand = truth(&column, row).map_err(|error| error.at(operand.span))?;
                    *state = combine(*state, operand);
                }
                continue;
            }
            let rows = batch.gather(&open, &used(operand, self.plan));
            let column = self.eval(operand, &rows)?;
            for (place, row) in open.into_iter().enumerate() {
                let operand = truth(&column, place).map_err(|error| error.at(operand.span))?;
                let state = &mut states[row as usize];
                *state = combine(*state, operand);
            }
        }
        Ok(typed::ternary(&states))
    }

    pub(super) fn exclusive(&mut self, operands: &[Expr], batch: &Batch) -> Result<Column> {
        let mut states = vec![Some(false); batch.len()];
        for operand in operands {
            let column = self.eval(operand, batch)?;
            for (row, state) in states.iter_mut().enumerate() {
                let operand = truth(&column, row).map_err(|error| error.at(operand.span))?;
                *state = ternary::xor(*state, operand);
            }
        }
        Ok(typed::ternary(&states))
    }

    pub(super) fn not(&mut self, operand: &Expr, batch: &Batch) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        if let Column::Bool(cells) = &*column {
            let mut cells = cells.clone();
            cells.values.iter_mut().for_each(|value| *value = !*value);
            return Ok(Column::Bool(cells));
        }
        let states = (0..batch.len())
            .map(|row| truth(&column, row).map(ternary::not))
            .collect::<Result<Vec<_>>>()
            .map_err(|error| error.at(operand.span))?;
        Ok(typed::ternary(&states))
    }
}

/// Returns a cell as true, false or unknown.
pub(in crate::exec) fn truth(column: &Column, row: usize) -> Result<Option<bool>> {
    match column {
        Column::Bool(cells) => Ok(cells.get(row)),
        other => match &*other.cell(row) {
            Value::Null => Ok(None),
            Value::Bool(value) => Ok(Some(*value)),
            value => {
                let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
                let message = format!(
                    "a condition is true, false or null, not {}",
                    value.type_of()
                );
                Err(Error::new(code, message))
            }
        },
    }
}

/// Returns whether a condition is cheap and cannot fail, so that evaluating it for rows that are
/// decided already does no harm.
fn is_harmless(expr: &Expr, batch: &Batch, run: &Run<'_>) -> bool {
    match &expr.kind {
        ExprKind::Compare(_, left, right) => {
            is_plain(left, batch, run) && is_plain(right, batch, run)
        }
        ExprKind::IsNull(operand) => is_plain(operand, batch, run),
        ExprKind::And(operands) | ExprKind::Or(operands) => operands
            .iter()
            .all(|operand| is_harmless(operand, batch, run)),
        ExprKind::Not(operand) => is_harmless(operand, batch, run),
        _ => false,
    }
}

/// A constant, a variable, or a property of a node or relationship that is there.
fn is_plain(expr: &Expr, batch: &Batch, run: &Run<'_>) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) => true,
        ExprKind::Parameter(name) => run.ctx.params.contains_key(name),
        ExprKind::Property(base, _) => match &base.kind {
            ExprKind::Variable(slot) => {
                let column = batch.column(*slot).map(|column| &**column);
                !run.ctx.deletions && matches!(column, Some(Column::Node(_) | Column::Rel(_)))
            }
            _ => false,
        },
        _ => false,
    }
}

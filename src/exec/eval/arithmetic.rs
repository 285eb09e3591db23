//! `+`, `-`, `*`, `/`, …: typed loops over numbers, the operators on values elsewhere.

use std::sync::Arc;

use super::general::{self, Grows};
use super::typed;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::Run;
use crate::semantics::bound::{Arithmetic, Expr};

impl Run<'_> {
    pub(super) fn arithmetic(
        &mut self,
        first: &Expr,
        rest: &[(Arithmetic, Expr)],
        batch: &Batch,
    ) -> Result<Arc<Column>> {
        let mut result = self.eval(first, batch)?;
        for (op, operand) in rest {
            // Of the terms before only their sum is held.
            let before = self.ctx.held;
            let right = self.eval(operand, batch)?;
            let column = match numbers(*op, &result, &right) {
                Some(column) => column,
                None => self.pairs(&result, &right, grows(*op), |a, b| {
                    general::arithmetic(*op, a, b)
                })?,
            };
            self.ctx.held = before;
            result = Arc::new(column);
        }
        Ok(result)
    }

    pub(super) fn negate(&mut self, operand: &Expr, batch: &Batch) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        if let Column::F64(cells) = &*column {
            let mut cells = cells.clone();
            cells.values.iter_mut().for_each(|value| *value = -*value);
            return Ok(Column::F64(cells));
        }
        general::unary(&column, general::negate)
    }
}

/// Texts and lists are joined by sums alone.
const fn grows(op: Arithmetic) -> Grows {
    match op {
        Arithmetic::Add | Arithmetic::Concatenate => Grows::Yes,
        Arithmetic::Subtract
        | Arithmetic::Multiply
        | Arithmetic::Divide
        | Arithmetic::Modulo
        | Arithmetic::Power => Grows::No,
    }
}

/// Adds, subtracts or multiplies integers, and divides floats too. Nothing where the types are
/// others or an integer overflows: then the operators on values find out what is wrong.
fn numbers(op: Arithmetic, left: &Column, right: &Column) -> Option<Column> {
    let len = left.len();
    if let (Column::Const(..), Column::Const(..)) = (left, right) {
        return None;
    }
    if let (Some(a), Some(b)) = (typed::ints(left), typed::ints(right)) {
        let cells: Option<Cells<i64>> = match op {
            Arithmetic::Add => typed::try_zip(a, b, len, i64::checked_add),
            Arithmetic::Subtract => typed::try_zip(a, b, len, i64::checked_sub),
            Arithmetic::Multiply => typed::try_zip(a, b, len, i64::checked_mul),
            Arithmetic::Concatenate
            | Arithmetic::Divide
            | Arithmetic::Modulo
            | Arithmetic::Power => None,
        };
        return cells.map(Column::I64);
    }
    let (Some(a), Some(b)) = (typed::floats(left), typed::floats(right)) else {
        return None;
    };
    let cells = match op {
        Arithmetic::Add => typed::zip(a, b, len, |a, b| a + b),
        Arithmetic::Subtract => typed::zip(a, b, len, |a, b| a - b),
        Arithmetic::Multiply => typed::zip(a, b, len, |a, b| a * b),
        Arithmetic::Divide => typed::zip(a, b, len, |a, b| a / b),
        Arithmetic::Concatenate | Arithmetic::Modulo | Arithmetic::Power => return None,
    };
    Some(Column::F64(cells))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exec::eval::general::binary;
    use crate::exec::eval::testing::{Form, columns};

    proptest! {
        #[test]
        fn typed_arithmetic_agrees_with_values((a, b) in columns()) {
            let ops = [
                Arithmetic::Add,
                Arithmetic::Subtract,
                Arithmetic::Multiply,
                Arithmetic::Divide,
            ];
            for op in ops {
                let typed = numbers(op, &a.column(Form::Typed), &b.column(Form::Typed));
                let Some(typed) = typed else { continue };
                let (a, b) = (a.column(Form::Values), b.column(Form::Values));
                let general = binary(&a, &b, |a, b| general::arithmetic(op, a, b)).unwrap();
                for row in 0..a.len() {
                    let (typed, general) = (typed.value(row), general.value(row));
                    prop_assert_eq!(format!("{typed:?}"), format!("{general:?}"), "{:?}", op);
                }
            }
        }
    }
}

//! The path for all types: an operation on values, cell by cell.

use std::sync::Arc;

use super::typed;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column, made_bytes};
use crate::exec::run::Run;
use crate::functions::operators;
use crate::semantics::bound::{Arithmetic, Expr, Predicate};
use crate::store::Dictionary;
use crate::value::Value;

/// Applies `f` to each cell.
pub(super) fn unary(column: &Column, f: impl Fn(&Value) -> Result<Value>) -> Result<Column> {
    if let Column::Const(value, len) = column {
        return Ok(Column::Const(f(value)?, *len));
    }
    let values = (0..column.len()).map(|row| f(&column.cell(row)));
    Ok(Column::from_values(values.collect::<Result<_>>()?))
}

/// Returns about how many bytes an operation on both values reads, and a sum of them takes.
fn joint_bytes(a: &Value, b: &Value) -> usize {
    let bytes = |value: &Value| match value {
        Value::String(text) => text.len(),
        Value::List(items) => items.len() * size_of::<Value>(),
        _ => 0,
    };
    bytes(a) + bytes(b)
}

impl Run<'_> {
    /// As [`binary`], with a look at the limits for each pair.
    pub(super) fn pairs(
        &mut self,
        left: &Column,
        right: &Column,
        grows: Grows,
        f: impl Fn(&Value, &Value) -> Result<Value>,
    ) -> Result<Column> {
        let mut apply = |a: &Value, b: &Value| {
            let bytes = joint_bytes(a, b);
            self.work(bytes)?;
            if grows == Grows::Yes && bytes > 0 {
                self.ctx.hold(bytes)?;
            }
            f(a, b)
        };
        if let (Column::Const(a, len), Column::Const(b, _)) = (left, right) {
            return Ok(Column::Const(apply(a, b)?, *len));
        }
        let values = (0..left.len()).map(|row| apply(&left.cell(row), &right.cell(row)));
        Ok(Column::from_values(values.collect::<Result<_>>()?))
    }
}

/// Whether a result may be as large as both operands together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grows {
    Yes,
    No,
}

/// Applies `f` to each pair of cells.
pub(super) fn binary(
    left: &Column,
    right: &Column,
    f: impl Fn(&Value, &Value) -> Result<Value>,
) -> Result<Column> {
    if let (Column::Const(a, len), Column::Const(b, _)) = (left, right) {
        return Ok(Column::Const(f(a, b)?, *len));
    }
    let values = (0..left.len()).map(|row| f(&left.cell(row), &right.cell(row)));
    Ok(Column::from_values(values.collect::<Result<_>>()?))
}

pub(super) fn arithmetic(op: Arithmetic, a: &Value, b: &Value) -> Result<Value> {
    match op {
        // `||` joins texts and lists, which `+` does as well.
        Arithmetic::Add | Arithmetic::Concatenate => Ok(operators::add(a, b)?),
        Arithmetic::Subtract => Ok(operators::subtract(a, b)?),
        Arithmetic::Multiply => Ok(operators::multiply(a, b)?),
        Arithmetic::Divide => Ok(operators::divide(a, b)?),
        Arithmetic::Modulo => Ok(operators::modulo(a, b)?),
        Arithmetic::Power => Ok(operators::power(a, b)?),
    }
}

pub(super) fn negate(value: &Value) -> Result<Value> {
    Ok(operators::negate(value)?)
}

fn predicate(op: Predicate, a: &Value, b: &Value) -> Result<Value> {
    let truth = match op {
        Predicate::StartsWith => operators::starts_with(a, b),
        Predicate::EndsWith => operators::ends_with(a, b),
        Predicate::Contains => operators::contains(a, b),
        Predicate::Matches => operators::regex(a, b)?,
        Predicate::In => operators::in_list(a, b)?,
    };
    Ok(truth.map_or(Value::Null, Value::Bool))
}

impl Run<'_> {
    pub(super) fn predicate(
        &mut self,
        op: Predicate,
        left: &Expr,
        right: &Expr,
        batch: &Batch,
    ) -> Result<Column> {
        let left = self.eval(left, batch)?;
        let right = self.eval(right, batch)?;
        if let (Column::Str(cells, dictionary), Column::Const(Value::String(text), _)) =
            (&*left, &*right)
            && let Some(column) = text_predicate(op, cells, dictionary, text)
        {
            return Ok(column);
        }
        self.pairs(&left, &right, Grows::No, |a, b| predicate(op, a, b))
    }

    pub(super) fn index(&mut self, base: &Expr, index: &Expr, batch: &Batch) -> Result<Column> {
        let bases = self.eval(base, batch)?;
        let keys = self.eval(index, batch)?;
        let context = self.functions();
        binary(&bases, &keys, |container, key| {
            operators::index(&context, container, key).map_err(|error| {
                let has_elements = matches!(
                    container,
                    Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Rel(_)
                );
                error.at(if has_elements { index.span } else { base.span })
            })
        })
    }

    pub(super) fn slice(
        &mut self,
        base: &Expr,
        from: Option<&Expr>,
        to: Option<&Expr>,
        batch: &Batch,
    ) -> Result<Column> {
        let base = self.eval(base, batch)?;
        let from = from.map(|from| self.eval(from, batch)).transpose()?;
        let to = to.map(|to| self.eval(to, batch)).transpose()?;
        let cell = |bound: &Option<Arc<Column>>, row: usize| bound.as_ref().map(|c| c.value(row));
        let values = (0..batch.len()).map(|row| {
            let (from, to) = (cell(&from, row), cell(&to, row));
            let part = operators::slice(&base.cell(row), from.as_ref(), to.as_ref())?;
            let made = made_bytes(&part);
            self.work(made)?;
            self.ctx.hold(made)?;
            Ok(part)
        });
        Ok(Column::from_values(values.collect::<Result<_>>()?))
    }
}

/// Texts of a dictionary against one text.
fn text_predicate(
    op: Predicate,
    cells: &Cells<u32>,
    dictionary: &Arc<Dictionary>,
    text: &str,
) -> Option<Column> {
    let read = |code: u32| dictionary.get(code).map_or("", |text| &**text);
    let column = typed::View::Cells(cells);
    let unit = typed::View::Const(());
    let len = cells.values.len();
    let cells = match op {
        Predicate::StartsWith => typed::zip(column, unit, len, |a, ()| read(a).starts_with(text)),
        Predicate::EndsWith => typed::zip(column, unit, len, |a, ()| read(a).ends_with(text)),
        Predicate::Contains => typed::zip(column, unit, len, |a, ()| read(a).contains(text)),
        Predicate::Matches | Predicate::In => return None,
    };
    Some(Column::Bool(cells))
}

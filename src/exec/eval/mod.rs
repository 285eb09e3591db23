//! Evaluates expressions over whole batches.

mod arithmetic;
mod call;
mod case;
mod compare;
mod entity;
mod general;
mod labels;
mod list;
mod logic;
mod map;
mod property;
mod subquery;
#[cfg(test)]
mod testing;
mod typed;
mod types;
mod uses;

use std::sync::Arc;

use super::batch::Batch;
use super::column::Column;
use super::run::Run;
use crate::error::{Code, Error, ErrorType, Result};
use crate::functions::operators::check_nesting;
use crate::semantics::bound::{Expr, ExprKind, Slot};
use crate::value::Value;

pub(super) use compare::compare;
pub(super) use entity::path;
pub(super) use labels::type_ids;
pub(super) use logic::truth;
pub(super) use uses::{used, used_by_all};

impl Run<'_> {
    /// Evaluates an expression for each row of a batch.
    pub(super) fn eval(&mut self, expr: &Expr, batch: &Batch) -> Result<Arc<Column>> {
        if batch.is_empty() {
            return Ok(Arc::new(Column::nulls(0)));
        }
        let before = self.ctx.held;
        self.nesting += 1;
        let column = self.eval_kind(expr, batch);
        self.nesting -= 1;
        let column = column.map_err(|error| error.at(expr.span))?;
        // What was needed on the way is gone. The result counts as held while the expression
        // around it is evaluated; what an operator keeps of it, the operator counts.
        self.ctx.held = before;
        if makes_values(&expr.kind) {
            self.ctx
                .hold(column.bytes())
                .map_err(|error| error.at(expr.span))?;
            if self.nesting == 0 {
                self.ctx.held = before;
            }
        }
        Ok(column)
    }

    /// Evaluates an expression that uses no variable.
    pub(super) fn eval_constant(&mut self, expr: &Expr) -> Result<Value> {
        let batch = self.first_argument();
        Ok(self.eval(expr, &batch)?.value(0))
    }

    fn eval_kind(&mut self, expr: &Expr, batch: &Batch) -> Result<Arc<Column>> {
        let column = match &expr.kind {
            ExprKind::Literal(value) => Column::Const(value.clone(), batch.len()),
            ExprKind::Parameter(name) => Column::Const(self.parameter(name)?, batch.len()),
            ExprKind::Variable(slot) => return variable(*slot, batch),
            ExprKind::List(items) => self.list(items, batch)?,
            ExprKind::Map(entries) => self.map(entries, batch)?,
            ExprKind::And(operands) => self.junction(operands, batch, false)?,
            ExprKind::Or(operands) => self.junction(operands, batch, true)?,
            ExprKind::Xor(operands) => self.exclusive(operands, batch)?,
            ExprKind::Not(operand) => self.not(operand, batch)?,
            ExprKind::Compare(op, left, right) => self.compare(*op, left, right, batch)?,
            ExprKind::Arithmetic(first, rest) => return self.arithmetic(first, rest, batch),
            ExprKind::Negate(operand) => self.negate(operand, batch)?,
            ExprKind::Predicate(op, left, right) => self.predicate(*op, left, right, batch)?,
            ExprKind::IsNull(operand) => self.is_null(operand, batch)?,
            ExprKind::HasLabels(operand, test) => self.has_labels(operand, test, batch)?,
            ExprKind::IsType(operand, test) => self.is_type(operand, test, batch)?,
            ExprKind::Property(base, key) => self.property(base, key, batch)?,
            ExprKind::Index(base, index) => self.index(base, index, batch)?,
            ExprKind::Slice(base, from, to) => {
                self.slice(base, from.as_deref(), to.as_deref(), batch)?
            }
            ExprKind::Function(function, arguments) => self.call(function, arguments, batch)?,
            ExprKind::Case {
                operand,
                branches,
                default,
            } => self.case(operand.as_ref(), branches, default.as_deref(), batch)?,
            ExprKind::ListComprehension { .. }
            | ExprKind::Quantifier { .. }
            | ExprKind::Reduce { .. } => self.over_list(expr, batch)?,
            ExprKind::MapProjection { base, all, entries } => {
                self.map_projection(base, *all, entries, batch)?
            }
            ExprKind::BuildPath(slots) => self.build_path(slots, batch),
            ExprKind::Subquery(id) => self.subquery(*id, batch)?,
        };
        if nests(&expr.kind) {
            check_nestings(&column)?;
        }
        Ok(Arc::new(column))
    }

    fn parameter(&self, name: &str) -> Result<Value> {
        self.ctx.params.get(name).cloned().ok_or_else(|| {
            let code = Code::runtime(ErrorType::ParameterMissing, "MissingParameter");
            Error::new(code, format!("parameter `${name}` was not given"))
        })
    }

    fn is_null(&mut self, operand: &Expr, batch: &Batch) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        Ok(match &*column {
            Column::Const(value, len) => Column::Const(Value::Bool(value.is_null()), *len),
            other => typed::bools((0..batch.len()).map(|row| other.is_null(row)).collect()),
        })
    }
}

/// Returns whether the expression puts values into a new list or map, which then nests deeper than
/// each of them.
const fn nests(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::MapProjection { .. }
            | ExprKind::ListComprehension { .. }
            | ExprKind::Subquery(_)
    )
}

/// Returns whether the values of the expression may be new ones that take memory, and are not parts
/// of others.
const fn makes_values(kind: &ExprKind) -> bool {
    nests(kind)
        || matches!(
            kind,
            ExprKind::Arithmetic(..)
                | ExprKind::Slice(..)
                | ExprKind::Function(..)
                | ExprKind::Reduce { .. }
                | ExprKind::BuildPath(_)
        )
}

/// Fails if a value nests deeper than what every walk over values relies on.
fn check_nestings(column: &Column) -> Result<()> {
    match column {
        Column::Const(value, _) => check_nesting(value)?,
        Column::Values(values) => values.iter().try_for_each(check_nesting)?,
        _ => {}
    }
    Ok(())
}

fn variable(slot: Slot, batch: &Batch) -> Result<Arc<Column>> {
    batch.column(slot).map(Arc::clone).ok_or_else(|| {
        let code = Code::runtime(ErrorType::SemanticError, "MissingColumn");
        let message = format!(
            "the plan does not carry slot {} to where it is used",
            slot.0
        );
        Error::new(code, message).hint("this is a mistake in polity; please report the query")
    })
}

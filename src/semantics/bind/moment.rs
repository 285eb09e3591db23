//! Binding `AS OF`: the moment that a clause and the subqueries in it read the graph at.

use super::super::bound::{Expr, ExprKind, Slot, VariableKind};
use super::super::error::SemanticError;
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::{Aggregates, Binder, variable};
use crate::error::{Error, Result};
use crate::syntax::ast;
use crate::value::temporal::read_moment;
use crate::value::{Date, Type, Value, ValueError};

impl Binder<'_> {
    /// Binds what is said behind `AS OF`, in the scope of the clauses before. Returns what the
    /// pattern reads, and the slot that is to be filled first where the moment is not the same for
    /// all rows.
    pub(super) fn bind_moment(
        &mut self,
        moment: &ast::Expr,
        scope: &Scope,
    ) -> Result<(Expr, Option<(Slot, Expr)>)> {
        let place = Aggregates::Forbidden("in `AS OF`");
        let before = std::mem::replace(&mut self.aggregates, place);
        let bound = self.bind_expr(moment, scope);
        self.aggregates = before;
        let (bound, found) = bound.map_err(explain)?;
        check(moment, &bound, &found)?;
        if is_constant(&bound) {
            return Ok((bound, None));
        }
        let slot = self.anonymous_slot(VariableKind::Value);
        Ok((variable(slot, bound.span), Some((slot, bound))))
    }
}

/// Says what can be used, where a variable is not there.
fn explain(error: Error) -> Error {
    if error.code().detail == "UndefinedVariable" && error.hints().is_empty() {
        return error.hint("`AS OF` sees parameters and the variables of earlier clauses");
    }
    error
}

/// Refuses what the text alone shows to be no moment.
fn check(moment: &ast::Expr, bound: &Expr, found: &StaticType) -> Result<()> {
    let wrong = if let ExprKind::Literal(value) = &bound.kind {
        read_moment(value).err()
    } else {
        let moments = [
            Type::Date,
            Type::LocalDateTime,
            Type::DateTime,
            Type::String,
        ];
        let found = found.flat();
        (!StaticType::Flat(found).fits(&moments)).then_some(ValueError::NotAMoment { found })
    };
    match wrong {
        None => Ok(()),
        Some(reason) => Err(SemanticError::InvalidMoment {
            reason,
            meant: date_without_quotes(moment),
        }
        .at(moment.span)),
    }
}

/// The date that somebody meant who wrote `2025-12-17`, and what that is as arithmetic.
fn date_without_quotes(expr: &ast::Expr) -> Option<(Date, i64)> {
    let ast::ExprKind::Arithmetic { first, rest } = &expr.node else {
        return None;
    };
    let [(_, month), (_, day)] = rest.as_slice() else {
        return None;
    };
    let number = |expr: &ast::Expr| match expr.node {
        ast::ExprKind::Literal(ast::Literal::Int(number)) => Some(number),
        _ => None,
    };
    let (year, month, day) = (number(first)?, number(month)?, number(day)?);
    let minus = rest
        .iter()
        .all(|(op, _)| op.node == ast::ArithmeticOp::Subtract);
    let date = Date::new(year, month, day).filter(|_| minus)?;
    Some((date, year - month - day))
}

/// Whether the value is the same for all rows.
fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.visit(&mut |part| {
        constant &= match &part.kind {
            ExprKind::Variable(_) | ExprKind::BuildPath(_) | ExprKind::Subquery(_) => false,
            ExprKind::Function(function, _) => !matches!(function.name, "rand" | "randomUUID"),
            _ => true,
        };
    });
    constant
}

/// The session's moment as an expression.
pub(super) fn constant(moment: Value) -> Expr {
    Expr {
        kind: ExprKind::Literal(moment),
        span: crate::error::Span::default(),
    }
}

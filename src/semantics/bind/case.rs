//! Binding `CASE`.

use super::super::bound::{Comparison, Expr, ExprKind, Slot};
use super::super::scope::Scope;
use super::super::types::StaticType;
use super::{Binder, variable};
use crate::error::Result;
use crate::syntax::ast;
use crate::syntax::ast::ExprKind as Ast;

impl Binder<'_> {
    pub(super) fn bind_case(
        &mut self,
        operand: Option<&ast::Expr>,
        branches: &[ast::CaseBranch],
        default: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let operand = match operand {
            Some(operand) => {
                let (bound, found) = self.bind_expr(operand, scope)?;
                let slot = self.anonymous_slot(super::VariableKind::Value);
                Some((slot, Box::new(bound), found))
            }
            None => None,
        };
        let subject = operand.as_ref().map(|(slot, _, found)| (*slot, found));
        let mut bound = Vec::with_capacity(branches.len());
        let mut types = Vec::new();
        for branch in branches {
            let condition = self.bind_when(subject, &branch.when, scope)?;
            let (then, found) = self.bind_expr(&branch.then, scope)?;
            types.push(found);
            bound.push((condition, then));
        }
        let default = match default {
            Some(default) => {
                let (default, found) = self.bind_expr(default, scope)?;
                types.push(found);
                Some(Box::new(default))
            }
            None => None,
        };
        let found = StaticType::common(types.into_iter());
        Ok((
            ExprKind::Case {
                operand: operand.map(|(slot, operand, _)| (slot, operand)),
                branches: bound,
                default,
            },
            found,
        ))
    }

    /// One condition from all that stand behind a `WHEN`.
    fn bind_when(
        &mut self,
        subject: Option<(Slot, &StaticType)>,
        when: &[ast::Expr],
        scope: &Scope,
    ) -> Result<Expr> {
        let mut conditions = Vec::with_capacity(when.len());
        for item in when {
            conditions.push(match subject {
                None => self.bind_boolean(item, scope, "a condition")?,
                Some((slot, found)) if is_test(item) => {
                    self.case_operands.push((slot, found.clone()));
                    let test = self.bind_boolean(item, scope, "a condition");
                    self.case_operands.pop();
                    test?
                }
                Some((slot, _)) => {
                    let (value, _) = self.bind_expr(item, scope)?;
                    let left = Box::new(variable(slot, item.span));
                    let kind = ExprKind::Compare(Comparison::Equal, left, Box::new(value));
                    Expr {
                        kind,
                        span: item.span,
                    }
                }
            });
        }
        if conditions.len() == 1 {
            return Ok(conditions.remove(0));
        }
        let span = when.first().map(|item| item.span).unwrap_or_default();
        Ok(Expr {
            kind: ExprKind::Or(conditions),
            span,
        })
    }
}

/// Whether a `WHEN` holds a test without its left side, which is the operand of the `CASE`.
fn is_test(when: &ast::Expr) -> bool {
    let mut leftmost = when;
    loop {
        leftmost = match &leftmost.node {
            Ast::CaseOperand => return true,
            Ast::Or(items) | Ast::Xor(items) | Ast::And(items) => match items.first() {
                Some(first) => first,
                None => return false,
            },
            Ast::Comparison { first, .. } | Ast::Arithmetic { first, .. } => first,
            Ast::Predicate { left, .. } => left,
            Ast::IsNull { operand, .. }
            | Ast::IsType { operand, .. }
            | Ast::HasLabels { operand, .. } => operand,
            _ => return false,
        };
    }
}

//! See [`SPLIT_FILTER`].

use super::Rule;
use crate::plan::logical::LogicalPlan;
use crate::semantics::bound::{Expr, ExprKind};

/// `Filter[a AND b]` ⇒ `Filter[a, b]`; `Filter[x](Filter[y])` ⇒ `Filter[y, x]`.
///
/// Always: the conditions of a filter are a conjunction.
pub(super) const SPLIT_FILTER: Rule = Rule {
    name: "split_filter",
    rewrite,
};

fn rewrite(plan: LogicalPlan) -> LogicalPlan {
    let LogicalPlan::Filter { input, predicates } = plan else {
        return plan;
    };
    let (input, mut all) = match *input {
        LogicalPlan::Filter { input, predicates } => (input, predicates),
        other => (Box::new(other), Vec::new()),
    };
    for predicate in predicates {
        split(predicate, &mut all);
    }
    LogicalPlan::Filter {
        input,
        predicates: all,
    }
}

fn split(expr: Expr, parts: &mut Vec<Expr>) {
    match expr.kind {
        ExprKind::And(items) => items.into_iter().for_each(|item| split(item, parts)),
        _ => parts.push(expr),
    }
}

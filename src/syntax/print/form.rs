//! Forms with words or brackets of their own: calls, `CASE`, comprehensions, subqueries.

use super::expression::{ADDITIVE, ATOM, PREDICATE, at, before_bar, entry, print};
use super::{clause, name, pattern, separated};
use crate::syntax::ast::{
    CaseBranch, Expr, ExprKind, MapProjectionItem, QuantifierKind, SubqueryBody, SubqueryKind,
};

/// `f(DISTINCT a, b)`, `count(*)`, `all(x IN list WHERE p)`, `reduce(…)`
pub(super) fn call(out: &mut String, expr: &Expr) {
    match &expr.node {
        ExprKind::Function {
            name,
            distinct,
            arguments,
        } => {
            name::dotted(out, &name.node);
            out.push_str(if *distinct { "(DISTINCT " } else { "(" });
            separated(out, ", ", arguments, print);
        }
        ExprKind::CountStar => out.push_str("count(*"),
        ExprKind::Quantifier {
            kind,
            variable,
            list,
            predicate,
        } => {
            out.push_str(match kind {
                QuantifierKind::All => "all(",
                QuantifierKind::Any => "any(",
                QuantifierKind::None => "none(",
                QuantifierKind::Single => "single(",
            });
            source(out, &variable.node, list);
            if let Some(predicate) = predicate {
                out.push_str(" WHERE ");
                print(out, predicate);
            }
        }
        ExprKind::Reduce {
            accumulator,
            initial,
            variable,
            list,
            step,
        } => {
            out.push_str("reduce(");
            name::variable(out, &accumulator.node);
            out.push_str(" = ");
            at(out, initial, PREDICATE);
            out.push_str(", ");
            source(out, &variable.node, list);
            out.push_str(" | ");
            print(out, step);
        }
        _ => {}
    }
    out.push(')');
}

/// `x IN list`
fn source(out: &mut String, variable: &str, list: &Expr) {
    name::variable(out, variable);
    out.push_str(" IN ");
    // A bar may follow, which must not be read as a part of the labels.
    at(
        out,
        list,
        if ends_with_labels(list) {
            ATOM
        } else {
            ADDITIVE
        },
    );
}

fn ends_with_labels(expr: &Expr) -> bool {
    match &expr.node {
        ExprKind::HasLabels { .. } => true,
        ExprKind::Negate(operand) | ExprKind::Plus(operand) => ends_with_labels(operand),
        ExprKind::Arithmetic { rest, .. } => rest
            .last()
            .is_some_and(|(_, operand)| ends_with_labels(operand)),
        _ => false,
    }
}

pub(super) fn case(out: &mut String, expr: &Expr) {
    let ExprKind::Case {
        operand,
        branches,
        default,
    } = &expr.node
    else {
        return;
    };
    out.push_str("CASE");
    if let Some(operand) = operand {
        out.push(' ');
        print(out, operand);
    }
    for CaseBranch { when, then } in branches {
        out.push_str(" WHEN ");
        separated(out, ", ", when, |out, item| {
            // A test without its operand begins with a blank.
            let mut test = String::new();
            print(&mut test, item);
            out.push_str(test.trim_start());
        });
        out.push_str(" THEN ");
        print(out, then);
    }
    if let Some(default) = default {
        out.push_str(" ELSE ");
        print(out, default);
    }
    out.push_str(" END");
}

pub(super) fn comprehension(out: &mut String, expr: &Expr) {
    out.push('[');
    let (predicate, projection) = match &expr.node {
        ExprKind::ListComprehension {
            variable,
            list,
            predicate,
            projection,
        } => {
            source(out, &variable.node, list);
            (predicate, projection.as_deref())
        }
        ExprKind::PatternComprehension {
            pattern,
            predicate,
            projection,
        } => {
            pattern::path(out, pattern);
            (predicate, Some(projection.as_ref()))
        }
        _ => return,
    };
    if let Some(predicate) = predicate {
        out.push_str(" WHERE ");
        before_bar(out, predicate);
    }
    if let Some(projection) = projection {
        out.push_str(" | ");
        print(out, projection);
    }
    out.push(']');
}

pub(super) fn projection_item(out: &mut String, item: &MapProjectionItem) {
    match item {
        MapProjectionItem::Entry(key, value) => entry(out, &key.node, value),
        MapProjectionItem::Property(key) => {
            out.push('.');
            name::name(out, &key.node);
        }
        MapProjectionItem::Variable(variable) => name::variable(out, &variable.node),
        MapProjectionItem::AllProperties => out.push_str(".*"),
    }
}

pub(super) fn subquery(out: &mut String, kind: SubqueryKind, body: &SubqueryBody) {
    out.push_str(match kind {
        SubqueryKind::Exists => "EXISTS { ",
        SubqueryKind::Count => "COUNT { ",
        SubqueryKind::Collect => "COLLECT { ",
    });
    match body {
        SubqueryBody::Pattern { pattern, predicate } => {
            pattern::graph(out, pattern);
            if let Some(predicate) = predicate {
                out.push_str(" WHERE ");
                print(out, predicate);
            }
        }
        SubqueryBody::Query(query) => clause::query(out, query, " "),
    }
    out.push_str(" }");
}

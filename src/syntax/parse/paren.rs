//! What begins with a parenthesis in an expression: another expression, or a pattern.

use super::expression::{condition, condition_of};
use super::label::labels;
use super::pattern::{empty_node, node_pattern, properties, relationship};
use super::{Node, Rule, required, tight_span};
use crate::error::{Result, Span};
use crate::syntax::ast::{
    Expr, ExprKind, MapProjectionItem, Name, NodePattern, PathFactor, PathPattern, PathTerm,
    Spanned,
};
use crate::syntax::error::SyntaxError;

/// Whether an arrow follows the parentheses.
pub(super) fn has_steps(node: &Node<'_>) -> bool {
    node.as_rule() == Rule::parenthesized && node.clone().into_inner().nth(1).is_some()
}

/// `(a + b)`, or a pattern `(a)-->(b)`
pub(super) fn parenthesized(node: Node<'_>) -> Result<Expr> {
    let mut children = node.into_inner();
    let paren = required(children.next());
    let paren_span = tight_span(&paren);
    let mut factors: Vec<PathFactor> = Vec::new();
    for step in children {
        for part in step.into_inner() {
            factors.push(match part.as_rule() {
                Rule::relationship_pattern => PathFactor::Rel(relationship(part)?),
                _ => PathFactor::Node(node_pattern(part)?),
            });
        }
    }
    if factors.is_empty() {
        return inner_expression(paren, paren_span);
    }
    factors.insert(0, PathFactor::Node(node_from_paren(paren, paren_span)?));
    let span = match factors.last() {
        Some(PathFactor::Node(last)) => paren_span.to(last.span),
        _ => paren_span,
    };
    let pattern = PathPattern {
        variable: None,
        selector: None,
        mode: None,
        term: PathTerm::Factors(factors),
        span,
    };
    Ok(Expr::new(ExprKind::Pattern(Box::new(pattern)), span))
}

/// `(a + b)`: the span takes in the parentheses, since they belong to the text of a column.
fn inner_expression(paren: Node<'_>, span: Span) -> Result<Expr> {
    let mut children = paren
        .into_inner()
        .filter(|child| child.as_rule() != Rule::right_paren);
    let is_expression = |child: &Node<'_>| {
        !matches!(
            child.as_rule(),
            Rule::where_clause | Rule::k_is | Rule::label_expression | Rule::element_properties
        )
    };
    match (children.next(), children.next()) {
        (Some(only), None) if is_expression(&only) => {
            let mut expr = condition(only)?;
            expr.span = span;
            Ok(expr)
        }
        _ => Err(SyntaxError::NodeAsValue.at(span)),
    }
}

/// Reads what stands in parentheses as a node pattern.
fn node_from_paren(paren: Node<'_>, span: Span) -> Result<NodePattern> {
    let mut pattern = empty_node(0);
    pattern.span = span;
    for child in paren.into_inner() {
        match child.as_rule() {
            Rule::right_paren | Rule::k_is => {}
            Rule::label_expression => pattern.labels = Some(labels(child)?),
            Rule::element_properties if pattern.properties.is_none() => {
                pattern.properties = Some(properties(child)?);
            }
            Rule::where_clause => pattern.predicate = Some(Box::new(condition_of(child)?)),
            _ => {
                let expr = condition(child)?;
                let span = expr.span;
                fill_node(&mut pattern, expr)
                    .ok_or_else(|| SyntaxError::NotANodePattern.at(span))?;
            }
        }
    }
    Ok(pattern)
}

/// Sorts an expression into the parts of a node pattern: `a`, `a:B`, `{k: 1}`, `a {k: 1}`, `$p`.
fn fill_node(pattern: &mut NodePattern, expr: Expr) -> Option<()> {
    let span = expr.span;
    match expr.node {
        ExprKind::Variable(name) => pattern.variable = Some(Spanned::new(name, span)),
        ExprKind::HasLabels {
            operand,
            labels,
            negated: false,
        } => {
            let ExprKind::Variable(name) = operand.node else {
                return None;
            };
            pattern.variable = Some(Spanned::new(name, operand.span));
            pattern.labels = Some(labels);
        }
        ExprKind::MapProjection { base, items } => {
            let entries = items.into_iter().map(entry).collect::<Option<Vec<_>>>()?;
            let map_span = Span::new(base.span.end as usize, span.end as usize);
            pattern.variable = Some(base);
            pattern.properties = Some(Box::new(Expr::new(ExprKind::Map(entries), map_span)));
        }
        kind @ (ExprKind::Map(_) | ExprKind::Parameter(_)) => {
            pattern.properties = Some(Box::new(Expr::new(kind, span)));
        }
        _ => return None,
    }
    Some(())
}

fn entry(item: MapProjectionItem) -> Option<(Name, Expr)> {
    match item {
        MapProjectionItem::Entry(key, value) => Some((key, value)),
        MapProjectionItem::Property(_)
        | MapProjectionItem::Variable(_)
        | MapProjectionItem::AllProperties => None,
    }
}

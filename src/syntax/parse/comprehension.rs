//! Forms that look alike until they are complete: lists and comprehensions, function calls and
//! quantifiers.

use super::expression::{boxed, check_value, condition, condition_of, value, value_of};
use super::{Node, Rule, compact, literal, operand, paren, required, span_of};
use crate::error::Result;
use crate::syntax::ast::{
    ComparisonOp, Expr, ExprKind, Name, PathPattern, PathTerm, PredicateOp, QuantifierKind, Spanned,
};
use crate::syntax::error::SyntaxError;

/// `[1, 2]`, `[x IN list WHERE x > 1 | x]`, `[p = (a)-->(b) | p]`
pub(super) fn list(node: Node<'_>) -> Result<ExprKind> {
    let children = node.into_inner();
    let mut elements = Vec::with_capacity(children.len());
    let mut filter = None;
    let mut projection = None;
    for child in children {
        match child.as_rule() {
            Rule::right_bracket => {}
            Rule::element_filter => filter = Some(Box::new(condition_of(child)?)),
            Rule::element_projection => projection = Some(Box::new(value_of(child)?)),
            _ if elements.is_empty() => match path_of(&child)? {
                Some(path) => elements.push(path),
                None => elements.push(condition(child)?),
            },
            _ => elements.push(value(child)?),
        }
    }
    let has_tail = filter.is_some() || projection.is_some();
    if elements.len() == 1 && (has_tail || elements.first().is_some_and(is_membership)) {
        let first = elements.remove(0);
        return comprehension(first, filter, projection);
    }
    if let Some(first) = elements.first() {
        // Only a comprehension may begin with a pattern.
        check_value(first)?;
    }
    Ok(ExprKind::List(elements))
}

/// `x IN list`, or a path, followed by the rest of a comprehension.
fn comprehension(
    first: Expr,
    predicate: Option<Box<Expr>>,
    projection: Option<Box<Expr>>,
) -> Result<ExprKind> {
    let span = first.span;
    if let ExprKind::Pattern(pattern) = first.node {
        let projection = projection.ok_or_else(|| {
            let what = "a pattern without `| result`";
            SyntaxError::WrongComprehension { what }.at(span)
        })?;
        return Ok(ExprKind::PatternComprehension {
            pattern,
            predicate,
            projection,
        });
    }
    let (variable, list) = membership(first)
        .ok_or_else(|| SyntaxError::WrongComprehension { what: "this" }.at(span))?;
    Ok(ExprKind::ListComprehension {
        variable,
        list,
        predicate,
        projection,
    })
}

/// `p = (a)-->(b)` as a path with a variable, where a list begins with it.
fn path_of(node: &Node<'_>) -> Result<Option<Expr>> {
    let mut children = node.clone().into_inner();
    let (Some(variable), Some(equals), Some(path), None) = (
        children.next(),
        children.next(),
        children.next(),
        children.next(),
    ) else {
        return Ok(None);
    };
    if variable.as_rule() != Rule::variable
        || equals.as_rule() != Rule::equals
        || !paren::has_steps(&path)
    {
        return Ok(None);
    }
    let variable = literal::name(&variable)?;
    let mut expr = paren::parenthesized(path)?;
    expr.span = variable.span.to(expr.span);
    if let ExprKind::Pattern(pattern) = &mut expr.node {
        pattern.variable = Some(variable);
    }
    Ok(Some(expr))
}

/// Whether this is `x IN list`, without parentheses around it.
fn is_membership(expr: &Expr) -> bool {
    matches!(
        &expr.node,
        ExprKind::Predicate { op: PredicateOp::In, left, .. }
            if matches!(left.node, ExprKind::Variable(_)) && left.span.start == expr.span.start
    )
}

/// Takes `x IN list` apart.
fn membership(expr: Expr) -> Option<(Name, Box<Expr>)> {
    if !is_membership(&expr) {
        return None;
    }
    let ExprKind::Predicate {
        op: PredicateOp::In,
        left,
        right,
    } = expr.node
    else {
        return None;
    };
    let ExprKind::Variable(name) = left.node else {
        return None;
    };
    Some((Spanned::new(name, left.span), right))
}

/// What stands between the parentheses of a call.
#[derive(Default)]
struct Call {
    distinct: bool,
    star: bool,
    arguments: Vec<Expr>,
    predicate: Option<Box<Expr>>,
    projection: Option<Box<Expr>>,
}

/// `f(DISTINCT a, b)`, `count(*)`, `all(x IN list WHERE x)`, `reduce(a = 0, x IN list | a + x)`,
/// `shortestPath((a)-[*]-(b))`
pub(super) fn function(node: Node<'_>) -> Result<ExprKind> {
    let span = span_of(&node);
    let mut children = node.into_inner();
    let name = operand::dotted_name(required(children.next()))?;
    let word = match name.node.as_slice() {
        [word] => word.to_ascii_lowercase(),
        _ => String::new(),
    };
    let takes_pattern = matches!(
        word.as_str(),
        "exists" | "shortestpath" | "allshortestpaths"
    );
    let mut call = Call::default();
    for child in children {
        match child.as_rule() {
            Rule::right_paren => {}
            Rule::set_quantifier => call.distinct = super::first_is(&child, Rule::k_distinct),
            Rule::asterisk => call.star = true,
            Rule::where_clause => call.predicate = Some(Box::new(condition_of(child)?)),
            Rule::element_projection => call.projection = Some(boxed(super::last_child(child))?),
            _ if takes_pattern => call.arguments.push(condition(child)?),
            _ => call.arguments.push(value(child)?),
        }
    }
    if call.star {
        return match word.as_str() {
            "count" if !call.distinct => Ok(ExprKind::CountStar),
            _ => Err(SyntaxError::StarArgument.at(span)),
        };
    }
    special_call(&word, call, name).map_err(|error| error.at(span))
}

/// Tells the forms with their own syntax from ordinary calls.
fn special_call(
    word: &str,
    call: Call,
    name: Spanned<Vec<std::sync::Arc<str>>>,
) -> Result<ExprKind, SyntaxError> {
    let wrong = |form| SyntaxError::WrongForm {
        function: name.node.join("."),
        form,
    };
    match word {
        "all" => quantifier(QuantifierKind::All, call)
            .ok_or_else(|| wrong("all(x IN list WHERE condition)")),
        "any" => quantifier(QuantifierKind::Any, call)
            .ok_or_else(|| wrong("any(x IN list WHERE condition)")),
        "none" => quantifier(QuantifierKind::None, call)
            .ok_or_else(|| wrong("none(x IN list WHERE condition)")),
        "single" => quantifier(QuantifierKind::Single, call)
            .ok_or_else(|| wrong("single(x IN list WHERE condition)")),
        "reduce" => reduce(call).ok_or_else(|| wrong("reduce(a = 0, x IN list | a + x)")),
        "shortestpath" => shortest(call, false).ok_or_else(|| wrong("shortestPath((a)-[*]-(b))")),
        "allshortestpaths" => {
            shortest(call, true).ok_or_else(|| wrong("allShortestPaths((a)-[*]-(b))"))
        }
        _ if call.predicate.is_some() || call.projection.is_some() => {
            Err(wrong("[x IN list WHERE condition | result]"))
        }
        _ => Ok(ExprKind::Function {
            name,
            distinct: call.distinct,
            arguments: compact(call.arguments),
        }),
    }
}

/// The one argument of a call, if it has exactly one.
fn only(mut arguments: Vec<Expr>) -> Option<Expr> {
    match arguments.len() {
        1 => arguments.pop(),
        _ => None,
    }
}

fn quantifier(kind: QuantifierKind, call: Call) -> Option<ExprKind> {
    if call.distinct || call.projection.is_some() {
        return None;
    }
    let (variable, list) = membership(only(call.arguments)?)?;
    Some(ExprKind::Quantifier {
        kind,
        variable,
        list,
        predicate: call.predicate,
    })
}

fn reduce(call: Call) -> Option<ExprKind> {
    if call.distinct || call.predicate.is_some() || call.arguments.len() != 2 {
        return None;
    }
    let step = call.projection?;
    let mut arguments = call.arguments.into_iter();
    let (accumulator, initial) = assignment(arguments.next()?)?;
    let (variable, list) = membership(arguments.next()?)?;
    Some(ExprKind::Reduce {
        accumulator,
        initial: Box::new(initial),
        variable,
        list,
        step,
    })
}

/// Takes `a = 0` apart.
fn assignment(expr: Expr) -> Option<(Name, Expr)> {
    let ExprKind::Comparison { first, mut rest } = expr.node else {
        return None;
    };
    let ExprKind::Variable(name) = first.node else {
        return None;
    };
    if first.span.start != expr.span.start {
        return None;
    }
    match (rest.pop(), rest.is_empty()) {
        (Some((ComparisonOp::Equal, initial)), true) => {
            Some((Spanned::new(name, first.span), initial))
        }
        _ => None,
    }
}

fn shortest(call: Call, all: bool) -> Option<ExprKind> {
    if call.distinct || call.predicate.is_some() || call.projection.is_some() {
        return None;
    }
    let ExprKind::Pattern(pattern) = only(call.arguments)?.node else {
        return None;
    };
    let PathTerm::Factors(factors) = pattern.term else {
        return None;
    };
    Some(ExprKind::Pattern(Box::new(PathPattern {
        term: PathTerm::LegacyShortest { all, factors },
        ..*pattern
    })))
}

//! Operands of expressions: literals, calls, lists, `CASE`, and what stands behind them.

use std::sync::Arc;

use super::expression::{Row, as_value, boxed, condition, condition_of, value, value_of};
use super::literal::{self, Sign};
use super::{
    Node, Rule, compact, comprehension, label, paren, pattern, required, span_of, statement,
    tight_span,
};
use crate::error::Result;
use crate::syntax::ast::{
    CaseBranch, Expr, ExprKind, Literal, MapProjectionItem, Name, SimpleType, Spanned,
    SubqueryBody, SubqueryKind, TypeName,
};
use crate::syntax::error::SyntaxError;

/// Builds an operand with what follows it: `a.b[0]:C`.
pub(super) fn operand(row: &mut Row<'_>, sign: Sign) -> Result<Expr> {
    let node = required(row.next());
    let mut expr = if node.as_rule() == Rule::number_literal && !next_is_postfix(row) {
        let number = literal::number(&node, sign)?;
        Expr::new(ExprKind::Literal(number), span_of(&node))
    } else {
        primary(node)?
    };
    while next_is_postfix(row) {
        let Some(node) = row.next() else { break };
        expr = postfix(as_value(expr)?, node)?;
    }
    Ok(expr)
}

fn next_is_postfix(row: &mut Row<'_>) -> bool {
    row.peek().is_some_and(|node| {
        matches!(
            node.as_rule(),
            Rule::property_reference
                | Rule::element_reference
                | Rule::has_labels
                | Rule::filter_has_labels
                | Rule::map_projection
        )
    })
}

/// Builds an operand alone.
pub(super) fn primary(node: Node<'_>) -> Result<Expr> {
    let span = span_of(&node);
    let kind = match node.as_rule() {
        Rule::number_literal => ExprKind::Literal(literal::number(&node, Sign::Plain)?),
        Rule::string_literal => ExprKind::Literal(Literal::String(literal::string(&node)?)),
        Rule::boolean_literal => {
            ExprKind::Literal(Literal::Bool(node.as_str().eq_ignore_ascii_case("true")))
        }
        Rule::special_float => ExprKind::Literal(literal::special_float(node.as_str())),
        Rule::parameter => ExprKind::Parameter(literal::parameter(&node)?),
        Rule::variable => ExprKind::Variable(literal::name(&node)?.node),
        Rule::list_value => comprehension::list(node)?,
        Rule::map_value => ExprKind::Map(map(node)?),
        Rule::case_expression => case(node)?,
        Rule::case_operand => ExprKind::CaseOperand,
        Rule::subquery_expression => subquery(node)?,
        Rule::function_invocation => comprehension::function(node)?,
        Rule::parenthesized => return paren::parenthesized(node),
        // `null`
        _ => ExprKind::Literal(Literal::Null),
    };
    Ok(Expr::new(kind, span))
}

/// `{key: 1, other: 2}`
pub(super) fn map(node: Node<'_>) -> Result<Vec<(Name, Expr)>> {
    let mut entries = Vec::new();
    let mut children = node
        .into_inner()
        .filter(|child| child.as_rule() != Rule::colon);
    while let (Some(key), Some(entry)) = (children.next(), children.next()) {
        entries.push((literal::name(&key)?, value(entry)?));
    }
    Ok(compact(entries))
}

/// `.key`, `[1]`, `:Label`, ` {.key}`
fn postfix(base: Expr, node: Node<'_>) -> Result<Expr> {
    let rule = node.as_rule();
    let span = base.span.to(tight_span(&node));
    let kind = match rule {
        Rule::property_reference => ExprKind::Property {
            base: Box::new(base),
            key: literal::name(&super::last_child(node))?,
        },
        Rule::element_reference => element(base, node)?,
        Rule::map_projection => map_projection(base, node)?,
        _ => ExprKind::HasLabels {
            operand: Box::new(base),
            labels: label::labels(super::last_child(node))?,
            negated: false,
        },
    };
    Ok(Expr::new(kind, span))
}

/// `[1]`, `[1..2]`, `[..]`
fn element(base: Expr, node: Node<'_>) -> Result<ExprKind> {
    let base = Box::new(base);
    let mut before = None;
    let mut after = None;
    let mut is_slice = false;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::double_period => is_slice = true,
            Rule::right_bracket => {}
            _ if is_slice => after = Some(boxed(child)?),
            _ => before = Some(boxed(child)?),
        }
    }
    Ok(match before {
        Some(index) if !is_slice => ExprKind::Index { base, index },
        from => ExprKind::Slice {
            base,
            from,
            to: after,
        },
    })
}

/// `n {.a, .*, b, c: 1}`
fn map_projection(base: Expr, node: Node<'_>) -> Result<ExprKind> {
    let ExprKind::Variable(name) = base.node else {
        // The grammar puts a map projection after variables only.
        return Ok(base.node);
    };
    let items = node
        .into_inner()
        .filter(|child| child.as_rule() != Rule::right_brace)
        .map(map_projection_item)
        .collect::<Result<_>>()?;
    Ok(ExprKind::MapProjection {
        base: Spanned::new(name, base.span),
        items,
    })
}

fn map_projection_item(node: Node<'_>) -> Result<MapProjectionItem> {
    let rule = node.as_rule();
    let mut children = node.into_inner();
    let (Some(first), second) = (children.next(), children.next()) else {
        return Ok(MapProjectionItem::AllProperties);
    };
    let name = literal::name(&first)?;
    Ok(match (rule, second) {
        (Rule::literal_map_field, Some(entry)) => MapProjectionItem::Entry(name, value(entry)?),
        (Rule::field_selector, _) => MapProjectionItem::Property(name),
        _ => MapProjectionItem::Variable(name),
    })
}

/// `IS NULL`, `IS NOT Label`, `IS :: TYPE`, `:: TYPE`
pub(super) fn is_predicate(operand: Expr, node: Node<'_>) -> Result<Expr> {
    let span = operand.span.to(tight_span(&node));
    let operand = Box::new(operand);
    let mut negated = false;
    for child in node.into_inner() {
        let kind = match child.as_rule() {
            Rule::k_not => {
                negated = true;
                continue;
            }
            Rule::k_null => ExprKind::IsNull { operand, negated },
            Rule::value_type | Rule::filter_value_type => ExprKind::IsType {
                operand,
                value_type: type_name(child)?,
                negated,
            },
            Rule::label_expression | Rule::filter_label_expression => ExprKind::HasLabels {
                operand,
                labels: label::labels(child)?,
                negated,
            },
            _ => continue,
        };
        return Ok(Expr::new(kind, span));
    }
    Ok(*operand)
}

/// `INTEGER | LIST<STRING NOT NULL>`
pub(super) fn type_name(node: Node<'_>) -> Result<TypeName> {
    let alternatives = match node.as_rule() {
        Rule::simple_type => vec![simple_type(node)?],
        _ => node.into_inner().map(simple_type).collect::<Result<_>>()?,
    };
    Ok(TypeName { alternatives })
}

fn simple_type(node: Node<'_>) -> Result<SimpleType> {
    let text_end = tight_span(&node);
    let not_null_mark = node.as_str().trim_end().ends_with('!');
    let mut simple = SimpleType {
        name: String::new(),
        element: None,
        not_null: not_null_mark,
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::type_name => simple.name = normalize_type(&child)?,
            Rule::value_type => simple.element = Some(Box::new(type_name(child)?)),
            Rule::right_angle => {}
            _ => simple.not_null = true,
        }
    }
    if simple.name == "ARRAY" {
        "LIST".clone_into(&mut simple.name);
    }
    if simple.element.is_some() && simple.name != "LIST" {
        let name = format!("{}<…>", simple.name);
        return Err(SyntaxError::UnknownType { name }.at(text_end));
    }
    Ok(simple)
}

/// Upper-case words with single spaces, in the one spelling that the tree uses for each type.
fn normalize_type(node: &Node<'_>) -> Result<String> {
    let words: Vec<String> = node
        .as_str()
        .split_whitespace()
        .map(str::to_ascii_uppercase)
        .collect();
    let name = words.join(" ");
    let known = match name.as_str() {
        "NOTHING" => "NOTHING",
        "NULL" => "NULL",
        "BOOL" | "BOOLEAN" => "BOOLEAN",
        "STRING" | "VARCHAR" => "STRING",
        "INT" | "INTEGER" | "SIGNED INTEGER" => "INTEGER",
        "FLOAT" => "FLOAT",
        "DATE" => "DATE",
        "LOCAL TIME" | "TIME WITHOUT TIMEZONE" | "TIME WITHOUT TIME ZONE" => "LOCAL TIME",
        "ZONED TIME" | "TIME" | "TIME WITH TIMEZONE" | "TIME WITH TIME ZONE" => "ZONED TIME",
        "LOCAL DATETIME" | "TIMESTAMP WITHOUT TIMEZONE" | "TIMESTAMP WITHOUT TIME ZONE" => {
            "LOCAL DATETIME"
        }
        "ZONED DATETIME" | "DATETIME" | "TIMESTAMP WITH TIMEZONE" | "TIMESTAMP WITH TIME ZONE" => {
            "ZONED DATETIME"
        }
        "DURATION" => "DURATION",
        "NODE" | "VERTEX" | "ANY NODE" | "ANY VERTEX" => "NODE",
        "RELATIONSHIP" | "EDGE" | "ANY RELATIONSHIP" | "ANY EDGE" => "RELATIONSHIP",
        "MAP" | "ANY MAP" => "MAP",
        "LIST" => "LIST",
        "ARRAY" => "ARRAY",
        "PATH" => "PATH",
        "PROPERTY VALUE" | "ANY PROPERTY VALUE" => "PROPERTY VALUE",
        "ANY" | "ANY VALUE" | "VALUE" => "ANY",
        _ => return Err(SyntaxError::UnknownType { name }.at(tight_span(node))),
    };
    Ok(known.to_owned())
}

/// `CASE a WHEN 1, 2 THEN 'x' ELSE 'y' END`
fn case(node: Node<'_>) -> Result<ExprKind> {
    let mut operand = None;
    let mut branches = Vec::new();
    let mut default = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::k_case | Rule::k_end => {}
            Rule::when_clause => branches.push(case_branch(child, operand.is_some())?),
            Rule::else_clause => default = Some(Box::new(value_of(child)?)),
            _ => operand = Some(boxed(child)?),
        }
    }
    Ok(ExprKind::Case {
        operand,
        branches,
        default,
    })
}

fn case_branch(node: Node<'_>, compares: bool) -> Result<CaseBranch> {
    let mut when = Vec::new();
    let mut children = node
        .into_inner()
        .filter(|child| child.as_rule() != Rule::k_when);
    for child in children.by_ref() {
        match child.as_rule() {
            Rule::k_then => break,
            Rule::when_test if !compares => {
                return Err(SyntaxError::TestWithoutOperand.at(tight_span(&child)));
            }
            _ => {}
        }
        when.push(if compares {
            value(child)?
        } else {
            condition(child)?
        });
    }
    let then = value(required(children.next()))?;
    Ok(CaseBranch { when, then })
}

/// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`
fn subquery(node: Node<'_>) -> Result<ExprKind> {
    let mut children = node.into_inner();
    let kind = match required(children.next()).as_rule() {
        Rule::k_count => SubqueryKind::Count,
        Rule::k_collect => SubqueryKind::Collect,
        _ => SubqueryKind::Exists,
    };
    let argument = required(children.next());
    let body = Box::new(if argument.as_rule() == Rule::graph_pattern {
        let filter = children.find(|child| child.as_rule() == Rule::where_clause);
        SubqueryBody::Pattern {
            pattern: pattern::graph_pattern(argument)?,
            predicate: filter.map(condition_of).transpose()?,
        }
    } else {
        SubqueryBody::Query(statement::query(argument)?)
    });
    Ok(ExprKind::Subquery { kind, body })
}

/// A name with its parts: `date.truncate`.
pub(super) fn dotted_name(node: Node<'_>) -> Result<Spanned<Vec<Arc<str>>>> {
    let span = tight_span(&node);
    let parts: Vec<Name> = node
        .into_inner()
        .map(|part| literal::name(&part))
        .collect::<Result<_>>()?;
    let span = parts.last().map_or(span, |last| {
        crate::error::Span::new(span.start as usize, last.span.end as usize)
    });
    let parts = parts.into_iter().map(|part| part.node).collect();
    Ok(Spanned::new(parts, span))
}

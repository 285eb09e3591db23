//! `CALL`: procedures and subqueries.

use super::expression::{condition_of, value};
use super::statement::inner_query;
use super::{Node, Rule, first_is, last_child, literal, operand, required, span_of};
use crate::error::Result;
use crate::syntax::ast::{Clause, ProcedureCall, SubqueryImports, Yield, YieldItem};

pub(super) fn call(node: Node<'_>) -> Result<Clause> {
    let optional = first_is(&node, Rule::k_optional);
    let body = last_child(node);
    match body.as_rule() {
        Rule::call_subquery => call_subquery(optional, body),
        _ => procedure_call(optional, body).map(Clause::Call),
    }
}

/// `CALL (a, b) { … }`
fn call_subquery(optional: bool, node: Node<'_>) -> Result<Clause> {
    let mut children = node
        .into_inner()
        .filter(|child| !matches!(child.as_rule(), Rule::left_brace | Rule::right_brace))
        .peekable();
    let imports = children
        .next_if(|child| child.as_rule() == Rule::subquery_imports)
        .map(subquery_imports)
        .transpose()?;
    let query = inner_query(required(children.next()))?;
    Ok(Clause::CallSubquery {
        optional,
        imports,
        query,
    })
}

fn subquery_imports(node: Node<'_>) -> Result<SubqueryImports> {
    if first_is(&node, Rule::asterisk) {
        return Ok(SubqueryImports::All);
    }
    let names = node
        .into_inner()
        .filter(|child| child.as_rule() == Rule::variable)
        .map(|child| literal::name(&child))
        .collect::<Result<_>>()?;
    Ok(SubqueryImports::Names(names))
}

/// `db.labels() YIELD label AS l WHERE l <> ''`
fn procedure_call(optional: bool, node: Node<'_>) -> Result<ProcedureCall> {
    let mut children = node.into_inner();
    let mut call = ProcedureCall {
        optional,
        name: operand::dotted_name(required(children.next()))?,
        arguments: None,
        yields: None,
    };
    for child in children {
        match child.as_rule() {
            Rule::procedure_arguments => {
                let arguments = child
                    .into_inner()
                    .filter(|child| child.as_rule() != Rule::right_paren)
                    .map(value)
                    .collect::<Result<_>>()?;
                call.arguments = Some(arguments);
            }
            _ => call.yields = Some(yield_clause(child)?),
        }
    }
    Ok(call)
}

fn yield_clause(node: Node<'_>) -> Result<Yield> {
    let mut items = Vec::new();
    let mut predicate = None;
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::asterisk => return Ok(Yield::All(span_of(&child))),
            Rule::yield_item => items.push(yield_item(child)?),
            Rule::where_clause => predicate = Some(Box::new(condition_of(child)?)),
            _ => {}
        }
    }
    Ok(Yield::Items { items, predicate })
}

pub(super) fn yield_item(node: Node<'_>) -> Result<YieldItem> {
    let last = literal::name(&last_child(node.clone()))?;
    let first = node
        .into_inner()
        .find(|child| child.as_rule() == Rule::name);
    Ok(match first {
        Some(field) => YieldItem {
            field: literal::name(&field)?,
            alias: Some(last),
        },
        None => YieldItem {
            field: last,
            alias: None,
        },
    })
}

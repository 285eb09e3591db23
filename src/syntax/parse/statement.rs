//! Statements and queries.

use super::clause::clause;
use super::{
    Node, Rule, compact, first_is, last_child, required, schema, show, tight_span, with_stack,
};
use crate::error::Result;
use crate::syntax::ast::{
    Clause, ExplainMode, ProcedureCall, Query, SingleQuery, Spanned, Statement, TransactionCommand,
    UnionKind, Yield,
};
use crate::syntax::error::SyntaxError;

/// Builds a statement from the whole text.
pub(super) fn statement(node: Node<'_>) -> Result<Statement> {
    let mut children = node.into_inner();
    let first = required(children.next());
    match first.as_rule() {
        Rule::transaction_command => Ok(Statement::Transaction(command(&first))),
        Rule::show_command => show::show(first).map(|show| Statement::Show(Box::new(show))),
        Rule::schema_command => schema::command(first).map(|one| Statement::Schema(Box::new(one))),
        Rule::explain_mode => top_level(Some(explain_mode(&first)), required(children.next())),
        _ => top_level(None, first),
    }
}

fn command(node: &Node<'_>) -> TransactionCommand {
    if first_is(node, Rule::k_begin) {
        TransactionCommand::Begin
    } else if first_is(node, Rule::k_commit) {
        TransactionCommand::Commit
    } else {
        TransactionCommand::Rollback
    }
}

fn explain_mode(node: &Node<'_>) -> ExplainMode {
    if first_is(node, Rule::k_profile) {
        ExplainMode::Profile
    } else if last_child(node.clone()).as_rule() == Rule::k_verbose {
        ExplainMode::Verbose
    } else {
        ExplainMode::Explain
    }
}

/// A query, or a call that is the whole statement.
fn top_level(mode: Option<ExplainMode>, node: Node<'_>) -> Result<Statement> {
    let mut query = query(node)?;
    let standalone = matches!(query.parts.as_slice(), [SingleQuery { clauses }]
        if matches!(clauses.as_slice(), [Spanned { node: Clause::Call(_), .. }]));
    if !standalone {
        check_yields(&query)?;
    }
    if let Some(mode) = mode {
        return Ok(Statement::Explain { mode, query });
    }
    if standalone {
        let clause = query.parts.pop().and_then(|mut part| part.clauses.pop());
        if let Some(Spanned {
            node: Clause::Call(call),
            ..
        }) = clause
        {
            return Ok(Statement::StandaloneCall(call));
        }
    }
    Ok(Statement::Query(query))
}

/// `YIELD *` is possible only where the call is the whole statement.
fn check_yields(query: &Query) -> Result<()> {
    let clauses = query.parts.iter().flat_map(|part| &part.clauses);
    for clause in clauses {
        if let Clause::Call(ProcedureCall {
            yields: Some(Yield::All(span)),
            ..
        }) = &clause.node
        {
            return Err(SyntaxError::YieldStar.at(*span));
        }
    }
    Ok(())
}

/// Single queries with `UNION` between them.
pub(super) fn query(node: Node<'_>) -> Result<Query> {
    let mut parts = Vec::new();
    let mut unions = Vec::new();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::union => {
                let kind = if last_child(child.clone()).as_rule() == Rule::k_all {
                    UnionKind::All
                } else {
                    UnionKind::Distinct
                };
                unions.push(Spanned::new(kind, tight_span(&child)));
            }
            _ => parts.push(single_query(child)?),
        }
    }
    let (parts, unions) = (compact(parts), compact(unions));
    Ok(Query { parts, unions })
}

/// A query inside another statement.
pub(super) fn inner_query(node: Node<'_>) -> Result<Query> {
    let query = with_stack(|| query(node))?;
    check_yields(&query)?;
    Ok(query)
}

fn single_query(node: Node<'_>) -> Result<SingleQuery> {
    let clauses = node
        .into_inner()
        .map(clause)
        .collect::<Result<_>>()
        .map(compact)?;
    let before_last = clauses.len().saturating_sub(1);
    let misplaced = clauses
        .iter()
        .take(before_last)
        .find(|clause| matches!(clause.node, Clause::Return(_) | Clause::Finish));
    match misplaced {
        Some(clause) => Err(SyntaxError::ReturnNotLast.at(clause.span)),
        None => Ok(SingleQuery { clauses }),
    }
}

//! `SHOW`: a call of the procedure that lists, and what is cut from its rows.
//!
//! `SHOW LABELS YIELD name WHERE name > 'M' RETURN name` means
//! ``CALL `SHOW LABELS`() YIELD name, count WITH name WHERE name > 'M' RETURN name``.

use std::sync::Arc;

use super::{Catalog, bind};
use crate::error::{Result, Span};
use crate::semantics::bound::BoundQuery;
use crate::semantics::error::SemanticError;
use crate::syntax::ast::{
    Clause, Expr, ExprKind, Name, ProcedureCall, Projection, ProjectionItem, Query, Show,
    SingleQuery, Spanned, Yield, YieldItem,
};

/// Binds a `SHOW` statement. The catalog knows a procedure by the statement's first words, such as
/// `SHOW LABELS`.
///
/// # Errors
/// As [`bind`].
pub fn bind_show(show: &Show, catalog: &dyn Catalog) -> Result<BoundQuery> {
    let (words, span) = (show.kind.node.words(), show.kind.span);
    let name = || words.to_owned();
    let procedure = catalog.procedure(words).ok_or_else(|| {
        SemanticError::ProcedureNotFound {
            name: name(),
            known: Vec::new(),
        }
        .at(span)
    })?;
    let columns: Vec<Name> = procedure
        .outputs
        .iter()
        .map(|field| Spanned::new(Arc::clone(&field.name), span))
        .collect();
    let mut clauses = vec![Clause::Call(call(words, &columns, show, span))];
    let mut returned = columns.iter().map(|name| item(name, None)).collect();
    if let Some(yields) = &show.yields {
        let mut kept = projection(returned);
        if let Some(items) = &yields.items {
            let items = items.iter();
            kept.items = items
                .map(|yielded| item(&yielded.field, yielded.alias.as_ref()))
                .collect();
        }
        returned = kept.items.iter().filter_map(again).collect();
        kept.order_by.clone_from(&yields.order_by);
        kept.skip.clone_from(&yields.skip);
        kept.limit.clone_from(&yields.limit);
        clauses.push(Clause::With(kept, yields.predicate.clone()));
    }
    let last = show.returns.clone().unwrap_or_else(|| projection(returned));
    clauses.push(Clause::Return(last));
    let clauses = clauses
        .into_iter()
        .map(|clause| Spanned::new(clause, span))
        .collect();
    let query = Query {
        parts: vec![SingleQuery { clauses }],
        unions: Vec::new(),
    };
    bind(&query, catalog)
}

fn call(words: &str, columns: &[Name], show: &Show, span: Span) -> ProcedureCall {
    let items = columns.iter().map(|name| YieldItem {
        field: name.clone(),
        alias: None,
    });
    ProcedureCall {
        optional: false,
        name: Spanned::new(vec![words.into()], span),
        arguments: Some(Vec::new()),
        yields: Some(Yield::Items {
            items: items.collect(),
            predicate: show.predicate.clone().map(Box::new),
        }),
    }
}

/// A column, under its own name or another one.
fn item(column: &Name, alias: Option<&Name>) -> ProjectionItem {
    let expr: Expr = Spanned::new(ExprKind::Variable(Arc::clone(&column.node)), column.span);
    ProjectionItem {
        expr,
        alias: Some(alias.unwrap_or(column).clone()),
        text: Arc::clone(&column.node),
    }
}

/// The column that an item has made.
fn again(made: &ProjectionItem) -> Option<ProjectionItem> {
    made.alias.as_ref().map(|name| item(name, None))
}

fn projection(items: Vec<ProjectionItem>) -> Projection {
    Projection {
        distinct: false,
        star: None,
        items,
        order_by: Vec::new(),
        skip: None,
        limit: None,
    }
}

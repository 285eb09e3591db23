//! Binding subqueries: `EXISTS {}`, `COUNT {}`, `COLLECT {}`, `CALL {}`, pattern predicates and
//! pattern comprehensions.

use std::sync::Arc;

use super::super::bound::{
    Clause, Column, Expr, ExprKind, Match, Pattern, Projection, SingleQuery, Slot, Subquery,
    SubqueryId, SubqueryKind, Union, VariableKind,
};
use super::super::error::SemanticError;
use super::super::scope::{Scope, Variable};
use super::super::types::StaticType;
use super::pattern::NewVariables;
use super::{Aggregates, Binder, kind_of, variable};
use crate::error::{Result, Span};
use crate::syntax::ast;
use crate::value::{Type, Value};

impl Binder<'_> {
    /// `(a)-->(b)` as a predicate: it refers to variables, it introduces none.
    pub(super) fn bind_pattern_predicate(
        &mut self,
        pattern: &ast::PathPattern,
        scope: &Scope,
    ) -> Result<ExprKind> {
        let mut inner = scope.nested();
        let pattern = self.bind_path_pattern(pattern, None, &mut inner, NewVariables::Forbidden)?;
        let read = scope.read_by(&inner);
        Ok(self.add_subquery(SubqueryKind::Exists, match_only(pattern), read))
    }

    /// `[p = (a)-->(b) WHERE … | e]`
    pub(super) fn bind_pattern_comprehension(
        &mut self,
        pattern: &ast::PathPattern,
        predicate: Option<&ast::Expr>,
        projection: &ast::Expr,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let mut inner = scope.nested();
        let pattern =
            self.bind_path_pattern(pattern, predicate, &mut inner, NewVariables::Allowed)?;
        let place = Aggregates::Forbidden("in a pattern comprehension");
        let before = std::mem::replace(&mut self.aggregates, place);
        let bound = self.bind_expr(projection, &inner);
        self.aggregates = before;
        let (expr, found) = bound?;
        let slot = self.anonymous_slot(kind_of(&found));
        let mut query = match_only(pattern);
        let columns = vec![Column {
            name: "value".into(),
            slot,
        }];
        let project = plain_projection(vec![(slot, expr)], columns.clone());
        if let Some(branch) = query.branches.first_mut() {
            branch.clauses.push(Clause::Project(project));
            branch.columns.clone_from(&columns);
        }
        query.columns = columns;
        let read = scope.read_by(&inner);
        let kind = self.add_subquery(SubqueryKind::Collect(slot), query, read);
        Ok((kind, StaticType::list(found)))
    }

    /// `shortestPath((a)-[*]-(b))` as a value: a path or null; `allShortestPaths`: a list of them.
    /// It refers to variables, it introduces none.
    pub(super) fn bind_shortest_path(
        &mut self,
        pattern: &ast::PathPattern,
        all: bool,
        span: Span,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let mut inner = scope.nested();
        let pattern = self.bind_path_pattern(pattern, None, &mut inner, NewVariables::Forbidden)?;
        let path = pattern.searches.first().and_then(|search| search.path);
        let path = path.expect("what is written `shortestPath()` has a slot for its path");
        let slot = self.anonymous_slot(VariableKind::Path);
        let mut query = match_only(pattern);
        let columns = vec![Column {
            name: "value".into(),
            slot,
        }];
        let project = plain_projection(vec![(slot, variable(path, span))], columns.clone());
        if let Some(branch) = query.branches.first_mut() {
            branch.clauses.push(Clause::Project(project));
            branch.columns.clone_from(&columns);
        }
        query.columns = columns;
        let read = scope.read_by(&inner);
        let paths = self.add_subquery(SubqueryKind::Collect(slot), query, read);
        if all {
            return Ok((paths, StaticType::list(StaticType::Flat(Type::Path))));
        }
        let [paths, first] =
            [paths, ExprKind::Literal(Value::Int(0))].map(|kind| Box::new(Expr { kind, span }));
        Ok((ExprKind::Index(paths, first), StaticType::Flat(Type::Path)))
    }

    pub(super) fn bind_subquery(
        &mut self,
        kind: ast::SubqueryKind,
        body: &ast::SubqueryBody,
        span: Span,
        scope: &Scope,
    ) -> Result<(ExprKind, StaticType)> {
        let mut inner = scope.nested();
        let before = std::mem::replace(&mut self.aggregates, Aggregates::Forbidden("here"));
        let query = match body {
            ast::SubqueryBody::Pattern { pattern, predicate } => {
                let bound = self.bind_graph_pattern(pattern, predicate.as_ref(), &mut inner);
                bound.map(match_only)
            }
            ast::SubqueryBody::Query(query) => self.bind_query_body(query, &inner),
        };
        self.aggregates = before;
        let query = query?;
        if query.writes {
            let message = "a subquery in an expression cannot change the graph";
            return Err(SemanticError::ClauseComposition { message }.at(span));
        }
        let (kind, found) = match kind {
            ast::SubqueryKind::Exists => (SubqueryKind::Exists, StaticType::BOOLEAN),
            ast::SubqueryKind::Count => (SubqueryKind::Count, StaticType::INTEGER),
            ast::SubqueryKind::Collect => {
                let [column] = query.columns.as_slice() else {
                    let message = "`COLLECT {}` needs a `RETURN` with exactly one column";
                    return Err(SemanticError::ClauseComposition { message }.at(span));
                };
                (
                    SubqueryKind::Collect(column.slot),
                    StaticType::Flat(Type::List),
                )
            }
        };
        let read = scope.read_by(&inner);
        Ok((self.add_subquery(kind, query, read), found))
    }

    /// A query inside an expression may do without `RETURN`.
    fn bind_query_body(&mut self, query: &ast::Query, scope: &Scope) -> Result<Union> {
        let mut query = query.clone();
        for part in &mut query.parts {
            let returns = part.clauses.last().is_some_and(|last| {
                matches!(last.node, ast::Clause::Return(_) | ast::Clause::Finish)
            });
            let writes = part.clauses.last().is_some_and(|last| {
                !matches!(
                    last.node,
                    ast::Clause::Match(_) | ast::Clause::Unwind { .. }
                )
            });
            if !returns && !writes {
                part.clauses.push(return_one(part));
            }
        }
        self.bind_union(&query, scope)
    }

    fn add_subquery(&mut self, kind: SubqueryKind, query: Union, outer: Vec<Slot>) -> ExprKind {
        let id = u32::try_from(self.subqueries.len()).expect("a text holds fewer subqueries");
        self.subqueries.push(Subquery { kind, query, outer });
        ExprKind::Subquery(SubqueryId(id))
    }

    /// `CALL (a, b) {…}`, and `CALL { WITH a, b … }` in the older spelling.
    pub(super) fn bind_call_subquery(
        &mut self,
        optional: bool,
        imports: Option<&ast::SubqueryImports>,
        query: &ast::Query,
        scope: &mut Scope,
    ) -> Result<Clause> {
        check_names(query)?;
        let span = column_span(query);
        let query = match imports {
            Some(imports) => {
                let inner = self.import_scope(imports, scope)?.nested();
                self.bind_union(query, &inner)?
            }
            None => self.bind_importing_query(query, scope)?,
        };
        for column in &query.columns {
            if scope.get(&column.name).is_some() {
                let name = Arc::clone(&column.name);
                let span = span(&name);
                return Err(SemanticError::VariableAlreadyBound { name }.at(span));
            }
        }
        let columns: Vec<_> = query.columns.clone();
        for column in columns {
            let static_type = self.column_type(column.slot);
            scope.insert(Variable {
                name: column.name,
                slot: column.slot,
                static_type,
            });
        }
        Ok(Clause::CallSubquery { optional, query })
    }

    fn column_type(&self, slot: Slot) -> StaticType {
        use super::VariableKind;
        StaticType::Flat(match self.slot_kind(slot) {
            VariableKind::Node => Type::Node,
            VariableKind::Relationship => Type::Relationship,
            VariableKind::Path => Type::Path,
            VariableKind::Value => Type::Any,
        })
    }

    fn import_scope(&self, imports: &ast::SubqueryImports, scope: &Scope) -> Result<Scope> {
        match imports {
            ast::SubqueryImports::All => Ok(scope.clone()),
            ast::SubqueryImports::Names(names) => {
                let mut inner = Scope::default();
                for name in names {
                    inner.insert(self.bind_name(name, scope)?.clone());
                }
                Ok(inner)
            }
        }
    }

    /// In the older spelling each branch starts with an importing `WITH`, or sees nothing.
    fn bind_importing_query(&mut self, query: &ast::Query, scope: &Scope) -> Result<Union> {
        let mut query = query.clone();
        let mut scopes = Vec::with_capacity(query.parts.len());
        for part in &mut query.parts {
            let mut imported = Scope::default();
            let Some(names) = importing_with(part) else {
                scopes.push(imported.nested());
                continue;
            };
            for name in names {
                let variable = self.bind_name(&name, scope)?.clone();
                if imported.get(&name.node).is_none() {
                    imported.insert(variable);
                }
            }
            if matches!(&part.clauses.first().map(|first| &first.node),
                Some(ast::Clause::With(projection, None)) if projection.star.is_some())
            {
                imported = scope.clone();
            }
            part.clauses.remove(0);
            scopes.push(imported.nested());
        }
        self.bind_branches(&query, |position| {
            scopes.get(position).cloned().unwrap_or_default()
        })
    }
}

/// The variables of a `WITH` that only imports; `None` where the first clause is another.
fn importing_with(part: &ast::SingleQuery) -> Option<Vec<ast::Name>> {
    let ast::Clause::With(projection, None) = &part.clauses.first()?.node else {
        return None;
    };
    let plain = !projection.distinct
        && projection.order_by.is_empty()
        && projection.skip.is_none()
        && projection.limit.is_none();
    let names: Option<Vec<_>> = projection
        .items
        .iter()
        .map(|item| match (&item.expr.node, &item.alias) {
            (ast::ExprKind::Variable(name), None) => {
                Some(ast::Spanned::new(Arc::clone(name), item.expr.span))
            }
            _ => None,
        })
        .collect();
    names.filter(|_| plain)
}

/// The last `RETURN`s of a query.
fn returns(query: &ast::Query) -> impl Iterator<Item = (&ast::Projection, Span)> {
    query.parts.iter().filter_map(|part| {
        let last = part.clauses.last()?;
        match &last.node {
            ast::Clause::Return(projection) => Some((projection, last.span)),
            _ => None,
        }
    })
}

/// What `CALL {}` returns becomes variables, so that each column needs a name.
fn check_names(query: &ast::Query) -> Result<()> {
    for (projection, _) in returns(query) {
        for item in &projection.items {
            if item.alias.is_none() && !matches!(item.expr.node, ast::ExprKind::Variable(_)) {
                return Err(SemanticError::NoExpressionAlias {
                    clause: "`CALL {}`",
                }
                .at(item.expr.span));
            }
        }
    }
    Ok(())
}

/// Finds where the column of a name is returned.
fn column_span(query: &ast::Query) -> impl Fn(&str) -> Span {
    let mut columns = Vec::new();
    let mut whole = Span::default();
    for (projection, span) in returns(query) {
        whole = span;
        for item in &projection.items {
            match (&item.alias, &item.expr.node) {
                (Some(alias), _) => columns.push((Arc::clone(&alias.node), alias.span)),
                (None, ast::ExprKind::Variable(name)) => {
                    columns.push((Arc::clone(name), item.expr.span));
                }
                (None, _) => {}
            }
        }
    }
    move |name| {
        let found = columns.iter().find(|(column, _)| **column == *name);
        found.map_or(whole, |(_, span)| *span)
    }
}

fn return_one(part: &ast::SingleQuery) -> ast::Spanned<ast::Clause> {
    let span = part
        .clauses
        .last()
        .map(|last| last.span)
        .unwrap_or_default();
    let one = ast::Spanned::new(ast::ExprKind::Literal(ast::Literal::Int(1)), span);
    let item = ast::ProjectionItem {
        expr: one,
        alias: None,
        text: "1".into(),
    };
    let projection = ast::Projection {
        distinct: false,
        star: None,
        items: vec![item],
        order_by: Vec::new(),
        skip: None,
        limit: None,
    };
    ast::Spanned::new(ast::Clause::Return(projection), span)
}

fn match_only(pattern: Pattern) -> Union {
    let clauses = vec![Clause::Match(Match {
        optional: false,
        pattern,
        moment: None,
    })];
    let branch = SingleQuery {
        clauses,
        columns: Vec::new(),
    };
    Union {
        branches: vec![branch],
        distinct: false,
        columns: Vec::new(),
        writes: false,
    }
}

fn plain_projection(items: Vec<(Slot, Expr)>, columns: Vec<Column>) -> Projection {
    Projection {
        aggregation: None,
        items,
        distinct: false,
        order_by: Vec::new(),
        skip: None,
        limit: None,
        predicate: None,
        columns,
    }
}

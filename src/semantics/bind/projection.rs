//! Binding `WITH` and `RETURN`.

use std::sync::Arc;

use super::super::aggregate::{Key, Reuse, check_grouping, replace_keys};
use super::super::bound::{
    AggregateCall, Aggregation, Clause, Column, Expr, ExprKind, Projection, Slot, SortKey, Subquery,
};
use super::super::error::SemanticError;
use super::super::scope::{Scope, Variable};
use super::super::types::StaticType;
use super::{Aggregates, Binder, kind_of, variable};
use crate::error::{Error, Result, Span};
use crate::syntax::ast;
use crate::value::{Type, Value};

/// Which of the two clauses a projection is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ProjectionKind {
    With,
    Return,
}

/// An item as it is bound: column name, expression, type, place.
struct Item {
    name: Arc<str>,
    expr: Expr,
    static_type: StaticType,
    aggregated: bool,
    span: Span,
}

/// What `ORDER BY` and `WHERE` need to know of the items before them.
struct Projected {
    /// The columns, with what each was computed from.
    keys: Vec<Key>,
    aggregates: Vec<(Slot, AggregateCall)>,
    aggregating: bool,
    /// Whether only columns are left for what follows.
    closed: bool,
    /// The scope of the items, and above it the columns.
    scope: Scope,
}

impl Binder<'_> {
    pub(super) fn bind_projection(
        &mut self,
        projection: &ast::Projection,
        predicate: Option<&ast::Expr>,
        kind: ProjectionKind,
        scope: &mut Scope,
    ) -> Result<Clause> {
        let (items, aggregates) = self.bind_items(projection, kind, scope)?;
        check_names(&items)?;
        let columns = self.place_items(&items, scope);
        let keys = key_list(&items, &columns);
        let aggregating = !aggregates.is_empty();
        let mut after = scope.clone();
        for column in &columns {
            after.insert(column.clone());
        }
        let mut projected = Projected {
            keys,
            aggregates,
            aggregating,
            closed: aggregating || projection.distinct,
            scope: after,
        };
        let order_by = projection
            .order_by
            .iter()
            .map(|item| self.bind_sort_item(item, &mut projected))
            .collect::<Result<Vec<_>>>()?;
        let predicate = predicate
            .map(|predicate| self.bind_after(predicate, &mut projected))
            .transpose()?;
        let skip = self.bind_page(projection.skip.as_ref(), "SKIP", scope)?;
        let limit = self.bind_page(projection.limit.as_ref(), "LIMIT", scope)?;
        let (aggregation, items) = split_items(items, &projected, &self.subqueries)?;
        if kind == ProjectionKind::With {
            check_aliases(projection)?;
        }
        let bound = Projection {
            aggregation,
            items,
            distinct: projection.distinct,
            order_by,
            skip,
            limit,
            predicate,
            columns: columns.iter().map(column).collect(),
        };
        *scope = scope.projected(columns);
        Ok(Clause::Project(bound))
    }

    #[expect(
        clippy::type_complexity,
        reason = "two lists that are made in one walk"
    )]
    fn bind_items(
        &mut self,
        projection: &ast::Projection,
        kind: ProjectionKind,
        scope: &Scope,
    ) -> Result<(Vec<Item>, Vec<(Slot, AggregateCall)>)> {
        let mut items = Vec::new();
        if let Some(span) = projection.star {
            items.extend(star_items(scope, span, kind)?);
        }
        let mut aggregates = Vec::new();
        for item in &projection.items {
            let before = std::mem::replace(&mut self.aggregates, Aggregates::Collected(Vec::new()));
            let bound = self.bind_expr(&item.expr, scope);
            let calls = match std::mem::replace(&mut self.aggregates, before) {
                Aggregates::Collected(calls) => calls,
                Aggregates::Forbidden(_) | Aggregates::Nested => Vec::new(),
            };
            let (expr, static_type) = bound?;
            items.push(Item {
                name: item_name(item),
                expr,
                static_type,
                aggregated: !calls.is_empty(),
                span: item.expr.span,
            });
            aggregates.extend(calls);
        }
        Ok((items, aggregates))
    }

    /// Gives every item its slot: a variable that keeps its name keeps its slot.
    fn place_items(&mut self, items: &[Item], scope: &Scope) -> Vec<Variable> {
        items
            .iter()
            .map(|item| {
                let kept = match (&item.expr.kind, scope.get(&item.name)) {
                    (ExprKind::Variable(slot), Some(known)) if known.slot == *slot => Some(*slot),
                    _ => None,
                };
                let slot = kept.unwrap_or_else(|| {
                    self.new_slot(Arc::clone(&item.name), kind_of(&item.static_type))
                });
                let name = Arc::clone(&item.name);
                Variable {
                    name,
                    slot,
                    static_type: item.static_type.clone(),
                }
            })
            .collect()
    }

    fn bind_sort_item(
        &mut self,
        item: &ast::SortItem,
        projected: &mut Projected,
    ) -> Result<SortKey> {
        let before = std::mem::replace(&mut self.aggregates, Aggregates::Collected(Vec::new()));
        let scope = projected.scope.clone();
        let bound = self.bind_expr(&item.expr, &scope);
        let calls = match std::mem::replace(&mut self.aggregates, before) {
            Aggregates::Collected(calls) => calls,
            Aggregates::Forbidden(_) | Aggregates::Nested => Vec::new(),
        };
        let (expr, _) = bound?;
        if !calls.is_empty() && !projected.aggregating {
            let place = "in `ORDER BY` where nothing is aggregated";
            return Err(SemanticError::InvalidAggregation { place }.at(item.expr.span));
        }
        let reuse = if calls.is_empty() {
            Reuse::All
        } else {
            Reuse::Simple
        };
        let expr = projected.share_aggregates(expr, calls)?;
        let expr = projected.close(expr, reuse, &self.subqueries, item.expr.span)?;
        Ok(SortKey {
            expr,
            descending: item.descending,
        })
    }

    /// `WITH … WHERE`
    fn bind_after(&mut self, predicate: &ast::Expr, projected: &mut Projected) -> Result<Expr> {
        let scope = projected.scope.clone();
        let bound = self.bind_condition(predicate, &scope, "in `WHERE`")?;
        projected.close(bound, Reuse::All, &self.subqueries, predicate.span)
    }

    /// `SKIP` and `LIMIT`: a number without variables.
    fn bind_page(
        &mut self,
        count: Option<&ast::Expr>,
        clause: &'static str,
        scope: &Scope,
    ) -> Result<Option<Expr>> {
        let Some(count) = count else { return Ok(None) };
        let place = "in `SKIP` or `LIMIT`";
        let before = std::mem::replace(&mut self.aggregates, Aggregates::Forbidden(place));
        let bound = self.bind_expr(count, scope);
        self.aggregates = before;
        let (expr, found) = bound?;
        if !expr.free_slots().is_empty() || expr.has_subquery() {
            return Err(SemanticError::VariableInPage { clause }.at(count.span));
        }
        if !found.fits(&[Type::Integer]) {
            let found = found.describe();
            return Err(SemanticError::PageNotInteger { clause, found }.at(count.span));
        }
        if is_negative(&expr) {
            return Err(SemanticError::NegativePage { clause }.at(count.span));
        }
        Ok(Some(expr))
    }
}

impl Projected {
    /// Takes aggregates that an item has already. Another one may only read columns, so it cannot
    /// read anything at all.
    fn share_aggregates(&mut self, expr: Expr, calls: Vec<(Slot, AggregateCall)>) -> Result<Expr> {
        let mut expr = expr;
        for (slot, call) in calls {
            let known = self
                .aggregates
                .iter()
                .find(|(_, known)| same_call(known, &call));
            let Some((known, _)) = known else {
                let mut read = call.arguments.iter().flat_map(Expr::free_slots);
                if let Some(missing) = read.next() {
                    return Err(self.undefined(missing, call.span));
                }
                self.aggregates.push((slot, call));
                continue;
            };
            let shared = Key {
                expr: variable(slot, call.span),
                slot: *known,
            };
            expr = replace_keys(expr, &[shared], Reuse::All);
        }
        Ok(expr)
    }

    /// Where only columns are left, reads columns in place of what they were computed from.
    fn close(&self, expr: Expr, reuse: Reuse, subqueries: &[Subquery], span: Span) -> Result<Expr> {
        if !self.closed {
            return Ok(expr);
        }
        let expr = replace_keys(expr, &self.keys, reuse);
        let known = |slot: &Slot| {
            self.keys.iter().any(|key| key.slot == *slot)
                || self
                    .aggregates
                    .iter()
                    .any(|(aggregate, _)| aggregate == slot)
        };
        let mut free = expr.free_slots();
        free.extend(read_by_subqueries(&expr, subqueries));
        let Some(missing) = free.iter().find(|slot| !known(slot)) else {
            return Ok(expr);
        };
        let in_key = |key: &Key| key.expr.free_slots().contains(missing);
        if reuse == Reuse::Simple && self.keys.iter().any(in_key) {
            return Err(SemanticError::AmbiguousAggregation.at(span));
        }
        Err(self.undefined(*missing, span))
    }

    /// A variable that is not there any more.
    fn undefined(&self, slot: Slot, span: Span) -> Error {
        let name = self.name_of(slot).unwrap_or_else(|| "?".into());
        let in_scope = self
            .keys
            .iter()
            .filter_map(|key| self.name_of(key.slot))
            .collect();
        SemanticError::UndefinedVariable { name, in_scope }.at(span)
    }

    fn name_of(&self, slot: Slot) -> Option<Arc<str>> {
        self.scope
            .all()
            .iter()
            .find(|variable| variable.slot == slot)
            .map(|variable| Arc::clone(&variable.name))
    }
}

/// Parts items into grouping keys, aggregates and what is computed from both.
#[expect(clippy::type_complexity, reason = "the two halves of a projection")]
fn split_items(
    items: Vec<Item>,
    projected: &Projected,
    subqueries: &[Subquery],
) -> Result<(Option<Aggregation>, Vec<(Slot, Expr)>)> {
    let placed = items.into_iter().zip(&projected.keys);
    if !projected.aggregating {
        let items = placed.map(|(item, key)| (key.slot, item.expr));
        return Ok((None, items.filter(|item| !is_itself(item)).collect()));
    }
    let mut keys = Vec::new();
    let mut rest = Vec::new();
    let mut grouping = Vec::new();
    for (item, key) in placed {
        if item.aggregated {
            rest.push((key.slot, item.expr, item.span));
        } else {
            grouping.push(key.clone());
            keys.push((key.slot, item.expr));
        }
    }
    let mut allowed: Vec<_> = projected.aggregates.iter().map(|(slot, _)| *slot).collect();
    allowed.extend(grouping.iter().map(|key| key.slot));
    let mut computed = Vec::new();
    for (slot, expr, span) in rest {
        let expr = replace_keys(expr, &grouping, Reuse::Simple);
        check_grouping(&expr, &allowed, span)?;
        for slot in read_by_subqueries(&expr, subqueries) {
            keep_for_subquery(slot, &grouping, &mut keys, span)?;
        }
        computed.push((slot, expr));
    }
    let aggregation = Aggregation {
        keys,
        aggregates: projected.aggregates.clone(),
    };
    Ok((Some(aggregation), computed))
}

/// What the subqueries of an expression read of the rows.
fn read_by_subqueries(expr: &Expr, subqueries: &[Subquery]) -> Vec<Slot> {
    let mut read = Vec::new();
    expr.visit(&mut |part| {
        if let ExprKind::Subquery(id) = part.kind {
            let found = subqueries.get(id.0 as usize);
            read.extend(found.into_iter().flat_map(|subquery| &subquery.outer));
        }
    });
    let declared = expr.declared_slots();
    read.retain(|slot| !declared.contains(slot));
    read
}

/// Keeps a variable that a subquery beside an aggregate reads: it must be a grouping key. Where
/// that has another name behind the projection, the variable becomes a key of its own.
fn keep_for_subquery(
    slot: Slot,
    grouping: &[Key],
    keys: &mut Vec<(Slot, Expr)>,
    span: Span,
) -> Result<()> {
    if keys.iter().any(|(known, _)| *known == slot) {
        return Ok(());
    }
    let reads = |key: &&Key| matches!(key.expr.kind, ExprKind::Variable(read) if read == slot);
    let Some(key) = grouping.iter().find(reads) else {
        return Err(SemanticError::AmbiguousAggregation.at(span));
    };
    keys.push((slot, key.expr.clone()));
    Ok(())
}

fn is_itself((slot, expr): &(Slot, Expr)) -> bool {
    matches!(&expr.kind, ExprKind::Variable(read) if read == slot)
}

fn key_list(items: &[Item], columns: &[Variable]) -> Vec<Key> {
    items
        .iter()
        .zip(columns)
        .map(|(item, column)| Key {
            expr: item.expr.clone(),
            slot: column.slot,
        })
        .collect()
}

fn column(variable: &Variable) -> Column {
    Column {
        name: Arc::clone(&variable.name),
        slot: variable.slot,
    }
}

/// `*`: all variables, by name.
fn star_items(scope: &Scope, span: Span, kind: ProjectionKind) -> Result<Vec<Item>> {
    let mut variables: Vec<_> = scope.own().iter().collect();
    // A variable that a pattern refined stands there twice, with one slot.
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    variables.dedup_by(|a, b| a.slot == b.slot);
    if variables.is_empty() && kind == ProjectionKind::Return {
        return Err(SemanticError::NoVariablesInScope.at(span));
    }
    Ok(variables
        .into_iter()
        .map(|known| Item {
            name: Arc::clone(&known.name),
            expr: variable(known.slot, span),
            static_type: known.static_type.clone(),
            aggregated: false,
            span,
        })
        .collect())
}

fn item_name(item: &ast::ProjectionItem) -> Arc<str> {
    match (&item.alias, &item.expr.node) {
        (Some(alias), _) => Arc::clone(&alias.node),
        (None, ast::ExprKind::Variable(name)) => Arc::clone(name),
        (None, _) => Arc::clone(&item.text),
    }
}

/// In `WITH` every expression but a variable needs a name.
fn check_aliases(projection: &ast::Projection) -> Result<()> {
    let nameless = projection
        .items
        .iter()
        .find(|item| item.alias.is_none() && !matches!(item.expr.node, ast::ExprKind::Variable(_)));
    match nameless {
        Some(item) => Err(SemanticError::NoExpressionAlias { clause: "`WITH`" }.at(item.expr.span)),
        None => Ok(()),
    }
}

fn check_names(items: &[Item]) -> Result<()> {
    for (index, item) in items.iter().enumerate() {
        if items
            .iter()
            .take(index)
            .any(|earlier| earlier.name == item.name)
        {
            let name = Arc::clone(&item.name);
            return Err(SemanticError::ColumnNameConflict { name }.at(item.span));
        }
    }
    Ok(())
}

fn same_call(a: &AggregateCall, b: &AggregateCall) -> bool {
    let same_function = match (a.function, b.function) {
        (None, None) => true,
        (Some(a), Some(b)) => a.name == b.name,
        _ => false,
    };
    same_function
        && a.distinct == b.distinct
        && a.arguments.len() == b.arguments.len()
        && a.arguments
            .iter()
            .zip(&b.arguments)
            .all(|(a, b)| a.same_as(b))
}

fn is_negative(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Value::Int(count)) => *count < 0,
        ExprKind::Negate(inner) => {
            matches!(inner.kind, ExprKind::Literal(Value::Int(count)) if count > 0)
        }
        _ => false,
    }
}

//! What the writing operators share: properties from maps, and the items of `SET`.

use std::sync::Arc;

use crate::error::{Code, Error, ErrorType, Result, Span};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, value_bytes};
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, ExprKind, SetItem, Slot};
use crate::store::KeyId;
use crate::value::{Map, NodeId, RelId, Value, equivalent};

/// What has properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Node(NodeId),
    Rel(RelId),
}

impl Element {
    /// Returns a value as a node or relationship; nothing for null.
    pub(super) fn of(value: &Value) -> Result<Option<Self>> {
        match value {
            Value::Node(node) => Ok(Some(Self::Node(*node))),
            Value::Rel(rel) => Ok(Some(Self::Rel(*rel))),
            Value::Null => Ok(None),
            other => Err(mismatch("a node or a relationship", other)),
        }
    }

    /// Sets a property, or removes it where the value is null.
    fn set(self, key: KeyId, value: Value, run: &mut Run<'_>) -> Result<()> {
        let graph = run.ctx.graph.view();
        let old = match self {
            Self::Node(node) => graph.node_property(node, key),
            Self::Rel(rel) => graph.rel_property(rel, key),
        };
        let changes = !equivalent(&old, &value) || old.type_of() != value.type_of();
        run.ctx.write(value_bytes(&value))?;
        let writer = run.ctx.writer()?;
        match self {
            Self::Node(node) => writer.set_node_property(node, key, value)?,
            Self::Rel(rel) => writer.set_rel_property(rel, key, value)?,
        }
        run.ctx.counters.properties_set += u64::from(changes);
        Ok(())
    }

    fn keys(self, run: &Run<'_>) -> Vec<KeyId> {
        let graph = run.ctx.graph.view();
        let properties = match self {
            Self::Node(node) => graph.node_properties(node),
            Self::Rel(rel) => graph.rel_properties(rel),
        };
        properties.into_iter().map(|(key, _)| key).collect()
    }
}

pub(super) fn mismatch(expected: &str, found: &Value) -> Error {
    let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
    Error::new(
        code,
        format!("expected {expected}, got {}", found.type_of()),
    )
}

/// The property maps of new elements.
pub(super) struct Properties {
    /// Where the map stands.
    span: Option<Span>,
    source: Source,
}

/// Where properties come from.
enum Source {
    None,
    /// A map that the query spells out.
    Columns(Vec<(KeyId, Arc<Column>)>),
    Maps(Arc<Column>),
}

impl Properties {
    /// Evaluates a property map for all rows.
    pub(super) fn eval(expr: Option<&Expr>, batch: &Batch, run: &mut Run<'_>) -> Result<Self> {
        let source = match expr.map(|expr| (&expr.kind, expr)) {
            None => Source::None,
            Some((ExprKind::Map(entries), _)) => {
                let mut columns = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let column = run.eval(value, batch)?;
                    columns.push((run.ctx.writer()?.intern_key(key), column));
                }
                Source::Columns(columns)
            }
            Some((_, expr)) => Source::Maps(run.eval(expr, batch)?),
        };
        let span = expr.map(|expr| expr.span);
        Ok(Self { span, source })
    }

    /// Says that an error is about the map.
    pub(super) fn at(&self, error: Error) -> Error {
        match self.span {
            Some(span) => error.at(span),
            None => error,
        }
    }

    /// Returns the properties of one row; nulls are left out.
    pub(super) fn row(&self, row: usize, run: &mut Run<'_>) -> Result<Vec<(KeyId, Value)>> {
        let mut properties = self.all(row, run)?;
        properties.retain(|(_, value)| !value.is_null());
        Ok(properties)
    }

    /// Returns whether a property of one row is null.
    pub(super) fn has_null(&self, row: usize, run: &mut Run<'_>) -> Result<bool> {
        let properties = self.all(row, run)?;
        Ok(properties.iter().any(|(_, value)| value.is_null()))
    }

    fn all(&self, row: usize, run: &mut Run<'_>) -> Result<Vec<(KeyId, Value)>> {
        match &self.source {
            Source::None => Ok(Vec::new()),
            Source::Columns(columns) => Ok(columns
                .iter()
                .map(|(key, column)| (*key, column.value(row)))
                .collect()),
            Source::Maps(column) => {
                let value = column.value(row);
                if value.is_null() {
                    return Ok(Vec::new());
                }
                let map = run.properties(&value)?;
                let writer = run.ctx.writer()?;
                Ok(map
                    .into_iter()
                    .map(|(key, value)| (writer.intern_key(&key), value))
                    .collect())
            }
        }
    }
}

/// Carries the items of `SET` out for all rows of a batch.
pub(super) fn set_all(items: &[SetItem], batch: &Batch, run: &mut Run<'_>) -> Result<()> {
    if items.iter().all(|item| stands_alone(item, batch)) {
        return set_columns(items, batch, run);
    }
    for row in 0..batch.len() {
        run.step()?;
        set_items(items, &batch.slice(row, 1), run)?;
    }
    Ok(())
}

/// Sets properties whose values don't depend on the graph, so that they can be evaluated for all
/// rows before the first is set.
fn set_columns(items: &[SetItem], batch: &Batch, run: &mut Run<'_>) -> Result<()> {
    let mut columns = Vec::with_capacity(items.len());
    for item in items {
        if let SetItem::Property { base, key, value } = item {
            let Value::String(name) = run.eval(key, batch)?.value(0) else {
                continue;
            };
            let (elements, values) = (run.eval(base, batch)?, run.eval(value, batch)?);
            columns.push((elements, (base, value), name, values));
        }
    }
    run.forget();
    for row in 0..batch.len() {
        run.step()?;
        for (elements, (base, value), name, values) in &columns {
            let target = elements.value(row);
            let Some(element) = Element::of(&target).map_err(|error| error.at(base.span))? else {
                continue;
            };
            run.check_there(&target)
                .map_err(|error| error.at(base.span))?;
            let key = run.ctx.writer()?.intern_key(name);
            element
                .set(key, values.value(row), run)
                .map_err(|error| error.at(value.span))?;
        }
    }
    Ok(())
}

/// Whether an item sets a property of a variable to a value that does not depend on the graph.
fn stands_alone(item: &SetItem, batch: &Batch) -> bool {
    match item {
        SetItem::Property { base, key, value } => {
            matches!(base.kind, ExprKind::Variable(_))
                && matches!(key.kind, ExprKind::Literal(Value::String(_)))
                && is_graphless(value, batch)
        }
        SetItem::AllProperties { .. }
        | SetItem::AddProperties { .. }
        | SetItem::AddLabels { .. }
        | SetItem::RemoveLabels { .. } => false,
    }
}

/// Whether an expression reads nothing of the graph.
fn is_graphless(expr: &Expr, batch: &Batch) -> bool {
    let all = |parts: &[Expr]| parts.iter().all(|part| is_graphless(part, batch));
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Parameter(_) => true,
        ExprKind::Variable(slot) => match batch.column(*slot).map(|column| &**column) {
            Some(Column::Values(values)) => !values
                .iter()
                .any(|value| matches!(value, Value::Node(_) | Value::Rel(_))),
            Some(Column::Const(value, _)) => !matches!(value, Value::Node(_) | Value::Rel(_)),
            Some(Column::Node(_) | Column::Rel(_)) | None => false,
            Some(_) => true,
        },
        ExprKind::List(items) => all(items),
        // An entry of a map may be a node, whose property must not be asked for here.
        ExprKind::Property(base, _) => {
            matches!(base.kind, ExprKind::Variable(_)) && is_graphless(base, batch)
        }
        ExprKind::Negate(base) => is_graphless(base, batch),
        ExprKind::Arithmetic(first, rest) => {
            is_graphless(first, batch) && rest.iter().all(|(_, part)| is_graphless(part, batch))
        }
        _ => false,
    }
}

/// Carries the items of `SET` out for one row. Each sees what the ones before have done.
pub(super) fn set_items(items: &[SetItem], row: &Batch, run: &mut Run<'_>) -> Result<()> {
    items.iter().try_for_each(|item| {
        run.forget();
        set_item(item, row, run)
    })
}

fn set_item(item: &SetItem, row: &Batch, run: &mut Run<'_>) -> Result<()> {
    match item {
        SetItem::Property { base, key, value } => set_property((base, key, value), row, run),
        SetItem::AllProperties { slot, value } => {
            let map = map_of(value, row, run)?;
            let Some(element) = Element::of(&row.value(*slot, 0))? else {
                return Ok(());
            };
            let writer = run.ctx.writer()?;
            let new: Vec<KeyId> = map.keys().map(|key| writer.intern_key(key)).collect();
            for key in element.keys(run) {
                if !new.contains(&key) {
                    element.set(key, Value::Null, run)?;
                }
            }
            add_properties(element, map, value, run)
        }
        SetItem::AddProperties { slot, value } => {
            let map = map_of(value, row, run)?;
            match Element::of(&row.value(*slot, 0))? {
                Some(element) => add_properties(element, map, value, run),
                None => Ok(()),
            }
        }
        SetItem::AddLabels { slot, labels } => change_labels(*slot, labels, true, row, run),
        SetItem::RemoveLabels { slot, labels } => change_labels(*slot, labels, false, row, run),
    }
}

fn set_property(
    (base, key, value): (&Expr, &Expr, &Expr),
    row: &Batch,
    run: &mut Run<'_>,
) -> Result<()> {
    let target = run.eval(base, row)?.value(0);
    let name = run.eval(key, row)?.value(0);
    let new = run.eval(value, row)?.value(0);
    let element = Element::of(&target).map_err(|error| error.at(base.span))?;
    let Some(element) = element else {
        return Ok(());
    };
    let Value::String(name) = name else {
        return Err(mismatch("a property key", &name).at(key.span));
    };
    run.check_there(&target)
        .map_err(|error| error.at(base.span))?;
    let key = run.ctx.writer()?.intern_key(&name);
    element
        .set(key, new, run)
        .map_err(|error| error.at(value.span))
}

fn map_of(value: &Expr, row: &Batch, run: &mut Run<'_>) -> Result<Map> {
    let map = run.eval(value, row)?.value(0);
    run.properties(&map).map_err(|error| error.at(value.span))
}

fn add_properties(element: Element, map: Map, value: &Expr, run: &mut Run<'_>) -> Result<()> {
    for (key, property) in map {
        let key = run.ctx.writer()?.intern_key(&key);
        element
            .set(key, property, run)
            .map_err(|error| error.at(value.span))?;
    }
    Ok(())
}

fn change_labels(
    slot: Slot,
    labels: &[Arc<str>],
    add: bool,
    row: &Batch,
    run: &mut Run<'_>,
) -> Result<()> {
    let value = row.value(slot, 0);
    let node = match &value {
        Value::Null => return Ok(()),
        Value::Node(node) => *node,
        other => return Err(mismatch("a node", other)),
    };
    run.check_there(&value)?;
    for label in labels {
        let writer = run.ctx.writer()?;
        let label = writer.intern_label(label);
        if add {
            let added = writer.add_label(node, label);
            run.ctx.counters.labels_added += u64::from(added);
        } else {
            let removed = writer.remove_label(node, label);
            run.ctx.counters.labels_removed += u64::from(removed);
        }
    }
    Ok(())
}

//! The one place where tests turn values of the engine into [`Literal`]s and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use polity::store::Snapshot;
use polity::value::{NodeId, RelId, Value};

use crate::literal::{Entries, Literal, Node, Path, Rel, Step};

/// Returns what `value` holds in `graph`.
pub(crate) fn describe(value: &Value, graph: &Snapshot) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Int(value) => Literal::Int(*value),
        Value::Float(value) => Literal::Float(*value),
        Value::String(value) => Literal::String(value.to_string()),
        Value::List(values) => {
            Literal::List(values.iter().map(|item| describe(item, graph)).collect())
        }
        Value::Map(map) => Literal::Map(
            map.iter()
                .map(|(key, value)| (key.to_string(), describe(value, graph)))
                .collect(),
        ),
        Value::Node(id) => Literal::Node(node(*id, graph)),
        Value::Rel(id) => Literal::Rel(rel(*id, graph)),
        Value::Path(path) => Literal::Path(Box::new(describe_path(path, graph))),
        Value::Date(value) => temporal("date", value),
        Value::LocalTime(value) => temporal("localtime", value),
        Value::Time(value) => temporal("time", value),
        Value::LocalDateTime(value) => temporal("localdatetime", value),
        Value::DateTime(value) => temporal("datetime", value),
        Value::Duration(value) => temporal("duration", value),
    }
}

fn temporal(name: &str, value: impl std::fmt::Display) -> Literal {
    Literal::Temporal(name.to_owned(), value.to_string())
}

fn describe_path(path: &polity::value::Path, graph: &Snapshot) -> Path {
    let steps = path.rels.iter().zip(path.nodes.windows(2));
    Path {
        start: node(path.nodes[0], graph),
        steps: steps
            .map(|(id, ends)| Step {
                rel: rel(*id, graph),
                forward: graph.rel(*id).start == ends[0],
                node: node(ends[1], graph),
            })
            .collect(),
    }
}

fn node(id: NodeId, graph: &Snapshot) -> Node {
    if !graph.has_node(id) {
        return Node {
            labels: ["deleted".to_owned()].into(),
            properties: Entries::new(),
        };
    }
    let labels = graph.labels(id).iter();
    Node {
        labels: labels.map(|l| graph.label_name(*l).to_string()).collect(),
        properties: entries(graph.node_properties(id), graph),
    }
}

fn rel(id: RelId, graph: &Snapshot) -> Rel {
    let properties = if graph.has_rel(id) {
        graph.rel_properties(id)
    } else {
        Vec::new()
    };
    Rel {
        rel_type: graph.type_name(graph.rel(id).rel_type).to_string(),
        properties: entries(properties, graph),
    }
}

fn entries(properties: Vec<(polity::store::KeyId, Value)>, graph: &Snapshot) -> Entries {
    properties
        .into_iter()
        .map(|(key, value)| (graph.key_name(key).to_string(), describe(&value, graph)))
        .collect()
}

/// Returns the engine's value for a literal without elements of a graph.
pub(crate) fn to_value(literal: &Literal) -> Result<Value, String> {
    Ok(match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Float(value) => Value::Float(*value),
        Literal::String(value) => Value::String(Arc::from(value.as_str())),
        Literal::List(values) => Value::List(
            values
                .iter()
                .map(to_value)
                .collect::<Result<Vec<_>, _>>()?
                .into(),
        ),
        Literal::Map(entries) => Value::Map(Arc::new(
            entries
                .iter()
                .map(|(key, value)| Ok((Arc::from(key.as_str()), to_value(value)?)))
                .collect::<Result<BTreeMap<Arc<str>, Value>, String>>()?,
        )),
        other => return Err(format!("{other:?} can't be handed to a query")),
    })
}

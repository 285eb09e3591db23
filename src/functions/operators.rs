//! The operators over values, those among them that look into the graph.

use super::Context;
use super::error::FunctionError;
use crate::error::Result;
use crate::value::{Value, ValueError, temporal};

pub use crate::value::operators::{
    Pattern, add, check_nesting, contains, divide, ends_with, in_list, modulo, multiply, negate,
    plain_text, plus, power, regex, slice, starts_with, subtract,
};
pub use crate::value::{compare, equal as equals, greater, greater_or_equal, less, less_or_equal};

/// Returns `value.key`: a property of a node or relationship, an entry of a map, or a component of
/// a temporal value; null where there is none.
///
/// # Errors
/// If the value has no properties, the temporal value no such component, or the node or
/// relationship is gone.
pub fn property(context: &Context<'_>, value: &Value, key: &str) -> Result<Value> {
    let graph = context.graph;
    match value {
        Value::Null => Ok(Value::Null),
        Value::Map(map) => Ok(map.get(key).cloned().unwrap_or(Value::Null)),
        Value::Node(node) if !graph.has_node(*node) => {
            Err(FunctionError::Deleted { what: "node" }.into())
        }
        Value::Rel(rel) if !graph.has_rel(*rel) => {
            let what = "relationship";
            Err(FunctionError::Deleted { what }.into())
        }
        Value::Node(node) => Ok(graph
            .key(key)
            .map_or(Value::Null, |key| graph.node_property(*node, key))),
        Value::Rel(rel) => Ok(graph
            .key(key)
            .map_or(Value::Null, |key| graph.rel_property(*rel, key))),
        other => match temporal::component(other, key)? {
            Some(component) => Ok(component),
            None => Err(ValueError::NoProperties {
                found: other.type_of(),
                key: key.to_owned(),
            }
            .into()),
        },
    }
}

/// Returns `container[key]`: an element of a list, an entry of a map, a property of a node or
/// relationship, or a component of a temporal value; null where there is none.
///
/// # Errors
/// If the container has no elements, the key does not suit it, or the node or relationship is
/// gone.
pub fn index(context: &Context<'_>, container: &Value, key: &Value) -> Result<Value> {
    match (container, key) {
        (Value::List(_) | Value::Map(_) | Value::Null, _) => {
            Ok(crate::value::operators::index(container, key)?)
        }
        (Value::Node(_) | Value::Rel(_), Value::Null) => Ok(Value::Null),
        (_, Value::String(key)) if temporal::is_temporal(container) => {
            property(context, container, key)
        }
        (Value::Node(_) | Value::Rel(_), Value::String(key)) => property(context, container, key),
        (Value::Node(_) | Value::Rel(_), other) => Err(ValueError::PropertyKeyNotString {
            found: other.type_of(),
        }
        .into()),
        _ => Ok(crate::value::operators::index(container, key)?),
    }
}

//! Which values a property can hold.

use std::mem::discriminant;

use crate::value::{List, Value};

use super::error::StoreError;

/// Returns the value as it is stored. In a list of integers and floats all become floats.
pub(super) fn storable(value: Value) -> Result<Value, StoreError> {
    if let Some(found) = refused(&value) {
        return Err(StoreError::InvalidPropertyType { found });
    }
    match &value {
        Value::List(items) => list(items).map(|list| list.map_or(value, Value::List)),
        _ => Ok(value),
    }
}

/// Checks a list; returns another one where it is stored differently.
fn list(items: &[Value]) -> Result<Option<List>, StoreError> {
    let refuse = |found| Err(StoreError::InvalidPropertyType { found });
    for item in items {
        match item {
            Value::Null => return refuse("a list with nulls"),
            Value::List(_) => return refuse("a list of lists"),
            other => match refused(other) {
                Some("a map") => return refuse("a list of maps"),
                Some(_) => return refuse("a list of nodes, relationships or paths"),
                None => {}
            },
        }
    }
    let Some(first) = items.first() else {
        return Ok(None);
    };
    if items
        .iter()
        .all(|item| discriminant(item) == discriminant(first))
    {
        return Ok(None);
    }
    match items.iter().map(float).collect::<Option<List>>() {
        Some(floats) => Ok(Some(floats)),
        None => refuse("a list of values of different types"),
    }
}

fn float(value: &Value) -> Option<Value> {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a list of floats holds its numbers as floats"
        )]
        Value::Int(number) => Some(Value::Float(*number as f64)),
        Value::Float(_) => Some(value.clone()),
        _ => None,
    }
}

fn refused(value: &Value) -> Option<&'static str> {
    match value {
        Value::Map(_) => Some("a map"),
        Value::Node(_) => Some("a node"),
        Value::Rel(_) => Some("a relationship"),
        Value::Path(_) => Some("a path"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::value::NodeId;

    fn check(items: &[Value], expected: Result<&str, &str>) {
        let stored = storable(Value::List(items.into()));
        let told = stored
            .map(|value| format!("{value:?}"))
            .map_err(|error| error.to_string());
        assert_eq!(told.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn lists_of_one_kind() {
        let text = |text: &str| Value::String(text.into());
        check(&[], Ok("List([])"));
        check(
            &[Value::Int(1), Value::Float(2.5)],
            Ok("List([Float(1.0), Float(2.5)])"),
        );
        check(
            &[text("a"), text("b")],
            Ok("List([String(\"a\"), String(\"b\")])"),
        );
        check(
            &[text("a"), Value::Int(1)],
            Err("a property cannot hold a list of values of different types"),
        );
        check(
            &[Value::Null],
            Err("a property cannot hold a list with nulls"),
        );
        check(
            &[Value::List([].into())],
            Err("a property cannot hold a list of lists"),
        );
        check(
            &[Value::Map(Arc::default())],
            Err("a property cannot hold a list of maps"),
        );
    }

    #[test]
    fn no_elements_or_maps() {
        for value in [Value::Node(NodeId(0)), Value::Map(Arc::default())] {
            assert!(storable(value).is_err());
        }
    }
}

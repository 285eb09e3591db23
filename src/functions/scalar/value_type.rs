//! The name of a value's type.

use std::collections::BTreeSet;

use super::super::Function;
use super::super::signature::{Signature, any};
use super::at;
use crate::value::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "valueType",
    "conversion",
    Signature::of(&[any("value")], Type::String),
    "Returns the name of the value's type, such as `LIST<INTEGER NOT NULL> NOT NULL`.",
    |_, values| Ok(name(at(values, 0)).into()),
)
.with_nulls()];

fn name(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        other => format!("{} NOT NULL", bare_name(other)),
    }
}

fn bare_name(value: &Value) -> String {
    match value {
        Value::List(items) => format!("LIST<{}>", item_types(items)),
        Value::Time(_) => "ZONED TIME".to_owned(),
        Value::DateTime(_) => "ZONED DATETIME".to_owned(),
        other => other.type_of().to_string(),
    }
}

/// The types of a list's items, each once; a null among them takes `NOT NULL` from all.
fn item_types(items: &[Value]) -> String {
    if items.is_empty() {
        return "NOTHING".to_owned();
    }
    let types: BTreeSet<_> = items
        .iter()
        .filter(|item| !item.is_null())
        .map(bare_name)
        .collect();
    if types.is_empty() {
        return "NULL".to_owned();
    }
    let suffix = if items.iter().any(Value::is_null) {
        ""
    } else {
        " NOT NULL"
    };
    let types: Vec<_> = types
        .into_iter()
        .map(|name| format!("{name}{suffix}"))
        .collect();
    types.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::{Date, Value};

    #[test]
    fn types_have_names() {
        check("valueType", values![1], "'INTEGER NOT NULL'");
        check("valueType", values![Value::Null], "'NULL'");
        check(
            "valueType",
            values![Date::new(2015, 7, 21)],
            "'DATE NOT NULL'",
        );
        check(
            "valueType",
            values![Value::list([])],
            "'LIST<NOTHING> NOT NULL'",
        );
        check(
            "valueType",
            values![vec![Value::from(1), "a".into(), 2.into()]],
            "'LIST<INTEGER NOT NULL | STRING NOT NULL> NOT NULL'",
        );
        check(
            "valueType",
            values![vec![Value::from(1), Value::Null]],
            "'LIST<INTEGER> NOT NULL'",
        );
        check(
            "valueType",
            values![vec![Value::list([1.into()])]],
            "'LIST<LIST<INTEGER NOT NULL> NOT NULL> NOT NULL'",
        );
    }
}

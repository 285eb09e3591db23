//! Functions about whether there is a value.

use super::super::signature::{Signature, any, argument};
use super::super::{Context, Function};
use super::{at, misfit};
use crate::error::Result;
use crate::value::{Type, Value, equal};

const CATEGORY: &str = "predicate";

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "coalesce",
        CATEGORY,
        Signature::of(&[any("value")], Type::Any).variadic(),
        "Returns the first value that is not null.",
        |_, values| {
            Ok(values
                .iter()
                .find(|value| !value.is_null())
                .cloned()
                .unwrap_or(Value::Null))
        },
    )
    .with_nulls(),
    Function::new(
        "nullIf",
        CATEGORY,
        Signature::of(&[any("value"), any("other")], Type::Any),
        "Returns null if the two values are equal, else the first.",
        |_, values| match equal(at(values, 0), at(values, 1)) {
            Some(true) => Ok(Value::Null),
            _ => Ok(at(values, 0).clone()),
        },
    )
    .with_nulls(),
    Function::new(
        "isEmpty",
        CATEGORY,
        Signature::of(
            &[argument("value", &[Type::List, Type::Map, Type::String])],
            Type::Boolean,
        ),
        "Returns whether a list, map or string holds nothing.",
        is_empty,
    ),
];

fn is_empty(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    match at(values, 0) {
        Value::List(items) => Ok(items.is_empty().into()),
        Value::Map(map) => Ok(map.is_empty().into()),
        Value::String(text) => Ok(text.is_empty().into()),
        other => Err(misfit("isEmpty", "LIST, MAP or STRING", other).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::Value;

    #[test]
    fn predicates() {
        check("coalesce", values![Value::Null, 2, 3], "2");
        check("coalesce", values![Value::Null], "null");
        check("nullIf", values![1, 1.0], "null");
        check("nullIf", values![1, "1"], "1");
        check("nullIf", values![Value::Null, 1], "null");
        check("isEmpty", values![""], "true");
        check("isEmpty", values![Value::list([Value::Null])], "false");
        check("isEmpty", values![Value::map([("a", 1.into())])], "false");
        check("isEmpty", values![Value::Null], "null");
        check("isEmpty", values![1], "refused");
    }
}

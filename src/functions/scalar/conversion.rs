//! Conversions between types.

use super::super::Function;
use super::super::error::FunctionError;
use super::super::signature::{LIST, Signature, any, argument};
use super::{at, items, misfit};
use crate::error::Result;
use crate::value::operators::plain_text;
use crate::value::{Type, Value, ValueError};

const CATEGORY: &str = "conversion";

/// A conversion; an inner error is about the value's type.
type Convert = fn(&Value) -> Result<Value, Refusal>;

/// Why a value can't be converted.
#[derive(Debug)]
enum Refusal {
    /// Values of its type can't be.
    Type,
    /// It lies outside of the integers.
    Overflow,
}

/// Writes the three functions of one conversion.
macro_rules! conversion {
    ($name:literal, $convert:ident, $accepted:literal, $result:expr, $into:literal) => {
        [
            Function::new(
                $name,
                CATEGORY,
                Signature::of(&[any("value")], $result),
                concat!(
                    "Returns the value as ",
                    $into,
                    "; null if a string does not say one."
                ),
                |_, values| strict($name, $accepted, $convert, at(values, 0)),
            ),
            Function::new(
                concat!($name, "OrNull"),
                CATEGORY,
                Signature::of(&[any("value")], $result),
                concat!(
                    "Returns the value as ",
                    $into,
                    "; null if it can't be converted."
                ),
                |_, values| Ok(lenient($convert, at(values, 0))),
            ),
            Function::new(
                concat!($name, "List"),
                CATEGORY,
                Signature::of(&[argument("list", LIST)], Type::List),
                concat!(
                    "Returns the list with each item as ",
                    $into,
                    "; null where that fails."
                ),
                |_, values| each(concat!($name, "List"), $convert, values),
            ),
        ]
    };
}

const TO_BOOLEAN: [Function; 3] = conversion!(
    "toBoolean",
    to_boolean,
    "BOOLEAN, STRING or INTEGER",
    Type::Boolean,
    "a boolean"
);
const TO_INTEGER: [Function; 3] = conversion!(
    "toInteger",
    to_integer,
    "INTEGER, FLOAT, STRING or BOOLEAN",
    Type::Integer,
    "an integer"
);
const TO_FLOAT: [Function; 3] = conversion!(
    "toFloat",
    to_float,
    "FLOAT, INTEGER or STRING",
    Type::Float,
    "a float"
);
const TO_STRING: [Function; 3] = conversion!(
    "toString",
    to_string,
    "a number, a boolean, a STRING or a temporal value",
    Type::String,
    "a string"
);

pub(super) const FUNCTIONS: &[Function] = {
    let [boolean, boolean_or_null, boolean_list] = TO_BOOLEAN;
    let [integer, integer_or_null, integer_list] = TO_INTEGER;
    let [float, float_or_null, float_list] = TO_FLOAT;
    let [string, string_or_null, string_list] = TO_STRING;
    &[
        boolean,
        boolean_or_null,
        boolean_list,
        integer,
        integer_or_null,
        integer_list,
        float,
        float_or_null,
        float_list,
        string,
        string_or_null,
        string_list,
    ]
};

fn strict(
    function: &'static str,
    wanted: &'static str,
    convert: Convert,
    value: &Value,
) -> Result<Value> {
    convert(value).map_err(|refusal| match refusal {
        Refusal::Type => misfit(function, wanted, value).into(),
        Refusal::Overflow => ValueError::IntegerOverflow {
            operation: "a conversion to INTEGER",
        }
        .into(),
    })
}

fn lenient(convert: Convert, value: &Value) -> Value {
    convert(value).unwrap_or(Value::Null)
}

fn each(function: &'static str, convert: Convert, values: &[Value]) -> Result<Value> {
    let items: Result<_, FunctionError> = items(function, values, 0);
    Ok(Value::list(
        items?.iter().map(|item| lenient(convert, item)),
    ))
}

fn to_boolean(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null | Value::Bool(_) => Ok(value.clone()),
        Value::Int(number) => Ok((*number != 0).into()),
        Value::String(text) => {
            let text = text.trim();
            let known = [("true", true), ("false", false)];
            let found = known
                .iter()
                .find(|(word, _)| text.eq_ignore_ascii_case(word));
            Ok(found.map(|(_, truth)| *truth).into())
        }
        _ => Err(Refusal::Type),
    }
}

fn to_integer(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null | Value::Int(_) => Ok(value.clone()),
        Value::Bool(truth) => Ok(i64::from(*truth).into()),
        Value::Float(number) => truncate(*number),
        Value::String(text) => {
            let text = text.trim();
            match (text.parse::<i64>(), parse_float(text)) {
                (Ok(number), _) => Ok(number.into()),
                (_, Some(number)) => truncate(number),
                _ => Ok(Value::Null),
            }
        }
        _ => Err(Refusal::Type),
    }
}

fn truncate(number: f64) -> Result<Value, Refusal> {
    /// 2⁶³, the first float above all integers.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if !(-LIMIT..LIMIT).contains(&number) {
        return Err(Refusal::Overflow);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "cutting off the fraction is meant"
    )]
    Ok(Value::Int(number as i64))
}

fn to_float(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Int(_) | Value::Float(_) => Ok(value.as_number().into()),
        Value::String(text) => Ok(parse_float(text.trim()).into()),
        _ => Err(Refusal::Type),
    }
}

/// Parses a number as the query language writes it, `NaN` and `Infinity` among them.
fn parse_float(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    let special = matches!(digits, "NaN" | "Infinity");
    let plain = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if special || plain {
        text.parse().ok()
    } else {
        None
    }
}

fn to_string(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Null | Value::String(_) => Ok(value.clone()),
        other => plain_text(other).map(Value::from).ok_or(Refusal::Type),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::{Date, Duration, NodeId, Value};

    const MISFIT: &str = "TypeError.InvalidArgumentValue";
    const OVERFLOW: &str = "ArithmeticError.IntegerOverflow";

    #[test]
    fn to_boolean() {
        check("toBoolean", values![true], "true");
        check("toBoolean", values!["TRUE"], "true");
        check("toBoolean", values![" f alse"], "null");
        check("toBoolean", values![""], "null");
        check("toBoolean", values![0], "false");
        check("toBoolean", values![1.0], MISFIT);
        check("toBoolean", values![Value::list([])], MISFIT);
        check("toBooleanOrNull", values![1.0], "null");
        check(
            "toBooleanList",
            values![vec![Value::from("true"), 1.5.into(), 2.into()]],
            "[true, null, true]",
        );
    }

    #[test]
    fn to_integer() {
        check("toInteger", values![82.9], "82");
        check("toInteger", values![-82.9], "-82");
        check("toInteger", values!["42"], "42");
        check("toInteger", values!["2.9"], "2");
        check("toInteger", values![" 1e3 "], "1000");
        check("toInteger", values!["foo"], "null");
        check("toInteger", values!["inf"], "null");
        check("toInteger", values![""], "null");
        check("toInteger", values![true], "1");
        check("toInteger", values![1e30], OVERFLOW);
        check("toInteger", values!["9223372036854775808"], OVERFLOW);
        check("toInteger", values![f64::NAN], OVERFLOW);
        check("toInteger", values![NodeId(1)], MISFIT);
        check("toIntegerOrNull", values![1e30], "null");
        check("toInteger", values![Value::Null], "null");
    }

    #[test]
    fn to_float() {
        check("toFloat", values![3], "3.0");
        check("toFloat", values!["5"], "5.0");
        check("toFloat", values!["-1.5e3"], "-1500.0");
        check("toFloat", values!["foo"], "null");
        check("toFloat", values!["NaN"], "NaN");
        check("toFloat", values!["nan"], "null");
        check("toFloat", values![true], MISFIT);
        check(
            "toFloatList",
            values![vec![Value::from("1"), true.into()]],
            "[1.0, null]",
        );
        check("toFloatList", values!["1"], "refused");
    }

    #[test]
    fn to_string() {
        check("toString", values![42], "'42'");
        check("toString", values![1.0], "'1.0'");
        check("toString", values![true], "'true'");
        check("toString", values!["a'b"], r"'a\'b'");
        check("toString", values![Date::new(1984, 10, 11)], "'1984-10-11'");
        check("toString", values![Duration::new(0, 0, 70, 0)], "'PT1M10S'");
        check("toString", values![Value::map([("a", 1.into())])], MISFIT);
        check("toStringOrNull", values![Value::list([])], "null");
    }
}

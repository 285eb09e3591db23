//! `+`, `-`, `*`, `/`, `%` and `^`, over numbers, strings, lists and temporal values.

use std::sync::Arc;

use super::super::error::ValueError;
use super::super::literal::write_float;
use super::super::temporal::arithmetic as temporal;
use super::super::{Duration, Value};
use super::{MAX_BYTES, MAX_ITEMS};

/// Returns `a + b`: a sum, strings or lists joined, an item put before or after a list, an instant
/// moved by a duration.
///
/// # Errors
/// If the types don't fit, or the sum overflows.
pub fn add(a: &Value, b: &Value) -> Result<Value, ValueError> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(a), Value::Int(b)) => whole(a.checked_add(*b), "`+`"),
        (Value::List(a), Value::List(b)) => join(a, b),
        (Value::List(items), item) => join(items, std::slice::from_ref(item)),
        (item, Value::List(items)) => join(std::slice::from_ref(item), items),
        (Value::String(_), _) | (_, Value::String(_)) => concatenate(a, b),
        (Value::Duration(a), Value::Duration(b)) => duration(a.checked_add(b), "`+`"),
        (instant, Value::Duration(amount)) | (Value::Duration(amount), instant) => {
            shift(instant, amount, "`+`").unwrap_or_else(|| Err(operands("+", a, b)))
        }
        _ => floats(a, b, "+", |a, b| a + b),
    }
}

/// Returns `a - b`: a difference, or an instant moved back by a duration.
///
/// # Errors
/// If the types don't fit, or the difference overflows.
pub fn subtract(a: &Value, b: &Value) -> Result<Value, ValueError> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(a), Value::Int(b)) => whole(a.checked_sub(*b), "`-`"),
        (Value::Duration(a), Value::Duration(b)) => duration(a.checked_sub(b), "`-`"),
        (instant, Value::Duration(amount)) => {
            let amount = amount
                .checked_neg()
                .ok_or(ValueError::IntegerOverflow { operation: "`-`" })?;
            shift(instant, &amount, "`-`").unwrap_or_else(|| Err(operands("-", a, b)))
        }
        _ if temporal::is_instant(a) && temporal::is_instant(b) => {
            Err(ValueError::InstantDifference {
                left: a.type_of(),
                right: b.type_of(),
            })
        }
        _ => floats(a, b, "-", |a, b| a - b),
    }
}

/// Returns `a * b`, of numbers, or of a duration and a number.
///
/// # Errors
/// If the types don't fit, or the product overflows.
pub fn multiply(a: &Value, b: &Value) -> Result<Value, ValueError> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(a), Value::Int(b)) => whole(a.checked_mul(*b), "`*`"),
        (Value::Duration(amount), Value::Int(factor))
        | (Value::Int(factor), Value::Duration(amount)) => {
            duration(amount.scale(i128::from(*factor), 1), "`*`")
        }
        (Value::Duration(amount), Value::Float(factor))
        | (Value::Float(factor), Value::Duration(amount)) => {
            duration(amount.multiply(*factor), "`*`")
        }
        _ => floats(a, b, "*", |a, b| a * b),
    }
}

/// Returns `a / b`; of two integers the whole part.
///
/// # Errors
/// If the types don't fit, an integer or a duration is divided by zero, or the result overflows.
pub fn divide(a: &Value, b: &Value) -> Result<Value, ValueError> {
    const BY_ZERO: ValueError = ValueError::DivisionByZero {
        operation: "division",
    };
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(_) | Value::Duration(_), Value::Int(0))
        | (Value::Duration(_), Value::Float(0.0)) => Err(BY_ZERO),
        (Value::Int(a), Value::Int(b)) => whole(a.checked_div(*b), "`/`"),
        (Value::Duration(amount), Value::Int(divisor)) => {
            duration(amount.scale(1, i128::from(*divisor)), "`/`")
        }
        (Value::Duration(amount), Value::Float(divisor)) => {
            duration(amount.divide(*divisor), "`/`")
        }
        _ => floats(a, b, "/", |a, b| a / b),
    }
}

/// Returns `a % b`, with the sign of `a`.
///
/// # Errors
/// If the operands are no numbers, or an integer is divided by zero.
pub fn modulo(a: &Value, b: &Value) -> Result<Value, ValueError> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(_), Value::Int(0)) => Err(ValueError::DivisionByZero {
            operation: "remainder of a division",
        }),
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_rem(*b))),
        _ => floats(a, b, "%", |a, b| a % b),
    }
}

/// Returns `a ^ b`, always a float.
///
/// # Errors
/// If the operands are no numbers.
pub fn power(a: &Value, b: &Value) -> Result<Value, ValueError> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        _ => floats(a, b, "^", f64::powf),
    }
}

/// Returns `-a`, of a number or a duration.
///
/// # Errors
/// If the type doesn't fit, or the result overflows.
pub fn negate(a: &Value) -> Result<Value, ValueError> {
    match a {
        Value::Null => Ok(Value::Null),
        Value::Int(a) => whole(a.checked_neg(), "`-`"),
        Value::Float(a) => Ok(Value::Float(-a)),
        Value::Duration(a) => duration(a.checked_neg(), "`-`"),
        other => Err(ValueError::Operand {
            operator: "-",
            operand: other.type_of(),
        }),
    }
}

/// Returns `+a`, of a number or a duration.
///
/// # Errors
/// If the type doesn't fit.
pub fn plus(a: &Value) -> Result<Value, ValueError> {
    match a {
        Value::Null | Value::Int(_) | Value::Float(_) | Value::Duration(_) => Ok(a.clone()),
        other => Err(ValueError::Operand {
            operator: "+",
            operand: other.type_of(),
        }),
    }
}

fn whole(result: Option<i64>, operation: &'static str) -> Result<Value, ValueError> {
    result
        .map(Value::Int)
        .ok_or(ValueError::IntegerOverflow { operation })
}

fn duration(result: Option<Duration>, operation: &'static str) -> Result<Value, ValueError> {
    result
        .map(Value::from)
        .ok_or(ValueError::IntegerOverflow { operation })
}

fn floats(
    a: &Value,
    b: &Value,
    operator: &'static str,
    apply: fn(f64, f64) -> f64,
) -> Result<Value, ValueError> {
    match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => Ok(Value::Float(apply(a, b))),
        _ => Err(operands(operator, a, b)),
    }
}

fn operands(operator: &'static str, left: &Value, right: &Value) -> ValueError {
    ValueError::Operands {
        operator,
        left: left.type_of(),
        right: right.type_of(),
    }
}

/// Moves an instant; none if it is no instant.
fn shift(
    instant: &Value,
    amount: &Duration,
    operation: &'static str,
) -> Option<Result<Value, ValueError>> {
    if !temporal::is_instant(instant) {
        return None;
    }
    Some(temporal::shift(instant, amount).ok_or(ValueError::InstantOverflow { operation }))
}

fn join(a: &[Value], b: &[Value]) -> Result<Value, ValueError> {
    if a.len().saturating_add(b.len()) > MAX_ITEMS {
        return Err(ValueError::TooLarge {
            operation: "`+`",
            limit: MAX_ITEMS,
            unit: "items",
        });
    }
    Ok(Value::list(a.iter().chain(b).cloned()))
}

/// Joins a string and a value that has a text.
fn concatenate(a: &Value, b: &Value) -> Result<Value, ValueError> {
    let text = |value: &Value| -> Result<Arc<str>, ValueError> {
        match value {
            Value::String(text) => Ok(text.clone()),
            other => plain_text(other)
                .map(Arc::from)
                .ok_or_else(|| operands("+", a, b)),
        }
    };
    let (a, b) = (text(a)?, text(b)?);
    if a.len().saturating_add(b.len()) > MAX_BYTES {
        return Err(ValueError::TooLarge {
            operation: "`+`",
            limit: MAX_BYTES,
            unit: "bytes",
        });
    }
    Ok(Value::from([&*a, &*b].concat()))
}

/// Returns a value as `toString()` does; none for null and for what has no such form.
#[must_use]
pub fn plain_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => {
            let mut out = String::new();
            write_float(*value, &mut out);
            out
        }
        Value::String(value) => value.to_string(),
        Value::Date(value) => value.to_string(),
        Value::LocalTime(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::LocalDateTime(value) => value.to_string(),
        Value::DateTime(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Null
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::value::literal::to_literal;
    use crate::value::{Date, LocalDateTime, LocalTime};

    type Operator = fn(&Value, &Value) -> Result<Value, ValueError>;

    fn check(op: Operator, a: impl Into<Value>, b: impl Into<Value>, expected: &str) {
        let (a, b) = (a.into(), b.into());
        let found = match op(&a, &b) {
            Ok(value) => to_literal(&value),
            Err(error) => Error::from(error).code().to_string(),
        };
        assert_eq!(found, expected, "{a:?}, {b:?}");
    }

    const OVERFLOW: &str = "ArithmeticError.IntegerOverflow";
    const BY_ZERO: &str = "ArithmeticError.DivisionByZero";
    const MISFIT: &str = "TypeError.InvalidArgumentType";

    #[test]
    fn integers_stay_integers_and_never_wrap() {
        check(add, 99, 5, "104");
        check(add, i64::MAX, 1, OVERFLOW);
        check(subtract, i64::MIN, 1, OVERFLOW);
        check(multiply, i64::MAX, 2, OVERFLOW);
        check(divide, 7, -2, "-3");
        check(divide, i64::MIN, -1, OVERFLOW);
        check(divide, 1, 0, BY_ZERO);
        check(modulo, -7, 3, "-1");
        check(modulo, i64::MIN, -1, "0");
        check(modulo, 1, 0, BY_ZERO);
        check(power, 4, 3, "64.0");
        assert!(negate(&i64::MIN.into()).is_err());
    }

    #[test]
    fn floats_follow_ieee() {
        check(divide, 1, 0.0, "Infinity");
        check(divide, 0.0, 0.0, "NaN");
        check(modulo, 5.5, 2, "1.5");
        check(add, 1, 0.5, "1.5");
        check(add, Value::Null, 1, "null");
        check(multiply, "a", 1, MISFIT);
        check(add, true, 1, MISFIT);
    }

    #[test]
    fn strings_and_lists_are_joined() {
        let list = |items: &[i64]| Value::list(items.iter().copied().map(Value::from));
        check(add, "a", "b", "'ab'");
        check(add, "a", 1.5, "'a1.5'");
        check(add, 1, "a", "'1a'");
        check(add, "on ", Date::new(2015, 7, 21), "'on 2015-07-21'");
        check(add, list(&[1, 10]), list(&[4]), "[1, 10, 4]");
        check(add, list(&[1]), 2, "[1, 2]");
        check(add, 2, list(&[1]), "[2, 1]");
        check(add, list(&[1]), "a", "[1, 'a']");
        check(add, list(&[1]), Value::Null, "null");
        check(add, "a", Value::map([("k", Value::Null)]), MISFIT);
    }

    #[test]
    fn durations_move_instants() {
        let month = || Duration::new(1, 0, 0, 0);
        let date = |y, m, d| Date::new(y, m, d).unwrap();
        check(add, date(2011, 1, 31), month(), "'2011-02-28'");
        check(add, month(), date(2011, 1, 31), "'2011-02-28'");
        check(subtract, date(2011, 3, 31), month(), "'2011-02-28'");
        check(subtract, date(2011, 3, 31), date(2011, 1, 1), MISFIT);
        check(subtract, month(), date(2011, 1, 1), MISFIT);
        check(add, Date::MAX, month(), "ArithmeticError.NumberOutOfRange");
        let noon = LocalDateTime::new(date(2011, 1, 31), LocalTime::new(12, 0, 0, 0).unwrap());
        check(
            add,
            noon,
            Duration::new(1, -1, 86_399, 1),
            "'2011-02-28T11:59:59.000000001'",
        );
        check(multiply, month(), 0.5, "'P15DT5H14M33S'");
        check(divide, month(), 0, BY_ZERO);
        check(divide, month(), 0.0, BY_ZERO);
        check(multiply, month(), f64::NAN, OVERFLOW);
    }
}

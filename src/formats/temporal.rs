//! Temporal values as text, for formats that have no types for them.

use std::fmt::Display;
use std::sync::Arc;

use crate::value::temporal::{
    parse_date, parse_date_time, parse_duration, parse_local_date_time, parse_local_time,
    parse_time,
};
use crate::value::{Date, Value, Zone};

/// Reads a day `YYYY-MM-DD` that the calendar has.
pub(super) fn day(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum: i64, digit| {
            let value = i64::from(digit.wrapping_sub(b'0'));
            digit.is_ascii_digit().then_some(sum * 10 + value)
        })
    };
    Date::new(
        number(&[y1, y2, y3, y4])?,
        number(&[m1, m2])?,
        number(&[d1, d2])?,
    )
}

/// Reads a value of the temporal type that is named as in the query language. Without an offset a
/// time or moment is in UTC.
pub(super) fn read(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "date" => parse_date(text).ok().map(Value::Date),
        "localtime" => parse_local_time(text).ok().map(Value::LocalTime),
        "time" => parse_time(text, Zone::UTC).ok().map(Value::Time),
        "localdatetime" => parse_local_date_time(text).ok().map(Value::LocalDateTime),
        "datetime" => parse_date_time(text, Zone::UTC).ok().map(Value::DateTime),
        "duration" => parse_duration(text)
            .ok()
            .map(|value| Value::Duration(Arc::new(value))),
        _ => None,
    }
}

/// Returns the name of a temporal value's type, as [`read`] knows it, and the value as text.
pub(super) fn described(value: &Value) -> Option<(&'static str, String)> {
    let (kind, text): (_, &dyn Display) = match value {
        Value::Date(value) => ("date", value),
        Value::LocalTime(value) => ("localtime", value),
        Value::Time(value) => ("time", value),
        Value::LocalDateTime(value) => ("localdatetime", value),
        Value::DateTime(value) => ("datetime", value),
        Value::Duration(value) => ("duration", value),
        _ => return None,
    };
    Some((kind, text.to_string()))
}

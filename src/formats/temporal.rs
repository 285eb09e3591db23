//! Temporal values as text, for formats that have no types for them.

use std::fmt::Display;
use std::sync::Arc;

use crate::value::temporal::{
    parse_date, parse_date_time, parse_duration, parse_local_date_time, parse_local_time,
    parse_time,
};
use crate::value::{Value, Zone};

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

/// Returns whether a temporal type is named so.
pub(super) fn is_kind(name: &str) -> bool {
    matches!(
        name,
        "date" | "localtime" | "time" | "localdatetime" | "datetime" | "duration"
    )
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

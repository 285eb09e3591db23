//! Values as literals: a lexical form and the IRI of a datatype.
//!
//! Where XML Schema has a datatype that holds the value, that is taken, else one of ours:
//! `urn:polity:datatype:datetime` for a moment in a named zone.

use crate::formats::temporal;
use crate::value::literal::write_float;
use crate::value::{Date, LocalTime, Offset, Value};

use super::{DATATYPE, XSD};

/// Returns the lexical form and the datatype of a value that is no list; texts have none.
pub(super) fn literal(value: &Value) -> (String, Option<String>) {
    let xsd = |text: String, name: &str| (text, Some(format!("{XSD}{name}")));
    match value {
        Value::Bool(value) => xsd(value.to_string(), "boolean"),
        Value::Int(value) => xsd(value.to_string(), "integer"),
        Value::Float(value) => xsd(float(*value), "double"),
        Value::String(text) => (text.to_string(), None),
        other => temporal_literal(other),
    }
}

fn temporal_literal(value: &Value) -> (String, Option<String>) {
    let Some((kind, text)) = temporal::described(value) else {
        return (String::new(), None);
    };
    let found = match value {
        Value::Date(date) => is_near(*date).then(|| (text.clone(), "date")),
        Value::LocalTime(time) => Some((seconds(*time), "time")),
        Value::Time(time) => is_zone(time.offset()).then(|| {
            (
                format!("{}{}", seconds(time.local()), time.offset()),
                "time",
            )
        }),
        Value::LocalDateTime(moment) => is_near(moment.date()).then(|| {
            let text = format!("{}T{}", moment.date(), seconds(moment.time()));
            (text, "dateTime")
        }),
        Value::DateTime(moment) => {
            let local = moment.local();
            let fits =
                moment.zone().name().is_none() && is_zone(moment.offset()) && is_near(local.date());
            fits.then(|| {
                let time = seconds(local.time());
                let text = format!("{}T{time}{}", local.date(), moment.offset());
                (text, "dateTime")
            })
        }
        // Signs stand elsewhere there.
        Value::Duration(_) => (!text.contains('-')).then(|| (text.clone(), "duration")),
        _ => None,
    };
    match found {
        Some((text, name)) => (text, Some(format!("{XSD}{name}"))),
        None => (text, Some(format!("{DATATYPE}{kind}"))),
    }
}

/// Whether XML Schema writes the date as we do.
fn is_near(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether XML Schema has the offset.
fn is_zone(offset: Offset) -> bool {
    offset.seconds() % 60 == 0 && offset.seconds().abs() <= 14 * 3600
}

/// A time with its seconds, which XML Schema asks for.
fn seconds(time: LocalTime) -> String {
    let text = time.to_string();
    if text.len() == "00:00".len() {
        text + ":00"
    } else {
        text
    }
}

fn float(value: f64) -> String {
    let mut text = String::new();
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    if value == 0.0 && value.is_sign_negative() {
        text.push('-');
    }
    write_float(value, &mut text);
    text
}

/// Returns the value of a literal; a text where it is of no datatype that we have.
pub(super) fn value(text: &str, datatype: &str) -> Value {
    let read = match datatype.strip_prefix(XSD) {
        Some(name) => read_xsd(text.trim(), name),
        None => datatype
            .strip_prefix(DATATYPE)
            .and_then(|kind| temporal::read(kind, text)),
    };
    read.unwrap_or_else(|| Value::from(text))
}

fn read_xsd(text: &str, name: &str) -> Option<Value> {
    match name {
        "boolean" => match text {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        "integer" | "int" | "long" | "short" | "byte" | "nonNegativeInteger"
        | "nonPositiveInteger" | "positiveInteger" | "negativeInteger" | "unsignedLong"
        | "unsignedInt" | "unsignedShort" | "unsignedByte" => text.parse().ok().map(Value::Int),
        "double" | "float" | "decimal" => text.parse().ok().map(Value::Float),
        "date" => temporal::read("date", text),
        "time" if has_zone(text) => temporal::read("time", text),
        "time" => temporal::read("localtime", text),
        "dateTime" => {
            let time = text.split_once('T').map_or(text, |(_, time)| time);
            let kind = if has_zone(time) {
                "datetime"
            } else {
                "localdatetime"
            };
            temporal::read(kind, text)
        }
        "duration" | "dayTimeDuration" | "yearMonthDuration" => temporal::read("duration", text),
        _ => None,
    }
}

fn has_zone(time: &str) -> bool {
    time.contains(['Z', '+', '-'])
}

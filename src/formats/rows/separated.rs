//! CSV as RFC 4180 has it, with `\n` as line end, and the same with tabs.
//!
//! Null is an empty field and the empty string is `""`. Lists, maps, nodes, relationships and
//! paths stand in their JSON form in one field, temporal values in ISO form.

use std::io::{self, Write};
use std::sync::Arc;

use super::json;
use crate::store::Snapshot;
use crate::value::Value;
use crate::value::literal::write_float;

/// Writes comma-separated values.
pub fn csv<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    separated(b',', columns, rows, graph, out)
}

/// Writes tab-separated values, quoted like comma-separated ones.
pub fn tsv<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    separated(b'\t', columns, rows, graph, out)
}

fn separated<R: AsRef<[Value]>>(
    separator: u8,
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            line.push(separator);
        }
        text(column, separator, &mut line);
    }
    line.push(b'\n');
    out.write_all(&line)?;
    let mut scratch = Vec::new();
    for row in rows {
        line.clear();
        for (place, value) in row.as_ref().iter().enumerate() {
            if place > 0 {
                line.push(separator);
            }
            field(value, separator, graph, &mut scratch, &mut line)?;
        }
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

fn field(
    value: &Value,
    separator: u8,
    graph: &Snapshot,
    scratch: &mut Vec<u8>,
    line: &mut Vec<u8>,
) -> io::Result<()> {
    match value {
        Value::Null => Ok(()),
        Value::String(value) => {
            text(value, separator, line);
            Ok(())
        }
        Value::Bool(value) => write!(line, "{value}"),
        Value::Int(value) => write!(line, "{value}"),
        Value::Float(value) => {
            let mut number = String::new();
            write_float(*value, &mut number);
            line.extend_from_slice(number.as_bytes());
            Ok(())
        }
        Value::Date(value) => write!(line, "{value}"),
        Value::LocalTime(value) => write!(line, "{value}"),
        Value::Time(value) => write!(line, "{value}"),
        Value::LocalDateTime(value) => write!(line, "{value}"),
        Value::DateTime(value) => write!(line, "{value}"),
        Value::Duration(value) => write!(line, "{value}"),
        Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Rel(_) | Value::Path(_) => {
            scratch.clear();
            json::value(value, graph, scratch)?;
            bytes(scratch, separator, line);
            Ok(())
        }
    }
}

fn text(text: &str, separator: u8, line: &mut Vec<u8>) {
    bytes(text.as_bytes(), separator, line);
}

/// Appends a text, in quotes if it is empty or holds what has a meaning in the format.
fn bytes(text: &[u8], separator: u8, line: &mut Vec<u8>) {
    let special = |byte: &u8| *byte == separator || matches!(byte, b'"' | b'\n' | b'\r');
    if !text.is_empty() && !text.iter().any(special) {
        line.extend_from_slice(text);
        return;
    }
    line.push(b'"');
    for byte in text {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

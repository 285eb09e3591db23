//! JSON: one array with an object a row, or JSON Lines with an object a line; and the JSON form of
//! any value.
//!
//! | value | JSON |
//! |---|---|
//! | null, boolean, integer, string, list, map | the same |
//! | float | a number; `"NaN"`, `"Infinity"`, `"-Infinity"` as strings, since JSON has none |
//! | temporal value | a string in ISO form |
//! | node | `{"type":"node","id":"0","labels":["State"],"properties":{"name":"Iran"}}` |
//! | relationship | `{"type":"relationship","id":"0","label":"SIGNED","start":"0","end":"1","properties":{}}` |
//! | path | the list of its nodes and relationships in turn |
//!
//! Ids are the graph's internal ones; slugs are properties.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::Arc;

use crate::store::{KeyId, Snapshot};
use crate::value::literal::write_float;
use crate::value::{NodeId, Path, RelId, Value};

/// Writes one array with an object a row.
pub fn json<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (place, row) in rows.into_iter().enumerate() {
        out.write_all(if place > 0 { b",\n " } else { b"\n " })?;
        object(columns, row.as_ref(), graph, out)?;
    }
    out.write_all(b"\n]\n")
}

/// Writes an object a line.
pub fn jsonl<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    for row in rows {
        object(columns, row.as_ref(), graph, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn object(
    columns: &[Arc<str>],
    row: &[Value],
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    entries(columns.iter().map(|column| &**column).zip(row), graph, out)
}

/// Writes the JSON form of a value.
pub fn value(value: &Value, graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Null => out.write_all(b"null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => float(*value, out),
        Value::String(text) => string(text, out),
        Value::List(items) => list(items.iter(), out, |item, out| self::value(item, graph, out)),
        Value::Map(map) => entries(map.iter().map(|(key, item)| (&**key, item)), graph, out),
        Value::Node(id) => node(*id, graph, out),
        Value::Rel(id) => rel(*id, graph, out),
        Value::Path(id) => path(id, graph, out),
        Value::Date(value) => quoted(value, out),
        Value::LocalTime(value) => quoted(value, out),
        Value::Time(value) => quoted(value, out),
        Value::LocalDateTime(value) => quoted(value, out),
        Value::DateTime(value) => quoted(value, out),
        Value::Duration(value) => quoted(value, out),
    }
}

/// Writes a temporal value, whose ISO form needs no escapes.
fn quoted(value: &dyn Display, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\"{value}\"")
}

/// Writes a text.
pub(in crate::formats) fn string(text: &str, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(out, text).map_err(io::Error::from)
}

fn float(value: f64, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    write_float(value, &mut text);
    if value.is_finite() {
        write!(out, "{text}")
    } else {
        write!(out, "\"{text}\"")
    }
}

/// Writes a list, each item as `write` does.
pub(in crate::formats) fn list<T>(
    items: impl Iterator<Item = T>,
    out: &mut dyn Write,
    mut write: impl FnMut(T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || write(item, out))?;
    }
    out.write_all(b"]")
}

fn entries<'v>(
    entries: impl Iterator<Item = (&'v str, &'v Value)>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{")?;
    for (place, (key, item)) in entries.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        string(key, out)?;
        out.write_all(b":")?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || value(item, graph, out))?;
    }
    out.write_all(b"}")
}

fn node(node: NodeId, graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"type\":\"node\",\"id\":\"{}\",\"labels\":", node.0)?;
    list(graph.labels(node).iter(), out, |label, out| {
        string(graph.label_name(*label), out)
    })?;
    properties(&graph.node_properties(node), graph, out)
}

fn rel(rel: RelId, graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let record = graph.rel(rel);
    write!(
        out,
        "{{\"type\":\"relationship\",\"id\":\"{}\",\"label\":",
        rel.0
    )?;
    string(graph.type_name(record.rel_type), out)?;
    write!(
        out,
        ",\"start\":\"{}\",\"end\":\"{}\"",
        record.start.0, record.end.0
    )?;
    properties(&graph.rel_properties(rel), graph, out)
}

/// Writes the properties and ends the element.
fn properties(
    properties: &[(KeyId, Value)],
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b",\"properties\":")?;
    let by_name = properties
        .iter()
        .map(|(key, value)| (&**graph.key_name(*key), value));
    entries(by_name, graph, out)?;
    out.write_all(b"}")
}

fn path(path: &Path, graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let nodes = path.nodes.iter().map(|id| Value::Node(*id));
    let rels = path
        .rels
        .iter()
        .map(|id| Value::Rel(*id))
        .map(Some)
        .chain([None]);
    let elements = nodes
        .zip(rels)
        .flat_map(|(node, rel)| [Some(node), rel])
        .flatten();
    list(elements, out, |element, out| value(&element, graph, out))
}

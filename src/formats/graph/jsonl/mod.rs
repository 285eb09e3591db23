//! JSON Lines: an object a line, as Neo4j's tools export graphs.
//!
//! ```json
//! {"type":"node","id":"0","labels":["State"],"properties":{"name":"Iran"}}
//! {"type":"relationship","id":"0","label":"SIGNED","start":{"id":"0","labels":["State"]},"end":{"id":"1","labels":[]},"properties":{"on":{"date":"2025-10-25"}}}
//! ```
//!
//! | value | JSON |
//! |---|---|
//! | boolean, string | the same |
//! | integer | a number without fraction and exponent |
//! | float | a number with one of them; `{"float":"NaN"}`, `"Infinity"`, `"-Infinity"` |
//! | temporal value | `{"date":"2025-10-25"}`, and so `localtime`, `time`, `localdatetime`, `datetime`, `duration` |
//! | list | an array of these |
//!
//! Read are also ends that are only an id (`"start":"0"`), ids that are numbers, and objects without
//! `labels` or `properties`; a null is no property. Nodes and relationships may come in any order.
//! Blocks of lines are read on all cores.

mod lines;
mod read;

use std::io::{self, Write};

use crate::formats::rows::{json_list as list, json_string as string};
use crate::formats::temporal;
use crate::store::{KeyId, Snapshot};
use crate::value::literal::write_float;
use crate::value::{NodeId, Value};

pub use read::read;

/// Writes a graph.
pub fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    for node in graph.nodes() {
        write!(out, "{{\"type\":\"node\",\"id\":\"{}\",\"labels\":", node.0)?;
        labels(graph, node, out)?;
        properties(graph, &graph.node_properties(node), out)?;
        out.write_all(b"}\n")?;
    }
    for rel in graph.rels() {
        let record = graph.rel(rel);
        let id = rel.0;
        write!(
            out,
            "{{\"type\":\"relationship\",\"id\":\"{id}\",\"label\":"
        )?;
        string(graph.type_name(record.rel_type), out)?;
        for (role, node) in [("start", record.start), ("end", record.end)] {
            write!(out, ",\"{role}\":{{\"id\":\"{}\",\"labels\":", node.0)?;
            labels(graph, node, out)?;
            out.write_all(b"}")?;
        }
        properties(graph, &graph.rel_properties(rel), out)?;
        out.write_all(b"}\n")?;
    }
    Ok(())
}

fn labels(graph: &Snapshot, node: NodeId, out: &mut dyn Write) -> io::Result<()> {
    let names = graph.labels(node).iter().map(|l| graph.label_name(*l));
    list(names, out, |name, out| string(name, out))
}

fn properties(
    graph: &Snapshot,
    properties: &[(KeyId, Value)],
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b",\"properties\":{")?;
    for (place, (key, value)) in properties.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        string(graph.key_name(*key), out)?;
        out.write_all(b":")?;
        self::value(value, out)?;
    }
    out.write_all(b"}")
}

/// Writes a property; what no property can be does not occur.
pub(super) fn value(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => float(*value, out),
        Value::String(text) => string(text, out),
        Value::List(items) => list(items.iter(), out, |item, out| self::value(item, out)),
        other => match temporal::described(other) {
            Some((kind, text)) => write!(out, "{{\"{kind}\":\"{text}\"}}"),
            None => out.write_all(b"null"),
        },
    }
}

fn float(value: f64, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    if value == 0.0 && value.is_sign_negative() {
        text.push('-');
    }
    write_float(value, &mut text);
    if value.is_finite() {
        write!(out, "{text}")
    } else {
        write!(out, "{{\"float\":\"{text}\"}}")
    }
}

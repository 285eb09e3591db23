//! A graph as a Cypher script, which makes it again on an empty graph.
//!
//! Nodes are created with a label and a number of the script's own, by which the relationships find
//! their ends; at last both are taken off again. Then come indexes and constraints. Reading a
//! script is no business of this room: it runs statements.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::store::{Demand, KeyId, LabelId, Snapshot, TypeId};
use crate::value::literal::{ById, write_float, write_source};
use crate::value::{NodeId, RelId, Value};

/// How many nodes or relationships a statement makes at most.
const ROWS: usize = 200;
/// How long a statement becomes before it is ended.
const LENGTH: usize = 200_000;

/// Writes a graph.
pub fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    if graph.node_count() > 0 {
        Script::new(graph, out).elements()?;
    }
    definitions(graph, out)
}

struct Script<'g> {
    graph: &'g Snapshot,
    out: &'g mut dyn Write,
    /// The label and key of the script's own, which nothing in the graph is called.
    own: String,
}

impl<'g> Script<'g> {
    fn new(graph: &'g Snapshot, out: &'g mut dyn Write) -> Self {
        let mut own = "_Dump".to_owned();
        while graph.label(&own).is_some() || graph.key(&own).is_some() || graph.has_definition(&own)
        {
            own.push('_');
        }
        Self { graph, out, own }
    }

    fn elements(&mut self) -> io::Result<()> {
        let own = self.own.clone();
        writeln!(self.out, "CREATE INDEX {own} FOR (n:{own}) ON (n.{own});")?;
        let mut nodes: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
        for node in self.graph.nodes() {
            nodes
                .entry(self.graph.label_set(node))
                .or_default()
                .push(node);
        }
        for nodes in nodes.into_values() {
            self.nodes(&nodes)?;
        }
        let mut rels: BTreeMap<TypeId, Vec<RelId>> = BTreeMap::new();
        for rel in self.graph.rels() {
            let rel_type = self.graph.rel(rel).rel_type;
            rels.entry(rel_type).or_default().push(rel);
        }
        for (rel_type, rels) in rels {
            self.rels(rel_type, &rels)?;
        }
        writeln!(self.out, "MATCH (n:{own}) REMOVE n:{own}, n.{own};")?;
        writeln!(self.out, "DROP INDEX {own};")
    }

    /// Writes nodes of the same labels.
    fn nodes(&mut self, nodes: &[NodeId]) -> io::Result<()> {
        let own = self.own.clone();
        let mut labels = String::new();
        for label in nodes
            .first()
            .map_or(&[][..], |node| self.graph.labels(*node))
        {
            labels.push(':');
            labels.push_str(&name(self.graph.label_name(*label)));
        }
        let end = format!("] AS row CREATE (n:{own}{labels} {{{own}: row.i}}) SET n += row.p");
        let rows = nodes.iter().map(|node| Row {
            ends: format!("i: {}", node.0),
            properties: self.graph.node_properties(*node),
        });
        statements(self.graph, rows, &end, 'n', self.out)
    }

    /// Writes relationships of one type.
    fn rels(&mut self, rel_type: TypeId, rels: &[RelId]) -> io::Result<()> {
        let own = self.own.clone();
        let name = name(self.graph.type_name(rel_type));
        let end = format!(
            "] AS row MATCH (s:{own} {{{own}: row.s}}), (e:{own} {{{own}: row.e}}) \
             CREATE (s)-[r:{name}]->(e) SET r += row.p"
        );
        let rows = rels.iter().map(|rel| {
            let record = self.graph.rel(*rel);
            Row {
                ends: format!("s: {}, e: {}", record.start.0, record.end.0),
                properties: self.graph.rel_properties(*rel),
            }
        });
        statements(self.graph, rows, &end, 'r', self.out)
    }
}

/// A row that a statement unwinds.
struct Row {
    ends: String,
    properties: Vec<(KeyId, Value)>,
}

/// Writes rows between `UNWIND [` and the end of the statement, as many as fit into one.
fn statements(
    graph: &Snapshot,
    rows: impl Iterator<Item = Row>,
    end: &str,
    variable: char,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    let mut count = 0;
    let mut has_unnamed = false;
    let mut flush = |text: &mut String, has_unnamed: bool| {
        if text.is_empty() {
            return Ok(());
        }
        // A key without a name has no other form.
        let unnamed = if has_unnamed {
            format!(", {variable}[''] = row.z")
        } else {
            String::new()
        };
        writeln!(out, "UNWIND [{text}\n{end}{unnamed};")?;
        text.clear();
        Ok::<(), io::Error>(())
    };
    for row in rows {
        let is_unnamed = |(key, _): &(KeyId, Value)| graph.key_name(*key).is_empty();
        let unnamed = row.properties.iter().any(is_unnamed);
        if count >= ROWS || text.len() >= LENGTH || unnamed != has_unnamed {
            flush(&mut text, has_unnamed)?;
            (count, has_unnamed) = (0, unnamed);
        }
        text.push_str(if text.is_empty() { "\n  " } else { ",\n  " });
        push_row(graph, &row, &mut text);
        count += 1;
    }
    flush(&mut text, has_unnamed)
}

fn push_row(graph: &Snapshot, row: &Row, text: &mut String) {
    let mut unnamed = None;
    let mut properties = String::new();
    for (key, value) in &row.properties {
        let key = graph.key_name(*key);
        if key.is_empty() {
            unnamed = Some(value);
            continue;
        }
        if !properties.is_empty() {
            properties.push_str(", ");
        }
        // Writing to a string does not fail.
        let _ = write!(properties, "{}: ", name(key));
        source(value, &mut properties);
    }
    let _ = write!(text, "{{{}, p: {{{properties}}}", row.ends);
    if let Some(value) = unnamed {
        text.push_str(", z: ");
        source(value, text);
    }
    text.push('}');
}

/// Writes a property as an expression.
fn source(value: &Value, out: &mut String) {
    match value {
        Value::Float(value) if value.is_nan() => out.push_str("0.0/0.0"),
        Value::Float(value) if value.is_infinite() => {
            out.push_str(if *value > 0.0 { "1.0/0.0" } else { "-1.0/0.0" });
        }
        Value::Float(value) => {
            if *value == 0.0 && value.is_sign_negative() {
                out.push('-');
            }
            write_float(*value, out);
        }
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push_str(", ");
                }
                source(item, out);
            }
            out.push(']');
        }
        other => write_source(other, &ById, out),
    }
}

/// A name as statements hold it. Between backticks `\u0041` is an `A`, so a backslash is written as
/// such an escape.
fn name(name: &str) -> String {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_plain =
        name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
    if is_plain {
        return name.to_owned();
    }
    let escaped = name.replace('\\', "\\u005C").replace('`', "``");
    format!("`{escaped}`")
}

/// Writes indexes and constraints.
fn definitions(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let of = |label: LabelId, key: KeyId| {
        let (label, key) = (graph.label_name(label), graph.key_name(key));
        (name(label), name(key))
    };
    for (called, (label, key)) in graph.named_indexes() {
        if graph.owner_of(label, key).is_some() {
            continue;
        }
        let (label, key) = of(label, key);
        let called = name(called);
        writeln!(out, "CREATE INDEX {called} FOR (n:{label}) ON (n.{key});")?;
    }
    for (called, constraint) in graph.constraints() {
        let (label, key) = of(constraint.label, constraint.key);
        let demand = match &constraint.demand {
            Demand::Unique => "IS UNIQUE".to_owned(),
            Demand::NotNull => "IS NOT NULL".to_owned(),
            Demand::Type(wanted) => format!("IS :: {wanted}"),
        };
        let called = name(called);
        writeln!(
            out,
            "CREATE CONSTRAINT {called} FOR (n:{label}) REQUIRE n.{key} {demand};"
        )?;
    }
    Ok(())
}

//! Differences as people read them, and as JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::json;

use crate::formats::rows::json_value;
use crate::formats::words::{Words, clean};
use crate::store::Snapshot;
use crate::value::literal::to_literal;
use crate::value::{NodeId, RelId, Value};

use super::diff::{Changed, Difference, PropertyChange};
use super::matching::ID;

/// The longest value that is shown, in characters.
const LONGEST: usize = 200;

impl Difference {
    /// Writes the difference for people: a line an element, `+` for what was added, `-` for what
    /// was removed, `~` for what changed with a line for each change; then the counts.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_text(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (old, new) = (Side::new(before), Side::new(after));
        for node in &self.nodes.removed {
            writeln!(out, "- {}", old.node(*node))?;
        }
        for node in &self.nodes.added {
            writeln!(out, "+ {}", new.node(*node))?;
        }
        for changed in &self.nodes.changed {
            writeln!(out, "~ {}", old.node(changed.before))?;
            changes(changed, out)?;
        }
        for rel in &self.rels.removed {
            writeln!(out, "- {}", old.rel(*rel))?;
        }
        for rel in &self.rels.added {
            writeln!(out, "+ {}", new.rel(*rel))?;
        }
        for changed in &self.rels.changed {
            writeln!(out, "~ {}", old.rel(changed.before))?;
            changes(changed, out)?;
        }
        writeln!(
            out,
            "nodes: {} added, {} removed, {} changed; relationships: {} added, {} removed, {} changed",
            self.nodes.added.len(),
            self.nodes.removed.len(),
            self.nodes.changed.len(),
            self.rels.added.len(),
            self.rels.removed.len(),
            self.rels.changed.len(),
        )
    }

    /// Writes the difference as one JSON object: `nodes` and `relationships`, each with `added`,
    /// `removed` and `changed`.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_json(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(b"{\"nodes\":{\"added\":")?;
        list(self.nodes.added.iter().map(|n| Value::Node(*n)), after, out)?;
        out.write_all(b",\"removed\":")?;
        list(
            self.nodes.removed.iter().map(|n| Value::Node(*n)),
            before,
            out,
        )?;
        out.write_all(b",\"changed\":")?;
        let nodes = self.nodes.changed.iter();
        let nodes =
            nodes.map(|changed| (Value::Node(changed.before), about(changed, before, after)));
        changed_list(nodes, before, out)?;
        out.write_all(b"},\"relationships\":{\"added\":")?;
        list(self.rels.added.iter().map(|r| Value::Rel(*r)), after, out)?;
        out.write_all(b",\"removed\":")?;
        list(
            self.rels.removed.iter().map(|r| Value::Rel(*r)),
            before,
            out,
        )?;
        out.write_all(b",\"changed\":")?;
        let rels = self.rels.changed.iter();
        let rels = rels.map(|changed| (Value::Rel(changed.before), about(changed, before, after)));
        changed_list(rels, before, out)?;
        out.write_all(b"}}\n")
    }
}

/// One of the graphs, with its words.
pub(super) struct Side<'g> {
    graph: &'g Snapshot,
    words: Words<'g>,
}

impl<'g> Side<'g> {
    pub(super) fn new(graph: &'g Snapshot) -> Self {
        Self {
            graph,
            words: Words::new(graph),
        }
    }

    /// A node by its name, kind and id.
    pub(super) fn node(&self, node: NodeId) -> String {
        let mut out = self.short(node);
        let id = self
            .graph
            .key(ID)
            .map(|key| self.graph.node_property(node, key));
        if let Some(id) = id.filter(|id| !id.is_null()) {
            // Writing to a string does not fail.
            let _ = write!(out, " {{id: {}}}", shown(&id));
        }
        out
    }

    /// A relationship with its ends.
    pub(super) fn rel(&self, rel: RelId) -> String {
        let record = self.graph.rel(rel);
        let mut words = self.words.rel_type(rel);
        if let Some(date) = self.words.date(rel) {
            let _ = write!(words, " ({date})");
        }
        let (start, end) = (self.short(record.start), self.short(record.end));
        format!("{start} ──{words}──▶ {end}")
    }

    fn short(&self, node: NodeId) -> String {
        let mut out = String::new();
        self.words.node(node, &mut out);
        clean(&out)
    }
}

/// A value on one line, shortened.
pub(super) fn shown(value: &Value) -> String {
    if value.is_null() {
        return "none".to_owned();
    }
    let text = clean(&to_literal(value));
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

fn changes<Id>(changed: &Changed<Id>, out: &mut dyn Write) -> io::Result<()> {
    for label in &changed.labels_removed {
        writeln!(out, "    - label {}", clean(label))?;
    }
    for label in &changed.labels_added {
        writeln!(out, "    + label {}", clean(label))?;
    }
    for PropertyChange { key, before, after } in &changed.properties {
        let (before, after) = (shown(before), shown(after));
        writeln!(out, "    {}: {before} → {after}", clean(key))?;
    }
    Ok(())
}

fn list(
    values: impl Iterator<Item = Value>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (place, value) in values.enumerate() {
        out.write_all(if place > 0 { b",\n" } else { b"\n" })?;
        json_value(&value, graph, out)?;
    }
    out.write_all(b"]")
}

/// What changed, as members of an object.
fn about<Id>(changed: &Changed<Id>, before: &Snapshot, after: &Snapshot) -> serde_json::Value {
    let read = |value: &Value, graph: &Snapshot| {
        let mut bytes = Vec::new();
        let written = json_value(value, graph, &mut bytes);
        let read = written
            .ok()
            .and_then(|()| serde_json::from_slice(&bytes).ok());
        read.unwrap_or(serde_json::Value::Null)
    };
    let properties = changed.properties.iter().map(|change| {
        let values = json!({
            "before": read(&change.before, before),
            "after": read(&change.after, after),
        });
        (change.key.to_string(), values)
    });
    let names = |labels: &[std::sync::Arc<str>]| -> Vec<String> {
        labels.iter().map(ToString::to_string).collect()
    };
    let properties: serde_json::Map<_, _> = properties.collect();
    json!({
        "labels_added": names(&changed.labels_added),
        "labels_removed": names(&changed.labels_removed),
        "properties": properties,
    })
}

fn changed_list(
    changed: impl Iterator<Item = (Value, serde_json::Value)>,
    before: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (place, (element, changes)) in changed.enumerate() {
        out.write_all(if place > 0 { b",\n" } else { b"\n" })?;
        out.write_all(b"{\"before\":")?;
        json_value(&element, before, out)?;
        write!(out, ",\"changes\":{changes}}}")?;
    }
    out.write_all(b"]")
}

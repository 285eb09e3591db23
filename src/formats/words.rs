//! Nodes and relationships in words for people: names, kinds, dates, chains.

use std::cmp::Reverse;
use std::fmt::Write;

use crate::store::{KeyId, LabelId, Schema, Snapshot, TypeId};
use crate::value::literal::write_string;
use crate::value::{Describe, NodeId, Path, RelId, Value};

/// The keys that name a node, best first.
const NAMES: [&str; 3] = ["name", "title", "id"];

/// The words of one graph.
#[derive(Debug)]
pub struct Words<'g> {
    graph: &'g Snapshot,
    names: Vec<KeyId>,
    time: Time,
}

/// The keys of valid time, as far as the graph has them.
#[derive(Debug)]
struct Time {
    on: Option<KeyId>,
    from: Option<KeyId>,
    until: Option<KeyId>,
    text: Option<KeyId>,
}

impl Time {
    fn of(graph: &Snapshot) -> Self {
        let find = |name: Option<&String>| graph.key(name?);
        match &graph.schema().dataset.time {
            Some(keys) => Self {
                on: find(keys.on.as_ref()),
                from: find(keys.from.as_ref()),
                until: find(keys.until.as_ref()),
                text: find(keys.text.as_ref()),
            },
            None => Self {
                on: graph.key("on").or_else(|| graph.key("date")),
                from: graph.key("from"),
                until: graph.key("until"),
                text: None,
            },
        }
    }
}

impl<'g> Words<'g> {
    /// The words of a graph.
    #[must_use]
    pub fn new(graph: &'g Snapshot) -> Self {
        Self {
            graph,
            names: NAMES.iter().filter_map(|name| graph.key(name)).collect(),
            time: Time::of(graph),
        }
    }

    /// Returns what a node is called, if it has a name, a title or an id.
    #[must_use]
    pub fn name(&self, node: NodeId) -> Option<String> {
        self.names
            .iter()
            .find_map(|key| text(&self.graph.node_property(node, *key)))
    }

    /// Returns the label that says most about a node: one within another before others, the rarest
    /// of them, the last of equals.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> Option<&'g str> {
        let schema = self.graph.schema();
        let labels = self.graph.labels(node).iter().enumerate();
        let rank = |(place, label): &(usize, &LabelId)| {
            let declared = schema.labels.get(&**self.graph.label_name(**label));
            let within = declared.is_some_and(|label| label.within.is_some());
            (
                !within,
                self.graph.nodes_with_label(**label).len(),
                Reverse(*place),
            )
        };
        let (_, label) = labels.min_by_key(rank)?;
        Some(self.graph.label_name(*label))
    }

    /// Appends a node: `Germany :State`, or its pattern if it has no name.
    pub fn node(&self, node: NodeId, out: &mut String) {
        if !self.graph.has_node(node) {
            out.push_str("(deleted)");
            return;
        }
        match (self.name(node), self.kind(node)) {
            (Some(name), Some(kind)) => push(out, &format!("{} :{kind}", clean(&name))),
            (Some(name), None) => out.push_str(&clean(&name)),
            (None, _) => self.graph.node(node, out),
        }
    }

    /// Appends a relationship: its type in plain words, and its date.
    pub(super) fn rel(&self, rel: RelId, out: &mut String) {
        out.push_str(&self.rel_type(rel));
        if let Some(date) = self.date(rel) {
            push(out, &format!(" ({date})"));
        }
    }

    /// Returns a relationship's type in plain words.
    #[must_use]
    pub fn rel_type(&self, rel: RelId) -> String {
        let number = self.graph.rel(rel).rel_type;
        rel_type(self.graph.schema(), self.graph, number)
    }

    /// Returns when a relationship holds: its day, the date as the source gives it, or its span.
    #[must_use]
    pub fn date(&self, rel: RelId) -> Option<String> {
        let read = |key: Option<KeyId>| text(&self.graph.rel_property(rel, key?));
        let Time {
            on,
            from,
            until,
            text,
        } = self.time;
        if let Some(day) = read(on) {
            return Some(clean(&day));
        }
        if let Some(date) = read(text) {
            return Some(clean(&partial_date(&date)));
        }
        match (read(from), read(until)) {
            (Some(from), Some(until)) => Some(clean(&format!("{from} until {until}"))),
            (Some(from), None) => Some(clean(&format!("from {from}"))),
            (None, Some(until)) => Some(clean(&format!("until {until}"))),
            (None, None) => None,
        }
    }

    /// Appends a path as a chain: `Iran -supports-> Hanoi Convention <-signed- China`.
    pub(super) fn path(&self, path: &Path, out: &mut String) {
        for (place, node) in path.nodes.iter().enumerate() {
            if place > 0 {
                self.step(path, place - 1, out);
            }
            match self.name(*node) {
                Some(name) => out.push_str(&clean(&name)),
                None => self.node(*node, out),
            }
        }
    }

    fn step(&self, path: &Path, place: usize, out: &mut String) {
        let (Some(rel), Some(node)) = (path.rels.get(place), path.nodes.get(place)) else {
            return;
        };
        let forward = self.graph.rel(*rel).start == *node;
        out.push_str(if forward { " -" } else { " <-" });
        self.rel(*rel, out);
        out.push_str(if forward { "-> " } else { "- " });
    }

    /// Appends any value. Text stands bare at the top and in quotes inside of lists and maps.
    pub(super) fn value(&self, value: &Value, out: &mut String) {
        match value {
            Value::String(text) => out.push_str(&clean_lines(text)),
            other => self.inner(other, out),
        }
    }

    fn inner(&self, value: &Value, out: &mut String) {
        match value {
            Value::Node(node) => self.node(*node, out),
            Value::Rel(rel) => self.rel(*rel, out),
            Value::Path(path) => self.path(path, out),
            Value::String(text) => write_string(text, out),
            Value::List(items) => {
                out.push('[');
                self.items(items.iter().map(|item| (None, item)), out);
                out.push(']');
            }
            Value::Map(map) => {
                out.push('{');
                self.items(map.iter().map(|(key, item)| (Some(&**key), item)), out);
                out.push('}');
            }
            other => out.push_str(&text(other).unwrap_or_else(|| "null".to_owned())),
        }
    }

    fn items<'v>(
        &self,
        items: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
        out: &mut String,
    ) {
        for (place, (key, item)) in items.enumerate() {
            if place > 0 {
                out.push_str(", ");
            }
            if let Some(key) = key {
                push(out, &format!("{}: ", clean(key)));
            }
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.inner(item, out));
        }
    }
}

/// Returns a partial date (EDTF) in words: `spring 2026` for `2026-21`, `Q4 2025` for `2025-36`,
/// `from 2025-10` for `2025-10/..`. Other texts stay as they are.
fn partial_date(text: &str) -> String {
    match text.split_once('/') {
        None => season(text),
        Some((from, "..")) => format!("from {}", season(from)),
        Some(("..", until)) => format!("to {}", season(until)),
        Some((from, until)) => format!("{} to {}", season(from), season(until)),
    }
}

fn season(text: &str) -> String {
    let name = match text.split_once('-') {
        Some((_, "21")) => "spring",
        Some((_, "22")) => "summer",
        Some((_, "23")) => "autumn",
        Some((_, "24")) => "winter",
        Some((_, "33")) => "Q1",
        Some((_, "34")) => "Q2",
        Some((_, "35")) => "Q3",
        Some((_, "36")) => "Q4",
        _ => return text.to_owned(),
    };
    let year = text.split('-').next().unwrap_or_default();
    format!("{name} {year}")
}

/// Returns a relationship type in plain words: those of the schema, or `refused to sign` for
/// `REFUSED_TO_SIGN`.
pub(super) fn rel_type(schema: &Schema, graph: &Snapshot, rel_type: TypeId) -> String {
    let name = graph.type_name(rel_type);
    match schema
        .types
        .get(&**name)
        .and_then(|declared| declared.words.as_ref())
    {
        Some(words) => clean(words),
        None => plain(name),
    }
}

/// Returns a name that is written in capitals as plain words; others as they are.
fn plain(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return clean(name);
    }
    clean(&name.to_lowercase().replace('_', " "))
}

/// Returns a value in one line without quotes; `None` for null, elements, lists and maps.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(value) => Some(value.to_string()),
        Value::Float(value) => {
            let mut out = String::new();
            crate::value::literal::write_float(*value, &mut out);
            Some(out)
        }
        Value::Date(value) => Some(value.to_string()),
        Value::LocalTime(value) => Some(value.to_string()),
        Value::Time(value) => Some(value.to_string()),
        Value::LocalDateTime(value) => Some(value.to_string()),
        Value::DateTime(value) => Some(value.to_string()),
        Value::Duration(value) => Some(value.to_string()),
        Value::Null
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => None,
    }
}

/// Returns a name as a file may be called: `state-group` for `StateGroup`, `other` for nothing.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::new();
    let mut before_is_lower = false;
    for character in name.chars().take(60) {
        if character.is_uppercase() && before_is_lower {
            out.push('-');
        }
        before_is_lower = character.is_lowercase();
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let slug = out.trim_matches('-');
    if slug.is_empty() { "other" } else { slug }.to_owned()
}

/// Returns a text as it stands in an error: in backticks, and not longer than a line.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(60).collect();
    let more = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    format!("`{}{more}`", start.escape_debug())
}

/// Returns a text without characters that steer a terminal; a line end becomes a space.
#[must_use]
pub fn clean(text: &str) -> String {
    clean_lines(text).replace('\n', " ")
}

/// Returns a text without characters that steer a terminal but line ends.
pub(super) fn clean_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            steers
                if steers.is_control()
                    || matches!(steers, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                push(&mut out, &steers.escape_unicode().to_string());
            }
            other => out.push(other),
        }
    }
    out
}

fn push(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = out.write_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_read_as_people_write_them() {
        let said = [
            "2026-21",
            "2025-36",
            "2025-10/..",
            "../2025",
            "2025-06/2025-36",
            "2025",
        ];
        let expected = [
            "spring 2026",
            "Q4 2025",
            "from 2025-10",
            "to 2025",
            "2025-06 to Q4 2025",
            "2025",
        ];
        assert_eq!(said.map(partial_date), expected);
    }

    #[test]
    fn names_of_files_are_plain() {
        let names = ["StateGroup", "MEMBER_OF", "../x", "Füße", "", "🕊"];
        assert_eq!(
            names.map(slug),
            ["state-group", "member-of", "x", "f-e", "other", "other"]
        );
    }
}

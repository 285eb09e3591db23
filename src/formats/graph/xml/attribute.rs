//! Properties as typed attributes: what GraphML and GEXF have types for, and what is a text of a
//! type of our own.

use std::collections::BTreeMap;

use crate::formats::temporal;
use crate::formats::words::shown;
use crate::store::{KeyId, Snapshot};
use crate::value::Value;
use crate::value::literal::write_float;

use super::parse::{is_legal, json};

/// The namespace of what the formats lack.
pub(super) const NAMESPACE: &str = "urn:polity:xml";

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    /// `boolean`, `long`, `double`, `string`; the name of a temporal type; `json`, a text that XML
    /// can hold only as JSON.
    name: &'static str,
    /// Whether it is a list, as a JSON array.
    pub(super) is_list: bool,
}

const NAMES: [&str; 11] = [
    "boolean",
    "long",
    "double",
    "string",
    "json",
    "date",
    "localtime",
    "time",
    "localdatetime",
    "datetime",
    "duration",
];

impl Kind {
    fn of(value: &Value) -> Self {
        let (name, is_list) = match value {
            Value::List(items) => (
                items.first().map_or("string", |item| Self::of(item).name),
                true,
            ),
            Value::Bool(_) => ("boolean", false),
            Value::Int(_) => ("long", false),
            Value::Float(_) => ("double", false),
            Value::String(text) if !is_legal(text) => ("json", false),
            other => (temporal::described(other).map_or("string", |d| d.0), false),
        };
        // A list is JSON in any case.
        let name = if is_list && name == "json" {
            "string"
        } else {
            name
        };
        Self { name, is_list }
    }

    /// The kind that a file declares: the format's own type, or the one of ours beside it.
    pub(super) fn declared(native: &str, ours: Option<&str>, is_list: bool) -> Self {
        let name = match (ours, native) {
            (Some(ours), _) => NAMES.into_iter().find(|name| *name == ours),
            (None, "boolean") => Some("boolean"),
            (None, "int" | "integer" | "long" | "short" | "byte") => Some("long"),
            (None, "float" | "double") => Some("double"),
            (None, _) => None,
        };
        let name = name.unwrap_or("string");
        Self { name, is_list }
    }

    /// The type that the formats have for it, or for its items.
    pub(super) fn native(self) -> &'static str {
        match self.name {
            "boolean" | "long" | "double" => self.name,
            _ => "string",
        }
    }

    /// The type of ours, where the format's own does not say all.
    pub(super) fn ours(self) -> Option<&'static str> {
        (self.native() != self.name).then_some(self.name)
    }

    /// The value as a text that XML can hold.
    pub(super) fn text(self, value: &Value) -> String {
        match value {
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(item).collect();
                json(&items.into())
            }
            Value::String(text) if self.name == "json" => json(&serde_json::Value::from(&**text)),
            Value::String(text) => text.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => float(*value),
            other => temporal::described(other).map_or_else(String::new, |(_, text)| text),
        }
    }

    /// Reads a value.
    pub(super) fn read(self, text: &str) -> Result<Value, String> {
        let wrong = || format!("{} is no {}", shown(text), self.described());
        if self.is_list {
            let items: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| wrong())?;
            let one = Self {
                is_list: false,
                ..self
            };
            let items = items.iter().map(|item| one.read_item(item));
            return Ok(Value::List(items.collect::<Option<_>>().ok_or_else(wrong)?));
        }
        self.read_one(text).ok_or_else(wrong)
    }

    fn read_item(self, item: &serde_json::Value) -> Option<Value> {
        match item {
            serde_json::Value::String(text) => self.read_one(text),
            serde_json::Value::Number(_) | serde_json::Value::Bool(_) => {
                self.read_one(&item.to_string())
            }
            _ => None,
        }
    }

    fn read_one(self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        match self.name {
            "string" => Some(Value::from(text)),
            "json" => serde_json::from_str::<String>(text).ok().map(Value::from),
            "boolean" => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            "long" => trimmed.parse().ok().map(Value::Int),
            "double" => trimmed.parse().ok().map(Value::Float),
            kind => temporal::read(kind, trimmed),
        }
    }

    fn described(self) -> String {
        let name = match self.name {
            "long" => "integer",
            "double" => "number",
            "json" => "text in JSON",
            other => other,
        };
        if self.is_list {
            format!("JSON array of the type {name}")
        } else {
            name.to_owned()
        }
    }
}

/// An item of a list as JSON.
fn item(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => float(*value).into(),
        Value::String(text) => (&**text).into(),
        other => temporal::described(other)
            .map_or_else(String::new, |(_, text)| text)
            .into(),
    }
}

fn float(value: f64) -> String {
    let mut out = String::new();
    match value {
        _ if value == f64::INFINITY => out.push_str("INF"),
        _ if value == f64::NEG_INFINITY => out.push_str("-INF"),
        _ => {
            if value == 0.0 && value.is_sign_negative() {
                out.push('-');
            }
            write_float(value, &mut out);
        }
    }
    out
}

/// The attributes of all nodes, or of all relationships: each key with each of its types has a
/// number.
#[derive(Default)]
pub(super) struct Declared(BTreeMap<(KeyId, Kind), usize>);

impl Declared {
    pub(super) fn of_nodes(graph: &Snapshot) -> Self {
        let mut declared = Self::default();
        for node in graph.nodes() {
            declared.add(&graph.node_properties(node));
        }
        declared
    }

    pub(super) fn of_rels(graph: &Snapshot) -> Self {
        let mut declared = Self::default();
        for rel in graph.rels() {
            declared.add(&graph.rel_properties(rel));
        }
        declared
    }

    fn add(&mut self, properties: &[(KeyId, Value)]) {
        for (key, value) in properties {
            let next = self.0.len();
            self.0.entry((*key, Kind::of(value))).or_insert(next);
        }
    }

    /// All keys, types and numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyId, Kind, usize)> {
        self.0
            .iter()
            .map(|((key, kind), number)| (*key, *kind, *number))
    }

    /// The number and text of a property.
    pub(super) fn entry(&self, key: KeyId, value: &Value) -> (usize, String) {
        let kind = Kind::of(value);
        let number = self.0.get(&(key, kind)).copied().unwrap_or_default();
        (number, kind.text(value))
    }
}

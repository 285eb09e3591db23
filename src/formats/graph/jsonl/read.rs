//! Lines to nodes and relationships.

use std::borrow::Cow;
use std::fmt;
use std::mem::discriminant;

use rayon::prelude::*;
use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::gather::{Element, Gathering, NodeRecord, RelRecord, at};
use crate::formats::graph::source::{File, Progress};
use crate::formats::temporal;
use crate::store::Snapshot;
use crate::value::Value;

use super::lines::Blocks;

/// How many blocks are read at once on each core.
const BLOCKS_AT_ONCE: usize = 4;
/// The kinds of values that an object may stand for.
const KINDS: &str = "an object stands for a value of a type that JSON lacks: \
                     `float`, `date`, `localtime`, `time`, `localdatetime`, `datetime`, `duration`";

/// Reads a graph.
///
/// # Errors
/// Every line that is wrong.
pub fn read(file: File<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Snapshot, Report> {
    let mut graph = Gathering::new(&file.name);
    let mut blocks = Blocks::new(file.reader);
    let (mut lines, mut bytes) = (0, 0);
    let mut done = false;
    while !done {
        let mut texts = Vec::new();
        while texts.len() < BLOCKS_AT_ONCE * rayon::current_num_threads() {
            match blocks.next() {
                Ok(Some(text)) => texts.push(text),
                Ok(None) => {
                    done = true;
                    break;
                }
                Err(error) => {
                    graph.finding(Diagnostic::error(&file.name, error.to_string()));
                    done = true;
                    break;
                }
            }
        }
        let parsed: Vec<Vec<Line>> = texts.par_iter().map(|text| block(text)).collect();
        for line in parsed.into_iter().flatten() {
            lines += 1;
            match line {
                Line::Empty => {}
                Line::Element(element) => graph.add(at(lines, 1), element),
                Line::Wrong { column, message } => graph.wrong(at(lines, column), message),
            }
        }
        bytes += texts.iter().map(|text| text.len() as u64).sum::<u64>();
        progress(graph.progress(bytes));
    }
    graph.finish()
}

/// What a line holds.
enum Line {
    Empty,
    Element(Element),
    Wrong { column: usize, message: String },
}

fn block(text: &[u8]) -> Vec<Line> {
    let lines = text.strip_suffix(b"\n").unwrap_or(text);
    lines.split(|&byte| byte == b'\n').map(line).collect()
}

fn line(bytes: &[u8]) -> Line {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let before = String::from_utf8_lossy(before);
            return Line::Wrong {
                column: before.chars().count() + 1,
                message: "not text in UTF-8".to_owned(),
            };
        }
    };
    let body = text.trim_start_matches('\u{feff}');
    let mark = text.len() - body.len();
    if body.trim().is_empty() {
        return Line::Empty;
    }
    let element = serde_json::from_str::<Object<'_>>(body);
    match element.map(Object::element) {
        Ok(Ok(element)) => Line::Element(element),
        Ok(Err(message)) => Line::Wrong { column: 1, message },
        Err(error) => {
            let before = text.get(..mark + error.column().saturating_sub(1));
            Line::Wrong {
                column: before.map_or(error.column(), |before| before.chars().count() + 1),
                message: sentence(&error),
            }
        }
    }
}

/// The sentence of an error without the place, which is said before it.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or(&text).to_owned()
}

/// The object of a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    id: Option<Id>,
    labels: Option<Vec<String>>,
    label: Option<String>,
    start: Option<End>,
    end: Option<End>,
    properties: Option<Properties>,
}

impl Object<'_> {
    fn element(self) -> Result<Element, String> {
        let properties = self.properties.unwrap_or_default().0;
        let lacks = |what: &str| format!("the {} has no `{what}`", self.kind);
        match &*self.kind {
            "node" => {
                if self.start.is_some() || self.end.is_some() || self.label.is_some() {
                    return Err("a node has no `start`, `end` or `label`".to_owned());
                }
                Ok(Element::Node(NodeRecord {
                    id: self.id.ok_or_else(|| lacks("id"))?.0,
                    labels: self.labels.unwrap_or_default(),
                    properties,
                }))
            }
            "relationship" => {
                if self.labels.is_some() {
                    return Err("a relationship has a `label`, and no `labels`".to_owned());
                }
                Ok(Element::Rel(RelRecord {
                    start: self.start.ok_or_else(|| lacks("start"))?.0,
                    rel_type: self.label.ok_or_else(|| lacks("label"))?,
                    end: self.end.ok_or_else(|| lacks("end"))?.0,
                    properties,
                }))
            }
            other => Err(format!(
                "`type` is `node` or `relationship`, not `{}`",
                other.escape_debug()
            )),
        }
    }
}

/// An id: a text, or a whole number.
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ids)
    }
}

struct Ids;

impl Visitor<'_> for Ids {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id, a text or a whole number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Id, E> {
        Ok(Id(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Id, E> {
        Ok(Id(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Id, E> {
        Ok(Id(number.to_string()))
    }
}

/// An end of a relationship: an id, or an object with one.
struct End(String);

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ends)
    }
}

struct Ends;

impl<'de> Visitor<'de> for Ends {
    type Value = End;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node, such as {\"id\":\"0\"}")
    }

    fn visit_str<E>(self, text: &str) -> Result<End, E> {
        Ok(End(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<End, E> {
        Ok(End(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<End, E> {
        Ok(End(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<End, A::Error> {
        let mut id = None;
        while let Some(key) = map.next_key::<String>()? {
            // The labels and properties of the node stand at the node.
            if key == "id" {
                id = Some(map.next_value::<Id>()?.0);
            } else {
                map.next_value::<de::IgnoredAny>()?;
            }
        }
        id.map(End)
            .ok_or_else(|| A::Error::custom("the node has no `id`"))
    }
}

/// The properties of an object.
#[derive(Default)]
struct Properties(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.iter().any(|(known, _)| *known == key) {
                let key = key.escape_debug();
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
            entries.push((key, map.next_value::<Property>()?.0));
        }
        Ok(Properties(entries))
    }
}

/// The JSON form of a property, as [`super::value`] writes it; null where there is none.
pub(in crate::formats::graph) struct Property(pub(in crate::formats::graph) Value);

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(PropertyVisitor { in_list: false })
            .map(Self)
    }
}

/// An item of a list.
struct Item(Value);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(PropertyVisitor { in_list: true })
            .map(Self)
    }
}

struct PropertyVisitor {
    in_list: bool,
}

impl<'de> Visitor<'de> for PropertyVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property: a text, a number, true, false, or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        if self.in_list {
            return Err(E::custom("a property cannot hold a list with nulls"));
        }
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::Int)
            .map_err(|_| E::custom(format!("{value} does not fit into 64 bits")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        if self.in_list {
            return Err(A::Error::custom("a property cannot hold a list of lists"));
        }
        let mut items: Vec<Value> = Vec::new();
        while let Some(Item(item)) = seq.next_element()? {
            let is_number = |value: &Value| matches!(value, Value::Int(_) | Value::Float(_));
            if let Some(first) = items.first()
                && discriminant(first) != discriminant(&item)
                && !(is_number(first) && is_number(&item))
            {
                let message = "a property cannot hold a list of values of different types";
                return Err(A::Error::custom(message));
            }
            items.push(item);
        }
        Ok(Value::List(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let Some(kind) = map.next_key::<String>()? else {
            return Err(A::Error::custom(KINDS));
        };
        let text = map.next_value::<String>()?;
        let value = match (&*kind, &*text) {
            ("float", "NaN") => Some(Value::Float(f64::NAN)),
            ("float", "Infinity") => Some(Value::Float(f64::INFINITY)),
            ("float", "-Infinity") => Some(Value::Float(f64::NEG_INFINITY)),
            ("float", _) => None,
            _ if !temporal::is_kind(&kind) => return Err(A::Error::custom(KINDS)),
            _ => temporal::read(&kind, &text),
        };
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::custom(KINDS));
        }
        let text = text.escape_debug();
        value.ok_or_else(|| A::Error::custom(format!("`{text}` is no {kind}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::literal::to_literal;

    fn read_text(text: &str) -> Result<Snapshot, Report> {
        let file = File {
            name: "g.jsonl".to_owned(),
            reader: Box::new(text.as_bytes()),
        };
        read(file, &mut |_| {})
    }

    fn finds(text: &str, expected: &[&str]) {
        let report = read_text(text).unwrap_err();
        let found: Vec<String> = report
            .diagnostics()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_others_write_is_read() {
        let text = "\u{feff}{\"type\":\"relationship\",\"label\":\"KNOWS\",\"start\":7,\"end\":\
                    {\"id\":\"b\",\"labels\":[\"P\"],\"properties\":{\"x\":[{}]}}}\r\n\n\
                    {\"type\":\"node\",\"id\":7,\"properties\":{\"n\":null,\"f\":[1,2.5]}}\n\
                    {\"type\":\"node\",\"id\":\"b\",\"labels\":[\"P\"]}";
        let graph = read_text(text).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!((graph.node_count(), graph.rel_count()), (2, 1));
        let node = graph.nodes().next().unwrap();
        let properties = graph.node_properties(node);
        let shown: Vec<_> = properties
            .iter()
            .map(|(_, value)| to_literal(value))
            .collect();
        assert_eq!(shown, ["[1.0, 2.5]"]);
    }

    #[test]
    fn mistakes_are_shown_at_their_places() {
        let text = "{\"type\":\"node\",\"id\":\"a\"}\n\
                    {\"type\":\"node\",\"id\":\"a\"}\n\
                    {\"type\":\"nod\",\"id\":\"c\"}\n\
                    {\"type\":\"node\"}\n\
                    {\"type\":\"node\",\"id\":\"d\",\"properties\":{\"ä\":[[1]]}}\n\
                    {\"type\":\"node\",\"id\":\"e\",\"properties\":{\"x\":{\"date\":\"2025-02-30\"}}}\n\
                    {\"type\":\"node\",\"id\":\"f\",\"properties\":{\"x\":{\"point\":\"1\"}}}\n\
                    {\"type\":\"relationship\",\"label\":\"R\",\"start\":\"a\",\"end\":\"z\"}\n\
                    {\"type\":\"node\",\"id\":\"g\",\"size\":1}\n\
                    {\"type\":\"node\" \"id\"}\n";
        finds(
            text,
            &[
                "g.jsonl:2:1: error: the id `a` stands twice",
                "g.jsonl:3:1: error: `type` is `node` or `relationship`, not `nod`",
                "g.jsonl:4:1: error: the node has no `id`",
                "g.jsonl:5:44: error: a property cannot hold a list of lists",
                "g.jsonl:6:63: error: `2025-02-30` is no date",
                "g.jsonl:7:55: error: an object stands for a value of a type that JSON lacks: \
                 `float`, `date`, `localtime`, `time`, `localdatetime`, `datetime`, `duration`",
                "g.jsonl:8:1: error: no node has the id `z`",
                "g.jsonl:9:30: error: unknown field `size`, expected one of `type`, `id`, `labels`, \
                 `label`, `start`, `end`, `properties`",
                "g.jsonl:10:16: error: expected `,` or `}`",
            ],
        );
    }

    #[test]
    fn the_text_before_an_error_may_be_anything() {
        for text in [
            "{",
            "[]",
            "\"\"",
            "nul",
            "{\"type\":\"node\",\"id\":\"\u{1}\"}",
            "🕊",
        ] {
            assert!(read_text(text).is_err(), "{text}");
        }
        let deep = format!(
            "{{\"type\":\"node\",\"id\":\"1\",\"properties\":{{\"x\":{}",
            "[".repeat(100_000)
        );
        assert!(read_text(&deep).is_err());
        assert!(read_text("").is_ok());
    }
}

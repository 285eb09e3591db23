//! Values as text: as results show them, and as expressions that give them back.

use std::fmt::{Display, Write};

use super::{Map, NodeId, Path, RelId, Value};

/// Writes nodes and relationships, which are only ids in this room.
pub trait Describe {
    /// Appends a node: `(:Label {key: value})`.
    fn node(&self, node: NodeId, out: &mut String);
    /// Appends a relationship: `[:TYPE {key: value}]`.
    fn rel(&self, rel: RelId, out: &mut String);
    /// Returns the node that the relationship starts from, which gives the arrows in a path.
    fn start(&self, _rel: RelId) -> Option<NodeId> {
        None
    }
}

/// Describes nodes and relationships by their ids, where there is no graph to ask.
#[derive(Clone, Copy, Debug)]
pub struct ById;

impl Describe for ById {
    fn node(&self, node: NodeId, out: &mut String) {
        push(out, format_args!("({})", node.0));
    }

    fn rel(&self, rel: RelId, out: &mut String) {
        push(out, format_args!("[{}]", rel.0));
    }
}

/// How temporal values are written: as results show them or as calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Result,
    Source,
}

/// Appends a value as results show it: strings and temporal values in quotes.
pub fn write(value: &Value, graph: &dyn Describe, out: &mut String) {
    write_form(value, graph, Form::Result, out);
}

/// Appends a value as an expression of the query language that gives it back; temporal values are
/// calls such as `date('2015-07-21')`. Nodes, relationships and paths have no such form and are
/// written as results show them.
pub fn write_source(value: &Value, graph: &dyn Describe, out: &mut String) {
    write_form(value, graph, Form::Source, out);
}

/// Returns a value as results show it, with nodes and relationships by id.
#[must_use]
pub fn to_literal(value: &Value) -> String {
    let mut out = String::new();
    write(value, &ById, &mut out);
    out
}

fn write_form(value: &Value, graph: &dyn Describe, form: Form, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => push(out, value),
        Value::Int(value) => push(out, value),
        Value::Float(value) => write_float(*value, out),
        Value::String(value) => write_string(value, out),
        Value::List(items) => write_list(items, graph, form, out),
        Value::Map(map) => write_map(map, graph, form, out),
        Value::Node(node) => graph.node(*node, out),
        Value::Rel(rel) => graph.rel(*rel, out),
        Value::Path(path) => write_path(path, graph, out),
        Value::Date(value) => write_temporal("date", value, form, out),
        Value::LocalTime(value) => write_temporal("localtime", value, form, out),
        Value::Time(value) => write_temporal("time", value, form, out),
        Value::LocalDateTime(value) => write_temporal("localdatetime", value, form, out),
        Value::DateTime(value) => write_temporal("datetime", value, form, out),
        Value::Duration(value) => write_temporal("duration", value, form, out),
    }
}

fn push(out: &mut String, value: impl Display) {
    write!(out, "{value}").expect("writing to a string never fails");
}

/// Appends a float with a point or an exponent, so that it reads back as a float, with the fewest
/// digits that do.
pub fn write_float(value: f64, out: &mut String) {
    let size = value.abs();
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    } else if size == 0.0 {
        out.push_str("0.0");
    } else if !(1e-6..1e21).contains(&size) {
        push(out, format_args!("{value:e}"));
    } else if value.fract() == 0.0 {
        push(out, format_args!("{value:.1}"));
    } else {
        push(out, value);
    }
}

/// Appends a string in single quotes.
pub fn write_string(value: &str, out: &mut String) {
    out.push('\'');
    for character in value.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control.is_control() => {
                push(out, format_args!("\\u{:04X}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('\'');
}

/// Appends a name (a label, type, key or variable), in backticks where it needs them.
pub fn write_name(name: &str, out: &mut String) {
    let mut characters = name.chars();
    let starts_well = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    if starts_well && characters.all(|other| other.is_alphanumeric() || other == '_') {
        out.push_str(name);
    } else {
        push(out, format_args!("`{}`", name.replace('`', "``")));
    }
}

fn write_list(items: &[Value], graph: &dyn Describe, form: Form, out: &mut String) {
    out.push('[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        write_form(item, graph, form, out);
    }
    out.push(']');
}

fn write_map(map: &Map, graph: &dyn Describe, form: Form, out: &mut String) {
    out.push('{');
    for (place, (key, item)) in map.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        write_name(key, out);
        out.push_str(": ");
        write_form(item, graph, form, out);
    }
    out.push('}');
}

fn write_path(path: &Path, graph: &dyn Describe, out: &mut String) {
    out.push('<');
    for (place, node) in path.nodes.iter().enumerate() {
        if let Some(rel) = place
            .checked_sub(1)
            .and_then(|before| path.rels.get(before))
        {
            let backwards =
                graph.start(*rel) == Some(*node) && path.nodes.get(place - 1) != Some(node);
            out.push_str(if backwards { "<-" } else { "-" });
            graph.rel(*rel, out);
            out.push_str(if backwards { "-" } else { "->" });
        }
        graph.node(*node, out);
    }
    out.push('>');
}

fn write_temporal(function: &str, value: &dyn Display, form: Form, out: &mut String) {
    match form {
        Form::Result => push(out, format_args!("'{value}'")),
        Form::Source => push(out, format_args!("{function}('{value}')")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(to_literal(&value.into()), expected);
    }

    #[test]
    fn floats_read_back_as_floats() {
        check(1.0, "1.0");
        check(-0.0, "0.0");
        check(1e9, "1000000000.0");
        check(1e-5, "0.00001");
        check(0.1e-5, "0.000001");
        check(1e-7, "1e-7");
        check(1.234_567_89e308, "1.23456789e308");
        check(3_985_764.340_589_268_7, "3985764.3405892686");
        check(1e21, "1e21");
        check(f64::NAN, "NaN");
        check(f64::NEG_INFINITY, "-Infinity");
    }

    #[test]
    fn containers_and_strings_are_quoted_and_escaped() {
        check("it's\n\\\u{1}", r"'it\'s\n\\\u0001'");
        check(
            Value::map([
                ("a b", Value::Null),
                ("ключ", vec![Value::from(1), true.into()].into()),
            ]),
            "{`a b`: null, ключ: [1, true]}",
        );
        check(crate::value::Date::new(1984, 10, 11), "'1984-10-11'");
        let mut out = String::new();
        write_source(&crate::value::Duration::ZERO.into(), &ById, &mut out);
        assert_eq!(out, "duration('PT0S')");
    }

    #[test]
    fn paths_show_the_direction_of_each_relationship() {
        struct Start;
        impl Describe for Start {
            fn node(&self, node: NodeId, out: &mut String) {
                ById.node(node, out);
            }
            fn rel(&self, rel: RelId, out: &mut String) {
                ById.rel(rel, out);
            }
            fn start(&self, _rel: RelId) -> Option<NodeId> {
                Some(NodeId(1))
            }
        }
        let path = Path {
            nodes: [0, 1, 2, 1, 1].map(NodeId).into(),
            rels: [5, 6, 7, 8].map(RelId).into(),
        };
        let mut out = String::new();
        write(&path.into(), &Start, &mut out);
        assert_eq!(out, "<(0)<-[5]-(1)-[6]->(2)<-[7]-(1)-[8]->(1)>");
    }
}

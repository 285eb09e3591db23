//! Turtle and N-Triples, written.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::store::Snapshot;

use super::triples::{Object, blocks};
use super::{PREFIXES, RDF, XSD};

/// Writes Turtle: a block a subject.
pub(super) fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    for (prefix, iri) in PREFIXES {
        writeln!(out, "@prefix {prefix}: <{iri}> .")?;
    }
    let mut text = String::new();
    blocks(graph, &mut |block| {
        text.clear();
        text.push('\n');
        short(&block.subject, &mut text);
        let mut before: Option<&str> = None;
        for (predicate, object) in &block.entries {
            if before == Some(predicate) {
                text.push_str(", ");
            } else {
                text.push_str(if before.is_some() { " ;\n    " } else { " " });
                if predicate.strip_prefix(RDF) == Some("type") {
                    text.push('a');
                } else {
                    short(predicate, &mut text);
                }
                text.push(' ');
            }
            turtle_object(object, &mut text);
            before = Some(predicate);
        }
        text.push_str(" .\n");
        out.write_all(text.as_bytes())
    })
}

fn turtle_object(object: &Object, out: &mut String) {
    match object {
        Object::Iri(iri) => short(iri, out),
        Object::Literal { text, datatype } => {
            let datatype = datatype.as_deref();
            let xsd = datatype.and_then(|iri| iri.strip_prefix(XSD));
            if matches!(xsd, Some("integer" | "boolean")) {
                out.push_str(text);
                return;
            }
            quoted(text, out);
            if let Some(iri) = datatype {
                out.push_str("^^");
                short(iri, out);
            }
        }
        Object::List(items) => {
            out.push('(');
            for item in items {
                out.push(' ');
                turtle_object(item, out);
            }
            out.push_str(" )");
        }
    }
}

/// Writes N-Triples: a line a triple.
pub(super) fn write_lines(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let mut lists = 0;
    let mut text = String::new();
    blocks(graph, &mut |block| {
        text.clear();
        for (predicate, object) in &block.entries {
            let mut further = String::new();
            let object = line_object(object, &mut lists, &mut further);
            // Writing to a string does not fail.
            let _ = writeln!(text, "<{}> <{predicate}> {object} .", block.subject);
            text.push_str(&further);
        }
        out.write_all(text.as_bytes())
    })
}

/// Returns an object; the lines of a list go to `further`.
fn line_object(object: &Object, lists: &mut usize, further: &mut String) -> String {
    let mut out = String::new();
    match object {
        Object::Iri(iri) => {
            let _ = write!(out, "<{iri}>");
        }
        Object::Literal { text, datatype } => {
            quoted(text, &mut out);
            if let Some(iri) = datatype {
                let _ = write!(out, "^^<{iri}>");
            }
        }
        Object::List(items) => {
            let mut rest = format!("<{RDF}nil>");
            for item in items.iter().rev() {
                let cell = format!("_:l{lists}");
                *lists += 1;
                let item = line_object(item, lists, further);
                let _ = writeln!(further, "{cell} <{RDF}first> {item} .");
                let _ = writeln!(further, "{cell} <{RDF}rest> {rest} .");
                rest = cell;
            }
            out = rest;
        }
    }
    out
}

/// Appends an IRI, with a prefix where the rest is plain.
fn short(iri: &str, out: &mut String) {
    for (prefix, start) in PREFIXES {
        if let Some(rest) = iri.strip_prefix(start)
            && is_local(rest)
        {
            let _ = write!(out, "{prefix}:{rest}");
            return;
        }
    }
    let _ = write!(out, "<{iri}>");
}

fn is_local(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain)
}

/// Appends a text in quotes.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{:04X}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

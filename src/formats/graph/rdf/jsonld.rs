//! JSON-LD, written.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use crate::store::Snapshot;

use super::triples::{Object, blocks};
use super::{PREFIXES, RDF, XSD};

/// Integers up to here are numbers in every program that reads JSON.
const SAFE: i64 = 1 << 53;

/// Writes an object a subject, a line each.
pub(super) fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let context: Map<String, Json> = PREFIXES
        .iter()
        .map(|(prefix, iri)| ((*prefix).to_owned(), Json::from(*iri)))
        .collect();
    write!(
        out,
        "{{\"@context\":{},\n\"@graph\":[",
        Json::Object(context)
    )?;
    let mut is_first = true;
    blocks(graph, &mut |block| {
        let mut object = Map::new();
        object.insert("@id".to_owned(), short(&block.subject).into());
        let mut entries = block.entries.iter().peekable();
        while let Some((predicate, first)) = entries.next() {
            let is_type = predicate.strip_prefix(RDF) == Some("type");
            let term = |object: &Object| match object {
                Object::Iri(iri) if is_type => Json::from(short(iri)),
                other => term(other),
            };
            let mut values = vec![term(first)];
            while let Some((_, more)) = entries.next_if(|(next, _)| next == predicate) {
                values.push(term(more));
            }
            let value = match values.len() {
                1 => values.remove(0),
                _ => Json::Array(values),
            };
            let key = if is_type {
                "@type".to_owned()
            } else {
                short(predicate)
            };
            object.insert(key, value);
        }
        out.write_all(if is_first { b"\n" } else { b",\n" })?;
        is_first = false;
        write!(out, "{}", Json::Object(object))
    })?;
    out.write_all(b"\n]}\n")
}

fn term(object: &Object) -> Json {
    match object {
        Object::Iri(iri) => json!({"@id": short(iri)}),
        Object::List(items) => {
            let items: Vec<Json> = items.iter().map(term).collect();
            json!({"@list": items})
        }
        Object::Literal { text, datatype } => match datatype.as_deref() {
            None => Json::from(text.as_str()),
            Some(iri) => {
                native(text, iri).unwrap_or_else(|| json!({"@value": text, "@type": short(iri)}))
            }
        },
    }
}

/// The literal as JSON of its own type.
fn native(text: &str, datatype: &str) -> Option<Json> {
    match datatype.strip_prefix(XSD)? {
        "boolean" => Some(Json::from(text == "true")),
        "integer" => {
            let number: i64 = text.parse().ok()?;
            (-SAFE..=SAFE).contains(&number).then(|| Json::from(number))
        }
        _ => None,
    }
}

/// An IRI with its prefix; one that has no rest is written in full.
fn short(iri: &str) -> String {
    let found = PREFIXES.iter().find_map(|(prefix, start)| {
        let rest = iri.strip_prefix(start).filter(|rest| !rest.is_empty())?;
        Some(format!("{prefix}:{rest}"))
    });
    found.unwrap_or_else(|| iri.to_owned())
}

//! RDF: Turtle, N-Triples and JSON-LD, three spellings of one mapping.
//!
//! ```turtle
//! node:china a label:Actor, label:State ;
//!     key:name "China" ;
//!     type:SIGNED node:hanoi-convention .
//! rel:0 a rdf:Statement ;
//!     rdf:subject node:china ; rdf:predicate type:SIGNED ; rdf:object node:hanoi-convention ;
//!     key:on "2025-10-25"^^xsd:date .
//! ```
//!
//! Nodes, labels, types and keys are IRIs below `urn:polity:`, the name percent-encoded. Every
//! relationship is a triple between its ends. One with properties, or beside another of the same
//! ends and type, is also a statement about that triple (RDF reification), which holds its
//! properties. A list is an RDF list. A node of which there is nothing else to say is an
//! `rdfs:Resource`.
//!
//! Files of others: a literal is a property, any other object the end of a relationship, `rdf:type`
//! a label. The last part of an IRI is the name, unless another IRI has taken it; the IRI of a node
//! is kept as `id`. Several values of a key are a list; `"x"@de` stands under the key and `_de`.

mod jsonld;
mod literal;
mod read;
mod triples;
mod turtle;

use std::borrow::Cow;
use std::io::{self, Write};

use crate::formats::diagnostic::Report;
use crate::store::Snapshot;

use super::source::{File, Progress};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const NODE: &str = "urn:polity:node:";
const LABEL: &str = "urn:polity:label:";
const TYPE: &str = "urn:polity:type:";
const KEY: &str = "urn:polity:key:";
const REL: &str = "urn:polity:rel:";
const DATATYPE: &str = "urn:polity:datatype:";

/// The prefixes that are written.
const PREFIXES: [(&str, &str); 9] = [
    ("rdf", RDF),
    ("rdfs", RDFS),
    ("xsd", XSD),
    ("node", NODE),
    ("label", LABEL),
    ("type", TYPE),
    ("key", KEY),
    ("rel", REL),
    ("datatype", DATATYPE),
];

/// How triples are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Turtle.
    Turtle,
    /// N-Triples.
    Ntriples,
    /// JSON-LD.
    Jsonld,
}

/// Writes a graph.
pub fn write(graph: &Snapshot, spelling: Spelling, out: &mut dyn Write) -> io::Result<()> {
    match spelling {
        Spelling::Turtle => turtle::write(graph, out),
        Spelling::Ntriples => turtle::write_lines(graph, out),
        Spelling::Jsonld => jsonld::write(graph, out),
    }
}

/// Reads a graph.
///
/// # Errors
/// The first place that is not spelled so, and what no graph can hold.
pub fn read(
    file: File<'_>,
    spelling: Spelling,
    progress: &mut dyn FnMut(Progress),
) -> Result<Snapshot, Report> {
    read::read(file, spelling, progress)
}

/// Percent-encodes a name, so that it can be the end of an IRI.
fn encoded(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    if name.chars().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 8);
    let mut bytes = [0; 4];
    for character in name.chars() {
        if is_plain(character) {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut bytes).bytes() {
            out.push('%');
            let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            out.extend([digit(byte >> 4), digit(byte & 15)].map(|d| d.to_ascii_uppercase()));
        }
    }
    Cow::Owned(out)
}

/// Undoes [`encoded`]; what is encoded otherwise stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let byte = match (first, after) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_from_iris() {
        for (name, expected) in [
            ("China", "China"),
            ("a b/%41#", "a%20b%2F%2541%23"),
            ("Türkiye", "Türkiye"),
            ("🕊\u{0}", "%F0%9F%95%8A%00"),
            ("", ""),
        ] {
            assert_eq!(encoded(name), expected);
            assert_eq!(decoded(expected), name);
        }
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%+1%ff"), "%zz%+1%ff");
    }
}

//! A graph as what is said of each subject.

use std::collections::BTreeSet;
use std::io;

use crate::formats::graph::dataset;
use crate::store::{Direction, KeyId, RelRecord, Snapshot, TypeId};
use crate::value::{NodeId, RelId, Value};

use super::literal::literal;
use super::{KEY, LABEL, NODE, RDF, RDFS, REL, TYPE, encoded};

/// What is said of one subject.
pub(super) struct Block {
    pub(super) subject: String,
    /// Predicates, each with an object; those of one predicate stand together.
    pub(super) entries: Vec<(String, Object)>,
}

/// What a triple says.
pub(super) enum Object {
    Iri(String),
    Literal {
        text: String,
        /// The IRI of its datatype; texts have none.
        datatype: Option<String>,
    },
    List(Vec<Object>),
}

/// Hands over the blocks of all nodes, then of the relationships that need one.
pub(super) fn blocks(
    graph: &Snapshot,
    each: &mut dyn FnMut(&Block) -> io::Result<()>,
) -> io::Result<()> {
    let ids = dataset::ids(graph);
    let iri = |node: NodeId| {
        let id = ids.get(node.0 as usize).map_or("", String::as_str);
        format!("{NODE}{}", encoded(id))
    };
    for node in graph.nodes() {
        let mut entries = Vec::new();
        for label in graph.labels(node) {
            let label = format!("{LABEL}{}", encoded(graph.label_name(*label)));
            entries.push((format!("{RDF}type"), Object::Iri(label)));
        }
        properties(graph, &graph.node_properties(node), &mut entries);
        for (rel_type, end) in triples_from(graph, node) {
            entries.push((of_type(graph, rel_type), Object::Iri(iri(end))));
        }
        if entries.is_empty() {
            let nothing = Object::Iri(format!("{RDFS}Resource"));
            entries.push((format!("{RDF}type"), nothing));
        }
        each(&Block {
            subject: iri(node),
            entries,
        })?;
    }
    for rel in graph.rels().filter(|rel| is_statement(graph, *rel)) {
        let record = graph.rel(rel);
        let mut entries = vec![
            (format!("{RDF}type"), Object::Iri(format!("{RDF}Statement"))),
            (format!("{RDF}subject"), Object::Iri(iri(record.start))),
            (
                format!("{RDF}predicate"),
                Object::Iri(of_type(graph, record.rel_type)),
            ),
            (format!("{RDF}object"), Object::Iri(iri(record.end))),
        ];
        properties(graph, &graph.rel_properties(rel), &mut entries);
        each(&Block {
            subject: format!("{REL}{}", rel.0),
            entries,
        })?;
    }
    Ok(())
}

/// Types and ends of the relationships from a node, each pair once.
fn triples_from(graph: &Snapshot, node: NodeId) -> BTreeSet<(TypeId, NodeId)> {
    let hops = graph.hops(node, Direction::Outgoing, None);
    let pair = |record: RelRecord| (record.rel_type, record.end);
    hops.map(|hop| pair(graph.rel(hop.rel))).collect()
}

/// Whether more is to be said of a relationship than that it is there: its properties, or that
/// there are several.
fn is_statement(graph: &Snapshot, rel: RelId) -> bool {
    let record = graph.rel(rel);
    let run = graph.run(record.start, Direction::Outgoing, record.rel_type);
    let same = |pair: &&(u32, u32)| pair.0 == record.end.0;
    run.iter().filter(same).take(2).count() > 1 || !graph.rel_properties(rel).is_empty()
}

fn of_type(graph: &Snapshot, rel_type: TypeId) -> String {
    format!("{TYPE}{}", encoded(graph.type_name(rel_type)))
}

fn properties(
    graph: &Snapshot,
    properties: &[(KeyId, Value)],
    entries: &mut Vec<(String, Object)>,
) {
    for (key, value) in properties {
        let predicate = format!("{KEY}{}", encoded(graph.key_name(*key)));
        entries.push((predicate, object(value)));
    }
}

fn object(value: &Value) -> Object {
    match value {
        Value::List(items) => Object::List(items.iter().map(object).collect()),
        one => {
            let (text, datatype) = literal(one);
            Object::Literal { text, datatype }
        }
    }
}

//! Tests of the store file over backends in memory: what comes back, what survives, what is noticed.
//!
//! `POLITY_STORE=full` runs them at full size; each says its counts.

mod corruption;
mod disk;
mod faults;
mod history;
mod round_trip;
mod waiting;
mod workload;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use roaring::RoaringBitmap;
use xxhash_rust::xxh3::Xxh3Default;

use self::disk::Disk;
use super::engine::Engine;
use super::error::FileError;
use super::open::{open_engine, write_first};
use super::options::{FileOptions, KeepHistory};
use super::stored::Stored;
use crate::store::snapshot::Snapshot;
use crate::store::writer::Store;
use crate::store::{KeyId, LabelId};
use crate::value::{NodeId, Value};

/// Returns how often something is tried.
fn runs(ordinary: u64, full: u64) -> u64 {
    let asked = std::env::var("POLITY_STORE");
    if asked.is_ok_and(|asked| asked == "full") {
        full
    } else {
        ordinary
    }
}

const PATH: &str = "test.polity";

/// Makes a store without a graph on a disk.
fn create(disk: &Disk, keep: KeepHistory) -> Result<(), FileError> {
    let mut engine = Engine::over(Path::new(PATH), disk.clone())?;
    write_first(&engine, &Snapshot::new(), None, keep)?;
    engine.close()
}

/// Opens the store on a disk.
fn open(disk: &Disk, options: FileOptions) -> Result<Store, FileError> {
    let engine = Engine::over(Path::new(PATH), disk.clone())?;
    let (current, journal) = open_engine(engine, options)?;
    Ok(Store::with(current, Some(journal)))
}

/// Everything that can be seen of a graph, as text.
fn picture(graph: &Snapshot) -> String {
    let mut text = String::new();
    for node in graph.nodes() {
        let labels = graph.labels(node).iter();
        let mut labels: Vec<_> = labels.map(|label| graph.label_name(*label)).collect();
        labels.sort();
        let _ = write!(text, "({} {labels:?}", node.0);
        properties(&mut text, graph, graph.node_properties(node));
    }
    for rel in graph.rels() {
        let record = graph.rel(rel);
        let rel_type = graph.type_name(record.rel_type);
        let _ = write!(
            text,
            "[{} {}>{} {rel_type}",
            rel.0, record.start.0, record.end.0
        );
        properties(&mut text, graph, graph.rel_properties(rel));
    }
    definitions_and_names(&mut text, graph);
    text
}

fn definitions_and_names(text: &mut String, graph: &Snapshot) {
    for (name, of) in graph.named_indexes() {
        let _ = writeln!(text, "index {name} {of:?}");
    }
    for constraint in graph.constraints() {
        let _ = writeln!(text, "constraint {constraint:?}");
    }
    let names = graph.label_names().map(|(_, name)| name);
    let names = names.chain(graph.type_names().map(|(_, name)| name));
    let names: Vec<_> = names
        .chain(graph.key_names().map(|(_, name)| name))
        .collect();
    let _ = writeln!(text, "{names:?} {:?}", graph.schema());
}

fn properties(text: &mut String, graph: &Snapshot, properties: Vec<(KeyId, Value)>) {
    for (key, value) in properties {
        let _ = write!(text, " {}: {value:?}", graph.key_name(key));
    }
    text.push('\n');
}

/// A number that tells graphs apart by everything that can be seen of them; quicker than
/// [`picture`], and for graphs that are too large to be shown.
fn fingerprint(graph: &Snapshot) -> u64 {
    let mut hash = Xxh3Default::new();
    let mut bytes = Vec::new();
    let mut take = |bytes: &mut Vec<u8>| {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
        bytes.clear();
    };
    for node in graph.nodes() {
        bytes.extend_from_slice(&node.0.to_le_bytes());
        for label in graph.labels(node) {
            bytes.extend_from_slice(&label.0.to_le_bytes());
        }
        take(&mut bytes);
        for (key, value) in graph.node_properties(node) {
            bytes.extend_from_slice(&key.0.to_le_bytes());
            bytes = postcard::to_extend(&Stored::from(&value), bytes).unwrap();
            take(&mut bytes);
        }
    }
    for rel in graph.rels() {
        let record = graph.rel(rel);
        for number in [rel.0, record.start.0, record.end.0, record.rel_type.0] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        take(&mut bytes);
        for (key, value) in graph.rel_properties(rel) {
            bytes.extend_from_slice(&key.0.to_le_bytes());
            bytes = postcard::to_extend(&Stored::from(&value), bytes).unwrap();
            take(&mut bytes);
        }
    }
    let mut rest = String::new();
    definitions_and_names(&mut rest, graph);
    hash.update(rest.as_bytes());
    hash.digest()
}

/// Asserts that what is derived fits what is stored: topology, label bitmaps, indexes, counts.
fn assert_consistent(graph: &Snapshot) {
    use crate::store::Direction;
    graph.decode().unwrap();
    let (mut out, mut back) = (0, 0);
    let mut labeled = BTreeMap::<LabelId, RoaringBitmap>::new();
    for node in graph.nodes() {
        for hop in graph.hops(node, Direction::Outgoing, None) {
            let record = graph.rel(hop.rel);
            assert!(graph.has_rel(hop.rel));
            assert_eq!((record.start, record.end), (node, hop.node));
            out += 1;
        }
        for hop in graph.hops(node, Direction::Incoming, None) {
            let record = graph.rel(hop.rel);
            assert!(graph.has_rel(hop.rel));
            assert_eq!((record.start, record.end), (hop.node, node));
            back += 1;
        }
        for label in graph.labels(node) {
            labeled.entry(*label).or_default().insert(node.0);
        }
    }
    assert_eq!((out, back), (graph.rel_count(), graph.rel_count()));
    for (label, _) in graph.label_names() {
        let expected = labeled.get(&label).cloned().unwrap_or_default();
        assert_eq!(*graph.nodes_with_label(label), expected, "{label:?}");
    }
    let counted: u64 = graph.counts.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, graph.rel_count() as u64);
    for (label, key) in graph.indexes() {
        assert_index(graph, Some(label), key);
    }
    if let Some(id) = graph.key("id") {
        assert_index(graph, None, id);
    }
}

/// Asserts that an index answers as a look at every node does.
fn assert_index(graph: &Snapshot, label: Option<LabelId>, key: KeyId) {
    let mut expected = BTreeMap::<Vec<u8>, (Value, Vec<NodeId>)>::new();
    let inside = |node: &NodeId| label.is_none_or(|label| graph.has_label(*node, label));
    for node in graph.nodes().filter(inside) {
        let value = graph.node_property(node, key);
        if value.is_null() || matches!(value, Value::Float(f) if f.is_nan()) {
            continue;
        }
        // The index that is always kept answers for these alone.
        let common = match &value {
            Value::Int(_) | Value::String(_) => true,
            Value::Float(number) => number.fract() == 0.0,
            _ => false,
        };
        if label.is_none() && !common {
            continue;
        }
        // Numbers that are equal are found together.
        let class = match &value {
            Value::Int(number) => Value::Float(*number as f64),
            other => other.clone(),
        };
        let class = postcard::to_extend(&Stored::from(&class), Vec::new()).unwrap();
        let entry = expected.entry(class).or_insert((value, Vec::new()));
        entry.1.push(node);
    }
    for (value, nodes) in expected.values() {
        let mut found = graph.find_nodes(label, key, value).unwrap();
        found.sort();
        assert_eq!(found, *nodes, "{label:?} {key:?} {value:?}");
    }
    let nowhere = Value::from("a text that nobody has");
    let found = graph.find_nodes(label, key, &nowhere).unwrap();
    assert_eq!(found, [], "{label:?} {key:?}");
}

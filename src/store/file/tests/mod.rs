//! Tests of the store file over backends in memory: what comes back, what survives, what is noticed.
//!
//! `POLITY_STORE=full` runs them at full size; each says its counts.

mod corruption;
mod disk;
mod faults;
mod history;
mod round_trip;
mod workload;

use std::fmt::Write;
use std::path::Path;

use self::disk::Disk;
use super::engine::Engine;
use super::error::FileError;
use super::open::{open_engine, write_first};
use super::options::{FileOptions, KeepHistory};
use crate::store::snapshot::Snapshot;
use crate::store::writer::Store;
use crate::value::Value;

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
    text
}

fn properties(text: &mut String, graph: &Snapshot, properties: Vec<(crate::store::KeyId, Value)>) {
    for (key, value) in properties {
        let _ = write!(text, " {}: {value:?}", graph.key_name(key));
    }
    text.push('\n');
}

/// Asserts that what is derived fits what is stored: topology, indexes, counts.
fn assert_consistent(graph: &Snapshot) {
    use crate::store::Direction;
    graph.decode().unwrap();
    let mut hops = 0;
    for node in graph.nodes() {
        for hop in graph.hops(node, Direction::Outgoing, None) {
            let record = graph.rel(hop.rel);
            assert!(graph.has_rel(hop.rel));
            assert_eq!((record.start, record.end), (node, hop.node));
            hops += 1;
        }
        for hop in graph.hops(node, Direction::Incoming, None) {
            assert_eq!(graph.rel(hop.rel).end, node);
        }
        for label in graph.labels(node) {
            assert!(graph.nodes_with_label(*label).contains(node.0));
        }
    }
    assert_eq!(hops, graph.rel_count());
    let counted: u64 = graph.counts.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, graph.rel_count() as u64);
    for (label, key) in graph.indexes() {
        for node in graph.nodes().filter(|node| graph.has_label(*node, label)) {
            let value = graph.node_property(node, key);
            if !value.is_null() && !matches!(value, Value::Float(f) if f.is_nan()) {
                let found = graph.find_nodes(Some(label), key, &value).unwrap();
                assert!(found.contains(&node), "{value:?}");
            }
        }
    }
}

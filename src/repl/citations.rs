//! Who says so: the sources that results cite, and how one is shown.

use std::collections::HashSet;

use crate::db::Snapshot;
use crate::formats::citations::source_line;
use crate::value::{RelId, Value};

/// The property that names the sources of a node or relationship.
const SOURCE: &str = "source";

/// The ids of sources, in the order of first use.
#[derive(Debug, Default)]
pub(super) struct Citations {
    ids: Vec<String>,
    known: HashSet<String>,
}

impl Citations {
    /// Adds what a value cites; a path cites what its relationships do.
    pub(super) fn add(&mut self, graph: &Snapshot, value: &Value) {
        let key = graph.key(SOURCE);
        let of_rel = |rel: RelId| key.map_or(Value::Null, |key| graph.rel_property(rel, key));
        match value {
            Value::Node(node) => {
                let cited = key.map_or(Value::Null, |key| graph.node_property(*node, key));
                self.add_ids(&cited);
            }
            Value::Rel(rel) => self.add_ids(&of_rel(*rel)),
            Value::Path(path) => {
                for rel in &path.rels {
                    self.add_ids(&of_rel(*rel));
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.add(graph, item)),
            Value::Map(map) => map.values().for_each(|item| self.add(graph, item)),
            _ => {}
        }
    }

    /// Returns the ids.
    pub(super) fn ids(&self) -> &[String] {
        &self.ids
    }

    fn add_ids(&mut self, ids: &Value) {
        match ids {
            Value::String(id) if self.known.insert(id.to_string()) => {
                self.ids.push(id.to_string());
            }
            Value::List(items) => items.iter().for_each(|item| self.add_ids(item)),
            _ => {}
        }
    }
}

/// A numbered line a source.
pub(super) fn lines<'a>(graph: &'a Snapshot, ids: &'a [String]) -> impl Iterator<Item = String> {
    ids.iter()
        .enumerate()
        .map(|(place, id)| format!("[{}] {}", place + 1, source_line(graph, id)))
}

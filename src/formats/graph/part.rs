//! A part of a graph as a graph of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::store::{BulkLoader, KeyId, Snapshot};
use crate::value::{NodeId, RelId, Value};

/// Nodes and relationships of a graph.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub(super) nodes: BTreeSet<NodeId>,
    pub(super) rels: BTreeSet<RelId>,
}

/// Shows the nodes, relationships and paths of a value, also those inside of lists and maps.
pub(super) fn each_element(value: &Value, show: &mut dyn FnMut(&Value)) {
    let mut all = |values: &mut dyn Iterator<Item = &Value>| {
        for value in values {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || each_element(value, show));
        }
    };
    match value {
        Value::List(items) => all(&mut items.iter()),
        Value::Map(map) => all(&mut map.values()),
        Value::Node(_) | Value::Rel(_) | Value::Path(_) => show(value),
        _ => {}
    }
}

impl Part {
    /// Adds the nodes, relationships and paths among the values, also those inside of lists and
    /// maps, and the ends of relationships. What does not exist any more is left out.
    pub fn add<'v>(&mut self, graph: &Snapshot, values: impl IntoIterator<Item = &'v Value>) {
        for value in values {
            each_element(value, &mut |element| self.add_element(graph, element));
        }
    }

    /// Returns whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns the part as a graph, with the schema of the whole. Nodes and relationships keep
    /// their order.
    ///
    /// # Errors
    /// None that a part of a graph brings about.
    pub fn graph(&self, whole: &Snapshot) -> Result<Snapshot> {
        let mut loader = BulkLoader::new();
        let mut copies = BTreeMap::new();
        for node in &self.nodes {
            let labels = whole.labels(*node).iter();
            let labels: Vec<_> = labels
                .map(|label| loader.intern_label(whole.label_name(*label)))
                .collect();
            let properties = copied(&mut loader, whole, whole.node_properties(*node));
            copies.insert(*node, loader.add_node(&labels, &properties)?);
        }
        for rel in &self.rels {
            let record = whole.rel(*rel);
            let rel_type = loader.intern_type(whole.type_name(record.rel_type));
            let properties = copied(&mut loader, whole, whole.rel_properties(*rel));
            let (start, end) = (copies[&record.start], copies[&record.end]);
            loader.add_rel(start, end, rel_type, &properties)?;
        }
        loader.set_schema((**whole.schema()).clone());
        Ok(loader.finish())
    }

    /// Adds a node, a relationship with its ends, or a path.
    pub(super) fn add_element(&mut self, graph: &Snapshot, element: &Value) {
        match element {
            Value::Node(node) => self.add_node(graph, *node),
            Value::Rel(rel) => self.add_rel(graph, *rel),
            Value::Path(path) => {
                path.nodes
                    .iter()
                    .for_each(|node| self.add_node(graph, *node));
                path.rels.iter().for_each(|rel| self.add_rel(graph, *rel));
            }
            _ => {}
        }
    }

    fn add_node(&mut self, graph: &Snapshot, node: NodeId) {
        if graph.has_node(node) {
            self.nodes.insert(node);
        }
    }

    fn add_rel(&mut self, graph: &Snapshot, rel: RelId) {
        if graph.has_rel(rel) {
            let record = graph.rel(rel);
            self.nodes.extend([record.start, record.end]);
            self.rels.insert(rel);
        }
    }
}

/// Properties under the keys of a loader.
fn copied(
    loader: &mut BulkLoader,
    from: &Snapshot,
    properties: Vec<(KeyId, Value)>,
) -> Vec<(KeyId, Value)> {
    let copied = properties
        .into_iter()
        .map(|(key, value)| (loader.intern_key(from.key_name(key)), value));
    copied.collect()
}

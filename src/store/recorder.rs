//! What a transaction on a stored graph writes down while it works: how to do each change again,
//! and how to undo it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::value::{NodeId, RelId, Value};

use super::definitions::Constraint;
use super::file::Stored;
use super::redo::{Change, write_schema};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::undo::{Bounds, StoredDefinitions, Undo};
use super::{KeyId, LabelId};

/// The records of a transaction so far. Each method is called before the change it is about.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    bounds: Bounds,
    redo: Vec<u8>,
    /// Nothing where no history is kept.
    undo: Option<Vec<u8>>,
    tally: Tally,
}

/// How much a commit changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Nodes made.
    pub nodes_created: u64,
    /// Nodes deleted.
    pub nodes_deleted: u64,
    /// Relationships made.
    pub rels_created: u64,
    /// Relationships deleted.
    pub rels_deleted: u64,
    /// Properties set or removed.
    pub properties_set: u64,
    /// Changes of nodes' labels.
    pub labels_set: u64,
    /// Changes of indexes, constraints and the schema.
    pub definitions_changed: u64,
}

/// What a transaction has recorded when it commits.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) bounds: Bounds,
    pub(super) redo: Vec<u8>,
    pub(super) undo: Option<Vec<u8>>,
    pub(super) tally: Tally,
}

/// A place in the records to come back to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    redo: usize,
    undo: usize,
    tally: Tally,
}

impl Recorder {
    /// Begins the records of a transaction that begins with this version.
    pub(super) fn new(begun: &Snapshot, history: bool) -> Self {
        Self {
            bounds: Bounds::of(begun),
            redo: Vec::new(),
            undo: history.then(Vec::new),
            tally: Tally::default(),
        }
    }

    /// Returns the place at the end.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            redo: self.redo.len(),
            undo: self.undo.as_ref().map_or(0, Vec::len),
            tally: self.tally,
        }
    }

    /// Forgets what came after a place.
    pub(super) fn go_back(&mut self, mark: Mark) {
        self.redo.truncate(mark.redo);
        if let Some(undo) = &mut self.undo {
            undo.truncate(mark.undo);
        }
        self.tally = mark.tally;
    }

    pub(super) fn finish(self) -> Recorded {
        Recorded {
            bounds: self.bounds,
            redo: self.redo,
            undo: self.undo,
            tally: self.tally,
        }
    }

    pub(super) fn label(&mut self, name: &str) {
        self.redo(&Change::Label(Cow::Borrowed(name)));
    }

    pub(super) fn rel_type(&mut self, name: &str) {
        self.redo(&Change::Type(Cow::Borrowed(name)));
    }

    pub(super) fn key(&mut self, name: &str) {
        self.redo(&Change::Key(Cow::Borrowed(name)));
    }

    pub(super) fn insert_node(&mut self, labels: &[LabelId]) {
        self.tally.nodes_created += 1;
        self.redo(&Change::InsertNode(numbers(labels)));
    }

    pub(super) fn remove_node(&mut self, graph: &Snapshot, node: NodeId) {
        self.tally.nodes_deleted += 1;
        if self.is_old_node(node) {
            for (key, value) in graph.node_properties(node) {
                self.undo(&Undo::NodeProperty(node.0, key.0, Stored::from(&value)));
            }
            self.undo(&Undo::Node(node.0, numbers(graph.labels(node))));
        }
        self.redo(&Change::RemoveNode(node.0));
    }

    pub(super) fn insert_rels(&mut self, ends: &[(u32, u32)], types: &[u16]) {
        self.tally.rels_created += ends.len() as u64;
        let rels = ends.iter().zip(types);
        let rels = rels.map(|((start, end), rel_type)| (*start, *end, *rel_type));
        self.redo(&Change::InsertRels(rels.collect()));
    }

    pub(super) fn remove_rels(&mut self, graph: &Snapshot, rels: &[RelId]) {
        self.tally.rels_deleted += rels.len() as u64;
        let old = |rel: &&RelId| rel.0 < self.bounds.rels;
        let old: Vec<_> = rels.iter().filter(old).copied().collect();
        for rel in &old {
            for (key, value) in graph.rel_properties(*rel) {
                self.undo(&Undo::RelProperty(rel.0, key.0, Stored::from(&value)));
            }
        }
        if !old.is_empty() {
            self.undo(&Undo::Rels(old.iter().map(|rel| rel.0).collect()));
        }
        self.redo(&Change::RemoveRels(rels.iter().map(|rel| rel.0).collect()));
    }

    pub(super) fn labels(&mut self, graph: &Snapshot, node: NodeId, labels: &[LabelId]) {
        self.tally.labels_set += 1;
        if self.is_old_node(node) {
            self.undo(&Undo::Labels(node.0, numbers(graph.labels(node))));
        }
        self.redo(&Change::Labels(node.0, numbers(labels)));
    }

    pub(super) fn node_property(
        &mut self,
        graph: &Snapshot,
        node: NodeId,
        key: KeyId,
        value: &Value,
    ) {
        self.tally.properties_set += 1;
        if self.is_old_node(node) && self.undo.is_some() {
            let old = graph.node_property(node, key);
            self.undo(&Undo::NodeProperty(node.0, key.0, Stored::from(&old)));
        }
        self.redo(&Change::NodeProperty(node.0, key.0, Stored::from(value)));
    }

    pub(super) fn rel_property(&mut self, graph: &Snapshot, rel: RelId, key: KeyId, value: &Value) {
        self.tally.properties_set += 1;
        if rel.0 < self.bounds.rels && self.undo.is_some() {
            let old = graph.rel_property(rel, key);
            self.undo(&Undo::RelProperty(rel.0, key.0, Stored::from(&old)));
        }
        self.redo(&Change::RelProperty(rel.0, key.0, Stored::from(value)));
    }

    pub(super) fn index(&mut self, graph: &Snapshot, name: &str, (label, key): (LabelId, KeyId)) {
        self.definitions(graph);
        self.redo(&Change::Index(Cow::Borrowed(name), label.0, key.0));
    }

    pub(super) fn drop_index(&mut self, graph: &Snapshot, label: LabelId, key: KeyId) {
        self.definitions(graph);
        self.redo(&Change::DropIndex(label.0, key.0));
    }

    pub(super) fn constraint(&mut self, graph: &Snapshot, name: &str, constraint: &Constraint) {
        self.definitions(graph);
        let (label, key) = (constraint.label.0, constraint.key.0);
        let demand = (&constraint.demand).into();
        self.redo(&Change::Constraint(Cow::Borrowed(name), label, key, demand));
    }

    pub(super) fn drop_constraint(&mut self, graph: &Snapshot, name: &str) {
        self.definitions(graph);
        self.redo(&Change::DropConstraint(Cow::Borrowed(name)));
    }

    pub(super) fn schema(&mut self, graph: &Snapshot, schema: &Schema) {
        self.tally.definitions_changed += 1;
        if self.undo.is_some() {
            self.undo(&Undo::Schema(write_schema(graph.schema()).into()));
        }
        self.redo(&Change::Schema(write_schema(schema).into()));
    }

    fn definitions(&mut self, graph: &Snapshot) {
        self.tally.definitions_changed += 1;
        if self.undo.is_some() {
            self.undo(&Undo::Definitions(StoredDefinitions::from(
                &graph.definitions,
            )));
        }
    }

    fn is_old_node(&self, node: NodeId) -> bool {
        node.0 < self.bounds.nodes
    }

    fn redo(&mut self, change: &Change<'_>) {
        append(&mut self.redo, change);
    }

    fn undo(&mut self, undo: &Undo<'_>) {
        if let Some(bytes) = &mut self.undo {
            append(bytes, undo);
        }
    }
}

fn append(bytes: &mut Vec<u8>, item: &impl Serialize) {
    let taken = std::mem::take(bytes);
    *bytes = postcard::to_extend(item, taken).expect("plain data is written without fail");
}

fn numbers(labels: &[LabelId]) -> Vec<u32> {
    labels.iter().map(|label| label.0).collect()
}

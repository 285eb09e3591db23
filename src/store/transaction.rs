//! The one writer's private version.

use std::ops::Deref;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::error::Result;
use crate::value::{NodeId, RelId, Value};

use super::error::StoreError;
use super::property::storable;
use super::recorder::{Mark, Recorder};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::writer::Turn;
use super::{Direction, KeyId, LabelId, TypeId};

/// A version in the making. It reads its own changes; nobody else sees them until
/// [`Transaction::commit`]. Dropping it is the rollback.
#[derive(Debug)]
pub struct Transaction {
    pub(super) work: Snapshot,
    changed: bool,
    /// The nodes that may break a constraint.
    pub(super) unchecked: RoaringBitmap,
    /// What the store file is to hold of this; nothing where the graph lives in memory alone.
    pub(super) recorder: Option<Recorder>,
    message: Option<Arc<str>>,
    turn: Turn,
}

/// A relationship to create.
#[derive(Clone, Copy, Debug)]
pub struct NewRel<'a> {
    /// The node it starts at.
    pub start: NodeId,
    /// The node it ends at.
    pub end: NodeId,
    /// Its type.
    pub rel_type: TypeId,
    /// Its properties.
    pub properties: &'a [(KeyId, Value)],
}

/// A state of a transaction to come back to. Cheap.
#[derive(Clone, Debug)]
pub struct Savepoint {
    work: Snapshot,
    changed: bool,
    mark: Mark,
}

impl Deref for Transaction {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.work
    }
}

impl Transaction {
    pub(super) fn new(turn: Turn, current: &Snapshot) -> Self {
        Self {
            work: current.clone(),
            changed: false,
            unchecked: RoaringBitmap::new(),
            recorder: turn.recorder(current),
            message: None,
            turn,
        }
    }

    /// Returns the version as changed so far.
    #[must_use]
    pub fn view(&self) -> &Snapshot {
        &self.work
    }

    /// Returns a label's number, a new one for a new name.
    pub fn intern_label(&mut self, name: &str) -> LabelId {
        self.work.label(name).unwrap_or_else(|| {
            self.changed = true;
            if let Some(recorder) = &mut self.recorder {
                recorder.label(name);
            }
            self.work.add_label_name(name)
        })
    }

    /// Returns a relationship type's number, a new one for a new name.
    pub fn intern_type(&mut self, name: &str) -> TypeId {
        self.work.rel_type(name).unwrap_or_else(|| {
            self.changed = true;
            if let Some(recorder) = &mut self.recorder {
                recorder.rel_type(name);
            }
            self.work.add_type_name(name)
        })
    }

    /// Returns a property key's number, a new one for a new name.
    pub fn intern_key(&mut self, name: &str) -> KeyId {
        self.work.key(name).unwrap_or_else(|| {
            self.changed = true;
            if let Some(recorder) = &mut self.recorder {
                recorder.key(name);
            }
            self.work.add_key_name(name)
        })
    }

    /// Creates a node. Properties that are null are left out; of a key that comes twice the last
    /// value counts.
    ///
    /// # Errors
    /// If a value cannot be a property, or there are no ids left. Nothing is created then.
    pub fn create_node(
        &mut self,
        labels: &[LabelId],
        properties: &[(KeyId, Value)],
    ) -> Result<NodeId> {
        let properties = checked(properties)?;
        full("nodes", self.work.node_bound() < u32::MAX)?;
        if let Some(recorder) = &mut self.recorder {
            recorder.insert_node(labels);
        }
        let node = self.change().insert_node(labels);
        self.mark(node);
        for (key, value) in properties {
            self.put_node_property(node, key, value);
        }
        Ok(node)
    }

    /// Creates a relationship. Properties as in [`Transaction::create_node`].
    ///
    /// # Errors
    /// If an end does not exist, a value cannot be a property, or there are no ids left. Nothing is
    /// created then.
    pub fn create_rel(
        &mut self,
        start: NodeId,
        end: NodeId,
        rel_type: TypeId,
        properties: &[(KeyId, Value)],
    ) -> Result<RelId> {
        self.create_rels(&[NewRel {
            start,
            end,
            rel_type,
            properties,
        }])
    }

    /// Creates relationships, much faster than one by one where many are at the same nodes;
    /// returns the first one, the others follow.
    ///
    /// # Errors
    /// As [`Transaction::create_rel`]. Nothing is created then.
    pub fn create_rels(&mut self, rels: &[NewRel<'_>]) -> Result<RelId> {
        let room = (u32::MAX - self.work.rel_bound()) as usize;
        full("relationships", rels.len() <= room)?;
        let (mut ends, mut types) = (Vec::new(), Vec::new());
        let mut properties = Vec::new();
        for rel in rels {
            properties.push(checked(rel.properties)?);
            self.check_node(rel.start)?;
            self.check_node(rel.end)?;
            let narrow = u16::try_from(rel.rel_type.0);
            types.push(narrow.map_err(|_| StoreError::too_many_types())?);
            ends.push((rel.start.0, rel.end.0));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.insert_rels(&ends, &types);
        }
        let made = self.change().insert_rels(&ends, &types);
        let first = RelId(made.start);
        for (rel, properties) in made.zip(properties) {
            for (key, value) in properties {
                self.put_rel_property(RelId(rel), key, value);
            }
        }
        Ok(first)
    }

    /// Sets a property of a node; null removes it.
    ///
    /// # Errors
    /// If the node does not exist, or the value cannot be a property.
    pub fn set_node_property(&mut self, node: NodeId, key: KeyId, value: Value) -> Result<()> {
        self.check_node(node)?;
        let value = storable(value)?;
        self.put_node_property(node, key, value);
        self.mark(node);
        Ok(())
    }

    /// Sets a property of a relationship; null removes it.
    ///
    /// # Errors
    /// If the relationship does not exist, or the value cannot be a property.
    pub fn set_rel_property(&mut self, rel: RelId, key: KeyId, value: Value) -> Result<()> {
        if !self.work.has_rel(rel) {
            return Err(deleted("relationship"));
        }
        let value = storable(value)?;
        self.put_rel_property(rel, key, value);
        Ok(())
    }

    /// Adds a label to a node; returns whether it lacked the label.
    pub fn add_label(&mut self, node: NodeId, label: LabelId) -> bool {
        if !self.work.has_node(node) || self.work.has_label(node, label) {
            return false;
        }
        let mut labels = self.work.labels(node).to_vec();
        labels.push(label);
        self.put_labels(node, &labels);
        self.mark(node);
        true
    }

    /// Removes a label from a node; returns whether it had the label.
    pub fn remove_label(&mut self, node: NodeId, label: LabelId) -> bool {
        if !self.work.has_label(node, label) {
            return false;
        }
        let mut labels = self.work.labels(node).to_vec();
        labels.retain(|other| *other != label);
        self.put_labels(node, &labels);
        true
    }

    /// Deletes a relationship; returns whether it existed.
    pub fn delete_rel(&mut self, rel: RelId) -> bool {
        self.delete_rels(&[rel]) == 1
    }

    /// Deletes relationships, much faster than one by one where many are at the same nodes;
    /// returns how many of them existed.
    pub fn delete_rels(&mut self, rels: &[RelId]) -> usize {
        let mut rels: Vec<_> = rels
            .iter()
            .copied()
            .filter(|r| self.work.has_rel(*r))
            .collect();
        rels.sort_unstable();
        rels.dedup();
        if !rels.is_empty() {
            if let Some(recorder) = &mut self.recorder {
                recorder.remove_rels(&self.work, &rels);
            }
            self.change().remove_rels(&rels);
        }
        rels.len()
    }

    /// Deletes a node without relationships; returns whether it existed.
    ///
    /// # Errors
    /// If it has relationships.
    pub fn delete_node(&mut self, node: NodeId) -> Result<bool> {
        let rels = self.work.degree(node, Direction::Both, None);
        if rels > 0 {
            return Err(StoreError::ConnectedNode { rels }.into());
        }
        let existed = self.work.has_node(node);
        if existed {
            self.remove_node(node);
        }
        Ok(existed)
    }

    /// Deletes a node with its relationships; returns how many those were, or nothing if the node
    /// did not exist.
    pub fn detach_delete_node(&mut self, node: NodeId) -> Option<usize> {
        if !self.work.has_node(node) {
            return None;
        }
        let hops = self.work.hops(node, Direction::Both, None);
        let rels: Vec<_> = hops.map(|hop| hop.rel).collect();
        let deleted = self.delete_rels(&rels);
        self.remove_node(node);
        Some(deleted)
    }

    /// Indexes a key at the nodes of a label, under a name of its own; returns whether that is new.
    pub fn create_index(&mut self, label: LabelId, key: KeyId) -> bool {
        let (of, by) = (self.work.label_name(label), self.work.key_name(key));
        let name = self.work.free_name("index", of, by);
        self.create_named_index(&name, (label, key), &|| Ok(()))
            .is_ok()
    }

    /// Drops an index; returns whether there was one that is not a constraint's.
    pub fn drop_index(&mut self, label: LabelId, key: KeyId) -> bool {
        let known = self.work.indexes.get(label, key).is_some();
        let free = known && self.work.owner_of(label, key).is_none();
        if free {
            self.remove_index(label, key);
        }
        free
    }

    /// Replaces what the data set declares about itself.
    pub fn set_schema(&mut self, schema: Schema) {
        if let Some(recorder) = &mut self.recorder {
            recorder.schema(&self.work, &schema);
        }
        self.change().put_schema(schema);
    }

    /// Returns the state to come back to.
    #[must_use]
    pub fn savepoint(&self) -> Savepoint {
        Savepoint {
            work: self.work.clone(),
            changed: self.changed,
            mark: self
                .recorder
                .as_ref()
                .map(Recorder::mark)
                .unwrap_or_default(),
        }
    }

    /// Goes back to a state of this transaction.
    pub fn rollback_to(&mut self, savepoint: Savepoint) {
        self.work = savepoint.work;
        self.changed = savepoint.changed;
        self.unchecked.clear();
        if let Some(recorder) = &mut self.recorder {
            recorder.go_back(savepoint.mark);
        }
    }

    /// Says what the commit is about, for the history of a stored graph.
    pub fn set_message(&mut self, message: Option<Arc<str>>) {
        self.message = message;
    }

    /// Makes this version the current one and returns it; without changes it is the one it began
    /// with. On a stored graph that happens when the changes are on disk.
    ///
    /// # Errors
    /// If the changes cannot be written. The graph is then as it was before.
    pub fn commit(mut self) -> Result<Arc<Snapshot>> {
        if !self.changed {
            return self.turn.leave();
        }
        self.work.version += 1;
        self.work.tidy_dictionaries();
        self.work.check_sound()?;
        let recorded = self.recorder.map(Recorder::finish);
        let version = Arc::new(self.work);
        self.turn.publish(version, recorded, self.message)
    }

    pub(super) fn change(&mut self) -> &mut Snapshot {
        self.changed = true;
        &mut self.work
    }

    pub(super) fn remove_index(&mut self, label: LabelId, key: KeyId) {
        if let Some(recorder) = &mut self.recorder {
            recorder.drop_index(&self.work, label, key);
        }
        self.change().remove_index(label, key);
    }

    fn put_node_property(&mut self, node: NodeId, key: KeyId, value: Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.node_property(&self.work, node, key, &value);
        }
        self.change().put_node_property(node, key, value);
    }

    fn put_rel_property(&mut self, rel: RelId, key: KeyId, value: Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.rel_property(&self.work, rel, key, &value);
        }
        self.change().put_rel_property(rel, key, value);
    }

    fn put_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        if let Some(recorder) = &mut self.recorder {
            recorder.labels(&self.work, node, labels);
        }
        self.change().put_labels(node, labels);
    }

    fn remove_node(&mut self, node: NodeId) {
        if let Some(recorder) = &mut self.recorder {
            recorder.remove_node(&self.work, node);
        }
        self.change().remove_node(node);
    }

    /// Remembers a node that may break a constraint now.
    fn mark(&mut self, node: NodeId) {
        if self.work.constraints().next().is_some() {
            self.unchecked.insert(node.0);
        }
    }

    fn check_node(&self, node: NodeId) -> Result<()> {
        if self.work.has_node(node) {
            Ok(())
        } else {
            Err(deleted("node"))
        }
    }
}

fn deleted(element: &'static str) -> crate::error::Error {
    StoreError::Deleted { element }.into()
}

/// Says that there are no ids left where there is no room.
fn full(elements: &'static str, room: bool) -> Result<(), StoreError> {
    if room {
        return Ok(());
    }
    let limit = u64::from(u32::MAX);
    Err(StoreError::Full { elements, limit })
}

fn checked(properties: &[(KeyId, Value)]) -> Result<Vec<(KeyId, Value)>, StoreError> {
    let checked = properties
        .iter()
        .map(|(key, value)| Ok((*key, storable(value.clone())?)));
    checked.collect()
}

//! The changes that a private version can undergo; beside loading in bulk the only code that
//! changes one.
//!
//! Each method is one change that `recorder` records, `redo` does again and `undo` takes back.
//! Callers have checked that it is allowed.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::Result;
use crate::value::{NodeId, RelId, Value};

use super::counts::Between;
use super::find::{Search, is_name_key};
use super::merge::Rels;
use super::property_index::PropertyIndex;
use super::redo::{Misfit, fits};
use super::schema::Schema;
use super::snapshot::{Derived, ID, Snapshot};
use super::sorting::Pulse;
use super::{Direction, KeyId, LabelId, TypeId};

impl Snapshot {
    pub(super) fn add_label_name(&mut self, name: &str) -> LabelId {
        LabelId(self.labels.intern(name))
    }

    pub(super) fn add_type_name(&mut self, name: &str) -> TypeId {
        TypeId(self.types.intern(name))
    }

    pub(super) fn add_key_name(&mut self, name: &str) -> KeyId {
        let key = KeyId(self.keys.intern(name));
        if name == ID {
            self.id_key = Some(key);
        }
        key
    }

    pub(super) fn insert_node(&mut self, labels: &[LabelId]) -> NodeId {
        self.touch();
        self.nodes.push(labels)
    }

    /// Removes a node without relationships.
    pub(super) fn remove_node(&mut self, node: NodeId) {
        self.touch();
        let keys: Vec<_> = self.node_columns.keys(node.0).collect();
        for key in keys {
            self.put_node_property(node, key, Value::Null);
        }
        self.nodes.remove(node);
    }

    /// Adds relationships with the next ids.
    pub(super) fn insert_rels(&mut self, ends: &[(u32, u32)], types: &[u16]) -> Range<u32> {
        self.touch();
        let first = self.rels.bound();
        self.rels.extend(ends, types);
        let rels = first..self.rels.bound();
        self.outgoing
            .merge(rels.clone(), &self.rels, |rel| (rel.start.0, rel.end.0));
        self.incoming
            .merge(rels.clone(), &self.rels, |rel| (rel.end.0, rel.start.0));
        for rel in rels.clone() {
            self.counts.add(self.between_ends(RelId(rel)), 1);
        }
        rels
    }

    /// Removes relationships, each of which exists and comes once; their records stay.
    pub(super) fn remove_rels(&mut self, rels: &[RelId]) {
        self.touch();
        let numbers = rels.iter().map(|rel| rel.0);
        self.outgoing
            .separate(numbers.clone(), &self.rels, |rel| (rel.start.0, rel.end.0));
        self.incoming
            .separate(numbers, &self.rels, |rel| (rel.end.0, rel.start.0));
        for rel in rels {
            let keys: Vec<_> = self.rel_columns.keys(rel.0).collect();
            for key in keys {
                self.rel_columns.set(rel.0, key, Value::Null);
            }
            self.counts.remove(self.between_ends(*rel));
            self.rels.remove(*rel);
        }
    }

    /// Replaces a node's labels.
    pub(super) fn put_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        self.touch();
        for between in self.all_between(node) {
            self.counts.remove(between);
        }
        let old = self.labels(node).to_vec();
        self.nodes.set_labels(node, labels);
        for between in self.all_between(node) {
            self.counts.add(between, 1);
        }
        if !self.indexes.is_empty() {
            self.index_labels(node, &old);
        }
    }

    /// Sets a node's property; null removes it.
    pub(super) fn put_node_property(&mut self, node: NodeId, key: KeyId, value: Value) {
        self.touch();
        if self.id_key == Some(key) {
            self.ids.remove(node, &self.node_columns.value(node.0, key));
            self.ids.insert(node, &value);
        }
        if !self.indexes.is_empty() {
            self.index_property(node, key, &value);
        }
        self.node_columns.set(node.0, key, value);
        if is_name_key(self.keys.name(key.0)) {
            Arc::make_mut(&mut self.search).mark(node);
        }
    }

    /// Sets a relationship's property; null removes it.
    pub(super) fn put_rel_property(&mut self, rel: RelId, key: KeyId, value: Value) {
        self.touch();
        self.rel_columns.set(rel.0, key, value);
    }

    /// Indexes a key at the nodes of a label, under a name that is free.
    pub(super) fn add_named_index(
        &mut self,
        name: &str,
        (label, key): (LabelId, KeyId),
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        self.add_index(label, key, pulse)?;
        self.definitions.put_index(name, label, key);
        Ok(())
    }

    /// Builds the index of a key at the nodes of a label.
    fn add_index(&mut self, label: LabelId, key: KeyId, pulse: &Pulse<'_>) -> Result<()> {
        self.touch();
        let nodes = self.nodes.with_label(label).iter();
        let entries = nodes.map(|node| (self.node_columns.value(node, key), node));
        let entries = entries.filter(|(value, _)| !matches!(value, Value::Null));
        let index = PropertyIndex::new(entries, pulse)?;
        self.indexes.put(label, key, index);
        Ok(())
    }

    /// Drops an index.
    pub(super) fn remove_index(&mut self, label: LabelId, key: KeyId) {
        self.touch();
        self.indexes.drop(label, key);
        self.definitions.drop_index(label, key);
    }

    /// As [`Snapshot::add_index`], where nothing stops it, on all cores.
    pub(super) fn build_index(&mut self, label: LabelId, key: KeyId) {
        self.touch();
        let nodes: Vec<u32> = self.nodes.with_label(label).iter().collect();
        let column = self.node_columns.get(key);
        let entry = |node| {
            let value = column.map_or(Value::Null, |column| column.get(node));
            (!matches!(value, Value::Null)).then_some((value, node))
        };
        let entries: Vec<_> = nodes.into_par_iter().filter_map(entry).collect();
        let index = PropertyIndex::at_once(entries);
        self.indexes.put(label, key, index);
    }

    /// Brings a removed node back, with these labels and no properties.
    pub(super) fn revive_node(&mut self, node: NodeId, labels: &[LabelId]) {
        self.touch();
        self.nodes.revive(node, labels);
    }

    /// Brings removed relationships back, without properties.
    pub(super) fn revive_rels(&mut self, rels: &[RelId]) {
        self.touch();
        let numbers = rels.iter().map(|rel| rel.0);
        self.outgoing
            .merge(numbers.clone(), &self.rels, |rel| (rel.start.0, rel.end.0));
        self.incoming
            .merge(numbers, &self.rels, |rel| (rel.end.0, rel.start.0));
        for rel in rels {
            self.rels.revive(*rel);
            self.counts.add(self.between_ends(*rel), 1);
        }
    }

    /// Removes all nodes and relationships from these numbers on, so that their ids are free again.
    pub(super) fn forget_elements(&mut self, nodes: u32, rels: u32) {
        let gone: Vec<_> = (rels..self.rel_bound()).map(RelId).collect();
        let gone: Vec<_> = gone.into_iter().filter(|rel| self.has_rel(*rel)).collect();
        if !gone.is_empty() {
            self.remove_rels(&gone);
        }
        for node in (nodes..self.node_bound()).map(NodeId) {
            if self.has_node(node) {
                self.remove_node(node);
            }
        }
        self.touch();
        self.rels.truncate(rels);
        self.nodes.truncate(nodes);
    }

    /// Removes all nodes and relationships; names, definitions and schema stay.
    pub(super) fn clear(&mut self) {
        let empty = Snapshot {
            version: self.version,
            labels: self.labels.clone(),
            types: self.types.clone(),
            keys: self.keys.clone(),
            id_key: self.id_key,
            schema: Arc::clone(&self.schema),
            definitions: self.definitions.clone(),
            indexes: self.indexes.clone(),
            damage: self.damage.clone(),
            ..Snapshot::default()
        };
        *self = empty;
        self.rebuild_indexes();
    }

    /// Builds topology and the index over `id` from the records and columns; for a graph that was
    /// read from a file.
    pub(super) fn index_all(&mut self) -> Result<(), Misfit> {
        let types = self.types.len_u32();
        let fitting = |rel: RelId| {
            let record = self.rels.get(rel);
            let ends = record.start.0 < self.node_bound() && record.end.0 < self.node_bound();
            ends && record.rel_type.0 < types || !self.has_rel(rel)
        };
        fits(
            (0..self.rels.bound())
                .into_par_iter()
                .map(RelId)
                .all(fitting),
        )?;
        if self.rels.deleted().is_empty() {
            self.index_live(0..self.rels.bound());
        } else {
            let live: Vec<u32> = self.rels.live().map(|rel| rel.0).collect();
            self.index_live(live.iter().copied());
        }
        self.nodes.pack();
        self.touch();
        Ok(())
    }

    /// Builds the topology of these relationships, and the index over `id`.
    fn index_live(&mut self, live: impl Rels) {
        let ids = self.id_key.and_then(|key| self.node_columns.get(key));
        let (outgoing, incoming) = (&mut self.outgoing, &mut self.incoming);
        let (rels, index) = (&self.rels, &mut self.ids);
        rayon::join(
            || {
                outgoing.merge(live.clone(), rels, |rel| (rel.start.0, rel.end.0));
                incoming.merge(live, rels, |rel| (rel.end.0, rel.start.0));
            },
            || {
                if let Some(column) = ids {
                    column.decode();
                    index.fill(column, 0);
                }
            },
        );
    }

    /// Builds all indexes anew; for changes that are not indexed one by one.
    pub(super) fn rebuild_indexes(&mut self) {
        let all: Vec<_> = self.indexes().collect();
        for (label, key) in all {
            self.build_index(label, key);
        }
    }

    pub(super) fn put_schema(&mut self, schema: Schema) {
        self.touch();
        self.schema = Arc::new(schema);
    }

    /// Forgets what was worked out from the version as it was.
    pub(super) fn touch(&mut self) {
        // What others share they may still be building, from their own names.
        if Arc::get_mut(&mut self.search).is_none() {
            self.search = Arc::new(Search::clone(&self.search));
        }
        match Arc::get_mut(&mut self.derived) {
            Some(derived) => *derived = Derived::default(),
            None => self.derived = Arc::default(),
        }
    }

    /// Forgets the names; for changes that are not marked one by one.
    pub(super) fn forget_names(&mut self) {
        self.search = Arc::default();
    }

    /// Indexes the ids of nodes from this one on, which are not indexed yet.
    pub(super) fn index_ids_from(&mut self, first: u32) {
        let column = self.id_key.and_then(|key| self.node_columns.get(key));
        let Some(column) = column else { return };
        self.ids.fill(column, first);
    }

    /// Returns what a relationship counts for.
    pub(super) fn between_ends(&self, rel: RelId) -> Between {
        let record = self.rels.get(rel);
        self.between(record.start, record.narrow_type(), record.end)
    }

    /// Carries a property that is about to be set over into the indexes.
    fn index_property(&mut self, node: NodeId, key: KeyId, new: &Value) {
        let old = self.node_columns.value(node.0, key);
        for label in self.nodes.set(self.nodes.set_number(node)) {
            if !matches!(old, Value::Null) {
                self.indexes.remove(*label, key, node, &old);
            }
            if !matches!(new, Value::Null) {
                self.indexes.insert(*label, key, node, new);
            }
        }
    }

    /// Carries labels that a node got or lost over into the indexes.
    fn index_labels(&mut self, node: NodeId, old: &[LabelId]) {
        let new = self.labels(node).to_vec();
        let changed = |ours: &[LabelId], theirs: &[LabelId]| -> Vec<_> {
            let labels = ours.iter().filter(|label| !theirs.contains(label));
            labels
                .flat_map(|label| {
                    self.indexes
                        .keys(*label)
                        .into_iter()
                        .map(|key| (*label, key))
                })
                .collect()
        };
        let (lost, got) = (changed(old, &new), changed(&new, old));
        for (label, key) in lost {
            let value = self.node_columns.value(node.0, key);
            if !matches!(value, Value::Null) {
                self.indexes.remove(label, key, node, &value);
            }
        }
        for (label, key) in got {
            let value = self.node_columns.value(node.0, key);
            if !matches!(value, Value::Null) {
                self.indexes.insert(label, key, node, &value);
            }
        }
    }

    fn between(&self, start: NodeId, rel_type: u16, end: NodeId) -> Between {
        (
            self.nodes.set_number(start),
            rel_type,
            self.nodes.set_number(end),
        )
    }

    fn all_between(&self, node: NodeId) -> Vec<Between> {
        let hops = self.hops(node, Direction::Both, None);
        hops.map(|hop| self.between_ends(hop.rel)).collect()
    }
}

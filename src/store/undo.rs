//! The changes of a transaction as a history holds them: how each is undone.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::value::{NodeId, RelId};

use super::definitions::Definitions;
use super::file::{Stored, StoredDemand};
use super::redo::{Misfit, fits, read_schema};
use super::snapshot::Snapshot;

/// Takes one change back. A record's are applied from the last to the first; elements that the
/// transaction made itself are not mentioned, they go with the [`Bounds`]. The order of the variants
/// is part of the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Undo<'a> {
    /// A removed node was there, with these labels.
    Node(u32, Vec<u32>),
    /// A node had these labels.
    Labels(u32, Vec<u32>),
    /// A node had this value for the key.
    NodeProperty(u32, u32, #[serde(borrow)] Stored<'a>),
    /// Removed relationships were there.
    Rels(Vec<u32>),
    /// A relationship had this value for the key.
    RelProperty(u32, u32, #[serde(borrow)] Stored<'a>),
    /// What was defined.
    Definitions(StoredDefinitions),
    /// The schema was another one, in TOML.
    Schema(#[serde(borrow)] Cow<'a, str>),
}

/// How much there was of everything that only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bounds {
    pub(super) labels: u32,
    pub(super) types: u32,
    pub(super) keys: u32,
    pub(super) nodes: u32,
    pub(super) rels: u32,
}

/// Indexes and constraints by their names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredDefinitions {
    indexes: Vec<(String, u32, u32)>,
    constraints: Vec<(String, u32, u32, StoredDemand)>,
}

impl From<&Definitions> for StoredDefinitions {
    fn from(definitions: &Definitions) -> Self {
        let indexes = definitions.indexes().iter();
        let constraints = definitions.constraints().iter();
        Self {
            indexes: indexes
                .map(|(name, (label, key))| (name.to_string(), label.0, key.0))
                .collect(),
            constraints: constraints
                .map(|(name, constraint)| {
                    let demand = StoredDemand::from(&constraint.demand);
                    (
                        name.to_string(),
                        constraint.label.0,
                        constraint.key.0,
                        demand,
                    )
                })
                .collect(),
        }
    }
}

impl Bounds {
    pub(super) fn of(graph: &Snapshot) -> Self {
        Self {
            labels: graph.labels.len_u32(),
            types: graph.types.len_u32(),
            keys: graph.keys.len_u32(),
            nodes: graph.node_bound(),
            rels: graph.rel_bound(),
        }
    }
}

impl Snapshot {
    /// Takes a change back.
    pub(super) fn undo(&mut self, undo: &Undo<'_>) -> Result<(), Misfit> {
        match undo {
            Undo::Node(node, labels) => {
                let id = NodeId(*node);
                fits(*node < self.node_bound() && !self.has_node(id))?;
                let labels = self.known_labels(labels)?;
                self.revive_node(id, &labels);
            }
            Undo::Labels(node, labels) => {
                let labels = self.known_labels(labels)?;
                fits(self.has_node(NodeId(*node)))?;
                self.put_labels(NodeId(*node), &labels);
            }
            Undo::NodeProperty(node, key, value) => {
                let key = self.known_key(*key)?;
                fits(*node < self.node_bound())?;
                self.put_node_property(NodeId(*node), key, value.value().ok_or(Misfit)?);
            }
            Undo::Rels(rels) => {
                let rels: Vec<_> = rels.iter().copied().map(RelId).collect();
                let gone = |rel: &RelId| rel.0 < self.rel_bound() && !self.has_rel(*rel);
                fits(rels.iter().all(gone))?;
                self.revive_rels(&rels);
            }
            Undo::RelProperty(rel, key, value) => {
                let key = self.known_key(*key)?;
                fits(*rel < self.rel_bound())?;
                self.put_rel_property(RelId(*rel), key, value.value().ok_or(Misfit)?);
            }
            Undo::Definitions(definitions) => self.put_definitions(definitions)?,
            Undo::Schema(text) => self.put_schema(read_schema(text)?),
        }
        Ok(())
    }

    /// Goes back to when there was so much of everything.
    pub(super) fn shrink(&mut self, bounds: Bounds) -> Result<(), Misfit> {
        let now = Bounds::of(self);
        fits(bounds.nodes <= now.nodes && bounds.rels <= now.rels)?;
        if (bounds.nodes, bounds.rels) == (0, 0) {
            self.clear();
        } else {
            self.forget_elements(bounds.nodes, bounds.rels);
        }
        self.labels.truncate(bounds.labels);
        self.types.truncate(bounds.types);
        self.keys.truncate(bounds.keys);
        self.id_key = self.id_key.filter(|key| key.0 < bounds.keys);
        Ok(())
    }

    /// Replaces what is defined, and builds the indexes that are missing.
    pub(super) fn put_definitions(&mut self, stored: &StoredDefinitions) -> Result<(), Misfit> {
        let mut definitions = Definitions::default();
        let before: Vec<_> = self.indexes().collect();
        let mut wanted = Vec::new();
        for (name, label, key) in &stored.indexes {
            let of = (self.known_label(*label)?, self.known_key(*key)?);
            definitions.put_index(name, of.0, of.1);
            wanted.push(of);
        }
        for (name, label, key, demand) in &stored.constraints {
            let constraint = self.known_constraint(*label, *key, demand)?;
            definitions.put_constraint(name, constraint);
        }
        for (label, key) in before.iter().filter(|of| !wanted.contains(of)) {
            self.indexes.drop(*label, *key);
        }
        self.definitions = definitions;
        let missing = wanted.iter().filter(|of| !before.contains(of));
        for (label, key) in missing {
            self.build_index(*label, *key);
        }
        self.touch();
        Ok(())
    }
}

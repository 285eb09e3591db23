//! The changes of a transaction as a log holds them, and how they are done again.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::value::{NodeId, RelId};

use super::definitions::Constraint;
use super::file::{Stored, StoredDemand};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::{KeyId, LabelId};

/// One change; beside the names, elements are numbers. New elements get the next ids, so those
/// need not be said. The order of the variants is part of the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Change<'a> {
    /// A new label.
    Label(#[serde(borrow)] Cow<'a, str>),
    /// A new relationship type.
    Type(#[serde(borrow)] Cow<'a, str>),
    /// A new property key.
    Key(#[serde(borrow)] Cow<'a, str>),
    /// A new node with these labels.
    InsertNode(Vec<u32>),
    /// A node is gone.
    RemoveNode(u32),
    /// New relationships: start, end, type.
    InsertRels(Vec<(u32, u32, u16)>),
    /// Relationships are gone.
    RemoveRels(Vec<u32>),
    /// A node has these labels now.
    Labels(u32, Vec<u32>),
    /// A node has this value for the key now.
    NodeProperty(u32, u32, #[serde(borrow)] Stored<'a>),
    /// A relationship has this value for the key now.
    RelProperty(u32, u32, #[serde(borrow)] Stored<'a>),
    /// An index with this name on label and key.
    Index(#[serde(borrow)] Cow<'a, str>, u32, u32),
    /// No index on label and key.
    DropIndex(u32, u32),
    /// A constraint with this name on label and key.
    Constraint(#[serde(borrow)] Cow<'a, str>, u32, u32, StoredDemand),
    /// No constraint with this name.
    DropConstraint(#[serde(borrow)] Cow<'a, str>),
    /// Another schema, as TOML.
    Schema(#[serde(borrow)] Cow<'a, str>),
}

/// A change does not fit the version that it is applied to: they do not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misfit;

impl Snapshot {
    /// Does a change again.
    pub(super) fn redo(&mut self, change: &Change<'_>) -> Result<(), Misfit> {
        match change {
            Change::Label(name) => drop(self.add_label_name(name)),
            Change::Type(name) => drop(self.add_type_name(name)),
            Change::Key(name) => drop(self.add_key_name(name)),
            Change::InsertNode(labels) => {
                fits(self.node_bound() < u32::MAX)?;
                let labels = self.known_labels(labels)?;
                self.insert_node(&labels);
            }
            Change::RemoveNode(node) => self.remove_node(self.known_node(*node)?),
            Change::InsertRels(rels) => self.redo_insert_rels(rels)?,
            Change::RemoveRels(rels) => {
                let rels: Vec<_> = rels.iter().copied().map(RelId).collect();
                fits(rels.iter().all(|rel| self.has_rel(*rel)))?;
                self.remove_rels(&rels);
            }
            Change::Labels(node, labels) => {
                let labels = self.known_labels(labels)?;
                self.put_labels(self.known_node(*node)?, &labels);
            }
            Change::NodeProperty(node, key, value) => {
                let (node, key) = (self.known_node(*node)?, self.known_key(*key)?);
                self.put_node_property(node, key, value.value().ok_or(Misfit)?);
            }
            Change::RelProperty(rel, key, value) => {
                fits(self.has_rel(RelId(*rel)))?;
                let key = self.known_key(*key)?;
                self.put_rel_property(RelId(*rel), key, value.value().ok_or(Misfit)?);
            }
            Change::Index(name, label, key) => {
                let of = (self.known_label(*label)?, self.known_key(*key)?);
                let added = self.add_named_index(name, of, &|| Ok(()));
                added.map_err(|_| Misfit)?;
            }
            Change::DropIndex(label, key) => self.remove_index(LabelId(*label), KeyId(*key)),
            Change::Constraint(name, label, key, demand) => {
                let constraint = self.known_constraint(*label, *key, demand)?;
                self.definitions.put_constraint(name, constraint);
            }
            Change::DropConstraint(name) => drop(self.definitions.drop_constraint(name)),
            Change::Schema(text) => self.put_schema(read_schema(text)?),
        }
        Ok(())
    }

    fn redo_insert_rels(&mut self, rels: &[(u32, u32, u16)]) -> Result<(), Misfit> {
        fits(rels.len() <= (u32::MAX - self.rel_bound()) as usize)?;
        for (start, end, _) in rels {
            fits(self.has_node(NodeId(*start)) && self.has_node(NodeId(*end)))?;
        }
        let ends: Vec<_> = rels.iter().map(|(start, end, _)| (*start, *end)).collect();
        let types: Vec<_> = rels.iter().map(|(_, _, rel_type)| *rel_type).collect();
        self.insert_rels(&ends, &types);
        Ok(())
    }

    pub(super) fn known_constraint(
        &self,
        label: u32,
        key: u32,
        demand: &StoredDemand,
    ) -> Result<Constraint, Misfit> {
        Ok(Constraint {
            label: self.known_label(label)?,
            key: self.known_key(key)?,
            demand: demand.demand().ok_or(Misfit)?,
        })
    }

    pub(super) fn known_labels(&self, labels: &[u32]) -> Result<Vec<LabelId>, Misfit> {
        labels
            .iter()
            .map(|label| self.known_label(*label))
            .collect()
    }

    pub(super) fn known_label(&self, label: u32) -> Result<LabelId, Misfit> {
        fits((label as usize) < self.labels.len())?;
        Ok(LabelId(label))
    }

    pub(super) fn known_key(&self, key: u32) -> Result<KeyId, Misfit> {
        fits((key as usize) < self.keys.len())?;
        Ok(KeyId(key))
    }

    fn known_node(&self, node: u32) -> Result<NodeId, Misfit> {
        fits(self.has_node(NodeId(node)))?;
        Ok(NodeId(node))
    }
}

/// Writes a schema as records and the store file hold it.
pub(super) fn write_schema(schema: &Schema) -> String {
    toml::to_string(schema).expect("a schema was read from TOML, or is made of the same parts")
}

/// Reads a schema.
pub(super) fn read_schema(text: &str) -> Result<Schema, Misfit> {
    toml::from_str(text).map_err(|_| Misfit)
}

pub(super) fn fits(so: bool) -> Result<(), Misfit> {
    if so { Ok(()) } else { Err(Misfit) }
}

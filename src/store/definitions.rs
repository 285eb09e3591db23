//! Indexes and constraints by their names, and what constraints demand.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{NodeId, TypeTest, Value, literal::to_literal};

use super::error::StoreError;
use super::snapshot::Snapshot;
use super::{KeyId, LabelId};

/// What every node of a label must keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The label.
    pub label: LabelId,
    /// The property key.
    pub key: KeyId,
    /// What holds for the property.
    pub demand: Demand,
}

/// What a constraint demands of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No two nodes have the same value.
    Unique,
    /// Each node has a value.
    NotNull,
    /// Where a node has a value, it is of the type.
    Type(TypeTest),
}

/// Names of indexes and constraints; no name stands for two. Cloning copies a pointer.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Arc<Named>);

#[derive(Clone, Debug, Default)]
struct Named {
    indexes: BTreeMap<Arc<str>, (LabelId, KeyId)>,
    constraints: BTreeMap<Arc<str>, Constraint>,
}

impl Definitions {
    pub(super) fn indexes(&self) -> &BTreeMap<Arc<str>, (LabelId, KeyId)> {
        &self.0.indexes
    }

    pub(super) fn constraints(&self) -> &BTreeMap<Arc<str>, Constraint> {
        &self.0.constraints
    }

    pub(super) fn put_index(&mut self, name: &str, label: LabelId, key: KeyId) {
        let named = Arc::make_mut(&mut self.0);
        named.indexes.insert(name.into(), (label, key));
    }

    /// Drops the name of an index.
    pub(super) fn drop_index(&mut self, label: LabelId, key: KeyId) {
        let named = Arc::make_mut(&mut self.0);
        named.indexes.retain(|_, of| *of != (label, key));
    }

    pub(super) fn put_constraint(&mut self, name: &str, constraint: Constraint) {
        let named = Arc::make_mut(&mut self.0);
        named.constraints.insert(name.into(), constraint);
    }

    pub(super) fn drop_constraint(&mut self, name: &str) -> Option<Constraint> {
        Arc::make_mut(&mut self.0).constraints.remove(name)
    }

    /// Whether an index or a constraint has the name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.indexes.contains_key(name) || self.0.constraints.contains_key(name)
    }

    /// Returns whether these are the very same definitions; false is possible where they only look
    /// alike.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Snapshot {
    /// Returns the indexes that were asked for, by name; what is indexed is label and key.
    pub fn named_indexes(&self) -> impl Iterator<Item = (&Arc<str>, (LabelId, KeyId))> {
        self.definitions
            .indexes()
            .iter()
            .map(|(name, of)| (name, *of))
    }

    /// Returns the constraints, by name.
    pub fn constraints(&self) -> impl Iterator<Item = (&Arc<str>, &Constraint)> {
        self.definitions.constraints().iter()
    }

    /// Returns the constraint that an index serves, if there is one.
    #[must_use]
    pub fn owner_of(&self, label: LabelId, key: KeyId) -> Option<&Arc<str>> {
        let mut unique = self.constraints().filter(|(_, constraint)| {
            (constraint.label, constraint.key) == (label, key)
                && constraint.demand == Demand::Unique
        });
        unique.next().map(|(name, _)| name)
    }

    /// Returns the name of the constraint that demands the same.
    #[must_use]
    pub fn constraint_like(&self, constraint: &Constraint) -> Option<&Arc<str>> {
        let mut same = self.constraints().filter(|(_, other)| *other == constraint);
        same.next().map(|(name, _)| name)
    }

    /// Returns whether an index or a constraint has the name.
    #[must_use]
    pub fn has_definition(&self, name: &str) -> bool {
        self.definitions.has(name)
    }

    /// Returns indexes and constraints by their names.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Returns a name for a definition about label and key that nothing has yet.
    #[must_use]
    pub fn free_name(&self, kind: &str, label: &str, key: &str) -> String {
        let plain = format!("{kind}_{label}_{key}");
        let numbered = (2_u32..).map(|number| format!("{plain}_{number}"));
        std::iter::once(plain.clone())
            .chain(numbered)
            .find(|name| !self.has_definition(name))
            .unwrap_or(plain)
    }

    /// Says how a node breaks a constraint, if it does.
    pub(super) fn check_constraint(
        &self,
        node: NodeId,
        name: &str,
        constraint: &Constraint,
    ) -> Result<(), StoreError> {
        if !self.has_label(node, constraint.label) {
            return Ok(());
        }
        let (label, key) = (constraint.label, constraint.key);
        let value = self.node_property(node, key);
        let kept = match &constraint.demand {
            Demand::NotNull => !value.is_null(),
            Demand::Type(wanted) => wanted.accepts(&value),
            Demand::Unique => value.is_null() || self.is_single(label, key, &value),
        };
        if kept {
            return Ok(());
        }
        Err(StoreError::Violation {
            constraint: name.to_owned(),
            message: self.violation(constraint, &value),
        })
    }

    fn is_single(&self, label: LabelId, key: KeyId, value: &Value) -> bool {
        match self.indexes.get(label, key) {
            Some(index) => index.find(value).nth(1).is_none(),
            None => true,
        }
    }

    fn violation(&self, constraint: &Constraint, value: &Value) -> String {
        let label = self.label_name(constraint.label);
        let key = self.key_name(constraint.key);
        match &constraint.demand {
            Demand::NotNull => format!("a node with label `{label}` has no `{key}`"),
            Demand::Unique => {
                let value = to_literal(value);
                format!("two nodes with label `{label}` have the same `{key}`: {value}")
            }
            Demand::Type(wanted) => {
                let value = to_literal(value);
                format!("`{key}` of a node with label `{label}` is {value}, which is not {wanted}")
            }
        }
    }
}

//! The changes of a [`Transaction`] to what is defined: named indexes, and constraints.

use crate::error::Result;
use crate::value::NodeId;

use super::definitions::{Constraint, Demand};
use super::error::StoreError;
use super::sorting::Pulse;
use super::transaction::Transaction;
use super::{KeyId, LabelId};

/// After so many nodes it is asked whether to go on.
const PULSE: u32 = 1 << 10;

impl Transaction {
    /// Indexes a key at the nodes of a label.
    ///
    /// # Errors
    /// If the name is taken, label and key are indexed already, or `pulse` stops it.
    pub fn create_named_index(
        &mut self,
        name: &str,
        (label, key): (LabelId, KeyId),
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        self.check_free(name)?;
        self.check_not_indexed(label, key)?;
        self.add_named_index(name, (label, key), pulse)
    }

    /// Drops an index.
    ///
    /// # Errors
    /// If there is none, or it belongs to a constraint.
    pub fn drop_named_index(&mut self, name: &str) -> Result<()> {
        let found = self.work.definitions.indexes().get(name).copied();
        let name = name.to_owned();
        let Some((label, key)) = found else {
            return Err(StoreError::NoIndex { name }.into());
        };
        if let Some(owner) = self.work.owner_of(label, key) {
            let owner = owner.to_string();
            return Err(StoreError::IndexInUse { name, owner }.into());
        }
        self.remove_index(label, key);
        Ok(())
    }

    /// Adds a constraint; one on unique values comes with an index of the same name.
    ///
    /// # Errors
    /// If the name is taken, the same is demanded already, a node breaks it, or, for unique values,
    /// if label and key are indexed already, or `pulse` stops it. Nothing is added then.
    pub fn create_constraint(
        &mut self,
        name: &str,
        constraint: Constraint,
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        self.check_free(name)?;
        if let Some(name) = self.work.constraint_like(&constraint) {
            let name = name.to_string();
            return Err(StoreError::Demanded { name }.into());
        }
        let (label, key) = (constraint.label, constraint.key);
        if constraint.demand == Demand::Unique {
            self.check_not_indexed(label, key)?;
            self.add_named_index(name, (label, key), pulse)?;
        }
        let mut nodes = (0_u32..).zip(self.work.nodes_with_label(label).iter());
        let broken = nodes.try_for_each(|(place, node)| {
            if place.is_multiple_of(PULSE) {
                pulse()?;
            }
            let node = NodeId(node);
            Ok(self.work.check_constraint(node, name, &constraint)?)
        });
        if let Err(error) = broken {
            if constraint.demand == Demand::Unique {
                self.remove_index(label, key);
            }
            return Err(error);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.constraint(&self.work, name, &constraint);
        }
        let definitions = &mut self.change().definitions;
        definitions.put_constraint(name, constraint);
        Ok(())
    }

    /// Drops a constraint, with the index that belongs to it.
    ///
    /// # Errors
    /// If there is none.
    pub fn drop_constraint(&mut self, name: &str) -> Result<()> {
        if !self.work.definitions.constraints().contains_key(name) {
            let name = name.to_owned();
            return Err(StoreError::NoConstraint { name }.into());
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.drop_constraint(&self.work, name);
        }
        let dropped = self.change().definitions.drop_constraint(name);
        if let Some(constraint) = dropped.filter(|dropped| dropped.demand == Demand::Unique) {
            self.remove_index(constraint.label, constraint.key);
        }
        Ok(())
    }

    /// Tests the nodes that were changed since this was last asked against all constraints. Cost:
    /// a look-up a node and constraint.
    ///
    /// # Errors
    /// If a node breaks a constraint, or `pulse` stops it. Going back to a savepoint takes that
    /// back.
    pub fn check_constraints(&mut self, pulse: &Pulse<'_>) -> Result<()> {
        let changed = std::mem::take(&mut self.unchecked);
        for (place, node) in (0_u32..).zip(changed.iter().map(NodeId)) {
            if place.is_multiple_of(PULSE) {
                pulse()?;
            }
            for (name, constraint) in self.work.constraints() {
                self.work.check_constraint(node, name, constraint)?;
            }
        }
        Ok(())
    }

    fn add_named_index(
        &mut self,
        name: &str,
        of: (LabelId, KeyId),
        pulse: &Pulse<'_>,
    ) -> Result<()> {
        let mark = self.recorder.as_mut().map(|recorder| {
            let mark = recorder.mark();
            recorder.index(&self.work, name, of);
            mark
        });
        let added = self.change().add_named_index(name, of, pulse);
        if let (Err(_), Some(recorder), Some(mark)) = (&added, &mut self.recorder, mark) {
            recorder.go_back(mark);
        }
        added
    }

    fn check_free(&self, name: &str) -> Result<(), StoreError> {
        if !self.work.has_definition(name) {
            return Ok(());
        }
        let name = name.to_owned();
        Err(StoreError::NameTaken { name })
    }

    fn check_not_indexed(&self, label: LabelId, key: KeyId) -> Result<(), StoreError> {
        let mut indexes = self.work.named_indexes();
        let Some((name, _)) = indexes.find(|(_, of)| *of == (label, key)) else {
            return Ok(());
        };
        Err(StoreError::Indexed {
            label: self.work.label_name(label).to_string(),
            key: self.work.key_name(key).to_string(),
            name: name.to_string(),
        })
    }
}

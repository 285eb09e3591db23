//! Which names mean which variables.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::bound::Slot;
use super::types::StaticType;

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    pub(super) slot: Slot,
    pub(super) static_type: StaticType,
}

/// The variables that a clause sees, in order of introduction.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    variables: Vec<Variable>,
    /// Where the last variable of each name stands.
    places: HashMap<Arc<str>, usize>,
    /// Variables of the query around a subquery: they stay visible after `WITH`.
    outer: usize,
    /// Those of them that were looked up, by this scope and those that follow from it.
    read: Rc<RefCell<BTreeSet<Slot>>>,
}

impl Scope {
    /// The scope of a subquery: all variables of `self` stay visible throughout.
    pub(super) fn nested(&self) -> Self {
        Self {
            outer: self.variables.len(),
            read: Rc::default(),
            ..self.clone()
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        let place = *self.places.get(name)?;
        let found = self.variables.get(place)?;
        if place < self.outer {
            self.read.borrow_mut().insert(found.slot);
        }
        Some(found)
    }

    /// Returns the variables of the query around that a nested scope looked up; they count as
    /// looked up here as well.
    pub(super) fn read_by(&self, nested: &Self) -> Vec<Slot> {
        let read: Vec<Slot> = nested.read.borrow().iter().copied().collect();
        let around = self.variables.iter().take(self.outer);
        let around = around.map(|variable| variable.slot);
        let passed = around.filter(|slot| read.contains(slot));
        self.read.borrow_mut().extend(passed);
        read
    }

    pub(super) fn insert(&mut self, variable: Variable) {
        self.places
            .insert(Arc::clone(&variable.name), self.variables.len());
        self.variables.push(variable);
    }

    /// The variables that belong to this query, not to one around it.
    pub(super) fn own(&self) -> &[Variable] {
        self.variables.get(self.outer..).unwrap_or_default()
    }

    pub(super) fn all(&self) -> &[Variable] {
        &self.variables
    }

    /// What is visible after a projection to `columns`.
    pub(super) fn projected(&self, columns: Vec<Variable>) -> Self {
        let mut after = Self {
            outer: self.outer,
            read: Rc::clone(&self.read),
            ..Self::default()
        };
        for variable in self
            .variables
            .iter()
            .take(self.outer)
            .cloned()
            .chain(columns)
        {
            after.insert(variable);
        }
        after
    }

    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.variables
            .iter()
            .map(|variable| Arc::clone(&variable.name))
            .collect()
    }
}

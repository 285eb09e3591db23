//! Which names mean which variables.

use std::collections::HashMap;
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
}

impl Scope {
    /// The scope of a subquery: all variables of `self` stay visible throughout.
    pub(super) fn nested(&self) -> Self {
        Self {
            outer: self.variables.len(),
            ..self.clone()
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.places
            .get(name)
            .and_then(|place| self.variables.get(*place))
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

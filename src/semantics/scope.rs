//! Which names mean which variables.

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
    /// Variables of the query around a subquery: they stay visible after `WITH`.
    outer: usize,
}

impl Scope {
    /// The scope of a subquery: all variables of `self` stay visible throughout.
    pub(super) fn nested(&self) -> Self {
        Self {
            variables: self.variables.clone(),
            outer: self.variables.len(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.variables
            .iter()
            .rev()
            .find(|variable| &*variable.name == name)
    }

    pub(super) fn insert(&mut self, variable: Variable) {
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
        let mut variables: Vec<_> = self.variables.iter().take(self.outer).cloned().collect();
        variables.extend(columns);
        Self {
            variables,
            outer: self.outer,
        }
    }

    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.variables
            .iter()
            .map(|variable| Arc::clone(&variable.name))
            .collect()
    }
}

//! What a statement gives back.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::deserialize;
use crate::error::{Error, Result};
use crate::exec::{Counters, ResultSet};
use crate::plan::ExplainLine;
use crate::store::Snapshot;
use crate::value::Value;

/// The result of a statement: rows, the graph that they are about, and what was changed.
#[derive(Clone, Debug)]
pub struct Rows {
    result: ResultSet,
    graph: Arc<Snapshot>,
    summary: Summary,
    warnings: Vec<Error>,
    plan: Vec<ExplainLine>,
}

/// What a statement changed, and how long it took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
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
    /// Labels put on nodes.
    pub labels_added: u64,
    /// Labels taken from nodes.
    pub labels_removed: u64,
    /// Indexes defined.
    pub indexes_added: u64,
    /// Indexes dropped.
    pub indexes_removed: u64,
    /// Constraints defined.
    pub constraints_added: u64,
    /// Constraints dropped.
    pub constraints_removed: u64,
    /// From the text to the last row.
    pub elapsed: Duration,
}

impl Rows {
    pub(super) fn new(
        result: ResultSet,
        graph: Arc<Snapshot>,
        counters: Counters,
        elapsed: Duration,
        warnings: Vec<Error>,
    ) -> Self {
        let summary = Summary {
            nodes_created: counters.nodes_created,
            nodes_deleted: counters.nodes_deleted,
            rels_created: counters.rels_created,
            rels_deleted: counters.rels_deleted,
            properties_set: counters.properties_set,
            labels_added: counters.labels_added,
            labels_removed: counters.labels_removed,
            indexes_added: counters.indexes_added,
            indexes_removed: counters.indexes_removed,
            constraints_added: counters.constraints_added,
            constraints_removed: counters.constraints_removed,
            elapsed,
        };
        Self {
            result,
            graph,
            summary,
            warnings,
            plan: Vec::new(),
        }
    }

    pub(super) fn with_plan(self, plan: Vec<ExplainLine>) -> Self {
        Self { plan, ..self }
    }

    /// Returns the names of the columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Arc<str>] {
        self.result.names()
    }

    /// Returns how many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.result.len()
    }

    /// Returns whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<Value>> {
        self.result.rows()
    }

    /// Returns the rows as values of a Rust type: a struct or map by the names of the columns, a tuple
    /// by their order, or, of a single column, its values. Null is `None`; nodes and relationships
    /// are their properties; temporal values are ISO texts.
    ///
    /// # Errors
    /// If a row is no value of the type.
    ///
    /// # Examples
    /// ```
    /// use polity::db::{Database, Params};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct State {
    ///     name: String,
    ///     members: Option<u32>,
    /// }
    ///
    /// let mut session = Database::new().session();
    /// let text = "UNWIND ['Norway', 'Chad'] AS name RETURN name, null AS members";
    /// let states: Vec<State> = session.run(text, &Params::default())?.deserialize()?;
    /// assert_eq!((states[0].name.as_str(), states[1].members), ("Norway", None));
    ///
    /// let sums: Vec<(i64, bool)> = session.run("RETURN 1 + 2, true", &Params::default())?.deserialize()?;
    /// assert_eq!(sums, [(3, true)]);
    /// # Ok::<(), polity::error::Error>(())
    /// ```
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        let rows = self.iter().enumerate();
        let read =
            rows.map(|(place, row)| deserialize::row(self.columns(), row, &self.graph, place + 1));
        read.collect()
    }

    /// Returns the graph in which the nodes and relationships of the rows can be looked up.
    #[must_use]
    pub fn graph(&self) -> &Arc<Snapshot> {
        &self.graph
    }

    /// Whether the statement returns anything; false without `RETURN`.
    #[must_use]
    pub fn has_result(&self) -> bool {
        !self.columns().is_empty()
    }

    /// Returns what was changed, and how long it took.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Returns the operators of the plan, after `EXPLAIN` and `PROFILE`: outermost first, each with
    /// its depth in the tree; after `PROFILE` with what each of them did. Empty after other
    /// statements.
    ///
    /// # Examples
    /// ```
    /// use polity::db::{Database, Params};
    ///
    /// let mut session = Database::new().session();
    /// let rows = session.run("PROFILE UNWIND [1, 2] AS x RETURN x", &Params::default())?;
    /// let operator = &rows.plan()[0];
    /// assert_eq!(operator.operator, "ProduceResults");
    /// assert_eq!(operator.measure.map(|measure| measure.rows), Some(2));
    /// # Ok::<(), polity::error::Error>(())
    /// ```
    #[must_use]
    pub fn plan(&self) -> &[ExplainLine] {
        &self.plan
    }

    /// Returns what looks like a mistake but is none.
    #[must_use]
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }
}

impl Summary {
    /// Whether anything was changed.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        Self {
            elapsed: Duration::ZERO,
            ..*self
        } != Self::default()
    }
}

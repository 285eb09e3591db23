//! Parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::exec::{Context, Graph, execute};
use crate::functions::{Clock, Procedures};
use crate::plan;
use crate::semantics;
use crate::store::Snapshot;
use crate::syntax;
use crate::value::Value;

/// The parameters of a statement, by name.
#[derive(Clone, Debug, Default)]
pub struct Params(Arc<BTreeMap<Arc<str>, Value>>);

impl Params {
    /// Sets a parameter, in place of an earlier one with the name.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: Value) {
        Arc::make_mut(&mut self.0).insert(name.into(), value);
    }

    /// Returns the value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns names and values, in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.0.iter()
    }

    pub(super) fn shared(&self) -> Arc<BTreeMap<Arc<str>, Value>> {
        Arc::clone(&self.0)
    }
}

impl From<BTreeMap<Arc<str>, Value>> for Params {
    fn from(values: BTreeMap<Arc<str>, Value>) -> Self {
        Self(Arc::new(values))
    }
}

/// Reads a value written in the query language: a literal, or any expression that needs no graph
/// (`[1, 2]`, `date('2025-12-17')`, `{a: 1}`).
///
/// # Errors
/// If the text is no such expression.
///
/// # Examples
/// ```
/// let value = polity::db::literal("[1, 2]")?;
/// assert_eq!(value.as_list().map(|items| items.len()), Some(2));
/// # Ok::<(), polity::error::Error>(())
/// ```
pub fn literal(text: &str) -> Result<Value> {
    let expr = syntax::parse_expression(text)?;
    let query = semantics::bind_value(&expr)?;
    let plan = plan::lower(plan::plan(query), &Snapshot::new().statistics());
    let graph = Graph::Read(Arc::new(Snapshot::new()));
    let mut context = Context::new(graph, Clock::new(), Arc::new(Procedures::default()));
    let result = execute(&plan, &mut context)?;
    let mut rows = result.rows();
    rows.next()
        .and_then(|row| row.into_iter().next())
        .ok_or_else(|| Error::new(Code::syntax("UnexpectedSyntax"), "a value was expected"))
}

//! Room 8: the public face. A [`Database`] holds a graph; a [`Session`] is one conversation with
//! it; [`Params`] go in, [`Rows`] come out.
//!
//! Strings the verbs together: parse, bind, plan, optimize, lower, execute.
//!
//! **Invariant:** this room knows neither terminal nor sockets.

mod compile;
mod definitions;
mod formulas;
mod help;
mod mentions;
mod params;
mod recent;
mod rows;
mod session;
mod warnings;

use std::sync::{Arc, PoisonError, RwLock};

pub use crate::plan::{ExplainLine, Measure};
pub use crate::store::{NameHit, Snapshot, Statistics};
pub use help::{FunctionHelp, ProcedureHelp, functions, procedures};
pub use params::{Params, literal};
pub use rows::{Rows, Summary};
pub use session::{CancelHandle, MEMORY_LIMIT, Session};

use crate::error::{Code, Error, ErrorType, Result};
use crate::functions::{Procedure, Procedures};
use crate::paths::Pool;
use crate::store::Store;
use compile::PlanCache;

/// A graph, with all that is needed to ask it. Cheap to clone; clones share the graph.
///
/// # Examples
/// ```
/// use polity::db::{Database, Params};
///
/// let database = Database::new();
/// let mut session = database.session();
/// session.run("CREATE (:State {name: 'Norway'})", &Params::default())?;
/// let rows = session.run("MATCH (s:State) RETURN s.name AS name", &Params::default())?;
/// assert_eq!(rows.columns()[0].as_ref(), "name");
/// assert_eq!(rows.len(), 1);
/// # Ok::<(), polity::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Database(Arc<Shared>);

/// What all sessions of a database share.
#[derive(Debug)]
struct Shared {
    store: Store,
    procedures: RwLock<Arc<Procedures>>,
    plans: PlanCache,
    /// Memory that searches leave to one another.
    pool: Arc<Pool>,
}

impl Database {
    /// Creates an empty graph in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::from_snapshot(Snapshot::new())
    }

    /// Creates a graph in memory from one that was loaded.
    #[must_use]
    pub fn from_snapshot(graph: Snapshot) -> Self {
        Self(Arc::new(Shared {
            store: Store::new(graph),
            procedures: RwLock::default(),
            plans: PlanCache::default(),
            pool: Arc::default(),
        }))
    }

    /// Opens the governance graph that is built into the program, in memory.
    ///
    /// # Errors
    /// If the built-in data set has a mistake, which a test rules out.
    pub fn governance() -> Result<Self> {
        let loaded = crate::formats::builtin().map_err(|report| {
            let code = Code::runtime(ErrorType::DataError, "InvalidDataSet");
            Error::new(
                code,
                format!("the built-in data set has mistakes:\n{report}"),
            )
        })?;
        Ok(Self::from_snapshot(loaded.graph))
    }

    /// Begins a conversation.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// Returns the graph as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.store.snapshot()
    }

    /// Makes a procedure known, in place of one with the same name.
    pub fn register_procedure(&self, procedure: Procedure) {
        let mut known = self
            .0
            .procedures
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut changed = Procedures::clone(&known);
        changed.register(procedure);
        *known = Arc::new(changed);
        self.0.plans.clear();
    }

    fn procedures(&self) -> Arc<Procedures> {
        Arc::clone(
            &self
                .0
                .procedures
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

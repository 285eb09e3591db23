//! Room 8: the public face. A [`Database`] holds a graph; a [`Session`] is one conversation with
//! it; [`Params`] go in, [`Rows`] come out.
//!
//! Strings the verbs together: parse, bind, plan, optimize, lower, execute.
//!
//! **Invariant:** this room knows neither terminal nor sockets.

mod commits;
mod compile;
mod definitions;
mod deserialize;
mod export;
mod formulas;
mod help;
mod mentions;
mod merge;
mod params;
mod recent;
mod rows;
mod session;
mod transaction;
mod warnings;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

pub use crate::formats::compare::{ChangeSet, Conflict, Preference};
pub use crate::plan::{ExplainLine, Measure};
pub use crate::store::{
    Access, Checked, Commit, Durability, FileOptions, KeepHistory, NameHit, Snapshot, Statistics,
    Tally,
};
pub use export::Exported;
pub use help::{FunctionHelp, ProcedureHelp, functions, procedures};
pub use params::{Params, literal};
pub use rows::{Rows, Summary};
pub use session::{CancelHandle, MEMORY_LIMIT, Session};
pub use transaction::Transaction;

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
        Self::from_store(Store::new(graph))
    }

    fn from_store(store: Store) -> Self {
        Self(Arc::new(Shared {
            store,
            procedures: RwLock::default(),
            plans: PlanCache::default(),
            pool: Arc::default(),
        }))
    }

    /// Opens a store file. A statement that changes the graph is in the file when it returns; a kill
    /// or a loss of power takes nothing of that.
    ///
    /// The file is closed when the last clone, session and transaction is gone.
    ///
    /// # Errors
    /// If there is no such file, it is no store, it is damaged (`DataError.StoreDamaged`), or another
    /// program has it open.
    ///
    /// # Examples
    /// ```
    /// use polity::db::{Database, Params};
    ///
    /// # let folder = std::env::temp_dir().join(format!("polity-open-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("states.polity");
    /// let database = Database::create(&path)?;
    /// database.session().run("CREATE (:State {name: 'Norway'})", &Params::default())?;
    /// drop(database);
    ///
    /// let database = Database::open(&path)?;
    /// assert_eq!(database.snapshot().node_count(), 1);
    /// # drop(database);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, FileOptions::default())
    }

    /// As [`Database::open`], for reading only, with another durability, or another length of the
    /// history.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_with(path: impl AsRef<Path>, options: FileOptions) -> Result<Self> {
        Ok(Self::from_store(Store::open(path.as_ref(), options)?))
    }

    /// Makes a store file without a graph, and opens it.
    ///
    /// # Errors
    /// If there is such a file already, or it cannot be written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Store::save(path, &Snapshot::new(), None, KeepHistory::default())?;
        Self::open(path)
    }

    /// Writes the graph as it is now to a new store file, as its first commit. This database stays
    /// where it is.
    ///
    /// # Errors
    /// If there is such a file already, or it cannot be written. There is no new file then.
    ///
    /// # Examples
    /// ```
    /// use polity::db::{Database, KeepHistory};
    ///
    /// # let folder = std::env::temp_dir().join(format!("polity-save-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("governance.polity");
    /// let database = Database::governance()?;
    /// database.save(&path, Some("as shipped"), KeepHistory::All)?;
    /// let stored = Database::open(&path)?;
    /// assert_eq!(stored.snapshot().rel_count(), database.snapshot().rel_count());
    /// assert_eq!(stored.commits()?[0].message.as_deref(), Some("as shipped"));
    /// # drop(stored);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(
        &self,
        path: impl AsRef<Path>,
        message: Option<&str>,
        keep: KeepHistory,
    ) -> Result<()> {
        Store::save(
            path.as_ref(),
            &self.snapshot(),
            message.map(Arc::from),
            keep,
        )
    }

    /// Removes what [`Database::save`] has written in this process of a file that is not whole yet;
    /// for a program that ends meanwhile.
    pub fn remove_drafts(path: impl AsRef<Path>) {
        Store::remove_drafts(path.as_ref());
    }

    /// Verifies a store file whole, and leaves it as it is.
    ///
    /// # Errors
    /// If anything in it is not as it was written, or another program has it open.
    pub fn check(path: impl AsRef<Path>) -> Result<Checked> {
        Store::check(path.as_ref())
    }

    /// Returns whether the graph is in a file too.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.0.store.is_stored()
    }

    /// Folds the log of the file into its chunks, which makes the next opening faster. It happens by
    /// itself when it is worth it. Without a file nothing happens.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn checkpoint(&self) -> Result<()> {
        self.0.store.checkpoint()
    }

    /// Waits until all that was committed is on disk. That is so already when a commit returns,
    /// unless the store was opened with [`Durability::Relaxed`]. Without a file nothing happens.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn sync(&self) -> Result<()> {
        self.0.store.sync()
    }

    /// Returns the commits of a stored graph, the oldest first.
    ///
    /// # Errors
    /// If the graph is in no file, or the file is damaged.
    pub fn commits(&self) -> Result<Vec<Commit>> {
        self.0.store.commits()
    }

    /// Returns the graph as it was after a commit; as it was before the first one for zero. Cost:
    /// that of undoing the commits since.
    ///
    /// # Errors
    /// If there is no such commit in the history, the graph is in no file, or the file is damaged.
    pub fn at(&self, commit: u64) -> Result<Arc<Snapshot>> {
        self.0.store.at(commit)
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

//! What a statement runs in: the graph, parameters, limits, and what it has changed so far.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::{Code, Error, ErrorType, Result};
use crate::functions::{Clock, Procedures, Watch};
use crate::store::{Snapshot, Transaction};
use crate::value::Value;

/// The graph that a statement works on.
#[derive(Debug)]
pub enum Graph {
    /// One version, which nobody changes.
    Read(Arc<Snapshot>),
    /// The writer's own version.
    Write(Box<Transaction>),
}

impl Graph {
    /// Returns the version that is read now.
    #[must_use]
    pub fn view(&self) -> &Snapshot {
        match self {
            Self::Read(snapshot) => snapshot,
            Self::Write(transaction) => transaction.view(),
        }
    }
}

/// When a statement has to stop.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Is set from outside to stop it.
    pub cancel: Arc<AtomicBool>,
    /// When its time is over.
    pub deadline: Option<Instant>,
    /// How many bytes its operators may hold at once.
    pub memory: Option<usize>,
}

/// What a statement has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
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
}

impl Counters {
    /// Returns whether anything was changed.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// All that a statement needs to run. It survives a failed statement, so that the caller can roll
/// its transaction back.
#[derive(Debug)]
pub struct Context {
    /// The graph.
    pub graph: Graph,
    /// The parameters.
    pub params: Arc<BTreeMap<Arc<str>, Value>>,
    /// The time that temporal functions tell.
    pub clock: Clock,
    /// The procedures that can be called.
    pub procedures: Arc<Procedures>,
    /// When to stop.
    pub limits: Limits,
    /// What has been changed.
    pub counters: Counters,
    /// `LOAD CSV` reads files below these folders only.
    pub folders: Vec<PathBuf>,
    /// Whether something was deleted: then nodes and relationships may be gone.
    pub(super) deletions: bool,
    /// Bytes that operators hold now.
    pub(super) held: usize,
}

impl Context {
    /// Creates a context without limits and parameters.
    #[must_use]
    pub fn new(graph: Graph, clock: Clock, procedures: Arc<Procedures>) -> Self {
        Self {
            graph,
            params: Arc::default(),
            clock,
            procedures,
            limits: Limits::default(),
            counters: Counters::default(),
            folders: Vec::new(),
            deletions: false,
            held: 0,
        }
    }

    /// Returns the version of the graph that is read now.
    #[must_use]
    pub fn graph(&self) -> &Snapshot {
        self.graph.view()
    }

    /// Returns a version of its own of the graph as it is now. Costs little.
    #[must_use]
    pub fn share_graph(&self) -> Arc<Snapshot> {
        match &self.graph {
            Graph::Read(snapshot) => Arc::clone(snapshot),
            Graph::Write(transaction) => Arc::new(transaction.view().clone()),
        }
    }

    /// Returns the writer's version.
    pub(super) fn writer(&mut self) -> Result<&mut Transaction> {
        match &mut self.graph {
            Graph::Write(transaction) => Ok(transaction),
            Graph::Read(_) => {
                let code = Code::runtime(ErrorType::SemanticError, "ReadOnly");
                Err(Error::new(code, "the graph can only be read here"))
            }
        }
    }

    /// Ends the statement where it was interrupted or its time is over.
    pub fn pulse(&self) -> Result<()> {
        if self.limits.cancel.load(Ordering::Relaxed) {
            let code = Code::runtime(ErrorType::LimitError, "Interrupted");
            return Err(Error::new(code, "the statement was interrupted"));
        }
        let deadline = self.limits.deadline;
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let code = Code::runtime(ErrorType::LimitError, "TimedOut");
            return Err(Error::new(code, "the statement ran out of time")
                .hint("allow more time, or narrow the question"));
        }
        Ok(())
    }

    /// Notes that an operator holds so many bytes more.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<()> {
        self.held = self.held.saturating_add(bytes);
        self.check_room(0)
    }

    /// Ends the statement where so many bytes more are too many.
    fn check_room(&self, bytes: usize) -> Result<()> {
        match self.limits.memory {
            Some(limit) if self.held.saturating_add(bytes) > limit => {
                let code = Code::runtime(ErrorType::LimitError, "MemoryLimitExceeded");
                let message = format!("the statement needs more memory than {limit} bytes");
                Err(Error::new(code, message).hint("allow more memory, or return less at once"))
            }
            _ => Ok(()),
        }
    }

    /// Notes that so many bytes are free again.
    pub(super) fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
    }
}

impl Watch for Context {
    fn pulse(&self, bytes: usize) -> Result<()> {
        self.check_room(bytes)?;
        Self::pulse(self)
    }
}

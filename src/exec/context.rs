//! What a statement runs in: the graph, parameters, limits, and what it has changed so far.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use super::profile::Meter;
use crate::error::{Code, Error, ErrorType, Result};
use crate::functions::{Clock, Formulas, Memory, NoFormulas, Procedures, Watch};
use crate::paths::Pool;
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

impl Limits {
    /// Fails where the statement was interrupted or its time is over.
    ///
    /// # Errors
    /// If it has to stop.
    pub fn pulse(&self) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            let code = Code::runtime(ErrorType::LimitError, "Interrupted");
            return Err(Error::new(code, "the statement was interrupted"));
        }
        let over = |deadline: Instant| Instant::now() >= deadline;
        if self.deadline.is_some_and(over) {
            let code = Code::runtime(ErrorType::LimitError, "TimedOut");
            return Err(Error::new(code, "the statement ran out of time")
                .hint("allow more time (`--timeout`), or narrow the question"));
        }
        Ok(())
    }
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
    /// What compiles expressions in the options of procedures.
    pub formulas: Arc<dyn Formulas>,
    /// When to stop.
    pub limits: Limits,
    /// What has been changed.
    pub counters: Counters,
    /// `LOAD CSV` reads files below these folders only.
    pub folders: Vec<PathBuf>,
    /// Memory for searches.
    pub pool: Arc<Pool>,
    /// Whether something was deleted: then nodes and relationships may be gone.
    pub(super) deletions: bool,
    /// Bytes that operators and expressions hold now.
    pub(super) held: usize,
    /// Bytes by which the statement has made the graph larger.
    written: usize,
    /// Who else works on the same statement.
    pub(super) team: Team,
    /// Bytes that operators and expressions held at most.
    pub(super) most_held: usize,
    /// What of this the running operator holds.
    pub(super) meter: Meter,
}

/// Those who work on one statement at the same time. They have one memory limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Team {
    /// What all of them hold; nothing where one works alone.
    shared: Option<Arc<AtomicUsize>>,
    /// What of that is ours.
    reported: usize,
}

impl Team {
    /// So much is held before the others know of it.
    const UNREPORTED: usize = 1 << 16;

    /// Returns a team in which so much is held already.
    pub(super) fn with(held: usize) -> Self {
        Self {
            shared: Some(Arc::new(AtomicUsize::new(held))),
            reported: 0,
        }
    }

    /// Returns what all hold, where we hold `held`.
    fn total(&mut self, held: usize) -> usize {
        let Some(shared) = &self.shared else {
            return held;
        };
        if held.abs_diff(self.reported) > Self::UNREPORTED {
            shared.fetch_add(held, Ordering::Relaxed);
            shared.fetch_sub(self.reported, Ordering::Relaxed);
            self.reported = held;
        }
        self.known_total(held)
    }

    /// As [`total`](Self::total), without telling the others.
    fn known_total(&self, held: usize) -> usize {
        let Some(shared) = &self.shared else {
            return held;
        };
        let others = shared.load(Ordering::Relaxed).saturating_sub(self.reported);
        others.saturating_add(held)
    }
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
            formulas: Arc::new(NoFormulas),
            limits: Limits::default(),
            counters: Counters::default(),
            folders: Vec::new(),
            pool: Arc::default(),
            deletions: false,
            held: 0,
            written: 0,
            team: Team::default(),
            most_held: 0,
            meter: Meter::default(),
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

    /// Returns how many bytes operators and the result held at most, until now.
    #[must_use]
    pub fn most_held(&self) -> usize {
        self.most_held
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
    #[inline]
    pub fn pulse(&self) -> Result<()> {
        self.limits.pulse()
    }

    /// Notes that an operator holds so many bytes more.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<()> {
        self.held = self.held.saturating_add(bytes);
        self.most_held = self.most_held.max(self.held);
        self.meter.hold(bytes);
        self.memory().check(0)
    }

    /// Returns what is held, by helpers of the same statement too, and what may be held.
    pub(super) fn memory(&mut self) -> Memory {
        Memory {
            held: self.team.total(self.held).saturating_add(self.written),
            limit: self.limits.memory.unwrap_or(usize::MAX),
        }
    }

    /// Notes that the graph of this statement has grown by so many bytes. They are never released.
    pub(super) fn write(&mut self, bytes: usize) -> Result<()> {
        self.written = self.written.saturating_add(bytes);
        self.memory().check(0)
    }

    /// Notes that so many bytes are free again.
    pub(super) fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
        self.meter.release(bytes);
    }
}

impl Watch for Context {
    fn pulse(&self, bytes: usize) -> Result<()> {
        let memory = Memory {
            held: self
                .team
                .known_total(self.held)
                .saturating_add(self.written),
            limit: self.limits.memory.unwrap_or(usize::MAX),
        };
        memory.check(bytes)?;
        Self::pulse(self)
    }
}

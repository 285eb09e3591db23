//! A conversation with a database.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::compile::{Kind, Names};
use super::formulas::Language;
use super::{Database, Params, Rows, definitions, warnings};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::{Context, Counters, Graph, Limits, ResultSet, execute, execute_measured};
use crate::functions::Clock;
use crate::plan::{self, ExplainLine, Totals, physical::PhysicalPlan};
use crate::semantics::bound::SchemaCommand;
use crate::store::{Snapshot, Transaction};
use crate::syntax::ast::TransactionCommand;
use crate::value::Value;
use crate::value::temporal::read_moment;

/// How many bytes a statement may hold if nothing else is said.
pub const MEMORY_LIMIT: usize = 2 << 30;

/// A text of so many bytes has too few clauses to need a large stack.
const SHORT_TEXT: usize = 1 << 10;
/// The stack for other texts: plans are as deep as a text has clauses. Only what is used of it
/// takes memory.
const LARGE_STACK: usize = 256 << 20;

/// One conversation: its settings, and the transaction that it may have open.
///
/// A statement outside of a transaction is one of its own. A statement that fails leaves nothing
/// behind, in a transaction too.
#[derive(Debug)]
pub struct Session {
    database: Database,
    transaction: Option<Box<Transaction>>,
    clock: Option<Clock>,
    cancel: Arc<AtomicBool>,
    timeout: Option<Duration>,
    memory_limit: Option<usize>,
    read_only: bool,
    folders: Vec<PathBuf>,
    rules_off: Vec<String>,
    moment: Option<Value>,
}

/// Stops the statement that a session is running, from another thread.
#[derive(Clone, Debug)]
pub struct CancelHandle(Arc<AtomicBool>);

impl CancelHandle {
    /// Stops the statement. The next one runs as usual.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Session {
    pub(super) fn new(database: Database) -> Self {
        Self {
            database,
            transaction: None,
            clock: None,
            cancel: Arc::default(),
            timeout: None,
            memory_limit: Some(MEMORY_LIMIT),
            read_only: false,
            folders: Vec::new(),
            rules_off: Vec::new(),
            moment: None,
        }
    }

    /// Runs one statement; a `;` at its end is allowed.
    ///
    /// # Errors
    /// Everything that can be wrong with the text, and everything that goes wrong while it runs.
    /// The graph is then as it was before.
    pub fn run(&mut self, text: &str, params: &Params) -> Result<Rows> {
        if text.len() > SHORT_TEXT {
            return stacker::grow(LARGE_STACK, || self.run_here(text, params));
        }
        self.run_here(text, params)
    }

    fn run_here(&mut self, text: &str, params: &Params) -> Result<Rows> {
        let started = Instant::now();
        self.cancel.store(false, Ordering::Relaxed);
        let procedures = self.database.procedures();
        let graph = self.snapshot();
        let plans = &self.database.0.plans;
        let names = Names {
            params,
            procedures: &procedures,
            rules_off: &self.rules_off,
            moment: self.moment.as_ref(),
        };
        let compiled = plans.compile(text, &names, &graph)?;
        let warnings = warnings::unknown_names(&compiled.mentions, &graph);
        drop(procedures);
        match compiled.kind {
            Kind::Run(plan) => self.execute(&plan, Mode::Run, params, (started, warnings)),
            Kind::Profile(plan) => self.execute(&plan, Mode::Profile, params, (started, warnings)),
            Kind::Explain(plan) => {
                let lines = plan::explain(&plan, &|_| None);
                let text = plan::draw(&lines);
                Ok(shown(&text, lines, graph, (started, warnings)))
            }
            Kind::ExplainVerbose(plan, text) => {
                let lines = plan::explain(&plan, &|_| None);
                Ok(shown(&text, lines, graph, (started, warnings)))
            }
            Kind::Schema(command) => self.define(&command, started),
            Kind::Transaction(command) => {
                self.transact(command)?;
                Ok(self.done(Counters::default(), started))
            }
        }
    }

    fn execute(
        &mut self,
        plan: &PhysicalPlan,
        mode: Mode,
        params: &Params,
        (started, warnings): (Instant, Vec<Error>),
    ) -> Result<Rows> {
        if plan.writes {
            self.check_writable()?;
        }
        let open = self.transaction.take();
        let was_open = open.is_some();
        let savepoint = open.as_ref().map(|transaction| transaction.savepoint());
        let graph = match open {
            Some(transaction) => Graph::Write(transaction),
            None if plan.writes => Graph::Write(Box::new(self.database.0.store.begin())),
            None => Graph::Read(self.database.snapshot()),
        };
        let mut context = self.context(graph, params, started);
        let limits = context.limits.clone();
        let outcome = run(plan, mode, &mut context).and_then(|rows| {
            match &mut context.graph {
                Graph::Write(transaction) => {
                    transaction.check_constraints(&|| limits.pulse())?;
                }
                Graph::Read(_) => {}
            }
            Ok(rows)
        });
        let counters = context.counters;
        let graph = match (context.graph, was_open) {
            (Graph::Read(graph), _) => graph,
            (Graph::Write(transaction), false) => match outcome {
                Ok(_) => transaction.commit(),
                Err(_) => self.database.snapshot(),
            },
            (Graph::Write(mut transaction), true) => {
                if let (Err(_), Some(savepoint)) = (&outcome, savepoint) {
                    transaction.rollback_to(savepoint);
                }
                let view = Arc::new(transaction.view().clone());
                self.transaction = Some(transaction);
                view
            }
        };
        let elapsed = started.elapsed();
        let (result, lines) = outcome?;
        let rows = Rows::new(result, graph, counters, elapsed, warnings);
        Ok(rows.with_plan(lines))
    }

    /// Changes what is defined, in the open transaction or in one of its own.
    fn define(&mut self, command: &SchemaCommand, started: Instant) -> Result<Rows> {
        self.check_writable()?;
        let mut counters = Counters::default();
        let limits = self.limits(started);
        let pulse = || limits.pulse();
        if let Some(transaction) = &mut self.transaction {
            definitions::apply(command, transaction, &mut counters, &pulse)?;
        } else {
            let mut transaction = self.database.0.store.begin();
            definitions::apply(command, &mut transaction, &mut counters, &pulse)?;
            transaction.commit();
        }
        Ok(self.done(counters, started))
    }

    fn check_writable(&self) -> Result<()> {
        if !self.read_only {
            return Ok(());
        }
        let code = Code::runtime(ErrorType::SemanticError, "ReadOnly");
        Err(Error::new(code, "this session only reads")
            .hint("leave out `--read-only` to change the graph"))
    }

    fn context(&self, graph: Graph, params: &Params, started: Instant) -> Context {
        let clock = self.clock.map_or_else(Clock::new, Clock::next_statement);
        let mut context = Context::new(graph, clock, self.database.procedures());
        context.params = params.shared();
        context.formulas = Arc::new(Language {
            params: params.clone(),
            procedures: Arc::clone(&context.procedures),
            clock,
        });
        context.limits = self.limits(started);
        context.folders.clone_from(&self.folders);
        context.pool = Arc::clone(&self.database.0.pool);
        context
    }

    /// Returns when a statement that has started then must stop.
    fn limits(&self, started: Instant) -> Limits {
        Limits {
            cancel: Arc::clone(&self.cancel),
            deadline: self
                .timeout
                .and_then(|timeout| started.checked_add(timeout)),
            memory: self.memory_limit,
        }
    }

    fn transact(&mut self, command: TransactionCommand) -> Result<()> {
        let error = |message| {
            let code = Code::runtime(ErrorType::SemanticError, "TransactionState");
            Err(Error::new(code, message))
        };
        match (command, self.transaction.take()) {
            (TransactionCommand::Begin, None) => {
                self.transaction = Some(Box::new(self.database.0.store.begin()));
                self.clock = Some(Clock::new());
                Ok(())
            }
            (TransactionCommand::Begin, open @ Some(_)) => {
                self.transaction = open;
                error("a transaction is open already")
            }
            (TransactionCommand::Commit, Some(transaction)) => {
                transaction.commit();
                self.clock = None;
                Ok(())
            }
            (TransactionCommand::Rollback, Some(_)) => {
                self.clock = None;
                Ok(())
            }
            (TransactionCommand::Commit | TransactionCommand::Rollback, None) => {
                error("no transaction is open")
            }
        }
    }

    fn done(&self, counters: Counters, started: Instant) -> Rows {
        Rows::new(
            ResultSet::default(),
            self.snapshot(),
            counters,
            started.elapsed(),
            Vec::new(),
        )
    }

    /// Returns the graph as the next statement would see it.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        match &self.transaction {
            Some(transaction) => Arc::new(transaction.view().clone()),
            None => self.database.snapshot(),
        }
    }

    /// Whether a transaction is open.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Sets how long a statement may run.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Sets how many bytes a statement may hold: [`MEMORY_LIMIT`] if this is never called.
    pub fn set_memory_limit(&mut self, bytes: Option<usize>) {
        self.memory_limit = bytes;
    }

    /// Sets whether statements that change the graph are refused.
    pub fn set_read_only(&mut self, read_only: bool) {
        self.read_only = read_only;
    }

    /// Sets the folders below which `LOAD CSV` may read.
    pub fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
    }

    /// Sets the moment at which clauses without `AS OF` read the graph: a date, a date and time, or
    /// one of them as a text. Without one they read what holds at any time. It filters reading only;
    /// `MERGE`, constraints and indexes know nothing of it.
    ///
    /// # Errors
    /// If the value is no moment. The old one then stays.
    pub fn set_as_of(&mut self, moment: Option<&Value>) -> Result<()> {
        self.moment = moment.map(read_moment).transpose()?;
        Ok(())
    }

    /// Returns the moment at which clauses without `AS OF` read the graph.
    #[must_use]
    pub fn as_of(&self) -> Option<&Value> {
        self.moment.as_ref()
    }

    /// Sets which rules of the optimizer are left out, by their [names](crate::plan::RULES). The
    /// answers stay the same; how fast they come does not. For tests and for looking at plans.
    pub fn set_rules_off<N: Into<String>>(&mut self, names: impl IntoIterator<Item = N>) {
        self.rules_off = names.into_iter().map(Into::into).collect();
    }

    /// Returns a handle that stops the running statement.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(Arc::clone(&self.cancel))
    }
}

/// What is wanted of a plan that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Its rows.
    Run,
    /// What its operators did.
    Profile,
}

/// Runs a plan; under `PROFILE` the result is the plan, with what each operator did.
fn run(
    plan: &PhysicalPlan,
    mode: Mode,
    context: &mut Context,
) -> Result<(ResultSet, Vec<ExplainLine>)> {
    if mode == Mode::Run {
        return Ok((execute(plan, context)?, Vec::new()));
    }
    let begun = Instant::now();
    let (result, profile) = execute_measured(plan, context)?;
    let totals = Totals {
        rows: result.len(),
        time: begun.elapsed(),
        bytes: context.most_held(),
    };
    let lines = plan::explain(plan, &|operator| profile.of(operator));
    let text = plan::draw_profile(&lines, totals);
    Ok((plan_rows(&text), lines))
}

/// A plan that is only shown.
fn shown(
    text: &str,
    lines: Vec<ExplainLine>,
    graph: Arc<Snapshot>,
    (started, warnings): (Instant, Vec<Error>),
) -> Rows {
    let (result, elapsed) = (plan_rows(text), started.elapsed());
    Rows::new(result, graph, Counters::default(), elapsed, warnings).with_plan(lines)
}

/// One line of the text in each row.
fn plan_rows(text: &str) -> ResultSet {
    let lines = text.lines().map(|line| vec![line.into()]).collect();
    ResultSet::from_rows(vec!["plan".into()], lines)
}

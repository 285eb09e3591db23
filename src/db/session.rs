//! A conversation with a database.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::compile::{Kind, Names};
use super::formulas::Language;
use super::transaction::Transaction;
use super::{Database, Params, Rows, commits, definitions, warnings};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::{Context, Counters, Graph, Limits, ResultSet, execute, execute_measured};
use crate::functions::Clock;
use crate::plan::{self, ExplainLine, Totals, physical::PhysicalPlan};
use crate::semantics::bound::SchemaCommand;
use crate::store::{self, Snapshot};
use crate::syntax::ast::TransactionCommand;
use crate::value::Value;
use crate::value::temporal::read_moment;

/// How many bytes a statement may hold if nothing else is said.
pub const MEMORY_LIMIT: usize = 2 << 30;

/// How long a statement waits for the writer's turn if nothing else is said.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

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
    transaction: Option<Open>,
    clock: Option<Clock>,
    cancel: Arc<AtomicBool>,
    timeout: Option<Duration>,
    memory_limit: Option<usize>,
    read_only: bool,
    folders: Vec<PathBuf>,
    rules_off: Vec<String>,
    moment: Option<Value>,
    busy_timeout: Duration,
    /// The commit that is read instead of the last one, and the graph after it.
    past: Option<(u64, Arc<Snapshot>)>,
}

/// A transaction that a session has open.
#[derive(Debug)]
enum Open {
    /// It may change the graph.
    Write(Box<store::Transaction>),
    /// It reads one version to the end.
    Read(Arc<Snapshot>),
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
            busy_timeout: BUSY_TIMEOUT,
            past: None,
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
        let Some((commit, span)) = commits::named(text, params)? else {
            return self.run_now(text, params);
        };
        let before = self.past.clone();
        let set = self.set_as_of_commit(Some(commit));
        set.map_err(|error| error.at(span))?;
        let outcome = self.run_now(text, params);
        self.past = before;
        outcome
    }

    fn run_now(&mut self, text: &str, params: &Params) -> Result<Rows> {
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
        let (graph, savepoint) = match self.transaction.take() {
            Some(Open::Write(transaction)) if self.past.is_none() => {
                let savepoint = transaction.savepoint();
                (Graph::Write(transaction), Some(savepoint))
            }
            open => {
                self.transaction = open;
                let graph = if plan.writes {
                    Graph::Write(Box::new(self.begin_writing()?))
                } else {
                    Graph::Read(self.snapshot())
                };
                (graph, None)
            }
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
            context.graph.view().check_sound()?;
            Ok(rows)
        });
        let counters = context.counters;
        let graph = match (context.graph, savepoint) {
            (Graph::Read(graph), _) => graph,
            (Graph::Write(transaction), None) => match outcome {
                Ok(_) => transaction.commit()?,
                Err(_) => self.database.snapshot(),
            },
            (Graph::Write(mut transaction), Some(savepoint)) => {
                if outcome.is_err() {
                    transaction.rollback_to(savepoint);
                }
                let view = Arc::new(transaction.view().clone());
                self.transaction = Some(Open::Write(transaction));
                view
            }
        };
        let elapsed = started.elapsed();
        let (result, lines) = outcome?;
        let rows = Rows::new(result, graph, counters, elapsed, warnings);
        Ok(rows.with_plan(lines))
    }

    fn define(&mut self, command: &SchemaCommand, started: Instant) -> Result<Rows> {
        let mut counters = Counters::default();
        let limits = self.limits(started);
        let pulse = || limits.pulse();
        self.change(|transaction| definitions::apply(command, transaction, &mut counters, &pulse))?;
        Ok(self.done(counters, started))
    }

    /// Makes a change, in the open transaction or in one of its own. One that fails, or breaks a
    /// constraint, leaves nothing behind.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut store::Transaction) -> Result<T>,
    ) -> Result<T> {
        self.check_writable()?;
        let limits = self.limits(Instant::now());
        let checked = |transaction: &mut store::Transaction| {
            let made = change(transaction)?;
            transaction.check_constraints(&|| limits.pulse())?;
            Ok(made)
        };
        if let Some(Open::Write(transaction)) = &mut self.transaction {
            let savepoint = transaction.savepoint();
            return checked(transaction).inspect_err(|_| transaction.rollback_to(savepoint));
        }
        let mut transaction = self.begin_writing()?;
        let made = checked(&mut transaction)?;
        transaction.commit()?;
        Ok(made)
    }

    fn check_writable(&self) -> Result<()> {
        let code = Code::runtime(ErrorType::SemanticError, "ReadOnly");
        if let Some((commit, _)) = &self.past {
            let message = format!("the graph as it was after commit {commit} cannot be changed");
            return Err(Error::new(code, message));
        }
        if self.reads_only() {
            return Err(Error::new(code, "this session only reads")
                .hint("leave out `--read-only` to change the graph"));
        }
        self.database.0.store.check_writable()
    }

    fn reads_only(&self) -> bool {
        self.read_only || self.database.0.store.is_read_only()
    }

    /// Begins a transaction of the store when its turn comes.
    fn begin_writing(&self) -> Result<store::Transaction> {
        let begun = self.database.0.store.begin_within(self.busy_timeout);
        begun.ok_or_else(|| {
            let code = Code::runtime(ErrorType::LimitError, "Busy");
            let waited = self.busy_timeout.as_secs_f64();
            let message = format!("another transaction is writing, for more than {waited} s");
            Error::new(code, message).hint("`--busy-timeout SECONDS` waits longer")
        })
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
        match command {
            TransactionCommand::Begin => self.begin(),
            TransactionCommand::Commit => self.commit(None),
            TransactionCommand::Rollback => self.rollback(),
        }
    }

    /// Opens a transaction, as the statement `BEGIN` does: the statements that follow are part of
    /// it. One that may change the graph waits for the writer's turn; in a session that only reads
    /// it keeps to one version and waits for nobody.
    ///
    /// # Errors
    /// If one is open already, or the turn does not come in time.
    pub fn begin(&mut self) -> Result<()> {
        if self.transaction.is_some() {
            let error = wrong_state("a transaction is open already");
            return Err(error.hint("`COMMIT` or `ROLLBACK` ends it first"));
        }
        self.transaction = Some(if self.reads_only() {
            Open::Read(self.snapshot())
        } else {
            self.database.0.store.check_writable()?;
            Open::Write(Box::new(self.begin_writing()?))
        });
        self.clock = Some(Clock::new());
        Ok(())
    }

    /// Ends the transaction and makes its changes the graph, as the statement `COMMIT` does. The
    /// history of a store keeps the message.
    ///
    /// # Errors
    /// If none is open, or its changes cannot be written. The graph is then as it was before, and
    /// no transaction is open.
    pub fn commit(&mut self, message: Option<&str>) -> Result<()> {
        let open = self.transaction.take();
        let open = open.ok_or_else(none_is_open)?;
        self.clock = None;
        if let Open::Write(mut transaction) = open {
            transaction.set_message(message.map(Arc::from));
            transaction.commit()?;
        }
        Ok(())
    }

    /// Ends the transaction and takes its changes back, as the statement `ROLLBACK` does.
    ///
    /// # Errors
    /// If none is open.
    pub fn rollback(&mut self) -> Result<()> {
        let open = self.transaction.take();
        drop(open.ok_or_else(none_is_open)?);
        self.clock = None;
        Ok(())
    }

    /// Opens a transaction that ends with the value that this returns.
    ///
    /// # Errors
    /// As [`Session::begin`].
    ///
    /// # Examples
    /// ```
    /// use polity::db::{Database, Params};
    ///
    /// let database = Database::new();
    /// let mut session = database.session();
    /// let mut transaction = session.transaction()?;
    /// transaction.run("CREATE (:State {id: 'nor'})", &Params::default())?;
    /// transaction.run("MATCH (s {id: 'nor'}) SET s.name = 'Norway'", &Params::default())?;
    /// transaction.commit()?;
    /// assert_eq!(database.snapshot().node_count(), 1);
    /// # Ok::<(), polity::error::Error>(())
    /// ```
    pub fn transaction(&mut self) -> Result<Transaction<'_>> {
        self.begin()?;
        Ok(Transaction::new(self))
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
        match (&self.past, &self.transaction) {
            (Some((_, graph)), _) | (None, Some(Open::Read(graph))) => Arc::clone(graph),
            (None, Some(Open::Write(transaction))) => Arc::new(transaction.view().clone()),
            (None, None) => self.database.snapshot(),
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

    /// Sets how long a statement that changes the graph waits while another session does: 5 seconds
    /// if this is never called.
    pub fn set_busy_timeout(&mut self, patience: Duration) {
        self.busy_timeout = patience;
    }

    /// Makes the session read the graph as it was after a commit (before the first one for zero), or
    /// as it is. What it was known to hold at a moment is another question: [`Session::set_as_of`].
    ///
    /// # Errors
    /// If there is no such commit, or the graph is in no file. What is read stays the same then.
    pub fn set_as_of_commit(&mut self, commit: Option<u64>) -> Result<()> {
        self.past = match commit {
            Some(number) => Some((number, self.database.at(number)?)),
            None => None,
        };
        Ok(())
    }

    /// Returns the commit that is read instead of the last one.
    #[must_use]
    pub fn as_of_commit(&self) -> Option<u64> {
        self.past.as_ref().map(|(number, _)| *number)
    }

    /// Returns the database that this is a conversation with.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
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

fn none_is_open() -> Error {
    wrong_state("no transaction is open").hint("`BEGIN` opens one")
}

fn wrong_state(message: &str) -> Error {
    let code = Code::runtime(ErrorType::SemanticError, "TransactionState");
    Error::new(code, message)
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

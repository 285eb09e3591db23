//! The shell: runs statements and `:commands`, one after the other, and says what came of them.
//! It does not care whether a person types them or a script holds them.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::commands;
use super::interrupt::Interrupt;
use super::output::{Format, Target, write_rows, write_table};
use super::picture;
use crate::db::{Database, Params, Rows, Session, Summary};
use crate::error::{Error, Origin, Span, render_from};
use crate::formats::graph::dot::Surroundings;
use crate::value::Value;

/// How many rows of a table a person is shown, if nothing is said.
const READABLE: usize = 1_000;

/// Where errors go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorsTo {
    /// To the results, one line each.
    Results,
    /// To the messages, drawn with the excerpt of the statement.
    #[default]
    Messages,
}

/// How statements are run and answered.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How results are written.
    pub format: Format,
    /// What results are written to.
    pub target: Target,
    /// The values of parameters.
    pub parameters: BTreeMap<Arc<str>, Value>,
    /// How long a statement may take.
    pub timeout: Option<Duration>,
    /// How many bytes a statement may hold.
    pub memory_limit: Option<usize>,
    /// How many rows of a result are written at most.
    pub max_rows: Option<usize>,
    /// What pictures show besides results.
    pub surroundings: Surroundings,
    /// The moment at which clauses without `AS OF` read the graph.
    pub as_of: Option<Value>,
    /// The commit after which the graph is read, instead of the last one.
    pub as_of_commit: Option<u64>,
    /// How long a statement that changes the graph waits for its turn.
    pub busy_timeout: Option<Duration>,
    /// Whether statements that change the graph are refused.
    pub read_only: bool,
    /// The folders in which `LOAD CSV` may read.
    pub folders: Vec<PathBuf>,
    /// Whether everything but results and errors is left out.
    pub quiet: bool,
    /// Whether the statements after an error are run.
    pub keep_going: bool,
    /// Where errors go.
    pub errors: ErrorsTo,
}

/// Where results and messages go.
pub struct Streams<'a> {
    /// Results.
    pub results: &'a mut dyn Write,
    /// Errors, summaries, questions: everything else. Escapes for color are in it; the stream
    /// strips them where they are not wanted.
    pub messages: &'a mut dyn Write,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streams")
    }
}

/// Where statements come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A person types them, and sees each answer before the next.
    Conversation,
    /// They stand in texts and files; results that are pictures make one picture.
    Script,
}

/// What came of a statement or a `:command`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done.
    Done,
    /// It failed, and the error was reported.
    Failed,
    /// Ctrl-C stopped it.
    Interrupted,
    /// The user wants to leave.
    Leave,
}

/// Why a statement or a `:command` is not done.
pub(super) enum Failure {
    /// To be reported; what comes next can still run.
    Reported(Error),
    /// The output is gone.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Reported(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A name in a command that means several things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclear {
    /// Where the name stands in the command.
    pub(super) span: Span,
    /// How each thing is shown, and its id.
    pub(super) choices: Vec<(String, String)>,
}

/// One conversation with a graph.
pub(super) struct Shell<'a> {
    pub(super) session: Session,
    pub(super) settings: Settings,
    pub(super) streams: Streams<'a>,
    pub(super) interrupt: Interrupt,
    /// The last result, for `:dot`.
    pub(super) last: Option<Rows>,
    /// Whether row counts and times are told.
    pub(super) timing: bool,
    /// A name of the last command that means several things: a conversation asks which.
    pub(super) unclear: Option<Unclear>,
    /// The version of the graph that is saved elsewhere.
    pub(super) saved_version: u64,
    database: Database,
    mode: Mode,
    /// Results that are drawn as one picture in the end.
    drawn: Vec<Rows>,
    /// Whether anything failed.
    failed: bool,
    /// Whether Ctrl-C was pressed while the statement ran.
    interrupted: bool,
}

impl<'a> Shell<'a> {
    pub(super) fn new(
        database: &Database,
        settings: Settings,
        streams: Streams<'a>,
        interrupt: Interrupt,
        mode: Mode,
    ) -> Self {
        let mut session = database.session();
        session.set_timeout(settings.timeout);
        if settings.memory_limit.is_some() {
            session.set_memory_limit(settings.memory_limit);
        }
        session.set_read_only(settings.read_only);
        session.set_folders(settings.folders.clone());
        if let Some(patience) = settings.busy_timeout {
            session.set_busy_timeout(patience);
        }
        // Whoever opened the graph has tried it.
        drop(session.set_as_of_commit(settings.as_of_commit));
        // The arguments hold moments only; anything else would be no moment.
        drop(session.set_as_of(settings.as_of.as_ref()));
        Self {
            session,
            settings,
            streams,
            interrupt,
            last: None,
            timing: mode == Mode::Conversation,
            unclear: None,
            saved_version: database.snapshot().version(),
            database: database.clone(),
            mode,
            drawn: Vec::new(),
            failed: false,
            interrupted: false,
        }
    }

    /// Runs one statement and writes its result.
    pub(super) fn statement(&mut self, text: &str, origin: Origin<'_>) -> io::Result<Outcome> {
        let answer = self.answer(text, origin);
        self.conclude(answer, text, origin)
    }

    /// Runs one line that begins with a colon.
    pub(super) fn command(&mut self, line: &str, origin: Origin<'_>) -> io::Result<Outcome> {
        let answer = commands::run(self, line);
        self.conclude(answer, line, origin)
    }

    /// Reports an error that kept a statement from being read.
    pub(super) fn fail(&mut self, error: Error, origin: Origin<'_>) -> io::Result<Outcome> {
        self.conclude(Err(error.into()), "", origin)
    }

    /// Runs a statement; Ctrl-C stops it.
    pub(super) fn query(&mut self, text: &str, parameters: &Params) -> Result<Rows, Error> {
        let cancel = self.session.cancel_handle();
        let run = || self.session.run(text, parameters);
        let (rows, interrupted) = self.interrupt.during(cancel, run);
        self.interrupted |= interrupted;
        rows
    }

    /// Returns whether a script ends after a statement with this outcome.
    pub(super) fn stops_after(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Done => false,
            Outcome::Failed => !self.settings.keep_going,
            Outcome::Interrupted | Outcome::Leave => true,
        }
    }

    /// Returns whether leaving loses changes of the graph.
    pub(super) fn is_unsaved(&self) -> bool {
        let changed = self.database.snapshot().version() != self.saved_version;
        self.session.in_transaction() || changed && !self.database.is_stored()
    }

    /// Returns whether any statement failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Says that the changes of an open transaction are lost, also to those who want results only.
    pub(super) fn tell_of_loss(&mut self) {
        if self.session.in_transaction() {
            let text = "warning: the transaction was not committed; its changes are gone";
            // Without a place for messages there is nobody to tell.
            drop(writeln!(self.streams.messages, "{text}"));
        }
    }

    /// Writes one line of what is no result, unless the user wants results only.
    pub(super) fn tell(&mut self, text: &str) {
        if !self.settings.quiet {
            // Without a place for messages there is nobody to tell.
            drop(writeln!(self.streams.messages, "{text}"));
        }
    }

    /// Writes what a `:command` found as a table.
    pub(super) fn table(&mut self, columns: &[&str], rows: Vec<Vec<Value>>) -> io::Result<()> {
        write_table(columns, rows, self.settings.target, self.streams.results)
    }

    /// Writes the picture that the results so far draw, if results are drawn.
    pub(super) fn finish(&mut self) -> io::Result<Outcome> {
        let drawn = std::mem::take(&mut self.drawn);
        let is_drawn = self.settings.format == Format::Dot && self.mode == Mode::Script;
        if drawn.is_empty() && (!is_drawn || self.failed) {
            return Ok(Outcome::Done);
        }
        let around = self.settings.surroundings;
        let answer = picture::write(&drawn, around, self.streams.results).map(|_| Outcome::Done);
        self.conclude(answer, "", Origin::default())
    }

    fn answer(&mut self, text: &str, origin: Origin<'_>) -> Result<Outcome, Failure> {
        let parameters = Params::from(self.settings.parameters.clone());
        let was_open = self.session.in_transaction();
        let before = self.database.snapshot().version();
        let rows = self.query(text, &parameters)?;
        for warning in rows.warnings() {
            let drawn = render_from(warning, text, origin, true);
            self.tell(&drawn);
        }
        if rows.has_result() {
            self.show(&rows)?;
            self.keep(rows);
        } else if self.session.in_transaction() == was_open {
            self.tell_changes(rows.summary());
        } else if was_open {
            self.tell_end(before);
        } else {
            self.remark("a transaction is open until COMMIT or ROLLBACK");
        }
        Ok(Outcome::Done)
    }

    /// Says that a transaction has ended, and what became of it; `before` is the version of the
    /// graph until then.
    pub(super) fn tell_end(&mut self, before: u64) {
        let version = self.database.snapshot().version();
        if version > before && self.database.is_stored() {
            self.remark(&format!("the transaction has ended: commit {version}"));
        } else {
            self.remark("the transaction has ended");
        }
    }

    /// Says something to a person; a script knows what it does.
    pub(super) fn remark(&mut self, text: &str) {
        if self.mode == Mode::Conversation {
            self.tell(text);
        }
    }

    /// Writes a result as results are written.
    pub(super) fn show(&mut self, rows: &Rows) -> Result<(), Failure> {
        let left_out = match (self.settings.format, self.mode) {
            (Format::Dot, Mode::Script) => 0,
            (Format::Dot, Mode::Conversation) => {
                let around = self.settings.surroundings;
                picture::write(std::slice::from_ref(rows), around, self.streams.results)?;
                0
            }
            (format, _) => {
                let form = (format, self.settings.target);
                write_rows(form, rows, self.limit(), self.streams.results)?
            }
        };
        self.streams.results.flush()?;
        // Properties of nodes and relationships are read when they are written.
        rows.graph().check_sound()?;
        if left_out > 0 {
            let rows = count(left_out, "row");
            self.tell(&format!("{rows} left out (--max-rows N shows N rows)"));
        }
        if self.timing {
            let rows_and_time = with_time(&count(rows.len(), "row"), rows.summary());
            self.tell(&rows_and_time);
        }
        Ok(())
    }

    /// How many rows are written: a person reads no endless table.
    fn limit(&self) -> Option<usize> {
        match (self.mode, self.settings.format) {
            (Mode::Conversation, Format::Table) => Some(self.settings.max_rows.unwrap_or(READABLE)),
            _ => self.settings.max_rows,
        }
    }

    fn tell_changes(&mut self, summary: &Summary) {
        let changes = changes(summary);
        let text = if self.timing {
            with_time(&changes, summary)
        } else {
            changes
        };
        self.tell(&text);
    }

    /// Keeps a result for `:dot`, or for the one picture of all results.
    fn keep(&mut self, rows: Rows) {
        if self.settings.format == Format::Dot && self.mode == Mode::Script {
            self.drawn.push(rows);
        } else {
            self.last = Some(rows);
        }
    }

    /// Reports what went wrong, flushes, and says how to go on.
    fn conclude(
        &mut self,
        answer: Result<Outcome, Failure>,
        text: &str,
        origin: Origin<'_>,
    ) -> io::Result<Outcome> {
        let outcome = match answer {
            Ok(outcome) => outcome,
            Err(Failure::Output(_)) if self.interrupt.is_stopping() => {
                self.interrupt.showing();
                self.tell("\nstopped");
                Outcome::Interrupted
            }
            Err(Failure::Output(error)) => return Err(error),
            Err(Failure::Reported(error)) => {
                self.failed = true;
                self.report(&error, text, origin)?;
                Outcome::Failed
            }
        };
        self.streams.results.flush()?;
        if std::mem::take(&mut self.interrupted) {
            return Ok(Outcome::Interrupted);
        }
        Ok(outcome)
    }

    fn report(&mut self, error: &Error, text: &str, origin: Origin<'_>) -> io::Result<()> {
        match self.settings.errors {
            ErrorsTo::Results => {
                let line = one_line(error, text, origin);
                writeln!(self.streams.results, "error: {line}")
            }
            ErrorsTo::Messages => {
                self.streams.results.flush()?;
                let drawn = render_from(error, text, origin, true);
                drop(writeln!(self.streams.messages, "{drawn}"));
                Ok(())
            }
        }
    }
}

/// An error on one line: code, sentence, place, hints.
fn one_line(error: &Error, text: &str, origin: Origin<'_>) -> String {
    let mut line = error.to_string();
    if let Some(span) = error.span() {
        let (row, column) = span.line_column(text);
        let place = format!(" ({}:{column})", row + origin.line - 1);
        line.push_str(&place);
    }
    for hint in error.hints() {
        line.push_str("; hint: ");
        line.push_str(hint);
    }
    line.replace(['\n', '\r'], " ")
}

/// What a statement changed, in words.
fn changes(summary: &Summary) -> String {
    let parts = [
        ("created", summary.nodes_created, "node"),
        ("created", summary.rels_created, "relationship"),
        ("deleted", summary.nodes_deleted, "node"),
        ("deleted", summary.rels_deleted, "relationship"),
        ("set", summary.properties_set, "property"),
        ("added", summary.labels_added, "label"),
        ("removed", summary.labels_removed, "label"),
        ("added", summary.indexes_added, "index"),
        ("dropped", summary.indexes_removed, "index"),
        ("added", summary.constraints_added, "constraint"),
        ("dropped", summary.constraints_removed, "constraint"),
    ];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|(_, number, _)| *number > 0)
        .map(|(verb, number, noun)| format!("{verb} {}", count(number, noun)))
        .collect();
    if words.is_empty() {
        return "no changes".to_owned();
    }
    words.join(", ")
}

/// `1 row`, `2 rows`, `1,000 properties`.
pub(super) fn count(number: impl Display, noun: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match (text.as_str(), noun.strip_suffix('y')) {
        ("1", _) => format!("{text} {noun}"),
        (_, Some(stem)) => format!("{text} {stem}ies"),
        (_, None) if noun.ends_with('x') => format!("{text} {noun}es"),
        (_, None) => format!("{text} {noun}s"),
    }
}

fn with_time(text: &str, summary: &Summary) -> String {
    let milliseconds = summary.elapsed.as_secs_f64() * 1e3;
    let time = match milliseconds {
        ..10.0 => format!("{milliseconds:.2} ms"),
        ..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
    };
    format!("{text} · {time}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Span};

    #[test]
    fn counts_read_well() {
        assert_eq!(count(0, "row"), "0 rows");
        assert_eq!(count(1, "property"), "1 property");
        assert_eq!(count(1_234_567, "property"), "1,234,567 properties");
        assert_eq!(count(123, "node"), "123 nodes");
    }

    #[test]
    fn an_error_fits_on_one_line() {
        let error = Error::new(
            Code::syntax("UndefinedVariable"),
            "variable `m\n` is unknown",
        )
        .at(Span::new(10, 11))
        .hint("in scope: `n`");
        let origin = Origin {
            name: None,
            line: 7,
        };
        assert_eq!(
            one_line(&error, "MATCH (n)\nRETURN m", origin),
            "SyntaxError.UndefinedVariable: variable `m ` is unknown (8:1); hint: in scope: `n`"
        );
    }

    #[test]
    fn a_summary_names_what_changed() {
        let summary = Summary {
            nodes_created: 2,
            properties_set: 1,
            ..Summary::default()
        };
        assert_eq!(changes(&summary), "created 2 nodes, set 1 property");
        assert_eq!(changes(&Summary::default()), "no changes");
    }
}

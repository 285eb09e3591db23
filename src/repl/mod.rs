//! Room 9: answers statements and `:commands`, typed or from scripts.
//!
//! Takes a [`Database`], [`Settings`] and the streams to write to; [`converse`] talks with a person
//! on a terminal, [`run_scripts`] runs texts and files. Both give the exit status.
//!
//! A shell runs one statement or command after the other and does not know where they come from;
//! the conversation and the scripts feed it.
//!
//! **Invariant:** this room reaches the graph through `db` alone.

mod chain;
mod chains;
mod citations;
mod commands;
mod complete;
mod conversation;
mod editor;
mod highlight;
mod interrupt;
mod names;
mod output;
mod picture;
mod script;
mod shell;

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufRead, ErrorKind};
use std::rc::Rc;

use self::editor::Terminal;
use self::interrupt::{Interrupt, Stoppable};
pub use self::output::{Format, Target};
pub use self::shell::{ErrorsTo, Settings, Streams};
use self::shell::{Mode, Outcome, Shell, count};
use crate::db::Database;
use crate::formats::words::clean;

/// The exit status when everything went well.
const FINE: u8 = 0;
/// The exit status after an error in a statement or in what it reads.
const FAILED: u8 = 1;

/// Statements and `:commands` from somewhere.
pub struct Script {
    /// What errors call it; nothing for statements from the command line.
    pub name: Option<String>,
    /// Where it is read from.
    pub input: Box<dyn BufRead>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Talks with the person at the terminal until they leave; returns the exit status.
#[must_use]
pub fn converse(database: &Database, settings: Settings, streams: Streams<'_>) -> u8 {
    let Streams { results, messages } = streams;
    let interrupt = Interrupt::listen();
    let mut results = Stoppable {
        inner: results,
        interrupt: interrupt.clone(),
    };
    let streams = Streams {
        results: &mut results,
        messages,
    };
    let vocabulary = Rc::new(RefCell::default());
    let mut shell = Shell::new(database, settings, streams, interrupt, Mode::Conversation);
    shell.tell(&greeting(database));
    let talk = Terminal::open(Rc::clone(&vocabulary))
        .and_then(|mut editor| conversation::run(&mut shell, &mut editor, &vocabulary));
    match talk {
        Ok(()) => FINE,
        Err(error) => lost(&mut shell, &error),
    }
}

/// What the program is, what it has opened, and how to go on.
fn greeting(database: &Database) -> String {
    let graph = database.snapshot();
    let title = graph.schema().dataset.title.as_deref().map(clean);
    format!(
        "polity {} · {}: {}, {} · :help explains, Ctrl-D leaves",
        env!("CARGO_PKG_VERSION"),
        title.as_deref().unwrap_or("graph"),
        count(graph.node_count(), "node"),
        count(graph.rel_count(), "relationship"),
    )
}

/// Runs scripts one after the other; returns the exit status.
#[must_use]
pub fn run_scripts(
    database: &Database,
    settings: Settings,
    streams: Streams<'_>,
    scripts: impl IntoIterator<Item = Script>,
) -> u8 {
    let interrupt = Interrupt::listen();
    let mut shell = Shell::new(database, settings, streams, interrupt, Mode::Script);
    match run_all(&mut shell, scripts) {
        Ok(Outcome::Interrupted) => interrupt::STATUS,
        Ok(_) if shell.has_failed() => FAILED,
        Ok(_) => FINE,
        Err(error) => lost(&mut shell, &error),
    }
}

fn run_all(
    shell: &mut Shell<'_>,
    scripts: impl IntoIterator<Item = Script>,
) -> io::Result<Outcome> {
    for script in scripts {
        let outcome = script::run(shell, script.name.as_deref(), script.input)?;
        if shell.stops_after(outcome) {
            shell.tell_of_loss();
            return Ok(outcome);
        }
    }
    let outcome = shell.finish()?;
    shell.tell_of_loss();
    if shell.is_unsaved() && !shell.session.in_transaction() {
        shell.tell(
            "warning: the graph's changes were not saved (:save FILE, :export PATH) and are gone",
        );
    }
    Ok(outcome)
}

/// What is left to do when the output, or the terminal, is gone.
fn lost(shell: &mut Shell<'_>, error: &io::Error) -> u8 {
    if error.kind() == ErrorKind::BrokenPipe {
        // Whoever reads has seen enough.
        return FINE;
    }
    shell.tell(&format!("error: {error}"));
    FAILED
}

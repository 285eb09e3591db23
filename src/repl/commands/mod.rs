//! The `:commands`: one table gives the parser's words, `:help`, and completion.

mod files;
mod find;
mod help;
mod path;
mod schema;
mod settings;

use super::complete::Argument;
use super::shell::{Failure, Outcome, Shell};
use crate::error::{Code, Error};
use crate::formats::nearest::nearest;

/// What a `:command` does.
type Run = fn(&mut Shell<'_>, &str) -> Result<Outcome, Failure>;

/// One `:command`.
pub(super) struct Command {
    /// The word after the colon.
    pub(super) word: &'static str,
    /// What follows the word, as `:help` shows it.
    pub(super) takes: &'static str,
    /// What it does, in one line.
    pub(super) help: &'static str,
    /// What else `:help WORD` says; empty if there is no more to say.
    pub(super) more: &'static str,
    /// How completion helps with what follows the word.
    pub(super) argument: Argument,
    run: Run,
}

/// All `:commands`, in the order in which `:help` shows them.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        word: "help",
        takes: "[NAME]",
        help: "explain everything, or one command or function",
        more: "Example: `:help path`, `:help toLower`",
        argument: Argument::Topic,
        run: help::run,
    },
    Command {
        word: "schema",
        takes: "",
        help: "show labels, relationship types with their ends, keys, and counts",
        more: "",
        argument: Argument::None,
        run: schema::run,
    },
    Command {
        word: "find",
        takes: "TEXT",
        help: "find nodes by any name, alias or id",
        more: "Case, accents and spelling (ä = ae, ø = oe) don't matter, and near names are found too.\n\
               Example: `:find lillestroem`",
        argument: Argument::Name,
        run: find::run,
    },
    Command {
        word: "path",
        takes: "A -> B",
        help: "show how two nodes are connected, with sources",
        more: "Names are looked up as `:find` does. The shortest chains are shown, whichever way the\n\
               relationships point; topics and places join almost everything and are left out unless\n\
               nothing else connects. The query that was run is printed, so that you can change it.\n\
               Example: `:path microsoft -> china`, `:path \"Ma Zhaoxu\" -> igf`",
        argument: Argument::Name,
        run: path::run,
    },
    Command {
        word: "dot",
        takes: "FILE",
        help: "write the last result as a picture in Graphviz's DOT language",
        more: "Nodes, relationships and paths of the result are drawn. Then: dot -Tsvg FILE > picture.svg",
        argument: Argument::File,
        run: files::dot,
    },
    Command {
        word: "export",
        takes: "FOLDER",
        help: "write the whole graph as a data-set folder",
        more: "The folder is made; it must not hold anything yet. `polity FOLDER` opens it again.",
        argument: Argument::File,
        run: files::export,
    },
    Command {
        word: "format",
        takes: "[NAME]",
        help: "choose how results are written, or show how they are",
        more: "Names: auto, table, csv, tsv, json, jsonl, markdown, line, dot",
        argument: Argument::Format,
        run: settings::format,
    },
    Command {
        word: "param",
        takes: "NAME VALUE",
        help: "set the parameter $NAME to a literal of the query language",
        more: "Example: `:param who 'China'`, then MATCH (n {name: $who}) RETURN n;",
        argument: Argument::None,
        run: settings::param,
    },
    Command {
        word: "params",
        takes: "",
        help: "show all parameters",
        more: "",
        argument: Argument::None,
        run: settings::params,
    },
    Command {
        word: "timing",
        takes: "[on|off]",
        help: "tell rows and time after each statement, or not",
        more: "",
        argument: Argument::None,
        run: settings::timing,
    },
    Command {
        word: "quit",
        takes: "",
        help: "leave; Ctrl-D does too",
        more: "",
        argument: Argument::None,
        run: settings::quit,
    },
];

/// Runs a line that begins with a colon.
pub(super) fn run(shell: &mut Shell<'_>, line: &str) -> Result<Outcome, Failure> {
    let line = line.trim().trim_start_matches(':');
    // A semicolon is not asked for, but fingers are used to it.
    let line = line.trim_end_matches(';').trim_end();
    let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match find(word) {
        Some(command) => (command.run)(shell, argument.trim()),
        None => Err(unknown(word).into()),
    }
}

/// Returns the command with this word, whatever the case.
pub(super) fn find(word: &str) -> Option<&'static Command> {
    COMMANDS
        .iter()
        .find(|command| command.word.eq_ignore_ascii_case(word))
}

fn unknown(word: &str) -> Error {
    let code = Code::syntax("UnknownCommand");
    let error = Error::new(code, format!("there is no command `:{word}`"));
    let words = COMMANDS.iter().map(|command| command.word);
    match nearest(word, words) {
        Some(near) => error.hint(format!("did you mean `:{near}`?")),
        None => error.hint("`:help` shows all commands"),
    }
}

/// An error about what follows a command's word.
fn wrong_use(command: &str, message: impl Into<String>) -> Error {
    let error = Error::new(Code::syntax("InvalidCommand"), message);
    match find(command) {
        Some(Command { word, takes, .. }) => error.hint(format!("usage: `:{word} {takes}`")),
        None => error,
    }
}

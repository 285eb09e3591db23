//! The `:commands`: `syntax::shell` takes them apart, and one table explains and completes them.

mod files;
mod find;
mod help;
mod history;
mod path;
mod route;
mod schema;
mod settings;
mod sources;

use super::complete::Argument;
use super::shell::{Failure, Outcome, Shell};
use crate::formats::graph::dot::Surroundings;
use crate::syntax::shell::{Command as Parsed, USAGE, parse};

/// One `:command`.
pub(super) struct Command {
    /// The word after the colon.
    pub(super) word: &'static str,
    /// What it does, in one line.
    pub(super) help: &'static str,
    /// What else `:help WORD` says; empty if there is no more to say.
    pub(super) more: &'static str,
    /// How completion helps with what follows the word.
    pub(super) argument: Argument,
}

/// All `:commands`, in the order in which `:help` shows them.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        word: "help",
        help: "explain everything, or one command or function",
        more: "Example: `:help path`, `:help toLower`",
        argument: Argument::Topic,
    },
    Command {
        word: "schema",
        help: "show labels, relationship types with their ends, keys, and counts",
        more: "",
        argument: Argument::None,
    },
    Command {
        word: "find",
        help: "find nodes by any name, alias or id",
        more: "Case, accents and spelling (ä = ae, ø = oe) don't matter, and near names are found too.\n\
               Example: `:find lillestroem`",
        argument: Argument::Name,
    },
    Command {
        word: "path",
        help: "show how two nodes are connected, with sources",
        more: "Names are looked up as `:find` does; quotes guard what is in them. The shortest chains\n\
               are shown, whichever way the relationships point. Topics and places join almost\n\
               everything and are left out unless nothing else connects. The query that was run is\n\
               printed, so that you can change it.\n\
               via TYPE, …           only these relationship types; `stance` is all with a polarity\n\
               as of DATE            only relationships that hold on the day\n\
               max N                 at most so many steps (8 if nothing is said)\n\
               top K                 show so many chains (10 if nothing is said)\n\
               not through LABEL, …  leave out these nodes instead of topics and places\n\
               Example: `:path microsoft -> \"Ma Zhaoxu\" via stance, represents max 6`",
        argument: Argument::Name,
    },
    Command {
        word: "dot",
        help: "write the last result as a picture in Graphviz's DOT language",
        more: "Nodes, relationships and paths of the result are drawn. Then: dot -Tsvg FILE > picture.svg",
        argument: Argument::File,
    },
    Command {
        word: "export",
        help: "write the whole graph, or the last result, in another form",
        more: "The end of the name says the form: .jsonl, .cypher, .graphml, .gexf, .ttl, .nt, .jsonld,\n\
               .dot; without one it is a data-set folder. `as FORMAT` says it otherwise: dataset, csv,\n\
               jsonl, … A folder is made; it must not hold anything yet. `polity PATH` opens it again.\n\
               Example: `:export claims.graphml`, `:export as csv tables`, `:export result part.jsonl`",
        argument: Argument::File,
    },
    Command {
        word: "format",
        help: "choose how results are written, or show how they are",
        more: "Names: auto, table, csv, tsv, json, jsonl, markdown, line, dot",
        argument: Argument::Format,
    },
    Command {
        word: "param",
        help: "set the parameter $NAME to a literal of the query language",
        more: "Example: `:param who 'China'`, then MATCH (n {name: $who}) RETURN n;",
        argument: Argument::None,
    },
    Command {
        word: "params",
        help: "show all parameters",
        more: "",
        argument: Argument::None,
    },
    Command {
        word: "as-of",
        help: "read the graph as it was at a moment, show the moment, or `off`",
        more: "It serves all clauses without an `AS OF` of their own. What is written is not affected.\n\
               Example: `:as-of 2025-12-17`, `:as-of off`",
        argument: Argument::None,
    },
    Command {
        word: "begin",
        help: "open a transaction: what follows takes effect together, or not at all",
        more: "`:commit` ends it, `:rollback` takes it back; so do the statements BEGIN, COMMIT and\n\
               ROLLBACK.",
        argument: Argument::None,
    },
    Command {
        word: "commit",
        help: "end the transaction and keep its changes; a store's history keeps the message",
        more: "Example: `:commit votes of December, from the fourth report`",
        argument: Argument::None,
    },
    Command {
        word: "rollback",
        help: "end the transaction and take its changes back",
        more: "",
        argument: Argument::None,
    },
    Command {
        word: "save",
        help: "write the whole graph to a new store file",
        more: "`polity FILE` opens it; from then on every change is in the file at once.\n\
               Example: `:save claims.polity`",
        argument: Argument::File,
    },
    Command {
        word: "log",
        help: "show the commits of the store, the last ones last",
        more: "Example: `:log`, `:log 20`",
        argument: Argument::None,
    },
    Command {
        word: "at",
        help: "read the graph as it was known after a commit, show which, or `off`",
        more: "`:as-of` asks what held on a day, `:at` what was known; both together answer what was\n\
               known then about that day. Nothing can be changed meanwhile.\n\
               Example: `:at 12`, `:at off`",
        argument: Argument::None,
    },
    Command {
        word: "sources",
        help: "show who says so: the sources of the last result",
        more: "They are numbered in the order of the result, as `:path` numbers them.",
        argument: Argument::None,
    },
    Command {
        word: "timing",
        help: "tell rows and time after each statement, or not",
        more: "",
        argument: Argument::None,
    },
    Command {
        word: "quit",
        help: "leave; Ctrl-D does too",
        more: "",
        argument: Argument::None,
    },
];

/// Runs a line that begins with a colon.
pub(super) fn run(shell: &mut Shell<'_>, line: &str) -> Result<Outcome, Failure> {
    match parse(line)? {
        Parsed::Help(topic) => help::run(shell, topic.as_ref()),
        Parsed::Schema => schema::run(shell),
        Parsed::Find(text) => find::run(shell, &text),
        Parsed::Path(request) => path::run(shell, &request),
        Parsed::Dot { highlight, file } => {
            let around = if highlight {
                Surroundings::Neighbors
            } else {
                shell.settings.surroundings
            };
            files::dot(shell, &file, around)
        }
        Parsed::Export(request) => files::export(shell, &request),
        Parsed::Format(name) => settings::format(shell, name.as_ref()),
        Parsed::Param { name, value } => settings::param(shell, &name, &value),
        Parsed::Params => settings::params(shell),
        Parsed::AsOf(moment) => settings::as_of(shell, moment.as_ref()),
        Parsed::Begin => history::begin(shell),
        Parsed::Commit(message) => history::commit(shell, message.as_ref()),
        Parsed::Rollback => history::rollback(shell),
        Parsed::Save(file) => files::save(shell, &file),
        Parsed::Log(count) => history::log(shell, count.map(|count| count.node)),
        Parsed::At(at) => history::at(shell, at),
        Parsed::Sources => sources::run(shell),
        Parsed::Timing(on) => {
            shell.timing = on.unwrap_or(!shell.timing);
            Ok(Outcome::Done)
        }
        Parsed::Quit => Ok(Outcome::Leave),
    }
}

/// Returns the command with this word, whatever the case.
pub(super) fn find(word: &str) -> Option<&'static Command> {
    COMMANDS
        .iter()
        .find(|command| command.word.eq_ignore_ascii_case(word))
}

impl Command {
    /// Returns the word with what follows it: `:find TEXT`.
    pub(super) fn usage(&self) -> &'static str {
        let usage = USAGE.iter().find(|(word, _)| *word == self.word);
        usage.map_or(self.word, |(_, usage)| *usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_grammar_is_explained() {
        let synonyms = ["exit"];
        for (word, _) in USAGE {
            assert!(find(word).is_some() || synonyms.contains(&word), "{word}");
        }
        for command in COMMANDS {
            assert!(command.usage().starts_with(':'), "{}", command.word);
        }
    }
}

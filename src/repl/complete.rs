//! Completion: what may stand at the cursor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::commands::COMMANDS;
use super::highlight::{Token, is_word, tokens};
use super::names::{self, Name};
use super::output::Format;
use crate::db::{self, Snapshot};
use crate::syntax::keywords::{KEYWORDS, is_keyword};
use crate::value::Value;

/// How many candidates a completion offers at most.
const LIMIT: usize = 200;

/// Finds nodes whose name or id begins with a text.
type Search = dyn Fn(&str) -> Vec<Name>;

/// The words that completion can offer.
#[derive(Default)]
pub(super) struct Vocabulary {
    pub(super) labels: Vec<String>,
    pub(super) types: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) functions: Vec<String>,
    pub(super) parameters: Vec<String>,
    /// Words after the colon, without it, and what they take.
    pub(super) commands: Vec<(&'static str, Argument)>,
    pub(super) formats: Vec<&'static str>,
    /// Finds nodes whose name or id begins with a text.
    pub(super) names: Option<Box<Search>>,
}

impl Vocabulary {
    /// Collects the words of a graph and of the conversation.
    pub(super) fn of(graph: &Arc<Snapshot>, parameters: &BTreeMap<Arc<str>, Value>) -> Self {
        let words =
            |names: &mut dyn Iterator<Item = &Arc<str>>| names.map(ToString::to_string).collect();
        let searched = Arc::clone(graph);
        Self {
            labels: words(&mut graph.label_names().map(|(_, name)| name)),
            types: words(&mut graph.type_names().map(|(_, name)| name)),
            keys: words(&mut graph.key_names().map(|(_, name)| name)),
            functions: db::functions()
                .map(|function| function.name.to_owned())
                .collect(),
            parameters: words(&mut parameters.keys()),
            commands: COMMANDS
                .iter()
                .map(|command| (command.word, command.argument))
                .collect(),
            formats: Format::names().collect(),
            names: Some(Box::new(move |begun| {
                names::beginning_with(&searched, begun)
            })),
        }
    }
}

/// What a `:command` takes after its word, as far as completion can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// Nothing that completion knows.
    None,
    /// The name of a node.
    Name,
    /// The name of a file or folder.
    File,
    /// A `:command` or a function.
    Topic,
    /// An output format.
    Format,
}

/// Returns where the word at the end of `typed` begins, and what it may become.
pub(super) fn complete(typed: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let (start, mut candidates) = if typed.trim_start().starts_with(':') {
        complete_command(typed, vocabulary)
    } else {
        complete_statement(typed, vocabulary)
    };
    candidates.dedup();
    candidates.truncate(LIMIT);
    (start, candidates)
}

fn complete_command(typed: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let colon = typed.find(':').map_or(0, |at| at + 1);
    let line = typed.get(colon..).unwrap_or_default();
    let Some((word, arguments)) = line.split_once(char::is_whitespace) else {
        let words = vocabulary.commands.iter().map(|(word, _)| *word);
        return (colon, beginning_with(line, words));
    };
    let arguments = arguments.trim_start();
    let start = typed.len() - arguments.len();
    let takes = vocabulary.commands.iter().find(|(name, _)| *name == word);
    match takes.map_or(Argument::None, |(_, argument)| *argument) {
        Argument::None => (start, Vec::new()),
        Argument::Name => {
            let from = arguments.rfind("->").map_or(0, |at| at + 2);
            let name = arguments.get(from..).unwrap_or_default().trim_start();
            (typed.len() - name.len(), complete_name(name, vocabulary))
        }
        Argument::File => complete_file(start, arguments),
        Argument::Topic => {
            let words = vocabulary.commands.iter().map(|(word, _)| *word);
            let functions = vocabulary.functions.iter().map(String::as_str);
            (start, beginning_with(arguments, words.chain(functions)))
        }
        Argument::Format => (
            start,
            beginning_with(arguments, vocabulary.formats.iter().copied()),
        ),
    }
}

fn complete_name(typed: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let text = typed.trim_start_matches(['"', '\'']);
    let Some(names) = vocabulary.names.as_ref().filter(|_| !text.is_empty()) else {
        return Vec::new();
    };
    let spell = |name: Name| {
        let plain = name.name.chars().all(|c| is_word(c) || " -.()".contains(c));
        if plain && text.len() == typed.len() && !name.name.contains("->") {
            name.name
        } else {
            format!(
                "\"{}\"",
                name.name.replace('\\', "\\\\").replace('"', "\\\"")
            )
        }
    };
    names(text).into_iter().map(spell).collect()
}

fn complete_file(start: usize, typed: &str) -> (usize, Vec<String>) {
    let folder_length = typed.rfind('/').map_or(0, |at| at + 1);
    let (folder, begun) = typed.split_at(folder_length);
    let place = if folder.is_empty() {
        Path::new(".")
    } else {
        Path::new(folder)
    };
    let mut names: Vec<String> = std::fs::read_dir(place)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let slash = if entry.file_type().ok()?.is_dir() {
                "/"
            } else {
                ""
            };
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            (name.starts_with(begun) && !hidden).then(|| format!("{name}{slash}"))
        })
        .collect();
    names.sort();
    (start + folder_length, names)
}

fn complete_statement(typed: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let tokens = tokens(typed);
    let (last, begun) = match tokens.last() {
        Some(&(token, text)) => (token, text),
        None => (Token::Other, ""),
    };
    match last {
        Token::Text => complete_text(typed, begun, vocabulary),
        Token::Comment | Token::Quoted | Token::Number => (typed.len(), Vec::new()),
        Token::Parameter => {
            let name = begun.trim_start_matches('$');
            let parameters = vocabulary.parameters.iter().map(String::as_str);
            (typed.len() - name.len(), beginning_with(name, parameters))
        }
        Token::Word | Token::Other => {
            let begun = if last == Token::Word { begun } else { "" };
            let start = typed.len() - begun.len();
            let before = typed.get(..start).unwrap_or_default();
            (
                start,
                beginning_with(begun, words_after(before, begun, vocabulary)),
            )
        }
    }
}

/// Inside quotes: the ids or the names of nodes.
fn complete_text(typed: &str, begun: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let text = begun.get(1..).unwrap_or_default();
    let quote = begun.chars().next().unwrap_or('\'');
    let closed = text.ends_with(quote);
    let Some(names) = vocabulary
        .names
        .as_ref()
        .filter(|_| !text.is_empty() && !closed)
    else {
        return (typed.len(), Vec::new());
    };
    let before = typed.get(..typed.len() - begun.len()).unwrap_or_default();
    let key = before.trim_end().trim_end_matches([':', '=']).trim_end();
    let wants_id = key.ends_with("id")
        && !key
            .get(..key.len() - 2)
            .is_some_and(|k| k.ends_with(is_word));
    let spell = |name: Name| {
        let text = if wants_id { name.id? } else { name.name };
        Some(
            text.replace('\\', "\\\\")
                .replace(quote, &format!("\\{quote}")),
        )
    };
    let found = names(text).into_iter().filter_map(spell).collect();
    (typed.len() - text.len(), found)
}

/// The words that may stand after `before`, judged by the characters next to the cursor.
fn words_after<'a>(before: &str, begun: &str, vocabulary: &'a Vocabulary) -> Vec<&'a str> {
    let strings = |words: &'a [String]| words.iter().map(String::as_str).collect();
    let previous = before.trim_end().chars().next_back();
    match (previous, open_bracket(before)) {
        (Some('.'), _) | (Some('{' | ','), Some('{')) => strings(&vocabulary.keys),
        (Some(':' | '|' | '&' | '!'), Some('[')) => strings(&vocabulary.types),
        (Some(':'), None) | (Some(':' | '|' | '&' | '!'), Some('(')) => strings(&vocabulary.labels),
        _ if begun.is_empty() => Vec::new(),
        _ => {
            let functions = vocabulary.functions.iter().map(String::as_str);
            KEYWORDS
                .iter()
                .map(|keyword| keyword.word)
                .chain(functions)
                .collect()
        }
    }
}

/// The innermost bracket that is open at the end of `before`.
fn open_bracket(before: &str) -> Option<char> {
    let mut open = Vec::new();
    for (token, text) in tokens(before) {
        match (token, text.chars().next()) {
            (Token::Other, Some(bracket @ ('(' | '[' | '{'))) => open.push(bracket),
            (Token::Other, Some(')' | ']' | '}')) => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// Candidates that begin with `begun` whatever the case, sorted. What is typed in small letters
/// is completed in small letters where the candidate is a word in capitals.
fn beginning_with<'a>(begun: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let small = begun.starts_with(|c: char| c.is_lowercase());
    let mut found: Vec<String> = words
        .into_iter()
        .filter(|word| {
            let head = word.get(..begun.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(begun))
        })
        .map(|word| {
            if small && is_keyword(word) {
                word.to_lowercase()
            } else {
                word.to_owned()
            }
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let name = |name: &str, id: &str| Name {
            name: name.to_owned(),
            id: Some(id.to_owned()),
        };
        let names = [
            name("Côte d'Ivoire", "ivory-coast"),
            name("Microsoft", "microsoft"),
        ];
        Vocabulary {
            labels: words(&["Actor", "Agency", "State"]),
            types: words(&["OPPOSES", "ADOPTED"]),
            keys: words(&["id", "name", "name_de"]),
            functions: words(&["toLower", "toUpper"]),
            parameters: words(&["who"]),
            commands: vec![("find", Argument::Name), ("format", Argument::Format)],
            formats: vec!["csv", "json"],
            names: Some(Box::new(move |begun| {
                let begins = |name: &&Name| name.name.to_lowercase().starts_with(begun);
                names.iter().filter(begins).cloned().collect()
            })),
        }
    }

    /// Completes at the end of `typed`; expects what is typed up to the word, and the candidates.
    fn check(typed: &str, kept: &str, expected: &[&str]) {
        let (start, candidates) = complete(typed, &vocabulary());
        assert_eq!(candidates, expected, "{typed}");
        assert_eq!(typed.get(..start), Some(kept), "{typed}");
    }

    #[test]
    fn words_fit_their_place() {
        check("MATCH (n:A", "MATCH (n:", &["Actor", "Agency"]);
        check("MATCH (n:Actor|S", "MATCH (n:Actor|", &["State"]);
        check("MATCH ()-[r:a", "MATCH ()-[r:", &["ADOPTED"]);
        check(
            "MATCH (n) WHERE n.na",
            "MATCH (n) WHERE n.",
            &["name", "name_de"],
        );
        check("MATCH (n {na", "MATCH (n {", &["name", "name_de"]);
        check("RETURN $w", "RETURN $", &["who"]);
        check("RETURN toL", "RETURN ", &["toLower"]);
    }

    #[test]
    fn keywords_keep_the_case_that_was_begun() {
        check("MAT", "", &["MATCH"]);
        check("mat", "", &["match"]);
    }

    #[test]
    fn names_are_offered_in_quotes() {
        check(
            "MATCH (n {name: 'micro",
            "MATCH (n {name: '",
            &["Microsoft"],
        );
        check("MATCH (n {id: 'micro", "MATCH (n {id: '", &["microsoft"]);
        check(
            "MATCH (n {name: 'cô",
            "MATCH (n {name: '",
            &["Côte d\\'Ivoire"],
        );
        check("MATCH (n {name: 'x'", "MATCH (n {name: 'x'", &[]);
    }

    #[test]
    fn commands_know_what_they_take() {
        check(":f", ":", &["find", "format"]);
        check(":format c", ":format ", &["csv"]);
        check(":find micro", ":find ", &["Microsoft"]);
        check(":find x -> cô", ":find x -> ", &["\"Côte d'Ivoire\""]);
        check(":find x -> \"cô", ":find x -> ", &["\"Côte d'Ivoire\""]);
        check(":unknown x", ":unknown ", &[]);
    }

    #[test]
    fn nothing_is_offered_in_comments_and_numbers() {
        check("// mat", "// mat", &[]);
        check("RETURN 12", "RETURN 12", &[]);
        check("", "", &[]);
    }
}

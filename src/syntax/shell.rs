//! The commands of the REPL: a line that begins with `:`, taken apart.

use pest::Parser;
use pest::iterators::Pair;

use super::ast::Spanned;
use super::parse::unquote;
use crate::error::{Code, Error, Result, Span};

use grammar::{Rule, ShellGrammar};

mod grammar {
    /// Recognizes the lines of `grammar/shell.pest`.
    #[derive(Debug, pest_derive::Parser)]
    #[grammar = "grammar/shell.pest"]
    pub(super) struct ShellGrammar;
}

/// A word or text of a command, without quotes, and where it stands in the line.
pub type Text = Spanned<String>;

/// A command of the REPL.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `:help [NAME]`
    Help(Option<Text>),
    /// `:schema`
    Schema,
    /// `:find TEXT`
    Find(Text),
    /// `:path A -> B …`
    Path(Box<PathRequest>),
    /// `:dot [highlight] FILE`
    Dot {
        /// Whether the neighbors of paths are drawn too.
        highlight: bool,
        /// The file.
        file: Text,
    },
    /// `:export [result] [as FORMAT] PATH`
    Export(ExportRequest),
    /// `:format [NAME]`
    Format(Option<Text>),
    /// `:param NAME = LITERAL`
    Param {
        /// The parameter's name, without `$`.
        name: Text,
        /// The text of its value, in the query language.
        value: Text,
    },
    /// `:params`
    Params,
    /// `:as-of [MOMENT|off]`
    AsOf(Option<Text>),
    /// `:begin`
    Begin,
    /// `:commit [MESSAGE]`
    Commit(Option<Text>),
    /// `:rollback`
    Rollback,
    /// `:save FILE`
    Save(Text),
    /// `:log [N]`
    Log(Option<Spanned<u64>>),
    /// `:at [COMMIT|off]`
    At(At),
    /// `:sources`
    Sources,
    /// `:timing [on|off]`
    Timing(Option<bool>),
    /// `:quit`, `:exit`
    Quit,
}

/// What `:export` writes.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRequest {
    /// Whether it is the last result, and not the whole graph.
    pub result: bool,
    /// `as FORMAT`; the end of the name says it otherwise.
    pub format: Option<Text>,
    /// The file or folder.
    pub path: Text,
}

/// What `:at` asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum At {
    /// Which commit is read.
    Show,
    /// Reads the last one again.
    Off,
    /// Reads the graph as it was after this one.
    Commit(Spanned<u64>),
}

/// What `:path` looks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PathRequest {
    /// Where the paths begin.
    pub from: Text,
    /// Where they end.
    pub to: Text,
    /// `via TYPE, …`: the relationship types to use; all if empty.
    pub via: Vec<Text>,
    /// `as of DATE`
    pub as_of: Option<Text>,
    /// `max N`: the most relationships on a path
    pub longest: Option<Spanned<u64>>,
    /// `top K`: the most paths
    pub top: Option<Spanned<u64>>,
    /// `not through Label, …`: nodes to leave out
    pub not_through: Vec<Text>,
}

/// The words of the commands, each with how it is used.
pub const USAGE: [(&str, &str); 20] = [
    ("help", ":help [NAME]"),
    ("schema", ":schema"),
    ("find", ":find TEXT"),
    (
        "path",
        ":path A -> B [via TYPE, …] [as of DATE] [max N] [top K] [not through Label, …]",
    ),
    ("dot", ":dot [highlight] FILE"),
    ("export", ":export [result] [as FORMAT] PATH"),
    ("format", ":format [NAME]"),
    ("param", ":param NAME = LITERAL"),
    ("params", ":params"),
    ("as-of", ":as-of [MOMENT|off]"),
    ("begin", ":begin"),
    ("commit", ":commit [MESSAGE]"),
    ("rollback", ":rollback"),
    ("save", ":save FILE"),
    ("log", ":log [N]"),
    ("at", ":at [COMMIT|off]"),
    ("sources", ":sources"),
    ("timing", ":timing [on|off]"),
    ("quit", ":quit"),
    ("exit", ":exit"),
];

/// Parses a line that begins with `:`.
pub fn parse(line: &str) -> Result<Command> {
    let mut nodes = ShellGrammar::parse(Rule::line, line).map_err(|error| explain(line, &error))?;
    let command = nodes
        .next()
        .and_then(|whole| whole.into_inner().next())
        .ok_or_else(|| unknown(line))?;
    build(command)
}

type Node<'t> = Pair<'t, Rule>;

fn build(node: Node<'_>) -> Result<Command> {
    let rule = node.as_rule();
    if rule == Rule::path_command {
        return path(node).map(|request| Command::Path(Box::new(request)));
    }
    if rule == Rule::export_command {
        return export(node).map(Command::Export);
    }
    let mut children = node.into_inner();
    let first = children.next();
    if rule == Rule::timing_command {
        return Ok(Command::Timing(
            first.map(|word| word.as_rule() == Rule::on),
        ));
    }
    if let Rule::log_command | Rule::at_command = rule {
        let number = first.clone().filter(|word| word.as_rule() == Rule::count);
        let number = number.map(|digits| parse_number(&digits)).transpose()?;
        return Ok(match (rule, number, first) {
            (Rule::log_command, number, _) => Command::Log(number),
            (_, Some(number), _) => Command::At(At::Commit(number)),
            (_, None, Some(_)) => Command::At(At::Off),
            (_, None, None) => Command::At(At::Show),
        });
    }
    let first = first.map(text).transpose()?;
    let second = children.next().map(text).transpose()?;
    Ok(match (rule, first, second) {
        (Rule::help_command, topic, _) => Command::Help(topic),
        (Rule::find_command, Some(name), _) => Command::Find(name),
        (Rule::dot_command, Some(highlight), Some(file)) => Command::Dot {
            highlight: !highlight.node.is_empty(),
            file,
        },
        (Rule::dot_command, Some(file), None) => Command::Dot {
            highlight: false,
            file,
        },
        (Rule::format_command, name, _) => Command::Format(name),
        (Rule::param_command, Some(name), Some(value)) => Command::Param { name, value },
        (Rule::params_command, ..) => Command::Params,
        (Rule::as_of_command, moment, _) => Command::AsOf(moment),
        (Rule::sources_command, ..) => Command::Sources,
        (Rule::begin_command, ..) => Command::Begin,
        (Rule::commit_command, message, _) => Command::Commit(message),
        (Rule::rollback_command, ..) => Command::Rollback,
        (Rule::save_command, Some(file), _) => Command::Save(file),
        (Rule::schema_command, ..) => Command::Schema,
        _ => Command::Quit,
    })
}

/// The text of a node, without quotes.
fn text(node: Node<'_>) -> Result<Text> {
    let span = span_of(&node);
    let whole = node.as_str();
    let is_quoted = node
        .into_inner()
        .next()
        .is_some_and(|inner| inner.as_rule() == Rule::quoted);
    let text = if is_quoted {
        unquote(whole, span.start as usize)?.to_string()
    } else {
        whole.to_owned()
    };
    Ok(Spanned::new(text, span))
}

fn span_of(node: &Node<'_>) -> Span {
    let span = node.as_span();
    Span::new(span.start(), span.end())
}

fn path(node: Node<'_>) -> Result<PathRequest> {
    let mut ends = Vec::new();
    let mut request = PathRequest {
        from: Spanned::new(String::new(), Span::default()),
        to: Spanned::new(String::new(), Span::default()),
        via: Vec::new(),
        as_of: None,
        longest: None,
        top: None,
        not_through: Vec::new(),
    };
    for child in node.into_inner() {
        let span = span_of(&child);
        match child.as_rule() {
            Rule::end_point => ends.push(text(child)?),
            Rule::via => request.via.extend(texts(child)?),
            Rule::not_through => request.not_through.extend(texts(child)?),
            Rule::as_of => once(&mut request.as_of, texts(child)?.pop(), span)?,
            Rule::longest => once(&mut request.longest, number(child)?, span)?,
            Rule::top => once(&mut request.top, number(child)?, span)?,
            _ => {}
        }
    }
    if let (Some(to), Some(from)) = (ends.pop(), ends.pop()) {
        (request.from, request.to) = (from, to);
    }
    Ok(request)
}

fn export(node: Node<'_>) -> Result<ExportRequest> {
    let mut request = ExportRequest {
        result: false,
        format: None,
        path: Spanned::new(String::new(), Span::default()),
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::result => request.result = true,
            Rule::as_format => request.format = texts(child)?.pop(),
            _ => request.path = text(child)?,
        }
    }
    Ok(request)
}

fn texts(node: Node<'_>) -> Result<Vec<Text>> {
    node.into_inner().map(text).collect()
}

/// Fills an option that may be given once.
fn once<T>(place: &mut Option<T>, value: Option<T>, span: Span) -> Result<()> {
    if place.is_some() {
        return Err(invalid("this is given twice").at(span));
    }
    *place = value;
    Ok(())
}

fn number(node: Node<'_>) -> Result<Option<Spanned<u64>>> {
    node.into_inner()
        .next()
        .map(|digits| parse_number(&digits))
        .transpose()
}

fn parse_number(digits: &Node<'_>) -> Result<Spanned<u64>> {
    let span = span_of(digits);
    match digits.as_str().parse() {
        Ok(number) => Ok(Spanned::new(number, span)),
        Err(_) => Err(invalid("this number is too large").at(span)),
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::syntax("InvalidCommand"), message)
}

/// The word after the colon.
fn word_of(line: &str) -> &str {
    let rest = line.trim_start().trim_start_matches(':').trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

/// What stands after the word after the colon.
fn after_word(line: &str) -> &str {
    let rest = line.trim_start().trim_start_matches(':').trim_start();
    rest.get(word_of(line).len()..).unwrap_or_default()
}

fn unknown(line: &str) -> Error {
    let word = word_of(line);
    let start = line.find(word).unwrap_or_default();
    let error = Error::new(
        Code::syntax("UnknownCommand"),
        format!("there is no command `:{word}`"),
    )
    .at(Span::new(start, start + word.len()));
    let lower = word.to_lowercase();
    let near = USAGE
        .iter()
        .map(|(known, _)| (strsim::osa_distance(&lower, known), known))
        .filter(|(distance, known)| *distance <= 2 && *distance < known.len())
        .min();
    match near {
        Some((_, known)) => error.hint(format!("did you mean `:{known}`?")),
        None => error.hint("`:help` shows all commands"),
    }
}

/// Says what is wrong with a line.
fn explain(line: &str, error: &pest::error::Error<Rule>) -> Error {
    let word = word_of(line).to_lowercase();
    let Some((_, usage)) = USAGE.iter().find(|(known, _)| *known == word) else {
        return unknown(line);
    };
    let position = match error.location {
        pest::error::InputLocation::Pos(position)
        | pest::error::InputLocation::Span((position, _)) => position,
    };
    // The parser stands still at the word where nothing at all follows it.
    let after_word = line.len() - after_word(line).len();
    let position = position.max(after_word);
    let rest = line.get(position..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    let position = position + blank;
    let token = rest.split_whitespace().next().unwrap_or_default();
    let token = token.trim_end_matches(';');
    let message = if token.is_empty() {
        format!("`:{word}` needs more")
    } else {
        format!("unexpected `{token}`")
    };
    let error = invalid(message).at(Span::new(position, position + token.len()));
    let has_arrow = line.contains("->") || line.contains('→');
    let error = if word == "path" && !has_arrow {
        error.label("a path has two ends, with an arrow between them")
    } else {
        error
    };
    error.hint(format!("usage: `{usage}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Spanned::new(text.to_owned(), Span::default())
    }

    #[track_caller]
    fn check(line: &str, expected: Command) {
        assert_eq!(parse(line), Ok(expected), "{line}");
    }

    #[test]
    fn commands_take_texts_in_quotes_or_bare() {
        check(":help", Command::Help(None));
        check(":HELP  collect ;", Command::Help(Some(text("collect"))));
        check(" : schema ", Command::Schema);
        check(":find ma zhaoxu", Command::Find(text("ma zhaoxu")));
        check(":find 'it''s'", Command::Find(text("it's")));
        check(":find 'a' and 'b'", Command::Find(text("'a' and 'b'")));
        let dot = |highlight, file| Command::Dot {
            highlight,
            file: text(file),
        };
        check(":dot a;b.dot;", dot(false, "a;b.dot"));
        check(":dot highlight a.dot", dot(true, "a.dot"));
        check(":dot highlight", dot(false, "highlight"));
        let export = |result, format: Option<&str>, path| {
            Command::Export(ExportRequest {
                result,
                format: format.map(text),
                path: text(path),
            })
        };
        check(":export \"my folder\"", export(false, None, "my folder"));
        check(":export result", export(false, None, "result"));
        check(":export RESULT a b.nt;", export(true, None, "a b.nt"));
        check(":export as csv", export(false, None, "as csv"));
        check(":export as CSV t", export(false, Some("CSV"), "t"));
        check(
            ":export result as csv 'as'",
            export(true, Some("csv"), "as"),
        );
        check(":format", Command::Format(None));
        check(":format json", Command::Format(Some(text("json"))));
        check(":params", Command::Params);
        check(":as-of", Command::AsOf(None));
        check(":as-of 2025-12-17", Command::AsOf(Some(text("2025-12-17"))));
        check(":sources;", Command::Sources);
        check(":begin", Command::Begin);
        check(":commit", Command::Commit(None));
        check(
            ":commit votes; more;",
            Command::Commit(Some(text("votes; more"))),
        );
        check(":rollback;", Command::Rollback);
        check(
            ":save 'my graph.polity'",
            Command::Save(text("my graph.polity")),
        );
        let number = |number| Spanned::new(number, Span::default());
        check(":log", Command::Log(None));
        check(":log 20", Command::Log(Some(number(20))));
        check(":at", Command::At(At::Show));
        check(":at OFF", Command::At(At::Off));
        check(":at 12", Command::At(At::Commit(number(12))));
        check(":timing", Command::Timing(None));
        check(":timing OFF", Command::Timing(Some(false)));
        check(":exit", Command::Quit);
    }

    #[test]
    fn a_parameter_has_a_name_and_the_text_of_a_literal() {
        for line in [
            ":param x = [1, 'a;']",
            ":param $x => [1, 'a;'];",
            ":param x [1, 'a;']",
        ] {
            let (name, value) = (text("x"), text("[1, 'a;']"));
            check(line, Command::Param { name, value });
        }
    }

    #[test]
    fn a_path_has_ends_and_options() {
        let plain = PathRequest {
            from: text("microsoft"),
            to: text("Ma Zhaoxu"),
            via: Vec::new(),
            as_of: None,
            longest: None,
            top: None,
            not_through: Vec::new(),
        };
        let path = |request: &PathRequest| Command::Path(Box::new(request.clone()));
        for line in [
            ":path microsoft -> Ma Zhaoxu",
            ":path microsoft->\"Ma Zhaoxu\";",
            ":path 'microsoft' → Ma Zhaoxu ",
        ] {
            check(line, path(&plain));
        }
        let full = PathRequest {
            via: vec![text("SUPPORTS"), text("part of")],
            as_of: Some(text("2025-12-17")),
            longest: Some(Spanned::new(6, Span::default())),
            top: Some(Spanned::new(5, Span::default())),
            not_through: vec![text("Topic"), text("Place")],
            ..plain.clone()
        };
        check(
            ":path microsoft -> Ma Zhaoxu via SUPPORTS, 'part of' as of 2025-12-17 MAX 6 top 5 \
             not through Topic, Place",
            path(&full),
        );
        let names = PathRequest {
            from: text("max planck"),
            to: text("unga-res-80-57"),
            ..plain
        };
        check(":path max planck -> unga-res-80-57", path(&names));
    }

    #[test]
    fn what_is_wrong_is_shown_with_the_usage() {
        let table = [
            (
                ":pth a -> b",
                "there is no command `:pth`",
                1,
                "did you mean `:path`?",
            ),
            (
                ":",
                "there is no command `:`",
                0,
                "`:help` shows all commands",
            ),
            (":find", "`:find` needs more", 5, "usage: `:find TEXT`"),
            (":schema now", "unexpected `now`", 8, "usage: `:schema`"),
            (
                ":timing maybe",
                "unexpected `maybe`",
                8,
                "usage: `:timing [on|off]`",
            ),
        ];
        for (line, message, start, hint) in table {
            let error = parse(line).unwrap_err();
            assert_eq!(error.message(), message, "{line}");
            assert_eq!(error.span().unwrap().start, start, "{line}");
            assert_eq!(error.hints(), [hint], "{line}");
        }
        let error = parse(":path a").unwrap_err();
        assert_eq!(
            error.caret_label(),
            Some("a path has two ends, with an arrow between them")
        );
        let error = parse(":path a -> b max 3 max 4").unwrap_err();
        assert_eq!(error.message(), "this is given twice");
    }
}

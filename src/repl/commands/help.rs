//! `:help`.

use super::{COMMANDS, Command, find};
use crate::db;
use crate::error::{Code, Error};
use crate::formats::nearest::nearest;
use crate::repl::shell::{Failure, Outcome, Shell};

/// What `:help` says before the commands.
const STATEMENTS: &str = "\
Statements are openCypher and end with a semicolon; they may take several lines:

  MATCH (a:State)-[r:OPPOSES]->(d:Document) RETURN a.name, d.name, r.on LIMIT 5;
  MATCH p = ALL SHORTEST (a {id: 'microsoft'})-[*..6]-(b {id: 'china'}) RETURN p;

Tab completes; Ctrl-C forgets what is typed or stops a statement; Ctrl-D leaves.
";

/// `:help [NAME]`
pub(super) fn run(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    let name = argument.trim_start_matches(':');
    let out = &mut *shell.streams.results;
    if name.is_empty() {
        write!(out, "{STATEMENTS}\n{}", overview())?;
    } else if let Some(command) = find(name) {
        out.write_all(about_command(command).as_bytes())?;
    } else if let Some(function) = function(name) {
        writeln!(out, "{}\n  {}", function.signature, function.help)?;
    } else {
        return Err(nothing_about(name).into());
    }
    Ok(Outcome::Done)
}

/// The function with this name, whatever the case.
fn function(name: &str) -> Option<db::FunctionHelp> {
    db::functions().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// All commands, a line each.
fn overview() -> String {
    let usages: Vec<String> = COMMANDS.iter().map(usage).collect();
    let width = usages.iter().map(String::len).max().unwrap_or(0);
    let line =
        |(usage, command): (&String, &Command)| format!("  {usage:width$}  {}\n", command.help);
    usages.iter().zip(COMMANDS).map(line).collect()
}

fn about_command(command: &Command) -> String {
    let mut text = format!("{}\n  {}\n", usage(command), command.help);
    for line in command.more.lines() {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn usage(command: &Command) -> String {
    format!(":{} {}", command.word, command.takes)
        .trim_end()
        .to_owned()
}

fn nothing_about(name: &str) -> Error {
    let code = Code::syntax("UnknownTopic");
    let error = Error::new(code, format!("there is no command or function `{name}`"));
    let words = COMMANDS.iter().map(|command| command.word);
    match nearest(
        name,
        words.chain(db::functions().map(|function| function.name)),
    ) {
        Some(near) => error.hint(format!("did you mean `:help {near}`?")),
        None => error.hint("`:help` shows all commands"),
    }
}

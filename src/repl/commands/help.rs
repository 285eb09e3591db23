//! `:help`.

use super::{COMMANDS, Command, find};
use crate::db;
use crate::error::{Code, Error};
use crate::formats::nearest::nearest;
use crate::repl::shell::{Failure, Outcome, Shell};
use crate::syntax::keywords::keyword;
use crate::syntax::shell::Text;

/// What `:help` says before the commands.
const STATEMENTS: &str = "\
Statements are openCypher and end with a semicolon; they may take several lines:

  MATCH (a:State)-[r:OPPOSES]->(d:Document) RETURN a.name, d.name, r.on LIMIT 5;
  MATCH p = ALL SHORTEST (a {id: 'microsoft'})-[*..6]-(b {id: 'china'}) RETURN p;

Tab completes; Ctrl-C forgets what is typed or stops a statement; Ctrl-D leaves.
";

/// `:help [NAME]`
pub(super) fn run(shell: &mut Shell<'_>, topic: Option<&Text>) -> Result<Outcome, Failure> {
    let out = &mut *shell.streams.results;
    let Some(topic) = topic else {
        write!(out, "{STATEMENTS}\n{}", overview())?;
        return Ok(Outcome::Done);
    };
    let name = topic.node.trim_start_matches(':').trim_end_matches("()");
    let mut known = Vec::new();
    known.extend(find(name).map(about_command));
    known.extend(function(name).map(|f| format!("{}\n  {}\n", f.signature, f.help)));
    known.extend(procedure(name).map(|p| format!("CALL {}\n  {}\n", p.signature, p.help)));
    known.extend(keyword(name).map(|k| format!("{}\n  {}\n", k.word, k.help)));
    if known.is_empty() {
        return Err(nothing_about(name).at(topic.span).into());
    }
    out.write_all(known.concat().as_bytes())?;
    Ok(Outcome::Done)
}

/// The function with this name, whatever the case.
fn function(name: &str) -> Option<db::FunctionHelp> {
    db::functions().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// The procedure with this name, whatever the case.
fn procedure(name: &str) -> Option<db::ProcedureHelp> {
    let mut all = db::procedures().into_iter();
    all.find(|procedure| procedure.name.eq_ignore_ascii_case(name))
}

/// All commands, a line each; a long usage has a line of its own.
fn overview() -> String {
    const WIDTH: usize = 24;
    let line = |command: &Command| {
        let (usage, help) = (command.usage(), command.help);
        if usage.len() > WIDTH {
            format!("  {usage}\n  {:WIDTH$}  {help}\n", "")
        } else {
            format!("  {usage:WIDTH$}  {help}\n")
        }
    };
    COMMANDS.iter().map(line).collect()
}

fn about_command(command: &Command) -> String {
    let mut text = format!("{}\n  {}\n", command.usage(), command.help);
    for line in command.more.lines() {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn nothing_about(name: &str) -> Error {
    let code = Code::syntax("UnknownTopic");
    let error = Error::new(
        code,
        format!("there is no command, function, procedure or keyword `{name}`"),
    );
    let procedures = db::procedures();
    let words = COMMANDS.iter().map(|command| command.word);
    let words = words.chain(db::functions().map(|function| function.name));
    match nearest(name, words.chain(procedures.iter().map(|p| &*p.name))) {
        Some(near) => error.hint(format!("did you mean `:help {near}`?")),
        None => error.hint("`:help` shows all commands"),
    }
}

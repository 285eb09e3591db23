//! `:format`, `:param`, `:params`, `:timing`, `:quit`.

use std::sync::Arc;

use super::wrong_use;
use crate::db;
use crate::error::{Code, Error};
use crate::repl::output::Format;
use crate::repl::shell::{Failure, Outcome, Shell};
use crate::value::literal;

/// `:format [NAME]`
pub(super) fn format(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    if argument.is_empty() {
        writeln!(shell.streams.results, "{}", shell.settings.format)?;
        return Ok(Outcome::Done);
    }
    let Some(format) = Format::named(argument, shell.settings.target) else {
        let code = Code::syntax("InvalidCommand");
        let names = Format::names().collect::<Vec<_>>().join(", ");
        let error = Error::new(code, format!("there is no format `{argument}`"));
        return Err(error.hint(format!("formats: {names}")).into());
    };
    shell.settings.format = format;
    Ok(Outcome::Done)
}

/// `:param NAME VALUE`; `NAME = VALUE` and `NAME => VALUE` are the same.
pub(super) fn param(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    let name_end = argument
        .find(|c: char| c.is_whitespace() || c == '=' || c == ':')
        .unwrap_or(argument.len());
    let (name, value) = argument.split_at(name_end);
    let name = name.trim_start_matches('$');
    let value = value
        .trim_start()
        .trim_start_matches([':', '='])
        .trim_start_matches('>')
        .trim();
    if name.is_empty() || value.is_empty() {
        return Err(wrong_use("param", "a parameter needs a name and a value").into());
    }
    let value = db::literal(value)?;
    shell.settings.parameters.insert(Arc::from(name), value);
    Ok(Outcome::Done)
}

/// `:params`
pub(super) fn params(shell: &mut Shell<'_>, _: &str) -> Result<Outcome, Failure> {
    for (name, value) in &shell.settings.parameters {
        writeln!(
            shell.streams.results,
            "${name} = {}",
            literal::to_literal(value)
        )?;
    }
    Ok(Outcome::Done)
}

/// `:timing [on|off]`; without a word the other way round.
pub(super) fn timing(shell: &mut Shell<'_>, argument: &str) -> Result<Outcome, Failure> {
    shell.timing = match argument.to_ascii_lowercase().as_str() {
        "" => !shell.timing,
        "on" => true,
        "off" => false,
        _ => return Err(wrong_use("timing", "timing is on or off").into()),
    };
    Ok(Outcome::Done)
}

/// `:quit`
#[expect(clippy::unnecessary_wraps, reason = "all commands have one signature")]
pub(super) fn quit(_: &mut Shell<'_>, _: &str) -> Result<Outcome, Failure> {
    Ok(Outcome::Leave)
}

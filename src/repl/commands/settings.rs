//! `:format`, `:param`, `:params`, `:as-of`.

use std::sync::Arc;

use crate::db;
use crate::error::{Code, Error, Span};
use crate::repl::output::Format;
use crate::repl::shell::{Failure, Outcome, Shell};
use crate::syntax::shell::Text;
use crate::value::{Value, literal};

/// `:format [NAME]`
pub(super) fn format(shell: &mut Shell<'_>, name: Option<&Text>) -> Result<Outcome, Failure> {
    let Some(name) = name else {
        writeln!(shell.streams.results, "{}", shell.settings.format)?;
        return Ok(Outcome::Done);
    };
    let Some(format) = Format::named(&name.node, shell.settings.target) else {
        let code = Code::syntax("InvalidCommand");
        let names = Format::names().collect::<Vec<_>>().join(", ");
        let error = Error::new(code, format!("there is no format `{}`", name.node));
        return Err(error.at(name.span).hint(format!("formats: {names}")).into());
    };
    shell.settings.format = format;
    Ok(Outcome::Done)
}

/// `:param NAME = LITERAL`
pub(super) fn param(shell: &mut Shell<'_>, name: &Text, value: &Text) -> Result<Outcome, Failure> {
    let literal = db::literal(&value.node).map_err(|error| in_line(&error, value.span))?;
    let name = Arc::from(name.node.as_str());
    shell.settings.parameters.insert(name, literal);
    Ok(Outcome::Done)
}

/// An error about a value, with its place in the line of the command.
fn in_line(error: &Error, value: Span) -> Error {
    let within = error.span().unwrap_or_default();
    let span = Span {
        start: value.start + within.start,
        end: value.start + within.end.max(within.start),
    };
    let moved = Error::new(error.code(), error.message()).at(span);
    let moved = match error.caret_label() {
        Some(label) => moved.label(label),
        None => moved,
    };
    error
        .hints()
        .iter()
        .fold(moved, |moved, hint| moved.hint(hint.as_str()))
}

/// `:params`
pub(super) fn params(shell: &mut Shell<'_>) -> Result<Outcome, Failure> {
    for (name, value) in &shell.settings.parameters {
        let value = literal::to_literal(value);
        writeln!(shell.streams.results, "${name} = {value}")?;
    }
    Ok(Outcome::Done)
}

/// `:as-of [MOMENT|off]`
pub(super) fn as_of(shell: &mut Shell<'_>, moment: Option<&Text>) -> Result<Outcome, Failure> {
    let Some(moment) = moment else {
        match shell.session.as_of() {
            Some(moment) => writeln!(shell.streams.results, "{}", moment_text(moment))?,
            None => writeln!(shell.streams.results, "off")?,
        }
        return Ok(Outcome::Done);
    };
    if moment.node.eq_ignore_ascii_case("off") {
        shell.session.set_as_of(None)?;
        return Ok(Outcome::Done);
    }
    let value = Value::from(moment.node.as_str());
    let set = shell.session.set_as_of(Some(&value));
    set.map_err(|error| error.at(moment.span))?;
    if shell.session.snapshot().schema().dataset.time.is_none() {
        shell.tell("the graph does not say when things hold: all of it holds at any moment");
    }
    Ok(Outcome::Done)
}

/// A moment as it can be given.
fn moment_text(moment: &Value) -> String {
    literal::to_literal(moment).trim_matches('\'').to_owned()
}

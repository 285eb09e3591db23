//! `polity export`: graphs and parts of them in other forms, and where they go.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::files::shown;
use super::{ExportArguments, FAILED, FINE, Refusal, lost};
use crate::db::{Database, Params};
use crate::error::{Error, render};
use crate::formats::graph::Part;
use crate::syntax::split::{PieceKind, Statements};

/// Writes a graph; returns the exit status.
///
/// # Errors
/// A file or folder cannot be written.
pub fn export(
    arguments: &ExportArguments,
    database: &Database,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<u8, Refusal> {
    let format = arguments.format();
    let Some(path) = arguments.output.as_deref() else {
        let written = format.write(&database.snapshot(), out).unwrap_or(Ok(()));
        return Ok(match written.and_then(|()| out.flush()) {
            Ok(()) => FINE,
            Err(error) => lost(&error, messages),
        });
    };
    let exported = database.export(format, path).map_err(Refusal::Store)?;
    if exported.mistakes > 0 {
        let (name, count) = (shown(path), exported.mistakes);
        let what = "by its own schema the graph has mistakes";
        // Without a place for messages there is nobody to tell.
        drop(writeln!(
            messages,
            "warning: {what}, {count} in all; `polity check {name}` shows them"
        ));
    }
    Ok(FINE)
}

/// Returns what statements return, as a graph of its own.
///
/// # Errors
/// A statement that fails, and nothing to write, as a text for people.
pub fn part(database: &Database, query: &str) -> Result<Database, String> {
    let mut session = database.session();
    session.set_read_only(true);
    let graph = database.snapshot();
    let mut part = Part::default();
    for piece in Statements::split(query) {
        if piece.kind == PieceKind::Command {
            return Err("error: --query takes statements, and no :commands".to_owned());
        }
        let drawn = |error: Error| render(&error, &piece.text, false).trim_end().to_owned();
        let rows = session
            .run(&piece.text, &Params::default())
            .map_err(drawn)?;
        for row in rows.iter() {
            part.add(&graph, &row);
        }
    }
    if part.is_empty() {
        let message = "error: the query returns no node, relationship or path\n  \
                       hint: return what is to be written, such as `MATCH p = ()-[]->() RETURN p`";
        return Err(message.to_owned());
    }
    let copied = part.graph(&graph).map_err(|error| error.to_string())?;
    graph.check_sound().map_err(|error| error.to_string())?;
    Ok(Database::from_snapshot(copied))
}

/// Writes a picture to the file that the arguments name, else to `out`; returns the exit status.
pub fn save(
    arguments: &ExportArguments,
    picture: &[u8],
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> u8 {
    let Some(path) = arguments.output.as_deref() else {
        return match out.write_all(picture).and_then(|()| out.flush()) {
            Ok(()) => FINE,
            Err(error) => lost(&error, messages),
        };
    };
    match fs::write(path, picture) {
        Ok(()) => FINE,
        Err(error) => cannot_write(path, &error, messages),
    }
}

fn cannot_write(path: &Path, error: &io::Error, messages: &mut dyn Write) -> u8 {
    // Without a place for messages there is nobody to tell.
    drop(writeln!(
        messages,
        "error: `{}` cannot be written: {error}",
        shown(path)
    ));
    FAILED
}

//! Store files: opening, checking and making them.

use std::io::{self, Write};
use std::path::Path;

use super::files::shown;
use super::{FAILED, FINE, ImportArguments, Opened, Refusal, lost, open};
use crate::db::{Database, FileOptions};
use crate::formats::diagnostic::Report;

/// Returns whether a path names a store file.
pub(super) fn is_store(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "polity")
}

/// Opens a store file.
pub(super) fn open_store(path: &Path, options: FileOptions) -> Result<Opened, Refusal> {
    Ok(Opened {
        database: Database::open_with(path, options).map_err(Refusal::Store)?,
        warnings: Report::default(),
    })
}

/// Verifies a store file whole and says what is in it; returns the exit status.
pub(super) fn check_store(path: &Path, out: &mut dyn Write) -> io::Result<u8> {
    let name = shown(path);
    match Database::check(path) {
        Ok(checked) => {
            let (nodes, rels, commits) = (checked.nodes, checked.rels, checked.commits);
            writeln!(
                out,
                "{name}: {nodes} nodes, {rels} relationships, {commits} commits, 0 errors"
            )?;
            Ok(FINE)
        }
        Err(error) => {
            writeln!(out, "{}\n{name}: 1 error", Refusal::Store(error))?;
            Ok(FAILED)
        }
    }
}

/// Loads a graph into a new store file; returns the exit status.
///
/// # Errors
/// The graph cannot be loaded, or the file cannot be made.
pub fn import(
    arguments: &ImportArguments,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<u8, Refusal> {
    let (source, path) = (&arguments.source, &arguments.store);
    if !is_store(path) {
        let message = format!(
            "`{}` is no name of a store: it ends in .polity",
            shown(path)
        );
        return Err(Refusal::Usage(message));
    }
    let Opened { database, warnings } = open(Some(source), arguments.from)?;
    drop(write!(messages, "{warnings}"));
    let message = arguments.message.clone();
    let message = message.unwrap_or_else(|| format!("import of {}", shown(source)));
    let saved = database.save(path, Some(&message), arguments.keep_history);
    saved.map_err(Refusal::Store)?;
    let graph = database.snapshot();
    let (nodes, rels) = (graph.node_count(), graph.rel_count());
    let told = writeln!(out, "{}: {nodes} nodes, {rels} relationships", shown(path));
    Ok(match told.and_then(|()| out.flush()) {
        Ok(()) => FINE,
        Err(error) => lost(&error, messages),
    })
}

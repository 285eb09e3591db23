//! Store files: opening and checking them.

use std::io::{self, Write};
use std::path::Path;

use super::files::shown;
use super::{FAILED, FINE, Opened, Refusal};
use crate::db::{Database, FileOptions};

/// Returns whether a path names a store file.
pub(super) fn is_store(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "polity")
}

/// Opens a store file.
pub(super) fn open_store(path: &Path, options: FileOptions) -> Result<Opened, Refusal> {
    let database = Database::open_with(path, options).map_err(Refusal::Store)?;
    Ok(Opened::new(database))
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

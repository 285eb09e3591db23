//! `polity export --to dot`: pictures, and where they go.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::files::shown;
use super::{ExportArguments, FAILED, FINE, lost};
use crate::db::Database;
use crate::formats::graph::dot;

/// Draws a whole graph; returns the exit status.
pub fn draw(
    arguments: &ExportArguments,
    database: &Database,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> u8 {
    let mut picture = Vec::new();
    match dot::write_graph(&database.snapshot(), &mut picture) {
        Ok(_) => save(arguments, &picture, out, messages),
        Err(error) => lost(&error, messages),
    }
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

//! What is said where Parquet was left out of the program.

use std::io;

use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::source::{File, Progress, Shelf};
use crate::store::Snapshot;

const MESSAGE: &str = "this polity was built without Parquet";
const HINT: &str = "`cargo install --features parquet` builds it with it";

/// Reads no graph.
///
/// # Errors
/// Always.
pub fn read(files: Vec<File<'_>>, _: &mut dyn FnMut(Progress)) -> Result<Snapshot, Report> {
    let name = files.into_iter().next().map(|file| file.name);
    let finding = Diagnostic::error(name.unwrap_or_default(), MESSAGE).hint(HINT);
    Err(Report::new(vec![finding]))
}

/// Writes no graph.
///
/// # Errors
/// Always.
pub fn write(_: &Snapshot, _: &mut dyn Shelf) -> io::Result<()> {
    Err(io::Error::other(format!("{MESSAGE}; {HINT}")))
}

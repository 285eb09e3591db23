//! A file that holds a graph.

use std::fs::{self, File};
use std::path::Path;

use super::files::{cannot_read, shown};
use super::{Bar, Opened, Refusal, progress};
use crate::db::Database;
use crate::formats::graph::{self, GraphFormat};

/// Reads the graph at `path`; a terminal shows how far it has come. `None` if a file of the format
/// is no graph by itself.
pub(super) fn open(path: &Path, format: GraphFormat, bar: Bar) -> Option<Result<Opened, Refusal>> {
    let opened = fs::metadata(path).and_then(|metadata| Ok((metadata.len(), File::open(path)?)));
    let (size, reader) = match opened {
        Ok(opened) => opened,
        Err(error) => return Some(Err(Refusal::finding(cannot_read(path, &error)))),
    };
    let file = graph::File {
        name: shown(path),
        reader: Box::new(reader),
    };
    let bar = bar.over(size);
    let read = format.read(file, &mut |done| progress::show(&bar, done));
    bar.finish_and_clear();
    let opened = read?.map(|graph| Opened::new(Database::from_snapshot(graph)));
    Some(opened.map_err(Refusal::Faulty))
}

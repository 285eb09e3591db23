//! A folder of CSV files with neo4j-admin headers as a graph.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{cannot_read, shown};
use super::{Opened, Refusal, progress};
use crate::db::Database;
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::csv::{self, IdType, Options};
use crate::formats::graph::{self, Progress};

/// Returns whether a file of this name is a table.
pub(super) fn is_table(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// Loads the tables in bulk; a terminal shows how far it has come.
pub(super) fn open(files: Vec<PathBuf>) -> Result<Opened, Refusal> {
    let mut tables = Vec::new();
    let mut unreadable = Vec::new();
    let mut size = 0;
    for path in files {
        match table(&path) {
            Ok((table, bytes)) => {
                tables.push(table);
                size += bytes;
            }
            Err(finding) => unreadable.push(finding),
        }
    }
    if !unreadable.is_empty() {
        return Err(Refusal::Faulty(Report::new(unreadable)));
    }
    let bar = progress::bar(size);
    let mut options = Options {
        id_type: IdType::Infer,
        progress: &mut |progress: Progress| {
            progress::show(&bar, progress);
        },
    };
    let loaded = csv::load(tables, &mut options);
    bar.finish_and_clear();
    Ok(Opened {
        database: Database::from_snapshot(loaded.map_err(Refusal::Faulty)?),
        warnings: Report::default(),
    })
}

fn table(path: &Path) -> Result<(graph::File<'static>, u64), Diagnostic> {
    let finding = |error| cannot_read(path, &error);
    let bytes = fs::metadata(path).map_err(finding)?.len();
    let reader = Box::new(File::open(path).map_err(finding)?);
    let name = shown(path);
    Ok((graph::File { name, reader }, bytes))
}

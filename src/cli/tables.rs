//! A folder of CSV files with neo4j-admin headers as a graph.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{cannot_read, shown};
use super::{Opened, Opening, Refusal, progress};
use crate::db::Database;
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::csv::{self, Options};
use crate::formats::graph::{self, Progress};

/// Returns whether a file of this name is a table.
pub(super) fn is_table(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// Loads the tables in bulk; a terminal shows how far it has come.
pub(super) fn open(files: Vec<PathBuf>, opening: &Opening) -> Result<Opened, Refusal> {
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
    let bar = opening.bar.over(size);
    let mut options = Options {
        id_type: opening.id_type,
        progress: &mut |progress: Progress| {
            progress::show(&bar, progress);
        },
    };
    let loaded = if opening.skip_bad_rows {
        csv::load_sound(tables, &mut options).map(|sound| Opened {
            warnings: sound.mistakes,
            left_out: sound.left_out,
            ..Opened::new(Database::from_snapshot(sound.graph))
        })
    } else {
        let loaded = csv::load(tables, &mut options);
        loaded.map(|graph| Opened::new(Database::from_snapshot(graph)))
    };
    bar.finish_and_clear();
    loaded.map_err(Refusal::Faulty)
}

fn table(path: &Path) -> Result<(graph::File<'static>, u64), Diagnostic> {
    let finding = |error| cannot_read(path, &error);
    let bytes = fs::metadata(path).map_err(finding)?.len();
    let reader = Box::new(File::open(path).map_err(finding)?);
    let name = shown(path);
    Ok((graph::File { name, reader }, bytes))
}

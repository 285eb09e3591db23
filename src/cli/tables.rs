//! A folder of tables as a graph: CSV files with neo4j-admin headers, Parquet files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{cannot_read, shown};
use super::{Opened, Opening, Refusal, progress};
use crate::db::Database;
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::csv::{self, Options, Sound};
use crate::formats::graph::{self, GraphFormat, Progress};

/// Loads the tables in bulk; a terminal shows how far it has come.
pub(super) fn open(
    format: GraphFormat,
    files: Vec<PathBuf>,
    opening: &Opening,
) -> Result<Opened, Refusal> {
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
    let progress = &mut |progress: Progress| progress::show(&bar, progress);
    let whole = |graph| Opened::new(Database::from_snapshot(graph));
    let loaded = if format == GraphFormat::Parquet {
        graph::parquet::read(tables, progress).map(whole)
    } else {
        let id_type = opening.id_type;
        let mut options = Options { id_type, progress };
        if opening.skip_bad_rows {
            csv::load_sound(tables, &mut options).map(sound)
        } else {
            csv::load(tables, &mut options).map(whole)
        }
    };
    bar.finish_and_clear();
    loaded.map_err(Refusal::Faulty)
}

fn sound(sound: Sound) -> Opened {
    Opened {
        warnings: sound.mistakes,
        left_out: sound.left_out,
        ..Opened::new(Database::from_snapshot(sound.graph))
    }
}

fn table(path: &Path) -> Result<(graph::File<'static>, u64), Diagnostic> {
    let finding = |error| cannot_read(path, &error);
    let bytes = fs::metadata(path).map_err(finding)?.len();
    let reader = Box::new(File::open(path).map_err(finding)?);
    let name = shown(path);
    Ok((graph::File { name, reader }, bytes))
}

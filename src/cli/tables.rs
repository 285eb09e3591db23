//! A folder of CSV files with neo4j-admin headers as a graph.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::files::{cannot_read, shown};
use super::{Opened, Refusal};
use crate::db::Database;
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::csv::{self, IdType, Options, Progress};

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
    let bar = bar(size);
    let mut options = Options {
        id_type: IdType::Infer,
        progress: &mut |progress: Progress| {
            bar.set_position(progress.bytes);
            bar.set_message(format!(
                "{} nodes, {} relationships",
                progress.nodes, progress.rels
            ));
        },
    };
    let loaded = csv::load(tables, &mut options);
    bar.finish_and_clear();
    Ok(Opened {
        database: Database::from_snapshot(loaded.map_err(Refusal::Faulty)?),
        warnings: Report::default(),
    })
}

fn table(path: &Path) -> Result<(csv::File<'static>, u64), Diagnostic> {
    let finding = |error| cannot_read(path, &error);
    let bytes = fs::metadata(path).map_err(finding)?.len();
    let reader = Box::new(File::open(path).map_err(finding)?);
    let name = shown(path);
    Ok((csv::File { name, reader }, bytes))
}

/// A bar over so many bytes; nothing where standard error is no terminal.
fn bar(size: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{bar:30} {bytes}/{total_bytes} · {msg} · {elapsed}, {eta} left",
    );
    let bar = ProgressBar::new(size);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

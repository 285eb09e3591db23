//! Opens what GRAPH names: a store file, a data-set folder, a folder of CSV files, a file in another
//! format.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{cannot_read, list, read, shown};
use super::store::{is_store, open_store};
use super::{Refusal, script, single, tables};
use crate::db::{Access, Database, FileOptions};
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::GraphFormat;
use crate::formats::graph::dataset::{self, Folder};

/// What GRAPH may be, for errors.
const KINDS: &str = "a graph is a store file (.polity), a data-set folder, a folder of CSV files with \
                     neo4j-admin headers, or a file whose name ends in";

/// A graph that was opened, and what somebody should look at in it.
#[derive(Debug)]
pub struct Opened {
    /// The graph.
    pub database: Database,
    /// Findings that did not keep it from opening.
    pub warnings: Report,
}

/// Opens the graph at `path`, or the built-in one, to read it. What is there tells the format, unless
/// `from` does.
///
/// # Errors
/// There is none, or it has mistakes: all of them are in the report.
pub fn open(path: Option<&Path>, from: Option<GraphFormat>) -> Result<Opened, Refusal> {
    let options = FileOptions {
        access: Access::Read,
        ..FileOptions::default()
    };
    open_with(path, from, options)
}

/// As [`open`]; a store file is opened as the options say.
///
/// # Errors
/// As [`open`].
pub fn open_with(
    path: Option<&Path>,
    from: Option<GraphFormat>,
    options: FileOptions,
) -> Result<Opened, Refusal> {
    let Some(path) = path else {
        let database = Database::governance().map_err(|error| {
            Refusal::finding(Diagnostic::error("the built-in graph", error.message()))
        })?;
        return Ok(Opened {
            database,
            warnings: Report::default(),
        });
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => open_folder(path, from),
        Ok(_) if is_store(path) => open_store(path, options),
        Ok(_) => open_file(path, from),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Refusal::missing(path)),
        Err(error) => Err(Refusal::finding(cannot_read(path, &error))),
    }
}

fn open_file(path: &Path, from: Option<GraphFormat>) -> Result<Opened, Refusal> {
    let format = from.or_else(|| GraphFormat::of(path));
    let opened = match format {
        Some(GraphFormat::Cypher) => Some(script::open(path)),
        Some(GraphFormat::Csv) => Some(tables::open(vec![path.to_path_buf()])),
        Some(format) => single::open(path, format),
        None => None,
    };
    opened.unwrap_or_else(|| Err(no_graph(path, "this file is no graph that polity can open")))
}

fn open_folder(path: &Path, from: Option<GraphFormat>) -> Result<Opened, Refusal> {
    let files = list(path).map_err(|error| Refusal::finding(cannot_read(path, &error)))?;
    let is_dataset = files.iter().any(|(name, _)| dataset::is_part(name));
    if from.map_or(is_dataset, |from| from == GraphFormat::Dataset) {
        return open_dataset(path, files);
    }
    let tables = files.into_iter().filter(|(name, _)| tables::is_table(name));
    let tables: Vec<PathBuf> = tables.map(|(_, file)| file).collect();
    if !tables.is_empty() && from.is_none_or(|from| from == GraphFormat::Csv) {
        return tables::open(tables);
    }
    Err(no_graph(path, "this folder holds no graph"))
}

fn open_dataset(path: &Path, files: Vec<(String, PathBuf)>) -> Result<Opened, Refusal> {
    let mut folder = Folder::new(shown(path));
    let mut unreadable = Vec::new();
    for (name, file) in files {
        if !dataset::is_part(&name) {
            continue;
        }
        match read(&file) {
            Ok(bytes) => folder.add(name, bytes),
            Err(finding) => unreadable.push(finding),
        }
    }
    match dataset::load(&folder) {
        Ok(loaded) if unreadable.is_empty() => Ok(Opened {
            database: Database::from_snapshot(loaded.graph),
            warnings: loaded.warnings,
        }),
        Ok(_) => Err(Refusal::Faulty(Report::new(unreadable))),
        Err(report) => {
            unreadable.extend_from_slice(report.diagnostics());
            Err(Refusal::Faulty(Report::new(unreadable)))
        }
    }
}

fn no_graph(path: &Path, message: &str) -> Refusal {
    let files = GraphFormat::all().filter(|format| format.is_read() && !format.is_folder());
    let ends: Vec<String> = files
        .flat_map(GraphFormat::extensions)
        .map(|extension| format!(".{extension}"))
        .collect();
    let hint = format!("{KINDS} {}", ends.join(", "));
    Refusal::finding(Diagnostic::error(shown(path), message).hint(hint))
}

//! Opens what GRAPH names: a store file, a data-set folder, a folder of CSV files, a file in another
//! format.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{cannot_read, list, read, shown};
use super::store::{is_store, open_store};
use super::{Bar, Refusal, script, single, tables};
use crate::db::{Access, Database, FileOptions};
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::GraphFormat;
use crate::formats::graph::csv::IdType;
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
    /// How many bad rows of CSV files were left out.
    pub left_out: u64,
}

impl Opened {
    /// A graph that nothing is to be said about.
    pub(super) fn new(database: Database) -> Self {
        Self {
            database,
            warnings: Report::default(),
            left_out: 0,
        }
    }
}

/// How a graph is opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Its format, where what is there does not tell it.
    pub from: Option<GraphFormat>,
    /// What is done with a store file.
    pub file: FileOptions,
    /// How ids in CSV files are understood whose column does not say it.
    pub id_type: IdType,
    /// Whether bad rows of CSV files are left out; they keep the graph from being opened otherwise.
    pub skip_bad_rows: bool,
    /// Whether a terminal shows how far it has come.
    pub bar: Bar,
}

impl Opening {
    /// To read the graph.
    #[must_use]
    pub fn to_read(from: Option<GraphFormat>) -> Self {
        Self {
            from,
            file: FileOptions {
                access: Access::Read,
                ..FileOptions::default()
            },
            ..Self::default()
        }
    }
}

impl Opened {
    /// Decodes all of a store file, for what reads all of the graph.
    ///
    /// # Errors
    /// A part of the file makes no sense.
    pub fn whole(self) -> Result<Self, Refusal> {
        let decoded = self.database.snapshot().decode();
        decoded.map_err(Refusal::Store)?;
        Ok(self)
    }
}

/// Opens the graph at `path`, or the built-in one, to read it. What is there tells the format, unless
/// `from` does.
///
/// # Errors
/// There is none, or it has mistakes: all of them are in the report.
pub fn open(path: Option<&Path>, from: Option<GraphFormat>) -> Result<Opened, Refusal> {
    open_with(path, &Opening::to_read(from))
}

/// As [`open`], with more to say about it.
///
/// # Errors
/// As [`open`].
pub fn open_with(path: Option<&Path>, opening: &Opening) -> Result<Opened, Refusal> {
    let Some(path) = path else {
        let database = Database::governance().map_err(|error| {
            Refusal::finding(Diagnostic::error("the built-in graph", error.message()))
        })?;
        return Ok(Opened::new(database));
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => open_folder(path, opening),
        Ok(_) if is_store(path) => open_store(path, opening.file),
        Ok(_) => open_file(path, opening),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Refusal::missing(path)),
        Err(error) => Err(Refusal::finding(cannot_read(path, &error))),
    }
}

fn open_file(path: &Path, opening: &Opening) -> Result<Opened, Refusal> {
    let format = opening.from.or_else(|| GraphFormat::of(path));
    let opened = match format {
        Some(GraphFormat::Cypher) => Some(script::open(path, opening.bar)),
        Some(format @ (GraphFormat::Csv | GraphFormat::Parquet)) => {
            Some(tables::open(format, vec![path.to_path_buf()], opening))
        }
        Some(format) => single::open(path, format, opening.bar),
        None => None,
    };
    opened.unwrap_or_else(|| Err(no_graph(path, "this file is no graph that polity can open")))
}

fn open_folder(path: &Path, opening: &Opening) -> Result<Opened, Refusal> {
    let from = opening.from;
    let files = list(path).map_err(|error| Refusal::finding(cannot_read(path, &error)))?;
    let is_dataset = files.iter().any(|(name, _)| dataset::is_part(name));
    if from.map_or(is_dataset, |from| from == GraphFormat::Dataset) {
        return open_dataset(path, files);
    }
    for format in [GraphFormat::Csv, GraphFormat::Parquet] {
        let tables = files.iter().map(|(_, file)| file);
        let tables = tables.filter(|file| GraphFormat::of(file) == Some(format));
        let tables: Vec<PathBuf> = tables.cloned().collect();
        if !tables.is_empty() && from.is_none_or(|from| from == format) {
            return tables::open(format, tables, opening);
        }
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
            warnings: loaded.warnings,
            ..Opened::new(Database::from_snapshot(loaded.graph))
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

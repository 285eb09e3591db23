//! The graphs that cases run on: those of `graph-data/`, the empty one, and those that a file
//! makes. A named one is loaded once; each case gets a database of its own over it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use polity::db::{Database, Params};
use polity::formats::graph::dataset::{self, Folder};
use polity::store::schema::{Dataset, TimeKeys};
use polity::store::{BulkLoader, Schema, Snapshot};

use crate::file::{Graph, Time};

/// The graphs that were loaded so far.
#[derive(Default)]
pub(crate) struct Graphs {
    loaded: Mutex<HashMap<String, Arc<Snapshot>>>,
}

impl Graphs {
    /// Returns a new database that holds `graph`.
    pub(crate) fn open(&self, graph: &Graph) -> Result<Database, String> {
        match graph {
            Graph::Named(name) if name == "empty" => Ok(Database::new()),
            Graph::Named(name) => {
                let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
                if !loaded.contains_key(name) {
                    loaded.insert(name.clone(), load(name)?);
                }
                Ok(Database::from_snapshot((*loaded[name]).clone()))
            }
            Graph::Made(statements, time) => make(statements, *time),
        }
    }
}

fn make(statements: &str, time: Time) -> Result<Database, String> {
    let mut loader = BulkLoader::new();
    if time == Time::Usual {
        loader.set_schema(with_time());
    }
    let database = Database::from_snapshot(loader.finish());
    for statement in statements.split(';') {
        if !statement.trim().is_empty() {
            let outcome = database.session().run(statement, &Params::default());
            let outcome = outcome.map(drop);
            outcome.map_err(|error| format!("the graph can't be made: {error}"))?;
        }
    }
    Ok(database)
}

/// The declarations of a data set with keys of valid time.
fn with_time() -> Schema {
    let key = |name: &str| Some(name.to_owned());
    let time = TimeKeys {
        from: key("from"),
        until: key("until"),
        on: key("on"),
        text: key("date_text"),
    };
    let dataset = Dataset {
        time: Some(time),
        ..Dataset::default()
    };
    Schema {
        dataset,
        ..Schema::default()
    }
}

/// Loads a data-set folder of `graph-data/`.
fn load(name: &str) -> Result<Arc<Snapshot>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("graph-data")
        .join(name);
    let mut folder = Folder::new(format!("graph-data/{name}"));
    add_files(&root, &root, &mut folder).map_err(|error| format!("{}: {error}", root.display()))?;
    let loaded = dataset::load(&folder).map_err(|report| report.to_string())?;
    Ok(Arc::new(loaded.graph))
}

fn add_files(root: &Path, folder: &Path, files: &mut Folder<'_>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        if path.is_dir() {
            add_files(root, &path, files)?;
        } else if dataset::is_part(&name) {
            files.add(name, fs::read(&path)?);
        }
    }
    Ok(())
}

//! Making, opening and checking store files.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;

use super::checkpoint::{Checkpoint, senseless};
use super::engine::{Access, Batch, Engine};
use super::error::FileError;
use super::guard::disk;
use super::history::past;
use super::image::{self, Age};
use super::journal::{Journal, LogSize, Manner, Opened};
use super::options::{FileOptions, KeepHistory};
use super::record::{
    Commit, can_be_undone, commit_in_history, commit_in_log, first_record, redo, undo,
};
use crate::store::recorder::Tally;
use crate::store::snapshot::Snapshot;

/// What is in a file that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many nodes there are.
    pub nodes: usize,
    /// How many relationships there are.
    pub rels: usize,
    /// How many commits the history knows.
    pub commits: usize,
    /// The number of the last commit.
    pub last: u64,
}

/// Makes a file that holds a graph, in one commit. There is a whole file in the end, or none.
pub(in crate::store) fn save(
    path: &Path,
    graph: &Snapshot,
    message: Option<Arc<str>>,
    keep: KeepHistory,
) -> Result<(), FileError> {
    if path.exists() {
        return Err(FileError::Exists {
            path: path.to_path_buf(),
        });
    }
    remove_stale_drafts(path);
    let draft = draft(path);
    let saved = save_draft(&draft, graph, message, keep)
        .and_then(|()| place(&draft, path))
        .and_then(|()| sync_folder(path))
        .map_err(|error| error.of_new(path));
    // There is nothing in it that is not in memory still.
    drop(fs::remove_file(&draft));
    saved
}

/// A name for a file while it is made, which no other one has meanwhile.
fn draft(path: &Path) -> PathBuf {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    path.with_file_name(format!("{}{process}-{number}{DRAFT}", prefix(path)))
}

/// What the names of drafts end in.
const DRAFT: &str = ".draft";

/// What the names of a file's drafts begin with.
fn prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.")
}

/// Gives a draft its name; a file that has it already stays.
fn place(draft: &Path, path: &Path) -> Result<(), FileError> {
    let exists = || FileError::Exists {
        path: path.to_path_buf(),
    };
    match fs::hard_link(draft, path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists()),
        // Some file systems know no second names.
        Err(_) => {}
    }
    if path.exists() {
        return Err(exists());
    }
    fs::rename(draft, path).map_err(|error| disk(path, "created", &error))
}

/// Removes drafts that a killed program left behind. Nobody has those locked.
fn remove_stale_drafts(path: &Path) {
    // Elsewhere redb's lock is of another kind than the one tried here.
    if cfg!(target_os = "linux") {
        let free = |draft: &Path| File::open(draft).is_ok_and(|file| file.try_lock().is_ok());
        remove_drafts_if(path, &prefix(path), free);
    }
}

/// Removes the drafts of a file that this program is making.
pub(in crate::store) fn remove_drafts(path: &Path) {
    let mine = format!("{}{}-", prefix(path), std::process::id());
    remove_drafts_if(path, &mine, |_| true);
}

fn remove_drafts_if(path: &Path, prefix: &str, wanted: impl Fn(&Path) -> bool) {
    let Ok(entries) = fs::read_dir(folder(path)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(prefix) && name.ends_with(DRAFT) && wanted(&entry.path()) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn save_draft(
    path: &Path,
    graph: &Snapshot,
    message: Option<Arc<str>>,
    keep: KeepHistory,
) -> Result<(), FileError> {
    let mut engine = Engine::create_draft(path)?;
    write_first(&engine, graph, message, keep)?;
    // redb doubles a file that grows.
    engine.compact()?;
    engine.close()?;
    let written = File::options().write(true).open(path);
    let synced = written.and_then(|file| file.sync_all());
    synced.map_err(|error| disk(path, "created", &error))
}

/// Writes a graph as the first commit; an empty graph is none.
pub(super) fn write_first(
    engine: &Engine,
    graph: &Snapshot,
    message: Option<Arc<str>>,
    keep: KeepHistory,
) -> Result<(), FileError> {
    engine.prepare()?;
    let mut graph = graph.clone();
    let tally = Tally {
        nodes_created: graph.node_count() as u64,
        rels_created: graph.rel_count() as u64,
        ..Tally::default()
    };
    graph.version = u64::from(!graph.is_blank());
    let commit = Commit::now(graph.version, 0, message, tally);
    let mut batch = Batch::default();
    let directory = image::write(&mut batch, &graph, None);
    // What could not be decoded must not be written as if there were nothing.
    graph.check_parts()?;
    let kept = keep.records() && graph.version > 0;
    if kept {
        batch.history(graph.version, &first_record(&commit));
    }
    let age = Age {
        millis: commit.millis,
        oldest: if kept { 0 } else { graph.version },
        keep,
    };
    batch.store(&image::describe(&graph, &directory, age));
    batch.mark(graph.version);
    batch.settle();
    engine.write(&batch)
}

/// Sees to it that a new name in a folder survives a loss of power.
fn sync_folder(path: &Path) -> Result<(), FileError> {
    if cfg!(unix) {
        let synced = File::open(folder(path)).and_then(|folder| folder.sync_all());
        synced.map_err(|error| disk(path, "created", &error))?;
    }
    Ok(())
}

/// Opens a file: the graph in it, and the journal of what is committed from now on.
pub(in crate::store) fn open(
    path: &Path,
    options: FileOptions,
) -> Result<(Arc<ArcSwap<Snapshot>>, Journal), FileError> {
    open_engine(Engine::open(path, options.access)?, options)
}

/// As [`open`], for a file that is open.
pub(super) fn open_engine(
    engine: Engine,
    options: FileOptions,
) -> Result<(Arc<ArcSwap<Snapshot>>, Journal), FileError> {
    let (opened, keep) = load(engine)?;
    let current = Arc::new(ArcSwap::new(Arc::clone(&opened.graph)));
    let manner = Manner {
        access: options.access,
        durability: options.durability,
        keep: options.keep_history.unwrap_or(keep),
    };
    let journal = Journal::new(opened, manner, Arc::clone(&current));
    Ok((current, journal))
}

/// Reads the chunks, and does again what the log holds.
fn load(engine: Engine) -> Result<(Opened, KeepHistory), FileError> {
    let description = image::read_description(&engine)?;
    let (graph, directory) = image::read(&engine, &description)?;
    let checkpoint = Checkpoint {
        graph: Arc::new(graph.clone()),
        directory,
        millis: description.millis,
        oldest: description.oldest,
        keep: description.keep,
    };
    let mark = engine.mark()?;
    let (mut graph, mut millis, mut log) = (graph, description.millis, LogSize::default());
    for (number, record) in engine.records()? {
        let commit = commit_in_log(&record).map_err(|_| senseless(&engine))?;
        if number != graph.version + 1 || commit.number != number {
            return Err(engine.damaged(format!("commit {} is missing", graph.version + 1)));
        }
        redo(&mut graph, &record).map_err(|_| senseless(&engine))?;
        millis = commit.millis;
        log.records += 1;
        log.bytes += record.len() as u64;
    }
    if graph.version < mark {
        return Err(engine.damaged(format!("commit {mark} is missing")));
    }
    let opened = Opened {
        engine,
        graph: Arc::new(graph),
        checkpoint,
        millis,
        log,
        mark,
    };
    Ok((opened, description.keep))
}

/// Verifies a file whole, and leaves it as it is: pages, chunks, log, and the way back through the
/// history.
pub(in crate::store) fn check(path: &Path) -> Result<Checked, FileError> {
    check_engine(Engine::open(path, Access::Read)?)
}

/// As [`check`], for a file that is open.
pub(super) fn check_engine(mut engine: Engine) -> Result<Checked, FileError> {
    engine.verify()?;
    let (mut opened, _) = load(engine)?;
    let engine = &opened.engine;
    opened.checkpoint.graph.decode_parts()?;
    let records = past(engine, 0)?;
    let last = opened.graph.version;
    let checked = Checked {
        nodes: opened.graph.node_count(),
        rels: opened.graph.rel_count(),
        commits: records.len(),
        last,
    };
    let mut graph = Snapshot::clone(&opened.graph);
    let mut next = last;
    for (number, record) in records.iter().rev() {
        let commit = commit_in_history(record).map_err(|_| senseless(engine))?;
        if *number != next || commit.number != next {
            return Err(engine.damaged(format!("commit {next} is missing from its history")));
        }
        if !can_be_undone(record) {
            // It was made while no history was kept.
            opened.checkpoint.oldest = next;
            break;
        }
        undo(&mut graph, record).map_err(|_| senseless(engine))?;
        next -= 1;
    }
    if next != opened.checkpoint.oldest {
        return Err(engine.damaged(format!("commit {next} is missing from its history")));
    }
    opened.engine.close()?;
    Ok(checked)
}

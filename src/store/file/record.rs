//! Records: what the log and the history hold of a commit.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::store::recorder::{Recorded, Tally};
use crate::store::redo::{Change, Misfit, write_schema};
use crate::store::schema::Schema;
use crate::store::snapshot::Snapshot;
use crate::store::undo::{Bounds, StoredDefinitions, Undo};

/// What the history says about a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its number, counted from one.
    pub number: u64,
    /// When it was made, in milliseconds since 1970-01-01T00:00Z.
    pub millis: i64,
    /// What its author said it is about.
    pub message: Option<Arc<str>>,
    /// How much it changed.
    pub tally: Tally,
}

/// The head of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head<'a> {
    number: u64,
    millis: i64,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    tally: Tally,
}

/// How a commit is undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Back<'a> {
    bounds: Bounds,
    undo: &'a [u8],
}

/// A record of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct LogRecord<'a> {
    #[serde(borrow)]
    head: Head<'a>,
    redo: &'a [u8],
    back: Option<Back<'a>>,
}

/// A record of the history.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct HistoryRecord<'a> {
    #[serde(borrow)]
    head: Head<'a>,
    back: Option<Back<'a>>,
}

impl Commit {
    /// Describes a commit that is made now, not before the one before it.
    pub(super) fn now(number: u64, after: i64, message: Option<Arc<str>>, tally: Tally) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        Self {
            number,
            millis: now.max(after),
            message,
            tally,
        }
    }

    fn head(&self) -> Head<'_> {
        Head {
            number: self.number,
            millis: self.millis,
            message: self.message.as_deref().map(Cow::Borrowed),
            tally: self.tally,
        }
    }
}

impl Head<'_> {
    fn commit(&self) -> Commit {
        Commit {
            number: self.number,
            millis: self.millis,
            message: self.message.as_deref().map(Arc::from),
            tally: self.tally,
        }
    }
}

/// Writes the record of a commit for the log.
pub(super) fn log_record(commit: &Commit, recorded: &Recorded) -> Vec<u8> {
    let undo = recorded.undo.as_deref();
    let record = LogRecord {
        head: commit.head(),
        redo: &recorded.redo,
        back: undo.map(|undo| Back {
            bounds: recorded.bounds,
            undo,
        }),
    };
    to_bytes(&record)
}

/// Writes the record of a commit that can be undone down to nothing, for the history.
pub(super) fn first_record(commit: &Commit) -> Vec<u8> {
    let nothing = [
        Undo::Definitions(StoredDefinitions::default()),
        Undo::Schema(write_schema(&Schema::default()).into()),
    ];
    let undo: Vec<u8> = nothing.iter().flat_map(to_bytes).collect();
    let record = HistoryRecord {
        head: commit.head(),
        back: Some(Back {
            bounds: Bounds::default(),
            undo: &undo,
        }),
    };
    to_bytes(&record)
}

/// Turns a record of the log into one of the history.
pub(super) fn to_history(log_record: &[u8]) -> Result<Vec<u8>, Misfit> {
    let record: LogRecord<'_> = read(log_record)?;
    Ok(to_bytes(&HistoryRecord {
        head: record.head,
        back: record.back,
    }))
}

/// Returns what a record of the log says about its commit.
pub(super) fn commit_in_log(log_record: &[u8]) -> Result<Commit, Misfit> {
    Ok(read::<LogRecord<'_>>(log_record)?.head.commit())
}

/// Returns what a record of the history says about its commit.
pub(super) fn commit_in_history(record: &[u8]) -> Result<Commit, Misfit> {
    Ok(read::<HistoryRecord<'_>>(record)?.head.commit())
}

/// Does a commit again.
pub(super) fn redo(graph: &mut Snapshot, log_record: &[u8]) -> Result<Commit, Misfit> {
    let record: LogRecord<'_> = read(log_record)?;
    let mut rest = record.redo;
    while !rest.is_empty() {
        let (change, after) = postcard::take_from_bytes(rest).map_err(|_| Misfit)?;
        let change: Change<'_> = change;
        graph.redo(&change)?;
        rest = after;
    }
    graph.version = record.head.number;
    Ok(record.head.commit())
}

/// Undoes a commit, by its record in the history.
pub(super) fn undo(graph: &mut Snapshot, record: &[u8]) -> Result<(), Misfit> {
    let record: HistoryRecord<'_> = read(record)?;
    let back = record.back.ok_or(Misfit)?;
    let mut changes = Vec::new();
    let mut rest = back.undo;
    while !rest.is_empty() {
        let (undo, after): (Undo<'_>, _) = postcard::take_from_bytes(rest).map_err(|_| Misfit)?;
        changes.push(undo);
        rest = after;
    }
    for undo in changes.iter().rev() {
        graph.undo(undo)?;
    }
    graph.shrink(back.bounds)?;
    graph.version = record.head.number.saturating_sub(1);
    Ok(())
}

/// Whether a commit can be undone by its record in the history.
pub(super) fn can_be_undone(record: &[u8]) -> bool {
    read::<HistoryRecord<'_>>(record).is_ok_and(|record| record.back.is_some())
}

fn to_bytes(record: &impl Serialize) -> Vec<u8> {
    postcard::to_extend(record, Vec::new()).expect("plain data is written without fail")
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Misfit> {
    let (record, rest) = postcard::take_from_bytes(bytes).map_err(|_| Misfit)?;
    if rest.is_empty() {
        Ok(record)
    } else {
        Err(Misfit)
    }
}

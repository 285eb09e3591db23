//! What was known when: the commits, and the graph after each.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::checkpoint::senseless;
use super::engine::{Engine, Records};
use super::error::FileError;
use super::journal::Shared;
use super::record::{Commit, can_be_undone, commit_in_history, to_history, undo};
use crate::store::snapshot::Snapshot;

impl Shared {
    /// Returns the commits that the history knows, the oldest first.
    pub(super) fn commits(&self) -> Result<Vec<Commit>, FileError> {
        let records = past(&self.engine, 0)?;
        let commits = records.iter().map(|(number, record)| {
            let commit = commit_in_history(record).map_err(|_| senseless(&self.engine))?;
            same(&self.engine, commit.number, *number)?;
            Ok(commit)
        });
        commits.collect()
    }

    /// Returns the graph as it was after a commit; `now` is the last version on disk.
    pub(super) fn at(&self, number: u64, now: &Arc<Snapshot>) -> Result<Arc<Snapshot>, FileError> {
        let last = now.version;
        if number == last {
            return Ok(Arc::clone(now));
        }
        let none = |first| {
            Err(FileError::NoCommit {
                number,
                first,
                last,
            })
        };
        let oldest = || self.oldest.load(Ordering::SeqCst);
        if number > last || number < oldest() {
            return none(oldest());
        }
        match self.undone(number, now) {
            // A checkpoint has just dropped it.
            Err(FileError::Damaged { .. }) if number < oldest() => none(oldest()),
            outcome => outcome,
        }
    }

    /// Undoes the commits after this one.
    fn undone(&self, number: u64, now: &Arc<Snapshot>) -> Result<Arc<Snapshot>, FileError> {
        let last = now.version;
        let records = past(&self.engine, number + 1)?;
        let mut graph = Snapshot::clone(now);
        let mut next = last;
        for (found, record) in records.iter().rev().filter(|(found, _)| *found <= last) {
            same(&self.engine, *found, next)?;
            if !can_be_undone(record) {
                return Err(FileError::NoCommit {
                    number,
                    first: next,
                    last,
                });
            }
            undo(&mut graph, record).map_err(|_| senseless(&self.engine))?;
            next -= 1;
        }
        same(&self.engine, next, number)?;
        Ok(Arc::new(graph))
    }
}

/// Returns the records of commits from this one on, as the history holds them.
pub(super) fn past(engine: &Engine, from: u64) -> Result<Records, FileError> {
    let (mut records, log) = engine.past(from)?;
    for (number, record) in log {
        let record = to_history(&record).map_err(|_| senseless(engine))?;
        records.push((number, record));
    }
    Ok(records)
}

fn same(engine: &Engine, found: u64, expected: u64) -> Result<(), FileError> {
    if found == expected {
        return Ok(());
    }
    Err(engine.damaged(format!("commit {expected} is missing from its history")))
}

//! What was known when.

use std::path::Path;
use std::sync::Arc;

use super::disk::Disk;
use super::workload::{Random, transact};
use super::{PATH, assert_consistent, create, open, picture, runs};
use crate::store::file::engine::Engine;
use crate::store::file::open::{check_engine, write_first};
use crate::store::file::options::{FileOptions, KeepHistory};
use crate::store::{Snapshot, Store};

/// The graph after a commit is what the same transactions give up to there. 200 histories, 5,000
/// in full.
#[test]
fn the_graph_after_a_commit_is_a_replay_up_to_it() {
    for seed in 0..runs(200, 5000) {
        let mut random = Random(seed ^ 0x00C0_FFEE);
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let memory = Store::new(Snapshot::new());
        let mut stored = open(&disk, FileOptions::default()).unwrap();
        let mut versions: Vec<Arc<Snapshot>> = vec![memory.snapshot()];
        for _ in 0..=random.below(25) {
            let mut same = random.clone();
            let version = transact(&memory, &mut random).unwrap();
            transact(&stored, &mut same).unwrap();
            if version.version() == versions.len() as u64 {
                versions.push(version);
            }
            match random.below(12) {
                0 => stored.checkpoint().unwrap(),
                1 => {
                    drop(stored);
                    stored = open(&disk, FileOptions::default()).unwrap();
                }
                _ => {}
            }
        }
        for (number, expected) in versions.iter().enumerate() {
            let found = stored.at(number as u64).unwrap();
            assert_eq!(
                picture(&found),
                picture(expected),
                "seed {seed}, commit {number}"
            );
            assert_consistent(&found);
        }
        let commits = stored.commits().unwrap();
        let numbers: Vec<u64> = commits.iter().map(|commit| commit.number).collect();
        assert_eq!(numbers, (1..versions.len() as u64).collect::<Vec<_>>());
        assert!(commits.is_sorted_by_key(|commit| commit.millis));
        assert!(stored.at(versions.len() as u64).is_err());
    }
}

/// As above, while the length of the history that is kept changes: what can be read is right, and
/// what is to be kept can be read. 100 histories, 5,000 in full.
#[test]
fn what_is_kept_of_a_history_can_be_read() {
    for seed in 0..runs(100, 5000) {
        let mut random = Random(seed ^ 0x0DD_BA11);
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let memory = Store::new(Snapshot::new());
        let mut kept = Kept::default();
        let mut stored = open(&disk, FileOptions::default()).unwrap();
        let mut versions: Vec<Arc<Snapshot>> = vec![memory.snapshot()];
        for _ in 0..=random.below(25) {
            let mut same = random.clone();
            let version = transact(&memory, &mut random).unwrap();
            transact(&stored, &mut same).unwrap();
            if version.version() == versions.len() as u64 {
                kept.commit(version.version());
                versions.push(version);
            }
            let last = versions.len() as u64 - 1;
            match random.below(8) {
                0 => {
                    stored.checkpoint().unwrap();
                    kept.checkpoint(last);
                }
                1 => {
                    let keep = match random.below(4) {
                        0 => Some(KeepHistory::All),
                        1 => Some(KeepHistory::None),
                        2 => Some(KeepHistory::Commits(random.below(8))),
                        // The store remembers it.
                        _ => None,
                    };
                    drop(stored);
                    kept.close(last);
                    kept.keep = keep.unwrap_or(kept.keep);
                    let options = FileOptions {
                        keep_history: keep,
                        ..FileOptions::default()
                    };
                    stored = open(&disk, options).unwrap();
                }
                _ => {}
            }
        }
        kept.assert(&stored, &versions, &format!("seed {seed}"));
    }
}

/// What can be read of a history.
#[derive(Debug, Default)]
struct Kept {
    keep: KeepHistory,
    /// What the file knows of `keep`.
    known: KeepHistory,
    /// Nothing below this can be read.
    gone: u64,
    /// All from this on can be read. Between the two it depends on whether a store that was closed
    /// wrote a checkpoint.
    there: u64,
}

impl Kept {
    fn commit(&mut self, number: u64) {
        if self.keep == KeepHistory::None {
            (self.gone, self.there) = (number, number);
        }
    }

    fn oldest(&self, last: u64) -> u64 {
        match self.keep {
            KeepHistory::None => last,
            KeepHistory::Commits(count) => last.saturating_sub(count),
            KeepHistory::All | KeepHistory::Days(_) => 0,
        }
    }

    fn checkpoint(&mut self, last: u64) {
        self.gone = self.gone.max(self.oldest(last));
        self.there = self.there.max(self.gone);
        self.known = self.keep;
    }

    fn close(&mut self, last: u64) {
        if self.known != self.keep {
            self.checkpoint(last);
        }
        self.there = self.there.max(self.oldest(last));
    }

    fn assert(&self, stored: &Store, versions: &[Arc<Snapshot>], context: &str) {
        for (number, expected) in versions.iter().enumerate() {
            let context = format!("{context}, commit {number}, {self:?}");
            match stored.at(number as u64) {
                Ok(found) => {
                    assert_eq!(picture(&found), picture(expected), "{context}");
                    assert!(number as u64 >= self.gone, "{context}: it is gone");
                }
                Err(error) => {
                    assert_eq!(error.code().detail, "CommitNotFound", "{context}: {error}");
                    assert!((number as u64) < self.there, "{context}: {error}");
                }
            }
        }
    }
}

/// Before its first commit a store that was made of a graph holds nothing: no elements, names,
/// definitions, or schema.
#[test]
fn before_the_first_commit_there_is_nothing() {
    let memory = Store::new(Snapshot::new());
    let nothing = picture(&memory.snapshot());
    let mut random = Random(4);
    let defined = loop {
        let version = transact(&memory, &mut random).unwrap();
        let some = version.named_indexes().count() > 0 && version.constraints().count() > 0;
        if some && version.schema().dataset.title.is_some() {
            break version;
        }
    };
    let disk = Disk::default();
    let mut engine = Engine::over(Path::new(PATH), disk.clone()).unwrap();
    write_first(&engine, &defined, None, KeepHistory::All).unwrap();
    engine.close().unwrap();
    let stored = open(&disk, FileOptions::default()).unwrap();
    let first = stored.at(0).unwrap();
    assert_eq!(picture(&first), nothing);
    assert_eq!((first.node_bound(), first.indexes().count()), (0, 0));
    assert_eq!(
        check_engine(Engine::over(Path::new(PATH), Disk::with(disk.bytes())).unwrap())
            .map(|checked| checked.commits),
        Ok(1)
    );
}

/// Only what is to be kept can be read, and what is older is not in the file.
#[test]
fn retention_drops_what_is_older() {
    let check = |keep, oldest: u64| {
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let options = FileOptions {
            keep_history: Some(keep),
            ..FileOptions::default()
        };
        let stored = open(&disk, options).unwrap();
        let mut random = Random(7);
        while stored.snapshot().version() < 10 {
            transact(&stored, &mut random).unwrap();
        }
        stored.checkpoint().unwrap();
        drop(stored);
        // What is kept is a property of the store.
        let stored = open(&disk, FileOptions::default()).unwrap();
        for number in 0..10 {
            assert_eq!(
                stored.at(number).is_ok(),
                number >= oldest,
                "{keep:?}, {number}"
            );
        }
        assert_eq!(
            stored.commits().unwrap().len() as u64,
            10 - oldest,
            "{keep:?}"
        );
    };
    check(KeepHistory::All, 0);
    check(KeepHistory::None, 10);
    check(KeepHistory::Commits(3), 7);
    check(KeepHistory::Commits(100), 0);
    check(KeepHistory::Days(1), 0);
    check(KeepHistory::Days(0), 10);
}

#[test]
fn a_history_that_pauses_begins_anew() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let mut random = Random(3);
    for keep in [KeepHistory::All, KeepHistory::None, KeepHistory::All] {
        let options = FileOptions {
            keep_history: Some(keep),
            ..FileOptions::default()
        };
        let stored = open(&disk, options).unwrap();
        let before = stored.snapshot().version();
        while stored.snapshot().version() < before + 2 {
            transact(&stored, &mut random).unwrap();
        }
    }
    let stored = open(&disk, FileOptions::default()).unwrap();
    let readable: Vec<bool> = (0..=6).map(|number| stored.at(number).is_ok()).collect();
    assert_eq!(readable, [false, false, false, false, true, true, true]);
    stored.checkpoint().unwrap();
    let readable: Vec<bool> = (0..=6).map(|number| stored.at(number).is_ok()).collect();
    assert_eq!(readable, [false, false, false, false, true, true, true]);
}

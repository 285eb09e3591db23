//! What was known when.

use std::sync::Arc;

use super::disk::Disk;
use super::workload::{Random, transact};
use super::{assert_consistent, create, open, picture, runs};
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
        transact(&stored, &mut random).unwrap();
        transact(&stored, &mut random).unwrap();
    }
    let stored = open(&disk, FileOptions::default()).unwrap();
    let readable: Vec<bool> = (0..=6).map(|number| stored.at(number).is_ok()).collect();
    assert_eq!(readable, [false, false, false, false, true, true, true]);
    stored.checkpoint().unwrap();
    let readable: Vec<bool> = (0..=6).map(|number| stored.at(number).is_ok()).collect();
    assert_eq!(readable, [false, false, false, false, true, true, true]);
}

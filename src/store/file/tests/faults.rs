//! Loss of power, kills, disks that fail, and disks that are full.

use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, Fault};
use super::workload::{Random, transact};
use super::{PATH, assert_consistent, create, open, picture, runs};
use crate::error::Error;
use crate::store::file::engine::Engine;
use crate::store::file::error::FileError;
use crate::store::file::options::{Durability, FileOptions, KeepHistory};
use crate::store::{Snapshot, Store};

/// What a workload came to.
struct Outcome {
    /// The last commit that was acknowledged.
    acknowledged: u64,
    /// The graph after each commit that was tried.
    tried: Vec<Arc<Snapshot>>,
    /// Whether an error was told.
    failed: bool,
}

/// Runs a workload on a disk that may fail, with checkpoints, closings and compactions in
/// between.
fn work(disk: &Disk, seed: u64, durability: Durability) -> Outcome {
    let mut random = Random(seed);
    let memory = Store::new(Snapshot::new());
    let options = FileOptions {
        durability,
        ..FileOptions::default()
    };
    let mut outcome = Outcome {
        acknowledged: 0,
        tried: vec![memory.snapshot()],
        failed: false,
    };
    let mut stored = reopen(disk, options, &mut outcome);
    for _ in 0..8 {
        let mut same = random.clone();
        let version = transact(&memory, &mut random).unwrap();
        if version.version() == outcome.tried.len() as u64 {
            outcome.tried.push(version);
        }
        let Some(store) = &stored else { break };
        match transact(store, &mut same) {
            Ok(version) => outcome.acknowledged = version.version(),
            Err(error) => {
                assert_clear(&error);
                outcome.failed = true;
                assert_reading_goes_on(store, &outcome, durability);
                break;
            }
        }
        match random.below(6) {
            0 => {
                if let Err(error) = store.checkpoint() {
                    assert_clear(&error);
                    outcome.failed = true;
                }
            }
            1 => {
                drop(stored);
                stored = reopen(disk, options, &mut outcome);
            }
            2 => {
                drop(stored);
                outcome.failed |= compact(disk).is_err();
                stored = reopen(disk, options, &mut outcome);
            }
            _ => {}
        }
    }
    outcome
}

/// Makes the file smaller, as a store does when it is closed and much of its file is free.
fn compact(disk: &Disk) -> Result<(), FileError> {
    let mut engine = Engine::over(Path::new(PATH), disk.clone())?;
    engine.compact()?;
    engine.close()
}

fn reopen(disk: &Disk, options: FileOptions, outcome: &mut Outcome) -> Option<Store> {
    match open(disk, options) {
        Ok(stored) => Some(stored),
        Err(error) => {
            assert_clear(&error.into());
            outcome.failed = true;
            None
        }
    }
}

/// A disk that fails is no damaged store, and the error says what to do.
fn assert_clear(error: &Error) {
    let named = matches!(error.code().detail, "StoreUnavailable" | "StoreClosed");
    assert!(named, "{error}");
    assert!(!error.hints().is_empty(), "{error}");
}

/// After an error the graph is as it was before, and older states are right or cannot be read; a
/// second try fails too.
fn assert_reading_goes_on(stored: &Store, outcome: &Outcome, durability: Durability) {
    let now = stored.snapshot();
    let expected = &outcome.tried[now.version() as usize];
    if durability == Durability::Full {
        assert_eq!(now.version(), outcome.acknowledged);
    }
    assert_eq!(picture(&now), picture(expected));
    for number in 0..now.version() {
        match stored.at(number) {
            Ok(past) => {
                assert_eq!(picture(&past), picture(&outcome.tried[number as usize]));
            }
            Err(error) => assert_clear(&error),
        }
    }
    let mut transaction = stored.begin();
    transaction.create_node(&[], &[]).unwrap();
    assert_clear(&transaction.commit().unwrap_err());
    assert_eq!(picture(&stored.snapshot()), picture(expected));
}

/// The next opening is sound: it finds all that was acknowledged, and nothing in part.
fn assert_sound(disk: &Disk, outcome: &Outcome, least: u64, context: &str) {
    let stored = match open(disk, FileOptions::default()) {
        Ok(stored) => stored,
        Err(error) => panic!("{context}: {error}"),
    };
    let found = stored.snapshot();
    let version = found.version();
    assert!(version >= least, "{context}: {version} of {least}");
    assert!(version < outcome.tried.len() as u64, "{context}: {version}");
    assert_eq!(
        picture(&found),
        picture(&outcome.tried[version as usize]),
        "{context}"
    );
    assert_consistent(&found);
    for number in 0..version {
        let past = stored.at(number).unwrap();
        assert_eq!(
            picture(&past),
            picture(&outcome.tried[number as usize]),
            "{context}"
        );
    }
    // And it takes changes again, and keeps them.
    let changed = transact(&stored, &mut Random(1)).unwrap();
    drop(stored);
    let stored = open(disk, FileOptions::default()).unwrap();
    assert_eq!(picture(&stored.snapshot()), picture(&changed), "{context}");
}

/// An empty store, and how many calls a workload makes on it.
fn prepared(seed: u64) -> (Vec<u8>, u64) {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let empty = disk.bytes();
    disk.plan(Fault::None);
    let outcome = work(&disk, seed, Durability::Full);
    assert!(!outcome.failed);
    assert_eq!(outcome.acknowledged + 1, outcome.tried.len() as u64);
    (empty, disk.calls())
}

/// Power goes at any call; of what was not synced, anything may be lost, torn, or written in any
/// order. Every other time it goes once more while the store is opened again. 40 workloads, 200 in
/// full, at 6 moments each, 60 in full.
#[test]
fn a_loss_of_power_takes_nothing_that_was_acknowledged() {
    for seed in 0..runs(40, 200) {
        let (empty, calls) = prepared(seed);
        let mut random = Random(!seed);
        for _ in 0..runs(6, 60) {
            let disk = Disk::with(empty.clone());
            let moment = 1 + random.below(calls);
            disk.plan(Fault::PowerOff(moment));
            let durability = [Durability::Full, Durability::Relaxed][(moment % 2) as usize];
            let outcome = work(&disk, seed, durability);
            let mut after = disk.after_power_loss(&mut random);
            if random.below(2) == 0 {
                after.plan(Fault::PowerOff(1 + random.below(40)));
                drop(open(&after, FileOptions::default()));
                after = after.after_power_loss(&mut random);
            }
            let least = match durability {
                Durability::Full => outcome.acknowledged,
                Durability::Relaxed => 0,
            };
            let context = format!("seed {seed}, call {moment}");
            assert_sound(&after, &outcome, least, &context);
        }
    }
}

/// The program is killed at the k-th call, for every k: what was written stays, nothing follows.
/// 2 workloads and every 7th call; 20 and every call in full.
#[test]
fn a_kill_takes_nothing_that_was_acknowledged() {
    for seed in 0..runs(2, 20) {
        let (empty, calls) = prepared(seed);
        for number in (1..=calls).step_by(runs(7, 1) as usize) {
            let disk = Disk::with(empty.clone());
            disk.plan(Fault::PowerOff(number));
            let outcome = work(&disk, seed, Durability::Full);
            let context = format!("seed {seed}, call {number} of {calls}");
            let after = Disk::with(disk.bytes());
            assert_sound(&after, &outcome, outcome.acknowledged, &context);
        }
    }
}

/// The k-th call fails, for every k. 2 workloads and every 7th call; 50 and every call in full.
#[test]
fn a_call_that_fails_does_no_harm() {
    failing(runs(2, 50), runs(7, 1), Fault::Call);
}

/// The disk is full from the k-th call on, for every k; then there is space again. 2 workloads and
/// every 7th call; 50 and every call in full.
#[test]
fn a_full_disk_does_no_harm() {
    failing(runs(2, 50), runs(7, 1), Fault::Full);
}

fn failing(workloads: u64, step: u64, fault: fn(u64) -> Fault) {
    let mut told = 0;
    for seed in 0..workloads {
        let (empty, calls) = prepared(seed);
        for number in (1..=calls).step_by(step as usize) {
            let disk = Disk::with(empty.clone());
            disk.plan(fault(number));
            let outcome = work(&disk, seed, Durability::Full);
            told += u64::from(outcome.failed);
            disk.plan(Fault::None);
            let context = format!("seed {seed}, call {number} of {calls}");
            assert_sound(&disk, &outcome, outcome.acknowledged, &context);
        }
    }
    assert!(told > workloads, "{told}: errors were told");
}

/// Making a store fails with an error, at whichever call.
#[test]
fn a_store_that_cannot_be_made_says_so() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    for number in 1..=disk.calls() {
        let disk = Disk::default();
        disk.plan(Fault::Call(number));
        if let Err(error) = create(&disk, KeepHistory::All) {
            assert_clear(&error.into());
        }
    }
}

/// With relaxed durability, the error of commits that could not be written later is told when the
/// store is to be closed.
#[test]
fn what_could_not_be_written_later_is_said() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let options = FileOptions {
        durability: Durability::Relaxed,
        ..FileOptions::default()
    };
    let stored = open(&disk, options).unwrap();
    disk.plan(Fault::Full(1));
    transact(&stored, &mut Random(5)).unwrap();
    assert_clear(&stored.sync().unwrap_err());
    assert_clear(&stored.sync().unwrap_err());
    assert_eq!(stored.snapshot().version(), 0);
}

#[test]
fn what_fails_is_said() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let stored = open(&disk, FileOptions::default()).unwrap();
    transact(&stored, &mut Random(5)).unwrap();
    let before = picture(&stored.snapshot());
    disk.plan(Fault::PowerOff(1));
    for _ in 0..2 {
        let error = transact(&stored, &mut Random(6)).unwrap_err();
        assert_eq!(error.code().detail, "StoreUnavailable");
        assert_eq!(
            error.message(),
            "the store `test.polity` cannot be read or written: the test wants it so"
        );
        assert_eq!(error.hints().len(), 1);
        assert_eq!(picture(&stored.snapshot()), before);
    }
}

//! Loss of power, and disks that fail.

use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, Fault};
use super::workload::{Random, transact};
use super::{PATH, assert_consistent, create, open, picture, runs};
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
    };
    let mut stored = open(disk, options).ok();
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
                assert!(!error.hints().is_empty(), "{error}");
                if durability == Durability::Full {
                    let expected = &outcome.tried[outcome.acknowledged as usize];
                    assert_eq!(picture(&store.snapshot()), picture(expected));
                }
                break;
            }
        }
        match random.below(6) {
            0 => drop(store.checkpoint()),
            1 => {
                drop(stored);
                stored = open(disk, options).ok();
            }
            2 => {
                drop(stored);
                drop(compact(disk));
                stored = open(disk, options).ok();
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
    // And it takes changes again.
    transact(&stored, &mut Random(1)).unwrap();
}

/// Power goes at any call; of what was not synced, anything may be lost, torn, or written in any
/// order. 40 workloads, 200 in full, at 6 moments each, 60 in full.
#[test]
fn a_loss_of_power_takes_nothing_that_was_acknowledged() {
    for seed in 0..runs(40, 200) {
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let empty = disk.bytes();
        disk.plan(Fault::None);
        work(&disk, seed, Durability::Full);
        let calls = disk.calls();
        let mut random = Random(!seed);
        for _ in 0..runs(6, 60) {
            let disk = Disk::with(empty.clone());
            let moment = 1 + random.below(calls);
            disk.plan(Fault::PowerOff(moment));
            let durability = [Durability::Full, Durability::Relaxed][(moment % 2) as usize];
            let outcome = work(&disk, seed, durability);
            let after = disk.after_power_loss(&mut random);
            let least = match durability {
                Durability::Full => outcome.acknowledged,
                Durability::Relaxed => 0,
            };
            assert_sound(
                &after,
                &outcome,
                least,
                &format!("seed {seed}, call {moment}"),
            );
        }
    }
}

/// The k-th call fails, for every k. 1 workload and every 5th call; 50 and every call in full.
#[test]
fn a_call_that_fails_does_no_harm() {
    for seed in 0..runs(1, 50) {
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let empty = disk.bytes();
        disk.plan(Fault::None);
        work(&disk, seed, Durability::Full);
        let calls = disk.calls();
        for number in (1..=calls).step_by(runs(5, 1) as usize) {
            let disk = Disk::with(empty.clone());
            disk.plan(Fault::Call(number));
            let outcome = work(&disk, seed, Durability::Full);
            disk.plan(Fault::None);
            let context = format!("seed {seed}, call {number} of {calls}");
            assert_sound(&disk, &outcome, outcome.acknowledged, &context);
        }
    }
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

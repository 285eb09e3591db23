//! Who waits for whom.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::disk::Disk;
use super::workload::{Random, transact};
use super::{create, open, picture};
use crate::store::file::options::{Durability, FileOptions, KeepHistory};
use crate::store::{Snapshot, Store};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

fn stored() -> (Disk, Store) {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let stored = open(&disk, FileOptions::default()).unwrap();
    (disk, stored)
}

/// Runs something on another thread, and says whether it ends.
fn ends(run: impl FnOnce() + Send + 'static) -> bool {
    let (done, ended) = channel();
    thread::spawn(move || {
        run();
        done.send(()).ok();
    });
    ended.recv_timeout(PATIENCE).is_ok()
}

/// Reads all that can be read: the graph, the list of commits, older states.
fn read(stored: &Store, versions: &[Arc<Snapshot>]) {
    let last = versions.len() - 1;
    assert_eq!(picture(&stored.snapshot()), picture(&versions[last]));
    assert_eq!(stored.commits().unwrap().len(), last);
    for (number, expected) in versions.iter().enumerate() {
        let found = stored.at(number as u64).unwrap();
        assert_eq!(picture(&found), picture(expected), "commit {number}");
    }
}

/// Makes some commits; returns the graph before and after each.
fn fill(stored: &Store) -> Vec<Arc<Snapshot>> {
    let mut versions = vec![stored.snapshot()];
    let mut random = Random(8);
    while versions.len() < 12 {
        let version = transact(stored, &mut random).unwrap();
        if version.version() == versions.len() as u64 {
            versions.push(version);
        }
        if versions.len() == 6 {
            stored.checkpoint().unwrap();
        }
    }
    versions
}

#[test]
fn readers_do_not_wait_for_a_writer() {
    let (_, stored) = stored();
    let versions = fill(&stored);
    let mut transaction = stored.begin();
    transaction.create_node(&[], &[]).unwrap();
    let reader = stored.clone();
    assert!(ends(move || read(&reader, &versions)));
    transaction.commit().unwrap();
}

/// The disk takes its time for a checkpoint, or for a commit.
#[test]
fn readers_do_not_wait_for_the_disk() {
    let acts: [fn(&Store); 2] = [
        |stored| stored.checkpoint().unwrap(),
        |stored| {
            let mut transaction = stored.begin();
            transaction.create_node(&[], &[]).unwrap();
            transaction.commit().unwrap();
        },
    ];
    for act in acts {
        let (disk, stored) = stored();
        let versions = fill(&stored);
        disk.shut();
        let writer = stored.clone();
        let writer = thread::spawn(move || act(&writer));
        disk.wait_for_a_call();
        let reader = stored.clone();
        let read = ends(move || read(&reader, &versions));
        disk.open();
        writer.join().unwrap();
        assert!(read);
    }
}

/// A writer has its turn while another one's commit is on its way to the disk; both are
/// acknowledged, in order.
#[test]
fn a_writer_works_while_another_one_waits_for_the_disk() {
    let (disk, stored) = stored();
    disk.shut();
    let first = stored.clone();
    let first = thread::spawn(move || {
        let mut transaction = first.begin();
        transaction.create_node(&[], &[]).unwrap();
        transaction.commit().unwrap().version()
    });
    disk.wait_for_a_call();
    let mut transaction = stored.begin_within(PATIENCE).unwrap();
    assert_eq!(transaction.node_count(), 1);
    assert_eq!(stored.snapshot().node_count(), 0, "it is not on disk yet");
    transaction.create_node(&[], &[]).unwrap();
    disk.open();
    assert_eq!(transaction.commit().unwrap().version(), 2);
    assert_eq!(first.join().unwrap(), 1);
}

/// A transaction that changes nothing may have read what is not on disk yet; it ends when that is
/// so, or fails with it.
#[test]
fn what_was_read_is_on_disk_when_the_reader_is_answered() {
    for fails in [false, true] {
        let (disk, stored) = stored();
        disk.shut();
        let writer = stored.clone();
        let writer = thread::spawn(move || {
            let mut transaction = writer.begin();
            transaction.create_node(&[], &[]).unwrap();
            transaction.commit().is_ok()
        });
        disk.wait_for_a_call();
        let (told, answer) = channel();
        let reader = stored.clone();
        let reader = thread::spawn(move || {
            let transaction = reader.begin();
            assert_eq!(transaction.node_count(), 1);
            told.send(None).unwrap();
            told.send(Some(transaction.commit().is_ok())).ok();
        });
        assert_eq!(answer.recv().unwrap(), None);
        assert!(answer.try_recv().is_err(), "it waits");
        if fails {
            disk.plan(super::disk::Fault::PowerOff(1));
        }
        disk.open();
        assert_eq!(answer.recv().unwrap(), Some(!fails));
        assert_eq!(writer.join().unwrap(), !fails);
        reader.join().unwrap();
    }
}

#[test]
fn a_writer_waits_for_its_turn_as_long_as_it_wants() {
    let (_, stored) = stored();
    let transaction = stored.begin();
    assert!(stored.begin_within(Duration::ZERO).is_none());
    assert!(stored.begin_within(Duration::from_millis(5)).is_none());
    drop(transaction);
    assert!(stored.begin_within(Duration::ZERO).is_some());
}

#[test]
fn a_thread_that_panics_gives_its_turn_back() {
    let (_, stored) = stored();
    let before = picture(&stored.snapshot());
    let writer = stored.clone();
    let panicked = thread::spawn(move || {
        let mut transaction = writer.begin();
        transaction.create_node(&[], &[]).unwrap();
        // As a panic, but it is not printed.
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(panicked.join().is_err());
    assert_eq!(picture(&stored.snapshot()), before);
    let mut transaction = stored.begin_within(PATIENCE).unwrap();
    transaction.create_node(&[], &[]).unwrap();
    assert_eq!(transaction.commit().unwrap().version(), 1);
}

/// Checkpoints from many threads, beside commits and readers of the history, lose nothing.
#[test]
fn checkpoints_from_many_threads_lose_nothing() {
    let (disk, stored) = stored();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..30 {
                    stored.checkpoint().unwrap();
                }
            });
            scope.spawn(|| {
                for _ in 0..30 {
                    let last = stored.snapshot();
                    let past = stored.at(last.version() / 2).unwrap();
                    assert_eq!(past.node_count() as u64, last.version() / 2);
                }
            });
            scope.spawn(|| {
                for _ in 0..100 {
                    let mut transaction = stored.begin();
                    transaction.create_node(&[], &[]).unwrap();
                    transaction.commit().unwrap();
                }
            });
        }
    });
    drop(stored);
    let stored = open(&disk, FileOptions::default()).unwrap();
    assert_eq!(stored.snapshot().node_count(), 300);
    assert_eq!(stored.commits().unwrap().len(), 300);
}

/// What a checkpoint drops from the history meanwhile is gone, not damaged.
#[test]
fn a_history_that_shrinks_is_not_damaged() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let options = FileOptions {
        keep_history: Some(KeepHistory::Commits(2)),
        durability: Durability::Relaxed,
        ..FileOptions::default()
    };
    let stored = open(&disk, options).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..200 {
                let mut transaction = stored.begin();
                transaction.create_node(&[], &[]).unwrap();
                transaction.commit().unwrap();
                stored.checkpoint().unwrap();
            }
        });
        for _ in 0..4 {
            scope.spawn(|| {
                while stored.snapshot().version() < 200 {
                    let number = stored.snapshot().version().saturating_sub(3);
                    match stored.at(number) {
                        Ok(past) => assert_eq!(past.node_count() as u64, number),
                        Err(error) => assert_eq!(error.code().detail, "CommitNotFound"),
                    }
                }
            });
        }
    });
}

//! What is committed comes back.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::ReadableTable;

use super::disk::Disk;
use super::workload::{Random, transact};
use super::{assert_consistent, create, open, picture, runs};
use crate::store::file::options::{Durability, FileOptions, KeepHistory};
use crate::store::{BulkLoader, BulkValues, Snapshot, Store};

/// Random transactions, closings and checkpoints; the graph is that of a store in memory to which
/// the same was done. 60 workloads, 2,000 in full.
#[test]
fn a_stored_graph_is_the_graph_in_memory() {
    for seed in 0..runs(60, 2000) {
        let mut random = Random(seed);
        let disk = Disk::default();
        create(&disk, KeepHistory::All).unwrap();
        let memory = Store::new(Snapshot::new());
        let durability = [Durability::Full, Durability::Relaxed][(seed % 2) as usize];
        let options = FileOptions {
            durability,
            ..FileOptions::default()
        };
        let mut stored = open(&disk, options).unwrap();
        for _ in 0..20 {
            let mut same = random.clone();
            let expected = transact(&memory, &mut random).unwrap();
            transact(&stored, &mut same).unwrap();
            let found = stored.snapshot();
            assert_eq!(found.version(), expected.version(), "seed {seed}");
            match random.below(5) {
                0 => {
                    drop(stored);
                    stored = open(&disk, options).unwrap();
                }
                1 => stored.checkpoint().unwrap(),
                _ => {}
            }
            let found = stored.snapshot();
            assert_eq!(picture(&found), picture(&expected), "seed {seed}");
            assert_consistent(&found);
        }
    }
}

#[test]
fn a_loaded_graph_comes_back_whole() {
    let mut loader = BulkLoader::new();
    let (node, rel) = (loader.intern_label("N"), loader.intern_type("R"));
    let keys = ["id", "x", "name", "sparse"].map(|key| loader.intern_key(key));
    let count = 70_000_u32;
    let first = loader.add_nodes(&[node], count).unwrap();
    let ids: Vec<i64> = (0..i64::from(count)).map(|i| i * 3).collect();
    let names: Vec<String> = ids.iter().map(|id| format!("name {}", id % 5000)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let floats: Vec<f64> = ids.iter().map(|id| *id as f64 / 7.0).collect();
    let some: Vec<bool> = ids.iter().map(|id| id % 999 == 0).collect();
    loader
        .add_node_column(keys[0], first, BulkValues::Ints(&ids), None)
        .unwrap();
    loader
        .add_node_column(keys[1], first, BulkValues::Floats(&floats), None)
        .unwrap();
    loader
        .add_node_column(keys[2], first, BulkValues::Texts(&names), None)
        .unwrap();
    loader
        .add_node_column(keys[3], first, BulkValues::Ints(&ids), Some(&some))
        .unwrap();
    let starts: Vec<u32> = (0..200_000_u64)
        .map(|i| (i * 7919 % u64::from(count)) as u32)
        .collect();
    let ends: Vec<u32> = (0..200_000_u64)
        .map(|i| (i * 104_729 % u64::from(count)) as u32)
        .collect();
    loader
        .add_rels(&starts, &ends, &vec![rel; 200_000])
        .unwrap();
    let graph = loader.finish();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loaded.polity");
    Store::save(&path, &graph, None, KeepHistory::None).unwrap();
    let stored = Store::open(&path, FileOptions::default()).unwrap();
    let found = stored.snapshot();
    assert!(picture(&found) == picture(&graph));
    assert_consistent(&found);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Values that replace each other do not let the file, or what it reads into memory, grow without
/// bound.
#[test]
fn a_file_does_not_grow_without_bound() {
    let disk = Disk::default();
    create(&disk, KeepHistory::None).unwrap();
    let stored = open(&disk, FileOptions::default()).unwrap();
    let mut sizes = Vec::new();
    for round in 0..60_u64 {
        let mut transaction = stored.begin();
        let key = transaction.intern_key("note");
        for i in 0..200 {
            let text = format!("{:>600}", Random(round * 1000 + i).next());
            let node = crate::value::NodeId(i as u32);
            if transaction.has_node(node) {
                transaction
                    .set_node_property(node, key, text.into())
                    .unwrap();
            } else {
                transaction.create_node(&[], &[(key, text.into())]).unwrap();
            }
        }
        transaction.commit().unwrap();
        stored.checkpoint().unwrap();
        sizes.push(disk.bytes().len());
    }
    assert!(sizes[59] <= sizes[20], "{sizes:?}");
    let column = stored.snapshot();
    let column = column.node_column(column.key("note").unwrap()).unwrap();
    assert!(column.dictionary().len() < 2000);
}

/// What is written to a file that has no name any more would be lost when it is closed.
#[cfg(unix)]
#[test]
fn a_file_that_was_removed_takes_no_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("removed.polity");
    Store::save(&path, &Snapshot::new(), None, KeepHistory::All).unwrap();
    let stored = Store::open(&path, FileOptions::default()).unwrap();
    let mut random = Random(9);
    transact(&stored, &mut random).unwrap();
    // A new name is as good.
    let moved = folder.path().join("moved.polity");
    std::fs::rename(&path, &moved).unwrap();
    transact(&stored, &mut random).unwrap();
    let before = picture(&stored.snapshot());
    std::fs::remove_file(&moved).unwrap();
    let error = transact(&stored, &mut random).unwrap_err();
    assert_eq!(error.code().detail, "StoreMissing", "{error}");
    assert_eq!(picture(&stored.snapshot()), before);
    drop(stored);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A file of a later version of this program is refused by name.
#[test]
fn a_newer_format_is_refused() {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let table: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("meta");
    let database = redb::Builder::new()
        .create_with_backend(disk.clone())
        .unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut meta = transaction.open_table(table).unwrap();
        let mut framed = meta.get("store").unwrap().unwrap().value().to_vec();
        framed[0] = 7;
        meta.insert("store", framed.as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let error: crate::error::Error = open(&disk, FileOptions::default()).unwrap_err().into();
    assert_eq!(error.code().detail, "NewerFormat");
    assert_eq!(
        error.message(),
        "the store `test.polity` has format 7; this program reads up to 1"
    );
    assert_eq!(error.hints(), ["a newer version of polity reads it"]);
}

/// A file that is there stays as it is, and a draft that a killed program left is in nobody's way.
#[test]
fn saving_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.polity");
    let draft = folder.path().join(".saved.polity.1-0.draft");
    std::fs::write(&draft, "what a killed program left").unwrap();
    let other = folder.path().join(".other.polity.1-0.draft");
    std::fs::write(&other, "another one's").unwrap();
    Store::save(&path, &Snapshot::new(), None, KeepHistory::All).unwrap();
    assert_eq!(draft.exists(), !cfg!(target_os = "linux"));
    assert!(other.exists());
    let before = std::fs::read(&path).unwrap();
    let error = Store::save(&path, &Snapshot::new(), None, KeepHistory::All).unwrap_err();
    assert_eq!(error.code().detail, "StoreExists");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Several threads make a store of the same name: one of them does.
#[test]
fn one_of_many_makes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("raced.polity");
    let made = std::thread::scope(|scope| {
        let save = || Store::save(&path, &Snapshot::new(), None, KeepHistory::All).is_ok();
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(save)).collect();
        let made = threads.into_iter().map(|thread| thread.join().unwrap());
        made.filter(|made| *made).count()
    });
    assert_eq!(made, 1);
    Store::open(&path, FileOptions::default()).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A store that was checked or closed can be opened at once, also while other threads start
/// processes, which have all that is open here for a moment.
#[cfg(unix)]
#[test]
fn a_lock_is_given_back_while_processes_are_started() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.polity");
    Store::save(&path, &Snapshot::new(), None, KeepHistory::All).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                drop(Command::new("true").status());
            }
        });
        let opened = (0..200).map(|_| {
            Store::check(&path)?;
            Store::open(&path, FileOptions::default()).map(drop)
        });
        let outcome: crate::error::Result<Vec<()>> = opened.collect();
        done.store(true, Ordering::Relaxed);
        outcome.unwrap();
    });
}

//! What is committed comes back.

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

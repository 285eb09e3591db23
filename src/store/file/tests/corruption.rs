//! Damaged files are noticed.

use std::sync::Arc;

use super::disk::Disk;
use super::workload::{Random, transact};
use super::{create, open, picture, runs};
use crate::store::file::options::{FileOptions, KeepHistory};
use crate::store::{Snapshot, Store};

/// A store that was closed, and the graph after each of its commits.
fn sample(commits: u64) -> (Vec<u8>, Vec<String>) {
    let disk = Disk::default();
    create(&disk, KeepHistory::All).unwrap();
    let memory = Store::new(Snapshot::new());
    let stored = open(&disk, FileOptions::default()).unwrap();
    let mut random = Random(11);
    let mut pictures = vec![picture(&Snapshot::new())];
    for number in 0..commits {
        let mut same = random.clone();
        let version = transact(&memory, &mut random).unwrap();
        transact(&stored, &mut same).unwrap();
        if version.version() == pictures.len() as u64 {
            pictures.push(picture(&version));
        }
        if number == commits / 2 {
            stored.checkpoint().unwrap();
        }
    }
    drop(stored);
    (disk.bytes(), pictures)
}

/// What a damaged file gives is an error, or the truth.
fn assert_noticed(bytes: Vec<u8>, pictures: &[String], context: &str) -> bool {
    let known = |error: &str| {
        let named = ["damaged", "is no store", "has format"];
        assert!(
            named.iter().any(|name| error.contains(name)),
            "{context}: {error}"
        );
    };
    let stored = match open(&Disk::with(bytes), FileOptions::default()) {
        Ok(stored) => stored,
        Err(error) => {
            known(&error.to_string());
            return true;
        }
    };
    let mut noticed = false;
    for (number, expected) in pictures.iter().enumerate().rev() {
        let found: Result<Arc<Snapshot>, _> = if number == pictures.len() - 1 {
            Ok(stored.snapshot())
        } else {
            stored.at(number as u64)
        };
        match found {
            Ok(found) => assert!(picture(&found) == *expected, "{context}, commit {number}"),
            Err(error) => {
                known(&error.to_string());
                noticed = true;
            }
        }
    }
    noticed
}

/// 2,000 flips of single bytes; 100,000 in full.
#[test]
fn flipped_bytes_are_noticed() {
    let (bytes, pictures) = sample(runs(12, 60));
    let mut random = Random(21);
    let count = runs(2000, 100_000);
    let mut noticed = 0;
    for _ in 0..count {
        let mut flipped = bytes.clone();
        // Half of them where it matters most.
        let bound = if random.below(2) == 0 {
            8192
        } else {
            flipped.len() as u64
        };
        let place = random.below(bound) as usize;
        let bits = 1 + random.below(255) as u8;
        flipped[place] ^= bits;
        let context = format!("byte {place} ^ {bits}");
        noticed += u64::from(assert_noticed(flipped, &pictures, &context));
    }
    assert!(
        noticed > count / 100,
        "{noticed} of {count}: what is flipped matters"
    );
}

/// 100 truncations; 1,000 in full.
#[test]
fn truncations_are_noticed() {
    let (bytes, pictures) = sample(runs(12, 60));
    let mut random = Random(22);
    for _ in 0..runs(100, 1000) {
        let length = random.below(bytes.len() as u64) as usize;
        let context = format!("{length} of {} bytes", bytes.len());
        let noticed = assert_noticed(bytes[..length].to_vec(), &pictures, &context);
        assert!(noticed, "{context}");
    }
}

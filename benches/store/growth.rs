//! How large a file becomes while the same values are changed over and over.

use std::path::Path;

use polity::db::{Database, Durability, FileOptions, KeepHistory};

use super::commits::Changes;
use super::{Bench, report_sizes, size};

/// How many commits are made.
const COMMITS: u64 = 300_000;
/// After how many the size is looked at.
const STEP: u64 = 500;
/// The bytes of each text that is set.
const TEXT: usize = 400;

pub(super) fn measure(bench: &Bench) {
    for (keep, name) in [
        (KeepHistory::None, "no history"),
        (KeepHistory::Commits(100), "100 commits"),
    ] {
        let path = bench.import("grow.polity", keep);
        let first = size(&path);
        let most = grow(&path, keep);
        let last = size(&path);
        let beside = |what: &str, bytes: u64| {
            report_sizes(&format!("{what}, {name}"), bytes, "before", first);
        };
        beside("largest in 300,000 commits", most);
        beside("closed after them", last);
        drop(std::fs::remove_file(path));
    }
}

/// Makes the changes; returns the largest size of the file.
fn grow(path: &Path, keep: KeepHistory) -> u64 {
    let options = FileOptions {
        durability: Durability::Relaxed,
        keep_history: Some(keep),
        ..FileOptions::default()
    };
    let database = Database::open_with(path, options).expect("the store opens");
    let mut change = Changes::new(&database, 0);
    let mut most = 0;
    for number in 0..COMMITS {
        change.next_text(TEXT);
        if number % STEP == 0 {
            most = most.max(size(path));
        }
    }
    most
}

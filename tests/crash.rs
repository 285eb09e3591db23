//! Stores whose program is killed: nothing that was acknowledged is lost, nothing is there in part,
//! and the store opens.
//!
//! A child process says on its standard output what was acknowledged, and is killed at some moment.
//! What had come out of the pipe counts. Texts have from 10 bytes to 1 MB. 50 kills in mid-commit,
//! 1,000 with `POLITY_STORE=full`; and others while a store is opened, tidied up, closed, or made.

#![cfg(unix)]

#[path = "crash/child.rs"]
mod child;
#[path = "crash/kill.rs"]
mod kill;
#[path = "crash/verify.rs"]
mod verify;

use std::fs;
use std::path::Path;
use std::time::Instant;

use polity::db::{Database, Params};

use child::{Mode, Random};
use kill::{Acknowledged, kill_at_some_moment};
use verify::verify;

/// Kills on one store before a new one is begun.
const KILLS: u64 = 10;

/// How often something is tried: `ordinary` times, or 20 times as often.
fn runs(ordinary: u64) -> u64 {
    let full = std::env::var("POLITY_STORE").is_ok_and(|asked| asked == "full");
    if full { 20 * ordinary } else { ordinary }
}

/// Statements that come over a pipe, one conversation. 25 kills, 500 in full.
#[test]
fn a_killed_program_loses_nothing_that_was_acknowledged() {
    kill_often(Mode::Program, runs(25), 1);
}

/// Eight sessions that commit at once. 25 kills, 500 in full.
#[test]
fn killed_sessions_lose_nothing_that_was_acknowledged() {
    kill_often(Mode::Sessions, runs(25), 2);
}

/// As above, while checkpoints are written all the time. 10 kills, 200 in full.
#[test]
fn a_kill_during_a_checkpoint_does_no_harm() {
    kill_often(Mode::Checkpoints, runs(10), 3);
}

/// A store that is opened, changed and closed again and again; most openings repair what the kill
/// before left. 10 kills, 200 in full.
#[test]
fn a_kill_during_opening_or_closing_does_no_harm() {
    kill_often(Mode::Openings, runs(10), 4);
}

fn kill_often(mode: Mode, kills: u64, seed: u64) {
    let mut random = Random(seed);
    let (mut committed, mut in_flight) = (0, 0);
    for begun in (0..kills).step_by(usize::try_from(KILLS).expect("it is small")) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("killed.polity");
        let database = Database::create(&path).expect("a store can be made");
        for text in verify::DEFINITIONS {
            let defined = database.session().run(text, &Params::default());
            defined.expect("it can be defined");
        }
        drop(database);
        let mut found = Acknowledged::default();
        for kill in begun..kills.min(begun + KILLS) {
            let context = format!("{mode:?}, kill {kill}");
            let acknowledged = kill_at_some_moment(mode, &path, &found, &mut random);
            let before = found.sum();
            // Every other time the next child finds the file as the kill left it.
            found = if kill % 2 == 0 {
                let copy = folder.path().join("copy.polity");
                fs::copy(&path, &copy).expect("it can be copied");
                verify(&copy, &acknowledged, &context)
            } else {
                verify(&path, &acknowledged, &context)
            };
            committed += found.sum() - before;
            in_flight += u64::from(found.sum() > acknowledged.sum());
        }
    }
    report(format_args!(
        "{mode:?}: {kills} kills, {committed} transactions, {in_flight} times one was on disk that \
         was not acknowledged yet"
    ));
    assert!(committed > kills, "{committed}: transactions were made");
}

/// Making a store of a graph leaves a whole store, or none. 5 kills, 100 in full.
#[test]
fn a_killed_import_leaves_a_store_or_none() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let source = folder.path().join("graph.jsonl");
    let nodes = 5000;
    kill::write_graph(&source, nodes).expect("a file can be written");
    let path = folder.path().join("made.polity");
    let (mut made, mut none) = (0, 0);
    let mut random = Random(5);
    let begun = Instant::now();
    import_whole(&source, &path);
    let long = begun.elapsed();
    for number in 0..runs(5) {
        fs::remove_file(&path).expect("it can be removed");
        kill::kill_import(&source, &path, long, &mut random);
        if path.exists() {
            made += 1;
        } else {
            none += 1;
            // What the killed one left is not in the way.
            import_whole(&source, &path);
        }
        let checked = Database::check(&path).expect("it is whole");
        assert_eq!((checked.nodes, checked.last), (nodes, 1), "kill {number}");
    }
    report(format_args!(
        "imports: {made} whole stores, {none} times none"
    ));
    fs::remove_file(&path).expect("it can be removed");
    import_whole(&source, &path);
    assert_eq!(names(folder.path()), ["graph.jsonl", "made.polity"]);
}

fn import_whole(source: &Path, store: &Path) {
    let status = kill::import(source, store).wait().expect("it ends");
    assert!(status.success());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[expect(clippy::print_stderr, reason = "how often what happened is to be seen")]
fn report(text: std::fmt::Arguments<'_>) {
    eprintln!("{text}");
}

/// What the child processes run; nothing where no store is named.
#[test]
#[ignore = "the other tests run it in processes of its own"]
fn child() {
    child::run();
}

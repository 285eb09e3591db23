//! Opening a store until the first answer.

use std::fs;
use std::time::Duration;

use polity::db::{Database, KeepHistory, Params};

use super::commits::killed;
use super::{Bench, open, report_times, time};

pub(super) fn measure(bench: &Bench) {
    let path = bench.import("open.polity", KeepHistory::None);
    let [mut bytes, mut whole] = [Duration::MAX; 2];
    for _ in 0..bench.rounds {
        bytes = time(|| fs::read(&path).expect("the file is there"))
            .0
            .min(bytes);
        whole = time(|| drop(ask(&open(&path)))).0.min(whole);
    }
    report_times("open, first answer", whole, "read the bytes", bytes);
    let [mut after_kill, mut long_log] = [Duration::MAX; 2];
    for _ in 0..bench.rounds {
        killed(&path, "synced", 20);
        after_kill = time(|| drop(ask(&open(&path)))).0.min(after_kill);
    }
    report_times("open after a kill", after_kill, "without a kill", whole);
    for _ in 0..bench.rounds {
        killed(&path, "tail", 1);
        let (took, database) = time(|| ask(&open(&path)));
        long_log = took.min(long_log);
        drop(database);
    }
    report_times(
        "open after a kill, 60,000 commits in the log",
        long_log,
        "without",
        whole,
    );
    drop(fs::remove_file(path));
}

pub(super) fn measure_indexes(bench: &Bench) {
    let path = bench.import("index.polity", KeepHistory::None);
    let mut plain = Duration::MAX;
    for _ in 0..bench.rounds {
        plain = time(|| drop(ask(&open(&path)))).0.min(plain);
    }
    let definitions = [
        ("an index", "CREATE INDEX by_code FOR (n:Actor) ON (n.code)"),
        (
            "a constraint",
            "CREATE CONSTRAINT one_name FOR (n:Actor) REQUIRE n.name IS NOT NULL",
        ),
        (
            "a unique key",
            "CREATE CONSTRAINT one_id FOR (n:Actor) REQUIRE n.id IS UNIQUE",
        ),
    ];
    for (name, statement) in definitions {
        let database = open(&path);
        run(&database, statement);
        database.checkpoint().expect("the store can be written");
        drop(database);
        let mut with = Duration::MAX;
        for _ in 0..bench.rounds {
            with = time(|| drop(ask(&open(&path)))).0.min(with);
        }
        report_times(&format!("open with {name} more"), with, "without", plain);
    }
    drop(fs::remove_file(path));
}

/// Asks a first question.
fn ask(database: &Database) -> Database {
    run(database, "MATCH (a:Actor {id: 5}) RETURN a.name AS name");
    database.clone()
}

fn run(database: &Database, statement: &str) {
    let rows = database.session().run(statement, &Params::default());
    rows.expect("the statement is right");
}

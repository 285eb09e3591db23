//! What a child process does until it is killed.

use std::io::{self, Write};
use std::path::Path;

use polity::db::{Database, Durability, FileOptions, Params, Session};
use polity::value::Value;

/// Sessions that commit at once.
pub(crate) const SESSIONS: u64 = 8;

/// What the process that is killed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is `polity` itself, and reads statements.
    Program,
    /// Sessions commit.
    Sessions,
    /// Sessions commit, and checkpoints are written.
    Checkpoints,
    /// The store is opened and closed.
    Openings,
}

/// The variables of the environment that tell the child what to do.
pub(crate) const STORE: &str = "POLITY_CRASH_STORE";
pub(crate) const MODE: &str = "POLITY_CRASH_MODE";
pub(crate) const SEED: &str = "POLITY_CRASH_SEED";

/// Numbers that look random (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// From 10 bytes to 1 MB, small ones more often.
    pub(crate) fn size(&mut self) -> usize {
        let largest = 10_u64.pow(u32::try_from(1 + self.below(6)).expect("it is small"));
        usize::try_from(10 + self.below(largest)).expect("it is small")
    }
}

/// The text of a row: it can be told from its number and length.
pub(crate) fn text(number: u64, size: usize) -> String {
    format!("{number:x} ").chars().cycle().take(size).collect()
}

/// Does what the environment says, until the process is killed.
pub(crate) fn run() {
    let Ok(store) = std::env::var(STORE) else {
        return;
    };
    let mode = std::env::var(MODE).expect("it is given with the store");
    let seed = std::env::var(SEED).expect("it is given with the store");
    let seed = seed.parse().expect("it is a number");
    let store = Path::new(&store);
    match mode.as_str() {
        "Openings" => open_and_close(store, seed),
        mode => commit(store, seed, mode == "Checkpoints"),
    }
}

/// Eight sessions make transactions; a ninth thread writes checkpoints if that is wanted.
fn commit(store: &Path, seed: u64, checkpoints: bool) {
    let database = Database::open(store).expect("it opens");
    std::thread::scope(|scope| {
        for number in 0..SESSIONS {
            let database = &database;
            scope.spawn(move || {
                let mut session = database.session();
                let mut random = Random(seed ^ number);
                for n in last(&mut session, number) + 1.. {
                    transact(&mut session, number, n, random.size());
                    say(number, n);
                }
            });
        }
        if checkpoints {
            loop {
                database.checkpoint().expect("it can be written");
            }
        }
    });
}

/// Opens the store, makes two transactions, of which only the first is said to be acknowledged, and
/// closes it.
fn open_and_close(store: &Path, seed: u64) {
    let mut random = Random(seed);
    loop {
        let database = Database::open(store).expect("it opens");
        let mut session = database.session();
        let n = last(&mut session, 0) + 1;
        transact(&mut session, 0, n, random.size());
        say(0, n);
        drop(session);
        drop(database);
        // What is not written yet is written when the store is closed.
        let options = FileOptions {
            durability: Durability::Relaxed,
            ..FileOptions::default()
        };
        let database = Database::open_with(store, options).expect("it opens");
        transact(&mut database.session(), 0, n + 1, random.size());
    }
}

/// Makes a row, and in a second statement its mate.
fn transact(session: &mut Session, number: u64, n: u64, size: usize) {
    let mut params = Params::default();
    for (name, value) in [("session", number), ("n", n), ("size", size as u64)] {
        params.insert(name, Value::Int(value.cast_signed()));
    }
    params.insert("text", Value::from(text(n, size).as_str()));
    params.insert("key", Value::from(format!("{number}-{n}").as_str()));
    // On a slow machine it may take long until it is one's turn.
    while let Err(error) = session.begin() {
        assert_eq!(error.code().detail, "Busy", "{error}");
    }
    for text in [
        "CREATE (:Row {session: $session, n: $n, key: $key, text: $text})",
        "MATCH (r:Row {key: $key}) CREATE (r)-[:HAS]->(:Mate {n: $n, size: $size})",
    ] {
        session.run(text, &params).expect("the statement is right");
    }
    session.commit(None).expect("the disk takes it");
}

/// Returns the last transaction of a session.
fn last(session: &mut Session, number: u64) -> u64 {
    let mut params = Params::default();
    params.insert("session", Value::Int(number.cast_signed()));
    let text = "MATCH (r:Row {session: $session}) RETURN coalesce(max(r.n), 0) AS n";
    let rows = session.run(text, &params).expect("the query is right");
    match rows.iter().next().as_deref() {
        Some([Value::Int(n)]) => n.unsigned_abs(),
        other => unreachable!("a number was asked for, not {other:?}"),
    }
}

/// Says, in one write, that a transaction was acknowledged.
fn say(number: u64, n: u64) {
    let line = format!("\nacknowledged {number} {n}\n");
    let mut out = io::stdout().lock();
    // Nobody listens any more when the parent has ended; then the child is of no use.
    if out
        .write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .is_err()
    {
        std::process::exit(1);
    }
}

//! A store whose program is killed in mid-commit: nothing that was acknowledged is lost, nothing is
//! there in part, and the store opens.
//!
//! 50 kills; 1,000 with `POLITY_STORE=full`. Each transaction makes a row with a text of 10 bytes to
//! 1 MB, and in a second statement its mate.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use polity::db::{Database, Params};
use polity::value::Value;

/// Kills on one store before a new one is begun.
const KILLS: u64 = 10;

#[test]
fn a_killed_program_loses_nothing_that_was_acknowledged() {
    let full = std::env::var("POLITY_STORE").is_ok_and(|asked| asked == "full");
    let kills = if full { 1000 } else { 50 };
    let mut random = Random(1);
    let mut acknowledged = 0;
    for round in 0..kills / KILLS {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("killed.polity");
        drop(Database::create(&path).expect("a store can be made"));
        let mut last = 0;
        for kill in 0..KILLS {
            let acked = run_and_kill(&path, last + 1, &mut random);
            acknowledged += acked.saturating_sub(last);
            last = verify(
                &path,
                acked.max(last),
                &format!("round {round}, kill {kill}"),
            );
        }
    }
    assert!(
        acknowledged > kills,
        "{acknowledged}: transactions were made"
    );
}

/// Makes transactions until the program is killed at some moment; returns the last one that was
/// acknowledged.
fn run_and_kill(path: &Path, first: u64, random: &mut Random) -> u64 {
    let mut child = start(path);
    let input = child.stdin.take().expect("it is a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let seed = random.next();
    // The writer ends when the pipe breaks.
    let writer = std::thread::spawn(move || drop(write_transactions(input, first, Random(seed))));
    let wanted = random.next() % 12;
    let mut acknowledged = 0;
    let mut line = String::new();
    while acknowledged < first + wanted && output.read_line(&mut line).is_ok_and(|read| read > 0) {
        acknowledged = line.trim().parse().unwrap_or(acknowledged);
        line.clear();
    }
    std::thread::sleep(Duration::from_micros(random.next() % 15_000));
    child.kill().expect("it runs");
    // What it had said before it died was acknowledged too.
    while output.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line.ends_with('\n') {
            acknowledged = line.trim().parse().unwrap_or(acknowledged);
        }
        line.clear();
    }
    child.wait().expect("it has ended");
    writer.join().expect("the writer ends");
    acknowledged
}

fn start(path: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.arg(path).arg("--quiet");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().expect("the program starts")
}

fn write_transactions(
    mut input: impl Write,
    first: u64,
    mut random: Random,
) -> std::io::Result<()> {
    for number in first.. {
        let text = text(number, size(&mut random));
        writeln!(
            input,
            "BEGIN; CREATE (:Row {{n: {number}, text: '{text}'}}); \
             MATCH (r:Row {{n: {number}}}) CREATE (r)-[:HAS]->(:Mate {{n: {number}, size: {}}}); \
             COMMIT; RETURN {number} AS n;",
            text.len()
        )?;
        input.flush()?;
    }
    Ok(())
}

/// From 10 bytes to 1 MB, small ones more often.
fn size(random: &mut Random) -> usize {
    let largest = 10_u64.pow(u32::try_from(1 + random.next() % 6).expect("it is small"));
    usize::try_from(10 + random.next() % largest).expect("it is small")
}

fn text(number: u64, size: usize) -> String {
    format!("{number:x} ").chars().cycle().take(size).collect()
}

/// Opens the store and looks at all that is in it; returns the last transaction.
#[expect(
    clippy::panic,
    reason = "a store that does not open is what the test looks for"
)]
fn verify(path: &Path, acknowledged: u64, context: &str) -> u64 {
    let database = match Database::open(path) {
        Ok(database) => database,
        Err(error) => panic!("{context}: {error}"),
    };
    let mut session = database.session();
    let mut run = |text: &str| {
        let answer = session
            .run(text, &Params::default())
            .expect("the query is right");
        answer.iter().collect::<Vec<_>>()
    };
    let pairs = run("MATCH (r:Row)-[:HAS]->(m:Mate) \
                    RETURN r.n AS n, m.n AS mate, m.size AS size, r.text AS text ORDER BY n");
    for (place, pair) in (1_i64..).zip(&pairs) {
        let [
            Value::Int(n),
            Value::Int(mate),
            Value::Int(size),
            Value::String(found),
        ] = &pair[..]
        else {
            panic!("{context}: {pair:?}");
        };
        assert_eq!((*n, *mate), (place, place), "{context}");
        let size = usize::try_from(*size).expect("sizes are positive");
        assert!(
            **found == text(n.unsigned_abs(), size),
            "{context}: row {n}"
        );
    }
    let last = pairs.len() as u64;
    assert!(
        last >= acknowledged,
        "{context}: {last} transactions, {acknowledged} were acknowledged"
    );
    let nodes = database.snapshot().node_count() as u64;
    assert_eq!(nodes, 2 * last, "{context}: nothing is there in part");
    last
}

/// Numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

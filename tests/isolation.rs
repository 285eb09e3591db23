//! Isolation and atomicity: the anomalies of the LDBC ACID test suite, with eight threads on a store
//! file. 200 transactions each; 10,000 with `POLITY_STORE=full`.
//!
//! A transaction that writes has the writer's turn from its beginning; one that only reads keeps to
//! one version. So none of these can happen, and a count above zero is a mistake.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use polity::db::{Database, Params, Session};
use polity::value::Value;

const THREADS: u64 = 8;
/// How long a session waits after each statement.
const PAUSE: Duration = Duration::from_micros(100);
/// After so many transactions a checkpoint is written, while the other threads go on.
const CHECKPOINT: u64 = 50;

/// How many transactions a test makes.
fn count() -> u64 {
    let full = std::env::var("POLITY_STORE").is_ok_and(|asked| asked == "full");
    if full { 10_000 } else { 200 }
}

/// A store in a folder of its own, with a graph in it.
struct Scene {
    database: Database,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new(setup: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("isolation.polity");
        let database = Database::create(path).expect("a store can be made");
        let scene = Self {
            database,
            _folder: folder,
        };
        ask(&mut scene.database.session(), setup, &[]);
        scene
    }

    /// Calls `act` so many times, on eight threads, each with a session of its own, with numbers
    /// counted from one.
    fn run(&self, act: impl Fn(&mut Session, u64) + Sync) {
        let next = AtomicU64::new(1);
        let work = || {
            let mut session = self.database.session();
            session.set_busy_timeout(Duration::from_mins(10));
            let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            for number in numbers.take_while(|number| *number <= count()) {
                act(&mut session, number);
                if number % CHECKPOINT == 0 {
                    self.database.checkpoint().expect("it can be written");
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(work);
            }
        });
    }

    /// Asks the whole store.
    fn ask(&self, text: &str) -> Vec<Vec<Value>> {
        ask(&mut self.database.session(), text, &[])
    }
}

#[expect(clippy::panic, reason = "a wrong query is a mistake of the test")]
fn ask(session: &mut Session, text: &str, params: &[(&str, u64)]) -> Vec<Vec<Value>> {
    let mut values = Params::default();
    for (name, value) in params {
        values.insert(*name, int(*value));
    }
    let rows = match session.run(text, &values) {
        Ok(rows) => rows.iter().collect(),
        Err(error) => panic!("{text}: {error}"),
    };
    // Between two statements of a transaction others have a chance to be in the way.
    std::thread::sleep(PAUSE);
    rows
}

fn int(number: u64) -> Value {
    Value::Int(i64::try_from(number).expect("it is small"))
}

/// The number in a row's column.
#[expect(clippy::panic, reason = "a wrong query is a mistake of the test")]
fn number(rows: &[Vec<Value>], column: usize) -> i64 {
    match rows.first().and_then(|row| row.get(column)) {
        Some(Value::Int(number)) => *number,
        other => panic!("a number was expected, not {other:?}"),
    }
}

/// The numbers of a row.
fn numbers(rows: &[Vec<Value>]) -> Vec<i64> {
    (0..rows[0].len())
        .map(|column| number(rows, column))
        .collect()
}

/// Runs statements in a transaction that may write.
fn write<T>(session: &mut Session, work: impl FnOnce(&mut Session) -> T) -> T {
    session.begin().expect("the turn comes");
    let result = work(session);
    session.commit(None).expect("the disk takes it");
    result
}

/// Runs statements in a transaction that reads.
fn read<T>(session: &mut Session, work: impl FnOnce(&mut Session) -> T) -> T {
    session.set_read_only(true);
    session.begin().expect("reading waits for nobody");
    let result = work(session);
    session.commit(None).expect("there is nothing to write");
    session.set_read_only(false);
    result
}

/// Whether a number is that of a reader: every other one is.
fn reads(number: u64) -> bool {
    number.is_multiple_of(2)
}

#[test]
fn atomicity_of_commits() {
    let scene = Scene::new("CREATE (:Person {id: 0, emails: 0})");
    scene.run(|session, id| {
        write(session, |session| {
            let text = "MATCH (p:Person {id: 0}) SET p.emails = p.emails + 1";
            ask(session, text, &[]);
            let text = "MATCH (p:Person {id: 0}) CREATE (p)-[:KNOWS]->(:Person {id: $id})";
            ask(session, text, &[("id", id)]);
        });
    });
    let rows = scene.ask("MATCH (p:Person {id: 0}) RETURN p.emails, COUNT { (p)-[:KNOWS]->() }");
    let made = i64::try_from(count()).expect("it is small");
    assert_eq!(numbers(&rows), [made, made]);
}

#[test]
fn atomicity_of_rollbacks() {
    let scene = Scene::new("CREATE (:Person {id: 0, emails: 0})");
    scene.run(|session, id| {
        session.begin().expect("the turn comes");
        let text =
            "MATCH (p:Person {id: 0}) SET p.emails = p.emails + 1 CREATE (:Person {id: $id})";
        ask(session, text, &[("id", id)]);
        let kept = id % 3 == 0;
        let ended = if kept {
            session.commit(None)
        } else {
            session.rollback()
        };
        ended.expect("it ends");
    });
    let rows = scene.ask("MATCH (p:Person {id: 0}) RETURN p.emails, COUNT { (:Person) } - 1");
    let kept = i64::try_from(count() / 3).expect("it is small");
    assert_eq!(numbers(&rows), [kept, kept]);
}

/// G0: writes of two transactions are not mixed.
#[test]
fn dirty_write() {
    let scene = Scene::new("CREATE (:P {id: 1, v: []})-[:K {v: []}]->(:P {id: 2, v: []})");
    scene.run(|session, id| {
        write(session, |session| {
            for part in ["p", "k", "q"] {
                let text =
                    format!("MATCH (p:P {{id: 1}})-[k:K]->(q) SET {part}.v = {part}.v + $id");
                ask(session, &text, &[("id", id)]);
            }
        });
    });
    let rows =
        scene.ask("MATCH (p:P {id: 1})-[k:K]->(q) RETURN size(p.v), p.v = k.v AND k.v = q.v");
    assert!(matches!(rows[0][1], Value::Bool(true)), "{rows:?}");
    assert_eq!(
        number(&rows, 0),
        i64::try_from(count()).expect("it is small")
    );
}

/// G1a: what is rolled back is never read.
#[test]
fn aborted_reads() {
    let scene = Scene::new("CREATE (:P {id: 1, v: 1})");
    scene.run(|session, id| {
        if reads(id) {
            let rows = read(session, |session| {
                ask(session, "MATCH (p:P) RETURN p.v", &[])
            });
            assert_eq!(number(&rows, 0), 1);
        } else {
            session.begin().expect("the turn comes");
            ask(session, "MATCH (p:P) SET p.v = 2", &[]);
            session.rollback().expect("it is open");
        }
    });
}

/// G1b: what a transaction writes on the way is never read.
#[test]
fn intermediate_reads() {
    let scene = Scene::new("CREATE (:P {id: 1, v: 1})");
    scene.run(|session, id| {
        if reads(id) {
            let rows = read(session, |session| {
                ask(session, "MATCH (p:P) RETURN p.v", &[])
            });
            assert_eq!(number(&rows, 0) % 2, 1);
        } else {
            write(session, |session| {
                ask(session, "MATCH (p:P) SET p.v = 2 * $id", &[("id", id)]);
                ask(session, "MATCH (p:P) SET p.v = p.v + 1", &[]);
            });
        }
    });
}

/// G1c: no two transactions read what the other one wrote.
#[test]
fn circular_information_flow() {
    let scene = Scene::new("UNWIND range(0, 9) AS id CREATE (:P {id: id, v: 0})");
    let seen = Mutex::new(Vec::new());
    scene.run(|session, id| {
        let found = write(session, |session| {
            // Successive transactions read what the other one writes.
            let pair = id / 2 % 5 * 2;
            let (mine, other) = (pair + id % 2, pair + (id + 1) % 2);
            ask(
                session,
                "MATCH (p:P {id: $p}) SET p.v = $id",
                &[("p", mine), ("id", id)],
            );
            let found = ask(session, "MATCH (p:P {id: $p}) RETURN p.v", &[("p", other)]);
            number(&found, 0)
        });
        let id = i64::try_from(id).expect("it is small");
        seen.lock().expect("nobody panics").push((id, found));
    });
    let seen = seen.into_inner().expect("nobody panics");
    let both = seen
        .iter()
        .filter(|(a, b)| a != b && seen.contains(&(*b, *a)));
    assert_eq!(both.count(), 0);
}

const CYCLE: &str = "CREATE (a:P {id: 0, v: 0})-[:K]->(b:P {id: 1, v: 0})-[:K]->\
                     (c:P {id: 2, v: 0})-[:K]->(d:P {id: 3, v: 0}), (d)-[:K]->(a)";
const VERSIONS: &str = "MATCH (a:P {id: 0})-[:K]->(b)-[:K]->(c)-[:K]->(d) \
                        RETURN a.v, b.v, c.v, d.v";

fn advance(session: &mut Session) {
    write(session, |session| {
        for id in 0..4 {
            ask(
                session,
                "MATCH (p:P {id: $id}) SET p.v = p.v + 1",
                &[("id", id)],
            );
        }
    });
}

/// OTV: what was seen of a transaction does not vanish.
#[test]
fn observed_transaction_vanishes() {
    let scene = Scene::new(CYCLE);
    scene.run(|session, id| {
        if reads(id) {
            let (first, second) = read(session, |session| {
                (
                    numbers(&ask(session, VERSIONS, &[])),
                    numbers(&ask(session, VERSIONS, &[])),
                )
            });
            assert!(
                first.iter().max() <= second.iter().min(),
                "{first:?} {second:?}"
            );
        } else {
            advance(session);
        }
    });
}

/// FR: of a transaction all is seen, or nothing.
#[test]
fn fractured_reads() {
    let scene = Scene::new(CYCLE);
    scene.run(|session, id| {
        if reads(id) {
            let seen = read(session, |session| {
                let first = numbers(&ask(session, VERSIONS, &[]));
                (first, numbers(&ask(session, VERSIONS, &[])))
            });
            assert_eq!(seen.0, seen.1);
            assert!(
                seen.0.iter().all(|version| *version == seen.0[0]),
                "{seen:?}"
            );
        } else {
            advance(session);
        }
    });
}

/// IMP: a transaction reads the same value twice.
#[test]
fn item_many_preceders() {
    let scene = Scene::new("CREATE (:P {id: 1, v: 0})");
    scene.run(|session, id| {
        if reads(id) {
            let text = "MATCH (p:P {id: 1}) RETURN p.v";
            let seen = read(session, |session| {
                let first = number(&ask(session, text, &[]), 0);
                (first, number(&ask(session, text, &[]), 0))
            });
            assert_eq!(seen.0, seen.1);
        } else {
            let text = "MATCH (p:P {id: 1}) SET p.v = p.v + 1";
            write(session, |session| ask(session, text, &[]));
        }
    });
}

/// PMP: a transaction finds the same twice.
#[test]
fn predicate_many_preceders() {
    let scene = Scene::new("CREATE (:P {id: 1}), (:Post {id: 1})");
    scene.run(|session, id| {
        if reads(id) {
            let text = "MATCH (:Post {id: 1})<-[:LIKES]-(p:P) RETURN count(p)";
            let seen = read(session, |session| {
                let first = number(&ask(session, text, &[]), 0);
                (first, number(&ask(session, text, &[]), 0))
            });
            assert_eq!(seen.0, seen.1);
        } else {
            let text = "MATCH (p:P {id: 1}), (post:Post {id: 1}) CREATE (p)-[:LIKES]->(post)";
            write(session, |session| ask(session, text, &[]));
        }
    });
}

/// LU: no update is lost.
#[test]
fn lost_update() {
    let scene = Scene::new("CREATE (:P {id: 1, friends: 0})");
    scene.run(|session, _| {
        write(session, |session| {
            let found = ask(session, "MATCH (p:P {id: 1}) RETURN p.friends", &[]);
            let friends = number(&found, 0).unsigned_abs();
            let text = "MATCH (p:P {id: 1}) SET p.friends = $n";
            ask(session, text, &[("n", friends + 1)]);
        });
    });
    let rows = scene.ask("MATCH (p:P {id: 1}) RETURN p.friends");
    assert_eq!(
        number(&rows, 0),
        i64::try_from(count()).expect("it is small")
    );
}

/// WS: what a transaction has read is still true when it writes.
#[test]
fn write_skew() {
    let scene = Scene::new(
        "UNWIND range(0, 9) AS i \
         CREATE (:P {id: 2 * i, v: 70}), (:P {id: 2 * i + 1, v: 80})",
    );
    scene.run(|session, id| {
        // Successive transactions meet at a pair.
        let pair = 2 * (id / 4 % 10);
        write(session, |session| {
            let text = "MATCH (a:P {id: $a}), (b:P {id: $a + 1}) RETURN a.v + b.v";
            let sum = number(&ask(session, text, &[("a", pair)]), 0);
            if sum >= 100 {
                let text = "MATCH (p:P {id: $p}) SET p.v = p.v - 100";
                ask(session, text, &[("p", pair + id % 2)]);
            } else {
                ask(
                    session,
                    "MATCH (p:P {id: $p}) SET p.v = p.v + 100",
                    &[("p", pair)],
                );
            }
        });
    });
    let rows = scene.ask(
        "MATCH (a:P), (b:P {id: a.id + 1}) WHERE a.id % 2 = 0 AND a.v + b.v < 0 RETURN count(*)",
    );
    assert_eq!(number(&rows, 0), 0);
}

/// Who waits too long for the writer's turn is told; who reads does not wait.
#[test]
fn a_writer_that_waits_too_long_is_told() {
    let scene = Scene::new("CREATE (:P {id: 1})");
    let (mut first, mut second) = (scene.database.session(), scene.database.session());
    second.set_busy_timeout(Duration::from_millis(10));
    first.begin().expect("the turn comes");
    ask(&mut first, "CREATE (:P {id: 2})", &[]);
    for text in ["BEGIN", "CREATE (:P {id: 3})"] {
        let error = second.run(text, &Params::default());
        let error = error.expect_err("another one writes");
        assert_eq!(error.code().detail, "Busy");
        assert_eq!(error.hints(), ["`--busy-timeout SECONDS` waits longer"]);
    }
    let count = "MATCH (p:P) RETURN count(p)";
    assert_eq!(number(&ask(&mut second, count, &[]), 0), 1);
    first.commit(None).expect("the disk takes it");
    ask(&mut second, "CREATE (:P {id: 3})", &[]);
    assert_eq!(number(&ask(&mut second, count, &[]), 0), 3);
}

/// A session that breaks off in the middle takes the turn from nobody: one that is
/// dropped, and one whose thread panics.
#[test]
fn a_session_that_breaks_off_gives_its_turn_back() {
    let scene = Scene::new("CREATE (:P {id: 1})");
    let mut dropped = scene.database.session();
    dropped.begin().expect("the turn comes");
    ask(&mut dropped, "CREATE (:P {id: 2})", &[]);
    drop(dropped);
    let mut panics = scene.database.session();
    let panicked = std::thread::spawn(move || {
        panics.begin().expect("the turn comes");
        ask(&mut panics, "CREATE (:P {id: 2})", &[]);
        // As a panic, but it is not printed.
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(panicked.join().is_err());
    ask(&mut scene.database.session(), "CREATE (:P {id: 3})", &[]);
    assert_eq!(number(&scene.ask("MATCH (p:P) RETURN count(p)"), 0), 2);
}

//! Commits of one small change, and programs that are killed while they make them.

use std::env;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use polity::db::{Database, Durability, FileOptions, KeepHistory, Params};
use polity::value::Value;

use super::{Bench, open, report, say};

/// How long each of them commits in a round.
const SPAN: Duration = Duration::from_secs(1);
/// Sessions that commit at once.
const SESSIONS: u64 = 8;
/// How many commits make a long log, and none too long.
const TAIL: u64 = 60_000;

pub(super) fn measure(bench: &Bench) {
    let path = bench.import("commit.polity", KeepHistory::All);
    let database = open(&path);
    let [mut append, mut alone, mut together] = [0.0_f64; 3];
    for _ in 0..bench.rounds {
        append = append.max(appended(&bench.folder.join("appended")));
        alone = alone.max(committed(&database, 1));
        together = together.max(committed(&database, SESSIONS));
    }
    drop(database);
    let options = FileOptions {
        durability: Durability::Relaxed,
        ..FileOptions::default()
    };
    let database = Database::open_with(&path, options).expect("the store opens");
    let relaxed = committed(&database, 1);
    drop(database);
    let beside = |what: &str, rate: f64| {
        let rates = (per_second(rate), per_second(append));
        report(
            what,
            &rates.0,
            "append and fdatasync",
            &rates.1,
            rate / append,
        );
    };
    beside("commits, one session", alone);
    beside("commits, eight sessions", together);
    beside("commits, relaxed", relaxed);
    drop(std::fs::remove_file(path));
}

fn per_second(rate: f64) -> String {
    format!("{rate:.0}/s")
}

/// Appends to a file and syncs it; returns how often in a second.
fn appended(path: &Path) -> f64 {
    let mut options = OpenOptions::new();
    let file = options.create(true).append(true).open(path);
    let mut file = file.expect("the file can be written");
    let (begin, mut count) = (Instant::now(), 0.0);
    while begin.elapsed() < SPAN {
        let written = file.write_all(&[7; 64]).and_then(|()| file.sync_data());
        written.expect("the file can be written");
        count += 1.0;
    }
    count / begin.elapsed().as_secs_f64()
}

/// Commits small changes from so many sessions; returns how many in a second.
fn committed(database: &Database, sessions: u64) -> f64 {
    let (over, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let begin = Instant::now();
    thread::scope(|scope| {
        for number in 0..sessions {
            let (over, count) = (&over, &count);
            scope.spawn(move || {
                let mut change = Changes::new(database, number);
                while !over.load(Ordering::Relaxed) {
                    change.next();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(SPAN);
        over.store(true, Ordering::Relaxed);
    });
    let count = u32::try_from(count.into_inner()).unwrap_or(u32::MAX);
    f64::from(count) / begin.elapsed().as_secs_f64()
}

/// One small change after another, each a commit.
pub(super) struct Changes {
    session: polity::db::Session,
    id: i64,
    next: i64,
}

impl Changes {
    pub(super) fn new(database: &Database, id: u64) -> Self {
        let mut session = database.session();
        session.set_busy_timeout(Duration::from_mins(1));
        Self {
            session,
            id: i64::try_from(id).unwrap_or(0),
            next: 0,
        }
    }

    fn next(&mut self) {
        self.next += 1;
        let mut params = Params::default();
        params.insert("id", Value::Int(self.id + self.next % 100));
        params.insert("rank", Value::Int(self.next));
        let statement = "MATCH (a:Actor {id: $id}) SET a.rank = $rank";
        let committed = self.session.run(statement, &params);
        committed.expect("the store takes changes");
    }

    /// Sets a text of so many bytes, a new one each time.
    pub(super) fn next_text(&mut self, bytes: usize) {
        self.next += 1;
        let text: String = format!("{} ", self.next)
            .chars()
            .cycle()
            .take(bytes)
            .collect();
        let mut params = Params::default();
        params.insert("id", Value::Int(self.id + self.next % 100));
        params.insert("note", Value::String(text.into()));
        let statement = "MATCH (a:Actor {id: $id}) SET a.note = $note";
        let committed = self.session.run(statement, &params);
        committed.expect("the store takes changes");
    }
}

/// Opens a store in a program of its own, and kills that once it has said so many lines.
pub(super) fn killed(path: &Path, manner: &str, lines: usize) {
    let program = env::current_exe().expect("this program has a name");
    let mut child = Command::new(program)
        .args(["child", &path.to_string_lossy(), manner])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let output = child.stdout.take().expect("it is a pipe");
    let said = BufReader::new(output).lines().take(lines).count();
    assert_eq!(said, lines, "the program commits until it is killed");
    child.kill().expect("it runs");
    child.wait().expect("it has ended");
}

/// What the other program does until it is killed: commits and says so, or makes a long log first.
pub(super) fn for_ever(path: &Path, manner: &str) {
    let options = FileOptions {
        durability: match manner {
            "tail" => Durability::Relaxed,
            _ => Durability::Full,
        },
        ..FileOptions::default()
    };
    let database = Database::open_with(path, options).expect("the store opens");
    let mut change = Changes::new(&database, 0);
    if manner == "tail" {
        for _ in 0..TAIL {
            change.next();
        }
        // A relaxed commit is on disk a tenth of a second later.
        thread::sleep(Duration::from_millis(500));
        say("done");
        thread::sleep(Duration::from_mins(10));
    }
    loop {
        change.next();
        say("committed");
    }
}

//! Starts processes and kills them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::child::{MODE, Mode, Random, SEED, STORE, text};

/// The last transaction of each session that was acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Acknowledged(pub(crate) BTreeMap<u64, u64>);

impl Acknowledged {
    pub(crate) fn of(&self, session: u64) -> u64 {
        self.0.get(&session).copied().unwrap_or(0)
    }

    /// How many transactions there are in all.
    pub(crate) fn sum(&self) -> u64 {
        self.0.values().sum()
    }
}

/// Lets a process make transactions until it is killed at some moment; returns what it said was
/// acknowledged, and what was `found` before it began.
pub(crate) fn kill_at_some_moment(
    mode: Mode,
    path: &Path,
    found: &Acknowledged,
    random: &mut Random,
) -> Acknowledged {
    let seed = random.next();
    let mut child = start(mode, path, seed);
    let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let writer = child.stdin.take().map(|input| {
        let first = found.of(0) + 1;
        // It ends when the pipe breaks.
        thread::spawn(move || drop(write_statements(input, first, Random(seed))))
    });
    let mut acknowledged = found.clone();
    let wanted = random.below(12);
    let mut line = String::new();
    for _ in 0..wanted {
        while !take(&mut output, &mut line, &mut acknowledged) {
            assert!(!line.is_empty(), "{mode:?}: it ended by itself");
        }
    }
    thread::sleep(Duration::from_micros(random.below(15_000)));
    child.kill().expect("it runs");
    // What it had said before it died was acknowledged too.
    loop {
        take(&mut output, &mut line, &mut acknowledged);
        if line.is_empty() {
            break;
        }
    }
    child.wait().expect("it has ended");
    if let Some(writer) = writer {
        writer.join().expect("the writer ends");
    }
    acknowledged
}

/// Reads a line; whether it tells of a transaction. An empty line is the end.
fn take(output: &mut impl BufRead, line: &mut String, acknowledged: &mut Acknowledged) -> bool {
    line.clear();
    output.read_line(line).expect("it is text");
    // A line that was cut off says nothing.
    let Some(words) = line.strip_suffix('\n') else {
        return false;
    };
    let mut words = words.split(' ');
    if words.next() != Some("acknowledged") {
        return false;
    }
    let mut number = || words.next()?.parse().ok();
    let (Some(session), Some(n)) = (number(), number()) else {
        return false;
    };
    acknowledged.0.insert(session, n);
    true
}

fn start(mode: Mode, path: &Path, seed: u64) -> Child {
    let mut command;
    if mode == Mode::Program {
        command = Command::new(env!("CARGO_BIN_EXE_polity"));
        command.arg(path).args(["--quiet", "--format", "tsv"]);
        command.stdin(Stdio::piped());
    } else {
        command = Command::new(std::env::current_exe().expect("it runs"));
        command.args(["--exact", "child", "--ignored", "--nocapture"]);
        command.env(STORE, path).env(MODE, format!("{mode:?}"));
        command.env(SEED, seed.to_string()).stdin(Stdio::null());
    }
    command.stdout(Stdio::piped());
    command.spawn().expect("the program starts")
}

fn write_statements(input: ChildStdin, first: u64, mut random: Random) -> io::Result<()> {
    let mut input = BufWriter::new(input);
    for n in first.. {
        let size = random.size();
        let text = text(n, size);
        writeln!(
            input,
            "BEGIN; CREATE (:Row {{session: 0, n: {n}, key: '0-{n}', text: '{text}'}}); \
             MATCH (r:Row {{key: '0-{n}'}}) CREATE (r)-[:HAS]->(:Mate {{n: {n}, size: {size}}}); \
             COMMIT; RETURN 'acknowledged 0 {n}' AS said;"
        )?;
        input.flush()?;
    }
    Ok(())
}

/// Writes a graph that takes a moment to import.
pub(crate) fn write_graph(path: &Path, nodes: usize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..nodes {
        let text = text(number as u64, 500);
        writeln!(
            file,
            r#"{{"type":"node","id":"{number}","labels":["Row"],"properties":{{"text":"{text}"}}}}"#
        )?;
    }
    file.flush()
}

/// Begins to make a store of a graph.
pub(crate) fn import(source: &Path, store: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.arg("import").args([source, store]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().expect("the program starts")
}

/// Begins to make a store of a graph, which takes about so `long`, and kills that at some moment:
/// half of the times when it has begun to write.
pub(crate) fn kill_import(source: &Path, store: &Path, long: Duration, random: &mut Random) {
    let mut child = import(source, store);
    let folder = store.parent().expect("it is in a folder");
    let writes = || {
        crate::names(folder)
            .iter()
            .any(|name| name.contains(".draft"))
    };
    let share = u32::try_from(random.below(100)).expect("it is small");
    if random.below(2) == 0 {
        while !writes() && child.try_wait().expect("it can be asked").is_none() {
            thread::yield_now();
        }
        thread::sleep(long * share / 400);
    } else {
        thread::sleep(long * share / 80);
    }
    // It may have ended.
    child.kill().ok();
    child.wait().expect("it has ended");
}

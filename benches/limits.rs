//! How polity bears what is too much: `cargo bench --bench limits [-- adversary|memory|cancel] [NAME]`
//! prints three tables.
//!
//! - adversary: texts that nobody should write, with time and memory until the answer or error;
//! - memory: statements that want more memory than there is, under the default limit;
//! - cancel: long statements, and how long they go on after they were cancelled.
//!
//! Each case runs in a process of its own, so that its memory can be told from the others'.

#[path = "../tests/support/adversary.rs"]
mod adversary;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use adversary::{ANSWER, SHAPES, many_parameters};
use polity::db::{Database, Params, Session};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["case", table, name] => say(&run_case(table, name)),
        [] => TABLES.iter().try_for_each(|table| print_table(table, "")),
        [table] => print_table(table, ""),
        [table, part, ..] => print_table(table, part),
    }
}

const TABLES: [&str; 3] = ["adversary", "memory", "cancel"];

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// One case after another, each in a process of its own.
fn print_table(table: &str, part: &str) -> io::Result<()> {
    say(&format!("\n{table}: case, ms, MiB, outcome"))?;
    let (mut slowest, mut largest) = (0.0_f64, 0.0_f64);
    for name in names(table).into_iter().filter(|name| name.contains(part)) {
        let child = Command::new(env::current_exe()?)
            .args(["case", table, &name])
            .stderr(Stdio::null())
            .output()?;
        let line = String::from_utf8_lossy(&child.stdout);
        let mut words = line.trim().splitn(3, ' ');
        let mut number = || words.next().and_then(|word| word.parse::<f64>().ok());
        let (time, memory) = (number(), number());
        let (Some(time), Some(memory)) = (time, memory) else {
            say(&format!("{name:<28} CRASH {}", child.status))?;
            continue;
        };
        slowest = slowest.max(time);
        largest = largest.max(memory);
        let outcome = words.next().unwrap_or_default();
        say(&format!("{name:<28} {time:>9.1} {memory:>7.0}  {outcome}"))?;
    }
    say(&format!("{:<28} {slowest:>9.1} {largest:>7.0}", "the most"))
}

fn names(table: &str) -> Vec<String> {
    let names = |cases: &[(&str, &str)]| cases.iter().map(|case| case.0.to_owned()).collect();
    match table {
        "memory" => names(MEMORY),
        "cancel" => names(CANCEL),
        _ => {
            let shapes = SHAPES.iter().map(|shape| shape.name.to_owned());
            shapes.chain(["parameters given".to_owned()]).collect()
        }
    }
}

fn run_case(table: &str, name: &str) -> String {
    match table {
        "memory" => measure(
            &mut database(false).session(),
            text(MEMORY, name),
            &Params::default(),
        ),
        "cancel" => cancel(text(CANCEL, name)),
        _ => {
            let (text, params) = match SHAPES.iter().find(|shape| shape.name == name) {
                Some(shape) => (shape.text(), Params::default()),
                None => many_parameters(),
            };
            measure(&mut Database::new().session(), &text, &params)
        }
    }
}

fn text(cases: &'static [(&str, &str)], name: &str) -> &'static str {
    cases
        .iter()
        .find(|case| case.0 == name)
        .map_or("", |case| case.1)
}

/// Milliseconds, peak memory in MiB, outcome.
fn measure(session: &mut Session, text: &str, params: &Params) -> String {
    let started = Instant::now();
    let outcome = match session.run(text, params) {
        Ok(_) => ANSWER.to_owned(),
        Err(error) => error.code().to_string(),
    };
    let time = started.elapsed().as_secs_f64() * 1e3;
    format!("{time} {} {outcome}", peak())
}

/// The most memory that this process has had, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.and_then(|size| size.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Cancels the statement after different times; says the longest that it went on.
fn cancel(text: &str) -> String {
    let (mut longest, mut told) = (0.0_f64, Vec::new());
    for delay in [30, 100, 250, 500, 1000, 2000, 4000] {
        let database = database(true);
        let mut session = database.session();
        session.set_folders(vec![env::temp_dir()]);
        let handle = session.cancel_handle();
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(delay));
            let now = Instant::now();
            handle.cancel();
            now
        });
        let outcome = session.run(text, &Params::default());
        let ended = Instant::now();
        let stopped_at = canceller.join().unwrap_or(ended);
        let over = ended.saturating_duration_since(stopped_at).as_secs_f64() * 1e3;
        let end = match outcome {
            Ok(_) => "done".to_owned(),
            Err(error) => error.code().detail.to_owned(),
        };
        longest = longest.max(over);
        told.push(format!("{delay}:{end}:{over:.0}"));
        if end != "Interrupted" {
            break;
        }
    }
    format!("{longest} {} {}", peak(), told.join(" "))
}

/// A graph of 200,000 people in a ring with short cuts; large enough that each clause takes long.
fn database(full: bool) -> Database {
    let database = Database::new();
    if full {
        let mut session = database.session();
        for text in [
            "UNWIND range(0, 199999) AS i CREATE (:P {i: i, name: 'name ' + toString(i * 7919 % 200000)})",
            "CREATE INDEX FOR (p:P) ON (p.i)",
            "UNWIND range(0, 199999) AS i MATCH (a:P {i: i}), (b:P {i: (i + 1) % 200000}) CREATE (a)-[:R {w: i}]->(b)",
            "UNWIND range(0, 199999) AS i MATCH (a:P {i: i}), (b:P {i: i * 7919 % 200000}) CREATE (a)-[:R {w: i}]->(b)",
        ] {
            session
                .run(text, &Params::default())
                .expect("the graph is made");
        }
    }
    database
}

const MEMORY: &[(&str, &str)] = &[
    ("range", "RETURN range(1, 1000000000) AS x"),
    (
        "ranges",
        "UNWIND range(1, 1000) AS i RETURN size(range(i, 10000000)) AS x",
    ),
    (
        "lists kept",
        "UNWIND range(1, 1000) AS i RETURN range(i, 10000000) AS x",
    ),
    (
        "collected ranges",
        "UNWIND range(1, 1000) AS i RETURN collect(range(i, 1000000)) AS x",
    ),
    (
        "doubled text",
        "RETURN size(reduce(s = 'a', x IN range(1, 60) | s + s)) AS x",
    ),
    (
        "doubled texts",
        "UNWIND range(1, 1000) AS i RETURN reduce(s = 'a', x IN range(1, 25) | s + s) AS x",
    ),
    (
        "doubled list",
        "RETURN size(reduce(s = [1], x IN range(1, 60) | s + s)) AS x",
    ),
    (
        "nested list",
        "RETURN reduce(s = [1], x IN range(1, 60) | [s, s, s]) AS x",
    ),
    (
        "replaced",
        "UNWIND range(1, 1000) AS i WITH reduce(s = 'a', x IN range(1, 20) | s + s) AS s RETURN replace(s, 'a', 'aaaaaaaaaaaaaaaaaaaa') AS x",
    ),
    (
        "split",
        "UNWIND range(1, 1000) AS i WITH reduce(s = 'a', x IN range(1, 22) | s + s) AS s RETURN split(s, '') AS x",
    ),
    (
        "comprehension",
        "RETURN size([x IN range(1, 10000000) | toString(x) + ' and some more text']) AS x",
    ),
    (
        "comprehension of lists",
        "RETURN size([x IN range(1, 100000) | range(1, 10000)]) AS x",
    ),
    (
        "slices",
        "WITH range(1, 10000000) AS l UNWIND range(1, 1000) AS i RETURN l[i..] AS x",
    ),
    (
        "sort",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN a, b ORDER BY b, a",
    ),
    (
        "sort texts",
        "UNWIND range(1, 15000000) AS a RETURN toString(a) + ' and some more text' AS t ORDER BY t",
    ),
    (
        "distinct",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN DISTINCT a, b",
    ),
    (
        "groups",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN a, b, count(*) AS n",
    ),
    (
        "collect",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN collect(a + b) AS l",
    ),
    (
        "collect subquery",
        "RETURN size(COLLECT { UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN a + b }) AS x",
    ),
    (
        "percentile",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN percentileDisc(a, 0.5) AS p",
    ),
    (
        "product",
        "UNWIND range(1, 15000000) AS a WITH a MATCH (n) RETURN a, n",
    ),
    (
        "rows",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b RETURN a, b, a + b AS c",
    ),
    (
        "created nodes",
        "UNWIND range(1, 15000000) AS a UNWIND range(1, 20) AS b CREATE ({a: a, b: b})",
    ),
    (
        "set texts",
        "CREATE (n) WITH n UNWIND range(1, 15000000) AS a CREATE ({t: toString(a) + ' and some more text'})",
    ),
    (
        "repeated list",
        "WITH range(1, 1000000) AS l UNWIND l AS a WITH a, l ORDER BY a DESC RETURN count(*) AS n",
    ),
];

const CANCEL: &[(&str, &str)] = &[
    (
        "comprehension",
        "RETURN size([x IN range(1, 10000000) WHERE x % 7 = 3 | x * 2 + 1]) AS n",
    ),
    (
        "comprehension of texts",
        "RETURN size([x IN range(1, 5000000) | toString(x) + 'x']) AS n",
    ),
    (
        "reduce",
        "RETURN reduce(s = 0, x IN range(1, 10000000) | s + x % 3) AS n",
    ),
    (
        "reduce a text",
        "RETURN size(reduce(s = '', x IN range(1, 1000000) | s + 'a')) AS n",
    ),
    (
        "quantifiers",
        "RETURN all(x IN range(1, 20000) WHERE none(y IN range(1, 20000) WHERE x + y < 0)) AS b",
    ),
    (
        "large text",
        "WITH reduce(s = 'aB', x IN range(1, 25) | s + s) AS s UNWIND range(1, 1000) AS i RETURN size(toUpper(s)) AS n",
    ),
    (
        "large text replaced",
        "WITH reduce(s = 'ab', x IN range(1, 24) | s + s) AS s UNWIND range(1, 1000) AS i RETURN size(replace(s, 'a', 'c')) AS n",
    ),
    (
        "split",
        "WITH reduce(s = 'ab', x IN range(1, 22) | s + s) AS s UNWIND range(1, 1000) AS i RETURN size(split(s, 'a')) AS n",
    ),
    (
        "regex",
        "WITH reduce(s = 'ab', x IN range(1, 25) | s + s) AS s UNWIND range(1, 1000) AS i RETURN s =~ '(a|b)*c' AS b",
    ),
    (
        "regex of states",
        "WITH reduce(s = 'ab', x IN range(1, 20) | s + s) AS s RETURN s =~ '(.{0,200}a.{0,200}){10}c' AS b",
    ),
    (
        "in a large list",
        "WITH range(1, 10000000) AS l UNWIND range(1, 1000) AS i RETURN -i IN l AS b",
    ),
    (
        "equal lists",
        "WITH range(1, 10000000) AS l, range(1, 10000000) AS m UNWIND range(1, 1000) AS i RETURN l = m AS b",
    ),
    (
        "rows",
        "UNWIND range(1, 10000000) AS a UNWIND range(1, 10000000) AS b WITH a, b WHERE a + b < 0 RETURN a",
    ),
    (
        "sort integers",
        "UNWIND range(1, 10000000) AS a WITH a * 7919 % 10000019 AS b ORDER BY b RETURN count(b) AS n",
    ),
    (
        "sort texts",
        "UNWIND range(1, 3000000) AS a WITH toString(a * 7919 % 10000019) AS b ORDER BY b RETURN count(b) AS n",
    ),
    (
        "sort names",
        "UNWIND range(1, 20) AS i MATCH (p:P) WITH p.name AS name, i ORDER BY name RETURN count(name) AS n",
    ),
    (
        "groups",
        "UNWIND range(1, 10000000) AS a WITH a % 5000011 AS b, count(*) AS c RETURN max(c) AS m",
    ),
    (
        "groups of texts",
        "UNWIND range(1, 5000000) AS a WITH toString(a) AS b, count(*) AS c RETURN max(c) AS m",
    ),
    (
        "groups of a scan",
        "UNWIND range(1, 50) AS i MATCH (p:P)-->(q) WITH p.i % 100000 AS b, q.name AS n, count(*) AS c RETURN max(c) AS m",
    ),
    (
        "distinct",
        "UNWIND range(1, 10000000) AS a WITH DISTINCT a RETURN count(a) AS n",
    ),
    (
        "count distinct",
        "UNWIND range(1, 10000000) AS a RETURN count(DISTINCT a) AS n",
    ),
    (
        "collect",
        "UNWIND range(1, 10000000) AS a WITH collect(a) AS l RETURN size(l) AS n",
    ),
    (
        "collect texts",
        "UNWIND range(1, 5000000) AS a WITH collect(toString(a)) AS l RETURN size(l) AS n",
    ),
    (
        "percentile",
        "UNWIND range(1, 10000000) AS a RETURN percentileCont(a * 7919 % 10000019, 0.5) AS p",
    ),
    (
        "join",
        "MATCH (a:P), (b:P) WHERE a.name = b.name WITH a, b MATCH (c:P), (d:P) WHERE c.name = d.name RETURN count(*) AS n",
    ),
    (
        "product",
        "MATCH (a:P), (b:P) WHERE a.i + b.i < 0 RETURN count(*) AS n",
    ),
    (
        "count product",
        "MATCH (a:P), (b:P), (c:P) RETURN count(*) AS n",
    ),
    (
        "three steps",
        "MATCH (a:P)--(b)--(c)--(d)--(e) RETURN count(DISTINCT e) AS n",
    ),
    (
        "variable length",
        "MATCH p = (a:P {i: 0})-[*1..40]-(b) RETURN count(p) AS n",
    ),
    (
        "reachable",
        "MATCH (a:P)-[:R*]->(b) RETURN count(DISTINCT b) AS n",
    ),
    (
        "reachable pairs",
        "MATCH (a:P)-[:R*1..12]->(b) RETURN DISTINCT a, b",
    ),
    (
        "shortest",
        "MATCH (a:P), (b:P) WHERE a.i < 1000 AND b.i > 199000 MATCH p = shortestPath((a)-[:R*]-(b)) RETURN sum(length(p)) AS n",
    ),
    (
        "all shortest",
        "MATCH (a:P), (b:P) WHERE a.i < 1000 AND b.i > 199000 MATCH p = allShortestPaths((a)-[:R*]-(b)) RETURN sum(length(p)) AS n",
    ),
    (
        "shortest of a kind",
        "MATCH (a:P {i: 0}), (b:P {i: 100000}) MATCH p = shortestPath((a)-[:R*]-(b)) WHERE all(r IN relationships(p) WHERE r.w > 10) AND length(p) > 30 RETURN length(p) AS n",
    ),
    (
        "subqueries",
        "MATCH (a:P) WHERE COUNT { (a)--()--()--()--() } > 1000000 RETURN a",
    ),
    (
        "create",
        "UNWIND range(1, 5000000) AS i CREATE (:N {i: i, name: toString(i)})",
    ),
    (
        "create relationships",
        "MATCH (a:P) UNWIND range(1, 20) AS i CREATE (a)-[:S {i: i}]->(:N)",
    ),
    ("merge", "UNWIND range(1, 1000000) AS i MERGE (:P {i: i})"),
    (
        "set",
        "UNWIND range(1, 20) AS i MATCH (a:P) SET a.x = i, a.y = a.name + 'x'",
    ),
    ("delete", "MATCH (a:P) DETACH DELETE a"),
    ("create an index", "CREATE INDEX FOR (p:P) ON (p.name)"),
    (
        "create a constraint",
        "CREATE CONSTRAINT FOR (p:P) REQUIRE p.name IS UNIQUE",
    ),
    (
        "foreach",
        "FOREACH (i IN range(1, 1000000) | CREATE (:N {i: i}))",
    ),
];

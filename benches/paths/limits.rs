//! Searches that would go on for ever: what they take until they meet the memory limit, and how soon
//! they end when they are cancelled.

use std::time::{Duration, Instant};
use std::{fs, thread};

use polity::db::{Database, Params};

use crate::say;

/// The limit of the statements' memory.
const LIMIT: usize = 256 << 20;
/// After so many milliseconds a statement is cancelled.
const DELAYS: [u64; 5] = [20, 100, 400, 1000, 3000];

/// What is asked, with `$a`, `$b` and `$c` for the ids of nodes that are there.
const CASES: &[(&str, &str)] = &[
    (
        "trail, counted",
        "MATCH p = TRAIL (a {id: $a})-[*]->(b {id: $c}) RETURN count(p) AS n",
    ),
    (
        "trail, returned",
        "MATCH p = TRAIL (a {id: $a})-[*]-(b {id: $b}) RETURN p",
    ),
    (
        "trail from one end",
        "MATCH p = TRAIL (a {id: $a})-[*]-(b) RETURN count(p) AS n",
    ),
    (
        "variable length",
        "MATCH p = (a {id: $a})-[*]-(b) RETURN sum(length(p)) AS n",
    ),
    (
        "variable length, collected",
        "MATCH p = (a {id: $a})-[*]-(b {id: $b}) RETURN collect(p) AS paths",
    ),
    (
        "trail of groups",
        "MATCH p = (a {id: $a}) ((x)-[r]-(y) WHERE x.id <> y.id)+ (b {id: $b}) RETURN count(p) AS n",
    ),
    (
        "groups with lists",
        "MATCH (a {id: $a}) ((x)-[r]-(y)-[s]-(z)){1,} (b {id: $b}) RETURN sum(size(y)) AS n",
    ),
    (
        "trail in a part",
        "MATCH REPEATABLE ELEMENTS (a {id: $a}) (TRAIL ((x)-[r]-(y))+) (b {id: $b}) RETURN count(*) AS n",
    ),
    (
        "acyclic",
        "MATCH p = ACYCLIC (a {id: $a})-[*]-(b {id: $b}) RETURN count(p) AS n",
    ),
    (
        "simple",
        "MATCH p = SIMPLE (a {id: $a})-[*]-(b {id: $b}) RETURN count(p) AS n",
    ),
    (
        "walks, all shortest",
        "MATCH REPEATABLE ELEMENTS ALL SHORTEST (a {id: $a})-[r]-{9,}(b {id: $b}) RETURN count(*) AS n",
    ),
    (
        "shortest 100 groups",
        "MATCH p = SHORTEST 100 GROUPS (a {id: $a})-[*]-(b {id: $b}) RETURN p",
    ),
    (
        "shortest 10 million",
        "MATCH p = SHORTEST 10000000 (a {id: $a})-[*]-(b {id: $b}) RETURN p",
    ),
    (
        "all shortest from one end",
        "MATCH p = ALL SHORTEST (a {id: $a})-[*]-(b) RETURN p",
    ),
    (
        "shortest, condition on a path",
        "MATCH (a {id: $a}), (b {id: $b}) MATCH p = shortestPath((a)-[*]-(b)) WHERE length(p) > 15 RETURN p",
    ),
    (
        "shortest, condition on steps",
        "MATCH (a {id: $a}), (b {id: $b}) MATCH p = allShortestPaths((a)-[*]-(b)) \
         WHERE all(n IN nodes(p) WHERE n.id <> -1) AND any(n IN nodes(p) WHERE n.id = -1) RETURN p",
    ),
    (
        "cheapest, many",
        "MATCH (a {id: $a}), (b {id: $b}) CALL path.cheapest(a, b, {cost: 1, k: 10000000}) \
         YIELD path RETURN path",
    ),
    (
        "cheapest of varied cost",
        "MATCH (a:Actor), (b {id: $b}) CALL path.cheapest(a, b, {cost: 'confidence', default: 1}) \
         YIELD cost RETURN sum(cost) AS n",
    ),
    (
        "reach of all",
        "MATCH (a:Actor)-[*]-(b) RETURN count(DISTINCT b) AS n",
    ),
    (
        "reach of one, returned",
        "MATCH (a {id: $a})-[*]-(b) RETURN DISTINCT b",
    ),
    (
        "pairs in reach",
        "MATCH (a:Actor)-[*1..4]-(b) RETURN DISTINCT a, b",
    ),
];

/// Prints a line for each case whose name contains `part`.
pub(crate) fn print(database: &Database, part: &str) {
    let ids = ids(database);
    say("case: MiB above the graph, outcome, ms to it; longest ms after it was cancelled, each");
    for (name, text) in CASES.iter().filter(|(name, _)| name.contains(part)) {
        let (grown, outcome, time) = limited(database, text, &ids);
        let (longest, told) = cancelled(database, text, &ids);
        say(&format!(
            "{name:<30} {grown:>6} {outcome:<20} {time:>9.0}   {longest:>7.1}  {told}"
        ));
    }
}

/// The ids of two actors and of what an actor leads to, or of the first nodes.
fn ids(database: &Database) -> Params {
    let mut session = database.session();
    let mut params = Params::default();
    for text in [
        "MATCH (n:Actor) RETURN n.id AS id ORDER BY id LIMIT 78",
        "MATCH (n) RETURN n.id AS id LIMIT 78",
    ] {
        let rows = session.run(text, &Params::default());
        let rows = rows.expect("the query is right");
        let ids: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        if let (Some(a), Some(b)) = (ids.get(5), ids.get(77)) {
            params.insert("a", a.clone());
            params.insert("b", b.clone());
            params.insert("c", b.clone());
            break;
        }
    }
    let rows = session.run(
        "MATCH (:Actor)-[:SUPPORTS]->(n) RETURN n.id AS id LIMIT 1",
        &Params::default(),
    );
    if let Some(row) = rows.expect("the query is right").iter().next() {
        params.insert("c", row[0].clone());
    }
    params
}

/// Runs a statement under the limit, for twenty seconds at most.
fn limited(database: &Database, text: &str, ids: &Params) -> (u64, String, f64) {
    let mut session = database.session();
    session.set_memory_limit(Some(LIMIT));
    session.set_timeout(Some(Duration::from_secs(20)));
    forget_peak();
    let before = status("VmRSS:");
    let begin = Instant::now();
    let outcome = match session.run(text, ids) {
        Ok(_) => "done".to_owned(),
        Err(error) => error.code().detail.to_owned(),
    };
    let time = begin.elapsed().as_secs_f64() * 1e3;
    (status("VmHWM:").saturating_sub(before), outcome, time)
}

/// Cancels a statement after different times; returns the longest that it went on.
fn cancelled(database: &Database, text: &str, ids: &Params) -> (f64, String) {
    let (mut longest, mut told) = (0.0_f64, Vec::new());
    for delay in DELAYS {
        let mut session = database.session();
        session.set_memory_limit(Some(16 << 30));
        let handle = session.cancel_handle();
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(delay));
            let now = Instant::now();
            handle.cancel();
            now
        });
        let outcome = session.run(text, ids);
        let ended = Instant::now();
        let stopped = canceller.join().unwrap_or(ended);
        let over = ended.saturating_duration_since(stopped).as_secs_f64() * 1e3;
        let end = match outcome {
            Ok(_) => "done".to_owned(),
            Err(error) => error.code().detail.to_owned(),
        };
        if end != "Interrupted" {
            told.push(format!("{delay}:{end}"));
            break;
        }
        longest = longest.max(over);
        told.push(format!("{delay}:{over:.0}"));
    }
    (longest, told.join(" "))
}

/// Lets the greatest size of this process count from now on.
fn forget_peak() {
    // Where that is not possible the peak is that of the case that took most until now.
    drop(fs::write("/proc/self/clear_refs", "5"));
}

/// A size of this process in MiB.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.and_then(|size| size.parse::<u64>().ok()).unwrap_or(0) / 1024
}

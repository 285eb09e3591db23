//! Paths: the engine against a brute-force enumerator, on small random graphs.
//!
//! `POLITY_PATHS` says how many queries are tried, `POLITY_SEED` repeats a run.

#![expect(
    clippy::excessive_nesting,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::panic,
    reason = "an oracle is to be small and obvious, and may fail loudly"
)]

#[path = "paths/check.rs"]
mod check;
#[path = "paths/generate.rs"]
mod generate;
#[path = "paths/graph.rs"]
mod graph;
#[path = "paths/matching.rs"]
mod matching;
#[path = "paths/pattern.rs"]
mod pattern;
#[path = "laws/random.rs"]
mod random;

use std::env;

use check::{Outcome, check};
use generate::Generator;
use graph::Graph;
use pattern::Query;
use random::Random;

/// How many differences are reported.
const MOST_REPORTS: usize = 8;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn the_engine_agrees_with_brute_force() {
    let seed = number("POLITY_SEED").unwrap_or(20_261_122);
    let count = number("POLITY_PATHS").unwrap_or(1_000);
    let mut reports = Vec::new();
    let (mut with_rows, mut too_large) = (0, 0);
    for trial in 0..count {
        let mut random = Random::new(seed.wrapping_add(trial));
        let graph = Graph::random(&mut random);
        let query = Generator::new(&mut random).query();
        match check(&graph, &query) {
            Ok(Outcome::Rows) => with_rows += 1,
            Ok(Outcome::Empty) => {}
            Ok(Outcome::TooLarge) => too_large += 1,
            Err(_) => {
                let (graph, report) = shrink(graph, &query);
                let (create, text) = (graph.create(), query.text());
                reports.push(format!(
                    "POLITY_SEED={} POLITY_PATHS=1\n{create};\n{text};\n{report}",
                    seed.wrapping_add(trial)
                ));
            }
        }
        if reports.len() == MOST_REPORTS {
            break;
        }
    }
    assert!(reports.is_empty(), "\n{}", reports.join("\n"));
    assert!(
        with_rows * 3 > count && too_large * 20 < count || count < 100,
        "{with_rows} of {count} queries have rows, {too_large} are too large to be checked"
    );
}

/// Leaves out parts of the graph as long as the answers differ.
fn shrink(mut graph: Graph, query: &Query) -> (Graph, String) {
    let mut report = check(&graph, query).err().unwrap_or_default();
    while let Some((smaller, found)) = graph
        .smaller()
        .into_iter()
        .find_map(|smaller| check(&smaller, query).err().map(|found| (smaller, found)))
    {
        (graph, report) = (smaller, found);
    }
    (graph, report)
}

//! Every format gives back the graph that was written: the governance graph, and random graphs with
//! hostile names and values. `POLITY_GRAPHS=1000` makes so many; `POLITY_SEED` begins elsewhere.
//!
//! Files are opened as the command line opens them, by the ends of their names.

#[path = "../laws/random.rs"]
mod random;

mod compare;
mod damage;
mod graphs;
mod page;

use std::fs;
use std::path::Path;

use polity::cli;
use polity::db::Database;
use polity::formats::graph::GraphFormat;
use polity::store::Snapshot;

use graphs::{Numbers, contents, graph};
use random::Random;

/// How many graphs are made if nothing is said.
pub(crate) const GRAPHS: u64 = 50;

pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Writes a graph into a file and opens the file.
fn round_trip(format: GraphFormat, graph: &Snapshot, folder: &Path) -> Result<Snapshot, String> {
    let path = match format.extensions() {
        [extension, ..] if !format.is_folder() => folder.join(format!("graph.{extension}")),
        _ => folder.join("graph"),
    };
    if path.is_dir() {
        fs::remove_dir_all(&path).expect("the folder is ours");
    }
    let written = Database::from_snapshot(graph.clone()).export(format, &path);
    written.map_err(|error| format!("cannot be written: {error}"))?;
    match cli::open(Some(&path), None) {
        Ok(opened) => Ok((*opened.database.snapshot()).clone()),
        Err(refusal) => Err(refusal.to_string()),
    }
}

/// Compares a graph with what comes back; says the first difference.
fn check(format: GraphFormat, graph: &Snapshot, numbers: Numbers, folder: &Path) -> Option<String> {
    let again = match round_trip(format, graph, folder) {
        Ok(again) => again,
        Err(problem) => return Some(problem),
    };
    let (before, after) = (contents(graph, numbers), contents(&again, numbers));
    if before == after {
        return None;
    }
    let only = |some: &[String], others: &[String]| {
        let lines = some.iter().filter(|line| !others.contains(line));
        lines.take(3).cloned().collect::<Vec<_>>().join("\n  ")
    };
    Some(format!(
        "lost:\n  {}\nnew:\n  {}",
        only(&before, &after),
        only(&after, &before)
    ))
}

/// Runs a format over the governance graph and random graphs.
fn every_graph_comes_back(format: GraphFormat, numbers: Numbers) {
    let folder = tempfile::tempdir().expect("there is room for files");
    let governance = Database::governance().expect("it is sound").snapshot();
    let problem = check(format, &governance, numbers, folder.path());
    let problem = problem.unwrap_or_default();
    assert!(
        problem.is_empty(),
        "{} of the governance graph: {problem}",
        format.name()
    );
    let first = number("POLITY_SEED").unwrap_or(1);
    for seed in first..first + number("POLITY_GRAPHS").unwrap_or(GRAPHS) {
        let made = graph(&mut Random::new(seed), numbers);
        let problem = check(format, &made, numbers, folder.path()).unwrap_or_default();
        assert!(
            problem.is_empty(),
            "{} of the graph of POLITY_SEED={seed}: {problem}",
            format.name()
        );
    }
}

#[test]
fn json_lines() {
    every_graph_comes_back(GraphFormat::Jsonl, Numbers::None);
}

#[test]
fn csv() {
    every_graph_comes_back(GraphFormat::Csv, Numbers::Each);
}

#[test]
fn cypher() {
    every_graph_comes_back(GraphFormat::Cypher, Numbers::Each);
}

#[test]
fn graphml() {
    every_graph_comes_back(GraphFormat::Graphml, Numbers::None);
}

#[test]
fn gexf() {
    every_graph_comes_back(GraphFormat::Gexf, Numbers::None);
}

#[test]
fn turtle() {
    every_graph_comes_back(GraphFormat::Turtle, Numbers::None);
}

#[test]
fn n_triples() {
    every_graph_comes_back(GraphFormat::Ntriples, Numbers::None);
}

#[test]
fn json_ld() {
    every_graph_comes_back(GraphFormat::Jsonld, Numbers::None);
}

//! `:schema`: labels, relationship types, property keys, with counts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::db::{Snapshot, Statistics};
use crate::repl::shell::{Failure, Outcome, Shell, count};
use crate::value::{NodeId, Value};

/// How many nodes of a label are looked at for their keys.
const SAMPLE: usize = 10_000;
/// How many pairs of ends are shown for a type.
const PAIRS: usize = 4;
/// How many keys are shown for a label.
const KEYS: usize = 12;

/// `:schema`
pub(super) fn run(shell: &mut Shell<'_>) -> Result<Outcome, Failure> {
    let graph = shell.session.snapshot();
    let statistics = graph.statistics();
    let labels = labels(&graph, &statistics);
    let types = types(&graph, &statistics);
    shell.table(&["label", "nodes", "keys"], labels)?;
    shell.table(&["type", "relationships", "from → to"], types)?;
    let nodes = count(graph.node_count(), "node");
    let rels = count(graph.rel_count(), "relationship");
    writeln!(shell.streams.results, "{nodes}, {rels}")?;
    Ok(Outcome::Done)
}

/// A row for each label; kinds stand below the family that they are within.
fn labels(graph: &Snapshot, statistics: &Statistics) -> Vec<Vec<Value>> {
    let schema = graph.schema();
    let family = |name: &str| {
        schema
            .labels
            .get(name)
            .and_then(|label| label.within.clone())
    };
    let mut labels: Vec<(String, Option<String>, u64)> = statistics
        .labels()
        .map(|(name, nodes)| (name.to_string(), family(name), nodes))
        .collect();
    labels.sort_by_cached_key(|(name, family, _)| match family {
        Some(family) => (family.clone(), Some(name.clone())),
        None => (name.clone(), None),
    });
    let row = |(name, family, nodes): (String, Option<String>, u64)| {
        let keys = keys(graph, &name);
        let shown = if family.is_some() {
            format!("  {name}")
        } else {
            name
        };
        vec![Value::from(shown), number(nodes), Value::from(keys)]
    };
    labels.into_iter().map(row).collect()
}

/// The keys that nodes with the label have, frequent ones first; the first nodes stand for all of
/// a large graph.
fn keys(graph: &Snapshot, label: &str) -> String {
    let Some(label) = graph.label(label) else {
        return String::new();
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for node in graph.nodes_with_label(label).iter().take(SAMPLE) {
        for (key, _) in graph.node_properties(NodeId(node)) {
            *counts.entry(graph.key_name(key)).or_default() += 1;
        }
    }
    let mut keys: Vec<(&str, usize)> = counts.into_iter().collect();
    keys.sort_by_key(|(_, count)| Reverse(*count));
    let names = keys.into_iter().map(|(name, _)| name.to_owned());
    first_of(names.collect(), KEYS)
}

fn types(graph: &Snapshot, statistics: &Statistics) -> Vec<Vec<Value>> {
    let families = families(graph, statistics);
    let row = |(name, rels): (&Arc<str>, u64)| {
        let ends = ends(&families, name, statistics);
        vec![Value::from(&**name), number(rels), Value::from(ends)]
    };
    statistics.types().map(row).collect()
}

/// Labels that are not within another one: few, and every node has one.
fn families<'a>(graph: &Snapshot, statistics: &'a Statistics) -> Vec<&'a str> {
    let schema = graph.schema();
    let is_kind = |name: &str| {
        let label = schema.labels.get(name);
        label.is_some_and(|label| label.within.is_some())
    };
    let names = statistics.labels().map(|(name, _)| &**name);
    names.filter(|name| !is_kind(name)).collect()
}

/// The most frequent pairs of ends of a type.
fn ends(labels: &[&str], name: &str, statistics: &Statistics) -> String {
    let mut pairs = Vec::new();
    for start in labels {
        for end in labels {
            let count = statistics.rel_count(Some(start), Some(name), Some(end));
            if count > 0 {
                pairs.push((Reverse(count), format!("{start} → {end} {count}")));
            }
        }
    }
    pairs.sort();
    first_of(pairs.into_iter().map(|(_, text)| text).collect(), PAIRS)
}

/// The first `limit` texts, and how many more there are.
fn first_of(mut texts: Vec<String>, limit: usize) -> String {
    let more = texts.len().saturating_sub(limit);
    texts.truncate(limit);
    if more > 0 {
        texts.push(format!("{more} more"));
    }
    texts.join(", ")
}

fn number(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

//! Finds the chains in paths: which nodes in which order, joined by what, according to whom.

use std::collections::HashMap;

use super::chain::{Chain, Link, Step, Way, add_new};
use super::names::name_of;
use crate::db::Snapshot;
use crate::formats::words::{Words, clean};
use crate::value::{NodeId, Path, RelId, Value};

/// Chains and the sources that their links cite.
pub(super) struct Chains {
    /// The chains that are shown, in the order of the paths.
    pub(super) shown: Vec<Chain>,
    /// How many more there are.
    pub(super) hidden: usize,
    /// The ids of the sources, in the order of their numbers; the first has number one.
    pub(super) sources: Vec<String>,
}

/// A way through the graph, whichever of parallel relationships it takes.
struct Route<'a> {
    nodes: &'a [NodeId],
    /// For each step the relationships that some path takes.
    steps: Vec<Vec<RelId>>,
}

impl Chains {
    /// Brings paths over the same nodes together, and keeps the first `limit` chains.
    pub(super) fn of<'a>(
        graph: &Snapshot,
        paths: impl IntoIterator<Item = &'a Path>,
        limit: usize,
    ) -> Self {
        let routes = routes(paths);
        let mut sources = Vec::new();
        let shown = routes.iter().take(limit);
        Self {
            shown: shown
                .map(|route| chain(graph, route, &mut sources))
                .collect(),
            hidden: routes.len().saturating_sub(limit),
            sources,
        }
    }
}

fn routes<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Vec<Route<'a>> {
    let mut routes: Vec<Route<'a>> = Vec::new();
    let mut places = HashMap::new();
    for path in paths {
        let place = *places.entry(&path.nodes).or_insert(routes.len());
        if place == routes.len() {
            routes.push(Route {
                nodes: &path.nodes,
                steps: vec![Vec::new(); path.rels.len()],
            });
        }
        for (step, rel) in routes[place].steps.iter_mut().zip(&path.rels) {
            add_new(step, vec![*rel]);
        }
    }
    routes
}

fn chain(graph: &Snapshot, route: &Route<'_>, sources: &mut Vec<String>) -> Chain {
    let step = |(rels, ends): (&Vec<RelId>, &[NodeId])| {
        let mut step = Step {
            links: Vec::new(),
            to: ends
                .last()
                .map(|node| name_of(graph, *node))
                .unwrap_or_default(),
        };
        for rel in rels {
            step.join(link(graph, *rel, ends[0], sources));
        }
        step
    };
    Chain {
        start: route
            .nodes
            .first()
            .map(|node| name_of(graph, *node))
            .unwrap_or_default(),
        steps: route
            .steps
            .iter()
            .zip(route.nodes.windows(2))
            .map(step)
            .collect(),
    }
}

/// Describes a relationship as one comes to it from `here`.
fn link(graph: &Snapshot, rel: RelId, here: NodeId, sources: &mut Vec<String>) -> Link {
    let cited = strings(&property(graph, rel, "source"));
    let number = |id: String| {
        let place = sources.iter().position(|known| *known == id);
        place.unwrap_or_else(|| {
            sources.push(id);
            sources.len() - 1
        }) + 1
    };
    let words = Words::new(graph);
    Link {
        way: if graph.rel(rel).start == here {
            Way::Forward
        } else {
            Way::Backward
        },
        // A position says more than that there is one.
        words: match property(graph, rel, "position") {
            Value::String(position) => format!("{}: {}", words.rel_type(rel), clean(&position)),
            _ => words.rel_type(rel),
        },
        sources: cited.into_iter().map(number).collect(),
        dates: words.date(rel).into_iter().collect(),
        polarity: polarity(graph, rel),
    }
}

/// Whether the schema says of a relationship's type that it speaks for something or against it.
fn polarity(graph: &Snapshot, rel: RelId) -> i64 {
    let name = graph.type_name(graph.rel(rel).rel_type);
    let declared = graph.schema().types.get(&**name);
    declared.and_then(|declared| declared.polarity).unwrap_or(0)
}

fn property(graph: &Snapshot, rel: RelId, key: &str) -> Value {
    graph
        .key(key)
        .map_or(Value::Null, |key| graph.rel_property(rel, key))
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_string()],
        Value::List(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

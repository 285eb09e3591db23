//! What a query may change in a graph, and the difference of two such states by the TCK's own
//! definition.

use std::collections::{BTreeMap, BTreeSet};

use polity::store::{KeyId, Snapshot};
use polity::value::{NodeId, RelId, Value};

use crate::engine::describe;
use crate::literal::Elements;

/// All that can be observed of a graph.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    nodes: BTreeSet<NodeId>,
    rels: BTreeSet<RelId>,
    labels: BTreeSet<String>,
    properties: BTreeSet<(Entity, String, String)>,
    labels_of_nodes: BTreeSet<(NodeId, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entity {
    Node(NodeId),
    Rel(RelId),
}

/// Numbers by metric (`+nodes`, `-labels`, …); those that are zero are left out.
pub(crate) type Effects = BTreeMap<String, usize>;

impl State {
    /// Reads the state of `graph`.
    pub(crate) fn of(graph: &Snapshot) -> Self {
        let mut state = Self::default();
        for node in graph.nodes() {
            state.nodes.insert(node);
            for label in graph.labels(node) {
                let name = graph.label_name(*label).to_string();
                state.labels.insert(name.clone());
                state.labels_of_nodes.insert((node, name));
            }
            state.add(Entity::Node(node), graph.node_properties(node), graph);
        }
        for rel in graph.rels() {
            state.rels.insert(rel);
            state.add(Entity::Rel(rel), graph.rel_properties(rel), graph);
        }
        state
    }

    fn add(&mut self, entity: Entity, properties: Vec<(KeyId, Value)>, graph: &Snapshot) {
        for (key, value) in properties {
            let text = describe(&value, graph).text(Elements::InOrder);
            self.properties
                .insert((entity, graph.key_name(key).to_string(), text));
        }
    }

    /// Returns what came and went between this state and a later one.
    pub(crate) fn effects(&self, after: &Self) -> Effects {
        let mut effects = Effects::new();
        count(&mut effects, "nodes", &self.nodes, &after.nodes);
        count(&mut effects, "relationships", &self.rels, &after.rels);
        count(&mut effects, "labels", &self.labels, &after.labels);
        count(
            &mut effects,
            "properties",
            &self.properties,
            &after.properties,
        );
        effects
    }
}

fn count<T: Ord>(effects: &mut Effects, name: &str, before: &BTreeSet<T>, after: &BTreeSet<T>) {
    for (sign, number) in [
        ('+', after.difference(before).count()),
        ('-', before.difference(after).count()),
    ] {
        if number > 0 {
            effects.insert(format!("{sign}{name}"), number);
        }
    }
}

//! Which elements of two graphs are the same.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::store::{KeyId, Snapshot};
use crate::value::literal::to_literal;
use crate::value::{NodeId, RelId, Value, equivalent};

/// The property by which nodes are known.
pub(super) const ID: &str = "id";

/// With how many others a relationship is compared, where so many join the same nodes.
const COMPARED: usize = 1_000;

/// Properties by name, in order.
pub(super) type Properties = Vec<(Arc<str>, Value)>;

/// Elements of two graphs: pairs that are the same, and what only one of them has.
#[derive(Debug)]
pub(super) struct Pairs<Id> {
    pub(super) both: Vec<(Id, Id)>,
    pub(super) only_first: Vec<Id>,
    pub(super) only_second: Vec<Id>,
}

/// How relationships between the same nodes and of the same type find each other, when none has all
/// properties in common: how well two fit, or not at all.
pub(super) type Likeness = fn(&Properties, &Properties) -> Option<usize>;

/// Pairs nodes.
pub(super) fn nodes(first: &Snapshot, second: &Snapshot) -> Pairs<NodeId> {
    let mut waiting: HashMap<String, VecDeque<NodeId>, RandomState> = HashMap::default();
    for node in first.nodes() {
        waiting
            .entry(name(first, node))
            .or_default()
            .push_back(node);
    }
    let mut pairs = Pairs {
        both: Vec::new(),
        only_first: Vec::new(),
        only_second: Vec::new(),
    };
    for node in second.nodes() {
        let found = waiting.get_mut(&name(second, node));
        match found.and_then(VecDeque::pop_front) {
            Some(same) => pairs.both.push((same, node)),
            None => pairs.only_second.push(node),
        }
    }
    pairs.only_first = waiting.into_values().flatten().collect();
    pairs.only_first.sort_unstable();
    pairs.both.sort_unstable();
    pairs
}

/// What a node is known by: its id, else all that it holds.
fn name(graph: &Snapshot, node: NodeId) -> String {
    let id = graph.key(ID).map(|key| graph.node_property(node, key));
    match id {
        Some(id) if !id.is_null() => format!("id {}", exact(&id)),
        _ => format!("{:?} {}", labels(graph, node), whole(&of_node(graph, node))),
    }
}

/// Pairs relationships of graphs whose nodes were paired.
pub(super) fn rels(
    first: &Snapshot,
    second: &Snapshot,
    nodes: &Pairs<NodeId>,
    likeness: Likeness,
) -> Pairs<RelId> {
    let partner: HashMap<NodeId, NodeId, RandomState> = nodes.both.iter().copied().collect();
    let mut pairs = Pairs {
        both: Vec::new(),
        only_first: Vec::new(),
        only_second: Vec::new(),
    };
    // By start, end and type, as the second graph knows them.
    let mut groups: BTreeMap<(NodeId, NodeId, Arc<str>), Group> = BTreeMap::new();
    for rel in first.rels() {
        let record = first.rel(rel);
        let ends = partner.get(&record.start).zip(partner.get(&record.end));
        match ends {
            Some((start, end)) => {
                let rel_type = Arc::clone(first.type_name(record.rel_type));
                let group = groups.entry((*start, *end, rel_type)).or_default();
                group.first.push((rel, of_rel(first, rel)));
            }
            None => pairs.only_first.push(rel),
        }
    }
    for rel in second.rels() {
        let record = second.rel(rel);
        let rel_type = Arc::clone(second.type_name(record.rel_type));
        match groups.get_mut(&(record.start, record.end, rel_type)) {
            Some(group) => group.second.push((rel, of_rel(second, rel))),
            None => pairs.only_second.push(rel),
        }
    }
    for group in groups.into_values() {
        group.pair(likeness, &mut pairs);
    }
    pairs.both.sort_unstable();
    pairs.only_first.sort_unstable();
    pairs.only_second.sort_unstable();
    pairs
}

/// Relationships between the same nodes and of the same type.
#[derive(Default)]
struct Group {
    first: Vec<(RelId, Properties)>,
    second: Vec<(RelId, Properties)>,
}

impl Group {
    fn pair(mut self, likeness: Likeness, pairs: &mut Pairs<RelId>) {
        self.pair_equal(pairs);
        let mut scores = Vec::new();
        for (place, (_, properties)) in self.first.iter().enumerate() {
            for (other, (_, others)) in self.second.iter().enumerate().take(COMPARED) {
                if let Some(score) = likeness(properties, others) {
                    scores.push((std::cmp::Reverse(score), place, other));
                }
            }
        }
        scores.sort_unstable();
        let mut first: Vec<_> = self.first.iter().map(|(rel, _)| Some(*rel)).collect();
        let mut second: Vec<_> = self.second.iter().map(|(rel, _)| Some(*rel)).collect();
        for (_, place, other) in scores {
            if let (Some(one), Some(two)) = (first[place], second[other]) {
                pairs.both.push((one, two));
                (first[place], second[other]) = (None, None);
            }
        }
        pairs.only_first.extend(first.into_iter().flatten());
        pairs.only_second.extend(second.into_iter().flatten());
    }

    /// Pairs those that have all properties in common.
    fn pair_equal(&mut self, pairs: &mut Pairs<RelId>) {
        let mut waiting: HashMap<String, VecDeque<RelId>, RandomState> = HashMap::default();
        for (rel, properties) in &self.first {
            waiting
                .entry(whole(properties))
                .or_default()
                .push_back(*rel);
        }
        let before = pairs.both.len();
        self.second.retain(|(rel, properties)| {
            let found = waiting.get_mut(&whole(properties));
            let Some(same) = found.and_then(VecDeque::pop_front) else {
                return true;
            };
            pairs.both.push((same, *rel));
            false
        });
        let new = pairs.both.get(before..).unwrap_or_default();
        let mut paired: Vec<RelId> = new.iter().map(|(first, _)| *first).collect();
        paired.sort_unstable();
        self.first
            .retain(|(rel, _)| paired.binary_search(rel).is_err());
    }
}

/// Returns the labels of a node by name.
pub(super) fn labels(graph: &Snapshot, node: NodeId) -> Vec<Arc<str>> {
    let labels = graph.labels(node).iter();
    let mut names: Vec<_> = labels
        .map(|label| Arc::clone(graph.label_name(*label)))
        .collect();
    names.sort_unstable();
    names
}

/// Returns the properties of a node by name.
pub(super) fn of_node(graph: &Snapshot, node: NodeId) -> Properties {
    named(graph, graph.node_properties(node))
}

/// Returns the properties of a relationship by name.
pub(super) fn of_rel(graph: &Snapshot, rel: RelId) -> Properties {
    named(graph, graph.rel_properties(rel))
}

fn named(graph: &Snapshot, properties: Vec<(KeyId, Value)>) -> Properties {
    let named = properties
        .into_iter()
        .map(|(key, value)| (Arc::clone(graph.key_name(key)), value));
    named.collect()
}

/// Returns a property by name.
pub(super) fn find<'p>(properties: &'p Properties, key: &str) -> Option<&'p Value> {
    let found = properties.binary_search_by(|(name, _)| (**name).cmp(key));
    found.ok().map(|place| &properties[place].1)
}

/// Returns whether two properties are the same value of the same type.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
        && equivalent(a, b)
        && match (a, b) {
            (Value::List(a), Value::List(b)) => a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
            // One moment may be shown in two zones.
            _ => to_literal(a) == to_literal(b),
        }
}

/// A value as a text that no other value has.
fn exact(value: &Value) -> String {
    format!("{:?} {}", value.type_of(), to_literal(value))
}

/// All properties as a text that no others have.
fn whole(properties: &Properties) -> String {
    let each = properties
        .iter()
        .map(|(key, value)| format!("{key:?}={}", exact(value)));
    each.collect::<Vec<_>>().join("\n")
}

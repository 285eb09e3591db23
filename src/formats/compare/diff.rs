//! What differs between two graphs.

use std::sync::Arc;

use crate::store::Snapshot;
use crate::value::{NodeId, RelId, Value};

use super::matching::{self, Properties, find, labels, of_node, of_rel, same};

/// What differs between a graph before and a graph after.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Among the nodes.
    pub nodes: Changes<NodeId>,
    /// Among the relationships.
    pub rels: Changes<RelId>,
}

/// What was added, removed and changed; added elements are those of the graph after, removed ones
/// those of the graph before.
#[derive(Clone, Debug)]
pub struct Changes<Id> {
    /// What only the graph after has.
    pub added: Vec<Id>,
    /// What only the graph before has.
    pub removed: Vec<Id>,
    /// What both have, and not alike.
    pub changed: Vec<Changed<Id>>,
}

impl<Id> Default for Changes<Id> {
    fn default() -> Self {
        Self {
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        }
    }
}

/// An element that both graphs have, and not alike.
#[derive(Clone, Debug)]
pub struct Changed<Id> {
    /// It in the graph before.
    pub before: Id,
    /// It in the graph after.
    pub after: Id,
    /// Labels that it has got.
    pub labels_added: Vec<Arc<str>>,
    /// Labels that it has lost.
    pub labels_removed: Vec<Arc<str>>,
    /// Properties that differ, in order of keys.
    pub properties: Vec<PropertyChange>,
}

/// A property that differs.
#[derive(Clone, Debug)]
pub struct PropertyChange {
    /// Its key.
    pub key: Arc<str>,
    /// Its value before; null if there was none.
    pub before: Value,
    /// Its value after; null if there is none.
    pub after: Value,
}

impl Difference {
    /// Returns whether the graphs hold the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.rels.is_empty()
    }
}

impl<Id> Changes<Id> {
    /// Returns whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares two graphs. Names of labels that nothing has, indexes and the schema do not count.
#[must_use]
pub fn diff(before: &Snapshot, after: &Snapshot) -> Difference {
    let nodes = matching::nodes(before, after);
    let rels = matching::rels(before, after, &nodes, likeness);
    let node = |(one, two): &(NodeId, NodeId)| {
        let (was, is) = (labels(before, *one), labels(after, *two));
        let lacking = |some: &[Arc<str>], others: &[Arc<str>]| -> Vec<Arc<str>> {
            let lacking = some.iter().filter(|label| !others.contains(label));
            lacking.cloned().collect()
        };
        let changed = Changed {
            before: *one,
            after: *two,
            labels_added: lacking(&is, &was),
            labels_removed: lacking(&was, &is),
            properties: properties(&of_node(before, *one), &of_node(after, *two)),
        };
        changed.differs().then_some(changed)
    };
    let rel = |(one, two): &(RelId, RelId)| {
        let changed = Changed {
            before: *one,
            after: *two,
            labels_added: Vec::new(),
            labels_removed: Vec::new(),
            properties: properties(&of_rel(before, *one), &of_rel(after, *two)),
        };
        changed.differs().then_some(changed)
    };
    Difference {
        nodes: Changes {
            changed: nodes.both.iter().filter_map(node).collect(),
            added: nodes.only_second,
            removed: nodes.only_first,
        },
        rels: Changes {
            changed: rels.both.iter().filter_map(rel).collect(),
            added: rels.only_second,
            removed: rels.only_first,
        },
    }
}

impl<Id> Changed<Id> {
    fn differs(&self) -> bool {
        !(self.labels_added.is_empty()
            && self.labels_removed.is_empty()
            && self.properties.is_empty())
    }
}

/// How many properties two relationships have in common. Any two fit.
#[expect(
    clippy::unnecessary_wraps,
    reason = "other comparisons say that two do not fit"
)]
fn likeness(a: &Properties, b: &Properties) -> Option<usize> {
    let common = a.iter().filter(|(key, value)| {
        let other = find(b, key);
        other.is_some_and(|other| same(value, other))
    });
    Some(common.count())
}

fn properties(before: &Properties, after: &Properties) -> Vec<PropertyChange> {
    let mut keys: Vec<&Arc<str>> = before.iter().chain(after).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let change = |key: &Arc<str>| {
        let (was, is) = (find(before, key), find(after, key));
        let alike = matches!((was, is), (Some(was), Some(is)) if same(was, is));
        (!alike).then(|| PropertyChange {
            key: Arc::clone(key),
            before: was.cloned().unwrap_or(Value::Null),
            after: is.cloned().unwrap_or(Value::Null),
        })
    };
    keys.into_iter().filter_map(change).collect()
}

//! The index over the property `id` of all nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{NodeId, Value};

use super::column::Column;
use super::delta::DeltaMap;
use super::values::ColumnKind;

/// Nodes by the integer or text in their property `id`. Always kept.
#[derive(Clone, Debug, Default)]
pub(super) struct IdIndex {
    ints: DeltaMap<i64, u32>,
    texts: DeltaMap<Arc<str>, u32>,
    /// Further nodes where several have the same id; each list is sorted.
    more: Arc<BTreeMap<Id, Vec<u32>>>,
}

/// An id that is indexed. Numbers that are equal are the same id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Int(i64),
    Text(Arc<str>),
}

impl Id {
    fn new(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Int(*number)),
            Value::Float(number) => whole(*number).map(Self::Int),
            Value::String(text) => Some(Self::Text(Arc::clone(text))),
            _ => None,
        }
    }
}

/// Returns the integer that a float equals.
fn whole(number: f64) -> Option<i64> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() != 0.0 || !(-BOUND..BOUND).contains(&number) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number within the bounds of i64"
    )]
    Some(number as i64)
}

impl IdIndex {
    /// Returns the nodes with this id in order, or nothing if values of this kind are not indexed.
    pub(super) fn find(&self, value: &Value) -> Option<Vec<NodeId>> {
        let id = Id::new(value)?;
        let first = self.first(&id);
        let more = self.more.get(&id).into_iter().flatten().copied();
        let mut nodes: Vec<_> = first.into_iter().chain(more).map(NodeId).collect();
        nodes.sort_unstable();
        Some(nodes)
    }

    pub(super) fn insert(&mut self, node: NodeId, value: &Value) {
        let Some(id) = Id::new(value) else { return };
        let is_first = match &id {
            Id::Int(number) => self.ints.add(*number, node.0),
            Id::Text(text) => self.texts.add(Arc::clone(text), node.0),
        };
        if !is_first {
            let more = Arc::make_mut(&mut self.more).entry(id).or_default();
            if let Err(place) = more.binary_search(&node.0) {
                more.insert(place, node.0);
            }
        }
    }

    pub(super) fn remove(&mut self, node: NodeId, value: &Value) {
        let Some(id) = Id::new(value) else { return };
        if self.first(&id) == Some(node.0) {
            if let Some(next) = self.take_more(&id, None) {
                return self.set_first(id, next);
            }
            match id {
                Id::Int(number) => self.ints.remove(&number),
                Id::Text(text) => self.texts.remove(&text),
            };
        } else {
            self.take_more(&id, Some(node.0));
        }
    }

    /// Returns how many different ids there are.
    pub(super) fn distinct(&self) -> usize {
        self.ints.len() + self.texts.len()
    }

    /// Adds the nodes of a column from this one on, none of which is there yet.
    pub(super) fn fill(&mut self, column: &Column, first: u32) {
        let count = |kind| usize::try_from(column.count_of(kind)).unwrap_or(0);
        self.ints.reserve(count(ColumnKind::I64));
        self.texts.reserve(count(ColumnKind::Str));
        for (node, id) in column.iter_from(first).filter(|(node, _)| *node >= first) {
            self.insert(NodeId(node), &id);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let more: usize = self
            .more
            .values()
            .map(|nodes| nodes.capacity() * 4 + 48)
            .sum();
        self.ints.bytes() + self.texts.bytes() + more
    }

    fn first(&self, id: &Id) -> Option<u32> {
        match id {
            Id::Int(number) => self.ints.get(number),
            Id::Text(text) => self.texts.get(&**text),
        }
    }

    fn set_first(&mut self, id: Id, node: u32) {
        match id {
            Id::Int(number) => self.ints.insert(number, node),
            Id::Text(text) => self.texts.insert(text, node),
        };
    }

    /// Takes one of the further nodes of an id: this one, or the first.
    fn take_more(&mut self, id: &Id, node: Option<u32>) -> Option<u32> {
        let place = match (self.more.get(id)?, node) {
            (_, None) => 0,
            (nodes, Some(node)) => nodes.binary_search(&node).ok()?,
        };
        let more = Arc::make_mut(&mut self.more);
        let nodes = more.get_mut(id)?;
        let taken = nodes.remove(place);
        if nodes.is_empty() {
            more.remove(id);
        }
        Some(taken)
    }
}

//! What one side of a search by cost knows about the nodes that it has reached.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use super::Cost;
use super::held::{list_bytes, map_bytes};
use crate::value::NodeId;

/// What a way costs, and how many relationships it has: of two that cost the same, the shorter one
/// is better. Each step adds to it, so that the best way never comes back to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    pub(super) cost: Cost,
    pub(super) length: u32,
}

impl Weight {
    pub(super) const NOTHING: Self = Self {
        cost: Cost::NOTHING,
        length: 0,
    };

    pub(super) fn step(self, cost: Cost) -> Self {
        Self {
            cost: self.cost.plus(cost),
            length: self.length.saturating_add(1),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost.plus(other.cost),
            length: self.length.saturating_add(other.length),
        }
    }
}

/// The number of a label that does not exist.
const NONE: u32 = u32::MAX;

/// The best known weight of a way between a node and the end that a side began with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) node: NodeId,
    pub(super) weight: Weight,
    /// Whether nothing better can come.
    pub(super) settled: bool,
    /// Another label of the node.
    next: u32,
}

/// Labels of nodes, and those that are still to be settled in order of weight.
///
/// Where the number of relationships is limited, a node may have several labels: a way that costs
/// more is kept if it is shorter than each cheaper one.
#[derive(Debug)]
pub(super) struct Labels {
    all: Vec<Label>,
    first: HashMap<NodeId, u32>,
    open: BinaryHeap<Reverse<(Weight, u32)>>,
    /// The settled ones in order of weight.
    settled: Vec<u32>,
    limited: bool,
}

impl Labels {
    pub(super) fn new(start: NodeId, limited: bool) -> Self {
        let mut labels = Self {
            all: Vec::new(),
            first: HashMap::default(),
            open: BinaryHeap::new(),
            settled: Vec::new(),
            limited,
        };
        labels.add(start, Weight::NOTHING);
        labels
    }

    /// Notes a way to a node; false if a known one is as good.
    pub(super) fn add(&mut self, node: NodeId, weight: Weight) -> bool {
        let first = self.first.get(&node).copied().unwrap_or(NONE);
        let mut worse = NONE;
        let mut place = first;
        while let Some(label) = self.all.get(place as usize) {
            if self.serves(label.weight, weight) {
                return false;
            }
            if !label.settled && self.serves(weight, label.weight) {
                worse = place;
            }
            place = label.next;
        }
        let place = if worse == NONE {
            let place = u32::try_from(self.all.len()).unwrap_or(NONE);
            self.first.insert(node, place);
            self.all.push(Label {
                node,
                weight,
                settled: false,
                next: first,
            });
            place
        } else {
            self.all[worse as usize].weight = weight;
            worse
        };
        self.open.push(Reverse((weight, place)));
        true
    }

    /// Returns whether the one way serves wherever the other would.
    fn serves(&self, one: Weight, other: Weight) -> bool {
        if self.limited {
            one.cost <= other.cost && one.length <= other.length
        } else {
            one <= other
        }
    }

    /// Returns the least weight that is not settled.
    pub(super) fn least(&mut self) -> Option<Weight> {
        while let Some(Reverse((weight, place))) = self.open.peek() {
            let label = self.all[*place as usize];
            if !label.settled && label.weight == *weight {
                return Some(*weight);
            }
            self.open.pop();
        }
        None
    }

    /// Settles the label of the least weight.
    pub(super) fn settle(&mut self) -> Option<Label> {
        self.least()?;
        let Reverse((_, place)) = self.open.pop()?;
        let label = self.all.get_mut(place as usize)?;
        label.settled = true;
        self.settled.push(place);
        Some(*label)
    }

    /// Returns what is known about a node.
    pub(super) fn of(&self, node: NodeId) -> impl Iterator<Item = Label> {
        let mut place = self.first.get(&node).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let label = *self.all.get(place as usize)?;
            place = label.next;
            Some(label)
        })
    }

    /// Returns how many labels are settled.
    pub(super) fn settled(&self) -> usize {
        self.settled.len()
    }

    /// Returns the label that was settled as such a number.
    pub(super) fn settled_label(&self, number: usize) -> Label {
        self.all[self.settled[number] as usize]
    }

    /// Returns how many labels wait.
    pub(super) fn waiting(&self) -> usize {
        self.open.len()
    }

    /// Returns about how many bytes it holds.
    pub(super) fn bytes(&self) -> usize {
        list_bytes(&self.all)
            + map_bytes(&self.first)
            + self.open.capacity() * size_of::<Reverse<(Weight, u32)>>()
            + list_bytes(&self.settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(cost: i64, length: u32) -> Weight {
        Weight {
            cost: Cost::Int(cost),
            length,
        }
    }

    #[test]
    fn without_a_limit_a_node_has_the_best_label_only() {
        let mut labels = Labels::new(NodeId(0), false);
        assert!(labels.add(NodeId(1), weight(5, 1)));
        assert!(!labels.add(NodeId(1), weight(5, 2)));
        assert!(labels.add(NodeId(1), weight(4, 9)));
        assert_eq!(labels.of(NodeId(1)).count(), 1);
        let settled = std::iter::from_fn(|| labels.settle()).map(|label| label.weight);
        assert_eq!(settled.collect::<Vec<_>>(), [weight(0, 0), weight(4, 9)]);
    }

    #[test]
    fn with_a_limit_dearer_but_shorter_ways_are_kept() {
        let mut labels = Labels::new(NodeId(0), true);
        assert!(labels.add(NodeId(1), weight(5, 1)));
        assert!(labels.add(NodeId(1), weight(4, 9)));
        assert!(!labels.add(NodeId(1), weight(6, 1)));
        assert_eq!(labels.of(NodeId(1)).count(), 2);
    }
}

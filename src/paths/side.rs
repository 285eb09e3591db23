//! What a breadth-first search has reached from one end.

use std::ops::Range;

use super::held::list_bytes;
use crate::value::{NodeId, RelId};

/// Memory that one search leaves to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) forward: Side,
    pub(super) backward: Side,
}

impl Scratch {
    /// Creates memory for searches; it grows with the first one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the side that is to grow, and the other one.
    pub(super) fn sides(&mut self, way: Way) -> (&mut Side, &Side) {
        match way {
            Way::Forward => (&mut self.forward, &self.backward),
            Way::Backward => (&mut self.backward, &self.forward),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.forward.bytes() + self.backward.bytes()
    }
}

/// From which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Forward,
    Backward,
}

/// A node that was reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) node: NodeId,
    /// The relationship by which it was first reached.
    pub(super) rel: RelId,
    /// The place of the node from which it was first reached.
    pub(super) from: u32,
}

/// The nodes that were reached from one end, level by level. Holds as much as was reached, however
/// large the graph is.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    reached: Vec<Reached>,
    /// Where each level begins.
    levels: Vec<usize>,
    places: Places,
}

impl Side {
    /// Starts over from a node.
    pub(super) fn begin(&mut self, node: NodeId) {
        self.reached.clear();
        self.levels.clear();
        self.places.clear();
        self.levels.push(0);
        self.reach(node, RelId(u32::MAX), 0);
    }

    /// Notes a node of the level that is being filled; false if it was reached before.
    #[inline]
    pub(super) fn reach(&mut self, node: NodeId, rel: RelId, from: u32) -> bool {
        let new = self.places.insert(node, position(self.reached.len()));
        if new {
            self.reached.push(Reached { node, rel, from });
        }
        new
    }

    /// Notes another place for a node that may have been reached before.
    pub(super) fn reach_again(&mut self, node: NodeId, rel: RelId, from: u32) -> u32 {
        self.reached.push(Reached { node, rel, from });
        position(self.reached.len() - 1)
    }

    /// Begins the next level; returns the places of the last one.
    pub(super) fn open_level(&mut self) -> Range<usize> {
        let last = self.frontier();
        self.levels.push(last.end);
        last
    }

    /// Returns the places of the last level.
    pub(super) fn frontier(&self) -> Range<usize> {
        self.levels.last().copied().unwrap_or(0)..self.reached.len()
    }

    /// Returns how far the last level is from the end.
    pub(super) fn depth(&self) -> u32 {
        position(self.levels.len().saturating_sub(1))
    }

    /// Returns the places of the nodes that are so far from the end.
    pub(super) fn level(&self, depth: u32) -> Range<usize> {
        let depth = depth as usize;
        let end = self.reached.len();
        let first = self.levels.get(depth).copied().unwrap_or(end);
        first..self.levels.get(depth + 1).copied().unwrap_or(end)
    }

    /// Returns the place of a node.
    #[inline]
    pub(super) fn find(&self, node: NodeId) -> Option<u32> {
        self.places.get(node)
    }

    #[inline]
    pub(super) fn at(&self, place: u32) -> Reached {
        self.reached[place as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.reached.len()
    }

    /// Returns how far the node at a place is from the end.
    #[inline]
    pub(super) fn depth_of(&self, place: u32) -> u32 {
        let place = place as usize;
        let levels = self.levels.partition_point(|first| *first <= place);
        position(levels.saturating_sub(1))
    }

    pub(super) fn bytes(&self) -> usize {
        list_bytes(&self.reached) + list_bytes(&self.levels) + self.places.bytes()
    }
}

pub(super) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A map from nodes to places: open addressing, at most half full. It stays in the processor's
/// cache where an array over all nodes would not.
#[derive(Clone, Debug, Default)]
struct Places {
    /// Node and place; a power of two of them.
    slots: Vec<(u32, u32)>,
    filled: usize,
}

/// The number of a node that does not exist.
const NOBODY: u32 = u32::MAX;
/// The fewest slots.
const LEAST: usize = 256;
/// So many times as many slots are taken when they are half full.
const GROWTH: usize = 4;

impl Places {
    /// Forgets all, in time that the last search took anyway.
    fn clear(&mut self) {
        let size = (self.filled * 4).next_power_of_two().max(LEAST);
        if self.slots.len() > size {
            self.slots.truncate(size);
            self.slots.shrink_to(size * GROWTH);
        }
        self.slots.fill((NOBODY, 0));
        if self.slots.is_empty() {
            self.slots.resize(LEAST, (NOBODY, 0));
        }
        self.filled = 0;
    }

    /// Where a node stands or would stand first.
    #[inline]
    fn start(&self, node: u32) -> usize {
        let mixed = u64::from(node).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        mixed as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn get(&self, node: NodeId) -> Option<u32> {
        let mut slot = self.start(node.0);
        loop {
            let (found, place) = self.slots[slot];
            if found == node.0 {
                return Some(place);
            }
            if found == NOBODY {
                return None;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn insert(&mut self, node: NodeId, place: u32) -> bool {
        let mut slot = self.start(node.0);
        loop {
            let (found, _) = self.slots[slot];
            if found == node.0 {
                return false;
            }
            if found == NOBODY {
                break;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = (node.0, place);
        self.filled += 1;
        if self.filled * 2 > self.slots.len() {
            self.grow();
        }
        true
    }

    /// Slots that are almost half full count with those to come: both are there while they move.
    fn bytes(&self) -> usize {
        let slots = list_bytes(&self.slots);
        if self.filled * 16 > self.slots.len() * 7 {
            slots * (1 + GROWTH)
        } else {
            slots
        }
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![(NOBODY, 0); self.slots.len() * GROWTH];
        let old = std::mem::replace(&mut self.slots, larger);
        for (node, place) in old.into_iter().filter(|(node, _)| *node != NOBODY) {
            let mut slot = self.start(node);
            while self.slots[slot].0 != NOBODY {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = (node, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_where_they_were_reached() {
        let mut side = Side::default();
        for round in 0..3 {
            side.begin(NodeId(round));
            side.open_level();
            for node in 10..5000 {
                assert!(side.reach(NodeId(node * 7), RelId(node), 0));
                assert!(!side.reach(NodeId(node * 7), RelId(0), 0));
            }
            assert_eq!(side.find(NodeId(round)), Some(0));
            assert_eq!(side.find(NodeId(7 * 4999)), Some(4990));
            assert_eq!(side.find(NodeId(8)), None);
            assert_eq!((side.level(0), side.level(1)), (0..1, 1..4991));
            assert_eq!((side.depth_of(0), side.depth_of(1)), (0, 1));
            assert_eq!(side.depth_of(4990), 1);
        }
    }
}

//! Memory that one search leaves to the next.

use crate::value::NodeId;

/// Depths of nodes, for both sides of a search. Clearing is free: depths are stored above a base
/// that grows from search to search.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) forward: Depths,
    pub(super) backward: Depths,
    pub(super) frontier: Vec<u32>,
    pub(super) other_frontier: Vec<u32>,
    pub(super) next: Vec<u32>,
}

impl Scratch {
    /// Creates memory for searches; it grows with the first one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn clear(&mut self, bound: u32) {
        self.forward.clear(bound);
        self.backward.clear(bound);
        self.frontier.clear();
        self.other_frontier.clear();
        self.next.clear();
    }
}

/// How far each node is from one end.
#[derive(Debug, Default)]
pub(super) struct Depths {
    marks: Vec<u32>,
    base: u32,
    highest: u32,
}

impl Depths {
    pub(super) fn clear(&mut self, bound: u32) {
        let bound = bound as usize;
        // Marks are `base + depth + 1`; a base past the half of the range starts over.
        if self.marks.len() < bound || self.highest > u32::MAX / 2 {
            self.marks = vec![0; bound];
            self.highest = 0;
        }
        self.base = self.highest;
    }

    #[inline]
    pub(super) fn get(&self, node: NodeId) -> Option<u32> {
        let mark = self.marks.get(node.0 as usize).copied().unwrap_or(0);
        (mark > self.base).then(|| mark - self.base - 1)
    }

    #[inline]
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.marks
            .get(node.0 as usize)
            .is_some_and(|&mark| mark > self.base)
    }

    /// Marks a node; depths stay far below half the range, as there are at most as many as nodes.
    #[inline]
    pub(super) fn set(&mut self, node: NodeId, depth: u32) {
        let mark = self.base.saturating_add(depth).saturating_add(1);
        if let Some(place) = self.marks.get_mut(node.0 as usize) {
            *place = mark;
            self.highest = self.highest.max(mark);
        }
    }
}

//! Remembers the neighbors of a node that many rows in turn have at one end of a step, so that
//! most of them are told apart by a bit instead of by a search in the graph.

use fixedbitset::FixedBitSet;

use crate::store::{Direction, Snapshot, TypeId};
use crate::value::NodeId;

/// So many rows have the node before its neighbors are collected.
const PATIENCE: usize = 16;
/// Collecting a neighbor is that much cheaper than a search.
const ADVANTAGE: usize = 32;

/// The node that the last rows had in common.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    node: Option<NodeId>,
    rows: usize,
    neighbors: Vec<u32>,
    is_neighbor: FixedBitSet,
    ready: bool,
}

impl Anchor {
    /// Returns whether `other` may be a neighbor of `node`, looking from there in a direction;
    /// false only if it is not.
    pub(super) fn may_join(
        &mut self,
        graph: &Snapshot,
        node: NodeId,
        (direction, types): (Direction, Option<&[TypeId]>),
        other: NodeId,
    ) -> bool {
        if self.node != Some(node) {
            self.start_over(node);
        }
        self.rows += 1;
        if self.ready {
            return self.is_neighbor.contains(other.0 as usize);
        }
        if self.rows >= PATIENCE
            && graph.degree(node, direction, types) <= self.rows.saturating_mul(ADVANTAGE)
        {
            self.is_neighbor.grow(graph.node_bound() as usize);
            for hop in graph.hops(node, direction, types) {
                self.neighbors.push(hop.node.0);
                self.is_neighbor.insert(hop.node.0 as usize);
            }
            self.ready = true;
        }
        true
    }

    fn start_over(&mut self, node: NodeId) {
        for neighbor in self.neighbors.drain(..) {
            self.is_neighbor.set(neighbor as usize, false);
        }
        self.node = Some(node);
        self.rows = 0;
        self.ready = false;
    }
}

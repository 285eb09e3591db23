//! What can be reached.

use fixedbitset::FixedBitSet;

use super::held::list_bytes;
use super::{Guide, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::NodeId;

/// So many hops are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 4096;

/// Whether a node at which a search starts is found, too, where a way leads back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It is found as any other node.
    Found,
    /// It is left out.
    LeftOut,
}

/// Nodes that are in reach, each once; memory that one search leaves to the next.
///
/// Breadth-first with a bit for each node of the graph. Cost: each relationship within reach once.
#[derive(Debug, Default)]
pub struct Flood {
    visited: FixedBitSet,
    /// The start, and behind it what was found.
    reached: Vec<NodeId>,
}

impl Flood {
    /// Creates memory for searches; it grows with the first one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds the nodes that a path of one to `route.max` relationships leads to. The route's
    /// minimum is not looked at; without directions a single relationship there and back counts as
    /// a way.
    pub fn search(
        &mut self,
        graph: &Snapshot,
        (node, start): (NodeId, Start),
        route: &Route,
        guide: &mut dyn Guide,
    ) -> Result<()> {
        self.begin(graph, node, start);
        let mut level = 0..1;
        let mut hops = Vec::new();
        let mut steps = 0;
        for _ in 0..route.max {
            for place in level.clone() {
                let node = self.reached[place];
                steps += 1 + if guide.is_free() {
                    self.expand(graph, node, route)
                } else {
                    hops.clear();
                    hops.extend(route.forward(graph, node));
                    self.expand_guided(&mut hops, guide)?
                };
                if steps >= STEPS_PER_PULSE {
                    steps = 0;
                    guide.pulse(self.bytes() + list_bytes(&hops))?;
                }
            }
            level = level.end..self.reached.len();
            if level.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Takes the nodes next to one; returns how many hops that were.
    fn expand(&mut self, graph: &Snapshot, node: NodeId, route: &Route) -> usize {
        let mut steps = 0;
        for run in route.runs(graph, node, false) {
            steps += run.len();
            let visited = &mut self.visited;
            let new = |node: &u32| !visited.put(*node as usize);
            let nodes = run.iter().map(|(node, _)| *node).filter(new);
            self.reached.extend(nodes.map(NodeId));
        }
        steps
    }

    /// As [`expand`](Self::expand), of hops that the guide has to test.
    fn expand_guided(&mut self, hops: &mut Vec<Hop>, guide: &mut dyn Guide) -> Result<usize> {
        let steps = hops.len();
        guide.rels(hops, 0)?;
        guide.inner(hops, 0)?;
        let visited = &mut self.visited;
        let new = |node: &NodeId| !visited.put(node.0 as usize);
        self.reached
            .extend(hops.iter().map(|hop| hop.node).filter(new));
        Ok(steps)
    }

    /// Returns what the last search has found, the nearest first.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        self.reached.get(1..).unwrap_or_default()
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.visited.len() / 8 + list_bytes(&self.reached)
    }

    fn begin(&mut self, graph: &Snapshot, node: NodeId, start: Start) {
        let size = graph.node_bound() as usize;
        // A search that has found little has little to forget.
        if self.reached.len() > self.visited.len() / 64 {
            self.visited.clear();
        } else {
            for node in &self.reached {
                self.visited.remove(node.0 as usize);
            }
        }
        self.visited.grow(size);
        self.reached.clear();
        self.reached.push(node);
        if start == Start::LeftOut {
            self.visited.insert(node.0 as usize);
        }
    }
}

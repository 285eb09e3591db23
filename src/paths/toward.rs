//! How far nodes are from the end of a route, found out as far as it is worth it.

use super::held::list_bytes;
use super::side::{Side, position};
use super::{Distance, Ends, Guide, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, RelId};

/// The least number of relationships from nodes to the end of a route, never too high for any path
/// between two nodes.
///
/// Breadth-first from the end, one level at a time: the next one whenever the search that asks has
/// taken as many steps as it will take. So a short search looks at little, and a long one costs at
/// most about twice what it would with all distances known. Held are the nodes within the levels
/// that are known.
#[derive(Debug)]
pub struct Toward {
    ends: Ends,
    /// No distance above this one matters.
    most: u32,
    side: Side,
    /// About how many steps the next level takes.
    cost: usize,
    /// Steps that the search has taken since the last level.
    spent: usize,
    complete: bool,
    hops: Vec<Hop>,
}

impl Toward {
    /// Only the end itself is known.
    #[must_use]
    pub fn new(graph: &Snapshot, ends: Ends, route: &Route) -> Self {
        let mut side = Side::default();
        side.begin(ends.to);
        let known = graph.has_node(ends.to);
        Self {
            ends,
            most: route.max,
            side,
            cost: if known {
                steps_back(graph, ends.to, route)
            } else {
                0
            },
            spent: 0,
            complete: !known,
            hops: Vec::new(),
        }
    }

    /// Returns what is known of the way from a node.
    #[must_use]
    #[inline]
    pub fn get(&self, node: NodeId) -> Distance {
        match self.side.find(node) {
            Some(place) => Distance::AtLeast(self.side.depth_of(place)),
            None if self.complete => Distance::Unreachable,
            None => Distance::AtLeast(self.side.depth().saturating_add(1)),
        }
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.side.bytes() + list_bytes(&self.hops)
    }

    /// Notes that the search, which holds so many bytes itself, has taken some steps more, and finds
    /// out what they are worth.
    #[inline]
    pub fn spend(
        &mut self,
        (steps, held): (usize, usize),
        (graph, route): (&Snapshot, &Route),
        guide: &mut dyn Guide,
    ) -> Result<()> {
        self.spent = self.spent.saturating_add(steps);
        while self.spent >= self.cost && !self.complete && self.side.depth() < self.most {
            self.spent -= self.cost;
            self.extend(graph, route, held, guide)?;
        }
        Ok(())
    }

    /// Goes one level further.
    fn extend(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        held: usize,
        guide: &mut dyn Guide,
    ) -> Result<()> {
        self.cost = 0;
        let mut steps = 0;
        for place in self.side.open_level() {
            let from = position(place);
            let node = self.side.at(from).node;
            if guide.is_free() {
                for (node, rel) in route.runs(graph, node, true).flatten() {
                    steps += 1;
                    self.reach((NodeId(*node), RelId(*rel)), from, graph, route);
                }
            } else {
                let side = &self.side;
                let hops = route.backward(graph, node);
                self.hops.clear();
                self.hops
                    .extend(hops.filter(|hop| side.find(hop.node).is_none()));
                guide.rels(&mut self.hops, 0)?;
                let start = self.ends.from;
                self.hops.sort_by_key(|hop| hop.node != start);
                let inner = self.hops.partition_point(|hop| hop.node == start);
                guide.inner(&mut self.hops, inner)?;
                steps += self.hops.len() + 1;
                for number in 0..self.hops.len() {
                    let hop = self.hops[number];
                    self.reach((hop.node, hop.rel), from, graph, route);
                }
            }
            if steps >= STEPS_PER_PULSE {
                steps = 0;
                guide.pulse(held + self.bytes())?;
            }
        }
        self.complete = self.side.frontier().is_empty();
        Ok(())
    }

    fn reach(&mut self, (node, rel): (NodeId, RelId), from: u32, graph: &Snapshot, route: &Route) {
        if self.side.reach(node, rel, from) {
            self.cost += steps_back(graph, node, route);
        }
    }
}

/// So many hops are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// About how many steps it takes to follow all hops back from a node.
fn steps_back(graph: &Snapshot, node: NodeId, route: &Route) -> usize {
    let runs = route.runs(graph, node, true);
    runs.map(<[_]>::len).sum::<usize>() + 1
}

//! Room 3: searches for paths over the read view.
//!
//! In: a [`Snapshot`], two nodes, a [`Route`] (direction, types, length)
//! and a [`Guide`] that says which relationships and inner nodes may be used. Out: paths as nodes
//! and relationships, lazily.
//!
//! | question | algorithm | cost |
//! |---|---|---|
//! | [`shortest`], [`all_shortest`] | breadth-first from both ends, the smaller frontier first | the relationships within half the distance of either end |
//! | the same node at both ends | breadth-first round the node: the shortest cycle; [`on_cycle`] asks only whether there is one | the relationships within half the cycle |
//! | [`Trails`]: every path without a repeated relationship, shorter ones first | iterative deepening, cut where the target is out of reach | exponential in the length, as the answer is |
//! | [`Selected`]: paths that an [`Automaton`] reads, all or some of the shortest | iterative deepening, depth-first, cut by distances that are found out on the way | what the answer holds, and the relationships that reach half as far |
//! | the same, of walks that may go on for ever and whose conditions look back | breadth-first over all that walks can remember | each relationship once for all that a walk can remember at its end |
//! | [`Flood`]: what is in reach | breadth-first on a bitmap | each relationship once, and a bit for each node |
//! | [`cheapest`] | Dijkstra's from both ends | the relationships within about half the cost of either end |
//! | [`Cheapest`]: every path without a repeated node, cheaper ones first | Yen's, as Lawler refined it | for each path a search by cost from each of its nodes |
//!
//! A path of length 0 joins a node with itself, where the route allows it. Along a [`Route`] no path
//! uses a relationship twice; what a path of an automaton may repeat is its [`Mode`]. What a
//! relationship costs is for [`Prices`] to say.
//!
//! **Invariant:** nothing here knows rows, plans or query text, and nothing recurses.

mod automaton;
mod closed;
mod cost;
mod distance;
mod foresight;
mod guide;
mod held;
mod judge;
mod k_shortest;
mod labels;
mod pool;
mod reach;
mod search;
mod select;
mod shortest;
mod side;
mod tangle;
mod toward;
mod trails;
mod weighted;

pub use automaton::{Automaton, Builder, Mode, Move, Scope, Step};
pub use closed::on_cycle;
pub use cost::{Cost, Prices};
pub use distance::{Distance, Distances};
pub use guide::{Anything, AtMoment, Guide};
pub use judge::{Everything, Judge, LookBack};
pub use k_shortest::{Cheapest, Priced};
pub use pool::{Lent, Pool};
pub use reach::{Flood, Start};
pub use search::{Place, Quest, Walks};
pub use select::{Selected, Selection};
pub use shortest::{Ends, Shortest, all_shortest, shortest};
pub use side::Scratch;
pub use tangle::Tangle;
pub use toward::Toward;
pub use trails::Trails;
pub use weighted::cheapest;

use crate::store::{Direction, Hops, Snapshot, TypeId};
use crate::value::NodeId;

/// Which relationships a search walks, and how many of them.
#[derive(Clone, Debug)]
pub struct Route {
    /// Which way, seen from the first node.
    pub direction: Direction,
    /// Only these types; `None` for any.
    pub types: Option<Vec<TypeId>>,
    /// At least so many relationships.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

impl Route {
    /// Any number of relationships, at least one, of any type.
    #[must_use]
    pub fn any(direction: Direction) -> Self {
        Self {
            direction,
            types: None,
            min: 1,
            max: u32::MAX,
        }
    }

    /// Returns the hops from a node on along the route.
    fn forward<'a>(&'a self, graph: &'a Snapshot, node: NodeId) -> Hops<'a> {
        graph.hops(node, self.direction, self.types.as_deref())
    }

    /// Returns the hops from a node back along the route.
    fn backward<'a>(&'a self, graph: &'a Snapshot, node: NodeId) -> Hops<'a> {
        graph.hops(node, reversed(self.direction), self.types.as_deref())
    }

    /// Returns the hops from a node as runs of (neighbor, relationship) as they lie in memory, on
    /// along the route or back. What leads from the node to itself may come twice, and what has a
    /// type that the route names twice: enough for whom only new nodes matter.
    fn runs<'a>(
        &'a self,
        graph: &'a Snapshot,
        node: NodeId,
        back: bool,
    ) -> impl Iterator<Item = &'a [(u32, u32)]> {
        let direction = if back {
            reversed(self.direction)
        } else {
            self.direction
        };
        let sides: &[Direction] = match direction {
            Direction::Outgoing => &[Direction::Outgoing],
            Direction::Incoming => &[Direction::Incoming],
            Direction::Both => &[Direction::Outgoing, Direction::Incoming],
        };
        let per_side = self.types.as_ref().map_or(1, Vec::len);
        let all = sides
            .iter()
            .flat_map(move |side| (0..per_side).map(move |run| (*side, run)));
        all.map(move |(side, run)| match &self.types {
            None => graph.neighbors_slice(node, side).0,
            Some(types) => graph.run(node, side, types[run]),
        })
    }
}

fn reversed(direction: Direction) -> Direction {
    match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Both => Direction::Both,
    }
}

#[cfg(test)]
mod tests;

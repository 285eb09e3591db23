//! The cheapest paths between two nodes, one after another.
//!
//! Yen's algorithm (“Finding the k shortest loopless paths in a network”, 1971) with Lawler's
//! refinement (“A procedure for computing the k best solutions to discrete optimization problems”,
//! 1972): the next path leaves an earlier one at some node, its spur, and is the cheapest that does.
//! Whatever an earlier path has tried before its own spur is not tried again.
//!
//! Cost of a path: one search for each of its nodes behind its spur. Between calls the paths that
//! were handed out or are candidates are held, and nothing of the searches.

use std::collections::BTreeSet;

use super::weighted::{Barred, World, search};
use super::{Cost, Ends, Guide, Prices, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// Hands out the paths along a route without a repeated node, cheaper ones first. Among those that
/// cost the same the ones with fewer relationships come first, and then those with smaller ids of
/// nodes and relationships, compared step by step. Parallel relationships make different paths.
///
/// The route's minimum is not looked at. Between a node and itself there is the path of length 0
/// alone.
#[derive(Debug)]
pub struct Cheapest {
    ends: Ends,
    route: Route,
    /// What was handed out.
    found: Vec<Candidate>,
    candidates: BTreeSet<Candidate>,
    started: bool,
    bytes: usize,
}

/// A path that may be the next one; in the order in which paths are handed out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    cost: Cost,
    length: usize,
    steps: Vec<(NodeId, RelId)>,
    /// How many steps it shares with the path that it leaves.
    spur: usize,
}

/// A path with what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The path.
    pub path: Path,
    /// The sum over its relationships.
    pub cost: Cost,
}

impl Cheapest {
    /// Prepares the search.
    #[must_use]
    pub fn new(ends: Ends, route: &Route) -> Self {
        Self {
            ends,
            route: route.clone(),
            found: Vec::new(),
            candidates: BTreeSet::new(),
            started: false,
            bytes: 0,
        }
    }

    /// Returns about how many bytes are held between calls.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the next path.
    pub fn next(
        &mut self,
        graph: &Snapshot,
        prices: &mut dyn Prices,
        guide: &mut dyn Guide,
    ) -> Result<Option<Priced>> {
        let mut world = World {
            graph,
            route: &self.route.clone(),
            prices,
            guide,
            barred: Barred::default(),
            held: self.bytes,
        };
        if self.started {
            self.leave_last(&mut world)?;
        } else {
            self.started = true;
            self.leave(&mut world, &[])?;
        }
        let Some(next) = self.candidates.pop_first() else {
            return Ok(None);
        };
        let path = next.priced(self.ends.from);
        self.found.push(next);
        Ok(Some(path))
    }

    /// Looks for paths that leave the last one at its spur or behind it.
    fn leave_last(&mut self, world: &mut World<'_>) -> Result<()> {
        let Some(last) = self.found.last() else {
            return Ok(());
        };
        let (steps, spur) = (last.steps.clone(), last.spur);
        for spur in spur..steps.len() {
            self.leave(world, &steps[..spur])?;
        }
        Ok(())
    }

    /// Looks for the cheapest path that begins with some steps and goes on as none before.
    fn leave(&mut self, world: &mut World<'_>, root: &[(NodeId, RelId)]) -> Result<()> {
        world.guide.pulse(self.bytes)?;
        let from = root.last().map_or(self.ends.from, |(node, _)| *node);
        let before = root.iter().rev().skip(1).map(|(node, _)| *node);
        let first = (!root.is_empty()).then_some(self.ends.from);
        let siblings = self
            .found
            .iter()
            .filter(|path| path.steps.starts_with(root));
        world.barred = Barred {
            nodes: before.chain(first).collect(),
            rels: siblings
                .filter_map(|path| path.steps.get(root.len()))
                .map(|(_, rel)| *rel)
                .collect(),
        };
        let taken = u32::try_from(root.len()).unwrap_or(u32::MAX);
        let max = self.route.max.saturating_sub(taken);
        let ends = Ends { from, ..self.ends };
        let found = search(world, ends, max)?;
        if let Some(path) = found {
            let candidate = Candidate::new(root, &path, world)?;
            self.bytes += candidate.bytes();
            world.held = self.bytes;
            self.candidates.insert(candidate);
        }
        Ok(())
    }
}

impl Candidate {
    /// Puts a root and the path behind it together.
    fn new(root: &[(NodeId, RelId)], path: &Path, world: &mut World<'_>) -> Result<Self> {
        let mut steps = root.to_vec();
        let behind = path.nodes.iter().skip(1).zip(&path.rels);
        steps.extend(behind.map(|(node, rel)| (*node, *rel)));
        // Summed up from the start, so that a path costs the same however it was found.
        let mut cost = Cost::NOTHING;
        for &(node, rel) in &steps {
            let rel_type = world.graph.rel(rel).rel_type;
            let hop = Hop {
                rel,
                node,
                rel_type,
            };
            cost = cost.plus(world.prices.price(&hop)?);
        }
        Ok(Self {
            cost,
            length: steps.len(),
            steps,
            spur: root.len(),
        })
    }

    fn priced(&self, start: NodeId) -> Priced {
        let nodes = std::iter::once(start).chain(self.steps.iter().map(|(node, _)| *node));
        Priced {
            path: Path {
                nodes: nodes.collect(),
                rels: self.steps.iter().map(|(_, rel)| *rel).collect(),
            },
            cost: self.cost,
        }
    }

    fn bytes(&self) -> usize {
        // Nodes of a tree are about two thirds full, and what is handed out lies in a list.
        3 * size_of::<Self>() + self.steps.capacity() * size_of::<(NodeId, RelId)>()
    }
}

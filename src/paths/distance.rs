//! How far a walk still is from its goal, found out as far as it is worth it.

use hashbrown::HashMap;

use super::held::{list_bytes, map_bytes};
use super::{Automaton, Judge};
use crate::error::Result;
use crate::store::{Direction, Hop, Snapshot};
use crate::value::{NodeId, RelId};

/// So many steps are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// What is known of a distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// At least so many relationships.
    AtLeast(u32),
    /// The goal is out of reach.
    Unreachable,
}

/// The least number of relationships from (node, state) to a goal in the accepting state.
///
/// Breadth-first from the goal against the moves of the automaton, one level at a time and only
/// as far as asked for. What is said of single nodes and relationships is tested, and of a relationship
/// with its ends; what is said of more together and of repetitions is not: so no distance is too
/// high.
#[derive(Debug)]
pub struct Distances {
    known: HashMap<(u32, u32), u32>,
    /// The last level: (node, state).
    frontier: Vec<(u32, u32)>,
    level: u32,
    /// About how many steps the next level takes.
    cost: usize,
    complete: bool,
    starts: Vec<(NodeId, u32)>,
    hops: Vec<Hop>,
}

impl Distances {
    /// Nothing but the goal itself is known.
    pub fn new(
        graph: &Snapshot,
        automaton: &Automaton,
        goal: NodeId,
        judge: &mut dyn Judge,
    ) -> Result<Self> {
        let mut distances = Self {
            known: HashMap::default(),
            frontier: Vec::new(),
            level: 0,
            cost: 0,
            complete: false,
            starts: Vec::new(),
            hops: Vec::new(),
        };
        let mut here = vec![point(goal)];
        if graph.has_node(goal) {
            judge.nodes(automaton.accept(), &mut here)?;
            if !here.is_empty() {
                distances.reach(graph, automaton, (goal.0, automaton.accept()), judge)?;
            }
        }
        distances.complete = distances.frontier.is_empty();
        Ok(distances)
    }

    /// Returns what is known of the way from a node in a state.
    #[must_use]
    pub fn get(&self, node: NodeId, state: u32) -> Distance {
        match self.known.get(&(node.0, state)) {
            Some(&distance) => Distance::AtLeast(distance),
            None if self.complete => Distance::Unreachable,
            None => Distance::AtLeast(self.level + 1),
        }
    }

    /// Returns whether all distances are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Returns about how many steps it takes to know one level more.
    #[must_use]
    pub fn next_cost(&self) -> usize {
        self.cost
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        map_bytes(&self.known)
            + list_bytes(&self.frontier)
            + list_bytes(&self.starts)
            + list_bytes(&self.hops)
    }

    /// Hands out the nodes that were found since the last time and at which walks may begin, each
    /// with its distance.
    pub fn take_starts(&mut self) -> Vec<(NodeId, u32)> {
        std::mem::take(&mut self.starts)
    }

    /// Goes one level further, for a search that holds so many bytes itself.
    pub fn extend(
        &mut self,
        graph: &Snapshot,
        automaton: &Automaton,
        held: usize,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        let level = std::mem::take(&mut self.frontier);
        self.level += 1;
        self.cost = 0;
        let mut steps = 0;
        for &(node, state) in &level {
            if steps >= STEPS_PER_PULSE {
                steps = 0;
                judge.pulse(held + list_bytes(&level) + self.bytes())?;
            }
            steps += 1;
            for way in automaton.moves_back(state) {
                let Some(step) = way.step else { continue };
                let mut hops = std::mem::take(&mut self.hops);
                let kind = automaton.step(step);
                let back = reversed(kind.direction);
                hops.clear();
                let all = graph.hops(NodeId(node), back, kind.types.as_deref());
                hops.extend(all.filter(|hop| !self.known.contains_key(&(hop.node.0, way.state))));
                steps += hops.len();
                judge.rels(step, &mut hops)?;
                judge.nodes(way.state, &mut hops)?;
                judge.step(way.state, step, (state, NodeId(node)), &mut hops)?;
                for hop in &hops {
                    self.reach(graph, automaton, (hop.node.0, way.state), judge)?;
                }
                self.hops = hops;
            }
        }
        self.complete = self.frontier.is_empty();
        Ok(())
    }

    /// Notes a place of the current level, and those from which a walk stays on into it.
    fn reach(
        &mut self,
        graph: &Snapshot,
        automaton: &Automaton,
        place: (u32, u32),
        judge: &mut dyn Judge,
    ) -> Result<()> {
        let mut open = vec![place];
        while let Some((node, state)) = open.pop() {
            if self.known.contains_key(&(node, state)) {
                continue;
            }
            self.known.insert((node, state), self.level);
            self.frontier.push((node, state));
            if state == Automaton::START {
                self.starts.push((NodeId(node), self.level));
            }
            for way in automaton.moves_back(state) {
                if let Some(step) = way.step {
                    let kind = automaton.step(step);
                    let back = reversed(kind.direction);
                    self.cost += graph.degree(NodeId(node), back, kind.types.as_deref());
                    continue;
                }
                let mut here = vec![point(NodeId(node))];
                judge.nodes(way.state, &mut here)?;
                open.extend(here.iter().map(|hop| (hop.node.0, way.state)));
            }
        }
        Ok(())
    }
}

/// A hop that stays where it is.
pub(super) fn point(node: NodeId) -> Hop {
    Hop {
        rel: RelId(u32::MAX),
        node,
        rel_type: crate::store::TypeId(0),
    }
}

fn reversed(direction: Direction) -> Direction {
    match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Both => Direction::Both,
    }
}

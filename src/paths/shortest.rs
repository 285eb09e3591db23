//! Shortest paths between two nodes: breadth-first from both ends.

use super::closed;
use super::held::list_bytes;
use super::side::{Side, Way, position};
use super::{Guide, Route, Scratch, Tangle, Trails};
use crate::error::Result;
use crate::store::{Direction, Hop, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// So many hops are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// The relationships of so many nodes are counted to choose a side; of more nodes only their number
/// counts.
const COUNTED_NODES: usize = 32;
/// How many relationships such nodes have, more or less.
const USUAL_DEGREE: usize = 16;

/// The ends of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
}

/// Returns one of the shortest paths along the route that are at least as long as its minimum
/// where that is 0 or 1; see [`all_shortest`]. The same graph gives the same path.
pub fn shortest(
    graph: &Snapshot,
    ends: Ends,
    route: &Route,
    guide: &mut dyn Guide,
    scratch: &mut Scratch,
) -> Result<Option<Path>> {
    let found = search(graph, ends, route, guide, (scratch, Goal::One))?;
    match found {
        Some(mut found) => found.next(graph, route, guide),
        None => Ok(None),
    }
}

/// Returns all of the shortest paths along the route.
///
/// A minimum above 1 is not looked at: if the paths turn out shorter, [`Trails`](super::Trails)
/// finds longer ones. Between a node and itself that is the path of length 0 if the minimum is 0,
/// else the shortest ways out and back that use no relationship twice.
pub fn all_shortest(
    graph: &Snapshot,
    ends: Ends,
    route: &Route,
    guide: &mut dyn Guide,
    scratch: &mut Scratch,
) -> Result<Option<Shortest>> {
    search(graph, ends, route, guide, (scratch, Goal::Every))
}

/// Paths of equal length between two nodes.
#[derive(Debug)]
pub enum Shortest {
    /// As the graph that they form together.
    Tangle(Box<Tangle>),
    /// Ways from a node back to it without directions, which all have this length.
    Round(Box<Trails>, u32),
    /// One.
    One(Option<Path>, u32),
}

impl Shortest {
    pub(super) fn one(path: Path) -> Self {
        let length = position(path.rels.len());
        Self::One(Some(path), length)
    }

    /// Returns how many relationships each of the paths has.
    #[must_use]
    pub fn length(&self) -> u32 {
        match self {
            Self::Tangle(tangle) => tangle.length(),
            Self::Round(_, length) | Self::One(_, length) => *length,
        }
    }

    /// Returns the next path. What the search was given has to be given again.
    pub fn next(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        guide: &mut dyn Guide,
    ) -> Result<Option<Path>> {
        match self {
            Self::Tangle(tangle) => tangle.next(graph, route, guide),
            Self::Round(trails, _) => trails.next(graph, guide),
            Self::One(path, _) => Ok(path.take()),
        }
    }

    /// Leaves its memory to the next search.
    pub fn leave(self, scratch: &mut Scratch) {
        if let Self::Tangle(tangle) = self {
            (scratch.forward, scratch.backward) = tangle.into_sides();
        }
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Tangle(tangle) => tangle.bytes(),
            Self::Round(trails, _) => trails.bytes(),
            Self::One(..) => 0,
        }
    }
}

/// How many of the shortest paths are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    One,
    Every,
}

fn search(
    graph: &Snapshot,
    ends: Ends,
    route: &Route,
    guide: &mut dyn Guide,
    (scratch, goal): (&mut Scratch, Goal),
) -> Result<Option<Shortest>> {
    if !graph.has_node(ends.from) || !graph.has_node(ends.to) {
        return Ok(None);
    }
    if ends.from == ends.to && route.min == 0 {
        let path = Path {
            nodes: [ends.from].into(),
            rels: [].into(),
        };
        return Ok(Some(Shortest::one(path)));
    }
    let mut search = Search::new(graph, ends, route, guide, (scratch, goal));
    search.scratch.forward.begin(ends.from);
    search.scratch.backward.begin(ends.to);
    if ends.from == ends.to {
        return closed::search(&mut search);
    }
    let meetings = search.meet()?;
    Ok(search.finish(meetings))
}

/// A search under way.
pub(super) struct Search<'a> {
    pub(super) graph: &'a Snapshot,
    pub(super) ends: Ends,
    pub(super) route: &'a Route,
    pub(super) guide: &'a mut dyn Guide,
    pub(super) scratch: &'a mut Scratch,
    pub(super) goal: Goal,
    pub(super) hops: Vec<Hop>,
    pub(super) steps: usize,
    /// Bytes that are held beside the scratch.
    pub(super) held: usize,
}

/// A level that is being filled.
struct Level<'s> {
    own: &'s mut Side,
    other: &'s Side,
    way: Way,
    goal: Goal,
    meetings: &'s mut Vec<(u32, u32)>,
}

impl Level<'_> {
    /// Notes the node that a hop leads to; returns whether no more are wanted.
    #[inline]
    fn take(&mut self, node: NodeId, rel: RelId, from: u32) -> bool {
        // Once the sides have met, only what the other side knows matters.
        if !self.meetings.is_empty() && self.other.find(node).is_none() {
            return false;
        }
        if !self.own.reach(node, rel, from) {
            return false;
        }
        let Some(there) = self.other.find(node) else {
            return false;
        };
        let here = position(self.own.len() - 1);
        self.meetings.push(match self.way {
            Way::Forward => (here, there),
            Way::Backward => (there, here),
        });
        self.goal == Goal::One
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(
        graph: &'a Snapshot,
        ends: Ends,
        route: &'a Route,
        guide: &'a mut dyn Guide,
        (scratch, goal): (&'a mut Scratch, Goal),
    ) -> Self {
        Self {
            graph,
            ends,
            route,
            guide,
            scratch,
            goal,
            hops: Vec::new(),
            steps: 0,
            held: 0,
        }
    }

    /// Grows the side that costs less level by level until both meet; returns the places on both
    /// sides of the nodes where they do. Whatever is met first lies on a shortest path: had a
    /// shorter one existed, its middle would have been met a level earlier.
    fn meet(&mut self) -> Result<Vec<(u32, u32)>> {
        let mut meetings = Vec::new();
        while meetings.is_empty() {
            let (forward, backward) = (&self.scratch.forward, &self.scratch.backward);
            let length = forward.depth() + backward.depth();
            let ended = forward.frontier().is_empty() || backward.frontier().is_empty();
            if ended || length >= self.route.max {
                break;
            }
            let way = if self.effort(forward) <= self.effort(backward) {
                Way::Forward
            } else {
                Way::Backward
            };
            if self.guide.is_free() {
                self.grow(way, &mut meetings)?;
            } else {
                self.grow_guided(way, &mut meetings)?;
            }
        }
        Ok(meetings)
    }

    /// Returns about how many relationships the next level of a side looks at.
    fn effort(&self, side: &Side) -> usize {
        let level = side.frontier();
        if level.len() > COUNTED_NODES {
            return level.len().saturating_mul(USUAL_DEGREE);
        }
        let degree = |place: usize| {
            let node = side.at(position(place)).node;
            let (out, _) = self.graph.neighbors_slice(node, Direction::Outgoing);
            let (back, _) = self.graph.neighbors_slice(node, Direction::Incoming);
            out.len() + back.len()
        };
        level.map(degree).sum()
    }

    /// Takes one more level on one side, where all hops may be used.
    fn grow(&mut self, way: Way, meetings: &mut Vec<(u32, u32)>) -> Result<()> {
        let (own, other) = self.scratch.sides(way);
        let level = own.open_level();
        let mut filled = Level {
            own,
            other,
            way,
            goal: self.goal,
            meetings,
        };
        for place in level {
            let from = position(place);
            let node = filled.own.at(from).node;
            for pairs in self.route.runs(self.graph, node, way == Way::Backward) {
                let mut hops = pairs.iter();
                if hops.any(|&(node, rel)| filled.take(NodeId(node), RelId(rel), from)) {
                    return Ok(());
                }
                self.steps += pairs.len() + 1;
            }
            if self.steps >= STEPS_PER_PULSE {
                self.steps = 0;
                let sides = filled.own.bytes() + filled.other.bytes();
                self.guide.pulse(sides + list_bytes(filled.meetings))?;
            }
        }
        Ok(())
    }

    /// Takes one more level on one side, where the guide says which hops may be used.
    fn grow_guided(&mut self, way: Way, meetings: &mut Vec<(u32, u32)>) -> Result<()> {
        let level = self.scratch.sides(way).0.open_level();
        for place in level {
            let from = position(place);
            self.allowed(way, from)?;
            let (own, other) = self.scratch.sides(way);
            let mut filled = Level {
                own,
                other,
                way,
                goal: self.goal,
                meetings,
            };
            let mut hops = self.hops.iter();
            if hops.any(|hop| filled.take(hop.node, hop.rel, from)) {
                break;
            }
        }
        Ok(())
    }

    /// Fills `hops` with the hops to new nodes that may be used.
    fn allowed(&mut self, way: Way, from: u32) -> Result<()> {
        let (own, other) = match way {
            Way::Forward => (&self.scratch.forward, &self.scratch.backward),
            Way::Backward => (&self.scratch.backward, &self.scratch.forward),
        };
        let node = own.at(from).node;
        let new = |hop: &Hop| own.find(hop.node).is_none();
        self.hops.clear();
        match way {
            Way::Forward => {
                let hops = self.route.forward(self.graph, node);
                self.hops.extend(hops.filter(new));
            }
            Way::Backward => {
                let hops = self.route.backward(self.graph, node);
                self.hops.extend(hops.filter(new));
            }
        }
        self.guide.rels(&mut self.hops, 0)?;
        // What the other side has reached is its end, or was tested there.
        let reached = |hop: &Hop| other.find(hop.node).is_some();
        self.hops.sort_by_key(|hop| !reached(hop));
        let tested = self.hops.partition_point(reached);
        self.guide.inner(&mut self.hops, tested)?;
        self.count_steps(self.hops.len() + 1)
    }

    pub(super) fn count_steps(&mut self, steps: usize) -> Result<()> {
        self.steps += steps;
        if self.steps >= STEPS_PER_PULSE {
            self.steps = 0;
            let hops = list_bytes(&self.hops);
            self.guide.pulse(self.scratch.bytes() + self.held + hops)?;
        }
        Ok(())
    }

    /// Returns the paths over meetings. One path is read off what each node was reached by.
    pub(super) fn finish(&mut self, meetings: Vec<(u32, u32)>) -> Option<Shortest> {
        let (near, far) = *meetings.first()?;
        if self.goal == Goal::One {
            return Some(Shortest::one(self.path(near, far)));
        }
        let forward = std::mem::take(&mut self.scratch.forward);
        let backward = std::mem::take(&mut self.scratch.backward);
        let depths = (forward.depth(), backward.depth());
        let tangle = Tangle::new((forward, backward), depths, meetings);
        Some(Shortest::Tangle(Box::new(tangle)))
    }

    /// Returns the path over a meeting along which its node was first reached. The ends have place 0.
    fn path(&self, near: u32, far: u32) -> Path {
        let (forward, backward) = (&self.scratch.forward, &self.scratch.backward);
        let (mut nodes, mut rels) = (vec![forward.at(near).node], Vec::new());
        let mut place = near;
        while place != 0 {
            let reached = forward.at(place);
            rels.push(reached.rel);
            nodes.push(forward.at(reached.from).node);
            place = reached.from;
        }
        nodes.reverse();
        rels.reverse();
        place = far;
        while place != 0 {
            let reached = backward.at(place);
            rels.push(reached.rel);
            nodes.push(backward.at(reached.from).node);
            place = reached.from;
        }
        Path {
            nodes: nodes.into(),
            rels: rels.into(),
        }
    }
}

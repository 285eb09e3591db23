//! Shortest paths between two nodes: breadth-first from both ends.

use hashbrown::HashMap;

use super::closed;
use super::tangle::Edge;
use super::{Guide, Route, Scratch, Tangle};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, Path};

/// So many hops are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

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
    Ok(found.and_then(|found| found.paths().next()))
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
#[derive(Clone, Debug)]
pub enum Shortest {
    /// As the graph that they form together.
    Tangle(Tangle),
    /// One by one; never empty.
    List(Vec<Path>),
}

impl Shortest {
    /// Returns how many relationships each of the paths has.
    #[must_use]
    pub fn length(&self) -> u32 {
        match self {
            Self::Tangle(tangle) => tangle.length(),
            Self::List(paths) => paths
                .first()
                .map_or(0, |path| u32::try_from(path.rels.len()).unwrap_or(u32::MAX)),
        }
    }

    /// Returns how many paths there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Tangle(tangle) => tangle.count(),
            Self::List(paths) => paths.len() as u64,
        }
    }

    /// Hands out the paths, one after another.
    #[must_use]
    pub fn paths(self) -> Box<dyn Iterator<Item = Path> + Send> {
        match self {
            Self::Tangle(tangle) => Box::new(tangle.paths()),
            Self::List(paths) => Box::new(paths.into_iter()),
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
        return Ok(Some(Shortest::Tangle(Tangle::point(ends.from))));
    }
    scratch.clear(graph.node_bound());
    let mut search = Search {
        graph,
        ends,
        route,
        guide,
        scratch,
        goal,
        hops: Vec::new(),
        steps: 0,
    };
    if ends.from == ends.to {
        return closed::search(&mut search);
    }
    let Some(meeting) = search.meet()? else {
        return Ok(None);
    };
    Ok(Some(Shortest::Tangle(search.unravel(meeting)?)))
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
}

/// Where the two sides of a search have met: all nodes that are `forward` from the start and
/// `backward` from the end.
pub(super) struct Meeting {
    pub(super) nodes: Vec<NodeId>,
    pub(super) forward: u32,
    pub(super) backward: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Forward,
    Backward,
}

impl Search<'_> {
    /// Grows the smaller side level by level until both meet. Whatever is met first lies on a
    /// shortest path: had a shorter one existed, its middle would have been met a level earlier.
    fn meet(&mut self) -> Result<Option<Meeting>> {
        self.scratch.forward.set(self.ends.from, 0);
        self.scratch.backward.set(self.ends.to, 0);
        self.scratch.frontier.push(self.ends.from.0);
        self.scratch.other_frontier.push(self.ends.to.0);
        let (mut forward, mut backward) = (0_u32, 0_u32);
        while forward + backward < self.route.max {
            let sizes = (
                self.scratch.frontier.len(),
                self.scratch.other_frontier.len(),
            );
            if sizes.0 == 0 || sizes.1 == 0 {
                break;
            }
            let nodes = if sizes.0 <= sizes.1 {
                forward += 1;
                self.grow(Side::Forward, forward)?
            } else {
                backward += 1;
                self.grow(Side::Backward, backward)?
            };
            if !nodes.is_empty() {
                return Ok(Some(Meeting {
                    nodes,
                    forward,
                    backward,
                }));
            }
        }
        Ok(None)
    }

    /// Takes one more level on one side; returns the new nodes that the other side has reached.
    fn grow(&mut self, side: Side, depth: u32) -> Result<Vec<NodeId>> {
        let level = std::mem::take(match side {
            Side::Forward => &mut self.scratch.frontier,
            Side::Backward => &mut self.scratch.other_frontier,
        });
        let mut next = std::mem::take(&mut self.scratch.next);
        next.clear();
        let mut met = Vec::new();
        for &node in &level {
            self.reach(side, NodeId(node))?;
            let scratch = &mut *self.scratch;
            let (own, other) = match side {
                Side::Forward => (&mut scratch.forward, &scratch.backward),
                Side::Backward => (&mut scratch.backward, &scratch.forward),
            };
            for hop in &self.hops {
                if own.has(hop.node) {
                    continue;
                }
                own.set(hop.node, depth);
                next.push(hop.node.0);
                if other.has(hop.node) {
                    met.push(hop.node);
                }
            }
            if self.goal == Goal::One && !met.is_empty() {
                met.truncate(1);
                break;
            }
        }
        self.scratch.next = level;
        match side {
            Side::Forward => self.scratch.frontier = next,
            Side::Backward => self.scratch.other_frontier = next,
        }
        Ok(met)
    }

    /// Fills `hops` with the hops to new nodes that may be used.
    fn reach(&mut self, side: Side, node: NodeId) -> Result<()> {
        self.hops.clear();
        let scratch = &*self.scratch;
        let (own, other) = match side {
            Side::Forward => (&scratch.forward, &scratch.backward),
            Side::Backward => (&scratch.backward, &scratch.forward),
        };
        let new = |hop: &Hop| !own.has(hop.node);
        match side {
            Side::Forward => {
                let hops = self.route.forward(self.graph, node);
                self.hops.extend(hops.filter(new));
            }
            Side::Backward => {
                let hops = self.route.backward(self.graph, node);
                self.hops.extend(hops.filter(new));
            }
        }
        if !self.guide.is_free() {
            self.guide.rels(&mut self.hops, 0)?;
            // What the other side has reached is its end, or was tested there.
            self.hops.sort_by_key(|hop| !other.has(hop.node));
            let tested = self.hops.partition_point(|hop| other.has(hop.node));
            self.guide.inner(&mut self.hops, tested)?;
        }
        self.count_steps(self.hops.len() + 1)
    }

    pub(super) fn count_steps(&mut self, steps: usize) -> Result<()> {
        self.steps += steps;
        if self.steps >= STEPS_PER_PULSE {
            self.steps = 0;
            self.guide.pulse(0)?;
        }
        Ok(())
    }

    /// Finds the steps of the paths through the nodes of a meeting, backwards to the start and
    /// forwards to the end.
    pub(super) fn unravel(&mut self, meeting: Meeting) -> Result<Tangle> {
        let length = meeting.forward + meeting.backward;
        let mut layers = vec![Vec::new(); length as usize + 1];
        let mut edges = vec![Vec::new(); length as usize];
        layers[meeting.forward as usize] = meeting.nodes;
        for depth in (0..meeting.forward).rev() {
            let (layer, found) = self.join(&layers[depth as usize + 1], Side::Backward, depth)?;
            edges[depth as usize] = found
                .into_iter()
                .map(|(later, rel, own)| (own, rel, later))
                .collect();
            layers[depth as usize] = layer;
        }
        for depth in meeting.forward..length {
            let earlier = &layers[depth as usize];
            let (layer, found) = self.join(earlier, Side::Forward, length - depth - 1)?;
            edges[depth as usize] = found;
            layers[depth as usize + 1] = layer;
        }
        Ok(Tangle::from_layers(&layers, &mut edges))
    }

    /// From each node of a layer the steps to nodes that are `depth` away from the end that `side`
    /// leads to. Returns those nodes, and the steps by positions in the two layers.
    fn join(
        &mut self,
        layer: &[NodeId],
        side: Side,
        depth: u32,
    ) -> Result<(Vec<NodeId>, Vec<Edge>)> {
        let mut found = Vec::new();
        let mut steps = Vec::new();
        let mut places: HashMap<NodeId, u32> = HashMap::default();
        for (place, &node) in (0_u32..).zip(layer) {
            self.hops.clear();
            match side {
                Side::Forward => {
                    let depths = &self.scratch.backward;
                    let hops = self.route.forward(self.graph, node);
                    self.hops
                        .extend(hops.filter(|hop| depths.get(hop.node) == Some(depth)));
                }
                Side::Backward => {
                    let depths = &self.scratch.forward;
                    let hops = self.route.backward(self.graph, node);
                    self.hops
                        .extend(hops.filter(|hop| depths.get(hop.node) == Some(depth)));
                }
            }
            if !self.guide.is_free() {
                self.guide.rels(&mut self.hops, 0)?;
            }
            if self.goal == Goal::One {
                self.hops.truncate(1);
            }
            self.count_steps(self.hops.len() + 1)?;
            for hop in &self.hops {
                let to = *places.entry(hop.node).or_insert_with(|| {
                    found.push(hop.node);
                    u32::try_from(found.len() - 1).unwrap_or(u32::MAX)
                });
                steps.push((place, hop.rel, to));
            }
        }
        Ok((found, steps))
    }
}

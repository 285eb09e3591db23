//! The cheapest path between two nodes.
//!
//! Dijkstra's algorithm (“A note on two problems in connexion with graphs”, 1959) from both ends,
//! with the end of the search that Nicholson gave (“Finding the shortest route between two points
//! in a network”, 1966): a path is the cheapest when no two ways that are still open can add up to
//! less. With a limit on the length, nodes keep every label that no other beats in cost and length
//! (Martins, “On a multicriteria shortest path problem”, 1984).
//!
//! Cost: the relationships that are cheaper to reach than about half of the path, from either end,
//! each looked at twice, and a heap of them.

use hashbrown::{HashMap, HashSet};

use super::held::{list_bytes, map_bytes};
use super::labels::{Label, Labels, Weight};
use super::{Cost, Ends, Guide, Prices, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// So many hops are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// Returns the cheapest path along the route. Of several that cost the same it is the one with the
/// fewest relationships, and of those the one with the smallest ids of nodes and relationships,
/// compared step by step.
///
/// The route's minimum is not looked at. Between a node and itself that is the path of length 0.
pub fn cheapest(
    graph: &Snapshot,
    ends: Ends,
    route: &Route,
    prices: &mut dyn Prices,
    guide: &mut dyn Guide,
) -> Result<Option<Path>> {
    let mut world = World {
        graph,
        route,
        prices,
        guide,
        barred: Barred::default(),
        held: 0,
    };
    search(&mut world, ends, route.max)
}

/// What a search may not use beside what the guide forbids.
#[derive(Debug, Default)]
pub(super) struct Barred {
    pub(super) nodes: HashSet<NodeId>,
    pub(super) rels: HashSet<RelId>,
}

/// What is searched.
pub(super) struct World<'a> {
    pub(super) graph: &'a Snapshot,
    pub(super) route: &'a Route,
    pub(super) prices: &'a mut dyn Prices,
    pub(super) guide: &'a mut dyn Guide,
    pub(super) barred: Barred,
    /// Bytes that are held beside the search.
    pub(super) held: usize,
}

/// Returns the cheapest path within a world that has at most `max` relationships.
pub(super) fn search(world: &mut World<'_>, ends: Ends, max: u32) -> Result<Option<Path>> {
    let graph = world.graph;
    if !graph.has_node(ends.from) || !graph.has_node(ends.to) {
        return Ok(None);
    }
    if ends.from == ends.to {
        return Ok(Some(Walked::new(ends.from).finish()));
    }
    // No path without a repeated node is as long as there are nodes.
    let limited = max < graph.node_bound();
    let mut search = Search {
        world,
        ends,
        max,
        forward: Labels::new(ends.from, limited),
        backward: Labels::new(ends.to, limited),
        hops: Vec::new(),
        steps: 0,
        held: 0,
    };
    let Some(meeting) = search.meet()? else {
        return Ok(None);
    };
    search.first_path(&meeting).map(Some)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Forward,
    Backward,
}

struct Search<'s, 'a> {
    world: &'s mut World<'a>,
    ends: Ends,
    max: u32,
    forward: Labels,
    backward: Labels,
    hops: Vec<Hop>,
    steps: usize,
    /// Bytes of the steps that lead on to a cheapest path.
    held: usize,
}

/// A step that joins a way from the start with a way to the end.
#[derive(Clone, Copy)]
struct Meeting {
    node: NodeId,
    before: Weight,
    hop: Hop,
    rest: Weight,
    whole: Weight,
}

/// Where a step leads.
#[derive(Clone, Copy)]
enum Next {
    /// To a label of the start's side: the weight so far.
    Near(Weight),
    /// To a label of the end's side: the weight of the rest.
    Far(Weight),
}

/// The steps of cheapest paths on the start's side, by node and length so far.
type Ahead = HashMap<(NodeId, u32), Vec<(Hop, Next)>>;

impl Search<'_, '_> {
    /// Settles labels on both sides until no way can be better than the best one found.
    fn meet(&mut self) -> Result<Option<Meeting>> {
        let mut best: Option<Meeting> = None;
        while let (Some(forward), Some(backward)) = (self.forward.least(), self.backward.least()) {
            if best.is_some_and(|best| forward.plus(backward) >= best.whole) {
                break;
            }
            let side = if self.forward.waiting() <= self.backward.waiting() {
                Side::Forward
            } else {
                Side::Backward
            };
            if let Some(found) = self.grow(side)?
                && best.is_none_or(|best| found.whole < best.whole)
            {
                best = Some(found);
            }
        }
        Ok(best)
    }

    /// Settles a label and notes the ways over its node; returns the best that meets the other
    /// side.
    fn grow(&mut self, side: Side) -> Result<Option<Meeting>> {
        let label = match side {
            Side::Forward => self.forward.settle(),
            Side::Backward => self.backward.settle(),
        };
        let max = self.max;
        let Some(label) = label.filter(|label| label.weight.length < max) else {
            return Ok(None);
        };
        self.reach(side, label.node)?;
        let (own, other) = match side {
            Side::Forward => (&mut self.forward, &self.backward),
            Side::Backward => (&mut self.backward, &self.forward),
        };
        let mut best: Option<Meeting> = None;
        for hop in &self.hops {
            let price = self.world.prices.price(hop)?;
            if !own.add(hop.node, label.weight.step(price)) {
                continue;
            }
            for met in other.of(hop.node) {
                let found = match side {
                    Side::Forward => Meeting::new(label, *hop, price, met.weight),
                    Side::Backward => {
                        let hop = Hop {
                            node: label.node,
                            ..*hop
                        };
                        Meeting::new(met, hop, price, label.weight)
                    }
                };
                let better = best.is_none_or(|best| found.whole < best.whole);
                best = if better && found.whole.length <= max {
                    Some(found)
                } else {
                    best
                };
            }
        }
        Ok(best)
    }

    /// Fills `hops` with the hops from a node that may be used.
    fn reach(&mut self, side: Side, node: NodeId) -> Result<()> {
        let (world, hops) = (&mut *self.world, &mut self.hops);
        hops.clear();
        let (behind, ahead) = match side {
            Side::Forward => (self.ends.from, self.ends.to),
            Side::Backward => (self.ends.to, self.ends.from),
        };
        let barred = &world.barred;
        let open = |hop: &Hop| {
            hop.node != behind
                && !barred.rels.contains(&hop.rel)
                && !barred.nodes.contains(&hop.node)
        };
        // No path goes on from its end.
        if node != ahead {
            match side {
                Side::Forward => hops.extend(world.route.forward(world.graph, node).filter(open)),
                Side::Backward => hops.extend(world.route.backward(world.graph, node).filter(open)),
            }
        }
        if !world.guide.is_free() {
            world.guide.rels(hops, 0)?;
            hops.sort_by_key(|hop| hop.node != ahead);
            let inner = hops.partition_point(|hop| hop.node == ahead);
            world.guide.inner(hops, inner)?;
        }
        self.steps += self.hops.len() + 1;
        if self.steps >= STEPS_PER_PULSE {
            self.steps = 0;
            let sides = self.forward.bytes() + self.backward.bytes();
            let bytes = sides + list_bytes(&self.hops) + self.held + self.world.held;
            self.world.guide.pulse(bytes)?;
        }
        Ok(())
    }

    /// Returns the path with the smallest ids among those that are as good as the meeting's.
    fn first_path(&mut self, meeting: &Meeting) -> Result<Path> {
        let ahead = self.ahead(meeting)?;
        let mut path = Walked::new(self.ends.from);
        let mut place = Next::Near(Weight::NOTHING);
        while path.last() != self.ends.to {
            let step = match place {
                Next::Near(weight) => {
                    let steps = ahead.get(&(path.last(), weight.length));
                    let steps = steps.into_iter().flatten();
                    steps.min_by_key(|(hop, _)| ids(hop)).copied()
                }
                Next::Far(rest) => self.step_to_end(path.last(), rest)?,
            };
            // The meeting's own steps are always among them.
            let Some((hop, next)) = step else { break };
            path.push(&hop);
            place = next;
        }
        Ok(path.finish())
    }

    /// Collects the steps on the start's side that lead on to a cheapest path. The labels that were
    /// settled last come first, so that it is known of each step whether it leads on.
    fn ahead(&mut self, meeting: &Meeting) -> Result<Ahead> {
        let mut ahead = Ahead::default();
        let first = (meeting.node, meeting.before.length);
        ahead.insert(first, vec![(meeting.hop, Next::Far(meeting.rest))]);
        let mut lists = 0;
        for number in (0..self.forward.settled()).rev() {
            let label = self.forward.settled_label(number);
            if label.weight > meeting.whole {
                continue;
            }
            self.reach(Side::Forward, label.node)?;
            for hop in &self.hops {
                let after = label.weight.step(self.world.prices.price(hop)?);
                if let Some(next) = self.leads_on(hop, after, meeting.whole, &ahead) {
                    let place = (label.node, label.weight.length);
                    let steps = ahead.entry(place).or_default();
                    let before = list_bytes(steps);
                    steps.push((*hop, next));
                    lists += list_bytes(steps) - before;
                }
            }
            self.held = lists + map_bytes(&ahead);
        }
        Ok(ahead)
    }

    /// Returns where a step leads, if it leads on to a cheapest path. What the start's side has
    /// settled knows all ways on; what it has not, the end's side knows.
    fn leads_on(&self, hop: &Hop, after: Weight, whole: Weight, ahead: &Ahead) -> Option<Next> {
        if after > whole {
            return None;
        }
        let near = || {
            let goes_on = ahead.contains_key(&(hop.node, after.length));
            let mut labels = self
                .forward
                .of(hop.node)
                .filter(|label| label.weight == after);
            labels.next().filter(|_| goes_on)
        };
        if hop.node != self.ends.to
            && let Some(label) = near()
            && label.settled
        {
            return Some(Next::Near(after));
        }
        let mut rest = self.backward.of(hop.node);
        if let Some(label) = rest.find(|label| after.plus(label.weight) == whole) {
            return Some(Next::Far(label.weight));
        }
        near().map(|_| Next::Near(after))
    }

    /// Returns the step with the smallest ids that leaves the rest of a weight on the end's side.
    fn step_to_end(&mut self, node: NodeId, rest: Weight) -> Result<Option<(Hop, Next)>> {
        self.reach(Side::Forward, node)?;
        let mut first: Option<(Hop, Next)> = None;
        for hop in &self.hops {
            if first.is_some_and(|(first, _)| ids(&first) <= ids(hop)) {
                continue;
            }
            let price = self.world.prices.price(hop)?;
            let mut labels = self.backward.of(hop.node);
            if let Some(label) = labels.find(|label| label.weight.step(price) == rest) {
                first = Some((*hop, Next::Far(label.weight)));
            }
        }
        Ok(first)
    }
}

impl Meeting {
    fn new(before: Label, hop: Hop, price: Cost, rest: Weight) -> Self {
        Self {
            node: before.node,
            before: before.weight,
            hop,
            rest,
            whole: before.weight.step(price).plus(rest),
        }
    }
}

/// What decides between steps that are as good.
fn ids(hop: &Hop) -> (NodeId, RelId) {
    (hop.node, hop.rel)
}

/// A path that grows.
struct Walked {
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
    last: NodeId,
}

impl Walked {
    fn new(start: NodeId) -> Self {
        Self {
            nodes: vec![start],
            rels: Vec::new(),
            last: start,
        }
    }

    fn last(&self) -> NodeId {
        self.last
    }

    fn push(&mut self, hop: &Hop) {
        self.nodes.push(hop.node);
        self.rels.push(hop.rel);
        self.last = hop.node;
    }

    fn finish(self) -> Path {
        Path {
            nodes: self.nodes.into(),
            rels: self.rels.into(),
        }
    }
}

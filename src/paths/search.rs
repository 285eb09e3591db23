//! Paths that an automaton reads, one after another.

use hashbrown::HashSet;

use super::distance::{Distance, Distances, point};
use super::held::{list_bytes, set_bytes};
use super::{Automaton, Judge, Mode, Move};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, RelId};

/// So many steps are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// So many places of a walk are looked at in the time of a step.
const PLACES_PER_STEP: usize = 16;

/// Where a walk has come through: the state, the node, and how it got there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The state.
    pub state: u32,
    /// The node.
    pub node: NodeId,
    /// The step and the relationship that led here; nothing where the walk begins or stayed.
    pub by: Option<(u32, RelId)>,
}

/// What is searched for.
#[derive(Clone, Copy, Debug)]
pub struct Quest<'a> {
    /// The shape of the paths.
    pub automaton: &'a Automaton,
    /// Where they start.
    pub start: NodeId,
    /// Where they end; `None` for anywhere.
    pub goal: Option<NodeId>,
    /// Relationships that they must not use.
    pub without: &'a [u32],
}

/// A place of the current walk, and the ways on from it that are still to be tried.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Where its ways start among all ways.
    first: usize,
    /// The way that comes next.
    next: usize,
    /// How many relationships the walk has up to here.
    length: u32,
}

/// A way on.
#[derive(Clone, Copy, Debug)]
struct Way {
    state: u32,
    step: Option<u32>,
    node: NodeId,
    rel: RelId,
}

/// Walks through the graph as an automaton allows, depth-first, one path at a time.
///
/// The walk is cut where the goal is out of reach, or farther away than the length that is looked
/// for. Distances to the goal are found out on the way: one level more whenever the walk has cost
/// as much as that level will. So a short search looks at little, and a long one costs at most
/// about twice what it would with all distances known. Held are one path, the ways beside it, and
/// the distances.
#[derive(Debug)]
pub struct Walks {
    places: Vec<Place>,
    frames: Vec<Frame>,
    ways: Vec<Way>,
    /// The relationships of the walk (trails), or its nodes (acyclic and simple paths).
    used: HashSet<u32>,
    /// Paths have exactly so many relationships; `None` for any number.
    length: Option<u32>,
    /// The least length that was given up for being too long.
    cut: Option<u32>,
    hops: Vec<Hop>,
    steps: usize,
    /// Steps since the last level of distances was found out.
    since: usize,
    /// Steps since the last path was found.
    fruitless: u64,
}

impl Walks {
    /// Begins at the start of a quest, for paths of one length or of any.
    pub fn new(
        graph: &Snapshot,
        quest: Quest<'_>,
        length: Option<u32>,
        judge: &mut dyn Judge,
    ) -> Result<Self> {
        let mut walks = Self {
            places: Vec::new(),
            frames: Vec::new(),
            ways: Vec::new(),
            used: HashSet::default(),
            length,
            cut: None,
            hops: Vec::new(),
            steps: 0,
            since: 0,
            fruitless: 0,
        };
        walks.restart(graph, quest, length, judge)?;
        Ok(walks)
    }

    /// Begins again, for paths of another length.
    pub fn restart(
        &mut self,
        graph: &Snapshot,
        quest: Quest<'_>,
        length: Option<u32>,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        self.places.clear();
        self.frames.clear();
        self.ways.clear();
        self.used.clear();
        self.length = length;
        self.cut = None;
        if !graph.has_node(quest.start) {
            return Ok(());
        }
        let mut here = vec![point(quest.start)];
        judge.nodes(Automaton::START, &mut here)?;
        let arrival = Move {
            state: Automaton::START,
            step: None,
        };
        judge.together(&mut self.places, arrival, &mut here)?;
        self.ways.extend(here.iter().map(|hop| Way {
            state: Automaton::START,
            step: None,
            node: hop.node,
            rel: hop.rel,
        }));
        self.frames.push(Frame {
            first: 0,
            next: 0,
            length: 0,
        });
        Ok(())
    }

    /// Returns the least length at which there may be paths that were not looked for.
    #[must_use]
    pub fn longer(&self) -> Option<u32> {
        self.cut
    }

    /// Returns about how many steps were taken since the last path was found.
    #[must_use]
    pub fn fruitless(&self) -> u64 {
        self.fruitless
    }

    /// Returns the places of the current path, in the order of the walk.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Returns how many relationships the current path has.
    #[must_use]
    pub fn path_length(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.length)
    }

    /// Goes on to the next path; false when there is none.
    pub fn advance(
        &mut self,
        graph: &Snapshot,
        quest: Quest<'_>,
        distances: Option<&mut Distances>,
        judge: &mut dyn Judge,
    ) -> Result<bool> {
        let mut distances = distances;
        while let Some(frame) = self.frames.last_mut() {
            let Some(way) = self.ways.get(frame.next).copied() else {
                self.step_back(quest.automaton.mode());
                continue;
            };
            frame.next += 1;
            let length = frame.length + u32::from(way.step.is_some());
            self.enter(quest.automaton.mode(), way);
            self.frames.push(Frame {
                first: self.ways.len(),
                next: self.ways.len(),
                length,
            });
            self.find_ways(graph, quest, distances.as_deref_mut(), judge)?;
            let accepted = way.state == quest.automaton.accept()
                && quest.goal.is_none_or(|goal| goal == way.node)
                && self.length.is_none_or(|wanted| wanted == length);
            if accepted {
                self.fruitless = 0;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn enter(&mut self, mode: Mode, way: Way) {
        let moves = way.step.is_some();
        let used = match mode {
            Mode::Walk => None,
            Mode::Trail => moves.then_some(way.rel.0),
            Mode::Acyclic | Mode::Simple => (moves || self.places.is_empty()).then_some(way.node.0),
        };
        self.used.extend(used);
        self.places.push(Place {
            state: way.state,
            node: way.node,
            by: way.step.map(|step| (step, way.rel)),
        });
    }

    fn step_back(&mut self, mode: Mode) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.ways.truncate(frame.first);
        let Some(place) = self.places.pop() else {
            return;
        };
        match (mode, place.by) {
            (Mode::Trail, Some((_, rel))) => {
                self.used.remove(&rel.0);
            }
            // The last node of a simple path may be its first, which stays in use.
            (Mode::Acyclic | Mode::Simple, Some(_))
                if self
                    .places
                    .first()
                    .is_none_or(|first| first.node != place.node) =>
            {
                self.used.remove(&place.node.0);
            }
            _ => {}
        }
    }

    /// Collects the ways on from the end of the walk.
    fn find_ways(
        &mut self,
        graph: &Snapshot,
        quest: Quest<'_>,
        mut distances: Option<&mut Distances>,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        let Some(&end) = self.places.last() else {
            return Ok(());
        };
        // Where the goal cannot be come to again, nothing behind it leads to a path.
        let over = quest.goal == Some(end.node)
            && match quest.automaton.mode() {
                Mode::Walk | Mode::Trail => false,
                Mode::Acyclic => true,
                Mode::Simple => end.node != quest.start,
            };
        for &arrival in quest.automaton.moves(end.state) {
            if over && arrival.step.is_some() {
                continue;
            }
            let mut hops = std::mem::take(&mut self.hops);
            hops.clear();
            match arrival.step {
                None => hops.push(point(end.node)),
                Some(step) => {
                    let kind = quest.automaton.step(step);
                    let all = graph.hops(end.node, kind.direction, kind.types.as_deref());
                    hops.extend(all);
                }
            }
            let looks = hops.len() * (1 + self.looked_back(quest, end) / PLACES_PER_STEP) + 1;
            self.count(looks, distances.as_deref(), judge)?;
            if let Some(distances) = distances.as_deref_mut() {
                self.look_ahead(graph, quest.automaton, distances, judge)?;
            }
            self.filter(quest, arrival, distances.as_deref(), &mut hops);
            if !hops.is_empty() {
                if let Some(step) = arrival.step {
                    judge.rels(step, &mut hops)?;
                }
                judge.nodes(arrival.state, &mut hops)?;
                judge.together(&mut self.places, arrival, &mut hops)?;
            }
            self.ways.extend(hops.iter().map(|hop| Way {
                state: arrival.state,
                step: arrival.step,
                node: hop.node,
                rel: hop.rel,
            }));
            self.hops = hops;
        }
        Ok(())
    }

    /// Drops hops that repeat what must not be repeated, or lead too far from the goal.
    fn filter(
        &mut self,
        quest: Quest<'_>,
        arrival: Move,
        distances: Option<&Distances>,
        hops: &mut Vec<Hop>,
    ) {
        let automaton = quest.automaton;
        let length = self.frames.last().map_or(0, |frame| frame.length);
        let length = length + u32::from(arrival.step.is_some());
        let mut cut = self.cut;
        hops.retain(|hop| {
            if arrival.step.is_some() && self.repeats(quest, hop) {
                return false;
            }
            let rest = match distances.map(|known| known.get(hop.node, arrival.state)) {
                None => 0,
                Some(Distance::AtLeast(rest)) => rest,
                Some(Distance::Unreachable) => return false,
            };
            if automaton
                .longest(arrival.state)
                .is_some_and(|most| rest > most)
            {
                return false;
            }
            let total = length.saturating_add(rest);
            let most = automaton.longest(arrival.state);
            if let (Some(wanted), Some(most)) = (self.length, most)
                && length.saturating_add(most) < wanted
            {
                return false;
            }
            let fits = self.length.is_none_or(|wanted| total <= wanted);
            if !fits {
                cut = Some(cut.map_or(total, |cut: u32| cut.min(total)));
            }
            fits
        });
        self.cut = cut;
    }

    /// Returns how many places of the walk are looked at to say whether a hop repeats something.
    fn looked_back(&self, quest: Quest<'_>, end: Place) -> usize {
        let scoped = quest.automaton.scopes(end.state).next().is_some();
        quest.without.len() + if scoped { self.places.len() } else { 0 }
    }

    /// Whether a hop repeats what the modes forbid.
    fn repeats(&self, quest: Quest<'_>, hop: &Hop) -> bool {
        let Some(end) = self.places.last() else {
            return false;
        };
        let again = match quest.automaton.mode() {
            Mode::Walk => false,
            Mode::Trail => self.used.contains(&hop.rel.0),
            Mode::Acyclic => self.used.contains(&hop.node.0),
            Mode::Simple => {
                let start = self.places.first().map(|place| place.node);
                let closed = self.path_length() > 0 && Some(end.node) == start;
                if Some(hop.node) == start {
                    // Out and back over the same relationship repeats it.
                    closed || has_rel(&self.places, hop)
                } else {
                    closed || self.used.contains(&hop.node.0)
                }
            }
        };
        again
            || quest.without.contains(&hop.rel.0)
            || quest.automaton.scopes(end.state).any(|scope| {
                let begin = self.places.iter().rposition(|p| p.state == scope.start);
                let part = &self.places[begin.unwrap_or(0)..];
                repeats_within(scope.mode, part, hop)
            })
    }

    /// Finds out more distances when the walk has cost as much.
    fn look_ahead(
        &mut self,
        graph: &Snapshot,
        automaton: &Automaton,
        distances: &mut Distances,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        while !distances.is_complete() && self.since >= distances.next_cost() {
            self.since -= distances.next_cost();
            distances.extend(graph, automaton, self.bytes(), judge)?;
        }
        Ok(())
    }

    fn count(
        &mut self,
        steps: usize,
        distances: Option<&Distances>,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        self.steps += steps;
        self.since += steps;
        if self.steps >= STEPS_PER_PULSE {
            self.fruitless += self.steps as u64;
            self.steps = 0;
            judge.pulse(self.bytes() + distances.map_or(0, Distances::bytes))?;
        }
        Ok(())
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        list_bytes(&self.places)
            + list_bytes(&self.frames)
            + list_bytes(&self.ways)
            + set_bytes(&self.used)
            + list_bytes(&self.hops)
    }
}

/// Whether a hop repeats something in a part of the walk that has a mode of its own.
pub(super) fn repeats_within(mode: Mode, part: &[Place], hop: &Hop) -> bool {
    let has_node = |part: &[Place]| part.iter().any(|place| place.node == hop.node);
    match mode {
        Mode::Walk => false,
        Mode::Trail => has_rel(part, hop),
        Mode::Acyclic => has_node(part),
        Mode::Simple => {
            let start = part.first().map(|place| place.node);
            let hops = part
                .iter()
                .skip(1)
                .filter(|place| place.by.is_some())
                .count();
            let closed = hops > 0 && part.last().map(|place| place.node) == start;
            let repeated = has_node(part) && Some(hop.node) != start;
            // Out and back over the same relationship repeats it.
            closed || repeated || has_rel(part, hop)
        }
    }
}

/// Whether a part of the walk has come over the relationship of a hop, once it had begun.
fn has_rel(part: &[Place], hop: &Hop) -> bool {
    let mut within = part.iter().skip(1);
    within.any(|place| place.by.is_some_and(|(_, rel)| rel == hop.rel))
}

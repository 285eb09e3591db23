//! Walks that may go on for ever, where more than the place decides how.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::distance::point;
use super::search::{Place, Quest, repeats_within};
use super::{Automaton, Judge, Mode, Move};
use crate::error::Result;
use crate::store::{Hop, Snapshot};

/// About what a trace takes beside its places: its entries in tables and lists.
const TRACE_BYTES: usize = 128;

/// All ways that walks from one node can take, and how far each of them is from the goal.
///
/// Of a walk only a *trace* counts: its end, and the places before it that conditions on its
/// continuation read. There are finitely many, so that a search among them ends where one among
/// walks need not: each length that it names has a path. It costs a step for each relationship at
/// the end of each trace.
#[derive(Debug)]
pub(super) struct Foresight {
    /// Where each trace can be continued: the new place and the trace that this leaves. The last
    /// one stands before all walks.
    ways: Vec<Vec<(Place, usize)>>,
    /// The least number of relationships to the goal from each trace, where it is in reach.
    rest: Vec<Option<u32>>,
    /// Whether a path ends with each trace.
    accepted: Vec<bool>,
    places: Vec<Place>,
    frames: Vec<Frame>,
    /// Paths have exactly so many relationships.
    length: u32,
    /// The least length that was given up for being too long.
    cut: Option<u32>,
    /// About how many bytes all but the current walk take.
    bytes: usize,
}

/// The end of the current walk.
#[derive(Clone, Copy, Debug)]
struct Frame {
    trace: usize,
    /// The way that comes next.
    next: usize,
    /// How many relationships the walk has up to here.
    length: u32,
}

impl Foresight {
    /// Explores what walks from the start of a quest lead to.
    pub(super) fn new(graph: &Snapshot, quest: Quest<'_>, judge: &mut dyn Judge) -> Result<Self> {
        let mut traces = Traces::default();
        let mut first = Vec::new();
        if graph.has_node(quest.start) {
            let start = Move {
                state: Automaton::START,
                step: None,
            };
            let here = vec![point(quest.start)];
            traces.arrive(&[], start, here, (quest, judge), &mut first)?;
        }
        let mut ways = Vec::new();
        while let Some(trace) = traces.all.get(ways.len()) {
            if ways.len() % 64 == 0 {
                judge.pulse(traces.bytes)?;
            }
            let trace = trace.clone();
            ways.push(traces.continued(&trace, graph, (quest, judge))?);
        }
        let mut accepted: Vec<bool> = traces
            .all
            .iter()
            .map(|trace| is_path(quest, trace))
            .collect();
        ways.push(first);
        accepted.push(false);
        Ok(Self {
            rest: least_rest(&ways, &accepted),
            ways,
            accepted,
            places: Vec::new(),
            frames: Vec::new(),
            length: 0,
            cut: None,
            bytes: traces.bytes,
        })
    }

    /// Begins again, for paths of another length.
    pub(super) fn restart(&mut self, length: u32) {
        self.places.clear();
        self.frames.clear();
        self.length = length;
        self.cut = None;
        self.frames.push(Frame {
            trace: self.ways.len() - 1,
            next: 0,
            length: 0,
        });
    }

    /// Returns the least length at which there are paths that were not looked for.
    pub(super) fn longer(&self) -> Option<u32> {
        self.cut
    }

    /// Returns the places of the current path, in the order of the walk.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Goes on to the next path; false when there is none.
    pub(super) fn advance(&mut self, judge: &mut dyn Judge) -> Result<bool> {
        let mut steps = 0_usize;
        while let Some(frame) = self.frames.last_mut() {
            steps += 1;
            if steps.is_multiple_of(1024) {
                judge.pulse(self.bytes + self.places.len() * TRACE_BYTES)?;
            }
            let Some(&(place, trace)) = self.ways[frame.trace].get(frame.next) else {
                self.frames.pop();
                self.places.pop();
                continue;
            };
            frame.next += 1;
            let length = frame.length + u32::from(place.by.is_some());
            let Some(rest) = self.rest[trace] else {
                continue;
            };
            let total = length.saturating_add(rest);
            if total > self.length {
                self.cut = Some(self.cut.map_or(total, |cut| cut.min(total)));
                continue;
            }
            self.places.push(place);
            self.frames.push(Frame {
                trace,
                next: 0,
                length,
            });
            if self.accepted[trace] && length == self.length {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The traces that were found.
#[derive(Debug, Default)]
struct Traces {
    all: Vec<Box<[Place]>>,
    numbers: HashMap<Box<[Place]>, usize>,
    bytes: usize,
}

impl Traces {
    /// Returns where a trace can be continued.
    fn continued(
        &mut self,
        trace: &[Place],
        graph: &Snapshot,
        (quest, judge): (Quest<'_>, &mut dyn Judge),
    ) -> Result<Vec<(Place, usize)>> {
        let mut ways = Vec::new();
        let Some(end) = trace.last() else {
            return Ok(ways);
        };
        for &arrival in quest.automaton.moves(end.state) {
            let mut hops = Vec::new();
            match arrival.step {
                None => hops.push(point(end.node)),
                Some(step) => {
                    let kind = quest.automaton.step(step);
                    hops.extend(graph.hops(end.node, kind.direction, kind.types.as_deref()));
                    hops.retain(|hop| !repeats(quest, trace, hop));
                    judge.rels(step, &mut hops)?;
                }
            }
            self.arrive(trace, arrival, hops, (quest, judge), &mut ways)?;
        }
        Ok(ways)
    }

    /// Adds the hops that lead from a trace into a state, as far as they pass.
    fn arrive(
        &mut self,
        trace: &[Place],
        arrival: Move,
        mut hops: Vec<Hop>,
        (quest, judge): (Quest<'_>, &mut dyn Judge),
        ways: &mut Vec<(Place, usize)>,
    ) -> Result<()> {
        judge.nodes(arrival.state, &mut hops)?;
        judge.together(&mut trace.to_vec(), arrival, &mut hops)?;
        for hop in hops {
            let place = Place {
                state: arrival.state,
                node: hop.node,
                by: arrival.step.map(|step| (step, hop.rel)),
            };
            let mut left: Vec<Place> = trace.iter().copied().chain([place]).collect();
            let kept = first_in_scope(quest.automaton, &left);
            judge.forget(&mut left, kept);
            ways.push((place, self.number(left)));
            self.bytes += TRACE_BYTES / 2;
        }
        Ok(())
    }

    fn number(&mut self, trace: Vec<Place>) -> usize {
        let trace = trace.into_boxed_slice();
        if let Some(&number) = self.numbers.get(&trace) {
            return number;
        }
        self.bytes += TRACE_BYTES + 2 * size_of_val(&*trace);
        let number = self.all.len();
        self.all.push(trace.clone());
        self.numbers.insert(trace, number);
        number
    }
}

fn is_path(quest: Quest<'_>, trace: &[Place]) -> bool {
    trace.last().is_some_and(|end| {
        end.state == quest.automaton.accept() && quest.goal.is_none_or(|goal| goal == end.node)
    })
}

/// The first place that a part with a mode of its own, which is not over, looks at.
fn first_in_scope(automaton: &Automaton, walk: &[Place]) -> usize {
    let Some(end) = walk.last() else {
        return 0;
    };
    let open = automaton
        .scopes(end.state)
        .filter(|scope| scope.mode != Mode::Walk);
    let begins = open.map(|scope| {
        let begin = walk.iter().rposition(|place| place.state == scope.start);
        begin.unwrap_or(0)
    });
    begins.min().unwrap_or(walk.len())
}

/// Whether a hop from the end of a trace repeats what must not be repeated.
fn repeats(quest: Quest<'_>, trace: &[Place], hop: &Hop) -> bool {
    let Some(end) = trace.last() else {
        return false;
    };
    quest.without.contains(&hop.rel.0)
        || quest.automaton.scopes(end.state).any(|scope| {
            let begin = trace.iter().rposition(|place| place.state == scope.start);
            repeats_within(scope.mode, &trace[begin.unwrap_or(0)..], hop)
        })
}

/// The least number of relationships from each trace to one at which a path ends: breadth-first
/// and backwards, moves that stay first.
fn least_rest(ways: &[Vec<(Place, usize)>], accepted: &[bool]) -> Vec<Option<u32>> {
    let mut back: Vec<Vec<(usize, u32)>> = vec![Vec::new(); ways.len()];
    for (from, ways) in ways.iter().enumerate() {
        for (place, to) in ways {
            back[*to].push((from, u32::from(place.by.is_some())));
        }
    }
    let mut rest = vec![None; ways.len()];
    let mut open: VecDeque<(usize, u32)> = (0..ways.len())
        .filter(|&trace| accepted[trace])
        .map(|trace| (trace, 0))
        .collect();
    while let Some((trace, least)) = open.pop_front() {
        if rest[trace].is_some() {
            continue;
        }
        rest[trace] = Some(least);
        for &(from, cost) in &back[trace] {
            if cost == 0 {
                open.push_front((from, least));
            } else {
                open.push_back((from, least.saturating_add(cost)));
            }
        }
    }
    rest
}

//! All shortest paths between two nodes, as the graph of the steps that lead to them. It is worked
//! out as far as paths are asked for.

use std::ops::Range;

use hashbrown::HashMap;

use super::held::{list_bytes, map_bytes};
use super::side::{Side, position};
use super::{Guide, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{Path, RelId};

/// All paths of one length between two nodes.
///
/// From each node that both ends have reached, steps back to the start and on to the end. The steps
/// of a node are looked up when the first path runs over it.
#[derive(Debug)]
pub struct Tangle {
    forward: Half,
    backward: Half,
    /// Places of the nodes that both halves have reached.
    meetings: Vec<(u32, u32)>,
    meeting: usize,
    /// For each step of the current path: those that could be taken, and which one is.
    frames: Vec<(Range<usize>, usize)>,
    hops: Vec<Hop>,
}

/// The steps between the meetings and one end.
#[derive(Debug)]
struct Half {
    side: Side,
    /// How far the meetings are from the end.
    depth: usize,
    /// (relationship, place of the next node)
    steps: Vec<(RelId, u32)>,
    known: HashMap<u32, Range<usize>>,
}

impl Half {
    fn new(side: Side, depth: u32) -> Self {
        Self {
            side,
            depth: depth as usize,
            steps: Vec::new(),
            known: HashMap::default(),
        }
    }

    fn bytes(&self) -> usize {
        self.side.bytes() + list_bytes(&self.steps) + map_bytes(&self.known)
    }

    /// Keeps the steps of a place: the hops to nodes that are `depth` away from the end.
    fn keep(&mut self, place: u32, hops: &[Hop]) -> Range<usize> {
        let first = self.steps.len();
        let places = hops.iter().filter_map(|hop| {
            let next = self.side.find(hop.node)?;
            Some((hop.rel, next))
        });
        self.steps.extend(places);
        let range = first..self.steps.len();
        self.known.insert(place, range.clone());
        range
    }
}

impl Tangle {
    /// Takes the two sides of a search that have met.
    pub(super) fn new(
        (forward, backward): (Side, Side),
        (near, far): (u32, u32),
        meetings: Vec<(u32, u32)>,
    ) -> Self {
        Self {
            forward: Half::new(forward, near),
            backward: Half::new(backward, far),
            meetings,
            meeting: 0,
            frames: Vec::new(),
            hops: Vec::new(),
        }
    }

    /// Returns how many relationships each of the paths has.
    #[must_use]
    pub fn length(&self) -> u32 {
        position(self.forward.depth + self.backward.depth)
    }

    /// Returns the next path.
    pub fn next(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        guide: &mut dyn Guide,
    ) -> Result<Option<Path>> {
        let length = self.forward.depth + self.backward.depth;
        // The path that was handed out last is left at its last step that has an alternative.
        if self.frames.len() == length && !self.turn() {
            return Ok(None);
        }
        while self.meeting < self.meetings.len() {
            if self.frames.len() == length {
                return Ok(Some(self.path()));
            }
            let steps = self.steps(graph, route, guide)?;
            let (first, empty) = (steps.start, steps.is_empty());
            self.frames.push((steps, first));
            if empty {
                self.turn();
            }
        }
        Ok(None)
    }

    /// Goes on to the next choice of steps, or to the next meeting; false when there is none.
    fn turn(&mut self) -> bool {
        while let Some((steps, taken)) = self.frames.pop() {
            if taken + 1 < steps.end {
                self.frames.push((steps, taken + 1));
                return true;
            }
        }
        self.meeting += 1;
        self.meeting < self.meetings.len()
    }

    /// Returns the place that the current path has come to, and whether that is on the way back to
    /// the start.
    fn place(&self) -> (u32, bool) {
        let step = self.frames.len();
        let near = step < self.forward.depth;
        let half = if near { &self.forward } else { &self.backward };
        let (start, end) = self.meetings[self.meeting];
        let first = if near { 0 } else { self.forward.depth };
        match self.frames.last() {
            Some((_, taken)) if step > first => (half.steps[*taken].1, near),
            _ if near => (start, near),
            _ => (end, near),
        }
    }

    /// Returns the steps that may follow.
    fn steps(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        guide: &mut dyn Guide,
    ) -> Result<Range<usize>> {
        let (place, near) = self.place();
        let step = self.frames.len();
        let (half, left) = if near {
            let left = self.forward.depth - step;
            (&mut self.forward, left)
        } else {
            let left = self.forward.depth + self.backward.depth - step;
            (&mut self.backward, left)
        };
        if let Some(steps) = half.known.get(&place) {
            return Ok(steps.clone());
        }
        let side = &half.side;
        let closer = side.level(position(left - 1));
        let leads_on = |hop: &Hop| {
            let next = side.find(hop.node);
            next.is_some_and(|next| closer.contains(&(next as usize)))
        };
        let node = side.at(place).node;
        self.hops.clear();
        if near {
            let hops = route.backward(graph, node);
            self.hops.extend(hops.filter(leads_on));
        } else {
            let hops = route.forward(graph, node);
            self.hops.extend(hops.filter(leads_on));
        }
        if !guide.is_free() {
            guide.rels(&mut self.hops, 0)?;
        }
        let steps = half.keep(place, &self.hops);
        guide.pulse(self.bytes())?;
        Ok(steps)
    }

    fn path(&self) -> Path {
        let (near, far) = self.frames.split_at(self.forward.depth);
        let mut nodes = Vec::with_capacity(self.frames.len() + 1);
        let mut rels = Vec::with_capacity(self.frames.len());
        for (_, taken) in near.iter().rev() {
            let (rel, place) = self.forward.steps[*taken];
            nodes.push(self.forward.side.at(place).node);
            rels.push(rel);
        }
        let (middle, _) = self.meetings[self.meeting];
        nodes.push(self.forward.side.at(middle).node);
        for (_, taken) in far {
            let (rel, place) = self.backward.steps[*taken];
            nodes.push(self.backward.side.at(place).node);
            rels.push(rel);
        }
        Path {
            nodes: nodes.into(),
            rels: rels.into(),
        }
    }

    /// Returns the two sides of the search.
    pub(super) fn into_sides(self) -> (Side, Side) {
        (self.forward.side, self.backward.side)
    }

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.forward.bytes()
            + self.backward.bytes()
            + list_bytes(&self.meetings)
            + list_bytes(&self.frames)
            + list_bytes(&self.hops)
    }
}

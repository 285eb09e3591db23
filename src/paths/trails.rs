//! All paths between two nodes that repeat no relationship, shorter ones first.

use hashbrown::HashMap;

use super::reach::distances_to;
use super::{Ends, Guide, Route};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// Hands out every path along a route without a repeated relationship, in order of length.
///
/// Depth-first for each length in turn, cut where the end is farther away than the rest of the
/// length. Between calls it holds one path and the hops beside it, whatever the number of paths.
#[derive(Debug)]
pub struct Trails {
    ends: Ends,
    route: Route,
    /// The least number of relationships from a node to the end.
    distances: HashMap<NodeId, u32>,
    length: u32,
    /// The hops of all nodes of the current path, one run after another.
    hops: Vec<Hop>,
    /// For each node of the current path: where its run starts, and which hop comes next.
    frames: Vec<(usize, usize)>,
    rels: Vec<RelId>,
    nodes: Vec<NodeId>,
    /// Whether a longer length may give more.
    cut: bool,
    started: bool,
    steps: u32,
}

impl Trails {
    /// Prepares the search: one breadth-first search from the end.
    pub fn new(graph: &Snapshot, ends: Ends, route: &Route, guide: &mut dyn Guide) -> Result<Self> {
        let distances = distances_to(graph, ends, route, guide)?;
        let nearest = distances.get(&ends.from).copied();
        let mut trails = Self {
            ends,
            route: route.clone(),
            length: nearest.unwrap_or(0).max(route.min),
            cut: nearest.is_some() && graph.has_node(ends.from),
            distances,
            hops: Vec::new(),
            frames: Vec::new(),
            rels: Vec::new(),
            nodes: Vec::new(),
            started: false,
            steps: 0,
        };
        if !trails.cut {
            trails.started = true;
        }
        Ok(trails)
    }

    /// Returns the next path.
    pub fn next(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<Option<Path>> {
        loop {
            if self.frames.is_empty() && !self.begin_length(graph, guide)? {
                return Ok(None);
            }
            if let Some(path) = self.next_of_length(graph, guide)? {
                return Ok(Some(path));
            }
        }
    }

    /// Starts over with the first or next length; false when there is none.
    fn begin_length(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<bool> {
        if self.started {
            if !self.cut || self.length >= self.route.max {
                return Ok(false);
            }
            self.length += 1;
        } else if self.length > self.route.max {
            return Ok(false);
        }
        self.started = true;
        self.cut = false;
        self.hops.clear();
        self.rels.clear();
        self.nodes.clear();
        self.nodes.push(self.ends.from);
        if self.length == 0 {
            // Only the ends themselves; longer paths may follow.
            self.cut = true;
        }
        self.open(graph, guide)?;
        Ok(true)
    }

    fn next_of_length(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<Option<Path>> {
        while let Some(&(start, next)) = self.frames.last() {
            self.steps += 1;
            if self.steps.is_multiple_of(1024) {
                guide.pulse(0)?;
            }
            let Some(&hop) = self.hops.get(next) else {
                let done = self.rels.len() as u64 == u64::from(self.length);
                let path = (done && start == next && self.at_end()).then(|| self.path());
                self.close(start);
                if path.is_some() {
                    return Ok(path);
                }
                continue;
            };
            if let Some(frame) = self.frames.last_mut() {
                frame.1 += 1;
            }
            self.rels.push(hop.rel);
            self.nodes.push(hop.node);
            self.open(graph, guide)?;
        }
        Ok(None)
    }

    fn at_end(&self) -> bool {
        self.nodes.last() == Some(&self.ends.to)
    }

    /// Collects the hops that may follow the last node.
    fn open(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<()> {
        let start = self.hops.len();
        let depth = u32::try_from(self.rels.len()).unwrap_or(u32::MAX);
        let node = self.nodes.last().copied().unwrap_or(self.ends.from);
        if depth >= self.length {
            self.cut = true;
            self.frames.push((start, start));
            return Ok(());
        }
        let rest = self.length - depth - 1;
        for hop in self.route.forward(graph, node) {
            if self.rels.contains(&hop.rel) {
                continue;
            }
            match self.distances.get(&hop.node) {
                Some(&distance) if distance <= rest => self.hops.push(hop),
                Some(_) => self.cut = true,
                None => {}
            }
        }
        if !guide.is_free() {
            guide.rels(&mut self.hops, start)?;
            if rest > 0 {
                guide.inner(&mut self.hops, start)?;
            }
        }
        self.frames.push((start, start));
        Ok(())
    }

    fn close(&mut self, start: usize) {
        self.hops.truncate(start);
        self.frames.pop();
        self.rels.pop();
        self.nodes.pop();
    }

    fn path(&self) -> Path {
        Path {
            nodes: self.nodes.as_slice().into(),
            rels: self.rels.as_slice().into(),
        }
    }
}

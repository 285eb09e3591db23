//! All paths between two nodes that repeat no relationship, shorter ones first.

use super::held::list_bytes;
use super::{Distance, Ends, Guide, Route, Toward};
use crate::error::Result;
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// So many steps are taken between two looks at the clock.
const STEPS_PER_PULSE: usize = 1024;

/// Hands out every path along a route without a repeated relationship, in order of length.
///
/// Depth-first for each length in turn, cut where the end is farther away than the rest of the
/// length. Between calls it holds one path, the hops beside it, and how far it is from what is near
/// the end, whatever the number of paths.
#[derive(Debug)]
pub struct Trails {
    ends: Ends,
    route: Route,
    toward: Toward,
    length: u32,
    /// The hops of all nodes of the current path, one run after another.
    hops: Vec<Hop>,
    /// For each node of the current path: where its run starts, and which hop comes next.
    frames: Vec<(usize, usize)>,
    rels: Vec<RelId>,
    nodes: Vec<NodeId>,
    /// The least length at which there may be paths that were not looked for.
    longer: Option<u32>,
    steps: usize,
}

impl Trails {
    /// Prepares the search.
    #[must_use]
    pub fn new(graph: &Snapshot, ends: Ends, route: &Route) -> Self {
        let toward = Toward::new(graph, ends, route);
        let nearest = match toward.get(ends.from) {
            Distance::AtLeast(nearest) => Some(nearest.max(route.min)),
            Distance::Unreachable => None,
        };
        Self {
            ends,
            route: route.clone(),
            toward,
            length: 0,
            hops: Vec::new(),
            frames: Vec::new(),
            rels: Vec::new(),
            nodes: Vec::new(),
            longer: nearest.filter(|_| graph.has_node(ends.from)),
            steps: 0,
        }
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

    /// Returns about how many bytes are held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.walk_bytes() + self.toward.bytes()
    }

    fn walk_bytes(&self) -> usize {
        list_bytes(&self.hops)
            + list_bytes(&self.frames)
            + list_bytes(&self.rels)
            + list_bytes(&self.nodes)
    }

    /// Starts over with the first or next length; false when there is none.
    fn begin_length(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<bool> {
        let Some(length) = self.longer.take() else {
            return Ok(false);
        };
        if length > self.route.max {
            return Ok(false);
        }
        self.length = length;
        self.hops.clear();
        self.rels.clear();
        self.nodes.clear();
        self.nodes.push(self.ends.from);
        self.open(graph, guide)?;
        Ok(true)
    }

    fn next_of_length(&mut self, graph: &Snapshot, guide: &mut dyn Guide) -> Result<Option<Path>> {
        while let Some(&(start, next)) = self.frames.last() {
            self.count(1, guide)?;
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
            self.note_longer(self.length.saturating_add(1));
            self.frames.push((start, start));
            return Ok(());
        }
        let degree: usize = self.route.runs(graph, node, false).map(<[_]>::len).sum();
        // Each hop is compared with the path so far.
        self.count(degree + degree * self.rels.len() / 64, guide)?;
        let held = self.walk_bytes();
        let world = (graph, &self.route);
        self.toward.spend((degree + 1, held), world, guide)?;
        let rest = self.length - depth - 1;
        let mut longer: Option<u32> = None;
        for hop in self.route.forward(graph, node) {
            if self.rels.contains(&hop.rel) {
                continue;
            }
            match self.toward.get(hop.node) {
                Distance::AtLeast(distance) if distance <= rest => self.hops.push(hop),
                Distance::AtLeast(distance) => {
                    longer = Some(longer.map_or(distance, |least| least.min(distance)));
                }
                Distance::Unreachable => {}
            }
        }
        if let Some(distance) = longer {
            self.note_longer(distance.saturating_add(depth).saturating_add(1));
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

    fn note_longer(&mut self, length: u32) {
        self.longer = Some(self.longer.map_or(length, |least| least.min(length)));
    }

    fn count(&mut self, steps: usize, guide: &mut dyn Guide) -> Result<()> {
        self.steps += steps;
        if self.steps >= STEPS_PER_PULSE {
            self.steps = 0;
            guide.pulse(self.bytes())?;
        }
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

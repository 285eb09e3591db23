//! All shortest paths between two nodes, as the graph that they form together.

use crate::value::{NodeId, Path, RelId};

/// All paths of one length between two nodes: from each node of each layer the steps to the next.
/// Every walk from the first layer to the last is one of the paths.
#[derive(Clone, Debug)]
pub struct Tangle {
    nodes: Vec<NodeId>,
    /// The steps of node `i` are `steps[first[i]..first[i + 1]]`.
    first: Vec<u32>,
    /// (relationship, position of the next node)
    steps: Vec<(RelId, u32)>,
    length: u32,
}

/// A step from one layer to the next: position in the one, relationship, position in the other.
pub(super) type Edge = (u32, RelId, u32);

impl Tangle {
    /// The path that never leaves its node.
    #[must_use]
    pub fn point(node: NodeId) -> Self {
        Self {
            nodes: vec![node],
            first: vec![0, 0],
            steps: Vec::new(),
            length: 0,
        }
    }

    /// Puts layers together: `layers[i]` holds the nodes at distance `i` from the start, each once;
    /// `edges[i]` the steps from layer `i` to layer `i + 1`, as positions within the layers.
    pub(super) fn from_layers(layers: &[Vec<NodeId>], edges: &mut [Vec<Edge>]) -> Self {
        let mut tangle = Self {
            nodes: Vec::new(),
            first: vec![0],
            steps: Vec::new(),
            length: u32::try_from(edges.len()).unwrap_or(u32::MAX),
        };
        let mut offset = 0_u32;
        for (depth, layer) in layers.iter().enumerate() {
            let next = offset + position(layer.len());
            let Some(edges) = edges.get_mut(depth) else {
                tangle.close_layer(layer, &[], next);
                break;
            };
            // By node; steps of one node keep the order in which they were found.
            edges.sort_by_key(|edge| edge.0);
            tangle.close_layer(layer, edges, next);
            offset = next;
        }
        tangle
    }

    fn close_layer(&mut self, layer: &[NodeId], edges: &[Edge], next: u32) {
        let mut rest = edges;
        for (place, &node) in layer.iter().enumerate() {
            let count = rest
                .iter()
                .take_while(|edge| edge.0 as usize == place)
                .count();
            let (own, others) = rest.split_at(count);
            rest = others;
            self.nodes.push(node);
            self.steps
                .extend(own.iter().map(|&(_, rel, to)| (rel, next + to)));
            self.first.push(position(self.steps.len()));
        }
    }

    /// Returns how many relationships each of the paths has.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Returns how many paths there are, without making one; stops counting at the largest number.
    #[must_use]
    pub fn count(&self) -> u64 {
        let mut counts = vec![0_u64; self.nodes.len()];
        for node in (0..self.nodes.len()).rev() {
            let steps = self.steps(node);
            counts[node] = if steps.is_empty() {
                1
            } else {
                steps.iter().fold(0, |sum: u64, &(_, to)| {
                    sum.saturating_add(counts[to as usize])
                })
            };
        }
        counts.first().copied().unwrap_or(0)
    }

    /// Hands out the paths, one after another.
    #[must_use]
    pub fn paths(self) -> Paths {
        Paths {
            tangle: self,
            walk: Vec::new(),
            started: false,
        }
    }

    fn steps(&self, node: usize) -> &[(RelId, u32)] {
        let range = self.first[node] as usize..self.first[node + 1] as usize;
        &self.steps[range]
    }
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Hands out the paths of a [`Tangle`], each made when it is asked for.
#[derive(Clone, Debug)]
pub struct Paths {
    tangle: Tangle,
    /// For each layer: node and the number of the step taken from it.
    walk: Vec<(u32, u32)>,
    started: bool,
}

impl Paths {
    /// Goes on to the next choice of steps; false when there is none.
    fn advance(&mut self) -> bool {
        if !self.started {
            self.started = true;
            self.descend(0);
            return true;
        }
        while let Some((node, step)) = self.walk.pop() {
            let steps = self.tangle.steps(node as usize);
            if let Some(&(_, to)) = steps.get(step as usize + 1) {
                self.walk.push((node, step + 1));
                self.descend(to);
                return true;
            }
        }
        false
    }

    /// Takes the first step of each node from here on.
    fn descend(&mut self, mut node: u32) {
        while let Some(&(_, to)) = self.tangle.steps(node as usize).first() {
            self.walk.push((node, 0));
            node = to;
        }
    }
}

impl Iterator for Paths {
    type Item = Path;

    fn next(&mut self) -> Option<Path> {
        if !self.advance() {
            return None;
        }
        let mut nodes = Vec::with_capacity(self.walk.len() + 1);
        let mut rels = Vec::with_capacity(self.walk.len());
        let mut last = 0_u32;
        for &(node, step) in &self.walk {
            let (rel, to) = self.tangle.steps(node as usize)[step as usize];
            nodes.push(self.tangle.nodes[node as usize]);
            rels.push(rel);
            last = to;
        }
        nodes.push(self.tangle.nodes[last as usize]);
        Some(Path {
            nodes: nodes.into(),
            rels: rels.into(),
        })
    }
}

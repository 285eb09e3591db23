//! The searches over plain arrays: who is next to whom, without types, names and versions. What a
//! program written for this one question would do, on one core.

use polity::db::Snapshot;
use polity::store::Direction;

/// The undirected graph: the neighbors of node `i` are `neighbors[first[i]..first[i + 1]]`.
pub(crate) struct Arrays {
    first: Vec<u32>,
    neighbors: Vec<u32>,
    forward: Side,
    backward: Side,
}

/// One end's search: how far nodes are from it, which were reached, and the last level of them.
struct Side {
    depths: Vec<u8>,
    reached: Vec<u32>,
    level: usize,
    depth: u8,
}

const FAR: u8 = u8::MAX;

impl Side {
    fn new(nodes: usize) -> Self {
        Self {
            depths: vec![FAR; nodes],
            reached: Vec::new(),
            level: 0,
            depth: 0,
        }
    }

    fn begin(&mut self, node: u32) {
        for node in self.reached.drain(..) {
            self.depths[node as usize] = FAR;
        }
        self.depths[node as usize] = 0;
        self.reached.push(node);
        (self.level, self.depth) = (0, 0);
    }

    fn width(&self) -> usize {
        self.reached.len() - self.level
    }
}

impl Arrays {
    pub(crate) fn of(graph: &Snapshot) -> Self {
        let nodes = graph.node_bound() as usize;
        let mut arrays = Self {
            first: vec![0],
            neighbors: Vec::new(),
            forward: Side::new(nodes),
            backward: Side::new(nodes),
        };
        for node in 0..graph.node_bound() {
            let hops = graph.hops(polity::value::NodeId(node), Direction::Both, None);
            arrays.neighbors.extend(hops.map(|hop| hop.node.0));
            let end = u32::try_from(arrays.neighbors.len()).expect("fewer than 2^32");
            arrays.first.push(end);
        }
        arrays
    }

    fn neighbors(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The length of a shortest path.
    pub(crate) fn shortest(&mut self, from: u32, to: u32) -> u32 {
        if from == to {
            return 0;
        }
        self.forward.begin(from);
        self.backward.begin(to);
        while self.forward.width() > 0 && self.backward.width() > 0 {
            if self.grow(false).is_some() {
                return u32::from(self.forward.depth) + u32::from(self.backward.depth);
            }
        }
        0
    }

    /// Takes one level more on the smaller side; returns the first node that both have reached, or
    /// the last of them if the level is to be completed.
    fn grow(&mut self, complete: bool) -> Option<u32> {
        let (first, neighbors) = (&self.first, &self.neighbors);
        let (own, other) = if self.forward.width() <= self.backward.width() {
            (&mut self.forward, &self.backward)
        } else {
            (&mut self.backward, &self.forward)
        };
        let (begin, end) = (own.level, own.reached.len());
        own.level = end;
        own.depth += 1;
        let mut met = None;
        for place in begin..end {
            let node = own.reached[place] as usize;
            for &next in &neighbors[first[node] as usize..first[node + 1] as usize] {
                if own.depths[next as usize] != FAR {
                    continue;
                }
                own.depths[next as usize] = own.depth;
                own.reached.push(next);
                if other.depths[next as usize] == FAR {
                    continue;
                }
                met = Some(next);
                if !complete {
                    return met;
                }
            }
        }
        met
    }

    /// Some of all shortest paths, as nodes.
    pub(crate) fn some_shortest(&mut self, from: u32, to: u32, some: usize) -> Vec<Vec<u32>> {
        self.forward.begin(from);
        self.backward.begin(to);
        let mut met = None;
        while from != to && met.is_none() && self.forward.width() > 0 && self.backward.width() > 0 {
            met = self.grow(true);
        }
        let mut paths = Vec::new();
        if met.is_none() {
            return paths;
        }
        // All meeting nodes stand at this depth on both sides; each way out from them to the start
        // with each way on to the end is a path.
        let smaller = if self.forward.width() <= self.backward.width() {
            &self.forward
        } else {
            &self.backward
        };
        let (depth, far) = (self.forward.depth, self.backward.depth);
        for &middle in &smaller.reached[smaller.level..] {
            let (near, other) = (
                self.forward.depths[middle as usize],
                self.backward.depths[middle as usize],
            );
            if near != depth || other != far || paths.len() >= some {
                continue;
            }
            let starts = self.walks(&self.forward, middle, some - paths.len());
            for start in &starts {
                if paths.len() >= some {
                    break;
                }
                for end in self.walks(&self.backward, middle, some - paths.len()) {
                    let mut path: Vec<u32> = start.iter().rev().copied().collect();
                    path.extend(&end[1..]);
                    paths.push(path);
                }
            }
        }
        paths
    }

    /// Ways from a node back to the end of a side, as many as wanted.
    fn walks(&self, side: &Side, node: u32, some: usize) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let mut open = vec![vec![node]];
        while let Some(walk) = open.pop() {
            let last = walk[walk.len() - 1];
            let depth = side.depths[last as usize];
            if depth == 0 {
                found.push(walk);
                if found.len() >= some {
                    break;
                }
                continue;
            }
            for place in self.neighbors(last) {
                let next = self.neighbors[place];
                if side.depths[next as usize] == depth - 1 {
                    let mut longer = walk.clone();
                    longer.push(next);
                    open.push(longer);
                }
            }
        }
        found
    }

    /// How many nodes are at most so many steps away; the node itself where a way leads back.
    pub(crate) fn reach(&mut self, from: u32, hops: u32) -> usize {
        let side = &mut self.forward;
        side.begin(from);
        for _ in 0..hops {
            let (begin, end) = (side.level, side.reached.len());
            side.level = end;
            for place in begin..end {
                let node = side.reached[place] as usize;
                let next = self.first[node] as usize..self.first[node + 1] as usize;
                let next = self.neighbors[next].iter().copied();
                let depths = &mut side.depths;
                let new = |next: &u32| std::mem::replace(&mut depths[*next as usize], 0) == FAR;
                side.reached.extend(next.filter(new));
            }
        }
        side.reached.len() - 1
    }
}

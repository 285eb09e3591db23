//! Who is next to whom: one direction's runs, and hops over both.

use std::ops::Range;
use std::slice;

use crate::value::{NodeId, RelId};

use super::chunk::Spine;
use super::{Direction, TypeId};

/// Nodes in a chunk.
pub(super) const CHUNK: usize = 256;

/// One step from a node to a neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The relationship.
    pub rel: RelId,
    /// The neighbor.
    pub node: NodeId,
    /// The relationship's type.
    pub rel_type: TypeId,
}

/// The relationships of every node in one direction: (neighbor, relationship) pairs and types in
/// parallel, each node's run sorted by type, neighbor, relationship.
#[derive(Clone, Debug, Default)]
pub(super) struct Topology {
    chunks: Spine<Chunk>,
}

/// The runs of [`CHUNK`] nodes, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// Where each node's run starts; the last one is the length.
    offsets: [u32; CHUNK + 1],
    pairs: Vec<(u32, u32)>,
    types: Vec<u16>,
}

impl Default for Chunk {
    fn default() -> Self {
        Self {
            offsets: [0; CHUNK + 1],
            pairs: Vec::new(),
            types: Vec::new(),
        }
    }
}

/// A node's run: pairs and their types.
pub(super) type Run<'a> = (&'a [(u32, u32)], &'a [u16]);

impl Topology {
    /// Returns a node's whole run.
    #[inline]
    pub(super) fn run(&self, node: NodeId) -> Run<'_> {
        self.chunks
            .get(node.0 as usize / CHUNK)
            .row(node.0 as usize % CHUNK)
    }

    /// Returns the part of a node's run that has the type.
    #[inline]
    pub(super) fn typed_run(&self, node: NodeId, rel_type: TypeId) -> &[(u32, u32)] {
        let (pairs, types) = self.run(node);
        &pairs[type_range(types, rel_type)]
    }

    /// Adds a relationship to a node's run.
    pub(super) fn insert(&mut self, node: NodeId, rel_type: u16, pair: (u32, u32)) {
        let chunk = self.chunks.get_mut(node.0 as usize / CHUNK);
        let row = node.0 as usize % CHUNK;
        let place = chunk.place(row, rel_type, pair);
        if chunk.pairs.len() == chunk.pairs.capacity() {
            let room = (chunk.pairs.len() / 8).max(8);
            chunk.pairs.reserve_exact(room);
            chunk.types.reserve_exact(room);
        }
        chunk.pairs.insert(place, pair);
        chunk.types.insert(place, rel_type);
        for offset in &mut chunk.offsets[row + 1..] {
            *offset += 1;
        }
    }

    /// Removes a relationship from a node's run.
    pub(super) fn remove(&mut self, node: NodeId, rel_type: u16, pair: (u32, u32)) {
        let chunk = self.chunks.get_mut(node.0 as usize / CHUNK);
        let row = node.0 as usize % CHUNK;
        let place = chunk.place(row, rel_type, pair);
        if chunk.pairs.get(place) != Some(&pair) {
            return;
        }
        chunk.pairs.remove(place);
        chunk.types.remove(place);
        for offset in &mut chunk.offsets[row + 1..] {
            *offset -= 1;
        }
    }

    pub(super) fn chunk(&self, number: usize) -> &Chunk {
        self.chunks.get(number)
    }

    pub(super) fn set_chunk(&mut self, number: usize, chunk: Chunk) {
        self.chunks.set(number, chunk);
    }

    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.written();
        let runs: usize = chunks
            .map(|(_, chunk)| chunk.pairs.capacity() * 8 + chunk.types.capacity() * 2)
            .sum();
        self.chunks.bytes() + runs
    }
}

impl Chunk {
    pub(super) fn with_capacity(length: usize) -> Self {
        Self {
            offsets: [0; CHUNK + 1],
            pairs: Vec::with_capacity(length),
            types: Vec::with_capacity(length),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Returns a row's run.
    #[inline]
    pub(super) fn row(&self, row: usize) -> Run<'_> {
        let range = self.range(row);
        (&self.pairs[range.clone()], &self.types[range])
    }

    /// Adds a relationship behind all others. Until [`Chunk::close`] the chunk cannot be read.
    pub(super) fn push(&mut self, row: usize, rel_type: u16, pair: (u32, u32)) {
        self.pairs.push(pair);
        self.types.push(rel_type);
        self.offsets[row + 1] += 1;
    }

    /// Turns counts into offsets.
    pub(super) fn close(&mut self) {
        for row in 0..CHUNK {
            self.offsets[row + 1] += self.offsets[row];
        }
    }

    #[inline]
    fn range(&self, row: usize) -> Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    /// Returns where the relationship stands or would stand.
    fn place(&self, row: usize, rel_type: u16, pair: (u32, u32)) -> usize {
        let run = self.range(row);
        let types = &self.types[run.clone()];
        let same = types.partition_point(|other| *other < rel_type)
            ..types.partition_point(|other| *other <= rel_type);
        let first = run.start + same.start;
        first + self.pairs[run][same].partition_point(|other| *other < pair)
    }
}

/// Returns where a type stands in a run's types.
#[inline]
pub(super) fn type_range(types: &[u16], rel_type: TypeId) -> Range<usize> {
    /// Up to this length looking at each is faster than halving.
    const SHORT: usize = 16;
    let Ok(rel_type) = u16::try_from(rel_type.0) else {
        return 0..0;
    };
    if types.len() <= SHORT {
        let start = types.iter().take_while(|other| **other < rel_type).count();
        let length = types[start..]
            .iter()
            .take_while(|other| **other == rel_type)
            .count();
        return start..start + length;
    }
    let start = types.partition_point(|other| *other < rel_type);
    start..start + types[start..].partition_point(|other| *other == rel_type)
}

/// The hops from a node, sorted by type, then neighbor, then relationship; in both directions the
/// outgoing ones first.
#[derive(Clone, Debug)]
pub struct Hops<'a> {
    pairs: slice::Iter<'a, (u32, u32)>,
    types: slice::Iter<'a, u16>,
    /// The node, once relationships from it to itself were yielded; before that an id that no node
    /// has.
    skip: u32,
    rest: Rest<'a>,
}

/// The runs that are still to come.
#[derive(Clone, Debug)]
struct Rest<'a> {
    /// The run that is being read, where only some types of it are wanted.
    run: Run<'a>,
    wanted: Option<&'a [TypeId]>,
    last: Option<TypeId>,
    /// The incoming run, where it follows.
    incoming: Option<Run<'a>>,
    node: u32,
}

impl<'a> Hops<'a> {
    #[inline]
    pub(super) fn new(
        node: NodeId,
        runs: (Option<Run<'a>>, Option<Run<'a>>),
        wanted: Option<&'a [TypeId]>,
    ) -> Self {
        let (run, incoming) = match runs {
            (Some(outgoing), incoming) => (outgoing, incoming),
            (None, incoming) => (incoming.unwrap_or_default(), None),
        };
        let (pairs, types) = if wanted.is_none() {
            run
        } else {
            Run::default()
        };
        Self {
            pairs: pairs.iter(),
            types: types.iter(),
            skip: u32::MAX,
            rest: Rest {
                run,
                wanted,
                last: None,
                incoming,
                node: node.0,
            },
        }
    }

    /// Moves on to the next part that has hops.
    fn advance(&mut self) -> bool {
        while self.pairs.len() == 0 {
            let part = if let Some(next) = self.rest.next_type() {
                let (pairs, types) = self.rest.run;
                let range = type_range(types, next);
                (&pairs[range.clone()], &types[range])
            } else if let Some(incoming) = self.rest.incoming.take() {
                self.skip = self.rest.node;
                (self.rest.run, self.rest.last) = (incoming, None);
                match self.rest.wanted {
                    None => incoming,
                    Some(_) => Run::default(),
                }
            } else {
                return false;
            };
            (self.pairs, self.types) = (part.0.iter(), part.1.iter());
        }
        true
    }
}

impl Rest<'_> {
    /// Returns the smallest wanted type above the last one.
    fn next_type(&mut self) -> Option<TypeId> {
        let above = (self.wanted?.iter()).filter(|t| self.last.is_none_or(|last| **t > last));
        let next = *above.min()?;
        self.last = Some(next);
        Some(next)
    }
}

impl Iterator for Hops<'_> {
    type Item = Hop;

    #[inline]
    fn next(&mut self) -> Option<Hop> {
        loop {
            let (Some((node, rel)), Some(rel_type)) = (self.pairs.next(), self.types.next()) else {
                if self.advance() {
                    continue;
                }
                return None;
            };
            if *node != self.skip {
                return Some(Hop {
                    rel: RelId(*rel),
                    node: NodeId(*node),
                    rel_type: TypeId(u32::from(*rel_type)),
                });
            }
        }
    }
}

/// Returns how many of a run's relationships have one of the types and a neighbor that counts.
pub(super) fn degree(run: Run<'_>, types: Option<&[TypeId]>, without: Option<NodeId>) -> usize {
    let (pairs, all) = run;
    match (types, without) {
        (None, None) => pairs.len(),
        (Some(wanted), without) => {
            let first = |i: usize| !wanted[..i].contains(&wanted[i]);
            let runs = (0..wanted.len())
                .filter(|i| first(*i))
                .map(|i| type_range(all, wanted[i]));
            runs.map(|range| others(&pairs[range], without)).sum()
        }
        (None, Some(_)) => {
            let (mut start, mut count) = (0, 0);
            while let Some(rel_type) = all.get(start) {
                let length = all[start..].partition_point(|other| other == rel_type);
                count += others(&pairs[start..start + length], without);
                start += length;
            }
            count
        }
    }
}

/// Returns how many pairs of one type lead to another node than this.
fn others(pairs: &[(u32, u32)], without: Option<NodeId>) -> usize {
    let Some(NodeId(node)) = without else {
        return pairs.len();
    };
    let start = pairs.partition_point(|(other, _)| *other < node);
    let loops = pairs[start..].partition_point(|(other, _)| *other == node);
    pairs.len() - loops
}

/// Which runs a direction reads.
pub(super) fn runs<'a>(
    direction: Direction,
    outgoing: &'a Topology,
    incoming: &'a Topology,
    node: NodeId,
) -> (Option<Run<'a>>, Option<Run<'a>>) {
    match direction {
        Direction::Outgoing => (Some(outgoing.run(node)), None),
        Direction::Incoming => (None, Some(incoming.run(node))),
        Direction::Both => (Some(outgoing.run(node)), Some(incoming.run(node))),
    }
}

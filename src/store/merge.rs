//! Many relationships into or out of the topology at once.

use rayon::prelude::*;

use crate::value::{NodeId, RelId};

use super::RelRecord;
use super::rels::RelTable;
use super::topology::{CHUNK, Chunk, Topology};

/// A relationship in a bucket: the node's place in its chunk, type and neighbor, so packed that
/// their order is that of runs; and the relationship.
type Entry = (u64, u32);

/// Fewer relationships than this are not worth sorting.
const BATCH: usize = 64;

/// Up to so many relationships of a chunk are changed one by one.
const FEW: usize = 4;

impl Topology {
    /// Adds relationships, each at the node that `side` picks (first) with its neighbor (second).
    ///
    /// Sorts them into a bucket a chunk by counting, then sorts and merges each bucket, on all
    /// cores.
    pub(super) fn merge(
        &mut self,
        rels: impl ExactSizeIterator<Item = u32> + Clone,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32),
    ) {
        if rels.len() < BATCH {
            for rel in rels {
                let record = table.get(RelId(rel));
                let (node, neighbor) = side(record);
                self.insert(NodeId(node), record.narrow_type(), (neighbor, rel));
            }
            return;
        }
        let (mut entries, ends) = buckets(&rels, table, side);
        let (few, many) = split(&mut entries, &ends);
        for (number, (key, rel)) in few {
            let (row, rel_type, neighbor) = unpack(key);
            self.insert(node(number, row), rel_type, (neighbor, rel));
        }
        self.rebuild(many, Chunk::with);
    }

    /// Removes relationships, given as in [`Topology::merge`].
    pub(super) fn separate(
        &mut self,
        rels: impl ExactSizeIterator<Item = u32> + Clone,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32),
    ) {
        if rels.len() < BATCH {
            for rel in rels {
                let record = table.get(RelId(rel));
                let (node, neighbor) = side(record);
                self.remove(NodeId(node), record.narrow_type(), (neighbor, rel));
            }
            return;
        }
        let (mut entries, ends) = buckets(&rels, table, side);
        let (few, many) = split(&mut entries, &ends);
        for (number, (key, rel)) in few {
            let (row, rel_type, neighbor) = unpack(key);
            self.remove(node(number, row), rel_type, (neighbor, rel));
        }
        self.rebuild(many, Chunk::without);
    }

    fn rebuild(
        &mut self,
        buckets: Vec<(usize, &mut [Entry])>,
        change: impl Fn(&Chunk, &mut [Entry]) -> Chunk + Sync,
    ) {
        let chunks: Vec<_> = buckets
            .into_par_iter()
            .map(|(number, bucket)| (number, change(self.chunk(number), bucket)))
            .collect();
        for (number, chunk) in chunks {
            self.set_chunk(number, chunk);
        }
    }
}

impl Chunk {
    /// Returns a chunk with the entries too.
    fn with(&self, entries: &mut [Entry]) -> Self {
        entries.sort_unstable();
        let mut old = self.entries().peekable();
        let mut new = entries.iter().copied().peekable();
        let both = std::iter::from_fn(|| match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a <= b => old.next(),
            (Some(_), None) => old.next(),
            (_, Some(_)) => new.next(),
            (None, None) => None,
        });
        Self::of(both, self.len() + entries.len())
    }

    /// Returns a chunk without the entries.
    fn without(&self, entries: &mut [Entry]) -> Self {
        entries.sort_unstable();
        let kept = self
            .entries()
            .filter(|entry| entries.binary_search(entry).is_err());
        Self::of(kept, self.len().saturating_sub(entries.len()))
    }

    /// Builds a chunk from entries in order.
    fn of(entries: impl Iterator<Item = Entry>, length: usize) -> Self {
        let mut chunk = Self::with_capacity(length);
        for (key, rel) in entries {
            let (row, rel_type, neighbor) = unpack(key);
            chunk.push(row, rel_type, (neighbor, rel));
        }
        chunk.close();
        chunk
    }

    /// Returns the relationships of the chunk in order.
    fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..CHUNK).flat_map(move |row| {
            let (pairs, types) = self.row(row);
            let row = short(row);
            (pairs.iter().zip(types))
                .map(move |((neighbor, rel), t)| (pack(row, u32::from(*t), *neighbor), *rel))
        })
    }
}

/// Returns the entries bucket by bucket, and where the bucket of each chunk ends.
fn buckets(
    rels: &(impl ExactSizeIterator<Item = u32> + Clone),
    table: &RelTable,
    side: impl Fn(RelRecord) -> (u32, u32),
) -> (Vec<Entry>, Vec<usize>) {
    let records = || rels.clone().map(|rel| (rel, table.get(RelId(rel))));
    let mut ends: Vec<usize> = Vec::new();
    for (_, record) in records() {
        let chunk = side(record).0 as usize / CHUNK;
        if ends.len() <= chunk {
            ends.resize(chunk + 1, 0);
        }
        ends[chunk] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        (*end, sum) = (sum, sum + *end);
    }
    let mut entries: Vec<Entry> = vec![(0, 0); rels.len()];
    for (rel, record) in records() {
        let (node, neighbor) = side(record);
        let place = &mut ends[node as usize / CHUNK];
        entries[*place] = (pack(node, record.rel_type.0, neighbor), rel);
        *place += 1;
    }
    (entries, ends)
}

/// Entries with the number of their chunk, and whole buckets with that of theirs.
type Buckets<'a> = (Vec<(usize, Entry)>, Vec<(usize, &'a mut [Entry])>);

/// Returns the entries of small buckets one by one, and the large buckets.
fn split<'a>(entries: &'a mut [Entry], ends: &[usize]) -> Buckets<'a> {
    let (mut rest, mut start) = (entries, 0);
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for (number, end) in ends.iter().enumerate() {
        let (bucket, later) = rest.split_at_mut(end - start);
        (rest, start) = (later, *end);
        if bucket.len() <= FEW {
            few.extend(bucket.iter().map(|entry| (number, *entry)));
        } else {
            many.push((number, bucket));
        }
    }
    (few, many)
}

fn node(chunk: usize, row: usize) -> NodeId {
    NodeId(short(chunk * CHUNK + row))
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("nodes are numbered by 32-bit ids")
}

fn pack(node: u32, rel_type: u32, neighbor: u32) -> u64 {
    let row = u64::from(node) % CHUNK as u64;
    row << 48 | u64::from(rel_type) << 32 | u64::from(neighbor)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the key was packed from these widths"
)]
fn unpack(key: u64) -> (usize, u16, u32) {
    ((key >> 48) as usize, (key >> 32) as u16, key as u32)
}

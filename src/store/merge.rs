//! Many relationships into the topology at once.

use std::ops::Range;

use rayon::prelude::*;

use crate::value::RelId;

use super::RelRecord;
use super::rels::RelTable;
use super::topology::{CHUNK, Chunk, Topology};

/// A relationship in a bucket: the node's place in its chunk, type and neighbor, so packed that
/// their order is that of runs; and the relationship.
type Entry = (u64, u32);

impl Topology {
    /// Adds relationships, each at the node that `side` picks (first) with its neighbor (second).
    ///
    /// Sorts them into a bucket a chunk by counting, then sorts and merges each bucket, on all
    /// cores.
    pub(super) fn merge(
        &mut self,
        rels: Range<u32>,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32) + Sync,
    ) {
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
        let buckets = split(&mut entries, &ends);
        let merged: Vec<_> = buckets
            .into_par_iter()
            .map(|(number, bucket)| (number, self.chunk(number).merged(bucket)))
            .collect();
        for (number, chunk) in merged {
            self.set_chunk(number, chunk);
        }
    }
}

impl Chunk {
    /// Returns a chunk with the entries too.
    fn merged(&self, entries: &mut [Entry]) -> Self {
        entries.sort_unstable();
        let mut old = self.entries().peekable();
        let mut new = entries.iter().copied().peekable();
        let both = std::iter::from_fn(|| match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a <= b => old.next(),
            (Some(_), None) => old.next(),
            (_, Some(_)) => new.next(),
            (None, None) => None,
        });
        let mut chunk = Self::with_capacity(self.len() + entries.len());
        for (key, rel) in both {
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
            let row = u32::try_from(row).expect("a row within a chunk");
            (pairs.iter().zip(types))
                .map(move |((neighbor, rel), t)| (pack(row, u32::from(*t), *neighbor), *rel))
        })
    }
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

/// Returns the stretch of each chunk that has one, given where each ends.
fn split<'a>(entries: &'a mut [Entry], ends: &[usize]) -> Vec<(usize, &'a mut [Entry])> {
    let (mut rest, mut start) = (entries, 0);
    let mut buckets = Vec::new();
    for (number, end) in ends.iter().enumerate() {
        let (bucket, later) = rest.split_at_mut(end - start);
        (rest, start) = (later, *end);
        if !bucket.is_empty() {
            buckets.push((number, bucket));
        }
    }
    buckets
}

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

/// At least so many relationships are sorted into buckets on one core.
const STRETCH: usize = 1 << 16;

/// Numbers of relationships, from which every core takes a stretch.
pub(super) trait Rels: ExactSizeIterator<Item = u32> + Clone + Send + Sync {}

impl<T: ExactSizeIterator<Item = u32> + Clone + Send + Sync> Rels for T {}

impl Topology {
    /// Adds relationships, each at the node that `side` picks (first) with its neighbor (second).
    ///
    /// Sorts stretches of them into a bucket a chunk by counting, then sorts and merges the buckets
    /// of each chunk, all on all cores.
    pub(super) fn merge(
        &mut self,
        rels: impl Rels,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32) + Sync,
    ) {
        if rels.len() < BATCH {
            for rel in rels {
                let record = table.get(RelId(rel));
                let (node, neighbor) = side(record);
                self.insert(NodeId(node), record.narrow_type(), (neighbor, rel));
            }
            return;
        }
        let (few, many) = self.changed(&rels, table, side, Chunk::with);
        for (number, (key, rel)) in few {
            let (row, rel_type, neighbor) = unpack(key);
            self.insert(node(number, row), rel_type, (neighbor, rel));
        }
        self.replace(many);
    }

    /// Removes relationships, given as in [`Topology::merge`].
    pub(super) fn separate(
        &mut self,
        rels: impl Rels,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32) + Sync,
    ) {
        if rels.len() < BATCH {
            for rel in rels {
                let record = table.get(RelId(rel));
                let (node, neighbor) = side(record);
                self.remove(NodeId(node), record.narrow_type(), (neighbor, rel));
            }
            return;
        }
        let (few, many) = self.changed(&rels, table, side, Chunk::without);
        for (number, (key, rel)) in few {
            let (row, rel_type, neighbor) = unpack(key);
            self.remove(node(number, row), rel_type, (neighbor, rel));
        }
        self.replace(many);
    }

    /// Returns the entries of chunks with few of them one by one, and the others' chunks changed.
    fn changed(
        &self,
        rels: &impl Rels,
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32) + Sync,
        change: impl Fn(&Chunk, &[&[Entry]]) -> Chunk + Sync,
    ) -> Changed {
        let stretch = rels.len().div_ceil(4 * rayon::current_num_threads());
        let stretch = stretch.max(STRETCH);
        let stretches: Vec<_> = (0..rels.len()).step_by(stretch).collect();
        let buckets: Vec<_> = stretches
            .into_par_iter()
            .map(|start| Buckets::new(&rels.clone().skip(start).take(stretch), table, &side))
            .collect();
        let chunks = buckets.iter().map(|buckets| buckets.ends.len()).max();
        let chunks = (0..chunks.unwrap_or(0)).into_par_iter();
        let changed = chunks.fold(Changed::default, |mut changed, number| {
            let parts: Vec<_> = buckets.iter().map(|buckets| buckets.of(number)).collect();
            let length: usize = parts.iter().map(|part| part.len()).sum();
            if length <= FEW {
                let entries = parts.into_iter().flatten();
                changed.0.extend(entries.map(|entry| (number, *entry)));
            } else {
                changed.1.push((number, change(self.chunk(number), &parts)));
            }
            changed
        });
        changed.reduce(Changed::default, |mut all, mut more| {
            all.0.append(&mut more.0);
            all.1.append(&mut more.1);
            all
        })
    }

    fn replace(&mut self, chunks: Vec<(usize, Chunk)>) {
        for (number, chunk) in chunks {
            self.set_chunk(number, chunk);
        }
    }
}

/// Entries with the number of their chunk, and whole chunks with theirs.
type Changed = (Vec<(usize, Entry)>, Vec<(usize, Chunk)>);

impl Chunk {
    /// Returns a chunk with the entries too.
    fn with(&self, parts: &[&[Entry]]) -> Self {
        if self.len() == 0 {
            return Self::of_unsorted(parts);
        }
        let mut entries = parts.concat();
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
    fn without(&self, parts: &[&[Entry]]) -> Self {
        let mut entries = parts.concat();
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

    /// Builds a chunk from entries in any order: puts them into rows by counting, and sorts the
    /// short rows.
    fn of_unsorted(parts: &[&[Entry]]) -> Self {
        let entries = || parts.iter().copied().flatten().copied();
        let mut starts = [0; CHUNK + 1];
        for (key, _) in entries() {
            starts[unpack(key).0 + 1] += 1;
        }
        for row in 0..CHUNK {
            starts[row + 1] += starts[row];
        }
        let mut next = starts;
        let mut placed: Vec<Entry> = vec![(0, 0); starts[CHUNK]];
        for entry in entries() {
            let place = &mut next[unpack(entry.0).0];
            placed[*place] = entry;
            *place += 1;
        }
        for row in 0..CHUNK {
            placed[starts[row]..starts[row + 1]].sort_unstable();
        }
        Self::of(placed.iter().copied(), placed.len())
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

/// The entries of a stretch of relationships, chunk by chunk.
struct Buckets {
    entries: Vec<Entry>,
    /// Where those of each chunk end.
    ends: Vec<usize>,
}

impl Buckets {
    fn new(
        rels: &(impl Iterator<Item = u32> + Clone),
        table: &RelTable,
        side: impl Fn(RelRecord) -> (u32, u32),
    ) -> Self {
        let records = || rels.clone().map(|rel| (rel, table.get(RelId(rel))));
        let mut ends: Vec<usize> = Vec::new();
        let mut length = 0;
        for (_, record) in records() {
            let chunk = side(record).0 as usize / CHUNK;
            if ends.len() <= chunk {
                ends.resize(chunk + 1, 0);
            }
            ends[chunk] += 1;
            length += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        let mut entries: Vec<Entry> = vec![(0, 0); length];
        for (rel, record) in records() {
            let (node, neighbor) = side(record);
            let place = &mut ends[node as usize / CHUNK];
            entries[*place] = (pack(node, record.rel_type.0, neighbor), rel);
            *place += 1;
        }
        Self { entries, ends }
    }

    /// Returns the entries of a chunk.
    fn of(&self, number: usize) -> &[Entry] {
        let Some(end) = self.ends.get(number) else {
            return &[];
        };
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[start..*end]
    }
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

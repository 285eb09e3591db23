//! Which nodes there are, and their labels.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use crate::value::NodeId;

use super::LabelId;
use super::chunk::Spine;

/// Nodes in a chunk.
pub(super) const CHUNK: usize = 1024;

static NO_NODES: LazyLock<RoaringBitmap> = LazyLock::new(RoaringBitmap::new);

/// The live nodes, the set of labels of each, and the nodes of each label.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeTable {
    live: Arc<RoaringBitmap>,
    bound: u32,
    sets: Arc<LabelSets>,
    codes: Spine<Codes>,
    bitmaps: Arc<Vec<Arc<RoaringBitmap>>>,
}

/// A chunk of label-set numbers; number zero is the empty set.
#[derive(Clone, Debug)]
struct Codes([u32; CHUNK]);

impl Default for Codes {
    fn default() -> Self {
        Self([0; CHUNK])
    }
}

/// Sets of labels, each interned as a whole and sorted.
#[derive(Clone, Debug)]
struct LabelSets {
    sets: Vec<Arc<[LabelId]>>,
    numbers: HashMap<Arc<[LabelId]>, u32, RandomState>,
}

impl Default for LabelSets {
    fn default() -> Self {
        let none: Arc<[LabelId]> = Arc::default();
        Self {
            sets: vec![Arc::clone(&none)],
            numbers: std::iter::once((none, 0)).collect(),
        }
    }
}

impl NodeTable {
    pub(super) fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    pub(super) fn bound(&self) -> u32 {
        self.bound
    }

    /// Returns whether all ids below the bound are live.
    pub(super) fn is_gapless(&self) -> bool {
        self.live.len() == u64::from(self.bound)
    }

    pub(super) fn has(&self, node: NodeId) -> bool {
        self.live.contains(node.0)
    }

    /// Returns the number of a node's set of labels.
    #[inline]
    pub(super) fn set_number(&self, node: NodeId) -> u32 {
        self.codes.get(node.0 as usize / CHUNK).0[node.0 as usize % CHUNK]
    }

    /// Returns the labels of a set, sorted by number.
    pub(super) fn set(&self, number: u32) -> &[LabelId] {
        self.sets.sets.get(number as usize).map_or(&[], |set| set)
    }

    pub(super) fn with_label(&self, label: LabelId) -> &RoaringBitmap {
        self.bitmaps
            .get(label.0 as usize)
            .map_or(&NO_NODES, |bitmap| bitmap)
    }

    /// Adds a node with the next id; the caller has checked that there is one.
    pub(super) fn push(&mut self, labels: &[LabelId]) -> NodeId {
        let node = NodeId(self.bound);
        self.bound += 1;
        Arc::make_mut(&mut self.live).insert(node.0);
        self.set_labels(node, labels);
        node
    }

    /// Adds nodes with the next ids and the label sets of these numbers; the caller has checked
    /// that there are so many ids.
    pub(super) fn extend(&mut self, sets: impl Iterator<Item = u32>) {
        let first = self.bound;
        let (mut run, mut start) = (0, first);
        for set in sets {
            let row = self.bound as usize;
            self.codes.get_mut(row / CHUNK).0[row % CHUNK] = set;
            if set != run {
                self.mark(run, start..self.bound);
                (run, start) = (set, self.bound);
            }
            self.bound += 1;
        }
        self.mark(run, start..self.bound);
        Arc::make_mut(&mut self.live).insert_range(first..self.bound);
    }

    /// Puts nodes into the bitmaps of a set's labels.
    fn mark(&mut self, set: u32, nodes: Range<u32>) {
        let bitmaps = Arc::make_mut(&mut self.bitmaps);
        for label in &*self.sets.sets[set as usize] {
            Arc::make_mut(bitmap(bitmaps, *label)).insert_range(nodes.clone());
        }
    }

    /// Packs the bitmaps where stretches of ids follow each other.
    pub(super) fn pack(&mut self) {
        Arc::make_mut(&mut self.live).optimize();
        for bitmap in Arc::make_mut(&mut self.bitmaps) {
            Arc::make_mut(bitmap).optimize();
        }
    }

    /// Brings a removed node back.
    pub(super) fn revive(&mut self, node: NodeId, labels: &[LabelId]) {
        Arc::make_mut(&mut self.live).insert(node.0);
        self.set_labels(node, labels);
    }

    /// Gives the ids from this one on back; the nodes are removed already.
    pub(super) fn truncate(&mut self, bound: u32) {
        self.bound = self.bound.min(bound);
    }

    pub(super) fn remove(&mut self, node: NodeId) {
        self.set_labels(node, &[]);
        Arc::make_mut(&mut self.live).remove(node.0);
    }

    /// Replaces a node's labels; they may come in any order and repeat.
    pub(super) fn set_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        let new = self.intern_set(labels);
        let old = self.set_number(node);
        if new == old {
            return;
        }
        self.codes.get_mut(node.0 as usize / CHUNK).0[node.0 as usize % CHUNK] = new;
        let bitmaps = Arc::make_mut(&mut self.bitmaps);
        let (old, new) = (&self.sets.sets[old as usize], &self.sets.sets[new as usize]);
        for label in old.iter().filter(|label| !new.contains(label)) {
            Arc::make_mut(&mut bitmaps[label.0 as usize]).remove(node.0);
        }
        for label in new.iter().filter(|label| !old.contains(label)) {
            Arc::make_mut(bitmap(bitmaps, *label)).insert(node.0);
        }
    }

    /// Returns the number of a set of labels.
    pub(super) fn intern_set(&mut self, labels: &[LabelId]) -> u32 {
        if let Some(number) = self.sets.numbers.get(labels) {
            return *number;
        }
        let mut set = labels.to_vec();
        set.sort_unstable();
        set.dedup();
        if let Some(number) = self.sets.numbers.get(&*set) {
            return *number;
        }
        let (sets, set) = (Arc::make_mut(&mut self.sets), Arc::<[LabelId]>::from(set));
        let number = u32::try_from(sets.sets.len()).expect("there are fewer sets than nodes");
        sets.sets.push(Arc::clone(&set));
        sets.numbers.insert(set, number);
        number
    }

    /// Returns whether a chunk of label sets is the very same in both.
    pub(super) fn shares_sets(&self, other: &Self, chunk: usize) -> bool {
        self.codes.shares(&other.codes, chunk)
    }

    /// Returns whether the live nodes are the very same in both.
    pub(super) fn shares_live(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.live, &other.live)
    }

    /// Returns the numbers of the label sets in a chunk, by row.
    pub(super) fn set_numbers(&self, chunk: usize) -> &[u32; CHUNK] {
        &self.codes.get(chunk).0
    }

    /// Returns all sets of labels, in order of their numbers.
    pub(super) fn sets(&self) -> impl Iterator<Item = &[LabelId]> {
        self.sets.sets.iter().map(|set| &**set)
    }

    /// Puts together what a store file holds: the live nodes, how many ids were given out, and the
    /// number of the label set of each. Returns nothing if a number is that of no set.
    pub(super) fn from_parts(
        live: RoaringBitmap,
        bound: u32,
        sets: &[Vec<LabelId>],
        numbers: impl Iterator<Item = (usize, Vec<u32>)>,
    ) -> Option<Self> {
        let mut table = Self {
            bound,
            ..Self::default()
        };
        let known: Vec<u32> = sets.iter().map(|set| table.intern_set(set)).collect();
        if !known.iter().copied().eq((0_u32..).take(known.len())) {
            return None;
        }
        for (chunk, numbers) in numbers {
            let mut codes = Codes::default();
            if numbers.len() > CHUNK || numbers.iter().any(|n| *n as usize >= known.len().max(1)) {
                return None;
            }
            codes.0[..numbers.len()].copy_from_slice(&numbers);
            table.mark_chunk(chunk, &codes);
            table.codes.set(chunk, codes);
        }
        table.live = Arc::new(live);
        Some(table)
    }

    /// Puts the nodes of a chunk into the bitmaps of their labels.
    fn mark_chunk(&mut self, chunk: usize, codes: &Codes) {
        let first = u32::try_from(chunk * CHUNK).expect("rows are 32-bit ids");
        let end = u32::try_from(CHUNK).expect("a chunk is small");
        let (mut run, mut start) = (codes.0[0], 0);
        for row in 1..=end {
            let set = codes.0.get(row as usize).copied();
            if set != Some(run) {
                if run != 0 {
                    self.mark(run, first + start..first + row);
                }
                (run, start) = (set.unwrap_or(0), row);
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let bitmaps: usize = self
            .bitmaps
            .iter()
            .map(|bitmap| bitmap.serialized_size())
            .sum();
        self.codes.bytes() + self.live.serialized_size() + bitmaps
    }
}

/// Returns a label's bitmap for writing.
fn bitmap(bitmaps: &mut Vec<Arc<RoaringBitmap>>, label: LabelId) -> &mut Arc<RoaringBitmap> {
    let label = label.0 as usize;
    if bitmaps.len() <= label {
        bitmaps.resize_with(label + 1, Arc::default);
    }
    &mut bitmaps[label]
}

//! The records of relationships.

use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::value::{NodeId, RelId};

use super::TypeId;
use super::chunk::Spine;

/// Relationships in a chunk.
pub(super) const CHUNK: usize = 1024;

/// Between which nodes a relationship is, and its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelRecord {
    /// The node it starts at.
    pub start: NodeId,
    /// The node it ends at.
    pub end: NodeId,
    /// Its type.
    pub rel_type: TypeId,
}

impl RelRecord {
    /// Returns the type as records hold it.
    pub(super) fn narrow_type(self) -> u16 {
        u16::try_from(self.rel_type.0).expect("records hold types as 16 bits")
    }
}

/// The records of all relationships, deleted ones included.
#[derive(Clone, Debug, Default)]
pub(super) struct RelTable {
    chunks: Spine<Records>,
    bound: u32,
    deleted: Arc<RoaringBitmap>,
}

#[derive(Clone, Debug, Default)]
struct Records {
    ends: Vec<(u32, u32)>,
    types: Vec<u16>,
}

impl RelTable {
    pub(super) fn bound(&self) -> u32 {
        self.bound
    }

    pub(super) fn count(&self) -> usize {
        self.bound as usize - usize::try_from(self.deleted.len()).unwrap_or(usize::MAX)
    }

    pub(super) fn has(&self, rel: RelId) -> bool {
        rel.0 < self.bound && !self.deleted.contains(rel.0)
    }

    pub(super) fn live(&self) -> impl Iterator<Item = RelId> {
        (0..self.bound)
            .filter(|rel| !self.deleted.contains(*rel))
            .map(RelId)
    }

    /// Returns the record of a relationship, also of a deleted one; for an id that was never given
    /// out one that leads nowhere.
    #[inline]
    pub(super) fn get(&self, rel: RelId) -> RelRecord {
        let chunk = self.chunks.get(rel.0 as usize / CHUNK);
        let row = rel.0 as usize % CHUNK;
        match (chunk.ends.get(row), chunk.types.get(row)) {
            (Some(&(start, end)), Some(&rel_type)) => RelRecord {
                start: NodeId(start),
                end: NodeId(end),
                rel_type: TypeId(u32::from(rel_type)),
            },
            _ => RelRecord {
                start: NodeId(u32::MAX),
                end: NodeId(u32::MAX),
                rel_type: TypeId(u32::MAX),
            },
        }
    }

    /// Adds relationships with the next ids; the caller has checked that there are so many.
    pub(super) fn extend(&mut self, ends: &[(u32, u32)], types: &[u16]) {
        let (mut ends, mut types) = (ends, types);
        while !ends.is_empty() {
            let chunk = self.chunks.get_mut(self.bound as usize / CHUNK);
            let (now, later) = ends.split_at(ends.len().min(CHUNK - chunk.ends.len()));
            ends = later;
            chunk.ends.extend_from_slice(now);
            let (now, later) = types.split_at(now.len());
            types = later;
            chunk.types.extend_from_slice(now);
            self.bound += u32::try_from(now.len()).expect("at most a chunk");
        }
    }

    /// Brings a removed relationship back.
    pub(super) fn revive(&mut self, rel: RelId) {
        Arc::make_mut(&mut self.deleted).remove(rel.0);
    }

    /// Forgets the records from this number on.
    pub(super) fn truncate(&mut self, bound: u32) {
        let mut number = bound as usize / CHUNK;
        while number * CHUNK < self.bound as usize {
            let kept = (bound as usize).saturating_sub(number * CHUNK);
            let chunk = self.chunks.get_mut(number);
            chunk.ends.truncate(kept);
            chunk.types.truncate(kept);
            number += 1;
        }
        Arc::make_mut(&mut self.deleted).remove_range(bound..);
        self.bound = self.bound.min(bound);
    }

    pub(super) fn remove(&mut self, rel: RelId) {
        Arc::make_mut(&mut self.deleted).insert(rel.0);
    }

    /// Returns whether a chunk of records is the very same in both.
    pub(super) fn shares(&self, other: &Self, chunk: usize) -> bool {
        self.chunks.shares(&other.chunks, chunk)
    }

    /// Returns whether the deleted relationships are the very same in both.
    pub(super) fn shares_deleted(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.deleted, &other.deleted)
    }

    /// Returns ends and types of the relationships in a chunk.
    pub(super) fn records(&self, chunk: usize) -> (&[(u32, u32)], &[u16]) {
        let records = self.chunks.get(chunk);
        (&records.ends, &records.types)
    }

    pub(super) fn deleted(&self) -> &RoaringBitmap {
        &self.deleted
    }

    /// Puts together what a store file holds: whole chunks of records, the last one perhaps not
    /// full, and which are deleted.
    pub(super) fn from_parts(
        chunks: impl Iterator<Item = (Vec<(u32, u32)>, Vec<u16>)>,
        deleted: RoaringBitmap,
    ) -> Self {
        let mut table = Self {
            deleted: Arc::new(deleted),
            ..Self::default()
        };
        for (ends, types) in chunks {
            table.extend(&ends, &types);
        }
        table
    }

    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.written();
        let records: usize = chunks
            .map(|(_, chunk)| chunk.ends.capacity() * 8 + chunk.types.capacity() * 2)
            .sum();
        self.chunks.bytes() + records + self.deleted.serialized_size()
    }
}

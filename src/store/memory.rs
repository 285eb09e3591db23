//! How much memory a version takes.

use super::snapshot::Snapshot;

/// Bytes of a version by part. Versions share what they have in common, so the sum over several is
/// more than what they take together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryReport {
    /// Runs of neighbors, both directions.
    pub topology: usize,
    /// Start, end and type of each relationship.
    pub records: usize,
    /// Label sets, label bitmaps, live nodes.
    pub labels: usize,
    /// Properties of nodes, with their texts.
    pub node_properties: usize,
    /// Properties of relationships, with their texts.
    pub rel_properties: usize,
    /// Index maps and counts.
    pub indexes: usize,
}

impl MemoryReport {
    /// Returns the sum.
    #[must_use]
    pub fn total(&self) -> usize {
        self.topology
            + self.records
            + self.labels
            + self.node_properties
            + self.rel_properties
            + self.indexes
    }
}

impl Snapshot {
    /// Returns how much memory the version takes. Walks over all chunks.
    #[must_use]
    pub fn memory(&self) -> MemoryReport {
        MemoryReport {
            topology: self.outgoing.bytes() + self.incoming.bytes(),
            records: self.rels.bytes(),
            labels: self.nodes.bytes(),
            node_properties: self.node_columns.bytes(),
            rel_properties: self.rel_columns.bytes(),
            indexes: self.ids.bytes() + self.indexes.bytes() + self.counts.bytes(),
        }
    }
}

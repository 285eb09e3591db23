//! How many relationships there are between which nodes, kept with every change.

use super::delta::DeltaMap;

/// Relationships by the number of the start's set of labels, their type, and the number of the
/// end's set of labels.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(DeltaMap<Between, u64>);

/// Set of labels of the start, type, set of labels of the end.
pub(super) type Between = (u32, u16, u32);

impl Counts {
    pub(super) fn add(&mut self, between: Between, count: u64) {
        let before = self.0.get(&between).unwrap_or(0);
        self.0.insert(between, before + count);
    }

    pub(super) fn remove(&mut self, between: Between) {
        match self.0.get(&between) {
            None | Some(0 | 1) => self.0.remove(&between),
            Some(count) => self.0.insert(between, count - 1),
        };
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Between, u64)> {
        self.0.iter().map(|(between, count)| (*between, count))
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

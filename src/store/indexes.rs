//! The property indexes that were asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{NodeId, Value};

use super::property_index::PropertyIndex;
use super::{KeyId, LabelId};

/// Indexes by label and key. Cloning copies a pointer.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexes(Arc<BTreeMap<(LabelId, KeyId), PropertyIndex>>);

impl Indexes {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, label: LabelId, key: KeyId) -> Option<&PropertyIndex> {
        self.0.get(&(label, key))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (LabelId, KeyId, &PropertyIndex)> {
        self.0
            .iter()
            .map(|((label, key), index)| (*label, *key, index))
    }

    /// Returns the keys that are indexed at nodes of the label.
    pub(super) fn keys(&self, label: LabelId) -> Vec<KeyId> {
        let all = (label, KeyId(0))..=(label, KeyId(u32::MAX));
        self.0.range(all).map(|((_, key), _)| *key).collect()
    }

    /// Adds or replaces an index.
    pub(super) fn put(&mut self, label: LabelId, key: KeyId, index: PropertyIndex) {
        Arc::make_mut(&mut self.0).insert((label, key), index);
    }

    pub(super) fn drop(&mut self, label: LabelId, key: KeyId) {
        Arc::make_mut(&mut self.0).remove(&(label, key));
    }

    /// Says that a node of the label has a value, which is not null, where it had none.
    pub(super) fn insert(&mut self, label: LabelId, key: KeyId, node: NodeId, value: &Value) {
        if self.get(label, key).is_some()
            && let Some(index) = Arc::make_mut(&mut self.0).get_mut(&(label, key))
        {
            index.insert(node, value);
        }
    }

    /// Says that a node of the label no longer has a value.
    pub(super) fn remove(&mut self, label: LabelId, key: KeyId, node: NodeId, value: &Value) {
        if self.get(label, key).is_some()
            && let Some(index) = Arc::make_mut(&mut self.0).get_mut(&(label, key))
        {
            index.remove(node, value);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.values().map(PropertyIndex::bytes).sum()
    }
}

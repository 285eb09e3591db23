//! A hash map that versions share: a base that is rarely copied and a small delta over it.

use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// A map from keys to small values. Cloning copies two pointers. A change while another version
/// shares the map goes to the delta, which is copied; a full delta is merged into a copy of the
/// base.
#[derive(Debug)]
pub(super) struct DeltaMap<K, V> {
    base: Arc<HashMap<K, V, RandomState>>,
    /// What changed since: `None` hides a key of the base.
    delta: Arc<HashMap<K, Option<V>, RandomState>>,
    len: usize,
}

impl<K, V> Clone for DeltaMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            base: Arc::clone(&self.base),
            delta: Arc::clone(&self.delta),
            len: self.len,
        }
    }
}

impl<K, V> Default for DeltaMap<K, V> {
    fn default() -> Self {
        Self {
            base: Arc::default(),
            delta: Arc::default(),
            len: 0,
        }
    }
}

impl<K: Clone + Eq + Hash, V: Copy> DeltaMap<K, V> {
    /// Returns the value of a key.
    pub(super) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + hashbrown::Equivalent<K> + ?Sized,
    {
        match self.delta.get(key) {
            Some(changed) => *changed,
            None => self.base.get(key).copied(),
        }
    }

    /// Sets the value of a key and returns the old one.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let old = self.get(&key);
        self.len += usize::from(old.is_none());
        if let (Some(base), true) = (Arc::get_mut(&mut self.base), self.delta.is_empty()) {
            base.insert(key, value);
        } else {
            Arc::make_mut(&mut self.delta).insert(key, Some(value));
            self.merge_when_full();
        }
        old
    }

    /// Sets the value of a key that has none; returns whether that was so.
    pub(super) fn add(&mut self, key: K, value: V) -> bool {
        if let (Some(base), true) = (Arc::get_mut(&mut self.base), self.delta.is_empty()) {
            let is_new = match base.entry(key) {
                Entry::Occupied(_) => false,
                Entry::Vacant(place) => {
                    place.insert(value);
                    true
                }
            };
            self.len += usize::from(is_new);
            return is_new;
        }
        let is_new = self.get(&key).is_none();
        if is_new {
            self.insert(key, value);
        }
        is_new
    }

    /// Removes a key and returns its value.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let old = self.get(key)?;
        self.len -= 1;
        if let (Some(base), true) = (Arc::get_mut(&mut self.base), self.delta.is_empty()) {
            base.remove(key);
        } else {
            Arc::make_mut(&mut self.delta).insert(key.clone(), None);
            self.merge_when_full();
        }
        Some(old)
    }

    /// Returns how many keys there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns keys and values in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, V)> {
        let kept = self
            .base
            .iter()
            .filter(|(key, _)| !self.delta.contains_key(*key));
        let changed = self
            .delta
            .iter()
            .filter_map(|(key, value)| value.map(|v| (key, v)));
        kept.map(|(key, value)| (key, *value)).chain(changed)
    }

    /// Makes room for further keys where nobody shares the map.
    pub(super) fn reserve(&mut self, additional: usize) {
        if let Some(base) = Arc::get_mut(&mut self.base) {
            base.reserve(additional);
        }
    }

    /// Returns the bytes on the heap, without what keys own.
    pub(super) fn bytes(&self) -> usize {
        self.base.allocation_size() + self.delta.allocation_size()
    }

    /// A delta is full at a multiple of the base's square root, where the cost of copying the
    /// delta for each change and that of copying the base now and then are about equal.
    fn merge_when_full(&mut self) {
        if self.delta.len() <= 64 + 4 * self.base.len().isqrt() {
            return;
        }
        let base = Arc::make_mut(&mut self.base);
        for (key, value) in self.delta.iter() {
            match value {
                Some(value) => base.insert(key.clone(), *value),
                None => base.remove(key),
            };
        }
        self.delta = Arc::default();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap as Model;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn versions_are_independent_maps(
            steps in prop::collection::vec((0..300u32, any::<Option<u8>>(), 0..20u8), 0..600),
        ) {
            let (mut map, mut model) = (DeltaMap::default(), Model::new());
            let mut held = (map.clone(), model.clone());
            for (key, value, hold) in steps {
                let (old, expected) = if let Some(value) = value {
                    (map.insert(key, value), model.insert(key, value))
                } else {
                    (map.remove(&key), model.remove(&key))
                };
                prop_assert_eq!(old, expected);
                if hold == 0 {
                    held = (map.clone(), model.clone());
                }
            }
            for (map, model) in [(map, model), held] {
                prop_assert_eq!(map.len(), model.len());
                prop_assert_eq!(map.iter().map(|(k, v)| (*k, v)).collect::<Model<_, _>>(), model);
            }
        }
    }
}

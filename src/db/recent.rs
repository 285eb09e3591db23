//! Keeps what was used lately, by text.

use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// What was used lately. Two halves: what is used moves into the young one; when that is full, it
/// becomes the old one, and what nobody used since the last time is forgotten. So texts that come
/// once do not drive out those that come again and again.
#[derive(Debug)]
pub(super) struct Recent<V> {
    young: HashMap<Arc<str>, V, RandomState>,
    old: HashMap<Arc<str>, V, RandomState>,
    room: usize,
}

impl<V> Recent<V> {
    /// Creates one that keeps at least the last `room` that were used, and at most twice as many.
    pub(super) fn new(room: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            room,
        }
    }

    pub(super) fn get(&mut self, text: &str) -> Option<&V> {
        if !self.young.contains_key(text) {
            let (text, value) = self.old.remove_entry(text)?;
            self.put(text, value);
        }
        self.young.get(text)
    }

    pub(super) fn put(&mut self, text: Arc<str>, value: V) {
        if self.young.len() >= self.room {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, value);
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays() {
        let mut recent = Recent::new(3);
        for i in 0..100 {
            recent.put(format!("once {i}").into(), i);
            if i == 0 {
                recent.put("often".into(), -1);
            }
            if i % 2 == 0 {
                assert_eq!(recent.get("often"), Some(&-1), "{i}");
            }
        }
        assert_eq!(recent.get("once 99"), Some(&99));
        assert_eq!(recent.get("once 98"), Some(&98));
        assert_eq!(recent.get("once 90"), None);
        assert!(recent.young.len() + recent.old.len() <= 6);
        recent.clear();
        assert_eq!(recent.get("often"), None);
    }
}

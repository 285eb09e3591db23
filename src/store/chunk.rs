//! A growable array of chunks that is cheap to clone and copies on write.

use std::fmt;
use std::sync::Arc;

/// Chunks in a group.
const GROUP: usize = 64;

type Group<T> = [Arc<T>; GROUP];

/// Chunks under a two-level spine. Cloning copies two pointers; the first change after a clone
/// copies the list of groups, the touched group's pointers and the touched chunk.
///
/// Chunks that were never written are one shared empty chunk.
pub(super) struct Spine<T> {
    groups: Arc<Vec<Arc<Group<T>>>>,
    empty: Arc<Group<T>>,
}

impl<T> Clone for Spine<T> {
    fn clone(&self) -> Self {
        Self {
            groups: Arc::clone(&self.groups),
            empty: Arc::clone(&self.empty),
        }
    }
}

impl<T> fmt::Debug for Spine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spine({} groups)", self.groups.len())
    }
}

impl<T: Default> Default for Spine<T> {
    fn default() -> Self {
        let chunk = Arc::new(T::default());
        Self {
            groups: Arc::default(),
            empty: Arc::new(std::array::from_fn(|_| Arc::clone(&chunk))),
        }
    }
}

impl<T: Default + Clone> Spine<T> {
    /// Returns the chunk, the empty one where none was written.
    #[inline]
    pub(super) fn get(&self, index: usize) -> &T {
        &self.groups.get(index / GROUP).unwrap_or(&self.empty)[index % GROUP]
    }

    /// Returns the chunk for writing; copies it first if another version shares it.
    pub(super) fn get_mut(&mut self, index: usize) -> &mut T {
        let groups = Arc::make_mut(&mut self.groups);
        let group = index / GROUP;
        while groups.len() <= group {
            groups.push(Arc::clone(&self.empty));
        }
        Arc::make_mut(&mut Arc::make_mut(&mut groups[group])[index % GROUP])
    }

    /// Replaces a chunk.
    pub(super) fn set(&mut self, index: usize, chunk: T) {
        let groups = Arc::make_mut(&mut self.groups);
        let group = index / GROUP;
        while groups.len() <= group {
            groups.push(Arc::clone(&self.empty));
        }
        Arc::make_mut(&mut groups[group])[index % GROUP] = Arc::new(chunk);
    }

    /// Returns whether a chunk is the very same in both.
    pub(super) fn shares(&self, other: &Self, index: usize) -> bool {
        let (ours, theirs) = (self.shared(index), other.shared(index));
        let both_empty = Arc::ptr_eq(ours, &self.empty[0]) && Arc::ptr_eq(theirs, &other.empty[0]);
        Arc::ptr_eq(ours, theirs) || both_empty
    }

    fn shared(&self, index: usize) -> &Arc<T> {
        &self.groups.get(index / GROUP).unwrap_or(&self.empty)[index % GROUP]
    }

    /// Returns the written chunks with their numbers.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, &T)> {
        let empty = &self.empty[0];
        (self
            .groups
            .iter()
            .flat_map(|group| group.iter())
            .enumerate())
        .filter(move |(_, chunk)| !Arc::ptr_eq(chunk, empty))
        .map(|(index, chunk)| (index, &**chunk))
    }

    /// Returns the bytes of the spine itself, without what chunks own on the heap.
    pub(super) fn bytes(&self) -> usize {
        let groups = (self.groups.iter()).filter(|group| !Arc::ptr_eq(group, &self.empty));
        groups.count() * size_of::<Group<T>>() + self.written().count() * (size_of::<T>() + 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_had() {
        let mut spine = Spine::<Vec<u32>>::default();
        spine.get_mut(70).push(1);
        let old = spine.clone();
        spine.get_mut(70).push(2);
        spine.get_mut(3).push(9);
        assert_eq!(
            (old.get(70).as_slice(), old.get(3).as_slice()),
            (&[1][..], &[][..])
        );
        assert_eq!(
            (spine.get(70).as_slice(), spine.get(3).as_slice()),
            (&[1, 2][..], &[9][..])
        );
        assert_eq!(spine.get(100_000).as_slice(), &[] as &[u32]);
        assert_eq!(
            spine.written().map(|(index, _)| index).collect::<Vec<_>>(),
            [3, 70]
        );
    }

    #[test]
    fn chunks_are_replaced_by_number() {
        let mut spine = Spine::default();
        for i in (0..130).rev() {
            spine.set(i, vec![i]);
        }
        assert!((0..130).all(|i| spine.get(i) == &[i]));
        assert!(spine.get(130).is_empty());
    }
}

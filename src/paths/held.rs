//! How many bytes a search holds.

use std::hash::{BuildHasher, Hash};

use hashbrown::{HashMap, HashSet};

/// Bytes of a list, with what is still empty of it.
pub(super) fn list_bytes<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

/// Bytes of a map. One that is almost full counts with the one that is twice as large: both are
/// there while its entries move.
pub(super) fn map_bytes<K: Eq + Hash, V, S: BuildHasher>(map: &HashMap<K, V, S>) -> usize {
    growing(map.allocation_size(), map.len(), map.capacity())
}

/// As [`map_bytes`], for a set.
pub(super) fn set_bytes<T: Eq + Hash, S: BuildHasher>(set: &HashSet<T, S>) -> usize {
    growing(set.allocation_size(), set.len(), set.capacity())
}

fn growing(size: usize, filled: usize, room: usize) -> usize {
    if filled >= room - room / 8 {
        size * 3
    } else {
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_map_counts_with_the_one_to_come() {
        let mut map: HashMap<u32, u32> = HashMap::with_capacity(1000);
        let empty = map_bytes(&map);
        assert!(empty >= 8000);
        let room = u32::try_from(map.capacity()).unwrap();
        map.extend((0..room).map(|number| (number, number)));
        assert_eq!(map_bytes(&map), 3 * empty);
    }
}

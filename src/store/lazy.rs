//! Parts of a stored graph that are decoded when they are first used.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::error::Result;

use super::file::FileError;
use super::snapshot::Snapshot;

/// What remembers that a part of a file could not be decoded, though its checksum was right: a
/// fault that no disk makes. Who reads values sees none there, and whoever answers with them asks
/// [`Snapshot::check_sound`] first.
#[derive(Debug)]
pub(super) struct Damage {
    path: PathBuf,
    noticed: AtomicBool,
}

impl Damage {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            noticed: AtomicBool::new(false),
        }
    }

    /// Returns what was noticed so far.
    pub(super) fn check(&self) -> Result<(), FileError> {
        if !self.noticed.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(FileError::Damaged {
            path: self.path.clone(),
            what: "a part of it makes no sense".to_owned(),
        })
    }
}

impl Snapshot {
    /// Fails if a part of the file that the graph is read from could not be decoded when it was
    /// first used. Values that were read since may be missing then.
    ///
    /// # Errors
    /// That is the error.
    pub fn check_sound(&self) -> Result<()> {
        Ok(self.check_parts()?)
    }

    /// Decodes all that is not decoded, on all cores; for who reads all of the graph, and wants to
    /// know first that all of it makes sense.
    ///
    /// # Errors
    /// As [`Snapshot::check_sound`].
    pub fn decode(&self) -> Result<()> {
        Ok(self.decode_parts()?)
    }

    pub(super) fn decode_parts(&self) -> Result<(), FileError> {
        let Some(damage) = &self.damage else {
            return Ok(());
        };
        for (_, column) in self.node_columns.iter().chain(self.rel_columns.iter()) {
            if !column.is_sound() {
                damage.noticed.store(true, Ordering::Release);
            }
        }
        damage.check()
    }

    pub(super) fn check_parts(&self) -> Result<(), FileError> {
        self.damage.as_ref().map_or(Ok(()), |damage| damage.check())
    }
}

/// Turns the bytes of a part into its items, of which there have to be so many; nothing if the
/// bytes make no sense. The number is for the decoder's own use.
pub(super) type Decode<T> = fn(bytes: &[u8], number: usize) -> Option<Vec<T>>;

/// The items of a part, as bytes until they are used.
pub(super) struct Packed<T> {
    /// Empty once they are decoded.
    bytes: Mutex<Vec<u8>>,
    items: OnceLock<Box<[T]>>,
    count: usize,
    decode: Decode<T>,
    number: usize,
    damage: Arc<Damage>,
}

impl<T> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({} items)", self.count)
    }
}

impl<T: Default> Packed<T> {
    /// Keeps the bytes of so many items.
    pub(super) fn new(
        bytes: Vec<u8>,
        count: usize,
        (decode, number): (Decode<T>, usize),
        damage: &Arc<Damage>,
    ) -> Self {
        Self {
            bytes: Mutex::new(bytes),
            items: OnceLock::new(),
            count,
            decode,
            number,
            damage: Arc::clone(damage),
        }
    }

    fn items(&self) -> &[T] {
        self.items.get_or_init(|| {
            let bytes = self.bytes.lock();
            let bytes = std::mem::take(&mut *bytes.unwrap_or_else(PoisonError::into_inner));
            let items = (self.decode)(&bytes, self.number);
            let items = items.filter(|items| items.len() == self.count);
            let items = items.unwrap_or_else(|| {
                self.damage.noticed.store(true, Ordering::Release);
                std::iter::repeat_with(T::default)
                    .take(self.count)
                    .collect()
            });
            items.into_boxed_slice()
        })
    }
}

/// An item that is at hand, or in a part that is decoded when it is used.
#[derive(Clone, Debug)]
pub(super) enum Lazy<T> {
    Here(T),
    /// The item at this place of the part.
    Packed(Arc<Packed<T>>, u16),
}

impl<T: Default> Default for Lazy<T> {
    fn default() -> Self {
        Self::Here(T::default())
    }
}

impl<T: Default + Clone> Lazy<T> {
    #[inline]
    pub(super) fn get(&self) -> &T {
        match self {
            Self::Here(item) => item,
            Self::Packed(part, place) => &part.items()[usize::from(*place)],
        }
    }

    /// Returns the item for writing; others keep the one in the part.
    pub(super) fn get_mut(&mut self) -> &mut T {
        loop {
            match self {
                Self::Here(item) => return item,
                Self::Packed(..) => *self = Self::Here(self.get().clone()),
            }
        }
    }

    /// Returns the item if it was decoded.
    pub(super) fn peek(&self) -> Option<&T> {
        match self {
            Self::Here(item) => Some(item),
            Self::Packed(part, place) => Some(&part.items.get()?[usize::from(*place)]),
        }
    }

    /// Returns the bytes that keep the item until it is decoded.
    pub(super) fn packed_bytes(&self) -> usize {
        match self {
            Self::Here(_) => 0,
            Self::Packed(part, _) => {
                let bytes = part.bytes.lock();
                bytes.unwrap_or_else(PoisonError::into_inner).len() / part.count.max(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_truncation,
        reason = "the tests count with small numbers"
    )]

    use super::*;
    use crate::store::column::Column;
    use crate::store::dictionary::Dictionary;
    use crate::store::values::Chunk;
    use crate::store::{KeepHistory, KeyId, Store};
    use crate::value::{NodeId, Value};

    fn part(bytes: &[u8]) -> (Vec<Lazy<u8>>, Arc<Damage>) {
        let damage = Arc::new(Damage::new(Path::new("x.polity")));
        let decode: Decode<u8> = |bytes, number| {
            let added = bytes.iter().map(|byte| byte.checked_add(number as u8));
            added.collect()
        };
        let part = Arc::new(Packed::new(bytes.to_vec(), 3, (decode, 2), &damage));
        let items = (0..3).map(|place| Lazy::Packed(Arc::clone(&part), place));
        (items.collect(), damage)
    }

    #[test]
    fn items_are_decoded_when_they_are_used() {
        let (mut items, damage) = part(&[1, 2, 3]);
        assert_eq!((items[0].peek(), items[0].packed_bytes()), (None, 1));
        *items[1].get_mut() += 10;
        assert_eq!(items[0].peek(), Some(&3));
        assert_eq!(items[2].packed_bytes(), 0);
        let values: Vec<_> = items.iter().map(|item| *item.get()).collect();
        assert_eq!(values, [3, 14, 5]);
        assert_eq!(damage.check(), Ok(()));
    }

    #[test]
    fn what_makes_no_sense_is_remembered() {
        for bytes in [&[1, 2][..], &[1, 2, 255], &[1, 2, 3, 4]] {
            let (items, damage) = part(bytes);
            assert_eq!(damage.check(), Ok(()));
            assert_eq!(*items[1].get(), 0);
            assert!(matches!(damage.check(), Err(FileError::Damaged { .. })));
        }
    }

    /// A graph from a file, one part of which makes no sense.
    fn graph() -> (Snapshot, KeyId) {
        let mut graph = Snapshot::new();
        let (key, damage) = (
            graph.add_key_name("x"),
            Arc::new(Damage::new(Path::new("x.polity"))),
        );
        graph.insert_node(&[]);
        let decode: Decode<Chunk> = |_, _| None;
        let part = Packed::new(b"nonsense".to_vec(), 31, (decode, 0), &damage);
        let column = Column::from_parts(
            vec![(0, 1, part)],
            [1, 0, 0, 0, 0, 0],
            Dictionary::default(),
        );
        graph.node_columns.put(key, column);
        graph.damage = Some(damage);
        (graph, key)
    }

    #[test]
    fn nothing_is_made_of_what_makes_no_sense() {
        let (read, key) = graph();
        assert!(read.check_sound().is_ok());
        assert!(read.node_property(NodeId(0), key).is_null());
        assert!(read.check_sound().is_err());

        assert!(graph().0.decode().is_err());

        let (changed, key) = graph();
        let store = Store::new(changed);
        let mut change = store.begin();
        change
            .set_node_property(NodeId(0), key, Value::Int(1))
            .unwrap();
        assert!(change.commit().is_err());
        assert_eq!(store.snapshot().version(), 0);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.polity");
        let saved = Store::save(&path, &graph().0, None, KeepHistory::All);
        assert!(saved.is_err());
        assert!(!path.exists());
    }
}

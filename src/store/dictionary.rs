//! Repeated texts as codes.

use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use rayon::prelude::*;

use super::chunk::Spine;
use super::lazy::{Lazy, Packed};

/// Texts in a chunk.
const CHUNK: usize = 1024;

/// The texts of a column, each once, under codes counted from zero. Codes are not in the order of
/// texts. Cloning copies a few pointers.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: Spine<Lazy<Vec<Arc<str>>>>,
    len: u32,
    /// Code by text; the text itself is looked up in `texts`.
    base: Arc<Base>,
    /// Codes that were added while another version shared the base.
    delta: Arc<HashTable<u32>>,
    hasher: RandomState,
}

/// The codes by text of a dictionary; of one from a file they are put in when somebody asks.
#[derive(Clone, Debug, Default)]
struct Base {
    table: OnceLock<HashTable<u32>>,
    /// How many of the first codes are to be put in.
    waiting: u32,
}

impl Dictionary {
    /// Returns how many texts there are; codes are below.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn len_u32(&self) -> u32 {
        self.len
    }

    /// Returns whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the text of a code, or nothing for a code that is not of this dictionary.
    #[must_use]
    #[inline]
    pub fn get(&self, code: u32) -> Option<&Arc<str>> {
        text(&self.texts, code)
    }

    /// Returns the code of a text.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        let same = |code: &u32| self.get(*code).is_some_and(|other| &**other == text);
        (self
            .base()
            .find(hash, same)
            .or_else(|| self.delta.find(hash, same)))
        .copied()
    }

    /// Returns codes and texts in order of codes.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        (0..self.len).filter_map(|code| self.get(code).map(|text| (code, text)))
    }

    /// Returns the code of a text, a new one where it has none. There is room for 2³² − 1 texts.
    pub fn intern(&mut self, text: &str) -> u32 {
        self.code(text)
            .unwrap_or_else(|| self.push(Arc::from(text)))
    }

    /// As [`Dictionary::intern`], keeping the text that was handed in.
    pub(super) fn intern_shared(&mut self, text: &Arc<str>) -> u32 {
        self.code(text)
            .unwrap_or_else(|| self.push(Arc::clone(text)))
    }

    /// Interns all texts of `other`; returns for each of its codes the code here.
    pub fn absorb(&mut self, other: &Self) -> Vec<u32> {
        other
            .iter()
            .map(|(_, text)| self.intern_shared(text))
            .collect()
    }

    /// Puts a dictionary together from what a store file holds of it: so many texts, a part a chunk.
    pub(super) fn from_parts(parts: Vec<Packed<Vec<Arc<str>>>>, len: u32) -> Self {
        let mut dictionary = Self {
            len,
            base: Arc::new(Base {
                table: OnceLock::new(),
                waiting: len,
            }),
            ..Self::default()
        };
        for (number, part) in parts.into_iter().enumerate() {
            let chunk = Lazy::Packed(Arc::new(part), 0);
            dictionary.texts.set(number, chunk);
        }
        dictionary
    }

    /// Decodes all that is not decoded, on all cores.
    pub(super) fn decode(&self) {
        let chunks: Vec<_> = self.texts.written().map(|(_, chunk)| chunk).collect();
        chunks.par_iter().for_each(|chunk| {
            chunk.get();
        });
    }

    /// Returns whether a chunk of texts is the very same in both.
    pub(super) fn shares_chunk(&self, other: &Self, number: usize) -> bool {
        self.texts.shares(&other.texts, number)
    }

    /// Returns the texts of a chunk.
    pub(super) fn chunk(&self, number: usize) -> &[Arc<str>] {
        self.texts.get(number).get()
    }

    /// How many texts are in a chunk.
    pub(super) const CHUNK: usize = CHUNK;

    /// Returns the bytes on the heap, texts included.
    pub(super) fn bytes(&self) -> usize {
        let texts = |chunk: &Vec<Arc<str>>| {
            let texts = chunk.iter().map(|text| text.len().next_multiple_of(8) + 16);
            texts.sum::<usize>() + chunk.capacity() * 16
        };
        let chunks = self.texts.written();
        let chunks: usize = chunks
            .map(|(_, chunk)| chunk.peek().map_or_else(|| chunk.packed_bytes(), texts))
            .sum();
        let base = self.base.table.get();
        let tables = base.map_or(0, HashTable::allocation_size) + self.delta.allocation_size();
        self.texts.bytes() + chunks + tables
    }

    fn base(&self) -> &HashTable<u32> {
        if let Some(table) = self.base.table.get() {
            return table;
        }
        // Not within `get_or_init`: whoever waits for other cores may be given work that asks for
        // the same table, and would wait for itself.
        let table = self.waiting_table();
        self.base.table.get_or_init(|| table)
    }

    fn waiting_table(&self) -> HashTable<u32> {
        let codes: Vec<u32> = (0..self.base.waiting).collect();
        let hash =
            |code: &u32| text(&self.texts, *code).map_or(0, |text| self.hasher.hash_one(&**text));
        // In stretches that are parts of the file, as one core at a time decodes a part.
        let hashes: Vec<u64> = codes.par_iter().with_min_len(CHUNK).map(hash).collect();
        let mut table = HashTable::with_capacity(codes.len());
        for (code, hash) in codes.into_iter().zip(&hashes) {
            table.insert_unique(*hash, code, |code| hashes[*code as usize]);
        }
        table
    }

    fn push(&mut self, new: Arc<str>) -> u32 {
        let (code, hash) = (self.len, self.hasher.hash_one(&*new));
        self.base();
        let chunk = self.texts.get_mut(code as usize / CHUNK).get_mut();
        if chunk.capacity() == 0 && code > 0 {
            chunk.reserve_exact(CHUNK);
        }
        chunk.push(new);
        self.len += 1;
        let (texts, hasher) = (&self.texts, &self.hasher);
        let rehash = |code: &u32| text(texts, *code).map_or(0, |text| hasher.hash_one(&**text));
        if let (Some(base), true) = (Arc::get_mut(&mut self.base), self.delta.is_empty()) {
            base.table().insert_unique(hash, code, rehash);
            return code;
        }
        Arc::make_mut(&mut self.delta).insert_unique(hash, code, rehash);
        if self.delta.len() > 64 + 4 * self.base().len().isqrt() {
            let base = Arc::make_mut(&mut self.base).table();
            for code in self.delta.iter() {
                base.insert_unique(rehash(code), *code, rehash);
            }
            self.delta = Arc::default();
        }
        code
    }
}

impl Base {
    /// Returns the table for writing, which was asked for before.
    fn table(&mut self) -> &mut HashTable<u32> {
        if self.table.get().is_none() {
            self.table = OnceLock::from(HashTable::new());
        }
        self.table
            .get_mut()
            .expect("it was put in if it was not there")
    }
}

#[inline]
fn text(texts: &Spine<Lazy<Vec<Arc<str>>>>, code: u32) -> Option<&Arc<str>> {
    let chunk = texts.get(code as usize / CHUNK).get();
    chunk.get(code as usize % CHUNK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_code_over_versions() {
        let mut dictionary = Dictionary::default();
        let name = |i: u32| format!("text {i}");
        for i in 0..3000 {
            assert_eq!(dictionary.intern(&name(i)), i);
        }
        let old = dictionary.clone();
        for i in 3000..6000 {
            assert_eq!(dictionary.intern(&name(i)), i);
        }
        assert!((0..6000).all(|i| dictionary.code(&name(i)) == Some(i)));
        assert!((0..6000).all(|i| dictionary.get(i).is_some_and(|text| **text == name(i))));
        assert_eq!(
            (old.len(), old.code(&name(2999)), old.code(&name(3000))),
            (3000, Some(2999), None)
        );
        assert_eq!(old.get(3000), None);
        let mut other = Dictionary::default();
        other.intern("new");
        other.intern("text 7");
        assert_eq!(dictionary.absorb(&other), [6000, 7]);
    }
}

//! From the chunks to the graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::{
    DELETED, Description, Directory, LIVE, NODE_TEXTS, NODE_VALUES, PartKey, REL_TEXTS, REL_VALUES,
    RELS, SETS, StoredColumn, piece_key,
};
use crate::store::LabelId;
use crate::store::column::{CHUNK, Column};
use crate::store::dictionary::Dictionary;
use crate::store::file::chunks::{GROUP, Rels, read_rels, read_sets, read_texts, read_values};
use crate::store::file::engine::{Chunks, Engine};
use crate::store::file::error::FileError;
use crate::store::file::frame;
use crate::store::file::pack::{Malformed, Reader};
use crate::store::labels::NodeTable;
use crate::store::lazy::{Damage, Decode, Packed};
use crate::store::redo::{Misfit, fits, read_schema};
use crate::store::rels::RelTable;
use crate::store::snapshot::Snapshot;
use crate::store::values::Chunk;

/// Reads a description.
pub(in crate::store::file) fn read_description(engine: &Engine) -> Result<Description, FileError> {
    let bytes = engine.store()?;
    postcard::from_bytes(&bytes).map_err(|_| engine.damaged("its description makes no sense"))
}

/// Reads the graph. Values and texts stay as they are until they are used; all checksums are
/// verified now.
pub(in crate::store::file) fn read(
    engine: &Engine,
    description: &Description,
) -> Result<(Snapshot, Directory), FileError> {
    let directory: Directory = description.directory.iter().cloned().collect();
    let chunks = engine.chunks()?;
    let listed: usize = directory.values().map(Vec::len).sum();
    if chunks.count()? != listed as u64 {
        return Err(engine.damaged("it has not the chunks that it lists"));
    }
    let parts: Vec<_> = directory.iter().collect();
    let parts = parts
        .into_par_iter()
        .map(|(key, sums)| Ok((*key, decode(*key, load(&chunks, *key, sums)?)?)))
        .collect::<Result<Vec<_>, Fault>>();
    let parts = parts.map_err(|fault| fault.tell(engine))?;
    let damage = Arc::new(Damage::new(engine.path()));
    let graph = assemble(description, parts, damage).map_err(|_| senseless(engine))?;
    Ok((graph, directory))
}

fn senseless(engine: &Engine) -> FileError {
    engine.damaged("its chunks do not fit together")
}

/// Why a part cannot be read.
enum Fault {
    File(FileError),
    Malformed,
}

impl Fault {
    fn tell(self, engine: &Engine) -> FileError {
        match self {
            Self::File(error) => error,
            Self::Malformed => senseless(engine),
        }
    }
}

impl From<FileError> for Fault {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<Malformed> for Fault {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Reads the pieces of a part; what they hold is still packed.
fn load(chunks: &Chunks<'_>, key: PartKey, sums: &[u64]) -> Result<Vec<u8>, Fault> {
    let mut packed = Vec::new();
    for (place, expected) in sums.iter().enumerate() {
        let sum = chunks.append(piece_key(key, place), &mut packed)?;
        if sum != *expected {
            return Err(Fault::Malformed);
        }
    }
    Ok(packed)
}

/// A part that was read.
enum Part {
    Bitmap(RoaringBitmap),
    Sets(Vec<Vec<u32>>),
    Rels(Vec<Rels>),
    /// Values or texts, not decoded.
    Packed(Vec<u8>),
}

fn decode((kind, _, _): PartKey, packed: Vec<u8>) -> Result<Part, Malformed> {
    if matches!(kind, NODE_VALUES | REL_VALUES | NODE_TEXTS | REL_TEXTS) {
        return Ok(Part::Packed(packed));
    }
    let bytes = unpack(&packed)?;
    let mut reader = Reader(&bytes);
    let part = match kind {
        LIVE | DELETED => {
            let bitmap = RoaringBitmap::deserialize_from(&mut reader.0).map_err(|_| Malformed)?;
            Part::Bitmap(bitmap)
        }
        SETS => Part::Sets(read_each(|| read_sets(&mut reader))?),
        RELS => Part::Rels(read_each(|| read_rels(&mut reader))?),
        _ => return Err(Malformed),
    };
    reader.end()?;
    Ok(part)
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, Malformed> {
    frame::unwrap("part", &[], packed)
}

fn read_each<T>(mut read: impl FnMut() -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
    (0..GROUP).map(|_| read()).collect()
}

/// Decodes a part of a column with so many texts.
fn values_of(packed: &[u8], texts: usize) -> Option<Vec<Chunk>> {
    let bytes = unpack(packed).ok()?;
    let mut reader = Reader(&bytes);
    let chunks = read_each(|| read_values(&mut reader, texts)).ok()?;
    reader.end().ok()?;
    Some(chunks)
}

/// Decodes a part of so many texts, which is one chunk.
fn texts_of(packed: &[u8], count: usize) -> Option<Vec<Vec<Arc<str>>>> {
    let bytes = unpack(packed).ok()?;
    let mut reader = Reader(&bytes);
    let texts = read_texts(&mut reader).ok()?;
    reader.end().ok()?;
    (texts.len() == count).then(|| vec![texts])
}

/// A part of a column with its number.
type Numbered = (u32, Vec<u8>);

/// The parts of a graph, sorted by what they are of.
#[derive(Default)]
struct Parts {
    live: RoaringBitmap,
    deleted: RoaringBitmap,
    /// Chunks of label sets, with their numbers.
    sets: Vec<(usize, Vec<u32>)>,
    rels: Vec<Rels>,
    /// Parts of values and texts with their numbers, by kind and key.
    packed: BTreeMap<(u8, u32), Vec<Numbered>>,
}

impl Parts {
    /// Sorts parts that come in the order of their keys.
    fn sort(parts: Vec<(PartKey, Part)>) -> Self {
        let mut sorted = Self::default();
        for ((kind, first, second), part) in parts {
            match part {
                Part::Bitmap(bitmap) if kind == LIVE => sorted.live = bitmap,
                Part::Bitmap(bitmap) => sorted.deleted = bitmap,
                Part::Sets(numbers) => {
                    let chunks = (first as usize * GROUP..).zip(numbers);
                    let filled = chunks.filter(|(_, numbers)| !numbers.is_empty());
                    sorted.sets.extend(filled);
                }
                Part::Rels(chunks) => sorted.rels.extend(chunks),
                Part::Packed(bytes) => {
                    let parts = sorted.packed.entry((kind, first)).or_default();
                    parts.push((second, bytes));
                }
            }
        }
        sorted
    }

    /// Puts a column together, of a table with so many rows.
    fn column(
        &mut self,
        stored: &StoredColumn,
        rows: u32,
        damage: &Arc<Damage>,
    ) -> Result<Column, Misfit> {
        let (kind, key) = (stored.kind, stored.key);
        let texts = if kind == NODE_VALUES {
            NODE_TEXTS
        } else {
            REL_TEXTS
        };
        let texts = self.packed.remove(&(texts, key)).unwrap_or_default();
        let dictionary = dictionary(texts, stored.texts, damage)?;
        let chunks = (rows as usize).div_ceil(CHUNK);
        let parts = self.packed.remove(&(kind, key)).unwrap_or_default();
        let parts = parts.into_iter().map(|(group, bytes)| {
            let first = group as usize * GROUP;
            fits(first < chunks)?;
            let decode: Decode<Chunk> = values_of;
            let part = Packed::new(bytes, GROUP, (decode, stored.texts as usize), damage);
            Ok((first, GROUP.min(chunks - first), part))
        });
        let parts = parts.collect::<Result<Vec<_>, Misfit>>()?;
        let values = stored
            .counts
            .iter()
            .try_fold(0_u64, |sum, c| sum.checked_add(*c));
        fits(values.is_some_and(|values| values <= u64::from(rows)))?;
        Ok(Column::from_parts(parts, stored.counts, dictionary))
    }
}

/// Puts a dictionary of so many texts together.
fn dictionary(
    parts: Vec<Numbered>,
    texts: u32,
    damage: &Arc<Damage>,
) -> Result<Dictionary, Misfit> {
    fits(parts.len() == (texts as usize).div_ceil(Dictionary::CHUNK))?;
    let parts = (0..).zip(parts).map(|(place, (group, bytes))| {
        fits(group == place)?;
        let before = group as usize * Dictionary::CHUNK;
        let count = (texts as usize - before).min(Dictionary::CHUNK);
        let decode: Decode<Vec<Arc<str>>> = texts_of;
        Ok(Packed::new(bytes, 1, (decode, count), damage))
    });
    let parts = parts.collect::<Result<Vec<_>, Misfit>>()?;
    Ok(Dictionary::from_parts(parts, texts))
}

/// Puts the parts together, and builds what is not stored.
fn assemble(
    description: &Description,
    parts: Vec<(PartKey, Part)>,
    damage: Arc<Damage>,
) -> Result<Snapshot, Misfit> {
    let mut graph = names(description);
    let mut parts = Parts::sort(parts);
    let sets = description.label_sets.iter();
    let sets: Vec<Vec<LabelId>> = sets
        .map(|set| graph.known_labels(set))
        .collect::<Result<_, _>>()?;
    let (nodes, rels) = (description.node_bound, description.rel_bound);
    for stored in &description.columns {
        let key = graph.known_key(stored.key)?;
        match stored.kind {
            NODE_VALUES => {
                let column = parts.column(stored, nodes, &damage)?;
                graph.node_columns.put(key, column);
            }
            REL_VALUES => {
                let column = parts.column(stored, rels, &damage)?;
                graph.rel_columns.put(key, column);
            }
            _ => return Err(Misfit),
        }
    }
    fits(parts.packed.is_empty())?;
    fits(parts.live.max().is_none_or(|node| node < nodes))?;
    fits(parts.deleted.max().is_none_or(|rel| rel < rels))?;
    let numbers = parts.sets.into_iter();
    graph.nodes = NodeTable::from_parts(parts.live, nodes, &sets, numbers).ok_or(Misfit)?;
    graph.rels = RelTable::from_parts(parts.rels.into_iter(), parts.deleted);
    fits(graph.rel_bound() == rels)?;
    for (between, count) in &description.counts {
        graph.counts.add(*between, *count);
    }
    graph.put_schema(read_schema(&description.schema)?);
    graph.damage = Some(damage);
    graph.index_all()?;
    graph.put_definitions(&description.definitions)?;
    graph.version = description.applied;
    Ok(graph)
}

/// Returns a graph that has the names alone.
fn names(description: &Description) -> Snapshot {
    let mut graph = Snapshot::new();
    for text in &description.labels {
        graph.add_label_name(text);
    }
    for text in &description.types {
        graph.add_type_name(text);
    }
    for text in &description.keys {
        graph.add_key_name(text);
    }
    graph
}

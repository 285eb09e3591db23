//! From the chunks to the graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::{
    DELETED, Description, Directory, LIVE, NODE_TEXTS, NODE_VALUES, PartKey, REL_TEXTS, REL_VALUES,
    RELS, SETS, piece_key,
};
use crate::store::LabelId;
use crate::store::column::Column;
use crate::store::dictionary::Dictionary;
use crate::store::file::chunks::{GROUP, Rels, read_rels, read_sets, read_texts, read_values};
use crate::store::file::engine::{Chunks, Engine};
use crate::store::file::error::FileError;
use crate::store::file::frame;
use crate::store::file::pack::{Malformed, Reader};
use crate::store::labels::NodeTable;
use crate::store::redo::{Misfit, fits, read_schema};
use crate::store::rels::RelTable;
use crate::store::snapshot::Snapshot;
use crate::store::values::Chunk;

/// Reads a description.
pub(in crate::store::file) fn read_description(engine: &Engine) -> Result<Description, FileError> {
    let bytes = engine.store()?;
    postcard::from_bytes(&bytes).map_err(|_| engine.damaged("its description makes no sense"))
}

/// Reads the graph.
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
    let texts: Vec<_> = parts.iter().filter(|(key, _)| is_texts(**key)).collect();
    let texts = texts
        .into_par_iter()
        .map(|(key, sums)| Ok((**key, texts_of(&load(&chunks, **key, sums)?)?)))
        .collect::<Result<Vec<_>, Fault>>();
    let texts = texts.map_err(|fault| fault.tell(engine))?;
    let dictionaries = dictionaries(texts).map_err(|_| senseless(engine))?;
    let rest: Vec<_> = parts.iter().filter(|(key, _)| !is_texts(**key)).collect();
    let parts = rest
        .into_par_iter()
        .map(|(key, sums)| {
            Ok((
                **key,
                decode(**key, &load(&chunks, **key, sums)?, &dictionaries)?,
            ))
        })
        .collect::<Result<Vec<_>, Fault>>();
    let parts = parts.map_err(|fault| fault.tell(engine))?;
    let graph = assemble(description, parts, dictionaries).map_err(|_| senseless(engine))?;
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

/// Reads the pieces of a part.
fn load(chunks: &Chunks<'_>, key: PartKey, sums: &[u64]) -> Result<Vec<u8>, Fault> {
    let mut packed = Vec::new();
    for (place, expected) in sums.iter().enumerate() {
        let (piece, sum) = chunks.piece(piece_key(key, place))?;
        if sum != *expected {
            return Err(Fault::Malformed);
        }
        packed.extend_from_slice(&piece);
    }
    Ok(frame::unwrap("part", &[], &packed)?)
}

/// A part that was read.
enum Part {
    Bitmap(RoaringBitmap),
    Sets(Vec<Vec<u32>>),
    Rels(Vec<Rels>),
    Values(Vec<Chunk>),
}

type Dictionaries = BTreeMap<(u8, u32), Dictionary>;

fn is_texts((kind, _, _): PartKey) -> bool {
    matches!(kind, NODE_TEXTS | REL_TEXTS)
}

fn texts_of(bytes: &[u8]) -> Result<Vec<Arc<str>>, Malformed> {
    let mut reader = Reader(bytes);
    let texts = read_texts(&mut reader)?;
    reader.end()?;
    Ok(texts)
}

/// Puts the dictionaries of columns together, from texts in order of parts.
fn dictionaries(parts: Vec<(PartKey, Vec<Arc<str>>)>) -> Result<Dictionaries, Malformed> {
    let mut columns: BTreeMap<(u8, u32), Vec<Vec<_>>> = BTreeMap::new();
    for ((kind, key, group), texts) in parts {
        let values = if kind == NODE_TEXTS {
            NODE_VALUES
        } else {
            REL_VALUES
        };
        let column = columns.entry((values, key)).or_default();
        let full = column
            .last()
            .is_none_or(|last| last.len() == Dictionary::CHUNK);
        if column.len() != group as usize || !full {
            return Err(Malformed);
        }
        column.push(texts);
    }
    let columns: Vec<_> = columns.into_iter().collect();
    let made = columns
        .into_par_iter()
        .map(|(key, texts)| (key, Dictionary::from_texts(texts.into_iter().flatten())));
    Ok(made.collect())
}

fn decode(
    (kind, first, _): PartKey,
    bytes: &[u8],
    dictionaries: &Dictionaries,
) -> Result<Part, Malformed> {
    let mut reader = Reader(bytes);
    let part = match kind {
        LIVE | DELETED => {
            let bitmap = RoaringBitmap::deserialize_from(&mut reader.0).map_err(|_| Malformed)?;
            Part::Bitmap(bitmap)
        }
        SETS => Part::Sets(read_each(|| read_sets(&mut reader))?),
        RELS => Part::Rels(read_each(|| read_rels(&mut reader))?),
        NODE_VALUES | REL_VALUES => {
            let texts = dictionaries.get(&(kind, first)).map_or(0, Dictionary::len);
            Part::Values(read_each(|| read_values(&mut reader, texts))?)
        }
        _ => return Err(Malformed),
    };
    reader.end()?;
    Ok(part)
}

fn read_each<T>(mut read: impl FnMut() -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
    (0..GROUP).map(|_| read()).collect()
}

/// The parts of a graph, sorted by what they are of.
#[derive(Default)]
struct Parts {
    live: RoaringBitmap,
    deleted: RoaringBitmap,
    /// Chunks of label sets, with their numbers.
    sets: Vec<(usize, Vec<u32>)>,
    rels: Vec<Rels>,
    /// Chunks of values with their numbers, by kind and key.
    columns: BTreeMap<(u8, u32), Vec<(usize, Chunk)>>,
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
                Part::Values(chunks) => {
                    let chunks = (second as usize * GROUP..).zip(chunks);
                    let filled = chunks.filter(|(_, chunk)| chunk.count() > 0);
                    sorted
                        .columns
                        .entry((kind, first))
                        .or_default()
                        .extend(filled);
                }
            }
        }
        sorted
    }
}

/// Puts the parts together, and builds what is not stored.
fn assemble(
    description: &Description,
    parts: Vec<(PartKey, Part)>,
    mut dictionaries: Dictionaries,
) -> Result<Snapshot, Misfit> {
    let mut graph = names(description);
    let parts = Parts::sort(parts);
    let sets = description.label_sets.iter();
    let sets: Vec<Vec<LabelId>> = sets
        .map(|set| graph.known_labels(set))
        .collect::<Result<_, _>>()?;
    let (nodes, rels) = (description.node_bound, description.rel_bound);
    fits(parts.live.max().is_none_or(|node| node < nodes))?;
    fits(parts.deleted.max().is_none_or(|rel| rel < rels))?;
    let numbers = parts.sets.into_iter();
    graph.nodes = NodeTable::from_parts(parts.live, nodes, &sets, numbers).ok_or(Misfit)?;
    graph.rels = RelTable::from_parts(parts.rels.into_iter(), parts.deleted);
    fits(graph.rel_bound() == rels)?;
    for ((kind, key), chunks) in parts.columns {
        let dictionary = dictionaries.remove(&(kind, key)).unwrap_or_default();
        let column = Column::from_parts(chunks.into_iter(), dictionary);
        let key = graph.known_key(key)?;
        match kind {
            NODE_VALUES => graph.node_columns.put(key, column),
            _ => graph.rel_columns.put(key, column),
        }
    }
    for (between, count) in &description.counts {
        graph.counts.add(*between, *count);
    }
    graph.put_schema(read_schema(&description.schema)?);
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

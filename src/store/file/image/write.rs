//! From the graph to the chunks.

use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::{
    Age, DELETED, Description, Directory, LIVE, NODE_TEXTS, NODE_VALUES, PartKey, REL_TEXTS,
    REL_VALUES, RELS, SETS, StoredColumn, piece_key,
};
use crate::store::KeyId;
use crate::store::columns::Columns;
use crate::store::dictionary::Dictionary;
use crate::store::file::chunks::{GROUP, write_rels, write_sets, write_texts, write_values};
use crate::store::file::engine::{Batch, ChunkKey, frame_piece};
use crate::store::file::frame;
use crate::store::labels;
use crate::store::redo::write_schema;
use crate::store::rels;
use crate::store::snapshot::Snapshot;
use crate::store::undo::StoredDefinitions;

/// Adds to a batch what differs from the version in the file; returns the parts that are then in the
/// file.
pub(in crate::store::file) fn write(
    batch: &mut Batch,
    graph: &Snapshot,
    before: Option<(&Snapshot, &Directory)>,
) -> Directory {
    let mut directory = Directory::new();
    let mut dirty = Vec::new();
    for key in parts(graph) {
        let kept = before.and_then(|(old, parts)| {
            let sums = parts.get(&key)?;
            shares(graph, old, key).then(|| sums.clone())
        });
        match kept {
            Some(sums) => drop(directory.insert(key, sums)),
            None => dirty.push(key),
        }
    }
    let written: Vec<_> = dirty
        .into_par_iter()
        .map(|key| (key, framed(key, &encode(graph, key))))
        .collect();
    for (key, pieces) in written {
        let sums = pieces.iter().filter_map(|(_, piece)| frame::sum_of(piece));
        directory.insert(key, sums.collect());
        for (key, piece) in pieces {
            batch.chunk(key, piece);
        }
    }
    if let Some((_, parts)) = before {
        drop_stale(batch, parts, &directory);
    }
    directory
}

/// Drops the pieces that are no longer listed.
fn drop_stale(batch: &mut Batch, old: &Directory, new: &Directory) {
    for (key, sums) in old {
        let kept = new.get(key).map_or(0, Vec::len);
        for piece in kept..sums.len() {
            batch.drop_chunk(piece_key(*key, piece));
        }
    }
}

/// Describes a version whose chunks are those of the directory.
pub(in crate::store::file) fn describe(
    graph: &Snapshot,
    directory: &Directory,
    Age {
        millis,
        oldest,
        keep,
    }: Age,
) -> Vec<u8> {
    let texts = |names: &crate::store::names::Names| {
        names.iter().map(|(_, name)| name.to_string()).collect()
    };
    let sets = graph.nodes.sets();
    let description = Description {
        applied: graph.version,
        millis,
        oldest,
        keep,
        labels: texts(&graph.labels),
        types: texts(&graph.types),
        keys: texts(&graph.keys),
        schema: write_schema(&graph.schema),
        definitions: StoredDefinitions::from(&graph.definitions),
        node_bound: graph.node_bound(),
        rel_bound: graph.rel_bound(),
        label_sets: sets
            .map(|set| set.iter().map(|label| label.0).collect())
            .collect(),
        counts: graph.counts.iter().collect(),
        columns: columns(graph).collect(),
        directory: directory
            .iter()
            .map(|(key, sums)| (*key, sums.clone()))
            .collect(),
    };
    postcard::to_extend(&description, Vec::new()).expect("plain data is written without fail")
}

fn columns(graph: &Snapshot) -> impl Iterator<Item = StoredColumn> {
    let sides = [
        (&graph.node_columns, NODE_VALUES),
        (&graph.rel_columns, REL_VALUES),
    ];
    sides.into_iter().flat_map(|(columns, kind)| {
        columns.iter().map(move |(key, column)| StoredColumn {
            kind,
            key: key.0,
            counts: column.counts,
            texts: column.dictionary.len_u32(),
        })
    })
}

/// Lists the parts of a version.
fn parts(graph: &Snapshot) -> Vec<PartKey> {
    let mut keys = vec![(LIVE, 0, 0), (DELETED, 0, 0)];
    let groups = |rows: u32, chunk: usize| {
        let groups = (rows as usize).div_ceil(chunk * GROUP);
        0..u32::try_from(groups).expect("there are fewer groups than rows")
    };
    keys.extend(groups(graph.node_bound(), labels::CHUNK).map(|group| (SETS, group, 0)));
    keys.extend(groups(graph.rel_bound(), rels::CHUNK).map(|group| (RELS, group, 0)));
    let sides = [
        (&graph.node_columns, NODE_VALUES, NODE_TEXTS),
        (&graph.rel_columns, REL_VALUES, REL_TEXTS),
    ];
    for (columns, values, texts) in sides {
        for (key, column) in columns.iter() {
            // Texts are of any size, so a part holds one chunk of them.
            let chunks = (0..)
                .step_by(Dictionary::CHUNK)
                .take_while(|first| *first < column.dictionary.len());
            keys.extend((0..).zip(chunks).map(|(group, _)| (texts, key.0, group)));
            let mut last = None;
            for number in column.filled() {
                let group = u32::try_from(number / GROUP).expect("rows are 32-bit ids");
                if last != Some(group) {
                    keys.push((values, key.0, group));
                    last = Some(group);
                }
            }
        }
    }
    keys
}

/// Returns whether a part is the very same in both versions.
fn shares(new: &Snapshot, old: &Snapshot, (kind, first, second): PartKey) -> bool {
    let chunks = |group: u32| group as usize * GROUP..(group as usize + 1) * GROUP;
    let columns = |kind| match kind {
        NODE_VALUES | NODE_TEXTS => (&new.node_columns, &old.node_columns),
        _ => (&new.rel_columns, &old.rel_columns),
    };
    match kind {
        LIVE => new.nodes.shares_live(&old.nodes),
        DELETED => new.rels.shares_deleted(&old.rels),
        SETS => chunks(first).all(|chunk| new.nodes.shares_sets(&old.nodes, chunk)),
        RELS => chunks(first).all(|chunk| new.rels.shares(&old.rels, chunk)),
        _ => {
            let (new, old) = columns(kind);
            let key = KeyId(first);
            let (Some(ours), Some(theirs)) = (new.get(key), old.get(key)) else {
                return false;
            };
            new.shares(old, key)
                || if matches!(kind, NODE_TEXTS | REL_TEXTS) {
                    ours.dictionary
                        .shares_chunk(&theirs.dictionary, second as usize)
                } else {
                    chunks(second).all(|chunk| ours.shares(theirs, chunk))
                }
        }
    }
}

/// Writes a part.
fn encode(graph: &Snapshot, (kind, first, second): PartKey) -> Vec<u8> {
    let mut out = Vec::new();
    let chunks = |group: u32| group as usize * GROUP..(group as usize + 1) * GROUP;
    let column = |columns: &'_ Columns| columns.get(KeyId(first)).cloned().unwrap_or_default();
    match kind {
        LIVE => write_bitmap(&mut out, graph.nodes.live()),
        DELETED => write_bitmap(&mut out, graph.rels.deleted()),
        SETS => {
            for chunk in chunks(first) {
                let rows = graph.node_bound() as usize;
                let length = rows
                    .saturating_sub(chunk * labels::CHUNK)
                    .min(labels::CHUNK);
                write_sets(&mut out, &graph.nodes.set_numbers(chunk)[..length]);
            }
        }
        RELS => {
            for chunk in chunks(first) {
                let (ends, types) = graph.rels.records(chunk);
                write_rels(&mut out, ends, types);
            }
        }
        NODE_TEXTS | REL_TEXTS => {
            let columns = if kind == NODE_TEXTS {
                &graph.node_columns
            } else {
                &graph.rel_columns
            };
            write_texts(&mut out, column(columns).dictionary.chunk(second as usize));
        }
        _ => {
            let columns = if kind == NODE_VALUES {
                &graph.node_columns
            } else {
                &graph.rel_columns
            };
            let column = column(columns);
            for chunk in chunks(second) {
                write_values(&mut out, column.chunk(chunk));
            }
        }
    }
    out
}

fn write_bitmap(out: &mut Vec<u8>, bitmap: &RoaringBitmap) {
    let mut bitmap = bitmap.clone();
    bitmap.optimize();
    bitmap.serialize_into(out).expect("memory takes all bytes");
}

/// Cuts a part into pieces and frames them.
fn framed(key: PartKey, part: &[u8]) -> Vec<(ChunkKey, Vec<u8>)> {
    // It is packed as a whole; a piece alone would be packed worse.
    let packed = frame::wrap("part", &[], part);
    let mut rest = packed.as_slice();
    let mut pieces = Vec::new();
    while !rest.is_empty() || pieces.is_empty() {
        let (piece, after) = rest.split_at(piece_length(rest.len()));
        let key = piece_key(key, pieces.len());
        pieces.push((key, frame_piece(key, piece)));
        rest = after;
    }
    pieces
}

/// redb rounds a value above a page up to a power of two pages, so pieces just fill such a number.
fn piece_length(rest: usize) -> usize {
    /// The size of a page, and what redb and the frame need of one.
    const PAGE: usize = 4096;
    const OVERHEAD: usize = 96;
    /// The longest piece has so many pages.
    const LONGEST: usize = 256;
    let mut pages = LONGEST;
    while pages > 1 && pages * PAGE - OVERHEAD > rest {
        pages /= 2;
    }
    rest.min(pages * PAGE - OVERHEAD)
}

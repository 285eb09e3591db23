//! A version of the graph as the chunks of the file, and back.

mod read;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::engine::ChunkKey;
use super::options::KeepHistory;
use crate::store::undo::StoredDefinitions;
use crate::store::values::ColumnKind;

pub(super) use read::{read, read_description};
pub(super) use write::{describe, write};

/// A part of the graph: kind, first, second.
type PartKey = (u8, u32, u32);

const LIVE: u8 = 1;
const DELETED: u8 = 2;
const SETS: u8 = 3;
const RELS: u8 = 4;
const NODE_VALUES: u8 = 5;
const REL_VALUES: u8 = 6;
const NODE_TEXTS: u8 = 7;
const REL_TEXTS: u8 = 8;

/// The parts in the file, each with the checksums of its pieces.
pub(super) type Directory = BTreeMap<PartKey, Vec<u64>>;

/// What the file says about itself and about what is no chunk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// The last commit that is in the chunks.
    pub(super) applied: u64,
    /// When it was made.
    pub(super) millis: i64,
    /// The oldest state that the history leads back to.
    pub(super) oldest: u64,
    /// How much of the history is kept.
    pub(super) keep: KeepHistory,
    labels: Vec<String>,
    types: Vec<String>,
    keys: Vec<String>,
    schema: String,
    definitions: StoredDefinitions,
    node_bound: u32,
    rel_bound: u32,
    label_sets: Vec<Vec<u32>>,
    counts: Vec<((u32, u16, u32), u64)>,
    columns: Vec<StoredColumn>,
    directory: Vec<(PartKey, Vec<u64>)>,
}

/// What is known of a column without a look at its parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredColumn {
    /// [`NODE_VALUES`] or [`REL_VALUES`].
    kind: u8,
    key: u32,
    /// How many values there are of each kind.
    counts: [u64; ColumnKind::ALL.len()],
    /// How many texts there are.
    texts: u32,
}

/// When the last commit was made, and which older ones can be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    pub(super) millis: i64,
    pub(super) oldest: u64,
    pub(super) keep: KeepHistory,
}

fn piece_key((kind, first, second): PartKey, piece: usize) -> ChunkKey {
    let piece = u32::try_from(piece).expect("a part has fewer pieces than bytes");
    (kind, first, second, piece)
}

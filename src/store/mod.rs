//! Room 2: the property graph in memory.
//!
//! Owns the graph as immutable versions ([`Snapshot`]) made of copy-on-write chunks, the one
//! writer that makes the next version ([`Store`], [`Transaction`]), names, labels, typed property
//! columns, topology, indexes, statistics, the data set's [`Schema`], and petgraph's visit traits
//! over a version.
//!
//! How a version is laid out:
//!
//! | part | unit that is copied on write | what it holds |
//! |---|---|---|
//! | topology, once a direction | 256 nodes | each node's run of (neighbor, relationship), sorted by type, neighbor, relationship |
//! | relationship records | 1,024 relationships | start, end, type |
//! | label sets | 1,024 nodes | the number of the node's interned set |
//! | columns, one a key, for nodes and for relationships | 1,024 rows | typed values, dense or sparse |
//! | label bitmaps, live nodes | one bitmap | node ids |
//! | index maps | base and delta | value → nodes |
//! | rows by text, once look-ups in a column repeat | dropped | text → rows |
//!
//! A store may have a file behind it (`file`), which holds what was committed. Queries read memory.
//!
//! Files, from the outside in: `writer` and `transaction` (who changes the graph), `bulk`;
//! `snapshot` (what can be read), `describe`, `memory`, `view` (petgraph); `change` (the changes
//! themselves), `recorder`, `redo` and `undo` (the changes as records); `topology` and `merge`, `rels`, `labels`, `names`, `columns` → `column` → `values`
//! → `cells`, `dictionary` and `lookup`, `lazy` (what is decoded when it is used); `id_index`, `indexes` → `property_index`, `definitions`, `find` and `fold`;
//! `counts` and `stats`; `valid_time`; `chunk` and `delta` (sharing between versions); `schema`.
//!
//! Chunks hang on a two-level spine (64 chunks a group), so a version is cloned by copying a few
//! dozen pointers, and a change copies one group and one chunk.
//!
//! **Invariant:** a published version never changes; only [`Transaction`] and [`BulkLoader`]
//! change one, and only their private one.
//!
//! **Invariant:** this room knows nothing of queries.

mod bulk;
mod cells;
mod change;
mod chunk;
mod column;
mod columns;
mod counts;
mod define;
mod definitions;
mod delta;
mod describe;
mod dictionary;
mod error;
mod file;
mod find;
mod fold;
mod id_index;
mod indexes;
mod labels;
mod lazy;
mod lookup;
mod memory;
mod merge;
mod names;
mod property;
mod property_index;
mod recorder;
mod redo;
mod rels;
pub mod schema;
mod snapshot;
mod sorting;
mod stats;
mod topology;
mod transaction;
mod undo;
mod valid_time;
mod values;
mod view;
mod writer;

pub use bulk::{BulkLoader, BulkValues, LabelSet};
pub use cells::{Bits, CellSlice};
pub use column::Column;
pub use definitions::{Constraint, Definitions, Demand};
pub use dictionary::Dictionary;
pub use file::{Access, Checked, Commit, Durability, FileOptions, KeepHistory};
pub use find::NameHit;
pub use memory::MemoryReport;
pub use recorder::Tally;
pub use rels::RelRecord;
pub use schema::Schema;
pub use snapshot::Snapshot;
pub use sorting::Pulse;
pub use stats::{Statistics, Values};
pub use topology::{Hop, Hops};
pub use transaction::{NewRel, Savepoint, Transaction};
pub use valid_time::{HoldsAt, Moment};
pub use values::{ColumnKind, ColumnSlice};
pub use view::{Edge, EdgeReferences, Edges, GraphView, Neighbors, NodeReferences, Nodes};
pub use writer::Store;

/// A node label's number in a version's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct LabelId(pub u32);

/// A relationship type's number in a version's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct TypeId(pub u32);

/// A property key's number in a version's names; nodes and relationships share keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct KeyId(pub u32);

/// Which of a node's relationships are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Those that start at the node.
    Outgoing,
    /// Those that end at the node.
    Incoming,
    /// Both; a relationship from the node to itself counts once.
    Both,
}

#[cfg(test)]
mod tests;

//! The store file: a graph on disk, as one [redb](https://docs.rs/redb) file with four tables.
//!
//! Owns the format, what is written when a transaction commits, checkpoints, opening, and history.
//! Queries never read the file: they read a [`Snapshot`], which opening builds and commits renew.
//! The file is its durable form.
//!
//! # Format, version 1
//!
//! ```text
//! table     key                               value                              written
//! ───────   ───────────────────────────────   ────────────────────────────────   ─────────────────
//! log       number of a commit                what it changed, to do again and   by every commit
//!                                             to undo; time and message
//! chunks    (kind, first, second, piece)      a part of the graph: up to 31      by checkpoints
//!                                             chunks of a column, …
//! meta      "store"                           format version, last commit in     by checkpoints
//!                                             the chunks, names, schema, how
//!                                             many values and texts a column
//!                                             has, list of chunks with their
//!                                             checksums
//!           "mark"                            a commit that the log must reach   when closing
//! history   number of a commit                what it changed, to undo; time     by checkpoints
//!                                             and message
//! ```
//!
//! Every value stands in a frame (`frame`): format version, how it is packed, its length, and an
//! XXH3 checksum over table, key and content. Large values are lz4 blocks. Records are
//! [postcard](https://docs.rs/postcard); integers in chunks are packed relative to the smallest
//! (`pack`). A blob above a page is cut into pieces that fill redb's pages, whose sizes are powers
//! of two.
//!
//! | kind | first, second | holds |
//! |---|---|---|
//! | 1 | 0, 0 | the nodes there are, a roaring bitmap |
//! | 2 | 0, 0 | the relationships that were deleted, a roaring bitmap |
//! | 3 | group, 0 | label sets of nodes |
//! | 4 | group, 0 | start, end and type of relationships |
//! | 5, 6 | key, group | values of a key at nodes, at relationships |
//! | 7, 8 | key, group | texts that the values of 5 and 6 are codes of |
//!
//! Topology, the index over `id` and the property indexes are not stored: their definitions are,
//! and opening builds them from the columns, on all cores.
//!
//! Opening reads all of the file and verifies all checksums, but values and texts (5 to 8) stay
//! packed until they are used (`store::lazy`); then a part is decoded whole. What has the right
//! checksum and makes no sense all the same is noticed then, and ends the statement with
//! `StoreDamaged`; it is never written back.
//!
//! # Commit
//!
//! A transaction records each of its changes (`redo`, `undo`). Its commit puts one record into
//! `log`, in one transaction of redb with one sync; commits that wait at the same time go into the
//! same one (`journal`). Only then it is acknowledged, and only then readers see it. The next writer
//! begins before that; what it answers without a change of its own waits for the disk too.
//!
//! A checkpoint (`checkpoint`) writes those chunks that are not shared with the version of the last
//! checkpoint, moves the records it covers from `log` to `history`, and writes `meta`: all in one
//! transaction of redb. One happens in the background when the log is long, and when a store is
//! closed with much in its log.
//!
//! # What survives
//!
//! - An acknowledged commit survives a kill at any moment and a loss of power; one that was not
//!   acknowledged is there wholly or not at all. (With [`Durability::Relaxed`] commits of the last
//!   moments may be lost, the latest first.)
//! - redb finds the last whole state by its own checksums. What redb hands out is checked once
//!   more: a value whose checksum is wrong, a chunk that the list has and the file has not (or the
//!   other way round), a gap in the numbers of the commits, a log that does not reach the mark —
//!   each is the error `StoreDamaged`, and nothing is repaired in silence.
//! - redb may panic on damaged pages. All calls run behind `guard`, which turns a panic into the
//!   same error.
//! - A file that is no store, one of another program, one of a newer format: an error that says so.
//!
//! # History
//!
//! `history` keeps for each commit how to undo it, so an older state is worked out from the current
//! one, backwards. What only adds costs a few bytes a commit. With a limit
//! ([`KeepHistory`]) older records are dropped at checkpoints.

mod checkpoint;
mod chunks;
mod draft;
mod engine;
mod error;
mod frame;
mod guard;
mod history;
mod image;
mod journal;
mod lock;
mod open;
mod options;
mod overlay;
mod pack;
mod record;
mod stored;

pub use engine::Access;
pub use open::Checked;
pub use options::{Durability, FileOptions, KeepHistory};
pub use record::Commit;

pub(in crate::store) use error::FileError;
pub(in crate::store) use journal::Journal;
pub(in crate::store) use open::{check, open, remove_drafts, save};
pub(in crate::store) use stored::{Stored, StoredDemand};

#[cfg(doc)]
use super::Snapshot;

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the tests count with small numbers"
)]
mod tests;

//! Parquet: a table for each set of labels and each relationship type, in folders `nodes` and
//! `relationships`.
//!
//! | column | of | holds |
//! |---|---|---|
//! | `_id` | nodes | the number by which relationships name it |
//! | `_labels` | nodes | a list of texts |
//! | `_start`, `_end` | relationships | numbers of nodes |
//! | `_type` | relationships | a text |
//! | `_valid_from`, `_valid_until` | both, where the schema says when things hold | since when and until when; derived, and not read |
//! | a property's key | both | its values, null where there is none |
//!
//! A key that begins with `_` gets another one before it. A key with values of several types has a
//! column for each type. The metadata of each file (`polity`) say which column is which key of which
//! type, and hold the schema; tables of other programs have none, and their columns are what their
//! names and types say.
//!
//! Only built with the feature `parquet`; without it reading and writing say so.

#[cfg(not(feature = "parquet"))]
mod absent;
#[cfg(feature = "parquet")]
mod column;
#[cfg(feature = "parquet")]
mod meta;
#[cfg(feature = "parquet")]
mod read;
#[cfg(feature = "parquet")]
mod write;

#[cfg(not(feature = "parquet"))]
pub use absent::{read, write};
#[cfg(feature = "parquet")]
pub use read::read;
#[cfg(feature = "parquet")]
pub use write::write;

//! Room 3: graphs and rows as files, and back.
//!
//! Owns the formats of graphs — the data-set folder, CSV with neo4j-admin headers, DOT
//! ([`graph`]) — and the formats of results ([`rows`]).
//!
//! **Invariant:** this room takes named readers and writers; it knows neither queries nor the
//! terminal nor the file system.

mod builtin;
pub mod citations;
pub mod compare;
pub mod diagnostic;
pub mod graph;
pub mod nearest;

pub mod rows;
mod temporal;
#[cfg(test)]
mod testing;
pub mod words;

pub use builtin::builtin;

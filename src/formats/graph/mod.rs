//! Formats of whole graphs.
//!
//! Each format is a module with a `read` and a `write` of the same shape: from a [`File`] to a
//! graph, or every mistake with file, line and column; from a graph to a writer, or to a [`Shelf`]
//! where it takes several files. `docs/formats.md` says what each format keeps and how.
//! [`GraphFormat`] lists them. Readers hand nodes and relationships to `gather`, which knows ids,
//! ends and mistakes; [`Part`] makes a graph of a part, so that writers only know whole graphs.

pub mod csv;
pub mod cypher;
pub mod dataset;
pub mod dot;
mod format;
mod gather;
pub mod jsonl;
pub mod parquet;
mod part;
pub mod rdf;
mod source;
mod xml;

pub use format::GraphFormat;
pub use part::Part;
pub use source::{File, Progress, Shelf};
pub use xml::{gexf, graphml};

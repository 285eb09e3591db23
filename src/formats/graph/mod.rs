//! Formats of whole graphs.

pub mod dataset;

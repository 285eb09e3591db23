//! Formats of whole graphs.

pub mod dataset;
pub mod dot;

//! Formats of whole graphs.

pub mod csv;
pub mod dataset;
pub mod dot;

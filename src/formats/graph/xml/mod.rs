//! GraphML and GEXF, and what they share.

mod attribute;
pub mod gexf;
pub mod graphml;
mod parse;

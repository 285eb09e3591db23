//! Room 2: query text to syntax tree and back.

pub mod ast;

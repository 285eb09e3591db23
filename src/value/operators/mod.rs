//! The operators of the query language over values, as far as they need no graph.
//!
//! Null in gives null out, but for the logic of `AND`, `OR` and `IN`.

mod access;
mod arithmetic;
mod text;

pub use access::{MAX_DEPTH, check_depth, in_list, index, slice};
pub use arithmetic::{add, divide, modulo, multiply, negate, plain_text, plus, power, subtract};
pub use text::{Pattern, contains, ends_with, regex, starts_with};

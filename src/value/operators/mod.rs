//! The operators of the query language over values, as far as they need no graph.
//!
//! Null in gives null out, but for the logic of `AND`, `OR` and `IN`.

mod access;
mod arithmetic;
mod text;

/// How many items a list that an operator or function makes may have.
pub const MAX_ITEMS: usize = 1 << 24;
/// How many bytes a string that an operator or function makes may have.
pub const MAX_BYTES: usize = 1 << 26;

/// The way out for who wants more.
pub const TOO_LARGE: &str = "work on rows or parts instead of one large value";

pub use access::{MAX_DEPTH, MAX_ELEMENTS, check_nesting, in_list, index, slice};
pub use arithmetic::{add, divide, modulo, multiply, negate, plain_text, plus, power, subtract};
pub use text::{Pattern, contains, ends_with, regex, starts_with};

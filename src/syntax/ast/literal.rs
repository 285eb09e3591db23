//! Literals.

use std::sync::Arc;

/// A literal without parts; list and map literals are expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`, `0x2A`, `0o52`; the sign is a unary operator except in `-9223372036854775808`.
    Int(i64),
    /// `4.2`, `.5`, `1e9`, `INF`, `NAN`
    Float(f64),
    /// `'text'`, `"text"` with escapes resolved.
    String(Arc<str>),
}

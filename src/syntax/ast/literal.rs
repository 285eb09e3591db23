//! Literals.

use std::sync::Arc;

/// A literal without parts; list and map literals are expressions.
#[derive(Clone, Debug)]
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

/// Whether the same is written: `NaN` is not the number that it was before, but it is the same
/// literal.
impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a == b,
            _ => false,
        }
    }
}

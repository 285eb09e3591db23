//! Grouping keys: which expressions may stand beside an aggregate.
//!
//! An item with an aggregate may use, outside the aggregate, only constants and grouping keys. A
//! grouping key that is a variable or a property of one may be repeated inside such an item; a more
//! complex one may not, as it would be ambiguous (openCypher CIP2021-07-07).

use super::bound::{Expr, ExprKind, Slot};
use super::error::SemanticError;
use crate::error::{Result, Span};

/// A grouping key, or another column of a projection: what it was computed from, and its slot.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) expr: Expr,
    pub(super) slot: Slot,
}

impl Key {
    fn is_simple(&self) -> bool {
        is_simple(&self.expr)
    }
}

fn is_simple(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Property(base, _) => is_simple(base),
        _ => false,
    }
}

/// Which keys may be found again inside an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    /// Variables and properties of variables.
    Simple,
    /// Any.
    All,
}

/// Replaces every part of `expr` that says the same as a key by the key's slot.
pub(super) fn replace_keys(expr: Expr, keys: &[Key], reuse: Reuse) -> Expr {
    let found = keys
        .iter()
        .find(|key| (reuse == Reuse::All || key.is_simple()) && key.expr.same_as(&expr));
    match found {
        Some(key) => Expr {
            kind: ExprKind::Variable(key.slot),
            span: expr.span,
        },
        None => expr.map_children(&mut |child| replace_keys(child, keys, reuse)),
    }
}

/// Fails if `expr` reads anything but `allowed`.
pub(super) fn check_grouping(expr: &Expr, allowed: &[Slot], span: Span) -> Result<()> {
    if expr.free_slots().iter().all(|slot| allowed.contains(slot)) {
        return Ok(());
    }
    Err(SemanticError::AmbiguousAggregation.at(span))
}

//! `SHOW`.

use super::clause::{optional, order_by, projection, yield_item};
use super::separated;
use crate::syntax::ast::Show;

/// Prints a `SHOW` statement.
pub(super) fn show(out: &mut String, show: &Show) {
    out.push_str(show.kind.node.words());
    optional(out, " WHERE ", show.predicate.as_ref());
    if let Some(yields) = &show.yields {
        out.push_str(" YIELD ");
        match &yields.items {
            None => out.push('*'),
            Some(items) => separated(out, ", ", items, yield_item),
        }
        order_by(out, &yields.order_by);
        optional(out, " SKIP ", yields.skip.as_ref());
        optional(out, " LIMIT ", yields.limit.as_ref());
        optional(out, " WHERE ", yields.predicate.as_ref());
    }
    if let Some(returns) = &show.returns {
        out.push_str(" RETURN ");
        projection(out, returns);
    }
}

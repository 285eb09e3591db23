//! The moments that the rows of a batch are matched at.

use super::super::batch::Batch;
use super::super::column::Column;
use super::super::run::Run;
use crate::error::{Error, Result};
use crate::semantics::bound::Expr;
use crate::store::{HoldsAt, Moment, Snapshot};

/// For each row of a batch the moment at which nodes and relationships must hold.
#[derive(Debug)]
pub(super) enum Moments {
    /// None: at any time.
    Always,
    /// The same for all rows.
    One(Moment),
    /// One a row.
    Each(Vec<Moment>),
}

impl Moments {
    /// Evaluates a moment for the rows of a batch.
    pub(super) fn new(moment: Option<&Expr>, batch: &Batch, run: &mut Run<'_>) -> Result<Self> {
        let Some(expr) = moment else {
            return Ok(Self::Always);
        };
        if batch.is_empty() {
            return Ok(Self::Always);
        }
        let column = run.eval(expr, batch)?;
        let read = |value| Moment::of(&value).map_err(|error| Error::from(error).at(expr.span));
        if let Column::Const(value, _) = &*column {
            return read(value.clone()).map(Self::One);
        }
        let each = (0..batch.len()).map(|row| read(column.value(row)));
        each.collect::<Result<_>>().map(Self::Each)
    }

    /// Returns what holds at a row's moment; nothing where all does.
    #[inline]
    pub(super) fn of<'g>(&self, row: usize, graph: &'g Snapshot) -> Option<HoldsAt<'g>> {
        let moment = match self {
            Self::Always => return None,
            Self::One(moment) => *moment,
            Self::Each(moments) => *moments.get(row)?,
        };
        Some(graph.holds_at(moment)).filter(|holds| !holds.is_free())
    }

    /// Returns whether all rows of the batch have the same moment.
    pub(super) fn is_one(&self) -> bool {
        !matches!(self, Self::Each(_))
    }
}

/// Returns whether all rows of a statement have the same moment, so that what was found for one
/// serves the others.
pub(super) fn is_fixed(moment: Option<&Expr>) -> bool {
    moment.is_none_or(|moment| moment.free_slots().is_empty())
}

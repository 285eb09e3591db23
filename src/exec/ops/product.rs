//! `CartesianProduct`. Holds its right side.

use super::eager::drain;
use super::{Operate, Source, row_number};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::run::Run;
use crate::semantics::bound::Slot;

/// Every row of the left with every row of the right.
pub(super) struct CartesianProduct<'p> {
    left: Source<'p>,
    right: Source<'p>,
    live: &'p [Slot],
    kept: Option<Batch>,
    batch: Option<Batch>,
    /// Which pair of rows comes next.
    next: usize,
}

impl<'p> CartesianProduct<'p> {
    pub(super) fn new(left: Source<'p>, right: Source<'p>, live: &'p [Slot]) -> Self {
        Self {
            left,
            right,
            live,
            kept: None,
            batch: None,
            next: 0,
        }
    }
}

impl Operate for CartesianProduct<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        if self.kept.is_none() {
            let batches = drain(&mut self.right, run)?;
            self.kept = Some(Batch::concat(&batches, &|| run.ctx.pulse())?);
        }
        let Some(right) = self.kept.as_ref().filter(|right| !right.is_empty()) else {
            return Ok(None);
        };
        let left = match self.batch.take() {
            Some(left) => left,
            None => match self.left.next(run)? {
                Some(left) => left,
                None => return Ok(None),
            },
        };
        let all = left.len().saturating_mul(right.len());
        let end = all.min(self.next + BATCH_ROWS);
        let rows = |row: fn(usize, usize) -> usize| -> Vec<u32> {
            (self.next..end)
                .map(|pair| row_number(row(pair, right.len())))
                .collect()
        };
        let left_rows = rows(|pair, width| pair / width);
        let right_rows = rows(|pair, width| pair % width);
        let out = side_by_side((&left, &left_rows), (right, &right_rows), self.live);
        if end < all {
            self.next = end;
            self.batch = Some(left);
        } else {
            self.next = 0;
        }
        Ok(Some(out))
    }
}

/// Puts rows of two sides next to each other.
pub(super) fn side_by_side(
    (left, left_rows): (&Batch, &[u32]),
    (right, right_rows): (&Batch, &[u32]),
    live: &[Slot],
) -> Batch {
    let mut out = Batch::new(left_rows.len(), left.slots().max(right.slots()));
    for &slot in live {
        if let Some(column) = left.column(slot) {
            out.set(slot, column.gather(left_rows).into());
        } else if let Some(column) = right.column(slot) {
            out.set(slot, column.gather(right_rows).into());
        }
    }
    out
}

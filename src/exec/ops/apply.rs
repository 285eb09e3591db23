//! `Apply` in its modes: join, optional, semi, anti-semi.

use super::{Driven, Operate, Rows, Source, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::{ApplyMode, Inner, Op, Operator};
use crate::semantics::bound::Slot;

/// For each input row what the subplan makes of it.
pub(super) struct Apply<'p> {
    input: Source<'p>,
    inner: &'p Inner,
    mode: &'p ApplyMode,
    live: &'p [Slot],
    /// Whether inner rows come in the order of their driving rows.
    ordered: bool,
    under_way: Option<UnderWay<'p>>,
}

struct UnderWay<'p> {
    batch: Batch,
    driven: Driven<'p>,
    matched: Vec<bool>,
    /// Rows before this one have come out, or are known to have no inner row.
    passed: usize,
}

impl<'p> Apply<'p> {
    pub(super) fn new(
        input: Source<'p>,
        inner: &'p Inner,
        mode: &'p ApplyMode,
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            inner,
            mode,
            live,
            ordered: inner.one_by_one || keeps_order(&inner.root),
            under_way: None,
        }
    }

    fn begin(&mut self, run: &mut Run<'_>) -> Result<Option<UnderWay<'p>>> {
        if let Some(under_way) = self.under_way.take() {
            return Ok(Some(under_way));
        }
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let rows = match self.mode {
            ApplyMode::Semi | ApplyMode::AntiSemi => Rows::Distinct,
            ApplyMode::Join | ApplyMode::Optional(_) | ApplyMode::Once => Rows::All,
        };
        Ok(Some(UnderWay {
            driven: Driven::new(self.inner, &batch, rows, run),
            matched: vec![false; batch.len()],
            passed: 0,
            batch,
        }))
    }

    fn join(&mut self, optional: Option<&[Slot]>, run: &mut Run<'_>) -> Result<Option<Batch>> {
        loop {
            let Some(mut under_way) = self.begin(run)? else {
                return Ok(None);
            };
            if let Some((rows, inner)) = under_way.driven.next(run)? {
                let fill = optional.is_some() && self.ordered;
                let out = under_way.combine(&rows, &inner, self.live, fill)?;
                self.under_way = Some(under_way);
                return Ok(Some(out));
            }
            if let Some(nullable) = optional {
                let rest = under_way.unmatched(under_way.batch.len());
                return Ok(Some(under_way.alone(&rest, nullable, self.live)));
            }
        }
    }

    fn semi(&mut self, wanted: bool, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let Some(mut under_way) = self.begin(run)? else {
            return Ok(None);
        };
        let mut missing = under_way.batch.len();
        while missing > 0 {
            let Some((rows, _)) = under_way.driven.next(run)? else {
                break;
            };
            for row in rows {
                let matched = &mut under_way.matched[row as usize];
                missing -= usize::from(!*matched);
                *matched = true;
            }
        }
        let rows: Vec<u32> = (0..under_way.batch.len())
            .filter(|&row| under_way.matched[row] == wanted)
            .map(row_number)
            .collect();
        Ok(Some(under_way.batch.gather(&rows, self.live)))
    }

    fn once(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let Some(mut under_way) = self.begin(run)? else {
            return Ok(None);
        };
        while under_way.driven.next(run)?.is_some() {}
        Ok(Some(under_way.batch.keep(self.live)))
    }
}

impl UnderWay<'_> {
    /// Puts outer and inner rows side by side. With `fill`, rows without an inner row come out
    /// alone, in their place.
    fn combine(&mut self, rows: &[u32], inner: &Batch, live: &[Slot], fill: bool) -> Result<Batch> {
        let mut outer_rows = Vec::with_capacity(rows.len());
        let mut inner_rows = Vec::with_capacity(rows.len());
        // One more row, all null, for the outer rows without an inner one.
        let padding = row_number(inner.len());
        for (place, &row) in rows.iter().enumerate() {
            if fill {
                for skipped in self.unmatched(row as usize) {
                    outer_rows.push(skipped);
                    inner_rows.push(padding);
                }
            }
            self.matched[row as usize] = true;
            outer_rows.push(row);
            inner_rows.push(row_number(place));
        }
        let padded;
        let inner = if outer_rows.len() > rows.len() {
            let row_of_nulls = Batch::new(1, inner.slots());
            padded = Batch::concat(&[inner.clone(), row_of_nulls], &|| Ok(()))?;
            &padded
        } else {
            inner
        };
        let mut out = Batch::new(outer_rows.len(), self.batch.slots());
        for &slot in live {
            if let Some(column) = self.batch.column(slot) {
                out.set(slot, column.gather(&outer_rows).into());
            } else if let Some(column) = inner.column(slot) {
                out.set(slot, column.gather(&inner_rows).into());
            }
        }
        Ok(out)
    }

    /// Returns the rows before `end` that have not come out and have no inner row.
    fn unmatched(&mut self, end: usize) -> Vec<u32> {
        let from = self.passed.min(end);
        self.passed = self.passed.max(end);
        (from..end)
            .filter(|&row| !self.matched[row])
            .map(row_number)
            .collect()
    }

    /// Returns outer rows with nulls for what the subplan would have bound. What else is read
    /// above comes from above.
    fn alone(&self, rows: &[u32], nullable: &[Slot], live: &[Slot]) -> Batch {
        let mut out = self.batch.gather(rows, live);
        for &slot in nullable {
            if out.column(slot).is_none() {
                out.set(slot, Column::nulls(rows.len()).into());
            }
        }
        out
    }
}

impl Operate for Apply<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        match self.mode {
            ApplyMode::Join => self.join(None, run),
            ApplyMode::Optional(slots) => self.join(Some(slots), run),
            ApplyMode::Semi => self.semi(true, run),
            ApplyMode::AntiSemi => self.semi(false, run),
            ApplyMode::Once => self.once(run),
        }
    }
}

/// Whether a plan hands rows out in the order of the driving rows that they come from. All
/// operators do but `Union`; those that sort or group never run for several driving rows.
fn keeps_order(operator: &Operator) -> bool {
    let below = operator.inner().map(|inner| &*inner.root);
    !matches!(operator.op, Op::Union { .. })
        && operator.inputs().into_iter().chain(below).all(keeps_order)
}

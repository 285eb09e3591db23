//! `Filter`. Each predicate is evaluated only for the rows that the ones before left.

use super::{Operate, Source, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::eval::{truth, used};
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};

/// The rows for which all predicates are true.
pub(super) struct Filter<'p> {
    input: Source<'p>,
    predicates: Vec<&'p Expr>,
    live: &'p [Slot],
}

impl<'p> Filter<'p> {
    pub(super) fn new(
        input: Source<'p>,
        predicates: impl IntoIterator<Item = &'p Expr>,
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            predicates: predicates.into_iter().collect(),
            live,
        }
    }
}

impl Operate for Filter<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        loop {
            run.ctx.pulse()?;
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            let kept = passing(self.predicates.iter().copied(), &batch, run)?;
            match kept {
                None => return Ok(Some(batch.keep(self.live))),
                Some(rows) if rows.is_empty() => {}
                Some(rows) => return Ok(Some(batch.gather(&rows, self.live))),
            }
        }
    }
}

/// Returns the rows for which all predicates are true; `None` for all rows.
pub(super) fn passing<'e>(
    predicates: impl IntoIterator<Item = &'e Expr>,
    batch: &Batch,
    run: &mut Run<'_>,
) -> Result<Option<Vec<u32>>> {
    let mut kept: Option<Vec<u32>> = None;
    for predicate in predicates {
        let part;
        let rows = match &kept {
            None => batch,
            Some(rows) if rows.is_empty() => break,
            Some(rows) => {
                part = batch.gather(rows, &used(predicate, run.plan));
                &part
            }
        };
        let truths = run.eval(predicate, rows)?;
        let passed = true_rows(&truths).map_err(|error| error.at(predicate.span))?;
        if passed.len() < rows.len() {
            kept = Some(match kept {
                None => passed,
                Some(rows) => passed.iter().map(|&place| rows[place as usize]).collect(),
            });
        }
    }
    Ok(kept)
}

/// Returns the rows in which a condition is true.
fn true_rows(truths: &Column) -> Result<Vec<u32>> {
    if let Column::Bool(cells) = truths {
        return Ok(if cells.valid.is_all() {
            places(&cells.values, |_| true)
        } else {
            places(&cells.values, |row| cells.valid.is(row))
        });
    }
    let mut passed = Vec::with_capacity(truths.len());
    for row in 0..truths.len() {
        if truth(truths, row)? == Some(true) {
            passed.push(row_number(row));
        }
    }
    Ok(passed)
}

/// Returns the places of what is true and valid, without a branch for each.
fn places(values: &[bool], valid: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut places = vec![0; values.len()];
    let mut count = 0;
    for (row, &value) in values.iter().enumerate() {
        places[count] = row_number(row);
        count += usize::from(value && valid(row));
    }
    places.truncate(count);
    places
}

//! Comprehensions, quantifiers and `reduce`: the elements of all rows' lists together form inner
//! batches.

use std::sync::Arc;

use super::logic::truth;
use super::{typed, used, used_by_all};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, ExprKind, Quantifier, Slot};
use crate::value::{List, Value};

impl Run<'_> {
    pub(super) fn over_list(&mut self, expr: &Expr, batch: &Batch) -> Result<Column> {
        match &expr.kind {
            ExprKind::ListComprehension {
                slot,
                list,
                predicate,
                projection,
            } => {
                let lists = self.lists(list, batch)?;
                let parts = (predicate.as_deref(), projection.as_deref());
                self.comprehension(*slot, &lists, parts, batch)
            }
            ExprKind::Quantifier {
                kind,
                slot,
                list,
                predicate,
            } => {
                let lists = self.lists(list, batch)?;
                self.quantifier(*kind, *slot, (&lists, predicate), batch)
            }
            ExprKind::Reduce {
                accumulator,
                initial,
                slot,
                list,
                step,
            } => {
                let lists = self.lists(list, batch)?;
                let first = self.eval(initial, batch)?;
                self.reduce((*accumulator, &first), (*slot, &lists), step, batch)
            }
            _ => Ok(Column::nulls(batch.len())),
        }
    }

    /// Evaluates to a list in each row, or to none where it is null.
    fn lists(&mut self, expr: &Expr, batch: &Batch) -> Result<Vec<Option<List>>> {
        let column = self.eval(expr, batch)?;
        (0..batch.len())
            .map(|row| match column.value(row) {
                Value::Null => Ok(None),
                Value::List(items) => Ok(Some(items)),
                other => {
                    let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
                    let message = format!(
                        "elements are taken from a list, not from {}",
                        other.type_of()
                    );
                    Err(Error::new(code, message).at(expr.span))
                }
            })
            .collect()
    }

    fn comprehension(
        &mut self,
        slot: Slot,
        lists: &[Option<List>],
        (predicate, projection): (Option<&Expr>, Option<&Expr>),
        batch: &Batch,
    ) -> Result<Column> {
        let outer = used_by_all(predicate.into_iter().chain(projection), self.plan);
        let mut results: Vec<Vec<Value>> = vec![Vec::new(); lists.len()];
        let (before, mut built) = (self.ctx.held, 0);
        for (rows, elements) in Chunks::new(lists) {
            self.ctx.pulse()?;
            let (rows, inner) = inner_batch(batch, (rows, elements), slot, &outer);
            let (rows, inner) = match predicate {
                None => (rows, inner),
                Some(predicate) => self.keep_true(predicate, rows, inner)?,
            };
            let outcome = match projection {
                Some(projection) => self.eval(projection, &inner)?,
                None => inner
                    .column(slot)
                    .map_or_else(|| Arc::new(Column::nulls(0)), Arc::clone),
            };
            // What evaluating the chunk took is free again; its results are kept.
            built += outcome.bytes() + outcome.len() * size_of::<Value>();
            self.ctx.held = before;
            self.ctx.hold(built)?;
            for (place, row) in rows.into_iter().enumerate() {
                results[row as usize].push(outcome.value(place));
            }
        }
        let values = results.into_iter().zip(lists).map(|(items, list)| {
            list.as_ref()
                .map_or(Value::Null, |_| Value::List(items.into()))
        });
        Ok(Column::from_values(values.collect()))
    }

    fn keep_true(
        &mut self,
        predicate: &Expr,
        rows: Vec<u32>,
        inner: Batch,
    ) -> Result<(Vec<u32>, Batch)> {
        let truths = self.eval(predicate, &inner)?;
        let mut kept = Vec::new();
        for place in 0..inner.len() {
            if truth(&truths, place).map_err(|error| error.at(predicate.span))? == Some(true) {
                kept.push(u32::try_from(place).unwrap_or(u32::MAX));
            }
        }
        if kept.len() == inner.len() {
            return Ok((rows, inner));
        }
        let slots: Vec<Slot> = inner.carried().collect();
        let rows = kept.iter().map(|&place| rows[place as usize]).collect();
        Ok((rows, inner.gather(&kept, &slots)))
    }

    fn quantifier(
        &mut self,
        kind: Quantifier,
        slot: Slot,
        (lists, predicate): (&[Option<List>], &Expr),
        batch: &Batch,
    ) -> Result<Column> {
        let outer = used(predicate, self.plan);
        let mut tallies = vec![Tally::default(); lists.len()];
        let before = self.ctx.held;
        for (rows, elements) in Chunks::new(lists) {
            self.ctx.pulse()?;
            let (rows, inner) = inner_batch(batch, (rows, elements), slot, &outer);
            let truths = self.eval(predicate, &inner)?;
            self.ctx.held = before;
            for (place, row) in rows.into_iter().enumerate() {
                let truth = truth(&truths, place).map_err(|error| error.at(predicate.span))?;
                tallies[row as usize].count(truth);
            }
        }
        let states: Vec<Option<bool>> = lists
            .iter()
            .zip(&tallies)
            .map(|(list, tally)| list.as_ref().and_then(|_| tally.answer(kind)))
            .collect();
        Ok(typed::ternary(&states))
    }

    /// All rows take their first element, then their second, and so on.
    fn reduce(
        &mut self,
        (accumulator, first): (Slot, &Column),
        (slot, lists): (Slot, &[Option<List>]),
        step: &Expr,
        batch: &Batch,
    ) -> Result<Column> {
        let outer = used(step, self.plan);
        let mut state: Vec<Value> = lists
            .iter()
            .enumerate()
            .map(|(row, list)| list.as_ref().map_or(Value::Null, |_| first.value(row)))
            .collect();
        let before = self.ctx.held;
        let longest = lists.iter().flatten().map(|list| list.len()).max();
        for position in 0..longest.unwrap_or(0) {
            self.step()?;
            let element = |list: &Option<List>| list.as_ref()?.get(position).cloned();
            let (rows, elements): (Vec<u32>, Vec<Value>) = (0_u32..)
                .zip(lists)
                .filter_map(|(row, list)| Some((row, element(list)?)))
                .unzip();
            let states = rows.iter().map(|&row| state[row as usize].clone());
            let states = Column::from_values(states.collect());
            let (rows, mut inner) = inner_batch(batch, (rows, elements), slot, &outer);
            inner.set(accumulator, Arc::new(states));
            let outcome = self.eval(step, &inner)?;
            self.ctx.held = before;
            self.ctx.hold(outcome.bytes())?;
            for (place, row) in rows.into_iter().enumerate() {
                state[row as usize] = outcome.value(place);
            }
        }
        Ok(Column::from_values(state))
    }
}

/// One row for each element, with the slots of its list's row.
fn inner_batch(
    batch: &Batch,
    (rows, elements): (Vec<u32>, Vec<Value>),
    slot: Slot,
    outer: &[Slot],
) -> (Vec<u32>, Batch) {
    let mut inner = batch.gather(&rows, outer);
    inner.set(slot, Arc::new(Column::from_values(elements)));
    (rows, inner)
}

/// Hands out the elements of all lists with their rows, some at a time.
struct Chunks<'a> {
    lists: &'a [Option<List>],
    row: usize,
    element: usize,
}

impl<'a> Chunks<'a> {
    fn new(lists: &'a [Option<List>]) -> Self {
        Self {
            lists,
            row: 0,
            element: 0,
        }
    }
}

impl Iterator for Chunks<'_> {
    type Item = (Vec<u32>, Vec<Value>);

    fn next(&mut self) -> Option<Self::Item> {
        let (mut rows, mut elements) = (Vec::new(), Vec::new());
        while let Some(list) = self.lists.get(self.row) {
            let rest = list.as_deref().unwrap_or_default();
            let rest = rest.get(self.element..).unwrap_or_default();
            let taken = rest.len().min(BATCH_ROWS - rows.len());
            let row = u32::try_from(self.row).unwrap_or(u32::MAX);
            rows.extend(std::iter::repeat_n(row, taken));
            elements.extend_from_slice(&rest[..taken]);
            if taken < rest.len() {
                self.element += taken;
                break;
            }
            self.row += 1;
            self.element = 0;
        }
        (!rows.is_empty()).then_some((rows, elements))
    }
}

/// How many elements passed.
#[derive(Clone, Copy, Default)]
struct Tally {
    yes: usize,
    no: usize,
    unknown: usize,
}

impl Tally {
    fn count(&mut self, truth: Option<bool>) {
        match truth {
            Some(true) => self.yes += 1,
            Some(false) => self.no += 1,
            None => self.unknown += 1,
        }
    }

    fn answer(self, kind: Quantifier) -> Option<bool> {
        let certain = |answer: bool| (self.unknown == 0).then_some(answer);
        match kind {
            Quantifier::All if self.no > 0 => Some(false),
            Quantifier::Any if self.yes > 0 => Some(true),
            Quantifier::Any => certain(false),
            Quantifier::None if self.yes > 0 => Some(false),
            Quantifier::Single if self.yes > 1 => Some(false),
            Quantifier::Single => certain(self.yes == 1),
            Quantifier::All | Quantifier::None => certain(true),
        }
    }
}

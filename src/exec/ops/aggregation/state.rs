//! What an aggregate has seen of each group: numbers in arrays where the values are typed, the
//! function's own accumulators elsewhere.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::column::{Cells, Column, value_bytes};
use crate::functions::{Accumulator, Aggregate};
use crate::semantics::bound::AggregateCall;
use crate::value::Value;

/// What was seen, group by group.
pub(super) enum State {
    /// How many rows, or how many values.
    Count(Vec<i64>),
    /// The sum of integers; nothing else was seen so far.
    Sum(Vec<i128>, &'static Aggregate),
    /// The least or greatest integer; nothing else was seen so far.
    Extreme(Vec<Option<i64>>, Extreme, &'static Aggregate),
    /// The values.
    Collect(Vec<Vec<Value>>, usize),
    /// Any function, any values.
    General(Vec<Option<Box<dyn Accumulator>>>, &'static Aggregate),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    Least,
    Greatest,
}

impl Extreme {
    fn of(self, a: i64, b: i64) -> i64 {
        match self {
            Self::Least => a.min(b),
            Self::Greatest => a.max(b),
        }
    }
}

impl State {
    pub(super) fn new(call: &AggregateCall) -> Self {
        let Some(function) = call.function else {
            return Self::Count(Vec::new());
        };
        match function.name {
            "count" => Self::Count(Vec::new()),
            "sum" => Self::Sum(Vec::new(), function),
            "min" => Self::Extreme(Vec::new(), Extreme::Least, function),
            "max" => Self::Extreme(Vec::new(), Extreme::Greatest, function),
            "collect" => Self::Collect(Vec::new(), 0),
            _ => Self::General(Vec::new(), function),
        }
    }

    /// Makes room for so many groups.
    pub(super) fn grow(&mut self, count: usize) {
        match self {
            Self::Count(counts) => counts.resize(count.max(counts.len()), 0),
            Self::Sum(sums, _) => sums.resize(count.max(sums.len()), 0),
            Self::Extreme(cells, ..) => cells.resize(count.max(cells.len()), None),
            Self::Collect(lists, _) => lists.resize(count.max(lists.len()), Vec::new()),
            Self::General(cells, _) => {
                cells.resize_with(count.max(cells.len()), || None);
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Count(counts) => counts.len() * 8,
            Self::Sum(sums, _) => sums.len() * 16,
            Self::Extreme(cells, ..) => cells.len() * 16,
            Self::Collect(lists, bytes) => lists.len() * 24 + bytes,
            Self::General(cells, _) => cells.len() * 80,
        }
    }

    /// `count(*)`
    pub(super) fn count_rows(&mut self, rows: usize, groups: Option<&[u32]>) {
        let Self::Count(counts) = self else { return };
        match groups {
            Some(groups) => groups.iter().for_each(|&group| counts[group as usize] += 1),
            None => counts[0] += i64::try_from(rows).unwrap_or(i64::MAX),
        }
    }

    /// Takes the value of each row for its group; nulls are passed over.
    pub(super) fn take(
        &mut self,
        column: &Column,
        groups: Option<&[u32]>,
        further: &[Arc<Column>],
    ) -> Result<()> {
        if let Self::Sum(_, function) | Self::Extreme(_, _, function) = *self
            && !matches!(
                column,
                Column::I64(_) | Column::Const(Value::Null | Value::Int(_), _)
            )
        {
            *self = self.generalize(function)?;
        }
        let group = |row: usize| groups.map_or(0, |groups| groups[row] as usize);
        match self {
            Self::Count(counts) => count(column, counts, group, groups.is_none()),
            Self::Sum(sums, _) => ints(column, |row, value| sums[group(row)] += i128::from(value)),
            Self::Extreme(cells, which, _) => ints(column, |row, value| {
                let cell = &mut cells[group(row)];
                *cell = Some(match (*cell, *which) {
                    (None, _) => value,
                    (Some(old), which) => which.of(old, value),
                });
            }),
            Self::Collect(lists, bytes) => {
                for row in 0..column.len() {
                    let value = column.cell(row);
                    if !value.is_null() {
                        *bytes += value_bytes(&value);
                        lists[group(row)].push(value.into_owned());
                    }
                }
            }
            Self::General(cells, function) => {
                for row in 0..column.len() {
                    let cell = &mut cells[group(row)];
                    let accumulator = if let Some(accumulator) = cell {
                        accumulator
                    } else {
                        let further: Vec<Value> =
                            further.iter().map(|column| column.value(row)).collect();
                        cell.insert((function.start)(&further)?)
                    };
                    let value = column.cell(row);
                    if !value.is_null() {
                        accumulator.add(&value)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes what another state of the same aggregate has seen of the rows after; `groups` says
    /// which group here each of the groups there is.
    pub(super) fn merge(&mut self, other: Self, groups: Option<&[u32]>) -> Result<()> {
        let group = |there: usize| groups.map_or(0, |groups| groups[there] as usize);
        match (&mut *self, other) {
            (Self::Count(own), Self::Count(other)) => {
                other
                    .iter()
                    .enumerate()
                    .for_each(|(at, count)| own[group(at)] += count);
            }
            (Self::Sum(own, _), Self::Sum(other, _)) => {
                other
                    .iter()
                    .enumerate()
                    .for_each(|(at, sum)| own[group(at)] += sum);
            }
            (Self::Extreme(own, which, _), Self::Extreme(other, ..)) => {
                for (at, value) in other.into_iter().enumerate() {
                    let cell = &mut own[group(at)];
                    *cell = match (*cell, value) {
                        (Some(a), Some(b)) => Some(which.of(a, b)),
                        (a, b) => a.or(b),
                    };
                }
            }
            (Self::Collect(own, bytes), Self::Collect(other, more)) => {
                *bytes += more;
                for (at, values) in other.into_iter().enumerate() {
                    own[group(at)].extend(values);
                }
            }
            (Self::General(own, _), Self::General(other, _)) => {
                for (at, accumulator) in other.into_iter().enumerate() {
                    match (&mut own[group(at)], accumulator) {
                        (Some(own), Some(other)) => own.merge(other)?,
                        (own @ None, other) => *own = other,
                        (Some(_), None) => {}
                    }
                }
            }
            (Self::Sum(_, function) | Self::Extreme(_, _, function), other) => {
                let function = *function;
                *self = self.generalize(function)?;
                return self.merge(other, groups);
            }
            (Self::General(_, function), other) => {
                let other = other.generalize(function)?;
                return self.merge(other, groups);
            }
            (Self::Count(_) | Self::Collect(..), _) => {}
        }
        Ok(())
    }

    /// Hands what was seen over to the function's own accumulators.
    fn generalize(&self, function: &'static Aggregate) -> Result<Self> {
        let mut cells: Vec<Option<Box<dyn Accumulator>>> = Vec::new();
        match self {
            Self::Sum(sums, _) => {
                for &sum in sums {
                    let mut rest = sum;
                    let mut accumulator = (function.start)(&[])?;
                    while rest != 0 {
                        let limits = (i128::from(i64::MIN), i128::from(i64::MAX));
                        let part = rest.clamp(limits.0, limits.1);
                        accumulator.add(&Value::Int(i64::try_from(part).unwrap_or(0)))?;
                        rest -= part;
                    }
                    cells.push(Some(accumulator));
                }
            }
            Self::Extreme(extremes, ..) => {
                for extreme in extremes {
                    let mut accumulator = (function.start)(&[])?;
                    if let Some(value) = extreme {
                        accumulator.add(&Value::Int(*value))?;
                    }
                    cells.push(Some(accumulator));
                }
            }
            Self::Count(_) | Self::Collect(..) | Self::General(..) => {}
        }
        Ok(Self::General(cells, function))
    }

    /// Returns the results of so many groups.
    pub(super) fn finish(&mut self, count: usize) -> Result<Column> {
        self.grow(count);
        let too_large = |sum: &i128| i64::try_from(*sum).is_err();
        let overflown = match self {
            Self::Sum(sums, function) => sums.iter().any(too_large).then_some(*function),
            _ => None,
        };
        if let Some(function) = overflown {
            // The function says what is wrong with so large a sum.
            *self = self.generalize(function)?;
        }
        Ok(match self {
            Self::Count(counts) => Column::I64(Cells::full(std::mem::take(counts))),
            Self::Sum(sums, _) => {
                let sums = sums.iter().map(|sum| i64::try_from(*sum).unwrap_or(0));
                Column::I64(Cells::full(sums.collect()))
            }
            Self::Extreme(cells, ..) => Column::I64(Cells::new(
                cells.iter().map(|cell| cell.unwrap_or(0)).collect(),
                cells.iter().map(Option::is_some).collect(),
            )),
            Self::Collect(lists, _) => {
                let lists = std::mem::take(lists).into_iter();
                let lists = lists.map(|items| {
                    let list = Value::List(items.into());
                    crate::functions::operators::check_nesting(&list)?;
                    Ok(list)
                });
                Column::Values(lists.collect::<Result<_>>()?)
            }
            Self::General(cells, function) => {
                let results = cells.iter_mut().map(|cell| match cell {
                    Some(accumulator) => accumulator.finish(),
                    None => (function.start)(&[])?.finish(),
                });
                Column::from_values(results.collect::<Result<_>>()?)
            }
        })
    }
}

fn count(column: &Column, counts: &mut [i64], group: impl Fn(usize) -> usize, single: bool) {
    let full = match column {
        Column::Node(cells) | Column::Rel(cells) | Column::Str(cells, _) => cells.valid.is_all(),
        Column::I64(cells) => cells.valid.is_all(),
        Column::F64(cells) => cells.valid.is_all(),
        Column::Bool(cells) => cells.valid.is_all(),
        Column::Const(value, _) => !value.is_null(),
        Column::Values(_) => false,
    };
    match (full, single) {
        (true, true) => counts[0] += i64::try_from(column.len()).unwrap_or(i64::MAX),
        (true, false) => (0..column.len()).for_each(|row| counts[group(row)] += 1),
        (false, _) => {
            for row in 0..column.len() {
                counts[group(row)] += i64::from(!column.is_null(row));
            }
        }
    }
}

/// Calls `f` for each integer.
fn ints(column: &Column, mut f: impl FnMut(usize, i64)) {
    match column {
        Column::I64(cells) => {
            for row in 0..cells.values.len() {
                if let Some(value) = cells.get(row) {
                    f(row, value);
                }
            }
        }
        Column::Const(Value::Int(value), len) => (0..*len).for_each(|row| f(row, *value)),
        _ => {}
    }
}

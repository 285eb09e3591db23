//! `Sort` and `Top`. `Sort` holds all rows; `Top` those that may still come out. Both are stable.

use std::cmp::Ordering;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::eager::Stored;
use super::page::count;
use super::{Operate, Source, row_number};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Cells, Column};
use crate::exec::later;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot, SortKey};
use crate::store::Dictionary;
use crate::value::{Value, order};

/// So many rows are sorted at once; runs of them are merged.
const RUN: usize = 1 << 16;

/// The rows in order, or the first of them.
pub(super) struct Sort<'p> {
    input: Source<'p>,
    keys: &'p [SortKey],
    /// The number of rows that are wanted is their sum; none for all.
    limit: &'p [Expr],
    live: &'p [Slot],
    stored: Stored,
}

/// Rows with their keys.
#[derive(Default)]
struct Rows {
    batches: Vec<Batch>,
    keys: Vec<Vec<Arc<Column>>>,
    len: usize,
    bytes: usize,
    /// The first key of the last row, where there are as many rows as are wanted.
    worst: Option<Value>,
}

impl<'p> Sort<'p> {
    pub(super) fn new(
        input: Source<'p>,
        keys: &'p [SortKey],
        limit: &'p [Expr],
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            keys,
            limit,
            live,
            stored: Stored::default(),
        }
    }

    fn sorted(&mut self, run: &mut Run<'_>) -> Result<Vec<Batch>> {
        let mut wanted = usize::MAX;
        if !self.limit.is_empty() {
            wanted = 0;
            for part in self.limit {
                wanted = wanted.saturating_add(count(part, run)?);
            }
        }
        let mut rows = Rows::default();
        while let Some(batch) = self.input.next(run)? {
            run.ctx.pulse()?;
            if batch.is_empty() || wanted == 0 {
                continue;
            }
            let keys = self
                .keys
                .iter()
                .map(|key| run.eval(&key.expr, &batch))
                .collect::<Result<Vec<_>>>()?;
            match rows.better(&keys, self.keys) {
                None => rows.push(batch.keep(self.live), keys, run)?,
                Some(better) if better.is_empty() => {}
                Some(better) => {
                    let keys = keys.iter().map(|key| Arc::new(key.gather(&better)));
                    rows.push(batch.gather(&better, self.live), keys.collect(), run)?;
                }
            }
            if rows.len > wanted.saturating_mul(2).max(8 * BATCH_ROWS) {
                rows = self.first(&rows, wanted, run)?;
            }
        }
        let mut rows = self.first(&rows, wanted, run)?;
        Ok(std::mem::take(&mut rows.batches))
    }

    /// Puts rows in order and keeps the first.
    fn first(&self, rows: &Rows, wanted: usize, run: &mut Run<'_>) -> Result<Rows> {
        let batch = Batch::concat(&rows.batches, &|| run.ctx.pulse())?;
        let columns = (0..self.keys.len())
            .map(|key| {
                let parts: Vec<Arc<Column>> = rows
                    .keys
                    .iter()
                    .map(|keys| Arc::clone(&keys[key]))
                    .collect();
                Column::concat(&parts, &|| run.ctx.pulse()).map(Arc::new)
            })
            .collect::<Result<Vec<_>>>()?;
        let keys: Vec<Key<'_>> = columns
            .iter()
            .zip(self.keys)
            .map(|(column, key)| Key::new(column, key.descending, run))
            .collect::<Result<_>>()?;
        let mut numbers = sort(batch.len(), &keys, run)?;
        numbers.truncate(wanted);
        let mut kept = Rows::default();
        for part in numbers.chunks(BATCH_ROWS) {
            run.ctx.pulse()?;
            let keys = columns
                .iter()
                .map(|column| Arc::new(column.gather(part)))
                .collect();
            kept.push(batch.gather(part, self.live), keys, run)?;
        }
        if kept.len == wanted {
            kept.worst = kept.keys.last().and_then(|keys| {
                let first = keys.first()?;
                Some(first.value(first.len().checked_sub(1)?))
            });
        }
        run.ctx.release(rows.bytes);
        Ok(kept)
    }
}

impl Rows {
    /// Returns the rows that may come before the last one; `None` for all.
    fn better(&self, keys: &[Arc<Column>], sorted_by: &[SortKey]) -> Option<Vec<u32>> {
        let worst = self.worst.as_ref()?;
        let (column, by) = (keys.first()?, sorted_by.first()?);
        // Of equal rows the earlier ones come first; further keys decide where there are any.
        let ties = sorted_by.len() > 1;
        let keeps = |ordering: Ordering| match if by.descending {
            ordering.reverse()
        } else {
            ordering
        } {
            Ordering::Less => true,
            Ordering::Equal => ties,
            Ordering::Greater => false,
        };
        let keeps_row = |row: usize| match (&**column, worst) {
            (Column::I64(cells), Value::Int(worst)) => match cells.get(row) {
                Some(cell) => keeps(cell.cmp(worst)),
                None => keeps(Ordering::Greater),
            },
            _ => keeps(order(&column.cell(row), worst)),
        };
        Some(
            (0..column.len())
                .filter(|&row| keeps_row(row))
                .map(row_number)
                .collect(),
        )
    }

    fn push(&mut self, batch: Batch, keys: Vec<Arc<Column>>, run: &mut Run<'_>) -> Result<()> {
        let bytes = batch.bytes() + keys.iter().map(|key| key.bytes()).sum::<usize>();
        run.ctx.hold(bytes)?;
        self.bytes += bytes;
        self.len += batch.len();
        self.batches.push(batch);
        self.keys.push(keys);
        Ok(())
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let garbage = (
            std::mem::take(&mut self.batches),
            std::mem::take(&mut self.keys),
        );
        later::free(garbage, self.len);
    }
}

/// The cells of one key in a form that compares fast.
struct Key<'a> {
    cells: KeyCells<'a>,
    descending: bool,
}

enum KeyCells<'a> {
    I64(&'a Cells<i64>),
    F64(&'a Cells<f64>),
    /// Ids, or the places of texts among the texts of the column; nulls are the largest.
    Ranks(Vec<u32>),
    Values(&'a [Value]),
    Any(&'a Column),
    /// All the same.
    Equal,
}

impl<'a> Key<'a> {
    fn new(column: &'a Column, descending: bool, run: &mut Run<'_>) -> Result<Self> {
        let cells = match column {
            Column::I64(cells) => KeyCells::I64(cells),
            Column::F64(cells) => KeyCells::F64(cells),
            Column::Node(cells) | Column::Rel(cells) => KeyCells::Ranks(
                (0..cells.values.len())
                    .map(|row| cells.get(row).unwrap_or(u32::MAX))
                    .collect(),
            ),
            Column::Str(cells, dictionary) => KeyCells::Ranks(ranks(cells, dictionary, run)?),
            Column::Values(values) => KeyCells::Values(values),
            Column::Bool(_) => KeyCells::Any(column),
            Column::Const(..) => KeyCells::Equal,
        };
        Ok(Self { cells, descending })
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let ordering = match &self.cells {
            KeyCells::I64(cells) => nulls_last(cells.get(a), cells.get(b), Ord::cmp),
            KeyCells::F64(cells) => nulls_last(cells.get(a), cells.get(b), |a, b| {
                order(&Value::Float(*a), &Value::Float(*b))
            }),
            KeyCells::Ranks(ranks) => ranks[a].cmp(&ranks[b]),
            KeyCells::Values(values) => order(&values[a], &values[b]),
            KeyCells::Any(column) => order(&column.cell(a), &column.cell(b)),
            KeyCells::Equal => Ordering::Equal,
        };
        if self.descending {
            ordering.reverse()
        } else {
            ordering
        }
    }
}

fn nulls_last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(&a, &b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Returns for each row the place of its text among the texts of the column.
fn ranks(cells: &Cells<u32>, dictionary: &Dictionary, run: &mut Run<'_>) -> Result<Vec<u32>> {
    let codes = distinct_codes(cells, dictionary.len());
    let text = |place: u32| dictionary.get(codes[place as usize]);
    let sorted = sort_by(codes.len(), run, |a, b| text(*a).cmp(&text(*b)))?;
    let mut places = vec![0; codes.len()];
    for (rank, place) in (0_u32..).zip(sorted) {
        places[place as usize] = rank;
    }
    run.ctx.pulse()?;
    let rank = |code: u32| {
        codes
            .binary_search(&code)
            .map_or(u32::MAX, |place| places[place])
    };
    let mut ranks = Vec::with_capacity(cells.values.len());
    for row in 0..cells.values.len() {
        run.step()?;
        ranks.push(cells.get(row).map_or(u32::MAX, rank));
    }
    Ok(ranks)
}

/// Returns the codes that occur, in order.
fn distinct_codes(cells: &Cells<u32>, known: usize) -> Vec<u32> {
    let codes = (0..cells.values.len()).filter_map(|row| cells.get(row));
    if known / 8 > cells.values.len() {
        let mut few: Vec<u32> = codes.collect();
        few.sort_unstable();
        few.dedup();
        return few;
    }
    let mut found = FixedBitSet::with_capacity(known);
    codes.for_each(|code| found.insert(code as usize));
    found.ones().map(row_number).collect()
}

/// Returns the numbers of the rows in order. Looks now and then whether the statement has to end.
fn sort(len: usize, keys: &[Key<'_>], run: &mut Run<'_>) -> Result<Vec<u32>> {
    sort_by(len, run, |a, b| {
        keys.iter()
            .map(|key| key.compare(*a as usize, *b as usize))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    })
}

/// As [`sort`], of anything that has numbers.
fn sort_by(
    len: usize,
    run: &mut Run<'_>,
    compare: impl Fn(&u32, &u32) -> Ordering,
) -> Result<Vec<u32>> {
    let mut numbers: Vec<u32> = (0..row_number(len)).collect();
    for part in numbers.chunks_mut(RUN) {
        part.sort_by(&compare);
        run.ctx.pulse()?;
    }
    let mut width = RUN;
    while width < len {
        let mut merged = Vec::with_capacity(len);
        for pair in numbers.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &compare, &mut merged, run)?;
        }
        numbers = merged;
        width *= 2;
    }
    Ok(numbers)
}

/// Appends two sorted runs as one; of equal rows those of the left come first.
fn merge(
    mut left: &[u32],
    mut right: &[u32],
    compare: impl Fn(&u32, &u32) -> Ordering,
    merged: &mut Vec<u32>,
    run: &mut Run<'_>,
) -> Result<()> {
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        run.step()?;
        if compare(a, b).is_le() {
            merged.push(*a);
            left = left_rest;
        } else {
            merged.push(*b);
            right = right_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}

impl Operate for Sort<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = self.sorted(run)?;
            self.stored.fill(batches);
        }
        Ok(self.stored.next(run))
    }
}

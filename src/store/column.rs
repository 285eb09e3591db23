//! One property key's values, by node or relationship.

use std::sync::Arc;

use rayon::prelude::*;

use crate::value::Value;

use super::cells::Cells;
use super::chunk::Spine;
use super::dictionary::Dictionary;
use super::lazy::{Lazy, Packed};
use super::lookup::TextLookup;
use super::values::{Cell, Chunk, ColumnKind, ColumnSlice};

/// Rows in a chunk.
pub(super) const CHUNK: usize = 1024;

/// The values of one property key, in chunks of [`Column::CHUNK`] rows. A chunk is typed as long
/// as its values agree. A row is the number of a node or of a relationship. Cloning copies a few
/// pointers.
#[derive(Clone, Debug, Default)]
pub struct Column {
    chunks: Spine<Lazy<Chunk>>,
    pub(super) dictionary: Dictionary,
    /// How many values there are of each kind.
    pub(super) counts: [u64; ColumnKind::ALL.len()],
    lookup: TextLookup,
}

impl Column {
    /// How many rows there are in a chunk.
    pub const CHUNK: u32 = 1024;

    /// Returns the value of a row, null where there is none.
    #[must_use]
    pub fn get(&self, row: u32) -> Value {
        let (chunk, row) = place(row);
        self.chunk(chunk).get(row, &self.dictionary)
    }

    /// Returns the number in a row, integers as floats; nothing where there is none.
    #[must_use]
    pub fn number(&self, row: u32) -> Option<f64> {
        let (chunk, row) = place(row);
        match self.chunk(chunk) {
            #[expect(clippy::cast_precision_loss, reason = "a weight is a float")]
            Chunk::Int(cells) => cells.get(row).map(|number| *number as f64),
            Chunk::Float(cells) => cells.get(row).copied(),
            Chunk::Mixed(_) => match self.chunk(chunk).get(row, &self.dictionary) {
                #[expect(clippy::cast_precision_loss, reason = "a weight is a float")]
                Value::Int(number) => Some(number as f64),
                Value::Float(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether a row has a value.
    #[must_use]
    pub fn has(&self, row: u32) -> bool {
        let (chunk, row) = place(row);
        self.chunk(chunk).has(row)
    }

    /// Returns what the values have in common.
    #[must_use]
    pub fn kind(&self) -> ColumnKind {
        let kinds = ColumnKind::ALL.iter().zip(self.counts);
        let mut present = kinds.filter(|(_, count)| *count > 0);
        match (present.next(), present.next()) {
            (Some((kind, _)), None) => *kind,
            _ => ColumnKind::Mixed,
        }
    }

    /// Returns how many rows have a value.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns how many rows have a value of the kind.
    pub(super) fn count_of(&self, kind: ColumnKind) -> u64 {
        self.counts[kind as usize]
    }

    /// Returns the texts that codes stand for. It may hold texts that no row has any more.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Returns the rows that hold a text, in order; or nothing where a look at all rows is needed,
    /// because the column holds other values than texts, or because such look-ups did not repeat
    /// since its last change.
    #[must_use]
    pub fn rows_with(&self, text: &str) -> Option<&[u32]> {
        if self.kind() != ColumnKind::Str {
            return None;
        }
        match self.dictionary.code(text) {
            Some(code) => self.lookup.rows(self, code),
            None => Some(&[]),
        }
    }

    /// Returns rows and values in order of rows.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Value)> {
        self.iter_from(0)
    }

    /// Returns rows and values from the chunk of a row on.
    pub(super) fn iter_from(&self, row: u32) -> impl Iterator<Item = (u32, Value)> {
        let (first, _) = place(row);
        let chunks = self.written().filter(move |(number, _)| *number >= first);
        chunks.flat_map(move |(number, chunk)| {
            let values = chunk.iter(&self.dictionary);
            values.map(move |(row, value)| (row_number(number * CHUNK + row), value))
        })
    }

    /// Returns the values of rows `chunk * CHUNK..` as they lie in memory.
    #[must_use]
    pub fn slice(&self, chunk: u32) -> ColumnSlice<'_> {
        self.chunk(chunk as usize).slice()
    }

    /// Reads integers: `out[i]` is the value of `rows[i]` where `valid[i]`, else zero. Both are
    /// emptied first. Returns whether all values of the column are integers; if not, nothing is
    /// read.
    pub fn gather_i64(&self, rows: &[u32], out: &mut Vec<i64>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::I64,
            rows,
            (out, valid),
            |v| *v,
            |chunk| match chunk {
                Chunk::Int(cells) => Some(cells),
                _ => None,
            },
        )
    }

    /// Reads floats; as [`Column::gather_i64`].
    pub fn gather_f64(&self, rows: &[u32], out: &mut Vec<f64>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::F64,
            rows,
            (out, valid),
            |v| *v,
            |chunk| match chunk {
                Chunk::Float(cells) => Some(cells),
                _ => None,
            },
        )
    }

    /// Reads booleans; as [`Column::gather_i64`].
    pub fn gather_bool(&self, rows: &[u32], out: &mut Vec<bool>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::Bool,
            rows,
            (out, valid),
            |v| *v,
            |chunk| match chunk {
                Chunk::Bool(cells) => Some(cells),
                _ => None,
            },
        )
    }

    /// Reads texts as codes of the dictionary; as [`Column::gather_i64`].
    pub fn gather_codes(&self, rows: &[u32], out: &mut Vec<u32>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::Str,
            rows,
            (out, valid),
            |v| *v,
            |chunk| match chunk {
                Chunk::Str(cells) => Some(cells),
                _ => None,
            },
        )
    }

    /// Reads dates as days since 1970-01-01; as [`Column::gather_i64`].
    pub fn gather_days(&self, rows: &[u32], out: &mut Vec<i64>, valid: &mut Vec<bool>) -> bool {
        let wide = |days: &i32| i64::from(*days);
        self.gather(
            ColumnKind::Date,
            rows,
            (out, valid),
            wide,
            |chunk| match chunk {
                Chunk::Date(cells) => Some(cells),
                _ => None,
            },
        )
    }

    fn gather<T: Clone + Default, U: Default>(
        &self,
        kind: ColumnKind,
        rows: &[u32],
        (out, valid): (&mut Vec<U>, &mut Vec<bool>),
        read: impl Fn(&T) -> U,
        typed: impl Fn(&Chunk) -> Option<&Cells<T>>,
    ) -> bool {
        out.clear();
        valid.clear();
        if self.counts[kind as usize] != self.count() {
            return false;
        }
        out.resize_with(rows.len(), U::default);
        valid.resize(rows.len(), false);
        // Rows mostly come in order, so the chunk is looked up where it changes.
        let (mut number, mut cells) = (0, typed(self.chunk(0)));
        for ((row, out), valid) in rows.iter().zip(out).zip(valid) {
            let (chunk, row) = place(*row);
            if chunk != number {
                (number, cells) = (chunk, typed(self.chunk(chunk)));
            }
            if let Some(value) = cells.and_then(|cells| cells.get(row)) {
                (*out, *valid) = (read(value), true);
            }
        }
        true
    }

    /// Sets the value of a row; null removes it.
    pub(super) fn set(&mut self, row: u32, value: Value) {
        if matches!(value, Value::Null) {
            return self.remove(row);
        }
        self.lookup.forget();
        let (number, row) = place(row);
        let kind = ColumnKind::of(&value);
        let old = self
            .chunks
            .get_mut(number)
            .get_mut()
            .set(row, value, &mut self.dictionary);
        self.counts[kind as usize] += 1;
        if let Some(old) = old {
            self.forget(old, number, Some(kind));
        }
    }

    /// Sets `first` and the rows that follow to integers, where valid.
    pub(super) fn write_ints(&mut self, first: u32, new: &[i64], valid: Option<&[bool]>) {
        self.write(first, new, valid, |chunk| match chunk {
            Chunk::Int(cells) => Some(cells),
            _ => None,
        });
    }

    /// As [`Column::write_ints`].
    pub(super) fn write_floats(&mut self, first: u32, new: &[f64], valid: Option<&[bool]>) {
        self.write(first, new, valid, |chunk| match chunk {
            Chunk::Float(cells) => Some(cells),
            _ => None,
        });
    }

    /// As [`Column::write_ints`].
    pub(super) fn write_bools(&mut self, first: u32, new: &[bool], valid: Option<&[bool]>) {
        self.write(first, new, valid, |chunk| match chunk {
            Chunk::Bool(cells) => Some(cells),
            _ => None,
        });
    }

    /// As [`Column::write_ints`], with codes of the column's own dictionary.
    pub(super) fn write_codes(&mut self, first: u32, new: &[u32], valid: Option<&[bool]>) {
        self.write(first, new, valid, |chunk| match chunk {
            Chunk::Str(cells) => Some(cells),
            _ => None,
        });
    }

    /// As [`Column::write_ints`].
    pub(super) fn write_days(&mut self, first: u32, new: &[i32], valid: Option<&[bool]>) {
        self.write(first, new, valid, |chunk| match chunk {
            Chunk::Date(cells) => Some(cells),
            _ => None,
        });
    }

    fn write<T: Cell + Clone + Default>(
        &mut self,
        first: u32,
        new: &[T],
        valid: Option<&[bool]>,
        typed: impl Fn(&mut Chunk) -> Option<&mut Cells<T>>,
    ) {
        let Some(kind) = new.first().map(Cell::kind) else {
            return;
        };
        self.lookup.forget();
        let mut done = 0;
        while done < new.len() {
            let (number, row) = place(first + row_number(done));
            let end = new.len().min(done + CHUNK - row);
            let (values, flags) = (&new[done..end], valid.map(|valid| &valid[done..end]));
            if flags.is_none_or(|flags| flags.contains(&true)) {
                let chunk = self.chunks.get_mut(number).get_mut();
                chunk.make_room(kind, &self.dictionary);
                if let Some(cells) = typed(chunk) {
                    self.counts[kind as usize] += cells.write(row, values, flags) as u64;
                } else {
                    self.set_each(first + row_number(done), values, flags);
                }
            }
            done = end;
        }
    }

    fn set_each<T: Cell>(&mut self, first: u32, new: &[T], valid: Option<&[bool]>) {
        for (place, (row, cell)) in (first..).zip(new).enumerate() {
            if valid.is_none_or(|valid| valid[place]) {
                self.set(row, cell.value(&self.dictionary));
            }
        }
    }

    /// Removes the value of a row.
    pub(super) fn remove(&mut self, row: u32) {
        if !self.has(row) {
            return;
        }
        self.lookup.forget();
        let (number, row) = place(row);
        if let Some(old) = self.chunks.get_mut(number).get_mut().remove(row) {
            self.forget(old, number, None);
        }
    }

    /// Returns whether most texts of the dictionary are held by no row any more.
    pub(super) fn has_stale_texts(&self) -> bool {
        /// So many are not worth the work.
        const FEW: u64 = 1024;
        self.dictionary.len() as u64 > 2 * self.count_of(ColumnKind::Str) + FEW
    }

    /// Makes the dictionary anew, of the texts that rows hold.
    pub(super) fn forget_stale_texts(&mut self) {
        self.lookup.forget();
        let stale = std::mem::take(&mut self.dictionary);
        let numbers: Vec<_> = self.chunks.written().map(|(number, _)| number).collect();
        for number in numbers {
            if !matches!(self.chunk(number), Chunk::Str(_)) {
                continue;
            }
            let Chunk::Str(cells) = self.chunks.get_mut(number).get_mut() else {
                continue;
            };
            let held: Vec<_> = cells.iter().map(|(row, code)| (row, *code)).collect();
            for (row, code) in held {
                if let Some(text) = stale.get(code) {
                    cells.set(row, self.dictionary.intern_shared(text));
                }
            }
        }
    }

    #[inline]
    pub(super) fn chunk(&self, number: usize) -> &Chunk {
        self.chunks.get(number).get()
    }

    /// Returns the chunks that were ever written, with their numbers.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, &Chunk)> {
        let written = self.chunks.written();
        written.map(|(number, chunk)| (number, chunk.get()))
    }

    /// Returns the numbers of the chunks that may hold values; what is not decoded is not looked at.
    pub(super) fn filled(&self) -> impl Iterator<Item = usize> {
        let written = self.chunks.written();
        let filled = written.filter(|(_, c)| c.peek().is_none_or(|chunk| chunk.count() > 0));
        filled.map(|(number, _)| number)
    }

    /// Returns whether a chunk is the very same in both.
    pub(super) fn shares(&self, other: &Self, chunk: usize) -> bool {
        self.chunks.shares(&other.chunks, chunk)
    }

    /// Puts a column together from what a store file holds of it: parts, each with the number of
    /// its first chunk and how many there are, and how many values are of each kind.
    pub(super) fn from_parts(
        parts: Vec<(usize, usize, Packed<Chunk>)>,
        counts: [u64; ColumnKind::ALL.len()],
        dictionary: Dictionary,
    ) -> Self {
        let mut column = Self {
            dictionary,
            counts,
            ..Self::default()
        };
        for (first, count, part) in parts {
            let part = Arc::new(part);
            for (place, number) in (0..).zip(first..first + count) {
                let chunk = Lazy::Packed(Arc::clone(&part), place);
                column.chunks.set(number, chunk);
            }
        }
        column
    }

    /// Decodes all that is not decoded, on all cores.
    pub(super) fn decode(&self) {
        let chunks: Vec<_> = self.chunks.written().map(|(_, chunk)| chunk).collect();
        chunks.par_iter().for_each(|chunk| {
            chunk.get();
        });
    }

    /// Decodes all of it, and returns whether there are as many values of each kind as is said.
    pub(super) fn is_sound(&self) -> bool {
        self.decode();
        self.dictionary.decode();
        let mut counts = [0; ColumnKind::ALL.len()];
        for (_, chunk) in self.written() {
            for (kind, count) in chunk.kinds() {
                counts[kind as usize] += count;
            }
        }
        counts == self.counts
    }

    /// Returns the bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.written();
        let cells: usize = chunks
            .map(|(_, chunk)| match chunk.peek() {
                Some(cells) => cells.bytes(),
                None => chunk.packed_bytes(),
            })
            .sum();
        self.chunks.bytes() + cells + self.dictionary.bytes() + self.lookup.bytes()
    }

    /// Counts a value that is gone. Without the odd one out a chunk can be typed again.
    fn forget(&mut self, old: ColumnKind, number: usize, new: Option<ColumnKind>) {
        // A count from a damaged file may be too small.
        self.counts[old as usize] = self.counts[old as usize].saturating_sub(1);
        if new == Some(old) {
            return;
        }
        let typed = self.chunks.get(number).get().narrowed(&mut self.dictionary);
        if let Some(typed) = typed {
            self.chunks.set(number, Lazy::Here(typed));
        }
    }
}

#[inline]
pub(super) fn place(row: u32) -> (usize, usize) {
    (row as usize / CHUNK, row as usize % CHUNK)
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).expect("rows are numbered by 32-bit ids")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Date;

    fn check(steps: &[(u32, Value)], kind: ColumnKind) -> Column {
        let mut column = Column::default();
        for (row, value) in steps {
            column.set(*row, value.clone());
        }
        assert_eq!(column.kind(), kind, "{steps:?}");
        column
    }

    #[test]
    fn a_column_is_typed_while_its_values_agree() {
        let text = || Value::String("a".into());
        let date = Value::Date(Date::from_days(20_000).unwrap());
        let far = Value::Date(Date::MAX);
        check(&[], ColumnKind::Mixed);
        check(
            &[(1, Value::Int(1)), (5000, Value::Int(2))],
            ColumnKind::I64,
        );
        check(
            &[(1, Value::Int(1)), (5000, Value::Float(2.0))],
            ColumnKind::Mixed,
        );
        check(
            &[(1, Value::Int(1)), (1, Value::Float(2.0))],
            ColumnKind::F64,
        );
        check(
            &[(1, text()), (2, Value::Bool(true)), (1, Value::Null)],
            ColumnKind::Bool,
        );
        check(&[(1, date.clone())], ColumnKind::Date);
        check(&[(1, date), (2, far)], ColumnKind::Mixed);
        let column = check(
            &[(1, text()), (2, Value::Int(3)), (3, text()), (2, text())],
            ColumnKind::Str,
        );
        let (mut codes, mut valid) = (Vec::new(), Vec::new());
        assert!(column.gather_codes(&[3, 0, 9000, 1], &mut codes, &mut valid));
        assert_eq!(
            (codes, valid),
            (vec![0, 0, 0, 0], vec![true, false, false, true])
        );
        assert!(!column.gather_i64(&[3], &mut Vec::new(), &mut Vec::new()));
    }

    #[test]
    fn a_chunk_that_was_mixed_for_a_while_is_typed_again() {
        let column = check(
            &[
                (1, Value::Int(1)),
                (2, Value::Bool(true)),
                (3, Value::Int(4)),
                (2, Value::Null),
            ],
            ColumnKind::I64,
        );
        assert!(matches!(column.slice(0), ColumnSlice::I64(_)));
    }
}

//! Which rows of a column hold a text: worked out when such look-ups repeat.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::column::CHUNK;
use super::column::Column;
use super::values::Chunk;

/// So many look-ups are left to whoever asks, who then looks at all rows. Working the table out
/// costs about as much as these.
const PATIENCE: u32 = 2;

/// The rows of a column by text, as long as the column stays as it is. Versions that share the
/// column share the table; a copy, which is made to be changed, starts without one.
#[derive(Debug, Default)]
pub(super) struct TextLookup {
    asked: AtomicU32,
    table: OnceLock<Table>,
}

/// The rows of every code, one code after the other.
#[derive(Debug)]
struct Table {
    /// Where the rows of each code start; the last one is the length.
    starts: Vec<u32>,
    /// Ascending for each code.
    rows: Vec<u32>,
}

impl Clone for TextLookup {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl TextLookup {
    /// Returns the rows of `column`, all of whose values are texts, that hold the text with this
    /// code, in order; or nothing as long as the look-up did not repeat.
    pub(super) fn rows(&self, column: &Column, code: u32) -> Option<&[u32]> {
        if self.table.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < PATIENCE {
            return None;
        }
        Some(self.table.get_or_init(|| Table::new(column)).of(code))
    }

    /// Says that the column changes.
    #[inline]
    pub(super) fn forget(&mut self) {
        if *self.asked.get_mut() > 0 {
            *self = Self::default();
        }
    }

    /// Returns the bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let table = self.table.get();
        table.map_or(0, |table| (table.starts.len() + table.rows.len()) * 4)
    }
}

impl Table {
    fn new(column: &Column) -> Self {
        let mut starts = vec![0_u32; column.dictionary.len() + 1];
        for (_, code) in cells(column) {
            starts[code as usize + 1] += 1;
        }
        for code in 1..starts.len() {
            starts[code] += starts[code - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts.last().map_or(0, |length| *length as usize)];
        for (row, code) in cells(column) {
            let place = &mut next[code as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Self { starts, rows }
    }

    fn of(&self, code: u32) -> &[u32] {
        let code = code as usize;
        match self.starts.get(code..code + 2) {
            Some(&[start, end]) => &self.rows[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Rows and codes in order of rows.
fn cells(column: &Column) -> impl Iterator<Item = (u32, u32)> {
    let texts = column.written().filter_map(|(number, chunk)| match chunk {
        Chunk::Str(cells) => Some((number, cells)),
        _ => None,
    });
    texts.flat_map(|(number, cells)| {
        cells.iter().map(move |(row, code)| {
            let row = u32::try_from(number * CHUNK + row);
            (row.expect("rows are numbered by 32-bit ids"), *code)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn check(column: &Column, expected: &[(&str, &[u32])]) {
        for (text, rows) in expected {
            for asked in 0..4 {
                let found = column.rows_with(text);
                assert!(found.is_none_or(|found| found == *rows), "{text} {asked}");
            }
            assert_eq!(column.rows_with(text), Some(*rows), "{text}");
        }
    }

    #[test]
    fn a_table_serves_until_the_column_changes() {
        let mut column = Column::default();
        for row in 0..3000 {
            column.set(row, Value::from(["a", "b", "c"][row as usize % 3]));
        }
        let every_third: Vec<u32> = (0..3000).step_by(3).collect();
        assert_eq!(column.rows_with("a"), None);
        check(&column, &[("a", &every_third), ("d", &[])]);
        let before = column.bytes();
        let mut changed = column.clone();
        assert!(changed.bytes() < before);
        changed.set(5, Value::from("d"));
        check(&changed, &[("d", &[5])]);
        changed.set(2999, Value::from("d"));
        check(&changed, &[("d", &[5, 2999]), ("a", &every_third)]);
        changed.remove(5);
        check(&changed, &[("d", &[2999])]);
        changed.write_codes(5000, &[0, 0], None);
        let a: Vec<u32> = every_third.iter().copied().chain([5000, 5001]).collect();
        check(&changed, &[("a", &a)]);
        check(&column, &[("a", &every_third), ("d", &[])]);
    }

    #[test]
    fn other_values_than_texts_are_not_looked_up() {
        let mut column = Column::default();
        column.set(1, Value::from("a"));
        check(&column, &[("a", &[1])]);
        column.set(2, Value::Int(1));
        assert!((0..9).all(|_| column.rows_with("a").is_none()));
    }
}

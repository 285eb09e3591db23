//! The values of one chunk of a column: dense or sparse by fill.

use super::column::CHUNK;

/// Above this many values a chunk is dense, below half of it sparse again.
const DENSE: usize = CHUNK / 4;

/// Which rows of a dense chunk hold a value: bit `row % 64` of word `row / 64`.
pub type Bits = [u64; CHUNK / 64];

/// Up to [`CHUNK`] values of one type by row.
#[derive(Clone, Debug)]
pub(super) enum Cells<T> {
    /// Few values: rows in order, each with its value at the same place.
    Sparse {
        /// The rows that hold a value, ascending.
        rows: Vec<u16>,
        /// Their values.
        values: Vec<T>,
    },
    /// Many values: one place a row.
    Dense {
        /// Which places hold a value.
        valid: Bits,
        /// How many do.
        count: usize,
        /// The places; those of missing rows hold the default.
        values: Vec<T>,
    },
}

/// The values of one chunk of a column as they lie in memory; rows count from the chunk's first.
#[derive(Clone, Copy, Debug)]
pub enum CellSlice<'a, T> {
    /// Few values: rows in order, each with its value at the same place.
    Sparse {
        /// The rows that hold a value, ascending.
        rows: &'a [u16],
        /// Their values.
        values: &'a [T],
    },
    /// Many values: one place a row, some of them empty.
    Dense {
        /// Which places hold a value.
        valid: &'a Bits,
        /// The places.
        values: &'a [T],
    },
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self::Sparse {
            rows: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Clone + Default> Cells<T> {
    /// Puts together rows, ascending and below [`CHUNK`], and their values.
    pub(super) fn from_rows(rows: Vec<u16>, values: Vec<T>) -> Self {
        if rows.len() == CHUNK && values.len() == CHUNK {
            return Self::Dense {
                valid: [u64::MAX; CHUNK / 64],
                count: CHUNK,
                values,
            };
        }
        let mut cells = Self::Sparse { rows, values };
        cells.fit();
        cells
    }

    /// Returns the value of a row.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<&T> {
        match self {
            Self::Sparse { rows, values } => {
                let place = rows.binary_search_by_key(&row, |&row| usize::from(row));
                place.ok().map(|place| &values[place])
            }
            Self::Dense { valid, values, .. } => has(valid, row).then(|| &values[row]),
        }
    }

    /// Sets the value of a row and returns the old one.
    pub(super) fn set(&mut self, row: usize, value: T) -> Option<T> {
        let old = match self {
            Self::Sparse { rows, values } => {
                match rows.binary_search_by_key(&row, |&row| usize::from(row)) {
                    Ok(place) => Some(std::mem::replace(&mut values[place], value)),
                    Err(place) => {
                        rows.insert(place, short(row));
                        values.insert(place, value);
                        None
                    }
                }
            }
            Self::Dense {
                valid,
                count,
                values,
            } => {
                let old = std::mem::replace(&mut values[row], value);
                let had = has(valid, row);
                valid[row / 64] |= 1 << (row % 64);
                *count += usize::from(!had);
                had.then_some(old)
            }
        };
        self.fit();
        old
    }

    /// Removes the value of a row and returns it.
    pub(super) fn remove(&mut self, row: usize) -> Option<T> {
        let old = match self {
            Self::Sparse { rows, values } => {
                let place = rows
                    .binary_search_by_key(&row, |&row| usize::from(row))
                    .ok()?;
                rows.remove(place);
                Some(values.remove(place))
            }
            Self::Dense {
                valid,
                count,
                values,
            } => {
                if !has(valid, row) {
                    return None;
                }
                valid[row / 64] &= !(1 << (row % 64));
                *count -= 1;
                Some(std::mem::take(&mut values[row]))
            }
        };
        self.fit();
        old
    }

    /// Returns how many rows hold a value.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Sparse { rows, .. } => rows.len(),
            Self::Dense { count, .. } => *count,
        }
    }

    /// Returns rows and values in order of rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let (rows, dense, values) = match self {
            Self::Sparse { rows, values } => (rows.as_slice(), None, values.as_slice()),
            Self::Dense { valid, values, .. } => (&[][..], Some(valid), values.as_slice()),
        };
        let sparse = rows.iter().map(|&row| usize::from(row)).zip(values);
        let full = values.iter().enumerate();
        let full = full.filter(move |(row, _)| dense.is_some_and(|valid| has(valid, *row)));
        sparse.chain(full)
    }

    /// Sets rows `first..` to the values that are valid; returns how many more values there are
    /// than before.
    pub(super) fn write(&mut self, first: usize, new: &[T], valid: Option<&[bool]>) -> usize {
        let before = self.count();
        if before + new.len() > DENSE {
            self.make_dense();
        }
        match (&mut *self, valid) {
            (
                Self::Dense {
                    valid,
                    count,
                    values,
                },
                None,
            ) => {
                values[first..first + new.len()].clone_from_slice(new);
                for row in first..first + new.len() {
                    valid[row / 64] |= 1 << (row % 64);
                }
                *count = valid.iter().map(|word| word.count_ones() as usize).sum();
            }
            (cells, _) => {
                for (place, value) in new.iter().enumerate() {
                    if valid.is_none_or(|valid| valid[place]) {
                        cells.set(first + place, value.clone());
                    }
                }
            }
        }
        self.fit();
        self.count() - before
    }

    /// Returns the cells as they lie in memory.
    pub(super) fn slice(&self) -> CellSlice<'_, T> {
        match self {
            Self::Sparse { rows, values } => CellSlice::Sparse { rows, values },
            Self::Dense { valid, values, .. } => CellSlice::Dense { valid, values },
        }
    }

    /// Returns the bytes on the heap, without what the values own.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Sparse { rows, values } => {
                rows.capacity() * size_of::<u16>() + values.capacity() * size_of::<T>()
            }
            Self::Dense { values, .. } => values.capacity() * size_of::<T>(),
        }
    }

    /// Changes the layout where the fill asks for it.
    fn fit(&mut self) {
        match self {
            Self::Sparse { rows, .. } if rows.len() > DENSE => self.make_dense(),
            Self::Dense {
                valid,
                count,
                values,
            } if *count < DENSE / 2 => {
                let kept = (0..CHUNK).filter(|&row| has(valid, row));
                let (rows, values) = kept
                    .map(|row| (short(row), std::mem::take(&mut values[row])))
                    .unzip();
                *self = Self::Sparse { rows, values };
            }
            Self::Sparse { .. } | Self::Dense { .. } => {}
        }
    }

    fn make_dense(&mut self) {
        let Self::Sparse { rows, values } = self else {
            return;
        };
        let mut valid = Bits::default();
        let mut places = vec![T::default(); CHUNK];
        for (row, value) in rows.iter().zip(values.drain(..)) {
            let row = usize::from(*row);
            valid[row / 64] |= 1 << (row % 64);
            places[row] = value;
        }
        let count = rows.len();
        *self = Self::Dense {
            valid,
            count,
            values: places,
        };
    }
}

/// Returns a bit a row.
pub(super) fn row_bits(rows: impl Iterator<Item = usize>) -> Bits {
    let mut bits = Bits::default();
    for row in rows {
        bits[row / 64] |= 1 << (row % 64);
    }
    bits
}

#[inline]
fn has(valid: &Bits, row: usize) -> bool {
    valid[row / 64] >> (row % 64) & 1 == 1
}

fn short(row: usize) -> u16 {
    u16::try_from(row).expect("a row within a chunk is below 1,024")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cells_are_a_map(steps in prop::collection::vec((0..CHUNK, any::<Option<i64>>()), 0..900)) {
            let (mut cells, mut model) = (Cells::default(), BTreeMap::new());
            for (row, value) in steps {
                let (old, expected) = match value {
                    Some(value) => (cells.set(row, value), model.insert(row, value)),
                    None => (cells.remove(row), model.remove(&row)),
                };
                prop_assert_eq!(old, expected);
            }
            let read: BTreeMap<_, _> = cells.iter().map(|(row, value)| (row, *value)).collect();
            prop_assert_eq!(&read, &model);
            prop_assert_eq!(cells.count(), model.len());
            prop_assert!((0..CHUNK).all(|row| cells.get(row) == model.get(&row)));
        }
    }

    #[test]
    fn cells_become_dense_and_sparse_again() {
        let mut cells = Cells::default();
        for row in 0..=DENSE {
            assert_eq!(cells.set(row * 3, row), None);
        }
        assert!(matches!(cells, Cells::Dense { .. }));
        for row in 10..=DENSE {
            assert_eq!(cells.remove(row * 3), Some(row));
        }
        assert!(matches!(cells, Cells::Sparse { .. }));
        assert_eq!(
            cells.iter().map(|(row, _)| row).collect::<Vec<_>>().len(),
            10
        );
    }

    #[test]
    fn written_stretches_of_every_length() {
        for (first, length) in [
            (0, 0),
            (5, 1),
            (900, 64),
            (0, DENSE),
            (7, DENSE + 1),
            (0, CHUNK),
        ] {
            let values: Vec<_> = (1..=length).collect();
            let odd: Vec<_> = values.iter().map(|value| value % 2 == 1).collect();
            let mut cells = Cells::default();
            assert_eq!(cells.write(first, &values, Some(&odd)), length.div_ceil(2));
            let rows: Vec<_> = cells.iter().map(|(row, value)| (row, *value)).collect();
            assert_eq!(
                rows,
                (0..length)
                    .step_by(2)
                    .map(|i| (first + i, i + 1))
                    .collect::<Vec<_>>()
            );
            assert_eq!(cells.write(first, &values, None), length / 2);
            assert_eq!(
                cells.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
                values
            );
        }
    }
}

//! One property key's values, by node or relationship.

use crate::value::Value;

use super::cells::Cells;
use super::chunk::Spine;
use super::dictionary::Dictionary;

/// Rows in a chunk.
pub(super) const CHUNK: usize = 1024;

/// What the values of a column have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Integers.
    I64,
    /// Floats.
    F64,
    /// Booleans.
    Bool,
    /// Texts, as codes of the column's [`Dictionary`].
    Str,
    /// Anything else, several of these, or no value at all.
    Mixed,
}

const KINDS: [ColumnKind; 5] = [
    ColumnKind::I64,
    ColumnKind::F64,
    ColumnKind::Bool,
    ColumnKind::Str,
    ColumnKind::Mixed,
];

impl ColumnKind {
    /// Returns the kind of column that a value can live in.
    fn of(value: &Value) -> Self {
        match value {
            Value::Int(_) => Self::I64,
            Value::Float(_) => Self::F64,
            Value::Bool(_) => Self::Bool,
            Value::String(_) => Self::Str,
            _ => Self::Mixed,
        }
    }
}

/// The values of one property key, in chunks of 1,024 rows. A chunk is typed as long as its values
/// agree. A row is the number of a node or of a relationship. Cloning copies a few pointers.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub(super) chunks: Spine<Chunk>,
    pub(super) dictionary: Dictionary,
    /// How many values there are of each kind, in the order of [`KINDS`].
    pub(super) counts: [u64; 5],
}

/// The values of one chunk.
#[derive(Clone, Debug, Default)]
pub(super) enum Chunk {
    #[default]
    Empty,
    Int(Cells<i64>),
    Float(Cells<f64>),
    Bool(Cells<bool>),
    Str(Cells<u32>),
    Mixed(Cells<Any>),
}

/// A value as a cell: null where there is none.
#[derive(Clone, Debug)]
pub(super) struct Any(Value);

impl Default for Any {
    fn default() -> Self {
        Self(Value::Null)
    }
}

impl Column {
    /// Returns the value of a row, null where there is none.
    #[must_use]
    pub fn get(&self, row: u32) -> Value {
        let (chunk, row) = place(row);
        match self.chunks.get(chunk) {
            Chunk::Empty => Value::Null,
            Chunk::Int(cells) => cells.get(row).map_or(Value::Null, |v| Value::Int(*v)),
            Chunk::Float(cells) => cells.get(row).map_or(Value::Null, |v| Value::Float(*v)),
            Chunk::Bool(cells) => cells.get(row).map_or(Value::Null, |v| Value::Bool(*v)),
            Chunk::Str(cells) => cells.get(row).map_or(Value::Null, |v| self.text(*v)),
            Chunk::Mixed(cells) => cells.get(row).map_or(Value::Null, |v| v.0.clone()),
        }
    }

    /// Returns whether a row has a value.
    #[must_use]
    pub fn has(&self, row: u32) -> bool {
        let (chunk, row) = place(row);
        match self.chunks.get(chunk) {
            Chunk::Empty => false,
            Chunk::Int(cells) => cells.get(row).is_some(),
            Chunk::Float(cells) => cells.get(row).is_some(),
            Chunk::Bool(cells) => cells.get(row).is_some(),
            Chunk::Str(cells) => cells.get(row).is_some(),
            Chunk::Mixed(cells) => cells.get(row).is_some(),
        }
    }

    /// Returns what the values have in common.
    #[must_use]
    pub fn kind(&self) -> ColumnKind {
        let mut present = (KINDS.iter().zip(self.counts)).filter(|(_, count)| *count > 0);
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

    /// Returns the texts that the codes of a column of kind [`ColumnKind::Str`] stand for. It may
    /// hold texts that no row has any more.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Returns rows and values in order of rows.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Value)> {
        self.chunks.written().flat_map(move |(number, chunk)| {
            let first = number * CHUNK;
            self.values(chunk)
                .map(move |(row, value)| (row_number(first + row), value))
        })
    }

    /// Reads integers: `out[i]` is the value of `rows[i]` where `valid[i]`, else zero. Both are
    /// emptied first. Returns whether all values of the column are integers; if not, nothing is
    /// read.
    pub fn gather_i64(&self, rows: &[u32], out: &mut Vec<i64>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::I64,
            rows,
            out,
            valid,
            |chunk, row| match chunk {
                Chunk::Int(cells) => cells.get(row).copied(),
                _ => None,
            },
        )
    }

    /// Reads floats; as [`Column::gather_i64`].
    pub fn gather_f64(&self, rows: &[u32], out: &mut Vec<f64>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::F64,
            rows,
            out,
            valid,
            |chunk, row| match chunk {
                Chunk::Float(cells) => cells.get(row).copied(),
                _ => None,
            },
        )
    }

    /// Reads booleans; as [`Column::gather_i64`].
    pub fn gather_bool(&self, rows: &[u32], out: &mut Vec<bool>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::Bool,
            rows,
            out,
            valid,
            |chunk, row| match chunk {
                Chunk::Bool(cells) => cells.get(row).copied(),
                _ => None,
            },
        )
    }

    /// Reads texts as codes of the dictionary; as [`Column::gather_i64`].
    pub fn gather_codes(&self, rows: &[u32], out: &mut Vec<u32>, valid: &mut Vec<bool>) -> bool {
        self.gather(
            ColumnKind::Str,
            rows,
            out,
            valid,
            |chunk, row| match chunk {
                Chunk::Str(cells) => cells.get(row).copied(),
                _ => None,
            },
        )
    }

    /// Sets the value of a row; null removes it.
    pub(super) fn set(&mut self, row: u32, value: Value) {
        if matches!(value, Value::Null) {
            return self.remove(row);
        }
        let kind = ColumnKind::of(&value);
        let (number, row) = place(row);
        let chunk = self.chunks.get_mut(number);
        if !chunk.takes(kind) {
            *chunk = chunk.widened(kind, &self.dictionary);
        }
        let old = match (&mut *chunk, value) {
            (Chunk::Int(cells), Value::Int(v)) => cells.set(row, v).map(|_| kind),
            (Chunk::Float(cells), Value::Float(v)) => cells.set(row, v).map(|_| kind),
            (Chunk::Bool(cells), Value::Bool(v)) => cells.set(row, v).map(|_| kind),
            (Chunk::Str(cells), Value::String(text)) => {
                let code = self.dictionary.intern_shared(&text);
                cells.set(row, code).map(|_| kind)
            }
            (Chunk::Mixed(cells), value) => {
                cells.set(row, Any(value)).map(|old| ColumnKind::of(&old.0))
            }
            _ => None,
        };
        self.counts[kind as usize] += 1;
        if let Some(old) = old {
            self.counts[old as usize] -= 1;
            if old != kind {
                self.narrow(number);
            }
        }
    }

    /// Removes the value of a row.
    pub(super) fn remove(&mut self, row: u32) {
        if !self.has(row) {
            return;
        }
        let (number, row) = place(row);
        let chunk = self.chunks.get_mut(number);
        let old = match chunk {
            Chunk::Empty => None,
            Chunk::Int(cells) => cells.remove(row).map(|_| ColumnKind::I64),
            Chunk::Float(cells) => cells.remove(row).map(|_| ColumnKind::F64),
            Chunk::Bool(cells) => cells.remove(row).map(|_| ColumnKind::Bool),
            Chunk::Str(cells) => cells.remove(row).map(|_| ColumnKind::Str),
            Chunk::Mixed(cells) => cells.remove(row).map(|old| ColumnKind::of(&old.0)),
        };
        if let Some(old) = old {
            self.counts[old as usize] -= 1;
        }
        if chunk.count() == 0 {
            *chunk = Chunk::Empty;
        } else if matches!(chunk, Chunk::Mixed(_)) {
            self.narrow(number);
        }
    }

    /// Returns the bytes on the heap. What general values own is counted at 32 bytes each.
    pub(super) fn bytes(&self) -> usize {
        let cells: usize = self.chunks.written().map(|(_, chunk)| chunk.bytes()).sum();
        self.chunks.bytes() + cells + self.dictionary.bytes()
    }

    fn text(&self, code: u32) -> Value {
        self.dictionary
            .get(code)
            .map_or(Value::Null, |text| Value::String(text.clone()))
    }

    fn values<'a>(&'a self, chunk: &'a Chunk) -> Box<dyn Iterator<Item = (usize, Value)> + 'a> {
        match chunk {
            Chunk::Empty => Box::new(std::iter::empty()),
            Chunk::Int(cells) => Box::new(cells.iter().map(|(row, v)| (row, Value::Int(*v)))),
            Chunk::Float(cells) => Box::new(cells.iter().map(|(row, v)| (row, Value::Float(*v)))),
            Chunk::Bool(cells) => Box::new(cells.iter().map(|(row, v)| (row, Value::Bool(*v)))),
            Chunk::Str(cells) => Box::new(cells.iter().map(|(row, v)| (row, self.text(*v)))),
            Chunk::Mixed(cells) => Box::new(cells.iter().map(|(row, v)| (row, v.0.clone()))),
        }
    }

    fn gather<T: Copy + Default>(
        &self,
        kind: ColumnKind,
        rows: &[u32],
        out: &mut Vec<T>,
        valid: &mut Vec<bool>,
        read: impl Fn(&Chunk, usize) -> Option<T>,
    ) -> bool {
        out.clear();
        valid.clear();
        if self.counts[kind as usize] != self.count() {
            return false;
        }
        out.reserve(rows.len());
        valid.reserve(rows.len());
        for &row in rows {
            let (chunk, row) = place(row);
            let value = read(self.chunks.get(chunk), row);
            out.push(value.unwrap_or_default());
            valid.push(value.is_some());
        }
        true
    }

    /// Makes a chunk of general values typed again where its values agree.
    fn narrow(&mut self, number: usize) {
        let Some((kind, values)) = self.chunks.get(number).agreed() else {
            return;
        };
        let mut chunk = Chunk::new(kind);
        for (row, value) in values {
            chunk.put(row, value, &mut self.dictionary);
        }
        self.chunks.set(number, chunk);
    }
}

impl Chunk {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::I64 => Self::Int(Cells::default()),
            ColumnKind::F64 => Self::Float(Cells::default()),
            ColumnKind::Bool => Self::Bool(Cells::default()),
            ColumnKind::Str => Self::Str(Cells::default()),
            ColumnKind::Mixed => Self::Mixed(Cells::default()),
        }
    }

    /// Returns whether values of the kind fit as they are.
    fn takes(&self, kind: ColumnKind) -> bool {
        match self {
            Self::Empty => false,
            Self::Int(_) => kind == ColumnKind::I64,
            Self::Float(_) => kind == ColumnKind::F64,
            Self::Bool(_) => kind == ColumnKind::Bool,
            Self::Str(_) => kind == ColumnKind::Str,
            Self::Mixed(_) => true,
        }
    }

    /// Returns a chunk with the same values that takes the kind too.
    fn widened(&self, kind: ColumnKind, dictionary: &Dictionary) -> Self {
        let text = |code: &u32| {
            dictionary
                .get(*code)
                .map_or(Value::Null, |text| Value::String(text.clone()))
        };
        Self::Mixed(match self {
            Self::Empty => return Self::new(kind),
            Self::Int(cells) => general(cells, |v| Value::Int(*v)),
            Self::Float(cells) => general(cells, |v| Value::Float(*v)),
            Self::Bool(cells) => general(cells, |v| Value::Bool(*v)),
            Self::Str(cells) => general(cells, text),
            Self::Mixed(cells) => cells.clone(),
        })
    }

    /// Sets a value in a chunk of its kind.
    fn put(&mut self, row: usize, value: Value, dictionary: &mut Dictionary) {
        match (self, value) {
            (Self::Int(cells), Value::Int(v)) => drop(cells.set(row, v)),
            (Self::Float(cells), Value::Float(v)) => drop(cells.set(row, v)),
            (Self::Bool(cells), Value::Bool(v)) => drop(cells.set(row, v)),
            (Self::Str(cells), Value::String(v)) => {
                drop(cells.set(row, dictionary.intern_shared(&v)));
            }
            (Self::Mixed(cells), value) => drop(cells.set(row, Any(value))),
            _ => {}
        }
    }

    /// Returns kind and values of a chunk of general values that could be typed.
    fn agreed(&self) -> Option<(ColumnKind, Vec<(usize, Value)>)> {
        let Self::Mixed(cells) = self else {
            return None;
        };
        let mut kinds = cells.iter().map(|(_, value)| ColumnKind::of(&value.0));
        let kind = kinds.next().filter(|kind| *kind != ColumnKind::Mixed)?;
        let agree = kinds.all(|other| other == kind);
        agree.then(|| {
            (
                kind,
                cells.iter().map(|(row, v)| (row, v.0.clone())).collect(),
            )
        })
    }

    fn count(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Int(cells) => cells.count(),
            Self::Float(cells) => cells.count(),
            Self::Bool(cells) => cells.count(),
            Self::Str(cells) => cells.count(),
            Self::Mixed(cells) => cells.count(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Int(cells) => cells.bytes(),
            Self::Float(cells) => cells.bytes(),
            Self::Bool(cells) => cells.bytes(),
            Self::Str(cells) => cells.bytes(),
            Self::Mixed(cells) => cells.bytes() + cells.count() * 32,
        }
    }
}

fn general<T: Clone + Default>(cells: &Cells<T>, value: impl Fn(&T) -> Value) -> Cells<Any> {
    let mut all = Cells::default();
    for (row, cell) in cells.iter() {
        all.set(row, Any(value(cell)));
    }
    all
}

#[inline]
fn place(row: u32) -> (usize, usize) {
    (row as usize / CHUNK, row as usize % CHUNK)
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).expect("rows are numbered by 32-bit ids")
}

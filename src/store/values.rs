//! The values of one chunk of a column, typed as long as they agree.

use crate::value::{Date, Value};

use super::cells::{CellSlice, Cells};
use super::dictionary::Dictionary;

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
    /// Calendar dates, as days since 1970-01-01.
    Date,
    /// Anything else, several of these, or no value at all.
    Mixed,
}

impl ColumnKind {
    /// All kinds, each at the place of its number.
    pub(super) const ALL: [Self; 6] = [
        Self::I64,
        Self::F64,
        Self::Bool,
        Self::Str,
        Self::Date,
        Self::Mixed,
    ];

    /// Returns the kind of chunk that a value can live in.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Int(_) => Self::I64,
            Value::Float(_) => Self::F64,
            Value::Bool(_) => Self::Bool,
            Value::String(_) => Self::Str,
            Value::Date(date) if i32::try_from(date.days()).is_ok() => Self::Date,
            _ => Self::Mixed,
        }
    }
}

/// What a typed chunk stores for a value.
pub(super) trait Cell {
    /// Returns the kind of the value.
    fn kind(&self) -> ColumnKind;
    /// Returns the value.
    fn value(&self, dictionary: &Dictionary) -> Value;
}

impl Cell for i64 {
    fn kind(&self) -> ColumnKind {
        ColumnKind::I64
    }

    fn value(&self, _: &Dictionary) -> Value {
        Value::Int(*self)
    }
}

impl Cell for f64 {
    fn kind(&self) -> ColumnKind {
        ColumnKind::F64
    }

    fn value(&self, _: &Dictionary) -> Value {
        Value::Float(*self)
    }
}

impl Cell for bool {
    fn kind(&self) -> ColumnKind {
        ColumnKind::Bool
    }

    fn value(&self, _: &Dictionary) -> Value {
        Value::Bool(*self)
    }
}

/// A code of the dictionary.
impl Cell for u32 {
    fn kind(&self) -> ColumnKind {
        ColumnKind::Str
    }

    fn value(&self, dictionary: &Dictionary) -> Value {
        dictionary
            .get(*self)
            .map_or(Value::Null, |text| Value::String(text.clone()))
    }
}

/// A date's days since 1970-01-01.
impl Cell for i32 {
    fn kind(&self) -> ColumnKind {
        ColumnKind::Date
    }

    fn value(&self, _: &Dictionary) -> Value {
        Date::from_days(i64::from(*self)).map_or(Value::Null, Value::Date)
    }
}

/// Any value as a cell: null where there is none.
#[derive(Clone, Debug)]
pub(super) struct Any(pub(super) Value);

impl Default for Any {
    fn default() -> Self {
        Self(Value::Null)
    }
}

impl Cell for Any {
    fn kind(&self) -> ColumnKind {
        ColumnKind::of(&self.0)
    }

    fn value(&self, _: &Dictionary) -> Value {
        self.0.clone()
    }
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
    Date(Cells<i32>),
    Mixed(Cells<Any>),
}

/// Does the same with the cells of whatever type.
macro_rules! with_cells {
    ($chunk:expr, $empty:expr, $cells:ident => $then:expr) => {
        match $chunk {
            Chunk::Empty => $empty,
            Chunk::Int($cells) => $then,
            Chunk::Float($cells) => $then,
            Chunk::Bool($cells) => $then,
            Chunk::Str($cells) => $then,
            Chunk::Date($cells) => $then,
            Chunk::Mixed($cells) => $then,
        }
    };
}

/// The values of one chunk of a column as they lie in memory.
#[derive(Clone, Copy, Debug)]
pub enum ColumnSlice<'a> {
    /// No values.
    Empty,
    /// Integers.
    I64(CellSlice<'a, i64>),
    /// Floats.
    F64(CellSlice<'a, f64>),
    /// Booleans.
    Bool(CellSlice<'a, bool>),
    /// Texts as codes of the column's dictionary.
    Codes(CellSlice<'a, u32>),
    /// Dates as days since 1970-01-01.
    Days(CellSlice<'a, i32>),
    /// Values of several kinds; read them one by one.
    Mixed,
}

impl Chunk {
    pub(super) fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::I64 => Self::Int(Cells::default()),
            ColumnKind::F64 => Self::Float(Cells::default()),
            ColumnKind::Bool => Self::Bool(Cells::default()),
            ColumnKind::Str => Self::Str(Cells::default()),
            ColumnKind::Date => Self::Date(Cells::default()),
            ColumnKind::Mixed => Self::Mixed(Cells::default()),
        }
    }

    pub(super) fn get(&self, row: usize, dictionary: &Dictionary) -> Value {
        with_cells!(self, Value::Null, cells => {
            cells.get(row).map_or(Value::Null, |cell| cell.value(dictionary))
        })
    }

    pub(super) fn has(&self, row: usize) -> bool {
        with_cells!(self, false, cells => cells.get(row).is_some())
    }

    pub(super) fn count(&self) -> usize {
        with_cells!(self, 0, cells => cells.count())
    }

    /// Returns how many values there are of which kind.
    pub(super) fn kinds(&self) -> Vec<(ColumnKind, u64)> {
        let one = |kind| vec![(kind, self.count() as u64)];
        match self {
            Self::Empty => Vec::new(),
            Self::Int(_) => one(ColumnKind::I64),
            Self::Float(_) => one(ColumnKind::F64),
            Self::Bool(_) => one(ColumnKind::Bool),
            Self::Str(_) => one(ColumnKind::Str),
            Self::Date(_) => one(ColumnKind::Date),
            Self::Mixed(cells) => cells.iter().map(|(_, cell)| (cell.kind(), 1)).collect(),
        }
    }

    pub(super) fn iter<'a>(
        &'a self,
        dictionary: &'a Dictionary,
    ) -> Box<dyn Iterator<Item = (usize, Value)> + 'a> {
        with_cells!(self, Box::new(std::iter::empty()), cells => {
            Box::new(cells.iter().map(|(row, cell)| (row, cell.value(dictionary))))
        })
    }

    pub(super) fn slice(&self) -> ColumnSlice<'_> {
        match self {
            Self::Empty => ColumnSlice::Empty,
            Self::Int(cells) => ColumnSlice::I64(cells.slice()),
            Self::Float(cells) => ColumnSlice::F64(cells.slice()),
            Self::Bool(cells) => ColumnSlice::Bool(cells.slice()),
            Self::Str(cells) => ColumnSlice::Codes(cells.slice()),
            Self::Date(cells) => ColumnSlice::Days(cells.slice()),
            Self::Mixed(_) => ColumnSlice::Mixed,
        }
    }

    /// Sets the value of a row, which is not null; returns the kind of the old one. A chunk of
    /// another type becomes one of general values.
    pub(super) fn set(
        &mut self,
        row: usize,
        value: Value,
        dictionary: &mut Dictionary,
    ) -> Option<ColumnKind> {
        let kind = ColumnKind::of(&value);
        self.make_room(kind, dictionary);
        match (self, value) {
            (Self::Int(cells), Value::Int(v)) => cells.set(row, v).map(|_| kind),
            (Self::Float(cells), Value::Float(v)) => cells.set(row, v).map(|_| kind),
            (Self::Bool(cells), Value::Bool(v)) => cells.set(row, v).map(|_| kind),
            (Self::Date(cells), Value::Date(v)) => {
                let days = i32::try_from(v.days()).expect("the kind says that the days fit");
                cells.set(row, days).map(|_| kind)
            }
            (Self::Str(cells), Value::String(text)) => cells
                .set(row, dictionary.intern_shared(&text))
                .map(|_| kind),
            (Self::Mixed(cells), value) => cells.set(row, Any(value)).map(|old| old.kind()),
            _ => None,
        }
    }

    /// Removes the value of a row; returns its kind.
    pub(super) fn remove(&mut self, row: usize) -> Option<ColumnKind> {
        let old = with_cells!(&mut *self, None, cells => {
            cells.remove(row).map(|cell| cell.kind())
        });
        if self.count() == 0 {
            *self = Self::Empty;
        }
        old
    }

    /// Sees to it that values of the kind fit, if need be by holding general values.
    pub(super) fn make_room(&mut self, kind: ColumnKind, dictionary: &Dictionary) {
        let fits = match self {
            Self::Empty => {
                *self = Self::new(kind);
                true
            }
            Self::Int(_) => kind == ColumnKind::I64,
            Self::Float(_) => kind == ColumnKind::F64,
            Self::Bool(_) => kind == ColumnKind::Bool,
            Self::Str(_) => kind == ColumnKind::Str,
            Self::Date(_) => kind == ColumnKind::Date,
            Self::Mixed(_) => true,
        };
        if !fits {
            let mut general = Cells::default();
            for (row, value) in self.iter(dictionary) {
                general.set(row, Any(value));
            }
            *self = Self::Mixed(general);
        }
    }

    /// Returns a typed chunk with the same values, if this one holds general values that agree.
    pub(super) fn narrowed(&self, dictionary: &mut Dictionary) -> Option<Self> {
        let Self::Mixed(cells) = self else {
            return None;
        };
        let mut kinds = cells.iter().map(|(_, cell)| cell.kind());
        let kind = kinds.next().filter(|kind| *kind != ColumnKind::Mixed)?;
        if kinds.any(|other| other != kind) {
            return None;
        }
        let mut typed = Self::new(kind);
        for (row, Any(value)) in cells.iter() {
            typed.set(row, value.clone(), dictionary);
        }
        Some(typed)
    }

    /// Returns the bytes on the heap; what general values own is taken to be 32 bytes each.
    pub(super) fn bytes(&self) -> usize {
        let owned = match self {
            Self::Mixed(cells) => cells.count() * 32,
            _ => 0,
        };
        owned + with_cells!(self, 0, cells => cells.bytes())
    }
}

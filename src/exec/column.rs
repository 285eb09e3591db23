//! Columns of a batch, typed where all values agree.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Result;
use crate::store::Dictionary;
use crate::value::{NodeId, RelId, Value};

/// Which cells of a typed column hold something; the others are null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validity(Option<Vec<bool>>);

impl Validity {
    /// All cells hold something.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// Takes one flag for each cell.
    #[must_use]
    pub fn new(flags: Vec<bool>) -> Self {
        if flags.iter().all(|&flag| flag) {
            Self(None)
        } else {
            Self(Some(flags))
        }
    }

    /// Returns whether the cell holds something.
    #[inline]
    #[must_use]
    pub fn is(&self, row: usize) -> bool {
        self.0.as_ref().is_none_or(|flags| flags[row])
    }

    /// Returns whether no cell is null.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the cells that hold something in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(left), Some(right)) => {
                Self::new(left.iter().zip(right).map(|(a, b)| *a && *b).collect())
            }
        }
    }

    fn gather(&self, rows: &[u32]) -> Self {
        match &self.0 {
            None => Self(None),
            Some(flags) => Self::new(rows.iter().map(|&row| flags[row as usize]).collect()),
        }
    }

    fn slice(&self, start: usize, len: usize) -> Self {
        match &self.0 {
            None => Self(None),
            Some(flags) => Self::new(flags[start..start + len].to_vec()),
        }
    }
}

/// Cells of one type.
#[derive(Clone, Debug)]
pub struct Cells<T> {
    /// One for each row; anything where the cell is null.
    pub values: Vec<T>,
    /// Which are not null.
    pub valid: Validity,
}

impl<T: Copy> Cells<T> {
    /// Cells without null.
    #[must_use]
    pub fn full(values: Vec<T>) -> Self {
        Self {
            values,
            valid: Validity::all(),
        }
    }

    /// Cells with a flag for each.
    #[must_use]
    pub fn new(values: Vec<T>, valid: Vec<bool>) -> Self {
        Self {
            values,
            valid: Validity::new(valid),
        }
    }

    /// Returns the cell, or nothing for null.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<T> {
        self.valid.is(row).then(|| self.values[row])
    }

    fn gather(&self, rows: &[u32]) -> Self {
        Self {
            values: rows.iter().map(|&row| self.values[row as usize]).collect(),
            valid: self.valid.gather(rows),
        }
    }

    fn slice(&self, start: usize, len: usize) -> Self {
        Self {
            values: self.values[start..start + len].to_vec(),
            valid: self.valid.slice(start, len),
        }
    }

    fn bytes(&self) -> usize {
        self.values.len() * (size_of::<T>() + usize::from(!self.valid.is_all()))
    }

    /// Appends `other`'s cells, whose validity is merged by the caller.
    fn concat<'a>(parts: impl Iterator<Item = &'a Self> + Clone) -> Self
    where
        T: 'a,
    {
        let mut values = Vec::with_capacity(parts.clone().map(|part| part.values.len()).sum());
        for part in parts.clone() {
            values.extend_from_slice(&part.values);
        }
        if parts.clone().all(|part| part.valid.is_all()) {
            return Self::full(values);
        }
        let mut valid = Vec::with_capacity(values.len());
        for part in parts {
            valid.extend((0..part.values.len()).map(|row| part.valid.is(row)));
        }
        Self::new(values, valid)
    }
}

/// One column: typed cells, values in general, or one value for all rows.
#[derive(Clone, Debug)]
pub enum Column {
    /// Nodes, by id.
    Node(Cells<u32>),
    /// Relationships, by id.
    Rel(Cells<u32>),
    /// Integers.
    I64(Cells<i64>),
    /// Floats.
    F64(Cells<f64>),
    /// Booleans.
    Bool(Cells<bool>),
    /// Texts, as codes of a dictionary.
    Str(Cells<u32>, Arc<Dictionary>),
    /// Any values.
    Values(Vec<Value>),
    /// The same value in so many rows.
    Const(Value, usize),
}

impl Column {
    /// Creates a column of nulls.
    #[must_use]
    pub fn nulls(len: usize) -> Self {
        Self::Const(Value::Null, len)
    }

    /// Creates a column of nodes without null.
    #[must_use]
    pub fn nodes(ids: Vec<u32>) -> Self {
        Self::Node(Cells::full(ids))
    }

    /// Creates a column of relationships without null.
    #[must_use]
    pub fn rels(ids: Vec<u32>) -> Self {
        Self::Rel(Cells::full(ids))
    }

    /// Creates a column from values, typed where all agree.
    #[must_use]
    pub fn from_values(values: Vec<Value>) -> Self {
        match values.iter().find(|value| !matches!(value, Value::Null)) {
            None => Self::nulls(values.len()),
            Some(Value::Bool(_)) => typed(values, Self::Bool, |value| match value {
                Value::Bool(it) => Some(*it),
                _ => None,
            }),
            Some(Value::Int(_)) => typed(values, Self::I64, |value| match value {
                Value::Int(it) => Some(*it),
                _ => None,
            }),
            Some(Value::Float(_)) => typed(values, Self::F64, |value| match value {
                Value::Float(it) => Some(*it),
                _ => None,
            }),
            Some(Value::Node(_)) => typed(values, Self::Node, |value| match value {
                Value::Node(it) => Some(it.0),
                _ => None,
            }),
            Some(Value::Rel(_)) => typed(values, Self::Rel, |value| match value {
                Value::Rel(it) => Some(it.0),
                _ => None,
            }),
            Some(_) => Self::Values(values),
        }
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Node(cells) | Self::Rel(cells) | Self::Str(cells, _) => cells.values.len(),
            Self::I64(cells) => cells.values.len(),
            Self::F64(cells) => cells.values.len(),
            Self::Bool(cells) => cells.values.len(),
            Self::Values(values) => values.len(),
            Self::Const(_, len) => *len,
        }
    }

    /// Returns whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns one cell.
    #[must_use]
    pub fn value(&self, row: usize) -> Value {
        match self {
            Self::Node(cells) => cells
                .get(row)
                .map_or(Value::Null, |id| Value::Node(NodeId(id))),
            Self::Rel(cells) => cells
                .get(row)
                .map_or(Value::Null, |id| Value::Rel(RelId(id))),
            Self::I64(cells) => cells.get(row).map_or(Value::Null, Value::Int),
            Self::F64(cells) => cells.get(row).map_or(Value::Null, Value::Float),
            Self::Bool(cells) => cells.get(row).map_or(Value::Null, Value::Bool),
            Self::Str(cells, dictionary) => cells.get(row).map_or(Value::Null, |code| {
                dictionary
                    .get(code)
                    .map_or(Value::Null, |text| Value::String(Arc::clone(text)))
            }),
            Self::Values(values) => values[row].clone(),
            Self::Const(value, _) => value.clone(),
        }
    }

    /// Returns one cell, without a copy where it is held as a value.
    #[must_use]
    pub fn cell(&self, row: usize) -> Cow<'_, Value> {
        match self {
            Self::Values(values) => Cow::Borrowed(&values[row]),
            Self::Const(value, _) => Cow::Borrowed(value),
            typed => Cow::Owned(typed.value(row)),
        }
    }

    /// Returns whether a cell is null.
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Node(cells) | Self::Rel(cells) | Self::Str(cells, _) => !cells.valid.is(row),
            Self::I64(cells) => !cells.valid.is(row),
            Self::F64(cells) => !cells.valid.is(row),
            Self::Bool(cells) => !cells.valid.is(row),
            Self::Values(values) => matches!(values[row], Value::Null),
            Self::Const(value, _) => matches!(value, Value::Null),
        }
    }

    /// Returns a cell as a node's id; nothing for null and everything else.
    #[inline]
    #[must_use]
    pub fn node(&self, row: usize) -> Option<NodeId> {
        match self {
            Self::Node(cells) => cells.get(row).map(NodeId),
            _ => match self.value(row) {
                Value::Node(id) => Some(id),
                _ => None,
            },
        }
    }

    /// Returns a cell as a relationship's id; nothing for null and everything else.
    #[inline]
    #[must_use]
    pub fn rel(&self, row: usize) -> Option<RelId> {
        match self {
            Self::Rel(cells) => cells.get(row).map(RelId),
            _ => match self.value(row) {
                Value::Rel(id) => Some(id),
                _ => None,
            },
        }
    }

    /// Returns whether a cell is `true`.
    #[inline]
    #[must_use]
    pub fn is_true(&self, row: usize) -> bool {
        match self {
            Self::Bool(cells) => cells.values[row] && cells.valid.is(row),
            Self::Values(values) => matches!(values[row], Value::Bool(true)),
            Self::Const(value, _) => matches!(value, Value::Bool(true)),
            _ => false,
        }
    }

    /// Returns the cells of the given rows, in their order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        match self {
            Self::Node(cells) => Self::Node(cells.gather(rows)),
            Self::Rel(cells) => Self::Rel(cells.gather(rows)),
            Self::I64(cells) => Self::I64(cells.gather(rows)),
            Self::F64(cells) => Self::F64(cells.gather(rows)),
            Self::Bool(cells) => Self::Bool(cells.gather(rows)),
            Self::Str(cells, dictionary) => Self::Str(cells.gather(rows), Arc::clone(dictionary)),
            Self::Values(values) => Self::Values(
                rows.iter()
                    .map(|&row| values[row as usize].clone())
                    .collect(),
            ),
            Self::Const(value, _) => Self::Const(value.clone(), rows.len()),
        }
    }

    /// Returns `len` cells from `start` on.
    #[must_use]
    pub fn slice(&self, start: usize, len: usize) -> Self {
        match self {
            Self::Node(cells) => Self::Node(cells.slice(start, len)),
            Self::Rel(cells) => Self::Rel(cells.slice(start, len)),
            Self::I64(cells) => Self::I64(cells.slice(start, len)),
            Self::F64(cells) => Self::F64(cells.slice(start, len)),
            Self::Bool(cells) => Self::Bool(cells.slice(start, len)),
            Self::Str(cells, dictionary) => {
                Self::Str(cells.slice(start, len), Arc::clone(dictionary))
            }
            Self::Values(values) => Self::Values(values[start..start + len].to_vec()),
            Self::Const(value, _) => Self::Const(value.clone(), len),
        }
    }

    /// Returns the cells of all columns, one after another; typed where all are of one type. Asks
    /// now and then whether to go on.
    ///
    /// # Errors
    /// Those of `pulse`.
    pub fn concat(parts: &[Arc<Self>], pulse: &dyn Fn() -> Result<()>) -> Result<Self> {
        /// Joins the parts if all are of one variant.
        macro_rules! joined {
            ($variant:ident) => {
                if parts.iter().all(|part| matches!(**part, Self::$variant(_))) {
                    return Ok(Self::$variant(Cells::concat(parts.iter().filter_map(
                        |part| match &**part {
                            Self::$variant(cells) => Some(cells),
                            _ => None,
                        },
                    ))));
                }
            };
        }
        match parts.first().map(|part| &**part) {
            Some(Self::Node(_)) => joined!(Node),
            Some(Self::Rel(_)) => joined!(Rel),
            Some(Self::I64(_)) => joined!(I64),
            Some(Self::F64(_)) => joined!(F64),
            Some(Self::Bool(_)) => joined!(Bool),
            Some(Self::Str(_, dictionary)) => {
                if let Some(column) = concat_texts(parts, dictionary) {
                    return Ok(column);
                }
            }
            Some(Self::Const(Value::Null, _)) => {
                if parts
                    .iter()
                    .all(|part| matches!(**part, Self::Const(Value::Null, _)))
                {
                    return Ok(Self::nulls(parts.iter().map(|part| part.len()).sum()));
                }
            }
            Some(Self::Values(_) | Self::Const(..)) | None => {}
        }
        let mut values = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            pulse()?;
            values.extend((0..part.len()).map(|row| part.value(row)));
        }
        Ok(Self::from_values(values))
    }

    /// Returns about how many bytes the cells take. Of a text or list that others hold as well it
    /// is a part.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Node(cells) | Self::Rel(cells) | Self::Str(cells, _) => cells.bytes(),
            Self::I64(cells) => cells.bytes(),
            Self::F64(cells) => cells.bytes(),
            Self::Bool(cells) => cells.bytes(),
            Self::Values(values) => values.iter().map(value_bytes).sum(),
            Self::Const(value, _) => value_bytes(value),
        }
    }
}

/// Returns about how many bytes a value takes. Large lists are estimated from their first
/// elements, so that the estimate costs little. All who hold a shared value count an equal part
/// of it, so that a list that is repeated in a million rows is not counted a million times.
pub(super) fn value_bytes(value: &Value) -> usize {
    let inner = match value {
        Value::String(text) => (text.len() + 16) / Arc::strong_count(text),
        Value::List(items) => {
            let sample: usize = items.iter().take(4).map(shallow_bytes).sum();
            let sampled = items.len().clamp(1, 4);
            (16 + sample * items.len() / sampled) / items.sharers()
        }
        Value::Map(map) => (map.len() * 96 + 16) / Arc::strong_count(map),
        Value::Path(path) => {
            ((path.nodes.len() + path.rels.len()) * 4 + 32) / Arc::strong_count(path)
        }
        _ => 0,
    };
    inner + size_of::<Value>()
}

/// Returns how many bytes a value takes beside its cell. For an operation that makes it from
/// others, so that nobody else holds it.
pub(super) fn made_bytes(value: &Value) -> usize {
    match value {
        Value::String(_) | Value::List(_) | Value::Map(_) | Value::Path(_) => value_bytes(value),
        _ => 0,
    }
}

fn shallow_bytes(value: &Value) -> usize {
    let inner = match value {
        Value::String(text) => text.len() + 16,
        Value::List(items) => items.len() * size_of::<Value>() + 16,
        Value::Map(map) => map.len() * 96 + 16,
        _ => 0,
    };
    inner + size_of::<Value>()
}

/// Joins texts of one dictionary.
fn concat_texts(parts: &[Arc<Column>], dictionary: &Arc<Dictionary>) -> Option<Column> {
    let same = |part: &Arc<Column>| matches!(&**part, Column::Str(_, other) if Arc::ptr_eq(dictionary, other));
    if !parts.iter().all(same) {
        return None;
    }
    let cells = Cells::concat(parts.iter().filter_map(|part| match &**part {
        Column::Str(cells, _) => Some(cells),
        _ => None,
    }));
    Some(Column::Str(cells, Arc::clone(dictionary)))
}

/// Makes a typed column if `read` knows every value that is not null.
fn typed<T: Copy + Default>(
    values: Vec<Value>,
    make: impl Fn(Cells<T>) -> Column,
    read: impl Fn(&Value) -> Option<T>,
) -> Column {
    let mut cells = Vec::with_capacity(values.len());
    let mut valid = Vec::with_capacity(values.len());
    for value in &values {
        match read(value) {
            Some(cell) => {
                cells.push(cell);
                valid.push(true);
            }
            None if matches!(value, Value::Null) => {
                cells.push(T::default());
                valid.push(false);
            }
            None => return Column::Values(values),
        }
    }
    make(Cells::new(cells, valid))
}

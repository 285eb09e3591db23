//! The cells of one column of a block, as typed vectors.

use std::sync::Arc;

use crate::error::Result;
use crate::formats::temporal;
use crate::store::{BulkValues, Dictionary};
use crate::value::temporal::parse_day;
use crate::value::{Date, Value};

use super::header::{CellType, Shape};
use super::split::Field;

/// What stands between the items of a list, and between labels.
pub(super) const ITEM_DELIMITER: char = ';';

/// The cells of a column, in the order of rows.
#[derive(Debug)]
pub(super) struct Cells {
    values: Values,
    /// Which rows have a value; empty as long as all have one.
    valid: Vec<bool>,
    rows: usize,
}

/// The values by type; missing ones are zero, empty or null.
#[derive(Debug)]
enum Values {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Bools(Vec<bool>),
    Days(Vec<i32>),
    Texts(Texts),
    /// Lists, and temporal values other than dates.
    General {
        cell: CellType,
        shape: Shape,
        values: Vec<Value>,
    },
}

/// Texts as codes of a dictionary of their own.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) codes: Vec<u32>,
    pub(super) dictionary: Dictionary,
    last: Option<(Arc<str>, u32)>,
}

impl Texts {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        // The same text often stands in many rows in a row.
        if let Some((last, code)) = &self.last
            && **last == *text
        {
            self.codes.push(*code);
            return;
        }
        let code = self.dictionary.intern(text);
        self.codes.push(code);
        self.last = self
            .dictionary
            .get(code)
            .map(|text| (Arc::clone(text), code));
    }
}

impl Cells {
    /// No cells yet, with room for some.
    pub(super) fn new(cell: CellType, shape: Shape, rows: usize) -> Self {
        let values = match (cell, shape) {
            (CellType::Integer, Shape::One) => Values::Ints(Vec::with_capacity(rows)),
            (CellType::Float, Shape::One) => Values::Floats(Vec::with_capacity(rows)),
            (CellType::Boolean, Shape::One) => Values::Bools(Vec::with_capacity(rows)),
            (CellType::Date, Shape::One) => Values::Days(Vec::with_capacity(rows)),
            (CellType::String, Shape::One) => Values::Texts(Texts::default()),
            _ => Values::General {
                cell,
                shape,
                values: Vec::with_capacity(rows),
            },
        };
        Self {
            values,
            valid: Vec::new(),
            rows: 0,
        }
    }

    /// Adds a cell; says what it should be if it is not.
    pub(super) fn push(&mut self, field: &Field<'_>) -> Result<(), &'static str> {
        let text = field.text();
        let is_text = matches!(self.values, Values::Texts(_));
        let missing = field.is_null() || (text.is_empty() && !is_text);
        if missing && self.valid.is_empty() {
            self.valid = vec![true; self.rows];
        }
        if missing || !self.valid.is_empty() {
            self.valid.push(!missing);
        }
        self.rows += 1;
        self.values.push(if missing { None } else { Some(text) })
    }

    /// The values as the bulk loader takes them.
    pub(super) fn values(&self) -> BulkValues<'_> {
        match &self.values {
            Values::Ints(values) => BulkValues::Ints(values),
            Values::Floats(values) => BulkValues::Floats(values),
            Values::Bools(values) => BulkValues::Bools(values),
            Values::Days(days) => BulkValues::Days(days),
            Values::Texts(Texts {
                codes, dictionary, ..
            }) => BulkValues::Codes(codes, dictionary),
            Values::General { values, .. } => BulkValues::Values(values),
        }
    }

    /// Which rows have a value, unless all have one.
    pub(super) fn valid(&self) -> Option<&[bool]> {
        (!self.valid.is_empty()).then_some(&*self.valid)
    }
}

impl Values {
    /// Adds the value of a text, or a placeholder where there is none.
    fn push(&mut self, text: Option<&str>) -> Result<(), &'static str> {
        match self {
            Self::Ints(values) => values.push(read(text, "an integer", integer)?),
            Self::Floats(values) => values.push(read(text, "a number", float)?),
            Self::Bools(values) => values.push(read(text, "true or false", boolean)?),
            Self::Days(days) => match text.map(day) {
                None => days.push(0),
                Some(Some(day)) => days.push(day),
                Some(None) => return self.push_far(text.unwrap_or_default()),
            },
            Self::Texts(texts) => texts.push(text.unwrap_or_default()),
            Self::General {
                cell,
                shape,
                values,
            } => values.push(text.map_or(Ok(Value::Null), |text| general(*cell, *shape, text))?),
        }
        Ok(())
    }
}

impl Values {
    /// Adds a day that is too far away for a column of days: all become general values.
    fn push_far(&mut self, text: &str) -> Result<(), &'static str> {
        let far = one(CellType::Date, text)?;
        if let Self::Days(days) = self {
            let date =
                |day: &i32| Date::from_days(i64::from(*day)).map_or(Value::Null, Value::Date);
            *self = Self::General {
                cell: CellType::Date,
                shape: Shape::One,
                values: days.iter().map(date).collect(),
            };
        }
        if let Self::General { values, .. } = self {
            values.push(far);
        }
        Ok(())
    }
}

fn read<T: Default>(
    text: Option<&str>,
    expected: &'static str,
    read: fn(&str) -> Option<T>,
) -> Result<T, &'static str> {
    text.map_or_else(|| Ok(T::default()), |text| read(text).ok_or(expected))
}

/// Reads a list, or a temporal value.
fn general(cell: CellType, shape: Shape, text: &str) -> Result<Value, &'static str> {
    match shape {
        Shape::One => one(cell, text),
        Shape::Many => {
            let items = text.split(ITEM_DELIMITER).map(|item| one(cell, item));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        Shape::Json => {
            let texts: Vec<String> =
                serde_json::from_str(text).map_err(|_| "a JSON array of texts")?;
            let items = texts.iter().map(|item| one(cell, item));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
    }
}

fn one(cell: CellType, text: &str) -> Result<Value, &'static str> {
    let (value, expected) = match cell {
        CellType::String => return Ok(Value::from(text)),
        CellType::Integer => (integer(text).map(Value::Int), "an integer"),
        CellType::Float => (float(text).map(Value::Float), "a number"),
        CellType::Boolean => (boolean(text).map(Value::Bool), "true or false"),
        CellType::Date => (temporal::read("date", text.trim()), "a date YYYY-MM-DD"),
        CellType::LocalTime => (temporal::read("localtime", text.trim()), "a time HH:MM:SS"),
        CellType::Time => (temporal::read("time", text.trim()), "a time HH:MM:SS+01:00"),
        CellType::LocalDateTime => (
            temporal::read("localdatetime", text.trim()),
            "a date and time YYYY-MM-DDTHH:MM:SS",
        ),
        CellType::DateTime => (
            temporal::read("datetime", text.trim()),
            "a date and time YYYY-MM-DDTHH:MM:SS+01:00",
        ),
        CellType::Duration => (
            temporal::read("duration", text.trim()),
            "a duration such as P1DT2H",
        ),
    };
    value.ok_or(expected)
}

/// Reads an integer; spaces around it do not matter.
fn integer(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

fn float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads a date as days since 1970-01-01.
fn day(text: &str) -> Option<i32> {
    i32::try_from(parse_day(text.trim())?.days()).ok()
}

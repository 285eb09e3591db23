//! A TOML value as a property of the type that the schema gives to its key.
//!
//! Values that TOML has no form for are written as a table of one key that names the type:
//! `since = { date = "2025-12-04" }`. Keys that the schema declares as dates hold the plain text.

use std::sync::Arc;

use crate::formats::temporal;
use crate::formats::words::shown;

use super::source::{Block, Place, Spanned, Table, Texts, Toml};
use crate::store::schema::PropertyType;
use crate::value::Value;
use crate::value::temporal::{parse_day, parse_edtf};

/// Why a value is not what it should be: one sentence, and what to write.
struct Problem {
    place: Place,
    message: String,
    hint: Option<String>,
}

/// Reads the value of a key; reports what does not fit and returns `None` then.
pub(super) fn read(
    texts: &Texts<'_>,
    block: &Block<'_>,
    key: &str,
    toml: &Spanned<Toml<'_>>,
    declared: Option<PropertyType>,
) -> Option<Value> {
    let reader = Reader { block, key };
    let value = match declared {
        None => reader.undeclared(toml),
        Some(PropertyType::Strings) => reader.list(toml, PropertyType::String),
        Some(PropertyType::Integers) => reader.list(toml, PropertyType::Integer),
        Some(one) => reader.one(toml, one),
    };
    match value {
        Ok(value) => Some(value),
        Err(Problem {
            place,
            message,
            hint,
        }) => {
            texts.error(place, message).hint(hint);
            None
        }
    }
}

/// The key whose value is read.
struct Reader<'r, 'a> {
    block: &'r Block<'a>,
    key: &'r str,
}

impl Reader<'_, '_> {
    fn one(&self, toml: &Spanned<Toml<'_>>, declared: PropertyType) -> Result<Value, Problem> {
        match (declared, toml.get_ref()) {
            (PropertyType::Float, Toml::Integer(number)) => {
                let float = number
                    .as_str()
                    .parse()
                    .ok()
                    .filter(|_| number.radix() == 10);
                float
                    .map(Value::Float)
                    .ok_or_else(|| self.not_a(toml, declared))
            }
            (PropertyType::String, Toml::String(_))
            | (PropertyType::Integer, Toml::Integer(_))
            | (PropertyType::Float, Toml::Float(_))
            | (PropertyType::Boolean, Toml::Boolean(_)) => self.scalar(toml),
            (PropertyType::Date, Toml::String(text)) => match parse_day(text.as_ref()) {
                Some(date) => Ok(Value::Date(date)),
                None => Err(self.no_date(toml, text.as_ref())),
            },
            (PropertyType::Edtf, Toml::String(text)) => match parse_edtf(text.as_ref()) {
                Some(_) => self.scalar(toml),
                None => Err(self.no_edtf(toml, text.as_ref())),
            },
            (PropertyType::Date, Toml::Table(table)) => match named(table) {
                Some(date @ Value::Date(_)) => Ok(date),
                _ => Err(self.not_a(toml, declared)),
            },
            _ => Err(self.not_a(toml, declared)),
        }
    }

    fn list(&self, toml: &Spanned<Toml<'_>>, item: PropertyType) -> Result<Value, Problem> {
        let Toml::Array(items) = toml.get_ref() else {
            let whole = match item {
                PropertyType::Integer => PropertyType::Integers,
                _ => PropertyType::Strings,
            };
            return Err(self.not_a(toml, whole));
        };
        let items: Result<Vec<Value>, _> = items.iter().map(|i| self.one(i, item)).collect();
        Ok(Value::list(items?))
    }

    /// A value of a key of which the schema says nothing.
    fn undeclared(&self, toml: &Spanned<Toml<'_>>) -> Result<Value, Problem> {
        let Toml::Array(items) = toml.get_ref() else {
            return self.scalar(toml);
        };
        let values: Result<Vec<Value>, _> = items.iter().map(|item| self.item(item)).collect();
        let values = values?;
        let is_number = |value: &Value| matches!(value, Value::Int(_) | Value::Float(_));
        let alike =
            |(a, b): (&Value, &Value)| a.type_of() == b.type_of() || (is_number(a) && is_number(b));
        match values
            .iter()
            .zip(values.iter().skip(1))
            .position(|pair| !alike(pair))
        {
            None => Ok(Value::list(values)),
            Some(before) => Err(Problem {
                place: self.block.place(&items[before + 1]),
                message: format!("`{}` mixes values of different types in one list", self.key),
                hint: None,
            }),
        }
    }

    fn item(&self, toml: &Spanned<Toml<'_>>) -> Result<Value, Problem> {
        if matches!(toml.get_ref(), Toml::Array(_)) {
            return Err(self.problem(toml, "a list inside a list is not a property"));
        }
        self.scalar(toml)
    }

    fn scalar(&self, toml: &Spanned<Toml<'_>>) -> Result<Value, Problem> {
        match toml.get_ref() {
            Toml::String(text) => Ok(Value::String(Arc::from(&**text))),
            Toml::Boolean(flag) => Ok(Value::Bool(*flag)),
            Toml::Integer(number) => {
                let value = i64::from_str_radix(number.as_str(), number.radix());
                value.map(Value::Int).map_err(|_| {
                    let message = format!("{number} is larger than an integer can be");
                    self.problem(toml, &message)
                })
            }
            Toml::Float(number) => match number.as_str().parse::<f64>() {
                Ok(value) => Ok(Value::Float(value)),
                Err(_) => Err(self.problem(toml, &format!("{number} is not a number"))),
            },
            Toml::Datetime(moment) => {
                let mut problem = self.problem(toml, "a date or time without quotes");
                problem.hint = Some(format!("write \"{moment}\""));
                Err(problem)
            }
            Toml::Table(table) => {
                named(table).ok_or_else(|| self.problem(toml, "a table is not a property"))
            }
            Toml::Array(_) => self.undeclared(toml),
        }
    }

    fn problem(&self, toml: &Spanned<Toml<'_>>, message: &str) -> Problem {
        Problem {
            place: self.block.place(toml),
            message: format!("`{}`: {message}", self.key),
            hint: None,
        }
    }

    fn not_a(&self, toml: &Spanned<Toml<'_>>, declared: PropertyType) -> Problem {
        let mut problem = Problem {
            place: self.block.place(toml),
            message: format!(
                "`{}` is {}, and the schema declares it as {}",
                self.key,
                describe(toml.get_ref()),
                article(declared)
            ),
            hint: None,
        };
        problem.hint = match (declared, toml.get_ref()) {
            (PropertyType::Strings, Toml::String(text)) => Some(format!("write [{text:?}]")),
            (PropertyType::Integers, Toml::Integer(number)) => Some(format!("write [{number}]")),
            (
                PropertyType::String | PropertyType::Date | PropertyType::Edtf,
                Toml::Datetime(moment),
            ) => Some(format!("dates stand in quotes: \"{moment}\"")),
            (PropertyType::Integer | PropertyType::Float, Toml::String(text))
                if text.parse::<f64>().is_ok() =>
            {
                Some(format!("numbers stand without quotes: {text}"))
            }
            _ => None,
        };
        problem
    }

    fn no_date(&self, toml: &Spanned<Toml<'_>>, text: &str) -> Problem {
        let mut problem = self.problem(toml, &format!("{} is not a date", shown(text)));
        problem.hint = Some(if parse_edtf(text).is_some() {
            "a partial date stands under `date_text`; dates are written YYYY-MM-DD".to_owned()
        } else {
            "dates are written YYYY-MM-DD".to_owned()
        });
        problem
    }

    fn no_edtf(&self, toml: &Spanned<Toml<'_>>, text: &str) -> Problem {
        let mut problem = self.problem(toml, &format!("{} is not a partial date", shown(text)));
        problem.hint = Some(
            "write a year 2025, month 2025-12, day 2025-12-04, season 2026-21 (spring) to \
             2026-24, quarter 2025-33 to 2025-36, or two of them with / between; `..` is open"
                .to_owned(),
        );
        problem
    }
}

/// Reads a table that names the type of its one value.
fn named(table: &Table<'_>) -> Option<Value> {
    let mut entries = table.iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    let text = value.get_ref().as_str()?;
    temporal::read(name.get_ref(), text)
}

/// What a value is, in the words of an error.
fn describe(value: &Toml<'_>) -> &'static str {
    match value {
        Toml::String(_) => "a string",
        Toml::Integer(_) => "an integer",
        Toml::Float(_) => "a float",
        Toml::Boolean(_) => "a boolean",
        Toml::Datetime(_) => "a date or time without quotes",
        Toml::Array(_) => "a list",
        Toml::Table(_) => "a table",
    }
}

/// A declared type, in the words of an error.
fn article(declared: PropertyType) -> &'static str {
    match declared {
        PropertyType::String => "a string",
        PropertyType::Integer => "an integer",
        PropertyType::Float => "a float",
        PropertyType::Boolean => "a boolean",
        PropertyType::Date => "a date",
        PropertyType::Strings => "a list of strings",
        PropertyType::Integers => "a list of integers",
        PropertyType::Edtf => "a partial date (EDTF)",
    }
}

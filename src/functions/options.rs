//! A procedure's map of options.

use super::error::FunctionError;
use crate::error::nearest::nearest;
use crate::error::{Error, Result};
use crate::value::literal::to_literal;
use crate::value::{Map, Value};

/// Options of which all are known. One that is null is not given.
pub(super) struct Options<'a> {
    procedure: &'static str,
    values: Option<&'a Map>,
}

impl<'a> Options<'a> {
    /// Takes a map apart.
    pub(super) fn read(
        procedure: &'static str,
        value: &'a Value,
        known: &'static [&'static str],
    ) -> Result<Self> {
        let values = match value {
            Value::Map(values) => Some(&**values),
            _ => None,
        };
        let unknown = values.and_then(|map| map.keys().find(|key| !known.contains(&&***key)));
        if let Some(name) = unknown {
            let error = FunctionError::UnknownOption {
                procedure,
                name: name.to_string(),
                near: nearest(name, known.iter().copied()),
                known,
            };
            return Err(error.into());
        }
        Ok(Self { procedure, values })
    }

    /// Returns an option that is given.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        let value = self.values?.get(name)?;
        (!value.is_null()).then_some(value)
    }

    /// Returns an option that is an integer of at least so much.
    pub(super) fn integer(&self, name: &'static str, least: i64) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Int(number)) if *number >= least => Ok(Some(*number)),
            Some(other) => {
                let wanted = if least == 0 {
                    "an integer from 0 on"
                } else {
                    "a positive integer"
                };
                Err(self.wrong(name, wanted, other))
            }
        }
    }

    /// Returns the error for an option that cannot be used.
    pub(super) fn wrong(&self, option: &'static str, wanted: &'static str, found: &Value) -> Error {
        FunctionError::WrongOption {
            procedure: self.procedure,
            option,
            wanted,
            found: to_literal(found),
        }
        .into()
    }

    /// Returns the error for an option that is needed.
    pub(super) fn missing(&self, option: &'static str, wanted: &'static str) -> Error {
        FunctionError::MissingOption {
            procedure: self.procedure,
            option,
            wanted,
        }
        .into()
    }
}

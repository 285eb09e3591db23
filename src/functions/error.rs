//! What can go wrong in functions.

use thiserror::Error as ThisError;

use crate::error::{Code, Error, ErrorType};
use crate::value::Type;
use crate::value::operators::TOO_LARGE;

/// An error of this room; becomes an [`Error`] at its boundary.
#[derive(Clone, Debug, PartialEq, ThisError)]
pub(super) enum FunctionError {
    /// An argument of a type that the function can't use.
    #[error("`{function}()` takes {wanted}, not {found}")]
    Argument {
        function: &'static str,
        wanted: &'static str,
        found: Type,
    },
    /// An argument of `range()` that is no integer.
    #[error("`range()` takes INTEGER, not {found}")]
    RangeArgument { found: Type },
    /// A number that the function can't use.
    #[error("{what} is {found}, and must be {wanted}")]
    OutOfRange {
        what: &'static str,
        found: String,
        wanted: &'static str,
    },
    /// A word that is none of those that the function knows.
    #[error("`{found}` is no {what}")]
    UnknownWord {
        what: &'static str,
        found: String,
        known: &'static [&'static str],
    },
    /// A key in a procedure's map of options that it does not know.
    #[error("`{procedure}` has no option `{name}`")]
    UnknownOption {
        procedure: &'static str,
        name: String,
        near: Option<&'static str>,
        known: &'static [&'static str],
    },
    /// An option that a procedure can't use.
    #[error("the option `{option}` of `{procedure}` is {found}, and must be {wanted}")]
    WrongOption {
        procedure: &'static str,
        option: &'static str,
        wanted: &'static str,
        found: String,
    },
    /// An option that a procedure can't do without.
    #[error("`{procedure}` needs the option `{option}`: {wanted}")]
    MissingOption {
        procedure: &'static str,
        option: &'static str,
        wanted: &'static str,
    },
    /// A relationship type that the graph does not have.
    #[error("there is no relationship type `{name}`")]
    UnknownType { name: String, near: Option<String> },
    /// A text that is no expression for a cost.
    #[error("the option `cost` of `{procedure}` is `{text}`, which cannot be evaluated: {reason}")]
    NoFormula {
        procedure: &'static str,
        text: String,
        reason: String,
    },
    /// A relationship without the property that says what it costs.
    #[error("the relationship {rel} has no `{key}`, which is to be its cost")]
    NoCost { key: String, rel: String },
    /// A relationship with a cost that is none.
    #[error("the relationship {rel} costs {found} by its `{key}`; a cost is a number from 0 on")]
    BadCost {
        key: String,
        found: String,
        rel: String,
    },
    /// The properties or labels of a node or relationship that is gone.
    #[error("this {what} has been deleted")]
    Deleted { what: &'static str },
    /// A result that would not fit into memory.
    #[error("the result of `{function}()` would have more than {limit} {unit}")]
    TooLarge {
        function: &'static str,
        limit: usize,
        unit: &'static str,
    },
}

impl FunctionError {
    fn code(&self) -> Code {
        let (error_type, detail) = match self {
            Self::Argument { .. } => (ErrorType::TypeError, "InvalidArgumentValue"),
            Self::RangeArgument { .. } => (ErrorType::ArgumentError, "InvalidArgumentType"),
            Self::OutOfRange { .. } => (ErrorType::ArgumentError, "NumberOutOfRange"),
            Self::UnknownWord { .. }
            | Self::UnknownOption { .. }
            | Self::WrongOption { .. }
            | Self::MissingOption { .. }
            | Self::UnknownType { .. }
            | Self::NoFormula { .. }
            | Self::NoCost { .. }
            | Self::BadCost { .. } => (ErrorType::ArgumentError, "InvalidArgumentValue"),
            Self::Deleted { .. } => (ErrorType::EntityNotFound, "DeletedEntityAccess"),
            Self::TooLarge { .. } => (ErrorType::LimitError, "ValueTooLarge"),
        };
        Code::runtime(error_type, detail)
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownWord { known, .. } => Some(format!("known: {}", known.join(", "))),
            Self::UnknownOption {
                near: Some(near), ..
            } => Some(format!("did you mean `{near}`?")),
            Self::UnknownOption { known, .. } => Some(format!("its options: {}", known.join(", "))),
            Self::UnknownType { near, .. } => {
                let near = near.as_ref()?;
                Some(format!("did you mean `{near}`?"))
            }
            Self::TooLarge { .. } => Some(TOO_LARGE.to_owned()),
            Self::NoCost { .. } => {
                Some("give a `default`, or name the types that have it with `types`".to_owned())
            }
            _ => None,
        }
    }
}

impl From<FunctionError> for Error {
    fn from(error: FunctionError) -> Self {
        let result = Self::new(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => result.hint(hint),
            None => result,
        }
    }
}

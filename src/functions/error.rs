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
            Self::UnknownWord { .. } => (ErrorType::ArgumentError, "InvalidArgumentValue"),
            Self::Deleted { .. } => (ErrorType::EntityNotFound, "DeletedEntityAccess"),
            Self::TooLarge { .. } => (ErrorType::LimitError, "ValueTooLarge"),
        };
        Code::runtime(error_type, detail)
    }
}

impl From<FunctionError> for Error {
    fn from(error: FunctionError) -> Self {
        let result = Self::new(error.code(), error.to_string());
        match &error {
            FunctionError::UnknownWord { known, .. } => {
                result.hint(format!("known: {}", known.join(", ")))
            }
            FunctionError::TooLarge { .. } => result.hint(TOO_LARGE),
            _ => result,
        }
    }
}

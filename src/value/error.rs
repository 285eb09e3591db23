//! What can go wrong with values alone.

use thiserror::Error as ThisError;

use super::{Offset, Type, Zone};
use crate::error::{Code, Error, ErrorType, nearest};

/// An error of this room; becomes an [`Error`] at its boundary.
#[derive(Clone, Debug, PartialEq, ThisError)]
pub enum ValueError {
    /// The result is no 64-bit integer.
    #[error("the result of {operation} is outside of the integers, which have 64 bits")]
    IntegerOverflow {
        /// The operator or function, as the user writes it.
        operation: &'static str,
    },
    /// An integer divided by zero.
    #[error("{operation} by zero")]
    DivisionByZero {
        /// `division` or `remainder of a division`.
        operation: &'static str,
    },
    /// An operator got operands that it does not work on.
    #[error("`{operator}` does not work on {left} and {right}")]
    Operands {
        /// The operator, as the user writes it.
        operator: &'static str,
        /// The left operand's type.
        left: Type,
        /// The right operand's type.
        right: Type,
    },
    /// A prefix operator got an operand that it does not work on.
    #[error("`{operator}` does not work on {operand}")]
    Operand {
        /// The operator, as the user writes it.
        operator: &'static str,
        /// The operand's type.
        operand: Type,
    },
    /// One instant was subtracted from another.
    #[error("`-` does not give the time between {left} and {right}")]
    InstantDifference {
        /// The left operand's type.
        left: Type,
        /// The right operand's type.
        right: Type,
    },
    /// An instant was moved out of the known years.
    #[error("the result of {operation} is outside of the years -999999999 to 999999999")]
    InstantOverflow {
        /// The operator or function, as the user writes it.
        operation: &'static str,
    },
    /// `IN` on something else than a list.
    #[error("`IN` looks into a LIST, not into {found}")]
    NotAList {
        /// What was there.
        found: Type,
    },
    /// `value[index]` on something that has no elements.
    #[error("{found} has no elements to pick with `[…]`")]
    NotIndexable {
        /// What was there.
        found: Type,
    },
    /// `list[index]` or `list[from..to]` with an index that is no integer.
    #[error("a list is indexed by INTEGER, not by {found}")]
    IndexNotInteger {
        /// What was there.
        found: Type,
    },
    /// `map[key]` with a key that is no string.
    #[error("a map is indexed by STRING, not by {found}")]
    KeyNotString {
        /// What was there.
        found: Type,
    },
    /// `node[key]` with a key that is no string.
    #[error("a property key is a STRING, not {found}")]
    PropertyKeyNotString {
        /// What was there.
        found: Type,
    },
    /// `value.key` on something that has no properties.
    #[error("{found} has no property `{key}`")]
    NoProperties {
        /// What was there.
        found: Type,
        /// The key that was asked for.
        key: String,
    },
    /// A component that temporal values of this type don't have.
    #[error("a {found} has no component `{name}`")]
    NoComponent {
        /// The type.
        found: Type,
        /// The component that was asked for.
        name: String,
    },
    /// A text that is no temporal value of the wanted type.
    #[error("`{text}` is no {wanted}, which is written like {example}")]
    Unreadable {
        /// The type.
        wanted: Type,
        /// The text, shortened.
        text: String,
        /// What one looks like.
        example: &'static str,
    },
    /// A text of the right form that names a day or time that does not exist.
    #[error("`{text}` is no {wanted}: {reason}")]
    Impossible {
        /// The type.
        wanted: Type,
        /// The text, shortened.
        text: String,
        /// What does not exist.
        reason: String,
    },
    /// A time zone that is neither an offset nor known.
    #[error("there is no time zone `{name}`")]
    UnknownZone {
        /// What was there.
        name: String,
    },
    /// An offset that the zone beside it does not have at that time.
    #[error("the offset {offset} is none that `{zone}` has at that time")]
    OffsetMismatch {
        /// The offset.
        offset: Offset,
        /// The zone.
        zone: String,
    },
    /// A component that values of a type are not made of.
    #[error("`{name}` is no component of a {of}")]
    NotAComponent {
        /// The type.
        of: Type,
        /// The component.
        name: String,
    },
    /// A component of a wrong type.
    #[error("`{name}` must be {wanted}, not {found}")]
    ComponentType {
        /// The component.
        name: String,
        /// The type that it must have.
        wanted: Type,
        /// The type that it has.
        found: Type,
    },
    /// A component that is too small or too large.
    #[error("`{name}` is {found}, and must be from {least} to {most}")]
    ComponentRange {
        /// The component.
        name: &'static str,
        /// What it is.
        found: i64,
        /// The least that it can be.
        least: i64,
        /// The most that it can be.
        most: i64,
    },
    /// A component without which another means nothing.
    #[error("{wanted_by} needs `{name}`")]
    ComponentMissing {
        /// The component that is missing.
        name: &'static str,
        /// What needs it.
        wanted_by: &'static str,
    },
    /// Two components that contradict each other.
    #[error("`{first}` and `{second}` can't be given together")]
    ComponentConflict {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A value that lacks the part that is to be taken from it.
    #[error("`{part}` can't be taken from {found}")]
    NoPart {
        /// The part.
        part: &'static str,
        /// The value's type.
        found: Type,
    },
    /// Something else where a date or time is wanted.
    #[error("{found} is no date or time")]
    NotAnInstant {
        /// The value's type.
        found: Type,
    },
    /// Something else where a moment is wanted.
    #[error("a moment is a date, a date and time, or one of them as a text, not {found}")]
    NotAMoment {
        /// The value's type.
        found: Type,
    },
    /// A text that is no moment.
    #[error(
        "`{text}` is no date, which is written like '2025-12-17', nor a date and time, like \
         '2025-12-17T09:30:00Z'"
    )]
    UnreadableMoment {
        /// The text, shortened.
        text: String,
    },
    /// A unit of truncation that is not known.
    #[error("`{name}` is no unit to cut off at")]
    UnknownUnit {
        /// What was there.
        name: String,
    },
    /// A unit of truncation that the value or the result lacks.
    #[error("a {found} can't be cut off at `{unit}` here")]
    UnitMisfit {
        /// The unit.
        unit: &'static str,
        /// The type of the value.
        found: Type,
    },
    /// A string or list that would not fit into memory.
    #[error("the result of {operation} would have more than {limit} {unit}")]
    TooLarge {
        /// The operator, as the user writes it.
        operation: &'static str,
        /// The limit.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// A regular expression that can't be used.
    #[error("`{pattern}` is not a regular expression: {reason}{place}")]
    RegularExpression {
        /// The pattern, shortened.
        pattern: String,
        /// Why, in the words of the regular expression engine.
        reason: String,
        /// Where, as it follows the reason; empty where no place is known.
        place: String,
    },
    /// Lists or maps nested too deeply.
    #[error("lists and maps are nested more than {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

impl ValueError {
    fn code(&self) -> Code {
        let (error_type, detail) = match self {
            Self::IntegerOverflow { .. } => (ErrorType::ArithmeticError, "IntegerOverflow"),
            Self::InstantOverflow { .. } => (ErrorType::ArithmeticError, "NumberOutOfRange"),
            Self::DivisionByZero { .. } => (ErrorType::ArithmeticError, "DivisionByZero"),
            Self::Operands { .. }
            | Self::Operand { .. }
            | Self::InstantDifference { .. }
            | Self::NotAList { .. }
            | Self::NotAMoment { .. }
            | Self::NotIndexable { .. }
            | Self::NoProperties { .. } => (ErrorType::TypeError, "InvalidArgumentType"),
            Self::IndexNotInteger { .. } => (ErrorType::TypeError, "ListElementAccessByNonInteger"),
            Self::KeyNotString { .. } => (ErrorType::TypeError, "MapElementAccessByNonString"),
            Self::PropertyKeyNotString { .. } => {
                (ErrorType::TypeError, "PropertyAccessByNonString")
            }
            Self::RegularExpression { .. } => {
                (ErrorType::ArgumentError, "InvalidRegularExpression")
            }
            Self::NoComponent { .. }
            | Self::Unreadable { .. }
            | Self::Impossible { .. }
            | Self::UnknownZone { .. }
            | Self::OffsetMismatch { .. }
            | Self::NotAComponent { .. }
            | Self::UnreadableMoment { .. }
            | Self::ComponentMissing { .. }
            | Self::ComponentConflict { .. }
            | Self::UnknownUnit { .. } => (ErrorType::ArgumentError, "InvalidArgumentValue"),
            Self::ComponentRange { .. } => (ErrorType::ArgumentError, "NumberOutOfRange"),
            Self::ComponentType { .. }
            | Self::NoPart { .. }
            | Self::NotAnInstant { .. }
            | Self::UnitMisfit { .. } => (ErrorType::TypeError, "InvalidArgumentValue"),
            Self::TooLarge { .. } => (ErrorType::LimitError, "ValueTooLarge"),
            Self::TooDeep { .. } => (ErrorType::LimitError, "NestingTooDeep"),
        };
        Code::runtime(error_type, detail)
    }

    /// Returns what may help, if anything does.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::InstantDifference { .. } => Some("write `duration.between(a, b)`".to_owned()),
            Self::IntegerOverflow {
                operation: "`+`" | "`-`" | "`*`",
            } => Some("a FLOAT operand, such as `1.0`, has more room".to_owned()),
            Self::UnknownZone { name } => {
                Zone::nearest_name(name).map(|nearest| format!("the nearest name is `{nearest}`"))
            }
            Self::NotAMoment {
                found: Type::Integer | Type::Float | Type::Number,
            } => Some("put a date in quotes: `2025-12-17` without them is arithmetic".to_owned()),
            Self::NotAMoment { found: Type::Null } => {
                Some("leave `AS OF` out to read what holds at any time".to_owned())
            }
            Self::UnknownUnit { name } => {
                let known = super::temporal::UNIT_NAMES;
                nearest::hint(name, known).or_else(|| Some(format!("known: {}", known.join(", "))))
            }
            Self::NoComponent { found, name } => {
                nearest::hint(name, super::temporal::component_names(*found))
            }
            Self::NotAComponent { of, name } => {
                let known = super::temporal::field_names(*of).iter().copied().flatten();
                nearest::hint(name, known.copied())
            }
            Self::TooLarge { .. } => Some(super::operators::TOO_LARGE.to_owned()),
            _ => None,
        }
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        let result = Self::new(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => result.hint(hint),
            None => result,
        }
    }
}

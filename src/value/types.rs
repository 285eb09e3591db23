//! The names of the types that values have.

use std::fmt;

use super::Value;

/// The type of a value, or of a function's argument. Flat: what a list holds is not said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Anything, also null.
    Any,
    /// Only null.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Float,
    /// An integer or a float.
    Number,
    /// Text.
    String,
    /// A calendar date.
    Date,
    /// A time of day with an offset.
    Time,
    /// A time of day.
    LocalTime,
    /// A date and time in a zone.
    DateTime,
    /// A date and time.
    LocalDateTime,
    /// Months, days, seconds and nanoseconds.
    Duration,
    /// A list.
    List,
    /// A map.
    Map,
    /// A node.
    Node,
    /// A relationship.
    Relationship,
    /// A path.
    Path,
}

/// What `IS ::` asks, and what a constraint on a type demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeTest {
    /// The alternatives: type, element type of a list, whether null is excluded.
    pub alternatives: Vec<(Type, Option<Box<TypeTest>>, bool)>,
}

impl TypeTest {
    /// Returns whether a value is of one of the types. Null is of every type that does not exclude
    /// it.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.alternatives
            .iter()
            .any(|(kind, element, not_null)| match value {
                Value::Null => !not_null,
                Value::List(items) if *kind == Type::List => element
                    .as_ref()
                    .is_none_or(|element| items.iter().all(|item| element.accepts(item))),
                other => match kind {
                    Type::Any => true,
                    Type::Number => matches!(other, Value::Int(_) | Value::Float(_)),
                    kind => other.type_of() == *kind,
                },
            })
    }
}

impl fmt::Display for TypeTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (kind, element, not_null)) in self.alternatives.iter().enumerate() {
            if number > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{kind}")?;
            if let Some(element) = element {
                write!(f, "<{element}>")?;
            }
            if *not_null {
                f.write_str(" NOT NULL")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "ANY",
            Self::Null => "NULL",
            Self::Boolean => "BOOLEAN",
            Self::Integer => "INTEGER",
            Self::Float => "FLOAT",
            Self::Number => "NUMBER",
            Self::String => "STRING",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::LocalTime => "LOCAL TIME",
            Self::DateTime => "DATETIME",
            Self::LocalDateTime => "LOCAL DATETIME",
            Self::Duration => "DURATION",
            Self::List => "LIST",
            Self::Map => "MAP",
            Self::Node => "NODE",
            Self::Relationship => "RELATIONSHIP",
            Self::Path => "PATH",
        })
    }
}

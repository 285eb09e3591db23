//! Values from Rust's types, and back.

use std::sync::Arc;

use super::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, Map, NodeId, Path, RelId, Time, Type, Value,
};

impl Value {
    /// Returns the type.
    #[must_use]
    pub const fn type_of(&self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Bool(_) => Type::Boolean,
            Self::Int(_) => Type::Integer,
            Self::Float(_) => Type::Float,
            Self::String(_) => Type::String,
            Self::List(_) => Type::List,
            Self::Map(_) => Type::Map,
            Self::Node(_) => Type::Node,
            Self::Rel(_) => Type::Relationship,
            Self::Path(_) => Type::Path,
            Self::Date(_) => Type::Date,
            Self::LocalTime(_) => Type::LocalTime,
            Self::Time(_) => Type::Time,
            Self::LocalDateTime(_) => Type::LocalDateTime,
            Self::DateTime(_) => Type::DateTime,
            Self::Duration(_) => Type::Duration,
        }
    }

    /// Creates a list.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// Creates a map.
    #[must_use]
    pub fn map<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = entries.into_iter();
        Self::Map(Arc::new(
            entries.map(|(key, value)| (key.into(), value)).collect(),
        ))
    }

    /// Returns whether this is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the integer, if this is one.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the number as a float, if this is an integer or a float.
    #[must_use]
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an integer used as a float is the nearest float"
            )]
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the items, if this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the entries, if this is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the node, if this is one.
    #[must_use]
    pub const fn as_node(&self) -> Option<NodeId> {
        match self {
            Self::Node(node) => Some(*node),
            _ => None,
        }
    }

    /// Returns the relationship, if this is one.
    #[must_use]
    pub const fn as_rel(&self) -> Option<RelId> {
        match self {
            Self::Rel(rel) => Some(*rel),
            _ => None,
        }
    }

    /// Returns the path, if this is one.
    #[must_use]
    pub fn as_path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            _ => None,
        }
    }
}

/// Writes `From<$from> for Value` for types that a variant holds or that fit into one.
macro_rules! from {
    ($($from:ty => $name:ident $value:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )*};
}

from! {
    bool => value Self::Bool(value);
    i64 => value Self::Int(value);
    i32 => value Self::Int(value.into());
    u32 => value Self::Int(value.into());
    f64 => value Self::Float(value);
    &str => value Self::String(value.into());
    String => value Self::String(value.into());
    Arc<str> => value Self::String(value);
    Vec<Self> => items Self::List(items.into());
    Map => map Self::Map(Arc::new(map));
    NodeId => node Self::Node(node);
    RelId => rel Self::Rel(rel);
    Path => path Self::Path(Arc::new(path));
    Date => value Self::Date(value);
    LocalTime => value Self::LocalTime(value);
    Time => value Self::Time(value);
    LocalDateTime => value Self::LocalDateTime(value);
    DateTime => value Self::DateTime(value);
    Duration => value Self::Duration(Arc::new(value));
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

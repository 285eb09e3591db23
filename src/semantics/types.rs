//! Types as far as the text alone shows them.

use crate::value::{Type, Value};

/// What is known of an expression's type before any data are seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StaticType {
    /// A flat type; [`Type::Any`] where nothing is known.
    Flat(Type),
    /// A list and what it holds.
    List(Box<StaticType>),
}

impl StaticType {
    pub(super) const ANY: Self = Self::Flat(Type::Any);
    pub(super) const BOOLEAN: Self = Self::Flat(Type::Boolean);
    pub(super) const INTEGER: Self = Self::Flat(Type::Integer);

    pub(super) fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::List(items) => Self::list(Self::common(items.iter().map(Self::of))),
            _ => Self::Flat(value.type_of()),
        }
    }

    /// The type of anything that one of `types` describes.
    pub(super) fn common(types: impl Iterator<Item = Self>) -> Self {
        let mut result: Option<Self> = None;
        for next in types {
            result = Some(match result {
                None | Some(Self::Flat(Type::Null)) => next,
                Some(known) if known == next || next == Self::Flat(Type::Null) => known,
                Some(Self::Flat(Type::Integer | Type::Float | Type::Number))
                    if next.is_number() =>
                {
                    Self::Flat(Type::Number)
                }
                Some(_) => return Self::ANY,
            });
        }
        result.unwrap_or(Self::ANY)
    }

    pub(super) fn flat(&self) -> Type {
        match self {
            Self::Flat(flat) => *flat,
            Self::List(_) => Type::List,
        }
    }

    /// What the elements of a list of this type are.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::List(element) => (**element).clone(),
            Self::Flat(_) => Self::ANY,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.flat(), Type::Integer | Type::Float | Type::Number)
    }

    /// Whether nothing speaks against a value of this type being one of `wanted`.
    pub(super) fn fits(&self, wanted: &[Type]) -> bool {
        let found = self.flat();
        wanted.is_empty()
            || matches!(found, Type::Any | Type::Null)
            || wanted.iter().any(|&wanted| fits(found, wanted))
    }

    /// The type with an article, for sentences.
    pub(super) fn describe(&self) -> String {
        match self.flat() {
            Type::Any => "a value".into(),
            Type::Null => "null".into(),
            Type::Integer => "an integer".into(),
            other => format!("a {}", other.to_string().to_lowercase()),
        }
    }
}

fn fits(found: Type, wanted: Type) -> bool {
    found == wanted
        || wanted == Type::Any
        || match wanted {
            Type::Number => matches!(found, Type::Integer | Type::Float),
            Type::Float | Type::Integer => {
                found == Type::Number || (wanted == Type::Float && found == Type::Integer)
            }
            _ => false,
        }
}

//! What columns are: the types of values, and what the metadata of a file say of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::formats::temporal;
use crate::value::Value;

/// Under which key a file's metadata hold ours.
pub(super) const KEY: &str = "polity";

/// Columns that are no properties.
pub(super) const ID: &str = "_id";
pub(super) const LABELS: &str = "_labels";
pub(super) const START: &str = "_start";
pub(super) const END: &str = "_end";
pub(super) const TYPE: &str = "_type";
pub(super) const VALID_FROM: &str = "_valid_from";
pub(super) const VALID_UNTIL: &str = "_valid_until";

/// What a file says of itself.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    /// The columns that hold properties, by name.
    pub(super) columns: BTreeMap<String, Described>,
    /// The schema of the graph, as TOML.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) schema: String,
}

/// What a column holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Described {
    /// The property's key.
    pub(super) key: String,
    /// The type of its values, or of the items of its lists.
    #[serde(rename = "type")]
    pub(super) item: String,
}

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) item: Item,
    pub(super) is_list: bool,
}

/// The type of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Bool,
    Int,
    Float,
    Text,
    /// A date of the years 1 to 9999.
    Day,
    /// A temporal value as text; its type.
    Temporal(&'static str),
}

impl Kind {
    /// The kind of a property.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::List(items) => Self {
                // A list has one kind if all of its items have, and is text otherwise.
                item: common(items.iter().map(Item::of)),
                is_list: true,
            },
            value => Self {
                item: Item::of(value),
                is_list: false,
            },
        }
    }
}

/// What items of a list have in common; dates of any year as text where one needs that.
fn common(mut items: impl Iterator<Item = Item>) -> Item {
    let first = items.next().unwrap_or(Item::Text);
    items.fold(first, |all, item| match (all, item) {
        (Item::Day, Item::Temporal("date")) => item,
        _ => all,
    })
}

impl Item {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Bool,
            Value::Int(_) => Self::Int,
            Value::Float(_) => Self::Float,
            Value::Date(date) if (1..=9999).contains(&date.year()) => Self::Day,
            other => {
                temporal::described(other).map_or(Self::Text, |(kind, _)| Self::Temporal(kind))
            }
        }
    }

    /// Its name in the metadata.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Int => "integer",
            Self::Float => "float",
            Self::Text => "string",
            Self::Day => "date",
            Self::Temporal(kind) => kind,
        }
    }
}

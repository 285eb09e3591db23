//! Room 1: what a property, a parameter and a result cell can hold.
//!
//! Owns [`Value`], [`NodeId`], [`RelId`], ternary logic, equality and orderability, temporal
//! values, and printing literals. Nodes and relationships are ids here; what they hold is the
//! store's business.
//!
//! **Invariant:** this room knows neither graphs nor query text.

mod convert;
mod equality;
mod error;
mod list;
pub mod literal;
pub mod operators;
mod order;
pub mod temporal;
pub mod ternary;
#[cfg(test)]
pub(crate) mod testing;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use equality::{GroupKey, equal, equivalent, hash};
pub use error::ValueError;
pub use list::List;
pub use literal::Describe;
pub use order::{
    Comparison, compare, comparison, greater, greater_or_equal, less, less_or_equal, order,
};
pub use temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Offset, Time, Zone};
pub use types::{Type, TypeTest};

/// A node's internal id, dense from zero. Users see slugs, which are properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct NodeId(pub u32);

/// A relationship's internal id, dense from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct RelId(pub u32);

/// A map value; keys in order, as openCypher compares maps by sorted keys.
pub type Map = BTreeMap<Arc<str>, Value>;

/// A path: `nodes` is one longer than `rels`; `rels[i]` joins `nodes[i]` and `nodes[i + 1]` in
/// either direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// The nodes in order; never empty.
    pub nodes: Box<[NodeId]>,
    /// The relationships in order.
    pub rels: Box<[RelId]>,
}

/// Any value of the query language. 24 bytes.
#[derive(Clone, Debug)]
pub enum Value {
    /// Unknown or missing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A 64-bit signed integer.
    Int(i64),
    /// A 64-bit IEEE 754 number.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// A list of any values.
    List(List),
    /// A map from keys to any values.
    Map(Arc<Map>),
    /// A node of the graph.
    Node(NodeId),
    /// A relationship of the graph.
    Rel(RelId),
    /// A path in the graph.
    Path(Arc<Path>),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    LocalTime(LocalTime),
    /// A time of day with an offset.
    Time(Time),
    /// A date and time.
    LocalDateTime(LocalDateTime),
    /// A moment, shown in a zone.
    DateTime(DateTime),
    /// An amount of time.
    Duration(Arc<Duration>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_24_bytes() {
        assert_eq!(size_of::<Value>(), 24);
    }
}

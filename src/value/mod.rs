//! Room 1: what a property, a parameter and a result cell can hold.
//!
//! Owns [`Value`], [`NodeId`], [`RelId`], ternary logic, equality and orderability, temporal
//! values, and printing literals. Nodes and relationships are ids here; what they hold is the
//! store's business.
//!
//! **Invariant:** this room knows neither graphs nor query text.

mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use types::Type;

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
    List(Arc<[Value]>),
    /// A map from keys to any values.
    Map(Arc<Map>),
    /// A node of the graph.
    Node(NodeId),
    /// A relationship of the graph.
    Rel(RelId),
    /// A path in the graph.
    Path(Arc<Path>),
}

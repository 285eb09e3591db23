//! Two graphs side by side: what differs ([`diff`]), and what one adds to the other ([`merge`]).
//!
//! Nodes are the same if they have the same property `id`; those without one if labels and
//! properties are all the same. Relationships are the same only between the same nodes and of the
//! same type; where several are, those come together that have all properties in common, then those
//! that have most. No element has two partners.

mod diff;
mod matching;
mod merge;
mod schema;
mod text;

pub use diff::{Changed, Changes, Difference, PropertyChange, diff};
pub use merge::{
    ChangeSet, Conflict, Element, ElementChange, End, NewNode, NewRelationship, Preference, merge,
};

#[cfg(test)]
mod tests;

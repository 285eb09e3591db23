//! Room 4: `semantics`.

//! Room 5: logical and physical plans.

pub mod physical;

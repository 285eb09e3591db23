//! Room 5: logical and physical plans.

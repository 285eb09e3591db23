//! Room 8: `cli`.

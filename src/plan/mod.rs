//! Room 5: `plan`.

//! Room 6: `exec`.

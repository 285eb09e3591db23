//! Room 2: `store`.

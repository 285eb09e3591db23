//! Room 3: `functions`.

//! Room 3: `paths`.

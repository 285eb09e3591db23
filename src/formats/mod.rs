//! Room 3: `formats`.

//! Room 7: `db`.

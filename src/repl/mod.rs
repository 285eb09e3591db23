//! Room 8: `repl`.

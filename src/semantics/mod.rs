//! Room 4: what a query means.

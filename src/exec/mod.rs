//! Room 7: runs physical plans.
//!
//! In: a [`PhysicalPlan`](crate::plan::physical::PhysicalPlan) and a [`Context`]. Out: a
//! [`ResultSet`], the result's columns as typed batches.
//!
//! - `ops/` holds one operator per file. An operator pulls batches from its input and hands out
//!   batches of about [`BATCH_ROWS`] rows with the columns that are live above it.
//! - `eval/` evaluates an expression over a whole batch: typed where the columns are, value by
//!   value elsewhere; row by row only where an error in a row that is decided already must not
//!   surface (`x <> 0 AND 1 / x > 2`).
//!
//! **Invariant:** the same plan on the same graph gives the same rows in the same order.
//!
//! **Invariant:** nothing recurses by the size of the data; only by the depth of plan and
//! expression, which is limited.
//!
//! **Invariant:** writing operators read their whole input before the first change.

mod batch;
mod column;
mod context;
mod eval;
mod later;
mod ops;
mod profile;
mod run;

pub use batch::{BATCH_ROWS, Batch};
pub use column::{Cells, Column, Validity};
pub use context::{Context, Counters, Graph, Limits};
pub use profile::Profile;
pub use run::{ResultSet, execute, execute_measured};

#[cfg(test)]
mod tests;

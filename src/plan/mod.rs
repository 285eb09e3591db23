//! Room 6: from what a query means to how it runs.
//!
//! In: the bound tree and what the store counts. [`plan`] makes a [logical plan](logical), free of
//! storage; [`optimize`] rewrites it by [rules](RULES); [`lower`] chooses start nodes, the order in
//! which patterns are walked, and operators: the [physical plan](physical).
//!
//! **Invariant:** this room sees no graph, only [`Statistics`](crate::store::Statistics); the same
//! text and statistics give the same plan.

mod build;
mod cost;
mod draw;
mod explain;
pub mod logical;
mod lower;
pub mod physical;
mod rules;
mod tree;
mod verbose;

pub use build::plan;
pub use draw::{draw, draw_profile};
pub use explain::{ExplainLine, Measure, Totals, explain};
pub use logical::LogicalQuery;
pub use lower::lower;
pub use rules::{RULES, Rule, optimize};
pub use verbose::draw_logical;

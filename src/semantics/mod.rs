//! Room 5: what a query means.
//!
//! In: a syntax tree, the names of the parameters and the signatures of the procedures. Out: the
//! [bound tree](bound), in which every variable is a slot, every function is known and every rule
//! that the text alone can break has been checked.
//!
//! **Invariant:** the data never changes what a query means, so this room sees no store.

pub mod bound;
pub mod path;

mod aggregate;
mod bind;
mod error;
mod scope;
mod types;
mod walk;

pub use bind::{Catalog, bind, bind_call, bind_schema, bind_show, bind_value};

//! Room 4: what queries can call by name.
//!
//! Scalar functions, aggregate functions and procedures: each is data (name, category, signature,
//! help line) with its body beside it, so that the binder, help, completion and the reference page
//! read the same table. Functions see the graph as a [`Snapshot`](crate::store::Snapshot), and the
//! time as a [`Clock`].
//!
//! **Invariant:** this room knows no syntax: it gets values and gives values.

mod aggregate;
mod cheapest;
mod context;
mod error;
mod formula;
mod memory;
pub mod operators;
mod options;
mod procedure;
mod scalar;
mod show;
mod signature;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use aggregate::{Accumulator, Aggregate, Start};
pub use context::{Clock, Context, Unwatched, Watch};
pub use formula::{Formula, Formulas, NoFormulas};
pub use memory::Memory;
pub use procedure::{Field, Procedure, ProcedureBody, Procedures};
pub use scalar::IntRange;
pub use signature::{Argument, Body, Function, Signature};

/// Other names of functions.
const ALIASES: &[(&str, &str)] = &[
    ("ceiling", "ceil"),
    ("character_length", "char_length"),
    ("duration_between", "duration.between"),
    ("ln", "log"),
    ("local_datetime", "localdatetime"),
    ("local_time", "localtime"),
    ("lower", "toLower"),
    ("power", "pow"),
    ("rels", "relationships"),
    ("upper", "toUpper"),
    ("zoned_datetime", "datetime"),
    ("zoned_time", "time"),
];

static FUNCTIONS: LazyLock<HashMap<String, &'static Function>> = LazyLock::new(|| {
    let mut table: HashMap<_, _> = functions()
        .map(|function| (function.name.to_lowercase(), function))
        .collect();
    for (alias, name) in ALIASES {
        if let Some(function) = table.get(&name.to_lowercase()) {
            table.insert((*alias).to_owned(), function);
        }
    }
    table
});

/// Returns the function of this name; case does not matter, dots belong to the name.
#[must_use]
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(&name.to_lowercase()).copied()
}

/// Returns all functions, by category.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    scalar::TABLES.iter().copied().flatten()
}

/// Returns the aggregate function of this name; case does not matter.
#[must_use]
pub fn aggregate(name: &str) -> Option<&'static Aggregate> {
    aggregates().find(|aggregate| {
        aggregate.name.eq_ignore_ascii_case(name)
            || aggregate
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    })
}

/// Returns all aggregate functions.
pub fn aggregates() -> impl Iterator<Item = &'static Aggregate> {
    aggregate::AGGREGATES.iter()
}

/// Returns the names of all functions, aggregate functions among them.
pub fn names() -> impl Iterator<Item = &'static str> {
    let functions = functions().map(|function| function.name);
    functions.chain(aggregates().map(|aggregate| aggregate.name))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        for name in names() {
            let upper = name.to_uppercase();
            assert!(
                function(&upper).is_some() || aggregate(&upper).is_some(),
                "{name}"
            );
        }
        assert_eq!(function("CEILING"), function("ceil"));
        assert_eq!(aggregate("stdev_samp"), aggregate("stDev"));
        assert_eq!(function("nothing"), None);
    }

    #[test]
    fn names_are_unique_and_all_is_explained() {
        let mut seen = HashSet::new();
        for name in names() {
            assert!(seen.insert(name.to_lowercase()), "{name} twice");
        }
        for function in functions() {
            let signature = function.signature;
            assert!(
                signature.required <= signature.arguments.len(),
                "{}",
                function.name
            );
            assert!(function.help.ends_with('.'), "{}", function.name);
        }
    }
}

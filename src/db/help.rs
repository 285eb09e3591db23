//! What the language offers, for help and completion.

use std::sync::Arc;

use crate::functions;

/// A function, as help shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionHelp {
    /// The name.
    pub name: &'static str,
    /// What it is about: `string`, `list`, `aggregate` …
    pub category: &'static str,
    /// Arguments and result.
    pub signature: String,
    /// One sentence.
    pub help: &'static str,
}

/// Returns all functions, scalar ones first.
pub fn functions() -> impl Iterator<Item = FunctionHelp> {
    let scalar = functions::functions().map(|function| FunctionHelp {
        name: function.name,
        category: function.category,
        signature: function.signature.describe(function.name),
        help: function.help,
    });
    let aggregates = functions::aggregates().map(|aggregate| FunctionHelp {
        name: aggregate.name,
        category: aggregate.category,
        signature: aggregate.signature.describe(aggregate.name),
        help: aggregate.help,
    });
    scalar.chain(aggregates)
}

/// A procedure, as help shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureHelp {
    /// The full name, dots included.
    pub name: Arc<str>,
    /// Inputs and outputs.
    pub signature: String,
    /// One sentence.
    pub help: Arc<str>,
}

/// Returns the procedures that every database has, by name.
#[must_use]
pub fn procedures() -> Vec<ProcedureHelp> {
    let all = functions::Procedures::built_in();
    all.iter()
        .map(|procedure| ProcedureHelp {
            name: Arc::clone(&procedure.name),
            signature: procedure.describe(),
            help: Arc::clone(&procedure.help),
        })
        .collect()
}

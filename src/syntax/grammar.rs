//! The generated parser. Only `parse` uses it.

/// Recognizes the language of `grammar/*.pest`.
#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar/lexical.pest"]
#[grammar = "grammar/expression.pest"]
#[grammar = "grammar/pattern.pest"]
#[grammar = "grammar/clause.pest"]
#[grammar = "grammar/statement.pest"]
pub(super) struct Grammar;

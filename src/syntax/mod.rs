//! Room 2: query text to syntax tree and back.

pub mod ast;

pub mod keywords;
pub mod limits;
pub mod print;
pub mod shell;
pub mod split;

#[cfg(test)]
mod arbitrary;
mod error;
mod grammar;
mod parse;
mod scan;
#[cfg(test)]
mod tck_texts;
#[cfg(test)]
mod tests;

use crate::error::Result;

/// Parses one statement; a `;` may follow it.
pub fn parse(text: &str) -> Result<ast::Statement> {
    parse::statement(text)
}

/// Parses an expression that is the whole text, such as the value of a parameter.
pub fn parse_expression(text: &str) -> Result<ast::Expr> {
    parse::single_expression(text)
}

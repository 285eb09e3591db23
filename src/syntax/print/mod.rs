//! Syntax tree to text.
//!
//! **Invariant:** parsing what is printed gives the same tree, spans aside. Parentheses stand
//! where precedence or an ambiguity needs them, and nowhere else.

mod clause;
mod expression;
mod form;
mod name;
mod pattern;
mod schema;
mod show;

use super::ast::{Expr, Statement};

/// Prints a statement, a clause on a line, without `;`.
#[must_use]
pub fn statement(statement: &Statement) -> String {
    let mut out = String::new();
    clause::statement(&mut out, statement);
    out
}

/// Prints an expression.
#[must_use]
pub fn expression(expr: &Expr) -> String {
    let mut out = String::new();
    expression::print(&mut out, expr);
    out
}

/// Prints parts with a separator between them.
fn separated<T>(
    out: &mut String,
    separator: &str,
    parts: &[T],
    mut print: impl FnMut(&mut String, &T),
) {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.push_str(separator);
        }
        print(out, part);
    }
}

//! Names, strings and numbers.

use std::fmt::Write;

use crate::syntax::ast::Literal;
use crate::syntax::keywords::is_reserved;

/// Prints a variable: reserved words need backticks.
pub(super) fn variable(out: &mut String, name: &str) {
    if is_plain(name) && !is_reserved(name) {
        out.push_str(name);
    } else {
        quoted(out, name, '`');
    }
}

/// Prints a label, type, key or a further part of a name: any word will do.
pub(super) fn name(out: &mut String, name: &str) {
    if is_plain(name) {
        out.push_str(name);
    } else {
        quoted(out, name, '`');
    }
}

/// Prints a name with dots in it. As the first part most reserved words need backticks.
pub(super) fn dotted<T: AsRef<str>>(out: &mut String, parts: &[T]) {
    for (number, part) in parts.iter().enumerate() {
        let part = part.as_ref();
        let is_function = part.eq_ignore_ascii_case("exists") || part.eq_ignore_ascii_case("all");
        if number > 0 {
            out.push('.');
        }
        if number == 0 && !is_function {
            variable(out, part);
        } else {
            name(out, part);
        }
    }
}

/// Prints `$name`.
pub(super) fn parameter(out: &mut String, name: &str) {
    out.push('$');
    if !name.is_empty() && name.chars().all(pest::unicode::XID_CONTINUE) {
        out.push_str(name);
    } else {
        quoted(out, name, '`');
    }
}

/// Prints a literal.
pub(super) fn literal(out: &mut String, literal: &Literal) {
    match literal {
        Literal::Null => out.push_str("null"),
        Literal::Bool(true) => out.push_str("true"),
        Literal::Bool(false) => out.push_str("false"),
        Literal::Int(value) => out.push_str(&value.to_string()),
        Literal::Float(value) if value.is_nan() => out.push_str("NaN"),
        Literal::Float(value) if value.is_infinite() => out.push_str("Infinity"),
        Literal::Float(value) => drop(write!(out, "{value:?}")),
        Literal::String(value) => quoted(out, value, '\''),
    }
}

fn is_plain(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first == '_' || pest::unicode::XID_START(first))
        && characters.all(pest::unicode::XID_CONTINUE)
}

fn quoted(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '`' if quote == '`' => out.push_str("``"),
            '\'' if quote == '\'' => out.push_str("\\'"),
            other => out.push(other),
        }
    }
    out.push(quote);
}

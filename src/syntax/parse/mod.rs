//! Text to syntax tree.
//!
//! The grammar recognizes; this builds. [`Node`]s are what the grammar found, in the order of the
//! text. White space may hang on the end of a node, so spans of the tree come from
//! [`tight_span`] or from the tokens inside.

mod clause;
mod comprehension;
mod expression;
mod literal;
mod operand;
mod pattern;

use pest::Parser;
use pest::iterators::Pair;

use super::ast::{Expr, Statement};
use super::grammar::Grammar;
pub(super) use super::grammar::Rule;
use crate::error::{Code, Error, Result, Span};

/// What the grammar found at one place.
type Node<'t> = Pair<'t, Rule>;

/// Parses one statement; a `;` may follow it.
pub(super) fn statement(text: &str) -> Result<Statement> {
    clause::statement(recognize(Rule::statement, text)?)
}

/// Parses an expression that is the whole text.
pub(super) fn single_expression(text: &str) -> Result<Expr> {
    let node = recognize(Rule::single_expression, text)?;
    match node.into_inner().next() {
        Some(child) => expression::value(child),
        None => Err(unexpected_end(text)),
    }
}

fn recognize(rule: Rule, text: &str) -> Result<Node<'_>> {
    let mut nodes = Grammar::parse(rule, text).map_err(|error| {
        let position = match error.location {
            pest::error::InputLocation::Pos(position) => position,
            pest::error::InputLocation::Span((start, _)) => start,
        };
        let next = text.get(position..).and_then(|rest| rest.chars().next());
        let detail = match next {
            Some(next) if !next.is_ascii() && !next.is_alphanumeric() => "InvalidUnicodeCharacter",
            _ => "UnexpectedSyntax",
        };
        let width = next.map_or(0, char::len_utf8);
        Error::new(Code::syntax(detail), "unexpected text")
            .at(Span::new(position, position + width))
    })?;
    nodes.next().ok_or_else(|| unexpected_end(text))
}

fn unexpected_end(text: &str) -> Error {
    Error::new(Code::syntax("UnexpectedSyntax"), "the query ends too early")
        .at(Span::new(text.len(), text.len()))
}

/// How much stack a step of the builder may need, and how much more is taken when less is left.
const STACK_RESERVE: usize = 256 * 1024;
const STACK_CHUNK: usize = 4 * 1024 * 1024;

/// Runs a step of the builder that may nest, on a larger stack if little is left.
fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_RESERVE, STACK_CHUNK, step)
}

/// Where a node stands. Exact for tokens; others may have white space at their end.
fn span_of(node: &Node<'_>) -> Span {
    let span = node.as_span();
    Span::new(span.start(), span.end())
}

/// Where a node stands, without white space at its end.
fn tight_span(node: &Node<'_>) -> Span {
    let start = node.as_span().start();
    Span::new(start, start + node.as_str().trim_end().len())
}

/// The last child of a node, or the node itself where it has none.
fn last_child(node: Node<'_>) -> Node<'_> {
    node.clone().into_inner().next_back().unwrap_or(node)
}

/// Whether the first child is of this rule.
fn first_is(node: &Node<'_>, rule: Rule) -> bool {
    let first = node.clone().into_inner().next();
    first.is_some_and(|child| child.as_rule() == rule)
}

//! Text to syntax tree.
//!
//! The grammar recognizes; this builds. [`Node`]s are what the grammar found, in the order of the
//! text. White space may hang on the end of a node, so spans of the tree come from
//! [`tight_span`] or from the tokens inside.

mod call;
mod clause;
mod comprehension;
mod expected;
mod expression;
mod failure;
mod label;
mod literal;
mod operand;
mod paren;
mod pattern;
mod schema;
mod show;
mod statement;
mod update;

use pest::Parser;
use pest::iterators::Pair;

use super::ast::{Expr, Statement};
use super::grammar::Grammar;
pub(super) use super::grammar::Rule;
use super::limits::{self, with_stack};
use super::scan::{Growing, Scanner};
use crate::error::{Code, Error, Result, Span};
pub(super) use literal::unquote;

/// What the grammar found at one place.
type Node<'t> = Pair<'t, Rule>;

/// Parses one statement; a `;` may follow it.
pub(super) fn statement(text: &str) -> Result<Statement> {
    statement::statement(recognize(Rule::statement, text)?)
}

/// Parses an expression that is the whole text.
pub(super) fn single_expression(text: &str) -> Result<Expr> {
    if text.trim().is_empty() {
        return Err(Error::new(
            Code::syntax("UnexpectedSyntax"),
            "there is no value",
        ));
    }
    let node = recognize(Rule::single_expression, text)?;
    expression::value(required(node.into_inner().next()))
}

/// Finds the structure of a text, or says why it has none. All guards are behind it.
fn recognize(rule: Rule, text: &str) -> Result<Node<'_>> {
    let outline = limits::outline(text)?;
    let nodes = limits::with_parser_limits(&outline, || Grammar::parse(rule, text));
    let mut nodes = nodes.map_err(|error| failure::explain(&error, text, &outline))?;
    limits::check_levels(&nodes)?;
    Ok(required(nodes.next()))
}

/// Gives back what a growing vector reserved: most have one or two elements.
fn compact<T>(mut elements: Vec<T>) -> Vec<T> {
    elements.shrink_to_fit();
    elements
}

/// Where a node stands. Exact for tokens; others may have white space at their end.
fn span_of(node: &Node<'_>) -> Span {
    let span = node.as_span();
    Span::new(span.start(), span.end())
}

/// Where a node stands, without white space and comments at its end.
fn tight_span(node: &Node<'_>) -> Span {
    let start = node.as_span().start();
    Span::new(start, start + tight_len(node.as_str()))
}

/// How long a text is without white space and comments at its end.
fn tight_len(text: &str) -> usize {
    let text = text.trim_end();
    let last_line = text.rsplit('\n').next().unwrap_or(text);
    if !text.ends_with("*/") && !last_line.contains("//") {
        return text.len();
    }
    // That may stand in quotes, too.
    let mut scanner = Scanner::new(0);
    let mut end = 0;
    while scanner.next(text.as_bytes(), Growing::No).is_some() {
        end = scanner.position();
    }
    end
}

/// The last child of a node, or the node itself where it has none.
fn last_child(node: Node<'_>) -> Node<'_> {
    node.clone().into_inner().next_back().unwrap_or(node)
}

/// A node that the grammar always puts there.
fn required(node: Option<Node<'_>>) -> Node<'_> {
    node.expect("the grammar puts a node here")
}

/// Whether the first child is of this rule.
fn first_is(node: &Node<'_>, rule: Rule) -> bool {
    let first = node.clone().into_inner().next();
    first.is_some_and(|child| child.as_rule() == rule)
}

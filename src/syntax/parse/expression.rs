//! Expressions: precedence, and what the flat rows of the grammar turn out to be.

use std::iter::Peekable;

use pest::iterators::Pairs;

use super::literal::Sign;
use super::operand;
use super::{Node, Rule, compact, last_child, span_of, with_stack};
use crate::error::{Result, Span};
use crate::syntax::ast::{
    ArithmeticOp, ComparisonOp, Expr, ExprKind, Literal, PathTerm, PredicateOp, Spanned,
};
use crate::syntax::error::SyntaxError;

/// How tightly operators bind, from the loosest to the tightest. A postfix (`.a`, `[0]`, `:A`)
/// binds tighter than all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Or,
    Xor,
    And,
    Not,
    Comparison,
    Predicate,
    Additive,
    Multiplicative,
    Power,
    Sign,
}

/// The precedence table: the operators of each level. All chains group from the left.
fn level_of(rule: Rule) -> Option<Level> {
    Some(match rule {
        Rule::k_or => Level::Or,
        Rule::k_xor => Level::Xor,
        Rule::k_and => Level::And,
        Rule::k_not => Level::Not,
        Rule::equals
        | Rule::not_equals
        | Rule::less
        | Rule::less_or_equal
        | Rule::greater
        | Rule::greater_or_equal => Level::Comparison,
        Rule::k_in
        | Rule::k_contains
        | Rule::starts_with
        | Rule::ends_with
        | Rule::regex_equals
        | Rule::is_predicate
        | Rule::filter_is_predicate
        | Rule::type_predicate
        | Rule::filter_type_predicate => Level::Predicate,
        Rule::add | Rule::subtract | Rule::concatenate => Level::Additive,
        Rule::multiply | Rule::divide | Rule::modulo => Level::Multiplicative,
        Rule::power => Level::Power,
        Rule::minus_sign | Rule::plus_sign => Level::Sign,
        _ => return None,
    })
}

/// Operands and operators in a row.
pub(super) type Row<'t> = Peekable<Pairs<'t, Rule>>;

/// Builds an expression that is a value.
pub(super) fn value(node: Node<'_>) -> Result<Expr> {
    as_value(condition(node)?)
}

/// Builds a value in a box.
pub(super) fn boxed(node: Node<'_>) -> Result<Box<Expr>> {
    value(node).map(Box::new)
}

/// Builds an expression that is a condition: it may be a pattern.
pub(super) fn condition(node: Node<'_>) -> Result<Expr> {
    match node.as_rule() {
        // These have no parts, and a list may have a million of them.
        Rule::number_literal | Rule::string_literal => operand::primary(node),
        Rule::compound_expression | Rule::filter_expression | Rule::when_test => {
            with_stack(|| climb(&mut node.into_inner().peekable(), Level::Or))
        }
        _ => with_stack(|| operand::primary(node)),
    }
}

/// Builds the condition at the end of a node such as `WHERE condition`.
pub(super) fn condition_of(node: Node<'_>) -> Result<Expr> {
    condition(last_child(node))
}

/// Builds the value at the end of a node such as `LIMIT value`.
pub(super) fn value_of(node: Node<'_>) -> Result<Expr> {
    value(last_child(node))
}

/// Refuses a pattern where a value is needed.
pub(super) fn as_value(expr: Expr) -> Result<Expr> {
    check_value(&expr)?;
    Ok(expr)
}

/// Refuses a pattern where a value is needed.
pub(super) fn check_value(expr: &Expr) -> Result<()> {
    match &expr.node {
        ExprKind::Pattern(pattern) if matches!(pattern.term, PathTerm::Factors(_)) => {
            Err(SyntaxError::PatternAsValue.at(expr.span))
        }
        _ => Ok(()),
    }
}

/// Builds the longest expression whose operators bind at least as tightly as `level`.
fn climb(row: &mut Row<'_>, level: Level) -> Result<Expr> {
    match level {
        Level::Or => boolean_chain(row, level, Level::Xor, ExprKind::Or),
        Level::Xor => boolean_chain(row, level, Level::And, ExprKind::Xor),
        Level::And => boolean_chain(row, level, Level::Not, ExprKind::And),
        Level::Not => negation(row),
        Level::Comparison => comparison(row),
        Level::Predicate => predicates(row),
        Level::Additive => arithmetic(row, level, Level::Multiplicative),
        Level::Multiplicative => arithmetic(row, level, Level::Power),
        Level::Power => arithmetic(row, level, Level::Sign),
        Level::Sign => signs(row),
    }
}

/// Takes the next operator if it is of this level.
fn next_operator<'t>(row: &mut Row<'t>, level: Level) -> Option<Node<'t>> {
    row.next_if(|node| level_of(node.as_rule()) == Some(level))
}

/// `a OR b OR c`
fn boolean_chain(
    row: &mut Row<'_>,
    level: Level,
    tighter: Level,
    make: fn(Vec<Expr>) -> ExprKind,
) -> Result<Expr> {
    let first = climb(row, tighter)?;
    let mut span = first.span;
    let mut operands = vec![first];
    while next_operator(row, level).is_some() {
        let operand = climb(row, tighter)?;
        span = span.to(operand.span);
        operands.push(operand);
    }
    match operands.pop() {
        Some(only) if operands.is_empty() => Ok(only),
        last => {
            operands.extend(last);
            Ok(Expr::new(make(compact(operands)), span))
        }
    }
}

/// `NOT NOT a`
fn negation(row: &mut Row<'_>) -> Result<Expr> {
    let mut words = Vec::new();
    while let Some(word) = next_operator(row, Level::Not) {
        words.push(span_of(&word));
    }
    let operand = climb(row, Level::Comparison)?;
    Ok(words.into_iter().rev().fold(operand, |operand, word| {
        let span = word.to(operand.span);
        Expr::new(ExprKind::Not(Box::new(operand)), span)
    }))
}

/// `a < b <= c`
fn comparison(row: &mut Row<'_>) -> Result<Expr> {
    let first = climb(row, Level::Predicate)?;
    let mut rest = Vec::new();
    let mut span = first.span;
    while let Some(operator) = next_operator(row, Level::Comparison) {
        let operand = as_value(climb(row, Level::Predicate)?)?;
        span = span.to(operand.span);
        rest.push((comparison_op(operator.as_rule()), operand));
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let (first, rest) = (Box::new(as_value(first)?), compact(rest));
    Ok(Expr::new(ExprKind::Comparison { first, rest }, span))
}

fn comparison_op(rule: Rule) -> ComparisonOp {
    match rule {
        Rule::equals => ComparisonOp::Equal,
        Rule::not_equals => ComparisonOp::NotEqual,
        Rule::less => ComparisonOp::Less,
        Rule::less_or_equal => ComparisonOp::LessOrEqual,
        Rule::greater => ComparisonOp::Greater,
        _ => ComparisonOp::GreaterOrEqual,
    }
}

/// `a IN b`, `a STARTS WITH b`, `a IS NULL`
fn predicates(row: &mut Row<'_>) -> Result<Expr> {
    let mut left = climb(row, Level::Additive)?;
    while let Some(operator) = next_operator(row, Level::Predicate) {
        left = as_value(left)?;
        let op = match operator.as_rule() {
            Rule::k_in => PredicateOp::In,
            Rule::k_contains => PredicateOp::Contains,
            Rule::starts_with => PredicateOp::StartsWith,
            Rule::ends_with => PredicateOp::EndsWith,
            Rule::regex_equals => PredicateOp::Matches,
            _ => {
                left = operand::is_predicate(left, operator)?;
                continue;
            }
        };
        let right = as_value(climb(row, Level::Additive)?)?;
        let span = left.span.to(right.span);
        let (left_box, right) = (Box::new(left), Box::new(right));
        let kind = ExprKind::Predicate {
            op,
            left: left_box,
            right,
        };
        left = Expr::new(kind, span);
    }
    Ok(left)
}

/// `a + b - c`
fn arithmetic(row: &mut Row<'_>, level: Level, tighter: Level) -> Result<Expr> {
    let first = climb(row, tighter)?;
    let mut rest = Vec::new();
    let mut span = first.span;
    while let Some(operator) = next_operator(row, level) {
        let operand = as_value(climb(row, tighter)?)?;
        span = span.to(operand.span);
        let op = Spanned::new(arithmetic_op(operator.as_rule()), operator_span(&operator));
        rest.push((op, operand));
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let (first, rest) = (Box::new(as_value(first)?), compact(rest));
    Ok(Expr::new(ExprKind::Arithmetic { first, rest }, span))
}

fn arithmetic_op(rule: Rule) -> ArithmeticOp {
    match rule {
        Rule::add => ArithmeticOp::Add,
        Rule::subtract => ArithmeticOp::Subtract,
        Rule::concatenate => ArithmeticOp::Concatenate,
        Rule::multiply => ArithmeticOp::Multiply,
        Rule::divide => ArithmeticOp::Divide,
        Rule::modulo => ArithmeticOp::Modulo,
        _ => ArithmeticOp::Power,
    }
}

/// Where an operator stands; the look-ahead after `-` takes in white space.
fn operator_span(operator: &Node<'_>) -> Span {
    let start = operator.as_span().start();
    Span::new(start, start + operator.as_str().trim_end().len())
}

/// `-a`, `+a`, `- -a`
fn signs(row: &mut Row<'_>) -> Result<Expr> {
    let mut marks = Vec::new();
    while let Some(mark) = next_operator(row, Level::Sign) {
        marks.push(mark);
    }
    if let Some(word) = row.peek().filter(|node| node.as_rule() == Rule::k_not) {
        return Err(SyntaxError::NotAfterOperator.at(span_of(word)));
    }
    let sign = match marks.last().map(Node::as_rule) {
        Some(Rule::minus_sign) => Sign::Minus,
        _ => Sign::Plain,
    };
    let mut operand = operand::operand(row, sign)?;
    if is_smallest_integer(&operand) {
        // This minus belongs to the digits.
        operand.span = marks
            .pop()
            .map_or(operand.span, |mark| span_of(&mark).to(operand.span));
    }
    marks.into_iter().rev().try_fold(operand, |operand, mark| {
        let span = span_of(&mark).to(operand.span);
        let operand = Box::new(as_value(operand)?);
        let kind = match mark.as_rule() {
            Rule::minus_sign => ExprKind::Negate(operand),
            _ => ExprKind::Plus(operand),
        };
        Ok(Expr::new(kind, span))
    })
}

/// Only a minus makes this literal from digits.
fn is_smallest_integer(expr: &Expr) -> bool {
    matches!(expr.node, ExprKind::Literal(Literal::Int(i64::MIN)))
}

#[cfg(test)]
mod tests {
    use crate::syntax::{parse_expression, print};

    /// Two texts of the same tree; the second has all its parentheses.
    #[track_caller]
    fn same(short: &str, explicit: &str) {
        let (one, two) = (parse_expression(short), parse_expression(explicit));
        assert!(one.is_ok(), "{short}: {one:?}");
        assert_eq!(one, two, "{short}");
    }

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let expr = parse_expression(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(print::expression(&expr), printed);
    }

    #[test]
    fn precedence() {
        same("a OR b XOR c AND NOT d", "a OR (b XOR (c AND (NOT d)))");
        same("NOT a = b", "NOT (a = b)");
        same("NOT NOT a AND b", "(NOT (NOT a)) AND b");
        same("a = b IN c", "a = (b IN c)");
        same("a IN b IN c", "(a IN b) IN c");
        same("a IS NULL IS NOT NULL", "(a IS NULL) IS NOT NULL");
        same("a + b IS NULL", "(a + b) IS NULL");
        same("a STARTS WITH b + c", "a STARTS WITH (b + c)");
        same("a - b - c", "a - b - c");
        same("a + b * c ^ d", "a + (b * (c ^ d))");
        same("a * b + c % d", "(a * b) + (c % d)");
        same("-a ^ b", "(-a) ^ b");
        same("-a.b[0]", "-((a.b)[0])");
        same("a || b || c = d", "(a || b || c) = d");
        same("NOT n:A AND m:B", "(NOT (n:A)) AND (m:B)");
        same("a =~ b = c", "(a =~ b) = c");
        same("n:A:B IS NULL", "(n:A&B) IS NULL");
        same("a IS A AND b", "(a IS A) AND b");
    }

    #[test]
    fn chains_of_one_level_are_one_node() {
        check("a OR (b OR c) OR d", "a OR (b OR c) OR d");
        check("(a + b) + c - d", "(a + b) + c - d");
        check("a < b <= c", "a < b <= c");
        check("(a < b) = c", "(a < b) = c");
    }

    #[test]
    fn minus_and_arrows() {
        check("5--3", "5 - -3");
        check("5 - -(3)", "5 - -3");
        check("- - a", "- -a");
        check("(a) - -(b)", "a - -b");
        check("a <-b", "a < -b");
        check("(a)-(b)", "a - b");
        check("(a) < -1", "a < -1");
        check("NOT (a)--(b)", "NOT (a)--(b)");
        check(
            "NOT (a)<-[:R*1..2]-(:B {k: 1})",
            "NOT (a)<-[:R*1..2]-(:B {k: 1})",
        );
        check("NOT (a:A {k: 1})-->+(b)", "NOT (a:A {k: 1})-->+(b)");
    }

    #[test]
    fn forms_that_look_alike() {
        check("[1, 2][0]", "[1, 2][0]");
        check("[x IN list]", "[x IN list]");
        check("[(x IN list)]", "[(x IN list)]");
        check("[x IN list, 1]", "[x IN list, 1]");
        check("[x IN list WHERE x:A | x.b]", "[x IN list WHERE x:A | x.b]");
        check(
            "[x IN list WHERE x:(A|B) | x]",
            "[x IN list WHERE (x:(A|B)) | x]",
        );
        check("[x IN list WHERE (a)-->(x)]", "[x IN list WHERE (a)-->(x)]");
        check("[(a)-->(b) | b]", "[(a)-->(b) | b]");
        check(
            "[p = (a)-->(b) WHERE b.x | p]",
            "[p = (a)-->(b) WHERE b.x | p]",
        );
        check("[(a), b]", "[a, b]");
        check("a[1..2]", "a[1..2]");
        check("a[..]", "a[..]");
        check("a[1..]", "a[1..]");
        check("a[1.5]", "a[1.5]");
        check("n {.a, .*, b, c: 1}", "n {.a, .*, b, c: 1}");
        check("{match: 1, `a b`: {}}", "{match: 1, `a b`: {}}");
    }

    #[test]
    fn calls_and_forms_of_their_own() {
        check("any(x IN list WHERE x)", "any(x IN list WHERE x)");
        check("any (x IN list)", "any(x IN list)");
        check(
            "Reduce(a = 0, x IN b | a + x)",
            "reduce(a = 0, x IN b | a + x)",
        );
        check("shortestPath((a)-[*]-(b))", "shortestPath((a)-[*]-(b))");
        check(
            "length(allshortestpaths((a)-[*..3]->(b)))",
            "length(allShortestPaths((a)-[*..3]->(b)))",
        );
        check("count( * )", "count(*)");
        check("collect(DISTINCT x)", "collect(DISTINCT x)");
        check("sum(ALL x)", "sum(x)");
        check(
            "date.truncate('day', d).year",
            "date.truncate('day', d).year",
        );
        check("exists(n.x)", "exists(n.x)");
        check(
            "EXISTS { (a)-->(b) WHERE b.x }",
            "EXISTS { (a)-->(b) WHERE b.x }",
        );
        check(
            "COUNT { MATCH (a) RETURN a }",
            "COUNT { MATCH (a) RETURN a }",
        );
        check(
            "COLLECT{ MATCH (a) RETURN a.x }[0]",
            "COLLECT { MATCH (a) RETURN a.x }[0]",
        );
        check(
            "CASE a WHEN 1, 2 THEN 'x' END",
            "CASE a WHEN 1, 2 THEN 'x' END",
        );
        check(
            "CASE WHEN (a)-->() THEN 1 ELSE 2 END",
            "CASE WHEN (a)-->() THEN 1 ELSE 2 END",
        );
    }

    #[test]
    fn types_and_labels() {
        check("a IS :: int", "a IS :: INTEGER");
        check(
            "a :: INTEGER | LIST<STRING NOT NULL>",
            "a IS :: INTEGER | LIST<STRING NOT NULL>",
        );
        check(
            "a IS NOT TYPED zoned  datetime!",
            "a IS NOT :: ZONED DATETIME NOT NULL",
        );
        check("a IS :: TIME WITHOUT TIME ZONE", "a IS :: LOCAL TIME");
        check("a IS typed", "a:typed");
        check("a IS NOT (A|B)", "a IS NOT (A|B)");
        check("a:A|:B", "a:(A|B)");
        check("a:(A|B)&!C&%", "a:(A|B)&!C&%");
        check("a IS NOT NULL", "a IS NOT NULL");
    }

    #[test]
    fn comments_and_spaces_stand_anywhere() {
        check("a /* 1 */ . // 2\n b\u{A0}[\u{2003}0 ]", "a.b[0]");
        check("NOT\u{FEFF}a", "NOT a");
    }
}

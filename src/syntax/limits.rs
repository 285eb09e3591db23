//! How large and how deep a text may be, and the guards that see to it.
//!
//! They run in this order, cheapest first: length; one scan over brackets and words; the parser's
//! own limits of calls and stack; a walk over the parser's tokens. Only then is a tree built, so
//! that building, walking and dropping it can recurse without fear.

use pest::Token;
use pest::iterators::Pairs;

use super::grammar::Rule;
use super::scan::{Growing, Inside, Lexeme, Scanner};
use crate::error::{Code, Error, ErrorType, Result, Span};

/// The longest text of one statement, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// The most words, strings and symbols in one statement; commas are not counted.
pub const MAX_TOKENS: usize = 1_100_000;

/// The most brackets that may be open at once.
pub const MAX_BRACKETS: usize = 200;

/// The most levels of the syntax tree, counted over brackets, prefixes (`NOT NOT …`), postfixes
/// (`a.b.c…`) and operators of different precedence together. Chains of one operator are one level.
pub const MAX_LEVELS: usize = 500;

/// The most steps that the parser may take: it needs some hundred for a token, so this stops only
/// what would not be linear.
const MAX_CALLS: usize = 1_000_000_000;

/// What the scan before parsing found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The most brackets and `CASE`s open at once, at most [`MAX_BRACKETS`] of each.
    pub(super) depth: usize,
    /// The innermost bracket that is never closed.
    pub(super) unclosed: Option<usize>,
}

/// Looks at a text without parsing it.
pub(super) fn outline(text: &str) -> Result<Outline> {
    if text.len() > MAX_LENGTH {
        let size = text.len();
        let message = format!("the statement has {size} bytes, and the limit is {MAX_LENGTH}");
        return Err(Error::new(limit("QueryTooLong"), message)
            .hint("give large values as parameters, and many rows as a file to import"));
    }
    let mut scanner = Scanner::new(0);
    let mut open = Vec::new();
    let (mut tokens, mut depth, mut cases) = (0_usize, 0, 0_usize);
    while let Some((lexeme, start)) = scanner.next(text.as_bytes(), Growing::No) {
        tokens += usize::from(text.as_bytes().get(start) != Some(&b','));
        match lexeme {
            Lexeme::Open => open.push(start),
            Lexeme::Close => drop(open.pop()),
            Lexeme::Word if is_case(text, start, scanner.position()) => cases += 1,
            Lexeme::Word | Lexeme::Quoted | Lexeme::Semicolon | Lexeme::Symbol => {}
        }
        depth = depth.max(open.len());
        if depth > MAX_BRACKETS {
            return Err(too_deep(start, "brackets", MAX_BRACKETS));
        }
        if tokens > MAX_TOKENS {
            let message = format!("the statement has more than {MAX_TOKENS} words and symbols");
            return Err(Error::new(limit("QueryTooComplex"), message)
                .at(Span::new(start, scanner.position()))
                .hint("give long lists as parameters"));
        }
    }
    check_closed(text, &scanner)?;
    Ok(Outline {
        depth: depth + cases.min(MAX_BRACKETS),
        unclosed: open.pop(),
    })
}

fn is_case(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end)
        .is_some_and(|word| word.eq_ignore_ascii_case("case"))
}

/// Quotes and comments must end.
fn check_closed(text: &str, scanner: &Scanner) -> Result<()> {
    let (inside, start) = scanner.inside();
    let (what, end) = match inside {
        Inside::Nothing | Inside::LineComment => return Ok(()),
        Inside::Quotes(b'`') => ("name in backticks", "another backtick"),
        Inside::Quotes(b'"') => ("string", "`\"`"),
        Inside::Quotes(_) => ("string", "`'`"),
        Inside::BlockComment => ("comment", "`*/`"),
    };
    let width = if inside == Inside::BlockComment { 2 } else { 1 };
    let error = Error::new(
        Code::syntax("UnexpectedSyntax"),
        format!("the {what} has no end"),
    )
    .at(Span::new(start, start + width))
    .label(format!("begins here; {end} ends it"));
    let is_string = matches!(inside, Inside::Quotes(b'\'' | b'"'));
    Err(
        if is_string && (text.ends_with("\\'") || text.ends_with("\\\"")) {
            error.hint(
                "a backslash before the quote makes it a part of the string; double it: `\\\\`",
            )
        } else if is_string && has_apostrophe(text) {
            error.hint("a quote inside a string is written twice: `'it''s'`")
        } else {
            error
        },
    )
}

/// Whether a quote stands between two letters.
fn has_apostrophe(text: &str) -> bool {
    let triples = text.as_bytes().windows(3);
    triples
        .filter_map(|triple| <[u8; 3]>::try_from(triple).ok())
        .any(|[one, two, three]| {
            two == b'\'' && one.is_ascii_alphabetic() && three.is_ascii_alphabetic()
        })
}

/// Runs the parser with its own limits set, on a stack that is large enough for `outline`.
pub(super) fn with_parser_limits<T>(outline: &Outline, parse: impl FnOnce() -> T) -> T {
    static CALL_LIMIT: std::sync::Once = std::sync::Once::new();
    CALL_LIMIT.call_once(|| pest::set_call_limit(std::num::NonZeroUsize::new(MAX_CALLS)));
    let needed = STACK_BASE + outline.depth * STACK_PER_LEVEL;
    stacker::maybe_grow(needed, 2 * needed, parse)
}

/// What the parser needs of the stack, without and for each nested bracket; generous, and measured
/// in builds without optimization.
const STACK_BASE: usize = 256 * 1024;
const STACK_PER_LEVEL: usize = 64 * 1024;

/// How much stack one level of a tree may need, and how much more is taken when less is left.
const STACK_RESERVE: usize = 256 * 1024;
const STACK_CHUNK: usize = 4 * 1024 * 1024;

/// Takes a step down a tree, on a larger stack if little is left.
pub(super) fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_RESERVE, STACK_CHUNK, step)
}

/// The error for what the parser's own limits refused.
pub(super) fn refused_by_parser(message: &str, position: usize) -> Error {
    if message.contains("stack") {
        return too_deep(position, "levels", MAX_LEVELS);
    }
    Error::new(
        limit("QueryTooComplex"),
        "the statement takes too long to parse",
    )
    .at(Span::new(position, position))
}

fn too_deep(position: usize, what: &str, most: usize) -> Error {
    Error::new(
        limit("QueryTooDeep"),
        format!("the statement nests deeper than {most} {what}"),
    )
    .at(Span::new(position, position + 1))
    .hint("`WITH` gives a part of an expression a name")
}

const fn limit(detail: &'static str) -> Code {
    Code::compile_time(ErrorType::LimitError, detail)
}

/// One open part of the tree.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// The height of the highest part inside.
    inner: usize,
    /// How many prefixes and postfixes the operand at hand has, and the most that one has.
    run: usize,
    longest_run: usize,
    /// Which levels of precedence occur, as bits.
    operators: u32,
}

impl Level {
    fn height(self) -> usize {
        1 + self.inner + self.longest_run + self.operators.count_ones() as usize
    }
}

/// Checks how high the tree will be, without recursion.
pub(super) fn check_levels(nodes: &Pairs<'_, Rule>) -> Result<()> {
    let mut open = vec![Level::default()];
    for token in nodes.clone().tokens() {
        match token {
            Token::Start { rule, .. } => {
                let Some(top) = open.last_mut() else { break };
                match role(rule) {
                    Role::Nests => open.push(Level::default()),
                    Role::Wraps => {
                        top.run += 1;
                        top.longest_run = top.longest_run.max(top.run);
                    }
                    Role::Joins(level) => {
                        top.run = 0;
                        top.operators |= 1 << level;
                    }
                    Role::Other => {}
                }
            }
            Token::End { rule, pos } if role(rule) == Role::Nests => {
                let height = open.pop().unwrap_or_default().height();
                if height > MAX_LEVELS {
                    return Err(too_deep(pos.pos().saturating_sub(1), "levels", MAX_LEVELS));
                }
                let Some(top) = open.last_mut() else { break };
                top.inner = top.inner.max(height);
            }
            Token::End { .. } => {}
        }
    }
    Ok(())
}

/// What a rule means for the height of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It has a level of its own.
    Nests,
    /// It puts a level around the operand at hand.
    Wraps,
    /// It joins operands of this precedence into one level.
    Joins(u32),
    /// Nothing.
    Other,
}

fn role(rule: Rule) -> Role {
    match rule {
        Rule::compound_expression
        | Rule::filter_expression
        | Rule::list_value
        | Rule::map_value
        | Rule::function_invocation
        | Rule::case_expression
        | Rule::subquery_expression
        | Rule::composite_statement
        | Rule::foreach_statement
        | Rule::group
        | Rule::label_expression
        | Rule::filter_label_expression
        | Rule::label_term
        | Rule::simple_type => Role::Nests,
        Rule::k_not
        | Rule::minus_sign
        | Rule::plus_sign
        | Rule::property_reference
        | Rule::element_reference
        | Rule::has_labels
        | Rule::filter_has_labels
        | Rule::label_negation
        | Rule::is_predicate
        | Rule::filter_is_predicate
        | Rule::type_predicate
        | Rule::filter_type_predicate
        | Rule::k_in
        | Rule::k_contains
        | Rule::starts_with
        | Rule::ends_with
        | Rule::regex_equals => Role::Wraps,
        Rule::k_or => Role::Joins(0),
        Rule::k_xor => Role::Joins(1),
        Rule::k_and => Role::Joins(2),
        Rule::equals
        | Rule::not_equals
        | Rule::less
        | Rule::less_or_equal
        | Rule::greater
        | Rule::greater_or_equal => Role::Joins(3),
        Rule::add | Rule::subtract | Rule::concatenate => Role::Joins(4),
        Rule::multiply | Rule::divide | Rule::modulo => Role::Joins(5),
        Rule::power => Role::Joins(6),
        _ => Role::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn detail(text: &str) -> Option<&'static str> {
        let error = parse(text).err()?;
        assert!(
            error
                .span()
                .is_none_or(|span| text.get(span.range()).is_some())
        );
        Some(error.code().detail)
    }

    /// `before` so many times, `1`, and `after` as often.
    fn nested(times: usize, before: &str, after: &str) -> String {
        format!("RETURN {}1{}", before.repeat(times), after.repeat(times))
    }

    const NESTING: [(&str, &str); 14] = [
        ("(", ")"),
        ("[", "]"),
        ("{a: ", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("a[1..", "]"),
        ("a {b: ", "}"),
        ("[x IN ", " | x]"),
        ("[x IN y WHERE ", " | x]"),
        ("all(x IN ", " WHERE x)"),
        ("CASE WHEN ", " THEN 1 END"),
        ("CASE ", " WHEN 1 THEN 1 END"),
        ("NOT ", ""),
        ("- ", ""),
    ];

    #[test]
    fn sensible_nesting_is_no_problem() {
        for (before, after) in NESTING {
            assert_eq!(detail(&nested(60, before, after)), None, "{before}");
        }
    }

    #[test]
    fn absurd_nesting_is_refused() {
        for (before, after) in NESTING {
            let text = nested(3_000, before, after);
            assert_eq!(detail(&text), Some("QueryTooDeep"), "{before}");
        }
        for text in [
            format!("RETURN a{}", ".b".repeat(3_000)),
            format!("RETURN a{}", "[0]".repeat(3_000)),
            format!("RETURN a{}", " IS NULL".repeat(3_000)),
            format!("RETURN a{}", " IN a".repeat(3_000)),
            format!("MATCH (n:{}A) RETURN n", "!".repeat(3_000)),
            format!(
                "MATCH {}(a){} RETURN 1",
                "(".repeat(3_000),
                ")+".repeat(3_000)
            ),
            format!(
                "RETURN a IS :: {}INT{}",
                "LIST<".repeat(3_000),
                ">".repeat(3_000)
            ),
            format!("{}RETURN 1{}", "CALL { ".repeat(3_000), " }".repeat(3_000)),
            "(".repeat(100_000),
        ] {
            assert_eq!(
                detail(&text),
                Some("QueryTooDeep"),
                "{}",
                text.get(..30).unwrap()
            );
        }
    }

    #[test]
    fn an_unfinished_deep_text_is_refused() {
        // The parser's own stack guard says it earlier than the end of the text, or later.
        let text = format!("RETURN {}", "CASE WHEN ".repeat(20_000));
        let found = detail(&text);
        assert!(
            matches!(found, Some("QueryTooDeep" | "UnexpectedSyntax")),
            "{found:?}"
        );
    }

    #[test]
    fn chains_of_any_length_are_one_level() {
        for operator in ["OR", "AND", "XOR", "+", "-", "*", "^", "<", "||"] {
            let text = format!("RETURN {}1", format!("a {operator} ").repeat(5_000));
            assert_eq!(detail(&text), None, "{operator}");
        }
        let path = format!("MATCH (a){} RETURN 1", "-[:A]->(b)".repeat(2_000));
        assert_eq!(detail(&path), None);
        let union = format!("{}RETURN 1 AS a", "RETURN 1 AS a UNION ".repeat(1_000));
        assert_eq!(detail(&union), None);
    }

    #[test]
    fn a_tree_of_the_greatest_height_can_be_walked_on_a_small_stack() {
        let text = nested(MAX_BRACKETS, "f(", ")");
        let small = std::thread::Builder::new().stack_size(512 * 1024);
        let walk = small.spawn(move || {
            let tree = parse(&text).unwrap();
            let printed = crate::syntax::print::statement(&tree);
            drop(tree.clone());
            printed.len()
        });
        assert!(walk.unwrap().join().unwrap() > MAX_BRACKETS);
    }

    #[test]
    fn size_is_limited() {
        assert_eq!(
            detail(&format!("RETURN '{}'", "a".repeat(10_000_000))),
            None
        );
        assert_eq!(detail(&" ".repeat(MAX_LENGTH + 1)), Some("QueryTooLong"));
        assert_eq!(
            detail(&"a ".repeat(MAX_TOKENS + 1)),
            Some("QueryTooComplex")
        );
    }

    /// Each level of these once doubled the parser's work, or would where a grammar tries two
    /// alternatives that both hold an expression. Here each text ends in a mistake, so that every
    /// alternative is tried; the call limit would stop anything that is not linear.
    #[test]
    fn mistakes_deep_inside_are_found_without_trying_everything() {
        for (before, after) in [
            ("[x IN (a {k: f(", ")})]"),
            ("(a)--(b {k: ", "})"),
            ("COUNT { (a {k: ", "}) }"),
            ("(a {k: [x IN y WHERE (a)-[r {k: ", "}]-()]})"),
            ("any(x IN [p = (a)-[{k: ", "}]->(b) | 1])"),
            ("CASE WHEN {a: (b:A {c: ", "})} THEN 1 END"),
            ("EXISTS { MATCH ((a {k: ", "})-->(b))+ }"),
        ] {
            let times = 30;
            let text = format!("RETURN {}1 1{}", before.repeat(times), after.repeat(times));
            let error = parse(&text).unwrap_err();
            assert_eq!(error.message(), "unexpected `1`", "{before}");
            assert!(
                text.get(..error.span().unwrap().range().start)
                    .unwrap()
                    .ends_with("1 ")
            );
        }
    }
}

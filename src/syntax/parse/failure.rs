//! Why a text is not in the language: from the parser's position to a sentence, a place and a hint.

use super::{Rule, expected};
use crate::error::{Code, Error, Span};
use crate::syntax::keywords;
use crate::syntax::limits::{Outline, refused_by_parser};
use crate::syntax::scan::{Growing, Lexeme, Scanner};

/// Explains the parser's refusal.
pub(super) fn explain(error: &pest::error::Error<Rule>, text: &str, outline: &Outline) -> Error {
    let position = match error.location {
        pest::error::InputLocation::Pos(position)
        | pest::error::InputLocation::Span((position, _)) => position,
    };
    let rules = match &error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        pest::error::ErrorVariant::CustomError { message } => {
            return refused_by_parser(message, position);
        }
    };
    let position = skip_blank(text, position);
    let rest = text.get(position..).unwrap_or_default();
    match rest.chars().next() {
        None => at_end(text, rules, outline),
        Some(next) if is_foreign(next) => foreign_character(next, position),
        Some(_) => unexpected(text, position, rules),
    }
}

/// The parser may stop before white space or a comment.
fn skip_blank(text: &str, position: usize) -> usize {
    let mut scanner = Scanner::new(position);
    let next = scanner.next(text.as_bytes(), Growing::No);
    let start = next.map_or(text.len(), |(_, start)| start);
    let rest = text.get(start..).unwrap_or_default();
    start + (rest.len() - rest.trim_start_matches(is_blank).len())
}

/// White space of the grammar; the scanner takes some of it for words.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}'
}

fn syntax(detail: &'static str, message: String) -> Error {
    Error::new(Code::syntax(detail), message)
}

/// The text ends where something is missing.
fn at_end(text: &str, rules: &[Rule], outline: &Outline) -> Error {
    let mut end = 0;
    let mut scanner = Scanner::new(0);
    while let Some((_, start)) = scanner.next(text.as_bytes(), Growing::No) {
        let lexeme = text.get(start..scanner.position()).unwrap_or_default();
        if !lexeme.chars().all(is_blank) {
            end = scanner.position();
        }
    }
    if end == 0 {
        return syntax("UnexpectedSyntax", "there is no statement".to_owned());
    }
    if let Some(open) = outline.unclosed {
        let bracket = text.get(open..=open).unwrap_or("(");
        return syntax(
            "UnexpectedSyntax",
            format!("the `{bracket}` is never closed"),
        )
        .at(Span::new(open, open + 1))
        .label(format!("needs a `{}`", closing(bracket)));
    }
    let error = syntax(
        "UnexpectedSyntax",
        "the statement ends too early".to_owned(),
    )
    .at(Span::new(end, end));
    match expected::sentence(rules) {
        Some(sentence) => error.label(sentence),
        None => error,
    }
}

fn closing(bracket: &str) -> &'static str {
    match bracket {
        "[" => "]",
        "{" => "}",
        _ => ")",
    }
}

/// A character that belongs to no token of the language.
fn is_foreign(character: char) -> bool {
    !character.is_ascii() && !character.is_alphanumeric()
}

fn foreign_character(character: char, position: usize) -> Error {
    let code = u32::from(character);
    let span = Span::new(position, position + character.len_utf8());
    let error = syntax(
        "InvalidUnicodeCharacter",
        format!("`{character}` (U+{code:04X}) can't stand outside strings and backticks"),
    )
    .at(span);
    let meant = match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{AD}' => "-",
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{B4}' => "'",
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '«' | '»' => "\"",
        '×' | '∗' | '·' => "*",
        '÷' | '∕' => "/",
        '≠' => "<>",
        '≤' => "<=",
        '≥' => ">=",
        '→' | '⟶' | '⇒' => "->",
        '←' | '⟵' | '⇐' => "<-",
        '∧' => "AND",
        '∨' => "OR",
        '¬' => "NOT",
        '…' => "..",
        _ => return error,
    };
    error.hint(format!("did you mean `{meant}`?"))
}

/// Something stands where nothing or something else should.
fn unexpected(text: &str, position: usize, rules: &[Rule]) -> Error {
    let (position, doubled) = whole_operator(text, position);
    let token = token_at(text, position);
    let span = Span::new(position, position + token.len());
    let error = syntax("UnexpectedSyntax", describe(token)).at(span);
    let error = match expected::sentence(rules) {
        Some(sentence) if !doubled => error.label(sentence),
        _ => error,
    };
    match hint(text, position, token, rules) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Steps back to the beginning of `==`, whose first half the parser takes for `=`.
fn whole_operator(text: &str, position: usize) -> (usize, bool) {
    match (text.get(..position), text.get(position..)) {
        (Some(before), Some(rest)) if rest.starts_with('=') => {
            let first = before.strip_suffix('=');
            if first.is_some_and(|first| !first.ends_with(['<', '>', '+', '='])) {
                (position - 1, true)
            } else {
                (position, false)
            }
        }
        _ => (position, false),
    }
}

/// The token that begins at `position`.
fn token_at(text: &str, position: usize) -> &str {
    let rest = text.get(position..).unwrap_or_default();
    let operators = [
        "<->", "<-", "->", "!=", "==", "&&", "=>", "::", "..", "+=", "--",
    ];
    if let Some(operator) = operators
        .iter()
        .find(|operator| rest.starts_with(**operator))
    {
        return rest.get(..operator.len()).unwrap_or(rest);
    }
    let mut scanner = Scanner::new(position);
    match scanner.next(text.as_bytes(), Growing::No) {
        Some(_) => text.get(position..scanner.position()).unwrap_or(rest),
        None => rest,
    }
}

fn describe(token: &str) -> String {
    const WIDTH: usize = 40;
    let kind = if token.starts_with(['\'', '"']) {
        "string "
    } else {
        ""
    };
    if token.contains('`') {
        return "unexpected name in backticks".to_owned();
    }
    if token.chars().count() <= WIDTH && !token.contains(char::is_control) {
        return format!("unexpected {kind}`{token}`");
    }
    let shown: String = token
        .chars()
        .take_while(|c| !c.is_control())
        .take(WIDTH)
        .collect();
    format!("unexpected {kind}`{shown}…`")
}

/// The one thing that most likely helps.
fn hint(text: &str, position: usize, token: &str, rules: &[Rule]) -> Option<String> {
    let before = text.get(..position).unwrap_or_default().trim_end();
    foreign_operator(token, before)
        .or_else(|| reserved_before(before, token))
        .or_else(|| foreign_word(token, before, rules))
        .or_else(|| misspelt(token, &expected::keywords(rules)))
        .or_else(|| misspelt(token, expected::types(rules)))
        .or_else(|| old_parameter(before, token))
        .or_else(|| misplaced_page(before, token))
        .or_else(|| broken_arrow(token, before, rules))
        .or_else(|| reserved(token, rules))
        .or_else(|| bare_node(token, rules))
        .or_else(|| misspelt_before(before, rules))
        .or_else(|| second_statement(before, token, rules))
        .or_else(|| still_open(text, position, token))
        .or_else(|| {
            before
                .ends_with(',')
                .then(|| "there is a comma before it".to_owned())
        })
}

/// Operators and comments of other languages.
fn foreign_operator(token: &str, before: &str) -> Option<String> {
    let meant = match token {
        "!=" => "<>",
        "==" => "=",
        "&&" => "AND",
        "&" if before.ends_with('&') => "AND",
        "!" => "NOT",
        "=>" => ">=",
        "--" | "#" => return Some("a comment begins with `//`".to_owned()),
        _ => return None,
    };
    Some(format!("did you mean `{meant}`?"))
}

/// Words of other query languages, and a `NOT` in their place.
fn foreign_word(token: &str, before: &str, rules: &[Rule]) -> Option<String> {
    let word = token.to_ascii_uppercase();
    let last = before.rsplit(char::is_whitespace).next();
    let behind = |keyword: &str| last.is_some_and(|last| last.eq_ignore_ascii_case(keyword));
    let hint = match word.as_str() {
        "TEXT" | "RANGE" | "POINT" | "FULLTEXT" | "VECTOR" | "LOOKUP" if behind("CREATE") => {
            "there is one kind of index: `CREATE INDEX FOR (n:Label) ON (n.key)`"
        }
        "DATABASE" if behind("CREATE") => "there is one graph: the one that was opened",
        "USE" if before.is_empty() => "there is one graph: the one that was opened",
        "CYPHER" if before.is_empty() => "there is one version of the language; leave it out",
        "START" if before.is_empty() => "`MATCH` begins a query",
        "IN" if before.ends_with('}') => "a `CALL { … }` is part of the transaction around it",
        "LET" => "write `WITH *, expression AS name`",
        "FILTER" => "write `WITH * WHERE condition`",
        "NODETACH" => "`DELETE` alone does not detach",
        "USING" => "leave it out: indexes are used wherever they help",
        "NULLS" => "null is the last; `ORDER BY x IS NOT NULL, x` puts it first",
        "NOT" if expected::wants_operator(rules) => {
            "`NOT` stands before the whole condition: `NOT a IN b`"
        }
        "LIKE" => "write `CONTAINS`, `STARTS WITH`, `ENDS WITH` or `=~`",
        "BETWEEN" => "write `low <= a <= high`",
        "GROUP" if !before.is_empty() => "rows are grouped by the columns that are no aggregate",
        "HAVING" => "write `WITH … WHERE condition` after the aggregation",
        "SELECT" => "`MATCH` comes first, and the columns stand after `RETURN`",
        "INSERT" => "`CREATE` makes nodes and relationships",
        "UPDATE" => "`SET` changes properties",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// `{name}`, as parameters once were written.
fn old_parameter(before: &str, token: &str) -> Option<String> {
    let (_, name) = before.rsplit_once('{')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (token == "}" && is_name).then(|| format!("a parameter is written `${name}`"))
}

/// `->` and the like, which are no arrows.
fn broken_arrow(token: &str, before: &str, rules: &[Rule]) -> Option<String> {
    if token == ">" && before.ends_with("--") && before.to_ascii_lowercase().contains("exists") {
        return Some("write `EXISTS { (a)-->(b) }`".to_owned());
    }
    let after_dash = token == ">" && before.ends_with('-');
    (after_dash || expected::wants_arrow(rules))
        .then(|| "a relationship is written `-->` or `-[:TYPE]->`".to_owned())
}

/// A keyword in small letters that was meant as a variable: `(where:State)`.
fn reserved_before(before: &str, token: &str) -> Option<String> {
    let start = before.rfind(['(', '['])? + 1;
    let word = before.get(start..)?;
    let meant_as_name = token == ":" && word.chars().all(char::is_lowercase);
    (meant_as_name && keywords::is_reserved(word))
        .then(|| format!("`{word}` is a keyword; in backticks it can be a name"))
}

/// The nearest of `candidates`, if it is near enough to be a slip.
fn misspelt(token: &str, candidates: &[&str]) -> Option<String> {
    let word = token.to_ascii_uppercase();
    let is_word = word.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_word || keywords::is_keyword(&word) {
        return None;
    }
    let most = match word.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let nearest = candidates
        .iter()
        .map(|candidate| (strsim::osa_distance(&word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)?;
    Some(format!("did you mean `{}`?", nearest.1))
}

/// A modifier that was taken for a variable, so that what follows it is unexpected.
fn misspelt_before(before: &str, rules: &[Rule]) -> Option<String> {
    if !expected::wants_operator(rules) {
        return None;
    }
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    misspelt(word, &["DISTINCT", "NOT", "CASE"])
}

/// `LIMIT` stands after `SKIP`, and both after `ORDER BY`.
fn misplaced_page(before: &str, token: &str) -> Option<String> {
    let mut words = before.split_whitespace();
    let mut has = |word: &str| words.any(|other| other.eq_ignore_ascii_case(word));
    let word = token.to_ascii_uppercase();
    match word.as_str() {
        "SKIP" | "OFFSET" if has("LIMIT") => Some(format!("`{word}` stands before `LIMIT`")),
        "ORDER" if has("LIMIT") || has("SKIP") => {
            Some("`ORDER BY` stands before `SKIP` and `LIMIT`".to_owned())
        }
        _ => None,
    }
}

/// A keyword where a variable is expected.
fn reserved(token: &str, rules: &[Rule]) -> Option<String> {
    if !expected::wants_variable(rules) || !keywords::is_reserved(token) {
        return None;
    }
    // In capitals it is meant as a keyword.
    let meant_as_name = token.chars().any(char::is_lowercase);
    meant_as_name.then(|| format!("`{token}` is a keyword; in backticks it can be a name"))
}

/// `MATCH n` without parentheses.
fn bare_node(token: &str, rules: &[Rule]) -> Option<String> {
    let is_name = token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (is_name && expected::wants_node(rules) && !keywords::is_reserved(token))
        .then(|| format!("a node stands in parentheses: `({token})`"))
}

/// A second statement after the first.
fn second_statement(before: &str, token: &str, rules: &[Rule]) -> Option<String> {
    if !expected::wants_end(rules) || !before.ends_with(';') {
        return None;
    }
    Some(if token == ";" {
        "one `;` is enough".to_owned()
    } else {
        "one statement is run at a time".to_owned()
    })
}

/// A bracket that should have been closed before.
fn still_open(text: &str, position: usize, token: &str) -> Option<String> {
    if !matches!(token, ")" | "]" | "}" | "->") && !keywords::is_reserved(token) {
        return None;
    }
    let mut scanner = Scanner::new(0);
    let mut open = Vec::new();
    while let Some((lexeme, start)) = scanner.next(text.as_bytes(), Growing::No) {
        if start >= position {
            break;
        }
        match lexeme {
            Lexeme::Open => open.push(start),
            Lexeme::Close => drop(open.pop()),
            Lexeme::Semicolon | Lexeme::Word | Lexeme::Quoted | Lexeme::Symbol => {}
        }
    }
    let innermost = open.pop()?;
    let bracket = text.get(innermost..=innermost)?;
    if closing(bracket) == token {
        return None;
    }
    let (line, column) = Span::new(innermost, innermost + 1).line_column(text);
    Some(format!(
        "the `{bracket}` in line {line}, column {column} is still open"
    ))
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;

    /// The sentence, the marked text, the words at the caret and the hint.
    #[track_caller]
    fn check(text: &str, message: &str, marked: &str, label: &str, hint: &str) {
        let error = parse(text).unwrap_err();
        assert_eq!(error.message(), message, "{text}");
        let span = error.span().unwrap();
        assert_eq!(text.get(span.range()), Some(marked), "{text}");
        assert_eq!(error.caret_label().unwrap_or_default(), label, "{text}");
        let hints = error.hints();
        assert_eq!(hints.first().map_or("", String::as_str), hint, "{text}");
        assert!(hints.len() < 2, "{text}: one hint is enough");
    }

    #[test]
    fn misspelt_keywords() {
        let table = [
            ("METCH (n)", "METCH", "MATCH"),
            ("OPTIONL MATCH (n)", "OPTIONL", "OPTIONAL"),
            ("MATCH (n) RETRUN n", "RETRUN", "RETURN"),
            ("MATCH (n) RETURN n LIMT 5", "LIMT", "LIMIT"),
            ("MATCH (n) RETURN n ORDR BY n", "ORDR", "ORDER"),
            ("MATCH (n) WHRE n.x RETURN n", "WHRE", "WHERE"),
            ("MATCH (n) WHERE n.x STARTS WIHT 'a'", "WIHT", "WITH"),
            ("MATCH (n) WHERE n.x ANDD n.y", "ANDD", "AND"),
            ("RETURN CASE WHEN a THN b END", "THN", "THEN"),
            ("MERGE (n) ON CRATE SET n.x = 1", "CRATE", "CREATE"),
            ("EXPLIAN MATCH (n) RETURN n", "EXPLIAN", "EXPLAIN"),
            ("MATCH (n) RETURN DISTNCT n", "n", "DISTINCT"),
        ];
        for (text, marked, meant) in table {
            let error = parse(text).unwrap_err();
            let span = error.span().unwrap();
            assert_eq!(text.get(span.range()), Some(marked), "{text}");
            assert_eq!(
                error.hints(),
                [format!("did you mean `{meant}`?")],
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_expected() {
        check(
            "RETURN 1 +",
            "the statement ends too early",
            "",
            "expected an expression",
            "",
        );
        check(
            "RETURN n.",
            "the statement ends too early",
            "",
            "expected a name",
            "",
        );
        check(
            "MATCH (n) RETURN n 1",
            "unexpected `1`",
            "1",
            "expected an operator, `AS`, `ORDER BY`, `SKIP`, `LIMIT`, a clause or the end",
            "",
        );
        check(
            "RETURN {1}",
            "unexpected `1`",
            "1",
            "expected a name or `}`",
            "",
        );
        check(
            "RETURN {a 'x'}",
            "unexpected string `'x'`",
            "'x'",
            "expected `:`",
            "",
        );
        check(
            "MATCH (n:) RETURN n",
            "unexpected `)`",
            ")",
            "expected a label or type",
            "",
        );
    }

    #[test]
    fn what_is_expected_in_clauses() {
        check("FOREACH x IN y", "unexpected `x`", "x", "expected `(`", "");
        check(
            "MATCH (a)-[r(b)",
            "unexpected `(`",
            "(",
            "expected a label or type, properties `{…}`, a length `*`, `]` or `WHERE`",
            "",
        );
        check(
            "42",
            "unexpected `42`",
            "42",
            "expected a clause such as `MATCH`",
            "",
        );
        check(
            "SET n.x 1",
            "unexpected `1`",
            "1",
            "expected `=`, a clause or the end",
            "",
        );
        check(
            "RETURN 1; RETURN 2",
            "unexpected `RETURN`",
            "RETURN",
            "expected the end",
            "one statement is run at a time",
        );
    }

    #[test]
    fn brackets_and_quotes() {
        check(
            "RETURN (1 + 2",
            "the `(` is never closed",
            "(",
            "needs a `)`",
            "",
        );
        check(
            "RETURN [1, (2]",
            "unexpected `]`",
            "]",
            "expected properties `{…}`, `)` or `WHERE`",
            "the `(` in line 1, column 12 is still open",
        );
        check(
            "MATCH (n\nRETURN n",
            "unexpected `RETURN`",
            "RETURN",
            "expected a label or type, properties `{…}`, `)` or `WHERE`",
            "the `(` in line 1, column 7 is still open",
        );
        check(
            "RETURN 'abc",
            "the string has no end",
            "'",
            "begins here; `'` ends it",
            "",
        );
        check(
            r"RETURN 'a\'",
            "the string has no end",
            "'",
            "begins here; `'` ends it",
            r"a backslash before the quote makes it a part of the string; double it: `\\`",
        );
        check(
            "RETURN `abc",
            "the name in backticks has no end",
            "`",
            "begins here; another backtick ends it",
            "",
        );
        check(
            "RETURN 1 /* abc",
            "the comment has no end",
            "/*",
            "begins here; `*/` ends it",
            "",
        );
    }

    #[test]
    fn habits_from_other_languages() {
        let operators = "expected an operator, a clause or the end";
        check(
            "MATCH (n) WHERE n.x != 1",
            "unexpected `!=`",
            "!=",
            operators,
            "did you mean `<>`?",
        );
        check(
            "MATCH (n) WHERE a && b",
            "unexpected `&&`",
            "&&",
            operators,
            "did you mean `AND`?",
        );
        check(
            "MATCH n RETURN n",
            "unexpected `n`",
            "n",
            "expected a node `(…)`",
            "a node stands in parentheses: `(n)`",
        );
        check(
            "MATCH (n) RETURN n LIMIT 1 SKIP 2",
            "unexpected `SKIP`",
            "SKIP",
            operators,
            "`SKIP` stands before `LIMIT`",
        );
        check(
            "UNWIND [1] AS order RETURN 1",
            "unexpected `order`",
            "order",
            "expected a variable",
            "`order` is a keyword; in backticks it can be a name",
        );
        check(
            "RETURN 1 — 2",
            "`—` (U+2014) can't stand outside strings and backticks",
            "—",
            "",
            "did you mean `-`?",
        );
        check(
            "RETURN “a”",
            "`“` (U+201C) can't stand outside strings and backticks",
            "“",
            "",
            "did you mean `\"`?",
        );
    }

    #[test]
    fn the_hint_says_what_to_write() {
        let arrow = "a relationship is written `-->` or `-[:TYPE]->`";
        let table = [
            ("MATCH (a)->(b) RETURN a", arrow),
            ("MATCH (a)-[:R](b) RETURN a", arrow),
            ("MATCH (a) WHERE (a)->(b) RETURN a", arrow),
            (
                "MATCH (a)-[:R->(b)",
                "the `[` in line 1, column 11 is still open",
            ),
            (
                "MATCH (a) WHERE EXISTS (a)-->()",
                "write `EXISTS { (a)-->(b) }`",
            ),
            ("RETURN 1 == 2", "did you mean `=`?"),
            (
                "RETURN a NOT IN b",
                "`NOT` stands before the whole condition: `NOT a IN b`",
            ),
            (
                "RETURN a LIKE b",
                "write `CONTAINS`, `STARTS WITH`, `ENDS WITH` or `=~`",
            ),
            (
                "SELECT a",
                "`MATCH` comes first, and the columns stand after `RETURN`",
            ),
            (
                "RETURN a GROUP BY b",
                "rows are grouped by the columns that are no aggregate",
            ),
            ("-- a", "a comment begins with `//`"),
            ("# a", "a comment begins with `//`"),
            ("RETURN [1, ]", "there is a comma before it"),
            ("RETURN 1;;", "one `;` is enough"),
            (
                "RETURN 'it's'",
                "a quote inside a string is written twice: `'it''s'`",
            ),
        ];
        for (text, hint) in table {
            assert_eq!(parse(text).unwrap_err().hints(), [hint], "{text}");
        }
    }

    #[test]
    fn there_may_be_nothing_at_all() {
        for text in ["", " \n", "// nothing", "/* */", "\u{FEFF}"] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.message(), "there is no statement", "{text:?}");
        }
    }
}

//! Colors for what is being typed.
//!
//! Works character by character on unfinished input, so it knows words, strings, numbers and
//! comments and no grammar.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::syntax::keywords::is_keyword;

const KEYWORD: Style = AnsiColor::Blue.on_default().bold();
const TEXT: Style = AnsiColor::Green.on_default();
const NUMBER: Style = AnsiColor::Cyan.on_default();
const PARAMETER: Style = AnsiColor::Magenta.on_default();
const COMMENT: Style = Style::new().dimmed();

/// What a stretch of input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word of the language or of the user.
    Word,
    /// `'…'` or `"…"`, perhaps still open.
    Text,
    /// `` `…` ``, perhaps still open.
    Quoted,
    /// Digits and what belongs to them.
    Number,
    /// `$name`.
    Parameter,
    /// `// …` or `/* … */`, perhaps still open.
    Comment,
    /// Anything else.
    Other,
}

/// Returns `line` with ANSI escapes; the visible text is the same.
pub(super) fn paint(line: &str) -> String {
    let mut painted = String::with_capacity(line.len() * 2);
    let mut before = '\0';
    let command = line.trim_start().starts_with(':');
    for (index, (token, text)) in tokens(line).into_iter().enumerate() {
        let style = match token {
            // A word after a colon or a dot is a name: `:Order`, `n.end`.
            Token::Word if command && index <= 1 => KEYWORD,
            Token::Word if !command && !matches!(before, ':' | '.') && is_keyword(text) => KEYWORD,
            Token::Text => TEXT,
            Token::Number => NUMBER,
            Token::Parameter => PARAMETER,
            Token::Comment => COMMENT,
            Token::Word | Token::Quoted | Token::Other => Style::new(),
        };
        write!(painted, "{style}{text}{style:#}").expect("writing to a string never fails");
        before = text.chars().next_back().unwrap_or(before);
    }
    painted
}

/// Cuts `line` into tokens that together are the line again.
pub(super) fn tokens(line: &str) -> Vec<(Token, &str)> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (token, length) = next_token(first, rest);
        let (text, tail) = rest.split_at(length);
        tokens.push((token, text));
        rest = tail;
    }
    tokens
}

fn next_token(first: char, rest: &str) -> (Token, usize) {
    match first {
        '\'' | '"' => (Token::Text, quoted(rest, first)),
        '`' => (Token::Quoted, quoted(rest, first)),
        '/' if rest.starts_with("//") => (Token::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => {
            let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
            (Token::Comment, end)
        }
        '$' => (
            Token::Parameter,
            1 + word(rest.get(1..).unwrap_or_default()),
        ),
        _ if first.is_ascii_digit() => (Token::Number, word(rest)),
        _ if is_word(first) => (Token::Word, word(rest)),
        _ => (Token::Other, first.len_utf8()),
    }
}

/// How long the quoted text at the beginning of `rest` is; a backslash guards the next character.
fn quoted(rest: &str, quote: char) -> usize {
    let mut guarded = false;
    for (at, c) in rest.char_indices().skip(1) {
        if !guarded && c == quote {
            return at + c.len_utf8();
        }
        guarded = !guarded && c == '\\' && quote != '`';
    }
    rest.len()
}

fn word(rest: &str) -> usize {
    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

/// Whether `c` may stand in a name.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_line_again() {
        for line in [
            "",
            "MATCH (n:Größe {a: 'x\\'y'}) // ü",
            "'open",
            "/* open",
            "$",
            "`a`b",
            "\\'",
        ] {
            let joined: String = tokens(line).into_iter().map(|(_, text)| text).collect();
            assert_eq!(joined, line);
        }
    }

    #[test]
    fn only_keywords_in_their_place_are_keywords() {
        let painted = paint("match (n:Match) where n.end = 'return' return 1");
        let keyword = format!("{KEYWORD}");
        let words: Vec<&str> = painted
            .split(&keyword)
            .skip(1)
            .filter_map(|part| part.split('\u{1b}').next())
            .collect();
        assert_eq!(words, ["match", "where", "return"]);
    }
}

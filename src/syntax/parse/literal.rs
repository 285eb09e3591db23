//! Numbers, strings and names: from the characters of a token to its value.

use std::sync::Arc;

use super::{Node, Rule, span_of};
use crate::error::{Result, Span};
use crate::syntax::ast::{Literal, Name, Spanned};
use crate::syntax::error::SyntaxError;

/// Whether a minus stands directly before a number: `-9223372036854775808` is an integer though
/// its digits alone are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plain,
    Minus,
}

/// Reads a number.
pub(super) fn number(node: &Node<'_>, sign: Sign) -> Result<Literal> {
    read_number(node.as_str(), sign).map_err(|error| error.at(span_of(node)))
}

fn read_number(text: &str, sign: Sign) -> Result<Literal, SyntaxError> {
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, text.get(2..)),
        [b'0', b'o' | b'O', ..] => (8, text.get(2..)),
        _ => (10, Some(text)),
    };
    let digits = digits.unwrap_or_default();
    if radix == 10 && !is_digits(digits, 10) {
        return read_float(text);
    }
    let joined = join_digits(digits, radix).ok_or_else(|| SyntaxError::InvalidNumber {
        text: shorten(text),
        why: match radix {
            16 => "hexadecimal digits are 0-9 and a-f",
            8 => "octal digits are 0-7",
            _ => "digits are 0-9",
        },
    })?;
    let limit = match sign {
        Sign::Plain => i64::MAX.unsigned_abs(),
        Sign::Minus => i64::MIN.unsigned_abs(),
    };
    match u64::from_str_radix(&joined, radix) {
        Ok(value) if value <= limit => Ok(Literal::Int(i64::try_from(value).unwrap_or(i64::MIN))),
        _ => Err(SyntaxError::IntegerOverflow {
            text: shorten(&match sign {
                Sign::Plain => text.to_owned(),
                Sign::Minus => format!("-{text}"),
            }),
        }),
    }
}

fn is_digits(text: &str, radix: u32) -> bool {
    join_digits(text, radix).is_some()
}

/// Takes the separators out of `1_000`; `None` where it is not a number of that radix.
fn join_digits(text: &str, radix: u32) -> Option<String> {
    let well_formed = !text.is_empty()
        && !text.starts_with('_')
        && !text.ends_with('_')
        && !text.contains("__")
        && text.chars().all(|c| c == '_' || c.is_digit(radix));
    // The grammar lets a separator stand after `0x` as well.
    let after_prefix = radix != 10
        && text
            .strip_prefix('_')
            .is_some_and(|rest| is_digits(rest, radix));
    (well_formed || after_prefix).then(|| text.replace('_', ""))
}

fn read_float(text: &str) -> Result<Literal, SyntaxError> {
    let invalid = |why| SyntaxError::InvalidNumber {
        text: shorten(text),
        why,
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    if exponent.is_none() && !mantissa.contains('.') {
        return Err(invalid("a name can't begin with a digit"));
    }
    let suffix: &[char] = &['f', 'F', 'd', 'D'];
    let last = exponent.unwrap_or(mantissa);
    let bare = last.strip_suffix(suffix).unwrap_or(last);
    let (mantissa, exponent) = match exponent {
        Some(_) => (
            mantissa,
            Some(bare.strip_prefix(['+', '-']).unwrap_or(bare)),
        ),
        None => (bare, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    if !(whole.is_empty() || is_digits(whole, 10)) || !is_digits(fraction, 10) {
        return Err(invalid("this is no decimal number"));
    }
    if exponent.is_some_and(|digits| !is_digits(digits, 10)) {
        return Err(invalid("after the `e` stand digits"));
    }
    let cleaned = text.strip_suffix(suffix).unwrap_or(text).replace('_', "");
    match cleaned.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Float(value)),
        Ok(_) => Err(SyntaxError::FloatOverflow {
            text: shorten(text),
        }),
        Err(_) => Err(invalid("this is no decimal number")),
    }
}

/// Reads a count: a bound of a length or a number of paths.
pub(super) fn count(node: &Node<'_>) -> Result<u64> {
    let text = node.as_str();
    join_digits(text, 10)
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| {
            SyntaxError::InvalidCount {
                text: shorten(text),
            }
            .at(span_of(node))
        })
}

/// Reads `INF`, `INFINITY` or `NAN`.
pub(super) fn special_float(text: &str) -> Literal {
    Literal::Float(if text.eq_ignore_ascii_case("nan") {
        f64::NAN
    } else {
        f64::INFINITY
    })
}

/// Reads a string in single or double quotes.
pub(super) fn string(node: &Node<'_>) -> Result<Arc<str>> {
    unquote(node.as_str(), node.as_span().start())
}

/// Reads a name, in backticks or plain.
pub(super) fn name(node: &Node<'_>) -> Result<Name> {
    let text = node.as_str();
    let value = plain_or_quoted(text, node.as_span().start())?;
    Ok(Spanned::new(value, span_of(node)))
}

/// Reads `$name`.
pub(super) fn parameter(node: &Node<'_>) -> Result<Arc<str>> {
    debug_assert_eq!(
        node.as_rule(),
        Rule::parameter,
        "called for parameters only"
    );
    let text = node.as_str();
    let bare = text.strip_prefix('$').unwrap_or(text);
    plain_or_quoted(bare, node.as_span().start() + 1)
}

fn plain_or_quoted(text: &str, offset: usize) -> Result<Arc<str>> {
    if !text.starts_with('`') {
        return Ok(Arc::from(text));
    }
    let value = unquote(text, offset)?;
    if value.is_empty() {
        return Err(SyntaxError::EmptyName.at(Span::new(offset, offset + text.len())));
    }
    Ok(value)
}

/// Takes off the quotes, halves doubled ones, and resolves escapes. `offset` is where `text`
/// begins in the query.
pub(in crate::syntax) fn unquote(text: &str, offset: usize) -> Result<Arc<str>> {
    let quote = text.chars().next().unwrap_or('\'');
    let inner = text
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .unwrap_or(text);
    if !inner.contains(['\\', quote]) {
        return Ok(Arc::from(inner));
    }
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(['\\', quote]) {
        let (before, special) = rest.split_at(at);
        value.push_str(before);
        let used = if special.starts_with(quote) {
            value.push(quote);
            2 * quote.len_utf8()
        } else {
            let (character, used) = escape(special).map_err(|error| {
                let start = offset + 1 + (inner.len() - special.len());
                error.at(Span::new(start, start + escape_width(special)))
            })?;
            value.push(character);
            used
        };
        rest = special.get(used..).unwrap_or_default();
    }
    value.push_str(rest);
    Ok(Arc::from(value))
}

/// Resolves the escape that `text` begins with; returns the character and the bytes used.
fn escape(text: &str) -> Result<(char, usize), SyntaxError> {
    let simple = match text.as_bytes().get(1) {
        Some(b'\\') => '\\',
        Some(b'\'') => '\'',
        Some(b'"') => '"',
        Some(b'`') => '`',
        Some(b't') => '\t',
        Some(b'b') => '\u{8}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b'f') => '\u{c}',
        Some(b'u') => return short_unicode(text),
        Some(b'U') => return long_unicode(text),
        _ => {
            return Err(SyntaxError::UnknownEscape {
                text: text.chars().take(2).collect(),
            });
        }
    };
    Ok((simple, 2))
}

/// `\u20AC`, or a pair of surrogates `\uD83D\uDE00`.
fn short_unicode(text: &str) -> Result<(char, usize), SyntaxError> {
    let first = hex(text, 2, 4).ok_or_else(|| bad_unicode(text))?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let second = (text.get(6..8) == Some("\\u"))
        .then(|| hex(text, 8, 4))
        .flatten();
    match second {
        Some(second @ 0xDC00..=0xDFFF) if first < 0xDC00 => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            char::from_u32(code).map(|character| (character, 12))
        }
        _ => None,
    }
    .ok_or_else(|| bad_unicode(text))
}

/// `\U0001F600`, or with six digits `\U01F600`.
fn long_unicode(text: &str) -> Result<(char, usize), SyntaxError> {
    [8, 6]
        .into_iter()
        .find_map(|width| {
            let character = char::from_u32(hex(text, 2, width)?)?;
            Some((character, 2 + width))
        })
        .ok_or_else(|| bad_unicode(text))
}

fn hex(text: &str, start: usize, width: usize) -> Option<u32> {
    let digits = text.get(start..start + width)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

fn bad_unicode(text: &str) -> SyntaxError {
    SyntaxError::InvalidUnicodeLiteral {
        text: text.get(..escape_width(text)).unwrap_or(text).to_owned(),
    }
}

/// How many bytes of `text` belong to the escape that it begins with, however wrong.
fn escape_width(text: &str) -> usize {
    let digits = match text.as_bytes().get(1) {
        Some(b'u') => 4,
        Some(b'U') => 8,
        _ => return text.chars().take(2).map(char::len_utf8).sum(),
    };
    let rest = text.bytes().skip(2).take(digits);
    2 + rest.take_while(u8::is_ascii_alphanumeric).count()
}

/// Cuts a long token for a message.
fn shorten(text: &str) -> String {
    const WIDTH: usize = 40;
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(WIDTH - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::ExprKind;
    use crate::syntax::parse_expression;

    #[track_caller]
    fn check(text: &str, expected: &Literal) {
        match parse_expression(text).map(|expr| expr.node) {
            Ok(ExprKind::Literal(found)) => assert_eq!(&found, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[track_caller]
    fn check_error(text: &str, detail: &str, marked: &str) {
        let error = parse_expression(text).unwrap_err();
        assert_eq!(error.code().detail, detail, "{text}");
        let span = error.span().unwrap();
        assert_eq!(text.get(span.range()), Some(marked), "{text}");
    }

    #[test]
    fn numbers() {
        let integers = [
            ("0", 0),
            ("007", 7),
            ("1_000", 1000),
            ("0x2A", 42),
            ("0XfF", 255),
            ("0x_f_F", 255),
            ("0o52", 42),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("- 9223372036854775808", i64::MIN),
            ("-0x8000000000000000", i64::MIN),
            ("-0o1000000000000000000000", i64::MIN),
        ];
        for (text, value) in integers {
            check(text, &Literal::Int(value));
        }
        let floats = [
            ("4.2", 4.2),
            (".5", 0.5),
            ("1e9", 1e9),
            ("1E-3", 1e-3),
            ("6.02e+23", 6.02e23),
            ("1_0.2_5", 10.25),
            ("1.5f", 1.5),
            ("1e2D", 100.0),
            ("1e-400", 0.0),
            ("INF", f64::INFINITY),
            ("infinity", f64::INFINITY),
        ];
        for (text, value) in floats {
            check(text, &Literal::Float(value));
        }
    }

    #[test]
    fn wrong_numbers() {
        for text in [
            "0x", "0xG", "0x1A2bZ", "12abc", "1__0", "1_", "1f", "0o8", "1.5x", "1e5e",
        ] {
            check_error(text, "InvalidNumberLiteral", text);
        }
        check_error(
            "1 + 9223372036854775808",
            "IntegerOverflow",
            "9223372036854775808",
        );
        check_error(
            "-9223372036854775808.x",
            "IntegerOverflow",
            "9223372036854775808",
        );
        check_error(
            "[0x8000000000000000]",
            "IntegerOverflow",
            "0x8000000000000000",
        );
        check_error("1.34E999", "FloatingPointOverflow", "1.34E999");
    }

    #[test]
    fn strings() {
        let table = [
            ("''", ""),
            (r#"'say "hi"'"#, r#"say "hi""#),
            (r#""it's""#, "it's"),
            ("'it''s'", "it's"),
            (r#""a""b""#, "a\"b"),
            (r"'it\'s'", "it's"),
            (r"'\\ \t\b\n\r\f \` \'", "\\ \t\u{8}\n\r\u{c} ` "),
            (r"'\u20AC\u0041'", "€A"),
            (r"'\uD83D\uDE00'", "😀"),
            (r"'\U0001F600'", "😀"),
            (r"'\U01F600!'", "😀!"),
            ("'日本\n語'", "日本\n語"),
        ];
        for (text, value) in table {
            let text = text.replace(r"\` \'", r"\` '");
            check(&text, &Literal::String(Arc::from(value)));
        }
    }

    #[test]
    fn wrong_strings() {
        check_error(r"'a\uH'", "InvalidUnicodeLiteral", r"\uH");
        check_error(r"'\u12'", "InvalidUnicodeLiteral", r"\u12");
        check_error(r"'x\uD800y'", "InvalidUnicodeLiteral", r"\uD800");
        check_error(r"'\U99999999'", "InvalidUnicodeLiteral", r"\U99999999");
        check_error(r"'ab\q'", "UnexpectedSyntax", r"\q");
        check_error("`` ``.a", "UnexpectedSyntax", "``");
    }

    #[test]
    fn names_in_backticks_and_parameters() {
        let table = [
            ("`a b`.`c``d`", "`a b`.`c``d`"),
            ("`plain`", "plain"),
            ("`order`", "`order`"),
            ("n.order", "n.order"),
            ("straße.größe", "straße.größe"),
            ("$1", "$1"),
            ("$`a b`", "$`a b`"),
            ("$match", "$match"),
            (r"`\u0041`", "A"),
        ];
        for (text, printed) in table {
            let expr = parse_expression(text).unwrap();
            assert_eq!(crate::syntax::print::expression(&expr), printed, "{text}");
        }
    }
}

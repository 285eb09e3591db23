//! Functions about strings. Positions and lengths count characters.

use unicode_normalization::UnicodeNormalization;

use super::super::error::FunctionError;
use super::super::signature::{Argument, INTEGER, STRING, Signature, argument};
use super::super::{Context, Function};
use super::{MAX_BYTES, MAX_ITEMS, at, count, length, misfit, text};
use crate::error::Result;
use crate::value::{List, Type, Value};

const CATEGORY: &str = "string";

const TEXT: Argument = argument("text", STRING);
const CHARACTERS: Argument = argument("characters", STRING);

/// Writes a function of one string.
macro_rules! of_text {
    ($name:literal, $result:expr, $help:literal, $body:expr) => {
        Function::new(
            $name,
            CATEGORY,
            Signature::of(&[TEXT], $result),
            $help,
            |_, values| {
                let body: fn(&str) -> Value = $body;
                Ok(body(text($name, values, 0)?))
            },
        )
    };
}

/// Writes a function that takes blanks, or the characters of a second string, from a string.
macro_rules! trim {
    ($name:literal, $help:literal, $trim:expr) => {
        Function::new(
            $name,
            CATEGORY,
            Signature::of(&[TEXT, CHARACTERS], Type::String).required(1),
            $help,
            |_, values| {
                let trim: fn(&str, &dyn Fn(char) -> bool) -> String = $trim;
                let taken: Vec<char> = match values.get(1) {
                    None => return Ok(trim(text($name, values, 0)?, &char::is_whitespace).into()),
                    Some(_) => text($name, values, 1)?.chars().collect(),
                };
                Ok(trim(text($name, values, 0)?, &|c| taken.contains(&c)).into())
            },
        )
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    of_text!(
        "char_length",
        Type::Integer,
        "Returns how many characters a string has.",
        |text| { count(text.chars().count()) }
    ),
    of_text!(
        "toUpper",
        Type::String,
        "Returns a string in capital letters.",
        |text| { text.to_uppercase().into() }
    ),
    of_text!(
        "toLower",
        Type::String,
        "Returns a string in small letters.",
        |text| { text.to_lowercase().into() }
    ),
    trim!(
        "trim",
        "Returns a string without blanks, or the given characters, at both ends.",
        |text, taken| { text.trim_matches(taken).to_owned() }
    ),
    trim!(
        "btrim",
        "Returns a string without blanks, or the given characters, at both ends.",
        |text, taken| { text.trim_matches(taken).to_owned() }
    ),
    trim!(
        "ltrim",
        "Returns a string without blanks, or the given characters, at its beginning.",
        |text, taken| { text.trim_start_matches(taken).to_owned() }
    ),
    trim!(
        "rtrim",
        "Returns a string without blanks, or the given characters, at its end.",
        |text, taken| { text.trim_end_matches(taken).to_owned() }
    ),
    Function::new(
        "left",
        CATEGORY,
        Signature::of(&[TEXT, argument("length", INTEGER)], Type::String),
        "Returns the first `length` characters of a string.",
        |_, values| {
            let length = length("left", values, 1)?;
            Ok(text("left", values, 0)?
                .chars()
                .take(length)
                .collect::<String>()
                .into())
        },
    ),
    Function::new(
        "right",
        CATEGORY,
        Signature::of(&[TEXT, argument("length", INTEGER)], Type::String),
        "Returns the last `length` characters of a string.",
        |_, values| {
            let (text, length) = (text("right", values, 0)?, length("right", values, 1)?);
            let skipped = text.chars().count().saturating_sub(length);
            Ok(text.chars().skip(skipped).collect::<String>().into())
        },
    ),
    Function::new(
        "substring",
        CATEGORY,
        Signature::of(
            &[
                TEXT,
                argument("start", INTEGER),
                argument("length", INTEGER),
            ],
            Type::String,
        )
        .required(2),
        "Returns the part of a string from position `start` (the first is 0), at most `length` characters.",
        substring,
    ),
    Function::new(
        "replace",
        CATEGORY,
        Signature::of(
            &[
                TEXT,
                argument("search", STRING),
                argument("replacement", STRING),
            ],
            Type::String,
        ),
        "Returns a string with all occurrences of `search` replaced.",
        replace,
    ),
    Function::new(
        "split",
        CATEGORY,
        Signature::of(
            &[TEXT, argument("delimiter", &[Type::String, Type::List])],
            Type::List,
        ),
        "Returns the parts of a string between the delimiters, of which a list may hold several.",
        split,
    ),
    Function::new(
        "normalize",
        CATEGORY,
        Signature::of(&[TEXT, argument("form", STRING)], Type::String).required(1),
        "Returns a string in a Unicode normal form: 'NFC' (the default), 'NFD', 'NFKC' or 'NFKD'.",
        normalize,
    ),
];

fn substring(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    let (text, start) = (
        text("substring", values, 0)?,
        length("substring", values, 1)?,
    );
    let rest = text.chars().skip(start);
    let part: String = if values.len() > 2 {
        rest.take(length("substring", values, 2)?).collect()
    } else {
        rest.collect()
    };
    Ok(part.into())
}

fn replace(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let original = text("replace", values, 0)?;
    let (search, replacement) = (text("replace", values, 1)?, text("replace", values, 2)?);
    let found = original.matches(search).count();
    let grown = found
        .saturating_mul(replacement.len())
        .saturating_add(original.len());
    if grown > MAX_BYTES {
        return Err(FunctionError::TooLarge {
            function: "replace",
            limit: MAX_BYTES,
            unit: "bytes",
        }
        .into());
    }
    context.memory.check(grown)?;
    Ok(original.replace(search, replacement).into())
}

fn split(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let original = text("split", values, 0)?;
    let delimiters: Vec<&str> = match at(values, 1) {
        Value::String(delimiter) => vec![delimiter],
        Value::List(delimiters) => {
            let mut texts = Vec::with_capacity(delimiters.len());
            for place in 0..delimiters.len() {
                texts.push(text("split", delimiters, place)?);
            }
            texts
        }
        other => return Err(misfit("split", "STRING or LIST", other).into()),
    };
    let parts = parts(context, original, &delimiters)?;
    if parts.len() > MAX_ITEMS {
        return Err(FunctionError::TooLarge {
            function: "split",
            limit: MAX_ITEMS,
            unit: "items",
        }
        .into());
    }
    context.memory.check_items(2 * parts.len())?;
    let mut values = List::from(Vec::with_capacity(parts.len()));
    for parts in parts.chunks(PULSE) {
        context.watch.pulse(0)?;
        values.extend(parts.iter().copied().map(Value::from));
    }
    Ok(Value::List(values))
}

/// After so many parts a function asks whether it has to stop.
const PULSE: usize = 1 << 14;

/// Cuts at the delimiters, the longest first where several fit; an empty delimiter cuts between
/// all characters.
fn parts<'a>(
    context: &Context<'_>,
    original: &'a str,
    delimiters: &[&str],
) -> Result<Vec<&'a str>> {
    if delimiters.iter().any(|delimiter| delimiter.is_empty()) && !original.is_empty() {
        let characters = original.split("").filter(|part| !part.is_empty());
        return Ok(characters.collect());
    }
    let mut parts = Vec::new();
    let (mut rest, mut from) = (original, 0);
    while let Some(next) = rest.get(from..).and_then(|tail| tail.chars().next()) {
        let tail = rest.get(from..).unwrap_or_default();
        let fitting = delimiters
            .iter()
            .filter(|delimiter| tail.starts_with(**delimiter));
        match fitting.map(|delimiter| delimiter.len()).max() {
            Some(len) if len > 0 => {
                parts.push(rest.get(..from).unwrap_or_default());
                if parts.len() % PULSE == 0 {
                    context.watch.pulse(0)?;
                }
                rest = rest.get(from + len..).unwrap_or_default();
                from = 0;
            }
            _ => from += next.len_utf8(),
        }
    }
    parts.push(rest);
    Ok(parts)
}

fn normalize(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    const FORMS: &[&str] = &["NFC", "NFD", "NFKC", "NFKD"];
    let original = text("normalize", values, 0)?;
    let form = if values.len() > 1 {
        text("normalize", values, 1)?
    } else {
        "NFC"
    };
    let normal: String = match form.to_ascii_uppercase().as_str() {
        "NFC" => original.nfc().collect(),
        "NFD" => original.nfd().collect(),
        "NFKC" => original.nfkc().collect(),
        "NFKD" => original.nfkd().collect(),
        _ => {
            return Err(FunctionError::UnknownWord {
                what: "Unicode normal form",
                found: form.to_owned(),
                known: FORMS,
            }
            .into());
        }
    };
    Ok(normal.into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::Value;

    const OUT_OF_RANGE: &str = "ArgumentError.NumberOutOfRange";

    #[test]
    fn letters_and_blanks() {
        check("char_length", values!["Ångström"], "8");
        check("toUpper", values!["straße"], "'STRASSE'");
        check("LOWER", values!["ÄB"], "'äb'");
        check("trim", values!["  a b\t"], "'a b'");
        check("btrim", values!["xxaxx", "x"], "'a'");
        check("ltrim", values!["  a "], "'a '");
        check("rtrim", values!["abba", "ab"], "''");
        check("trim", values![1], "refused");
        check("trim", values![Value::Null], "null");
    }

    #[test]
    fn parts_of_strings() {
        check("left", values!["hello", 3], "'hel'");
        check("left", values!["hello", 99], "'hello'");
        check("left", values!["hello", -1], OUT_OF_RANGE);
        check("right", values!["hällo", 4], "'ällo'");
        check("substring", values!["0123456789", 1], "'123456789'");
        check("substring", values!["hello", 1, 3], "'ell'");
        check("substring", values!["hello", 9, 3], "''");
        check("substring", values!["hello", -1], OUT_OF_RANGE);
        check("split", values!["one1two", "1"], "['one', 'two']");
        check("split", values![",a,", ","], "['', 'a', '']");
        check("split", values!["", ","], "['']");
        check("split", values!["äb", ""], "['ä', 'b']");
        check(
            "split",
            values!["a, b;c", vec![Value::from(","), ", ".into(), ";".into()]],
            "['a', 'b', 'c']",
        );
    }

    #[test]
    fn replacing_and_normalizing() {
        check("replace", values!["hello", "l", "w"], "'hewwo'");
        check("replace", values!["ab", "", "-"], "'-a-b-'");
        check(
            "replace",
            values!["a".repeat(1 << 16), "a", "b".repeat(1 << 16)],
            "LimitError.ValueTooLarge",
        );
        check("size", values!["e\u{301}"], "2");
        check("normalize", values!["e\u{301}"], "'é'");
        check("normalize", values!["ﬁ", "nfkc"], "'fi'");
        check(
            "normalize",
            values!["é", "xyz"],
            "ArgumentError.InvalidArgumentValue",
        );
    }
}

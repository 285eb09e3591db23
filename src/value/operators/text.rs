//! Predicates over strings.

use std::cell::RefCell;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::super::Value;
use super::super::error::ValueError;

/// Returns `text STARTS WITH prefix`; unknown unless both are strings.
#[must_use]
pub fn starts_with(text: &Value, prefix: &Value) -> Option<bool> {
    Some(text.as_str()?.starts_with(prefix.as_str()?))
}

/// Returns `text ENDS WITH suffix`; unknown unless both are strings.
#[must_use]
pub fn ends_with(text: &Value, suffix: &Value) -> Option<bool> {
    Some(text.as_str()?.ends_with(suffix.as_str()?))
}

/// Returns `text CONTAINS part`; unknown unless both are strings.
#[must_use]
pub fn contains(text: &Value, part: &Value) -> Option<bool> {
    Some(text.as_str()?.contains(part.as_str()?))
}

/// Returns `text =~ pattern`, which asks about the whole text; unknown unless both are strings.
///
/// # Errors
/// If the pattern is no regular expression, or too large.
pub fn regex(text: &Value, pattern: &Value) -> Result<Option<bool>, ValueError> {
    thread_local! {
        /// The patterns used last; a query rarely has more, and most have one.
        static RECENT: RefCell<Vec<(Arc<str>, Pattern)>> = const { RefCell::new(Vec::new()) };
    }
    let (Some(text), Value::String(source)) = (text.as_str(), pattern) else {
        return Ok(None);
    };
    RECENT.with_borrow_mut(|recent| {
        if let Some((_, pattern)) = recent.iter().find(|(known, _)| known == source) {
            return Ok(Some(pattern.matches(text)));
        }
        let pattern = Pattern::new(source)?;
        let result = pattern.matches(text);
        recent.truncate(MAX_RECENT - 1);
        recent.insert(0, (source.clone(), pattern));
        Ok(Some(result))
    })
}

const MAX_RECENT: usize = 8;
/// Limits of a compiled pattern, in bytes.
const MAX_SIZE: usize = 4 << 20;
/// Longer patterns are cut in messages.
const SHOWN: usize = 60;
/// How much of a pattern is shown from the mistake on.
const SHOWN_AT: usize = 12;

/// A compiled regular expression that is matched against whole texts, in linear time.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If the pattern is no regular expression, or too large.
    pub fn new(source: &str) -> Result<Self, ValueError> {
        // The pattern must stand on its own, so that `a)|(b` is an error. Around a pattern whose
        // last line is a comment (`(?x)`) the parenthesis needs a line of its own.
        compile(source)?;
        compile(&format!(r"\A(?:{source})\z"))
            .or_else(|_| compile(&format!("\\A(?:{source}\n)\\z")))
            .map(Self)
    }

    /// Returns whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn compile(source: &str) -> Result<Regex, ValueError> {
    RegexBuilder::new(source)
        .size_limit(MAX_SIZE)
        .dfa_size_limit(MAX_SIZE)
        .build()
        .map_err(|error| ValueError::RegularExpression {
            pattern: shorten(source),
            reason: reason(&error),
            place: place(source),
        })
}

fn shorten(source: &str) -> String {
    if source.chars().count() <= SHOWN {
        return source.to_owned();
    }
    source.chars().take(SHOWN).chain(['…']).collect()
}

/// Says where in the pattern the mistake is.
fn place(source: &str) -> String {
    let start = match regex_syntax::parse(source) {
        Err(regex_syntax::Error::Parse(error)) => error.span().start.offset,
        Err(regex_syntax::Error::Translate(error)) => error.span().start.offset,
        _ => return String::new(),
    };
    let before = source.get(..start).unwrap_or_default().chars().count();
    let rest: String = source.chars().skip(before).take(SHOWN_AT).collect();
    match rest.as_str() {
        "" => ", at its end".to_owned(),
        rest => format!(", at character {}: `{rest}`", before + 1),
    }
}

/// The engine draws the pattern over several lines; the last says what is wrong.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let check = |text: &str, pattern: &str, expected: bool| {
            let found = regex(&text.into(), &pattern.into());
            assert_eq!(found, Ok(Some(expected)), "{text} =~ {pattern}");
        };
        check("Andres", "And.*", true);
        check("ab", "a|ab", true);
        check("xAndres", "And.*", false);
        check("andres\n", "(?i)AND.*", false);
        check("a", "(?x) a # the letter", true);
        check("", "", true);
        assert_eq!(regex(&1.into(), &".*".into()), Ok(None));
    }

    #[test]
    fn patterns_are_checked() {
        let check = |pattern: &str, expected: &str| {
            let error = regex(&"a".into(), &pattern.into()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check(
            "a)|(b",
            "`a)|(b` is not a regular expression: unopened group, at character 2: `)|(b`",
        );
        check(
            "é[z",
            "`é[z` is not a regular expression: unclosed character class, at character 2: `[z`",
        );
        check(
            "((a{999}){999}){999}",
            "`((a{999}){999}){999}` is not a regular expression: it is too large",
        );
        check(
            "(a)\\1",
            "`(a)\\1` is not a regular expression: backreferences are not supported, at character 4: `\\1`",
        );
    }

    #[test]
    fn predicates_are_unknown_on_other_than_strings() {
        assert_eq!(starts_with(&"abc".into(), &"ab".into()), Some(true));
        assert_eq!(ends_with(&"abc".into(), &"".into()), Some(true));
        assert_eq!(contains(&"abc".into(), &"d".into()), Some(false));
        assert_eq!(contains(&"abc".into(), &1.into()), None);
        assert_eq!(starts_with(&Value::Null, &"a".into()), None);
    }
}

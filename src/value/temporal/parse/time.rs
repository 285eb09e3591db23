//! Times of day, offsets and names of zones.

use super::super::{LocalTime, Offset};
use super::{number, whole_number};

/// Parses `HH:MM:SS.fff`, `HHMMSS.fff` or a shorter form.
pub(super) fn local_time(text: &str) -> Option<LocalTime> {
    let (hour, minute, second, nanos) = written(text)?;
    LocalTime::new(hour, minute, second, nanos)
}

/// Says what does not exist, where a text has the form of a time of day.
pub(super) fn impossible(text: &str) -> Option<String> {
    let (hour, minute, second, _) = written(text)?;
    if hour > 23 {
        return Some("hours go from 00 to 23".to_owned());
    }
    (minute > 59 || second > 59).then(|| "minutes and seconds go from 00 to 59".to_owned())
}

/// Reads hour, minute, second and nanoseconds, whether or not there is such a time.
fn written(text: &str) -> Option<(i64, i64, i64, i64)> {
    let (hour, rest) = number(text, 2)?;
    let colons = rest.starts_with(':');
    let (minute, rest) = next(rest, colons)?;
    let (second, rest) = next(rest, colons)?;
    let nanos = match rest {
        "" => 0,
        rest => fraction(rest.strip_prefix(['.', ','])?).filter(|_| has_seconds(text, colons))?,
    };
    Some((hour, minute, second, nanos))
}

/// Parses the next two digits; zero where the text ends.
fn next(text: &str, colons: bool) -> Option<(i64, &str)> {
    match text.strip_prefix(':') {
        _ if text.is_empty() || text.starts_with(['.', ',']) => Some((0, text)),
        Some(digits) if colons => number(digits, 2),
        None if !colons => number(text, 2),
        _ => None,
    }
}

/// Whether the seconds, whose fraction follows, are written.
fn has_seconds(text: &str, colons: bool) -> bool {
    text.find(['.', ',']) == Some(if colons { 8 } else { 6 })
}

/// Parses up to nine digits after the point, as nanoseconds.
fn fraction(digits: &str) -> Option<i64> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    whole_number(&format!("{digits:0<9}"), 9)
}

/// Splits a time from the offset or zone that follows it.
pub(super) fn split_zone(text: &str) -> (&str, &str) {
    let start = text.find(['Z', '+', '-', '[']).unwrap_or(text.len());
    text.split_at_checked(start).unwrap_or((text, ""))
}

/// Parses `Z`, `±HH`, `±HH:MM`, `±HHMM`, `±HH:MM:SS` or `±HHMMSS`, then a zone's name in brackets;
/// either may be missing.
pub(super) fn offset_and_name(text: &str) -> Option<(Option<Offset>, Option<&str>)> {
    let (digits, name) = match text.split_once('[') {
        Some((digits, name)) => (digits, Some(name.strip_suffix(']')?)),
        None => (text, None),
    };
    if digits.is_empty() {
        return Some((None, name));
    }
    Some((Some(offset(digits)?), name))
}

fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, rest) = number(digits, 2)?;
    let colons = rest.starts_with(':');
    let (minutes, rest) = next(rest, colons)?;
    let (seconds, rest) = next(rest, colons)?;
    if !rest.is_empty() || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    Offset::new(sign * seconds)
}

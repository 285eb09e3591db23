//! Durations.

use super::super::Duration;
use super::super::amount::Amount;
use super::super::construct::DurationParts;
use super::{number, time, whole_number};

/// Units before and after the `T`, in the order in which they are written.
const DATE_UNITS: [(char, &str); 4] = [
    ('Y', "years"),
    ('M', "months"),
    ('W', "weeks"),
    ('D', "days"),
];
const TIME_UNITS: [(char, &str); 3] = [('H', "hours"), ('M', "minutes"), ('S', "seconds")];

/// Parses either form of a duration.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.strip_prefix('P')?;
    let duration = date_and_time(text).or_else(|| units(text))?;
    if negative {
        duration.checked_neg()
    } else {
        Some(duration)
    }
}

/// Parses `P2012-02-02T14:37:21.545` and `P20120202T143721.545`.
fn date_and_time(text: &str) -> Option<Duration> {
    let (date, clock) = text
        .split_once('T')
        .map_or((text, None), |(date, time)| (date, Some(time)));
    let (year, rest) = number(date, 4)?;
    let dashed = rest.strip_prefix('-');
    let (month, rest) = number(dashed.unwrap_or(rest), 2)?;
    let day = if dashed.is_some() {
        rest.strip_prefix('-')?
    } else {
        rest
    };
    let day = whole_number(day, 2)?;
    if month > 12 || day > 31 {
        return None;
    }
    let nanos = match clock {
        Some(clock) => time::local_time(clock)?.nanos(),
        None => 0,
    };
    Duration::new(year * 12 + month, day, 0, nanos)
}

/// Parses `P1Y2M3W4DT5H6M7.8S`.
fn units(text: &str) -> Option<Duration> {
    let (date, time) = text
        .split_once('T')
        .map_or((text, None), |(date, time)| (date, Some(time)));
    if time == Some("") || (date.is_empty() && time.is_none()) {
        return None;
    }
    let mut parts = DurationParts::default();
    let fraction = amounts(date, &DATE_UNITS, &mut parts)?;
    if let Some(time) = time {
        if fraction {
            return None;
        }
        amounts(time, &TIME_UNITS, &mut parts)?;
    }
    parts.build()
}

/// Parses amounts with their units; returns whether the last had a fraction.
fn amounts(text: &str, units: &[(char, &str)], parts: &mut DurationParts) -> Option<bool> {
    let (mut rest, mut units) = (text, units.iter());
    let mut fraction = false;
    while !rest.is_empty() {
        let end = rest.find(|character: char| character.is_ascii_alphabetic())?;
        let (digits, tail) = rest.split_at_checked(end)?;
        let mut letters = tail.chars();
        let letter = letters.next()?;
        let (_, name) = units.find(|(unit, _)| *unit == letter)?;
        if fraction {
            return None;
        }
        let amount;
        (amount, fraction) = decimal(digits)?;
        parts.add(name, amount)?;
        rest = letters.as_str();
    }
    Some(fraction)
}

/// Parses a decimal with an optional sign; returns whether it has a fraction.
fn decimal(text: &str) -> Option<(Amount, bool)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = match digits.split_once(['.', ',']) {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount = Amount::from_digits(whole, fraction.unwrap_or_default())?;
    Some((
        if negative { amount.negated() } else { amount },
        fraction.is_some(),
    ))
}

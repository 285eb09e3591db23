//! Dates.

use super::super::Date;
use super::{number, whole_number};

/// Parses any of the forms of a date.
pub(super) fn date(text: &str) -> Option<Date> {
    let (year, rest, signed) = year(text)?;
    let dashed = rest.starts_with('-');
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    if rest.is_empty() {
        return if dashed { None } else { Date::new(year, 1, 1) };
    }
    if let Some(week) = rest.strip_prefix('W') {
        return week_date(year, week);
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        return quarter_date(year, quarter);
    }
    if signed && !dashed {
        return None;
    }
    if rest.len() == 3 {
        return Date::from_ordinal(year, whole_number(rest, 3)?);
    }
    let (month, rest) = number(rest, 2)?;
    let day = match (rest, dashed) {
        ("", _) => 1,
        (rest, true) => whole_number(rest.strip_prefix('-')?, 2)?,
        (rest, false) => whole_number(rest, 2)?,
    };
    Date::new(year, month, day)
}

/// Parses the year, four digits or a sign and any number; returns the rest and whether there is a
/// sign.
fn year(text: &str) -> Option<(i64, &str, bool)> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => {
            let (year, rest) = number(text, 4)?;
            return Some((year, rest, false));
        }
    };
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    let (year, rest) = number(digits, end)?;
    Some((sign * year, rest, true))
}

fn week_date(year: i64, text: &str) -> Option<Date> {
    let (week, rest) = number(text, 2)?;
    let day = match rest {
        "" => 1,
        rest => whole_number(rest.strip_prefix('-').unwrap_or(rest), 1)?,
    };
    Date::from_week(year, week, day)
}

fn quarter_date(year: i64, text: &str) -> Option<Date> {
    let (quarter, rest) = number(text, 1)?;
    let day = match rest {
        "" => 1,
        rest => whole_number(rest.strip_prefix('-').unwrap_or(rest), 2)?,
    };
    Date::from_quarter(year, quarter, day)
}

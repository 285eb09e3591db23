//! Dates.

use super::super::Date;
use super::super::date::{days_in_month, days_in_quarter, days_in_year, weeks_in_year};
use super::{number, whole_number};

/// The numbers in a written date, by the form in which it is written.
#[derive(Clone, Copy)]
enum Written {
    Calendar { year: i64, month: i64, day: i64 },
    Ordinal { year: i64, day: i64 },
    Week { year: i64, week: i64, day: i64 },
    Quarter { year: i64, quarter: i64, day: i64 },
}

/// Parses any of the forms of a date.
pub(super) fn date(text: &str) -> Option<Date> {
    match written(text)? {
        Written::Calendar { year, month, day } => Date::new(year, month, day),
        Written::Ordinal { year, day } => Date::from_ordinal(year, day),
        Written::Week { year, week, day } => Date::from_week(year, week, day),
        Written::Quarter { year, quarter, day } => Date::from_quarter(year, quarter, day),
    }
}

/// Says what does not exist, where a text has the form of a date.
pub(super) fn impossible(text: &str) -> Option<String> {
    let written = written(text)?;
    let (Written::Calendar { year, .. }
    | Written::Ordinal { year, .. }
    | Written::Week { year, .. }
    | Written::Quarter { year, .. }) = written;
    if !(-Date::MAX_YEAR..=Date::MAX_YEAR).contains(&year) {
        return Some("years go from -999999999 to 999999999".to_owned());
    }
    let outside = |number: i64, most: i64| !(1..=most).contains(&number);
    let sentence = match written {
        Written::Calendar { month, .. } if outside(month, 12) => {
            format!("there is no month {month:02}")
        }
        Written::Calendar { year, month, day } => {
            let days = days_in_month(year, month);
            let month = month_name(month);
            outside(day, days).then(|| format!("{month} {year} has {days} days"))?
        }
        Written::Ordinal { year, day } => {
            let days = days_in_year(year);
            outside(day, days).then(|| format!("the year {year} has {days} days"))?
        }
        Written::Week { year, week, day } => {
            let weeks = weeks_in_year(year)?;
            if outside(week, weeks) {
                format!("the year {year} has {weeks} weeks")
            } else {
                outside(day, 7).then(|| "a week has 7 days".to_owned())?
            }
        }
        Written::Quarter { quarter, .. } if outside(quarter, 4) => {
            "a year has 4 quarters".to_owned()
        }
        Written::Quarter { year, quarter, day } => {
            let days = days_in_quarter(year, quarter);
            outside(day, days).then(|| format!("quarter {quarter} of {year} has {days} days"))?
        }
    };
    Some(sentence)
}

fn month_name(month: i64) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(month - 1).ok();
    let name = index.and_then(|index| NAMES.get(index));
    name.copied().unwrap_or("that month of")
}

/// Reads the numbers of any of the forms of a date, whether or not there is such a day.
fn written(text: &str) -> Option<Written> {
    let (year, rest, signed) = year(text)?;
    let calendar = |month, day| Some(Written::Calendar { year, month, day });
    let dashed = rest.starts_with('-');
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    if rest.is_empty() {
        return if dashed { None } else { calendar(1, 1) };
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
        let day = whole_number(rest, 3)?;
        return Some(Written::Ordinal { year, day });
    }
    let (month, rest) = number(rest, 2)?;
    let day = match (rest, dashed) {
        ("", _) => 1,
        (rest, true) => whole_number(rest.strip_prefix('-')?, 2)?,
        (rest, false) => whole_number(rest, 2)?,
    };
    calendar(month, day)
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

fn week_date(year: i64, text: &str) -> Option<Written> {
    let (week, rest) = number(text, 2)?;
    let day = match rest {
        "" => 1,
        rest => whole_number(rest.strip_prefix('-').unwrap_or(rest), 1)?,
    };
    Some(Written::Week { year, week, day })
}

fn quarter_date(year: i64, text: &str) -> Option<Written> {
    let (quarter, rest) = number(text, 1)?;
    let day = match rest {
        "" => 1,
        rest => whole_number(rest.strip_prefix('-').unwrap_or(rest), 2)?,
    };
    Some(Written::Quarter { year, quarter, day })
}

//! Partial dates as the Extended Date/Time Format writes them, and the days that they span.
//!
//! The forms: year `2025`, month `2025-10`, day `2025-10-31`, season `2026-21` (spring) to
//! `2026-24`, quarter `2025-33` to `2025-36`; and intervals of two of them, `2025-10/2025-12`,
//! where an open side is `..`. A season is three whole months from March on, so `2026-24` ends
//! with February 2027.

use super::Date;

/// The days that a text means: the first, and the day after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day; `None` for an interval without a beginning.
    pub from: Option<Date>,
    /// The day after the last one; `None` for an interval without an end and for a single date,
    /// which says when something began and not when it ended.
    pub until: Option<Date>,
}

/// Reads a partial date or an interval; `None` if it is neither.
#[must_use]
pub fn parse_edtf(text: &str) -> Option<Days> {
    let Some((first, last)) = text.split_once('/') else {
        let (from, _) = single(text)?;
        return Some(Days {
            from: Some(from),
            until: None,
        });
    };
    let from = side(first)?;
    let until = side(last)?;
    let days = Days {
        from: from.map(|(first, _)| first),
        until: until.map(|(_, after)| after),
    };
    match (days.from, days.until) {
        (None, None) => None,
        (Some(from), Some(until)) if from >= until => None,
        _ => Some(days),
    }
}

/// Reads a day `YYYY-MM-DD` that the calendar has.
#[must_use]
pub fn parse_day(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum: i64, digit| {
            let value = i64::from(digit.wrapping_sub(b'0'));
            digit.is_ascii_digit().then_some(sum * 10 + value)
        })
    };
    Date::new(
        number(&[y1, y2, y3, y4])?,
        number(&[m1, m2])?,
        number(&[d1, d2])?,
    )
}

/// One side of an interval: `Some(None)` if it is open.
#[expect(
    clippy::option_option,
    reason = "the outer says whether it could be read"
)]
fn side(text: &str) -> Option<Option<(Date, Date)>> {
    if text == ".." {
        return Some(None);
    }
    single(text).map(Some)
}

/// The first day of a single partial date and the day after its last.
fn single(text: &str) -> Option<(Date, Date)> {
    let (first, months) = match parts(text)?.as_slice() {
        [year] => (Date::new(*year, 1, 1)?, 12),
        [year, month @ 1..=12] => (Date::new(*year, *month, 1)?, 1),
        [year, season @ 21..=24] => (Date::new(*year, (season - 21) * 3 + 3, 1)?, 3),
        [year, quarter @ 33..=36] => (Date::new(*year, (quarter - 33) * 3 + 1, 1)?, 3),
        [_, _, _] => {
            let first = parse_day(text)?;
            return Some((first, first.add_days(1)?));
        }
        _ => return None,
    };
    Some((first, first.add_months(months)?))
}

/// The numbers between the hyphens: four digits, then up to twice two.
fn parts(text: &str) -> Option<Vec<i64>> {
    if text.len() > "YYYY-MM-DD".len() {
        return None;
    }
    text.split('-')
        .enumerate()
        .map(|(at, part)| {
            let digits = if at == 0 { 4 } else { 2 };
            let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| part.parse().ok()).flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, from: &str, until: &str) {
        let date = |text: &str| (!text.is_empty()).then(|| parse_day(text).unwrap());
        let expected = Days {
            from: date(from),
            until: date(until),
        };
        assert_eq!(parse_edtf(text), Some(expected), "{text}");
    }

    #[test]
    fn a_single_date_says_when_it_began() {
        check("2025", "2025-01-01", "");
        check("2025-12", "2025-12-01", "");
        check("2025-12-04", "2025-12-04", "");
        check("2026-21", "2026-03-01", "");
        check("2026-24", "2026-12-01", "");
        check("2025-33", "2025-01-01", "");
        check("2025-36", "2025-10-01", "");
    }

    #[test]
    fn an_interval_ends_the_day_after_its_last() {
        check("2025-10/2025-12", "2025-10-01", "2026-01-01");
        check("2025-10/..", "2025-10-01", "");
        check("../2025", "", "2026-01-01");
        check("2026-21/2026-21", "2026-03-01", "2026-06-01");
        check("2025-36/2025-36", "2025-10-01", "2026-01-01");
        check("2024-24/2024-24", "2024-12-01", "2025-03-01");
        check("2024-02-29/2024-02-29", "2024-02-29", "2024-03-01");
        check("2004/2005", "2004-01-01", "2006-01-01");
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        let bad = [
            "",
            "25",
            "2025-13",
            "2025-00",
            "2025-20",
            "2025-25",
            "2025-37",
            "2025-02-30",
            "2025-2-3",
            "2025/",
            "../..",
            "2025-12/2025-10",
            "2025-Q4",
            "2025-12-04T00:00",
            "2025-01-01/2025-01-01/..",
            "+025",
            "２０２５",
        ];
        for text in bad {
            assert_eq!(parse_edtf(text), None, "{text}");
        }
    }
}

//! Temporal values from ISO 8601 text, in all forms of CIP2015-08-06.

mod date;
mod duration;
mod time;

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Zone};
use crate::value::{Type, ValueError};

use self::time::{local_time, offset_and_name};

/// Parses a date: `2015-07-21`, `20150721`, `2015-W30-2`, `2015-202`, `2015-Q3-21` and their
/// shorter forms.
///
/// # Errors
/// If the text has another form, or names a day that does not exist.
pub fn parse_date(text: &str) -> Result<Date, ValueError> {
    date::date(text).ok_or_else(|| unreadable(Type::Date, text, "'2015-07-21'"))
}

/// Parses a time of day: `21:40:32.142`, `214032.142` and their shorter forms.
///
/// # Errors
/// If the text has another form.
pub fn parse_local_time(text: &str) -> Result<LocalTime, ValueError> {
    let digits = text.strip_prefix('T').unwrap_or(text);
    local_time(digits).ok_or_else(|| unreadable(Type::LocalTime, text, "'21:40:32.142'"))
}

/// Parses a time of day with an offset: `21:40:32+01:00`; without one it is in `default`.
///
/// # Errors
/// If the text has another form.
pub fn parse_time(text: &str, default: Zone) -> Result<Time, ValueError> {
    let found = || {
        let (digits, zone) = time::split_zone(text.strip_prefix('T').unwrap_or(text));
        let local = local_time(digits)?;
        let offset = match offset_and_name(zone)? {
            (Some(offset), None) => offset,
            (None, None) => default.offset_at(0),
            (_, Some(_)) => return None,
        };
        Some(Time::new(local, offset))
    };
    found().ok_or_else(|| unreadable(Type::Time, text, "'21:40:32+01:00'"))
}

/// Parses a date and time, joined by `T`; a date alone is its midnight.
///
/// # Errors
/// If the text has another form, or names a day that does not exist.
pub fn parse_local_date_time(text: &str) -> Result<LocalDateTime, ValueError> {
    let found = || match text.split_once('T') {
        Some((date, time)) => Some(LocalDateTime::new(date::date(date)?, local_time(time)?)),
        None => Some(LocalDateTime::new(date::date(text)?, LocalTime::MIDNIGHT)),
    };
    found().ok_or_else(|| unreadable(Type::LocalDateTime, text, "'2015-07-21T21:40:32'"))
}

/// Parses a date and time with an offset, a zone's name in brackets, or both; without one it is in
/// `default`.
///
/// # Errors
/// If the text has another form, names a day or zone that does not exist, or the offset is none
/// that the zone has at that time.
pub fn parse_date_time(text: &str, default: Zone) -> Result<DateTime, ValueError> {
    let wrong = || {
        unreadable(
            Type::DateTime,
            text,
            "'2015-07-21T21:40:32+01:00[Europe/Paris]'",
        )
    };
    let parts = || {
        let Some((date, rest)) = text.split_once('T') else {
            let midnight = LocalDateTime::new(date::date(text)?, LocalTime::MIDNIGHT);
            return Some((midnight, (None, None)));
        };
        let (digits, zone) = time::split_zone(rest);
        let local = LocalDateTime::new(date::date(date)?, local_time(digits)?);
        Some((local, offset_and_name(zone)?))
    };
    let (local, (offset, name)) = parts().ok_or_else(wrong)?;
    let zone = match (offset, name) {
        (_, Some(name)) => parse_zone(name)?,
        (Some(offset), None) => offset.into(),
        (None, None) => default,
    };
    let moment = DateTime::with_offset(local, zone, offset).ok_or_else(wrong)?;
    if let Some(offset) = offset
        && (moment.offset() != offset || moment.local() != local)
    {
        return Err(ValueError::OffsetMismatch {
            offset,
            zone: zone.to_string(),
        });
    }
    Ok(moment)
}

/// Parses a time zone: an offset such as `+01:00` or `Z`, or a name such as `Europe/Stockholm`.
///
/// # Errors
/// If it is neither.
pub fn parse_zone(text: &str) -> Result<Zone, ValueError> {
    let offset = || match offset_and_name(text)? {
        (Some(offset), None) => Some(Zone::from(offset)),
        _ => None,
    };
    offset()
        .or_else(|| Zone::named(text))
        .ok_or_else(|| ValueError::UnknownZone {
            name: text.to_owned(),
        })
}

/// Parses a duration: `P1Y2M3W4DT5H6M7.8S`, of which only the last amount may have a fraction, or
/// `P2012-02-02T14:37:21.545`.
///
/// # Errors
/// If the text has another form, or an amount is too large.
pub fn parse_duration(text: &str) -> Result<Duration, ValueError> {
    duration::duration(text).ok_or_else(|| unreadable(Type::Duration, text, "'P1Y2M3DT4H5M6.7S'"))
}

fn unreadable(wanted: Type, written: &str, example: &'static str) -> ValueError {
    let text = written.chars().take(60).collect();
    match impossible(wanted, written) {
        Some(reason) => ValueError::Impossible {
            wanted,
            text,
            reason,
        },
        None => ValueError::Unreadable {
            wanted,
            text,
            example,
        },
    }
}

/// Says which day or time does not exist, where the text has the form of the wanted type.
fn impossible(wanted: Type, text: &str) -> Option<String> {
    let time_of_day = |text| time::impossible(time::split_zone(text).0);
    match wanted {
        Type::Date => date::impossible(text),
        Type::LocalTime | Type::Time => time_of_day(text.strip_prefix('T').unwrap_or(text)),
        Type::LocalDateTime | Type::DateTime => match text.split_once('T') {
            Some((date, time)) => date::impossible(date).or_else(|| time_of_day(time)),
            None => date::impossible(text),
        },
        _ => None,
    }
}

/// Returns a number of exactly `digits` digits at the beginning, and the rest.
fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(digits)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, rest))
}

/// Returns a number of exactly `digits` digits that is the whole text.
fn whole_number(text: &str, digits: usize) -> Option<i64> {
    number(text, digits)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use std::fmt::Display;

    use super::*;
    use proptest::prelude::*;

    fn check<T: Display>(parse: impl Fn(&str) -> Result<T, ValueError>, table: &[(&str, &str)]) {
        for (text, expected) in table {
            let found = parse(text).map_or_else(|_| "error".to_owned(), |found| found.to_string());
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn dates() {
        check(
            parse_date,
            &[
                ("2015-07-21", "2015-07-21"),
                ("20150721", "2015-07-21"),
                ("2015-07", "2015-07-01"),
                ("201507", "2015-07-01"),
                ("2015-W30-2", "2015-07-21"),
                ("2015W302", "2015-07-21"),
                ("+2015-W30", "2015-07-20"),
                ("2015W30", "2015-07-20"),
                ("2015-Q2-60", "2015-05-30"),
                ("2015Q260", "2015-05-30"),
                ("2015-Q2", "2015-04-01"),
                ("2015-202", "2015-07-21"),
                ("2015202", "2015-07-21"),
                ("2015", "2015-01-01"),
                ("-0001", "-0001-01-01"),
                ("+999999999-12-31", "+999999999-12-31"),
                ("-999999999-01-01", "-999999999-01-01"),
                ("+2015W13-4", "2015-03-26"),
                ("+20150721", "+20150721-01-01"),
                ("+1000000000-01-01", "error"),
                ("10000-01-01", "error"),
                ("2015-7-21", "error"),
                ("2015-02-30", "error"),
                ("2015-W54", "error"),
                ("2015-07-21 ", "error"),
                ("2015-", "error"),
                ("", "error"),
                ("٢٠١٥", "error"),
            ],
        );
    }

    #[test]
    fn times() {
        check(
            parse_local_time,
            &[
                ("21:40:32.142", "21:40:32.142"),
                ("T214032,142", "21:40:32.142"),
                ("214032", "21:40:32"),
                ("21:40", "21:40"),
                ("2140", "21:40"),
                ("21", "21:00"),
                ("24:00", "error"),
                ("21:4", "error"),
                ("21:40:60", "error"),
                ("21:40:32.", "error"),
                ("21:40:32.1234567890", "error"),
                ("21:4032", "error"),
                ("21:40Z", "error"),
            ],
        );
        check(
            |text| parse_time(text, Zone::UTC),
            &[
                ("21:40:32.142+0100", "21:40:32.142+01:00"),
                ("214032.142Z", "21:40:32.142Z"),
                ("21:40-01:30", "21:40-01:30"),
                ("2140-00:00", "21:40Z"),
                ("2140-02", "21:40-02:00"),
                ("22+18:00", "22:00+18:00"),
                ("22+18:01", "error"),
                ("12:00+02:05:59", "12:00+02:05:59"),
                ("12:00+020559", "12:00+02:05:59"),
                ("12:00", "12:00Z"),
                ("12:00[Europe/Paris]", "error"),
            ],
        );
    }

    #[test]
    fn dates_with_times() {
        check(
            parse_local_date_time,
            &[
                ("2015-07-21T21:40:32.142", "2015-07-21T21:40:32.142"),
                ("2015185T19:32:24", "2015-07-04T19:32:24"),
                ("-999999999-01-01", "-999999999-01-01T00:00"),
                ("2015-07-21T21:40Z", "error"),
            ],
        );
        check(
            |text| parse_date_time(text, Zone::UTC),
            &[
                (
                    "2015-07-21T21:40:32.142+0100",
                    "2015-07-21T21:40:32.142+01:00",
                ),
                ("2015-W30-2T214032.142Z", "2015-07-21T21:40:32.142Z"),
                ("2015T214032-0100", "2015-01-01T21:40:32-01:00"),
                ("2015-07-21", "2015-07-21T00:00Z"),
                (
                    "2015-07-21T21:40:32.142[Europe/London]",
                    "2015-07-21T21:40:32.142+01:00[Europe/London]",
                ),
                (
                    "2015-07-21T21:40:32.142+0845[Australia/Eucla]",
                    "2015-07-21T21:40:32.142+08:45[Australia/Eucla]",
                ),
                (
                    "2015-07-21T21:40:32.142-04[America/New_York]",
                    "2015-07-21T21:40:32.142-04:00[America/New_York]",
                ),
                (
                    "1818-07-21T21:40:32.142[Europe/Stockholm]",
                    "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]",
                ),
                ("2015-07-21T21:40+02:00[Europe/London]", "error"),
                // In the night to 29 October 2017 the hour from two to three came twice.
                (
                    "2017-10-29T02:30+01:00[Europe/Paris]",
                    "2017-10-29T02:30+01:00[Europe/Paris]",
                ),
                (
                    "2017-10-29T02:30[Europe/Paris]",
                    "2017-10-29T02:30+02:00[Europe/Paris]",
                ),
                // In the night to 26 March 2017 it did not come at all.
                (
                    "2017-03-26T02:30[Europe/Paris]",
                    "2017-03-26T03:30+02:00[Europe/Paris]",
                ),
                ("2017-03-26T02:30+01:00[Europe/Paris]", "error"),
                ("2015-07-21T21:40[Europe/Nowhere]", "error"),
                ("2015-07-21T21:40[Europe/Paris", "error"),
            ],
        );
    }

    #[test]
    fn the_error_says_what_does_not_exist() {
        let check = |error: Option<ValueError>, expected: &str| {
            assert_eq!(error.map(|error| error.to_string()).unwrap(), expected);
        };
        let table = [
            ("2025-02-29", "February 2025 has 28 days"),
            ("20250431", "April 2025 has 30 days"),
            ("2025-13-01", "there is no month 13"),
            ("2025-366", "the year 2025 has 365 days"),
            ("2025-W53", "the year 2025 has 52 weeks"),
            ("2025-W10-8", "a week has 7 days"),
            ("2025-Q5", "a year has 4 quarters"),
            ("2025-Q1-91", "quarter 1 of 2025 has 90 days"),
            ("+1000000000-01-01", "years go from -999999999 to 999999999"),
        ];
        for (text, reason) in table {
            let expected = format!("`{text}` is no DATE: {reason}");
            check(parse_date(text).err(), &expected);
        }
        check(
            parse_local_time("24:00").err(),
            "`24:00` is no LOCAL TIME: hours go from 00 to 23",
        );
        check(
            parse_time("21:60+01:00", Zone::UTC).err(),
            "`21:60+01:00` is no TIME: minutes and seconds go from 00 to 59",
        );
        check(
            parse_local_date_time("2025-02-29T10:00").err(),
            "`2025-02-29T10:00` is no LOCAL DATETIME: February 2025 has 28 days",
        );
        check(
            parse_date_time("2025-02-28T10:61Z", Zone::UTC).err(),
            "`2025-02-28T10:61Z` is no DATETIME: minutes and seconds go from 00 to 59",
        );
        check(
            parse_date("yesterday").err(),
            "`yesterday` is no DATE, which is written like '2015-07-21'",
        );
    }

    #[test]
    fn durations() {
        check(
            parse_duration,
            &[
                ("P14DT16H12M", "P14DT16H12M"),
                ("P5M1.5D", "P5M1DT12H"),
                ("P0.75M", "P22DT19H51M49.5S"),
                ("PT0.75M", "PT45S"),
                ("P2.5W", "P17DT12H"),
                ("P12Y5M14DT16H12M70S", "P12Y5M14DT16H13M10S"),
                ("P2012-02-02T14:37:21.545", "P2012Y2M2DT14H37M21.545S"),
                ("P20120202T143721", "P2012Y2M2DT14H37M21S"),
                ("P-1Y2M-3D", "P-10M-3D"),
                ("-P1DT2H", "P-1DT-2H"),
                ("PT-0.5S", "PT-0.5S"),
                ("PT1,5S", "PT1.5S"),
                ("PT0S", "PT0S"),
                ("P1.5Y", "P1Y6M"),
                ("P1.5M1D", "error"),
                ("P", "error"),
                ("PT", "error"),
                ("P1DT", "error"),
                ("P1D1M", "error"),
                ("P1H", "error"),
                ("P1", "error"),
                ("1D", "error"),
                ("P2012-13-02T14:37:21", "error"),
                ("P99999999999999999999Y", "error"),
                ("P9999999999999999999D", "error"),
            ],
        );
    }

    proptest! {
        #[test]
        fn printing_and_parsing_is_identity(
            days in Date::MIN.days() + 1..Date::MAX.days(),
            nanos in 0_i64..86_400_000_000_000,
            zone in prop_oneof![Just("Z"), Just("-02:30"), Just("Europe/Stockholm"), Just("Asia/Tokyo")],
        ) {
            let (date, time) = (Date::from_days(days).unwrap(), LocalTime::from_nanos(nanos).unwrap());
            let local = LocalDateTime::new(date, time);
            let zone = parse_zone(zone).unwrap();
            let moment = DateTime::new(local, zone).unwrap();
            prop_assert_eq!(parse_date(&date.to_string()), Ok(date));
            prop_assert_eq!(parse_local_time(&time.to_string()), Ok(time));
            prop_assert_eq!(parse_local_date_time(&local.to_string()), Ok(local));
            prop_assert_eq!(parse_date_time(&moment.to_string(), Zone::UTC), Ok(moment));
        }

        #[test]
        fn printed_durations_read_back(
            months in any::<i32>(), days in any::<i32>(), seconds in any::<i32>(), nanos in 0_i64..1_000_000_000,
        ) {
            let duration = Duration::new(months.into(), days.into(), seconds.into(), nanos).unwrap();
            prop_assert_eq!(parse_duration(&duration.to_string()), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in "[-+P0-9TWQYMDHSZ:.\\[\\]a-z/]{0,20}") {
            drop(parse_date(&text));
            drop(parse_time(&text, Zone::UTC));
            drop(parse_date_time(&text, Zone::UTC));
            drop(parse_duration(&text));
        }
    }
}

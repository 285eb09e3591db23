//! Components of temporal values, which queries read like properties.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_SECOND, Offset, Time};
use crate::value::{Type, Value, ValueError};

/// Returns whether the value is temporal: an instant or a duration.
#[must_use]
pub fn is_temporal(value: &Value) -> bool {
    super::arithmetic::is_instant(value) || matches!(value, Value::Duration(_))
}

/// Returns a component of a temporal value, such as `year`; none if the value is not temporal.
///
/// # Errors
/// If temporal values of that type have no such component, or it overflows.
pub fn component(value: &Value, name: &str) -> Result<Option<Value>, ValueError> {
    let found = match value {
        Value::Date(date) => of_date(*date, name),
        Value::LocalTime(time) => of_time(*time, name),
        Value::Time(time) => of_zoned_time(*time, name),
        Value::LocalDateTime(local) => of_local(*local, name),
        Value::DateTime(moment) if name == "epochMillis" => Some(epoch_millis(*moment)?),
        Value::DateTime(moment) => of_moment(*moment, name),
        Value::Duration(duration) => match of_duration(duration, name) {
            Some(component) => Some(i64::try_from(component).map(Value::Int).map_err(|_| {
                ValueError::IntegerOverflow {
                    operation: "a component of a duration",
                }
            })?),
            None => None,
        },
        _ => return Ok(None),
    };
    found.map(Some).ok_or_else(|| ValueError::NoComponent {
        found: value.type_of(),
        name: name.to_owned(),
    })
}

const DATE: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "weekYear",
    "day",
    "ordinalDay",
    "weekDay",
    "dayOfWeek",
    "dayOfQuarter",
];
const TIME: &[&str] = &[
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];
const OFFSET: &[&str] = &["timezone", "offset", "offsetMinutes", "offsetSeconds"];
const EPOCH: &[&str] = &["epochSeconds", "epochMillis"];
const DURATION: &[&str] = &[
    "years",
    "quarters",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "quartersOfYear",
    "monthsOfQuarter",
    "monthsOfYear",
    "daysOfWeek",
    "minutesOfHour",
    "secondsOfMinute",
    "millisecondsOfSecond",
    "microsecondsOfSecond",
    "nanosecondsOfSecond",
];

/// Returns the components that temporal values of a type have.
pub(crate) fn component_names(of: Type) -> impl Iterator<Item = &'static str> {
    let groups: &[&[&str]] = match of {
        Type::Date => &[DATE],
        Type::LocalTime => &[TIME],
        Type::Time => &[TIME, OFFSET],
        Type::LocalDateTime => &[DATE, TIME],
        Type::DateTime => &[DATE, TIME, OFFSET, EPOCH],
        Type::Duration => &[DURATION],
        _ => &[],
    };
    groups.iter().flat_map(|names| names.iter().copied())
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    Some(Value::Int(match name {
        "year" => date.year(),
        "quarter" => date.quarter(),
        "month" => date.month(),
        "week" => date.week_date().1,
        "weekYear" => date.week_date().0,
        "day" => date.day(),
        "ordinalDay" => date.ordinal_day(),
        "weekDay" | "dayOfWeek" => date.weekday(),
        "dayOfQuarter" => date.day_of_quarter(),
        _ => return None,
    }))
}

fn of_time(time: LocalTime, name: &str) -> Option<Value> {
    Some(Value::Int(match name {
        "hour" => time.hour(),
        "minute" => time.minute(),
        "second" => time.second(),
        "millisecond" => time.nanosecond() / 1_000_000,
        "microsecond" => time.nanosecond() / 1_000,
        "nanosecond" => time.nanosecond(),
        _ => return None,
    }))
}

fn of_offset(offset: Offset, name: &str) -> Option<Value> {
    Some(match name {
        "offset" => offset.to_string().into(),
        "offsetMinutes" => (offset.seconds() / 60).into(),
        "offsetSeconds" => offset.seconds().into(),
        _ => return None,
    })
}

fn of_zoned_time(time: Time, name: &str) -> Option<Value> {
    let name = if name == "timezone" { "offset" } else { name };
    of_time(time.local(), name).or_else(|| of_offset(time.offset(), name))
}

fn of_local(local: LocalDateTime, name: &str) -> Option<Value> {
    of_date(local.date(), name).or_else(|| of_time(local.time(), name))
}

fn of_moment(moment: DateTime, name: &str) -> Option<Value> {
    match name {
        "timezone" => Some(moment.zone().to_string().into()),
        "epochSeconds" => Some(moment.seconds().into()),
        _ => of_local(moment.local(), name).or_else(|| of_offset(moment.offset(), name)),
    }
}

/// The last of the known years lie more milliseconds away than integers count.
fn epoch_millis(moment: DateTime) -> Result<Value, ValueError> {
    let millis = moment.seconds().checked_mul(1000);
    let millis = millis.and_then(|millis| millis.checked_add(moment.nanosecond() / 1_000_000));
    millis.map(Value::Int).ok_or(ValueError::IntegerOverflow {
        operation: "`epochMillis`",
    })
}

/// Seconds and nanoseconds are taken apart before they are divided, so the seconds of a negative
/// duration with a fraction are those before it.
fn of_duration(duration: &Duration, name: &str) -> Option<i128> {
    let (months, days) = (i128::from(duration.months()), i128::from(duration.days()));
    let (seconds, nanos) = (i128::from(duration.seconds()), i128::from(duration.nanos()));
    let per_second = i128::from(NANOS_PER_SECOND);
    Some(match name {
        "years" => months / 12,
        "quarters" => months / 3,
        "months" => months,
        "weeks" => days / 7,
        "days" => days,
        "hours" => seconds / 3600,
        "minutes" => seconds / 60,
        "seconds" => seconds,
        "milliseconds" => seconds * 1000 + nanos / 1_000_000,
        "microseconds" => seconds * 1_000_000 + nanos / 1000,
        "nanoseconds" => seconds * per_second + nanos,
        "quartersOfYear" => months / 3 % 4,
        "monthsOfQuarter" => months % 3,
        "monthsOfYear" => months % 12,
        "daysOfWeek" => days % 7,
        "minutesOfHour" => seconds / 60 % 60,
        "secondsOfMinute" => seconds % 60,
        "millisecondsOfSecond" => nanos / 1_000_000,
        "microsecondsOfSecond" => nanos / 1000,
        "nanosecondsOfSecond" => nanos,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Zone;
    use super::*;
    use crate::value::literal::to_literal;

    fn check(value: impl Into<Value>, table: &[(&str, &str)]) {
        let value = value.into();
        for (name, expected) in table {
            let found = match component(&value, name) {
                Ok(Some(found)) => to_literal(&found),
                other => format!("{other:?}"),
            };
            assert_eq!(found, *expected, "{value:?}.{name}");
        }
    }

    #[test]
    fn components_of_instants() {
        let date = Date::new(1984, 11, 11).unwrap();
        let time = LocalTime::new(12, 31, 14, 645_876_123).unwrap();
        let stockholm = Zone::named("Europe/Stockholm").unwrap();
        check(
            DateTime::new(LocalDateTime::new(date, time), stockholm),
            &[
                ("year", "1984"),
                ("quarter", "4"),
                ("week", "45"),
                ("weekYear", "1984"),
                ("ordinalDay", "316"),
                ("weekDay", "7"),
                ("dayOfQuarter", "42"),
                ("millisecond", "645"),
                ("microsecond", "645876"),
                ("nanosecond", "645876123"),
                ("timezone", "'Europe/Stockholm'"),
                ("offset", "'+01:00'"),
                ("offsetMinutes", "60"),
                ("offsetSeconds", "3600"),
                ("epochSeconds", "469020674"),
                ("epochMillis", "469020674645"),
            ],
        );
        check(
            Time::new(time, Offset::UTC),
            &[("timezone", "'Z'"), ("hour", "12")],
        );
        check(
            Date::new(1984, 1, 1),
            &[("weekYear", "1983"), ("week", "52")],
        );
        for moment in [
            Value::from(date),
            time.into(),
            Time::new(time, Offset::UTC).into(),
            DateTime::new(LocalDateTime::new(date, time), stockholm).into(),
            Duration::new(1, 2, 3, 4).into(),
        ] {
            for name in component_names(moment.type_of()) {
                assert!(
                    matches!(component(&moment, name), Ok(Some(_))),
                    "{moment:?}.{name}"
                );
            }
        }
        assert!(component(&date.into(), "hour").is_err());
        assert!(matches!(component(&1.into(), "year"), Ok(None)));
        let last = DateTime::new(LocalDateTime::new(Date::MAX, time), Zone::UTC);
        assert!(component(&last.into(), "epochMillis").is_err());
    }

    #[test]
    fn components_of_durations() {
        let duration =
            |months, days, seconds, nanos| Duration::new(months, days, seconds, nanos).unwrap();
        check(
            duration(16, 10, 3661, 111_111_111),
            &[
                ("years", "1"),
                ("quarters", "5"),
                ("quartersOfYear", "1"),
                ("monthsOfQuarter", "1"),
                ("monthsOfYear", "4"),
                ("weeks", "1"),
                ("daysOfWeek", "3"),
                ("minutes", "61"),
                ("minutesOfHour", "1"),
                ("secondsOfMinute", "1"),
                ("milliseconds", "3661111"),
                ("nanoseconds", "3661111111111"),
                ("microsecondsOfSecond", "111111"),
            ],
        );
        check(
            duration(0, 0, -86_400, 100_000_000),
            &[("seconds", "-86400"), ("nanosecondsOfSecond", "100000000")],
        );
        assert!(component(&duration(0, 0, i64::MAX, 0).into(), "nanoseconds").is_err());
    }
}

//! Instants cut off at a unit.

use super::super::date::days_in_month;
use super::super::{Date, DateTime, LocalDateTime, LocalTime, Offset, Zone};
use super::fields::local_of;
use super::{Defaults, Instant};
use crate::value::{Map, Value, ValueError};

/// A unit at which an instant can be cut off, from long to short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Millennium,
    Century,
    Decade,
    WeekYear,
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

/// The names of the units, from long to short.
pub(crate) const UNIT_NAMES: [&str; 14] = [
    "millennium",
    "century",
    "decade",
    "weekYear",
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
];

const UNITS: [Unit; 14] = [
    Unit::Millennium,
    Unit::Century,
    Unit::Decade,
    Unit::WeekYear,
    Unit::Year,
    Unit::Quarter,
    Unit::Month,
    Unit::Week,
    Unit::Day,
    Unit::Hour,
    Unit::Minute,
    Unit::Second,
    Unit::Millisecond,
    Unit::Microsecond,
];

/// Returns the last instant of type `kind` at or before `value` that lies at the beginning of a
/// unit, with the smaller components in `fields` put in.
///
/// # Errors
/// If the unit is unknown, `kind` or `value` lacks what it needs, or a component is wrong.
pub fn truncate(
    kind: Instant,
    unit: &str,
    value: &Value,
    fields: &Map,
    defaults: Defaults,
) -> Result<Value, ValueError> {
    let mut known = UNIT_NAMES.into_iter().zip(UNITS);
    let Some((name, unit)) = known.find(|(name, _)| name.eq_ignore_ascii_case(unit)) else {
        return Err(ValueError::UnknownUnit {
            name: unit.to_owned(),
        });
    };
    let source = Source::of(value)?;
    let refused = ValueError::UnitMisfit {
        unit: name,
        found: value.type_of(),
    };
    let mut map = Map::new();
    if kind.has_date() {
        let date = source.date.filter(|_| kind.has_time() || unit <= Unit::Day);
        map.insert(
            "date".into(),
            start_date(date.ok_or(refused.clone())?, unit)?.into(),
        );
    } else if unit < Unit::Day {
        return Err(refused);
    }
    if kind.has_time() {
        let time = match source.time {
            Some(time) => start_time(time, unit),
            None if unit <= Unit::Day && kind.has_date() => LocalTime::MIDNIGHT,
            None => return Err(refused),
        };
        map.insert("time".into(), time.into());
        keep_fraction(&mut map, unit, time, fields);
    }
    map.extend(
        fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    let defaults = Defaults {
        zone: source
            .zone
            .map_or(defaults.zone, |(zone, offset)| match kind {
                Instant::Time => offset.into(),
                _ => zone,
            }),
        ..defaults
    };
    Ok(source.prefer_offset(kind.from_map(&map, defaults)?))
}

/// What the instant to cut off consists of.
struct Source {
    date: Option<Date>,
    time: Option<LocalTime>,
    zone: Option<(Zone, Offset)>,
}

impl Source {
    fn of(value: &Value) -> Result<Self, ValueError> {
        let local = local_of(value);
        let (time, zone) = match value {
            Value::Date(_) => (None, None),
            Value::LocalTime(time) => (Some(*time), None),
            Value::Time(time) => (
                Some(time.local()),
                Some((time.offset().into(), time.offset())),
            ),
            Value::DateTime(moment) => (
                Some(moment.local().time()),
                Some((moment.zone(), moment.offset())),
            ),
            Value::LocalDateTime(local) => (Some(local.time()), None),
            other => {
                return Err(ValueError::NotAnInstant {
                    found: other.type_of(),
                });
            }
        };
        Ok(Self {
            date: local.map(LocalDateTime::date),
            time,
            zone,
        })
    }

    /// Where clocks show the result twice, the one with the offset of the source is meant.
    fn prefer_offset(&self, result: Value) -> Value {
        match (&result, self.zone) {
            (Value::DateTime(moment), Some((zone, offset))) if moment.zone() == zone => {
                let preferred = DateTime::with_offset(moment.local(), zone, Some(offset));
                preferred.map_or(result, Value::from)
            }
            _ => result,
        }
    }
}

fn start_date(date: Date, unit: Unit) -> Result<Date, ValueError> {
    let (year, month, day) = date.ymd();
    let first = |year: i64| Date::new(year, 1, 1);
    let found = match unit {
        Unit::Millennium => first(year.div_euclid(1000) * 1000),
        Unit::Century => first(year.div_euclid(100) * 100),
        Unit::Decade => first(year.div_euclid(10) * 10),
        Unit::Year => first(year),
        Unit::WeekYear => Date::from_week(date.week_date().0, 1, 1),
        Unit::Quarter => Date::new(year, date.quarter() * 3 - 2, 1),
        Unit::Month => Date::new(year, month, 1),
        Unit::Week => date.add_days(1 - date.weekday()),
        _ => Date::new(year, month, day.min(days_in_month(year, month))),
    };
    found.ok_or(ValueError::InstantOverflow {
        operation: "truncation",
    })
}

fn start_time(time: LocalTime, unit: Unit) -> LocalTime {
    let (hour, minute, second, nano) =
        (time.hour(), time.minute(), time.second(), time.nanosecond());
    let found = match unit {
        Unit::Hour => LocalTime::new(hour, 0, 0, 0),
        Unit::Minute => LocalTime::new(hour, minute, 0, 0),
        Unit::Second => LocalTime::new(hour, minute, second, 0),
        Unit::Millisecond => LocalTime::new(hour, minute, second, nano - nano % 1_000_000),
        Unit::Microsecond => LocalTime::new(hour, minute, second, nano - nano % 1000),
        _ => Some(LocalTime::MIDNIGHT),
    };
    found.unwrap_or(LocalTime::MIDNIGHT)
}

/// A smaller fraction of a second is put beside the larger that was kept, not in its place.
fn keep_fraction(map: &mut Map, unit: Unit, time: LocalTime, fields: &Map) {
    let smaller = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
    let nanos = time.nanosecond();
    if unit == Unit::Millisecond && smaller(&["microsecond", "nanosecond"]) {
        map.insert("millisecond".into(), (nanos / 1_000_000).into());
    } else if unit == Unit::Microsecond && smaller(&["nanosecond"]) {
        map.insert("microsecond".into(), (nanos / 1000).into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DEFAULTS, fields, instant, shown};
    use super::*;

    fn check(kind: Instant, unit: &str, value: &str, fields: &Map, expected: &str) {
        let found = truncate(kind, unit, &instant(value), fields, DEFAULTS);
        assert_eq!(
            shown(found),
            expected,
            "{kind:?}.truncate({unit}, {value}, {fields:?})"
        );
    }

    const MOMENT: &str = "datetime 1984-10-11T12:31:14.645876123+01:00";

    #[test]
    fn dates_are_cut_off() {
        let none = fields! {};
        let check = |unit, value, fields: &Map, expected| {
            check(Instant::Date, unit, value, fields, expected);
        };
        check(
            "millennium",
            "date 2017-10-11",
            &fields! {day: 2},
            "2000-01-02",
        );
        check("century", MOMENT, &none, "1900-01-01");
        check("decade", "date -0001-10-11", &none, "-0010-01-01");
        check(
            "weekYear",
            "date 1984-02-01",
            &fields! {day: 5},
            "1984-01-05",
        );
        check("weekYear", "date 1984-01-01", &none, "1983-01-03");
        check("quarter", "date 1984-11-11", &none, "1984-10-01");
        check("month", "date 1984-10-11", &fields! {day: 2}, "1984-10-02");
        check(
            "week",
            "date 1984-10-11",
            &fields! {dayOfWeek: 2},
            "1984-10-09",
        );
        check("day", MOMENT, &none, "1984-10-11");
        check(
            "hour",
            MOMENT,
            &none,
            "a DATETIME can't be cut off at `hour` here",
        );
        check(
            "day",
            "time 12:00Z",
            &none,
            "a TIME can't be cut off at `day` here",
        );
        check(
            "fortnight",
            MOMENT,
            &none,
            "`fortnight` is no unit to cut off at",
        );
    }

    #[test]
    fn moments_are_cut_off() {
        let none = fields! {};
        let check = |unit, value, fields: &Map, expected| {
            check(Instant::DateTime, unit, value, fields, expected);
        };
        check("millennium", "date 2017-10-11", &none, "2000-01-01T00:00Z");
        let stockholm = fields! {timezone: "Europe/Stockholm"};
        check(
            "century",
            MOMENT,
            &stockholm,
            "1900-01-01T00:00+01:00[Europe/Stockholm]",
        );
        check(
            "hour",
            "datetime 1984-10-11T12:31-01:00",
            &stockholm,
            "1984-10-11T12:00+01:00[Europe/Stockholm]",
        );
        check(
            "day",
            "localdatetime 1984-10-11T12:31",
            &fields! {nanosecond: 2},
            "1984-10-11T00:00:00.000000002Z",
        );
        check(
            "millisecond",
            MOMENT,
            &fields! {nanosecond: 2},
            "1984-10-11T12:31:14.645000002+01:00",
        );
        check(
            "microsecond",
            MOMENT,
            &fields! {nanosecond: 2},
            "1984-10-11T12:31:14.645876002+01:00",
        );
        check(
            "week",
            MOMENT,
            &fields! {dayOfWeek: 2, time: instant("localtime 08:00")},
            "1984-10-09T08:00+01:00",
        );
        check(
            "hour",
            "datetime 2017-10-29T02:30+01:00[Europe/Paris]",
            &none,
            "2017-10-29T02:00+01:00[Europe/Paris]",
        );
        check(
            "hour",
            "date 2017-10-11",
            &none,
            "a DATE can't be cut off at `hour` here",
        );
        check(
            "millennium",
            "date -999999999-01-01",
            &none,
            "the result of truncation is outside of the years -999999999 to 999999999",
        );
    }

    #[test]
    fn times_are_cut_off() {
        let none = fields! {};
        check(
            Instant::LocalTime,
            "day",
            MOMENT,
            &fields! {nanosecond: 2},
            "00:00:00.000000002",
        );
        check(
            Instant::LocalTime,
            "hour",
            "time 12:31:14+01:00",
            &none,
            "12:00",
        );
        check(Instant::Time, "minute", MOMENT, &none, "12:31+01:00");
        check(
            Instant::Time,
            "day",
            "localtime 12:31",
            &fields! {timezone: "+05:00"},
            "00:00+05:00",
        );
        check(
            Instant::Time,
            "year",
            MOMENT,
            &none,
            "a DATETIME can't be cut off at `year` here",
        );
        check(
            Instant::LocalDateTime,
            "second",
            MOMENT,
            &none,
            "1984-10-11T12:31:14",
        );
    }
}

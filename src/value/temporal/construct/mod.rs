//! Temporal values from their components, from one another, and cut off at a unit.

mod date;
mod duration;
mod fields;
mod time;
mod truncate;

use super::{DateTime, LocalDateTime, LocalTime, Time, Zone};
use crate::value::{Map, Type, Value, ValueError};

pub(super) use duration::DurationParts;
use fields::Fields;

pub use duration::duration_from_map;
pub(crate) use truncate::UNIT_NAMES;
pub use truncate::truncate;

/// Returns the components that a value of a type can be made of.
pub(crate) fn field_names(of: Type) -> &'static [&'static [&'static str]] {
    match of {
        Type::Duration => &[duration::UNITS],
        of => fields::names(of),
    }
}

/// The types of instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// A date.
    Date,
    /// A time of day.
    LocalTime,
    /// A time of day with an offset.
    Time,
    /// A date and time.
    LocalDateTime,
    /// A moment in a zone.
    DateTime,
}

/// What stands in for components that are not given.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// The zone of values that have none.
    pub zone: Zone,
    /// The time, which gives named zones their offset where there is no date. In seconds since
    /// 1970-01-01T00:00Z.
    pub now: i64,
}

impl Instant {
    const fn has_date(self) -> bool {
        matches!(self, Self::Date | Self::LocalDateTime | Self::DateTime)
    }

    const fn has_time(self) -> bool {
        !matches!(self, Self::Date)
    }

    /// Creates an instant of this type from components, such as `{year: 2015, month: 7}`, from
    /// parts of other instants, such as `{date: other, hour: 12}`, or from the seconds since
    /// 1970. A component that is null makes the result null.
    ///
    /// # Errors
    /// If a component is unknown, missing, of the wrong type or out of range, or the instant lies
    /// outside of the known years.
    pub fn from_map(self, map: &Map, defaults: Defaults) -> Result<Value, ValueError> {
        let fields = Fields::new(self, map)?;
        if map.values().any(Value::is_null) {
            return Ok(Value::Null);
        }
        match self {
            Self::Date => Ok(fields.date()?.into()),
            Self::LocalTime => Ok(fields.time()?.into()),
            Self::LocalDateTime => Ok(LocalDateTime::new(fields.date()?, fields.time()?).into()),
            Self::Time => time_of_day(&fields, defaults).map(Value::from),
            Self::DateTime => moment(&fields, defaults).map(Value::from),
        }
    }

    /// Creates an instant of this type from the parts that another has; a time that is missing is
    /// midnight, a zone the default.
    ///
    /// # Errors
    /// If the other has no date or no time where this type needs one, or is no instant.
    pub fn from_instant(self, other: &Value, defaults: Defaults) -> Result<Value, ValueError> {
        let part = match (self, other) {
            (Self::Date, _) | (Self::LocalDateTime | Self::DateTime, Value::Date(_)) => "date",
            (Self::LocalTime | Self::Time, _) => "time",
            (Self::LocalDateTime | Self::DateTime, _) => "datetime",
        };
        self.from_map(&Map::from([(part.into(), other.clone())]), defaults)
    }
}

fn time_of_day(fields: &Fields<'_>, defaults: Defaults) -> Result<Time, ValueError> {
    let local = fields.time()?;
    let offset = |zone: Zone| zone.offset_at(defaults.now);
    let source = fields.time_source_zone().map(|(_, offset)| offset);
    Ok(match (fields.zone()?, source) {
        (Some(zone), Some(source)) => Time::new(local, source).at_offset(offset(zone)),
        (Some(zone), None) => Time::new(local, offset(zone)),
        (None, Some(source)) => Time::new(local, source),
        (None, None) => Time::new(local, offset(defaults.zone)),
    })
}

fn moment(fields: &Fields<'_>, defaults: Defaults) -> Result<DateTime, ValueError> {
    let zone = fields.zone()?;
    let moment = if let Some((seconds, nanos)) = fields.epoch()? {
        DateTime::from_seconds(seconds, nanos, zone.unwrap_or(Zone::UTC))
    } else {
        let time = if fields.has_time() {
            fields.time()?
        } else {
            LocalTime::MIDNIGHT
        };
        let local = LocalDateTime::new(fields.date()?, time);
        match (zone, fields.time_source_zone()) {
            (Some(zone), Some((source, offset))) => {
                DateTime::with_offset(local, source, Some(offset))
                    .and_then(|moment| moment.in_zone(zone))
            }
            (None, Some((source, offset))) => DateTime::with_offset(local, source, Some(offset)),
            (zone, None) => DateTime::new(local, zone.unwrap_or(defaults.zone)),
        }
    };
    moment.ok_or(ValueError::InstantOverflow {
        operation: "`datetime()`",
    })
}

#[cfg(test)]
pub(crate) mod testing {
    //! Shorthand for maps of components.

    use super::Defaults;
    use crate::value::literal::to_literal;
    use crate::value::temporal::{Zone, parse};
    use crate::value::{Value, ValueError};

    pub(crate) const DEFAULTS: Defaults = Defaults {
        zone: Zone::UTC,
        now: 1_437_514_832,
    };

    /// Makes a map of anything that is a value.
    macro_rules! fields {
        ($($key:ident: $value:expr),* $(,)?) => {
            $crate::value::Map::from([$((stringify!($key).into(), $crate::value::Value::from($value))),*])
        };
    }
    pub(crate) use fields;

    /// Reads an instant; a blank before it says which type: `date`, `time` …
    pub(crate) fn instant(text: &str) -> Value {
        let (kind, text) = text.split_once(' ').unwrap();
        match kind {
            "date" => parse::parse_date(text).unwrap().into(),
            "localtime" => parse::parse_local_time(text).unwrap().into(),
            "time" => parse::parse_time(text, Zone::UTC).unwrap().into(),
            "localdatetime" => parse::parse_local_date_time(text).unwrap().into(),
            _ => parse::parse_date_time(text, Zone::UTC).unwrap().into(),
        }
    }

    /// Prints a result without its quotes, or its error.
    pub(crate) fn shown(found: Result<Value, ValueError>) -> String {
        match found {
            Ok(value) => to_literal(&value).trim_matches('\'').to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{DEFAULTS, fields, instant, shown};
    use super::*;

    fn check(kind: Instant, map: &Map, expected: &str) {
        let text = format!("{kind:?} {map:?}");
        assert_eq!(shown(kind.from_map(map, DEFAULTS)), expected, "{text}");
    }

    #[test]
    fn dates_with_times_from_components() {
        use Instant::{DateTime, LocalDateTime};
        check(
            LocalDateTime,
            &fields! {year: 1984, week: 10, dayOfWeek: 3, hour: 12, minute: 31, second: 14, microsecond: 645_876},
            "1984-03-07T12:31:14.645876",
        );
        check(LocalDateTime, &fields! {year: 1984}, "1984-01-01T00:00");
        check(
            LocalDateTime,
            &fields! {year: 1984, minute: 1},
            "`minute` needs `hour`",
        );
        check(
            DateTime,
            &fields! {year: 1984, quarter: 3, dayOfQuarter: 45},
            "1984-08-14T00:00Z",
        );
        check(
            DateTime,
            &fields! {year: 1984, month: 10, day: 11, hour: 12, timezone: "Europe/Stockholm"},
            "1984-10-11T12:00+01:00[Europe/Stockholm]",
        );
        check(
            DateTime,
            &fields! {year: 2000, timezone: "-02:05:07"},
            "2000-01-01T00:00-02:05:07",
        );
        check(
            DateTime,
            &fields! {epochSeconds: 416_779, nanosecond: 999_999_999},
            "1970-01-05T19:46:19.999999999Z",
        );
        check(
            DateTime,
            &fields! {epochMillis: 237_821_673_987_i64},
            "1977-07-15T13:34:33.987Z",
        );
        check(
            DateTime,
            &fields! {epochMillis: 0, year: 1},
            "`epochMillis` and `year` can't be given together",
        );
        check(DateTime, &fields! {year: Value::Null}, "null");
        check(
            DateTime,
            &fields! {years: 1},
            "`years` is no component of a DATETIME",
        );
        check(
            DateTime,
            &fields! {year: 1.5},
            "`year` must be INTEGER, not FLOAT",
        );
    }

    #[test]
    fn times_of_day_keep_the_moment_where_they_had_an_offset() {
        let time = || instant("time 12:31:14.645876+01:00");
        let local = || instant("localtime 12:31:14.645876123");
        check(
            Instant::Time,
            &fields! {time: local()},
            "12:31:14.645876123Z",
        );
        check(
            Instant::Time,
            &fields! {time: local(), timezone: "+05:00"},
            "12:31:14.645876123+05:00",
        );
        check(
            Instant::Time,
            &fields! {time: time(), second: 42},
            "12:31:42.645876+01:00",
        );
        check(
            Instant::Time,
            &fields! {time: time(), second: 42, timezone: "+05:00"},
            "16:31:42.645876+05:00",
        );
        check(
            Instant::Time,
            &fields! {hour: 12, timezone: "Europe/Stockholm"},
            "12:00+02:00",
        );
        let winter = || instant("datetime 1984-10-11T12:00[Europe/Stockholm]");
        check(Instant::Time, &fields! {time: winter()}, "12:00+01:00");
        check(
            Instant::LocalTime,
            &fields! {time: winter(), second: 42},
            "12:00:42",
        );
        check(
            Instant::Time,
            &fields! {time: 1},
            "`time` can't be taken from INTEGER",
        );
    }

    #[test]
    fn moments_are_composed() {
        use Instant::DateTime;
        let date = || instant("date 1984-10-11");
        let east = || instant("datetime 1984-10-11T12:00+01:00");
        check(
            DateTime,
            &fields! {date: east(), hour: 10},
            "1984-10-11T10:00Z",
        );
        check(
            DateTime,
            &fields! {date: date(), time: instant("time 12:31:14+01:00"), timezone: "Pacific/Honolulu"},
            "1984-10-11T01:31:14-10:00[Pacific/Honolulu]",
        );
        check(
            DateTime,
            &fields! {datetime: east(), day: 28, second: 42, timezone: "Pacific/Honolulu"},
            "1984-10-28T01:00:42-10:00[Pacific/Honolulu]",
        );
        check(
            DateTime,
            &fields! {datetime: instant("localdatetime 1984-03-07T12:31"), timezone: "Pacific/Honolulu"},
            "1984-03-07T12:31-10:00[Pacific/Honolulu]",
        );
        check(
            DateTime,
            &fields! {datetime: east(), date: date()},
            "`datetime` and `date` can't be given together",
        );
    }

    #[test]
    fn instants_are_converted() {
        let check = |kind: Instant, other: &str, expected: &str| {
            let found = kind.from_instant(&instant(other), DEFAULTS);
            assert_eq!(shown(found), expected, "{kind:?}({other})");
        };
        check(
            Instant::Date,
            "datetime 1984-10-11T12:00+01:00",
            "1984-10-11",
        );
        check(Instant::DateTime, "date 1984-10-11", "1984-10-11T00:00Z");
        check(
            Instant::DateTime,
            "datetime 1984-10-11T12:00+01:00",
            "1984-10-11T12:00+01:00",
        );
        check(
            Instant::DateTime,
            "datetime 2017-10-29T02:30+01:00[Europe/Paris]",
            "2017-10-29T02:30+01:00[Europe/Paris]",
        );
        check(
            Instant::LocalDateTime,
            "datetime 1984-10-11T12:00+01:00",
            "1984-10-11T12:00",
        );
        check(
            Instant::Time,
            "datetime 1984-10-11T12:00[Europe/Paris]",
            "12:00+01:00",
        );
        check(
            Instant::LocalTime,
            "date 1984-10-11",
            "`time` can't be taken from DATE",
        );
        check(
            Instant::DateTime,
            "time 12:00Z",
            "`datetime` can't be taken from TIME",
        );
    }
}

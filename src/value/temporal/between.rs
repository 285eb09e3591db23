//! The time between two instants.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Zone};
use crate::value::{Value, ValueError};

/// In which units the time between two instants is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Months, then days, then seconds.
    All,
    /// Whole months.
    Months,
    /// Whole days.
    Days,
    /// Seconds and their fractions.
    Seconds,
}

/// Returns the time from `a` to `b`. Where one has no date, no months and days lie between them;
/// where one has no zone, it is in the other's.
///
/// # Errors
/// If one of the two is no instant, or they can't be brought into one zone within the known years.
pub fn between(units: Units, a: &Value, b: &Value) -> Result<Duration, ValueError> {
    let (from, to) = (Parts::of(a)?, Parts::of(b)?);
    let dated = from.date.is_some() && to.date.is_some();
    let date = from.date.or(to.date).unwrap_or(Date::EPOCH);
    let found = || {
        let (start, end) = (from.end(date, to.zone)?, to.end(date, from.zone)?);
        match (units, dated) {
            (Units::All, true) => all_units(start, end),
            (Units::All, false) | (Units::Seconds, _) => {
                let (seconds, nanos) = start.seconds_until(end)?;
                Duration::new(0, 0, seconds, nanos)
            }
            (_, false) => Some(Duration::ZERO),
            (Units::Months, true) => Duration::new(start.months_until(end)?, 0, 0, 0),
            (Units::Days, true) => Duration::new(0, start.days_until(end)?, 0, 0),
        }
    };
    found().ok_or(ValueError::InstantOverflow {
        operation: "`duration.between()`",
    })
}

fn all_units(start: End, end: End) -> Option<Duration> {
    let months = start.months_until(end)?;
    let days = start
        .shift(&Duration::new(months, 0, 0, 0)?)?
        .days_until(end)?;
    let moved = start.shift(&Duration::new(months, days, 0, 0)?)?;
    let (seconds, nanos) = moved.seconds_until(end)?;
    Duration::new(months, days, seconds, nanos)
}

/// What an instant says.
#[derive(Clone, Copy)]
struct Parts {
    date: Option<Date>,
    time: LocalTime,
    zone: Option<Zone>,
    /// The instant itself, if it says all that.
    moment: Option<DateTime>,
}

impl Parts {
    fn of(value: &Value) -> Result<Self, ValueError> {
        let (date, time, zone, moment) = match value {
            Value::Date(date) => (Some(*date), LocalTime::MIDNIGHT, None, None),
            Value::LocalTime(time) => (None, *time, None, None),
            Value::Time(time) => (None, time.local(), Some(time.offset().into()), None),
            Value::LocalDateTime(local) => (Some(local.date()), local.time(), None, None),
            Value::DateTime(moment) => {
                let local = moment.local();
                (
                    Some(local.date()),
                    local.time(),
                    Some(moment.zone()),
                    Some(*moment),
                )
            }
            other => {
                return Err(ValueError::NotAnInstant {
                    found: other.type_of(),
                });
            }
        };
        Ok(Self {
            date,
            time,
            zone,
            moment,
        })
    }

    /// Returns the instant with date and zone of the other put in where it has none.
    fn end(self, date: Date, zone: Option<Zone>) -> Option<End> {
        if let Some(moment) = self.moment {
            return Some(End::Zoned(moment));
        }
        let local = LocalDateTime::new(self.date.unwrap_or(date), self.time);
        match self.zone.or(zone) {
            Some(zone) => DateTime::new(local, zone).map(End::Zoned),
            None => Some(End::Local(local)),
        }
    }
}

/// One end of the time between; both ends have a zone, or neither.
#[derive(Clone, Copy)]
enum End {
    Local(LocalDateTime),
    Zoned(DateTime),
}

impl End {
    fn shift(self, amount: &Duration) -> Option<Self> {
        match self {
            Self::Local(local) => local.shift(amount).map(Self::Local),
            Self::Zoned(moment) => moment.shift(amount).map(Self::Zoned),
        }
    }

    /// Returns what clocks at this end show at both ends.
    fn clocks(self, end: Self) -> Option<(LocalDateTime, LocalDateTime)> {
        match (self, end) {
            (Self::Local(start), Self::Local(end)) => Some((start, end)),
            (Self::Zoned(start), Self::Zoned(end)) => {
                Some((start.local(), end.in_zone(start.zone())?.local()))
            }
            _ => None,
        }
    }

    /// Returns both dates; that of the end moved towards the start by the day that is not whole.
    fn whole_days(self, end: Self) -> Option<(Date, Date)> {
        let (start, end) = self.clocks(end)?;
        let part = if start.date() < end.date() && end.time() < start.time() {
            -1
        } else {
            i64::from(end.date() < start.date() && start.time() < end.time())
        };
        Some((start.date(), end.date().add_days(part)?))
    }

    fn months_until(self, end: Self) -> Option<i64> {
        /// More than any month has days.
        const DAYS: i64 = 32;
        let (start, end) = self.whole_days(end)?;
        let packed = |date: Date| {
            let (year, month, day) = date.ymd();
            (year * 12 + month) * DAYS + day
        };
        Some((packed(end) - packed(start)) / DAYS)
    }

    fn days_until(self, end: Self) -> Option<i64> {
        let (start, end) = self.whole_days(end)?;
        Some(end.days() - start.days())
    }

    /// Returns the seconds and nanoseconds that pass.
    fn seconds_until(self, end: Self) -> Option<(i64, i64)> {
        let at = |end: Self| match end {
            Self::Local(local) => (local.seconds(), local.time().nanosecond()),
            Self::Zoned(moment) => (moment.seconds(), moment.nanosecond()),
        };
        let ((start, start_nanos), (end, end_nanos)) = (at(self), at(end));
        Some((end.checked_sub(start)?, end_nanos - start_nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::super::construct::testing::instant;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_time_between_leads_from_one_to_the_other(
            start in 1_483_228_800_i64..1_514_764_800,
            distance in -100_000_000_i64..100_000_000,
            nanos in 0_i64..1_000_000_000,
        ) {
            let zone = Zone::named("Europe/Stockholm").unwrap();
            let start = DateTime::from_seconds(start, 0, zone).unwrap();
            let end = DateTime::from_seconds(start.seconds() + distance, nanos, zone).unwrap();
            let amount = between(Units::All, &start.into(), &end.into()).unwrap();
            prop_assert_eq!(start.shift(&amount), Some(end));
            let (start, end) = (start.local(), end.local());
            let amount = between(Units::All, &start.into(), &end.into()).unwrap();
            prop_assert_eq!(start.shift(&amount), Some(end));
        }
    }

    fn check(units: Units, a: &str, b: &str, expected: &str) {
        let found = between(units, &instant(a), &instant(b))
            .unwrap()
            .to_string();
        assert_eq!(found, expected, "from {a} to {b} in {units:?}");
    }

    #[test]
    fn in_all_units() {
        let check = |a, b, expected| check(Units::All, a, b, expected);
        check("date 1984-10-11", "date 2015-06-24", "P30Y8M13D");
        check(
            "date 1984-10-11",
            "localdatetime 2016-07-21T21:45:22.142",
            "P31Y9M10DT21H45M22.142S",
        );
        check("date 1984-10-11", "time 16:30+0100", "PT16H30M");
        check("localtime 14:30", "date 2015-06-24", "PT-14H-30M");
        check(
            "time 14:30",
            "datetime 2015-07-21T21:40:32.142+0100",
            "PT6H10M32.142S",
        );
        check("time 14:30", "time 16:30+0100", "PT1H");
        check(
            "localdatetime 2015-07-21T21:40:32.142",
            "date 2015-06-24",
            "P-27DT-21H-40M-32.142S",
        );
        check(
            "datetime 2014-07-21T21:40:36.143+0200",
            "date 2015-06-24",
            "P11M2DT2H19M23.857S",
        );
        check(
            "datetime 2014-07-21T21:40:36.143+0200",
            "time 16:30+0100",
            "PT-4H-10M-36.143S",
        );
        check(
            "date -999999999-01-01",
            "date +999999999-12-31",
            "P1999999998Y11M30D",
        );
        check(
            "localdatetime 2018-01-02T10:00:00.1",
            "localdatetime 2018-01-01T10:00:00.2",
            "PT-23H-59M-59.9S",
        );
    }

    #[test]
    fn over_a_change_of_the_clock() {
        let midnight = "datetime 2017-10-29T00:00[Europe/Stockholm]";
        check(
            Units::Seconds,
            midnight,
            "localdatetime 2017-10-29T04:00",
            "PT5H",
        );
        check(Units::Seconds, midnight, "localtime 04:00", "PT5H");
        check(Units::Seconds, midnight, "date 2017-10-30", "PT25H");
        check(
            Units::Seconds,
            "date 2017-10-29",
            "datetime 2017-10-29T04:00[Europe/Stockholm]",
            "PT5H",
        );
        check(Units::All, midnight, "date 2017-10-30", "P1D");
        check(
            Units::All,
            "datetime 2017-10-28T23:00+02:00[Europe/Stockholm]",
            "datetime 2017-10-29T04:00+01:00[Europe/Stockholm]",
            "PT6H",
        );
    }

    #[test]
    fn in_one_unit() {
        check(
            Units::Months,
            "date 1984-10-11",
            "datetime 2015-07-21T21:40:32.142+0100",
            "P30Y9M",
        );
        check(Units::Months, "date 1984-10-11", "localtime 16:30", "PT0S");
        check(
            Units::Months,
            "date 2018-07-21",
            "datetime 2016-07-21T21:40:32.142+0100",
            "P-1Y-11M",
        );
        check(
            Units::Months,
            "datetime 2018-07-21T21:40:36.143+0500",
            "datetime 1984-07-21T22:40:36.143+0200",
            "P-33Y-11M",
        );
        check(Units::Days, "date 1984-10-11", "date 2015-06-24", "P11213D");
        check(
            Units::Days,
            "localdatetime 2015-07-21T21:40",
            "date 2015-07-20",
            "P-1D",
        );
        check(
            Units::Seconds,
            "date 1984-10-11",
            "date 2015-06-24",
            "PT269112H",
        );
        check(
            Units::Seconds,
            "localtime 12:44:54.7",
            "localtime 12:34:55.3",
            "PT-9M-59.4S",
        );
        check(
            Units::Seconds,
            "localdatetime -999999999-01-01",
            "localdatetime +999999999-12-31T23:59:59",
            "PT17531639991215H59M59S",
        );
    }
}

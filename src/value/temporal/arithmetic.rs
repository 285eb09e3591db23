//! Moving instants by durations.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_DAY, Time};
use crate::value::Value;

/// Returns whether the value is a date, a time or both.
#[must_use]
pub(crate) const fn is_instant(value: &Value) -> bool {
    matches!(
        value,
        Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
    )
}

/// Moves an instant; none outside of the known years and for what is no instant.
#[must_use]
pub(crate) fn shift(instant: &Value, amount: &Duration) -> Option<Value> {
    Some(match instant {
        Value::Date(date) => date.shift(amount)?.into(),
        Value::LocalTime(time) => time.shift(amount).into(),
        Value::Time(time) => time.shift(amount).into(),
        Value::LocalDateTime(local) => local.shift(amount)?.into(),
        Value::DateTime(moment) => moment.shift(amount)?.into(),
        _ => return None,
    })
}

impl Date {
    /// Moves the date by months, then days, then the whole days in the duration's seconds.
    #[must_use]
    pub fn shift(self, amount: &Duration) -> Option<Self> {
        let days = i64::try_from(amount.total_nanos() / i128::from(NANOS_PER_DAY)).ok()?;
        self.add_months(amount.months())?
            .add_days(amount.days())?
            .add_days(days)
    }
}

impl LocalTime {
    /// Moves the time by the duration's seconds, rolling over at midnight.
    #[must_use]
    pub fn shift(self, amount: &Duration) -> Self {
        let of_day = amount.total_nanos() % i128::from(NANOS_PER_DAY);
        Self::wrapping(self.nanos() + i64::try_from(of_day).unwrap_or_default())
    }
}

impl Time {
    /// Moves the time by the duration's seconds, rolling over at midnight.
    #[must_use]
    pub fn shift(self, amount: &Duration) -> Self {
        Self::new(self.local().shift(amount), self.offset())
    }
}

impl LocalDateTime {
    /// Moves by months, then days, then seconds.
    #[must_use]
    pub fn shift(self, amount: &Duration) -> Option<Self> {
        let moved = self.shift_date(amount)?;
        Self::from_seconds(
            moved.seconds().checked_add(amount.seconds())?,
            moved.time().nanosecond() + amount.nanos(),
        )
    }

    fn shift_date(self, amount: &Duration) -> Option<Self> {
        let date = self.date().add_months(amount.months())?;
        Some(Self::new(date.add_days(amount.days())?, self.time()))
    }
}

impl DateTime {
    /// Moves by months and days as clocks in the zone show them, then by seconds that pass.
    #[must_use]
    pub fn shift(self, amount: &Duration) -> Option<Self> {
        let moved = if amount.months() == 0 && amount.days() == 0 {
            self
        } else {
            let local = self.local().shift_date(amount)?;
            Self::with_offset(local, self.zone(), Some(self.offset()))?
        };
        Self::from_seconds(
            moved.seconds().checked_add(amount.seconds())?,
            moved.nanosecond() + amount.nanos(),
            self.zone(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::Zone;
    use super::*;

    #[test]
    fn days_follow_the_clock_and_hours_pass() {
        let stockholm = Zone::named("Europe/Stockholm").unwrap();
        let noon = LocalTime::new(12, 0, 0, 0).unwrap();
        // The night to 26 March 2017 had 23 hours.
        let before = LocalDateTime::new(Date::new(2017, 3, 25).unwrap(), noon);
        let before = DateTime::new(before, stockholm).unwrap();
        let check = |days, hours: i64, expected: &str| {
            let amount = Duration::new(0, days, hours * 3600, 0).unwrap();
            assert_eq!(before.shift(&amount).unwrap().to_string(), expected);
        };
        check(1, 0, "2017-03-26T12:00+02:00[Europe/Stockholm]");
        check(0, 24, "2017-03-26T13:00+02:00[Europe/Stockholm]");
        check(-1, 0, "2017-03-24T12:00+01:00[Europe/Stockholm]");
    }
}

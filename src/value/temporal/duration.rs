//! Amounts of time in months, days, seconds and nanoseconds.

use std::cmp::Ordering;

use super::{NANOS_PER_SECOND, SECONDS_PER_DAY};

/// An amount of time. Months, days and seconds are kept apart, as a month has no fixed number of
/// days and a day no fixed number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i64,
    days: i64,
    /// Rounded down, so that the nanoseconds are never negative.
    seconds: i64,
    nanos: u32,
}

/// Seconds in a month of average length: a twelfth of 365.2425 days.
pub(crate) const SECONDS_PER_MONTH: i64 = 2_629_746;

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self {
        months: 0,
        days: 0,
        seconds: 0,
        nanos: 0,
    };

    /// Creates a duration; nanoseconds of any size or sign are carried into the seconds.
    #[must_use]
    pub fn new(months: i64, days: i64, seconds: i64, nanos: i64) -> Option<Self> {
        let carry = nanos.div_euclid(NANOS_PER_SECOND);
        Some(Self {
            months,
            days,
            seconds: seconds.checked_add(carry)?,
            nanos: u32::try_from(nanos.rem_euclid(NANOS_PER_SECOND)).ok()?,
        })
    }

    /// Returns the months: years and quarters are months too.
    #[must_use]
    pub const fn months(&self) -> i64 {
        self.months
    }

    /// Returns the days: weeks are days too.
    #[must_use]
    pub const fn days(&self) -> i64 {
        self.days
    }

    /// Returns the seconds, rounded down: hours and minutes are seconds too.
    #[must_use]
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Returns the nanoseconds on top of the seconds, below 1,000,000,000.
    #[must_use]
    pub const fn nanos(&self) -> i64 {
        self.nanos as i64
    }

    /// Returns seconds and nanoseconds together, in nanoseconds.
    #[must_use]
    pub const fn total_nanos(&self) -> i128 {
        self.seconds as i128 * NANOS_PER_SECOND as i128 + self.nanos as i128
    }

    /// Returns the length in nanoseconds with months and days of average length.
    fn average_nanos(&self) -> i128 {
        let seconds = i128::from(self.months) * i128::from(SECONDS_PER_MONTH)
            + i128::from(self.days) * i128::from(SECONDS_PER_DAY);
        seconds * i128::from(NANOS_PER_SECOND) + self.total_nanos()
    }
}

impl Ord for Duration {
    /// By average length; the same length by months, then days. Only sorting uses this order:
    /// durations cannot be compared.
    fn cmp(&self, other: &Self) -> Ordering {
        self.average_nanos()
            .cmp(&other.average_nanos())
            .then(self.months.cmp(&other.months))
            .then(self.days.cmp(&other.days))
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

//! Times of day, with and without an offset.

use std::cmp::Ordering;

use super::{NANOS_PER_DAY, NANOS_PER_SECOND, Offset};

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    /// Nanoseconds since midnight, below 86,400,000,000,000.
    nanos: i64,
}

/// A time of day with an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    local: LocalTime,
    offset: Offset,
}

impl LocalTime {
    /// The start of the day.
    pub const MIDNIGHT: Self = Self { nanos: 0 };

    /// Creates a time from hour, minute, second and nanosecond of the second.
    #[must_use]
    pub const fn new(hour: i64, minute: i64, second: i64, nano: i64) -> Option<Self> {
        if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
            return None;
        }
        if nano < 0 || nano >= NANOS_PER_SECOND {
            return None;
        }
        let seconds = hour * 3600 + minute * 60 + second;
        Some(Self {
            nanos: seconds * NANOS_PER_SECOND + nano,
        })
    }

    /// Creates a time from nanoseconds since midnight.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Option<Self> {
        if nanos < 0 || nanos >= NANOS_PER_DAY {
            return None;
        }
        Some(Self { nanos })
    }

    /// Creates a time from nanoseconds, rolling over at midnight.
    #[must_use]
    pub const fn wrapping(nanos: i64) -> Self {
        Self {
            nanos: nanos.rem_euclid(NANOS_PER_DAY),
        }
    }

    /// Returns the nanoseconds since midnight.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.nanos
    }

    /// Returns the seconds since midnight.
    #[must_use]
    pub const fn second_of_day(self) -> i64 {
        self.nanos / NANOS_PER_SECOND
    }

    /// Returns the hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> i64 {
        self.second_of_day() / 3600
    }

    /// Returns the minute, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.second_of_day() / 60 % 60
    }

    /// Returns the second, 0 to 59.
    #[must_use]
    pub const fn second(self) -> i64 {
        self.second_of_day() % 60
    }

    /// Returns the nanosecond of the second.
    #[must_use]
    pub const fn nanosecond(self) -> i64 {
        self.nanos % NANOS_PER_SECOND
    }
}

impl Time {
    /// Creates a time of day at an offset.
    #[must_use]
    pub const fn new(local: LocalTime, offset: Offset) -> Self {
        Self { local, offset }
    }

    /// Returns the time of day at the offset.
    #[must_use]
    pub const fn local(self) -> LocalTime {
        self.local
    }

    /// Returns the offset.
    #[must_use]
    pub const fn offset(self) -> Offset {
        self.offset
    }

    /// Returns the nanoseconds since midnight in UTC; less than zero or more than a day where UTC
    /// is on another day.
    #[must_use]
    pub const fn utc_nanos(self) -> i64 {
        self.local.nanos - self.offset.seconds() as i64 * NANOS_PER_SECOND
    }

    /// Returns the same moment of the day at another offset.
    #[must_use]
    pub const fn at_offset(self, offset: Offset) -> Self {
        let nanos = self.utc_nanos() + offset.seconds() as i64 * NANOS_PER_SECOND;
        Self::new(LocalTime::wrapping(nanos), offset)
    }
}

impl Ord for Time {
    /// By the moment in UTC; the same moment by offset, from west to east.
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc_nanos()
            .cmp(&other.utc_nanos())
            .then(self.offset.cmp(&other.offset))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

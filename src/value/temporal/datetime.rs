//! Dates with times, with and without a zone.

use std::cmp::Ordering;

use super::{Date, LocalTime, NANOS_PER_SECOND, Offset, SECONDS_PER_DAY, Zone};

/// A date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    date: Date,
    time: LocalTime,
}

/// A moment with the zone that it is shown in. 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Since 1970-01-01T00:00Z, rounded down.
    seconds: i64,
    nanos: u32,
    zone: Zone,
}

impl LocalDateTime {
    /// Creates a date and time.
    #[must_use]
    pub const fn new(date: Date, time: LocalTime) -> Self {
        Self { date, time }
    }

    /// Creates the date and time that lies so many seconds and nanoseconds after
    /// 1970-01-01T00:00.
    #[must_use]
    pub fn from_seconds(seconds: i64, nanos: i64) -> Option<Self> {
        let seconds = seconds.checked_add(nanos.div_euclid(NANOS_PER_SECOND))?;
        let nanos = nanos.rem_euclid(NANOS_PER_SECOND);
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        Some(Self {
            date: Date::from_days(seconds.div_euclid(SECONDS_PER_DAY))?,
            time: LocalTime::from_nanos(of_day * NANOS_PER_SECOND + nanos)?,
        })
    }

    /// Returns the date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// Returns the time of day.
    #[must_use]
    pub const fn time(self) -> LocalTime {
        self.time
    }

    /// Returns the seconds since 1970-01-01T00:00, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.date.days() * SECONDS_PER_DAY + self.time.second_of_day()
    }
}

impl DateTime {
    /// 1970-01-01T00:00Z.
    pub const EPOCH: Self = Self {
        seconds: 0,
        nanos: 0,
        zone: Zone::UTC,
    };

    /// Creates the moment at which clocks in `zone` show `local`; see [`Zone::offset_for`]. None
    /// if clocks there never show a time of the known years at that moment.
    #[must_use]
    pub fn new(local: LocalDateTime, zone: Zone) -> Option<Self> {
        Self::with_offset(local, zone, None)
    }

    /// As [`DateTime::new`]; where clocks show `local` twice, `preferred` chooses.
    #[must_use]
    pub fn with_offset(
        local: LocalDateTime,
        zone: Zone,
        preferred: Option<Offset>,
    ) -> Option<Self> {
        let offset = zone.offset_for(local, preferred);
        let seconds = local.seconds() - i64::from(offset.seconds());
        Self::from_seconds(seconds, local.time().nanosecond(), zone)
    }

    /// Creates the moment so many seconds and nanoseconds after 1970-01-01T00:00Z. None outside of
    /// the known years.
    #[must_use]
    pub fn from_seconds(seconds: i64, nanos: i64, zone: Zone) -> Option<Self> {
        let seconds = seconds.checked_add(nanos.div_euclid(NANOS_PER_SECOND))?;
        let nanos = nanos.rem_euclid(NANOS_PER_SECOND);
        let offset = zone.offset_at(seconds);
        LocalDateTime::from_seconds(seconds.checked_add(offset.seconds().into())?, nanos)?;
        Some(Self {
            seconds,
            nanos: u32::try_from(nanos).ok()?,
            zone,
        })
    }

    /// Returns the seconds since 1970-01-01T00:00Z, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Returns the nanosecond of the second.
    #[must_use]
    pub const fn nanosecond(self) -> i64 {
        self.nanos as i64
    }

    /// Returns the zone.
    #[must_use]
    pub const fn zone(self) -> Zone {
        self.zone
    }

    /// Returns the offset in force at this moment.
    #[must_use]
    pub fn offset(self) -> Offset {
        self.zone.offset_at(self.seconds)
    }

    /// Returns what clocks in the zone show at this moment.
    ///
    /// # Panics
    /// Never: creation refuses moments that clocks in the zone show outside of the known years.
    #[must_use]
    pub fn local(self) -> LocalDateTime {
        let seconds = self.seconds + i64::from(self.offset().seconds());
        LocalDateTime::from_seconds(seconds, self.nanos.into())
            .expect("creation refuses moments outside of the known years")
    }

    /// Returns the same moment in another zone; none if that is outside of the known years.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Option<Self> {
        Self::from_seconds(self.seconds, self.nanos.into(), zone)
    }
}

impl Ord for DateTime {
    /// By the moment; the same moment by offset from west to east, then by the zone's name.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanos)
            .cmp(&(other.seconds, other.nanos))
            .then_with(|| self.offset().cmp(&other.offset()))
            .then(self.zone.cmp(&other.zone))
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

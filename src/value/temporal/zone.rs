//! Offsets from UTC and named time zones.

use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::{Date, LocalDateTime, SECONDS_PER_DAY};

/// An offset from UTC, at most 18 hours; positive is east.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Offset {
    seconds: i32,
}

/// An offset or a time zone of the IANA database. Four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone {
    /// An offset's seconds, or `NAMED` plus the place in the table of zones.
    code: i32,
}

const NAMED: i32 = 1_000_000;

struct Entry {
    name: &'static str,
    rules: OnceLock<TimeZone>,
}

/// All zones by name, so that a zone's place in the table orders it by name.
static ZONES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut names: Vec<String> = database()
        .available()
        .map(|name| name.to_string())
        .collect();
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| Entry {
            name: String::leak(name),
            rules: OnceLock::new(),
        })
        .collect()
});

fn database() -> &'static TimeZoneDatabase {
    static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
    &DATABASE
}

impl Offset {
    /// No offset.
    pub const UTC: Self = Self { seconds: 0 };
    /// The largest offset, in seconds.
    pub const MAX_SECONDS: i32 = 18 * 3600;

    /// Creates an offset of seconds east of UTC.
    #[must_use]
    pub const fn new(seconds: i32) -> Option<Self> {
        if seconds.abs() > Self::MAX_SECONDS {
            return None;
        }
        Some(Self { seconds })
    }

    /// Returns the seconds east of UTC.
    #[must_use]
    pub const fn seconds(self) -> i32 {
        self.seconds
    }
}

impl Zone {
    /// UTC as an offset.
    pub const UTC: Self = Self { code: 0 };

    /// Returns the time zone of the IANA database with this name; case and the difference of
    /// blanks and underscores don't matter.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let wanted = name.replace(' ', "_");
        let zones = &*ZONES;
        let place = match zones.binary_search_by(|entry| entry.name.cmp(&wanted)) {
            Ok(place) => place,
            Err(_) => zones
                .iter()
                .position(|entry| entry.name.eq_ignore_ascii_case(&wanted))?,
        };
        let code = NAMED + i32::try_from(place).ok()?;
        Some(Self { code })
    }

    /// Returns the name of a named zone; none for an offset.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.entry().map(|entry| entry.name)
    }

    /// Returns the name of the zone that is most like a name which is none.
    pub(crate) fn nearest_name(name: &str) -> Option<&'static str> {
        /// Names less alike than this are no help.
        const LEAST: f64 = 0.8;
        let likeness =
            |entry: &Entry| strsim::jaro_winkler(&entry.name.to_lowercase(), &name.to_lowercase());
        let rated = ZONES.iter().map(|entry| (likeness(entry), entry.name));
        let best = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 >= LEAST).then_some(best.1)
    }

    /// Returns the offset if the zone is one; none for a named zone.
    #[must_use]
    pub const fn as_offset(self) -> Option<Offset> {
        Offset::new(self.code)
    }

    /// Returns the offset in force at a moment, given in seconds since 1970-01-01T00:00Z.
    #[must_use]
    pub fn offset_at(self, seconds: i64) -> Offset {
        let Some(rules) = self.rules() else {
            return self.as_offset().unwrap_or(Offset::UTC);
        };
        let moment = Timestamp::from_second(within_known_years(seconds)).unwrap_or_default();
        Offset {
            seconds: rules.to_offset(moment).seconds(),
        }
    }

    /// Returns the offset that a local date and time has in this zone. In a gap the offset before
    /// it, in an overlap `preferred` if that is one of the two, else the earlier.
    #[must_use]
    pub fn offset_for(self, local: LocalDateTime, preferred: Option<Offset>) -> Offset {
        let Some(rules) = self.rules() else {
            return self.as_offset().unwrap_or(Offset::UTC);
        };
        let Some(civil) = known_civil(local) else {
            return Offset::UTC;
        };
        let seconds = match rules.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.seconds(),
            AmbiguousOffset::Gap { before, .. } => before.seconds(),
            AmbiguousOffset::Fold { before, after } => match preferred {
                Some(preferred) if preferred.seconds == after.seconds() => after.seconds(),
                _ => before.seconds(),
            },
        };
        Offset { seconds }
    }

    fn entry(self) -> Option<&'static Entry> {
        let place = usize::try_from(self.code.checked_sub(NAMED)?).ok()?;
        ZONES.get(place)
    }

    fn rules(self) -> Option<&'static TimeZone> {
        let entry = self.entry()?;
        let load = || database().get(entry.name).unwrap_or(TimeZone::UTC);
        Some(entry.rules.get_or_init(load))
    }
}

impl From<Offset> for Zone {
    fn from(offset: Offset) -> Self {
        Self {
            code: offset.seconds,
        }
    }
}

/// Seconds in 400 years; after that the calendar and all rules of summer time repeat.
const SECONDS_PER_CYCLE: i64 = 146_097 * SECONDS_PER_DAY;
/// 9600-01-01 and -9000-01-01, in seconds since the epoch.
const LATE: i64 = 240_780_038_400;
const EARLY: i64 = -346_179_052_800;

/// Moves a moment beyond the years that jiff knows by whole cycles of the calendar to within them.
fn within_known_years(seconds: i64) -> i64 {
    if seconds >= LATE {
        LATE - SECONDS_PER_CYCLE + (seconds - LATE) % SECONDS_PER_CYCLE
    } else if seconds < EARLY {
        EARLY + (seconds - EARLY).rem_euclid(SECONDS_PER_CYCLE)
    } else {
        seconds
    }
}

fn known_civil(local: LocalDateTime) -> Option<civil::DateTime> {
    let seconds = within_known_years(local.seconds());
    let (days, of_day) = (
        seconds.div_euclid(SECONDS_PER_DAY),
        seconds.rem_euclid(SECONDS_PER_DAY),
    );
    let (year, month, day) = Date::from_days(days)?.ymd();
    let date = civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let time = civil::Time::new(
        i8::try_from(of_day / 3600).ok()?,
        i8::try_from(of_day / 60 % 60).ok()?,
        i8::try_from(of_day % 60).ok()?,
        0,
    );
    Some(civil::DateTime::from_parts(date.ok()?, time.ok()?))
}

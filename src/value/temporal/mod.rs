//! Temporal values: dates, times, instants and durations as CIP2015-08-06 defines them.
//!
//! Years run from -999,999,999 to 999,999,999 in the proleptic Gregorian calendar, fractions of a
//! second have nine digits. The calendar is computed here; rules of named time zones come from the
//! IANA database that is built in.

mod amount;
pub(crate) mod arithmetic;
mod between;
mod component;
mod construct;
mod date;
mod datetime;
mod duration;
mod edtf;
mod format;
mod moment;
mod parse;
mod time;
mod zone;

pub use between::{Units, between};
pub(crate) use component::component_names;
pub use component::{component, is_temporal};
pub use construct::{Defaults, Instant, duration_from_map, truncate};
pub(crate) use construct::{UNIT_NAMES, field_names};
pub use date::Date;
pub use datetime::{DateTime, LocalDateTime};
pub use duration::Duration;
pub use edtf::{Days, parse_day, parse_edtf};
pub use moment::read_moment;
pub use parse::{
    parse_date, parse_date_time, parse_duration, parse_local_date_time, parse_local_time,
    parse_time, parse_zone,
};
pub use time::{LocalTime, Time};
pub use zone::{Offset, Zone};

/// Nanoseconds in a second.
pub(crate) const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Seconds in a day.
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// Nanoseconds in a day.
pub(crate) const NANOS_PER_DAY: i64 = NANOS_PER_SECOND * SECONDS_PER_DAY;

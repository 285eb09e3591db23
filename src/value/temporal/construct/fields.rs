//! The components in a map.

use super::super::{Date, DateTime, LocalDateTime, LocalTime, Offset, Zone, parse};
use super::Instant;
use crate::value::{Map, Type, Value, ValueError};

const DATE: &[&str] = &[
    "date",
    "datetime",
    "year",
    "quarter",
    "month",
    "week",
    "dayOfWeek",
    "dayOfQuarter",
    "day",
    "ordinalDay",
    "timezone",
];
const TIME: &[&str] = &[
    "time",
    "datetime",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
    "timezone",
];
const EPOCH: &[&str] = &["epochSeconds", "epochMillis"];

/// The components that an instant of a type can be made of.
pub(super) const fn names(of: Type) -> &'static [&'static [&'static str]] {
    match of {
        Type::Date => &[DATE],
        Type::LocalTime | Type::Time => &[TIME],
        Type::LocalDateTime => &[DATE, TIME],
        Type::DateTime => &[DATE, TIME, EPOCH],
        _ => &[],
    }
}

/// The components in a map, all of them known.
pub(super) struct Fields<'a> {
    kind: Instant,
    map: &'a Map,
}

impl<'a> Fields<'a> {
    /// Checks the names of the components.
    pub(super) fn new(kind: Instant, map: &'a Map) -> Result<Self, ValueError> {
        for name in map.keys() {
            let known = (kind.has_date() && DATE.contains(&&**name))
                || (kind.has_time() && TIME.contains(&&**name))
                || (kind == Instant::DateTime && EPOCH.contains(&&**name));
            if !known {
                return Err(ValueError::NotAComponent {
                    of: type_of(kind),
                    name: name.to_string(),
                });
            }
        }
        let fields = Self { kind, map };
        for part in ["date", "time"] {
            if fields.has(part) && fields.has("datetime") {
                return Err(conflict("datetime", part));
            }
        }
        Ok(fields)
    }

    /// Whether the components are those of a type that has a date.
    pub(super) fn is_of_date(&self) -> bool {
        self.kind.has_date()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Returns an integer component.
    pub(super) fn int(&self, name: &'static str) -> Result<Option<i64>, ValueError> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(other) => Err(ValueError::ComponentType {
                name: name.to_owned(),
                wanted: Type::Integer,
                found: other.type_of(),
            }),
        }
    }

    /// Returns an integer component between two bounds.
    pub(super) fn within(
        &self,
        name: &'static str,
        least: i64,
        most: i64,
    ) -> Result<Option<i64>, ValueError> {
        let found = self.int(name)?;
        check_range(name, found, least, most)?;
        Ok(found)
    }

    /// Returns the zone that is asked for.
    pub(super) fn zone(&self) -> Result<Option<Zone>, ValueError> {
        match self.map.get("timezone") {
            None => Ok(None),
            Some(Value::String(name)) => parse::parse_zone(name).map(Some),
            Some(other) => Err(ValueError::ComponentType {
                name: "timezone".to_owned(),
                wanted: Type::String,
                found: other.type_of(),
            }),
        }
    }

    /// Returns the part that is taken from another instant: `date` or `time`.
    fn source(&self, part: &'static str) -> Option<(&'static str, &Value)> {
        let whole = self.map.get("datetime").map(|value| ("datetime", value));
        whole.or_else(|| {
            self.map
                .get(part.trim_matches('`'))
                .map(|value| (part, value))
        })
    }

    /// Returns the date that the others change.
    pub(super) fn base_date(&self) -> Result<Option<Date>, ValueError> {
        let Some((part, source)) = self.source("date") else {
            return Ok(None);
        };
        match source {
            Value::Date(date) if part == "date" => Ok(Some(*date)),
            Value::LocalDateTime(local) => Ok(Some(local.date())),
            Value::DateTime(moment) => Ok(Some(moment.local().date())),
            other => Err(cannot_take(part, other)),
        }
    }

    /// Returns the time of day that the others change.
    pub(super) fn base_time(&self) -> Result<Option<LocalTime>, ValueError> {
        let Some((part, source)) = self.source("time") else {
            return Ok(None);
        };
        match source {
            Value::LocalTime(time) if part == "time" => Ok(Some(*time)),
            Value::Time(time) if part == "time" => Ok(Some(time.local())),
            Value::LocalDateTime(local) => Ok(Some(local.time())),
            Value::DateTime(moment) => Ok(Some(moment.local().time())),
            other => Err(cannot_take(part, other)),
        }
    }

    /// Returns zone and offset of the instant that the time of day is taken from.
    pub(super) fn time_source_zone(&self) -> Option<(Zone, Offset)> {
        match self.source("time")?.1 {
            Value::Time(time) => Some((time.offset().into(), time.offset())),
            Value::DateTime(moment) => Some((moment.zone(), moment.offset())),
            _ => None,
        }
    }

    /// Whether any component of the time of day is given.
    pub(super) fn has_time(&self) -> bool {
        self.map
            .keys()
            .any(|name| &**name != "timezone" && TIME.contains(&&**name))
    }

    /// Returns the seconds since 1970 and nanoseconds, if they are given so.
    pub(super) fn epoch(&self) -> Result<Option<(i64, i64)>, ValueError> {
        let Some(name) = EPOCH.iter().copied().find(|name| self.has(name)) else {
            return Ok(None);
        };
        let others = self
            .map
            .keys()
            .find(|other| !["nanosecond", "timezone", name].contains(&&***other));
        if let Some(other) = others {
            return Err(conflict(name, other));
        }
        let amount = self.int(name)?.unwrap_or_default();
        if name == "epochSeconds" {
            let nanos = self.within("nanosecond", 0, 999_999_999)?;
            return Ok(Some((amount, nanos.unwrap_or_default())));
        }
        let nanos = self.within("nanosecond", 0, 999_999)?.unwrap_or_default();
        Ok(Some((
            amount.div_euclid(1000),
            amount.rem_euclid(1000) * 1_000_000 + nanos,
        )))
    }
}

fn type_of(kind: Instant) -> Type {
    match kind {
        Instant::Date => Type::Date,
        Instant::LocalTime => Type::LocalTime,
        Instant::Time => Type::Time,
        Instant::LocalDateTime => Type::LocalDateTime,
        Instant::DateTime => Type::DateTime,
    }
}

/// Checks that a component, if given, lies between two bounds.
pub(super) fn check_range(
    name: &'static str,
    found: Option<i64>,
    least: i64,
    most: i64,
) -> Result<(), ValueError> {
    match found {
        Some(found) if !(least..=most).contains(&found) => Err(ValueError::ComponentRange {
            name,
            found,
            least,
            most,
        }),
        _ => Ok(()),
    }
}

pub(super) fn conflict(first: &str, second: &str) -> ValueError {
    ValueError::ComponentConflict {
        first: first.to_owned(),
        second: second.to_owned(),
    }
}

pub(super) fn missing(name: &'static str, wanted_by: &'static str) -> ValueError {
    ValueError::ComponentMissing { name, wanted_by }
}

fn cannot_take(part: &'static str, source: &Value) -> ValueError {
    ValueError::NoPart {
        part,
        found: source.type_of(),
    }
}

/// Returns a local date and time as the base of others.
pub(super) fn local_of(value: &Value) -> Option<LocalDateTime> {
    match value {
        Value::Date(date) => Some(LocalDateTime::new(*date, LocalTime::MIDNIGHT)),
        Value::LocalDateTime(local) => Some(*local),
        Value::DateTime(moment) => Some(DateTime::local(*moment)),
        _ => None,
    }
}

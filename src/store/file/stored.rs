//! Values as records hold them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::definitions::Demand;
use crate::value::{
    Date, DateTime, Duration, List, LocalDateTime, LocalTime, Offset, Time, Type, TypeTest, Value,
    Zone,
};

/// A property's value; null where there is none. The order of the variants is part of the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::store) enum Stored<'a> {
    #[serde(borrow)]
    One(Scalar<'a>),
    List(Vec<Scalar<'a>>),
}

/// A value that is no list. The order of the variants is part of the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::store) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(#[serde(borrow)] Cow<'a, str>),
    /// Days since 1970-01-01.
    Date(i64),
    /// Nanoseconds since midnight.
    LocalTime(i64),
    /// As above, and the offset in seconds.
    Time(i64, i32),
    /// Seconds since 1970-01-01T00:00, nanoseconds.
    LocalDateTime(i64, i64),
    /// Seconds since 1970-01-01T00:00Z, nanoseconds, offset in seconds.
    OffsetDateTime(i64, i64, i32),
    /// Seconds since 1970-01-01T00:00Z, nanoseconds, name of the zone.
    ZonedDateTime(i64, i64, #[serde(borrow)] Cow<'a, str>),
    /// Months, days, seconds, nanoseconds.
    Duration(i64, i64, i64, i64),
}

impl<'a> From<&'a Value> for Stored<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::List(items) => Self::List(items.iter().map(scalar).collect()),
            other => Self::One(scalar(other)),
        }
    }
}

impl Stored<'_> {
    /// Returns the value, or nothing if no property holds such a one.
    pub(in crate::store) fn value(&self) -> Option<Value> {
        match self {
            Self::One(scalar) => scalar.value(),
            Self::List(items) => {
                let items: Option<List> = items.iter().map(Scalar::value).collect();
                items.map(Value::List)
            }
        }
    }
}

fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Int(number) => Scalar::Int(*number),
        Value::Float(number) => Scalar::Float(*number),
        Value::String(text) => Scalar::String(Cow::Borrowed(text)),
        Value::Date(date) => Scalar::Date(date.days()),
        Value::LocalTime(time) => Scalar::LocalTime(time.nanos()),
        Value::Time(time) => Scalar::Time(time.local().nanos(), time.offset().seconds()),
        Value::LocalDateTime(at) => Scalar::LocalDateTime(at.seconds(), at.time().nanosecond()),
        Value::DateTime(at) => match at.zone().name() {
            Some(name) => Scalar::ZonedDateTime(at.seconds(), at.nanosecond(), Cow::Borrowed(name)),
            None => Scalar::OffsetDateTime(at.seconds(), at.nanosecond(), at.offset().seconds()),
        },
        Value::Duration(d) => Scalar::Duration(d.months(), d.days(), d.seconds(), d.nanos()),
        // No property holds these (`property::storable`).
        Value::Null
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => Scalar::Null,
    }
}

impl Scalar<'_> {
    fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(*number),
            Self::String(text) => Value::String(Arc::from(&**text)),
            Self::Date(days) => Value::Date(Date::from_days(*days)?),
            Self::LocalTime(nanos) => Value::LocalTime(LocalTime::from_nanos(*nanos)?),
            Self::Time(nanos, offset) => {
                let time = Time::new(LocalTime::from_nanos(*nanos)?, Offset::new(*offset)?);
                Value::Time(time)
            }
            Self::LocalDateTime(seconds, nanos) => {
                Value::LocalDateTime(LocalDateTime::from_seconds(*seconds, *nanos)?)
            }
            Self::OffsetDateTime(seconds, nanos, offset) => {
                let zone = Zone::from(Offset::new(*offset)?);
                Value::DateTime(DateTime::from_seconds(*seconds, *nanos, zone)?)
            }
            Self::ZonedDateTime(seconds, nanos, name) => Value::DateTime(DateTime::from_seconds(
                *seconds,
                *nanos,
                Zone::named(name)?,
            )?),
            Self::Duration(months, days, seconds, nanos) => {
                let duration = Duration::new(*months, *days, *seconds, *nanos)?;
                Value::Duration(Arc::new(duration))
            }
        })
    }
}

/// What a constraint demands. The order of the variants is part of the format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum StoredDemand {
    Unique,
    NotNull,
    /// The types in the order of a walk from the outside in.
    Type(Vec<StoredType>),
}

/// One type of a type test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct StoredType {
    /// How many lists are around it.
    depth: u8,
    /// Its place in [`TYPES`].
    kind: u8,
    /// Whether the types of its elements follow, one deeper.
    has_elements: bool,
    not_null: bool,
}

/// Types by their numbers in the format; new ones go to the end.
const TYPES: [Type; 18] = [
    Type::Any,
    Type::Null,
    Type::Boolean,
    Type::Integer,
    Type::Float,
    Type::Number,
    Type::String,
    Type::Date,
    Type::Time,
    Type::LocalTime,
    Type::DateTime,
    Type::LocalDateTime,
    Type::Duration,
    Type::List,
    Type::Map,
    Type::Node,
    Type::Relationship,
    Type::Path,
];

impl From<&Demand> for StoredDemand {
    fn from(demand: &Demand) -> Self {
        match demand {
            Demand::Unique => Self::Unique,
            Demand::NotNull => Self::NotNull,
            Demand::Type(test) => {
                let mut types = Vec::new();
                flatten(test, 0, &mut types);
                Self::Type(types)
            }
        }
    }
}

impl StoredDemand {
    /// Returns the demand, or nothing if it makes no sense.
    pub(in crate::store) fn demand(&self) -> Option<Demand> {
        Some(match self {
            Self::Unique => Demand::Unique,
            Self::NotNull => Demand::NotNull,
            Self::Type(types) => {
                let (test, rest) = nest(types, 0)?;
                rest.is_empty().then_some(Demand::Type(test))?
            }
        })
    }
}

fn flatten(test: &TypeTest, depth: u8, types: &mut Vec<StoredType>) {
    for (kind, elements, not_null) in &test.alternatives {
        let known = TYPES.iter().position(|known| known == kind);
        types.push(StoredType {
            depth,
            kind: known
                .and_then(|place| u8::try_from(place).ok())
                .unwrap_or(u8::MAX),
            has_elements: elements.is_some(),
            not_null: *not_null,
        });
        if let Some(elements) = elements {
            flatten(elements, depth.saturating_add(1), types);
        }
    }
}

/// Reads the alternatives at a depth; the depth is bounded by that of a type's text.
fn nest(types: &[StoredType], depth: u8) -> Option<(TypeTest, &[StoredType])> {
    let mut rest = types;
    let mut alternatives = Vec::new();
    while let Some((first, after)) = rest.split_first().filter(|(first, _)| first.depth == depth) {
        rest = after;
        let elements = if first.has_elements {
            let (elements, after) = nest(rest, depth.checked_add(1)?)?;
            rest = after;
            Some(Box::new(elements))
        } else {
            None
        };
        let kind = *TYPES.get(usize::from(first.kind))?;
        alternatives.push((kind, elements, first.not_null));
    }
    let test = TypeTest { alternatives };
    (!test.alternatives.is_empty()).then_some((test, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value) {
        let bytes = postcard::to_extend(&Stored::from(value), Vec::new()).unwrap();
        let stored: Stored<'_> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(
            format!("{:?}", stored.value().unwrap()),
            format!("{value:?}")
        );
    }

    #[test]
    fn values_come_back() {
        let zone = Zone::named("Europe/Oslo").unwrap();
        let offset = Offset::new(-3600).unwrap();
        let time = LocalTime::new(23, 59, 59, 999_999_999).unwrap();
        for value in [
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Float(f64::NAN),
            Value::Float(-0.0),
            Value::from("Lillestrøm\0"),
            Value::Date(Date::MIN),
            Value::Date(Date::MAX),
            Value::LocalTime(time),
            Value::Time(Time::new(time, offset)),
            Value::LocalDateTime(LocalDateTime::new(Date::MAX, time)),
            Value::DateTime(DateTime::from_seconds(-1, 5, zone).unwrap()),
            Value::DateTime(DateTime::from_seconds(1, 5, offset.into()).unwrap()),
            Value::Duration(Arc::new(Duration::new(1, -2, 3, -4).unwrap())),
            Value::List([].into()),
            Value::List([Value::from("a"), Value::from("")].into()),
        ] {
            check(&value);
        }
    }

    #[test]
    fn type_tests_come_back() {
        let inner = TypeTest {
            alternatives: vec![(Type::Integer, None, true), (Type::String, None, false)],
        };
        let test = TypeTest {
            alternatives: vec![
                (Type::List, Some(Box::new(inner)), false),
                (Type::Path, None, true),
            ],
        };
        for demand in [Demand::Unique, Demand::NotNull, Demand::Type(test)] {
            let stored = StoredDemand::from(&demand);
            assert_eq!(stored.demand(), Some(demand));
        }
    }

    #[test]
    fn nonsense_is_no_demand() {
        let one = |depth, kind, has_elements| StoredType {
            depth,
            kind,
            has_elements,
            not_null: false,
        };
        for types in [
            vec![],
            vec![one(1, 0, false)],
            vec![one(0, 200, false)],
            vec![one(0, 13, true)],
            vec![one(0, 1, false), one(1, 1, false)],
        ] {
            assert_eq!(StoredDemand::Type(types).demand(), None);
        }
    }
}

//! Durations from components.

use super::super::Duration;
use super::super::amount::Amount;
use crate::value::{Map, Type, Value, ValueError};

/// The units, from long to short.
pub(super) const UNITS: &[&str] = &[
    "years",
    "quarters",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
];

/// Amounts of units, added up by what a duration keeps apart.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::value::temporal) struct DurationParts {
    months: Amount,
    days: Amount,
    seconds: Amount,
    nanos: Amount,
}

impl DurationParts {
    /// Adds an amount of a unit; none for an unknown unit.
    pub(in crate::value::temporal) fn add(&mut self, unit: &str, amount: Amount) -> Option<()> {
        let (part, factor) = match unit {
            "years" => (&mut self.months, 12),
            "quarters" => (&mut self.months, 3),
            "months" => (&mut self.months, 1),
            "weeks" => (&mut self.days, 7),
            "days" => (&mut self.days, 1),
            "hours" => (&mut self.seconds, 3600),
            "minutes" => (&mut self.seconds, 60),
            "seconds" => (&mut self.seconds, 1),
            "milliseconds" => (&mut self.nanos, 1_000_000),
            "microseconds" => (&mut self.nanos, 1000),
            "nanoseconds" => (&mut self.nanos, 1),
            _ => return None,
        };
        *part = part.plus(amount.times(factor));
        Some(())
    }

    /// Returns the duration; none if it overflows.
    pub(in crate::value::temporal) fn build(self) -> Option<Duration> {
        Duration::from_amounts(self.months, self.days, self.seconds, self.nanos)
    }
}

/// Creates a duration from amounts of units, such as `{days: 1.5, hours: 12}`. A unit that is null
/// makes the result null.
///
/// # Errors
/// If a unit is unknown, its amount no number, or the duration overflows.
pub fn duration_from_map(map: &Map) -> Result<Value, ValueError> {
    let mut parts = DurationParts::default();
    let mut null = false;
    for (unit, value) in map {
        let amount = match value {
            Value::Null => Some(Amount::default()),
            Value::Int(number) => Some(Amount::whole(*number)),
            Value::Float(number) => Amount::from_float(*number),
            other => {
                return Err(ValueError::ComponentType {
                    name: unit.to_string(),
                    wanted: Type::Number,
                    found: other.type_of(),
                });
            }
        };
        null |= value.is_null();
        let unknown = ValueError::NotAComponent {
            of: Type::Duration,
            name: unit.to_string(),
        };
        parts.add(unit, amount.ok_or(OVERFLOW)?).ok_or(unknown)?;
    }
    if null {
        return Ok(Value::Null);
    }
    parts.build().map(Value::from).ok_or(OVERFLOW)
}

const OVERFLOW: ValueError = ValueError::IntegerOverflow {
    operation: "`duration()`",
};

#[cfg(test)]
mod tests {
    use super::super::testing::{fields, shown};
    use super::*;

    fn check(map: &Map, expected: &str) {
        assert_eq!(shown(duration_from_map(map)), expected, "{map:?}");
    }

    #[test]
    fn durations_from_components() {
        check(&fields! {days: 14, hours: 16, minutes: 12}, "P14DT16H12M");
        check(&fields! {months: 5, days: 1.5}, "P5M1DT12H");
        check(&fields! {months: 0.75}, "P22DT19H51M49.5S");
        check(&fields! {weeks: 2.5}, "P17DT12H");
        check(
            &fields! {years: 12.5, months: 5.5, days: 14.5, hours: 16.5, minutes: 12.5, seconds: 70.5, nanoseconds: 3},
            "P12Y11M29DT33H58M13.500000003S",
        );
        check(
            &fields! {months: 1, days: -14, hours: 16, minutes: -12, seconds: 70},
            "P1M-14DT15H49M10S",
        );
        check(
            &fields! {quarters: 5, milliseconds: 1, microseconds: -1},
            "P1Y3MT0.000999S",
        );
        check(&fields! {minutes: 1.5, seconds: 1}, "PT1M31S");
        check(&fields! {}, "PT0S");
        check(&fields! {days: Value::Null}, "null");
        check(&fields! {seconds: i64::MAX}, "PT2562047788015215H30M7S");
    }

    #[test]
    fn wrong_components_are_named() {
        check(&fields! {day: 1}, "`day` is no component of a DURATION");
        check(&fields! {days: "1"}, "`days` must be NUMBER, not STRING");
        check(
            &fields! {hours: i64::MAX},
            "the result of `duration()` is outside of the integers, which have 64 bits",
        );
        check(
            &fields! {hours: f64::NAN},
            "the result of `duration()` is outside of the integers, which have 64 bits",
        );
    }
}

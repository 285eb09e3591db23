//! Percentiles.

use std::cmp::Ordering;

use super::super::error::FunctionError;
use super::{Accumulator, misfit, same};
use crate::error::Result;
use crate::value::{Value, order};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Continuous,
    Discrete,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Continuous => "percentileCont",
            Self::Discrete => "percentileDisc",
        }
    }
}

#[derive(Debug)]
struct Percentile {
    kind: Kind,
    part: f64,
    numbers: Vec<Value>,
}

/// Starts `percentileCont()`.
pub(super) fn continuous(further: &[Value]) -> Result<Box<dyn Accumulator>> {
    start(Kind::Continuous, further)
}

/// Starts `percentileDisc()`.
pub(super) fn discrete(further: &[Value]) -> Result<Box<dyn Accumulator>> {
    start(Kind::Discrete, further)
}

/// Without rows there is no percentile either, and the result is null whatever it is.
fn start(kind: Kind, further: &[Value]) -> Result<Box<dyn Accumulator>> {
    let part = further.first().unwrap_or(&Value::Int(0));
    let Some(part) = part.as_number() else {
        return Err(misfit(kind.name(), "a percentile from 0 to 1", part).into());
    };
    if !(0.0..=1.0).contains(&part) {
        return Err(FunctionError::OutOfRange {
            what: "the percentile",
            found: part.to_string(),
            wanted: "from 0 to 1",
        }
        .into());
    }
    Ok(Box::new(Percentile {
        kind,
        part,
        numbers: Vec::new(),
    }))
}

impl Accumulator for Percentile {
    fn add(&mut self, value: &Value) -> Result<()> {
        if value.as_number().is_none() {
            return Err(misfit(self.kind.name(), "numbers", value).into());
        }
        self.numbers.push(value.clone());
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        self.numbers.extend(
            same::<Self>(other)
                .into_iter()
                .flat_map(|other| other.numbers),
        );
        Ok(())
    }

    fn finish(&mut self) -> Result<Value> {
        Ok(match self.kind {
            Kind::Continuous => self.between(),
            Kind::Discrete => self.nearest(),
        })
    }
}

impl Percentile {
    /// Between the two numbers next to the place, in proportion.
    fn between(&mut self) -> Value {
        let Some(last) = self.numbers.len().checked_sub(1) else {
            return Value::Null;
        };
        let place = self.part * as_float(last);
        let (low, high) = (place.floor(), place.ceil());
        let number = |value: Option<&Value>| value.and_then(Value::as_number).unwrap_or_default();
        let (below, at, _) = self.numbers.select_nth_unstable_by(as_place(high), ordered);
        let upper = number(Some(at));
        if as_place(low) == as_place(high) {
            return upper.into();
        }
        let lower = number(below.iter().max_by(|a, b| ordered(a, b)));
        (lower * (high - place) + upper * (place - low)).into()
    }

    /// The first number up to which at least that part lies.
    fn nearest(&mut self) -> Value {
        let Some(last) = self.numbers.len().checked_sub(1) else {
            return Value::Null;
        };
        let place = as_place((self.part * as_float(self.numbers.len())).ceil());
        let place = place.saturating_sub(1).min(last);
        let (_, at, _) = self.numbers.select_nth_unstable_by(place, ordered);
        at.clone()
    }
}

/// As `ORDER BY`; of equal numbers integers come first, whatever the order of the rows.
fn ordered(a: &Value, b: &Value) -> Ordering {
    let is_float = |value: &Value| matches!(value, Value::Float(_));
    order(a, b).then_with(|| is_float(a).cmp(&is_float(b)))
}

fn as_float(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no memory holds 2⁵³ values")]
    let count = count as f64;
    count
}

fn as_place(place: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and between zero and a length"
    )]
    let place = place as usize;
    place
}

#[cfg(test)]
mod tests {
    use super::super::testing::check_with;
    use crate::functions::scalar::testing::values;

    #[test]
    fn percentiles() {
        let prices = || values![30.0, 10.0, 20.0];
        for (part, expected) in [(0.0, "10.0"), (0.5, "20.0"), (1.0, "30.0")] {
            check_with("percentileDisc", prices(), &[part.into()], expected);
            check_with("percentileCont", prices(), &[part.into()], expected);
        }
        check_with("percentileCont", prices(), &[0.25.into()], "15.0");
        check_with("percentileDisc", values![1, 2, 3, 4], &[0.5.into()], "2");
        check_with("percentileDisc", values![], &[0.5.into()], "null");
        check_with("percentileCont", values![7], &[1.into()], "7.0");
    }

    #[test]
    fn percentiles_are_parts_of_one() {
        for wrong in [-1.0, 1.1, 1000.0, f64::NAN] {
            check_with(
                "percentileCont",
                values![1],
                &[wrong.into()],
                "ArgumentError.NumberOutOfRange",
            );
        }
        check_with(
            "percentileDisc",
            values![1],
            &["a".into()],
            "TypeError.InvalidArgumentValue",
        );
        check_with(
            "percentileDisc",
            values!["a"],
            &[0.5.into()],
            "TypeError.InvalidArgumentValue",
        );
    }
}

//! What relationships and paths cost.

use std::cmp::Ordering;

use crate::error::Result;
use crate::store::Hop;
use crate::value::{Value, order};

/// A cost: not negative and not NaN. Sums of integers are exact; a sum with a float in it, or one
/// beyond 64 bits, is a float.
#[derive(Clone, Copy, Debug)]
pub enum Cost {
    /// Whole units.
    Int(i64),
    /// Anything between.
    Float(f64),
}

impl Cost {
    /// What the path without relationships costs.
    pub const NOTHING: Self = Self::Int(0);

    /// Returns a number as a cost; nothing for what is negative or no number.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match *value {
            Value::Int(number) if number >= 0 => Some(Self::Int(number)),
            Value::Float(number) if number >= 0.0 => Some(Self::Float(number)),
            _ => None,
        }
    }

    /// Returns the sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(b)
        {
            return Self::Int(sum);
        }
        Self::Float(self.rounded() + other.rounded())
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beside a float nothing is exact"
    )]
    fn rounded(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }
}

impl From<Cost> for Value {
    fn from(cost: Cost) -> Self {
        match cost {
            Cost::Int(number) => Self::Int(number),
            Cost::Float(number) => Self::Float(number),
        }
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            // `0.0` and `-0.0` cost the same.
            (Self::Float(a), Self::Float(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (a, b) => order(&Value::from(*a), &Value::from(*b)),
        }
    }
}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cost {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cost {}

/// Says what a relationship costs.
pub trait Prices {
    /// Returns the cost of a step; an error ends the search.
    fn price(&mut self, hop: &Hop) -> Result<Cost>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_added_exactly_and_floats_as_they_are() {
        let check = |a, b, sum| assert_eq!(Cost::plus(a, b), sum);
        check(Cost::Int(1 << 60), Cost::Int(1), Cost::Int((1 << 60) + 1));
        check(Cost::Int(1), Cost::Float(0.5), Cost::Float(1.5));
        check(
            Cost::Int(i64::MAX),
            Cost::Int(1),
            Cost::Float(9_223_372_036_854_775_808.0),
        );
        assert_eq!(Cost::Float(-0.0), Cost::Int(0));
        assert!(Cost::Int((1 << 60) + 1) > Cost::Float(60_f64.exp2()));
    }

    #[test]
    fn only_numbers_from_zero_on_are_costs() {
        for value in [Value::Int(-1), Value::Float(-0.5), Value::Float(f64::NAN)] {
            assert_eq!(Cost::of(&value), None);
        }
        assert_eq!(Cost::of(&Value::Null), None);
        assert_eq!(Cost::of(&Value::Float(-0.0)), Some(Cost::Int(0)));
    }
}

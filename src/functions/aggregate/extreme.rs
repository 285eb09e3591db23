//! The least and the greatest value.

use std::cmp::Ordering;

use super::{Accumulator, same};
use crate::error::Result;
use crate::value::{Value, order};

#[derive(Debug)]
pub(super) struct Extreme {
    /// How a value compares with the one kept if it takes its place.
    wins: Ordering,
    kept: Option<Value>,
}

impl Extreme {
    pub(super) const fn least() -> Self {
        Self {
            wins: Ordering::Less,
            kept: None,
        }
    }

    pub(super) const fn greatest() -> Self {
        Self {
            wins: Ordering::Greater,
            kept: None,
        }
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, value: &Value) -> Result<()> {
        if self
            .kept
            .as_ref()
            .is_none_or(|kept| order(value, kept) == self.wins)
        {
            self.kept = Some(value.clone());
        }
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        match same::<Self>(other).and_then(|other| other.kept) {
            Some(value) => self.add(&value),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<Value> {
        Ok(self.kept.take().unwrap_or(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use crate::functions::scalar::testing::values;
    use crate::value::Value;

    #[test]
    fn extremes_follow_the_order_of_all_values() {
        check("max", values![1, 2, 0, -1], "2");
        check("min", values![1, 2, 0.5], "0.5");
        check("min", values!["a", "b", "B", "abc"], "'B'");
        let list = |items: &[i64]| Value::list(items.iter().copied().map(Value::from));
        check(
            "max",
            values![list(&[1]), list(&[2]), list(&[2, 1])],
            "[2, 1]",
        );
        let mixed = values![1, "a", list(&[1, 2]), 0.2, "b"];
        check("min", mixed.clone(), "[1, 2]");
        check("max", mixed, "1");
        check("max", values![], "null");
    }
}

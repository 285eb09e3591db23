//! Functions of many rows' values.

mod extreme;
mod percentile;
mod spread;
mod sum;

use std::any::Any;
use std::fmt;

use super::error::FunctionError;
use super::signature::{NUMBER, Signature, any, argument};
use crate::error::Result;
use crate::value::{Type, Value};

/// What an aggregate function has seen of a group of rows.
///
/// Nulls are never handed in, and of `DISTINCT` values each only once.
pub trait Accumulator: Any + Send {
    /// Takes the value of one more row.
    ///
    /// # Errors
    /// If the function can't use the value.
    fn add(&mut self, value: &Value) -> Result<()>;

    /// Takes all that another accumulator of the same function has seen, as if its rows came
    /// after this one's.
    ///
    /// # Errors
    /// If the function can't use the values together.
    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()>;

    /// Returns the result.
    ///
    /// # Errors
    /// If the result overflows.
    fn finish(&mut self) -> Result<Value>;
}

/// Starts an accumulator; gets the arguments after the first, as the first row of the group has
/// them.
pub type Start = fn(&[Value]) -> Result<Box<dyn Accumulator>>;

/// A function of many rows' values.
#[derive(Clone, Copy)]
pub struct Aggregate {
    /// The name in its documented spelling; look-ups ignore case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it is about, for help.
    pub category: &'static str,
    /// What it takes and gives.
    pub signature: Signature,
    /// One sentence, for help.
    pub help: &'static str,
    /// Starts an accumulator for a group.
    pub start: Start,
}

impl Aggregate {
    /// Returns whether the function holds each value that it gets until the end.
    #[must_use]
    pub fn keeps_values(&self) -> bool {
        matches!(self.name, "percentileCont" | "percentileDisc")
    }
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aggregate({})", self.name)
    }
}

impl PartialEq for Aggregate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Aggregate {}

const SUMMABLE: &[Type] = &[Type::Number, Type::Duration];

pub(super) static AGGREGATES: [Aggregate; 10] = [
    Aggregate::new(
        "count",
        Signature::of(&[any("value")], Type::Integer),
        "Returns how many values are not null; `count(*)` how many rows there are.",
        |_| Ok(Box::new(Count(0))),
    ),
    Aggregate::new(
        "collect",
        Signature::of(&[any("value")], Type::List),
        "Returns the values that are not null as a list.",
        |_| Ok(Box::new(Collect(Vec::new()))),
    )
    .also(&["collect_list"]),
    Aggregate::new(
        "min",
        Signature::of(&[any("value")], Type::Any),
        "Returns the value that `ORDER BY` puts first; null if there is none.",
        |_| Ok(Box::new(extreme::Extreme::least())),
    ),
    Aggregate::new(
        "max",
        Signature::of(&[any("value")], Type::Any),
        "Returns the value, other than null, that `ORDER BY` puts last; null if there is none.",
        |_| Ok(Box::new(extreme::Extreme::greatest())),
    ),
    Aggregate::new(
        "sum",
        Signature::of(&[argument("value", SUMMABLE)], Type::Any),
        "Returns the sum of numbers or durations; 0 if there is none.",
        |_| Ok(Box::new(sum::Sum::default())),
    ),
    Aggregate::new(
        "avg",
        Signature::of(&[argument("value", SUMMABLE)], Type::Any),
        "Returns the mean of numbers or durations; null if there is none.",
        |_| Ok(Box::new(sum::Mean::default())),
    ),
    Aggregate::new(
        "stDev",
        Signature::of(&[argument("number", NUMBER)], Type::Float),
        "Returns the standard deviation of a sample; 0 for less than two numbers.",
        |_| Ok(Box::new(spread::Deviation::of_sample())),
    )
    .also(&["stdev_samp"]),
    Aggregate::new(
        "stDevP",
        Signature::of(&[argument("number", NUMBER)], Type::Float),
        "Returns the standard deviation of a whole population; 0 if there is none.",
        |_| Ok(Box::new(spread::Deviation::of_population())),
    )
    .also(&["stdev_pop"]),
    Aggregate::new(
        "percentileCont",
        Signature::of(&[argument("number", NUMBER), argument("percentile", NUMBER)], Type::Float),
        "Returns the number below which that part (0 to 1) of the numbers lies, between two of them if need be.",
        percentile::continuous,
    )
    .also(&["percentile_cont"]),
    Aggregate::new(
        "percentileDisc",
        Signature::of(&[argument("number", NUMBER), argument("percentile", NUMBER)], Type::Number),
        "Returns the nearest of the numbers below which that part (0 to 1) of them lies.",
        percentile::discrete,
    )
    .also(&["percentile_disc"]),
];

impl Aggregate {
    const fn new(
        name: &'static str,
        signature: Signature,
        help: &'static str,
        start: Start,
    ) -> Self {
        Self {
            name,
            aliases: &[],
            category: "aggregate",
            signature,
            help,
            start,
        }
    }

    const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

/// Returns the other accumulator as one of this type.
///
/// Only accumulators of one call are merged, so they have one type; one of another type is as good
/// as one that has seen nothing.
fn same<T: Accumulator>(other: Box<dyn Accumulator>) -> Option<T> {
    let other: Box<dyn Any> = other;
    other.downcast().ok().map(|other| *other)
}

fn misfit(function: &'static str, wanted: &'static str, found: &Value) -> FunctionError {
    FunctionError::Argument {
        function,
        wanted,
        found: found.type_of(),
    }
}

#[derive(Debug)]
struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, _: &Value) -> Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        self.0 += same::<Self>(other).map_or(0, |other| other.0);
        Ok(())
    }

    fn finish(&mut self) -> Result<Value> {
        Ok(self.0.into())
    }
}

#[derive(Debug)]
struct Collect(Vec<Value>);

impl Accumulator for Collect {
    fn add(&mut self, value: &Value) -> Result<()> {
        self.0.push(value.clone());
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        self.0
            .extend(same::<Self>(other).into_iter().flat_map(|other| other.0));
        Ok(())
    }

    fn finish(&mut self) -> Result<Value> {
        let list = Value::from(std::mem::take(&mut self.0));
        crate::value::operators::check_nesting(&list)?;
        Ok(list)
    }
}

#[cfg(test)]
mod testing {
    //! Aggregates lists of values, in one accumulator and in two.

    use crate::functions::aggregate;
    use crate::value::Value;
    use crate::value::literal::to_literal;

    /// Checks the printed result or the code of the error.
    pub(super) fn check(name: &str, values: impl Into<Vec<Value>>, expected: &str) {
        check_with(name, values, &[], expected);
    }

    /// As [`check`], with further arguments.
    pub(super) fn check_with(
        name: &str,
        values: impl Into<Vec<Value>>,
        further: &[Value],
        expected: &str,
    ) {
        let values = values.into();
        let run = |cut: usize| -> crate::error::Result<Value> {
            let function = aggregate(name).unwrap();
            let (mut first, mut second) = ((function.start)(further)?, (function.start)(further)?);
            for (place, value) in values.iter().enumerate() {
                if place < cut {
                    first.add(value)?;
                } else {
                    second.add(value)?;
                }
            }
            first.merge(second)?;
            first.finish()
        };
        for cut in 0..=values.len() {
            let found = match run(cut) {
                Ok(value) => to_literal(&value),
                Err(error) => error.code().to_string(),
            };
            assert_eq!(found, expected, "{name}({values:?}) cut at {cut}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::check;
    use crate::functions::scalar::testing::values;

    #[test]
    fn counting_and_collecting() {
        check("count", values![1, "a", 1], "3");
        check("count", values![], "0");
        check("collect", values![1, "a", 1], "[1, 'a', 1]");
        check("collect", values![], "[]");
    }
}

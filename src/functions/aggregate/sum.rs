//! Sums and means.

use super::{Accumulator, misfit, same};
use crate::error::Result;
use crate::value::{Duration, Value, ValueError};

/// A sum of floats with the sum of what rounding lost (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
struct FloatSum {
    sum: f64,
    lost: f64,
}

impl FloatSum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let (large, small) = if self.sum.abs() >= value.abs() {
            (self.sum, value)
        } else {
            (value, self.sum)
        };
        if sum.is_finite() {
            self.lost += (large - sum) + small;
        }
        self.sum = sum;
    }

    fn total(self) -> f64 {
        if self.sum.is_finite() {
            self.sum + self.lost
        } else {
            self.sum
        }
    }
}

/// `sum()`. Integers are added exactly, so that their order does not matter.
#[derive(Debug, Default)]
pub(super) struct Sum {
    integers: i128,
    floats: Option<FloatSum>,
    durations: Option<Duration>,
    /// Whether a number was seen.
    numbers: bool,
}

impl Sum {
    fn take(&mut self, function: &'static str, value: &Value) -> Result<()> {
        match value {
            Value::Int(number) => self.integers += i128::from(*number),
            Value::Float(number) => self.floats.get_or_insert_default().add(*number),
            Value::Duration(duration) => self.add_duration(duration)?,
            other => return Err(misfit(function, "numbers or DURATION", other).into()),
        }
        self.numbers |= !matches!(value, Value::Duration(_));
        if self.numbers && self.durations.is_some() {
            return Err(misfit(function, "either numbers or durations", value).into());
        }
        Ok(())
    }

    fn add_duration(&mut self, duration: &Duration) -> Result<()> {
        let sum = self
            .durations
            .unwrap_or(Duration::ZERO)
            .checked_add(duration);
        self.durations = Some(sum.ok_or(OVERFLOW)?);
        Ok(())
    }

    fn join(&mut self, function: &'static str, other: &Self) -> Result<()> {
        self.integers += other.integers;
        self.numbers |= other.numbers;
        if let Some(floats) = other.floats {
            let own = self.floats.get_or_insert_default();
            own.add(floats.sum);
            own.lost += floats.lost;
        }
        if let Some(duration) = &other.durations {
            self.add_duration(duration)?;
        }
        if self.numbers && self.durations.is_some() {
            let zero = Value::from(Duration::ZERO);
            return Err(misfit(function, "either numbers or durations", &zero).into());
        }
        Ok(())
    }

    /// The sum of the numbers as a float.
    fn as_float(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a float sum is rounded")]
        let integers = self.integers as f64;
        let mut sum = self.floats.unwrap_or_default();
        sum.add(integers);
        sum.total()
    }
}

const OVERFLOW: ValueError = ValueError::IntegerOverflow {
    operation: "`sum()`",
};

impl Accumulator for Sum {
    fn add(&mut self, value: &Value) -> Result<()> {
        self.take("sum", value)
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        same::<Self>(other).map_or(Ok(()), |other| self.join("sum", &other))
    }

    fn finish(&mut self) -> Result<Value> {
        if let Some(duration) = self.durations {
            return Ok(duration.into());
        }
        if self.floats.is_some() {
            return Ok(self.as_float().into());
        }
        Ok(i64::try_from(self.integers).map_err(|_| OVERFLOW)?.into())
    }
}

/// `avg()`.
#[derive(Debug, Default)]
pub(super) struct Mean {
    sum: Sum,
    count: u32,
    /// The mean as it ran, for where the sum overflows.
    running: f64,
}

impl Accumulator for Mean {
    fn add(&mut self, value: &Value) -> Result<()> {
        self.sum.take("avg", value)?;
        self.count = self.count.saturating_add(1);
        let number = value.as_number().unwrap_or_default();
        self.running += number / f64::from(self.count) - self.running / f64::from(self.count);
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        let Some(other) = same::<Self>(other).filter(|other| other.count > 0) else {
            return Ok(());
        };
        self.sum.join("avg", &other.sum)?;
        self.count = self.count.saturating_add(other.count);
        let weight = f64::from(other.count) / f64::from(self.count);
        self.running += other.running * weight - self.running * weight;
        Ok(())
    }

    fn finish(&mut self) -> Result<Value> {
        if self.count == 0 {
            return Ok(Value::Null);
        }
        if let Some(duration) = self.sum.durations {
            let mean = duration.scale(1, self.count.into()).ok_or(OVERFLOW)?;
            return Ok(mean.into());
        }
        let sum = self.sum.as_float();
        let mean = sum / f64::from(self.count);
        Ok(if sum.is_infinite() && self.running.is_finite() {
            self.running
        } else {
            mean
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use crate::functions::scalar::testing::values;
    use crate::value::Duration;

    const MISFIT: &str = "TypeError.InvalidArgumentValue";

    #[test]
    fn sums() {
        check("sum", values![33, 42], "75");
        check("sum", values![], "0");
        check("sum", values![1, 0.5], "1.5");
        check("sum", values![0.1, 0.2, 0.3], "0.6");
        check("sum", values![1e100, 1.0, -1e100], "1.0");
        check("sum", values![i64::MAX, 1, -1], "9223372036854775807");
        check(
            "sum",
            values![i64::MAX, 1],
            "ArithmeticError.IntegerOverflow",
        );
        check("sum", values![f64::INFINITY, 1.0], "Infinity");
        check("sum", values!["a"], MISFIT);
        let day = || Duration::new(0, 1, 3, 0);
        check("sum", values![day(), day()], "'P2DT6S'");
        check("sum", values![day(), 1], MISFIT);
        check("sum", values![1, day()], MISFIT);
    }

    #[test]
    fn means() {
        check("avg", values![1, 2], "1.5");
        check("avg", values![2, 2.0], "2.0");
        check("avg", values![i64::MAX, i64::MAX], "9223372036854775808.0");
        check("avg", values![f64::MAX, f64::MAX], "1.7976931348623157e308");
        check("avg", values![], "null");
        check(
            "avg",
            values![Duration::new(1, 1, 0, 0), Duration::new(0, 0, 1, 1)],
            "'P15DT17H14M33.5S'",
        );
        check("avg", values![true], MISFIT);
    }
}

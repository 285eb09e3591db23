//! Standard deviations.

use super::{Accumulator, misfit, same};
use crate::error::Result;
use crate::value::Value;

/// Mean and squared deviations as they run (Welford), which does not lose small deviations of
/// large numbers.
#[derive(Debug)]
pub(super) struct Deviation {
    count: u32,
    mean: f64,
    squares: f64,
    /// What is taken from the count: 1 for a sample.
    less: u32,
    name: &'static str,
}

impl Deviation {
    pub(super) const fn of_sample() -> Self {
        Self::new(1, "stDev")
    }

    pub(super) const fn of_population() -> Self {
        Self::new(0, "stDevP")
    }

    const fn new(less: u32, name: &'static str) -> Self {
        Self {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            less,
            name,
        }
    }
}

impl Accumulator for Deviation {
    fn add(&mut self, value: &Value) -> Result<()> {
        let Some(number) = value.as_number() else {
            return Err(misfit(self.name, "numbers", value).into());
        };
        self.count = self.count.saturating_add(1);
        let before = number - self.mean;
        self.mean += before / f64::from(self.count);
        self.squares += before * (number - self.mean);
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        let Some(other) = same::<Self>(other).filter(|other| other.count > 0) else {
            return Ok(());
        };
        let (own, new) = (f64::from(self.count), f64::from(other.count));
        let apart = other.mean - self.mean;
        self.mean += apart * new / (own + new);
        self.squares += other.squares + apart * apart * own * new / (own + new);
        self.count = self.count.saturating_add(other.count);
        Ok(())
    }

    fn finish(&mut self) -> Result<Value> {
        let divisor = self.count.saturating_sub(self.less);
        if divisor == 0 {
            return Ok(0.0.into());
        }
        Ok((self.squares / f64::from(divisor)).sqrt().into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use crate::functions::scalar::testing::values;

    #[test]
    fn deviations() {
        check("stDev", values![2, 4, 4, 6], "1.632993161855452");
        check("stDevP", values![1, 3], "1.0");
        check("stDev", values![1], "0.0");
        check("stDevP", values![], "0.0");
        check("stDev", values!["a"], "TypeError.InvalidArgumentValue");
    }
}

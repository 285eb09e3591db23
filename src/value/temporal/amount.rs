//! Exact decimal amounts of units, from which durations are made.

use super::duration::SECONDS_PER_MONTH;
use super::{Duration, NANOS_PER_DAY, NANOS_PER_SECOND};

/// A decimal number with 18 digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    whole: i128,
    /// In units of 10⁻¹⁸, with the sign of the number.
    fraction: i128,
}

const SCALE: i128 = 1_000_000_000_000_000_000;
const DIGITS: usize = 18;

impl Amount {
    /// Creates a whole amount.
    pub(crate) fn whole(number: i64) -> Self {
        Self {
            whole: number.into(),
            fraction: 0,
        }
    }

    /// Creates an amount from a float, as the decimal that it is written as; none for NaN and
    /// infinities.
    pub(crate) fn from_float(number: f64) -> Option<Self> {
        let text = number.is_finite().then(|| number.to_string())?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let amount = Self::from_digits(whole, fraction)?;
        Some(if negative { amount.negated() } else { amount })
    }

    /// Creates an amount from the digits before and after the point; digits after the 18th don't
    /// count.
    pub(crate) fn from_digits(whole: &str, fraction: &str) -> Option<Self> {
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kept = fraction.get(..fraction.len().min(DIGITS))?;
        let fraction: i128 = format!("{kept:0<DIGITS$}").parse().ok()?;
        Some(Self {
            whole: whole.parse::<i64>().ok()?.into(),
            fraction,
        })
    }

    /// Returns the amount with the other sign.
    pub(crate) fn negated(self) -> Self {
        Self {
            whole: -self.whole,
            fraction: -self.fraction,
        }
    }

    /// Returns the amount in a smaller unit, of which `factor` make up one of this.
    pub(crate) fn times(self, factor: i64) -> Self {
        let fraction = self.fraction * i128::from(factor);
        Self {
            whole: self.whole * i128::from(factor) + fraction / SCALE,
            fraction: fraction % SCALE,
        }
    }

    /// Returns the sum; the fraction may reach beyond one.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            whole: self.whole + other.whole,
            fraction: self.fraction + other.fraction,
        }
    }

    /// Returns the number that has this fraction, in nanoseconds for a unit so many long.
    fn fraction_nanos(self, unit: i128) -> i128 {
        self.fraction * unit / SCALE
    }
}

impl Duration {
    /// Creates a duration; fractions of months become days and seconds by the average length of a
    /// month, fractions of days become seconds. None if it overflows.
    pub(crate) fn from_amounts(
        months: Amount,
        days: Amount,
        seconds: Amount,
        nanos: Amount,
    ) -> Option<Self> {
        let per_month = i128::from(SECONDS_PER_MONTH) * i128::from(NANOS_PER_SECOND);
        let per_day = i128::from(NANOS_PER_DAY);
        let months = months.times(1);
        let of_days = months.fraction_nanos(per_month) + days.fraction_nanos(per_day);
        let rest = of_days % per_day
            + seconds.whole * i128::from(NANOS_PER_SECOND)
            + seconds.fraction_nanos(NANOS_PER_SECOND.into())
            + nanos.whole
            + nanos.fraction_nanos(1);
        Self::from_total(months.whole, days.whole + of_days / per_day, rest)
    }

    /// Creates a duration from months, days and nanoseconds; none if it overflows.
    fn from_total(months: i128, days: i128, nanos: i128) -> Option<Self> {
        let per_second = i128::from(NANOS_PER_SECOND);
        Self::new(
            months.try_into().ok()?,
            days.try_into().ok()?,
            nanos.div_euclid(per_second).try_into().ok()?,
            nanos.rem_euclid(per_second).try_into().ok()?,
        )
    }

    /// Returns the sum of the units one by one; none if it overflows.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        Self::new(
            self.months().checked_add(other.months())?,
            self.days().checked_add(other.days())?,
            self.seconds().checked_add(other.seconds())?,
            self.nanos() + other.nanos(),
        )
    }

    /// Returns the difference of the units one by one; none if it overflows.
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        Self::new(
            self.months().checked_sub(other.months())?,
            self.days().checked_sub(other.days())?,
            self.seconds().checked_sub(other.seconds())?,
            self.nanos() - other.nanos(),
        )
    }

    /// Returns the duration back in time; none if it overflows.
    #[must_use]
    pub fn checked_neg(&self) -> Option<Self> {
        Self::ZERO.checked_sub(self)
    }

    /// Returns the product with a float; none if it overflows.
    #[must_use]
    pub fn multiply(&self, factor: f64) -> Option<Self> {
        let (numerator, denominator) = ratio(factor)?;
        self.scale(numerator, denominator)
    }

    /// Returns the quotient by a float; none if it overflows.
    #[must_use]
    pub fn divide(&self, divisor: f64) -> Option<Self> {
        let (numerator, denominator) = ratio(divisor)?;
        self.scale(denominator, numerator)
    }

    /// Returns `numerator / denominator` of the duration, rounded towards zero; what is left of
    /// months and days becomes smaller units by average length. None if it overflows or the
    /// denominator is zero.
    #[must_use]
    pub fn scale(&self, numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let part = |amount: i128| -> Option<(i128, i128)> {
            let product = amount.checked_mul(numerator)?;
            Some((product / denominator, product % denominator))
        };
        let (months, months_left) = part(self.months().into())?;
        let (days, days_left) = part(self.days().into())?;
        let total = self.total_nanos();
        let per_second = i128::from(NANOS_PER_SECOND);
        let (seconds, seconds_left) = part(total / per_second)?;
        let (per_month, per_day) = (
            i128::from(SECONDS_PER_MONTH) * per_second,
            i128::from(NANOS_PER_DAY),
        );
        let of_days = months_left
            .checked_mul(per_month)?
            .checked_add(days_left.checked_mul(per_day)?)?
            / denominator;
        let of_seconds = seconds_left
            .checked_mul(per_second)?
            .checked_add((total % per_second).checked_mul(numerator)?)?
            / denominator;
        let nanos = seconds.checked_mul(per_second)?.checked_add(of_seconds)?;
        Self::from_total(
            months,
            days.checked_add(of_days / per_day)?,
            nanos.checked_add(of_days % per_day)?,
        )
    }
}

/// Returns the ratio of whole numbers that a float is written as; a tiny float is zero.
fn ratio(number: f64) -> Option<(i128, i128)> {
    /// Powers beyond this are larger than any duration.
    const MAX_POWER: u32 = 20;
    if !number.is_finite() {
        return None;
    }
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    let power = exponent - i32::try_from(fraction.len()).ok()?;
    let size = power.unsigned_abs();
    if power >= 0 {
        let factor = 10_i128.checked_pow(size.min(MAX_POWER * 2))?;
        return Some((digits.checked_mul(factor)?, 1));
    }
    if size > MAX_POWER {
        return Some((
            digits / 10_i128.checked_pow((size - MAX_POWER).min(38))?,
            10_i128.pow(MAX_POWER),
        ));
    }
    Some((digits, 10_i128.pow(size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_become_smaller_units() {
        let check = |months: f64, days: f64, seconds: f64, expected: &str| {
            let amount = |number| Amount::from_float(number).unwrap();
            let duration = Duration::from_amounts(
                amount(months),
                amount(days),
                amount(seconds),
                Amount::default(),
            );
            assert_eq!(duration.unwrap().to_string(), expected);
        };
        check(0.75, 0.0, 0.0, "P22DT19H51M49.5S");
        check(5.0, 1.5, 0.0, "P5M1DT12H");
        check(-0.75, 0.0, 0.0, "P-22DT-19H-51M-49.5S");
        check(0.0, 70.3, 0.1, "P70DT7H12M0.1S");
        check(155.5, 14.5, 60_220.5, "P12Y11M29DT33H58M13.5S");
        let year = Amount::from_float(12.5).unwrap().times(12);
        let months = year.plus(Amount::from_float(5.5).unwrap());
        assert_eq!(
            Duration::from_amounts(
                months,
                Amount::default(),
                Amount::default(),
                Amount::default()
            ),
            Duration::from_amounts(
                Amount::from_float(155.5).unwrap(),
                Amount::default(),
                Amount::default(),
                Amount::default()
            ),
        );
    }

    #[test]
    fn scaling_is_exact() {
        let duration = Duration::new(149, 14, 58_390, 1).unwrap();
        let check = |found: Option<Duration>, expected: &str| {
            assert_eq!(found.unwrap().to_string(), expected);
        };
        check(duration.scale(1, 2), "P6Y2M22DT13H21M8S");
        check(duration.multiply(0.5), "P6Y2M22DT13H21M8S");
        check(duration.divide(0.5), "P24Y10M28DT32H26M20.000000002S");
        check(
            duration.scale(-2, 1),
            "P-24Y-10M-28DT-32H-26M-20.000000002S",
        );
        check(Duration::new(3, 3, 3, 0).unwrap().scale(1, 3), "P1M1DT1S");
        check(Duration::new(0, 10, 0, 0).unwrap().multiply(0.1), "P1D");
        check(Duration::new(0, 10, 0, 0).unwrap().multiply(1e-300), "PT0S");
        assert_eq!(duration.multiply(1e300), None);
        assert_eq!(duration.multiply(f64::INFINITY), None);
        assert_eq!(duration.divide(0.0), None);
        assert_eq!(Duration::new(i64::MAX, 0, 0, 0).unwrap().scale(2, 1), None);
    }
}

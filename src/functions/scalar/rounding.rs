//! Rounding of decimals, by the digits that a float is written with.

use super::super::Context;
use super::super::error::FunctionError;
use super::{int, number, text};
use crate::error::Result;
use crate::value::Value;

const MODES: &[&str] = &[
    "UP",
    "DOWN",
    "CEILING",
    "FLOOR",
    "HALF_UP",
    "HALF_DOWN",
    "HALF_EVEN",
];

/// `round(number [, precision [, mode]])`.
pub(super) fn round(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    let x = number("round", values, 0)?;
    if values.len() < 2 {
        return Ok(Value::Float(round_half_up(x)));
    }
    let precision = int("round", values, 1)?;
    if precision < 0 {
        return Err(FunctionError::OutOfRange {
            what: "the precision of `round()`",
            found: precision.to_string(),
            wanted: "0 or more",
        }
        .into());
    }
    let mode = if values.len() > 2 {
        text("round", values, 2)?
    } else {
        "HALF_UP"
    };
    let mode = mode.to_ascii_uppercase();
    if !MODES.contains(&mode.as_str()) {
        return Err(FunctionError::UnknownWord {
            what: "rounding mode",
            found: mode,
            known: MODES,
        }
        .into());
    }
    let precision = usize::try_from(precision).unwrap_or(usize::MAX);
    Ok(Value::Float(round_decimal(x, precision, &mode)))
}

/// To the nearest whole number, ties to the greater one.
fn round_half_up(x: f64) -> f64 {
    let floor = x.floor();
    if x - floor >= 0.5 { floor + 1.0 } else { floor }
}

fn round_decimal(x: f64, precision: usize, mode: &str) -> f64 {
    let text = x.abs().to_string();
    let Some((whole, fraction)) = text.split_once('.').filter(|_| x.is_finite()) else {
        return x;
    };
    let Some((kept, rest)) = fraction
        .split_at_checked(precision)
        .filter(|(_, rest)| !rest.is_empty())
    else {
        return x;
    };
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if rounds_up(rest, digits.last().copied().unwrap_or(b'0'), x < 0.0, mode) {
        increment(&mut digits);
    }
    digits.insert(digits.len() - kept.len(), b'.');
    let rounded = String::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse().ok());
    rounded.map_or(x, |rounded: f64| rounded.copysign(x))
}

/// Returns whether the digits that are kept grow by one for the sake of those that are cut off,
/// which hold one other than zero.
fn rounds_up(rest: &str, last: u8, negative: bool, mode: &str) -> bool {
    let half = rest.trim_end_matches('0').cmp("5");
    match mode {
        "UP" => true,
        "CEILING" => !negative,
        "FLOOR" => negative,
        "HALF_UP" => half.is_ge(),
        "HALF_DOWN" => half.is_gt(),
        "HALF_EVEN" => half.is_gt() || (half.is_eq() && last % 2 == 1),
        _ => false,
    }
}

/// Adds one to a number of decimal digits.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};

    #[test]
    fn to_whole_numbers() {
        check("round", values![3.5], "4.0");
        check("round", values![-1.5], "-1.0");
        check("round", values![0.499_999_999_999_999_94], "0.0");
        check(
            "round",
            values![9_007_199_254_740_993_i64],
            "9007199254740992.0",
        );
        check("round", values![f64::NEG_INFINITY], "-Infinity");
    }

    #[test]
    fn to_digits() {
        check("round", values![2.718_55, 3], "2.719");
        check("round", values![-1.55, 1], "-1.6");
        check("round", values![9.99, 1], "10.0");
        check("round", values![1.5, 0], "2.0");
        check("round", values![1.25, 5], "1.25");
        check("round", values![f64::NAN, 1], "NaN");
        check("round", values![1.5, -1], "ArgumentError.NumberOutOfRange");
        check("round", values![1.5, i64::MAX], "1.5");
    }

    #[test]
    fn in_every_mode() {
        let modes = [
            "UP",
            "DOWN",
            "CEILING",
            "FLOOR",
            "HALF_UP",
            "HALF_DOWN",
            "half_even",
        ];
        for (mode, expected) in modes
            .into_iter()
            .zip(["1.3", "1.2", "1.3", "1.2", "1.3", "1.2", "1.2"])
        {
            check("round", values![1.25, 1, mode], expected);
        }
        for (mode, expected) in modes
            .into_iter()
            .zip(["-1.4", "-1.3", "-1.3", "-1.4", "-1.4", "-1.3", "-1.4"])
        {
            check("round", values![-1.35, 1, mode], expected);
        }
        check(
            "round",
            values![1.5, 1, "ODD"],
            "ArgumentError.InvalidArgumentValue",
        );
    }
}

//! Functions about numbers.

use super::super::signature::{Argument, NUMBER, STRING, Signature, argument};
use super::super::{Context, Function};
use super::rounding;
use super::{at, misfit, number};
use crate::error::Result;
use crate::value::{Type, Value, ValueError};

const CATEGORY: &str = "math";

const X: Argument = argument("number", NUMBER);

/// Writes a function from number to float.
macro_rules! of_number {
    ($name:literal, $help:literal, $body:expr) => {
        Function::new(
            $name,
            CATEGORY,
            Signature::of(&[X], Type::Float),
            $help,
            |_, values| {
                let body: fn(f64) -> f64 = $body;
                Ok(Value::Float(body(number($name, values, 0)?)))
            },
        )
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "abs",
        CATEGORY,
        Signature::of(&[X], Type::Number),
        "Returns a number without its sign.",
        abs,
    ),
    Function::new(
        "sign",
        CATEGORY,
        Signature::of(&[X], Type::Integer),
        "Returns -1, 0 or 1, as the number is negative, zero or positive.",
        sign,
    ),
    of_number!(
        "ceil",
        "Returns the smallest whole number that is not less, as a float.",
        f64::ceil
    ),
    of_number!(
        "floor",
        "Returns the largest whole number that is not greater, as a float.",
        f64::floor
    ),
    Function::new(
        "round",
        CATEGORY,
        Signature::of(
            &[X, argument("precision", NUMBER), argument("mode", STRING)],
            Type::Float,
        )
        .required(1),
        "Returns a number rounded to `precision` digits after the point (0 without it). Modes: 'UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN'.",
        rounding::round,
    ),
    Function::new(
        "isNaN",
        CATEGORY,
        Signature::of(&[X], Type::Boolean),
        "Returns whether a number is NaN.",
        |_, values| Ok(number("isNaN", values, 0)?.is_nan().into()),
    ),
    of_number!(
        "sqrt",
        "Returns the square root; NaN of a negative number.",
        f64::sqrt
    ),
    of_number!("exp", "Returns e to the power of a number.", f64::exp),
    of_number!("log", "Returns the natural logarithm.", f64::ln),
    of_number!("log10", "Returns the logarithm to base 10.", f64::log10),
    Function::new(
        "pow",
        CATEGORY,
        Signature::of(
            &[argument("base", NUMBER), argument("exponent", NUMBER)],
            Type::Float,
        ),
        "Returns the base to the power of the exponent, as `^` does.",
        |_, values| {
            Ok(number("pow", values, 0)?
                .powf(number("pow", values, 1)?)
                .into())
        },
    ),
    Function::new(
        "e",
        CATEGORY,
        Signature::of(&[], Type::Float),
        "Returns the base of the natural logarithm.",
        |_, _| Ok(std::f64::consts::E.into()),
    ),
];

fn abs(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    match at(values, 0) {
        Value::Int(number) => match number.checked_abs() {
            Some(size) => Ok(size.into()),
            None => Err(ValueError::IntegerOverflow {
                operation: "`abs()`",
            }
            .into()),
        },
        Value::Float(number) => Ok(number.abs().into()),
        other => Err(misfit("abs", "INTEGER or FLOAT", other).into()),
    }
}

fn sign(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    let number = number("sign", values, 0)?;
    Ok(Value::Int(
        i64::from(number > 0.0) - i64::from(number < 0.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::Value;

    #[test]
    fn numbers() {
        check("abs", values![-1], "1");
        check("abs", values![-1.5], "1.5");
        check("abs", values![i64::MIN], "ArithmeticError.IntegerOverflow");
        check("abs", values!["1"], "refused");
        check("sign", values![-3], "-1");
        check("sign", values![0.0], "0");
        check("ceil", values![0.1], "1.0");
        check("floor", values![-0.9], "-1.0");
        check("sqrt", values![12.96], "3.6");
        check("sqrt", values![-1], "NaN");
        check("exp", values![0], "1.0");
        check("ln", values![0], "-Infinity");
        check("log10", values![1000], "3.0");
        check("pow", values![2, 10], "1024.0");
        check("e", values![], "2.718281828459045");
        check("isNaN", values![f64::NAN], "true");
        check("isNaN", values![1], "false");
        check("isNaN", values![Value::Null], "null");
    }
}

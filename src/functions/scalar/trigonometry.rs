//! Functions about angles.

use super::super::Function;
use super::super::signature::{Argument, NUMBER, Signature, argument};
use super::number;
use crate::value::{Type, Value};

const CATEGORY: &str = "trigonometry";

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
        "pi",
        CATEGORY,
        Signature::of(&[], Type::Float),
        "Returns π.",
        |_, _| Ok(std::f64::consts::PI.into()),
    ),
    of_number!(
        "degrees",
        "Returns an angle in radians as degrees.",
        f64::to_degrees
    ),
    of_number!(
        "radians",
        "Returns an angle in degrees as radians.",
        f64::to_radians
    ),
    of_number!("sin", "Returns the sine of an angle in radians.", f64::sin),
    of_number!(
        "cos",
        "Returns the cosine of an angle in radians.",
        f64::cos
    ),
    of_number!(
        "tan",
        "Returns the tangent of an angle in radians.",
        f64::tan
    ),
    of_number!(
        "cot",
        "Returns the cotangent of an angle in radians.",
        |x| 1.0 / x.tan()
    ),
    of_number!(
        "asin",
        "Returns the angle in radians with this sine.",
        f64::asin
    ),
    of_number!(
        "acos",
        "Returns the angle in radians with this cosine.",
        f64::acos
    ),
    of_number!(
        "atan",
        "Returns the angle in radians with this tangent.",
        f64::atan
    ),
    Function::new(
        "atan2",
        CATEGORY,
        Signature::of(&[argument("y", NUMBER), argument("x", NUMBER)], Type::Float),
        "Returns the angle in radians between the x axis and the point (x, y).",
        |_, values| {
            Ok(number("atan2", values, 0)?
                .atan2(number("atan2", values, 1)?)
                .into())
        },
    ),
    of_number!("sinh", "Returns the hyperbolic sine.", f64::sinh),
    of_number!("cosh", "Returns the hyperbolic cosine.", f64::cosh),
    of_number!("tanh", "Returns the hyperbolic tangent.", f64::tanh),
    of_number!("coth", "Returns the hyperbolic cotangent.", |x| 1.0
        / x.tanh()),
    of_number!(
        "haversin",
        "Returns half of the versine of an angle in radians.",
        |x| { (1.0 - x.cos()) / 2.0 }
    ),
];

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};

    #[test]
    fn angles() {
        check("pi", values![], "3.141592653589793");
        check("degrees", values![std::f64::consts::PI], "180.0");
        check("radians", values![180], "3.141592653589793");
        check("sin", values![0], "0.0");
        check("cos", values![0], "1.0");
        check("cot", values![0], "Infinity");
        check("acos", values![1], "0.0");
        check("atan2", values![0, -1], "3.141592653589793");
        check("coth", values![0], "Infinity");
        check("haversin", values![0.5], "0.06120871905481362");
        check("sin", values!["0"], "refused");
    }
}

//! Functions about lists.

use super::super::error::FunctionError;
use super::super::signature::{LIST, Signature, any, argument};
use super::super::{Context, Function};
use super::{MAX_ITEMS, at, count, items, misfit};
use crate::error::Result;
use crate::value::{List, Type, Value};

const CATEGORY: &str = "list";

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "size",
        CATEGORY,
        Signature::of(
            &[argument("value", &[Type::List, Type::String, Type::Map])],
            Type::Integer,
        ),
        "Returns how many items a list, characters a string, or entries a map has.",
        size,
    ),
    Function::new(
        "head",
        CATEGORY,
        Signature::of(&[argument("list", LIST)], Type::Any),
        "Returns the first item of a list; null if there is none.",
        |_, values| {
            Ok(items("head", values, 0)?
                .first()
                .cloned()
                .unwrap_or(Value::Null))
        },
    ),
    Function::new(
        "last",
        CATEGORY,
        Signature::of(&[argument("list", LIST)], Type::Any),
        "Returns the last item of a list; null if there is none.",
        |_, values| {
            Ok(items("last", values, 0)?
                .last()
                .cloned()
                .unwrap_or(Value::Null))
        },
    ),
    Function::new(
        "tail",
        CATEGORY,
        Signature::of(&[argument("list", LIST)], Type::List),
        "Returns a list without its first item.",
        |_, values| {
            let rest = items("tail", values, 0)?.get(1..).unwrap_or_default();
            Ok(Value::list(rest.iter().cloned()))
        },
    ),
    Function::new(
        "reverse",
        CATEGORY,
        Signature::of(&[argument("value", &[Type::List, Type::String])], Type::Any),
        "Returns a list or string from its end to its beginning.",
        reverse,
    ),
    Function::new(
        "range",
        CATEGORY,
        Signature::of(&[any("start"), any("end"), any("step")], Type::List).required(2),
        "Returns the integers from start to end, both included, `step` apart.",
        range,
    ),
];

fn size(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    match at(values, 0) {
        Value::List(items) => Ok(count(items.len())),
        Value::Map(map) => Ok(count(map.len())),
        Value::String(text) => Ok(count(text.chars().count())),
        other => Err(misfit("size", "LIST, STRING or MAP", other).into()),
    }
}

fn reverse(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    match at(values, 0) {
        Value::List(items) => Ok(Value::list(items.iter().rev().cloned())),
        Value::String(text) => Ok(text.chars().rev().collect::<String>().into()),
        other => Err(misfit("reverse", "LIST or STRING", other).into()),
    }
}

fn range(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let range = IntRange::of(values)?;
    let len = range.count().filter(|&len| len <= MAX_ITEMS);
    let len = len.ok_or(FunctionError::TooLarge {
        function: "range",
        limit: MAX_ITEMS,
        unit: "items",
    })?;
    context.memory.check_items(len)?;
    let mut numbers = List::from(Vec::with_capacity(len));
    for start in (0..len).step_by(PULSE) {
        context.watch.pulse(0)?;
        let places = start..len.min(start + PULSE);
        numbers.extend(places.map(|place| Value::Int(range.at(place))));
    }
    Ok(Value::List(numbers))
}

/// After so many items a function asks whether it has to stop.
const PULSE: usize = 1 << 18;

/// The integers of `range(start, end, step)`, which nobody has written down yet.
#[derive(Clone, Copy, Debug)]
pub struct IntRange {
    start: i64,
    step: i64,
    len: i128,
}

impl IntRange {
    /// Reads the arguments of `range()`.
    ///
    /// # Errors
    /// If one of them is no integer, or the step is 0.
    pub fn of(arguments: &[Value]) -> Result<Self> {
        let bound = |place| -> Result<i64, FunctionError> {
            let value: &Value = at(arguments, place);
            value.as_int().ok_or_else(|| FunctionError::RangeArgument {
                found: value.type_of(),
            })
        };
        let (start, end) = (bound(0)?, bound(1)?);
        let step = if arguments.len() > 2 { bound(2)? } else { 1 };
        if step == 0 {
            return Err(FunctionError::OutOfRange {
                what: "the step of `range()`",
                found: step.to_string(),
                wanted: "other than 0",
            }
            .into());
        }
        let distance = i128::from(end) - i128::from(start);
        let is_empty = distance != 0 && (distance < 0) != (step < 0);
        let len = if is_empty {
            0
        } else {
            distance / i128::from(step) + 1
        };
        Ok(Self { start, step, len })
    }

    /// Returns how many there are, if that can be said.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        usize::try_from(self.len).ok()
    }

    /// Returns the integer at a place below the length.
    #[must_use]
    pub fn at(&self, place: usize) -> i64 {
        // No number of the range overflows.
        let place = i64::try_from(place).unwrap_or(0);
        self.start.wrapping_add(place.wrapping_mul(self.step))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::Value;

    fn list(items: &[i64]) -> Value {
        Value::list(items.iter().copied().map(Value::from))
    }

    #[test]
    fn parts_of_lists() {
        check("size", values![list(&[1, 2, 3])], "3");
        check("size", values!["añb"], "3");
        check("size", values![true], "refused");
        check("head", values![list(&[1, 2])], "1");
        check("head", values![list(&[])], "null");
        check("last", values![list(&[1, 2])], "2");
        check("tail", values![list(&[1, 2, 3])], "[2, 3]");
        check("tail", values![list(&[])], "[]");
        check("tail", values![Value::Null], "null");
        check("reverse", values![list(&[1, 2])], "[2, 1]");
        check("reverse", values!["raksO"], "'Oskar'");
    }

    #[test]
    fn ranges() {
        check("range", values![-1, 1], "[-1, 0, 1]");
        check("range", values![0, -1], "[]");
        check("range", values![0, 0, -1], "[0]");
        check("range", values![10, -10, -3], "[10, 7, 4, 1, -2, -5, -8]");
        check("range", values![0, 1, -123], "[]");
        check(
            "range",
            values![1381, -3412, -1298],
            "[1381, 83, -1215, -2513]",
        );
        check(
            "range",
            values![i64::MAX - 1, i64::MAX],
            "[9223372036854775806, 9223372036854775807]",
        );
        check("range", values![2, 8, 0], "ArgumentError.NumberOutOfRange");
        check(
            "range",
            values![0, 1.0],
            "ArgumentError.InvalidArgumentType",
        );
        check(
            "range",
            values![true, 1, 1],
            "ArgumentError.InvalidArgumentType",
        );
        check(
            "range",
            values![i64::MIN, i64::MAX],
            "LimitError.ValueTooLarge",
        );
        check("range", values![0, Value::Null], "null");
    }
}

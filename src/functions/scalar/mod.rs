//! Functions of single values, one file a family.

mod claim;
mod conversion;
mod entity;
mod list;
mod math;
mod predicate;
mod random;
mod rounding;
mod search;
mod string;
mod temporal;
mod trigonometry;
mod value_type;

pub use list::IntRange;

use super::Function;
use super::error::FunctionError;
#[cfg(test)]
use crate::value::Type;
use crate::value::Value;

/// All functions.
pub(super) static TABLES: &[&[Function]] = &[
    predicate::FUNCTIONS,
    conversion::FUNCTIONS,
    value_type::FUNCTIONS,
    entity::FUNCTIONS,
    list::FUNCTIONS,
    string::FUNCTIONS,
    math::FUNCTIONS,
    trigonometry::FUNCTIONS,
    random::FUNCTIONS,
    search::FUNCTIONS,
    claim::FUNCTIONS,
    &temporal::INSTANTS[0],
    &temporal::INSTANTS[1],
    &temporal::INSTANTS[2],
    &temporal::INSTANTS[3],
    &temporal::INSTANTS[4],
    temporal::FUNCTIONS,
];

/// Limits of what one call may make.
const MAX_ITEMS: usize = crate::value::operators::MAX_ITEMS;
const MAX_BYTES: usize = crate::value::operators::MAX_BYTES;

/// Returns the argument at a place; null where it was left out.
fn at(arguments: &[Value], place: usize) -> &Value {
    arguments.get(place).unwrap_or(&Value::Null)
}

/// Returns a string argument.
fn text<'a>(
    function: &'static str,
    arguments: &'a [Value],
    place: usize,
) -> Result<&'a str, FunctionError> {
    let value = at(arguments, place);
    value
        .as_str()
        .ok_or_else(|| misfit(function, "STRING", value))
}

/// Returns an integer argument.
fn int(function: &'static str, arguments: &[Value], place: usize) -> Result<i64, FunctionError> {
    let value = at(arguments, place);
    value
        .as_int()
        .ok_or_else(|| misfit(function, "INTEGER", value))
}

/// Returns a number argument as a float.
fn number(function: &'static str, arguments: &[Value], place: usize) -> Result<f64, FunctionError> {
    let value = at(arguments, place);
    value
        .as_number()
        .ok_or_else(|| misfit(function, "INTEGER or FLOAT", value))
}

/// Returns a list argument.
fn items<'a>(
    function: &'static str,
    arguments: &'a [Value],
    place: usize,
) -> Result<&'a [Value], FunctionError> {
    let value = at(arguments, place);
    value
        .as_list()
        .ok_or_else(|| misfit(function, "LIST", value))
}

/// Returns a length argument, which must not be negative.
fn length(
    function: &'static str,
    arguments: &[Value],
    place: usize,
) -> Result<usize, FunctionError> {
    let found = int(function, arguments, place)?;
    if found < 0 {
        return Err(FunctionError::OutOfRange {
            what: "the length or position",
            found: found.to_string(),
            wanted: "0 or more",
        });
    }
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

fn misfit(function: &'static str, wanted: &'static str, found: &Value) -> FunctionError {
    FunctionError::Argument {
        function,
        wanted,
        found: found.type_of(),
    }
}

/// Returns how many there are, as the query language counts.
fn count(items: usize) -> Value {
    Value::Int(i64::try_from(items).unwrap_or(i64::MAX))
}

/// Whether the value may be where one of `types` is wanted; for tests of whole tables.
#[cfg(test)]
fn suits(value: &Value, types: &[Type]) -> bool {
    let found = value.type_of();
    types.is_empty()
        || found == Type::Null
        || types.iter().any(|&wanted| {
            found == wanted
                || (wanted == Type::Number && matches!(found, Type::Integer | Type::Float))
        })
}

#[cfg(test)]
pub(super) mod testing {
    //! A table of calls and their printed results.

    use super::super::{Clock, Context, Memory, function};
    use super::suits;
    use crate::store::Snapshot;
    use crate::value::literal::to_literal;
    use crate::value::{DateTime, Value, Zone};

    /// Calls a function without a graph at 2015-07-21T21:40:32Z and compares the printed result,
    /// or the code of the error. Values that the signature refuses are `refused`.
    pub(crate) fn check(name: &str, arguments: impl Into<Vec<Value>>, expected: &str) {
        let (graph, arguments) = (Snapshot::new(), arguments.into());
        let moment = DateTime::from_seconds(1_437_514_832, 0, Zone::UTC).unwrap();
        let clock = Clock {
            transaction: moment,
            statement: moment,
            zone: Zone::UTC,
        };
        let context = Context {
            graph: &graph,
            now: &clock,
            memory: Memory::UNLIMITED,
            watch: &crate::functions::Unwatched,
            formulas: &crate::functions::NoFormulas,
        };
        let function = function(name).unwrap();
        let signature = function.signature;
        assert!(arguments.len() >= signature.required, "{name}: too few");
        assert!(
            arguments.len() <= signature.arguments.len() || signature.variadic,
            "{name}: too many"
        );
        let refused = arguments
            .iter()
            .zip(signature.arguments)
            .any(|(value, argument)| !suits(value, argument.types));
        let found = match function.call(&context, &arguments) {
            _ if refused => "refused".to_owned(),
            Ok(value) => to_literal(&value),
            Err(error) => error.code().to_string(),
        };
        let shown: Vec<_> = arguments.iter().map(to_literal).collect();
        assert_eq!(found, expected, "{name}({})", shown.join(", "));
    }

    /// Makes values of anything that is one.
    macro_rules! values {
        ($($value:expr),* $(,)?) => {
            vec![$($crate::value::Value::from($value)),*]
        };
    }
    pub(crate) use values;
}

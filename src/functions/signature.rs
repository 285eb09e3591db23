//! What a function is: its name, signature, help line and body, side by side.

use std::fmt;

use super::Context;
use crate::error::Result;
use crate::value::{Type, Value};

/// One argument of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name, for help.
    pub name: &'static str,
    /// The types that it may have; empty for any. An expression that is known to have another type
    /// is refused before the query runs.
    pub types: &'static [Type],
}

/// What a function takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The arguments in order.
    pub arguments: &'static [Argument],
    /// How many of them must be given.
    pub required: usize,
    /// Whether the last may be given again and again.
    pub variadic: bool,
    /// The type of the result, where it is not null.
    pub result: Type,
}

/// The body of a function. Gets as many values as the signature allows.
pub type Body = fn(&Context<'_>, &[Value]) -> Result<Value>;

/// A function of single values.
#[derive(Clone, Copy)]
pub struct Function {
    /// The name in its documented spelling; look-ups ignore case.
    pub name: &'static str,
    /// What it is about, for help: `string`, `list` …
    pub category: &'static str,
    /// What it takes and gives.
    pub signature: Signature,
    /// One sentence, for help.
    pub help: &'static str,
    /// Whether null in any argument gives null; the body is then not called.
    pub null_in_null_out: bool,
    /// What it does.
    pub body: Body,
}

impl Function {
    /// Creates a function that gives null for null.
    pub(super) const fn new(
        name: &'static str,
        category: &'static str,
        signature: Signature,
        help: &'static str,
        body: Body,
    ) -> Self {
        Self {
            name,
            category,
            signature,
            help,
            null_in_null_out: true,
            body,
        }
    }

    /// Lets the body see nulls.
    pub(super) const fn with_nulls(mut self) -> Self {
        self.null_in_null_out = false;
        self
    }

    /// Calls the function.
    ///
    /// # Errors
    /// If an argument has a type or value that the function can't use.
    pub fn call(&self, context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
        if self.null_in_null_out && arguments.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
        (self.body)(context, arguments)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Signature {
    /// A signature in which all arguments must be given.
    pub(super) const fn of(arguments: &'static [Argument], result: Type) -> Self {
        Self {
            arguments,
            required: arguments.len(),
            variadic: false,
            result,
        }
    }

    /// Makes the arguments after the first `required` optional.
    pub(super) const fn required(mut self, required: usize) -> Self {
        self.required = required;
        self
    }

    /// Lets the last argument be given again and again.
    pub(super) const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// Returns the signature as help shows it: `left(text :: STRING, length :: INTEGER) :: STRING`.
    #[must_use]
    pub fn describe(&self, name: &str) -> String {
        let arguments = self.arguments.iter().enumerate().map(|(place, argument)| {
            let types = match argument.types {
                [] => Type::Any.to_string(),
                types => types
                    .iter()
                    .map(Type::to_string)
                    .collect::<Vec<_>>()
                    .join(" | "),
            };
            let text = format!("{} :: {types}", argument.name);
            if place < self.required {
                text
            } else {
                format!("[{text}]")
            }
        });
        let mut arguments: Vec<_> = arguments.collect();
        if self.variadic {
            arguments.push("…".to_owned());
        }
        format!("{name}({}) :: {}", arguments.join(", "), self.result)
    }
}

/// An argument of any type.
pub(super) const fn any(name: &'static str) -> Argument {
    Argument { name, types: &[] }
}

/// An argument of the given types.
pub(super) const fn argument(name: &'static str, types: &'static [Type]) -> Argument {
    Argument { name, types }
}

pub(super) const INTEGER: &[Type] = &[Type::Integer];
pub(super) const NUMBER: &[Type] = &[Type::Number];
pub(super) const STRING: &[Type] = &[Type::String];
pub(super) const LIST: &[Type] = &[Type::List];
pub(super) const NODE: &[Type] = &[Type::Node];
pub(super) const RELATIONSHIP: &[Type] = &[Type::Relationship];
pub(super) const PATH: &[Type] = &[Type::Path];

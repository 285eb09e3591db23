//! Expressions that callers of a procedure write as text.

use std::fmt;

use crate::error::{Code, Error, ErrorType, Result};
use crate::store::Snapshot;
use crate::value::Value;

/// Compiles expressions. Functions know no syntax; whoever runs the statement brings it along.
pub trait Formulas: fmt::Debug + Send + Sync {
    /// Compiles an expression over one variable, to be evaluated on this version of the graph.
    ///
    /// # Errors
    /// If the text is no such expression; the error has no place.
    fn compile(&self, text: &str, variable: &str, graph: &Snapshot) -> Result<Box<dyn Formula>>;
}

/// An expression over one variable.
pub trait Formula {
    /// Evaluates it where the variable has this value.
    ///
    /// # Errors
    /// What goes wrong in the expression.
    fn value(&mut self, variable: Value) -> Result<Value>;
}

/// Knows no language.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFormulas;

impl Formulas for NoFormulas {
    fn compile(&self, _text: &str, _variable: &str, _graph: &Snapshot) -> Result<Box<dyn Formula>> {
        let code = Code::runtime(ErrorType::ArgumentError, "InvalidArgumentValue");
        Err(Error::new(code, "expressions as text are not known here"))
    }
}

//! Codes: class, phase and detail, in the words of the openCypher TCK.

use std::fmt;

/// What kind of error it is; the names are those of the openCypher TCK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// The statement contains invalid or unsupported syntax.
    SyntaxError,
    /// The statement is well formed but asks for something that the database cannot do.
    SemanticError,
    /// The statement refers to a parameter that was not given.
    ParameterMissing,
    /// A constraint imposed by the statement is violated by the data.
    ConstraintVerificationFailed,
    /// A constraint imposed by the database was violated.
    ConstraintValidationFailed,
    /// The statement refers to an entity that does not exist (any more).
    EntityNotFound,
    /// The statement refers to a procedure that does not exist, or uses it wrongly.
    ProcedureError,
    /// An operation got values of types that it does not support.
    TypeError,
    /// An operation got an argument that it cannot use.
    ArgumentError,
    /// Invalid arithmetic, such as dividing by zero.
    ArithmeticError,
    /// A stated limit was reached, time ran out, or the user interrupted.
    LimitError,
    /// A data set, file or store could not be read or written.
    DataError,
    /// No error: something that looks like a mistake.
    Warning,
}

/// When the error was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before the query ran: the text alone shows it.
    CompileTime,
    /// While the query ran: the data show it.
    Runtime,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CompileTime => "compile time",
            Self::Runtime => "runtime",
        })
    }
}

/// An error's code. Codes never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// The class.
    pub error_type: ErrorType,
    /// When it was found.
    pub phase: Phase,
    /// The detail, in the TCK's words where it has one (`UndefinedVariable`).
    pub detail: &'static str,
}

impl Code {
    /// A code for an error that the text alone shows.
    #[must_use]
    pub const fn compile_time(error_type: ErrorType, detail: &'static str) -> Self {
        Self {
            error_type,
            phase: Phase::CompileTime,
            detail,
        }
    }

    /// A code for an error that shows while a query runs.
    #[must_use]
    pub const fn runtime(error_type: ErrorType, detail: &'static str) -> Self {
        Self {
            error_type,
            phase: Phase::Runtime,
            detail,
        }
    }

    /// A `SyntaxError` at compile time, the most frequent code.
    #[must_use]
    pub const fn syntax(detail: &'static str) -> Self {
        Self::compile_time(ErrorType::SyntaxError, detail)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.{}", self.error_type, self.detail)
    }
}

//! Room 0: the one public error type, its codes and where in the text it points.
//!
//! Every room that can fail has its own enum with data, and turns it into an [`Error`] at its
//! boundary. An [`Error`] answers [`code`](Error::code), [`phase`](Error::phase),
//! [`span`](Error::span) and [`hints`](Error::hints); [`render()`] draws it
//! with the source excerpt.
//!
//! **Invariant:** this room knows no other room and no terminal.

mod code;
pub(crate) mod nearest;
mod render;
mod span;

use std::fmt;

pub use code::{Code, ErrorType, Phase};
pub use render::{Origin, render, render_from};
pub use span::Span;

/// The result of anything in polity that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
///
/// Small and cheap to move: one pointer.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    code: Code,
    message: String,
    label: Option<String>,
    span: Option<Span>,
    hints: Vec<String>,
}

impl Error {
    /// Creates an error with a code and one sentence: lower case, no full stop, the user's names
    /// in backticks.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            label: None,
            span: None,
            hints: Vec::new(),
        }))
    }

    /// Says which bytes of the query text are meant. An inner span, once set, is kept.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// Adds the words that stand beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = Some(label.into());
        self
    }

    /// Adds a hint: what the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Returns the code: type, phase and detail in the words of the openCypher TCK.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns whether the error was found before the query ran or while it ran.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.code.phase
    }

    /// Returns the bytes of the query text that are meant, where known.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// Returns the words that stand beside the caret.
    #[must_use]
    pub fn caret_label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Returns what the user can do, best first.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// Returns the sentence without code, place and hints.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} at {:?}, hints {:?}", self.0.span, self.0.hints)
    }
}

impl std::error::Error for Error {}

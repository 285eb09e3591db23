//! What is wrong with a file, where, and what to do about it.

use std::fmt;

use crate::error::{Code, Error, ErrorType};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The graph cannot be loaded.
    Error,
    /// The graph loads, but somebody should look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A place in a file; both counted from one, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// One finding about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file, as the user would name it.
    pub file: String,
    /// Where in the file; `None` if the whole file or folder is meant.
    pub position: Option<Position>,
    /// One sentence: lower case, no full stop, the user's names in backticks.
    pub message: String,
    /// What the user can do, if there is something to say.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error about a file as a whole.
    #[must_use]
    pub fn error(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.into(),
            position: None,
            message: message.into(),
            hint: None,
        }
    }

    /// Says which line and column are meant.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some(Position { line, column });
        self
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `graph-data/x/nodes/a.toml:12:5: error: …`, and `hint: …` on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}: {}", self.severity, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// All findings of one run, sorted by file and line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<Diagnostic>);

impl Report {
    /// Sorts the findings by file, line and column.
    #[must_use]
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by(|a, b| {
            (&a.file, a.position, a.severity, &a.message)
                .cmp(&(&b.file, b.position, b.severity, &b.message))
        });
        diagnostics.dedup();
        Self(diagnostics)
    }

    /// Returns the findings in order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }

    /// Returns how many findings of that severity there are.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    /// Returns whether something keeps the graph from loading.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

impl fmt::Display for Report {
    /// One finding after the other, each on a line (and one for its hint).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|d| writeln!(f, "{d}"))
    }
}

impl std::error::Error for Report {}

impl From<Report> for Error {
    /// The first error stands for all; how many there are is said in a hint.
    fn from(report: Report) -> Self {
        let code = Code::runtime(ErrorType::DataError, "InvalidDataSet");
        let errors = report.count(Severity::Error);
        let first = report
            .0
            .into_iter()
            .find(|d| d.severity == Severity::Error)
            .unwrap_or_else(|| Diagnostic::error("data set", "cannot be loaded"));
        let hint = first.hint.clone();
        let place = Diagnostic {
            hint: None,
            ..first
        }
        .to_string();
        let mut error = Self::new(code, place);
        if let Some(hint) = hint {
            error = error.hint(hint);
        }
        match errors {
            0 | 1 => error,
            n => error.hint(format!("{n} errors in all; `polity check` lists them")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_a_compilers_finding() {
        let finding = Diagnostic::error("g/nodes/a.toml", "unknown key `nmae`")
            .at(12, 5)
            .hint("did you mean `name`?");
        assert_eq!(
            finding.to_string(),
            "g/nodes/a.toml:12:5: error: unknown key `nmae`\n  hint: did you mean `name`?"
        );
    }

    #[test]
    fn sorts_by_file_and_line_as_numbers() {
        let at = |file: &str, line| Diagnostic::error(file, "m").at(line, 1);
        let report = Report::new(vec![at("b", 2), at("a", 10), at("a", 9)]);
        let order: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|d| (d.file.as_str(), d.position.map(|p| p.line)))
            .collect();
        assert_eq!(order, [("a", Some(9)), ("a", Some(10)), ("b", Some(2))]);
    }
}

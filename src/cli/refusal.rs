//! Why a call ends before anything is answered.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{FAILED, WRONG_USE};
use crate::error::Error;
use crate::formats::diagnostic::{Diagnostic, Report, Severity};
use crate::formats::nearest::nearest;

/// How many findings are shown; `polity check` shows all.
const FINDINGS: usize = 20;
/// The words that are commands and no graphs.
const COMMANDS: [&str; 5] = ["check", "diff", "export", "import", "log"];

/// Why a call ends before anything is answered.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such file or folder.
    Missing {
        /// What the call named.
        path: PathBuf,
        /// A name that is nearly the same.
        near: Option<String>,
    },
    /// The call makes no sense.
    Usage(String),
    /// The graph has mistakes.
    Faulty(Report),
    /// A store cannot be opened or written.
    Store(Error),
}

impl Refusal {
    /// The refusal of a path that does not exist.
    pub(super) fn missing(path: &Path) -> Self {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let entries = std::fs::read_dir(parent.unwrap_or(Path::new(".")));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| !name.starts_with('.'))
            .collect();
        if parent.is_none() {
            names.extend(COMMANDS.map(str::to_owned));
        }
        names.sort();
        let wanted = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let near = nearest(wanted, names.iter().map(String::as_str));
        Self::Missing {
            path: path.to_path_buf(),
            near: near.map(|name| path.with_file_name(name).display().to_string()),
        }
    }

    /// A refusal for one finding.
    pub(super) fn finding(finding: Diagnostic) -> Self {
        Self::Faulty(Report::new(vec![finding]))
    }

    /// Returns the exit status.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Missing { .. } | Self::Usage(_) => WRONG_USE,
            Self::Faulty(_) | Self::Store(_) => FAILED,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path, near } => {
                write!(f, "error: `{}` does not exist", path.display())?;
                match near {
                    Some(near) => write!(f, "\n  hint: did you mean `{near}`?"),
                    None => Ok(()),
                }
            }
            Self::Usage(reason) => write!(f, "error: {reason}"),
            Self::Store(error) => {
                write!(f, "error[{}]: {}", error.code(), error.message())?;
                error
                    .hints()
                    .iter()
                    .try_for_each(|hint| write!(f, "\n  hint: {hint}"))
            }
            Self::Faulty(report) => {
                let findings = report.diagnostics();
                for (place, finding) in findings.iter().take(FINDINGS).enumerate() {
                    let separator = if place == 0 { "" } else { "\n" };
                    write!(f, "{separator}{finding}")?;
                }
                match findings.len().saturating_sub(FINDINGS) {
                    0 => Ok(()),
                    more => write!(f, "\n{more} more; `polity check` shows them all"),
                }
            }
        }
    }
}

/// `1 error`, `3 errors and 1 warning`.
pub(super) fn tally(report: &Report) -> String {
    let count = |severity| match report.count(severity) {
        1 => format!("1 {severity}"),
        many => format!("{many} {severity}s"),
    };
    match report.count(Severity::Warning) {
        0 => count(Severity::Error),
        _ => format!(
            "{} and {}",
            count(Severity::Error),
            count(Severity::Warning)
        ),
    }
}

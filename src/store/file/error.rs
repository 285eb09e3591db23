//! What can go wrong with a store file.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::error::{Code, Error, ErrorType};

/// An error of the store file, as data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(in crate::store) enum FileError {
    /// What the file holds is not what was written.
    #[error("the store `{}` is damaged: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    /// The file is no store.
    #[error("`{}` is no store: {why}", path.display())]
    NotStore { path: PathBuf, why: &'static str },
    /// A later version of this program wrote it.
    #[error(
        "the store `{}` has format {version}; this program reads up to {latest}",
        path.display()
    )]
    Newer {
        path: PathBuf,
        version: u32,
        latest: u32,
    },
    /// Another program has it open.
    #[error("the store `{}` is in use{}", path.display(), by(*.pid))]
    InUse { path: PathBuf, pid: Option<u32> },
    /// There is a file already.
    #[error("`{}` exists already", path.display())]
    Exists { path: PathBuf },
    /// There is no such file, or no such folder.
    #[error("{what} `{}` does not exist", path.display())]
    Missing { path: PathBuf, what: &'static str },
    /// The file was removed while it was open.
    #[error("the store `{}` was removed while it was open", path.display())]
    Removed { path: PathBuf },
    /// The file cannot be read or written.
    #[error("the store `{}` cannot be {doing}: {reason}", path.display())]
    Disk {
        path: PathBuf,
        doing: &'static str,
        reason: String,
        kind: io::ErrorKind,
    },
    /// The store was opened for reading.
    #[error("the store `{}` was opened for reading only", path.display())]
    ReadOnly { path: PathBuf },
    /// An earlier error closed the store for writing.
    #[error("the store `{}` cannot be read or written since an earlier error", path.display())]
    Closed { path: PathBuf },
    /// A transaction holds more than fits into one record.
    #[error("the transaction has {bytes} bytes of changes; the limit is {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// There is no such commit in the history.
    #[error("there is no commit {number}; the history holds {first} to {last}")]
    NoCommit { number: u64, first: u64, last: u64 },
    /// The graph lives in memory alone.
    #[error("a graph in memory has no history")]
    NoHistory,
}

fn by(pid: Option<u32>) -> String {
    pid.map_or_else(
        || " by another program".to_owned(),
        |pid| format!(" by process {pid}"),
    )
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        let told = Self::new(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}

impl FileError {
    /// Says of a file that is made what was said of its draft.
    pub(super) fn of_new(self, path: &Path) -> Self {
        let path = path.to_path_buf();
        match self {
            Self::Disk { reason, kind, .. } => Self::Disk {
                path,
                doing: "created",
                reason,
                kind,
            },
            Self::Closed { .. } => Self::Closed { path },
            Self::Damaged { what, .. } => Self::Damaged { path, what },
            other => other,
        }
    }

    fn code(&self) -> Code {
        use ErrorType::{DataError, LimitError, SemanticError};
        let (kind, detail) = match self {
            Self::Damaged { .. } => (DataError, "StoreDamaged"),
            Self::NotStore { .. } => (DataError, "NotAStore"),
            Self::Newer { .. } => (DataError, "NewerFormat"),
            Self::InUse { .. } => (DataError, "StoreInUse"),
            Self::Exists { .. } => (DataError, "StoreExists"),
            Self::Missing { .. } | Self::Removed { .. } => (DataError, "StoreMissing"),
            Self::Disk { .. } => (DataError, "StoreUnavailable"),
            Self::ReadOnly { .. } => (SemanticError, "ReadOnly"),
            Self::Closed { .. } => (DataError, "StoreClosed"),
            Self::TooLarge { .. } => (LimitError, "TransactionTooLarge"),
            Self::NoCommit { .. } => (SemanticError, "CommitNotFound"),
            Self::NoHistory => (SemanticError, "NoHistory"),
        };
        Code::runtime(kind, detail)
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Damaged { .. } => {
                "nothing was changed; a copy from before the damage is the way back"
            }
            Self::Newer { .. } => "a newer version of polity reads it",
            Self::InUse { .. } => "one program at a time opens a store; close the other one first",
            Self::Exists { .. } => "choose another name, or remove the file first",
            Self::Disk { doing, kind, .. } => disk_hint(doing, *kind),
            Self::Removed { .. } => {
                "nothing of the transaction is in the graph; `:save FILE` writes the graph to a new store"
            }
            Self::Closed { .. } => {
                "queries go on; for changes and the history, close the store and open it again"
            }
            Self::TooLarge { .. } => "commit in smaller parts",
            Self::NoCommit { .. } => "`:log` lists the commits",
            Self::NoHistory => "`:save FILE` writes it to a store, which keeps its history",
            Self::NotStore { .. } | Self::Missing { .. } | Self::ReadOnly { .. } => return None,
        })
    }
}

/// What is done to a file that is opened for reading.
pub(super) const READING: &str = "opened for reading";

fn disk_hint(doing: &str, kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match (doing, kind) {
        ("created", StorageFull | QuotaExceeded) => "there is no new file; free some space first",
        ("created", PermissionDenied | ReadOnlyFilesystem) => "choose a folder that can be written",
        (READING, PermissionDenied) => "who owns it can allow it",
        ("created", _) => "there is no new file; another folder may take it",
        (_, StorageFull | QuotaExceeded) => {
            "nothing of the transaction is in the graph; free some space and open it again"
        }
        (_, PermissionDenied | ReadOnlyFilesystem) => {
            "`--read-only` opens a store that cannot be written"
        }
        _ => {
            "what was acknowledged is in the file; open it again when the disk can be read and written"
        }
    }
}

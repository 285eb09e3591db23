//! Between this room and redb: panics become errors, and so do redb's errors.

use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

use super::error::FileError;

thread_local! {
    /// How many guards are around what runs on this thread.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
}

/// Runs something that calls redb. What redb panics at is a damaged file; nobody sees the panic.
pub(super) fn guard<T>(
    path: &Path,
    run: impl FnOnce() -> Result<T, redb::Error>,
) -> Result<T, FileError> {
    silence_guarded_panics();
    GUARDS.set(GUARDS.get() + 1);
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    GUARDS.set(GUARDS.get() - 1);
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translate(path, error)),
        Err(_) => Err(damaged(path, "its pages do not fit together")),
    }
}

pub(super) fn damaged(path: &Path, what: impl Into<String>) -> FileError {
    FileError::Damaged {
        path: path.to_path_buf(),
        what: what.into(),
    }
}

pub(super) fn disk(path: &Path, doing: &'static str, error: &io::Error) -> FileError {
    FileError::Disk {
        path: path.to_path_buf(),
        doing,
        reason: error.to_string(),
        kind: error.kind(),
    }
}

/// Keeps panics inside of guards from being printed; the only state that all stores of a process
/// share. Other panics are told as before.
fn silence_guarded_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if GUARDS.try_with(Cell::get).unwrap_or(0) == 0 {
                before(info);
            }
        }));
    });
}

fn translate(path: &Path, error: redb::Error) -> FileError {
    match error {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => FileError::InUse {
            path: path.to_path_buf(),
            pid: super::lock::holder(path),
        },
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            damaged(path, "it is shorter than it was")
        }
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            damaged(path, "its head makes no sense")
        }
        redb::Error::Io(error) => disk(path, "read or written", &error),
        redb::Error::PreviousIo | redb::Error::DatabaseClosed => FileError::Closed {
            path: path.to_path_buf(),
        },
        redb::Error::ValueTooLarge(bytes) => FileError::TooLarge {
            bytes,
            limit: super::frame::LONGEST,
        },
        redb::Error::UpgradeRequired(_) => FileError::NotStore {
            path: path.to_path_buf(),
            why: "its pages have an unknown version",
        },
        redb::Error::TableDoesNotExist(_)
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TableIsNotMultimap(_) => damaged(path, "a table is missing"),
        other => damaged(path, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_damage() {
        let path = Path::new("x.polity");
        let outcome = guard(path, || -> Result<(), redb::Error> {
            panic!("as redb may")
        });
        assert!(matches!(outcome, Err(FileError::Damaged { .. })));
        assert_eq!(guard(path, || Ok(7)), Ok(7));
    }
}

//! The current version, and whose turn it is to make the next one.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::file::{self, Checked, Commit, FileError, FileOptions, Journal, KeepHistory};
use super::recorder::{Recorded, Recorder};
use super::snapshot::Snapshot;
use super::transaction::Transaction;
use crate::error::Result;

/// A graph that is read and written. Readers take a version and never wait; there is one writer at
/// a time. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What readers see.
    current: Arc<ArcSwap<Snapshot>>,
    /// The file behind it, if there is one.
    journal: Option<Journal>,
    /// Whether a writer is at work.
    busy: Mutex<bool>,
    free: Condvar,
}

/// The writer's turn; dropping it ends the turn.
#[derive(Debug)]
pub(super) struct Turn(Store);

impl Store {
    /// Creates a store whose first version is this one.
    #[must_use]
    pub fn new(first: Snapshot) -> Self {
        Self::with(Arc::new(ArcSwap::from_pointee(first)), None)
    }

    /// Opens a store file. What is committed from now on is in the file when it is acknowledged.
    ///
    /// # Errors
    /// If there is no such file, it is no store, it is damaged, or another program has it open.
    pub fn open(path: &Path, options: FileOptions) -> Result<Self> {
        let (current, journal) = file::open(path, options)?;
        Ok(Self::with(current, Some(journal)))
    }

    /// Makes a store file that holds a graph, as one commit with a message.
    ///
    /// # Errors
    /// If there is a file already, or it cannot be written. There is no new file then.
    pub fn save(
        path: &Path,
        graph: &Snapshot,
        message: Option<Arc<str>>,
        keep: KeepHistory,
    ) -> Result<()> {
        Ok(file::save(path, graph, message, keep)?)
    }

    /// Removes what [`Store::save`] has written of a file that is not whole yet.
    pub fn remove_drafts(path: &Path) {
        file::remove_drafts(path);
    }

    /// Verifies a store file whole, and leaves it as it is.
    ///
    /// # Errors
    /// If anything in it is not as it was written, or another program changes it.
    pub fn check(path: &Path) -> Result<Checked> {
        Ok(file::check(path)?)
    }

    /// Puts together what readers see and the file behind it.
    pub(super) fn with(current: Arc<ArcSwap<Snapshot>>, journal: Option<Journal>) -> Self {
        Self(Arc::new(Inner {
            current,
            journal,
            busy: Mutex::new(false),
            free: Condvar::new(),
        }))
    }

    /// Returns whether the graph is in a file too.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.0.journal.is_some()
    }

    /// Returns whether nothing can be written, and why: the file was opened for reading, or could
    /// not be written.
    ///
    /// # Errors
    /// That is the error.
    pub fn check_writable(&self) -> Result<()> {
        let failure = self.0.journal.as_ref().and_then(Journal::failure);
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Returns whether the file was opened for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.0.journal.as_ref().is_some_and(Journal::is_read_only)
    }

    /// Writes what the log holds into the chunks of the file; that happens by itself when it is
    /// worth it. Without a file nothing happens.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn checkpoint(&self) -> Result<()> {
        match &self.0.journal {
            Some(journal) => Ok(journal.checkpoint()?),
            None => Ok(()),
        }
    }

    /// Waits until all that was committed is on disk.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn sync(&self) -> Result<()> {
        match &self.0.journal {
            Some(journal) => Ok(journal.sync()?),
            None => Ok(()),
        }
    }

    /// Returns the commits that the history holds, the oldest first.
    ///
    /// # Errors
    /// If the graph is in no file, or the file is damaged.
    pub fn commits(&self) -> Result<Vec<Commit>> {
        Ok(self.journal()?.commits()?)
    }

    /// Returns the graph as it was after a commit; as it was before the first one for zero. Cost:
    /// that of undoing the commits since.
    ///
    /// # Errors
    /// If there is no such commit in the history, the graph is in no file, or the file is damaged.
    pub fn at(&self, commit: u64) -> Result<Arc<Snapshot>> {
        Ok(self.journal()?.at(commit)?)
    }

    fn journal(&self) -> Result<&Journal> {
        let journal = self.0.journal.as_ref();
        journal.ok_or_else(|| FileError::NoHistory.into())
    }

    /// Returns what the next writer begins with; readers may not see it yet.
    fn head(&self) -> Arc<Snapshot> {
        match &self.0.journal {
            Some(journal) => journal.head(),
            None => self.snapshot(),
        }
    }

    /// Returns the current version.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.current.load_full()
    }

    /// Begins a transaction; waits until no other one is at work.
    #[must_use]
    pub fn begin(&self) -> Transaction {
        let busy = self.0.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.free.wait_while(busy, |busy| *busy);
        *waited.unwrap_or_else(PoisonError::into_inner) = true;
        Transaction::new(Turn(self.clone()), &self.head())
    }

    /// Begins a transaction if the writer's turn comes within the time.
    #[must_use]
    pub fn begin_within(&self, patience: Duration) -> Option<Transaction> {
        let end = Instant::now().checked_add(patience);
        let Some(end) = end else {
            return Some(self.begin());
        };
        let mut busy = self.0.busy.lock().unwrap_or_else(PoisonError::into_inner);
        while *busy {
            let rest = end.checked_duration_since(Instant::now())?;
            let waited = self.0.free.wait_timeout(busy, rest);
            busy = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *busy = true;
        drop(busy);
        Some(Transaction::new(Turn(self.clone()), &self.head()))
    }
}

impl Turn {
    /// Returns where a transaction that begins with this version records its changes.
    pub(super) fn recorder(&self, begun: &Snapshot) -> Option<Recorder> {
        let journal = self.0.0.journal.as_ref()?;
        Some(Recorder::new(begun, journal.keeps_history()))
    }

    /// Makes a version the current one, once its changes are on disk, and ends the turn.
    pub(super) fn publish(
        self,
        version: Arc<Snapshot>,
        recorded: Option<Recorded>,
        message: Option<Arc<str>>,
    ) -> Result<Arc<Snapshot>> {
        let store = self.0.clone();
        match (&store.0.journal, recorded) {
            (Some(journal), Some(recorded)) => {
                journal.enqueue(Arc::clone(&version), &recorded, message)?;
                // The next writer works while this one waits for the disk.
                drop(self);
                journal.settle(&version)?;
            }
            _ => store.0.current.store(Arc::clone(&version)),
        }
        Ok(version)
    }

    /// Ends the turn without a change. What was read may be of a commit that is not on disk yet: an
    /// answer that rests on it waits until it is.
    pub(super) fn leave(self) -> Result<Arc<Snapshot>> {
        let (store, head) = (self.0.clone(), self.0.head());
        drop(self);
        if let Some(journal) = &store.0.journal {
            journal.settle(&head)?;
        }
        Ok(head)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.0.busy.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.0.free.notify_one();
    }
}

//! The current version, and whose turn it is to make the next one.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::snapshot::Snapshot;
use super::transaction::Transaction;

/// A graph that is read and written. Readers take a version and never wait; there is one writer at
/// a time. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    current: ArcSwap<Snapshot>,
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
        Self(Arc::new(Inner {
            current: ArcSwap::from_pointee(first),
            busy: Mutex::new(false),
            free: Condvar::new(),
        }))
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
        Transaction::new(Turn(self.clone()), &self.snapshot())
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
        Some(Transaction::new(Turn(self.clone()), &self.snapshot()))
    }
}

impl Turn {
    /// Makes a version the current one.
    pub(super) fn publish(&self, version: Arc<Snapshot>) {
        self.0.0.current.store(version);
    }

    /// Returns the current version.
    pub(super) fn current(&self) -> Arc<Snapshot> {
        self.0.snapshot()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.0.busy.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.0.free.notify_one();
    }
}

//! Commits on their way to the disk: the queue, who writes it, and the thread that tidies up.
//!
//! A writer puts its record into the queue while it has the writer's turn, gives the turn up and
//! waits. The first that waits writes all that is in the queue, with one sync; what comes meanwhile
//! waits for the next round. So commits that wait together share a sync, and a writer works while
//! another one's changes are being written.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::checkpoint::Checkpoint;
#[cfg(test)]
use super::engine::Records;
use super::engine::{Access, Batch, Engine, frame_record};
use super::error::FileError;
use super::options::{Durability, KeepHistory};
use super::record::{Commit, log_record};
use crate::store::recorder::Recorded;
use crate::store::snapshot::Snapshot;

/// How long a relaxed commit may wait for the disk.
const RELAXED: Duration = Duration::from_millis(100);
/// A log of so many records is worth a checkpoint.
const LONG_LOG: u64 = 1 << 16;
/// A log of so many bytes is worth a checkpoint.
const LARGE_LOG: u64 = 16 << 20;
/// When a store is closed, a checkpoint is worth it sooner: it makes the next opening fast.
const CLOSING: u64 = 64;

/// The file behind a store. Dropping it writes what is left and closes the file.
#[derive(Debug)]
pub(in crate::store) struct Journal {
    shared: Arc<Shared>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) engine: Engine,
    pub(super) access: Access,
    durability: Durability,
    pub(super) keep: KeepHistory,
    /// What readers see.
    current: Arc<ArcSwap<Snapshot>>,
    queue: Mutex<Queue>,
    /// Rung when a round was written.
    written: Condvar,
    /// Rung when there is something for the worker.
    work: Condvar,
    /// Held while one is written.
    checkpoint: Mutex<Checkpoint>,
    /// The oldest state that the history leads back to.
    pub(super) oldest: AtomicU64,
}

#[derive(Debug)]
struct Queue {
    /// What the next writer begins with.
    head: Arc<Snapshot>,
    /// The last version that is on disk.
    durable: Arc<Snapshot>,
    pending: Vec<Pending>,
    /// Whether somebody writes a round.
    writing: bool,
    /// When the last commit was made.
    millis: i64,
    /// What is in the log.
    log: LogSize,
    /// The number that is marked in the file.
    mark: u64,
    /// The error that ended all writing.
    failed: Option<FileError>,
    closing: bool,
}

/// A commit that is not on disk yet.
#[derive(Debug)]
struct Pending {
    version: Arc<Snapshot>,
    /// Its record, in its frame.
    framed: Vec<u8>,
}

/// How much is in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LogSize {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl LogSize {
    fn is_large(self, share: u64) -> bool {
        self.records >= LONG_LOG / share || self.bytes >= LARGE_LOG / share
    }
}

/// Whether a checkpoint was written when the file was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tidied {
    Yes,
    No,
}

/// What a file held when it was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) graph: Arc<Snapshot>,
    pub(super) checkpoint: Checkpoint,
    pub(super) millis: i64,
    pub(super) log: LogSize,
    pub(super) mark: u64,
}

/// How a journal behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) access: Access,
    pub(super) durability: Durability,
    pub(super) keep: KeepHistory,
}

impl Journal {
    /// Begins with a file that was opened; `current` is what readers see.
    pub(super) fn new(opened: Opened, manner: Manner, current: Arc<ArcSwap<Snapshot>>) -> Self {
        let queue = Queue {
            head: Arc::clone(&opened.graph),
            durable: opened.graph,
            pending: Vec::new(),
            writing: false,
            millis: opened.millis,
            log: opened.log,
            mark: opened.mark,
            failed: None,
            closing: false,
        };
        let shared = Arc::new(Shared {
            engine: opened.engine,
            access: manner.access,
            durability: manner.durability,
            keep: manner.keep,
            current,
            queue: Mutex::new(queue),
            written: Condvar::new(),
            work: Condvar::new(),
            oldest: AtomicU64::new(opened.checkpoint.oldest),
            checkpoint: Mutex::new(opened.checkpoint),
        });
        let worker = (manner.access == Access::Write).then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work())
        });
        Self {
            shared,
            worker: Mutex::new(worker),
        }
    }

    /// Returns the version that the next writer begins with.
    pub(in crate::store) fn head(&self) -> Arc<Snapshot> {
        Arc::clone(&self.shared.queue().head)
    }

    /// Whether transactions record how they are undone.
    pub(in crate::store) fn keeps_history(&self) -> bool {
        self.shared.keep.records()
    }

    pub(in crate::store) fn is_read_only(&self) -> bool {
        self.shared.access == Access::Read
    }

    /// Returns why nothing can be written any more, if that is so.
    pub(in crate::store) fn failure(&self) -> Option<FileError> {
        self.shared.queue().failed.clone()
    }

    /// Takes a commit in; the caller has the writer's turn, and gives it up before it waits.
    pub(in crate::store) fn enqueue(
        &self,
        version: Arc<Snapshot>,
        recorded: &Recorded,
        message: Option<Arc<str>>,
    ) -> Result<(), FileError> {
        let shared = &self.shared;
        if shared.access == Access::Read {
            let path = shared.engine.path().to_path_buf();
            return Err(FileError::ReadOnly { path });
        }
        let before = shared.queue().millis;
        let commit = Commit::now(version.version, before, message, recorded.tally);
        let record = log_record(&commit, recorded);
        if record.len() > super::frame::LONGEST {
            return Err(FileError::TooLarge {
                bytes: record.len(),
                limit: super::frame::LONGEST,
            });
        }
        // It is packed here, by its own writer, and not by whoever writes the round.
        let framed = frame_record(version.version, &record);
        let mut queue = shared.queue();
        if let Some(error) = &queue.failed {
            return Err(error.clone());
        }
        queue.millis = commit.millis;
        queue.head = Arc::clone(&version);
        queue.pending.push(Pending { version, framed });
        Ok(())
    }

    /// Waits until the commit with this number is as durable as was asked for.
    pub(in crate::store) fn settle(&self, version: &Arc<Snapshot>) -> Result<(), FileError> {
        match self.shared.durability {
            Durability::Full => self.shared.write_up_to(version.version),
            Durability::Relaxed => {
                let queue = self.shared.queue();
                if let Some(error) = &queue.failed
                    && queue.durable.version < version.version
                {
                    return Err(error.clone());
                }
                if version.version > self.shared.current.load().version {
                    self.shared.current.store(Arc::clone(version));
                }
                drop(queue);
                self.shared.work.notify_one();
                Ok(())
            }
        }
    }

    /// Writes a checkpoint now.
    pub(in crate::store) fn checkpoint(&self) -> Result<(), FileError> {
        self.shared.write_all()?;
        self.shared.write_checkpoint()
    }

    /// Waits until all that was committed is on disk.
    pub(in crate::store) fn sync(&self) -> Result<(), FileError> {
        self.shared.write_all()?;
        match self.failure() {
            // Who was acknowledged before it was written has not been told yet.
            Some(error) if self.shared.durability == Durability::Relaxed => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns the commits that the history knows, the oldest first.
    pub(in crate::store) fn commits(&self) -> Result<Vec<Commit>, FileError> {
        if self.shared.durability == Durability::Relaxed {
            self.shared.write_all()?;
        }
        self.shared.commits()
    }

    /// Returns the records of the history, and those of the log.
    #[cfg(test)]
    pub(super) fn past(&self) -> Result<(Records, Records), FileError> {
        self.shared.engine.past(0)
    }

    /// Returns the graph as it was after a commit; before the first one for zero.
    pub(in crate::store) fn at(&self, number: u64) -> Result<Arc<Snapshot>, FileError> {
        let durable = || Arc::clone(&self.shared.queue().durable);
        let mut now = durable();
        if number > now.version {
            self.shared.write_all()?;
            now = durable();
        }
        self.shared.at(number, &now)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let shared = &self.shared;
        shared.queue().closing = true;
        shared.work.notify_all();
        let worker = self
            .worker
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(worker) = worker.take() {
            // A worker that panicked has written nothing wrong; what is left is written here.
            drop(worker.join());
        }
        if shared.access == Access::Write {
            // What cannot be written now was not acknowledged, or is in the log.
            let finished = shared.finish();
            if let (Ok(Tidied::Yes), Some(shared)) = (finished, Arc::get_mut(&mut self.shared)) {
                // All is there, also if the file cannot be made smaller.
                drop(shared.engine.give_back());
            }
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes rounds, or waits for those of others, until the commit with this number is on disk.
    fn write_up_to(&self, number: u64) -> Result<(), FileError> {
        let mut queue = self.queue();
        loop {
            if queue.durable.version >= number {
                return Ok(());
            }
            if let Some(error) = &queue.failed {
                return Err(error.clone());
            }
            if queue.writing || queue.pending.is_empty() {
                let waited = self.written.wait(queue);
                queue = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue = self.write_round(queue);
        }
    }

    /// Writes what is in the queue.
    fn write_all(&self) -> Result<(), FileError> {
        let last = self.queue().head.version;
        self.write_up_to(last)
    }

    fn write_round<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        queue.writing = true;
        let mut round = std::mem::take(&mut queue.pending);
        drop(queue);
        let mut batch = Batch::default();
        let mut bytes = 0;
        for commit in &mut round {
            bytes += commit.framed.len() as u64;
            let framed = std::mem::take(&mut commit.framed);
            batch.log(commit.version.version, framed);
        }
        let outcome = self.engine.write(&batch);
        let mut queue = self.queue();
        queue.writing = false;
        match (outcome, round.last()) {
            (Ok(()), Some(last)) => {
                queue.durable = Arc::clone(&last.version);
                queue.log.records += round.len() as u64;
                queue.log.bytes += bytes;
                if self.durability == Durability::Full {
                    self.current.store(Arc::clone(&last.version));
                }
                if queue.log.is_large(1) {
                    self.work.notify_one();
                }
            }
            (Ok(()), None) => {}
            (Err(error), _) => self.fail(&mut queue, error),
        }
        self.written.notify_all();
        queue
    }

    /// Ends all writing: what is not on disk did not happen.
    fn fail(&self, queue: &mut Queue, error: FileError) {
        queue.failed.get_or_insert(error);
        queue.pending.clear();
        queue.head = Arc::clone(&queue.durable);
        self.current.store(Arc::clone(&queue.durable));
        self.written.notify_all();
    }

    /// What the worker does until the store is closed.
    fn work(&self) {
        let mut queue = self.queue();
        while !queue.closing {
            let relaxed = self.durability == Durability::Relaxed && !queue.pending.is_empty();
            if queue.failed.is_some() || !relaxed && !queue.log.is_large(1) {
                let waited = self.work.wait(queue);
                queue = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if relaxed {
                let waited = self
                    .work
                    .wait_timeout_while(queue, RELAXED, |queue| !queue.closing);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
                // The error stays, and the next commit tells it.
                drop(self.write_all());
            } else {
                drop(queue);
                drop(self.write_checkpoint());
            }
            queue = self.queue();
        }
    }

    /// Writes a checkpoint of the last version that is on disk.
    fn write_checkpoint(&self) -> Result<(), FileError> {
        // One at a time, from the choice of the version on: an older one after a newer one would
        // take back what the newer one moved out of the log.
        let state = self.checkpoint.lock();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let (graph, before) = {
            let queue = self.queue();
            if let Some(error) = &queue.failed {
                return Err(error.clone());
            }
            (Arc::clone(&queue.durable), queue.log)
        };
        let outcome = self.checkpoint_of(&graph, &mut state);
        let mut queue = self.queue();
        match &outcome {
            Ok(()) => {
                queue.log.records -= before.records;
                queue.log.bytes -= before.bytes;
                queue.mark = queue.mark.max(graph.version);
            }
            Err(error) => self.fail(&mut queue, error.clone()),
        }
        outcome
    }

    /// Whether the file does not know yet how much history is to be kept.
    fn keeps_anew(&self) -> bool {
        let state = self.checkpoint.lock();
        state.unwrap_or_else(PoisonError::into_inner).keep != self.keep
    }

    /// Writes what is left before the file is closed.
    fn finish(&self) -> Result<Tidied, FileError> {
        self.write_all()?;
        let (version, log, mark, failed) = {
            let queue = self.queue();
            let failed = queue.failed.clone();
            (queue.durable.version, queue.log, queue.mark, failed)
        };
        if let Some(error) = failed {
            return Err(error);
        }
        // How much history is kept is part of what a checkpoint writes.
        if log.is_large(CLOSING) || self.keeps_anew() {
            self.write_checkpoint()?;
            return Ok(Tidied::Yes);
        }
        if mark < version {
            let mut batch = Batch::default();
            batch.mark(version);
            batch.settle();
            self.engine.write(&batch)?;
        }
        Ok(Tidied::No)
    }
}

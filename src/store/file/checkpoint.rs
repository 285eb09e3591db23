//! Checkpoints: dirty chunks into the file, and the log into the history.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use super::engine::{Batch, Engine, Records};
use super::error::FileError;
use super::image::{self, Age, Directory};
use super::journal::Shared;
use super::options::KeepHistory;
use super::record::{can_be_undone, commit_in_history, to_history};
use crate::store::snapshot::Snapshot;

/// What the chunks of the file hold.
#[derive(Debug)]
pub(super) struct Checkpoint {
    /// The version that they are.
    pub(super) graph: Arc<Snapshot>,
    pub(super) directory: Directory,
    pub(super) millis: i64,
    /// The oldest state that the history leads back to.
    pub(super) oldest: u64,
    /// How much of the history is kept, as the file says.
    pub(super) keep: KeepHistory,
}

impl Shared {
    /// Writes a version, which is on disk already as records of the log, into the chunks.
    pub(super) fn checkpoint_of(
        &self,
        graph: &Arc<Snapshot>,
        state: &mut Checkpoint,
    ) -> Result<(), FileError> {
        debug_assert!(
            graph.version >= state.graph.version,
            "an older version would take back what the newer one moved out of the log"
        );
        let before = Some((&*state.graph, &state.directory));
        let mut batch = Batch::default();
        let directory = image::write(&mut batch, graph, before);
        // What could not be decoded must not be written as if there were nothing.
        graph.check_parts()?;
        let (millis, oldest) = self.move_log(&mut batch, graph.version, state)?;
        let age = Age {
            millis,
            oldest,
            keep: self.keep,
        };
        batch.store(&image::describe(graph, &directory, age));
        batch.mark(graph.version);
        batch.settle();
        // Who reads the history meanwhile takes what is about to go for gone, not for damage.
        self.oldest.store(oldest, Ordering::SeqCst);
        if let Err(error) = self.engine.write(&batch) {
            self.oldest.store(state.oldest, Ordering::SeqCst);
            return Err(error);
        }
        *state = Checkpoint {
            graph: Arc::clone(graph),
            directory,
            millis,
            oldest,
            keep: self.keep,
        };
        Ok(())
    }

    /// Moves the records up to a commit from the log into the history, and drops from that what is
    /// not to be kept. Returns when the commit was made, and the oldest state that is left.
    fn move_log(
        &self,
        batch: &mut Batch,
        up_to: u64,
        state: &Checkpoint,
    ) -> Result<(i64, u64), FileError> {
        let log = self.engine.records()?;
        let moved = log.into_iter().filter(|(number, _)| *number <= up_to);
        let senseless = |_| senseless(&self.engine);
        let moved =
            moved.map(|(number, record)| Ok((number, to_history(&record).map_err(senseless)?)));
        let moved: Records = moved.collect::<Result<_, FileError>>()?;
        let mut millis = state.millis;
        if let Some((_, record)) = moved.last() {
            millis = commit_in_history(record).map_err(senseless)?.millis;
        }
        // What cannot be undone cuts off all that is older.
        let cut = moved.iter().rfind(|(_, record)| !can_be_undone(record));
        let oldest = cut.map_or(state.oldest, |(number, _)| *number);
        let oldest = oldest.max(self.too_old(up_to, &moved)?);
        for (number, record) in moved.iter().filter(|(number, _)| *number > oldest) {
            batch.history(*number, record);
        }
        batch.trim_log(up_to);
        if oldest > state.oldest || self.keep == KeepHistory::None {
            batch.trim_history(oldest.saturating_add(1));
        }
        Ok((millis, oldest))
    }

    /// Returns the last commit that is not to be kept.
    fn too_old(&self, last: u64, moved: &Records) -> Result<u64, FileError> {
        Ok(match self.keep {
            KeepHistory::All => 0,
            KeepHistory::None => last,
            KeepHistory::Commits(count) => last.saturating_sub(count),
            KeepHistory::Days(days) => {
                let now = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
                let limit = now.saturating_sub(i64::from(days) * 86_400_000);
                let (kept, _) = self.engine.past(0)?;
                let mut old = 0;
                for (number, record) in kept.iter().chain(moved) {
                    let commit = commit_in_history(record).map_err(|_| senseless(&self.engine))?;
                    // Of the very age counts as too old, so that zero days keep nothing.
                    if commit.millis > limit {
                        break;
                    }
                    old = *number;
                }
                old
            }
        })
    }
}

pub(super) fn senseless(engine: &Engine) -> FileError {
    engine.damaged("a record of its log makes no sense")
}

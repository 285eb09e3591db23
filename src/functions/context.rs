//! What functions see besides their arguments: the graph and the clocks.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Formulas, Memory};
use crate::error::Result;
use crate::store::Snapshot;
use crate::value::{DateTime, Zone};

/// What a function may look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The graph as the clause sees it.
    pub graph: &'a Snapshot,
    /// The clocks.
    pub now: &'a Clock,
    /// What results may take.
    pub memory: Memory,
    /// What a body that may run long asks now and then.
    pub watch: &'a dyn Watch,
    /// What compiles expressions in options.
    pub formulas: &'a dyn Formulas,
}

/// Knows when a statement has to end.
pub trait Watch: fmt::Debug {
    /// Ends the statement where it was interrupted, where its time is over, or where it may not
    /// hold so many bytes more.
    fn pulse(&self, bytes: usize) -> Result<()>;
}

/// Lets everything run on.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn pulse(&self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

/// The three clocks of the temporal functions, and the zone that they use if none is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When the transaction began.
    pub transaction: DateTime,
    /// When the statement began.
    pub statement: DateTime,
    /// The zone of times and datetimes that have none of their own.
    pub zone: Zone,
}

impl Clock {
    /// Creates clocks for a statement that begins now and is a transaction of its own, in UTC.
    #[must_use]
    pub fn new() -> Self {
        let now = real_time();
        Self {
            transaction: now,
            statement: now,
            zone: Zone::UTC,
        }
    }

    /// Returns the clocks of a statement that begins now, in the same transaction.
    #[must_use]
    pub fn next_statement(self) -> Self {
        Self {
            statement: real_time(),
            ..self
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the time of the system's clock, in UTC; 1970 if that clock stands outside of the known
/// years.
#[must_use]
pub(super) fn real_time() -> DateTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let (seconds, nanos) = match since {
        Ok(since) => (
            i64::try_from(since.as_secs()),
            i64::from(since.subsec_nanos()),
        ),
        Err(error) => {
            let before = error.duration();
            let seconds = i64::try_from(before.as_secs()).map(|seconds| -seconds);
            (seconds, -i64::from(before.subsec_nanos()))
        }
    };
    seconds
        .ok()
        .and_then(|seconds| DateTime::from_seconds(seconds, nanos, Zone::UTC))
        .unwrap_or(DateTime::EPOCH)
}

//! Several statements that take effect together.

use super::{ChangeSet, Params, Preference, Rows, Session, Snapshot};
use crate::error::Result;

/// A transaction of a session. Dropping it without [`Transaction::commit`] takes its changes back.
#[derive(Debug)]
pub struct Transaction<'s> {
    session: &'s mut Session,
}

impl<'s> Transaction<'s> {
    pub(super) fn new(session: &'s mut Session) -> Self {
        Self { session }
    }

    /// Runs a statement; it sees what those before it did. One that fails leaves nothing behind,
    /// and the transaction goes on.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run(&mut self, text: &str, params: &Params) -> Result<Rows> {
        self.session.run(text, params)
    }

    /// Adds what another graph holds.
    ///
    /// # Errors
    /// As [`Session::merge`].
    pub fn merge(&mut self, graph: &Snapshot, preference: Preference) -> Result<ChangeSet> {
        self.session.merge(graph, preference)
    }

    /// Makes the changes the graph. In a store they are on disk when this returns.
    ///
    /// # Errors
    /// If they cannot be written. The graph is then as it was before.
    pub fn commit(self) -> Result<()> {
        self.session.commit(None)
    }

    /// As [`Transaction::commit`], with what the history says about it.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub fn commit_with(self, message: &str) -> Result<()> {
        self.session.commit(Some(message))
    }

    /// Takes the changes back.
    ///
    /// # Errors
    /// If a statement has ended the transaction already.
    pub fn rollback(self) -> Result<()> {
        self.session.rollback()
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // It has ended if it was committed.
        if self.session.in_transaction() {
            drop(self.session.rollback());
        }
    }
}

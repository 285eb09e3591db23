//! How a store is opened.

use serde::{Deserialize, Serialize};

use super::engine::Access;

/// How a store is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    /// Whether it is changed.
    pub access: Access,
    /// When a commit is acknowledged.
    pub durability: Durability,
    /// How much of the history is kept from now on; as before if nothing is said.
    pub keep_history: Option<KeepHistory>,
}

/// When a commit is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When it is on disk: a kill or a loss of power takes nothing that was acknowledged.
    #[default]
    Full,
    /// When it is in memory. It is on disk a tenth of a second later, or when the store is closed;
    /// a kill or a loss of power before that takes the last commits, never a part of one.
    Relaxed,
}

/// How much of the history a store keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeepHistory {
    /// All of it.
    #[default]
    All,
    /// None: only the graph as it is.
    None,
    /// The last commits.
    Commits(u64),
    /// The commits of the last days.
    Days(u32),
}

impl KeepHistory {
    /// Whether commits have to say how they are undone.
    pub(super) fn records(self) -> bool {
        self != Self::None
    }
}

//! What keeps a search for paths to its moment and to the statement's limits.

use crate::error::Result;
use crate::exec::run::Run;
use crate::paths::Guide;
use crate::store::{HoldsAt, Hop};

/// Lets a search go where all holds at a moment, as long as the statement may go on. Whether its
/// ends hold is for the caller to see to.
pub(super) struct Within<'a, 'r> {
    /// What holds at the moment; nothing where all does.
    pub(super) holds: Option<HoldsAt<'a>>,
    /// The bytes that are noted as held for the search.
    pub(super) held: &'a mut usize,
    pub(super) run: &'a mut Run<'r>,
}

impl Guide for Within<'_, '_> {
    fn is_free(&self) -> bool {
        self.holds.is_none()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        if let Some(holds) = &self.holds {
            holds.retain(hops, start);
        }
        Ok(())
    }

    fn inner(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        // A hop was kept only if its node holds too.
        Ok(())
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        note_held(self.held, bytes, self.run)
    }
}

/// Looks whether the statement has to end, and notes how many bytes a search holds now.
pub(super) fn note_held(held: &mut usize, bytes: usize, run: &mut Run<'_>) -> Result<()> {
    run.ctx.pulse()?;
    run.ctx.release(*held);
    *held = bytes;
    run.ctx.hold(bytes)
}

//! Says where a search may go.

use crate::error::Result;
use crate::store::{HoldsAt, Hop};

/// Which relationships and inner nodes a search may use, and whether it should go on at all.
///
/// The tests get several hops at once, so that they can be evaluated together.
pub trait Guide {
    /// Returns whether the tests let everything pass; then they are not asked.
    fn is_free(&self) -> bool;

    /// Drops the hops from `start` on whose relationship may not be used.
    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()>;

    /// Drops the hops from `start` on whose node may not stand between the ends of a path.
    fn inner(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()>;

    /// Is called every thousand steps or so, with about how many bytes the search holds; an error
    /// ends the search.
    fn pulse(&mut self, bytes: usize) -> Result<()>;
}

/// Lets a search go anywhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anything;

impl Guide for Anything {
    fn is_free(&self) -> bool {
        true
    }

    fn rels(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        Ok(())
    }

    fn inner(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        Ok(())
    }

    fn pulse(&mut self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

/// Lets a search go where relationships and nodes hold. Whether its ends hold is for the caller to
/// see to.
#[derive(Clone, Copy, Debug)]
pub struct AtMoment<'a>(pub HoldsAt<'a>);

impl Guide for AtMoment<'_> {
    fn is_free(&self) -> bool {
        self.0.is_free()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        self.0.retain(hops, start);
        Ok(())
    }

    fn inner(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        Ok(())
    }

    fn pulse(&mut self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

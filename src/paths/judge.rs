//! Says what a path may consist of.

use super::search::Place;
use crate::error::Result;
use crate::store::Hop;

/// The conditions of a path pattern.
///
/// The tests get several hops at once, so that they can be evaluated together; each drops the hops
/// that fail. A move that stays at its node is a hop too; its relationship means nothing.
pub trait Judge {
    /// Tests the relationships of hops along a step.
    fn rels(&mut self, step: u32, hops: &mut Vec<Hop>) -> Result<()>;

    /// Tests the nodes of hops that lead into a state.
    fn nodes(&mut self, state: u32, hops: &mut Vec<Hop>) -> Result<()>;

    /// Tests hops that lead from the end of a walk into a state by all that is said of several
    /// elements together.
    fn together(&mut self, walk: &[Place], arrival: super::Move, hops: &mut Vec<Hop>)
    -> Result<()>;

    /// Is called every thousand steps or so with the bytes that the search holds; an error ends the
    /// search.
    fn pulse(&mut self, bytes: usize) -> Result<()>;
}

/// Lets every path pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Judge for Everything {
    fn rels(&mut self, _step: u32, _hops: &mut Vec<Hop>) -> Result<()> {
        Ok(())
    }

    fn nodes(&mut self, _state: u32, _hops: &mut Vec<Hop>) -> Result<()> {
        Ok(())
    }

    fn together(
        &mut self,
        _walk: &[Place],
        _arrival: super::Move,
        _hops: &mut Vec<Hop>,
    ) -> Result<()> {
        Ok(())
    }

    fn pulse(&mut self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

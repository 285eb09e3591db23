//! Says what a path may consist of.

use super::search::Place;
use crate::error::{Result, Span};
use crate::store::Hop;
use crate::value::NodeId;

/// How far conditions on several elements look back on a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LookBack {
    /// To both ends of the step that was taken last.
    Step,
    /// To single elements.
    Elements,
    /// To all that a part of the walk has come through.
    Walk,
}

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
    /// elements together. The walk comes back as it was.
    fn together(
        &mut self,
        walk: &mut Vec<Place>,
        arrival: super::Move,
        hops: &mut Vec<Hop>,
    ) -> Result<()>;

    /// Tests hops that lead backwards over a step, into the state from which it comes, by what is
    /// said of the step and its ends together. `end` is the state that it leads to, and the node
    /// there.
    fn step(&mut self, from: u32, step: u32, end: (u32, NodeId), hops: &mut Vec<Hop>)
    -> Result<()>;

    /// Returns how far conditions on several elements look back.
    fn look_back(&self) -> LookBack;

    /// Drops from a walk what no condition on its continuation reads, if conditions read single
    /// elements at most. What stands at `kept` and behind it stays.
    fn forget(&self, walk: &mut Vec<Place>, kept: usize);

    /// Returns where the condition stands that looks back on all of a walk.
    fn far_condition(&self) -> Option<Span>;

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
        _walk: &mut Vec<Place>,
        _arrival: super::Move,
        _hops: &mut Vec<Hop>,
    ) -> Result<()> {
        Ok(())
    }

    fn step(
        &mut self,
        _from: u32,
        _step: u32,
        _end: (u32, NodeId),
        _hops: &mut Vec<Hop>,
    ) -> Result<()> {
        Ok(())
    }

    fn look_back(&self) -> LookBack {
        LookBack::Step
    }

    fn forget(&self, walk: &mut Vec<Place>, kept: usize) {
        let end = walk.len().saturating_sub(1);
        walk.drain(..kept.min(end));
    }

    fn far_condition(&self) -> Option<Span> {
        None
    }

    fn pulse(&mut self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

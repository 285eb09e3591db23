//! Tests what a pattern demands while it is searched for.

use std::sync::Arc;

use super::decode::Decoder;
use super::shape::{Shape, Together};
use crate::error::{Result, Span};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, value_bytes};
use crate::exec::ops::filter;
use crate::exec::run::Run;
use crate::paths::{Judge, LookBack, Move, Place};
use crate::semantics::bound::{Expr, Slot};
use crate::store::{HoldsAt, Hop};
use crate::value::NodeId;

/// So many bytes of values are made at once for a condition.
const LARGE: usize = 1 << 18;

/// The conditions of a pattern for one input row.
pub(super) struct Conditions<'a, 'p, 'r> {
    pub(super) shape: &'a Shape<'p>,
    /// The row, with what the conditions read of it.
    pub(super) row: &'a Batch,
    pub(super) outer: &'a [Slot],
    /// What holds at the row's moment.
    pub(super) holds: Option<HoldsAt<'a>>,
    /// The bytes that were noted as held for the search.
    pub(super) held: &'a mut usize,
    pub(super) run: &'a mut Run<'r>,
}

impl Conditions<'_, '_, '_> {
    /// Drops the hops for which a condition does not hold, given columns with a cell for each.
    fn keep(
        &mut self,
        predicates: &[Expr],
        hops: &mut Vec<Hop>,
        columns: impl IntoIterator<Item = (Slot, Column)>,
    ) -> Result<()> {
        let rows = vec![0; hops.len()];
        let mut inner = self.row.gather(&rows, self.outer);
        for (slot, column) in columns {
            inner.set(slot, Arc::new(column));
        }
        if let Some(kept) = filter::passing(predicates, &inner, self.run)? {
            for (place, &from) in kept.iter().enumerate() {
                hops[place] = hops[from as usize];
            }
            hops.truncate(kept.len());
        }
        Ok(())
    }

    /// Tests some of the hops that are left by a condition, as many as do not make too much of what
    /// it reads at once. Returns those that pass.
    fn some_together(
        &mut self,
        walk: &mut Vec<Place>,
        arrival: Move,
        condition: &Together<'_>,
        rest: &mut &[Hop],
    ) -> Result<Vec<Hop>> {
        let mut columns: Vec<Vec<_>> = vec![Vec::new(); condition.reads.len()];
        let (mut some, mut bytes) = (Vec::new(), 0);
        while bytes < LARGE
            && let Some((hop, others)) = rest.split_first()
        {
            *rest = others;
            some.push(*hop);
            walk.push(Place {
                state: arrival.state,
                node: hop.node,
                by: arrival.step.map(|step| (step, hop.rel)),
            });
            let decoder = Decoder {
                shape: self.shape,
                walk,
            };
            for (column, slot) in columns.iter_mut().zip(&condition.reads) {
                let value = decoder.value(*slot, condition.begin);
                bytes += value_bytes(&value);
                column.push(value);
            }
            walk.pop();
        }
        self.run.work(bytes)?;
        self.run.ctx.memory().check(bytes)?;
        let columns = columns.into_iter().map(Column::from_values);
        let columns: Vec<_> = condition.reads.iter().copied().zip(columns).collect();
        let predicate = std::slice::from_ref(condition.predicate);
        self.keep(predicate, &mut some, columns)?;
        Ok(some)
    }

    /// Notes that no more is held.
    pub(super) fn release(&mut self) {
        self.run.ctx.release(*self.held);
        *self.held = 0;
    }
}

impl Judge for Conditions<'_, '_, '_> {
    fn rels(&mut self, step: u32, hops: &mut Vec<Hop>) -> Result<()> {
        if let Some(holds) = self.holds {
            hops.retain(|hop| holds.rel_itself_holds(hop.rel));
        }
        let slot = self.shape.rel(step);
        let tests = self.shape.tests(slot);
        if tests.is_empty() || hops.is_empty() {
            return Ok(());
        }
        let rels = hops.iter().map(|hop| hop.rel.0).collect();
        self.keep(tests, hops, [(slot, Column::rels(rels))])
    }

    fn nodes(&mut self, state: u32, hops: &mut Vec<Hop>) -> Result<()> {
        if let Some(holds) = self.holds {
            hops.retain(|hop| holds.node_holds(hop.node));
        }
        let slot = self.shape.node(state);
        let tests = self.shape.tests(slot);
        if tests.is_empty() || hops.is_empty() {
            return Ok(());
        }
        let nodes = hops.iter().map(|hop| hop.node.0).collect();
        self.keep(tests, hops, [(slot, Column::nodes(nodes))])
    }

    fn together(
        &mut self,
        walk: &mut Vec<Place>,
        arrival: Move,
        hops: &mut Vec<Hop>,
    ) -> Result<()> {
        for condition in self.shape.together(arrival.state) {
            let all = hops.clone();
            hops.clear();
            let mut rest = all.as_slice();
            while !rest.is_empty() {
                let mut some = self.some_together(walk, arrival, condition, &mut rest)?;
                hops.append(&mut some);
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        from: u32,
        step: u32,
        (to, node): (u32, NodeId),
        hops: &mut Vec<Hop>,
    ) -> Result<()> {
        let shape = self.shape;
        for condition in shape.on_step(to) {
            if hops.is_empty() {
                return Ok(());
            }
            let columns = condition.reads.iter().map(|&slot| {
                let column = if slot == shape.rel(step) {
                    Column::rels(hops.iter().map(|hop| hop.rel.0).collect())
                } else if slot == shape.node(from) {
                    Column::nodes(hops.iter().map(|hop| hop.node.0).collect())
                } else {
                    Column::nodes(vec![node.0; hops.len()])
                };
                (slot, column)
            });
            let columns: Vec<_> = columns.collect();
            self.keep(std::slice::from_ref(condition.predicate), hops, columns)?;
        }
        Ok(())
    }

    fn look_back(&self) -> LookBack {
        self.shape.look_back
    }

    fn forget(&self, walk: &mut Vec<Place>, kept: usize) {
        let shape = self.shape;
        let mut seen: Vec<Slot> = Vec::new();
        let end = walk.len().saturating_sub(1);
        let mut left = Vec::with_capacity(walk.len());
        // From the end: of what stands for the same thing the last one counts.
        for (at, place) in walk.iter().enumerate().rev() {
            let mut wanted = |slot: Slot| {
                let new = shape.is_remembered(slot) && !seen.contains(&slot);
                seen.extend(new.then_some(slot));
                new
            };
            let rel = place.by.is_some_and(|(step, _)| wanted(shape.rel(step)));
            let node = wanted(shape.node(place.state));
            if at >= kept || rel {
                left.push(*place);
            } else if node || at == end {
                left.push(Place { by: None, ..*place });
            }
        }
        left.reverse();
        *walk = left;
    }

    fn far_condition(&self) -> Option<Span> {
        self.shape.far_condition().map(|predicate| predicate.span)
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        self.run.ctx.pulse()?;
        self.run.ctx.release(*self.held);
        *self.held = bytes;
        self.run.ctx.hold(bytes)
    }
}

//! Tests what a search demands while it goes on, and notes what it holds.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cells::{as_written, last_rel, rels_value};
use super::{Found, Shape};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::ops::filter;
use crate::exec::ops::within::note_held;
use crate::exec::run::Run;
use crate::paths::{Ends, Guide, Route, Shortest, Trails};
use crate::semantics::bound::{Expr, SearchGoal, Slot};
use crate::store::{HoldsAt, Hop, Snapshot};
use crate::value::{Path, Value};

/// Bytes that are noted as held for a search and for the paths that were chosen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    search: usize,
    chosen: usize,
}

impl Held {
    pub(super) fn note_chosen(&mut self, path: &Path, run: &mut Run<'_>) -> Result<()> {
        let bytes = path_bytes(path);
        self.chosen += bytes;
        run.ctx.hold(bytes)
    }

    pub(super) fn release(&mut self, run: &mut Run<'_>) {
        run.ctx.release(self.search + self.chosen);
        *self = Self::default();
    }
}

/// Evaluates the predicates of a search for one row.
pub(super) struct Conditions<'a, 'r> {
    pub(super) shape: Shape<'a>,
    pub(super) row: &'a Batch,
    pub(super) outer: &'a [Slot],
    /// What holds at the row's moment.
    pub(super) holds: Option<HoldsAt<'a>>,
    pub(super) held: &'a mut Held,
    pub(super) run: &'a mut Run<'r>,
}

impl Conditions<'_, '_> {
    fn keep(
        &mut self,
        predicates: &[Expr],
        hops: &mut Vec<Hop>,
        start: usize,
        (slot, column): (Slot, Column),
    ) -> Result<()> {
        if predicates.is_empty() || start >= hops.len() {
            return Ok(());
        }
        let rows = vec![0; hops.len() - start];
        let mut inner = self.row.gather(&rows, self.outer);
        inner.set(slot, Arc::new(column));
        if let Some(kept) = filter::passing(predicates, &inner, self.run)? {
            for (place, &from) in kept.iter().enumerate() {
                hops[start + place] = hops[start + from as usize];
            }
            hops.truncate(start + kept.len());
        }
        Ok(())
    }
}

impl Guide for Conditions<'_, '_> {
    fn is_free(&self) -> bool {
        self.holds.is_none()
            && self.shape.rel_predicates.is_empty()
            && self.shape.node_predicates.is_empty()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        if let Some(holds) = self.holds {
            holds.retain(hops, start);
        }
        let rels = hops.iter().skip(start).map(|hop| hop.rel.0).collect();
        let each = (self.shape.each_rel, Column::rels(rels));
        self.keep(self.shape.rel_predicates, hops, start, each)
    }

    fn inner(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        let nodes = hops.iter().skip(start).map(|hop| hop.node.0).collect();
        let each = (self.shape.each_node, Column::nodes(nodes));
        self.keep(self.shape.node_predicates, hops, start, each)
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        note_held(&mut self.held.search, bytes, self.run)
    }
}

impl Conditions<'_, '_> {
    /// Goes through all trails, shorter ones first, to the first length at which one is accepted.
    pub(super) fn enumerate(
        &mut self,
        graph: &Snapshot,
        ends: Ends,
        route: &Route,
    ) -> Result<Option<Found>> {
        let mut trails = Trails::new(graph, ends, route);
        let mut kept: VecDeque<Path> = VecDeque::new();
        while let Some(path) = trails.next(graph, self)? {
            if kept
                .front()
                .is_some_and(|first| first.rels.len() < path.rels.len())
            {
                break;
            }
            if self.accepts(&path)? {
                self.held.note_chosen(&path, self.run)?;
                kept.push_back(path);
                if self.shape.goal == SearchGoal::Any {
                    break;
                }
            }
        }
        Ok((!kept.is_empty()).then_some(Found::Few(kept)))
    }

    /// Returns the paths that are accepted, or the first of them.
    pub(super) fn accepted(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        found: &mut Shortest,
    ) -> Result<VecDeque<Path>> {
        let mut kept = VecDeque::new();
        while let Some(path) = found.next(graph, route, self)? {
            self.run.step()?;
            if self.accepts(&path)? {
                self.held.note_chosen(&path, self.run)?;
                kept.push_back(path);
                if self.shape.goal == SearchGoal::Any {
                    break;
                }
            }
        }
        Ok(kept)
    }

    /// Returns whether a path fulfils the conditions on the whole of it.
    fn accepts(&mut self, path: &Path) -> Result<bool> {
        if self.shape.path_predicates.is_empty() {
            return Ok(true);
        }
        let mut row = self.row.clone();
        let shape = self.shape;
        let path = as_written(path.clone(), shape.step.reversed);
        row.set_constant(shape.each_rel, last_rel(&path));
        row.set_constant(shape.step.rel, rels_value(&path));
        if let Some(slot) = shape.path {
            row.set_constant(slot, Value::Path(Arc::new(path)));
        }
        Ok(filter::passing(shape.path_predicates, &row, self.run)?.is_none())
    }
}

/// Returns about how many bytes a path takes.
fn path_bytes(path: &Path) -> usize {
    size_of::<Path>() + size_of_val(&*path.nodes) + size_of_val(&*path.rels)
}

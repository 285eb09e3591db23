//! `VarLengthExpand`: depth-first, one trail at a time, so that `LIMIT` stops it early. Cost: one
//! step for each relationship of each trail. Between two nodes that are both known, trails are left
//! where the end is out of reach, or farther away than they may still become.

use std::sync::Arc;

use super::fan::Fan;
use super::moment::Moments;
use super::trail::Trail;
use super::walk::{Walk, end_node, rels_of, used_rels};
use super::within::{Within, note_held};
use super::{Operate, Rows, Source, row_number};
use crate::error::Result;
use crate::exec::batch::{BATCH_BYTES, Batch, COUNTED_ROWS};
use crate::exec::column::Column;
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::paths::{Distance, Ends, Route, Toward};
use crate::plan::physical::Step;
use crate::semantics::bound::{Expr, Slot};
use crate::store::{Hop, Snapshot};
use crate::value::{NodeId, RelId, Value};

/// Each input row with each trail of the step.
pub(super) struct VarLengthExpand<'p> {
    input: Source<'p>,
    shape: Shape<'p>,
    live: &'p [Slot],
    rows: Rows,
    under_way: Option<UnderWay>,
}

/// What is expanded how.
#[derive(Clone, Copy)]
pub(super) struct Shape<'p> {
    pub(super) step: &'p Step,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) each: Slot,
    pub(super) predicates: &'p [Expr],
    pub(super) into: bool,
    pub(super) rel_bound: bool,
    pub(super) different_from: &'p [Slot],
}

struct UnderWay {
    batch: Batch,
    graph: Arc<Snapshot>,
    walk: Walk,
    route: Route,
    moments: Moments,
    row: usize,
    /// The trail of the row that is being followed.
    trail: Option<Trail>,
    outer: Vec<Slot>,
    /// Steps since the statement was last asked whether it has to end.
    steps: usize,
    /// Bytes that are noted as held.
    held: usize,
}

/// So many steps are taken between two looks at the limits.
const STEPS_PER_PULSE: usize = 1024;

/// New cells, or how many rows there would be.
#[derive(Default)]
struct Cells {
    fan: Fan,
    nodes: Vec<u32>,
    lists: Vec<Value>,
    with_lists: bool,
    bytes: usize,
    counted: Option<usize>,
}

impl Cells {
    fn is_full(&self) -> bool {
        self.fan.is_full()
            || self.bytes >= BATCH_BYTES
            || self.counted.is_some_and(|count| count >= COUNTED_ROWS)
    }
}

impl<'p> VarLengthExpand<'p> {
    pub(super) fn new(
        input: Source<'p>,
        shape: Shape<'p>,
        (live, rows): (&'p [Slot], Rows),
    ) -> Self {
        Self {
            input,
            shape,
            live,
            rows,
            under_way: None,
        }
    }

    fn begin(&self, batch: Batch, run: &mut Run<'_>) -> Result<UnderWay> {
        let shape = &self.shape;
        let walk = Walk::new(shape.step, run.graph());
        let limit = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        Ok(UnderWay {
            moments: Moments::new(shape.step.moment.as_ref(), &batch, run)?,
            batch,
            graph: run.ctx.share_graph(),
            route: Route {
                direction: walk.direction,
                types: walk.types.clone(),
                min: limit(shape.min),
                max: limit(shape.max),
            },
            walk,
            row: 0,
            trail: None,
            outer: used_by_all(shape.predicates, run.plan),
            steps: 0,
            held: 0,
        })
    }
}

impl Operate for VarLengthExpand<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let mut under_way = match self.under_way.take() {
            Some(under_way) => under_way,
            None => match self.input.next(run)? {
                Some(batch) => self.begin(batch, run)?,
                None => return Ok(None),
            },
        };
        let shape = &self.shape;
        let mut cells = Cells {
            with_lists: self.live.binary_search(&shape.step.rel).is_ok() && !shape.rel_bound,
            counted: (self.rows == Rows::Counted).then_some(0),
            ..Cells::default()
        };
        while under_way.row < under_way.batch.len() && !cells.is_full() {
            under_way.go_on(shape, &mut cells, run)?;
        }
        let out = if let Some(count) = cells.counted {
            Batch::new(count, run.width())
        } else {
            let nodes = (shape.step.to, Column::nodes(cells.nodes));
            let lists = (shape.step.rel, Column::Values(cells.lists));
            let new = [
                (!shape.into).then_some(nodes),
                cells.with_lists.then_some(lists),
            ];
            cells
                .fan
                .finish(&under_way.batch, self.live, new.into_iter().flatten())
        };
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

impl UnderWay {
    /// Follows the trails of the current row until they end or the batch is full.
    fn go_on(&mut self, shape: &Shape<'_>, cells: &mut Cells, run: &mut Run<'_>) -> Result<()> {
        let trail = match self.trail.take() {
            Some(trail) => Some(trail),
            None => self.begin(shape, cells, run)?,
        };
        let Some(mut trail) = trail else {
            self.row += 1;
            return Ok(());
        };
        while !trail.is_done() {
            if cells.is_full() {
                self.trail = Some(trail);
                return Ok(());
            }
            self.count(1, &trail, run)?;
            let Some(hop) = trail.next_hop() else {
                continue;
            };
            trail.push(hop.rel.0);
            if trail.rels().len() >= shape.min {
                self.emit(shape, &trail, hop.node, cells);
            }
            if trail.rels().len() < shape.max {
                self.open(shape, &mut trail, hop.node, run)?;
            } else {
                trail.pop();
            }
        }
        note_held(&mut self.held, 0, run)?;
        self.row += 1;
        Ok(())
    }

    /// Counts steps, and looks now and then whether the statement may go on.
    fn count(&mut self, steps: usize, trail: &Trail, run: &mut Run<'_>) -> Result<()> {
        self.steps += steps;
        if self.steps < STEPS_PER_PULSE {
            return Ok(());
        }
        self.steps = 0;
        let distances = trail.toward.as_ref().map_or(0, Toward::bytes);
        note_held(&mut self.held, trail.bytes() + distances, run)
    }

    /// Begins with the trails of a row; nothing where it has none, or none beside a given one.
    fn begin(
        &mut self,
        shape: &Shape<'_>,
        cells: &mut Cells,
        run: &mut Run<'_>,
    ) -> Result<Option<Trail>> {
        let Some(from) = end_node(&self.batch, shape.step.from, self.row)? else {
            return Ok(None);
        };
        let mut trail = Trail::default();
        if shape.into {
            trail.to = end_node(&self.batch, shape.step.to, self.row)?;
            if trail.to.is_none() {
                return Ok(None);
            }
        }
        let without = &mut trail.without;
        used_rels(&self.batch, shape.different_from, self.row, without)?;
        if shape.rel_bound {
            self.walk_list(shape, from, &trail, cells, run)?;
            return Ok(None);
        }
        if let Some(to) = trail.to {
            let ends = Ends { from, to };
            trail.toward = Some(Toward::new(&self.graph, ends, &self.route));
        }
        if shape.min == 0 {
            self.emit(shape, &trail, from, cells);
        }
        self.open(shape, &mut trail, from, run)?;
        Ok(Some(trail))
    }

    fn emit(&self, shape: &Shape<'_>, trail: &Trail, node: NodeId, cells: &mut Cells) {
        if trail.to.is_some_and(|to| to != node) {
            return;
        }
        if let Some(count) = &mut cells.counted {
            *count += 1;
            return;
        }
        cells.fan.push(self.row);
        cells.nodes.push(node.0);
        if cells.with_lists {
            let rel = |&rel: &u32| Value::Rel(RelId(rel));
            let rels = trail.rels();
            cells.bytes += size_of_val(rels) / size_of::<u32>() * size_of::<Value>();
            cells.lists.push(if shape.step.reversed {
                Value::list(rels.iter().rev().map(rel))
            } else {
                Value::list(rels.iter().map(rel))
            });
        }
    }

    /// Collects the hops that may follow a node at the end of the trail.
    fn open(
        &mut self,
        shape: &Shape<'_>,
        trail: &mut Trail,
        node: NodeId,
        run: &mut Run<'_>,
    ) -> Result<()> {
        let start = trail.hops.len();
        if trail.rels().len() < shape.max {
            self.approach(trail, node, run)?;
            self.collect(shape, trail, node);
            self.count(trail.hops.len() - start, trail, run)?;
            if !shape.predicates.is_empty() {
                let rels = trail.hops[start..].iter().map(|hop| hop.rel.0).collect();
                let kept = shape.passing((&self.batch, self.row), &self.outer, rels, run)?;
                retain(&mut trail.hops, start, kept.as_deref());
            }
        }
        trail.open(start);
        Ok(())
    }

    /// Finds out more about how far the end is, as much as looking at the hops from a node is worth.
    fn approach(&mut self, trail: &mut Trail, node: NodeId, run: &mut Run<'_>) -> Result<()> {
        let (held, Some(toward)) = (trail.bytes(), &mut trail.toward) else {
            return Ok(());
        };
        let mut guide = Within {
            holds: self.moments.of(self.row, &self.graph),
            held: &mut self.held,
            run,
        };
        let steps = self.walk.steps(&self.graph, node);
        toward.spend((steps, held), (&self.graph, &self.route), &mut guide)
    }

    /// Adds the hops from a node that the trail may take, those from which the end is in reach.
    fn collect(&self, shape: &Shape<'_>, trail: &mut Trail, node: NodeId) {
        let mut found = std::mem::take(&mut trail.hops);
        let holds = self.moments.of(self.row, &self.graph);
        let rest = shape.max - trail.rels().len() - 1;
        let fits = |hop: &Hop| {
            let near = match trail.toward.as_ref().map(|toward| toward.get(hop.node)) {
                None => true,
                Some(Distance::AtLeast(distance)) => distance as usize <= rest,
                Some(Distance::Unreachable) => false,
            };
            near && !trail.has_used(hop.rel.0) && holds.is_none_or(|holds| holds.hop_holds(hop))
        };
        let types = self.walk.types.as_deref();
        let hops = self.graph.hops(node, self.walk.direction, types);
        found.extend(hops.filter(fits));
        trail.hops = found;
    }

    /// Walks a list of relationships that is given.
    fn walk_list(
        &self,
        shape: &Shape<'_>,
        from: NodeId,
        trail: &Trail,
        cells: &mut Cells,
        run: &mut Run<'_>,
    ) -> Result<()> {
        let Some(mut rels) = rels_of(&self.batch, shape.step.rel, self.row)? else {
            return Ok(());
        };
        if shape.step.reversed {
            rels.reverse();
        }
        if !(shape.min..=shape.max).contains(&rels.len()) {
            return Ok(());
        }
        let end = self.end_of(run.graph(), from, &rels, &trail.without);
        let row = (&self.batch, self.row);
        let all =
            shape.predicates.is_empty() || shape.passing(row, &self.outer, rels, run)?.is_none();
        if let Some(end) = end
            && all
        {
            self.emit(shape, trail, end, cells);
        }
        Ok(())
    }

    /// Returns where a list of relationships leads, if it is a trail of the step.
    fn end_of(&self, graph: &Snapshot, from: NodeId, rels: &[u32], used: &[u32]) -> Option<NodeId> {
        let holds = self.moments.of(self.row, graph);
        let mut node = from;
        for (place, rel) in rels.iter().enumerate() {
            if used.contains(rel) || rels[..place].contains(rel) {
                return None;
            }
            node = self.walk.other_end(graph, node, RelId(*rel))?;
            if holds.is_some_and(|holds| !holds.rel_holds(RelId(*rel))) {
                return None;
            }
        }
        Some(node)
    }
}

impl Shape<'_> {
    /// Returns which of the relationships fulfil the predicates for a row; `None` for all.
    pub(super) fn passing(
        &self,
        (batch, row): (&Batch, usize),
        outer: &[Slot],
        rels: Vec<u32>,
        run: &mut Run<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let mut inner = batch.gather(&vec![row_number(row); rels.len()], outer);
        inner.set(self.each, Arc::new(Column::rels(rels)));
        super::filter::passing(self.predicates, &inner, run)
    }
}

/// Keeps the hops from `start` on that are named by their places from there.
pub(super) fn retain(hops: &mut Vec<Hop>, start: usize, kept: Option<&[u32]>) {
    let Some(kept) = kept else { return };
    for (place, &from) in kept.iter().enumerate() {
        hops[start + place] = hops[start + from as usize];
    }
    hops.truncate(start + kept.len());
}

//! `VarLengthExpand` where only the nodes that are reached matter, each once: breadth-first
//! instead of along every trail. Cost: one step for each relationship within reach; without
//! directions that for each input row.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::moment::{Moments, is_fixed};
use super::var_expand::{Shape, retain};
use super::walk::{Walk, end_node};
use super::within::{Within, note_held};
use super::{Operate, Rows, Source};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::paths::{Flood, Lent, Route, Start, on_cycle};
use crate::plan::physical::{Op, Operator};
use crate::semantics::bound::{self, Slot};
use crate::store::{Direction, Hop, Snapshot};
use crate::value::NodeId;

/// Returns whether an expansion can be done this way. A node is at the end of a trail of at most
/// so many relationships exactly if it is at the end of a walk of at most so many, but for the
/// start itself; with a minimum above one that does not hold.
pub(super) fn fits(operator: &Operator) -> bool {
    let Op::VarLengthExpand {
        step,
        min,
        predicates,
        into,
        rel_bound,
        different_from,
        ..
    } = &operator.op
    else {
        return false;
    };
    operator.live == [step.to]
        && *min <= 1
        && !into
        && !rel_bound
        && different_from.is_empty()
        && (step.direction != bound::Direction::Both || predicates.is_empty())
}

/// So many steps are taken between two looks at the limits.
const STEPS_PER_PULSE: usize = 1024;

/// How the rows of a batch are followed.
struct Way {
    graph: Arc<Snapshot>,
    route: Route,
    /// The slots that the predicates read.
    outer: Vec<Slot>,
    moments: Moments,
}

/// The nodes that any input row leads to, each once.
pub(super) struct Reach<'p> {
    input: Source<'p>,
    shape: Shape<'p>,
    live: &'p [Slot],
    /// Lent with the first row.
    flood: Option<Lent<Flood>>,
    /// Whether what the flood has found is not among what was seen yet.
    unseen: bool,
    /// The nodes that have come out or will.
    seen: FixedBitSet,
    begun: bool,
    found: Found,
    depths: Depths,
    /// Bytes that are noted as held.
    held: usize,
}

/// Nodes that are still to come out, or how many there are.
enum Found {
    Nodes(Vec<u32>, usize),
    Count(usize),
}

impl Found {
    fn push(&mut self, node: NodeId) {
        match self {
            Self::Nodes(nodes, _) => nodes.push(node.0),
            Self::Count(count) => *count += 1,
        }
    }

    fn extend(&mut self, new: &[NodeId]) {
        match self {
            Self::Nodes(nodes, _) => nodes.extend(new.iter().map(|node| node.0)),
            Self::Count(count) => *count += new.len(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Nodes(nodes, next) => *next >= nodes.len(),
            Self::Count(count) => *count == 0,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Nodes(nodes, _) => nodes.capacity() * size_of::<u32>(),
            Self::Count(_) => 0,
        }
    }
}

/// At which depth nodes were expanded, as far as that spares another expansion.
#[derive(Default)]
struct Depths {
    /// `base + most - depth`; lower marks are of earlier searches.
    marks: Vec<u32>,
    base: u32,
    most: u32,
}

impl Depths {
    /// Forgets all.
    fn clear(&mut self, bound: u32, most: u32) {
        let next = self
            .base
            .checked_add(self.most)
            .and_then(|base| base.checked_add(1));
        let fits = next.is_some_and(|next| next.checked_add(most).is_some());
        if self.marks.len() < bound as usize || !fits {
            self.marks = vec![0; bound as usize];
            self.base = 1;
        } else {
            self.base = next.unwrap_or(1);
        }
        self.most = most;
    }

    /// Notes a depth; false if the node was expanded at that depth or a lower one.
    fn lower(&mut self, node: NodeId, depth: u32) -> bool {
        let mark = self.base + self.most.saturating_sub(depth);
        match self.marks.get_mut(node.0 as usize) {
            Some(old) if *old < mark => {
                *old = mark;
                true
            }
            _ => false,
        }
    }
}

impl<'p> Reach<'p> {
    pub(super) fn new(
        input: Source<'p>,
        shape: Shape<'p>,
        (live, rows): (&'p [Slot], Rows),
    ) -> Self {
        Self {
            input,
            shape,
            live,
            flood: None,
            unseen: false,
            seen: FixedBitSet::new(),
            begun: false,
            found: if rows == Rows::CountedOnce {
                Found::Count(0)
            } else {
                Found::Nodes(Vec::new(), 0)
            },
            depths: Depths::default(),
            held: 0,
        }
    }

    fn take(&mut self, batch: &Batch, run: &mut Run<'_>) -> Result<()> {
        let walk = Walk::new(self.shape.step, run.graph());
        let bound = run.graph().node_bound();
        let way = Way {
            graph: run.ctx.share_graph(),
            route: Route {
                direction: walk.direction,
                types: walk.types,
                min: 1,
                max: u32::try_from(self.shape.max).unwrap_or(u32::MAX).min(bound),
            },
            outer: used_by_all(self.shape.predicates, run.plan),
            moments: Moments::new(self.shape.step.moment.as_ref(), batch, run)?,
        };
        // What an earlier row expanded need not be expanded again, unless each row has conditions
        // or a moment of its own. Without directions a row may not go back the way that it came.
        let directed = way.route.direction != Direction::Both;
        let alike = way.outer.iter().all(|slot| *slot == self.shape.each);
        let shared = directed && alike && is_fixed(self.shape.step.moment.as_ref());
        let plain = self.shape.predicates.is_empty();
        for row in 0..batch.len() {
            let Some(start) = end_node(batch, self.shape.step.from, row)? else {
                continue;
            };
            self.note_seen();
            let only = batch.len() == 1 && !self.begun;
            if self.shape.min == 0 || (!directed && self.on_cycle(start, (&way, row), run)?) {
                self.emit(start);
            }
            if plain && (only || !directed) {
                self.flood(start, (&way, row), run)?;
            } else {
                if !shared || self.depths.marks.len() < bound as usize {
                    self.depths.clear(bound, way.route.max);
                }
                self.search((batch, row), start, &way, run)?;
            }
            self.begun = true;
        }
        Ok(())
    }

    /// As [`Self::search`], where each node has to be expanded once only, so that a bit is all that is
    /// to be known of it.
    fn flood(&mut self, start: NodeId, (way, row): (&Way, usize), run: &mut Run<'_>) -> Result<()> {
        // Without directions the way that leads back to the start is the way that came from it.
        let left_out = self.shape.min == 0 || way.route.direction == Direction::Both;
        let start = if left_out {
            (start, Start::LeftOut)
        } else {
            (start, Start::Found)
        };
        let pool = &run.ctx.pool;
        let flood = self.flood.get_or_insert_with(|| pool.flood());
        let mut guide = Within {
            holds: way.moments.of(row, &way.graph),
            held: &mut self.held,
            run,
        };
        flood.search(&way.graph, start, &way.route, &mut guide)?;
        if self.begun {
            self.seen.grow(way.graph.node_bound() as usize);
            for &node in flood.nodes() {
                if !self.seen.put(node.0 as usize) {
                    self.found.push(node);
                }
            }
        } else {
            self.found.extend(flood.nodes());
            self.unseen = true;
        }
        let bytes = self.bytes();
        note_held(&mut self.held, bytes, run)
    }

    /// Notes what the first search has found as seen, before another one.
    fn note_seen(&mut self) {
        if std::mem::take(&mut self.unseen) {
            let found = self.flood.as_ref().map_or(&[][..], |flood| flood.nodes());
            for node in found {
                self.seen.grow_and_insert(node.0 as usize);
            }
        }
    }

    fn bytes(&self) -> usize {
        let bits = self.seen.len() / 8;
        let marks = self.depths.marks.capacity() * size_of::<u32>();
        let flood = self.flood.as_ref().map_or(0, |flood| flood.bytes());
        flood + self.found.bytes() + bits + marks
    }

    fn search(
        &mut self,
        row: (&Batch, usize),
        start: NodeId,
        way: &Way,
        run: &mut Run<'_>,
    ) -> Result<()> {
        let mut level = Vec::new();
        if self.depths.lower(start, 0) {
            level.push(start);
        }
        let mut hops: Vec<Hop> = Vec::new();
        let mut steps = 0;
        for depth in 1..=way.route.max {
            let mut next = Vec::new();
            for &node in &level {
                self.hops_of(node, row, (start, way), &mut hops, run)?;
                for hop in &hops {
                    self.emit(hop.node);
                    next.extend(self.depths.lower(hop.node, depth).then_some(hop.node));
                }
                steps += hops.len() + 1;
                if steps >= STEPS_PER_PULSE {
                    steps = 0;
                    let levels = (level.capacity() + next.capacity()) * size_of::<NodeId>();
                    let bytes = self.bytes() + levels;
                    note_held(&mut self.held, bytes, run)?;
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(())
    }

    /// Collects the hops from a node that a row may take.
    fn hops_of(
        &self,
        node: NodeId,
        row: (&Batch, usize),
        (start, way): (NodeId, &Way),
        hops: &mut Vec<Hop>,
        run: &mut Run<'_>,
    ) -> Result<()> {
        hops.clear();
        let route = &way.route;
        let all = way
            .graph
            .hops(node, route.direction, route.types.as_deref());
        hops.extend(all);
        if let Some(holds) = way.moments.of(row.1, &way.graph) {
            holds.retain(hops, 0);
        }
        if !self.shape.predicates.is_empty() {
            let rels = hops.iter().map(|hop| hop.rel.0).collect();
            let kept = self.shape.passing(row, &way.outer, rels, run)?;
            retain(hops, 0, kept.as_deref());
        }
        if route.direction == Direction::Both {
            hops.retain(|hop| hop.node != start);
        }
        Ok(())
    }

    /// Returns whether a start that was not seen is reached without directions: if it lies on a
    /// cycle.
    fn on_cycle(
        &mut self,
        start: NodeId,
        (way, row): (&Way, usize),
        run: &mut Run<'_>,
    ) -> Result<bool> {
        if way.route.max == 0 || self.seen.contains(start.0 as usize) {
            return Ok(false);
        }
        let mut guide = Within {
            holds: way.moments.of(row, &way.graph),
            held: &mut self.held,
            run,
        };
        on_cycle(&way.graph, start, &way.route, &mut guide)
    }

    fn emit(&mut self, node: NodeId) {
        let place = node.0 as usize;
        if !self.seen.contains(place) {
            self.seen.grow_and_insert(place);
            self.found.push(node);
        }
    }

    /// Returns the next rows of those that were found.
    fn rows(&mut self, run: &Run<'_>) -> Batch {
        let (nodes, next) = match &mut self.found {
            Found::Count(count) => return Batch::new(std::mem::take(count), run.width()),
            Found::Nodes(nodes, next) => (nodes, next),
        };
        let end = nodes.len().min(*next + BATCH_ROWS);
        let some = nodes[*next..end].to_vec();
        *next = end;
        let mut out = Batch::new(some.len(), run.width());
        if self.live == [self.shape.step.to] {
            out.set(self.shape.step.to, Column::nodes(some).into());
        }
        out
    }
}

impl Operate for Reach<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        while self.found.is_empty() {
            if let Found::Nodes(nodes, next) = &mut self.found {
                nodes.clear();
                *next = 0;
            }
            let Some(batch) = self.input.next(run)? else {
                run.ctx.release(std::mem::take(&mut self.held));
                return Ok(None);
            };
            self.take(&batch, run)?;
            let bytes = self.bytes();
            note_held(&mut self.held, bytes, run)?;
        }
        Ok(Some(self.rows(run)))
    }
}

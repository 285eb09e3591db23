//! `VarLengthExpand` where only the nodes that are reached matter, each once: breadth-first
//! instead of along every trail. Cost: one step for each relationship within reach; without
//! directions that for each input row.

use fixedbitset::FixedBitSet;

use super::moment::{Moments, is_fixed};
use super::var_expand::{Shape, retain};
use super::walk::{Walk, end_node};
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::paths::{Anything, AtMoment, Guide, Route, on_cycle};
use crate::semantics::bound::Slot;
use crate::store::{Direction, Hop};
use crate::value::NodeId;

/// Returns whether an expansion can be done this way. A node is at the end of a trail of at most
/// so many relationships exactly if it is at the end of a walk of at most so many, but for the
/// start itself; with a minimum above one that does not hold.
pub(super) fn fits(shape: &Shape<'_>, live: &[Slot]) -> bool {
    let directed = !matches!(
        shape.step.direction,
        crate::semantics::bound::Direction::Both
    );
    live == [shape.step.to]
        && shape.min <= 1
        && !shape.into
        && !shape.rel_bound
        && shape.different_from.is_empty()
        && (directed || shape.predicates.is_empty())
}

/// How the rows of a batch are followed.
struct Way {
    walk: Walk,
    /// The slots that the predicates read.
    outer: Vec<Slot>,
    moments: Moments,
}

/// The nodes that any input row leads to, each once.
pub(super) struct Reach<'p> {
    input: Source<'p>,
    shape: Shape<'p>,
    live: &'p [Slot],
    /// The nodes that have come out or will.
    seen: FixedBitSet,
    /// The nodes that the search of a row has reached.
    visited: FixedBitSet,
    found: Vec<u32>,
    next: usize,
    depths: Depths,
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
    pub(super) fn new(input: Source<'p>, shape: Shape<'p>, live: &'p [Slot]) -> Self {
        Self {
            input,
            shape,
            live,
            seen: FixedBitSet::new(),
            visited: FixedBitSet::new(),
            found: Vec::new(),
            next: 0,
            depths: Depths::default(),
        }
    }

    fn take(&mut self, batch: &Batch, run: &mut Run<'_>) -> Result<()> {
        let way = Way {
            walk: Walk::new(self.shape.step, run.graph()),
            outer: used_by_all(self.shape.predicates, run.plan),
            moments: Moments::new(self.shape.step.moment.as_ref(), batch, run)?,
        };
        let bound = run.graph().node_bound();
        let most = u32::try_from(self.shape.max).unwrap_or(u32::MAX).min(bound);
        // What an earlier row expanded need not be expanded again, unless each row has conditions
        // or a moment of its own. Without directions a row may not go back the way that it came.
        let directed = way.walk.direction != Direction::Both;
        let alike = way.outer.iter().all(|slot| *slot == self.shape.each);
        let shared = directed && alike && is_fixed(self.shape.step.moment.as_ref());
        for row in 0..batch.len() {
            if !shared || self.depths.marks.len() < bound as usize {
                self.depths.clear(bound, most);
            }
            let Some(start) = end_node(batch, self.shape.step.from, row)? else {
                continue;
            };
            let always = way.moments.of(row, run.graph()).is_none();
            if !directed && always && self.shape.predicates.is_empty() {
                self.flood(start, &way.walk, run)?;
            } else {
                self.search((batch, row), start, &way, run)?;
            }
            if !directed && most > 0 && !self.seen.contains(start.0 as usize) {
                self.find_cycle(start, (&way, row), most, run)?;
            }
        }
        Ok(())
    }

    /// As [`Self::search`] where all hops may be used and none may lead back to the start: each node
    /// is expanded once, so that a bit is all that is to be known of it.
    fn flood(&mut self, start: NodeId, walk: &Walk, run: &mut Run<'_>) -> Result<()> {
        let graph = run.ctx.share_graph();
        if self.shape.min == 0 {
            self.emit(start);
        }
        self.visited.grow(graph.node_bound() as usize);
        self.visited.insert(start.0 as usize);
        let mut reached = vec![start.0];
        let mut level = 0..1;
        for _ in 0..self.depths.most {
            for place in level.clone() {
                run.step()?;
                let node = NodeId(reached[place]);
                let runs = (0..).map_while(|number| walk.run(&graph, node, number));
                let nodes = runs.flat_map(|run| run.pairs).map(|(node, _)| *node);
                let visited = &mut self.visited;
                reached.extend(nodes.filter(|node| !visited.put(*node as usize)));
            }
            level = level.end..reached.len();
            if level.is_empty() {
                break;
            }
        }
        for &node in &reached {
            self.visited.set(node as usize, false);
            if node != start.0 {
                self.emit(NodeId(node));
            }
        }
        Ok(())
    }

    fn search(
        &mut self,
        row: (&Batch, usize),
        start: NodeId,
        way: &Way,
        run: &mut Run<'_>,
    ) -> Result<()> {
        if self.shape.min == 0 {
            self.emit(start);
        }
        let most = self.depths.most;
        let mut level = Vec::new();
        if self.depths.lower(start, 0) {
            level.push(start);
        }
        let mut hops: Vec<Hop> = Vec::new();
        for depth in 1..=most {
            let mut next = Vec::new();
            for node in level {
                run.step()?;
                hops.clear();
                let (graph, walk) = (run.graph(), &way.walk);
                hops.extend(graph.hops(node, walk.direction, walk.types.as_deref()));
                if let Some(holds) = way.moments.of(row.1, graph) {
                    holds.retain(&mut hops, 0);
                }
                if !self.shape.predicates.is_empty() {
                    let rels = hops.iter().map(|hop| hop.rel.0).collect();
                    let kept = self.shape.passing(row, &way.outer, rels, run)?;
                    retain(&mut hops, 0, kept.as_deref());
                }
                if way.walk.direction == Direction::Both {
                    hops.retain(|hop| hop.node != start);
                }
                for hop in &hops {
                    self.emit(hop.node);
                    next.extend(self.depths.lower(hop.node, depth).then_some(hop.node));
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(())
    }

    /// A start is reached without directions if it lies on a cycle.
    fn find_cycle(
        &mut self,
        start: NodeId,
        (way, row): (&Way, usize),
        most: u32,
        run: &mut Run<'_>,
    ) -> Result<()> {
        let route = Route {
            direction: way.walk.direction,
            types: way.walk.types.clone(),
            min: 1,
            max: most,
        };
        let mut at_moment = way.moments.of(row, run.graph()).map(AtMoment);
        let guide: &mut dyn Guide = match &mut at_moment {
            Some(guide) => guide,
            None => &mut Anything,
        };
        if on_cycle(run.graph(), start, &route, guide)? {
            self.emit(start);
        }
        Ok(())
    }

    fn emit(&mut self, node: NodeId) {
        let place = node.0 as usize;
        if !self.seen.contains(place) {
            self.seen.grow_and_insert(place);
            self.found.push(node.0);
        }
    }
}

impl Operate for Reach<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        while self.next >= self.found.len() {
            run.ctx.pulse()?;
            self.found.clear();
            self.next = 0;
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            self.take(&batch, run)?;
        }
        let end = self.found.len().min(self.next + BATCH_ROWS);
        let nodes = self.found[self.next..end].to_vec();
        self.next = end;
        let mut out = Batch::new(nodes.len(), run.width());
        if self.live == [self.shape.step.to] {
            out.set(self.shape.step.to, Column::nodes(nodes).into());
        }
        Ok(Some(out))
    }
}

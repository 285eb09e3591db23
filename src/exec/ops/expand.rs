//! `Expand`: to new nodes, or between bound ones. Cost: one step a relationship; between bound
//! nodes a binary search in the run of each type.

use std::borrow::Cow;

use fixedbitset::FixedBitSet;

use super::anchor::Anchor;
use super::fan::Fan;
use super::moment::{Moments, is_fixed};
use super::tested::Tested;
use super::walk::{Walk, end_node, rels_of, reversed, used_rels};
use super::{Operate, Rows, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::Step;
use crate::semantics::bound::Slot;
use crate::store::{HoldsAt, Hop, Snapshot};
use crate::value::{NodeId, RelId};

/// What is expanded how.
pub(super) struct Shape<'p> {
    pub(super) step: &'p Step,
    pub(super) into: bool,
    pub(super) rel_bound: bool,
    pub(super) different_from: &'p [Slot],
    pub(super) live: Cow<'p, [Slot]>,
    pub(super) rows: Rows,
}

impl Shape<'_> {
    /// Whether only the nodes that are reached matter, each once.
    fn only_new_nodes(&self) -> bool {
        self.rows == Rows::Distinct && *self.live == [self.step.to] && !self.into && !self.rel_bound
    }

    /// Whether it only matters which rows have a relationship.
    fn only_existence(&self) -> bool {
        let reads = |slot: Slot| self.live.binary_search(&slot).is_ok();
        self.rows == Rows::Distinct
            && (self.rel_bound || !reads(self.step.rel))
            && (self.into || !reads(self.step.to))
    }

    /// Whether only the number of relationships matters.
    pub(super) fn only_count(&self) -> bool {
        self.rows == Rows::Counted && !self.into && !self.rel_bound
    }
}

/// Each input row with each relationship of the step.
pub(super) struct Expand<'p> {
    input: Source<'p>,
    shape: Shape<'p>,
    /// Tests the steps, where that is asked for: before or after rows are made of them.
    tested: Option<Tested<'p>>,
    under_way: Option<UnderWay>,
    memory: Memory,
}

/// What one batch leaves to the next.
#[derive(Default)]
struct Memory {
    /// The nodes that came out, where each is needed once.
    seen: FixedBitSet,
    /// The start node of the last rows, and the end node, where both are bound.
    from: Anchor,
    to: Anchor,
}

struct UnderWay {
    batch: Batch,
    walk: Walk,
    /// Whether steps are tested before rows are made of them.
    tests_first: bool,
    moments: Moments,
    row: usize,
    /// The run of the row's node that is read, and how much of it was.
    run: usize,
    offset: usize,
    /// The relationships that the row's pattern has used already.
    used: Vec<u32>,
    fan: Fan,
    rels: Vec<u32>,
    nodes: Vec<u32>,
}

impl<'p> Expand<'p> {
    pub(super) fn new(input: Source<'p>, shape: Shape<'p>) -> Self {
        Self {
            input,
            shape,
            tested: None,
            under_way: None,
            memory: Memory::default(),
        }
    }

    /// Leaves only the steps to new nodes that pass.
    pub(super) fn testing(mut self, tested: Tested<'p>) -> Self {
        self.tested = Some(tested);
        self
    }

    fn start(&mut self, run: &mut Run<'_>) -> Result<Option<UnderWay>> {
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let tests_first = match &self.tested {
            Some(tested) => is_fixed(self.shape.step.moment.as_ref()) && tested.pays(&batch)?,
            None => false,
        };
        let walk = Walk::new(self.shape.step, run.graph());
        let moments = Moments::new(self.shape.step.moment.as_ref(), &batch, run)?;
        let under_way = UnderWay::new(batch, walk, moments);
        Ok(Some(UnderWay {
            tests_first,
            ..under_way
        }))
    }
}

impl UnderWay {
    fn new(batch: Batch, walk: Walk, moments: Moments) -> Self {
        Self {
            batch,
            walk,
            tests_first: false,
            moments,
            row: 0,
            run: 0,
            offset: 0,
            used: Vec::new(),
            fan: Fan::default(),
            rels: Vec::new(),
            nodes: Vec::new(),
        }
    }

    fn fill(&mut self, shape: &Shape<'_>, run: &Run<'_>, memory: &mut Memory) -> Result<Batch> {
        let graph = run.graph();
        let mut steps = 0_u32;
        while self.row < self.batch.len() && !self.fan.is_full() {
            // A step is one row, or part of one with many relationships.
            steps += 1;
            if steps.is_multiple_of(64) {
                run.ctx.pulse()?;
            }
            if self.take_row(shape, graph, memory)? {
                self.row += 1;
                (self.run, self.offset) = (0, 0);
            }
        }
        Ok(self.finish(shape))
    }

    /// Makes rows of what was taken.
    fn finish(&mut self, shape: &Shape<'_>) -> Batch {
        let rels = Column::rels(std::mem::take(&mut self.rels));
        let nodes = Column::nodes(std::mem::take(&mut self.nodes));
        let new = [
            (!shape.rel_bound).then_some((shape.step.rel, rels)),
            (!shape.into).then_some((shape.step.to, nodes)),
        ];
        self.fan
            .finish(&self.batch, &shape.live, new.into_iter().flatten())
    }

    /// As [`fill`](Self::fill), with steps that pass.
    fn fill_tested(
        &mut self,
        tested: &mut Tested<'_>,
        run: &mut Run<'_>,
        memory: &mut Memory,
    ) -> Result<Batch> {
        let mut count = 0;
        while self.row < self.batch.len() && !self.fan.is_full() {
            run.step()?;
            if end_node(&self.batch, tested.shape.step.from, self.row)?.is_none() {
                self.row += 1;
                continue;
            }
            tested.prepare((&self.batch, self.row), (&self.walk, &self.moments), run)?;
            used_rels(
                &self.batch,
                tested.shape.different_from,
                self.row,
                &mut self.used,
            )?;
            let pairs = tested.pairs();
            let done = if tested.shape.only_count() {
                let among = |pair: &&(u32, u32)| self.used.contains(&pair.1);
                count += pairs.len() - pairs.iter().filter(among).count();
                true
            } else {
                let seen = tested.shape.only_new_nodes().then_some(&mut memory.seen);
                self.take_tested(pairs, &tested.shape, seen)
            };
            if done {
                self.row += 1;
                self.offset = 0;
            }
        }
        if tested.shape.only_count() {
            return Ok(Batch::new(count, run.width()));
        }
        Ok(self.finish(&tested.shape))
    }

    /// Takes what has passed tests; false if more is left.
    fn take_tested(
        &mut self,
        pairs: &[(u32, u32)],
        shape: &Shape<'_>,
        seen: Option<&mut FixedBitSet>,
    ) -> bool {
        if shape.only_existence() {
            let fresh = pairs.iter().find(|pair| !self.used.contains(&pair.1));
            if let Some(&(node, rel)) = fresh {
                self.push(rel, node);
            }
            return true;
        }
        let rest = &pairs[self.offset.min(pairs.len())..];
        let taken = rest.len().min(self.fan.room());
        self.offset += taken;
        match seen {
            Some(seen) => self.take_unseen(&rest[..taken], (None, None), seen),
            None => self.take_fresh(&rest[..taken], None),
        }
        taken == rest.len()
    }

    /// Takes some relationships of one row; false if more are left.
    fn take_row(
        &mut self,
        shape: &Shape<'_>,
        graph: &Snapshot,
        memory: &mut Memory,
    ) -> Result<bool> {
        let Some(from) = end_node(&self.batch, shape.step.from, self.row)? else {
            return Ok(true);
        };
        if !shape.different_from.is_empty() {
            used_rels(&self.batch, shape.different_from, self.row, &mut self.used)?;
        }
        let to = if shape.into {
            match end_node(&self.batch, shape.step.to, self.row)? {
                Some(to) => Some(to),
                None => return Ok(true),
            }
        } else {
            None
        };
        if shape.rel_bound {
            self.test_rel(shape, graph, from, to)?;
            return Ok(true);
        }
        if let Some(to) = to {
            if memory.may_join(graph, &self.walk, from, to) {
                self.take_between(graph, from, to);
            }
            return Ok(true);
        }
        if shape.only_existence() {
            self.take_first(graph, from);
            return Ok(true);
        }
        let seen = shape.only_new_nodes().then_some(&mut memory.seen);
        Ok(self.take_runs(graph, from, seen))
    }

    fn test_rel(
        &mut self,
        shape: &Shape<'_>,
        graph: &Snapshot,
        from: NodeId,
        to: Option<NodeId>,
    ) -> Result<()> {
        let rels = rels_of(&self.batch, shape.step.rel, self.row)?;
        let Some(&[rel]) = rels.as_deref() else {
            return Ok(());
        };
        let end = self.walk.other_end(graph, from, RelId(rel));
        let holds = self.moments.of(self.row, graph);
        if let Some(end) = end
            && to.is_none_or(|to| to == end)
            && !self.used.contains(&rel)
            && holds.is_none_or(|holds| holds.rel_holds(RelId(rel)))
        {
            self.push(rel, end.0);
        }
        Ok(())
    }

    fn take_between(&mut self, graph: &Snapshot, from: NodeId, to: NodeId) {
        let start = self.rels.len();
        self.walk.between(graph, from, to, &mut self.rels);
        let holds = self.moments.of(self.row, graph);
        if !self.used.is_empty() || holds.is_some() {
            let mut place = 0;
            self.rels.retain(|rel| {
                place += 1;
                let at_moment = || holds.is_none_or(|holds| holds.rel_itself_holds(RelId(*rel)));
                place <= start || !self.used.contains(rel) && at_moment()
            });
        }
        let found = self.rels.len() - start;
        self.fan.repeat(self.row, found);
        self.nodes.extend(std::iter::repeat_n(to.0, found));
    }

    fn take_runs(
        &mut self,
        graph: &Snapshot,
        from: NodeId,
        mut seen: Option<&mut FixedBitSet>,
    ) -> bool {
        let holds = self.moments.of(self.row, graph);
        while let Some(run) = self.walk.run(graph, from, self.run) {
            let rest = &run.pairs[self.offset.min(run.pairs.len())..];
            let taken = rest.len().min(self.fan.room());
            self.offset += taken;
            let except = run.again.then_some(from);
            match (&mut seen, holds) {
                (Some(seen), holds) => self.take_unseen(&rest[..taken], (except, holds), seen),
                (None, Some(holds)) => self.take_holding(&rest[..taken], except, holds),
                (None, None) => self.take_fresh(&rest[..taken], except),
            }
            if taken < rest.len() {
                return false;
            }
            self.run += 1;
            self.offset = 0;
        }
        true
    }

    /// Takes one relationship, if there is any.
    fn take_first(&mut self, graph: &Snapshot, from: NodeId) {
        let types = self.walk.types.as_deref();
        let mut hops = graph.hops(from, self.walk.direction, types);
        let holds = self.moments.of(self.row, graph);
        let at_moment = |hop: &Hop| holds.is_none_or(|holds| holds.hop_holds(hop));
        if let Some(hop) = hops.find(|hop| !self.used.contains(&hop.rel.0) && at_moment(hop)) {
            self.push(hop.rel.0, hop.node.0);
        }
    }

    /// Takes those that are not used yet and do not lead to `except`.
    fn take_fresh(&mut self, pairs: &[(u32, u32)], except: Option<NodeId>) {
        let used = std::mem::take(&mut self.used);
        let mut rest = pairs;
        let stale = |pair: &(u32, u32)| except == Some(NodeId(pair.0)) || used.contains(&pair.1);
        let next = |pairs: &[(u32, u32)]| match (except, used.as_slice()) {
            (None, []) => None,
            (None, [only]) => pairs.iter().position(|pair| pair.1 == *only),
            _ => pairs.iter().position(stale),
        };
        while let Some(place) = next(rest) {
            self.take_all(&rest[..place]);
            rest = &rest[place + 1..];
        }
        self.take_all(rest);
        self.used = used;
    }

    /// As [`take_fresh`](Self::take_fresh), those that hold.
    fn take_holding(&mut self, pairs: &[(u32, u32)], except: Option<NodeId>, holds: HoldsAt<'_>) {
        for &(node, rel) in pairs {
            if except != Some(NodeId(node))
                && !self.used.contains(&rel)
                && holds.leads(NodeId(node), RelId(rel))
            {
                self.push(rel, node);
            }
        }
    }

    fn take_all(&mut self, pairs: &[(u32, u32)]) {
        self.fan.repeat(self.row, pairs.len());
        self.rels.extend(pairs.iter().map(|pair| pair.1));
        self.nodes.extend(pairs.iter().map(|pair| pair.0));
    }

    /// As [`take_fresh`](Self::take_fresh), those to nodes that have not come out.
    fn take_unseen(
        &mut self,
        pairs: &[(u32, u32)],
        (except, holds): (Option<NodeId>, Option<HoldsAt<'_>>),
        seen: &mut FixedBitSet,
    ) {
        for &(node, rel) in pairs {
            if !seen.contains(node as usize)
                && except != Some(NodeId(node))
                && !self.used.contains(&rel)
                && holds.is_none_or(|holds| holds.leads(NodeId(node), RelId(rel)))
            {
                seen.grow_and_insert(node as usize);
                self.push(rel, node);
            }
        }
    }

    /// Returns how many relationships the rows have; without looking at them, but for a moment.
    fn count(&mut self, shape: &Shape<'_>, graph: &Snapshot) -> Result<usize> {
        let mut count = 0;
        for row in 0..self.batch.len() {
            let Some(from) = end_node(&self.batch, shape.step.from, row)? else {
                continue;
            };
            used_rels(&self.batch, shape.different_from, row, &mut self.used)?;
            let types = self.walk.types.as_deref();
            if let Some(holds) = self.moments.of(row, graph) {
                let hops = graph.hops(from, self.walk.direction, types);
                let fresh = |hop: &Hop| !self.used.contains(&hop.rel.0) && holds.hop_holds(hop);
                count += hops.filter(fresh).count();
                continue;
            }
            count += graph.degree(from, self.walk.direction, types);
            self.used.sort_unstable();
            self.used.dedup();
            let among = |rel: &&u32| self.walk.other_end(graph, from, RelId(**rel)).is_some();
            count -= self.used.iter().filter(among).count();
        }
        self.row = self.batch.len();
        Ok(count)
    }

    fn push(&mut self, rel: u32, node: u32) {
        self.fan.push(self.row);
        self.rels.push(rel);
        self.nodes.push(node);
    }
}

impl Memory {
    /// Returns whether a step may join two nodes; false only if none does.
    fn may_join(&mut self, graph: &Snapshot, walk: &Walk, from: NodeId, to: NodeId) -> bool {
        let types = walk.types.as_deref();
        let back = reversed(walk.direction);
        self.to.may_join(graph, to, (back, types), from)
            && self.from.may_join(graph, from, (walk.direction, types), to)
    }
}

impl Operate for Expand<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let under_way = match self.under_way.take() {
            Some(under_way) => Some(under_way),
            None => self.start(run)?,
        };
        let Some(mut under_way) = under_way else {
            return Ok(None);
        };
        if self.shape.only_count() {
            let count = under_way.count(&self.shape, run.graph())?;
            return Ok(Some(Batch::new(count, run.width())));
        }
        let memory = &mut self.memory;
        let out = match &mut self.tested {
            None => under_way.fill(&self.shape, run, memory)?,
            Some(tested) if under_way.tests_first => under_way.fill_tested(tested, run, memory)?,
            Some(tested) => {
                let rows = under_way.fill(&self.shape, run, memory)?;
                tested.leave(&rows, run)?
            }
        };
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

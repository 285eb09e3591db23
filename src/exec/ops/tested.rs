//! The relationships that a step may take, tested before rows are made of them: conditions that
//! read nothing but the relationship and the node at its end are the same for every row at a node.
//! So they are tested once for rows in turn at one node.

use super::expand::Shape;
use super::filter::passing;
use super::moment::Moments;
use super::walk::{Walk, end_node};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::Step;
use crate::semantics::bound::{Expr, ExprKind, Slot};
use crate::store::Snapshot;
use crate::value::{NodeId, RelId};

/// Tests what the rows to come need.
pub(super) struct Tested<'p> {
    predicates: Vec<&'p Expr>,
    /// What is expanded how once it is tested: only what is read above comes out.
    pub(super) shape: Shape<'p>,
    /// The nodes of the rows to come, each with the end of what passed of it in `pairs`.
    nodes: Vec<(NodeId, usize)>,
    /// The node that is read now.
    place: usize,
    /// What passed: neighbors and relationships.
    pairs: Vec<(u32, u32)>,
}

impl<'p> Tested<'p> {
    pub(super) fn new(predicates: Vec<&'p Expr>, shape: Shape<'p>) -> Self {
        Self {
            predicates,
            shape,
            nodes: Vec::new(),
            place: 0,
            pairs: Vec::new(),
        }
    }

    /// Returns whether most rows start at the node of the row before: then it pays to test first.
    pub(super) fn pays(&self, batch: &Batch) -> Result<bool> {
        let mut last = None;
        let mut nodes = 0;
        for row in 0..batch.len() {
            let node = end_node(batch, self.shape.step.from, row)?;
            nodes += usize::from(node != last);
            last = node;
        }
        Ok(nodes * 2 <= batch.len())
    }

    /// Leaves the rows that pass, where rows were made first.
    pub(super) fn leave(&self, batch: &Batch, run: &mut Run<'_>) -> Result<Batch> {
        let passed = passing(self.predicates.iter().copied(), batch, run)?;
        if self.shape.only_count() {
            let count = passed.map_or(batch.len(), |rows| rows.len());
            return Ok(Batch::new(count, run.width()));
        }
        Ok(match passed {
            None => batch.keep(&self.shape.live),
            Some(rows) => batch.gather(&rows, &self.shape.live),
        })
    }

    /// Sees to it that [`pairs`](Self::pairs) are those of a row.
    pub(super) fn prepare(
        &mut self,
        (batch, row): (&Batch, usize),
        way: (&Walk, &Moments),
        run: &mut Run<'_>,
    ) -> Result<()> {
        let Some(node) = end_node(batch, self.shape.step.from, row)? else {
            return Ok(());
        };
        if self.is_at(node) {
            return Ok(());
        }
        self.place += 1;
        if self.is_at(node) {
            return Ok(());
        }
        self.pairs.clear();
        self.nodes.clear();
        self.place = 0;
        self.look_ahead((batch, row), way, run.graph())?;
        self.test(run)
    }

    /// Returns what passed of the node that is read now.
    pub(super) fn pairs(&self) -> &[(u32, u32)] {
        let start = self
            .place
            .checked_sub(1)
            .map_or(0, |before| self.nodes[before].1);
        let end = self.nodes.get(self.place).map_or(start, |(_, end)| *end);
        &self.pairs[start..end]
    }

    fn is_at(&self, node: NodeId) -> bool {
        self.nodes
            .get(self.place)
            .is_some_and(|(at, _)| *at == node)
    }

    /// Collects what the nodes of some rows have, until it is worth a test.
    fn look_ahead(
        &mut self,
        (batch, first): (&Batch, usize),
        (walk, moments): (&Walk, &Moments),
        graph: &Snapshot,
    ) -> Result<()> {
        // All rows have the same moment.
        let holds = moments.of(first, graph);
        for row in first..batch.len() {
            let Some(node) = end_node(batch, self.shape.step.from, row)? else {
                continue;
            };
            if self.nodes.last().is_some_and(|(last, _)| *last == node) {
                continue;
            }
            if self.pairs.len() >= BATCH_ROWS {
                break;
            }
            let mut number = 0;
            while let Some(run) = walk.run(graph, node, number) {
                let except = run.again.then_some(node.0);
                let others = run.pairs.iter().filter(|pair| except != Some(pair.0));
                match holds {
                    None => self.pairs.extend(others),
                    Some(holds) => self.pairs.extend(
                        others.filter(|(node, rel)| holds.leads(NodeId(*node), RelId(*rel))),
                    ),
                }
                number += 1;
            }
            self.nodes.push((node, self.pairs.len()));
        }
        Ok(())
    }

    /// Leaves what passes.
    fn test(&mut self, run: &mut Run<'_>) -> Result<()> {
        if self.pairs.is_empty() {
            return Ok(());
        }
        let step = self.shape.step;
        let mut batch = Batch::new(self.pairs.len(), run.width());
        let nodes = self.pairs.iter().map(|pair| pair.0).collect();
        let rels = self.pairs.iter().map(|pair| pair.1).collect();
        batch.set(step.to, Column::nodes(nodes).into());
        batch.set(step.rel, Column::rels(rels).into());
        let Some(passed) = passing(self.predicates.iter().copied(), &batch, run)? else {
            return Ok(());
        };
        for (_, end) in &mut self.nodes {
            *end = passed.partition_point(|row| (*row as usize) < *end);
        }
        let pairs = &self.pairs;
        self.pairs = passed.iter().map(|row| pairs[*row as usize]).collect();
        Ok(())
    }
}

/// Returns whether a condition reads only the relationship and the node at the end of a step, and
/// cannot fail, so that it does no harm to test what no row will take.
pub(super) fn is_local(predicate: &Expr, step: &Step) -> bool {
    let is_own = |expr: &Expr| match expr.kind {
        ExprKind::Variable(slot) => slot == step.rel || slot == step.to,
        _ => false,
    };
    let is_plain = |expr: &Expr| match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Parameter(_) => true,
        ExprKind::Property(base, _) => is_own(base),
        _ => false,
    };
    match &predicate.kind {
        ExprKind::Compare(_, left, right) => is_plain(left) && is_plain(right),
        ExprKind::IsNull(operand) => is_plain(operand),
        ExprKind::HasLabels(base, _) => is_own(base),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(|part| is_local(part, step)),
        ExprKind::Not(inner) => is_local(inner, step),
        _ => false,
    }
}

/// Returns which of `live` are needed when only some of the conditions above a step are left.
pub(super) fn needed(live: &[Slot], above: &[Slot], left: &[&Expr]) -> Vec<Slot> {
    let has_subquery = left.iter().any(|expr| expr.has_subquery());
    let is_read = |slot: &Slot| left.iter().any(|expr| expr.free_slots().contains(slot));
    let is_needed =
        |slot: &&Slot| has_subquery || above.binary_search(slot).is_ok() || is_read(slot);
    live.iter().filter(is_needed).copied().collect()
}

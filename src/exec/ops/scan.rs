//! `AllNodesScan` and `NodeByLabelScan`. Cost: one step a node, and under a moment two comparisons.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::fan::Fan;
use super::moment::Moments;
use super::{Operate, Rows, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::{Op, Operator};
use crate::semantics::bound::{Expr, Slot};
use crate::store::{LabelId, Snapshot};
use crate::value::NodeId;

/// Each input row with each node that has all of the labels.
pub(super) struct NodeScan<'p> {
    input: Source<'p>,
    wanted: Wanted<'p>,
    live: &'p [Slot],
    rows: Rows,
    batch: Option<(Batch, Moments)>,
    /// The nodes, where they are not simply all nodes or those of one label.
    nodes: Option<RoaringBitmap>,
    row: usize,
    next: u32,
    /// The first and the last node that are looked at.
    part: (u32, u32),
}

/// Which nodes are looked for.
pub(super) struct Wanted<'p> {
    pub(super) node: Slot,
    pub(super) labels: &'p [Arc<str>],
    pub(super) moment: Option<&'p Expr>,
}

impl<'p> NodeScan<'p> {
    pub(super) fn new(
        input: Source<'p>,
        wanted: Wanted<'p>,
        (live, rows): (&'p [Slot], Rows),
    ) -> Self {
        Self {
            input,
            wanted,
            live,
            rows,
            batch: None,
            nodes: None,
            row: 0,
            next: 0,
            part: (0, u32::MAX),
        }
    }

    /// Limits the scan to some nodes.
    pub(super) fn within(mut self, part: Option<(u32, u32)>) -> Self {
        self.part = part.unwrap_or(self.part);
        self
    }
}

/// Returns the nodes that have all of some labels.
fn labeled(labels: &[Arc<str>], graph: &Snapshot) -> RoaringBitmap {
    let with_label = |label: &Arc<str>| {
        let nodes = graph
            .label(label)
            .map(|label| graph.nodes_with_label(label));
        nodes.cloned().unwrap_or_default()
    };
    match labels {
        [] => graph.node_bitmap().clone(),
        [first, rest @ ..] => {
            let mut nodes = with_label(first);
            for label in rest {
                nodes &= with_label(label);
            }
            nodes
        }
    }
}

/// Returns the nodes that a scan finds for one row.
pub(super) fn scanned(operator: &Operator, graph: &Snapshot) -> RoaringBitmap {
    match &operator.op {
        Op::AllNodesScan { .. } => labeled(&[], graph),
        Op::NodeByLabelScan { labels, .. } => labeled(labels, graph),
        _ => RoaringBitmap::new(),
    }
}

impl NodeScan<'_> {
    /// Begins with the next rows of the input; false after the last.
    fn begin(&mut self, run: &mut Run<'_>) -> Result<bool> {
        let Some(batch) = self.input.next(run)? else {
            return Ok(false);
        };
        self.nodes = match self.wanted.labels {
            [] | [_] => None,
            labels => Some(labeled(labels, run.graph())),
        };
        (self.row, self.next) = (0, self.part.0);
        let moments = Moments::new(self.wanted.moment, &batch, run)?;
        self.batch = Some((batch, moments));
        Ok(true)
    }

    /// Returns how many nodes all rows have together.
    fn count(
        &self,
        nodes: &RoaringBitmap,
        (batch, moments): (&Batch, &Moments),
        graph: &Snapshot,
    ) -> u64 {
        let part = self.part.0..=self.part.1;
        let count = |row| match moments.of(row, graph) {
            None => nodes.range_cardinality(part.clone()),
            Some(holds) => {
                let holding = nodes
                    .range(part.clone())
                    .filter(|&node| holds.node_holds(NodeId(node)));
                holding.fold(0, |count, _| count + 1)
            }
        };
        let rows = batch.len() as u64;
        if moments.is_one() {
            return count(0).saturating_mul(rows);
        }
        (0..batch.len()).map(count).fold(0, u64::saturating_add)
    }
}

impl Operate for NodeScan<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        if self.batch.is_none() && !self.begin(run)? {
            return Ok(None);
        }
        let Some((batch, moments)) = self.batch.take() else {
            return Ok(None);
        };
        let graph = run.graph();
        let labels = self.wanted.labels;
        let label: Option<LabelId> = labels.first().and_then(|label| graph.label(label));
        let nodes = match (&self.nodes, label) {
            (Some(nodes), _) => nodes,
            (None, Some(label)) => graph.nodes_with_label(label),
            (None, None) if labels.is_empty() => graph.node_bitmap(),
            (None, None) => return Ok(Some(Batch::new(0, run.width()))),
        };
        if self.rows == Rows::Counted {
            let count = self.count(nodes, (&batch, &moments), graph);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            return Ok(Some(Batch::new(count, run.width())));
        }
        let mut fan = Fan::default();
        let mut ids = Vec::new();
        while self.row < batch.len() && !fan.is_full() {
            let before = ids.len();
            if self.next <= self.part.1 {
                let rest = nodes.range(self.next..=self.part.1);
                match moments.of(self.row, graph) {
                    None => ids.extend(rest.take(fan.room())),
                    Some(holds) => {
                        let rest = rest.filter(|&node| holds.node_holds(NodeId(node)));
                        ids.extend(rest.take(fan.room()));
                    }
                }
            }
            fan.repeat(self.row, ids.len() - before);
            if fan.is_full() {
                self.next = ids.last().map_or(0, |id| id.saturating_add(1));
            } else {
                self.row += 1;
                self.next = self.part.0;
            }
        }
        let new = [(self.wanted.node, Column::nodes(ids))];
        let out = fan.finish(&batch, self.live, new);
        if self.row < batch.len() {
            self.batch = Some((batch, moments));
        }
        Ok(Some(out))
    }
}

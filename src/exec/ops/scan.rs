//! `AllNodesScan` and `NodeByLabelScan`. Cost: one step a node.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::fan::Fan;
use super::{Operate, Rows, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::{Op, Operator};
use crate::semantics::bound::Slot;
use crate::store::{LabelId, Snapshot};

/// Each input row with each node that has all of the labels.
pub(super) struct NodeScan<'p> {
    input: Source<'p>,
    node: Slot,
    labels: &'p [Arc<str>],
    live: &'p [Slot],
    rows: Rows,
    batch: Option<Batch>,
    /// The nodes, where they are not simply all nodes or those of one label.
    nodes: Option<RoaringBitmap>,
    row: usize,
    next: u32,
    /// The first and the last node that are looked at.
    part: (u32, u32),
}

impl<'p> NodeScan<'p> {
    pub(super) fn new(
        input: Source<'p>,
        node: Slot,
        labels: &'p [Arc<str>],
        (live, rows): (&'p [Slot], Rows),
    ) -> Self {
        Self {
            input,
            node,
            labels,
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

impl Operate for NodeScan<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(batch) = self.batch.take() else {
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            self.nodes = match self.labels {
                [] | [_] => None,
                labels => Some(labeled(labels, run.graph())),
            };
            (self.row, self.next) = (0, self.part.0);
            self.batch = Some(batch);
            return self.next(run);
        };
        let graph = run.graph();
        let label: Option<LabelId> = self.labels.first().and_then(|label| graph.label(label));
        let nodes = match (&self.nodes, label) {
            (Some(nodes), _) => nodes,
            (None, Some(label)) => graph.nodes_with_label(label),
            (None, None) if self.labels.is_empty() => graph.node_bitmap(),
            (None, None) => return Ok(Some(Batch::new(0, run.width()))),
        };
        if self.rows == Rows::Counted {
            let nodes = nodes.range_cardinality(self.part.0..=self.part.1);
            let nodes = usize::try_from(nodes).unwrap_or(usize::MAX);
            let len = nodes.saturating_mul(batch.len());
            return Ok(Some(Batch::new(len, run.width())));
        }
        let mut fan = Fan::default();
        let mut ids = Vec::new();
        while self.row < batch.len() && !fan.is_full() {
            let before = ids.len();
            if self.next <= self.part.1 {
                ids.extend(nodes.range(self.next..=self.part.1).take(fan.room()));
            }
            fan.repeat(self.row, ids.len() - before);
            if fan.is_full() {
                self.next = ids.last().map_or(0, |id| id.saturating_add(1));
            } else {
                self.row += 1;
                self.next = self.part.0;
            }
        }
        let out = fan.finish(&batch, self.live, [(self.node, Column::nodes(ids))]);
        if self.row < batch.len() {
            self.batch = Some(batch);
        }
        Ok(Some(out))
    }
}

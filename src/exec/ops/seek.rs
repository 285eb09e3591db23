//! `NodeIndexSeek`. Cost: one look-up a row, or a scan where no index serves.

use super::fan::Fan;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};
use crate::store::{KeyId, LabelId, Snapshot};
use crate::value::{NodeId, Value, equal};

/// What a node must have.
pub(super) struct Wanted<'p> {
    pub(super) label: Option<&'p str>,
    pub(super) key: &'p str,
    pub(super) value: &'p Expr,
}

/// Each input row with each node whose property equals the row's value.
pub(super) struct NodeIndexSeek<'p> {
    input: Source<'p>,
    node: Slot,
    wanted: Wanted<'p>,
    live: &'p [Slot],
    under_way: Option<UnderWay>,
}

struct UnderWay {
    batch: Batch,
    values: std::sync::Arc<Column>,
    row: usize,
    /// What was found for the row, and how much of it is handed out.
    found: Option<Vec<NodeId>>,
    next: usize,
}

impl<'p> NodeIndexSeek<'p> {
    pub(super) fn new(input: Source<'p>, node: Slot, wanted: Wanted<'p>, live: &'p [Slot]) -> Self {
        Self {
            input,
            node,
            wanted,
            live,
            under_way: None,
        }
    }

    fn fill(&self, under_way: &mut UnderWay, run: &Run<'_>) -> Batch {
        let mut fan = Fan::default();
        let mut ids = Vec::new();
        let graph = run.graph();
        while under_way.row < under_way.batch.len() && !fan.is_full() {
            let row = under_way.row;
            let values = &under_way.values;
            let found = under_way
                .found
                .get_or_insert_with(|| self.wanted.find(graph, &values.value(row)));
            let rest = &found[under_way.next..];
            let taken = rest.len().min(fan.room());
            fan.repeat(row, taken);
            ids.extend(rest[..taken].iter().map(|node| node.0));
            if taken < rest.len() {
                under_way.next += taken;
            } else {
                under_way.row += 1;
                under_way.found = None;
                under_way.next = 0;
            }
        }
        let new = [(self.node, Column::nodes(ids))];
        fan.finish(&under_way.batch, self.live, new)
    }
}

impl Wanted<'_> {
    fn find(&self, graph: &Snapshot, value: &Value) -> Vec<NodeId> {
        let label = self.label.map(|label| graph.label(label));
        let (Some(key), false) = (graph.key(self.key), label == Some(None)) else {
            return Vec::new();
        };
        let label = label.flatten();
        if value.is_null() {
            return Vec::new();
        }
        graph
            .find_nodes(label, key, value)
            .unwrap_or_else(|| scan(graph, label, key, value))
    }
}

fn scan(graph: &Snapshot, label: Option<LabelId>, key: KeyId, value: &Value) -> Vec<NodeId> {
    let nodes = label.map_or_else(
        || graph.node_bitmap(),
        |label| graph.nodes_with_label(label),
    );
    let Some(column) = graph.node_column(key) else {
        return Vec::new();
    };
    nodes
        .iter()
        .filter(|&node| equal(&column.get(node), value) == Some(true))
        .map(NodeId)
        .collect()
}

impl Operate for NodeIndexSeek<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let mut under_way = if let Some(under_way) = self.under_way.take() {
            under_way
        } else {
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            let values = run.eval(self.wanted.value, &batch)?;
            UnderWay {
                batch,
                values,
                row: 0,
                found: None,
                next: 0,
            }
        };
        let out = self.fill(&mut under_way, run);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

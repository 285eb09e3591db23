//! `NodeIndexSeek`. Cost: one look-up a row, or a scan where no index serves.

use super::fan::Fan;
use super::moment::Moments;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::eval::compare;
use crate::exec::run::Run;
use crate::semantics::bound::{Comparison, Expr, Slot};
use crate::store::LabelId;
use crate::value::{NodeId, Value};

/// What a node must have.
pub(super) struct Wanted<'p> {
    pub(super) label: Option<&'p str>,
    pub(super) key: &'p str,
    pub(super) value: &'p Expr,
    pub(super) moment: Option<&'p Expr>,
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
    moments: Moments,
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

    fn fill(&self, under_way: &mut UnderWay, run: &mut Run<'_>) -> Result<Batch> {
        let mut fan = Fan::default();
        let mut ids = Vec::new();
        while under_way.row < under_way.batch.len() && !fan.is_full() {
            let row = under_way.row;
            let found = if let Some(found) = under_way.found.take() {
                found
            } else {
                let mut found = self.wanted.find(under_way.values.value(row), run)?;
                if let Some(holds) = under_way.moments.of(row, run.graph()) {
                    found.retain(|node| holds.node_holds(*node));
                }
                found
            };
            let rest = &found[under_way.next..];
            let taken = rest.len().min(fan.room());
            fan.repeat(row, taken);
            ids.extend(rest[..taken].iter().map(|node| node.0));
            if taken < rest.len() {
                under_way.next += taken;
                under_way.found = Some(found);
            } else {
                under_way.row += 1;
                under_way.next = 0;
            }
        }
        let new = [(self.node, Column::nodes(ids))];
        Ok(fan.finish(&under_way.batch, self.live, new))
    }
}

impl Wanted<'_> {
    fn find(&self, value: Value, run: &mut Run<'_>) -> Result<Vec<NodeId>> {
        let graph = run.graph();
        let label = self.label.map(|label| graph.label(label));
        let (Some(key), false) = (graph.key(self.key), label == Some(None)) else {
            return Ok(Vec::new());
        };
        let label = label.flatten();
        if value.is_null() {
            return Ok(Vec::new());
        }
        match graph.find_nodes(label, key, &value) {
            Some(found) => Ok(found),
            None => scan(label, self.key, value, run),
        }
    }
}

/// Tests all nodes, where no index serves.
fn scan(label: Option<LabelId>, key: &str, value: Value, run: &mut Run<'_>) -> Result<Vec<NodeId>> {
    let mut found = Vec::new();
    let mut next = 0;
    let wanted = Column::Const(value, BATCH_ROWS);
    loop {
        run.ctx.pulse()?;
        let graph = run.graph();
        let nodes = label.map_or_else(
            || graph.node_bitmap(),
            |label| graph.nodes_with_label(label),
        );
        let ids: Vec<u32> = nodes.range(next..).take(BATCH_ROWS).collect();
        let Some(last) = ids.last() else {
            return Ok(found);
        };
        next = last.saturating_add(1);
        let full = ids.len() == BATCH_ROWS;
        let nodes = Column::nodes(ids);
        let values = run.property_of(&nodes, key)?;
        let truths = compare(Comparison::Equal, &values, &wanted.slice(0, nodes.len()));
        let passed = (0..nodes.len()).filter(|&row| truths.is_true(row));
        found.extend(passed.filter_map(|row| nodes.node(row)));
        if !full {
            return Ok(found);
        }
    }
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
            let moments = Moments::new(self.wanted.moment, &batch, run)?;
            UnderWay {
                batch,
                values,
                moments,
                row: 0,
                found: None,
                next: 0,
            }
        };
        let out = self.fill(&mut under_way, run)?;
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

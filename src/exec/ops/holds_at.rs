//! `HoldsAt`: keeps the rows whose nodes hold at a moment. Cost: two comparisons a node.

use super::moment::Moments;
use super::walk::end_node;
use super::{Operate, Source, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};

/// The rows whose nodes all hold.
pub(super) struct HoldsAt<'p> {
    input: Source<'p>,
    nodes: &'p [Slot],
    moment: &'p Expr,
    live: &'p [Slot],
}

impl<'p> HoldsAt<'p> {
    pub(super) fn new(
        input: Source<'p>,
        nodes: &'p [Slot],
        moment: &'p Expr,
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            nodes,
            moment,
            live,
        }
    }

    fn kept(&self, batch: &Batch, run: &mut Run<'_>) -> Result<Vec<u32>> {
        let moments = Moments::new(Some(self.moment), batch, run)?;
        let mut kept = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let holds = moments.of(row, run.graph());
            let mut all = true;
            for &slot in self.nodes {
                all &= end_node(batch, slot, row)?
                    .is_some_and(|node| holds.is_none_or(|holds| holds.node_holds(node)));
            }
            if all {
                kept.push(row_number(row));
            }
        }
        Ok(kept)
    }
}

impl Operate for HoldsAt<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        loop {
            run.ctx.pulse()?;
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            let rows = self.kept(&batch, run)?;
            if rows.len() == batch.len() {
                return Ok(Some(batch.keep(self.live)));
            }
            if !rows.is_empty() {
                return Ok(Some(batch.gather(&rows, self.live)));
            }
        }
    }
}

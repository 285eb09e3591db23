//! `Delete`. Eager; all is deleted at the end of the clause.

use roaring::RoaringBitmap;

use super::eager::{Stored, drain};
use super::write::mismatch;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};
use crate::value::{NodeId, RelId, Value};

/// Deletes nodes, relationships and paths; all rows come out.
pub(super) struct Delete<'p> {
    input: Source<'p>,
    targets: &'p [Expr],
    detach: bool,
    live: &'p [Slot],
    stored: Stored,
}

/// What goes.
#[derive(Debug, Default)]
struct Doomed {
    nodes: RoaringBitmap,
    rels: RoaringBitmap,
}

impl Doomed {
    fn add(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => {}
            Value::Node(node) => {
                self.nodes.insert(node.0);
            }
            Value::Rel(rel) => {
                self.rels.insert(rel.0);
            }
            Value::Path(path) => {
                self.nodes.extend(path.nodes.iter().map(|node| node.0));
                self.rels.extend(path.rels.iter().map(|rel| rel.0));
            }
            other => return Err(mismatch("a node, a relationship or a path", other)),
        }
        Ok(())
    }
}

impl<'p> Delete<'p> {
    pub(super) fn new(
        input: Source<'p>,
        targets: &'p [Expr],
        detach: bool,
        live: &'p [Slot],
    ) -> Self {
        Self {
            input,
            targets,
            detach,
            live,
            stored: Stored::default(),
        }
    }

    fn collect(&self, batches: &[Batch], run: &mut Run<'_>) -> Result<Doomed> {
        let mut doomed = Doomed::default();
        for batch in batches {
            for target in self.targets {
                let column = run.eval(target, batch)?;
                for row in 0..column.len() {
                    doomed
                        .add(&column.cell(row))
                        .map_err(|error| error.at(target.span))?;
                }
            }
        }
        Ok(doomed)
    }

    fn delete(&self, doomed: &Doomed, run: &mut Run<'_>) -> Result<()> {
        run.forget();
        run.ctx.deletions = true;
        for rel in &doomed.rels {
            run.step()?;
            let deleted = run.ctx.writer()?.delete_rel(RelId(rel));
            run.ctx.counters.rels_deleted += u64::from(deleted);
        }
        for node in doomed.nodes.iter().map(NodeId) {
            run.step()?;
            if self.detach {
                if let Some(rels) = run.ctx.writer()?.detach_delete_node(node) {
                    run.ctx.counters.rels_deleted += rels as u64;
                    run.ctx.counters.nodes_deleted += 1;
                }
            } else {
                let deleted = run.ctx.writer()?.delete_node(node);
                let deleted = deleted.map_err(|error| match self.targets.first() {
                    Some(target) => error.at(target.span),
                    None => error,
                })?;
                run.ctx.counters.nodes_deleted += u64::from(deleted);
            }
        }
        Ok(())
    }
}

impl Operate for Delete<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = drain(&mut self.input, run)?;
            let doomed = self.collect(&batches, run)?;
            self.delete(&doomed, run)?;
            self.stored
                .fill(batches.iter().map(|batch| batch.keep(self.live)).collect());
        }
        Ok(self.stored.next(run))
    }
}

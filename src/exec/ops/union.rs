//! `Union`.

use std::sync::Arc;

use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::Slot;

/// The rows of all branches, one branch after another.
pub(super) struct Union<'p> {
    branches: Vec<Source<'p>>,
    current: usize,
    columns: &'p [Slot],
    sources: &'p [Vec<Slot>],
}

impl<'p> Union<'p> {
    pub(super) fn new(
        branches: Vec<Source<'p>>,
        columns: &'p [Slot],
        sources: &'p [Vec<Slot>],
    ) -> Self {
        Self {
            branches,
            current: 0,
            columns,
            sources,
        }
    }
}

impl Operate for Union<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        while let Some(branch) = self.branches.get_mut(self.current) {
            let Some(mut batch) = branch.next(run)? else {
                self.current += 1;
                continue;
            };
            let sources = self.sources.get(self.current).map_or(&[][..], |s| s);
            let renamed: Vec<(Slot, Arc<Column>)> = self
                .columns
                .iter()
                .zip(sources)
                .map(|(&to, &from)| {
                    let column = batch.column(from).map(Arc::clone);
                    (
                        to,
                        column.unwrap_or_else(|| Arc::new(Column::nulls(batch.len()))),
                    )
                })
                .collect();
            for (slot, column) in renamed {
                batch.set(slot, column);
            }
            return Ok(Some(batch));
        }
        Ok(None)
    }
}

//! `Unwind`.

use std::sync::Arc;

use super::fan::Fan;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, Slot};
use crate::value::Value;

/// Each input row with each element of its list.
pub(super) struct Unwind<'p> {
    input: Source<'p>,
    list: &'p Expr,
    slot: Slot,
    live: &'p [Slot],
    under_way: Option<UnderWay>,
}

struct UnderWay {
    batch: Batch,
    lists: Arc<Column>,
    row: usize,
    element: usize,
}

impl<'p> Unwind<'p> {
    pub(super) fn new(input: Source<'p>, list: &'p Expr, slot: Slot, live: &'p [Slot]) -> Self {
        Self {
            input,
            list,
            slot,
            live,
            under_way: None,
        }
    }
}

impl UnderWay {
    fn fill(&mut self, slot: Slot, live: &[Slot]) -> Batch {
        let mut fan = Fan::default();
        let mut elements = Vec::new();
        while self.row < self.batch.len() && !fan.is_full() {
            let value = self.lists.cell(self.row);
            let items: &[Value] = match &*value {
                Value::Null => &[],
                Value::List(items) => items,
                other => std::slice::from_ref(other),
            };
            let rest = &items[self.element..];
            let taken = rest.len().min(fan.room());
            fan.repeat(self.row, taken);
            elements.extend_from_slice(&rest[..taken]);
            if taken < rest.len() {
                self.element += taken;
            } else {
                self.row += 1;
                self.element = 0;
            }
        }
        let column = Column::from_values(elements);
        fan.finish(&self.batch, live, [(slot, column)])
    }
}

impl Operate for Unwind<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let mut under_way = if let Some(under_way) = self.under_way.take() {
            under_way
        } else {
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            let lists = run.eval(self.list, &batch)?;
            UnderWay {
                batch,
                lists,
                row: 0,
                element: 0,
            }
        };
        let out = under_way.fill(self.slot, self.live);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

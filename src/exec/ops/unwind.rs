//! `Unwind`.

use std::sync::Arc;

use super::fan::Fan;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::Run;
use crate::functions::IntRange;
use crate::semantics::bound::{Expr, ExprKind, Slot};
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
    lists: Lists,
    row: usize,
    element: usize,
}

/// The lists of a batch.
enum Lists {
    Values(Arc<Column>),
    /// Those of `range()` are not made.
    Ranges(Vec<IntRange>),
}

/// Elements of lists, one after the other.
enum Elements {
    Values(Vec<Value>),
    Ints(Vec<i64>),
}

impl Lists {
    fn of(list: &Expr, batch: &Batch, run: &mut Run<'_>) -> Result<Self> {
        let ExprKind::Function(function, arguments) = &list.kind else {
            return run.eval(list, batch).map(Self::Values);
        };
        if function.name != "range" {
            return run.eval(list, batch).map(Self::Values);
        }
        let columns = arguments
            .iter()
            .map(|argument| run.eval(argument, batch))
            .collect::<Result<Vec<_>>>()?;
        let mut ranges = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let arguments: Vec<Value> = columns.iter().map(|column| column.value(row)).collect();
            let range = IntRange::of(&arguments).map_err(|error| error.at(list.span))?;
            ranges.push(range);
        }
        Ok(Self::Ranges(ranges))
    }

    fn elements(&self) -> Elements {
        match self {
            Self::Values(_) => Elements::Values(Vec::new()),
            Self::Ranges(_) => Elements::Ints(Vec::new()),
        }
    }
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
    /// Adds elements of the row's list for so many rows at most; says how many the list has, and how
    /// many were taken.
    fn take(&self, elements: &mut Elements, room: usize) -> (usize, usize) {
        let end = |len: usize| len.min(self.element.saturating_add(room));
        match (&self.lists, elements) {
            (Lists::Values(column), Elements::Values(taken)) => {
                let value = column.cell(self.row);
                let items: &[Value] = match &*value {
                    Value::Null => &[],
                    Value::List(items) => items,
                    other => std::slice::from_ref(other),
                };
                let items_taken = &items[self.element..end(items.len())];
                taken.extend_from_slice(items_taken);
                (items.len(), items_taken.len())
            }
            (Lists::Ranges(ranges), Elements::Ints(taken)) => {
                let range = ranges[self.row];
                // A range that is longer than memory is never gone through to its end.
                let len = range.count().unwrap_or(usize::MAX);
                let places = self.element..end(len);
                let count = places.len();
                taken.extend(places.map(|place| range.at(place)));
                (len, count)
            }
            _ => (0, 0),
        }
    }

    fn fill(&mut self, slot: Slot, live: &[Slot]) -> Batch {
        let mut fan = Fan::default();
        let mut elements = self.lists.elements();
        while self.row < self.batch.len() && !fan.is_full() {
            let (len, taken) = self.take(&mut elements, fan.room());
            fan.repeat(self.row, taken);
            if taken < len - self.element {
                self.element += taken;
            } else {
                self.row += 1;
                self.element = 0;
            }
        }
        let column = match elements {
            Elements::Values(values) => Column::from_values(values),
            Elements::Ints(numbers) => Column::I64(Cells::full(numbers)),
        };
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
            let lists = Lists::of(self.list, &batch, run)?;
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

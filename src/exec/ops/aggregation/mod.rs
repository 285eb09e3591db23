//! `Aggregation`. Cost: one look-up a row; holds one key and one state for each group, and the
//! values themselves where they are collected.

mod state;

use std::collections::VecDeque;
use std::sync::Arc;

use self::state::State;
use super::distinct::first_rows;
use super::keys::Groups;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{AggregateCall, Expr, Slot};

/// Groups of rows with what is aggregated over each.
pub(super) struct Aggregation<'p> {
    input: Source<'p>,
    keys: &'p [(Slot, Expr)],
    calls: Vec<Call<'p>>,
    groups: Groups,
    held: usize,
    done: bool,
    out: VecDeque<Batch>,
}

/// One aggregate of the operator.
pub(super) struct Call<'p> {
    slot: Slot,
    source: &'p AggregateCall,
    /// Whether rows are counted, whatever the argument.
    counted: bool,
    state: State,
    /// With `DISTINCT`: the pairs of group and value that were seen.
    seen: Option<Groups>,
}

/// Sets the aggregates up; with `counted` all of them count rows.
pub(super) fn calls<'p>(
    aggregates: &'p [(Slot, AggregateCall)],
    keys: &[(Slot, Expr)],
    counted: bool,
) -> Vec<Call<'p>> {
    let grouped = usize::from(!keys.is_empty());
    let calls = aggregates.iter().map(|(slot, call)| Call {
        slot: *slot,
        source: call,
        counted,
        state: State::new(call),
        seen: (call.distinct && call.function.is_some()).then(|| Groups::new(1 + grouped)),
    });
    calls.collect()
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(input: Source<'p>, keys: &'p [(Slot, Expr)], calls: Vec<Call<'p>>) -> Self {
        Self {
            input,
            keys,
            calls,
            groups: Groups::new(keys.len()),
            held: 0,
            done: false,
            out: VecDeque::new(),
        }
    }

    fn take(&mut self, batch: &Batch, run: &mut Run<'_>) -> Result<()> {
        let keys = self
            .keys
            .iter()
            .map(|(_, expr)| run.eval(expr, batch))
            .collect::<Result<Vec<_>>>()?;
        let groups = (!keys.is_empty()).then(|| self.groups.assign(&keys, batch.len()));
        let count = if keys.is_empty() {
            1
        } else {
            self.groups.len()
        };
        for call in &mut self.calls {
            call.take(batch, groups.as_deref(), count, run)?;
        }
        let bytes = self.groups.bytes() + self.calls.iter().map(Call::bytes).sum::<usize>();
        run.ctx.hold(bytes.saturating_sub(self.held))?;
        self.held = self.held.max(bytes);
        Ok(())
    }

    fn finish(&mut self, run: &mut Run<'_>) -> Result<()> {
        let count = if self.keys.is_empty() {
            1
        } else {
            self.groups.len()
        };
        let mut results = Vec::with_capacity(self.calls.len());
        for call in &mut self.calls {
            let column = call
                .state
                .finish(count)
                .map_err(|error| error.at(call.source.span))?;
            results.push((call.slot, column));
            run.ctx.pulse()?;
        }
        let mut start = 0;
        while start < count {
            let end = count.min(start + BATCH_ROWS);
            let mut batch = Batch::new(end - start, run.width());
            for (key, (slot, _)) in self.keys.iter().enumerate() {
                batch.set(*slot, Arc::new(self.groups.column(key, start..end)));
            }
            for (slot, column) in &results {
                batch.set(*slot, Arc::new(column.slice(start, end - start)));
            }
            self.out.push_back(batch);
            start = end;
        }
        Ok(())
    }
}

impl Call<'_> {
    /// Takes a batch; `groups` says which of `count` groups each row belongs to, or that there is
    /// only one.
    fn take(
        &mut self,
        batch: &Batch,
        groups: Option<&[u32]>,
        count: usize,
        run: &mut Run<'_>,
    ) -> Result<()> {
        self.state.grow(count);
        let arguments = self.source.arguments.split_first();
        let Some((first, further)) = arguments.filter(|_| !self.counted) else {
            self.state.count_rows(batch.len(), groups);
            return Ok(());
        };
        let column = run.eval(first, batch)?;
        let further = further
            .iter()
            .map(|argument| run.eval(argument, batch))
            .collect::<Result<Vec<_>>>()?;
        let Some(seen) = &mut self.seen else {
            let taken = self.state.take(&column, groups, &further);
            return taken.map_err(|error| error.at(self.source.span));
        };
        let mut pairs = vec![Arc::clone(&column)];
        if let Some(groups) = groups {
            pairs.insert(0, Arc::new(Column::nodes(groups.to_vec())));
        }
        let fresh = first_rows(seen, &pairs, batch.len());
        let groups: Option<Vec<u32>> =
            groups.map(|groups| fresh.iter().map(|&row| groups[row as usize]).collect());
        let further: Vec<Arc<Column>> = further
            .iter()
            .map(|column| Arc::new(column.gather(&fresh)))
            .collect();
        self.state
            .take(&column.gather(&fresh), groups.as_deref(), &further)
            .map_err(|error| error.at(self.source.span))
    }

    fn bytes(&self) -> usize {
        self.state.bytes() + self.seen.as_ref().map_or(0, Groups::bytes)
    }
}

impl Operate for Aggregation<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.done {
            while let Some(batch) = self.input.next(run)? {
                run.ctx.pulse()?;
                if !batch.is_empty() {
                    self.take(&batch, run)?;
                }
            }
            self.finish(run)?;
            self.done = true;
        }
        Ok(self.out.pop_front())
    }
}

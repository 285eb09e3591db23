//! `Aggregation`. Cost: one look-up a row; holds one key and one state for each group, and the
//! values themselves where they are collected.

mod split;
mod state;

use std::collections::VecDeque;
use std::sync::Arc;

use self::split::Rest;
pub(super) use self::split::Split;
use self::state::State;
use super::distinct::first_rows;
use super::keys::Groups;
use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::functions::Aggregate;
use crate::semantics::bound::{AggregateCall, Expr, Slot};
use crate::value::Value;

/// Groups of rows with what is aggregated over each.
pub(super) struct Aggregation<'p> {
    input: Source<'p>,
    grouping: Grouping<'p>,
    /// How the input is split over cores, where that is possible.
    split: Option<Split<'p>>,
    done: bool,
    out: VecDeque<Batch>,
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(input: Source<'p>, grouping: Grouping<'p>, split: Option<Split<'p>>) -> Self {
        Self {
            input,
            grouping,
            split,
            done: false,
            out: VecDeque::new(),
        }
    }
}

impl Operate for Aggregation<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.done {
            let rest = match &self.split {
                Some(split) => split.take_all(&mut self.grouping, run)?,
                None => Rest::Everything,
            };
            match rest {
                Rest::Nothing => {}
                Rest::Everything => {
                    self.grouping.drain(&mut self.input, run)?;
                }
                Rest::From(mut source) => {
                    self.grouping.drain(&mut source, run)?;
                }
            }
            self.out = self.grouping.finish(run)?;
            self.done = true;
        }
        Ok(self.out.pop_front())
    }
}

/// What was seen of the groups so far.
pub(super) struct Grouping<'p> {
    keys: &'p [(Slot, Expr)],
    calls: Vec<Call<'p>>,
    groups: Groups,
    held: usize,
}

/// One aggregate of the operator.
struct Call<'p> {
    slot: Slot,
    source: &'p AggregateCall,
    /// Whether rows are counted, whatever the argument.
    counted: bool,
    state: State,
    /// With `DISTINCT`: the pairs of group and value that were seen.
    seen: Option<Groups>,
    /// How many values the function's own accumulators hold.
    kept: usize,
}

impl<'p> Grouping<'p> {
    /// Sets groups up; with `counted` all aggregates count rows.
    pub(super) fn new(
        keys: &'p [(Slot, Expr)],
        aggregates: &'p [(Slot, AggregateCall)],
        counted: bool,
    ) -> Self {
        let grouped = usize::from(!keys.is_empty());
        let calls = aggregates.iter().map(|(slot, call)| Call {
            slot: *slot,
            source: call,
            counted,
            state: State::new(call),
            seen: (call.distinct && call.function.is_some() && !counted)
                .then(|| Groups::new(1 + grouped)),
            kept: 0,
        });
        Self {
            keys,
            calls: calls.collect(),
            groups: Groups::new(keys.len()),
            held: 0,
        }
    }

    /// The same groups, nothing seen.
    fn fresh(&self) -> Self {
        let calls = self.calls.iter().map(|call| Call {
            slot: call.slot,
            source: call.source,
            counted: call.counted,
            state: State::new(call.source),
            seen: call.seen.as_ref().map(Groups::fresh),
            kept: 0,
        });
        Self {
            keys: self.keys,
            calls: calls.collect(),
            groups: self.groups.fresh(),
            held: 0,
        }
    }

    fn drain(&mut self, input: &mut Source<'p>, run: &mut Run<'_>) -> Result<usize> {
        let mut rows = 0;
        while let Some(batch) = input.next(run)? {
            run.ctx.pulse()?;
            if !batch.is_empty() {
                rows += batch.len();
                self.take(&batch, run)?;
            }
        }
        Ok(rows)
    }

    fn take(&mut self, batch: &Batch, run: &mut Run<'_>) -> Result<()> {
        let keys = self
            .keys
            .iter()
            .map(|(_, expr)| run.eval(expr, batch))
            .collect::<Result<Vec<_>>>()?;
        let groups = (!keys.is_empty()).then(|| self.groups.assign(&keys, batch.len()));
        let count = self.count();
        for call in &mut self.calls {
            call.take(batch, groups.as_deref(), count, run)?;
        }
        self.hold(run)
    }

    /// Takes what another has seen of the rows after.
    fn merge(&mut self, other: Self, run: &mut Run<'_>) -> Result<()> {
        let groups = (!self.keys.is_empty()).then(|| {
            let all = 0..other.groups.len();
            let keys: Vec<Arc<Column>> = (0..self.keys.len())
                .map(|key| Arc::new(other.groups.column(key, all.clone())))
                .collect();
            self.groups.assign(&keys, all.len())
        });
        let count = self.count();
        for (call, other) in self.calls.iter_mut().zip(other.calls) {
            call.state.grow(count);
            call.merge(other, groups.as_deref())
                .map_err(|error| error.at(call.source.span))?;
        }
        self.hold(run)
    }

    /// How many groups there are; without keys always one.
    fn count(&self) -> usize {
        if self.keys.is_empty() {
            1
        } else {
            self.groups.len()
        }
    }

    fn hold(&mut self, run: &mut Run<'_>) -> Result<()> {
        let bytes = self.groups.bytes() + self.calls.iter().map(Call::bytes).sum::<usize>();
        run.ctx.hold(bytes.saturating_sub(self.held))?;
        self.held = self.held.max(bytes);
        Ok(())
    }

    fn finish(&mut self, run: &mut Run<'_>) -> Result<VecDeque<Batch>> {
        let count = self.count();
        let mut results = Vec::with_capacity(self.calls.len());
        for call in &mut self.calls {
            let column = call
                .state
                .finish(count)
                .map_err(|error| error.at(call.source.span))?;
            results.push((call.slot, column));
            run.ctx.pulse()?;
        }
        let mut out = VecDeque::new();
        let mut start = 0;
        while start < count {
            run.ctx.pulse()?;
            let end = count.min(start + BATCH_ROWS);
            let mut batch = Batch::new(end - start, run.width());
            for (key, (slot, _)) in self.keys.iter().enumerate() {
                batch.set(*slot, Arc::new(self.groups.column(key, start..end)));
            }
            for (slot, column) in &results {
                batch.set(*slot, Arc::new(column.slice(start, end - start)));
            }
            out.push_back(batch);
            start = end;
        }
        Ok(out)
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
        if self.source.function.is_some_and(Aggregate::keeps_values) {
            self.kept += column.len();
        }
        let further = further
            .iter()
            .map(|argument| run.eval(argument, batch))
            .collect::<Result<Vec<_>>>()?;
        if self.seen.is_some() {
            return self.take_new(&column, groups, &further);
        }
        let taken = self.state.take(&column, groups, &further);
        taken.map_err(|error| error.at(self.source.span))
    }

    /// Takes the values that were not seen in their group.
    fn take_new(
        &mut self,
        column: &Arc<Column>,
        groups: Option<&[u32]>,
        further: &[Arc<Column>],
    ) -> Result<()> {
        let Some(seen) = &mut self.seen else {
            return Ok(());
        };
        let mut pairs = vec![Arc::clone(column)];
        if let Some(groups) = groups {
            pairs.insert(0, Arc::new(Column::nodes(groups.to_vec())));
        }
        let fresh = first_rows(seen, &pairs, column.len());
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

    /// Takes what the same aggregate has seen of the rows after; `groups` says which group here
    /// each of the groups there is.
    fn merge(&mut self, other: Self, groups: Option<&[u32]>) -> Result<()> {
        self.kept += other.kept;
        let Some(seen) = other.seen else {
            return self.state.merge(other.state, groups);
        };
        let all = 0..seen.len();
        let value = usize::from(groups.is_some());
        let values = Arc::new(seen.column(value, all.clone()));
        let groups: Option<Vec<u32>> = groups.map(|groups| {
            let there = seen.column(0, all);
            let group = |row| there.node(row).map_or(0, |group| groups[group.0 as usize]);
            (0..there.len()).map(group).collect()
        });
        self.take_new(&values, groups.as_deref(), &[])
    }

    fn bytes(&self) -> usize {
        self.kept * size_of::<Value>()
            + self.state.bytes()
            + self.seen.as_ref().map_or(0, Groups::bytes)
    }
}

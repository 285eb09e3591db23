//! What each operator of a plan did: for `PROFILE`.

use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::batch::Batch;
use super::ops::{Operate, Source};
use super::run::Run;
use crate::error::Result;
use crate::plan::Measure;
use crate::plan::physical::Operator;

/// What all operators of a plan did.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// By the place of the operator in memory: the plan stays where it is.
    measures: HashMap<usize, Measure>,
    /// How long the operators took that the running one has called until now.
    called: Duration,
}

impl Profile {
    /// Returns what an operator of the plan did; nothing if it never ran.
    #[must_use]
    pub fn of(&self, operator: &Operator) -> Option<Measure> {
        self.measures.get(&place(operator)).copied()
    }

    pub(super) fn add(&mut self, operator: &Operator, more: Measure) {
        let measure = self.measures.entry(place(operator)).or_default();
        measure.rows += more.rows;
        measure.time += more.time;
        measure.bytes = measure.bytes.max(more.bytes);
    }
}

fn place(operator: &Operator) -> usize {
    std::ptr::from_ref(operator).addr()
}

/// What the running operator holds, by its own account.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    /// Bytes that it holds now.
    pub(super) held: usize,
    /// Bytes that it held at most.
    pub(super) most: usize,
}

impl Meter {
    pub(super) fn hold(&mut self, bytes: usize) {
        self.held = self.held.saturating_add(bytes);
        self.most = self.most.max(self.held);
    }

    pub(super) fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
    }
}

/// Measures an operator while it works. What it calls, its inputs and the subqueries of its
/// expressions, is measured there and taken off here.
pub(super) struct Measured<'p> {
    source: Source<'p>,
    operator: &'p Operator,
    meter: Meter,
}

impl<'p> Measured<'p> {
    pub(super) fn new(source: Source<'p>, operator: &'p Operator) -> Self {
        let meter = Meter::default();
        Self {
            source,
            operator,
            meter,
        }
    }
}

impl Operate for Measured<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let start = Instant::now();
        let callers_meter = std::mem::replace(&mut run.ctx.meter, self.meter);
        let earlier = run.profile.as_mut().map(|p| std::mem::take(&mut p.called));
        let batch = self.source.next(run);
        self.meter = std::mem::replace(&mut run.ctx.meter, callers_meter);
        let rows = match &batch {
            Ok(Some(batch)) => batch.len() as u64,
            _ => 0,
        };
        if let Some(profile) = &mut run.profile {
            let whole = start.elapsed();
            let measure = Measure {
                rows,
                time: whole.saturating_sub(profile.called),
                bytes: self.meter.most,
            };
            profile.called = earlier.unwrap_or_default() + whole;
            profile.add(self.operator, measure);
        }
        batch
    }
}

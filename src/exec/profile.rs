//! What each operator of a plan did: for `PROFILE`.

use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::batch::Batch;
use super::ops::{Operate, Source};
use super::run::Run;
use crate::error::Result;
use crate::plan::physical::Operator;

/// What one operator did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many rows it handed out.
    pub rows: u64,
    /// How long it took, without its inputs and subplans.
    pub time: Duration,
    /// How many bytes were held at most when it handed rows out, by it and all below it.
    pub bytes: usize,
}

/// What all operators of a plan did.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// By the place of the operator in memory: the plan stays where it is.
    measures: HashMap<usize, Measure>,
}

impl Profile {
    /// Returns what an operator of the plan did; nothing if it never ran.
    #[must_use]
    pub fn of(&self, operator: &Operator) -> Option<Measure> {
        let mut measure = *self.measures.get(&place(operator))?;
        let below = operator.inner().map(|inner| &*inner.root);
        for below in operator.inputs().into_iter().chain(below) {
            if let Some(other) = self.measures.get(&place(below)) {
                measure.time = measure.time.saturating_sub(other.time);
            }
        }
        Some(measure)
    }

    fn add(&mut self, operator: &Operator, time: Duration, rows: usize, bytes: usize) {
        let measure = self.measures.entry(place(operator)).or_default();
        measure.rows += rows as u64;
        measure.time += time;
        measure.bytes = measure.bytes.max(bytes);
    }
}

fn place(operator: &Operator) -> usize {
    std::ptr::from_ref(operator).addr()
}

/// Measures an operator while it works.
pub(super) struct Measured<'p> {
    source: Source<'p>,
    operator: &'p Operator,
}

impl<'p> Measured<'p> {
    pub(super) fn new(source: Source<'p>, operator: &'p Operator) -> Self {
        Self { source, operator }
    }
}

impl Operate for Measured<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let (start, held) = (Instant::now(), run.ctx.held);
        let batch = self.source.next(run);
        let rows = match &batch {
            Ok(Some(batch)) => batch.len(),
            _ => 0,
        };
        let bytes = run.ctx.held.saturating_sub(held);
        if let Some(profile) = &mut run.profile {
            profile.add(self.operator, start.elapsed(), rows, bytes);
        }
        batch
    }
}

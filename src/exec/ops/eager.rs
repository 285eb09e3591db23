//! `Eager` and `ProduceResults`.

use std::collections::VecDeque;

use super::{Operate, Source};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::{Column, Slot};

/// Reads an input to its end; empty batches are left out.
pub(super) fn drain(input: &mut Source<'_>, run: &mut Run<'_>) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    while let Some(batch) = input.next(run)? {
        run.ctx.pulse()?;
        if !batch.is_empty() {
            run.ctx.hold(batch.bytes())?;
            batches.push(batch);
        }
    }
    Ok(batches)
}

/// Batches that were computed at once and are handed out one by one.
#[derive(Debug, Default)]
pub(super) struct Stored(Option<VecDeque<Batch>>);

impl Stored {
    /// Returns whether the batches are there.
    pub(super) fn is_ready(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn fill(&mut self, batches: Vec<Batch>) {
        self.0 = Some(batches.into());
    }

    pub(super) fn next(&mut self, run: &mut Run<'_>) -> Option<Batch> {
        let batch = self.0.as_mut()?.pop_front()?;
        run.ctx.release(batch.bytes());
        Some(batch)
    }
}

/// Reads its whole input before a row comes out.
pub(super) struct Eager<'p> {
    input: Source<'p>,
    stored: Stored,
}

impl<'p> Eager<'p> {
    pub(super) fn new(input: Source<'p>) -> Self {
        Self {
            input,
            stored: Stored::default(),
        }
    }
}

impl Operate for Eager<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = drain(&mut self.input, run)?;
            self.stored.fill(batches);
        }
        Ok(self.stored.next(run))
    }
}

/// Hands the result out; without columns it only runs its input.
pub(super) struct ProduceResults<'p> {
    input: Source<'p>,
    slots: Vec<Slot>,
}

impl<'p> ProduceResults<'p> {
    pub(super) fn new(input: Source<'p>, columns: &'p [Column]) -> Self {
        let mut slots: Vec<Slot> = columns.iter().map(|column| column.slot).collect();
        slots.sort_unstable();
        Self { input, slots }
    }
}

impl Operate for ProduceResults<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(run)? {
            run.ctx.pulse()?;
            if !self.slots.is_empty() && !batch.is_empty() {
                return Ok(Some(batch.keep(&self.slots)));
            }
        }
        Ok(None)
    }
}

//! Spreads what an aggregation reads over cores: its input starts from a scan, and each part of the
//! scanned nodes is grouped on its own.
//!
//! The parts, and the order in which they are put together, depend on the graph and the plan only; so
//! does the result.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Grouping;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::context::Graph;
use crate::exec::ops::scan::scanned;
use crate::exec::ops::{Rows, Site, Source, build};
use crate::exec::run::{Outline, Run};
use crate::plan::physical::{ApplyMode, Op, Operator};
use crate::semantics::bound::{AggregateCall, Slot};

/// At most so many nodes make a part.
const PART: u64 = 4096;
/// A part has fewer nodes where more rows than this are expected of them.
const PART_ROWS: f64 = 65_536.0;
/// So many parts are under way at once, whatever the number of cores.
const WAVE: usize = 16;
/// The work is not split into fewer parts.
const LEAST: u64 = 4;

/// An input that can be split.
pub(in crate::exec::ops) struct Split<'p> {
    operator: &'p Operator,
    argument: Batch,
    rows: Rows,
}

/// What is left to read.
pub(super) enum Rest<'p> {
    Nothing,
    /// All of the input: nothing was split.
    Everything,
    /// The rest of the input.
    From(Source<'p>),
}

impl<'p> Split<'p> {
    /// Returns an input as one that can be split, if it can.
    pub(in crate::exec::ops) fn new(
        operator: &'p Operator,
        site: Site<'_>,
        rows: Rows,
        aggregates: &[(Slot, AggregateCall)],
    ) -> Option<Self> {
        // Further arguments belong to the first row of a group, which is of one part.
        let simple = aggregates.iter().all(|(_, call)| call.arguments.len() <= 1);
        let whole = site.part.is_none() && site.argument.len() == 1 && !site.measured;
        (simple && whole && leaf(operator).is_some()).then(|| Self {
            operator,
            argument: site.argument.clone(),
            rows,
        })
    }

    /// Groups the parts on all cores. Stops where that gathers about as many groups as rows.
    pub(super) fn take_all(
        &self,
        grouping: &mut Grouping<'p>,
        run: &mut Run<'_>,
    ) -> Result<Rest<'p>> {
        let Some(parts) = self.parts(run) else {
            return Ok(Rest::Everything);
        };
        let mut next = 0;
        while next < parts.len() {
            let wave = &parts[next..parts.len().min(next + WAVE)];
            next += wave.len();
            let fresh: Vec<Grouping<'p>> = wave.iter().map(|_| grouping.fresh()).collect();
            let Some(outline) = run.outline() else {
                return Ok(Rest::Everything);
            };
            let done: Vec<Result<(Grouping<'p>, usize)>> = (wave, fresh)
                .into_par_iter()
                .map(|(part, grouping)| self.take_part(*part, grouping, &outline))
                .collect();
            let (mut rows, mut groups) = (0, 0);
            for part in done {
                let (part, part_rows) = part?;
                rows += part_rows;
                groups += part.count();
                grouping.merge(part, run)?;
            }
            if groups > rows / 4 && groups > WAVE {
                let start = parts.get(next).map(|part| part.0);
                return Ok(match start {
                    None => Rest::Nothing,
                    Some(start) => Rest::From(self.build((start, u32::MAX))),
                });
            }
        }
        Ok(Rest::Nothing)
    }

    /// Returns the first and last node of each part, or nothing if there is too little to do.
    fn parts(&self, run: &Run<'_>) -> Option<Vec<(u32, u32)>> {
        if !matches!(run.ctx.graph, Graph::Read(_)) {
            return None;
        }
        let nodes = scanned(leaf(self.operator)?, run.graph());
        let part = part_size(nodes.len(), most_rows(self.operator));
        if nodes.len() < LEAST * part {
            return None;
        }
        let ranks = (0..nodes.len()).step_by(usize::try_from(part).unwrap_or(usize::MAX));
        let starts = ranks.filter_map(|rank| nodes.select(u32::try_from(rank).ok()?));
        let mut starts: Vec<u32> = starts.collect();
        if let Some(first) = starts.first_mut() {
            *first = 0;
        }
        let ends = starts.iter().skip(1).map(|start| start - 1);
        let ends: Vec<u32> = ends.chain([u32::MAX]).collect();
        Some(starts.into_iter().zip(ends).collect())
    }

    fn build(&self, part: (u32, u32)) -> Source<'p> {
        let site = Site {
            argument: &self.argument,
            measured: false,
            part: Some(part),
        };
        build(self.operator, site, self.rows)
    }

    fn take_part(
        &self,
        part: (u32, u32),
        mut grouping: Grouping<'p>,
        outline: &Outline<'_>,
    ) -> Result<(Grouping<'p>, usize)> {
        let mut ctx = outline.context();
        let mut run = outline.run(&mut ctx);
        let rows = grouping.drain(&mut self.build(part), &mut run)?;
        Ok((grouping, rows))
    }
}

/// Returns how many of the nodes make a part, where so many rows are expected of all.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rough number between one and the most, whatever the estimate"
)]
fn part_size(nodes: u64, rows: f64) -> u64 {
    let part = nodes as f64 * PART_ROWS / rows.max(1.0);
    (part as u64).clamp(1, PART)
}

/// Returns how many rows are expected where they are most.
fn most_rows(operator: &Operator) -> f64 {
    let below = operator.inputs().into_iter().map(most_rows);
    below.fold(operator.rows, f64::max)
}

/// Returns the scan that an input starts from, if every row of the input comes from one node of
/// it, and in the order of nodes.
fn leaf(operator: &Operator) -> Option<&Operator> {
    match &operator.op {
        Op::AllNodesScan { input, .. } | Op::NodeByLabelScan { input, .. } => match input.op {
            Op::SingleRow | Op::Argument => Some(operator),
            _ => leaf(input),
        },
        Op::NodeIndexSeek { input, .. }
        | Op::HoldsAt { input, .. }
        | Op::Expand { input, .. }
        | Op::VarLengthExpand { input, .. }
        | Op::Filter { input, .. }
        | Op::Projection { input, .. }
        | Op::Unwind { input, .. } => leaf(input),
        Op::Apply { input, mode, .. } if *mode != ApplyMode::Once => leaf(input),
        _ => None,
    }
}

//! `Merge`. Eager; row after row, as each may find what an earlier one made.

use super::create::create;
use super::driven::Driven;
use super::eager::{Stored, drain};
use super::product::side_by_side;
use super::write::{Properties, set_items};
use super::{Operate, Rows, Source, row_number};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::run::Run;
use crate::plan::physical::{Inner, Op, Operator};
use crate::semantics::bound::{CreatePattern, SetItem};

/// For each row what matches, or else what is made.
pub(super) struct Merge<'p> {
    input: Source<'p>,
    operator: &'p Operator,
    stored: Stored,
}

/// The operator's fields.
#[derive(Clone, Copy)]
struct Shape<'p> {
    inner: &'p Inner,
    pattern: &'p CreatePattern,
    on_create: &'p [SetItem],
    on_match: &'p [SetItem],
}

impl<'p> Merge<'p> {
    pub(super) fn new(input: Source<'p>, operator: &'p Operator) -> Self {
        Self {
            input,
            operator,
            stored: Stored::default(),
        }
    }

    fn shape(&self) -> Option<Shape<'p>> {
        match &self.operator.op {
            Op::Merge {
                input: _,
                inner,
                pattern,
                on_create,
                on_match,
            } => Some(Shape {
                inner,
                pattern,
                on_create,
                on_match,
            }),
            _ => None,
        }
    }

    fn merged(&mut self, run: &mut Run<'_>) -> Result<Vec<Batch>> {
        let batches = drain(&mut self.input, run)?;
        let Some(shape) = self.shape() else {
            return Ok(Vec::new());
        };
        let live = self.operator.live.as_slice();
        let (mut out, mut pending, mut rows) = (Vec::new(), Vec::new(), 0);
        for batch in &batches {
            for row in 0..batch.len() {
                run.step()?;
                run.forget();
                for merged in shape.merge(&batch.slice(row, 1), run)? {
                    rows += merged.len();
                    pending.push(merged.keep(live));
                }
                if rows >= BATCH_ROWS {
                    out.push(joined(&mut pending, run)?);
                    rows = 0;
                }
            }
        }
        if !pending.is_empty() {
            out.push(joined(&mut pending, run)?);
        }
        Ok(out)
    }
}

fn joined(pending: &mut Vec<Batch>, run: &Run<'_>) -> Result<Batch> {
    Batch::concat(&std::mem::take(pending), &|| run.ctx.pulse())
}

impl Shape<'_> {
    fn merge(&self, row: &Batch, run: &mut Run<'_>) -> Result<Vec<Batch>> {
        self.refuse_null(row, run)?;
        let matched = self.matches(row, run)?;
        if !matched.is_empty() {
            for batch in &matched {
                for place in 0..batch.len() {
                    set_items(self.on_match, &batch.slice(place, 1), run)?;
                }
            }
            return Ok(matched);
        }
        let created = create(self.pattern, row, run)?;
        set_items(self.on_create, &created, run)?;
        Ok(vec![created])
    }

    /// Returns the row with everything that matches.
    fn matches(&self, row: &Batch, run: &mut Run<'_>) -> Result<Vec<Batch>> {
        let mut driven = Driven::new(self.inner, row, Rows::All, run);
        let mut matched = Vec::new();
        while let Some((rows, inner)) = driven.next(run)? {
            if rows.is_empty() {
                continue;
            }
            let mut slots: Vec<_> = row.carried().chain(inner.carried()).collect();
            slots.sort_unstable();
            slots.dedup();
            let places: Vec<u32> = (0..row_number(inner.len())).collect();
            matched.push(side_by_side((row, &rows), (&inner, &places), &slots));
        }
        Ok(matched)
    }

    /// What has a null property can't be found, so it can't be merged.
    fn refuse_null(&self, row: &Batch, run: &mut Run<'_>) -> Result<()> {
        let nodes = self.pattern.nodes.iter().map(|node| &node.properties);
        let rels = self.pattern.rels.iter().map(|rel| &rel.properties);
        for expr in nodes.chain(rels).flatten() {
            if Properties::eval(Some(expr), row, run)?.has_null(0, run)? {
                let code = Code::runtime(ErrorType::SemanticError, "MergeReadOwnWrites");
                let message = "`MERGE` can't look for a property that is null";
                return Err(Error::new(code, message).at(expr.span));
            }
        }
        Ok(())
    }
}

impl Operate for Merge<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if !self.stored.is_ready() {
            let batches = self.merged(run)?;
            self.stored.fill(batches);
        }
        Ok(self.stored.next(run))
    }
}

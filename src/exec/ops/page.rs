//! `Skip` and `Limit`.

use super::{Operate, Source};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::run::Run;
use crate::semantics::bound::Expr;
use crate::value::Value;

/// Evaluates how many rows are meant.
pub(super) fn count(expr: &Expr, run: &mut Run<'_>) -> Result<usize> {
    let error = |detail, message: String| {
        let code = Code::runtime(ErrorType::SyntaxError, detail);
        Err(Error::new(code, message).at(expr.span))
    };
    match run.eval_constant(expr)? {
        Value::Int(count) if count >= 0 => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
        Value::Int(count) => error(
            "NegativeIntegerArgument",
            format!("`SKIP` and `LIMIT` take a number of rows, not {count}"),
        ),
        other => error(
            "InvalidArgumentType",
            format!(
                "`SKIP` and `LIMIT` take a number of rows, not {}",
                other.type_of()
            ),
        ),
    }
}

/// All but the first rows.
pub(super) struct Skip<'p> {
    input: Source<'p>,
    count: &'p Expr,
    left: Option<usize>,
}

impl<'p> Skip<'p> {
    pub(super) fn new(input: Source<'p>, count: &'p Expr) -> Self {
        Self {
            input,
            count,
            left: None,
        }
    }
}

impl Operate for Skip<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let mut left = match self.left {
            Some(left) => left,
            None => count(self.count, run)?,
        };
        loop {
            self.left = Some(left);
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            if left == 0 {
                return Ok(Some(batch));
            }
            if left < batch.len() {
                self.left = Some(0);
                return Ok(Some(batch.slice(left, batch.len() - left)));
            }
            left -= batch.len();
        }
    }
}

/// The first rows. Its input is pulled at least once, and to its end where it writes.
pub(super) struct Limit<'p> {
    input: Source<'p>,
    count: &'p Expr,
    drain: bool,
    left: Option<usize>,
    pulled: bool,
}

impl<'p> Limit<'p> {
    pub(super) fn new(input: Source<'p>, count: &'p Expr, drain: bool) -> Self {
        Self {
            input,
            count,
            drain,
            left: None,
            pulled: false,
        }
    }

    fn end(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        if self.drain {
            while self.input.next(run)?.is_some() {}
        }
        Ok(None)
    }
}

impl Operate for Limit<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        let left = match self.left {
            Some(left) => left,
            None => count(self.count, run)?,
        };
        self.left = Some(left);
        if left == 0 && self.pulled {
            return self.end(run);
        }
        self.pulled = true;
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let taken = batch.len().min(left);
        self.left = Some(left - taken);
        Ok(Some(if taken < batch.len() {
            batch.slice(0, taken)
        } else {
            batch
        }))
    }
}

//! `ProcedureCall`.

use std::sync::Arc;

use super::fan::Fan;
use super::{Operate, Source};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, value_bytes};
use crate::exec::run::Run;
use crate::functions::Procedure;
use crate::semantics::bound::{self, Slot};
use crate::value::Value;

/// Each input row with each row of a procedure.
pub(super) struct ProcedureCall<'p> {
    input: Source<'p>,
    call: &'p bound::ProcedureCall,
    live: &'p [Slot],
    under_way: Option<UnderWay>,
}

struct UnderWay {
    batch: Batch,
    procedure: Arc<Procedure>,
    arguments: Vec<Arc<Column>>,
    row: usize,
    /// The rows of the procedure for the current row, and how many of them are handed out.
    rows: Option<Vec<Vec<Value>>>,
    next: usize,
    /// Bytes that are noted as held for them.
    held: usize,
}

impl<'p> ProcedureCall<'p> {
    pub(super) fn new(input: Source<'p>, call: &'p bound::ProcedureCall, live: &'p [Slot]) -> Self {
        Self {
            input,
            call,
            live,
            under_way: None,
        }
    }

    fn begin(&mut self, run: &mut Run<'_>) -> Result<Option<UnderWay>> {
        if let Some(under_way) = self.under_way.take() {
            return Ok(Some(under_way));
        }
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let name = &self.call.name;
        let Some(procedure) = run.ctx.procedures.get(name).map(Arc::clone) else {
            let code = Code::runtime(ErrorType::ProcedureError, "ProcedureNotFound");
            return Err(Error::new(code, format!("there is no procedure `{name}`")));
        };
        let arguments = self
            .call
            .arguments
            .iter()
            .map(|argument| run.eval(argument, &batch))
            .collect::<Result<Vec<_>>>()?;
        Ok(Some(UnderWay {
            batch,
            procedure,
            arguments,
            row: 0,
            rows: None,
            next: 0,
            held: 0,
        }))
    }
}

impl UnderWay {
    /// Returns what the procedure gives for the current row.
    fn rows(&mut self, call: &bound::ProcedureCall, run: &mut Run<'_>) -> Result<Vec<Vec<Value>>> {
        let arguments: Vec<Value> = self
            .arguments
            .iter()
            .map(|column| column.value(self.row))
            .collect();
        let mut rows = (self.procedure.body)(&run.functions(), &arguments)?;
        if call.void {
            rows = vec![Vec::new()];
        } else if rows.is_empty() && call.optional {
            rows.push(Vec::new());
        }
        let cells = rows.iter().flatten().map(value_bytes);
        self.held = cells.sum::<usize>() + rows.capacity() * size_of::<Vec<Value>>();
        run.ctx.hold(self.held)?;
        Ok(rows)
    }

    fn fill(
        &mut self,
        call: &bound::ProcedureCall,
        live: &[Slot],
        run: &mut Run<'_>,
    ) -> Result<Batch> {
        let mut fan = Fan::default();
        let mut cells: Vec<Vec<Value>> = vec![Vec::new(); call.yields.len()];
        while self.row < self.batch.len() && !fan.is_full() {
            let rows = match self.rows.take() {
                Some(rows) => rows,
                None => self.rows(call, run)?,
            };
            let Some(row) = rows.get(self.next) else {
                run.ctx.release(std::mem::take(&mut self.held));
                self.row += 1;
                self.next = 0;
                continue;
            };
            fan.push(self.row);
            for (cells, (position, _)) in cells.iter_mut().zip(&call.yields) {
                cells.push(row.get(*position).cloned().unwrap_or(Value::Null));
            }
            self.next += 1;
            self.rows = Some(rows);
        }
        let columns = cells.into_iter().map(Column::from_values);
        let new = call.yields.iter().map(|(_, slot)| *slot).zip(columns);
        Ok(fan.finish(&self.batch, live, new))
    }
}

impl Operate for ProcedureCall<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(mut under_way) = self.begin(run)? else {
            return Ok(None);
        };
        let out = under_way.fill(self.call, self.live, run)?;
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

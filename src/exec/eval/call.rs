//! Calls of functions. What graphs are asked all the time has its own loop here.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column, made_bytes};
use crate::exec::run::Run;
use crate::functions::{self, Function};
use crate::semantics::bound::Expr;
use crate::value::{RelId, Value};

impl Run<'_> {
    pub(super) fn call(
        &mut self,
        function: &'static Function,
        arguments: &[Expr],
        batch: &Batch,
    ) -> Result<Column> {
        if function.name == "coalesce" {
            return self.coalesce(arguments, batch);
        }
        let columns = arguments
            .iter()
            .map(|argument| self.eval(argument, batch))
            .collect::<Result<Vec<_>>>()?;
        if let [only] = columns.as_slice()
            && let Some(column) = self.typed_call(function.name, only)
        {
            return Ok(column);
        }
        let constant = |column: &Arc<Column>| matches!(**column, Column::Const(..));
        if !columns.is_empty() && columns.iter().all(constant) {
            let value = self.call_row(function, &columns, &mut Vec::new(), 0)?;
            return Ok(Column::Const(value, batch.len()));
        }
        let mut values = Vec::with_capacity(batch.len());
        let mut row_values = Vec::with_capacity(columns.len());
        for row in 0..batch.len() {
            values.push(self.call_row(function, &columns, &mut row_values, row)?);
        }
        Ok(Column::from_values(values))
    }

    fn call_row(
        &mut self,
        function: &Function,
        columns: &[Arc<Column>],
        values: &mut Vec<Value>,
        row: usize,
    ) -> Result<Value> {
        values.clear();
        values.extend(columns.iter().map(|column| column.value(row)));
        if function.null_in_null_out && values.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
        if self.ctx.deletions && !works_on_deleted(function.name) {
            values
                .iter()
                .try_for_each(|value| self.check_there(value))?;
        }
        let read: usize = values.iter().map(made_bytes).sum();
        let context = self.functions();
        let value = (function.body)(&context, values)?;
        let made = made_bytes(&value);
        self.work(read.max(made))?;
        self.ctx.hold(made)?;
        Ok(value)
    }

    /// Returns what functions see of the statement.
    pub(in crate::exec) fn functions(&mut self) -> functions::Context<'_> {
        let memory = self.ctx.memory();
        functions::Context {
            memory,
            graph: self.ctx.graph.view(),
            now: &self.ctx.clock,
            watch: &*self.ctx,
            formulas: &*self.ctx.formulas,
        }
    }

    fn typed_call(&mut self, name: &str, argument: &Column) -> Option<Column> {
        match (name, argument) {
            ("type", Column::Rel(cells)) => {
                let names = self.type_names();
                let graph = self.graph();
                let values = cells
                    .values
                    .iter()
                    .map(|&id| graph.rel(RelId(id)).rel_type.0);
                let cells = Cells {
                    values: values.collect(),
                    valid: cells.valid.clone(),
                };
                Some(Column::Str(cells, names))
            }
            ("id", Column::Node(cells) | Column::Rel(cells)) => Some(Column::I64(Cells {
                values: cells.values.iter().map(|&id| i64::from(id)).collect(),
                valid: cells.valid.clone(),
            })),
            ("startNode" | "endNode", Column::Rel(cells)) if !self.ctx.deletions => {
                let graph = self.graph();
                let values = cells.values.iter().map(|&id| {
                    let record = graph.rel(RelId(id));
                    if name == "startNode" {
                        record.start.0
                    } else {
                        record.end.0
                    }
                });
                Some(Column::Node(Cells {
                    values: values.collect(),
                    valid: cells.valid.clone(),
                }))
            }
            _ => None,
        }
    }
}

/// What may be asked about a node or relationship that is gone.
fn works_on_deleted(function: &str) -> bool {
    matches!(
        function,
        "id" | "elementId"
            | "type"
            | "startNode"
            | "endNode"
            | "coalesce"
            | "nodes"
            | "relationships"
            | "length"
            | "size"
            | "exists"
            | "isEmpty"
            | "head"
            | "last"
    )
}

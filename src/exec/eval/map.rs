//! Lists and maps from parts, and map projections.

use std::sync::Arc;

use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, ExprKind};
use crate::value::{Map, Value};

impl Run<'_> {
    pub(super) fn list(&mut self, items: &[Expr], batch: &Batch) -> Result<Column> {
        let literals = items.iter().map(|item| match &item.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            _ => None,
        });
        if let Some(values) = literals.collect::<Option<Vec<_>>>() {
            return Ok(Column::Const(Value::list(values), batch.len()));
        }
        let columns = self.eval_all(items, batch)?;
        if constant(&columns) {
            let list = Value::list(columns.iter().map(|column| column.value(0)));
            return Ok(Column::Const(list, batch.len()));
        }
        let mut lists = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let bytes = size_of_val(columns.as_slice());
            self.work(bytes)?;
            self.ctx.hold(bytes)?;
            lists.push(Value::list(columns.iter().map(|column| column.value(row))));
        }
        Ok(Column::Values(lists))
    }

    pub(super) fn map(&mut self, entries: &[(Arc<str>, Expr)], batch: &Batch) -> Result<Column> {
        let columns = self.eval_all(entries.iter().map(|(_, value)| value), batch)?;
        let row = |row| {
            let values = columns.iter().map(|column| column.value(row));
            let map: Map = entries
                .iter()
                .map(|(key, _)| Arc::clone(key))
                .zip(values)
                .collect();
            Value::Map(map.into())
        };
        if constant(&columns) {
            return Ok(Column::Const(row(0), batch.len()));
        }
        Ok(Column::Values((0..batch.len()).map(row).collect()))
    }

    pub(super) fn map_projection(
        &mut self,
        base: &Expr,
        all: bool,
        entries: &[(Arc<str>, Expr)],
        batch: &Batch,
    ) -> Result<Column> {
        let bases = self.eval(base, batch)?;
        let columns = self.eval_all(entries.iter().map(|(_, value)| value), batch)?;
        let mut values = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let base = bases.cell(row);
            if base.is_null() {
                values.push(Value::Null);
                continue;
            }
            let mut map = if all {
                self.properties(&base)?
            } else {
                Map::new()
            };
            for ((key, _), column) in entries.iter().zip(&columns) {
                map.insert(Arc::clone(key), column.value(row));
            }
            values.push(Value::Map(map.into()));
        }
        Ok(Column::Values(values))
    }

    /// Returns the properties of a node or relationship, or the entries of a map.
    pub(in crate::exec) fn properties(&self, value: &Value) -> Result<Map> {
        self.check_there(value)?;
        let graph = self.graph();
        let properties = match value {
            Value::Map(map) => return Ok(Map::clone(map)),
            Value::Node(node) => graph.node_properties(*node),
            Value::Rel(rel) => graph.rel_properties(*rel),
            other => {
                let code = Code::runtime(ErrorType::TypeError, "InvalidArgumentType");
                let message = format!(
                    "properties are taken from a map, a node or a relationship, not from {}",
                    other.type_of()
                );
                return Err(Error::new(code, message));
            }
        };
        Ok(properties
            .into_iter()
            .map(|(key, value)| (Arc::clone(graph.key_name(key)), value))
            .collect())
    }

    pub(super) fn eval_all<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        batch: &Batch,
    ) -> Result<Vec<Arc<Column>>> {
        exprs
            .into_iter()
            .map(|expr| self.eval(expr, batch))
            .collect()
    }
}

fn constant(columns: &[Arc<Column>]) -> bool {
    columns
        .iter()
        .all(|column| matches!(**column, Column::Const(..)))
}

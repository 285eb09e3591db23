//! Properties: from the graph's typed columns where the base is a column of nodes or
//! relationships.

use std::sync::Arc;

use super::entity::{check_node, check_rel};
use super::general::unary;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::{Entity, Run};
use crate::functions::operators;
use crate::semantics::bound::Expr;
use crate::store::{self, ColumnKind, KeyId};
use crate::value::{NodeId, RelId, Value};

impl Run<'_> {
    pub(super) fn property(&mut self, base: &Expr, key: &str, batch: &Batch) -> Result<Column> {
        let base = self.eval(base, batch)?;
        self.property_of(&base, key)
    }

    /// Reads a property of each cell.
    pub(in crate::exec) fn property_of(&mut self, base: &Column, key: &str) -> Result<Column> {
        match base {
            Column::Node(cells) => self.stored(Entity::Node, cells, key),
            Column::Rel(cells) => self.stored(Entity::Rel, cells, key),
            other => {
                let context = self.functions();
                unary(other, |value| operators::property(&context, value, key))
            }
        }
    }

    fn stored(&mut self, entity: Entity, cells: &Cells<u32>, key: &str) -> Result<Column> {
        let len = cells.values.len();
        if self.ctx.deletions {
            let graph = self.graph();
            for id in (0..len).filter_map(|row| cells.get(row)) {
                match entity {
                    Entity::Node => check_node(graph, NodeId(id))?,
                    Entity::Rel => check_rel(graph, RelId(id))?,
                }
            }
        }
        let Some(key) = self.graph().key(key) else {
            return Ok(Column::nulls(len));
        };
        let column = match entity {
            Entity::Node => self.graph().node_column(key),
            Entity::Rel => self.graph().rel_column(key),
        };
        let Some(kind) = column.map(store::Column::kind) else {
            return Ok(Column::nulls(len));
        };
        Ok(self
            .gather(entity, key, kind, cells)
            .unwrap_or_else(|| Column::nulls(len)))
    }

    fn gather(
        &mut self,
        entity: Entity,
        key: KeyId,
        kind: ColumnKind,
        cells: &Cells<u32>,
    ) -> Option<Column> {
        let dictionary = match kind {
            ColumnKind::Str => Some(self.dictionary(entity, key)?),
            _ => None,
        };
        let graph = self.ctx.graph.view();
        let column = match entity {
            Entity::Node => graph.node_column(key)?,
            Entity::Rel => graph.rel_column(key)?,
        };
        let rows = cells.values.as_slice();
        let mut valid = Vec::new();
        match kind {
            ColumnKind::I64 => {
                let mut out = Vec::new();
                column.gather_i64(rows, &mut out, &mut valid);
                Some(Column::I64(masked(out, valid, cells)))
            }
            ColumnKind::F64 => {
                let mut out = Vec::new();
                column.gather_f64(rows, &mut out, &mut valid);
                Some(Column::F64(masked(out, valid, cells)))
            }
            ColumnKind::Bool => {
                let mut out = Vec::new();
                column.gather_bool(rows, &mut out, &mut valid);
                Some(Column::Bool(masked(out, valid, cells)))
            }
            ColumnKind::Str => {
                let mut out = Vec::new();
                column.gather_codes(rows, &mut out, &mut valid);
                Some(Column::Str(
                    masked(out, valid, cells),
                    Arc::clone(&dictionary?),
                ))
            }
            _ => {
                let values = (0..rows.len())
                    .map(|row| cells.get(row).map_or(Value::Null, |id| column.get(id)));
                Some(Column::from_values(values.collect()))
            }
        }
    }
}

/// What was read, null where there is no node or relationship.
fn masked<T: Copy>(values: Vec<T>, valid: Vec<bool>, base: &Cells<u32>) -> Cells<T> {
    let mut cells = Cells::new(values, valid);
    cells.valid = cells.valid.and(&base.valid);
    cells
}

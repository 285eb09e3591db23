//! `IS :: TYPE`.

use super::typed;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::{Expr, TypeTest};
use crate::value::{Type, Value};

impl Run<'_> {
    pub(super) fn is_type(
        &mut self,
        operand: &Expr,
        test: &TypeTest,
        batch: &Batch,
    ) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        let results = (0..batch.len()).map(|row| accepts(test, &column.cell(row)));
        Ok(typed::bools(results.collect()))
    }
}

/// Returns whether a value is of one of the types. Null is of every type that does not exclude it.
fn accepts(test: &TypeTest, value: &Value) -> bool {
    test.alternatives
        .iter()
        .any(|(kind, element, not_null)| match value {
            Value::Null => !not_null,
            Value::List(items) if *kind == Type::List => element
                .as_ref()
                .is_none_or(|element| items.iter().all(|item| accepts(element, item))),
            other => match kind {
                Type::Any => true,
                Type::Number => matches!(other, Value::Int(_) | Value::Float(_)),
                kind => other.type_of() == *kind,
            },
        })
}

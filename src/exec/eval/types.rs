//! `IS :: TYPE`.

use super::typed;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::semantics::bound::Expr;
use crate::value::TypeTest;

impl Run<'_> {
    pub(super) fn is_type(
        &mut self,
        operand: &Expr,
        test: &TypeTest,
        batch: &Batch,
    ) -> Result<Column> {
        let column = self.eval(operand, batch)?;
        let results = (0..batch.len()).map(|row| test.accepts(&column.cell(row)));
        Ok(typed::bools(results.collect()))
    }
}

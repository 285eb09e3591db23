//! Comparisons: typed loops where both sides have one type, ternary logic over values elsewhere.

use std::sync::Arc;

use super::typed::{self, View};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Cells, Column};
use crate::exec::run::Run;
use crate::semantics::bound::{Comparison, Expr};
use crate::store::Dictionary;
use crate::value::{self, Value};

impl Run<'_> {
    pub(super) fn compare(
        &mut self,
        op: Comparison,
        left: &Expr,
        right: &Expr,
        batch: &Batch,
    ) -> Result<Column> {
        let left = self.eval(left, batch)?;
        let right = self.eval(right, batch)?;
        Ok(compare(op, &left, &right))
    }
}

/// Compares cell by cell.
pub(in crate::exec) fn compare(op: Comparison, left: &Column, right: &Column) -> Column {
    let len = left.len();
    if let (Column::Const(a, _), Column::Const(b, _)) = (left, right) {
        let result = compare_values(op, a, b).map_or(Value::Null, Value::Bool);
        return Column::Const(result, len);
    }
    typed_compare(op, left, right).unwrap_or_else(|| {
        let states: Vec<Option<bool>> = (0..len)
            .map(|row| compare_values(op, &left.cell(row), &right.cell(row)))
            .collect();
        typed::ternary(&states)
    })
}

/// Compares two values.
fn compare_values(op: Comparison, a: &Value, b: &Value) -> Option<bool> {
    match op {
        Comparison::Equal => value::equal(a, b),
        Comparison::NotEqual => value::ternary::not(value::equal(a, b)),
        Comparison::Less => value::less(a, b),
        Comparison::LessOrEqual => value::less_or_equal(a, b),
        Comparison::Greater => value::greater(a, b),
        Comparison::GreaterOrEqual => value::greater_or_equal(a, b),
    }
}

fn typed_compare(op: Comparison, left: &Column, right: &Column) -> Option<Column> {
    let len = left.len();
    if let (Column::Const(Value::Null, _), _) | (_, Column::Const(Value::Null, _)) = (left, right) {
        return Some(Column::nulls(len));
    }
    if let (Some(a), Some(b)) = (typed::ints(left), typed::ints(right)) {
        return Some(ordered(op, a, b, len));
    }
    if let (Some(a), Some(b)) = (typed::floats(left), typed::floats(right)) {
        return Some(ordered(op, a, b, len));
    }
    match (left, right) {
        (Column::Node(a), Column::Node(b)) | (Column::Rel(a), Column::Rel(b)) => {
            identity(op, View::Cells(a), View::Cells(b), len)
        }
        (Column::Node(a), Column::Const(Value::Node(b), _))
        | (Column::Const(Value::Node(b), _), Column::Node(a)) => {
            identity(op, View::Cells(a), View::Const(b.0), len)
        }
        (Column::Rel(a), Column::Const(Value::Rel(b), _))
        | (Column::Const(Value::Rel(b), _), Column::Rel(a)) => {
            identity(op, View::Cells(a), View::Const(b.0), len)
        }
        (Column::Str(a, dictionary), Column::Const(Value::String(b), _)) => {
            Some(text_constant(op, a, dictionary, b))
        }
        (Column::Const(Value::String(a), _), Column::Str(b, dictionary)) => {
            Some(text_constant(flipped(op), b, dictionary, a))
        }
        (Column::Str(a, first), Column::Str(b, second)) => Some(texts(op, (a, first), (b, second))),
        _ => None,
    }
}

/// Values with the order of Rust's operators; NaN is not less, equal or greater.
fn ordered<T: Copy + PartialOrd>(
    op: Comparison,
    a: View<'_, T>,
    b: View<'_, T>,
    len: usize,
) -> Column {
    Column::Bool(match op {
        Comparison::Equal => typed::zip(a, b, len, |a, b| a == b),
        Comparison::NotEqual => typed::zip(a, b, len, |a, b| a != b),
        Comparison::Less => typed::zip(a, b, len, |a, b| a < b),
        Comparison::LessOrEqual => typed::zip(a, b, len, |a, b| a <= b),
        Comparison::Greater => typed::zip(a, b, len, |a, b| a > b),
        Comparison::GreaterOrEqual => typed::zip(a, b, len, |a, b| a >= b),
    })
}

/// Nodes and relationships: the same or not. Their order is that of their ids.
fn identity(op: Comparison, a: View<'_, u32>, b: View<'_, u32>, len: usize) -> Option<Column> {
    match op {
        Comparison::Equal | Comparison::NotEqual => Some(ordered(op, a, b, len)),
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => None,
    }
}

/// Texts of a dictionary with one text: equal texts have equal codes.
fn text_constant(
    op: Comparison,
    cells: &Cells<u32>,
    dictionary: &Dictionary,
    text: &str,
) -> Column {
    let values = match op {
        Comparison::Equal | Comparison::NotEqual => {
            let wanted = op == Comparison::Equal;
            match dictionary.code(text) {
                Some(code) => cells
                    .values
                    .iter()
                    .map(|&cell| (cell == code) == wanted)
                    .collect(),
                None => vec![!wanted; cells.values.len()],
            }
        }
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => cells
            .values
            .iter()
            .map(|&cell| holds(op, read(dictionary, cell), text))
            .collect(),
    };
    Column::Bool(Cells {
        values,
        valid: cells.valid.clone(),
    })
}

fn texts(
    op: Comparison,
    (a, first): (&Cells<u32>, &Arc<Dictionary>),
    (b, second): (&Cells<u32>, &Arc<Dictionary>),
) -> Column {
    let len = a.values.len();
    let by_code = matches!(op, Comparison::Equal | Comparison::NotEqual);
    if by_code && Arc::ptr_eq(first, second) {
        return ordered(op, View::Cells(a), View::Cells(b), len);
    }
    Column::Bool(typed::zip(View::Cells(a), View::Cells(b), len, |a, b| {
        holds(op, read(first, a), read(second, b))
    }))
}

fn read(dictionary: &Dictionary, code: u32) -> &str {
    dictionary.get(code).map_or("", |text| &**text)
}

fn holds(op: Comparison, a: &str, b: &str) -> bool {
    match op {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

/// The comparison with its sides exchanged.
fn flipped(op: Comparison) -> Comparison {
    match op {
        Comparison::Equal => Comparison::Equal,
        Comparison::NotEqual => Comparison::NotEqual,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exec::eval::testing::{Form, columns};

    const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    proptest! {
        #[test]
        fn typed_comparisons_agree_with_values((a, b) in columns()) {
            for op in ALL {
                let typed = compare(op, &a.column(Form::Typed), &b.column(Form::Typed));
                let general = compare(op, &a.column(Form::Values), &b.column(Form::Values));
                for row in 0..a.len() {
                    let (typed, general) = (typed.value(row), general.value(row));
                    prop_assert_eq!(format!("{typed:?}"), format!("{general:?}"), "{:?}", op);
                }
            }
        }
    }
}

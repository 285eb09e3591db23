//! Columns as views of one type, for loops without a branch on the type.

use crate::exec::column::{Cells, Column, Validity};
use crate::value::Value;

/// The cells of a column of one type, or one value for all rows.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'a, T> {
    Cells(&'a Cells<T>),
    Const(T),
}

impl<T: Copy> View<'_, T> {
    fn valid(&self) -> Validity {
        match self {
            Self::Cells(cells) => cells.valid.clone(),
            Self::Const(_) => Validity::all(),
        }
    }
}

/// Returns a column of integers, or an integer, as a view.
pub(super) fn ints(column: &Column) -> Option<View<'_, i64>> {
    match column {
        Column::I64(cells) => Some(View::Cells(cells)),
        Column::Const(Value::Int(value), _) => Some(View::Const(*value)),
        _ => None,
    }
}

/// Returns a column of floats, or a number that is exact as a float, as a view.
pub(super) fn floats(column: &Column) -> Option<View<'_, f64>> {
    match column {
        Column::F64(cells) => Some(View::Cells(cells)),
        Column::Const(Value::Float(value), _) => Some(View::Const(*value)),
        Column::Const(Value::Int(value), _) => exact(*value).map(View::Const),
        _ => None,
    }
}

/// Returns an integer as a float, if none is lost.
fn exact(value: i64) -> Option<f64> {
    let small = i32::try_from(value).ok()?;
    Some(f64::from(small))
}

/// Applies `f` to each pair of cells; the validity of the result is that of both.
pub(super) fn zip<T: Copy, U: Copy, R: Copy>(
    left: View<'_, T>,
    right: View<'_, U>,
    len: usize,
    f: impl Fn(T, U) -> R,
) -> Cells<R> {
    let valid = left.valid().and(&right.valid());
    let values = match (left, right) {
        (View::Cells(a), View::Cells(b)) => a
            .values
            .iter()
            .zip(&b.values)
            .map(|(&a, &b)| f(a, b))
            .collect(),
        (View::Cells(a), View::Const(b)) => a.values.iter().map(|&a| f(a, b)).collect(),
        (View::Const(a), View::Cells(b)) => b.values.iter().map(|&b| f(a, b)).collect(),
        (View::Const(a), View::Const(b)) => vec![f(a, b); len],
    };
    Cells { values, valid }
}

/// As [`zip`], for operations that may have no result; then nothing is returned at all. Cells that
/// are null are not looked at.
pub(super) fn try_zip<T: Copy, R: Copy + Default>(
    left: View<'_, T>,
    right: View<'_, T>,
    len: usize,
    f: impl Fn(T, T) -> Option<R>,
) -> Option<Cells<R>> {
    let valid = left.valid().and(&right.valid());
    let cell = |view: &View<'_, T>, row: usize| match view {
        View::Cells(cells) => cells.values[row],
        View::Const(value) => *value,
    };
    let mut values = Vec::with_capacity(len);
    for row in 0..len {
        values.push(if valid.is(row) {
            f(cell(&left, row), cell(&right, row))?
        } else {
            R::default()
        });
    }
    Some(Cells { values, valid })
}

/// Makes a column of booleans without null.
pub(super) fn bools(values: Vec<bool>) -> Column {
    Column::Bool(Cells::full(values))
}

/// Makes a column of booleans of which nothing is null.
pub(super) fn ternary(values: &[Option<bool>]) -> Column {
    let valid = values.iter().map(Option::is_some).collect();
    let values = values.iter().map(|value| value.unwrap_or(false)).collect();
    Column::Bool(Cells::new(values, valid))
}

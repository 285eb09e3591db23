//! Columns in several forms, to hold typed loops against the operators on values.

use std::sync::Arc;

use proptest::prelude::*;

use crate::exec::column::{Cells, Column};
use crate::store::Dictionary;
use crate::value::{NodeId, Value};

/// How values are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Typed,
    Values,
}

/// Cells of one type, or one value for all rows.
#[derive(Clone, Debug)]
pub(super) enum Sample {
    Cells(Vec<Value>),
    Const(Value, usize),
}

impl Sample {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Cells(values) => values.len(),
            Self::Const(_, len) => *len,
        }
    }

    pub(super) fn column(&self, form: Form) -> Column {
        match (self, form) {
            (Self::Const(value, len), Form::Typed) => Column::Const(value.clone(), *len),
            (Self::Const(value, len), Form::Values) => Column::Values(vec![value.clone(); *len]),
            (Self::Cells(values), Form::Values) => Column::Values(values.clone()),
            (Self::Cells(values), Form::Typed) => {
                texts(values).unwrap_or_else(|| Column::from_values(values.clone()))
            }
        }
    }
}

/// Texts as codes, where there are only texts.
fn texts(values: &[Value]) -> Option<Column> {
    let mut dictionary = Dictionary::default();
    // Codes are not in the order of texts.
    dictionary.intern("zzz");
    let mut codes = Vec::new();
    let mut valid = Vec::new();
    for value in values {
        match value {
            Value::Null => codes.push(0),
            Value::String(text) => codes.push(dictionary.intern(text)),
            _ => return None,
        }
        valid.push(!value.is_null());
    }
    Some(Column::Str(Cells::new(codes, valid), Arc::new(dictionary)))
}

/// Two columns of equal length, each of one type with nulls in between.
pub(super) fn columns() -> impl Strategy<Value = (Sample, Sample)> {
    (1_usize..8).prop_flat_map(|len| (sample(len), sample(len)))
}

fn sample(len: usize) -> impl Strategy<Value = Sample> {
    let ints = prop_oneof![-3_i64..3, Just(i64::MAX), Just(i64::MIN)].prop_map(Value::Int);
    let floats = prop_oneof![
        (-3_i32..3).prop_map(f64::from),
        Just(0.5),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(9.3e18)
    ]
    .prop_map(Value::Float);
    let texts = prop_oneof![Just("a"), Just("b"), Just("ab"), Just("")].prop_map(Value::from);
    let nodes = (0_u32..3).prop_map(|id| Value::Node(NodeId(id)));
    let bools = any::<bool>().prop_map(Value::Bool);
    prop_oneof![
        of(&ints.boxed(), len),
        of(&floats.boxed(), len),
        of(&texts.boxed(), len),
        of(&nodes.boxed(), len),
        of(&bools.boxed(), len),
    ]
}

fn of(cell: &BoxedStrategy<Value>, len: usize) -> BoxedStrategy<Sample> {
    let null = prop_oneof![4 => cell.clone(), 1 => Just(Value::Null)];
    prop_oneof![
        3 => prop::collection::vec(null.clone(), len).prop_map(Sample::Cells),
        1 => null.prop_map(move |value| Sample::Const(value, len)),
    ]
    .boxed()
}

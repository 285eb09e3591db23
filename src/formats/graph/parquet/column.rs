//! Columns of tables: from values to what Parquet holds, and their types there.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::Result;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::Type;

use crate::formats::temporal;
use crate::value::Value;

use super::meta::{Item, Kind};

/// Whether every row has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Always,
    Sometimes,
}

/// Returns the type of a column.
pub(super) fn declared(name: &str, kind: Kind, presence: Presence) -> Result<Arc<Type>> {
    let (physical, logical) = match kind.item {
        Item::Bool => (Physical::BOOLEAN, None),
        Item::Int => (Physical::INT64, None),
        Item::Float => (Physical::DOUBLE, None),
        Item::Text | Item::Temporal(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Item::Day => (Physical::INT32, Some(LogicalType::Date)),
    };
    let leaf = |name: &str, repetition| {
        let builder = Type::primitive_type_builder(name, physical);
        let builder = builder.with_repetition(repetition);
        builder
            .with_logical_type(logical.clone())
            .build()
            .map(Arc::new)
    };
    let outer = match presence {
        Presence::Always => Repetition::REQUIRED,
        Presence::Sometimes => Repetition::OPTIONAL,
    };
    if !kind.is_list {
        return leaf(name, outer);
    }
    let entry = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![leaf("element", Repetition::REQUIRED)?])
        .build()?;
    Type::group_type_builder(name)
        .with_repetition(outer)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(entry)])
        .build()
        .map(Arc::new)
}

/// Writes the next column of a row group; a value of another kind is none.
pub(super) fn write<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    (kind, presence): (Kind, Presence),
    values: &[Option<Value>],
) -> Result<()> {
    let column = Column {
        kind,
        presence,
        values,
    };
    match kind.item {
        Item::Bool => column.write::<BoolType, _>(group, |value| match value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }),
        Item::Int => column.write::<Int64Type, _>(group, |value| match value {
            Value::Int(value) => Some(*value),
            _ => None,
        }),
        Item::Float => column.write::<DoubleType, _>(group, |value| match value {
            Value::Float(value) => Some(*value),
            _ => None,
        }),
        Item::Day => column.write::<Int32Type, _>(group, |value| match value {
            Value::Date(date) => i32::try_from(date.days()).ok(),
            _ => None,
        }),
        Item::Text | Item::Temporal(_) => column.write::<ByteArrayType, _>(group, |value| {
            let text = match value {
                Value::String(text) => text.to_string(),
                other => temporal::described(other)?.1,
            };
            Some(ByteArray::from(text.into_bytes()))
        }),
    }
}

struct Column<'v> {
    kind: Kind,
    presence: Presence,
    values: &'v [Option<Value>],
}

impl Column<'_> {
    fn write<T: DataType, W: Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        convert: impl Fn(&Value) -> Option<T::T>,
    ) -> Result<()> {
        let mut leaves = Vec::new();
        // How deep each value is defined, and whether it goes on with the list of the one before.
        let (mut depths, mut goes_on) = (Vec::new(), Vec::new());
        let outer = i16::from(self.presence == Presence::Sometimes);
        for value in self.values {
            match value {
                None => {
                    depths.push(0);
                    goes_on.push(0);
                }
                Some(Value::List(items)) if self.kind.is_list => {
                    let before = leaves.len();
                    leaves.extend(items.iter().filter_map(&convert));
                    let count = leaves.len() - before;
                    depths.extend(std::iter::repeat_n(outer + 1, count));
                    goes_on.extend((0..count).map(|place| i16::from(place > 0)));
                    if count == 0 {
                        depths.push(outer);
                        goes_on.push(0);
                    }
                }
                Some(value) => {
                    let leaf = convert(value);
                    depths.push(if leaf.is_some() { outer } else { 0 });
                    goes_on.push(0);
                    leaves.extend(leaf);
                }
            }
        }
        let Some(mut column) = group.next_column()? else {
            return Ok(());
        };
        let depths = (outer > 0 || self.kind.is_list).then_some(&depths[..]);
        let goes_on = self.kind.is_list.then_some(&goes_on[..]);
        column.typed::<T>().write_batch(&leaves, depths, goes_on)?;
        column.close()
    }
}

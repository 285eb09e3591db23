//! The columns of all keys, for nodes or for relationships.

use std::sync::Arc;

use crate::value::Value;

use super::KeyId;
use super::column::Column;

/// A column a key, where any row ever had a value. Cloning copies a pointer.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns(Arc<Vec<Option<Arc<Column>>>>);

impl Columns {
    #[inline]
    pub(super) fn get(&self, key: KeyId) -> Option<&Column> {
        self.0.get(key.0 as usize)?.as_deref()
    }

    #[inline]
    pub(super) fn value(&self, row: u32, key: KeyId) -> Value {
        self.get(key).map_or(Value::Null, |column| column.get(row))
    }

    /// Returns the keys that the row has a value for, in order of numbers.
    pub(super) fn keys(&self, row: u32) -> impl Iterator<Item = KeyId> {
        self.iter()
            .filter(move |(_, column)| column.has(row))
            .map(|(key, _)| key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyId, &Column)> {
        let columns = (0..).zip(self.0.iter());
        columns.filter_map(|(key, column)| Some((KeyId(key), column.as_deref()?)))
    }

    /// Returns whether a key's column is the very same in both.
    pub(super) fn shares(&self, other: &Self, key: KeyId) -> bool {
        let column = |columns: &Self| columns.0.get(key.0 as usize).cloned().flatten();
        match (column(self), column(other)) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(&ours, &theirs),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        }
    }

    /// Sets the value of a row; null removes it.
    pub(super) fn set(&mut self, row: u32, key: KeyId, value: Value) {
        if matches!(value, Value::Null) && self.get(key).is_none_or(|column| !column.has(row)) {
            return;
        }
        self.column(key).set(row, value);
    }

    /// Returns a key's column for writing.
    pub(super) fn column(&mut self, key: KeyId) -> &mut Column {
        let (columns, key) = (Arc::make_mut(&mut self.0), key.0 as usize);
        if columns.len() <= key {
            columns.resize_with(key + 1, || None);
        }
        Arc::make_mut(columns[key].get_or_insert_default())
    }

    /// Forgets the texts that no row holds any more, where they have become many.
    pub(super) fn tidy_dictionaries(&mut self) {
        let stale = |column: &Column| column.has_stale_texts();
        if !self.iter().any(|(_, column)| stale(column)) {
            return;
        }
        for column in Arc::make_mut(&mut self.0).iter_mut().flatten() {
            if stale(column) {
                Arc::make_mut(column).forget_stale_texts();
            }
        }
    }

    /// Puts a whole column in place.
    pub(super) fn put(&mut self, key: KeyId, column: Column) {
        *self.column(key) = column;
    }

    pub(super) fn bytes(&self) -> usize {
        self.iter()
            .map(|(_, column)| column.bytes() + size_of::<Column>())
            .sum()
    }
}

//! Lists of values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::thread;

use super::Value;

/// A list of values. Cheap to clone; clones share the items.
///
/// The items stay in the vector that they were gathered in: a list of millions is never copied only
/// to become a value. When the last clone of so long a list goes, a thread of its own frees the
/// items, so that a statement that was cancelled ends at once.
#[derive(Clone, Default)]
pub struct List(Arc<Vec<Value>>);

/// From so many items on, freeing them takes long enough to be felt.
const LONG: usize = 1 << 18;

impl List {
    /// Returns how many clones share the items.
    #[must_use]
    pub fn sharers(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl Extend<Value> for List {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, items: I) {
        Arc::make_mut(&mut self.0).extend(items);
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if self.len() >= LONG
            && let Some(items) = Arc::get_mut(&mut self.0)
        {
            let items = std::mem::take(items);
            // Where no thread can be had, they are freed here.
            drop(thread::Builder::new().spawn(move || drop(items)));
        }
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        Self(Arc::new(items))
    }
}

impl From<&[Value]> for List {
    fn from(items: &[Value]) -> Self {
        items.to_vec().into()
    }
}

impl<const N: usize> From<[Value; N]> for List {
    fn from(items: [Value; N]) -> Self {
        Vec::from(items).into()
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_lives_as_long_as_its_last_clone() {
        let list: List = (0..LONG).map(|_| Value::from("text")).collect();
        let text = match &list[0] {
            Value::String(text) => Arc::clone(text),
            other => panic!("{other:?}"),
        };
        let clone = list.clone();
        drop(list);
        assert_eq!(clone.len(), LONG);
        assert_eq!(Arc::strong_count(&text), 2);
        drop(clone);
        // The thread ends without being waited for.
        while Arc::strong_count(&text) > 1 {
            thread::yield_now();
        }
    }
}

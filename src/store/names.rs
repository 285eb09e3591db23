//! Labels, relationship types and property keys as numbers.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Texts under numbers counted from zero, never forgotten. Shared by versions until one adds a
/// name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Arc<Inner>);

#[derive(Clone, Debug, Default)]
struct Inner {
    texts: Vec<Arc<str>>,
    numbers: BTreeMap<Arc<str>, u32>,
}

static NO_NAME: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

impl Names {
    /// Returns the number of a name.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.0.numbers.get(name).copied()
    }

    /// Returns a number's name; empty for a number that was never given out.
    pub(super) fn name(&self, number: u32) -> &Arc<str> {
        self.0.texts.get(number as usize).unwrap_or(&NO_NAME)
    }

    /// Returns the number of a name, a new one where it has none.
    pub(super) fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.number(name) {
            return number;
        }
        let (inner, text) = (Arc::make_mut(&mut self.0), Arc::<str>::from(name));
        let number = u32::try_from(inner.texts.len()).expect("names are counted in 32 bits");
        inner.texts.push(Arc::clone(&text));
        inner.numbers.insert(text, number);
        number
    }

    /// Returns how many names there are.
    pub(super) fn len(&self) -> usize {
        self.0.texts.len()
    }

    /// As [`Names::len`].
    pub(super) fn len_u32(&self) -> u32 {
        u32::try_from(self.len()).expect("names are counted in 32 bits")
    }

    /// Forgets all names but the first so many.
    pub(super) fn truncate(&mut self, length: u32) {
        if self.len_u32() <= length {
            return;
        }
        let inner = Arc::make_mut(&mut self.0);
        inner.texts.truncate(length as usize);
        inner.numbers.retain(|_, number| *number < length);
    }

    /// Returns numbers and names in order of numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        (0..).zip(&self.0.texts)
    }
}

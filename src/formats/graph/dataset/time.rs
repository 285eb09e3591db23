//! Valid time: when something holds, by the keys that `dataset.toml` names.

use crate::store::schema::TimeKeys;
use crate::value::temporal::{parse_day, parse_edtf};
use crate::value::{Date, Value};

use crate::formats::words::shown;

use super::record::{NodeRecord, Property, RelRecord, Word};
use super::source::Texts;

/// The days on which something holds: from the first, until the second, exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
}

impl Span {
    /// Returns whether there is a day on which both hold.
    pub(super) fn overlaps(self, other: Self) -> bool {
        let before = |from: Option<Date>, until: Option<Date>| match (from, until) {
            (Some(from), Some(until)) => from < until,
            _ => true,
        };
        before(self.from, other.until) && before(other.from, self.until)
    }
}

/// Adds the first and last day that a partial date means, where they are not written, and reports
/// spans that end before they begin.
pub(super) fn derive<'a>(
    texts: &Texts<'_>,
    keys: &'a TimeKeys,
    nodes: &mut [NodeRecord<'a>],
    rels: &mut [RelRecord<'a>],
) {
    let nodes = nodes.iter_mut().map(|node| &mut node.properties);
    let rels = rels.iter_mut().map(|rel| &mut rel.properties);
    for properties in nodes.chain(rels) {
        complete(keys, properties);
        check(texts, keys, properties);
    }
}

/// Returns the days on which a relationship holds: from its day if no first one is written.
pub(super) fn span(keys: &TimeKeys, rel: &RelRecord<'_>) -> Span {
    let date = |key: &Option<String>| key.as_ref().and_then(|key| date(rel.get(key)?));
    Span {
        from: date(&keys.from).or_else(|| date(&keys.on)),
        until: date(&keys.until),
    }
}

fn complete<'a>(keys: &'a TimeKeys, properties: &mut Vec<Property<'a>>) {
    let has = |key: &Option<String>, properties: &[Property<'_>]| {
        key.as_ref()
            .is_some_and(|key| properties.iter().any(|p| p.key.text == key))
    };
    let text = keys.text.as_ref();
    let text = text.and_then(|key| properties.iter().find(|p| p.key.text == key));
    let Some((place, days)) = text.and_then(|property| {
        Some((
            property.place,
            parse_edtf(property.value.as_ref()?.as_str()?)?,
        ))
    }) else {
        return;
    };
    // The day of an act is more exact than the partial date beside it.
    let from = days.from.filter(|_| !has(&keys.on, properties));
    for (key, date) in [(&keys.from, from), (&keys.until, days.until)] {
        let (Some(name), Some(date)) = (key, date) else {
            continue;
        };
        if !has(key, properties) {
            properties.push(Property {
                key: Word { text: name, place },
                value: Some(Value::Date(date)),
                place,
            });
        }
    }
}

fn check(texts: &Texts<'_>, keys: &TimeKeys, properties: &[Property<'_>]) {
    let find = |key: &Option<String>| {
        let property = properties
            .iter()
            .find(|p| Some(p.key.text) == key.as_deref())?;
        Some((property, date(property.value.as_ref()?)?))
    };
    if let (Some((_, from)), Some((property, until))) = (find(&keys.from), find(&keys.until))
        && until <= from
    {
        let key = property.key.text;
        let message = format!(
            "`{key}` {} is not after {}",
            shown(&until.to_string()),
            shown(&from.to_string())
        );
        let hint = format!("`{key}` is the day after the last on which it holds");
        texts.error(property.place, message).hint(hint);
    }
}

fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::String(text) => parse_day(text),
        _ => None,
    }
}

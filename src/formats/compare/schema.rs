//! What one schema adds to another.

use toml::{Table, Value as Toml};

use crate::store::Schema;
use crate::value::Value;

use super::merge::{Conflict, Element, Preference};

/// What conflicts of schemas are about.
pub(super) const NAME: &str = "the schema";
/// What a data set says of itself alone, in `dataset`.
const OWN: [&str; 3] = ["title", "description", "license"];

/// Returns the schema with what the new one adds, if that is anything, and what contradicts it.
pub(super) fn merge(
    known: &Schema,
    new: &Schema,
    preference: Preference,
) -> (Option<Schema>, Vec<Conflict>) {
    let none = Schema::default();
    if *new == none || known == new {
        return (None, Vec::new());
    }
    if *known == none {
        return (Some(new.clone()), Vec::new());
    }
    let mut merging = Merging {
        preference,
        changed: false,
        conflicts: Vec::new(),
    };
    let (mut tables, new) = (table(known), table(new));
    merging.add(&mut tables, new, "");
    let merged = merging.changed.then(|| tables.try_into().ok()).flatten();
    (merged, merging.conflicts)
}

fn table(schema: &Schema) -> Table {
    Table::try_from(schema).expect("a schema is made of tables, lists and scalars")
}

struct Merging {
    preference: Preference,
    changed: bool,
    conflicts: Vec<Conflict>,
}

impl Merging {
    /// Adds what `new` has under the names in `path`.
    fn add(&mut self, known: &mut Table, new: Table, path: &str) {
        for (name, new) in new {
            if path == "dataset" && OWN.contains(&name.as_str()) && known.contains_key(&name) {
                continue;
            }
            let whole = match path {
                "" => name.clone(),
                _ => format!("{path}.{name}"),
            };
            match (known.get_mut(&name), new) {
                (None, new) => {
                    known.insert(name, new);
                    self.changed = true;
                }
                (Some(Toml::Table(known)), Toml::Table(new)) => self.add(known, new, &whole),
                (Some(Toml::Array(known)), Toml::Array(new)) => self.extend(known, new),
                (Some(known), new) if *known == new => {}
                (Some(known), new) => self.contradict(known, new, &whole),
            }
        }
    }

    fn extend(&mut self, known: &mut Vec<Toml>, new: Vec<Toml>) {
        for item in new {
            if !known.contains(&item) {
                known.push(item);
                self.changed = true;
            }
        }
    }

    fn contradict(&mut self, known: &mut Toml, new: Toml, path: &str) {
        self.conflicts.push(Conflict {
            element: Element::Schema,
            name: NAME.to_owned(),
            key: path.into(),
            known: value(known),
            new: value(&new),
            stays: self.preference,
        });
        if self.preference == Preference::New {
            *known = new;
            self.changed = true;
        }
    }
}

fn value(value: &Toml) -> Value {
    match value {
        Toml::String(text) => Value::from(text.as_str()),
        Toml::Integer(number) => Value::Int(*number),
        Toml::Float(number) => Value::Float(*number),
        Toml::Boolean(boolean) => Value::Bool(*boolean),
        Toml::Array(_) | Toml::Table(_) | Toml::Datetime(_) => Value::from(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> Schema {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn declarations_are_added_and_contradictions_listed() {
        let known = schema(
            "dataset.title = 'ours'\ndataset.time.from = 'from'\n[labels.State]\ncolor = '#ffffff'\n\
             keys = ['iso2']\n[types.OPPOSES]\npolarity = -1",
        );
        let new = schema(
            "dataset.title = 'theirs'\ndataset.time.until = 'until'\n[labels.State]\ncolor = '#000000'\n\
             keys = ['iso3', 'iso2']\n[labels.Forum]\nwithin = 'Actor'\n[types.OPPOSES]\npolarity = 1",
        );
        let whole = |color: &str, polarity| {
            schema(&format!(
                "dataset.title = 'ours'\ndataset.time.from = 'from'\ndataset.time.until = 'until'\n\
                 [labels.State]\ncolor = '{color}'\nkeys = ['iso2', 'iso3']\n\
                 [labels.Forum]\nwithin = 'Actor'\n[types.OPPOSES]\npolarity = {polarity}"
            ))
        };
        let (merged, conflicts) = merge(&known, &new, Preference::Known);
        assert_eq!(merged, Some(whole("#ffffff", -1)));
        let conflicts: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(
            conflicts,
            [
                "the schema: `labels.State.color` stays '#ffffff', not '#000000'",
                "the schema: `types.OPPOSES.polarity` stays -1, not 1",
            ]
        );
        let (merged, conflicts) = merge(&known, &new, Preference::New);
        assert_eq!(
            (merged.as_ref(), conflicts.len()),
            (Some(&whole("#000000", 1)), 2)
        );
        let (again, conflicts) = merge(&whole("#000000", 1), &new, Preference::New);
        assert_eq!((again, conflicts.len()), (None, 0));
    }
}

//! `schema.toml` and `dataset.toml`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::formats::nearest;
use crate::store::schema::{Dataset, Rule, Schema};

use super::source::{Block, Document, Place, Spanned, Texts, Toml};

/// What `schema.toml` and `dataset.toml` say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) schema: Schema,
    /// Labels and types whose declaration has a mistake: they are known, and not checked further.
    pub(super) unread: BTreeSet<String>,
}

/// Reads `schema.toml`. Each entry is read by itself, so that one mistake does not hide another.
pub(super) fn schema(texts: &Texts<'_>, document: &Document<'_>) -> Settings {
    let mut schema = Schema::default();
    let unread = RefCell::default();
    for block in &document.blocks {
        let reader = Reader {
            texts,
            block,
            unread: &unread,
        };
        for (key, value) in &block.table {
            match &**key.get_ref() {
                "properties" => schema.properties = reader.entries(value),
                "labels" => schema.labels = reader.declarations(value),
                "types" => schema.types = reader.declarations(value),
                "nodes" => schema.nodes = reader.one(value).unwrap_or_default(),
                "relations" => schema.relations = reader.one(value).unwrap_or_default(),
                "rules" => schema.rules.extend(reader.items::<Rule>(value)),
                other => {
                    let known = [
                        "properties",
                        "labels",
                        "types",
                        "nodes",
                        "relations",
                        "rules",
                    ];
                    let message = format!("unknown table `{other}`");
                    let hint = nearest::hint(other, known);
                    let hint = hint.or_else(|| Some(format!("known are {}", known.join(", "))));
                    texts.error(block.place(key), message).hint(hint);
                }
            }
        }
    }
    check_names(texts, document, &schema);
    Settings {
        schema,
        unread: unread.into_inner(),
    }
}

/// Reads `dataset.toml`.
pub(super) fn dataset(texts: &Texts<'_>, document: &Document<'_>) -> Dataset {
    let Some(block) = document.blocks.first() else {
        return Dataset::default();
    };
    let value = Spanned::new(0..0, Toml::Table(block.table.clone()));
    let reader = Reader {
        texts,
        block,
        unread: &RefCell::default(),
    };
    reader.one(&value).unwrap_or_default()
}

struct Reader<'r, 'a> {
    texts: &'r Texts<'r>,
    block: &'r Block<'a>,
    unread: &'r RefCell<BTreeSet<String>>,
}

impl Reader<'_, '_> {
    fn one<T: DeserializeOwned>(&self, value: &Spanned<Toml<'_>>) -> Option<T> {
        match T::deserialize(toml::de::ValueDeserializer::from(value.clone())) {
            Ok(read) => Some(read),
            Err(error) => {
                let place = match error.span() {
                    Some(span) => self.block.place(&Spanned::new(span, ())),
                    None => self.block.place(value),
                };
                self.texts.error(place, error.message());
                None
            }
        }
    }

    fn entries<T: DeserializeOwned>(&self, value: &Spanned<Toml<'_>>) -> BTreeMap<String, T> {
        let Toml::Table(table) = value.get_ref() else {
            self.texts.error(self.block.place(value), "not a table");
            return BTreeMap::new();
        };
        let entry = |(key, value): (&Spanned<_>, &Spanned<Toml<'_>>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            let name = key.clone().into_owned();
            let Some(read) = self.one(value) else {
                self.unread.borrow_mut().insert(name);
                return None;
            };
            Some((name, read))
        };
        table.iter().filter_map(entry).collect()
    }

    /// Entries of which one with a mistake counts as declared nevertheless.
    fn declarations<T>(&self, value: &Spanned<Toml<'_>>) -> BTreeMap<String, T>
    where
        T: DeserializeOwned + Default,
    {
        let mut entries = self.entries(value);
        for name in self.unread.borrow().iter() {
            if value.get_ref().get(name.as_str()).is_some() {
                entries.entry(name.clone()).or_default();
            }
        }
        entries
    }

    fn items<T: DeserializeOwned>(&self, value: &Spanned<Toml<'_>>) -> Vec<T> {
        let Toml::Array(items) = value.get_ref() else {
            self.texts
                .error(self.block.place(value), "not a list of tables");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.one(item)).collect()
    }
}

/// Reports labels and types that the schema uses and does not declare.
fn check_names(texts: &Texts<'_>, document: &Document<'_>, schema: &Schema) {
    let check = |path: &[&str], used: &str, what: &str, declared: &[&str]| {
        if declared.is_empty() || declared.contains(&used) {
            return;
        }
        let known = declared.iter().copied();
        let hint = nearest::hint(used, known)
            .unwrap_or_else(|| format!("declare it with [{what}s.{used}]"));
        let message = format!("unknown {what} `{used}` in `{}`", path.join("."));
        texts.error(place_of(document, path), message).hint(hint);
    };
    let labels: Vec<&str> = schema.labels.keys().map(String::as_str).collect();
    let types: Vec<&str> = schema.types.keys().map(String::as_str).collect();
    for (name, label) in &schema.labels {
        if let Some(within) = &label.within {
            check(&["labels", name, "within"], within, "label", &labels);
        }
    }
    for (name, rel_type) in &schema.types {
        for label in &rel_type.start {
            check(&["types", name, "start"], label, "label", &labels);
        }
        for label in &rel_type.end {
            check(&["types", name, "end"], label, "label", &labels);
        }
    }
    for rule in &schema.rules {
        if let Rule::AtMost {
            label, rel_type, ..
        } = rule
        {
            check(&["rules"], rel_type, "type", &types);
            if let Some(label) = label {
                check(&["rules"], label, "label", &labels);
            }
        }
    }
}

/// Finds the value at a path of keys, or the nearest table around it.
fn place_of(document: &Document<'_>, path: &[&str]) -> Place {
    let mut best = document.start();
    for block in &document.blocks {
        let mut table = Some(&block.table);
        for key in path {
            let found = table.and_then(|table| table.get(*key));
            let Some(value) = found else { break };
            best = block.place(value);
            table = value.get_ref().as_table();
        }
    }
    best
}

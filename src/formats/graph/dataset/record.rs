//! The records of a data set: what stands in `[[nodes]]`, `[[relations]]` and `[[sources]]`.
//!
//! Reading checks the form of each record by itself; what records mean together, and what the
//! schema says of them, is checked afterwards.

use crate::formats::nearest;
use crate::store::schema::{PropertyType, Schema};
use crate::value::Value;

use super::property;
use super::source::{Block, Document, Place, Spanned, Table, Texts, Toml};

/// A text and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) place: Place,
}

/// A property and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Property<'a> {
    pub(super) key: Word<'a>,
    /// `None` if it was reported as wrong.
    pub(super) value: Option<Value>,
    pub(super) place: Place,
}

/// Which block of which file a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `[[nodes]]`
    Nodes,
    /// `[[sources]]`
    Sources,
}

/// A `[[nodes]]` or `[[sources]]` record.
#[derive(Debug)]
pub(super) struct NodeRecord<'a> {
    pub(super) origin: Origin,
    pub(super) place: Place,
    pub(super) id: Option<Word<'a>>,
    pub(super) labels: Vec<Word<'a>>,
    pub(super) properties: Vec<Property<'a>>,
    /// Ids of sources, from the keys `source` and `sources`, in order of first use.
    pub(super) sources: Vec<Word<'a>>,
}

/// A `[[relations]]` record.
#[derive(Debug)]
pub(super) struct RelRecord<'a> {
    pub(super) place: Place,
    pub(super) start: Option<Word<'a>>,
    pub(super) rel_type: Option<Word<'a>>,
    pub(super) end: Option<Word<'a>>,
    pub(super) properties: Vec<Property<'a>>,
    pub(super) sources: Vec<Word<'a>>,
}

impl RelRecord<'_> {
    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let property = self.properties.iter().find(|p| p.key.text == key);
        property.and_then(|property| property.value.as_ref())
    }
}

/// Reads the nodes of a file, or its sources.
pub(super) fn nodes<'a>(
    texts: &Texts<'_>,
    schema: &Schema,
    document: &'a Document<'_>,
    origin: Origin,
) -> Vec<NodeRecord<'a>> {
    let array = match origin {
        Origin::Nodes => "nodes",
        Origin::Sources => "sources",
    };
    let read = |block, place, table| {
        node(
            &Reader {
                texts,
                schema,
                block,
            },
            place,
            table,
            origin,
        )
    };
    records(texts, document, array, read)
}

/// Reads the relationships of a file.
pub(super) fn rels<'a>(
    texts: &Texts<'_>,
    schema: &Schema,
    document: &'a Document<'_>,
) -> Vec<RelRecord<'a>> {
    let read = |block, place, table| {
        rel(
            &Reader {
                texts,
                schema,
                block,
            },
            place,
            table,
        )
    };
    records(texts, document, "relations", read)
}

/// Reads each table of the array `[[array]]`; anything else in the file is reported.
fn records<'a, 't, R>(
    texts: &Texts<'_>,
    document: &'a Document<'t>,
    array: &str,
    read: impl Fn(&'a Block<'t>, Place, &'a Table<'t>) -> R,
) -> Vec<R> {
    let mut records = Vec::new();
    for block in &document.blocks {
        for (key, value) in &block.table {
            if key.get_ref() != array {
                let message = format!("unknown table or key `{}`", key.get_ref());
                let hint = format!("this file holds `[[{array}]]`");
                texts.error(block.place(key), message).hint(hint);
                continue;
            }
            let items = match value.get_ref() {
                Toml::Array(items) => &**items,
                _ => std::slice::from_ref(value),
            };
            for item in items {
                let place = block.place(item);
                if let Toml::Table(table) = item.get_ref() {
                    records.push(read(block, place, table));
                    continue;
                }
                let message = format!("`{array}` is not a list of tables");
                texts
                    .error(place, message)
                    .hint(format!("write [[{array}]]"));
            }
        }
    }
    records
}

/// What is needed to read a record: where it stands, and the types of keys.
struct Reader<'r, 'a, 't> {
    texts: &'r Texts<'r>,
    schema: &'r Schema,
    block: &'a Block<'t>,
}

fn node<'a>(
    reader: &Reader<'_, 'a, '_>,
    place: Place,
    table: &'a Table<'_>,
    origin: Origin,
) -> NodeRecord<'a> {
    let mut record = NodeRecord {
        origin,
        place,
        id: None,
        labels: Vec::new(),
        properties: Vec::new(),
        sources: Vec::new(),
    };
    let mut by_key = Vec::new();
    for (key, value) in table {
        let word = reader.key(key);
        match word.text {
            "id" => record.id = reader.id(word, value),
            "labels" if origin == Origin::Nodes => record.labels = reader.words(word, value),
            "sources" if origin == Origin::Nodes => by_key = reader.sources_by_key(table, value),
            "properties" => reader.more(value, &mut record.properties),
            _ => record.properties.push(reader.property(word, value)),
        }
        if word.text == "source" && origin == Origin::Nodes {
            record.sources = reader.source_words(value);
        }
    }
    if origin == Origin::Sources {
        let text = "Source";
        record.labels.push(Word { text, place });
    }
    if !by_key.is_empty() {
        unite(&mut record, by_key);
    }
    if !has(table, "id") {
        reader.missing(place, "id");
    }
    record
}

/// Adds the sources of single keys to those of the node: the property `source` holds them all.
fn unite<'a>(record: &mut NodeRecord<'a>, by_key: Vec<Word<'a>>) {
    let place = by_key.first().map_or(record.place, |word| word.place);
    for word in by_key {
        if !record.sources.iter().any(|known| known.text == word.text) {
            record.sources.push(word);
        }
    }
    let all = record.sources.iter().map(|word| Value::from(word.text));
    let value = Some(Value::list(all));
    match record
        .properties
        .iter_mut()
        .find(|p| p.key.text == "source")
    {
        Some(property) => property.value = value,
        None => record.properties.push(Property {
            key: Word {
                text: "source",
                place,
            },
            value,
            place,
        }),
    }
}

fn rel<'a>(reader: &Reader<'_, 'a, '_>, place: Place, table: &'a Table<'_>) -> RelRecord<'a> {
    let mut record = RelRecord {
        place,
        start: None,
        rel_type: None,
        end: None,
        properties: Vec::new(),
        sources: Vec::new(),
    };
    for (key, value) in table {
        let word = reader.key(key);
        match word.text {
            "start" => record.start = reader.id(word, value),
            "type" => record.rel_type = reader.id(word, value),
            "end" => record.end = reader.id(word, value),
            "properties" => reader.more(value, &mut record.properties),
            _ => record.properties.push(reader.property(word, value)),
        }
        if word.text == "source" {
            record.sources = reader.source_words(value);
        }
    }
    for key in ["start", "type", "end"] {
        if !has(table, key) {
            reader.missing(place, key);
        }
    }
    record
}

fn has(table: &Table<'_>, key: &str) -> bool {
    table.keys().any(|known| known.get_ref() == key)
}

impl<'a, 't> Reader<'_, 'a, 't> {
    fn key(&self, key: &'a Spanned<std::borrow::Cow<'t, str>>) -> Word<'a> {
        Word {
            text: key.get_ref(),
            place: self.block.place(key),
        }
    }

    /// Reads the text of `id`, `start`, `type` or `end`.
    fn id(&self, key: Word<'_>, value: &'a Spanned<Toml<'t>>) -> Option<Word<'a>> {
        let place = self.block.place(value);
        match value.get_ref().as_str() {
            Some(text) if !text.is_empty() => Some(Word { text, place }),
            found => {
                let what = if found.is_some() {
                    "is empty"
                } else {
                    "is not a string"
                };
                self.texts.error(place, format!("`{}` {what}", key.text));
                None
            }
        }
    }

    /// Reads a list of strings.
    fn words(&self, key: Word<'_>, value: &'a Spanned<Toml<'t>>) -> Vec<Word<'a>> {
        let Toml::Array(items) = value.get_ref() else {
            let place = self.block.place(value);
            let hint = format!("write {} = [\"…\"]", key.text);
            let message = format!("`{}` is not a list of strings", key.text);
            self.texts.error(place, message).hint(hint);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.id(key, item)).collect()
    }

    /// Reads `[nodes.sources]`: the sources of each key, which the node must have.
    fn sources_by_key(&self, node: &Table<'_>, value: &'a Spanned<Toml<'t>>) -> Vec<Word<'a>> {
        let Toml::Table(table) = value.get_ref() else {
            let place = self.block.place(value);
            let hint = "write [nodes.sources] with a line `key = [\"…\"]`, or `source = [\"…\"]`";
            self.texts
                .error(place, "`sources` is not a table")
                .hint(hint.to_owned());
            return Vec::new();
        };
        let mut words = Vec::new();
        for (key, value) in table {
            let key = self.key(key);
            if !has(node, key.text) {
                let message = format!(
                    "`sources` names the key `{}`, which the node lacks",
                    key.text
                );
                let keys = node.keys().map(|key| &**key.get_ref());
                self.texts
                    .error(key.place, message)
                    .hint(nearest::hint(key.text, keys));
            }
            words.extend(self.words(key, value));
        }
        words
    }

    /// Reads the sources that `source` names; its type is checked as that of any property.
    fn source_words(&self, value: &'a Spanned<Toml<'t>>) -> Vec<Word<'a>> {
        let items = match value.get_ref() {
            Toml::Array(items) => &**items,
            _ => std::slice::from_ref(value),
        };
        let word = |item: &'a Spanned<Toml<'t>>| {
            let place = self.block.place(item);
            item.get_ref().as_str().map(|text| Word { text, place })
        };
        items.iter().filter_map(word).collect()
    }

    /// Reads `properties`, a table of further properties whose keys have a meaning in a record.
    fn more(&self, value: &'a Spanned<Toml<'t>>, properties: &mut Vec<Property<'a>>) {
        let Toml::Table(table) = value.get_ref() else {
            self.texts
                .error(self.block.place(value), "`properties` is not a table");
            return;
        };
        properties.extend(
            table
                .iter()
                .map(|(key, value)| self.property(self.key(key), value)),
        );
    }

    fn property(&self, key: Word<'a>, value: &Spanned<Toml<'t>>) -> Property<'a> {
        let declared: Option<PropertyType> = self.schema.properties.get(key.text).copied();
        Property {
            key,
            value: property::read(self.texts, self.block, key.text, value, declared),
            place: self.block.place(value),
        }
    }

    fn missing(&self, place: Place, key: &str) {
        self.texts
            .error(place, format!("the record has no `{key}`"));
    }
}

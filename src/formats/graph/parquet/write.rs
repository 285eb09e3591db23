//! A graph to tables.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::formats::graph::source::Shelf;
use crate::formats::words::slug;
use crate::store::{KeyId, Schema, Snapshot};
use crate::value::{NodeId, RelId, Value};

use super::column::{self, Presence};
use super::meta::{
    Described, END, ID, Item, KEY, Kind, LABELS, Meta, START, TYPE, VALID_FROM, VALID_UNTIL,
};

/// The rows of a file.
const FILE: usize = 1 << 20;
/// The rows of a row group.
const GROUP: usize = 1 << 17;

/// Writes a graph as files below `nodes` and `relationships`.
///
/// # Errors
/// A file cannot be written.
pub fn write(graph: &Snapshot, shelf: &mut dyn Shelf) -> io::Result<()> {
    let mut names = FileNames::default();
    let mut nodes: BTreeMap<Vec<&str>, Vec<NodeId>> = BTreeMap::new();
    for node in graph.nodes() {
        let labels = graph.labels(node).iter().map(|l| &**graph.label_name(*l));
        let mut labels: Vec<&str> = labels.collect();
        labels.sort_unstable();
        nodes.entry(labels).or_default().push(node);
    }
    if nodes.is_empty() {
        // A folder without tables is no graph.
        nodes.insert(Vec::new(), Vec::new());
    }
    for (labels, nodes) in nodes {
        let name = labels.join("-");
        for rows in parts(&nodes) {
            let out = shelf.begin(&names.free("nodes", &name))?;
            let bytes = table(graph, rows).map_err(io::Error::other)?;
            out.write_all(&bytes)?;
        }
    }
    let mut rels: BTreeMap<&str, Vec<RelId>> = BTreeMap::new();
    for rel in graph.rels() {
        let rel_type = &**graph.type_name(graph.rel(rel).rel_type);
        rels.entry(rel_type).or_default().push(rel);
    }
    for (rel_type, rels) in rels {
        for rows in parts(&rels) {
            let out = shelf.begin(&names.free("relationships", rel_type))?;
            let bytes = table(graph, rows).map_err(io::Error::other)?;
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// The rows of each file; a table without rows has one.
fn parts<T>(rows: &[T]) -> Vec<&[T]> {
    if rows.is_empty() {
        return vec![rows];
    }
    rows.chunks(FILE).collect()
}

/// Names of files that were not used before.
#[derive(Default)]
struct FileNames(BTreeSet<String>);

impl FileNames {
    fn free(&mut self, folder: &str, name: &str) -> String {
        let stem: String = slug(name).chars().take(80).collect();
        let stem = format!("{folder}/{stem}");
        let mut free = format!("{stem}.parquet");
        let mut number = 2;
        while !self.0.insert(free.clone()) {
            free = format!("{stem}-{number}.parquet");
            number += 1;
        }
        free
    }
}

/// What stands in a table: nodes or relationships.
trait Element: Copy {
    fn properties(self, graph: &Snapshot) -> Vec<(KeyId, Value)>;
    fn property(self, graph: &Snapshot, key: KeyId) -> Value;
    /// The columns that are no properties, each with its value in this row.
    fn own(self, graph: &Snapshot) -> Vec<Value>;
    /// Since when and until when it holds.
    fn valid(self, graph: &Snapshot) -> [Value; 2];
    /// The columns that are no properties.
    const OWN: &'static [(&'static str, Kind)];
}

const NUMBER: Kind = Kind {
    item: Item::Int,
    is_list: false,
};
const TEXT: Kind = Kind {
    item: Item::Text,
    is_list: false,
};
const TEXTS: Kind = Kind {
    item: Item::Text,
    is_list: true,
};

impl Element for NodeId {
    const OWN: &'static [(&'static str, Kind)] = &[(ID, NUMBER), (LABELS, TEXTS)];

    fn properties(self, graph: &Snapshot) -> Vec<(KeyId, Value)> {
        graph.node_properties(self)
    }

    fn property(self, graph: &Snapshot, key: KeyId) -> Value {
        graph.node_property(self, key)
    }

    fn own(self, graph: &Snapshot) -> Vec<Value> {
        let labels = graph.labels(self).iter();
        let labels = labels.map(|label| Value::from(&**graph.label_name(*label)));
        vec![Value::Int(self.0.into()), Value::list(labels)]
    }

    fn valid(self, graph: &Snapshot) -> [Value; 2] {
        [graph.node_valid_from(self), graph.node_valid_until(self)]
    }
}

impl Element for RelId {
    const OWN: &'static [(&'static str, Kind)] = &[(START, NUMBER), (END, NUMBER), (TYPE, TEXT)];

    fn properties(self, graph: &Snapshot) -> Vec<(KeyId, Value)> {
        graph.rel_properties(self)
    }

    fn property(self, graph: &Snapshot, key: KeyId) -> Value {
        graph.rel_property(self, key)
    }

    fn own(self, graph: &Snapshot) -> Vec<Value> {
        let record = graph.rel(self);
        let ends = [record.start, record.end].map(|node| Value::Int(node.0.into()));
        let rel_type = Value::from(&**graph.type_name(record.rel_type));
        ends.into_iter().chain([rel_type]).collect()
    }

    fn valid(self, graph: &Snapshot) -> [Value; 2] {
        [graph.rel_valid_from(self), graph.rel_valid_until(self)]
    }
}

/// The columns of a table after its own ones.
struct Columns {
    /// Valid time, where the graph has it.
    valid: Option<[Kind; 2]>,
    properties: BTreeMap<(KeyId, Kind), String>,
}

impl Columns {
    fn of<E: Element>(graph: &Snapshot, rows: &[E]) -> Self {
        let mut kinds: BTreeSet<(KeyId, Kind)> = BTreeSet::new();
        for row in rows {
            let properties = row.properties(graph);
            kinds.extend(
                properties
                    .iter()
                    .map(|(key, value)| (*key, Kind::of(value))),
            );
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut properties = BTreeMap::new();
        for (key, kind) in kinds {
            let mut plain = graph.key_name(key).to_string();
            if plain.is_empty() || plain.starts_with('_') {
                plain.insert(0, '_');
            }
            let mut name = plain.clone();
            let mut number = 1;
            // Other engines do not tell names by case.
            while !taken.insert(name.to_lowercase()) {
                number += 1;
                name = format!("{plain} {number}");
            }
            properties.insert((key, kind), name);
        }
        let has_time = graph.schema().dataset.time.is_some();
        let valid = |place| valid_kind(rows.iter().map(|row| bound(*row, graph, place)));
        Self {
            valid: has_time.then(|| [valid(0), valid(1)]),
            properties,
        }
    }

    fn meta(&self, graph: &Snapshot) -> Meta {
        let columns = self.properties.iter().map(|((key, kind), name)| {
            let key = graph.key_name(*key).to_string();
            let item = kind.item.name().to_owned();
            (name.clone(), Described { key, item })
        });
        let schema = &**graph.schema();
        let mut meta = Meta {
            columns: columns.collect(),
            schema: String::new(),
        };
        if *schema != Schema::default() {
            meta.schema = toml::to_string(schema).unwrap_or_default();
        }
        meta
    }
}

/// Since when an element holds, or until when.
fn bound<E: Element>(element: E, graph: &Snapshot, place: usize) -> Value {
    let [from, until] = element.valid(graph);
    if place == 0 { from } else { until }
}

/// The kind of a column of valid time: days, unless something is no day.
fn valid_kind(values: impl Iterator<Item = Value>) -> Kind {
    let mut values = values.filter(|value| !value.is_null());
    let day = Kind {
        item: Item::Day,
        is_list: false,
    };
    let other = values.find(|value| Kind::of(value) != day);
    match other {
        None => day,
        Some(_) => TEXT,
    }
}

/// Writes a table into memory.
fn table<E: Element>(graph: &Snapshot, rows: &[E]) -> Result<Vec<u8>> {
    let columns = Columns::of(graph, rows);
    let mut fields: Vec<Arc<Type>> = Vec::new();
    for (name, kind) in E::OWN {
        fields.push(column::declared(name, *kind, Presence::Always)?);
    }
    for (name, kind) in [VALID_FROM, VALID_UNTIL]
        .iter()
        .zip(columns.valid.iter().flatten())
    {
        fields.push(column::declared(name, *kind, Presence::Sometimes)?);
    }
    for ((_, kind), name) in &columns.properties {
        fields.push(column::declared(name, *kind, Presence::Sometimes)?);
    }
    let schema = Type::group_type_builder("schema")
        .with_fields(fields)
        .build()?;
    let meta = serde_json::to_string(&columns.meta(graph)).unwrap_or_default();
    let properties = WriterProperties::builder()
        .set_created_by("polity".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![KeyValue::new(KEY.to_owned(), meta)]))
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    for rows in rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for (place, (_, kind)) in E::OWN.iter().enumerate() {
            let own = rows.iter().map(|row| row.own(graph).into_iter().nth(place));
            let own: Vec<Option<Value>> = own.collect();
            column::write(&mut group, (*kind, Presence::Always), &own)?;
        }
        for (place, kind) in columns.valid.iter().flatten().enumerate() {
            let valid = rows.iter().map(|row| bound(*row, graph, place));
            let valid = valid.map(|value| (!value.is_null()).then_some(value));
            let valid: Vec<Option<Value>> = valid.collect();
            column::write(&mut group, (*kind, Presence::Sometimes), &valid)?;
        }
        for (key, kind) in columns.properties.keys() {
            let values = rows.iter().map(|row| {
                let value = row.property(graph, *key);
                (!value.is_null() && Kind::of(&value) == *kind).then_some(value)
            });
            let values: Vec<Option<Value>> = values.collect();
            column::write(&mut group, (*kind, Presence::Sometimes), &values)?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}

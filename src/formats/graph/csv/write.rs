//! A graph as CSV files.
//!
//! Nodes with the same labels stand in one file, relationships of one type in another. Every
//! column has one type: an element whose value is of another one goes to a further file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::formats::graph::source::Shelf;
use crate::formats::temporal;
use crate::formats::words::slug;
use crate::store::{KeyId, Snapshot};
use crate::value::literal::write_float;
use crate::value::{NodeId, RelId, Value};

use super::cells::ITEM_DELIMITER;
use super::ids::IdList;
use super::names::quoted;

/// Writes a graph as files below `nodes` and `relationships`.
pub fn write(graph: &Snapshot, shelf: &mut dyn Shelf) -> io::Result<()> {
    let ids = Ids::of(graph);
    let mut names = FileNames::default();
    let mut groups: BTreeMap<Vec<&str>, Tables<NodeId>> = BTreeMap::new();
    if graph.node_count() == 0 {
        // A folder without tables is no graph.
        let out = shelf.begin(&names.free("nodes", "none"))?;
        return row([":ID", ":LABEL"].map(str::to_owned).into_iter(), out);
    }
    for node in graph.nodes() {
        let labels = graph.labels(node).iter().map(|l| &**graph.label_name(*l));
        let mut labels: Vec<&str> = labels.collect();
        labels.sort_unstable();
        let properties = ids.properties(graph, node);
        groups.entry(labels).or_default().add(node, &properties);
    }
    for (labels, tables) in groups {
        let name = labels.join("-");
        let quoted: Vec<_> = labels.iter().map(|label| quoted(label)).collect();
        let labels = quoted.join(&ITEM_DELIMITER.to_string());
        for table in tables.0 {
            let out = shelf.begin(&names.free("nodes", &name))?;
            nodes(graph, &ids, &labels, &table, out)?;
        }
    }
    let mut groups: BTreeMap<&str, Tables<RelId>> = BTreeMap::new();
    for rel in graph.rels() {
        let rel_type = &**graph.type_name(graph.rel(rel).rel_type);
        let properties = graph.rel_properties(rel);
        groups.entry(rel_type).or_default().add(rel, &properties);
    }
    for (rel_type, tables) in groups {
        for table in tables.0 {
            let out = shelf.begin(&names.free("relationships", rel_type))?;
            rels(graph, &ids, &quoted(rel_type), &table, out)?;
        }
    }
    Ok(())
}

fn nodes(
    graph: &Snapshot,
    ids: &Ids,
    labels: &str,
    table: &Table<NodeId>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut header = vec![ids.header().into_owned(), ":LABEL".to_owned()];
    header.extend(table.header(graph));
    let names_id = |key: &KeyId| &**graph.key_name(*key) == "id";
    // A column of this name keeps the numbers of the first one from becoming a property.
    let lacks_id = ids.is_numbers() && !table.columns.keys().any(names_id);
    if lacks_id {
        header.push("id:string".to_owned());
    }
    row(header.iter().map(|name| cell(name)), out)?;
    for node in &table.elements {
        let first = [cell(&ids.text(graph, *node)), cell(labels)];
        let mut values = first.to_vec();
        values.extend(table.cells(&graph.node_properties(*node)));
        if lacks_id {
            values.push(String::new());
        }
        row(values.into_iter(), out)?;
    }
    Ok(())
}

fn rels(
    graph: &Snapshot,
    ids: &Ids,
    rel_type: &str,
    table: &Table<RelId>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut header = [":START_ID", ":END_ID", ":TYPE"]
        .map(str::to_owned)
        .to_vec();
    header.extend(table.header(graph));
    row(header.iter().map(|name| cell(name)), out)?;
    for rel in &table.elements {
        let record = graph.rel(*rel);
        let ends = [record.start, record.end].map(|node| cell(&ids.text(graph, node)));
        let mut values = ends.to_vec();
        values.push(cell(rel_type));
        values.extend(table.cells(&graph.rel_properties(*rel)));
        row(values.into_iter(), out)?;
    }
    Ok(())
}

/// What nodes are called in the files.
enum Ids {
    /// By their property `id`, which all have and no two the same; and what follows `:ID`.
    Own(KeyId, &'static str),
    /// By their numbers.
    Numbers,
}

impl Ids {
    fn of(graph: &Snapshot) -> Self {
        let Some(key) = graph.key("id") else {
            return Self::Numbers;
        };
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let (mut texts, mut looks_whole) = (0, 0);
        for node in graph.nodes() {
            let id = match graph.node_property(node, key) {
                Value::Int(id) => id.to_string(),
                Value::String(id) if !id.is_empty() => {
                    texts += 1;
                    id.to_string()
                }
                _ => return Self::Numbers,
            };
            looks_whole += usize::from(matches!(IdList::of_one(&id), IdList::Ints(_)));
            if !seen.insert(id) {
                return Self::Numbers;
            }
        }
        match texts {
            0 => Self::Own(key, "{id-type:long}"),
            _ if texts < seen.len() => Self::Numbers,
            _ if looks_whole == texts => Self::Own(key, "{id-type:string}"),
            _ => Self::Own(key, ""),
        }
    }

    fn is_numbers(&self) -> bool {
        matches!(self, Self::Numbers)
    }

    fn header(&self) -> Cow<'static, str> {
        match self {
            Self::Own(_, options) => Cow::Owned(format!("id:ID{options}")),
            Self::Numbers => Cow::Borrowed(":ID"),
        }
    }

    fn text(&self, graph: &Snapshot, node: NodeId) -> String {
        match self {
            Self::Own(key, _) => match graph.node_property(node, *key) {
                Value::String(id) => id.to_string(),
                Value::Int(id) => id.to_string(),
                _ => node.0.to_string(),
            },
            Self::Numbers => node.0.to_string(),
        }
    }

    /// The properties that stand in columns of their own.
    fn properties(&self, graph: &Snapshot, node: NodeId) -> Vec<(KeyId, Value)> {
        let mut properties = graph.node_properties(node);
        if let Self::Own(id, _) = self {
            properties.retain(|(key, _)| key != id);
        }
        properties
    }
}

/// Names of files that were not used before.
#[derive(Default)]
struct FileNames(BTreeSet<String>);

impl FileNames {
    fn free(&mut self, folder: &str, name: &str) -> String {
        let mut stem: String = slug(name).chars().take(80).collect();
        stem = format!("{folder}/{stem}");
        let mut free = format!("{stem}.csv");
        let mut number = 2;
        while !self.0.insert(free.clone()) {
            free = format!("{stem}-{number}.csv");
            number += 1;
        }
        free
    }
}

/// The files of one group of elements.
struct Tables<T>(Vec<Table<T>>);

impl<T> Default for Tables<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Tables<T> {
    /// Adds an element to the first table whose columns have the types of its properties.
    fn add(&mut self, element: T, properties: &[(KeyId, Value)]) {
        let place = self.0.iter().position(|table| table.fits(properties));
        let place = place.unwrap_or_else(|| {
            self.0.push(Table {
                columns: BTreeMap::new(),
                elements: Vec::new(),
            });
            self.0.len() - 1
        });
        if let Some(table) = self.0.get_mut(place) {
            table.elements.push(element);
            for (key, value) in properties {
                let column = table.columns.entry(*key).or_default();
                column.take(value);
            }
        }
    }
}

struct Table<T> {
    columns: BTreeMap<KeyId, Column>,
    elements: Vec<T>,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Default)]
struct Column {
    /// The type of the values, or of the items of lists; not known as long as all lists are empty.
    kind: Option<&'static str>,
    is_list: bool,
    /// Whether lists stand in their JSON form, since some cannot stand between `;`.
    is_json: bool,
}

impl Column {
    fn take(&mut self, value: &Value) {
        let (kind, is_list) = kind_of(value);
        self.kind = self.kind.or(kind);
        self.is_list = is_list;
        self.is_json |= matches!(value, Value::List(items) if needs_json(items));
    }
}

impl<T> Table<T> {
    fn fits(&self, properties: &[(KeyId, Value)]) -> bool {
        properties.iter().all(|(key, value)| {
            let (kind, is_list) = kind_of(value);
            self.columns.get(key).is_none_or(|column| {
                let same = kind.is_none() || column.kind.is_none() || column.kind == kind;
                same && column.is_list == is_list
            })
        })
    }

    fn header(&self, graph: &Snapshot) -> Vec<String> {
        let name = |(key, column): (&KeyId, &Column)| {
            let kind = column.kind.unwrap_or("string");
            let list = match (column.is_list, column.is_json) {
                (false, _) => "",
                (true, false) => "[]",
                (true, true) => "[]{list:json}",
            };
            format!("{}:{kind}{list}", quoted(graph.key_name(*key)))
        };
        self.columns.iter().map(name).collect()
    }

    fn cells(&self, properties: &[(KeyId, Value)]) -> Vec<String> {
        let value = |(key, column): (&KeyId, &Column)| {
            let found = properties.iter().find(|(of, _)| of == key);
            found.map_or_else(String::new, |(_, value)| match value {
                Value::List(items) => cell(&list(items, column.is_json)),
                one => cell(&text(one)),
            })
        };
        self.columns.iter().map(value).collect()
    }
}

/// The type of a column that holds the value, and whether it is one of lists.
fn kind_of(value: &Value) -> (Option<&'static str>, bool) {
    match value {
        Value::List(items) => (items.first().and_then(|item| kind_of(item).0), true),
        Value::Bool(_) => (Some("boolean"), false),
        Value::Int(_) => (Some("long"), false),
        Value::Float(_) => (Some("double"), false),
        other => {
            let kind = temporal::described(other).map(|(kind, _)| kind);
            (Some(kind.unwrap_or("string")), false)
        }
    }
}

/// Whether a list would not come back from between `;`.
fn needs_json(items: &[Value]) -> bool {
    let is_split = |item: &Value| {
        item.as_str()
            .is_some_and(|text| text.contains(ITEM_DELIMITER))
    };
    match items {
        [] => true,
        [Value::String(text)] if text.is_empty() => true,
        items => items.iter().any(is_split),
    }
}

fn list(items: &[Value], is_json: bool) -> String {
    let texts: Vec<String> = items.iter().map(text).collect();
    if is_json {
        serde_json::Value::from(texts).to_string()
    } else {
        texts.join(&ITEM_DELIMITER.to_string())
    }
}

/// A value that is no list, as a cell holds it.
fn text(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => {
            let mut text = String::new();
            if *value == 0.0 && value.is_sign_negative() {
                text.push('-');
            }
            write_float(*value, &mut text);
            text
        }
        Value::String(text) => text.to_string(),
        other => temporal::described(other).map_or_else(String::new, |(_, text)| text),
    }
}

/// A field: in quotes where it needs them, and where it is empty, since nothing at all is null.
fn cell(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " _-.:;/#+@[]()".contains(c);
    let ends = text.starts_with(' ') || text.ends_with(' ');
    if !text.is_empty() && !ends && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

fn row(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        out.write_all(cell.as_bytes())?;
    }
    out.write_all(b"\n")
}

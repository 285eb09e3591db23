//! A graph as the files of a data set.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use crate::error::{Code, Error, ErrorType, Result};
use crate::formats::temporal;
use crate::formats::words::{Words, slug};
use crate::store::schema::{Dataset, PropertyType};
use crate::store::{KeyId, Schema, Snapshot};
use crate::value::literal::write_float;
use crate::value::temporal::parse_day;
use crate::value::{NodeId, RelId, Value};

/// The keys of a record that are no properties.
const NODE_KEYS: [&str; 4] = ["id", "labels", "properties", "sources"];
const SOURCE_KEYS: [&str; 2] = ["id", "properties"];
const REL_KEYS: [&str; 4] = ["end", "properties", "start", "type"];

/// Writes a graph as the files of a data set: names relative to its folder, and texts. A node
/// without an id of its own gets `n` and its number.
///
/// Loading the files gives the same graph again, but for ids that were given.
///
/// # Errors
/// If the schema cannot be written, which no schema that was read brings about.
pub fn write(graph: &Snapshot) -> Result<Vec<(String, String)>> {
    let writer = Writer::new(graph);
    let mut files = BTreeMap::new();
    let schema = graph.schema();
    if schema.dataset != Dataset::default() {
        files.insert("dataset.toml".to_owned(), toml(&schema.dataset)?);
    }
    let declared = Schema {
        dataset: Dataset::default(),
        ..Schema::clone(schema)
    };
    if declared != Schema::default() {
        files.insert("schema.toml".to_owned(), toml(&declared)?);
    }
    writer.nodes(&mut files);
    writer.rels(&mut files);
    Ok(files.into_iter().collect())
}

fn toml(value: &impl serde::Serialize) -> Result<String> {
    toml::to_string(value).map_err(|error| {
        let code = Code::runtime(ErrorType::DataError, "UnwritableSchema");
        Error::new(code, format!("the schema cannot be written: {error}"))
    })
}

/// Returns the id of each node by its number: its own if no node before has it, else one of ours.
pub(in crate::formats::graph) fn ids(graph: &Snapshot) -> Vec<String> {
    let key = graph.key("id");
    let mut ids = vec![String::new(); graph.node_bound() as usize];
    let mut taken: HashSet<String> = HashSet::new();
    for node in graph.nodes() {
        let own = key.map(|key| graph.node_property(node, key));
        if let Some(Value::String(own)) = own
            && !own.is_empty()
            && taken.insert(own.to_string())
        {
            ids[node.0 as usize] = own.to_string();
        }
    }
    for node in graph.nodes() {
        let id = &mut ids[node.0 as usize];
        if id.is_empty() {
            *id = format!("n{}", node.0);
            while !taken.insert(id.clone()) {
                id.push('x');
            }
        }
    }
    ids
}

struct Writer<'g> {
    graph: &'g Snapshot,
    words: Words<'g>,
    ids: Vec<String>,
    /// Whether nodes that are only a `Source` stand in `sources.toml`.
    lists_sources: bool,
}

impl<'g> Writer<'g> {
    fn new(graph: &'g Snapshot) -> Self {
        let mut writer = Self {
            graph,
            words: Words::new(graph),
            ids: ids(graph),
            lists_sources: false,
        };
        writer.lists_sources = writer.sources_are_complete();
        writer
    }

    /// Returns whether there are sources, and all that is named as one is among them.
    fn sources_are_complete(&self) -> bool {
        let sources = self.graph.nodes().filter(|node| self.is_source(*node));
        let sources: HashSet<&str> = sources.map(|node| self.id(node)).collect();
        let known = |value: &Value| value.as_str().is_none_or(|text| sources.contains(text));
        let complete = |value: Value| match &value {
            Value::List(items) => items.iter().all(known),
            one => known(one),
        };
        let Some(key) = self.graph.key("source") else {
            return !sources.is_empty();
        };
        let mut of_nodes = self
            .graph
            .nodes()
            .map(|node| self.graph.node_property(node, key));
        let mut of_rels = self
            .graph
            .rels()
            .map(|rel| self.graph.rel_property(rel, key));
        !sources.is_empty() && of_nodes.all(complete) && of_rels.all(complete)
    }

    fn is_source(&self, node: NodeId) -> bool {
        let labels = self.graph.labels(node);
        matches!(labels, [label] if **self.graph.label_name(*label) == *"Source")
    }

    fn id(&self, node: NodeId) -> &str {
        &self.ids[node.0 as usize]
    }

    fn nodes(&self, files: &mut BTreeMap<String, String>) {
        let mut nodes: Vec<NodeId> = self.graph.nodes().collect();
        nodes.sort_by_key(|node| self.id(*node));
        for node in nodes {
            if self.lists_sources && self.is_source(node) {
                let file = files.entry("sources.toml".to_owned()).or_default();
                self.node(node, "sources", &SOURCE_KEYS, file);
            } else {
                let kind = self.words.kind(node).unwrap_or_default();
                let file = files
                    .entry(format!("nodes/{}.toml", slug(kind)))
                    .or_default();
                self.node(node, "nodes", &NODE_KEYS, file);
            }
        }
    }

    fn node(&self, node: NodeId, array: &str, reserved: &[&str], out: &mut String) {
        begin(array, out);
        entry("id", &quoted(self.id(node)), out);
        let labels = self.graph.labels(node).iter();
        let labels: Vec<String> = labels.map(|l| quoted(self.graph.label_name(*l))).collect();
        if array == "nodes" && !labels.is_empty() {
            entry("labels", &format!("[{}]", labels.join(", ")), out);
        }
        let is_id = |key: &str, value: &Value| {
            key == "id" && value.as_str().is_some_and(|text| text == self.id(node))
        };
        let properties = self.graph.node_properties(node);
        let properties = properties
            .iter()
            .map(|(key, value)| self.named(*key, value));
        let properties: Vec<_> = properties
            .filter(|(key, value)| !is_id(key, value))
            .collect();
        self.properties(&properties, array, reserved, out);
    }

    fn rels(&self, files: &mut BTreeMap<String, String>) {
        let mut records: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for rel in self.graph.rels() {
            let record = self.graph.rel(rel);
            let rel_type = &**self.graph.type_name(record.rel_type);
            let (start, end) = (self.id(record.start), self.id(record.end));
            let mut text = String::new();
            self.rel(rel, start, rel_type, end, &mut text);
            let file = format!("relations/{}.toml", slug(rel_type));
            records
                .entry(file)
                .or_default()
                .push(((start, rel_type, end), text));
        }
        for (file, mut records) in records {
            records.sort_unstable();
            let texts: Vec<String> = records.into_iter().map(|(_, text)| text).collect();
            files.insert(file, texts.join("\n"));
        }
    }

    fn rel(&self, rel: RelId, start: &str, rel_type: &str, end: &str, out: &mut String) {
        begin("relations", out);
        entry("start", &quoted(start), out);
        entry("type", &quoted(rel_type), out);
        entry("end", &quoted(end), out);
        let properties = self.graph.rel_properties(rel);
        let properties: Vec<_> = properties
            .iter()
            .map(|(key, value)| self.named(*key, value))
            .collect();
        self.properties(&properties, "relations", &REL_KEYS, out);
    }

    fn named<'v>(&self, key: KeyId, value: &'v Value) -> (&'g str, &'v Value) {
        (self.graph.key_name(key), value)
    }

    /// Writes properties; those whose keys have a meaning in a record stand in a table of their
    /// own at its end.
    fn properties(
        &self,
        properties: &[(&str, &Value)],
        array: &str,
        reserved: &[&str],
        out: &mut String,
    ) {
        let (further, plain): (Vec<_>, Vec<_>) = properties
            .iter()
            .partition(|(key, _)| reserved.contains(key));
        // The name is what people look for.
        let (name, others): (Vec<_>, Vec<_>) = plain.into_iter().partition(|(k, _)| *k == "name");
        for (key, value) in name.into_iter().chain(others) {
            entry(key, &self.value(key, value), out);
        }
        if !further.is_empty() {
            push(out, &format!("[{array}.properties]\n"));
        }
        for (key, value) in further {
            entry(key, &self.value(key, value), out);
        }
    }

    fn value(&self, key: &str, value: &Value) -> String {
        match (value, self.graph.schema().properties.get(key)) {
            (Value::Date(date), Some(PropertyType::Date)) => {
                let text = date.to_string();
                match parse_day(&text) {
                    Some(_) => quoted(&text),
                    None => scalar(value),
                }
            }
            (Value::List(items), _) => {
                let items: Vec<String> = items.iter().map(scalar).collect();
                format!("[{}]", items.join(", "))
            }
            _ => scalar(value),
        }
    }
}

fn begin(array: &str, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    push(out, &format!("[[{array}]]\n"));
}

fn entry(key: &str, value: &str, out: &mut String) {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(is_bare) {
        push(out, &format!("{key} = {value}\n"));
    } else {
        push(out, &format!("{} = {value}\n", quoted(key)));
    }
}

/// Writes a value that is no list; what a property cannot hold does not occur.
fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::String(text) => quoted(text),
        other => match temporal::described(other) {
            Some((kind, text)) => format!("{{ {kind} = {} }}", quoted(&text)),
            None => quoted(""),
        },
    }
}

fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let mut text = String::new();
    if value == 0.0 && value.is_sign_negative() {
        text.push('-');
    }
    write_float(value, &mut text);
    text
}

/// Writes a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                push(&mut out, &format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = out.write_str(text);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::graph::dataset::{Folder, load};
    use crate::store::BulkLoader;
    use crate::value::literal::to_literal;
    use crate::value::{Date, Duration};

    /// Writes a graph, loads the files, and compares all but the ids that were given.
    fn round_trip(graph: &Snapshot) -> Snapshot {
        let files = write(graph).unwrap();
        let mut folder = Folder::new("");
        for (name, text) in &files {
            folder.add(name.clone(), text.as_bytes());
        }
        let loaded = load(&folder)
            .unwrap_or_else(|report| panic!("{report}\n{files:#?}"))
            .graph;
        assert_eq!(contents(&loaded), contents(graph), "{files:#?}");
        assert_eq!(loaded.schema(), graph.schema());
        loaded
    }

    /// Everything in a graph as sorted texts. Nodes are told apart by the property `#`, or `id`; a
    /// node without `id` has the one that it would be given.
    fn contents(graph: &Snapshot) -> (Vec<String>, Vec<String>) {
        let given = ids(graph);
        let name = |node: NodeId| {
            let number = graph.key("#").map(|key| graph.node_property(node, key));
            let number = number.filter(|number| !number.is_null());
            number.map_or_else(
                || given[node.0 as usize].clone(),
                |number| to_literal(&number),
            )
        };
        // Printed for programs, since the sign of zero shows there and NaN equals itself.
        let show = |properties: Vec<(KeyId, Value)>| {
            let named = properties
                .into_iter()
                .map(|(key, value)| (graph.key_name(key), value));
            named
                .map(|(key, value)| format!("{key:?}: {value:?}"))
                .collect::<Vec<_>>()
        };
        let nodes = graph.nodes().map(|node| {
            let labels = graph
                .labels(node)
                .iter()
                .map(|l| graph.label_name(*l).to_string());
            let labels: std::collections::BTreeSet<String> = labels.collect();
            let mut properties = show(graph.node_properties(node));
            if !properties
                .iter()
                .any(|property| property.starts_with("\"id\":"))
            {
                properties.push(format!("\"id\": String({:?})", given[node.0 as usize]));
            }
            properties.sort();
            format!("{} {labels:?} {properties:?}", name(node))
        });
        let rels = graph.rels().map(|rel| {
            let record = graph.rel(rel);
            let rel_type = graph.type_name(record.rel_type);
            let properties = show(graph.rel_properties(rel));
            format!(
                "{} {rel_type:?} {} {properties:?}",
                name(record.start),
                name(record.end)
            )
        });
        let (mut nodes, mut rels): (Vec<_>, Vec<_>) = (nodes.collect(), rels.collect());
        nodes.sort();
        rels.sort();
        (nodes, rels)
    }

    #[test]
    fn the_governance_graph_is_written_and_read() {
        let graph = crate::formats::builtin().unwrap().graph;
        let again = round_trip(&graph);
        assert_eq!(
            write(&again).unwrap(),
            write(&graph).unwrap(),
            "the same graph, the same text"
        );
    }

    #[test]
    fn records_are_sorted_with_a_key_a_line() {
        let files = write(&crate::formats::testing::graph()).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| &**name).collect();
        let expected = [
            "nodes/document.toml",
            "nodes/state.toml",
            "relations/signed.toml",
            "relations/supports.toml",
        ];
        assert_eq!(names, expected);
        assert_eq!(
            files[1].1,
            "[[nodes]]\nid = \"china\"\nlabels = [\"Actor\", \"State\"]\nname = \"China\"\n\n\
             [[nodes]]\nid = \"iran\"\nlabels = [\"Actor\", \"State\"]\nname = \"Iran\"\n"
        );
        assert_eq!(
            files[2].1,
            "[[relations]]\nstart = \"china\"\ntype = \"SIGNED\"\nend = \"hanoi-convention\"\n\
             on = { date = \"2025-10-25\" }\n"
        );
    }

    /// Texts that formats stumble over, and any others.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "",
                "id",
                "labels",
                "source",
                "sources",
                "properties",
                "start",
                "type",
                "end",
                "name",
                "\"",
                "\\",
                "\\u0041",
                "a\nb",
                "\r\n",
                "\u{0}\u{7f}\u{85}",
                "'''",
                "[[nodes]]",
                "\u{feff}",
                "n0",
                "n1",
                "2025-12-04",
                "🕊",
                "x.y",
                "#",
                "true",
                "Source",
                " ",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ]
    }

    fn scalar_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<i64>().prop_map(Value::Int),
            prop::num::f64::ANY.prop_map(Value::Float),
            any::<bool>().prop_map(Value::Bool),
            text().prop_map(Value::from),
            (-999_999_999_i64..999_999_999)
                .prop_map(|days| Value::Date(Date::from_days(days).unwrap())),
            (
                -999_i64..999,
                -99_i64..99,
                any::<i32>(),
                0_i64..1_000_000_000
            )
                .prop_map(|(months, days, seconds, nanos)| {
                    Duration::new(months, days, i64::from(seconds), nanos)
                        .unwrap()
                        .into()
                }),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => scalar_value(),
            1 => prop::collection::vec(text().prop_map(Value::from), 0..3).prop_map(Value::list),
            1 => prop::collection::vec(prop::num::f64::ANY.prop_map(Value::Float), 0..3)
                .prop_map(Value::list),
        ]
    }

    type Properties = Vec<(String, Value)>;

    fn properties() -> impl Strategy<Value = Properties> {
        prop::collection::vec((text(), value()), 0..5)
    }

    fn name() -> impl Strategy<Value = String> {
        text().prop_filter("labels and types are not empty", |text| !text.is_empty())
    }

    type Nodes = Vec<(Vec<String>, Properties)>;
    type Rels = Vec<(prop::sample::Index, prop::sample::Index, String, Properties)>;

    fn build(nodes: &Nodes, rels: &Rels) -> Snapshot {
        let mut loader = BulkLoader::new();
        let keyed = |loader: &mut BulkLoader, properties: &Properties| {
            let keyed = properties
                .iter()
                .map(|(key, value)| (loader.intern_key(key), value.clone()));
            keyed.collect::<Vec<_>>()
        };
        let mut ids = Vec::new();
        for (number, (labels, properties)) in (0_i64..).zip(nodes) {
            let labels: Vec<_> = labels
                .iter()
                .map(|label| loader.intern_label(label))
                .collect();
            let mut properties = keyed(&mut loader, properties);
            properties.push((loader.intern_key("#"), Value::Int(number)));
            ids.push(loader.add_node(&labels, &properties).unwrap());
        }
        for (start, end, name, properties) in rels {
            let rel_type = loader.intern_type(name);
            let properties = keyed(&mut loader, properties);
            let (start, end) = (*start.get(&ids), *end.get(&ids));
            loader.add_rel(start, end, rel_type, &properties).unwrap();
        }
        loader.finish()
    }

    proptest! {
        #[test]
        fn any_graph_is_written_and_read(
            nodes in prop::collection::vec((prop::collection::vec(name(), 0..3), properties()), 1..6),
            rels in prop::collection::vec(
                (any::<prop::sample::Index>(), any::<prop::sample::Index>(), name(), properties()),
                0..6,
            ),
        ) {
            round_trip(&build(&nodes, &rels));
        }
    }

    #[test]
    fn temporal_values_keep_their_types() {
        let texts = [
            ("localtime", "12:31:14.645876123"),
            ("time", "12:31:14+01:00"),
            ("localdatetime", "-2015-07-21T21:40"),
            (
                "datetime",
                "2015-07-21T21:40:32.142+02:00[Europe/Stockholm]",
            ),
        ];
        for (kind, text) in texts {
            let value = temporal::read(kind, text).unwrap();
            let (described, again) = temporal::described(&value).unwrap();
            assert_eq!(described, kind);
            assert_eq!(
                to_literal(&temporal::read(kind, &again).unwrap()),
                to_literal(&value)
            );
        }
    }
}

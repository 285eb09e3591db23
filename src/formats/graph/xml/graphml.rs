//! GraphML.
//!
//! ```xml
//! <key id="labels" for="node" attr.name="labels" attr.type="string"/>
//! <key id="q0" for="edge" attr.name="on" attr.type="string" polity:type="date"/>
//! <node id="n0"><data key="labels">:Actor:State</data></node>
//! <edge id="e0" source="n0" target="n1"><data key="label">SIGNED</data></edge>
//! ```
//!
//! Labels and types stand where Neo4j's tools put them: under the keys `labels` and `label`. Types
//! that GraphML lacks are texts whose key says `polity:type`; lists are JSON arrays, and their key
//! says `attr.list`. A key whose values have several types stands several times.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::formats::diagnostic::Report;
use crate::formats::graph::gather::{Element as Item, Gathering, NodeRecord, RelRecord};
use crate::formats::graph::source::{File, Progress, whole_text};
use crate::formats::words::shown;
use crate::store::schema::TimeKeys;
use crate::store::{KeyId, Snapshot};
use crate::value::Value;

use super::attribute::{Declared, Kind, NAMESPACE};
use super::parse::{
    Element, Take, Token, Wrong, escape, labels, name, read_all, read_labels, read_name,
};

/// The type of relationships for which a file has none.
pub(super) const NO_TYPE: &str = "RELATED";

/// Writes a graph.
pub fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let (nodes, rels) = (Declared::of_nodes(graph), Declared::of_rels(graph));
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"",
    );
    // Writing to a string does not fail.
    let _ = writeln!(text, " xmlns:polity=\"{NAMESPACE}\">");
    text.push_str(
        "  <key id=\"labels\" for=\"node\" attr.name=\"labels\" attr.type=\"string\"/>\n",
    );
    text.push_str("  <key id=\"label\" for=\"edge\" attr.name=\"label\" attr.type=\"string\"/>\n");
    declare(graph, &nodes, ('p', "node"), &mut text);
    declare(graph, &rels, ('q', "edge"), &mut text);
    text.push_str("  <graph id=\"G\" edgedefault=\"directed\"");
    time_attributes(graph, &mut text);
    text.push_str(">\n");
    for node in graph.nodes() {
        let names = graph.labels(node).iter().map(|l| &**graph.label_name(*l));
        let _ = write!(text, "    <node id=\"n{}\"><data key=\"labels\">", node.0);
        escape(&labels(names), &mut text);
        text.push_str("</data>");
        data(&graph.node_properties(node), &nodes, 'p', &mut text);
        text.push_str("</node>\n");
        flush(&mut text, out)?;
    }
    for rel in graph.rels() {
        let record = graph.rel(rel);
        let (start, end) = (record.start.0, record.end.0);
        let _ = write!(
            text,
            "    <edge id=\"e{}\" source=\"n{start}\" target=\"n{end}\"><data key=\"label\">",
            rel.0
        );
        escape(&name(graph.type_name(record.rel_type)), &mut text);
        text.push_str("</data>");
        data(&graph.rel_properties(rel), &rels, 'q', &mut text);
        text.push_str("</edge>\n");
        flush(&mut text, out)?;
    }
    text.push_str("  </graph>\n</graphml>\n");
    out.write_all(text.as_bytes())
}

fn flush(text: &mut String, out: &mut dyn Write) -> io::Result<()> {
    if text.len() > 1 << 16 {
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

/// Says which keys carry valid time.
pub(super) fn time_attributes(graph: &Snapshot, text: &mut String) {
    let Some(keys) = &graph.schema().dataset.time else {
        return;
    };
    for (role, key) in [
        ("from", &keys.from),
        ("until", &keys.until),
        ("on", &keys.on),
    ] {
        if let Some(key) = key {
            let _ = write!(text, " polity:{role}=\"");
            escape(&name(key), text);
            text.push('"');
        }
    }
}

/// Reads which keys carry valid time.
pub(super) fn read_time(element: &Element) -> Option<TimeKeys> {
    let key = |role: &str| element.get(&format!("polity:{role}")).map(read_name);
    let keys = TimeKeys {
        from: key("from"),
        until: key("until"),
        on: key("on"),
        text: key("text"),
    };
    (keys != TimeKeys::default()).then_some(keys)
}

fn declare(graph: &Snapshot, declared: &Declared, (prefix, of): (char, &str), text: &mut String) {
    for (key, kind, number) in declared.iter() {
        let _ = write!(
            text,
            "  <key id=\"{prefix}{number}\" for=\"{of}\" attr.name=\""
        );
        escape(&name(graph.key_name(key)), text);
        let native = if kind.is_list {
            "string"
        } else {
            kind.native()
        };
        let _ = write!(text, "\" attr.type=\"{native}\"");
        if kind.is_list {
            let _ = write!(text, " attr.list=\"{}\"", kind.native());
        }
        if let Some(ours) = kind.ours() {
            let _ = write!(text, " polity:type=\"{ours}\"");
        }
        text.push_str("/>\n");
    }
}

fn data(properties: &[(KeyId, Value)], declared: &Declared, prefix: char, text: &mut String) {
    for (key, value) in properties {
        let (number, value) = declared.entry(*key, value);
        let _ = write!(text, "<data key=\"{prefix}{number}\">");
        escape(&value, text);
        text.push_str("</data>");
    }
}

/// Keeps what another program calls a node, unless it has a property of that name.
pub(super) fn keep_id(id: &str, properties: &mut Vec<(String, Value)>) {
    if properties.iter().all(|(key, _)| key != "id") {
        properties.push(("id".to_owned(), Value::from(id)));
    }
}

/// Reads a graph.
///
/// # Errors
/// What is no GraphML, and every element that is wrong.
pub fn read(file: File<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Snapshot, Report> {
    let mut graph = Gathering::new(&file.name);
    let text = match whole_text(file) {
        Ok(text) => text,
        Err(finding) => return Err(Report::new(vec![finding])),
    };
    let mut reader = Reader {
        graph: &mut graph,
        keys: BTreeMap::new(),
        open: None,
        key: None,
        data: None,
        is_graphml: false,
        is_ours: false,
    };
    let ended = read_all(&text, &mut reader, progress);
    if let Err(wrong) = ended {
        graph.wrong(wrong.at, wrong.message);
    }
    progress(graph.progress(text.len() as u64));
    graph.finish()
}

/// What a key means.
struct Key {
    /// `node`, `edge`, `all` or something else.
    of: String,
    name: String,
    kind: Kind,
    default: Option<String>,
}

/// The node or edge that is read, and its data by key.
struct Open {
    element: Element,
    data: Vec<(String, String)>,
}

struct Reader<'g> {
    graph: &'g mut Gathering,
    keys: BTreeMap<String, Key>,
    open: Option<Open>,
    /// The key that is read.
    key: Option<String>,
    /// The key of the data that are read, and their text; an empty one for a default.
    data: Option<(String, String)>,
    is_graphml: bool,
    is_ours: bool,
}

impl Take for Reader<'_> {
    fn graph(&mut self) -> &mut Gathering {
        self.graph
    }

    fn missing(&self) -> Option<&'static str> {
        (!self.is_graphml).then_some("the file is no GraphML: it has no element `graphml`")
    }

    fn take(&mut self, token: Token) -> Result<(), Wrong> {
        match token {
            Token::Open(element) => self.begin(element),
            Token::Close(name) => {
                self.end(&name);
                Ok(())
            }
            Token::Text(text) => {
                if let Some((_, data)) = &mut self.data {
                    data.push_str(&text);
                }
                Ok(())
            }
        }
    }
}

impl Reader<'_> {
    fn begin(&mut self, element: Element) -> Result<(), Wrong> {
        let wrong = |message: &str| {
            Err(Wrong {
                at: element.at,
                message: message.to_owned(),
            })
        };
        match &*element.name {
            "graphml" => {
                self.is_graphml = true;
                self.is_ours = element.get("xmlns:polity").is_some();
            }
            "key" => self.declare(&element),
            "default" => self.data = Some((String::new(), String::new())),
            "graph" => {
                if let Some(keys) = read_time(&element) {
                    self.graph.time(keys);
                }
            }
            "node" | "edge" if self.open.is_some() => {
                return wrong("graphs within nodes are not known; take them apart first");
            }
            "hyperedge" => return wrong("a relationship has two ends; there are no hyperedges"),
            "node" | "edge" => {
                self.open = Some(Open {
                    element,
                    data: Vec::new(),
                });
            }
            "data" if self.open.is_some() => {
                let key = element.get("key").unwrap_or_default().to_owned();
                if !self.keys.contains_key(&key) {
                    let message = format!("no `key` declares the data {}", shown(&key));
                    self.graph.wrong(element.at, message);
                }
                self.data = Some((key, String::new()));
            }
            _ => {}
        }
        Ok(())
    }

    fn declare(&mut self, element: &Element) {
        let id = element.get("id").unwrap_or_default().to_owned();
        let name = element
            .get("attr.name")
            .map_or_else(|| id.clone(), read_name);
        let list = element.get("attr.list");
        let native = list.or(element.get("attr.type")).unwrap_or("string");
        let kind = Kind::declared(native, element.get("polity:type"), list.is_some());
        let key = Key {
            of: element.get("for").unwrap_or("all").to_owned(),
            name,
            kind,
            default: None,
        };
        self.keys.insert(id.clone(), key);
        self.key = Some(id);
    }

    fn end(&mut self, name: &str) {
        match name {
            "key" => self.key = None,
            "default" => {
                let text = self.data.take().map(|(_, text)| text);
                let key = self.key.as_ref().and_then(|key| self.keys.get_mut(key));
                if let Some(key) = key {
                    key.default = text;
                }
            }
            "data" => {
                if let (Some(open), Some(data)) = (&mut self.open, self.data.take()) {
                    open.data.push(data);
                }
            }
            "node" | "edge" => {
                if let Some(open) = self.open.take() {
                    self.close(open);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, open: Open) {
        let at = open.element.at;
        match self.element(open) {
            Ok(element) => self.graph.add(at, element),
            Err(message) => self.graph.wrong(at, message),
        }
    }

    fn element(&self, open: Open) -> Result<Item, String> {
        let Open { element, data } = open;
        let of = &*element.name;
        let attribute = |name: &str| {
            let value = element.get(name).map(str::to_owned);
            value.ok_or_else(|| format!("the {of} has no `{name}`"))
        };
        let role = if of == "node" { "labels" } else { "label" };
        let role_key = self.role_key(of, role);
        let mut named = element.get(role).map(str::to_owned);
        let mut properties: Vec<(String, Value)> = Vec::new();
        let mut add = |key: &Key, text: &str| {
            if properties.iter().any(|(known, _)| *known == key.name) {
                return Err(format!("the key {} stands twice", shown(&key.name)));
            }
            let value = key.kind.read(text);
            let value = value.map_err(|message| format!("{}: {message}", shown(&key.name)))?;
            properties.push((key.name.clone(), value));
            Ok(())
        };
        for (id, text) in &data {
            if Some(&**id) == role_key {
                named = Some(text.clone());
            } else if let Some(key) = self.keys.get(id) {
                add(key, text)?;
            }
        }
        for (id, key) in &self.keys {
            let is_here = data.iter().any(|(of, _)| of == id);
            if let Some(default) = &key.default
                && (key.of == of || key.of == "all")
                && !is_here
                && Some(&**id) != role_key
            {
                add(key, default)?;
            }
        }
        if of == "node" {
            let id = attribute("id")?;
            if !self.is_ours {
                keep_id(&id, &mut properties);
            }
            return Ok(Item::Node(NodeRecord {
                id,
                labels: named.map_or_else(Vec::new, |text| read_labels(&text)),
                properties,
            }));
        }
        let rel_type = named.filter(|name| !name.is_empty());
        Ok(Item::Rel(RelRecord {
            start: attribute("source")?,
            rel_type: rel_type.map_or_else(|| NO_TYPE.to_owned(), |name| read_name(&name)),
            end: attribute("target")?,
            properties,
        }))
    }

    /// The key under which labels or types stand: of that id, else of that name.
    fn role_key(&self, of: &str, role: &str) -> Option<&str> {
        let fits = |key: &Key| key.of == of && key.name == role && !key.kind.is_list;
        let (id, _) = match self.keys.get_key_value(role) {
            Some((id, key)) if fits(key) => (id, key),
            _ => self.keys.iter().find(|(_, key)| fits(key))?,
        };
        Some(id)
    }
}

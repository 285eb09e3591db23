//! GEXF, the format of Gephi, with valid time as a dynamic graph.
//!
//! ```xml
//! <graph mode="dynamic" timeformat="date" defaultedgetype="directed">
//! <edge id="0" source="0" target="1" label="SIGNED" start="2025-10-25"><attvalues>…
//! ```
//!
//! Properties are attributes, typed as in GraphML (`polity:type`, `polity:list`). `start` and `end`
//! (the last day) come from the keys that the schema names; reading takes them from a file of
//! another program only, as `from` and `until`, which then carry valid time. What holds in several
//! `spells` becomes a relationship for each, or a node from the first to the last that lists them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::formats::diagnostic::Report;
use crate::formats::graph::gather::{Element as Item, Gathering, NodeRecord, RelRecord};
use crate::formats::graph::source::{File, Progress, whole_text};
use crate::formats::words::{Words, shown};
use crate::store::schema::TimeKeys;
use crate::store::{KeyId, Snapshot};
use crate::value::temporal::parse_day;
use crate::value::{Date, Value};

use super::attribute::{Declared, Kind, NAMESPACE};
use super::graphml::{NO_TYPE, keep_id, read_time, time_attributes};
use super::parse::{
    Element, Take, Token, Wrong, escape, labels, name, read_all, read_labels, read_name,
};

/// Writes a graph.
pub fn write(graph: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let (nodes, rels) = (Declared::of_nodes(graph), Declared::of_rels(graph));
    let time = Time::of(graph);
    let mut text = head(graph);
    declare(graph, &nodes, ('n', "node", "labels"), &mut text);
    declare(graph, &rels, ('e', "edge", "label"), &mut text);
    text.push_str("    <nodes>\n");
    let words = Words::new(graph);
    for node in graph.nodes() {
        let properties = graph.node_properties(node);
        // Writing to a string does not fail.
        let _ = write!(text, "      <node id=\"{}\" label=\"", node.0);
        escape(&words.name(node).unwrap_or_default(), &mut text);
        text.push('"');
        time.write(&properties, &mut text);
        let names = graph.labels(node).iter().map(|l| &**graph.label_name(*l));
        values(
            &properties,
            &nodes,
            ('n', "labels", &labels(names)),
            &mut text,
        );
        text.push_str("</node>\n");
        flush(&mut text, out)?;
    }
    text.push_str("    </nodes>\n    <edges>\n");
    for rel in graph.rels() {
        let record = graph.rel(rel);
        let properties = graph.rel_properties(rel);
        let rel_type = name(graph.type_name(record.rel_type));
        let (start, end) = (record.start.0, record.end.0);
        let _ = write!(
            text,
            "      <edge id=\"{}\" source=\"{start}\" target=\"{end}\" label=\"",
            rel.0
        );
        escape(&rel_type, &mut text);
        text.push('"');
        time.write(&properties, &mut text);
        values(&properties, &rels, ('e', "label", &rel_type), &mut text);
        text.push_str("</edge>\n");
        flush(&mut text, out)?;
    }
    text.push_str("    </edges>\n  </graph>\n</gexf>\n");
    out.write_all(text.as_bytes())
}

fn flush(text: &mut String, out: &mut dyn Write) -> io::Result<()> {
    if text.len() > 1 << 16 {
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

fn head(graph: &Snapshot) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gexf xmlns=\"http://www.gexf.net/1.2draft\"",
    );
    let _ = writeln!(
        text,
        " xmlns:polity=\"{NAMESPACE}\" version=\"1.2\" polity:version=\"1\">"
    );
    text.push_str("  <meta><creator>polity</creator></meta>\n  <graph ");
    text.push_str(match graph.schema().dataset.time {
        Some(_) => "mode=\"dynamic\" timeformat=\"date\"",
        None => "mode=\"static\"",
    });
    text.push_str(" defaultedgetype=\"directed\"");
    time_attributes(graph, &mut text);
    text.push_str(">\n");
    text
}

fn declare(
    graph: &Snapshot,
    declared: &Declared,
    (prefix, class, role): (char, &str, &str),
    text: &mut String,
) {
    let _ = writeln!(text, "    <attributes class=\"{class}\">");
    let _ = writeln!(
        text,
        "      <attribute id=\"{role}\" title=\"{role}\" type=\"string\"/>"
    );
    for (key, kind, number) in declared.iter() {
        let _ = write!(text, "      <attribute id=\"{prefix}{number}\" title=\"");
        escape(&name(graph.key_name(key)), text);
        let native = if kind.is_list {
            "string"
        } else {
            kind.native()
        };
        let _ = write!(text, "\" type=\"{native}\"");
        if kind.is_list {
            let _ = write!(text, " polity:list=\"{}\"", kind.native());
        }
        if let Some(ours) = kind.ours() {
            let _ = write!(text, " polity:type=\"{ours}\"");
        }
        text.push_str("/>\n");
    }
    text.push_str("    </attributes>\n");
}

/// Ends the start tag of an element, and writes its values.
fn values(
    properties: &[(KeyId, Value)],
    declared: &Declared,
    (prefix, role, named): (char, &str, &str),
    text: &mut String,
) {
    text.push_str("><attvalues>");
    let mut value = |key: &str, value: &str| {
        let _ = write!(text, "<attvalue for=\"{key}\" value=\"");
        escape(value, text);
        text.push_str("\"/>");
    };
    value(role, named);
    for (key, property) in properties {
        let (number, property) = declared.entry(*key, property);
        value(&format!("{prefix}{number}"), &property);
    }
    text.push_str("</attvalues>");
}

/// The keys that carry valid time.
#[derive(Default)]
struct Time {
    from: Option<KeyId>,
    until: Option<KeyId>,
    on: Option<KeyId>,
}

impl Time {
    fn of(graph: &Snapshot) -> Self {
        let Some(keys) = &graph.schema().dataset.time else {
            return Self::default();
        };
        let key = |name: &Option<String>| name.as_ref().and_then(|name| graph.key(name));
        Self {
            from: key(&keys.from),
            until: key(&keys.until),
            on: key(&keys.on),
        }
    }

    /// Writes the first and the last day.
    fn write(&self, properties: &[(KeyId, Value)], text: &mut String) {
        let date = |key: Option<KeyId>| {
            let (_, value) = properties.iter().find(|(of, _)| Some(*of) == key)?;
            day(value)
        };
        let from = date(self.from).or_else(|| date(self.on));
        let last = date(self.until).and_then(|until| until.add_days(-1));
        let last = last.filter(|last| from.is_none_or(|from| from <= *last));
        for (name, date) in [("start", from), ("end", last)] {
            if let Some(date) = date.filter(|date| (1..=9999).contains(&date.year())) {
                let _ = write!(text, " {name}=\"{date}\"");
            }
        }
    }
}

fn day(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::LocalDateTime(moment) => Some(moment.date()),
        Value::DateTime(moment) => Some(moment.local().date()),
        Value::String(text) => parse_day(text),
        _ => None,
    }
}

/// Reads a graph.
///
/// # Errors
/// What is no GEXF, and every element that is wrong.
pub fn read(file: File<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Snapshot, Report> {
    let mut graph = Gathering::new(&file.name);
    let text = match whole_text(file) {
        Ok(text) => text,
        Err(finding) => return Err(Report::new(vec![finding])),
    };
    let mut reader = Reader {
        graph: &mut graph,
        attributes: BTreeMap::new(),
        class: String::new(),
        attribute: None,
        default: None,
        open: None,
        is_gexf: false,
        is_ours: false,
        has_time: false,
    };
    let ended = read_all(&text, &mut reader, progress);
    if reader.has_time && !reader.is_ours {
        reader.graph.time(TimeKeys {
            from: Some("from".to_owned()),
            until: Some("until".to_owned()),
            ..TimeKeys::default()
        });
    }
    if let Err(wrong) = ended {
        graph.wrong(wrong.at, wrong.message);
    }
    progress(graph.progress(text.len() as u64));
    graph.finish()
}

/// What an attribute means.
struct Attribute {
    name: String,
    kind: Kind,
    default: Option<String>,
}

struct Open {
    element: Element,
    values: Vec<(String, String)>,
    spells: Vec<Element>,
}

struct Reader<'g> {
    graph: &'g mut Gathering,
    /// Attributes by class and id.
    attributes: BTreeMap<(String, String), Attribute>,
    /// The class of the attributes that are declared.
    class: String,
    /// The attribute that is declared.
    attribute: Option<String>,
    /// The text of a default.
    default: Option<String>,
    open: Option<Open>,
    is_gexf: bool,
    is_ours: bool,
    /// Whether an element said when it holds.
    has_time: bool,
}

impl Take for Reader<'_> {
    fn graph(&mut self) -> &mut Gathering {
        self.graph
    }

    fn missing(&self) -> Option<&'static str> {
        (!self.is_gexf).then_some("the file is no GEXF: it has no element `gexf`")
    }

    fn take(&mut self, token: Token) -> Result<(), Wrong> {
        match token {
            Token::Open(element) => self.begin(element),
            Token::Close(name) => {
                self.end(&name);
                Ok(())
            }
            Token::Text(text) => {
                if let Some(default) = &mut self.default {
                    default.push_str(&text);
                }
                Ok(())
            }
        }
    }
}

impl Reader<'_> {
    fn begin(&mut self, element: Element) -> Result<(), Wrong> {
        match &*element.name {
            "gexf" => {
                self.is_gexf = true;
                self.is_ours = element.get("polity:version").is_some();
            }
            "graph" => {
                if let Some(keys) = read_time(&element) {
                    self.graph.time(keys);
                }
            }
            "attributes" => element
                .get("class")
                .unwrap_or_default()
                .clone_into(&mut self.class),
            "attribute" => self.declare(&element),
            "default" => self.default = Some(String::new()),
            "node" | "edge" if self.open.is_some() => {
                return Err(Wrong {
                    at: element.at,
                    message: "nodes within nodes are not known; take them apart first".to_owned(),
                });
            }
            "node" | "edge" => {
                self.open = Some(Open {
                    element,
                    values: Vec::new(),
                    spells: Vec::new(),
                });
            }
            "attvalue" => self.value(&element),
            "spell" | "slice" => {
                if let Some(open) = &mut self.open {
                    open.spells.push(element);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn declare(&mut self, element: &Element) {
        let id = element.get("id").unwrap_or_default().to_owned();
        let list = element.get("polity:list");
        let native = list.or(element.get("type")).unwrap_or("string");
        let attribute = Attribute {
            name: element.get("title").map_or_else(|| id.clone(), read_name),
            kind: Kind::declared(native, element.get("polity:type"), list.is_some()),
            default: None,
        };
        self.attributes
            .insert((self.class.clone(), id.clone()), attribute);
        self.attribute = Some(id);
    }

    fn value(&mut self, element: &Element) {
        let Some(open) = &mut self.open else { return };
        // Older versions of the format say `id`.
        let id = element.get("for").or(element.get("id")).unwrap_or_default();
        let place = (open.element.name.clone(), id.to_owned());
        if !self.attributes.contains_key(&place) {
            let message = format!("no `attribute` declares the value {}", shown(id));
            self.graph.wrong(element.at, message);
        }
        let value = element.get("value").unwrap_or_default().to_owned();
        open.values.push((id.to_owned(), value));
    }

    fn end(&mut self, name: &str) {
        match name {
            "attribute" => self.attribute = None,
            "default" => {
                let text = self.default.take();
                let id = self.attribute.clone().unwrap_or_default();
                if let Some(attribute) = self.attributes.get_mut(&(self.class.clone(), id)) {
                    attribute.default = text;
                }
            }
            "node" | "edge" => {
                if let Some(open) = self.open.take() {
                    let at = open.element.at;
                    match self.elements(&open) {
                        Ok(elements) => self.graph.add_all(at, elements),
                        Err(message) => self.graph.wrong(at, message),
                    }
                }
            }
            _ => {}
        }
    }

    /// The node of an element, or its relationships: one for each time that it holds.
    fn elements(&mut self, open: &Open) -> Result<Vec<Item>, String> {
        let element = &open.element;
        let of = &*element.name;
        let required = |name: &str| {
            let value = element.get(name).map(str::to_owned);
            value.ok_or_else(|| format!("the {of} has no `{name}`"))
        };
        let role = if of == "node" { "labels" } else { "label" };
        let role_id = self.role_id(of, role);
        let named = open.values.iter().find(|(id, _)| Some(&**id) == role_id);
        let named = named.map(|(_, text)| text.clone());
        let mut properties = self.properties(open, role_id)?;
        if of == "node" {
            if !self.is_ours {
                let whole = whole(&open.spells, &mut properties);
                let time = whole.as_ref().unwrap_or(element);
                self.has_time |= foreign_time(time, &mut properties);
            }
            let label = element.get("label").filter(|label| !label.is_empty());
            if let Some(label) = label.filter(|_| !self.is_ours)
                && properties.iter().all(|(key, _)| key != "label")
            {
                properties.push(("label".to_owned(), Value::from(label)));
            }
            let id = required("id")?;
            if !self.is_ours {
                keep_id(&id, &mut properties);
            }
            return Ok(vec![Item::Node(NodeRecord {
                id,
                labels: named.map_or_else(Vec::new, |text| read_labels(&text)),
                properties,
            })]);
        }
        let named = named.or_else(|| element.get("label").map(str::to_owned));
        let rel_type = named.filter(|name| !name.is_empty());
        let rel = RelRecord {
            start: required("source")?,
            rel_type: rel_type.map_or_else(|| NO_TYPE.to_owned(), |name| read_name(&name)),
            end: required("target")?,
            properties,
        };
        if self.is_ours {
            return Ok(vec![Item::Rel(rel)]);
        }
        let times = match &open.spells[..] {
            [] => std::slice::from_ref(element),
            spells => spells,
        };
        let at_times = times.iter().map(|time| {
            let mut rel = rel.clone();
            self.has_time |= foreign_time(time, &mut rel.properties);
            Item::Rel(rel)
        });
        Ok(at_times.collect())
    }

    fn properties(&self, open: &Open, role: Option<&str>) -> Result<Vec<(String, Value)>, String> {
        let mut properties: Vec<(String, Value)> = Vec::new();
        let mut add = |attribute: &Attribute, text: &str| {
            let name = &attribute.name;
            if properties.iter().any(|(known, _)| known == name) {
                return Err(format!("the key {} stands twice", shown(name)));
            }
            let value = attribute.kind.read(text);
            let value = value.map_err(|message| format!("{}: {message}", shown(name)))?;
            properties.push((name.clone(), value));
            Ok(())
        };
        let class = &open.element.name;
        for (id, text) in open.values.iter().filter(|(id, _)| Some(&**id) != role) {
            if let Some(attribute) = self.attributes.get(&(class.clone(), id.clone())) {
                add(attribute, text)?;
            }
        }
        for ((of, id), attribute) in &self.attributes {
            let is_here = open.values.iter().any(|(known, _)| known == id);
            if let Some(default) = &attribute.default
                && of == class
                && !is_here
                && Some(&**id) != role
            {
                add(attribute, default)?;
            }
        }
        Ok(properties)
    }

    /// The attribute that holds labels or types: of that id, else of that title.
    fn role_id(&self, of: &str, role: &str) -> Option<&str> {
        let fits = |attribute: &Attribute| attribute.name == role && !attribute.kind.is_list;
        let place = (of.to_owned(), role.to_owned());
        if let Some(((_, id), attribute)) = self.attributes.get_key_value(&place)
            && fits(attribute)
        {
            return Some(id);
        }
        let mut all = self.attributes.iter();
        let found = all.find(|((class, _), attribute)| class == of && fits(attribute));
        found.map(|((_, id), _)| &**id)
    }
}

/// The time from the first of several spells to the last; all of them stand in the property
/// `spells`. Nothing where an element has none.
fn whole(spells: &[Element], properties: &mut Vec<(String, Value)>) -> Option<Element> {
    let first = spells.first()?;
    if let [_, _, ..] = spells {
        let text = |spell: &Element| {
            let [start, end] = [start(spell), end(spell)].map(Option::unwrap_or_default);
            Value::from(format!("{start}/{end}"))
        };
        let key = "spells".to_owned();
        properties.push((key, Value::list(spells.iter().map(text))));
    }
    let mut whole = Element {
        name: first.name.clone(),
        attributes: BTreeMap::new(),
        at: first.at,
    };
    // A spell without a start has always been, one without an end goes on.
    let mut take = |spell: Option<&Element>, names: [&str; 2]| {
        for name in names {
            let value = spell.and_then(|spell| spell.get(name));
            let entry = value.map(|value| (name.to_owned(), value.to_owned()));
            whole.attributes.extend(entry);
        }
    };
    if spells.iter().all(|spell| start(spell).is_some()) {
        let earliest = spells.iter().min_by(|a, b| in_time(start(a), start(b)));
        take(earliest, ["start", "startopen"]);
    }
    if spells.iter().all(|spell| end(spell).is_some()) {
        let latest = spells.iter().max_by(|a, b| in_time(end(a), end(b)));
        take(latest, ["end", "endopen"]);
    }
    Some(whole)
}

/// When a spell begins.
fn start(spell: &Element) -> Option<&str> {
    spell.get("start").or(spell.get("startopen"))
}

/// When a spell ends.
fn end(spell: &Element) -> Option<&str> {
    spell.get("end").or(spell.get("endopen"))
}

/// The order of two moments: numbers, or dates as texts.
fn in_time(a: Option<&str>, b: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.cmp(&b),
    }
}

/// Adds the valid time of an element that another program wrote; returns whether it has one. The
/// end is the last day there, and the first on which it holds no more here; one that is open does
/// not belong to the time.
fn foreign_time(element: &Element, properties: &mut Vec<(String, Value)>) -> bool {
    let mut found = false;
    for (name, key, further) in [
        ("start", "from", 0),
        ("startopen", "from", 1),
        ("end", "until", 1),
        ("endopen", "until", 0),
    ] {
        let Some(text) = element.get(name) else {
            continue;
        };
        let date = parse_day(text.get(..10).unwrap_or(text));
        let (key, value) = match date.and_then(|date| date.add_days(further)) {
            Some(date) => (key, Value::Date(date)),
            // Time that is no date: a number of anything.
            None => (
                name,
                text.parse()
                    .map_or_else(|_| Value::from(text), Value::Float),
            ),
        };
        if properties.iter().all(|(known, _)| known != key) {
            found |= key != name;
            properties.push((key.to_owned(), value));
        }
    }
    found
}

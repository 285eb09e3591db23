//! Triples to nodes and relationships.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::mem::discriminant;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use oxjsonld::{JsonLdParseError, JsonLdParser};
use oxrdf::{NamedOrBlankNode, Term};
use oxttl::{NTriplesParser, TurtleParseError, TurtleParser};

use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::gather::{Element, Gathering, NodeRecord, RelRecord, at};
use crate::formats::graph::source::{File, Progress};
use crate::store::Snapshot;
use crate::value::Value;
use crate::value::literal::to_literal;

use super::{KEY, LABEL, NODE, RDF, RDFS, Spelling, TYPE, decoded, literal};

/// What a triple says; subjects and objects that are no literals by their IRI, or `_:` and a name.
enum Said {
    Resource(String),
    Literal {
        value: Value,
        language: Option<String>,
    },
}

type Triples = Vec<(String, String, Said)>;

/// Reads a graph.
pub(super) fn read(
    file: File<'_>,
    spelling: Spelling,
    progress: &mut dyn FnMut(Progress),
) -> Result<Snapshot, Report> {
    let name = file.name.clone();
    let triples = match triples(file, spelling) {
        Ok(triples) => triples,
        Err(finding) => return Err(Report::new(vec![finding])),
    };
    let mut graph = Gathering::new(&name);
    Meaning::of(triples).hand_over(&mut graph);
    progress(graph.progress(0));
    graph.finish()
}

fn triples(file: File<'_>, spelling: Spelling) -> Result<Triples, Diagnostic> {
    let name = &file.name;
    let reader = io::BufReader::new(file.reader);
    let mut triples = Vec::new();
    match spelling {
        Spelling::Turtle => {
            for triple in TurtleParser::new().for_reader(reader) {
                let triple = triple.map_err(|error| turtle_finding(name, &error))?;
                triples.push(said(
                    triple.subject,
                    triple.predicate.into_string(),
                    triple.object,
                ));
            }
        }
        Spelling::Ntriples => {
            for triple in NTriplesParser::new().for_reader(reader) {
                let triple = triple.map_err(|error| turtle_finding(name, &error))?;
                triples.push(said(
                    triple.subject,
                    triple.predicate.into_string(),
                    triple.object,
                ));
            }
        }
        Spelling::Jsonld => {
            for quad in JsonLdParser::new().for_reader(reader) {
                let quad = quad.map_err(|error| jsonld_finding(name, &error))?;
                triples.push(said(
                    quad.subject,
                    quad.predicate.into_string(),
                    quad.object,
                ));
            }
        }
    }
    Ok(triples)
}

fn turtle_finding(file: &str, error: &TurtleParseError) -> Diagnostic {
    match error {
        TurtleParseError::Io(error) => Diagnostic::error(file, error.to_string()),
        TurtleParseError::Syntax(error) => {
            let start = error.location().start;
            let (line, column) = (at_one(start.line), at_one(start.column));
            Diagnostic::error(file, error.message()).at(line, column)
        }
    }
}

fn jsonld_finding(file: &str, error: &JsonLdParseError) -> Diagnostic {
    match error {
        JsonLdParseError::Io(error) => Diagnostic::error(file, error.to_string()),
        JsonLdParseError::Syntax(error) => {
            let finding = Diagnostic::error(file, error.to_string());
            match error.location() {
                Some(place) => finding.at(at_one(place.start.line), at_one(place.start.column)),
                None => finding,
            }
        }
    }
}

/// A line or column counted from one, of one counted from zero.
fn at_one(place: u64) -> usize {
    usize::try_from(place)
        .unwrap_or(usize::MAX)
        .saturating_add(1)
}

fn said(subject: NamedOrBlankNode, predicate: String, object: Term) -> (String, String, Said) {
    let subject = match subject {
        NamedOrBlankNode::NamedNode(node) => node.into_string(),
        NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
    };
    let object = match object {
        Term::NamedNode(node) => Said::Resource(node.into_string()),
        Term::BlankNode(node) => Said::Resource(format!("_:{}", node.as_str())),
        Term::Literal(literal) => Said::Literal {
            value: literal::value(literal.value(), literal.datatype().as_str()),
            language: literal
                .language()
                .map(|language| language.replace('-', "_")),
        },
    };
    (subject, predicate, object)
}

/// What the triples are, before they are nodes and relationships.
struct Meaning {
    triples: Triples,
    /// Cells of lists: what stands there, and the rest.
    cells: HashMap<String, (Option<usize>, Option<String>), RandomState>,
    /// Statements about triples, by their names.
    statements: BTreeMap<String, Statement>,
    labels: Names,
    types: Names,
    keys: Names,
}

/// A statement about a triple.
#[derive(Default)]
struct Statement {
    is_one: bool,
    subject: Option<String>,
    predicate: Option<String>,
    object: Option<String>,
    /// Its number in the order of the file.
    place: usize,
}

impl Statement {
    fn triple(&self) -> Option<(&str, &str, &str)> {
        let parts = (
            self.subject.as_deref()?,
            self.predicate.as_deref()?,
            self.object.as_deref()?,
        );
        self.is_one.then_some(parts)
    }
}

impl Meaning {
    fn of(triples: Triples) -> Self {
        let mut meaning = Self {
            triples: Vec::new(),
            cells: HashMap::default(),
            statements: BTreeMap::new(),
            labels: Names::new(LABEL),
            types: Names::new(TYPE),
            keys: Names::new(KEY),
        };
        for (place, (subject, predicate, object)) in triples.iter().enumerate() {
            let resource = match object {
                Said::Resource(name) => Some(name.clone()),
                Said::Literal { .. } => None,
            };
            match (predicate.strip_prefix(RDF), resource) {
                (Some("first"), _) => meaning.cells.entry_ref(subject).or_default().0 = Some(place),
                (Some("rest"), rest) => meaning.cells.entry_ref(subject).or_default().1 = rest,
                (Some(part @ ("subject" | "predicate" | "object" | "type")), Some(resource)) => {
                    let is_type = part == "type";
                    let is_statement = resource.strip_prefix(RDF) == Some("Statement");
                    if is_type && !is_statement {
                        continue;
                    }
                    let statement = meaning.statements.entry(subject.clone());
                    let statement = statement.or_insert_with(|| Statement {
                        place,
                        ..Statement::default()
                    });
                    match part {
                        "subject" => statement.subject = Some(resource),
                        "predicate" => statement.predicate = Some(resource),
                        "object" => statement.object = Some(resource),
                        _ => statement.is_one = true,
                    }
                }
                _ => {}
            }
        }
        meaning
            .statements
            .retain(|_, statement| statement.triple().is_some());
        meaning.triples = triples;
        meaning
    }

    /// Gives the nodes in the order in which they are first named, then the relationships.
    fn hand_over(mut self, graph: &mut Gathering) {
        let mut said = Elements::default();
        let triples = std::mem::take(&mut self.triples);
        for triple in &triples {
            self.sort_out(triple, &triples, &mut said);
        }
        let stated: BTreeSet<(&str, &str, &str)> = self
            .statements
            .values()
            .filter_map(Statement::triple)
            .collect();
        let mut seen = BTreeSet::new();
        said.plain.retain(|(s, p, o)| {
            let triple = (&**s, &**p, &**o);
            !stated.contains(&triple) && seen.insert((s.clone(), p.clone(), o.clone()))
        });
        self.ends(&mut said);
        said.nodes.hand_over(graph);
        for (start, predicate, end) in said.plain {
            let rel_type = self.types.name(&predicate);
            graph.add(at(1, 1), rel(start, rel_type, end, Vec::new()));
        }
        let mut statements: Vec<_> = self.statements.iter().collect();
        statements.sort_by_key(|(_, statement)| statement.place);
        for (name, statement) in statements {
            let Some((start, predicate, end)) = statement.triple() else {
                continue;
            };
            let rel_type = self.types.name(predicate);
            let properties = said.rels.remove(name).unwrap_or_default().finish();
            let (start, end) = (start.to_owned(), end.to_owned());
            graph.add(at(1, 1), rel(start, rel_type, end, properties));
        }
    }

    /// Adds what a triple says to its node or statement.
    fn sort_out(
        &mut self,
        (subject, predicate, object): &(String, String, Said),
        triples: &Triples,
        said: &mut Elements,
    ) {
        if self.cells.contains_key(subject) {
            return;
        }
        let is_statement = self.statements.contains_key(subject);
        let part = predicate.strip_prefix(RDF);
        if is_statement && matches!(part, Some("subject" | "predicate" | "object" | "type")) {
            return;
        }
        let list = match object {
            Said::Resource(name) => self.list(name, triples),
            Said::Literal { .. } => None,
        };
        let properties = if is_statement {
            said.rels.entry(subject.clone()).or_default()
        } else {
            &mut said.nodes.node(subject).properties
        };
        match (object, list) {
            (_, Some(items)) => properties.add(self.keys.name(predicate), items, true),
            (Said::Literal { value, language }, _) => {
                let mut key = self.keys.name(predicate);
                if let Some(language) = language {
                    key = format!("{key}_{language}");
                }
                properties.add(key, vec![value.clone()], false);
            }
            // A relationship cannot lead anywhere else: the name of the thing is a property.
            (Said::Resource(name), None) if is_statement => {
                let key = self.keys.name(predicate);
                properties.add(key, vec![Value::from(name.as_str())], false);
            }
            (Said::Resource(name), None) if part == Some("type") => {
                if name.strip_prefix(RDFS) != Some("Resource") {
                    let label = self.labels.name(name);
                    said.nodes.node(subject).labels.push(label);
                }
            }
            (Said::Resource(name), None) => {
                let triple = (subject.clone(), predicate.clone(), name.clone());
                said.plain.push(triple);
            }
        }
    }

    /// Makes nodes of what is only named as an end.
    fn ends(&self, said: &mut Elements) {
        for (_, _, end) in &said.plain {
            said.nodes.node(end);
        }
        for statement in self.statements.values() {
            if let Some((start, _, end)) = statement.triple() {
                said.nodes.node(start);
                said.nodes.node(end);
            }
        }
    }

    /// The items of the list that begins at a cell; nothing if none does.
    fn list(&self, name: &str, triples: &Triples) -> Option<Vec<Value>> {
        let is_end = |name: &str| name.strip_prefix(RDF) == Some("nil");
        if !is_end(name) && !self.cells.contains_key(name) {
            return None;
        }
        let mut items = Vec::new();
        let mut cell = name;
        // A list that runs in a circle ends after as many cells as there are.
        while !is_end(cell) && items.len() <= self.cells.len() {
            let Some((first, rest)) = self.cells.get(cell) else {
                break;
            };
            if let Some((_, _, said)) = first.and_then(|place| triples.get(place)) {
                items.push(match said {
                    Said::Literal { value, .. } => value.clone(),
                    Said::Resource(name) => Value::from(name.as_str()),
                });
            }
            match rest {
                Some(rest) => cell = rest,
                None => break,
            }
        }
        Some(items)
    }
}

fn rel(start: String, rel_type: String, end: String, properties: Vec<(String, Value)>) -> Element {
    Element::Rel(RelRecord {
        start,
        rel_type,
        end,
        properties,
    })
}

/// What is said, by element.
#[derive(Default)]
struct Elements {
    nodes: Nodes,
    /// The properties of statements, by their names.
    rels: BTreeMap<String, Properties>,
    /// Triples between nodes.
    plain: Vec<(String, String, String)>,
}

/// Nodes in the order in which they are first named.
#[derive(Default)]
struct Nodes {
    places: HashMap<String, usize, RandomState>,
    list: Vec<Node>,
}

#[derive(Default)]
struct Node {
    name: String,
    labels: Vec<String>,
    properties: Properties,
}

impl Nodes {
    fn node(&mut self, name: &str) -> &mut Node {
        let next = self.list.len();
        let place = *self.places.entry_ref(name).or_insert(next);
        if place == next {
            self.list.push(Node {
                name: name.to_owned(),
                ..Node::default()
            });
        }
        self.list
            .get_mut(place)
            .expect("it was pushed when it was first named")
    }

    fn hand_over(self, graph: &mut Gathering) {
        for node in self.list {
            let mut properties = node.properties.finish();
            let is_foreign = !node.name.starts_with(NODE) && !node.name.starts_with("_:");
            if is_foreign && properties.iter().all(|(key, _)| key != "id") {
                properties.push(("id".to_owned(), Value::from(node.name.as_str())));
            }
            let record = NodeRecord {
                id: node.name,
                labels: node.labels,
                properties,
            };
            graph.add(at(1, 1), Element::Node(record));
        }
    }
}

/// Properties in the making: the values of each key, and whether they are a list.
#[derive(Default)]
struct Properties(BTreeMap<String, (Vec<Value>, bool)>);

impl Properties {
    fn add(&mut self, key: String, values: Vec<Value>, is_list: bool) {
        let (known, known_list) = self.0.entry(key).or_default();
        *known_list |= is_list || !known.is_empty();
        known.extend(values);
    }

    fn finish(self) -> Vec<(String, Value)> {
        let property = |(key, (mut values, is_list)): (String, (Vec<Value>, bool))| {
            let value = match (is_list, values.pop()) {
                (false, Some(value)) => value,
                (_, last) => {
                    values.extend(last);
                    Value::List(of_one_kind(values).into())
                }
            };
            (key, value)
        };
        self.0.into_iter().map(property).collect()
    }
}

/// The values as they are if they are of one type, else as texts.
fn of_one_kind(values: Vec<Value>) -> Vec<Value> {
    let Some(first) = values.first() else {
        return values;
    };
    if values
        .iter()
        .all(|value| discriminant(value) == discriminant(first))
    {
        return values;
    }
    let text = |value: &Value| match value {
        Value::String(_) => value.clone(),
        other => Value::from(to_literal(other).trim_matches('\'')),
    };
    values.iter().map(text).collect()
}

/// Names of labels, types or keys, by their IRIs.
struct Names {
    ours: &'static str,
    by_iri: HashMap<String, String, RandomState>,
    taken: HashSet<String, RandomState>,
}

impl Names {
    fn new(ours: &'static str) -> Self {
        Self {
            ours,
            by_iri: HashMap::default(),
            taken: HashSet::default(),
        }
    }

    /// The last part of an IRI, or all of it if another one has that.
    fn name(&mut self, iri: &str) -> String {
        if let Some(name) = self.by_iri.get(iri) {
            return name.clone();
        }
        let last = || decoded(iri.rsplit(['#', '/', ':']).next().unwrap_or_default());
        let ours = iri.strip_prefix(self.ours).map(decoded);
        let name = ours.unwrap_or_else(|| match last() {
            last if last.is_empty() || self.taken.contains(&last) => iri.to_owned(),
            last => last,
        });
        self.taken.insert(name.clone());
        self.by_iri.insert(iri.to_owned(), name.clone());
        name
    }
}

//! Nodes and relationships, as a reader meets them, to a graph.
//!
//! A reader gives [`Element`]s in the order of its file, each with its place. Ids are those of the
//! file, any texts; an id may be named by a relationship before its node comes. What is wrong is a
//! finding at the place of the element; the first hundred of a file are described, the others
//! counted.

use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::formats::diagnostic::{Diagnostic, Position, Report};
use crate::formats::nearest;
use crate::formats::words::shown;
use crate::store::schema::{Dataset, TimeKeys};
use crate::store::{BulkLoader, KeyId, Schema, Snapshot};
use crate::value::{NodeId, Value};

use super::source::Progress;

/// How many mistakes of one file are described.
const MAX_FINDINGS: usize = 100;
/// How many ids are compared with an unknown one to find what was meant.
const COMPARED: usize = 10_000;

/// A node of a file.
#[derive(Clone, Debug)]
pub(super) struct NodeRecord {
    pub(super) id: String,
    pub(super) labels: Vec<String>,
    pub(super) properties: Vec<(String, Value)>,
}

/// A relationship of a file, between ids of the file.
#[derive(Clone, Debug)]
pub(super) struct RelRecord {
    pub(super) start: String,
    pub(super) rel_type: String,
    pub(super) end: String,
    pub(super) properties: Vec<(String, Value)>,
}

/// What a reader gives.
#[derive(Clone, Debug)]
pub(super) enum Element {
    Node(NodeRecord),
    Rel(RelRecord),
}

/// A graph in the making, and what is wrong with its file.
pub(super) struct Gathering {
    file: Arc<str>,
    loader: BulkLoader,
    nodes: HashMap<String, NodeId, RandomState>,
    /// Relationships of which an end is not known yet, and where they stand.
    waiting: Vec<(Arc<str>, Position, RelRecord)>,
    findings: Vec<Diagnostic>,
    more: usize,
    progress: Progress,
}

impl Gathering {
    /// An empty graph; `file` is what the user calls the file.
    pub(super) fn new(file: &str) -> Self {
        let mut gathering = Self {
            file: "".into(),
            loader: BulkLoader::new(),
            nodes: HashMap::default(),
            waiting: Vec::new(),
            findings: Vec::new(),
            more: 0,
            progress: Progress::default(),
        };
        gathering.begin_file(file);
        gathering
    }

    /// Goes on with a file; it is what the user calls it.
    pub(super) fn begin_file(&mut self, file: &str) {
        self.file = file.into();
    }

    /// How far it has come.
    pub(super) fn progress(&mut self, bytes: u64) -> Progress {
        self.progress.bytes = bytes;
        self.progress
    }

    /// Declares what the data set says about itself.
    pub(super) fn schema(&mut self, schema: Schema) {
        self.loader.set_schema(schema);
    }

    /// Declares which keys carry valid time.
    pub(super) fn time(&mut self, keys: TimeKeys) {
        let dataset = Dataset {
            time: Some(keys),
            ..Dataset::default()
        };
        self.schema(Schema {
            dataset,
            ..Schema::default()
        });
    }

    /// Adds an element.
    pub(super) fn add(&mut self, at: Position, element: Element) {
        match element {
            Element::Node(node) => self.node(at, node),
            Element::Rel(rel) => match self.ends(&rel) {
                Some(ends) => self.rel(at, ends, rel),
                None => self.waiting.push((Arc::clone(&self.file), at, rel)),
            },
        }
    }

    /// Adds elements that stand at one place.
    pub(super) fn add_all(&mut self, at: Position, elements: Vec<Element>) {
        for element in elements {
            self.add(at, element);
        }
    }

    /// Notes a mistake.
    pub(super) fn wrong(&mut self, at: Position, message: impl Into<String>) {
        self.finding(Diagnostic::error(&*self.file, message).at(at.line, at.column));
    }

    /// Notes a mistake.
    pub(super) fn finding(&mut self, finding: Diagnostic) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Returns the graph if nothing was wrong.
    pub(super) fn finish(mut self) -> Result<Snapshot, Report> {
        for (file, at, rel) in std::mem::take(&mut self.waiting) {
            self.file = file;
            match self.ends(&rel) {
                Some(ends) => self.rel(at, ends, rel),
                None => self.unknown_end(at, &rel),
            }
        }
        if self.findings.is_empty() {
            return Ok(self.loader.finish());
        }
        if self.more > 0 {
            let message = format!("{} more mistakes are not listed", self.more);
            self.findings.push(Diagnostic::error(&*self.file, message));
        }
        Err(Report::new(self.findings))
    }

    fn node(&mut self, at: Position, node: NodeRecord) {
        if self.nodes.contains_key(&node.id) {
            self.wrong(at, format!("the id {} stands twice", shown(&node.id)));
            return;
        }
        let loader = &mut self.loader;
        let labels = node.labels.iter().map(|name| loader.intern_label(name));
        let labels: Vec<_> = labels.collect();
        let properties = keyed(loader, node.properties);
        match self.loader.add_node(&labels, &properties) {
            Ok(added) => {
                self.nodes.insert(node.id, added);
                self.progress.nodes += 1;
            }
            Err(error) => self.wrong(at, error.message().to_owned()),
        }
    }

    fn rel(&mut self, at: Position, (start, end): (NodeId, NodeId), rel: RelRecord) {
        let rel_type = self.loader.intern_type(&rel.rel_type);
        let properties = keyed(&mut self.loader, rel.properties);
        match self.loader.add_rel(start, end, rel_type, &properties) {
            Ok(_) => self.progress.rels += 1,
            Err(error) => self.wrong(at, error.message().to_owned()),
        }
    }

    fn ends(&self, rel: &RelRecord) -> Option<(NodeId, NodeId)> {
        let end = |id: &str| self.nodes.get(id).copied();
        Some((end(&rel.start)?, end(&rel.end)?))
    }

    fn unknown_end(&mut self, at: Position, rel: &RelRecord) {
        let unknown = [&rel.start, &rel.end];
        let unknown = unknown.into_iter().find(|id| !self.nodes.contains_key(*id));
        let id = unknown.unwrap_or(&rel.end);
        let message = format!("no node has the id {}", shown(id));
        let known = self.nodes.keys().take(COMPARED).map(String::as_str);
        let finding = Diagnostic::error(&*self.file, message).at(at.line, at.column);
        // Numbers are near to one another without meaning each other.
        let hint = (self.nodes.len() <= COMPARED && id.parse::<i64>().is_err())
            .then(|| nearest::hint(id, known));
        self.finding(Diagnostic {
            hint: hint.flatten(),
            ..finding
        });
    }
}

fn keyed(loader: &mut BulkLoader, properties: Vec<(String, Value)>) -> Vec<(KeyId, Value)> {
    let keyed = properties
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (loader.intern_key(&key), value));
    keyed.collect()
}

/// A place in a file.
pub(super) const fn at(line: usize, column: usize) -> Position {
    Position { line, column }
}

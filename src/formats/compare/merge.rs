//! What one graph adds to another.
//!
//! The rule: nothing is overwritten in silence.
//! - A node of a known id keeps its labels and gets the new ones; so do its properties. A list gets
//!   the items that it lacks. A property that has another value already is a conflict.
//! - A relationship that contradicts none between the same nodes and of the same type, which is to
//!   say in no property that both have but lists, completes that one. One that contradicts them is
//!   a claim of its own and stands beside them.
//! - The schema gets the declarations that it lacks; one that says something else is a conflict.
//!   Title, description and license stay those of the known graph.
//! - A conflict keeps the value that is there, or takes the new one, as the caller prefers; it is
//!   listed in either case.

use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::error::Result;
use crate::store::{NewRel, Schema, Snapshot, Transaction};
use crate::value::{NodeId, RelId, Value};

use super::matching::{self, Properties, find, labels, of_node, of_rel, same};
use super::schema;
use super::text::{Side, shown};

/// Which value stays where two contradict each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preference {
    /// The one that is there.
    #[default]
    Known,
    /// The new one.
    New,
}

/// What is to be done to a graph so that it holds another one too.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// Nodes to create.
    pub nodes: Vec<NewNode>,
    /// Relationships to create.
    pub rels: Vec<NewRelationship>,
    /// Nodes to complete.
    pub node_changes: Vec<ElementChange<NodeId>>,
    /// Relationships to complete.
    pub rel_changes: Vec<ElementChange<RelId>>,
    /// The schema with what the new one adds, where that adds something.
    pub schema: Option<Schema>,
    /// What contradicts what is there.
    pub conflicts: Vec<Conflict>,
}

/// A node to create.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// Its properties.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// A relationship to create.
#[derive(Clone, Debug)]
pub struct NewRelationship {
    /// Where it starts.
    pub start: End,
    /// Where it ends.
    pub end: End,
    /// Its type.
    pub rel_type: Arc<str>,
    /// Its properties.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// A node at the end of a new relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// One of the graph.
    Known(NodeId),
    /// One of [`ChangeSet::nodes`].
    New(usize),
}

/// What an element of the graph gets.
#[derive(Clone, Debug)]
pub struct ElementChange<Id> {
    /// The element.
    pub element: Id,
    /// Labels that it lacks.
    pub labels: Vec<Arc<str>>,
    /// Properties to set.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// A property that has another value already.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The element of the graph.
    pub element: Element,
    /// What the element is called.
    pub name: String,
    /// The key; of the schema the names that lead to the declaration: `labels.State.color`.
    pub key: Arc<str>,
    /// The value that is there.
    pub known: Value,
    /// The value that contradicts it.
    pub new: Value,
    /// Which of them stays.
    pub stays: Preference,
}

/// What a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// A node.
    Node(NodeId),
    /// A relationship.
    Rel(RelId),
    /// The schema.
    Schema,
}

impl fmt::Display for Conflict {
    /// `China :State {id: 'china'}: `name` stays 'China', not 'PRC'`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (known, new) = (shown(&self.known), shown(&self.new));
        let key = self.key.escape_debug();
        match self.stays {
            Preference::Known => write!(f, "{}: `{key}` stays {known}, not {new}", self.name),
            Preference::New => write!(f, "{}: `{key}` was {known}, and becomes {new}", self.name),
        }
    }
}

impl Conflict {
    /// Returns both values as a sentence for somebody who is to decide; `source` is what says the
    /// new one.
    #[must_use]
    pub fn question(&self, source: &str) -> String {
        let (known, new) = (shown(&self.known), shown(&self.new));
        let (name, key) = (&self.name, self.key.escape_debug());
        format!("{name}: `{key}` is {known}, and {new} in {source}")
    }
}

impl ChangeSet {
    /// Returns whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.rels.is_empty()
            && self.node_changes.is_empty()
            && self.rel_changes.is_empty()
            && self.schema.is_none()
    }

    /// Makes the changes in a transaction on the graph that they were worked out for.
    ///
    /// # Errors
    /// If there are no ids left. Commit nothing then.
    pub fn apply(&self, transaction: &mut Transaction) -> Result<()> {
        let mut created = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let labels = node.labels.iter();
            let labels: Vec<_> = labels.map(|name| transaction.intern_label(name)).collect();
            let properties = interned(transaction, &node.properties);
            created.push(transaction.create_node(&labels, &properties)?);
        }
        for change in &self.node_changes {
            for label in &change.labels {
                let label = transaction.intern_label(label);
                transaction.add_label(change.element, label);
            }
            for (key, value) in interned(transaction, &change.properties) {
                transaction.set_node_property(change.element, key, value)?;
            }
        }
        for change in &self.rel_changes {
            for (key, value) in interned(transaction, &change.properties) {
                transaction.set_rel_property(change.element, key, value)?;
            }
        }
        let node = |end: End| match end {
            End::Known(node) => node,
            // An unknown place is refused as a node that does not exist.
            End::New(place) => created.get(place).copied().unwrap_or(NodeId(u32::MAX)),
        };
        let properties: Vec<_> = self
            .rels
            .iter()
            .map(|rel| interned(transaction, &rel.properties))
            .collect();
        let rels: Vec<NewRel<'_>> = self
            .rels
            .iter()
            .zip(&properties)
            .map(|(rel, properties)| NewRel {
                start: node(rel.start),
                end: node(rel.end),
                rel_type: transaction.intern_type(&rel.rel_type),
                properties,
            })
            .collect();
        if !rels.is_empty() {
            transaction.create_rels(&rels)?;
        }
        if let Some(schema) = &self.schema {
            transaction.set_schema(schema.clone());
        }
        Ok(())
    }
}

fn interned(
    transaction: &mut Transaction,
    properties: &[(Arc<str>, Value)],
) -> Vec<(crate::store::KeyId, Value)> {
    let interned = properties
        .iter()
        .map(|(key, value)| (transaction.intern_key(key), value.clone()));
    interned.collect()
}

/// Works out what `new` adds to `known`, and what it contradicts there.
#[must_use]
pub fn merge(known: &Snapshot, new: &Snapshot, preference: Preference) -> ChangeSet {
    let nodes = matching::nodes(known, new);
    let rels = matching::rels(known, new, &nodes, likeness);
    let mut merging = Merging {
        side: Side::new(known),
        preference,
        changes: ChangeSet::default(),
    };
    let mut ends: HashMap<NodeId, End, RandomState> = HashMap::default();
    for (place, node) in nodes.only_second.iter().enumerate() {
        ends.insert(*node, End::New(place));
        merging.changes.nodes.push(NewNode {
            labels: labels(new, *node),
            properties: of_node(new, *node),
        });
    }
    for (one, two) in nodes.both {
        ends.insert(two, End::Known(one));
        let has = labels(known, one);
        let lacks = labels(new, two).into_iter().filter(|l| !has.contains(l));
        let labels: Vec<_> = lacks.collect();
        let (was, is) = (of_node(known, one), of_node(new, two));
        let properties = merging.properties(Element::Node(one), &was, &is);
        if !(labels.is_empty() && properties.is_empty()) {
            merging.changes.node_changes.push(ElementChange {
                element: one,
                labels,
                properties,
            });
        }
    }
    for (one, two) in rels.both {
        let (was, is) = (of_rel(known, one), of_rel(new, two));
        let properties = merging.properties(Element::Rel(one), &was, &is);
        if !properties.is_empty() {
            merging.changes.rel_changes.push(ElementChange {
                element: one,
                labels: Vec::new(),
                properties,
            });
        }
    }
    for rel in rels.only_second {
        let record = new.rel(rel);
        if let (Some(start), Some(end)) = (ends.get(&record.start), ends.get(&record.end)) {
            merging.changes.rels.push(NewRelationship {
                start: *start,
                end: *end,
                rel_type: Arc::clone(new.type_name(record.rel_type)),
                properties: of_rel(new, rel),
            });
        }
    }
    let (schema, conflicts) = schema::merge(known.schema(), new.schema(), preference);
    merging.changes.schema = schema;
    merging.changes.conflicts.extend(conflicts);
    merging.changes
}

struct Merging<'g> {
    side: Side<'g>,
    preference: Preference,
    changes: ChangeSet,
}

impl Merging<'_> {
    /// Returns what is to be set at an element.
    fn properties(&mut self, element: Element, was: &Properties, is: &Properties) -> Properties {
        let mut set = Vec::new();
        for (key, value) in is {
            match find(was, key) {
                None => set.push((Arc::clone(key), value.clone())),
                Some(known) if same(known, value) => {}
                Some(known) => match union(known, value) {
                    Some(Some(all)) => set.push((Arc::clone(key), all)),
                    Some(None) => {}
                    None => {
                        if self.preference == Preference::New {
                            set.push((Arc::clone(key), value.clone()));
                        }
                        self.conflict(element, key, known, value);
                    }
                },
            }
        }
        set
    }

    fn conflict(&mut self, element: Element, key: &Arc<str>, known: &Value, new: &Value) {
        let name = match element {
            Element::Node(node) => self.side.node(node),
            Element::Rel(rel) => self.side.rel(rel),
            Element::Schema => schema::NAME.to_owned(),
        };
        self.changes.conflicts.push(Conflict {
            element,
            name,
            key: Arc::clone(key),
            known: known.clone(),
            new: new.clone(),
            stays: self.preference,
        });
    }
}

/// The items of both lists, those of the first in front: nothing where they are no lists of one
/// type, nothing new where the first has all.
#[expect(
    clippy::option_option,
    reason = "no union, no change, and a new list are three answers"
)]
fn union(known: &Value, new: &Value) -> Option<Option<Value>> {
    let (Value::List(known), Value::List(new)) = (known, new) else {
        return None;
    };
    let alike = |(a, b): (&Value, &Value)| std::mem::discriminant(a) == std::mem::discriminant(b);
    if !known.first().zip(new.first()).is_none_or(alike) {
        return None;
    }
    let mut items: Vec<Value> = known.to_vec();
    for item in new.iter() {
        if !items.iter().any(|other| same(other, item)) {
            items.push(item.clone());
        }
    }
    Some((items.len() > known.len()).then(|| Value::List(items.into())))
}

/// How many properties two relationships have in common; nothing where they contradict each other.
fn likeness(known: &Properties, new: &Properties) -> Option<usize> {
    let mut common = 0;
    for (key, value) in new {
        match find(known, key) {
            None => {}
            Some(other) if same(other, value) => common += 1,
            Some(other) => {
                union(other, value)?;
            }
        }
    }
    Some(common)
}

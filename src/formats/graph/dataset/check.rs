//! Whether ids are known, and what the schema says of labels, types, keys and values.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::nearest;
use crate::store::Schema;
use crate::store::schema::Scalar;
use crate::value::Value;

use crate::formats::words::shown;

use super::ids::Ids;
use super::record::{NodeRecord, Origin, Property, RelRecord, Word};
use super::settings::Settings;
use super::source::{Place, Texts};

/// How many unknown ids get a hint; looking for the nearest one takes time.
const MAX_NEAREST: usize = 200;

/// The keys of a `[[sources]]` record.
const SOURCE_KEYS: [&str; 8] = [
    "id", "article", "section", "footnote", "title", "url", "date", "lang",
];

/// Checks every record against the ids and the schema.
pub(super) fn check(
    texts: &Texts<'_>,
    settings: &Settings,
    ids: &Ids<'_>,
    nodes: &[NodeRecord<'_>],
    rels: &[RelRecord<'_>],
) {
    let mut checker = Checker {
        texts,
        schema: &settings.schema,
        unread: &settings.unread,
        ids,
        nodes,
        hints_left: MAX_NEAREST,
    };
    for node in nodes {
        checker.node(node);
    }
    for rel in rels {
        checker.rel(rel);
    }
}

struct Checker<'c, 'a> {
    texts: &'c Texts<'c>,
    schema: &'c Schema,
    unread: &'c BTreeSet<String>,
    ids: &'c Ids<'a>,
    nodes: &'c [NodeRecord<'a>],
    hints_left: usize,
}

impl Checker<'_, '_> {
    fn node(&mut self, node: &NodeRecord<'_>) {
        self.labels(node);
        self.sources(&node.sources);
        self.node_keys(node);
        let labels = &self.schema.labels;
        let declared = node
            .labels
            .iter()
            .filter_map(|label| labels.get_key_value(label.text));
        let by_label = declared.flat_map(|(label, schema)| {
            schema
                .required
                .iter()
                .map(move |key| (key, format!("the label `{label}`")))
        });
        let all = (node.origin == Origin::Nodes).then_some(&self.schema.nodes.required);
        let by_all = all
            .into_iter()
            .flatten()
            .map(|key| (key, "every node".to_owned()));
        let has_id = |key: &str| key == "id" && node.id.is_some();
        let record = node
            .id
            .map_or_else(|| "the record".to_owned(), |id| shown(id.text));
        for (key, who) in by_all.chain(by_label) {
            if !has_id(key) {
                self.required(node.place, &record, &node.properties, key, &who);
            }
        }
    }

    fn labels(&self, node: &NodeRecord<'_>) {
        let declared = &self.schema.labels;
        if declared.is_empty() || node.origin == Origin::Sources {
            return;
        }
        for label in &node.labels {
            let Some(schema) = declared.get(label.text) else {
                let message = format!("unknown label {}", shown(label.text));
                let hint = nearest::hint(label.text, declared.keys().map(String::as_str));
                let hint = hint.or_else(|| Some("schema.toml declares the labels".to_owned()));
                self.texts.error(label.place, message).hint(hint);
                continue;
            };
            if let Some(within) = &schema.within
                && !node.labels.iter().any(|other| other.text == within)
            {
                let message = format!("`{}` stands without `{within}`", label.text);
                let hint = format!("write labels = [\"{within}\", \"{}\"]", label.text);
                self.texts.error(label.place, message).hint(hint);
            }
        }
    }

    fn node_keys(&self, node: &NodeRecord<'_>) {
        let labels = node.labels.iter();
        let declared: Vec<_> = labels
            .filter_map(|l| self.schema.labels.get(l.text))
            .collect();
        let of_labels = declared.iter().flat_map(|label| &label.keys);
        let of_labels = of_labels.chain(declared.iter().flat_map(|label| &label.required));
        let all = &self.schema.nodes;
        let of_all = all.keys.iter().chain(&all.required);
        let mut allowed: BTreeSet<&str> = of_labels.chain(of_all).map(String::as_str).collect();
        let unread = node
            .labels
            .iter()
            .any(|label| self.unread.contains(label.text));
        if allowed.is_empty() || unread {
            return;
        }
        if node.origin == Origin::Sources {
            allowed.extend(SOURCE_KEYS);
        }
        allowed.insert("id");
        let what = match node.labels.as_slice() {
            [] => "a node without labels".to_owned(),
            labels => labels
                .iter()
                .map(|label| format!("`{}`", label.text))
                .collect::<Vec<_>>()
                .join(" "),
        };
        self.keys(&node.properties, &allowed, &what);
    }

    fn rel(&mut self, rel: &RelRecord<'_>) {
        self.end(rel, rel.start, Side::Start);
        self.end(rel, rel.end, Side::End);
        self.sources(&rel.sources);
        let all = &self.schema.relations;
        let record = describe(rel);
        for key in &all.required {
            self.required(rel.place, &record, &rel.properties, key, "every relation");
        }
        let Some(name) = rel.rel_type else { return };
        let types = &self.schema.types;
        let Some(schema) = types.get(name.text) else {
            if !types.is_empty() {
                let message = format!("unknown relationship type {}", shown(name.text));
                let hint = nearest::hint(name.text, types.keys().map(String::as_str));
                let hint = hint.or_else(|| Some("schema.toml declares the types".to_owned()));
                self.texts.error(name.place, message).hint(hint);
            }
            return;
        };
        for key in &schema.required {
            let who = format!("the type `{}`", name.text);
            self.required(rel.place, &record, &rel.properties, key, &who);
        }
        if self.unread.contains(name.text) {
            return;
        }
        let keys = all.keys.iter().chain(&all.required);
        let keys = keys
            .chain(&schema.keys)
            .chain(&schema.required)
            .chain(schema.values.keys());
        let allowed: BTreeSet<&str> = keys.map(String::as_str).collect();
        if !allowed.is_empty() {
            self.keys(&rel.properties, &allowed, &format!("`{}`", name.text));
        }
        self.values(&rel.properties, &schema.values, name.text);
    }

    /// Checks that an end exists and has a label that the type allows there.
    fn end(&mut self, rel: &RelRecord<'_>, id: Option<Word<'_>>, side: Side) {
        let Some(id) = id else { return };
        let Some(&index) = self.ids.records.get(id.text) else {
            if !self.ids.unread.contains(id.text) {
                self.unknown_id(id);
            }
            return;
        };
        let Some(name) = rel.rel_type else { return };
        let Some(schema) = self.schema.types.get(name.text) else {
            return;
        };
        let (allowed, verb) = match side {
            Side::Start => (&schema.start, "start"),
            Side::End => (&schema.end, "end"),
        };
        let labels = &self.nodes[index].labels;
        let fits = |label: &String| labels.iter().any(|own| own.text == label);
        if allowed.is_empty() || allowed.iter().any(fits) {
            return;
        }
        let labels: Vec<&str> = labels.iter().map(|label| label.text).collect();
        let message = format!(
            "`{}` does not {verb} at {} (:{})",
            name.text,
            shown(id.text),
            labels.join(":")
        );
        let hint = format!("it {verb}s at {}", allowed.join(", "));
        self.texts.error(id.place, message).hint(hint);
    }

    fn unknown_id(&mut self, id: Word<'_>) {
        let hint = if self.hints_left > 0 {
            self.hints_left -= 1;
            nearest::hint(id.text, self.ids.records.keys().copied())
        } else {
            None
        };
        let message = format!("unknown id {}", shown(id.text));
        self.texts.error(id.place, message).hint(hint);
    }

    fn sources(&mut self, sources: &[Word<'_>]) {
        let Some(known) = &self.ids.sources else {
            return;
        };
        for source in sources {
            if known.contains(source.text) || self.ids.unread.contains(source.text) {
                continue;
            }
            let message = format!("unknown source {}", shown(source.text));
            let hint = (self.hints_left > 0)
                .then(|| nearest::hint(source.text, known.iter().copied()))
                .flatten();
            self.hints_left = self.hints_left.saturating_sub(1);
            let hint = hint.or_else(|| Some("sources.toml lists the sources".to_owned()));
            self.texts.error(source.place, message).hint(hint);
        }
    }

    /// A key that must be there, and hold something.
    fn required(
        &self,
        place: Place,
        record: &str,
        properties: &[Property<'_>],
        key: &str,
        who: &str,
    ) {
        let found = properties.iter().find(|property| property.key.text == key);
        let (place, what) = match found {
            None => (place, "has no"),
            Some(property) => match &property.value {
                Some(Value::String(text)) if text.is_empty() => (property.place, "has an empty"),
                Some(Value::List(items)) if items.is_empty() => (property.place, "has an empty"),
                _ => return,
            },
        };
        let hint = format!("{who} must have it");
        self.texts
            .error(place, format!("{record} {what} `{key}`"))
            .hint(hint);
    }

    fn keys(&self, properties: &[Property<'_>], allowed: &BTreeSet<&str>, what: &str) {
        for Property { key, .. } in properties {
            if allowed.contains(key.text) {
                continue;
            }
            let hint = nearest::hint(key.text, allowed.iter().copied()).or_else(|| {
                let mut keys: Vec<&str> = allowed.iter().copied().take(24).collect();
                if allowed.len() > keys.len() {
                    keys.push("…");
                }
                Some(format!("allowed are {}", keys.join(", ")))
            });
            let message = if self.schema.properties.contains_key(key.text) {
                format!("the key {} is not allowed on {what}", shown(key.text))
            } else {
                format!("unknown key {}", shown(key.text))
            };
            self.texts.error(key.place, message).hint(hint);
        }
    }

    fn values(
        &self,
        properties: &[Property<'_>],
        allowed: &BTreeMap<String, Vec<Scalar>>,
        rel_type: &str,
    ) {
        for Property { key, value, place } in properties {
            let (Some(allowed), Some(value)) = (allowed.get(key.text), value) else {
                continue;
            };
            let items = match value {
                Value::List(items) => items,
                one => std::slice::from_ref(one),
            };
            for item in items
                .iter()
                .filter(|item| !allowed.iter().any(|s| is(item, s)))
            {
                let words: Vec<String> = allowed.iter().map(scalar_text).collect();
                let near = item
                    .as_str()
                    .and_then(|text| nearest::hint(text, words.iter().map(String::as_str)));
                let hint = near.or_else(|| Some(format!("allowed are {}", words.join(", "))));
                let found = item
                    .as_str()
                    .map_or_else(|| crate::value::literal::to_literal(item), shown);
                let message = format!("`{}` of `{rel_type}` cannot be {found}", key.text);
                self.texts.error(*place, message).hint(hint);
            }
        }
    }
}

/// A relationship, in the words of an error.
fn describe(rel: &RelRecord<'_>) -> String {
    let words = [rel.start, rel.rel_type, rel.end];
    let words = words.map(|word| word.map_or("?", |word| word.text));
    shown(&words.join(" "))
}

/// Which end of a relationship.
#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

/// Returns whether a value is the one that the schema names.
pub(super) fn is(value: &Value, scalar: &Scalar) -> bool {
    match (value, scalar) {
        (Value::Bool(a), Scalar::Boolean(b)) => a == b,
        (Value::Int(a), Scalar::Integer(b)) => a == b,
        (Value::Float(a), Scalar::Float(b)) => a.total_cmp(b).is_eq(),
        (Value::String(a), Scalar::String(b)) => **a == **b,
        _ => false,
    }
}

fn scalar_text(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Float(value) => value.to_string(),
        Scalar::String(value) => value.clone(),
    }
}

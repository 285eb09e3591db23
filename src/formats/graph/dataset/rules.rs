//! The rules that a schema declares over the data.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::formats::diagnostic::Severity;
use crate::store::Schema;
use crate::store::schema::{self, Rule, RuleDirection, Scalar, TimeKeys};
use crate::value::Value;

use crate::formats::words::shown;

use super::check::is;
use super::record::{NodeRecord, RelRecord};
use super::source::Texts;
use super::time;

/// How many of the relationships that break a rule are named.
const MAX_NAMED: usize = 12;

/// What the rules look at.
pub(super) struct Data<'d, 'a> {
    pub(super) texts: &'d Texts<'d>,
    pub(super) schema: &'d Schema,
    pub(super) nodes: &'d [NodeRecord<'a>],
    pub(super) rels: &'d [RelRecord<'a>],
}

/// Checks all rules.
pub(super) fn check(data: &Data<'_, '_>) {
    for rule in &data.schema.rules {
        match rule {
            Rule::AtMost {
                name,
                label,
                rel_type,
                direction,
                conditions,
                property,
                severity,
            } => at_most(
                data,
                &AtMost {
                    name,
                    label: label.as_deref(),
                    rel_type,
                    direction: *direction,
                    conditions,
                    property,
                    severity: told(*severity),
                },
            ),
            Rule::OppositeStances { name, severity } => {
                opposite_stances(data, name, told(*severity));
            }
        }
    }
}

fn told(severity: schema::Severity) -> Severity {
    match severity {
        schema::Severity::Error => Severity::Error,
        schema::Severity::Warning => Severity::Warning,
    }
}

/// The rule "no more such relationships at a node than its property says".
struct AtMost<'r> {
    name: &'r str,
    label: Option<&'r str>,
    rel_type: &'r str,
    direction: RuleDirection,
    conditions: &'r BTreeMap<String, Scalar>,
    property: &'r str,
    severity: Severity,
}

fn at_most(data: &Data<'_, '_>, rule: &AtMost<'_>) {
    // By node: who stands at the other end, each once, and the first relationship that says so.
    let mut named: HashMap<&str, BTreeMap<&str, &RelRecord<'_>>> = HashMap::new();
    for rel in data.rels {
        let (Some(rel_type), Some(start), Some(end)) = (rel.rel_type, rel.start, rel.end) else {
            continue;
        };
        let holds = |(key, wanted): (&String, &Scalar)| rel.get(key).is_some_and(|v| is(v, wanted));
        if rel_type.text == rule.rel_type && rule.conditions.iter().all(holds) {
            let (at, other) = match rule.direction {
                RuleDirection::In => (end.text, start.text),
                RuleDirection::Out => (start.text, end.text),
            };
            named.entry(at).or_default().entry(other).or_insert(rel);
        }
    }
    for node in data.nodes {
        let Some(named) = node.id.and_then(|id| named.get(id.text)) else {
            continue;
        };
        let has = |label| node.labels.iter().any(|own| own.text == label);
        if rule.label.is_some_and(|label| !has(label)) {
            continue;
        }
        let property = node.properties.iter().find(|p| p.key.text == rule.property);
        let Some((property, total)) =
            property.and_then(|property| Some((property, property.value.as_ref()?.as_int()?)))
        else {
            continue;
        };
        let count = i64::try_from(named.len()).unwrap_or(i64::MAX);
        if count > total {
            let id = node.id.map_or("", |id| id.text);
            let message = format!(
                "{}: {} has {count}, and `{}` is {total}",
                rule.name,
                shown(id),
                rule.property
            );
            let hint = format!("named are {}", list(data, named));
            data.texts
                .report(rule.severity, property.place, message)
                .hint(hint);
        }
    }
}

/// Who is named, and where.
fn list(data: &Data<'_, '_>, named: &BTreeMap<&str, &RelRecord<'_>>) -> String {
    let item =
        |(id, rel): (&&str, &&RelRecord<'_>)| format!("{id} ({})", data.texts.describe(rel.place));
    let mut items: Vec<String> = named.iter().take(MAX_NAMED).map(item).collect();
    if named.len() > items.len() {
        items.push("…".to_owned());
    }
    items.join(", ")
}

/// The rule "no two stances of opposite polarity on one pair that overlap in time". Statements that
/// are marked as contradicting each other are known to do so.
fn opposite_stances(data: &Data<'_, '_>, name: &str, severity: Severity) {
    let no_keys = TimeKeys::default();
    let keys = data.schema.dataset.time.as_ref().unwrap_or(&no_keys);
    let mut pairs: BTreeMap<(&str, &str), Vec<(i64, &RelRecord<'_>)>> = BTreeMap::new();
    for rel in data.rels {
        let (Some(rel_type), Some(start), Some(end)) = (rel.rel_type, rel.start, rel.end) else {
            continue;
        };
        let polarity = data
            .schema
            .types
            .get(rel_type.text)
            .and_then(|schema| schema.polarity);
        let sign = polarity.map_or(0, i64::signum);
        if sign != 0 {
            pairs
                .entry((start.text, end.text))
                .or_default()
                .push((sign, rel));
        }
    }
    let mut told = BTreeSet::new();
    for ((start, end), stances) in &pairs {
        for (index, (polarity, later)) in stances.iter().enumerate() {
            let opposite = stances.iter().take(index).find(|(other, earlier)| {
                other != polarity
                    && !same_conflict(earlier, later)
                    && time::span(keys, earlier).overlaps(time::span(keys, later))
            });
            let Some((_, earlier)) = opposite else {
                continue;
            };
            if !told.insert((later.place, earlier.place)) {
                continue;
            }
            let message = format!("{name}: {} on {}", shown(start), shown(end));
            let hint = format!(
                "the opposite one is in {}; end the older one with `until`",
                data.texts.describe(earlier.place)
            );
            data.texts.report(severity, later.place, message).hint(hint);
        }
    }
}

fn same_conflict(a: &RelRecord<'_>, b: &RelRecord<'_>) -> bool {
    match (a.get("conflict"), b.get("conflict")) {
        (Some(Value::String(a)), Some(Value::String(b))) => a == b,
        _ => false,
    }
}

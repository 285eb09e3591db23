//! How many rows to expect: from the counts of the store, and from rules of thumb where it has
//! none.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::physical::SeekPlace;
use crate::semantics::bound::{Comparison, Direction, Expr, ExprKind, LabelTest, Predicate, Slot};
use crate::store::Statistics;

/// The part of rows that pass a comparison for equality of which nothing is known.
const EQUAL: f64 = 0.1;
/// The part of rows that pass a comparison for order.
const RANGE: f64 = 0.3;
/// The part of rows that pass any other condition.
const OTHER: f64 = 0.5;

/// Estimates over one pattern: what is known of the labels of its nodes.
#[derive(Debug)]
pub(super) struct Estimator<'a> {
    statistics: &'a Statistics,
    labels: BTreeMap<Slot, Vec<Arc<str>>>,
}

/// A way to look a node up by a key.
pub(super) struct LookUp {
    /// The label to ask for.
    pub(super) label: Option<Arc<str>>,
    /// How many nodes a value is expected to find.
    pub(super) rows: f64,
    pub(super) place: SeekPlace,
}

impl<'a> Estimator<'a> {
    /// Takes the labels that `predicates` demand.
    pub(super) fn new(statistics: &'a Statistics, predicates: &[Expr]) -> Self {
        let mut labels: BTreeMap<Slot, Vec<Arc<str>>> = BTreeMap::new();
        for predicate in predicates {
            if let Some((slot, names)) = required_labels(predicate) {
                labels.entry(slot).or_default().extend(names);
            }
        }
        Self { statistics, labels }
    }

    /// Returns the labels that a node must have, rarest first.
    pub(super) fn labels(&self, node: Slot) -> Vec<Arc<str>> {
        let mut labels = self.labels.get(&node).cloned().unwrap_or_default();
        labels.sort_by_key(|label| self.statistics.nodes_with_label(label));
        labels.dedup();
        labels
    }

    /// How many nodes a scan finds.
    pub(super) fn scan(&self, node: Slot) -> f64 {
        self.labels(node)
            .first()
            .map_or(to_float(self.statistics.node_count()), |label| {
                to_float(self.statistics.nodes_with_label(label))
            })
    }

    /// The best way to look a node up by a key. Nothing where it is not known how many values the
    /// key has, by an index or by the texts of a column.
    pub(super) fn look_up(&self, node: Slot, key: &str) -> Option<LookUp> {
        let labels = self.labels(node);
        let labeled = labels.iter().filter_map(|label| {
            let values = self.statistics.index(Some(label), key)?;
            Some(LookUp {
                label: Some(Arc::clone(label)),
                rows: per_value(values.count, values.distinct),
                place: SeekPlace::Index,
            })
        });
        let any = || {
            let (values, place) = match self.statistics.index(None, key) {
                Some(values) => (values, SeekPlace::Index),
                None => (self.statistics.node_key(key), SeekPlace::Texts),
            };
            values.distinct?;
            Some(LookUp {
                label: labels.first().cloned(),
                rows: per_value(values.count, values.distinct),
                place,
            })
        };
        labeled
            .min_by(|a, b| a.rows.total_cmp(&b.rows))
            .or_else(any)
    }

    /// How many relationships a node has, on average, of those that a pattern allows.
    pub(super) fn degree(
        &self,
        from: Slot,
        types: Option<&LabelTest>,
        direction: Direction,
        to: Slot,
    ) -> f64 {
        let nodes = self.scan(from).max(1.0);
        let (from, to) = (self.labels(from), self.labels(to));
        let (from, to) = (
            from.first().map(AsRef::as_ref),
            to.first().map(AsRef::as_ref),
        );
        let names = type_names(types);
        let count = |start: Option<&str>, end: Option<&str>| match &names {
            None => to_float(self.statistics.rel_count(start, None, end)),
            Some(names) => names
                .iter()
                .map(|name| to_float(self.statistics.rel_count(start, Some(name), end)))
                .sum(),
        };
        let total = match direction {
            Direction::Outgoing => count(from, to),
            Direction::Incoming => count(to, from),
            Direction::Both => count(from, to) + count(to, from),
        };
        total / nodes
    }

    /// The chance that a certain node is at the other end.
    pub(super) fn hit(&self, node: Slot) -> f64 {
        1.0 / self.scan(node).max(1.0)
    }

    /// The part of nodes that has the labels of `node`.
    pub(super) fn label_share(&self, node: Slot) -> f64 {
        let all = to_float(self.statistics.node_count()).max(1.0);
        (self.scan(node) / all).clamp(0.0, 1.0)
    }
}

/// The part of rows for which a condition is true.
pub(super) fn selectivity(predicate: &Expr) -> f64 {
    match &predicate.kind {
        ExprKind::HasLabels(..) => 1.0,
        ExprKind::Compare(Comparison::Equal, ..) | ExprKind::IsNull(_) => EQUAL,
        ExprKind::Compare(Comparison::NotEqual, ..) => 1.0 - EQUAL,
        ExprKind::Compare(..) | ExprKind::Predicate(Predicate::StartsWith, ..) => RANGE,
        ExprKind::Or(parts) => {
            1.0 - parts
                .iter()
                .map(|part| 1.0 - selectivity(part))
                .product::<f64>()
        }
        ExprKind::And(parts) => parts.iter().map(selectivity).product(),
        ExprKind::Not(inner) => 1.0 - selectivity(inner),
        _ => OTHER,
    }
}

/// The labels that a condition demands of a node, if it is `n:A` or `n:A&B`.
pub(super) fn required_labels(predicate: &Expr) -> Option<(Slot, Vec<Arc<str>>)> {
    let ExprKind::HasLabels(base, test) = &predicate.kind else {
        return None;
    };
    let ExprKind::Variable(slot) = base.kind else {
        return None;
    };
    plain_names(test).map(|names| (slot, names))
}

fn plain_names(test: &LabelTest) -> Option<Vec<Arc<str>>> {
    match test {
        LabelTest::Name(name) => Some(vec![Arc::clone(name)]),
        LabelTest::And(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(plain_names).collect();
            parts.map(|parts| parts.into_iter().flatten().collect())
        }
        LabelTest::Any | LabelTest::Not(_) | LabelTest::Or(_) => None,
    }
}

/// The types that a pattern names, if it says nothing else of them.
pub(super) fn type_names(types: Option<&LabelTest>) -> Option<Vec<Arc<str>>> {
    match types? {
        LabelTest::Name(name) => Some(vec![Arc::clone(name)]),
        LabelTest::Or(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(|part| type_names(Some(part))).collect();
            parts.map(|parts| {
                let mut names: Vec<_> = parts.into_iter().flatten().collect();
                names.sort();
                names.dedup();
                names
            })
        }
        LabelTest::Any | LabelTest::Not(_) | LabelTest::And(_) => None,
    }
}

/// How many elements have a certain value.
fn per_value(count: u64, distinct: Option<u64>) -> f64 {
    match distinct {
        Some(distinct) if distinct > 0 => to_float(count) / to_float(distinct),
        _ => to_float(count) * EQUAL,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an estimate needs no more than 52 bits"
)]
fn to_float(count: u64) -> f64 {
    count as f64
}

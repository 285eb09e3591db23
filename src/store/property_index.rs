//! Nodes of a label in the order of a property's values.

use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::Result;
use crate::value::{NodeId, Value, equal, order};

use super::sorting::{Pulse, sorted};

/// Above this many entries a leaf is split in two.
const LEAF: usize = 512;

/// A value and a node that has it.
type Entry = (Value, u32);

/// All values of a key at the nodes of a label, in the order of `ORDER BY`, equal ones by node.
/// Cloning copies a pointer; a change copies the list of leaves and a leaf.
#[derive(Clone, Debug, Default)]
pub(super) struct PropertyIndex {
    leaves: Arc<Vec<Arc<Vec<Entry>>>>,
    len: u64,
    distinct: u64,
}

impl PropertyIndex {
    /// Builds the index over entries in any order.
    pub(super) fn new(entries: impl Iterator<Item = Entry>, pulse: &Pulse<'_>) -> Result<Self> {
        Ok(Self::of_sorted(&sorted(entries, compare, pulse)?))
    }

    /// Builds the index over entries in any order, on all cores; nothing stops it.
    pub(super) fn at_once(mut entries: Vec<Entry>) -> Self {
        entries.par_sort_unstable_by(compare);
        Self::of_sorted(&entries)
    }

    fn of_sorted(entries: &[Entry]) -> Self {
        let steps = entries
            .windows(2)
            .filter(|pair| order(&pair[0].0, &pair[1].0).is_ne());
        let distinct = steps.count() as u64 + u64::from(!entries.is_empty());
        let leaves = entries
            .chunks(LEAF / 4 * 3)
            .map(|leaf| Arc::new(leaf.to_vec()));
        Self {
            len: entries.len() as u64,
            distinct,
            leaves: Arc::new(leaves.collect()),
        }
    }

    /// Returns how many entries there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Returns how many different values there are.
    pub(super) fn distinct(&self) -> u64 {
        self.distinct
    }

    /// Returns the nodes whose value equals this one, in order.
    pub(super) fn find<'a>(&'a self, value: &'a Value) -> impl Iterator<Item = NodeId> + 'a {
        let entries = self.entries_from(Bound::Included(value));
        let same = entries.take_while(|(other, _)| order(other, value).is_eq());
        same.filter(|(other, _)| equal(other, value) == Some(true))
            .map(|(_, node)| NodeId(*node))
    }

    /// Returns values and nodes between two bounds, in order. The bounds compare as `ORDER BY`
    /// does, so with a missing one values of other types are among them.
    pub(super) fn range<'a>(
        &'a self,
        lower: Bound<&Value>,
        upper: Bound<&'a Value>,
    ) -> impl Iterator<Item = (&'a Value, NodeId)> {
        let within = move |value: &Value| match upper {
            Bound::Included(end) => order(value, end).is_le(),
            Bound::Excluded(end) => order(value, end).is_lt(),
            Bound::Unbounded => true,
        };
        let entries = self
            .entries_from(lower)
            .take_while(move |(value, _)| within(value));
        entries.map(|(value, node)| (value, NodeId(*node)))
    }

    /// Adds an entry, which is not there yet.
    pub(super) fn insert(&mut self, node: NodeId, value: &Value) {
        let entry = (value.clone(), node.0);
        self.distinct += u64::from(!self.has_equal(value));
        self.len += 1;
        let leaves = Arc::make_mut(&mut self.leaves);
        let place = leaf_of(leaves, &entry);
        let Some(leaf) = leaves.get_mut(place) else {
            leaves.push(Arc::new(vec![entry]));
            return;
        };
        let leaf = Arc::make_mut(leaf);
        let row = leaf.partition_point(|other| compare(other, &entry).is_lt());
        leaf.insert(row, entry);
        if leaf.len() > LEAF {
            let upper = leaf.split_off(LEAF / 2);
            leaves.insert(place + 1, Arc::new(upper));
        }
    }

    /// Removes an entry.
    pub(super) fn remove(&mut self, node: NodeId, value: &Value) {
        let entry = (value.clone(), node.0);
        let leaves = Arc::make_mut(&mut self.leaves);
        let place = leaf_of(leaves, &entry);
        let Some(leaf) = leaves.get_mut(place) else {
            return;
        };
        let Ok(row) = leaf.binary_search_by(|other| compare(other, &entry)) else {
            return;
        };
        let leaf = Arc::make_mut(leaf);
        leaf.remove(row);
        if leaf.is_empty() {
            leaves.remove(place);
        }
        self.len -= 1;
        self.distinct -= u64::from(!self.has_equal(value));
    }

    pub(super) fn bytes(&self) -> usize {
        self.leaves
            .iter()
            .map(|leaf| leaf.capacity() * size_of::<Entry>() + 40)
            .sum()
    }

    /// Returns whether an entry's value has the same place in the order.
    fn has_equal(&self, value: &Value) -> bool {
        let mut entries = self.entries_from(Bound::Included(value));
        entries
            .next()
            .is_some_and(|(other, _)| order(other, value).is_eq())
    }

    fn entries_from(&self, lower: Bound<&Value>) -> impl Iterator<Item = &Entry> {
        let before = |(value, _): &Entry| match lower {
            Bound::Included(start) => order(value, start).is_lt(),
            Bound::Excluded(start) => order(value, start).is_le(),
            Bound::Unbounded => false,
        };
        let first = self
            .leaves
            .partition_point(|leaf| leaf.last().is_none_or(before));
        let skip = self
            .leaves
            .get(first)
            .map_or(0, |leaf| leaf.partition_point(before));
        self.leaves
            .iter()
            .skip(first)
            .flat_map(|leaf| leaf.iter())
            .skip(skip)
    }
}

/// Returns the leaf that an entry is in or belongs into.
fn leaf_of(leaves: &[Arc<Vec<Entry>>], entry: &Entry) -> usize {
    let after = |leaf: &Arc<Vec<Entry>>| leaf.first().is_some_and(|f| compare(f, entry).is_le());
    leaves.partition_point(after).saturating_sub(1)
}

fn compare(a: &Entry, b: &Entry) -> Ordering {
    order(&a.0, &b.0).then(a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            (-3..4i64).prop_map(Value::Int),
            (-6..6i32).prop_map(|x| Value::Float(f64::from(x) / 2.0)),
            Just(Value::Float(f64::NAN)),
            Just(Value::Float(-0.0)),
            any::<bool>().prop_map(Value::Bool),
            "[ab]{0,2}".prop_map(|text| Value::String(text.into())),
        ]
    }

    fn shown<'a>(entries: impl Iterator<Item = (&'a Value, NodeId)>) -> Vec<String> {
        entries
            .map(|(value, node)| format!("{value:?} {}", node.0))
            .collect()
    }

    proptest! {
        #[test]
        fn an_index_is_a_sorted_list(
            built in prop::collection::vec((value(), 0..40u32), 0..40),
            steps in prop::collection::vec((any::<bool>(), value(), 0..40u32), 0..80),
            (lower, upper) in (value(), value()),
        ) {
            let mut model: Vec<Entry> = Vec::new();
            for entry in built {
                if !model.iter().any(|other| compare(other, &entry).is_eq()) {
                    model.push(entry);
                }
            }
            let mut index = PropertyIndex::new(model.clone().into_iter(), &|| Ok(())).unwrap();
            let old = (index.clone(), model.len() as u64);
            for (insert, value, node) in steps {
                let entry = (value, node);
                let known = model.iter().position(|other| compare(other, &entry).is_eq());
                match (insert, known) {
                    (true, None) => {
                        index.insert(NodeId(node), &entry.0);
                        model.push(entry);
                    }
                    (false, Some(place)) => {
                        index.remove(NodeId(node), &entry.0);
                        model.remove(place);
                    }
                    _ => {}
                }
            }
            model.sort_by(compare);
            let all = || model.iter().map(|(value, node)| (value, NodeId(*node)));
            prop_assert_eq!(shown(index.range(Bound::Unbounded, Bound::Unbounded)), shown(all()));
            prop_assert_eq!(index.len(), model.len() as u64);
            let steps = model.windows(2).filter(|pair| order(&pair[0].0, &pair[1].0).is_ne());
            let distinct = steps.count() + usize::from(!model.is_empty());
            prop_assert_eq!(index.distinct(), distinct as u64);
            let inside = |v: &Value| order(v, &lower).is_gt() && order(v, &upper).is_le();
            let range = index.range(Bound::Excluded(&lower), Bound::Included(&upper));
            prop_assert_eq!(shown(range), shown(all().filter(|(value, _)| inside(value))));
            let same = all().filter(|(value, _)| equal(value, &lower) == Some(true));
            let mut same: Vec<_> = same.map(|(_, node)| node).collect();
            same.sort_unstable();
            let mut found: Vec<_> = index.find(&lower).collect();
            found.sort_unstable();
            prop_assert_eq!(found, same);
            prop_assert_eq!(old.0.len(), old.1);
        }
    }

    #[test]
    fn leaves_are_split_and_dropped() {
        let mut index = PropertyIndex::default();
        let value = |i: u32| Value::Int(i64::from(i * 7919 % 2000));
        for i in 0..2000 {
            index.insert(NodeId(i), &value(i));
        }
        assert!(index.leaves.len() > 3 && index.leaves.iter().all(|leaf| leaf.len() <= LEAF));
        assert!((0..2000).all(|i| index.find(&value(i)).eq([NodeId(i)])));
        for i in 0..2000 {
            index.remove(NodeId(i), &value(i));
        }
        assert_eq!(
            (index.leaves.len(), index.len(), index.distinct()),
            (0, 0, 0)
        );
    }
}

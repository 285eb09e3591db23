//! One version of the graph, for reading.

use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use crate::value::{NodeId, RelId, Value, greater, greater_or_equal, less, less_or_equal};

use super::column::Column;
use super::columns::Columns;
use super::counts::Counts;
use super::definitions::Definitions;
use super::find::Search;
use super::id_index::IdIndex;
use super::indexes::Indexes;
use super::labels::NodeTable;
use super::lazy::Damage;
use super::names::Names;
use super::rels::{RelRecord, RelTable};
use super::schema::Schema;
use super::stats::Statistics;
use super::topology::{self, Hops, Topology};
use super::valid_time::ValidTime;
use super::{Direction, KeyId, LabelId, TypeId};

/// The key whose values are always indexed.
pub(super) const ID: &str = "id";

/// An immutable version of the whole graph. Cloning is cheap; versions share what they have in
/// common.
///
/// Ids that were never given out are not an error: such a node has no labels, properties or
/// relationships, and such a relationship leads nowhere.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub(super) version: u64,
    pub(super) labels: Names,
    pub(super) types: Names,
    pub(super) keys: Names,
    /// The key `id`, once anything uses it.
    pub(super) id_key: Option<KeyId>,
    pub(super) schema: Arc<Schema>,
    pub(super) nodes: NodeTable,
    pub(super) rels: RelTable,
    pub(super) outgoing: Topology,
    pub(super) incoming: Topology,
    pub(super) node_columns: Columns,
    pub(super) rel_columns: Columns,
    pub(super) ids: IdIndex,
    pub(super) indexes: Indexes,
    pub(super) definitions: Definitions,
    pub(super) counts: Counts,
    pub(super) derived: Arc<Derived>,
    pub(super) search: Arc<Search>,
    /// Notices what cannot be decoded, for a graph from a file.
    pub(super) damage: Option<Arc<Damage>>,
}

/// What is worked out from a version when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Derived {
    pub(super) statistics: OnceLock<Arc<Statistics>>,
    pub(super) valid_time: OnceLock<ValidTime>,
}

impl Snapshot {
    /// Returns the empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the version's number: zero for the first, one more with every commit that changed
    /// something.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns whether there is nothing at all: no element, no name, nothing declared.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let nameless = [&self.labels, &self.types, &self.keys]
            .iter()
            .all(|names| names.len() == 0);
        nameless && self.node_bound() == 0 && *self.schema == Schema::default()
    }

    /// Returns how many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        usize::try_from(self.nodes.live().len()).unwrap_or(usize::MAX)
    }

    /// Returns how many relationships there are.
    #[must_use]
    pub fn rel_count(&self) -> usize {
        self.rels.count()
    }

    /// Returns a number that all node ids are below.
    #[must_use]
    pub fn node_bound(&self) -> u32 {
        self.nodes.bound()
    }

    /// Returns a number that all relationship ids are below.
    #[must_use]
    pub fn rel_bound(&self) -> u32 {
        self.rels.bound()
    }

    /// Returns whether the node exists.
    #[must_use]
    pub fn has_node(&self, node: NodeId) -> bool {
        self.nodes.has(node)
    }

    /// Returns whether the relationship exists.
    #[must_use]
    pub fn has_rel(&self, rel: RelId) -> bool {
        self.rels.has(rel)
    }

    /// Returns all nodes in order of ids.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.live().iter().map(NodeId)
    }

    /// Returns all relationships in order of ids.
    pub fn rels(&self) -> impl Iterator<Item = RelId> {
        self.rels.live()
    }

    /// Returns the ids of all nodes.
    #[must_use]
    pub fn node_bitmap(&self) -> &RoaringBitmap {
        self.nodes.live()
    }

    /// Returns the ids of all nodes with a label.
    #[must_use]
    pub fn nodes_with_label(&self, label: LabelId) -> &RoaringBitmap {
        self.nodes.with_label(label)
    }

    /// Returns a node's labels in order of numbers.
    #[must_use]
    pub fn labels(&self, node: NodeId) -> &[LabelId] {
        self.nodes.set(self.nodes.set_number(node))
    }

    /// Returns the number of a node's set of labels: nodes with the same number have the same
    /// labels.
    #[must_use]
    #[inline]
    pub fn label_set(&self, node: NodeId) -> u32 {
        self.nodes.set_number(node)
    }

    /// Returns whether a node has a label.
    #[must_use]
    pub fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.labels(node).contains(&label)
    }

    /// Returns between which nodes a relationship is, and its type; also for a deleted one.
    #[must_use]
    #[inline]
    pub fn rel(&self, rel: RelId) -> RelRecord {
        self.rels.get(rel)
    }

    /// Returns the hops from a node over relationships of the types, or of any type, sorted by
    /// type, then neighbor. In both directions the outgoing ones come first, and a relationship
    /// from the node to itself comes once.
    #[must_use]
    #[inline]
    pub fn hops<'a>(
        &'a self,
        node: NodeId,
        direction: Direction,
        types: Option<&'a [TypeId]>,
    ) -> Hops<'a> {
        let runs = topology::runs(direction, &self.outgoing, &self.incoming, node);
        Hops::new(node, runs, types)
    }

    /// Returns (neighbor, relationship) pairs of one type, in order. With
    /// [`Direction::Both`] those of outgoing relationships only.
    #[must_use]
    #[inline]
    pub fn run(&self, node: NodeId, direction: Direction, rel_type: TypeId) -> &[(u32, u32)] {
        self.side(direction).typed_run(node, rel_type)
    }

    /// Returns all (neighbor, relationship) pairs of a node with their types beside them, sorted
    /// by type. With [`Direction::Both`] those of outgoing relationships only.
    #[must_use]
    #[inline]
    pub fn neighbors_slice(&self, node: NodeId, direction: Direction) -> (&[(u32, u32)], &[u16]) {
        self.side(direction).run(node)
    }

    /// Returns how many hops there are, without walking them.
    #[must_use]
    pub fn degree(&self, node: NodeId, direction: Direction, types: Option<&[TypeId]>) -> usize {
        let (first, incoming) = topology::runs(direction, &self.outgoing, &self.incoming, node);
        let without = first.is_some().then_some(node);
        first.map_or(0, |run| topology::degree(run, types, None))
            + incoming.map_or(0, |run| topology::degree(run, types, without))
    }

    /// Returns a property of a node, null where it is missing.
    #[must_use]
    #[inline]
    pub fn node_property(&self, node: NodeId, key: KeyId) -> Value {
        self.node_columns.value(node.0, key)
    }

    /// Returns a property of a relationship, null where it is missing.
    #[must_use]
    #[inline]
    pub fn rel_property(&self, rel: RelId, key: KeyId) -> Value {
        self.rel_columns.value(rel.0, key)
    }

    /// Returns all properties of a node in order of key names.
    #[must_use]
    pub fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)> {
        self.properties(&self.node_columns, node.0)
    }

    /// Returns all properties of a relationship in order of key names.
    #[must_use]
    pub fn rel_properties(&self, rel: RelId) -> Vec<(KeyId, Value)> {
        self.properties(&self.rel_columns, rel.0)
    }

    /// Returns the values of a key by node, if any node ever had one.
    #[must_use]
    pub fn node_column(&self, key: KeyId) -> Option<&Column> {
        self.node_columns.get(key)
    }

    /// Returns the values of a key by relationship, if any relationship ever had one.
    #[must_use]
    pub fn rel_column(&self, key: KeyId) -> Option<&Column> {
        self.rel_columns.get(key)
    }

    /// Returns a label's number.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<LabelId> {
        self.labels.number(name).map(LabelId)
    }

    /// Returns a relationship type's number.
    #[must_use]
    pub fn rel_type(&self, name: &str) -> Option<TypeId> {
        self.types.number(name).map(TypeId)
    }

    /// Returns a property key's number.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<KeyId> {
        self.keys.number(name).map(KeyId)
    }

    /// Returns a label's name.
    #[must_use]
    pub fn label_name(&self, label: LabelId) -> &Arc<str> {
        self.labels.name(label.0)
    }

    /// Returns a relationship type's name.
    #[must_use]
    pub fn type_name(&self, rel_type: TypeId) -> &Arc<str> {
        self.types.name(rel_type.0)
    }

    /// Returns a property key's name.
    #[must_use]
    pub fn key_name(&self, key: KeyId) -> &Arc<str> {
        self.keys.name(key.0)
    }

    /// Returns all labels that were ever used, in order of numbers.
    pub fn label_names(&self) -> impl Iterator<Item = (LabelId, &Arc<str>)> {
        self.labels
            .iter()
            .map(|(number, name)| (LabelId(number), name))
    }

    /// Returns all relationship types that were ever used, in order of numbers.
    pub fn type_names(&self) -> impl Iterator<Item = (TypeId, &Arc<str>)> {
        self.types
            .iter()
            .map(|(number, name)| (TypeId(number), name))
    }

    /// Returns all property keys that were ever used, in order of numbers.
    pub fn key_names(&self) -> impl Iterator<Item = (KeyId, &Arc<str>)> {
        self.keys.iter().map(|(number, name)| (KeyId(number), name))
    }

    /// Returns what the planner wants to know. Worked out once a version.
    #[must_use]
    pub fn statistics(&self) -> Arc<Statistics> {
        let statistics = &self.derived.statistics;
        Arc::clone(statistics.get_or_init(|| Arc::new(Statistics::of(self))))
    }

    /// Returns what the data set declares about itself.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Returns the nodes, with the label if one is given, whose property equals the value, in
    /// order; or nothing where no index answers that.
    ///
    /// Beside the indexes of [`Transaction::create_index`] one on the key `id` of all nodes is
    /// always kept; that one answers for integers, whole floats and texts only. Texts of other keys
    /// are answered for once such look-ups have repeated since the key's last change.
    ///
    /// [`Transaction::create_index`]: super::Transaction::create_index
    #[must_use]
    pub fn find_nodes(
        &self,
        label: Option<LabelId>,
        key: KeyId,
        value: &Value,
    ) -> Option<Vec<NodeId>> {
        if let Some(index) = label.and_then(|label| self.indexes.get(label, key)) {
            return Some(index.find(value).collect());
        }
        if self.id_key != Some(key) {
            return self.find_text(label, key, value);
        }
        let mut nodes = self.ids.find(value)?;
        nodes.retain(|node| label.is_none_or(|label| self.has_label(*node, label)));
        Some(nodes)
    }

    fn find_text(&self, label: Option<LabelId>, key: KeyId, value: &Value) -> Option<Vec<NodeId>> {
        let Value::String(text) = value else {
            return None;
        };
        let rows = self.node_column(key)?.rows_with(text)?;
        let nodes = label.map_or_else(|| self.node_bitmap(), |label| self.nodes_with_label(label));
        let found = rows.iter().filter(|row| nodes.contains(**row));
        Some(found.map(|row| NodeId(*row)).collect())
    }

    /// Returns the nodes with the label whose property lies between the bounds, as `<` and `<=`
    /// compare, in order of values; or nothing where there is no index on the two.
    #[must_use]
    pub fn find_nodes_between(
        &self,
        label: LabelId,
        key: KeyId,
        lower: Bound<&Value>,
        upper: Bound<&Value>,
    ) -> Option<Vec<NodeId>> {
        let index = self.indexes.get(label, key)?;
        let above = |value: &Value| match lower {
            Bound::Included(start) => greater_or_equal(value, start) == Some(true),
            Bound::Excluded(start) => greater(value, start) == Some(true),
            Bound::Unbounded => true,
        };
        let below = |value: &Value| match upper {
            Bound::Included(end) => less_or_equal(value, end) == Some(true),
            Bound::Excluded(end) => less(value, end) == Some(true),
            Bound::Unbounded => true,
        };
        let entries = index.range(lower, upper);
        let within = entries.filter(|(value, _)| above(value) && below(value));
        Some(within.map(|(_, node)| node).collect())
    }

    /// Returns labels and keys that there is an index on, without the one that is always kept.
    pub fn indexes(&self) -> impl Iterator<Item = (LabelId, KeyId)> {
        self.indexes.iter().map(|(label, key, _)| (label, key))
    }

    /// Forgets the texts that nothing holds any more, where they have become many.
    pub(super) fn tidy_dictionaries(&mut self) {
        self.node_columns.tidy_dictionaries();
        self.rel_columns.tidy_dictionaries();
    }

    fn side(&self, direction: Direction) -> &Topology {
        match direction {
            Direction::Outgoing | Direction::Both => &self.outgoing,
            Direction::Incoming => &self.incoming,
        }
    }

    fn properties(&self, columns: &Columns, row: u32) -> Vec<(KeyId, Value)> {
        let mut keys: Vec<_> = columns.keys(row).collect();
        keys.sort_unstable_by_key(|key| self.key_name(*key));
        keys.into_iter()
            .map(|key| (key, columns.value(row, key)))
            .collect()
    }
}

//! A version as petgraph sees it: the visit traits, without a copy.

mod edges;
mod traits;

use std::marker::PhantomData;

use petgraph::graph::NodeIndex;
use petgraph::visit::IntoEdgeReferences;
use petgraph::{Directed, EdgeType, Undirected};
use roaring::RoaringBitmap;

use crate::value::{NodeId, RelId};

use super::column::Column;
use super::snapshot::Snapshot;
use super::topology::Hop;
use super::valid_time::HoldsAt;
use super::{Direction, TypeId};

pub use edges::{Edge, EdgeReferences, Edges, Neighbors, NodeReferences, Nodes};

/// A version, or a part of it, as a graph of petgraph: a node's index is its id, an edge's index
/// the relationship's id, an edge's weight a number.
///
/// `Directed` views can be [reversed](GraphView::reversed), and
/// [undirected](GraphView::undirected) ones follow relationships both ways. Filters restrict what
/// is visited. petgraph's `tarjan_scc` recurses and `page_rank` is quadratic: do without them.
///
/// # Examples
/// ```
/// use petgraph::algo::kosaraju_scc;
/// use polity::store::{BulkLoader, GraphView};
///
/// let mut loader = BulkLoader::new();
/// let knows = loader.intern_type("KNOWS");
/// loader.add_nodes(&[], 3)?;
/// loader.add_rels(&[0, 1, 1], &[1, 0, 2], &[knows; 3])?;
/// let graph = loader.finish();
/// assert_eq!(kosaraju_scc(GraphView::new(&graph)).len(), 2);
/// # Ok::<(), polity::error::Error>(())
/// ```
#[derive(Debug)]
pub struct GraphView<'a, Ty = Directed> {
    graph: &'a Snapshot,
    /// The nodes that are visited.
    nodes: &'a RoaringBitmap,
    /// Whether these are all nodes.
    all: bool,
    types: Option<&'a [TypeId]>,
    rels: Option<&'a RoaringBitmap>,
    moment: Option<HoldsAt<'a>>,
    weights: Option<&'a Column>,
    reversed: bool,
    edge_type: PhantomData<Ty>,
}

impl<Ty> Clone for GraphView<'_, Ty> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Ty> Copy for GraphView<'_, Ty> {}

impl<'a> GraphView<'a, Directed> {
    /// Views a whole version, directed, each edge with weight 1.
    #[must_use]
    pub fn new(graph: &'a Snapshot) -> Self {
        Self {
            graph,
            nodes: graph.node_bitmap(),
            all: true,
            types: None,
            rels: None,
            moment: None,
            weights: None,
            reversed: false,
            edge_type: PhantomData,
        }
    }

    /// Turns all edges round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            reversed: !self.reversed,
            ..self
        }
    }

    /// Follows edges both ways. A relationship from a node to itself is one edge.
    #[must_use]
    pub fn undirected(self) -> GraphView<'a, Undirected> {
        GraphView {
            graph: self.graph,
            nodes: self.nodes,
            all: self.all,
            types: self.types,
            rels: self.rels,
            moment: self.moment,
            weights: self.weights,
            reversed: false,
            edge_type: PhantomData,
        }
    }
}

impl<'a, Ty: EdgeType> GraphView<'a, Ty> {
    /// Visits relationships of these types only.
    #[must_use]
    pub fn of_types(self, types: &'a [TypeId]) -> Self {
        Self {
            types: Some(types),
            ..self
        }
    }

    /// Visits these nodes only, and relationships between them. They must be nodes of the version.
    #[must_use]
    pub fn among(self, nodes: &'a RoaringBitmap) -> Self {
        Self {
            nodes,
            all: false,
            ..self
        }
    }

    /// Visits these relationships only. Edges are then numbered by their place among them.
    ///
    /// Algorithms that keep an array by edge number (maximum flow) need that wherever a filter is
    /// set or relationships were deleted: lend the view its own [`GraphView::rel_bitmap`].
    #[must_use]
    pub fn over(self, rels: &'a RoaringBitmap) -> Self {
        Self {
            rels: Some(rels),
            ..self
        }
    }

    /// Visits what holds at a moment only: of the nodes those that are lent, which should be
    /// [`HoldsAt::nodes`] or some of them, and relationships between them that hold themselves.
    #[must_use]
    pub fn at(self, moment: HoldsAt<'a>, nodes: &'a RoaringBitmap) -> Self {
        Self {
            moment: Some(moment),
            ..self.among(nodes)
        }
    }

    /// Weighs edges by a property; where that is no number the weight is 1.
    #[must_use]
    pub fn weighted(self, weights: Option<&'a Column>) -> Self {
        Self { weights, ..self }
    }

    /// Returns the version.
    #[must_use]
    pub fn graph(&self) -> &'a Snapshot {
        self.graph
    }

    /// Returns whether the view visits a node.
    #[must_use]
    pub fn has_node(&self, node: NodeId) -> bool {
        self.nodes.contains(node.0)
    }

    /// Returns the relationships that the view visits.
    #[must_use]
    pub fn rel_bitmap(&self) -> RoaringBitmap {
        self.edge_references().map(|edge| edge.rel().0).collect()
    }

    /// Returns the place of a node among those of the view. Where these are not simply `0..` it is
    /// counted, in time that grows with the number of nodes divided by 65,536.
    fn place(&self, node: NodeIndex) -> usize {
        if self.is_simple() {
            return node.index();
        }
        let before = self.nodes.rank(raw(node.index())).saturating_sub(1);
        usize::try_from(before).unwrap_or(usize::MAX)
    }

    fn is_simple(&self) -> bool {
        self.all && self.nodes.len() == u64::from(self.graph.node_bound())
    }

    fn visits(&self, hop: &Hop) -> bool {
        (self.all || self.nodes.contains(hop.node.0))
            && self.rels.is_none_or(|rels| rels.contains(hop.rel.0))
            && self
                .moment
                .is_none_or(|moment| moment.rel_itself_holds(hop.rel))
    }

    fn hops(&self, node: NodeIndex, side: Side) -> Neighbors<'a, Ty> {
        let node = NodeId(raw(node.index()));
        let direction = match side {
            _ if !Ty::is_directed() => Direction::Both,
            Side::Out => Direction::Outgoing,
            Side::In => Direction::Incoming,
        };
        let mut hops = self.graph.hops(node, direction, self.types);
        if !self.all && !self.nodes.contains(node.0) {
            hops = self.graph.hops(NodeId(u32::MAX), direction, Some(&[]));
        }
        Neighbors { hops, view: *self }
    }

    fn edges_at(&self, node: NodeIndex, side: Side) -> Edges<'a, Ty> {
        let hops = self.hops(node, side);
        Edges { hops, node, side }
    }

    /// Returns the side of the topology that a direction means.
    fn side(&self, direction: petgraph::Direction) -> Side {
        match (direction, self.reversed) {
            (petgraph::Outgoing, false) | (petgraph::Incoming, true) => Side::Out,
            (petgraph::Incoming, false) | (petgraph::Outgoing, true) => Side::In,
        }
    }

    fn edge(&self, source: NodeIndex, target: NodeIndex, rel: RelId) -> Edge {
        let weight = self.weights.and_then(|weights| weights.number(rel.0));
        Edge {
            source,
            target,
            rel,
            weight: weight.unwrap_or(1.0),
        }
    }
}

/// Which side of the topology is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Out,
    In,
}

#[inline]
fn index(node: NodeId) -> NodeIndex {
    NodeIndex::new(node.0 as usize)
}

/// Returns an id; petgraph's indexes are 32 bits wide here.
#[inline]
fn raw(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

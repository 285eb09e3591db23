//! petgraph's visit traits.

use fixedbitset::FixedBitSet;
use petgraph::EdgeType;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp, GraphRef,
    IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable,
    Visitable,
};

use crate::value::NodeId;

use super::{Edge, EdgeReferences, Edges, GraphView, Neighbors, NodeReferences, Nodes, index, raw};

impl<Ty> GraphBase for GraphView<'_, Ty> {
    type EdgeId = EdgeIndex;
    type NodeId = NodeIndex;
}

impl<Ty> GraphRef for GraphView<'_, Ty> {}

impl<Ty> Data for GraphView<'_, Ty> {
    type EdgeWeight = f64;
    type NodeWeight = ();
}

impl<Ty: EdgeType> GraphProp for GraphView<'_, Ty> {
    type EdgeType = Ty;
}

impl<Ty> NodeCount for GraphView<'_, Ty> {
    fn node_count(&self) -> usize {
        usize::try_from(self.nodes.len()).unwrap_or(usize::MAX)
    }
}

impl<Ty: EdgeType> EdgeCount for GraphView<'_, Ty> {
    /// Returns how many edges there are; with a filter they are counted one by one.
    fn edge_count(&self) -> usize {
        if self.all && self.types.is_none() && self.rels.is_none() {
            return self.graph.rel_count();
        }
        self.edge_references().count()
    }
}

impl<Ty: EdgeType> NodeIndexable for GraphView<'_, Ty> {
    fn node_bound(&self) -> usize {
        self.node_count()
    }

    fn to_index(&self, node: NodeIndex) -> usize {
        self.place(node)
    }

    fn from_index(&self, place: usize) -> NodeIndex {
        if self.is_simple() {
            return NodeIndex::new(place);
        }
        let node = u32::try_from(place)
            .ok()
            .and_then(|place| self.nodes.select(place));
        node.map_or_else(NodeIndex::end, |node| index(NodeId(node)))
    }
}

impl<Ty: EdgeType> NodeCompactIndexable for GraphView<'_, Ty> {}

impl<Ty: EdgeType> EdgeIndexable for GraphView<'_, Ty> {
    fn edge_bound(&self) -> usize {
        match self.rels {
            Some(rels) => usize::try_from(rels.len()).unwrap_or(usize::MAX),
            None => self.graph.rel_bound() as usize,
        }
    }

    fn to_index(&self, edge: EdgeIndex) -> usize {
        let Some(rels) = self.rels else {
            return edge.index();
        };
        let before = rels.rank(raw(edge.index())).saturating_sub(1);
        usize::try_from(before).unwrap_or(usize::MAX)
    }

    fn from_index(&self, place: usize) -> EdgeIndex {
        let Some(rels) = self.rels else {
            return EdgeIndex::new(place);
        };
        let rel = u32::try_from(place)
            .ok()
            .and_then(|place| rels.select(place));
        rel.map_or_else(EdgeIndex::end, |rel| EdgeIndex::new(rel as usize))
    }
}

impl<Ty> Visitable for GraphView<'_, Ty> {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.graph.node_bound() as usize)
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.graph.node_bound() as usize);
    }
}

/// A matrix over all nodes: for small views.
impl<Ty: EdgeType> GetAdjacencyMatrix for GraphView<'_, Ty> {
    type AdjMatrix = FixedBitSet;

    fn adjacency_matrix(&self) -> FixedBitSet {
        let count = self.node_count();
        let mut matrix = FixedBitSet::with_capacity(count.saturating_mul(count));
        for edge in self.edge_references() {
            let (source, target) = (self.place(edge.source()), self.place(edge.target()));
            matrix.insert(source * count + target);
            if !Ty::is_directed() {
                matrix.insert(target * count + source);
            }
        }
        matrix
    }

    fn is_adjacent(&self, matrix: &FixedBitSet, source: NodeIndex, target: NodeIndex) -> bool {
        matrix.contains(self.place(source) * self.node_count() + self.place(target))
    }
}

impl<'a, Ty> IntoNodeIdentifiers for GraphView<'a, Ty> {
    type NodeIdentifiers = Nodes<'a>;

    fn node_identifiers(self) -> Nodes<'a> {
        Nodes(self.nodes.iter())
    }
}

impl<'a, Ty> IntoNodeReferences for GraphView<'a, Ty> {
    type NodeRef = (NodeIndex, &'static ());
    type NodeReferences = NodeReferences<'a>;

    fn node_references(self) -> NodeReferences<'a> {
        NodeReferences(self.node_identifiers())
    }
}

impl<'a, Ty: EdgeType> IntoNeighbors for GraphView<'a, Ty> {
    type Neighbors = Neighbors<'a, Ty>;

    #[inline]
    fn neighbors(self, node: NodeIndex) -> Neighbors<'a, Ty> {
        self.hops(node, self.side(petgraph::Outgoing))
    }
}

impl<'a, Ty: EdgeType> IntoNeighborsDirected for GraphView<'a, Ty> {
    type NeighborsDirected = Neighbors<'a, Ty>;

    #[inline]
    fn neighbors_directed(
        self,
        node: NodeIndex,
        direction: petgraph::Direction,
    ) -> Neighbors<'a, Ty> {
        self.hops(node, self.side(direction))
    }
}

impl<'a, Ty: EdgeType> IntoEdgeReferences for GraphView<'a, Ty> {
    type EdgeRef = Edge;
    type EdgeReferences = EdgeReferences<'a, Ty>;

    fn edge_references(self) -> EdgeReferences<'a, Ty> {
        EdgeReferences {
            view: self,
            nodes: self.node_identifiers(),
            hops: None,
        }
    }
}

impl<'a, Ty: EdgeType> IntoEdges for GraphView<'a, Ty> {
    type Edges = Edges<'a, Ty>;

    #[inline]
    fn edges(self, node: NodeIndex) -> Edges<'a, Ty> {
        self.edges_at(node, self.side(petgraph::Outgoing))
    }
}

impl<'a, Ty: EdgeType> IntoEdgesDirected for GraphView<'a, Ty> {
    type EdgesDirected = Edges<'a, Ty>;

    #[inline]
    fn edges_directed(self, node: NodeIndex, direction: petgraph::Direction) -> Edges<'a, Ty> {
        self.edges_at(node, self.side(direction))
    }
}

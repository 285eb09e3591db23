//! What visiting a view yields: nodes, neighbors, edges.

use std::fmt;

use petgraph::EdgeType;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::store::Direction;
use crate::store::topology::{Hop, Hops};
use crate::value::{NodeId, RelId};

use super::{GraphView, Side, index, raw};

/// A relationship as an edge of petgraph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub(super) source: NodeIndex,
    pub(super) target: NodeIndex,
    pub(super) rel: RelId,
    pub(super) weight: f64,
}

impl Edge {
    /// Returns the relationship.
    #[must_use]
    pub fn rel(&self) -> RelId {
        self.rel
    }
}

impl EdgeRef for Edge {
    type NodeId = NodeIndex;
    type EdgeId = EdgeIndex;
    type Weight = f64;

    #[inline]
    fn source(&self) -> NodeIndex {
        self.source
    }

    #[inline]
    fn target(&self) -> NodeIndex {
        self.target
    }

    #[inline]
    fn weight(&self) -> &f64 {
        &self.weight
    }

    #[inline]
    fn id(&self) -> EdgeIndex {
        EdgeIndex::new(self.rel.0 as usize)
    }
}

/// The neighbors of a node in a view.
#[derive(Clone, Debug)]
pub struct Neighbors<'a, Ty> {
    pub(super) hops: Hops<'a>,
    pub(super) view: GraphView<'a, Ty>,
}

impl<Ty: EdgeType> Neighbors<'_, Ty> {
    #[inline]
    fn next_hop(&mut self) -> Option<Hop> {
        loop {
            let hop = self.hops.next()?;
            if self.view.visits(&hop) {
                return Some(hop);
            }
        }
    }
}

impl<Ty: EdgeType> Iterator for Neighbors<'_, Ty> {
    type Item = NodeIndex;

    #[inline]
    fn next(&mut self) -> Option<NodeIndex> {
        self.next_hop().map(|hop| index(hop.node))
    }
}

/// The edges at a node of a view.
#[derive(Clone, Debug)]
pub struct Edges<'a, Ty> {
    pub(super) hops: Neighbors<'a, Ty>,
    pub(super) node: NodeIndex,
    pub(super) side: Side,
}

impl<Ty: EdgeType> Iterator for Edges<'_, Ty> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        let hop = self.hops.next_hop()?;
        let view = &self.hops.view;
        let (here, there) = (self.node, index(hop.node));
        let from_here = (self.side == Side::Out) != view.reversed;
        let (source, target) = if from_here {
            (here, there)
        } else {
            (there, here)
        };
        Some(view.edge(source, target, hop.rel))
    }
}

/// All nodes of a view.
#[derive(Clone)]
pub struct Nodes<'a>(pub(super) roaring::bitmap::Iter<'a>);

impl fmt::Debug for Nodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nodes")
    }
}

impl Iterator for Nodes<'_> {
    type Item = NodeIndex;

    fn next(&mut self) -> Option<NodeIndex> {
        self.0.next().map(|node| index(NodeId(node)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// All nodes of a view with their weight, which is nothing.
#[derive(Clone, Debug)]
pub struct NodeReferences<'a>(pub(super) Nodes<'a>);

impl Iterator for NodeReferences<'_> {
    type Item = (NodeIndex, &'static ());

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|node| (node, &()))
    }
}

/// All edges of a view, each once.
#[derive(Clone, Debug)]
pub struct EdgeReferences<'a, Ty> {
    pub(super) view: GraphView<'a, Ty>,
    pub(super) nodes: Nodes<'a>,
    /// The outgoing relationships of the node at hand.
    pub(super) hops: Option<(NodeIndex, Neighbors<'a, Ty>)>,
}

impl<'a, Ty: EdgeType> Iterator for EdgeReferences<'a, Ty> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        loop {
            if let Some((node, hops)) = &mut self.hops
                && let Some(hop) = hops.next_hop()
            {
                let (here, there) = (*node, index(hop.node));
                let ends = if self.view.reversed {
                    (there, here)
                } else {
                    (here, there)
                };
                return Some(self.view.edge(ends.0, ends.1, hop.rel));
            }
            let (node, view) = (self.nodes.next()?, self.view);
            let id = NodeId(raw(node.index()));
            let hops: Hops<'a> = view.graph.hops(id, Direction::Outgoing, view.types);
            self.hops = Some((node, Neighbors { hops, view }));
        }
    }
}

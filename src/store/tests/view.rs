//! petgraph's algorithms over a view against the same on a graph of petgraph's own.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{
    connected_components, dijkstra, dinics, dominators, is_bipartite_undirected, is_isomorphic,
    kosaraju_scc, min_spanning_tree, page_rank, toposort,
};
use petgraph::data::Element;
use petgraph::graph::NodeIndex;
use petgraph::visit::{
    Bfs, EdgeCount, EdgeIndexable, EdgeRef, IntoEdgeReferences, IntoEdgesDirected,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount, NodeIndexable, Reversed,
};
use petgraph::{Directed, EdgeType, Graph, Incoming, Outgoing, Undirected};
use proptest::prelude::*;
use roaring::RoaringBitmap;

use crate::store::{GraphView, Snapshot, TypeId};
use crate::value::{NodeId, RelId, Value};

use super::model::named;

/// What a view is to show.
#[derive(Clone, Debug)]
struct Case {
    nodes: u32,
    /// Start, end, type, weight (one where it is zero).
    rels: Vec<(u32, u32, u32, u32)>,
    deleted_nodes: Vec<u32>,
    deleted_rels: Vec<u32>,
    types: Option<Vec<TypeId>>,
    /// A node is left out if its id is a multiple of this.
    without: Option<u32>,
    reversed: bool,
}

fn case() -> impl Strategy<Value = Case> {
    (
        1..14u32,
        prop::collection::vec((0..14u32, 0..14u32, 0..3u32, 0..4u32), 0..40),
        prop::collection::vec(0..14u32, 0..3),
        prop::collection::vec(0..40u32, 0..4),
        prop_oneof![Just(None), Just(Some(vec![TypeId(2), TypeId(0)]))],
        prop_oneof![Just(None), (2..5u32).prop_map(Some)],
        any::<bool>(),
    )
        .prop_map(
            |(nodes, rels, deleted_nodes, deleted_rels, types, without, reversed)| {
                let rels = rels
                    .into_iter()
                    .map(|(s, e, t, w)| (s % nodes, e % nodes, t, w));
                Case {
                    nodes,
                    rels: rels.collect(),
                    deleted_nodes,
                    deleted_rels,
                    types,
                    without,
                    reversed,
                }
            },
        )
}

impl Case {
    fn snapshot(&self) -> Snapshot {
        let store = named();
        let mut tx = store.begin();
        let key = tx.intern_key("a");
        for _ in 0..self.nodes {
            tx.create_node(&[], &[]).unwrap();
        }
        for &(start, end, rel_type, weight) in &self.rels {
            let weight = match weight {
                0 => Value::Null,
                1 => Value::Int(2),
                weight => Value::Float(f64::from(weight) / 2.0),
            };
            let ends = (NodeId(start), NodeId(end));
            tx.create_rel(ends.0, ends.1, TypeId(rel_type), &[(key, weight)])
                .unwrap();
        }
        for rel in &self.deleted_rels {
            tx.delete_rel(RelId(*rel));
        }
        for node in &self.deleted_nodes {
            tx.detach_delete_node(NodeId(*node));
        }
        tx.view().clone()
    }

    fn kept(&self, graph: &Snapshot) -> RoaringBitmap {
        let multiple = |id: &u32| self.without.is_some_and(|n| id.is_multiple_of(n));
        graph
            .node_bitmap()
            .iter()
            .filter(|id| !multiple(id))
            .collect()
    }

    fn view<'a>(&'a self, graph: &'a Snapshot, kept: &'a RoaringBitmap) -> GraphView<'a> {
        let mut view = GraphView::new(graph).weighted(graph.rel_column(graph.key("a").unwrap()));
        if let Some(types) = &self.types {
            view = view.of_types(types);
        }
        if self.without.is_some() {
            view = view.among(kept);
        }
        if self.reversed { view.reversed() } else { view }
    }

    /// The same as a graph of petgraph's own, and the index of each node there.
    fn own<Ty: EdgeType>(
        &self,
        graph: &Snapshot,
    ) -> (Graph<(), f64, Ty>, BTreeMap<u32, NodeIndex>) {
        let mut own = Graph::with_capacity(0, 0);
        let indexes: BTreeMap<_, _> = self
            .kept(graph)
            .iter()
            .map(|id| (id, own.add_node(())))
            .collect();
        for rel in graph.rels() {
            let (start, end, rel_type, weight) = self.rels[rel.0 as usize];
            let typed = self
                .types
                .as_ref()
                .is_none_or(|types| types.contains(&TypeId(rel_type)));
            let (Some(start), Some(end), true) = (indexes.get(&start), indexes.get(&end), typed)
            else {
                continue;
            };
            let weight = match weight {
                0 => 1.0,
                1 => 2.0,
                weight => f64::from(weight) / 2.0,
            };
            if self.reversed && Ty::is_directed() {
                own.add_edge(*end, *start, weight);
            } else {
                own.add_edge(*start, *end, weight);
            }
        }
        (own, indexes)
    }
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort();
    items
}

fn bits(weight: f64) -> u64 {
    weight.to_bits()
}

/// Neighbors, edges, counts: what a node sees.
fn check_visits<Ty: EdgeType>(
    view: GraphView<'_, Ty>,
    own: &Graph<(), f64, Ty>,
    indexes: &BTreeMap<u32, NodeIndex>,
) {
    let there = |node: NodeIndex| indexes[&u32::try_from(node.index()).unwrap()];
    assert_eq!(view.node_count(), own.node_count());
    assert_eq!(view.edge_count(), own.edge_count());
    let all = |edge: (NodeIndex, NodeIndex, f64)| (edge.0, edge.1, bits(edge.2));
    let edges = view.edge_references();
    let edges = edges.map(|edge| all((there(edge.source()), there(edge.target()), *edge.weight())));
    let expected = own
        .edge_references()
        .map(|edge| all((edge.source(), edge.target(), *edge.weight())));
    assert_eq!(sorted(edges), sorted(expected));
    for node in view.node_identifiers() {
        assert_eq!(NodeIndexable::to_index(&view, node), there(node).index());
        assert_eq!(NodeIndexable::from_index(&view, there(node).index()), node);
        for direction in [Outgoing, Incoming] {
            let neighbors = view.neighbors_directed(node, direction).map(there);
            let expected = own.neighbors_directed(there(node), direction);
            assert_eq!(sorted(neighbors), sorted(expected));
            let edges = view.edges_directed(node, direction);
            let edges =
                edges.map(|edge| all((there(edge.source()), there(edge.target()), *edge.weight())));
            let expected = own.edges_directed(there(node), direction);
            let expected = expected.map(|edge| all((edge.source(), edge.target(), *edge.weight())));
            assert_eq!(sorted(edges), sorted(expected));
        }
    }
}

fn check_directed(
    view: GraphView<'_>,
    own: &Graph<(), f64, Directed>,
    indexes: &BTreeMap<u32, NodeIndex>,
) {
    let there = |node: NodeIndex| indexes[&u32::try_from(node.index()).unwrap()];
    let components = kosaraju_scc(view)
        .into_iter()
        .map(|c| sorted(c.into_iter().map(there)));
    assert_eq!(
        sorted(components),
        sorted(kosaraju_scc(own).into_iter().map(sorted))
    );
    let order = toposort(view, None);
    assert_eq!(order.is_ok(), toposort(own, None).is_ok());
    let place: BTreeMap<_, _> = order.unwrap_or_default().into_iter().zip(0..).collect();
    for edge in view.edge_references().filter(|_| !place.is_empty()) {
        assert!(place[&edge.source()] < place[&edge.target()]);
    }
    let ranks = page_rank(view, 0.85, 3);
    let expected = page_rank(own, 0.85, 3);
    let near = ranks
        .iter()
        .zip(&expected)
        .all(|(a, b): (&f64, &f64)| (a - b).abs() < 1e-9);
    assert!(
        near && ranks.len() == expected.len(),
        "{ranks:?} {expected:?}"
    );
    assert!(is_isomorphic(view, own));
    for root in view.node_identifiers() {
        let costs = dijkstra(view, root, None, |edge| *edge.weight());
        let costs = costs
            .into_iter()
            .map(|(node, cost)| (there(node), bits(cost)));
        let expected = dijkstra(own, there(root), None, |edge| *edge.weight());
        let expected = expected.into_iter().map(|(node, cost)| (node, bits(cost)));
        assert_eq!(sorted(costs), sorted(expected));
        let (tree, expected) = (
            dominators::simple_fast(view, root),
            dominators::simple_fast(own, there(root)),
        );
        for node in view.node_identifiers() {
            let dominator = tree.immediate_dominator(node).map(there);
            assert_eq!(dominator, expected.immediate_dominator(there(node)));
        }
        let mut back = Bfs::new(Reversed(view), root);
        let reached: BTreeSet<_> = std::iter::from_fn(|| back.next(Reversed(view))).collect();
        let mut back = Bfs::new(Reversed(own), there(root));
        let expected: BTreeSet<_> = std::iter::from_fn(|| back.next(Reversed(own))).collect();
        assert_eq!(
            reached.into_iter().map(there).collect::<BTreeSet<_>>(),
            expected
        );
    }
}

fn check_flow(
    view: GraphView<'_>,
    own: &Graph<(), f64, Directed>,
    indexes: &BTreeMap<u32, NodeIndex>,
) {
    let rels = view.rel_bitmap();
    let view = view.over(&rels);
    assert_eq!(view.edge_bound(), own.edge_count());
    let (Some(first), Some(last)) = (indexes.first_key_value(), indexes.last_key_value()) else {
        return;
    };
    if first != last {
        let index = |id: &u32| NodeIndex::new(*id as usize);
        let (flow, _) = dinics(view, index(first.0), index(last.0));
        let (expected, _) = dinics(own, *first.1, *last.1);
        assert!((flow - expected).abs() < 1e-9);
    }
}

fn check_undirected(
    view: GraphView<'_, Undirected>,
    own: &Graph<(), f64, Undirected>,
    indexes: &BTreeMap<u32, NodeIndex>,
) {
    let there = |node: NodeIndex| indexes[&u32::try_from(node.index()).unwrap()];
    assert_eq!(connected_components(view), connected_components(own));
    let weigh = |element| match element {
        Element::Node { .. } => 0.0,
        Element::Edge { weight, .. } => weight,
    };
    let weight: f64 = min_spanning_tree(view).map(weigh).sum();
    let expected: f64 = min_spanning_tree(own).map(weigh).sum();
    assert!((weight - expected).abs() < 1e-9);
    for node in view.node_identifiers() {
        assert_eq!(
            is_bipartite_undirected(view, node),
            is_bipartite_undirected(own, there(node))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn algorithms_agree_with_petgraphs_own_graph(case in case()) {
        let graph = case.snapshot();
        let kept = case.kept(&graph);
        let view = case.view(&graph, &kept);
        let (own, indexes) = case.own(&graph);
        check_visits(view, &own, &indexes);
        check_directed(view, &own, &indexes);
        check_flow(view, &own, &indexes);
        let (own, indexes) = case.own(&graph);
        check_visits(view.undirected(), &own, &indexes);
        check_undirected(view.undirected(), &own, &indexes);
    }
}

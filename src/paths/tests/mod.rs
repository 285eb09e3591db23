//! The searches agree with brute force on small graphs with loops and parallel relationships.

mod cheapest;
mod limits;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::error::Result;
use crate::store::{Hop, Snapshot, Store};
use crate::value::{Path, RelId};

#[derive(Clone, Debug)]
struct Case {
    nodes: u32,
    /// start, end, type
    rels: Vec<(u32, u32, u32)>,
    from: u32,
    to: u32,
    route: Route,
    /// Relationships and inner nodes with these numbers may not be used.
    no_rel: Option<u32>,
    no_node: Option<u32>,
}

fn cases() -> impl Strategy<Value = Case> {
    (2_u32..=6).prop_flat_map(|nodes| {
        let rels = prop::collection::vec((0..nodes, 0..nodes, 0_u32..2), 0..10);
        let direction = prop_oneof![
            Just(Direction::Outgoing),
            Just(Direction::Incoming),
            Just(Direction::Both)
        ];
        let types = prop_oneof![Just(None), Just(Some(vec![TypeId(1)]))];
        let length = (0_u32..=1, prop_oneof![2_u32..6, Just(u32::MAX)]);
        let guide = (prop::option::of(0_u32..10), prop::option::of(0..nodes));
        (rels, direction, types, length, (0..nodes, 0..nodes), guide).prop_map(
            move |(rels, direction, types, (min, max), (from, to), (no_rel, no_node))| Case {
                nodes,
                rels,
                from,
                to,
                route: Route {
                    direction,
                    types,
                    min,
                    max,
                },
                no_rel,
                no_node,
            },
        )
    })
}

fn build(case: &Case) -> Snapshot {
    let store = Store::new(Snapshot::new());
    let mut transaction = store.begin();
    let types = [transaction.intern_type("A"), transaction.intern_type("B")];
    let nodes: Vec<NodeId> = (0..case.nodes)
        .map(|_| transaction.create_node(&[], &[]).unwrap())
        .collect();
    for &(start, end, rel_type) in &case.rels {
        let (start, end) = (nodes[start as usize], nodes[end as usize]);
        let rel_type = types[rel_type as usize];
        transaction.create_rel(start, end, rel_type, &[]).unwrap();
    }
    Snapshot::clone(&transaction.commit().unwrap())
}

struct Without {
    rel: Option<u32>,
    node: Option<u32>,
}

impl Guide for Without {
    fn is_free(&self) -> bool {
        self.rel.is_none() && self.node.is_none()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        let mut place = 0;
        hops.retain(|hop| {
            place += 1;
            place <= start || Some(hop.rel.0) != self.rel
        });
        Ok(())
    }

    fn inner(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        let mut place = 0;
        hops.retain(|hop| {
            place += 1;
            place <= start || Some(hop.node.0) != self.node
        });
        Ok(())
    }

    fn pulse(&mut self, _bytes: usize) -> Result<()> {
        Ok(())
    }
}

/// Every path of the route without a repeated relationship.
fn brute_force(case: &Case, graph: &Snapshot) -> Vec<Path> {
    let mut found = Vec::new();
    let mut open = vec![(vec![NodeId(case.from)], Vec::<RelId>::new())];
    while let Some((nodes, rels)) = open.pop() {
        let length = u32::try_from(rels.len()).unwrap();
        let last = *nodes.last().unwrap();
        let inner = &nodes[1..nodes.len().max(2) - 1];
        if inner.iter().any(|node| Some(node.0) == case.no_node) {
            continue;
        }
        if last == NodeId(case.to) && length >= case.route.min {
            found.push(Path {
                nodes: nodes.clone().into(),
                rels: rels.clone().into(),
            });
        }
        if length >= case.route.max {
            continue;
        }
        for hop in case.route.forward(graph, last) {
            if !rels.contains(&hop.rel) && Some(hop.rel.0) != case.no_rel {
                let (mut nodes, mut rels) = (nodes.clone(), rels.clone());
                nodes.push(hop.node);
                rels.push(hop.rel);
                open.push((nodes, rels));
            }
        }
    }
    found.sort_by_key(|path| path.rels.len());
    found
}

fn ends(case: &Case) -> Ends {
    Ends {
        from: NodeId(case.from),
        to: NodeId(case.to),
    }
}

fn without(case: &Case) -> Without {
    Without {
        rel: case.no_rel,
        node: case.no_node,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn shortest_paths_are_the_shortest_of_all(case in cases()) {
        let graph = build(&case);
        let all = brute_force(&case, &graph);
        let least = all.first().map_or(0, |path| path.rels.len());
        let expected: BTreeSet<Path> =
            all.into_iter().filter(|path| path.rels.len() == least).collect();
        let mut scratch = Scratch::new();
        let (ends, route) = (ends(&case), &case.route);
        for _ in 0..2 {
            let one = shortest(&graph, ends, route, &mut without(&case), &mut scratch).unwrap();
            prop_assert_eq!(one.is_some(), !expected.is_empty());
            prop_assert!(one.is_none_or(|path| expected.contains(&path)));
            let mut guide = without(&case);
            let mut tangle = all_shortest(&graph, ends, route, &mut guide, &mut scratch).unwrap();
            let mut found = Vec::new();
            if let Some(tangle) = &mut tangle {
                while let Some(path) = tangle.next(&graph, route, &mut guide).unwrap() {
                    prop_assert_eq!(path.rels.len(), tangle.length() as usize);
                    found.push(path);
                }
            }
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(&found.into_iter().collect::<BTreeSet<_>>(), &expected);
        }
    }

    #[test]
    fn trails_are_all_paths_shorter_ones_first(case in cases(), min in 0_u32..4) {
        let case = Case { route: Route { min, ..case.route.clone() }, ..case };
        let graph = build(&case);
        let expected = brute_force(&case, &graph);
        let mut guide = without(&case);
        let mut trails = Trails::new(&graph, ends(&case), &case.route);
        let mut found: Vec<Path> = Vec::new();
        while let Some(path) = trails.next(&graph, &mut guide).unwrap() {
            prop_assert!(found.last().is_none_or(|last| last.rels.len() <= path.rels.len()));
            found.push(path);
        }
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(
            found.into_iter().collect::<BTreeSet<_>>(),
            expected.into_iter().collect::<BTreeSet<_>>()
        );
    }

    #[test]
    fn reachable_nodes_are_those_with_a_walk(case in cases()) {
        let graph = build(&case);
        let route = Route { max: case.route.max.min(8), ..case.route.clone() };
        let mut expected = BTreeSet::new();
        let mut level = BTreeSet::from([NodeId(case.from)]);
        for _ in 0..route.max {
            level = level
                .iter()
                .flat_map(|node| route.forward(&graph, *node))
                .map(|hop| hop.node)
                .collect();
            expected.extend(level.iter().map(|node| node.0));
        }
        let mut flood = Flood::new();
        let mut search = |start| {
            let start = (NodeId(case.from), start);
            flood.search(&graph, start, &route, &mut Anything).unwrap();
            let found: BTreeSet<u32> = flood.nodes().iter().map(|node| node.0).collect();
            (found.len() == flood.nodes().len()).then_some(found)
        };
        prop_assert_eq!(search(Start::Found), Some(expected.clone()));
        expected.remove(&case.from);
        prop_assert_eq!(search(Start::LeftOut), Some(expected));
    }
}

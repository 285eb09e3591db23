//! The searches by cost agree with brute force.

use super::*;

/// Prices by the number of a relationship.
struct Listed(Vec<Cost>);

impl Prices for Listed {
    fn price(&mut self, hop: &Hop) -> Result<Cost> {
        Ok(self.0[hop.rel.0 as usize])
    }
}

fn prices() -> impl Strategy<Value = Vec<Cost>> {
    // Few different costs, zero among them, so that many paths cost the same; halves are exact.
    let cost = prop_oneof![
        (0_i64..3).prop_map(Cost::Int),
        (0_u8..5).prop_map(|halves| Cost::Float(f64::from(halves) / 2.0))
    ];
    prop::collection::vec(cost, 10)
}

/// What decides which path comes first.
type Rank = (Cost, usize, Vec<(NodeId, RelId)>);

fn rank(path: &Path, prices: &[Cost]) -> Rank {
    let costs = path.rels.iter().map(|rel| prices[rel.0 as usize]);
    let steps = path.nodes[1..]
        .iter()
        .copied()
        .zip(path.rels.iter().copied());
    (
        costs.fold(Cost::NOTHING, Cost::plus),
        path.rels.len(),
        steps.collect(),
    )
}

/// All paths that repeat no node, in the order in which they are to come.
fn brute_force_by_cost(case: &Case, graph: &Snapshot, prices: &[Cost]) -> Vec<Path> {
    let route = Route {
        min: 0,
        ..case.route.clone()
    };
    let mut paths = brute_force(
        &Case {
            route,
            ..case.clone()
        },
        graph,
    );
    paths.retain(|path| path.nodes.iter().collect::<BTreeSet<_>>().len() == path.nodes.len());
    paths.sort_by_cached_key(|path| rank(path, prices));
    paths
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn cheaper_paths_come_first_and_none_is_left_out(case in cases(), costs in prices()) {
        let graph = build(&case);
        let expected = brute_force_by_cost(&case, &graph, &costs);
        let mut prices = Listed(costs.clone());
        let mut guide = without(&case);
        let first = cheapest(&graph, ends(&case), &case.route, &mut prices, &mut guide).unwrap();
        prop_assert_eq!(first.as_ref(), expected.first());
        let mut search = Cheapest::new(ends(&case), &case.route);
        let mut found = Vec::new();
        while let Some(priced) = search.next(&graph, &mut prices, &mut guide).unwrap() {
            prop_assert_eq!(priced.cost, rank(&priced.path, &costs).0);
            found.push(priced.path);
        }
        prop_assert_eq!(found, expected);
    }
}

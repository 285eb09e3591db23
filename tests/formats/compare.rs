//! Laws of comparing and merging, over random graphs.

use polity::formats::compare::{Preference, diff, merge};
use polity::store::{Snapshot, Store};
use polity::value::Value;

use crate::graphs::{Numbers, contents, graph};
use crate::random::Random;
use crate::{GRAPHS, number};

fn merged(known: &Snapshot, new: &Snapshot) -> Snapshot {
    let store = Store::new(known.clone());
    let mut transaction = store.begin();
    let changes = merge(known, new, Preference::Known);
    changes.apply(&mut transaction).expect("the changes fit");
    let committed = transaction.commit().expect("the graph is in memory");
    (*committed).clone()
}

#[test]
fn merging_adds_what_is_missing_and_overwrites_nothing() {
    let first = number("POLITY_SEED").unwrap_or(1);
    for seed in first..first + number("POLITY_GRAPHS").unwrap_or(GRAPHS) {
        let mut random = Random::new(seed);
        let known = graph(&mut random, Numbers::None);
        let new = graph(&mut random, Numbers::None);
        assert!(diff(&known, &known).is_empty(), "POLITY_SEED={seed}");
        let copy = merged(&Snapshot::new(), &known);
        let (before, after) = [&known, &copy].map(|g| contents(g, Numbers::None)).into();
        assert_eq!(before, after, "POLITY_SEED={seed}");

        let result = merged(&known, &new);
        let difference = diff(&known, &result);
        let removed = (
            difference.nodes.removed.len(),
            difference.rels.removed.len(),
        );
        assert_eq!(removed, (0, 0), "POLITY_SEED={seed}");
        let nodes = difference
            .nodes
            .changed
            .iter()
            .map(|changed| &changed.properties);
        let rels = difference
            .rels
            .changed
            .iter()
            .map(|changed| &changed.properties);
        for change in nodes.chain(rels).flatten() {
            let grows = matches!((&change.before, &change.after),
                (Value::List(before), Value::List(after)) if before.len() < after.len());
            assert!(
                change.before.is_null() || grows,
                "POLITY_SEED={seed}: {change:?}"
            );
        }
        let again = merge(&result, &new, Preference::Known);
        assert!(again.is_empty(), "POLITY_SEED={seed}: {again:#?}");
    }
}

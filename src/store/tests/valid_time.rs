//! What holds at a moment, against spans that are read one by one.

use std::collections::BTreeSet;

use petgraph::visit::IntoEdgeReferences;
use proptest::prelude::*;

use crate::store::schema::{Dataset, TimeKeys};
use crate::store::{GraphView, KeyId, Moment, Schema, Snapshot, Store, Transaction};
use crate::value::temporal::{parse_date, parse_date_time, parse_local_date_time};
use crate::value::{NodeId, Value, Zone};

const KEYS: [&str; 4] = ["from", "until", "on", "date_text"];

fn schema() -> Schema {
    let key = |name: &str| Some(name.to_owned());
    let time = TimeKeys {
        from: key("from"),
        until: key("until"),
        on: key("on"),
        text: key("date_text"),
    };
    let dataset = Dataset {
        time: Some(time),
        ..Dataset::default()
    };
    Schema {
        dataset,
        ..Schema::default()
    }
}

/// A date, a date and time, or a text if it is nothing else.
fn value(text: &str) -> Value {
    let quoted = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
    let date = || parse_date(text).map(Value::Date);
    let local = || parse_local_date_time(text).map(Value::LocalDateTime);
    let zoned = || parse_date_time(text, Zone::UTC).map(Value::DateTime);
    match quoted {
        Some(text) => Value::from(text),
        None if text.is_empty() => Value::Null,
        None => date()
            .or_else(|_| local())
            .or_else(|_| zoned())
            .unwrap_or(Value::Int(7)),
    }
}

fn properties(tx: &mut Transaction, values: &[&str; 4]) -> Vec<(KeyId, Value)> {
    let pair = |(key, text): (&&str, &&str)| (tx.intern_key(key), value(text));
    KEYS.iter().zip(values).map(pair).collect()
}

/// A graph of one node with the values under the keys.
fn one_node(values: &[&str; 4]) -> Snapshot {
    let store = Store::new(Snapshot::new());
    let mut tx = store.begin();
    tx.set_schema(schema());
    let properties = properties(&mut tx, values);
    tx.create_node(&[], &properties).unwrap();
    tx.view().clone()
}

#[track_caller]
fn check(values: [&str; 4], moments: &str) {
    let graph = one_node(&values);
    for part in moments.split_whitespace() {
        let (expected, text) = part.split_at(1);
        let moment = Moment::of(&value(text)).unwrap();
        let holds = graph.holds_at(moment).node_holds(NodeId(0));
        assert_eq!(holds, expected == "+", "{values:?} at {text}");
    }
}

#[test]
fn from_is_in_and_until_is_out() {
    let span = ["2025-04-01", "2025-12-17", "", ""];
    check(span, "-2025-03-31 +2025-04-01 +2025-12-16 -2025-12-17");
    let moments =
        "-2025-03-31T23:59:59Z +2025-04-01T00:00 +2025-12-16T23:59:59Z -2025-12-17T00:00Z";
    check(span, moments);
    check(span, "-2025-04-01T01:00+02:00 +2025-12-16T23:00-00:30");
    check(["", "2025-12-17", "", ""], "+-9999-01-01 -2025-12-17");
    check(["2025-12-17", "", "", ""], "-2025-12-16 ++999999999-12-31");
    check(["", "", "", ""], "+2025-12-17");
}

#[test]
fn an_act_holds_from_its_day_on() {
    check(
        ["", "", "2025-04-15", ""],
        "-2025-04-14 +2025-04-15 +2030-01-01",
    );
    check(
        ["2025-04-10", "", "2025-04-15", ""],
        "-2025-04-09 +2025-04-10",
    );
    check(
        ["", "2025-05-01", "2025-04-15", ""],
        "+2025-04-30 -2025-05-01",
    );
}

#[test]
fn partial_dates_hold_for_their_derived_span() {
    check(
        ["", "", "", "'2025-12'"],
        "-2025-11-30 +2025-12-01 +2026-01-01",
    );
    let months = ["", "", "", "'2025-10/2025-11'"];
    check(months, "-2025-09-30 +2025-10-01 +2025-11-30 -2025-12-01");
    check(
        ["", "", "2025-10-15", "'2025-10/2025-11'"],
        "-2025-10-14 +2025-10-15 -2025-12-01",
    );
    check(
        ["", "2026-02-01", "", "'2025-10/2025-11'"],
        "+2026-01-31 -2026-02-01",
    );
    check(["", "", "", "'2026-21'"], "-2026-02-28 +2026-03-01");
    check(["", "", "", "'sometime'"], "+2025-12-17");
}

#[test]
fn limits_may_be_moments_and_texts() {
    let noon = ["2025-12-17T12:00", "2025-12-18T12:00", "", ""];
    check(noon, "-2025-12-16 +2025-12-17 -2025-12-18");
    check(
        noon,
        "-2025-12-17T11:59 +2025-12-17T12:00Z -2025-12-17T12:00+01:00 -2025-12-18T12:00",
    );
    check(
        ["'2025-04-01'", "'2025-12-17T00:00Z'", "", ""],
        "-2025-03-31 +2025-04-01 -2025-12-17",
    );
    check(["ZRH", "'here'", "", ""], "+2025-12-17");
    check(["ZRH", "", "2025-04-15", ""], "-2025-04-14 +2025-04-15");
    check(
        ["+999999999-12-31", "", "", ""],
        "-2025-12-17 ++999999999-12-31",
    );
}

#[test]
fn without_the_table_nothing_has_a_valid_time() {
    let store = Store::new(Snapshot::new());
    let mut tx = store.begin();
    let properties = properties(&mut tx, &["2025-04-01", "", "", ""]);
    let node = tx.create_node(&[], &properties).unwrap();
    let moment = Moment::of(&Value::from("2024-01-01")).unwrap();
    assert!(tx.view().holds_at(moment).node_holds(node));
    assert!(tx.view().holds_at(moment).is_free());
    assert!(matches!(tx.view().node_valid_from(node), Value::Null));
    tx.set_schema(schema());
    assert!(!tx.view().holds_at(moment).node_holds(node));
}

/// A node or relationship: begins, ends.
type Given = (Option<u8>, Option<u8>);

fn given() -> impl Strategy<Value = Given> {
    let day = || prop::option::of(1..9u8);
    prop_oneof![1 => Just((None, None)), 2 => (day(), day())]
}

fn holds((from, until): Given, day: u8) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
}

fn spans(tx: &mut Transaction, (from, until): Given, finer: bool) -> Vec<(KeyId, Value)> {
    let text = |day: Option<u8>| match day {
        None => String::new(),
        Some(day) if finer => format!("2025-01-{day:02}T00:00:00"),
        Some(day) => format!("2025-01-{day:02}"),
    };
    properties(tx, &[&text(from), &text(until), "", ""])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_agrees_with_the_spans(
        nodes in prop::collection::vec(given(), 1..8),
        rels in prop::collection::vec((0..8usize, 0..8usize, given(), any::<bool>()), 0..16),
        filler in prop_oneof![Just(0), Just(1500)],
    ) {
        let store = Store::new(Snapshot::new());
        let mut tx = store.begin();
        tx.set_schema(schema());
        let kind = tx.intern_type("R");
        for _ in 0..filler {
            tx.create_node(&[], &[]).unwrap();
        }
        for node in &nodes {
            let properties = spans(&mut tx, *node, false);
            tx.create_node(&[], &properties).unwrap();
        }
        let id = |node: usize| NodeId(filler + u32::try_from(node % nodes.len()).unwrap());
        for (start, end, given, finer) in &rels {
            let properties = spans(&mut tx, *given, *finer);
            tx.create_rel(id(*start), id(*end), kind, &properties).unwrap();
        }
        let graph = tx.view();
        for day in 0..10u8 {
            let text = format!("2025-01-{:02}", day + 1);
            let at = graph.holds_at(Moment::of(&Value::from(text.as_str())).unwrap());
            let day = day + 1;
            let standing = |node: usize| holds(nodes[node % nodes.len()], day);
            let kept = at.nodes();
            for place in 0..nodes.len() {
                prop_assert_eq!(kept.contains(id(place).0), standing(place));
            }
            let expected: BTreeSet<u32> = (0..).zip(&rels)
                .filter(|(_, (start, end, given, _))| {
                    holds(*given, day) && standing(*start) && standing(*end)
                })
                .map(|(rel, _)| rel)
                .collect();
            let found: BTreeSet<u32> = graph.rels().filter(|rel| at.rel_holds(*rel)).map(|r| r.0).collect();
            prop_assert_eq!(&found, &expected);
            let view = GraphView::new(graph).at(at, &kept);
            let seen: BTreeSet<u32> = view.edge_references().map(|edge| edge.rel().0).collect();
            prop_assert_eq!(&seen, &expected);
        }
    }
}

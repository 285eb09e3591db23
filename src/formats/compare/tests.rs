use crate::formats::builtin;
use crate::store::{BulkLoader, Snapshot, Store};
use crate::value::Value;

use super::{ChangeSet, Preference, diff, merge};

type Node<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, Value)]);
type Rel<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, Value)]);

/// Nodes by id; an empty id is none.
fn graph(nodes: &[Node<'_>], rels: &[Rel<'_>]) -> Snapshot {
    let mut loader = BulkLoader::new();
    let mut ids = std::collections::BTreeMap::new();
    let keyed = |loader: &mut BulkLoader, properties: &[(&str, Value)]| {
        let keyed = properties
            .iter()
            .map(|(key, value)| (loader.intern_key(key), value.clone()));
        keyed.collect::<Vec<_>>()
    };
    for (id, labels, properties) in nodes {
        let labels: Vec<_> = labels.iter().map(|l| loader.intern_label(l)).collect();
        let mut properties = keyed(&mut loader, properties);
        if !id.is_empty() {
            properties.push((loader.intern_key("id"), Value::from(*id)));
        }
        ids.insert(*id, loader.add_node(&labels, &properties).unwrap());
    }
    for (start, rel_type, end, properties) in rels {
        let rel_type = loader.intern_type(rel_type);
        let properties = keyed(&mut loader, properties);
        loader
            .add_rel(ids[start], ids[end], rel_type, &properties)
            .unwrap();
    }
    loader.finish()
}

fn text(value: &str) -> Value {
    Value::from(value)
}

fn texts(values: &[&str]) -> Value {
    Value::list(values.iter().map(|value| Value::from(*value)))
}

fn told(before: &Snapshot, after: &Snapshot) -> String {
    let mut out = Vec::new();
    diff(before, after)
        .write_text(before, after, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn merged(known: &Snapshot, new: &Snapshot, preference: Preference) -> (Snapshot, ChangeSet) {
    let changes = merge(known, new, preference);
    let store = Store::new(known.clone());
    let mut transaction = store.begin();
    changes.apply(&mut transaction).unwrap();
    let committed = transaction.commit().expect("the graph is in memory");
    ((*committed).clone(), changes)
}

#[test]
fn a_difference_reads_as_a_person_would_say_it() {
    let before = graph(
        &[
            ("usa", &["State"], &[("name", text("USA"))]),
            ("igf", &["Forum"], &[("name", text("IGF"))]),
            ("old", &[], &[]),
        ],
        &[
            ("usa", "OPPOSES", "igf", &[("from", text("2025-04-01"))]),
            ("usa", "FUNDS", "igf", &[]),
        ],
    );
    let after = graph(
        &[
            ("igf", &["Forum", "Body"], &[("name", text("IGF"))]),
            ("new", &[], &[]),
            (
                "usa",
                &["State"],
                &[("name", text("United States")), ("un", Value::Bool(true))],
            ),
        ],
        &[
            ("usa", "OPPOSES", "igf", &[("from", text("2025-12-17"))]),
            (
                "usa",
                "OPPOSES",
                "igf",
                &[("from", text("2025-04-01")), ("until", text("2025-12-17"))],
            ),
        ],
    );
    let expected = "\
- old {id: 'old'}
+ new {id: 'new'}
~ USA :State {id: 'usa'}
    name: 'USA' → 'United States'
    un: none → true
~ IGF :Forum {id: 'igf'}
    + label Body
- USA :State ──funds──▶ IGF :Forum
+ United States :State ──opposes (from 2025-12-17)──▶ IGF :Body
~ USA :State ──opposes (from 2025-04-01)──▶ IGF :Forum
    until: none → '2025-12-17'
nodes: 1 added, 1 removed, 2 changed; relationships: 1 added, 1 removed, 1 changed
";
    assert_eq!(told(&before, &after), expected);
    let mut json = Vec::new();
    let difference = diff(&before, &after);
    difference.write_json(&before, &after, &mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let changed = &json["nodes"]["changed"][0];
    assert_eq!(changed["before"]["properties"]["id"], "usa");
    assert_eq!(
        changed["changes"]["properties"]["name"]["after"],
        "United States"
    );
    assert_eq!(json["relationships"]["added"][0]["label"], "OPPOSES");
}

#[test]
fn what_is_the_same_does_not_differ() {
    let governance = builtin().unwrap().graph;
    assert!(diff(&governance, &governance).is_empty());
    let changes = merge(&governance, &governance, Preference::New);
    assert!(changes.is_empty() && changes.conflicts.is_empty());
    // Types count: the text of a number is another value.
    let number = graph(&[("a", &[], &[("x", Value::Int(1))])], &[]);
    let float = graph(&[("a", &[], &[("x", Value::Float(1.0))])], &[]);
    assert!(!diff(&number, &float).is_empty());
    // Nodes without ids are known by what they hold, as many as there are.
    let one = graph(&[("", &["A"], &[])], &[]);
    let two = graph(&[("", &["A"], &[]), ("", &["A"], &[])], &[]);
    let difference = diff(&one, &two);
    assert_eq!(
        (difference.nodes.added.len(), difference.nodes.removed.len()),
        (1, 0)
    );
}

/// What is known of China and a treaty, and what a new file says.
fn known_and_new() -> (Snapshot, Snapshot) {
    let known = graph(
        &[
            (
                "china",
                &["State"],
                &[("name", text("China")), ("aliases", texts(&["PRC"]))],
            ),
            ("treaty", &[], &[]),
        ],
        &[(
            "china",
            "SIGNED",
            "treaty",
            &[("on", text("2025-10-25")), ("source", texts(&["a"]))],
        )],
    );
    let new = graph(
        &[
            (
                "china",
                &["Actor"],
                &[
                    ("name", text("PR China")),
                    ("aliases", texts(&["CN", "PRC"])),
                    ("iso2", text("CN")),
                ],
            ),
            ("iran", &["State"], &[]),
            ("treaty", &[], &[]),
        ],
        &[
            (
                "china",
                "SIGNED",
                "treaty",
                &[("act", text("signature")), ("source", texts(&["b"]))],
            ),
            ("china", "SIGNED", "treaty", &[("on", text("2026-01-01"))]),
            ("iran", "SIGNED", "treaty", &[]),
        ],
    );
    (known, new)
}

#[test]
fn knowledge_is_added_and_nothing_is_overwritten() {
    let (known, new) = known_and_new();
    let (result, changes) = merged(&known, &new, Preference::Known);
    let conflicts: Vec<String> = changes.conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        conflicts,
        ["China :State {id: 'china'}: `name` stays 'China', not 'PR China'"]
    );
    let expected = "\
+ iran :State {id: 'iran'}
~ China :State {id: 'china'}
    + label Actor
    aliases: ['PRC'] → ['PRC', 'CN']
    iso2: none → 'CN'
+ China :Actor ──signed (2026-01-01)──▶ treaty
+ iran :State ──signed──▶ treaty
~ China :State ──signed (2025-10-25)──▶ treaty
    act: none → 'signature'
    source: ['a'] → ['a', 'b']
nodes: 1 added, 0 removed, 1 changed; relationships: 2 added, 0 removed, 1 changed
";
    assert_eq!(told(&known, &result), expected);
    // Once more, nothing is new; the conflict is still one.
    let (again, changes) = merged(&result, &new, Preference::Known);
    assert!(changes.is_empty() && changes.conflicts.len() == 1);
    assert!(diff(&result, &again).is_empty());
    // Who prefers the new value is told what it was.
    let (replaced, changes) = merged(&known, &new, Preference::New);
    assert_eq!(
        changes.conflicts[0].to_string(),
        "China :State {id: 'china'}: `name` was 'China', and becomes 'PR China'"
    );
    assert!(told(&known, &replaced).contains("name: 'China' → 'PR China'"));
}

#[test]
fn an_empty_graph_becomes_the_other() {
    let governance = builtin().unwrap().graph;
    let (result, changes) = merged(&Snapshot::new(), &governance, Preference::Known);
    assert!(changes.conflicts.is_empty());
    assert!(diff(&governance, &result).is_empty());
    assert_eq!(result.schema(), governance.schema());
}

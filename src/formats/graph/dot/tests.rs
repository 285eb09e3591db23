use std::process::{Command, Stdio};

use std::sync::Arc;

use super::looks::plain;
use super::*;
use crate::formats::testing;
use crate::store::BulkLoader;
use crate::value::Path;

fn draw(graph: &Snapshot, values: &[Value]) -> String {
    let mut out = Vec::new();
    write(graph, values, Surroundings::Nothing, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[expect(
    clippy::print_stderr,
    reason = "a test that checks less than usual says so"
)]
/// Lets Graphviz read a text, if it is installed, and returns its picture.
fn svg(dot: &str) -> Option<String> {
    let mut command = Command::new("dot");
    command
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("Graphviz is not installed; its reading of DOT is not tested");
        return None;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(dot.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && !complaints.contains("syntax"),
        "{complaints}\n{dot}"
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_relationship_brings_its_ends_and_nothing_else() {
    let text = draw(&testing::graph(), &[Value::list([Value::Rel(RelId(1))])]);
    let drawn: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  n"))
        .skip(1)
        .collect();
    assert_eq!(
        drawn,
        [
            "  n1 [label=\"Hanoi Convention\", shape=\"box\", style=\"filled\", fillcolor=\"#d9ead3\"];",
            "  n2 [label=\"China\", shape=\"box\", style=\"filled\", fillcolor=\"#fff2cc\"];",
            "  n2 -> n1 [label=\"signed\\n2025-10-25\", color=\"#2c6fbb\", style=\"solid\"];",
        ]
    );
    assert!(text.contains("[label=\"───▶ signed\", shape=plaintext, fontcolor=\"#2c6fbb\"]"));
    assert_eq!(
        text,
        draw(
            &testing::graph(),
            &[Value::Rel(RelId(1)), Value::Node(NodeId(2))]
        )
    );
}

#[test]
fn graphviz_draws_hostile_names_as_they_are() {
    let names = [
        "say \"hi\"",
        "back\\slash\\",
        "a\nb",
        "<b>bold</b>",
        "\\N \\G \\l",
        "AT&T &lt;",
        "🕊 peace",
        "}; n9 -> n8",
        "\u{0}\u{1b}[31m",
        "",
    ];
    let mut loader = BulkLoader::new();
    let (name, label) = (loader.intern_key("name"), loader.intern_label("<i>\"\\"));
    for text in names {
        loader
            .add_node(&[label], &[(name, Value::from(text))])
            .unwrap();
    }
    loader
        .add_node(&[], &[(name, Value::from("x".repeat(10_000)))])
        .unwrap();
    let rel_type = loader.intern_type("\"]; <x> \\");
    loader.add_rel(NodeId(0), NodeId(1), rel_type, &[]).unwrap();
    let mut out = Vec::new();
    let drawn = write_graph(&loader.finish(), &mut out).unwrap();
    assert_eq!(drawn, Drawn { nodes: 11, rels: 1 });
    let text = String::from_utf8(out).unwrap();
    assert!(text.len() < 4_000, "{text}");
    let Some(svg) = svg(&text) else { return };
    let shown = [
        "say &quot;hi&quot;",
        "back\\slash\\",
        ">a</text>",
        "&lt;b&gt;bold&lt;/b&gt;",
        "\\N \\G \\l",
        "AT&amp;T &amp;lt;",
        "🕊 peace",
        "}; n9 &#45;&gt; n8",
        "\\u{0}\\u{1b}[31m",
        "xxx…</text>",
    ];
    for text in shown {
        let text = text.replace(' ', "\u{a0}");
        let svg = svg.replace(' ', "\u{a0}").replace("&#160;", "\u{a0}");
        assert!(svg.contains(&text), "{text} is not in\n{svg}");
    }
    assert_eq!(svg.matches("class=\"edge\"").count(), 1);
}

#[test]
fn names_become_plain_words_in_lines() {
    assert_eq!(plain("StateGroup"), "State group");
    assert_eq!(plain("NGO"), "NGO");
    assert_eq!(
        lines("Ad hoc Committee to Elaborate a Convention on Cybercrime"),
        "Ad hoc Committee to\nElaborate a Convention on\nCybercrime"
    );
}

#[test]
fn the_governance_graph_is_drawn() {
    let graph = crate::formats::builtin().unwrap().graph;
    let mut out = Vec::new();
    let drawn = write_graph(&graph, &mut out).unwrap();
    assert_eq!(drawn.nodes, graph.node_count());
    assert_eq!(drawn.rels, graph.rel_count());
}

/// The paths from China to Iran in the test graph: both have a relationship to one document.
fn paths() -> Vec<Value> {
    let path = |nodes: [u32; 3], rels: [u32; 2]| {
        Value::Path(Arc::new(Path {
            nodes: nodes.map(NodeId).into(),
            rels: rels.map(RelId).into(),
        }))
    };
    vec![path([0, 1, 2], [0, 1]), path([0, 1, 2], [0, 1])]
}

#[test]
fn paths_run_from_left_to_right_and_steps_are_drawn_once() {
    let graph = testing::graph();
    let text = draw(&graph, &paths());
    let ends = text.matches("penwidth=2.5").count();
    assert_eq!(ends, 2, "{text}");
    let edges: Vec<&str> = text.lines().filter(|line| line.contains(" -> ")).collect();
    let [first, second] = edges.as_slice() else {
        panic!("{text}");
    };
    assert!(first.starts_with("  n0 -> n1 [") && !first.contains("dir=back"));
    // China signed, so the relationship points the other way.
    assert!(second.starts_with("  n1 -> n2 [") && second.contains("dir=back"));
}

#[test]
fn the_neighbors_of_paths_are_pale() {
    let graph = crate::formats::builtin().unwrap().graph;
    let node = graph.nodes().next().unwrap();
    let hop = graph
        .hops(node, crate::store::Direction::Both, None)
        .next()
        .unwrap();
    let path = Value::Path(Arc::new(Path {
        nodes: [node, hop.node].into(),
        rels: [hop.rel].into(),
    }));
    let mut out = Vec::new();
    let drawn = write(&graph, &[path], Surroundings::Neighbors, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        drawn.nodes > 2 && text.contains("fillcolor=\"#f7f7f7\""),
        "{text}"
    );
    let sources = text.lines().filter(|line| line.contains("labelloc=b"));
    assert_eq!(sources.count(), 1);
    svg(&text);
}

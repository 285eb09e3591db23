//! Pictures in the DOT language of Graphviz.
//!
//! Nodes look as the schema says of their label, relationships as it says of their type; what it
//! leaves open is chosen here: those that support are green, those that oppose red and dashed,
//! signatures blue, all others gray. A legend explains what is drawn. The same graph gives the
//! same text.
//!
//! Text of the data stands in quoted strings only, never in labels that Graphviz reads as HTML, and
//! is escaped so that Graphviz interprets nothing in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::formats::words::{self, Words, clean_lines};
use crate::store::{Snapshot, TypeId};
use crate::value::{NodeId, RelId, Value};

/// The longest text in a picture, in characters.
const MAX_TEXT: usize = 90;
/// Where a text is broken into lines, in characters.
const LINE: usize = 26;

/// How much was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// How many nodes.
    pub nodes: usize,
    /// How many relationships.
    pub rels: usize,
}

/// Draws the nodes, relationships and paths among `values`, also those inside of lists and maps.
/// The ends of relationships are drawn; no relationship is added. What does not exist any more is
/// left out.
pub fn write(graph: &Snapshot, values: &[Value], out: &mut dyn Write) -> io::Result<Drawn> {
    let mut picture = Picture::default();
    for value in values {
        picture.add(graph, value);
    }
    picture.write(graph, out)
}

/// Draws a whole graph.
pub fn write_graph(graph: &Snapshot, out: &mut dyn Write) -> io::Result<Drawn> {
    let picture = Picture {
        nodes: graph.nodes().collect(),
        rels: graph.rels().collect(),
    };
    picture.write(graph, out)
}

/// What is drawn, in the order in which it is written.
#[derive(Debug, Default)]
struct Picture {
    nodes: BTreeSet<NodeId>,
    rels: BTreeSet<RelId>,
}

impl Picture {
    fn add(&mut self, graph: &Snapshot, value: &Value) {
        match value {
            Value::Node(node) => self.add_node(graph, *node),
            Value::Rel(rel) => self.add_rel(graph, *rel),
            Value::Path(path) => {
                path.nodes
                    .iter()
                    .for_each(|node| self.add_node(graph, *node));
                path.rels.iter().for_each(|rel| self.add_rel(graph, *rel));
            }
            Value::List(items) => self.add_all(graph, items.iter()),
            Value::Map(map) => self.add_all(graph, map.values()),
            _ => {}
        }
    }

    fn add_all<'v>(&mut self, graph: &Snapshot, values: impl Iterator<Item = &'v Value>) {
        for value in values {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.add(graph, value));
        }
    }

    fn add_node(&mut self, graph: &Snapshot, node: NodeId) {
        if graph.has_node(node) {
            self.nodes.insert(node);
        }
    }

    fn add_rel(&mut self, graph: &Snapshot, rel: RelId) {
        if graph.has_rel(rel) {
            let record = graph.rel(rel);
            self.nodes.extend([record.start, record.end]);
            self.rels.insert(rel);
        }
    }

    fn write(&self, graph: &Snapshot, out: &mut dyn Write) -> io::Result<Drawn> {
        let looks = Looks::of(graph);
        let words = Words::new(graph);
        out.write_all(HEADER.as_bytes())?;
        let mut kinds = Legend::new();
        for node in &self.nodes {
            let kind = words.kind(*node);
            let look = looks.node(kind);
            let name = words.name(*node).unwrap_or_else(|| pattern(graph, *node));
            writeln!(
                out,
                "  n{} [label={}, {look}];",
                node.0,
                quoted(&lines(&name))
            )?;
            if let Some(kind) = kind {
                kinds.entry(look).or_default().insert(looks.kind(kind));
            }
        }
        let mut types = Legend::new();
        for rel in &self.rels {
            let record = graph.rel(*rel);
            let look = looks.rel(record.rel_type);
            let name = words::rel_type(graph.schema(), graph, record.rel_type);
            let mut label = lines(&name);
            if let Some(date) = words.date(*rel) {
                label.push('\n');
                label.push_str(&lines(&date));
            }
            let (start, end) = (record.start.0, record.end.0);
            writeln!(
                out,
                "  n{start} -> n{end} [label={}, {look}];",
                quoted(&label)
            )?;
            types.entry(look).or_default().insert(name);
        }
        legend(&kinds, &types, out)?;
        out.write_all(b"}\n")?;
        Ok(Drawn {
            nodes: self.nodes.len(),
            rels: self.rels.len(),
        })
    }
}

const HEADER: &str = "\
digraph polity {
  graph [rankdir=LR, nodesep=0.3, ranksep=0.9, fontname=\"Helvetica,Arial,sans-serif\", fontsize=11];
  node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, margin=\"0.12,0.07\", color=\"#555555\"];
  edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=9, fontcolor=\"#444444\", arrowsize=0.7];
";

/// Which names have a look in common.
type Legend<L> = BTreeMap<L, BTreeSet<String>>;

/// Writes what the shapes and lines mean, those of one look together.
fn legend(kinds: &Legend<String>, types: &Legend<RelLook>, out: &mut dyn Write) -> io::Result<()> {
    if kinds.is_empty() && types.is_empty() {
        return Ok(());
    }
    out.write_all(LEGEND.as_bytes())?;
    for (place, (look, names)) in in_order(kinds).into_iter().enumerate() {
        let label = quoted(&together(names));
        writeln!(out, "    legend_node_{place} [label={label}, {look}];")?;
    }
    for (place, (look, names)) in in_order(types).into_iter().enumerate() {
        let line = if look.style == "solid" {
            "───▶"
        } else {
            "╌╌╌▶"
        };
        let label = quoted(&format!("{line} {}", together(names)));
        let color = quoted(&look.color);
        writeln!(
            out,
            "    legend_type_{place} [label={label}, shape=plaintext, fontcolor={color}];"
        )?;
    }
    out.write_all(b"  }\n")
}

const LEGEND: &str = "\
  subgraph cluster_legend {
    label=\"Legend\"; color=\"#bbbbbb\"; style=rounded; fontsize=9;
    node [fontsize=9, height=0.25];
";

/// The looks in order of their first name.
fn in_order<L>(legend: &Legend<L>) -> Vec<(&L, &BTreeSet<String>)> {
    let mut entries: Vec<_> = legend.iter().collect();
    entries.sort_by_key(|(_, names)| names.first());
    entries
}

/// Names in one text of a few lines.
fn together(names: &BTreeSet<String>) -> String {
    let mut text = names
        .iter()
        .take(12)
        .map(|name| shortened(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > 12 {
        text.push_str(", …");
    }
    broken(&text)
}

/// How a relationship looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RelLook {
    color: String,
    style: String,
}

impl std::fmt::Display for RelLook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "color={}, style={}",
            quoted(&self.color),
            quoted(&self.style)
        )
    }
}

/// Soft colors for labels of which the schema says nothing.
const PALETTE: [&str; 8] = [
    "#cfe2f3", "#d9ead3", "#fff2cc", "#f9cb9c", "#ead1dc", "#d0e0e3", "#e6e0ec", "#eeeeee",
];

const GREEN: &str = "#27804a";
const RED: &str = "#c0392b";
const BLUE: &str = "#2c6fbb";
const GRAY: &str = "#7f7f7f";

/// How the labels and types of a graph look.
struct Looks<'g> {
    graph: &'g Snapshot,
    /// All labels in order of names, so that a color does not depend on what is drawn.
    labels: Vec<&'g str>,
}

impl<'g> Looks<'g> {
    fn of(graph: &'g Snapshot) -> Self {
        let mut labels: Vec<&str> = graph.label_names().map(|(_, name)| &**name).collect();
        labels.sort_unstable();
        Self { graph, labels }
    }

    /// The attributes of nodes of a kind; what the schema leaves open comes from the label that it
    /// is within.
    fn node(&self, kind: Option<&str>) -> String {
        let labels = &self.graph.schema().labels;
        let own = kind.and_then(|kind| labels.get(kind));
        let outer = own.and_then(|label| labels.get(label.within.as_ref()?));
        let shape = own.and_then(|l| l.shape.as_deref());
        let shape = shape.or_else(|| outer?.shape.as_deref()).unwrap_or("box");
        let color = own.and_then(|l| l.color.as_deref());
        let color = color.or_else(|| outer?.color.as_deref());
        let color = color.unwrap_or_else(|| kind.map_or("#ffffff", |kind| self.palette(kind)));
        format!(
            "shape={}, style=\"filled\", fillcolor={}",
            quoted(shape),
            quoted(color)
        )
    }

    fn palette(&self, kind: &str) -> &'static str {
        let place = self.labels.binary_search(&kind).unwrap_or_default();
        PALETTE[place % PALETTE.len()]
    }

    /// A label in plain words: those of the schema, or `State group` for `StateGroup`.
    fn kind(&self, kind: &str) -> String {
        let declared = self.graph.schema().labels.get(kind);
        match declared.and_then(|label| label.words.clone()) {
            Some(words) => words,
            None => plain(kind),
        }
    }

    fn rel(&self, rel_type: TypeId) -> RelLook {
        let name = self.graph.type_name(rel_type);
        let declared = self.graph.schema().types.get(&**name);
        let polarity = declared.and_then(|declared| declared.polarity).unwrap_or(0);
        let (color, style) = match &**name {
            "SUPPORTS" => (GREEN, "solid"),
            "OPPOSES" => (RED, "dashed"),
            "SIGNED" => (BLUE, "solid"),
            _ if polarity > 0 => (GREEN, "solid"),
            _ if polarity < 0 => (RED, "dashed"),
            _ => (GRAY, "solid"),
        };
        let given = |own: Option<&String>, ours: &str| own.map_or(ours, |own| own).to_owned();
        RelLook {
            color: given(declared.and_then(|d| d.color.as_ref()), color),
            style: given(declared.and_then(|d| d.style.as_ref()), style),
        }
    }
}

/// What stands on a node without name: its labels and the beginning of its properties.
fn pattern(graph: &Snapshot, node: NodeId) -> String {
    let mut text = String::new();
    crate::value::Describe::node(graph, node, &mut text);
    text
}

/// `StateGroup` as `State group`; names that are written otherwise as they are.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before: Option<char> = None;
    for character in name.chars() {
        if character.is_uppercase() && before.is_some_and(char::is_lowercase) {
            out.push(' ');
            out.extend(character.to_lowercase());
        } else {
            out.push(character);
        }
        before = Some(character);
    }
    out
}

/// Shortens a text and breaks it into lines.
fn lines(text: &str) -> String {
    broken(&shortened(text))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_TEXT).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    clean_lines(&short)
}

/// Breaks a text into lines at its spaces.
fn broken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut width = 0;
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && width + length > LINE {
            out.push('\n');
            width = 0;
        } else if place > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width = word
            .rsplit_once('\n')
            .map_or(width + length, |(_, last)| last.chars().count());
    }
    out
}

/// Writes a quoted string of DOT in which Graphviz interprets nothing: quotes, its own escapes
/// (`\N`, `\l`, …) and entities (`&lt;`). Only line ends keep their meaning.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '&' => out.push_str("&amp;"),
            control if control.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\\\u{{{:x}}}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::formats::testing;
    use crate::store::BulkLoader;

    fn draw(graph: &Snapshot, values: &[Value]) -> String {
        let mut out = Vec::new();
        write(graph, values, &mut out).unwrap();
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
}

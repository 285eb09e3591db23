//! Pictures in the DOT language of Graphviz.
//!
//! Nodes look as the schema says of their label, relationships as it says of their type; what it
//! leaves open is chosen here: those that support are green, those that oppose red and dashed,
//! signatures blue, all others gray. A legend explains what is drawn. The same graph gives the
//! same text.
//!
//! Text of the data stands in quoted strings only, never in labels that Graphviz reads as HTML, and
//! is escaped so that Graphviz interprets nothing in it.

mod chains;
mod looks;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use self::chains::Chains;
use self::looks::{Looks, RelLook};
use self::text::{broken, lines, list, pattern, quoted, shortened};
use super::part::{Part, each_element};
use crate::formats::words::{self, Words};
use crate::store::Snapshot;
use crate::value::{NodeId, RelId, Value};

/// What is drawn besides the result itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surroundings {
    /// Nothing.
    #[default]
    Nothing,
    /// The neighbors of paths, pale, so that the paths stand out.
    Neighbors,
}

/// How much was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// How many nodes.
    pub nodes: usize,
    /// How many relationships.
    pub rels: usize,
}

/// Draws the nodes, relationships and paths among `values`, also those inside of lists and maps.
/// The ends of relationships are drawn; no relationship is added but for the surroundings that are
/// asked for. What does not exist any more is left out.
///
/// Paths are drawn as what they are together: their ends have a heavy border, a step that several
/// take is drawn once, they run from left to right whichever way relationships point, and the
/// sources of each step stand below the picture under its numbers.
pub fn write(
    graph: &Snapshot,
    values: &[Value],
    surroundings: Surroundings,
    out: &mut dyn Write,
) -> io::Result<Drawn> {
    let mut picture = Picture::default();
    for value in values {
        picture.add(graph, value);
    }
    if surroundings == Surroundings::Neighbors {
        picture.surround(graph);
    }
    picture.write(graph, out)
}

/// Draws a whole graph.
pub fn write_graph(graph: &Snapshot, out: &mut dyn Write) -> io::Result<Drawn> {
    let picture = Picture {
        part: Part {
            nodes: graph.nodes().collect(),
            rels: graph.rels().collect(),
        },
        ..Picture::default()
    };
    picture.write(graph, out)
}

/// What is drawn, in the order in which it is written.
#[derive(Debug, Default)]
struct Picture {
    part: Part,
    chains: Chains,
    /// What is drawn pale.
    pale_nodes: BTreeSet<NodeId>,
    pale_rels: BTreeSet<RelId>,
}

impl Picture {
    fn add(&mut self, graph: &Snapshot, value: &Value) {
        each_element(value, &mut |element| {
            self.part.add_element(graph, element);
            if let Value::Path(path) = element {
                self.chains.add(graph, path);
            }
        });
    }

    /// Adds the neighbors of the paths.
    fn surround(&mut self, graph: &Snapshot) {
        let around = self.chains.neighborhood(graph);
        self.pale_nodes = &around.nodes - &self.part.nodes;
        self.pale_rels = &around.rels - &self.part.rels;
        self.part.nodes.extend(around.nodes);
        self.part.rels.extend(around.rels);
    }

    fn write(&self, graph: &Snapshot, out: &mut dyn Write) -> io::Result<Drawn> {
        let looks = Looks::of(graph);
        let words = Words::new(graph);
        out.write_all(HEADER.as_bytes())?;
        let mut kinds = Legend::new();
        for node in &self.part.nodes {
            let kind = words.kind(*node);
            let look = looks.node(kind);
            let name = words.name(*node).unwrap_or_else(|| pattern(graph, *node));
            let label = quoted(&lines(&name));
            let emphasis = self.node_emphasis(*node);
            writeln!(out, "  n{} [label={label}, {look}{emphasis}];", node.0)?;
            if let Some(kind) = kind {
                kinds.entry(look).or_default().insert(looks.kind(kind));
            }
        }
        let mut types = Legend::new();
        for rel in &self.part.rels {
            let look = looks.rel(graph.rel(*rel).rel_type);
            let name = words::rel_type(graph.schema(), graph, graph.rel(*rel).rel_type);
            self.write_rel(graph, (*rel, &look), &words, out)?;
            types.entry(look).or_default().insert(name);
        }
        legend(&kinds, &types, out)?;
        if !self.chains.citations.is_empty() {
            let sources = list(&self.chains.citations.lines(graph));
            writeln!(out, "  labelloc=b; labeljust=l; label={sources};")?;
        }
        out.write_all(b"}\n")?;
        Ok(Drawn {
            nodes: self.part.nodes.len(),
            rels: self.part.rels.len(),
        })
    }

    fn node_emphasis(&self, node: NodeId) -> &'static str {
        if self.pale_nodes.contains(&node) {
            ", fontcolor=\"#999999\", color=\"#cccccc\", fillcolor=\"#f7f7f7\""
        } else if self.chains.is_end(node) {
            ", penwidth=2.5, color=\"#000000\""
        } else {
            ""
        }
    }

    /// Writes a relationship: what it says, when, and for one of a path who says so.
    fn write_rel(
        &self,
        graph: &Snapshot,
        (rel, look): (RelId, &RelLook),
        words: &Words<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let record = graph.rel(rel);
        let step = self.chains.step(rel);
        let mut label = lines(&words::rel_type(graph.schema(), graph, record.rel_type));
        if let Some(sign) = step.and_then(|_| looks::sign(graph, record.rel_type)) {
            label.push_str(sign);
        }
        if let Some(date) = words.date(rel) {
            label.push('\n');
            label.push_str(&lines(&date));
        }
        let numbers = step.map_or(&[][..], |step| &step.sources);
        if !numbers.is_empty() {
            label.push('\n');
            label.extend(numbers.iter().map(|number| format!("[{number}]")));
        }
        let label = quoted(&label);
        let backward = step.is_some_and(|step| step.backward);
        let (left, right) = if backward {
            (record.end.0, record.start.0)
        } else {
            (record.start.0, record.end.0)
        };
        let arrow = if backward { ", dir=back" } else { "" };
        if self.pale_rels.contains(&rel) {
            let pale = "color=\"#dddddd\", fontcolor=\"#bbbbbb\"";
            return writeln!(out, "  n{left} -> n{right} [label={label}, {pale}];");
        }
        let heavy = if step.is_some() && !self.pale_nodes.is_empty() {
            ", penwidth=2.5"
        } else {
            ""
        };
        writeln!(
            out,
            "  n{left} -> n{right} [label={label}, {look}{arrow}{heavy}];"
        )
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

#[cfg(test)]
mod tests;

//! How labels and relationship types look.

use super::text::quoted;
use crate::store::{Snapshot, TypeId};

/// How a relationship looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RelLook {
    pub(super) color: String,
    pub(super) style: String,
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
pub(super) struct Looks<'g> {
    graph: &'g Snapshot,
    /// All labels in order of names, so that a color does not depend on what is drawn.
    labels: Vec<&'g str>,
}

impl<'g> Looks<'g> {
    pub(super) fn of(graph: &'g Snapshot) -> Self {
        let mut labels: Vec<&str> = graph.label_names().map(|(_, name)| &**name).collect();
        labels.sort_unstable();
        Self { graph, labels }
    }

    /// The attributes of nodes of a kind; what the schema leaves open comes from the label that it
    /// is within.
    pub(super) fn node(&self, kind: Option<&str>) -> String {
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
    pub(super) fn kind(&self, kind: &str) -> String {
        let declared = self.graph.schema().labels.get(kind);
        match declared.and_then(|label| label.words.clone()) {
            Some(words) => words,
            None => plain(kind),
        }
    }

    pub(super) fn rel(&self, rel_type: TypeId) -> RelLook {
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

/// How the polarity of a type is shown: that it speaks for something, or against it.
pub(super) fn sign(graph: &Snapshot, rel_type: TypeId) -> Option<&'static str> {
    let declared = graph.schema().types.get(&**graph.type_name(rel_type))?;
    match declared.polarity? {
        0 => None,
        1.. => Some(" (+)"),
        _ => Some(" (−)"),
    }
}

/// `StateGroup` as `State group`; names that are written otherwise as they are.
pub(super) fn plain(name: &str) -> String {
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

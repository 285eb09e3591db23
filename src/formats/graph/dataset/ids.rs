//! Which ids there are.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::formats::words::shown;

use super::record::{NodeRecord, Origin};
use super::source::{Document, Texts};

/// The ids of a data set.
#[derive(Debug)]
pub(super) struct Ids<'a> {
    /// Which record an id belongs to: nodes and sources, in the order of files.
    pub(super) records: HashMap<&'a str, usize>,
    /// The ids of `[[sources]]`, if there is such a file.
    pub(super) sources: Option<BTreeSet<&'a str>>,
    /// What is written as an id in blocks that are not TOML: not reported as unknown.
    pub(super) unread: HashSet<&'a str>,
}

impl<'a> Ids<'a> {
    /// Collects the ids and reports those that come twice.
    pub(super) fn collect(
        texts: &Texts<'_>,
        nodes: &[NodeRecord<'a>],
        documents: impl Iterator<Item = &'a Document<'a>>,
        sources: Sources,
    ) -> Self {
        let mut records: HashMap<&'a str, usize> = HashMap::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let Some(id) = node.id else { continue };
            match records.get(id.text) {
                Some(&first) => {
                    let first = nodes[first].id.map_or(nodes[first].place, |id| id.place);
                    let message = format!("the id {} stands twice", shown(id.text));
                    let hint = format!("it stands first in {}", texts.describe(first));
                    texts.error(id.place, message).hint(hint);
                }
                None => drop(records.insert(id.text, index)),
            }
        }
        let of_sources = nodes.iter().filter(|node| node.origin == Origin::Sources);
        let of_sources = of_sources.filter_map(|node| Some(node.id?.text)).collect();
        Self {
            records,
            sources: (sources == Sources::Listed).then_some(of_sources),
            unread: documents
                .flat_map(|document| &document.broken)
                .flat_map(|text| ids_in(text))
                .collect(),
        }
    }
}

/// Whether there is a file that lists the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sources {
    /// What a `source` names must be in it.
    Listed,
    /// A `source` is any text.
    Free,
}

/// The ids in a text that is not TOML: what stands in quotes in lines `id = "…"`.
fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let value = line
            .trim_start()
            .strip_prefix("id")?
            .trim_start()
            .strip_prefix('=')?;
        value.split('"').nth(1)
    })
}

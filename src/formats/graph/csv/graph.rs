//! Blocks of columns to a graph.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::formats::diagnostic::Diagnostic;
use crate::formats::words::shown;
use crate::store::{BulkLoader, BulkValues, KeyId, LabelId, LabelSet, Snapshot, TypeId};
use crate::value::{NodeId, RelId};

use super::block::{Block, Column};
use super::cells::Texts;
use super::header::{Header, Kind, Role};
use super::ids::{Doubles, IdList, Space, Spaces, Twice};
use super::names;

/// A graph in the making.
pub(super) struct Graph {
    loader: BulkLoader,
    /// The files of nodes, by which a node's line is found.
    files: Vec<String>,
    nodes: Vec<NodeBlock>,
    node_count: u32,
    rel_count: u64,
    /// The nodes by id, once all were read.
    pub(super) spaces: Spaces,
}

/// The nodes of one block, whose ids wait until it is known what they are.
struct NodeBlock {
    first: u32,
    file: usize,
    /// Lines before the block.
    lines: usize,
    row_lines: Vec<u32>,
    ids: IdList,
    space: String,
    key: Option<KeyId>,
}

/// What is known of a file before its rows.
pub(super) struct Plan {
    kind: Kind,
    file: usize,
    keys: Vec<Option<KeyId>>,
    space: String,
    /// The type of relationships without a type column.
    rel_type: TypeId,
    /// Label sets and types by the text of their column.
    label_sets: BTreeMap<String, LabelSet>,
    types: BTreeMap<String, TypeId>,
}

impl Graph {
    pub(super) fn new() -> Self {
        Self {
            loader: BulkLoader::new(),
            files: Vec::new(),
            nodes: Vec::new(),
            node_count: 0,
            rel_count: 0,
            spaces: Spaces::new(),
        }
    }

    /// Returns how many nodes and relationships there are.
    pub(super) fn counts(&self) -> (u64, u64) {
        (u64::from(self.node_count), self.rel_count)
    }

    /// Prepares for the rows of a file.
    pub(super) fn plan(&mut self, name: &str, header: &Header) -> Plan {
        let mut space = String::new();
        let mut keys = Vec::with_capacity(header.roles.len());
        for role in &header.roles {
            keys.push(match role {
                Role::Property { key, .. } => Some(self.loader.intern_key(key)),
                Role::Id { key, space: of, .. } => {
                    space.clone_from(of);
                    key.as_ref().map(|key| self.loader.intern_key(key))
                }
                _ => None,
            });
        }
        self.files.push(name.to_owned());
        let has_types = header.roles.contains(&Role::Type);
        let rel_type = if header.kind == Kind::Rels && !has_types {
            self.loader.intern_type(&type_of(name))
        } else {
            TypeId(0)
        };
        Plan {
            kind: header.kind,
            file: self.files.len() - 1,
            keys,
            space,
            rel_type,
            label_sets: BTreeMap::new(),
            types: BTreeMap::new(),
        }
    }

    /// Adds the rows of a block that has no mistakes and stands after so many lines.
    pub(super) fn add(&mut self, plan: &mut Plan, block: &Block, lines: usize) -> Result<()> {
        match plan.kind {
            Kind::Nodes => self.add_nodes(plan, block, lines),
            Kind::Rels => self.add_rels(plan, block),
        }
    }

    fn add_nodes(&mut self, plan: &mut Plan, block: &Block, lines: usize) -> Result<()> {
        let count = block.row_lines.len();
        let names = block.columns.iter().find_map(texts);
        let sets = match names {
            Some(texts) => self.label_sets(plan, texts),
            None => vec![self.loader.label_set(&[]); count],
        };
        let first = self.loader.add_nodes_by_set(&sets)?;
        for (column, key) in block.columns.iter().zip(&plan.keys) {
            match (column, key) {
                (Column::Cells(cells), Some(key)) => {
                    self.loader
                        .add_node_column(*key, first, cells.values(), cells.valid())?;
                }
                (Column::Ids(ids), key) => self.nodes.push(NodeBlock {
                    first: first.0,
                    file: plan.file,
                    lines,
                    row_lines: block.row_lines.clone(),
                    ids: ids.clone(),
                    space: plan.space.clone(),
                    key: *key,
                }),
                _ => {}
            }
        }
        self.node_count = first.0 + u32::try_from(count).unwrap_or(0);
        Ok(())
    }

    fn add_rels(&mut self, plan: &mut Plan, block: &Block) -> Result<()> {
        let find = |wanted: fn(&Column) -> Option<&Vec<u32>>| block.columns.iter().find_map(wanted);
        let starts = find(|column| match column {
            Column::Starts(nodes) => Some(nodes),
            _ => None,
        });
        let ends = find(|column| match column {
            Column::Ends(nodes) => Some(nodes),
            _ => None,
        });
        let (Some(starts), Some(ends)) = (starts, ends) else {
            return Ok(());
        };
        let types = match block.columns.iter().find_map(texts) {
            Some(texts) => self.types(plan, texts),
            None => vec![plan.rel_type; starts.len()],
        };
        let first: RelId = self.loader.add_rels(starts, ends, &types)?;
        for (column, key) in block.columns.iter().zip(&plan.keys) {
            if let (Column::Cells(cells), Some(key)) = (column, key) {
                self.loader
                    .add_rel_column(*key, first, cells.values(), cells.valid())?;
            }
        }
        self.rel_count += starts.len() as u64;
        Ok(())
    }

    /// Decides what the ids of each space are, sets them as properties and makes them known;
    /// returns a finding for each id that comes twice.
    pub(super) fn number_nodes(&mut self) -> Vec<Diagnostic> {
        let mut by_space: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, block) in self.nodes.iter().enumerate() {
            by_space.entry(block.space.clone()).or_default().push(place);
        }
        let mut twice = Doubles::default();
        for (name, places) in by_space {
            let is_text = |place: &usize| matches!(self.nodes[*place].ids, IdList::Texts(_));
            if places.iter().any(is_text) {
                for place in &places {
                    self.nodes[*place].ids.make_texts();
                }
            }
            let lists = places.iter().map(|place| &self.nodes[*place]);
            let lists: Vec<_> = lists.map(|block| (block.first, &block.ids)).collect();
            self.spaces.insert(name, Space::build(&lists, &mut twice));
        }
        let found = twice.list.iter().map(|twice| self.twice(twice));
        let mut findings: Vec<Diagnostic> = found.collect();
        if let (Some(last), 1..) = (findings.last(), twice.more) {
            let message = format!("{} more ids stand twice", twice.more);
            findings.push(Diagnostic::error(&last.file, message));
        }
        let blocks = std::mem::take(&mut self.nodes);
        for block in &blocks {
            if let Err(error) = self.set_ids(block) {
                findings.push(Diagnostic::error(&self.files[block.file], error.message()));
            }
        }
        findings
    }

    fn set_ids(&mut self, block: &NodeBlock) -> Result<()> {
        let Some(key) = block.key else { return Ok(()) };
        let first = NodeId(block.first);
        match &block.ids {
            IdList::Ints(ids) => {
                self.loader
                    .add_node_column(key, first, BulkValues::Ints(ids), None)
            }
            IdList::Texts(ids) => {
                let texts: Vec<&str> = ids.iter().map(|id| &**id).collect();
                self.loader
                    .add_node_column(key, first, BulkValues::Texts(&texts), None)
            }
        }
    }

    /// Merges topology and indexes.
    pub(super) fn finish(self) -> Snapshot {
        self.loader.finish()
    }

    fn twice(&self, twice: &Twice) -> Diagnostic {
        let (file, line) = self.place(twice.nodes.1);
        let (first_file, first_line) = self.place(twice.nodes.0);
        Diagnostic::error(file, format!("the id {} stands twice", shown(&twice.id)))
            .at(line, 1)
            .hint(format!("it stands first in {first_file}:{first_line}"))
    }

    /// Returns the file and line that a node was read from.
    fn place(&self, node: u32) -> (&str, usize) {
        let after = self.nodes.partition_point(|block| block.first <= node);
        let Some(block) = after.checked_sub(1).and_then(|place| self.nodes.get(place)) else {
            return ("", 0);
        };
        let row = block
            .row_lines
            .get((node - block.first) as usize)
            .copied()
            .unwrap_or(0);
        (&self.files[block.file], block.lines + row as usize + 1)
    }

    /// The label set of each row.
    fn label_sets(&mut self, plan: &mut Plan, texts: &Texts) -> Vec<LabelSet> {
        let loader = &mut self.loader;
        let set_of = |text: &str| {
            let names = names::split(text);
            let labels: Vec<LabelId> = names.iter().map(|name| loader.intern_label(name)).collect();
            loader.label_set(&labels)
        };
        by_row(texts, &mut plan.label_sets, set_of)
    }

    /// The type of each row.
    fn types(&mut self, plan: &mut Plan, texts: &Texts) -> Vec<TypeId> {
        by_row(texts, &mut plan.types, |text| {
            self.loader.intern_type(&names::one(text))
        })
    }
}

/// Looks up the text of each row, working out each text once.
fn by_row<T: Copy>(
    texts: &Texts,
    known: &mut BTreeMap<String, T>,
    mut make: impl FnMut(&str) -> T,
) -> Vec<T> {
    let by_code: Vec<T> = texts
        .dictionary
        .iter()
        .map(|(_, text)| *known.entry(text.to_string()).or_insert_with(|| make(text)))
        .collect();
    texts
        .codes
        .iter()
        .map(|code| by_code[*code as usize])
        .collect()
}

fn texts(column: &Column) -> Option<&Texts> {
    match column {
        Column::Names(texts) => Some(texts),
        _ => None,
    }
}

/// The type that a file's name stands for: `SIGNED` for `relations/signed.csv`.
fn type_of(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    stem.to_uppercase()
        .replace(|c: char| !c.is_alphanumeric(), "_")
}

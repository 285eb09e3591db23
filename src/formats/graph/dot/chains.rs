//! What the paths of a result say about its picture: where they start and end, in which order their
//! nodes stand, and who says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::citations::Citations;
use crate::store::{Direction, Snapshot};
use crate::value::{NodeId, Path, RelId};

/// So many neighbors of paths are drawn at most.
const MAX_NEIGHBORS: usize = 200;

/// The paths of a picture, brought together: a step that several of them take is one step.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// Where paths start or end.
    ends: BTreeSet<NodeId>,
    nodes: BTreeSet<NodeId>,
    /// For each relationship how the first path that takes it walks it.
    steps: BTreeMap<RelId, Step>,
    pub(super) citations: Citations,
}

/// How a path walks a relationship.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Whether against its direction.
    pub(super) backward: bool,
    /// The numbers of its sources.
    pub(super) sources: Vec<usize>,
}

/// What stands around paths.
#[derive(Debug, Default)]
pub(super) struct Neighborhood {
    pub(super) nodes: BTreeSet<NodeId>,
    pub(super) rels: BTreeSet<RelId>,
}

impl Chains {
    pub(super) fn add(&mut self, graph: &Snapshot, path: &Path) {
        if path.rels.is_empty() {
            return;
        }
        let ends = [path.nodes.first(), path.nodes.last()];
        self.ends.extend(ends.into_iter().flatten());
        self.nodes.extend(path.nodes.iter());
        for (rel, here) in path.rels.iter().zip(&path.nodes) {
            if !graph.has_rel(*rel) || self.steps.contains_key(rel) {
                continue;
            }
            let step = Step {
                backward: graph.rel(*rel).start != *here,
                sources: self.citations.cite(graph, *rel),
            };
            self.steps.insert(*rel, step);
        }
    }

    pub(super) fn is_end(&self, node: NodeId) -> bool {
        self.ends.contains(&node)
    }

    pub(super) fn step(&self, rel: RelId) -> Option<&Step> {
        self.steps.get(&rel)
    }

    /// Returns the neighbors of the paths' nodes and what joins them to the paths and to each
    /// other.
    pub(super) fn neighborhood(&self, graph: &Snapshot) -> Neighborhood {
        let mut nodes = self.nodes.clone();
        let hops = self
            .nodes
            .iter()
            .flat_map(|node| graph.hops(*node, Direction::Both, None));
        for hop in hops {
            if nodes.len() >= self.nodes.len() + MAX_NEIGHBORS {
                break;
            }
            nodes.insert(hop.node);
        }
        let mut rels = BTreeSet::new();
        for node in &nodes {
            let hops = graph.hops(*node, Direction::Outgoing, None);
            rels.extend(
                hops.filter(|hop| nodes.contains(&hop.node))
                    .map(|hop| hop.rel),
            );
        }
        Neighborhood { nodes, rels }
    }
}

//! Ids of nodes: what stands in the files, and which node of the graph it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::MAX_FINDINGS;
use super::header::IdType;

/// The ids of the nodes of a block, in the order of rows.
#[derive(Clone, Debug)]
pub(super) enum IdList {
    /// All are integers, written as integers are.
    Ints(Vec<i64>),
    /// Some are not.
    Texts(Vec<Arc<str>>),
}

impl IdList {
    /// No ids yet; they are taken for integers until one is not.
    pub(super) fn new(id_type: IdType) -> Self {
        match id_type {
            IdType::Infer | IdType::Integer => Self::Ints(Vec::new()),
            IdType::String => Self::Texts(Vec::new()),
        }
    }

    /// The list of one id.
    pub(super) fn of_one(text: &str) -> Self {
        let mut list = Self::new(IdType::Infer);
        list.push(text);
        list
    }

    /// Adds an id.
    pub(super) fn push(&mut self, text: &str) {
        if let Self::Ints(ints) = self {
            if let Some(int) = canonical(text) {
                ints.push(int);
                return;
            }
            self.make_texts();
        }
        if let Self::Texts(texts) = self {
            texts.push(Arc::from(text));
        }
    }

    /// Turns integers into texts.
    pub(super) fn make_texts(&mut self) {
        if let Self::Ints(ints) = self {
            *self = Self::Texts(ints.iter().map(|int| int.to_string().into()).collect());
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Ints(ints) => ints.len(),
            Self::Texts(texts) => texts.len(),
        }
    }
}

/// Returns the integer if the text is what an integer is written as: `7`, not `007` or `+7`.
fn canonical(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => text.parse().ok(),
        _ => None,
    }
}

/// The nodes of one id space by id.
#[derive(Debug)]
pub(super) enum Space {
    /// Integers of about as many values as nodes: the node at the place of the id less the first.
    Dense { first: i64, nodes: Vec<u32> },
    /// Other integers.
    Ints(HashMap<i64, u32, RandomState>),
    /// Texts.
    Texts(HashMap<Arc<str>, u32, RandomState>),
}

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// Two rows with one id: the nodes, the first one first, and the id.
#[derive(Debug)]
pub(super) struct Twice {
    pub(super) nodes: (u32, u32),
    pub(super) id: String,
}

/// Ids that stand twice: the first of them, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct Doubles {
    pub(super) list: Vec<Twice>,
    pub(super) more: usize,
}

impl Space {
    /// Builds the map of a space from the ids of its blocks, each with its first node; all lists
    /// are of the same kind. Ids that come twice are added to `twice`.
    pub(super) fn build(lists: &[(u32, &IdList)], twice: &mut Doubles) -> Self {
        let ints = || {
            lists.iter().filter_map(|(first, list)| match list {
                IdList::Ints(ints) => Some((*first, ints)),
                IdList::Texts(_) => None,
            })
        };
        let count: usize = lists.iter().map(|(_, list)| list.len()).sum();
        if ints().count() < lists.len() {
            return Self::texts(lists, count, twice);
        }
        let all = || ints().flat_map(|(first, ints)| (first..).zip(ints.iter().copied()));
        let smallest = all().map(|(_, id)| id).min().unwrap_or(0);
        let largest = all().map(|(_, id)| id).max().unwrap_or(0);
        let range = largest
            .checked_sub(smallest)
            .and_then(|range| usize::try_from(range).ok());
        match range {
            Some(range) if range / 4 <= count => {
                let mut nodes = vec![NONE; range + 1];
                for (node, id) in all() {
                    // The difference lies within the range.
                    let place = usize::try_from(id - smallest).unwrap_or(0);
                    if nodes[place] == NONE {
                        nodes[place] = node;
                    } else {
                        report(twice, nodes[place], node, &id.to_string());
                    }
                }
                Self::Dense {
                    first: smallest,
                    nodes,
                }
            }
            _ => {
                let mut map = HashMap::with_capacity_and_hasher(count, RandomState::default());
                for (node, id) in all() {
                    let first = *map.entry(id).or_insert(node);
                    if first != node {
                        report(twice, first, node, &id.to_string());
                    }
                }
                Self::Ints(map)
            }
        }
    }

    fn texts(lists: &[(u32, &IdList)], count: usize, twice: &mut Doubles) -> Self {
        let mut map = HashMap::with_capacity_and_hasher(count, RandomState::default());
        for (first, list) in lists {
            let IdList::Texts(texts) = list else { continue };
            for (node, id) in (*first..).zip(texts) {
                let first = *map.entry(Arc::clone(id)).or_insert(node);
                if first != node {
                    report(twice, first, node, id);
                }
            }
        }
        Self::Texts(map)
    }

    /// Returns the place of an id, which [`Space::resolve`] makes its node of; nothing where no
    /// node has the id for certain.
    pub(super) fn place(&self, id: &str) -> Option<u32> {
        match self {
            Self::Dense { first, nodes } => {
                let place = canonical(id)?.checked_sub(*first)?;
                let place = u32::try_from(place).ok()?;
                ((place as usize) < nodes.len()).then_some(place)
            }
            Self::Ints(map) => map.get(&canonical(id)?).copied(),
            Self::Texts(map) => map.get(id).copied(),
        }
    }

    /// Turns places into nodes; returns whether there is one at each. Done for many at once, so
    /// that the processor waits for memory once and not each time.
    pub(super) fn resolve(&self, places: &mut [u32]) -> bool {
        let Self::Dense { nodes, .. } = self else {
            return true;
        };
        let mut all = true;
        for place in places {
            *place = nodes.get(*place as usize).copied().unwrap_or(NONE);
            all &= *place != NONE;
        }
        all
    }

    /// Returns the node of an id.
    pub(super) fn node(&self, id: &str) -> Option<u32> {
        let mut node = [self.place(id)?];
        self.resolve(&mut node).then_some(node[0])
    }
}

fn report(twice: &mut Doubles, first: u32, second: u32, id: &str) {
    if twice.list.len() >= MAX_FINDINGS {
        twice.more += 1;
        return;
    }
    twice.list.push(Twice {
        nodes: (first, second),
        id: id.to_owned(),
    });
}

/// All id spaces by name.
pub(super) type Spaces = BTreeMap<String, Space>;

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[&str]) -> IdList {
        let mut list = IdList::new(IdType::Infer);
        for id in ids {
            list.push(id);
        }
        list
    }

    #[test]
    fn ids_are_integers_if_all_are() {
        assert!(matches!(list(&["1", "-20", "0"]), IdList::Ints(ints) if ints == [1, -20, 0]));
        let IdList::Texts(texts) = list(&["1", "007", "x"]) else {
            panic!("some are no integers");
        };
        assert_eq!(
            texts.iter().map(|t| &**t).collect::<Vec<_>>(),
            ["1", "007", "x"]
        );
    }

    #[test]
    fn every_kind_of_space_finds_its_nodes_and_doubles() {
        for ids in [
            ["10", "11", "12"],
            ["-5", "9000000000000000000", "7"],
            ["a", "b", "c"],
        ] {
            let (first, second) = (list(&ids[..2]), list(&[ids[2], ids[0]]));
            let mut twice = Doubles::default();
            let space = Space::build(&[(4, &first), (6, &second)], &mut twice);
            assert_eq!(ids.map(|id| space.node(id)), [Some(4), Some(5), Some(6)]);
            assert_eq!(space.node("13"), None);
            assert_eq!(space.node("010"), None);
            let twice = &twice.list[0];
            assert_eq!((twice.nodes, &*twice.id), ((4, 7), ids[0]));
        }
    }
}

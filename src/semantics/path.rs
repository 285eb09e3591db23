//! Bound path patterns that are matched as a whole: with repeated parts, a selector, or a mode.

use super::bound::{Direction, Expr, LabelTest, Slot};

pub use crate::syntax::ast::PathMode;

/// A path pattern between two nodes that is matched as a whole.
#[derive(Clone, Debug)]
pub struct WholePath {
    /// Which of the paths are wanted, for each pair of ends.
    pub selector: Selector,
    /// What a path may repeat.
    pub mode: PathMode,
    /// What it consists of, from its first node to its last.
    pub body: PathBody,
    /// The path, where it has a name.
    pub path: Option<Slot>,
    /// Its relationships in order, as a list.
    pub rels: Slot,
}

/// Which of the paths between two nodes are wanted.
#[derive(Clone, Debug)]
pub enum Selector {
    /// All of them.
    All,
    /// So many of the shortest.
    Paths(Expr),
    /// Those of the so many least lengths.
    Groups(Expr),
}

/// A stretch of a path, and what must be true of it.
#[derive(Clone, Debug)]
pub struct PathBody {
    /// Its parts: the first and the last are nodes, and relationships and repeated parts stand
    /// between nodes. Two nodes in a row are the same node.
    pub parts: Vec<PathPart>,
    /// What must be true, a conjunction over its own variables, the lists of the parts that it
    /// repeats, and variables that were bound before the clause.
    pub predicates: Vec<Expr>,
}

/// A part of a path.
#[derive(Clone, Debug)]
pub enum PathPart {
    /// A node.
    Node(Slot),
    /// A relationship.
    Rel(PathRel),
    /// A part that repeats, or that has a name or mode of its own.
    Repeat(Box<Repeat>),
}

/// A relationship of a path.
#[derive(Clone, Debug)]
pub struct PathRel {
    /// Its place.
    pub slot: Slot,
    /// Which way it points, seen from the left.
    pub direction: Direction,
    /// Its types; `None` for any.
    pub types: Option<LabelTest>,
}

/// A part of a path in parentheses.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// What is repeated; its last node is the first of the next turn.
    pub body: PathBody,
    /// How often; `None` for just once, with variables that hold single elements.
    pub times: Option<Times>,
    /// What each turn may repeat.
    pub mode: Option<PathMode>,
    /// The path of each turn, where it has a name, and the place that is seen outside: a path, or
    /// the list of those of all turns.
    pub path: Option<Slot>,
    /// The lists of what the variables inside stand for in all turns: (inside, outside).
    pub lists: Vec<(Slot, Slot)>,
}

/// How often a part is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// At least so often.
    pub min: u64,
    /// At most so often.
    pub max: Option<u64>,
}

impl WholePath {
    /// Returns the node on the left.
    #[must_use]
    pub fn from(&self) -> Slot {
        self.body.first()
    }

    /// Returns the node on the right.
    #[must_use]
    pub fn to(&self) -> Slot {
        self.body.last()
    }

    /// Returns the slots that it fills for others to read, its ends left out.
    #[must_use]
    pub fn outputs(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self.path.into_iter().chain([self.rels]).collect();
        self.body.outputs(&mut slots);
        let ends = [self.from(), self.to()];
        slots.retain(|slot| !ends.contains(slot));
        slots
    }

    /// Returns all conditions, with those of repeated parts.
    #[must_use]
    pub fn predicates(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        self.body.visit(&mut |body| found.extend(&body.predicates));
        found
    }

    /// Returns all slots that stand for something in it, those inside repeated parts included.
    #[must_use]
    pub fn own_slots(&self) -> Vec<Slot> {
        let mut slots = self.outputs();
        self.body.visit(&mut |body| {
            for part in &body.parts {
                match part {
                    PathPart::Node(slot) => slots.push(*slot),
                    PathPart::Rel(rel) => slots.push(rel.slot),
                    PathPart::Repeat(repeat) => {
                        slots.extend(repeat.lists.iter().map(|(_, outer)| *outer));
                        slots.extend(repeat.path);
                    }
                }
            }
        });
        slots
    }
}

impl PathBody {
    /// Returns the first node.
    #[must_use]
    pub fn first(&self) -> Slot {
        self.parts.first().map_or(Slot(u32::MAX), PathPart::node)
    }

    /// Returns the last node.
    #[must_use]
    pub fn last(&self) -> Slot {
        self.parts.last().map_or(Slot(u32::MAX), PathPart::node)
    }

    /// Calls `f` with this stretch and all that are repeated in it.
    pub fn visit<'a>(&'a self, f: &mut impl FnMut(&'a PathBody)) {
        f(self);
        for part in &self.parts {
            if let PathPart::Repeat(repeat) = part {
                repeat.body.visit(f);
            }
        }
    }

    /// Returns the slots that its conditions read as its own: each stands for one thing in a turn.
    #[must_use]
    pub fn seen_inside(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.outputs(&mut slots);
        slots
    }

    /// The slots that are seen from outside.
    fn outputs(&self, slots: &mut Vec<Slot>) {
        for part in &self.parts {
            match part {
                PathPart::Node(slot) => slots.push(*slot),
                PathPart::Rel(rel) => slots.push(rel.slot),
                PathPart::Repeat(repeat) => {
                    slots.extend(repeat.path);
                    slots.extend(repeat.lists.iter().map(|(_, outer)| *outer));
                    if repeat.times.is_none() {
                        repeat.body.outputs(slots);
                    }
                }
            }
        }
    }
}

impl PathPart {
    /// The slot of a node; bodies begin and end with nodes.
    fn node(&self) -> Slot {
        match self {
            Self::Node(slot) => *slot,
            Self::Rel(_) | Self::Repeat(_) => Slot(u32::MAX),
        }
    }
}

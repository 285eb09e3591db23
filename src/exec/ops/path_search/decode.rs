//! What the variables of a pattern stand for on a walk.

use std::sync::Arc;

use super::shape::{Begin, Ends, Reading, Shape};
use crate::paths::Place;
use crate::semantics::bound::Slot;
use crate::semantics::path::WholePath;
use crate::value::{Path, Value};

/// A walk, and how to read it.
#[derive(Clone, Copy)]
pub(super) struct Decoder<'a, 'p> {
    pub(super) shape: &'a Shape<'p>,
    pub(super) walk: &'a [Place],
}

impl Decoder<'_, '_> {
    /// Returns what a slot holds after a stretch of the walk that begins there: an element, a list
    /// of elements, a path or a list of paths.
    pub(super) fn value(self, slot: Slot, begin: Begin) -> Value {
        let within = &self.walk[self.position(begin)..];
        let inner = Self {
            walk: within,
            ..self
        };
        if let Some(element) = self.shape.listed(slot) {
            let mut items = match self.shape.path(element) {
                Some(ends) => inner.turns(ends).map(path_value).collect(),
                None => inner.elements(element).collect::<Vec<_>>(),
            };
            if self.shape.reading == Reading::Backward {
                items.reverse();
            }
            return Value::list(items);
        }
        if let Some(ends) = self.shape.path(slot) {
            let stretch = &self.walk[self.position(ends.begin)..];
            let length = match ends.begin {
                Begin::Walk => stretch.len(),
                Begin::Node(_) => self.length_to(stretch, ends.end),
            };
            return path_value(self.path(&stretch[..length]));
        }
        inner.elements(slot).last().unwrap_or(Value::Null)
    }

    /// Returns the whole path and its relationships.
    pub(super) fn whole(self) -> (Value, Value) {
        let path = self.path(self.walk);
        let rels = path.rels.iter().map(|rel| Value::Rel(*rel));
        (Value::list(rels), path_value(path))
    }

    /// The place at which a stretch begins that is not over.
    fn position(self, begin: Begin) -> usize {
        match begin {
            Begin::Walk => 0,
            Begin::Node(slot) => self
                .walk
                .iter()
                .rposition(|place| self.shape.node(place.state) == slot)
                .unwrap_or(0),
        }
    }

    /// What an element stands for each time that the walk passes it.
    fn elements(self, slot: Slot) -> impl Iterator<Item = Value> {
        self.walk.iter().filter_map(move |place| {
            if self.shape.node(place.state) == slot {
                return Some(Value::Node(place.node));
            }
            let (step, rel) = place.by?;
            (self.shape.rel(step) == slot).then_some(Value::Rel(rel))
        })
    }

    /// The paths of all turns of a part.
    fn turns(self, ends: Ends) -> impl Iterator<Item = Path> {
        let at_node = move |at: usize, slot| self.shape.node(self.walk[at].state) == slot;
        (0..self.walk.len())
            .filter(move |&at| matches!(ends.begin, Begin::Node(slot) if at_node(at, slot)))
            .map(move |at| {
                let rest = &self.walk[at..];
                self.path(&rest[..self.length_to(rest, ends.end)])
            })
    }

    /// How many places a stretch of the walk has up to a node; all, if it does not come to it.
    fn length_to(self, stretch: &[Place], end: Slot) -> usize {
        let mut places = stretch.iter();
        let end = places.position(|place| self.shape.node(place.state) == end);
        end.map_or(stretch.len(), |end| end + 1)
    }

    /// The path that a stretch of the walk is.
    fn path(self, part: &[Place]) -> Path {
        let first = part.first().map(|place| place.node);
        let hops = || part.iter().skip(1).filter(|place| place.by.is_some());
        let mut nodes: Vec<_> = first.into_iter().chain(hops().map(|p| p.node)).collect();
        let mut rels: Vec<_> = hops()
            .filter_map(|place| place.by.map(|(_, rel)| rel))
            .collect();
        if self.shape.reading == Reading::Backward {
            nodes.reverse();
            rels.reverse();
        }
        Path {
            nodes: nodes.into(),
            rels: rels.into(),
        }
    }
}

/// Which end of a walk the search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FreeEnd {
    First,
    Last,
}

/// A slot that a search fills, with how its values are found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Output {
    /// The node at the far end.
    End(Slot),
    /// The path.
    Path(Slot),
    /// The relationships of the path.
    Rels(Slot),
    /// Anything else.
    Other(Slot),
}

impl Output {
    /// Returns the slots among `live` that a search fills.
    pub(super) fn of(search: &WholePath, end: Option<Slot>, live: &[Slot]) -> Vec<Self> {
        let kind = |slot: Slot| {
            if Some(slot) == search.path {
                Self::Path(slot)
            } else if slot == search.rels {
                Self::Rels(slot)
            } else {
                Self::Other(slot)
            }
        };
        let inner = search.outputs().into_iter().map(kind);
        let all = end.map(Self::End).into_iter().chain(inner);
        all.filter(|output| live.binary_search(&output.slot()).is_ok())
            .collect()
    }

    pub(super) fn slot(self) -> Slot {
        match self {
            Self::End(slot) | Self::Path(slot) | Self::Rels(slot) | Self::Other(slot) => slot,
        }
    }

    /// Returns what the slot holds for a finished walk.
    pub(super) fn value(self, decoder: Decoder<'_, '_>, end: FreeEnd) -> Value {
        match self {
            Self::End(_) => {
                // Whichever end of the walk was not given.
                let place = match end {
                    FreeEnd::First => decoder.walk.first(),
                    FreeEnd::Last => decoder.walk.last(),
                };
                place.map_or(Value::Null, |place| Value::Node(place.node))
            }
            Self::Path(_) => decoder.whole().1,
            Self::Rels(_) => decoder.whole().0,
            Self::Other(slot) => decoder.value(slot, Begin::Walk),
        }
    }
}

fn path_value(path: Path) -> Value {
    Value::Path(Arc::new(path))
}

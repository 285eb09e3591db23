//! Which of the paths between two nodes are wanted.

use super::Judge;
use super::distance::Distances;
use super::search::{Place, Quest, Walks};
use crate::error::Result;
use crate::store::Snapshot;

/// How many paths are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All, in any order.
    All,
    /// So many of the shortest.
    Paths(u64),
    /// Those that have one of the so many least lengths.
    Groups(u64),
}

/// Hands out the selected paths of a quest; with a number of them or of groups, shorter ones
/// first, by searching for each length in turn.
#[derive(Debug)]
pub struct Selected {
    walks: Walks,
    selection: Selection,
    /// Paths handed out.
    paths: u64,
    /// Lengths at which there were paths.
    groups: u64,
    /// Whether the current length has had a path.
    hit: bool,
}

impl Selected {
    /// Sets the search up. With a selection of shortest paths, none is shorter than `least`.
    pub fn new(
        graph: &Snapshot,
        quest: Quest<'_>,
        (selection, least): (Selection, u32),
        judge: &mut dyn Judge,
    ) -> Result<Self> {
        let length = (selection != Selection::All).then_some(least);
        Ok(Self {
            walks: Walks::new(graph, quest, length, judge)?,
            selection,
            paths: 0,
            groups: 0,
            hit: false,
        })
    }

    /// Returns the places of the path that was found last.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        self.walks.places()
    }

    /// Goes on to the next path; false when there is none.
    pub fn advance(
        &mut self,
        graph: &Snapshot,
        quest: Quest<'_>,
        mut distances: Option<&mut Distances>,
        judge: &mut dyn Judge,
    ) -> Result<bool> {
        loop {
            if self.is_enough() {
                return Ok(false);
            }
            if self
                .walks
                .advance(graph, quest, distances.as_deref_mut(), judge)?
            {
                self.paths += 1;
                self.groups += u64::from(!self.hit);
                self.hit = true;
                return Ok(true);
            }
            let Some(longer) = self.walks.longer() else {
                return Ok(false);
            };
            if matches!(self.selection, Selection::Groups(wanted) if self.groups >= wanted) {
                return Ok(false);
            }
            self.hit = false;
            self.walks.restart(graph, quest, Some(longer), judge)?;
        }
    }

    fn is_enough(&self) -> bool {
        match self.selection {
            Selection::All => false,
            Selection::Paths(wanted) => self.paths >= wanted,
            Selection::Groups(wanted) => self.groups > wanted || wanted == 0,
        }
    }
}

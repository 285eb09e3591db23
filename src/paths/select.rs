//! Which of the paths between two nodes are wanted.

use super::distance::Distances;
use super::foresight::Foresight;
use super::search::{Place, Quest, Walks};
use super::{Automaton, Judge, LookBack, Mode};
use crate::error::{Code, Error, ErrorType, Result};
use crate::store::Snapshot;

/// After so many steps without a path, walks whose conditions look back on all of them are given
/// up.
const MAX_FRUITLESS: u64 = 5_000_000;

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
    /// What walks that may go on for ever lead to, once it is worth knowing.
    foresight: Option<Foresight>,
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
            foresight: None,
        })
    }

    /// Returns the places of the path that was found last.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        match &self.foresight {
            Some(foresight) => foresight.places(),
            None => self.walks.places(),
        }
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
            let found = if let Some(foresight) = &mut self.foresight {
                foresight.advance(judge)?
            } else {
                let distances = distances.as_deref_mut();
                self.walks.advance(graph, quest, distances, judge)?
            };
            if found {
                self.paths += 1;
                self.groups += u64::from(!self.hit);
                self.hit = true;
                return Ok(true);
            }
            let longer = match &self.foresight {
                Some(foresight) => foresight.longer(),
                None => self.walks.longer(),
            };
            let Some(longer) = longer else {
                return Ok(false);
            };
            if matches!(self.selection, Selection::Groups(wanted) if self.groups >= wanted) {
                return Ok(false);
            }
            if !self.hit && may_never_end(quest.automaton) {
                self.look_ahead(graph, quest, distances.as_deref_mut(), judge)?;
            }
            self.hit = false;
            match &mut self.foresight {
                Some(foresight) => foresight.restart(longer),
                None => self.walks.restart(graph, quest, Some(longer), judge)?,
            }
        }
    }

    /// Sees to it that a search among walks ends, when a length had no path: where distances say
    /// all, by knowing all of them; else by going through all that walks can remember, or after
    /// very many steps.
    fn look_ahead(
        &mut self,
        graph: &Snapshot,
        quest: Quest<'_>,
        distances: Option<&mut Distances>,
        judge: &mut dyn Judge,
    ) -> Result<()> {
        match (judge.look_back(), distances) {
            (LookBack::Walk, _) if self.walks.fruitless() > MAX_FRUITLESS => Err(endless(judge)),
            (LookBack::Walk, _) => Ok(()),
            (LookBack::Step, Some(distances)) if !quest.automaton.has_scopes() => {
                while !distances.is_complete() {
                    let held = self.walks.bytes();
                    distances.extend(graph, quest.automaton, held, judge)?;
                }
                Ok(())
            }
            (LookBack::Step | LookBack::Elements, _) => {
                if self.foresight.is_none() {
                    self.foresight = Some(Foresight::new(graph, quest, judge)?);
                }
                Ok(())
            }
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

/// Whether there may be walks of any length.
fn may_never_end(automaton: &Automaton) -> bool {
    automaton.mode() == Mode::Walk && automaton.longest(Automaton::START).is_none()
}

fn endless(judge: &dyn Judge) -> Error {
    let code = Code::runtime(ErrorType::LimitError, "WalkTooLong");
    let message =
        format!("no walk fits after {MAX_FRUITLESS} steps, and there may be no end to them");
    let error = Error::new(code, message)
        .label("looks at all that a walk has come through")
        .hint("give what repeats an upper bound, as in `{1,20}`, or write `TRAIL` for `WALK`");
    match judge.far_condition() {
        Some(span) => error.at(span),
        None => error,
    }
}

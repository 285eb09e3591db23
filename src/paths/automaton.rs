//! The shape of a path as a finite automaton.

use crate::store::{Direction, TypeId};

/// Which repetitions a path may have (ISO GQL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Anything may repeat.
    Walk,
    /// No relationship repeats.
    Trail,
    /// No node repeats.
    Acyclic,
    /// No node repeats, but the last may be the first.
    Simple,
}

/// How a relationship is followed.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which way, seen from where the walk comes from.
    pub direction: Direction,
    /// Only these types; `None` for any.
    pub types: Option<Vec<TypeId>>,
}

/// A way on from a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The state that it leads to; of [`Automaton::moves_back`], the one that it comes from.
    pub state: u32,
    /// The number of the step that it takes; `None`: it stays at the node.
    pub step: Option<u32>,
}

/// A part of a path that has a mode of its own.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The mode.
    pub mode: Mode,
    /// The state at which the part begins, each time.
    pub start: u32,
}

/// A nondeterministic finite automaton that reads paths: its states stand at nodes, its moves
/// follow relationships or stay. It starts in state 0, and a path ends where it accepts.
///
/// Quantifiers are unrolled, so that the state alone says how often a part has been repeated; an
/// unbounded one ends in a loop. No loop consists of moves that all stay.
#[derive(Clone, Debug)]
pub struct Automaton {
    mode: Mode,
    accept: u32,
    moves: Vec<Vec<Move>>,
    back: Vec<Vec<Move>>,
    steps: Vec<Step>,
    scopes: Vec<Scope>,
    /// The scopes that each state lies in.
    within: Vec<Box<[u32]>>,
    /// How many relationships at most a walk from each state may still take; `None`: any number.
    longest: Vec<Option<u32>>,
}

/// Puts an [`Automaton`] together.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    moves: Vec<Vec<Move>>,
    steps: Vec<Step>,
    scopes: Vec<Scope>,
    open: Vec<u32>,
    within: Vec<Box<[u32]>>,
}

impl Builder {
    /// Adds a state, within the scopes that are open, and returns its number.
    pub fn state(&mut self) -> u32 {
        self.moves.push(Vec::new());
        self.within.push(self.open.clone().into());
        number(self.moves.len() - 1)
    }

    /// Returns how many states there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.moves.len()
    }

    /// Returns whether there is no state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
    }

    /// Adds a kind of step and returns its number.
    pub fn step(&mut self, step: Step) -> u32 {
        self.steps.push(step);
        number(self.steps.len() - 1)
    }

    /// Adds a move.
    pub fn connect(&mut self, from: u32, step: Option<u32>, to: u32) {
        if let Some(moves) = self.moves.get_mut(from as usize) {
            moves.push(Move { state: to, step });
        }
    }

    /// Adds moves of the same kind from several states.
    pub fn connect_all(&mut self, from: impl IntoIterator<Item = u32>, step: Option<u32>, to: u32) {
        from.into_iter()
            .for_each(|from| self.connect(from, step, to));
    }

    /// Opens a scope that begins with the next state.
    pub fn open_scope(&mut self, mode: Mode) {
        let start = number(self.moves.len());
        self.open.push(number(self.scopes.len()));
        self.scopes.push(Scope { mode, start });
    }

    /// Closes the scope that was opened last.
    pub fn close_scope(&mut self) {
        self.open.pop();
    }

    /// Returns the automaton that accepts in a state; `mode` holds for whole paths.
    #[must_use]
    pub fn finish(self, mode: Mode, accept: u32) -> Automaton {
        let mut back = vec![Vec::new(); self.moves.len()];
        for (from, moves) in (0_u32..).zip(&self.moves) {
            for way in moves {
                back[way.state as usize].push(Move {
                    state: from,
                    step: way.step,
                });
            }
        }
        let longest = longest(&self.moves);
        Automaton {
            mode,
            accept,
            moves: self.moves,
            back,
            steps: self.steps,
            scopes: self.scopes,
            within: self.within,
            longest,
        }
    }
}

impl Automaton {
    /// The state in which walks begin.
    pub const START: u32 = 0;

    /// Returns the mode of whole paths.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns the state in which paths end.
    #[must_use]
    pub fn accept(&self) -> u32 {
        self.accept
    }

    /// Returns the ways on from a state.
    #[must_use]
    pub fn moves(&self, state: u32) -> &[Move] {
        &self.moves[state as usize]
    }

    /// Returns the moves that lead to a state.
    #[must_use]
    pub fn moves_back(&self, state: u32) -> &[Move] {
        &self.back[state as usize]
    }

    /// Returns a kind of step.
    #[must_use]
    pub fn step(&self, step: u32) -> &Step {
        &self.steps[step as usize]
    }

    /// Returns the scopes with a mode of their own that a state lies in.
    pub fn scopes(&self, state: u32) -> impl Iterator<Item = Scope> {
        self.within[state as usize]
            .iter()
            .map(|&scope| self.scopes[scope as usize])
    }

    /// Returns whether any part has a mode of its own.
    #[must_use]
    pub fn has_scopes(&self) -> bool {
        self.scopes.iter().any(|scope| scope.mode != Mode::Walk)
    }

    /// Returns how many relationships at most a walk from a state may still take; `None` for any
    /// number.
    #[must_use]
    pub fn longest(&self, state: u32) -> Option<u32> {
        self.longest[state as usize]
    }
}

/// The longest way on from each state; nothing where it may lead round a loop. States that lead
/// only to finished ones are finished in turn (Kahn's algorithm, backwards).
fn longest(moves: &[Vec<Move>]) -> Vec<Option<u32>> {
    let mut back: Vec<Vec<u32>> = vec![Vec::new(); moves.len()];
    let mut open: Vec<usize> = moves.iter().map(Vec::len).collect();
    for (from, ways) in (0_u32..).zip(moves) {
        for way in ways {
            back[way.state as usize].push(from);
        }
    }
    let mut longest = vec![None; moves.len()];
    let mut ready: Vec<u32> = (0..number(moves.len()))
        .filter(|&state| open[state as usize] == 0)
        .collect();
    while let Some(state) = ready.pop() {
        let ways = moves[state as usize].iter();
        let most = ways.map(|way| {
            let further: u32 = longest[way.state as usize].unwrap_or(0);
            further.saturating_add(u32::from(way.step.is_some()))
        });
        longest[state as usize] = Some(most.max().unwrap_or(0));
        for &from in &back[state as usize] {
            open[from as usize] -= 1;
            if open[from as usize] == 0 {
                ready.push(from);
            }
        }
    }
    longest
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

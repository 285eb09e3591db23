//! A path pattern as an automaton over the graph's types, with its conditions where they can be
//! tested first.

use hashbrown::{HashMap, HashSet};

use crate::exec::eval::{type_ids, used};
use crate::paths::{Automaton, Builder, LookBack, Mode, Move, Step};
use crate::plan::physical::PhysicalPlan;
use crate::semantics::bound::{self, Expr, Slot};
use crate::semantics::path::{PathBody, PathMode, PathPart, PathRel, Repeat, WholePath};
use crate::store::{Direction, Snapshot};

/// From which end a pattern is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// From left to right.
    Forward,
    /// From right to left.
    Backward,
}

/// A pattern, ready to be searched for.
#[derive(Debug)]
pub(super) struct Shape<'p> {
    pub(super) automaton: Automaton,
    pub(super) reading: Reading,
    /// What the node at each state stands for.
    nodes: Vec<Slot>,
    /// What the relationship of each step stands for.
    rels: Vec<Slot>,
    /// Conditions on single elements.
    tests: HashMap<Slot, Vec<Expr>>,
    /// Conditions on several elements, by the state at which the last of them is known.
    together: Vec<Vec<Together<'p>>>,
    /// Which elements lists are made of.
    lists: HashMap<Slot, Slot>,
    /// Between which nodes named paths lie.
    paths: HashMap<Slot, Ends>,
    /// How far conditions on several elements look back.
    pub(super) look_back: LookBack,
    /// What conditions on several elements read, and where their stretches begin.
    remembered: HashSet<Slot>,
}

/// A condition on several elements.
#[derive(Clone, Debug)]
pub(super) struct Together<'p> {
    pub(super) predicate: &'p Expr,
    /// What it reads of the path.
    pub(super) reads: Vec<Slot>,
    /// The node at which its stretch begins; the walk is looked through from there.
    pub(super) begin: Begin,
    /// How far it looks back.
    look_back: LookBack,
}

/// Where a stretch of a walk begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// Where the walk begins.
    Walk,
    /// Where this node was passed last.
    Node(Slot),
}

/// The nodes between which a named path lies, in the order of the walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) begin: Begin,
    pub(super) end: Slot,
}

impl<'p> Shape<'p> {
    pub(super) fn new(
        search: &'p WholePath,
        reading: Reading,
        (graph, plan): (&Snapshot, &PhysicalPlan),
    ) -> Self {
        let mut drawing = Drawing {
            graph,
            plan,
            reading,
            builder: Builder::default(),
            nodes: Vec::new(),
            rels: Vec::new(),
            steps: HashMap::default(),
            tests: HashMap::default(),
            together: Vec::new(),
            lists: HashMap::default(),
            paths: HashMap::default(),
            elements: HashSet::default(),
            tested: HashSet::default(),
        };
        let mut known = HashMap::default();
        let accept = drawing.body(&search.body, None, &mut known);
        let last = match reading {
            Reading::Forward => search.to(),
            Reading::Backward => search.from(),
        };
        if let Some(path) = search.path {
            known.insert(path, accept);
            let ends = Ends {
                begin: Begin::Walk,
                end: last,
            };
            drawing.paths.insert(path, ends);
        }
        let own = seen_inside(&search.body, search.path);
        drawing.place_conditions(&search.body, (Begin::Walk, &own), &known);
        let automaton = drawing.builder.clone().finish(mode(search.mode), accept);
        drawing.measure(&automaton);
        let all = || drawing.together.iter().flatten();
        Self {
            look_back: all()
                .map(|one| one.look_back)
                .max()
                .unwrap_or(LookBack::Step),
            remembered: all().flat_map(Together::remembers).collect(),
            automaton,
            reading,
            nodes: drawing.nodes,
            rels: drawing.rels,
            tests: drawing.tests,
            together: drawing.together,
            lists: drawing.lists,
            paths: drawing.paths,
        }
    }

    /// Returns what the node at a state stands for.
    pub(super) fn node(&self, state: u32) -> Slot {
        self.nodes[state as usize]
    }

    /// Returns what the relationship of a step stands for.
    pub(super) fn rel(&self, step: u32) -> Slot {
        self.rels[step as usize]
    }

    /// Returns the conditions on an element alone.
    pub(super) fn tests(&self, element: Slot) -> &[Expr] {
        self.tests.get(&element).map_or(&[], Vec::as_slice)
    }

    /// Returns the conditions that can be tested on arrival at a state.
    pub(super) fn together(&self, state: u32) -> &[Together<'p>] {
        self.together.get(state as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the conditions that look no further back than the step that leads from one state
    /// into another.
    pub(super) fn on_step(&self, to: u32) -> impl Iterator<Item = &Together<'p>> {
        let all = self.together(to).iter();
        all.filter(|condition| condition.look_back == LookBack::Step)
    }

    /// Returns a condition that looks back on all of a walk, if there is one.
    pub(super) fn far_condition(&self) -> Option<&'p Expr> {
        let mut all = self.together.iter().flatten();
        all.find(|condition| condition.look_back == LookBack::Walk)
            .map(|condition| condition.predicate)
    }

    /// Returns whether conditions on several elements read what a slot stands for, or begin there.
    pub(super) fn is_remembered(&self, slot: Slot) -> bool {
        self.remembered.contains(&slot)
    }

    /// Returns which elements a list is made of, if the slot holds a list.
    pub(super) fn listed(&self, slot: Slot) -> Option<Slot> {
        self.lists.get(&slot).copied()
    }

    /// Returns between which nodes a named path lies, if the slot holds one.
    pub(super) fn path(&self, slot: Slot) -> Option<Ends> {
        self.paths.get(&slot).copied()
    }
}

/// A shape that is being made.
struct Drawing<'p, 'g> {
    graph: &'g Snapshot,
    plan: &'g PhysicalPlan,
    reading: Reading,
    builder: Builder,
    nodes: Vec<Slot>,
    rels: Vec<Slot>,
    steps: HashMap<Slot, u32>,
    tests: HashMap<Slot, Vec<Expr>>,
    together: Vec<Vec<Together<'p>>>,
    lists: HashMap<Slot, Slot>,
    paths: HashMap<Slot, Ends>,
    /// The slots of single nodes and relationships.
    elements: HashSet<Slot>,
    /// The conditions on single elements that have their place.
    tested: HashSet<*const Expr>,
}

/// At which state the walk knows what each slot stands for.
type Known = HashMap<Slot, u32>;

impl<'p> Drawing<'p, '_> {
    /// Draws a stretch that follows a state; returns its last state.
    fn body(&mut self, body: &'p PathBody, before: Option<u32>, known: &mut Known) -> u32 {
        let mut last = before;
        let mut step = None;
        // Where a repeated part may end (nowhere, if its bounds contradict each other), and what is
        // known when it has.
        let mut exits: Option<Vec<u32>> = None;
        let mut closing: Vec<Slot> = Vec::new();
        let parts: Vec<&PathPart> = match self.reading {
            Reading::Forward => body.parts.iter().collect(),
            Reading::Backward => body.parts.iter().rev().collect(),
        };
        for part in parts {
            match part {
                PathPart::Rel(rel) => {
                    step = Some(self.step(rel));
                    closing.push(rel.slot);
                }
                PathPart::Repeat(repeat) => {
                    exits = Some(self.repeat(repeat, last.unwrap_or(Automaton::START), known));
                    closing.extend(repeat.lists.iter().map(|(_, list)| *list));
                }
                PathPart::Node(slot) => {
                    let state = self.state(*slot);
                    let step = step.take();
                    match exits.take() {
                        Some(exits) => self.builder.connect_all(exits, None, state),
                        None => self.builder.connect_all(last, step, state),
                    }
                    known.insert(*slot, state);
                    known.extend(closing.drain(..).map(|slot| (slot, state)));
                    last = Some(state);
                }
            }
        }
        last.unwrap_or(Automaton::START)
    }

    fn state(&mut self, slot: Slot) -> u32 {
        self.nodes.push(slot);
        self.elements.insert(slot);
        self.together.push(Vec::new());
        self.builder.state()
    }

    fn step(&mut self, rel: &PathRel) -> u32 {
        if let Some(&step) = self.steps.get(&rel.slot) {
            return step;
        }
        let direction = match (rel.direction, self.reading) {
            (bound::Direction::Both, _) => Direction::Both,
            (bound::Direction::Outgoing, Reading::Forward)
            | (bound::Direction::Incoming, Reading::Backward) => Direction::Outgoing,
            (bound::Direction::Incoming, Reading::Forward)
            | (bound::Direction::Outgoing, Reading::Backward) => Direction::Incoming,
        };
        let types = type_ids(rel.types.as_ref(), self.graph);
        let step = self.builder.step(Step { direction, types });
        self.rels.push(rel.slot);
        self.elements.insert(rel.slot);
        self.steps.insert(rel.slot, step);
        step
    }

    /// Draws a part in parentheses; returns the states in which it may end. A part that repeats is
    /// drawn as often as its bounds demand; without an upper bound the last copy leads back to
    /// itself.
    fn repeat(&mut self, repeat: &'p Repeat, entry: u32, known: &mut Known) -> Vec<u32> {
        let Some(times) = repeat.times else {
            let last = self.turn(repeat, entry, known);
            known.extend(repeat.path.map(|path| (path, last)));
            return vec![last];
        };
        self.lists
            .extend(repeat.lists.iter().map(|&(inside, list)| (list, inside)));
        let copies = times.max.unwrap_or(times.min.max(1));
        let own = seen_inside(&repeat.body, repeat.path);
        let mut exits = Vec::new();
        if times.min == 0 {
            exits.push(entry);
        }
        let mut last = entry;
        for copy in 1..=copies {
            let first = u32::try_from(self.builder.len()).unwrap_or(u32::MAX);
            let begin = Begin::Node(self.first(&repeat.body));
            let mut inner = Known::default();
            last = self.turn(repeat, last, &mut inner);
            inner.extend(repeat.path.map(|path| (path, last)));
            self.place_conditions(&repeat.body, (begin, &own), &inner);
            if copy >= times.min {
                exits.push(last);
            }
            if copy == copies && times.max.is_none() {
                self.builder.connect(last, None, first);
            }
        }
        exits
    }

    /// Draws one turn of a part.
    fn turn(&mut self, repeat: &'p Repeat, entry: u32, known: &mut Known) -> u32 {
        if let Some(path) = repeat.path {
            let ends = Ends {
                begin: Begin::Node(self.first(&repeat.body)),
                end: self.last(&repeat.body),
            };
            self.paths.insert(path, ends);
        }
        if let Some(own) = repeat.mode {
            self.builder.open_scope(mode(own));
        }
        let last = self.body(&repeat.body, Some(entry), known);
        if repeat.mode.is_some() {
            self.builder.close_scope();
        }
        last
    }

    fn first(&self, body: &PathBody) -> Slot {
        match self.reading {
            Reading::Forward => body.first(),
            Reading::Backward => body.last(),
        }
    }

    fn last(&self, body: &PathBody) -> Slot {
        match self.reading {
            Reading::Forward => body.last(),
            Reading::Backward => body.first(),
        }
    }

    /// Puts each condition where all that it reads is known.
    fn place_conditions(
        &mut self,
        body: &'p PathBody,
        (begin, own): (Begin, &[Slot]),
        known: &Known,
    ) {
        let start = known.get(&self.first(body)).copied();
        for predicate in &body.predicates {
            let mut reads = used(predicate, self.plan);
            reads.retain(|slot| own.contains(slot));
            if let [only] = reads.as_slice()
                && self.elements.contains(only)
            {
                // Every copy of a repeated part brings the same conditions.
                if self.tested.insert(std::ptr::from_ref(predicate)) {
                    let tests = self.tests.entry(*only).or_default();
                    tests.push(predicate.clone());
                }
                continue;
            }
            let last = reads.iter().filter_map(|slot| known.get(slot)).max();
            let Some(state) = last.copied().or(start) else {
                continue;
            };
            self.together[state as usize].push(Together {
                predicate,
                reads,
                begin,
                look_back: LookBack::Walk,
            });
        }
    }

    /// Finds out how far the conditions look back.
    fn measure(&mut self, automaton: &Automaton) {
        for (state, conditions) in (0_u32..).zip(&mut self.together) {
            for condition in conditions {
                let here = self.nodes[state as usize];
                let beside = |way: &Move, slot: &Slot| {
                    let rel = way.step.map(|step| self.rels[step as usize]);
                    *slot == here || rel == Some(*slot) || *slot == self.nodes[way.state as usize]
                };
                let reads = &condition.reads;
                condition.look_back = if !reads.iter().all(|slot| self.elements.contains(slot)) {
                    LookBack::Walk
                } else if automaton
                    .moves_back(state)
                    .iter()
                    .all(|way| way.step.is_some() && reads.iter().all(|slot| beside(way, slot)))
                {
                    LookBack::Step
                } else {
                    LookBack::Elements
                };
            }
        }
    }
}

impl Together<'_> {
    /// The slots that must be known of a walk to test it.
    fn remembers(&self) -> impl Iterator<Item = Slot> {
        let begin = match self.begin {
            Begin::Walk => None,
            Begin::Node(slot) => Some(slot),
        };
        self.reads.iter().copied().chain(begin)
    }
}

/// What conditions on a stretch read of it; all else is bound before.
fn seen_inside(body: &PathBody, path: Option<Slot>) -> Vec<Slot> {
    let mut slots = body.seen_inside();
    slots.extend(path);
    slots
}

fn mode(mode: PathMode) -> Mode {
    match mode {
        PathMode::Walk => Mode::Walk,
        PathMode::Trail => Mode::Trail,
        PathMode::Acyclic => Mode::Acyclic,
        PathMode::Simple => Mode::Simple,
    }
}

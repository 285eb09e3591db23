//! Searches that have no end to speak of say what they hold, and stop when they are told to.

use super::*;
use crate::error::{Code, Error, ErrorType, Span};

/// A graph in which each node leads to all others: no search for its trails comes to an end.
fn dense(nodes: u32) -> Snapshot {
    let ends = (0..nodes).flat_map(|start| (0..nodes).map(move |end| (start, end)));
    let rels = ends.filter(|(start, end)| start != end);
    build(&Case {
        nodes,
        rels: rels.map(|(start, end)| (start, end, 0)).collect(),
        from: 0,
        to: 0,
        route: Route::any(Direction::Outgoing),
        no_rel: None,
        no_node: None,
    })
}

/// Lets everything pass until it has been asked so often.
struct Patience {
    left: usize,
    /// The most bytes that a search said it held.
    most: usize,
}

impl Patience {
    fn of(looks: usize) -> Self {
        Self {
            left: looks,
            most: 0,
        }
    }

    fn look(&mut self, bytes: usize) -> Result<()> {
        self.most = self.most.max(bytes);
        assert!(self.left > 0, "the search went on after its end");
        self.left -= 1;
        if self.left > 0 {
            return Ok(());
        }
        let code = Code::runtime(ErrorType::LimitError, "Interrupted");
        Err(Error::new(code, "no more"))
    }
}

impl Guide for Patience {
    fn is_free(&self) -> bool {
        true
    }

    fn rels(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        Ok(())
    }

    fn inner(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        Ok(())
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        self.look(bytes)
    }
}

impl Judge for Patience {
    fn rels(&mut self, _step: u32, _hops: &mut Vec<Hop>) -> Result<()> {
        Ok(())
    }

    fn nodes(&mut self, _state: u32, _hops: &mut Vec<Hop>) -> Result<()> {
        Ok(())
    }

    fn together(
        &mut self,
        _walk: &mut Vec<Place>,
        _arrival: Move,
        _hops: &mut Vec<Hop>,
    ) -> Result<()> {
        Ok(())
    }

    fn step(
        &mut self,
        _from: u32,
        _step: u32,
        _end: (u32, NodeId),
        _hops: &mut Vec<Hop>,
    ) -> Result<()> {
        Ok(())
    }

    fn look_back(&self) -> LookBack {
        LookBack::Step
    }

    fn forget(&self, walk: &mut Vec<Place>, kept: usize) {
        Everything.forget(walk, kept);
    }

    fn far_condition(&self) -> Option<Span> {
        None
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        self.look(bytes)
    }
}

/// Any number of relationships, at least one.
fn repeated(mode: Mode, scope: Option<Mode>) -> Automaton {
    let mut builder = Builder::default();
    let step = builder.step(Step {
        direction: Direction::Outgoing,
        types: None,
    });
    let start = builder.state();
    if let Some(scope) = scope {
        builder.open_scope(scope);
    }
    let (first, second) = (builder.state(), builder.state());
    builder.connect(start, None, first);
    builder.connect(first, Some(step), second);
    builder.connect(second, None, first);
    if scope.is_some() {
        builder.close_scope();
    }
    let end = builder.state();
    builder.connect(second, None, end);
    builder.finish(mode, end)
}

const NODES: u32 = 40;
const ENDS: Ends = Ends {
    from: NodeId(0),
    to: NodeId(NODES - 1),
};

#[test]
fn enumerations_of_paths_stop_when_they_are_told_to() {
    let graph = dense(NODES);
    let all = (Selection::All, 0);
    let check = |automaton: &Automaton, selection, least_bytes: usize| {
        let mut judge = Patience::of(50);
        let quest = Quest {
            automaton,
            start: ENDS.from,
            goal: Some(ENDS.to),
            without: &[],
        };
        let mut distances = Distances::new(&graph, automaton, ENDS.to, &mut judge).unwrap();
        let mut found = Selected::new(&graph, quest, selection, &mut judge).unwrap();
        let outcome = loop {
            match found.advance(&graph, quest, Some(&mut distances), &mut judge) {
                Ok(true) => {}
                other => break other,
            }
        };
        assert!(outcome.is_err());
        assert!(judge.most >= least_bytes, "{} bytes", judge.most);
    };
    // A walk of a hundred steps has so many hops beside it.
    let long = 100 * NODES as usize * 16;
    check(&repeated(Mode::Trail, None), all, long);
    check(&repeated(Mode::Walk, Some(Mode::Trail)), all, long);
    // Paths that repeat no node are short.
    let short = NODES as usize * 16;
    check(&repeated(Mode::Acyclic, None), all, short);
    check(&repeated(Mode::Simple, None), all, short);
    check(
        &repeated(Mode::Walk, None),
        (Selection::Groups(9), 0),
        short,
    );
    check(
        &repeated(Mode::Trail, None),
        (Selection::Paths(u64::MAX), 0),
        short,
    );
}

#[test]
fn trails_between_two_nodes_stop_when_they_are_told_to() {
    let graph = dense(NODES);
    let route = Route {
        min: 30,
        ..Route::any(Direction::Outgoing)
    };
    let mut guide = Patience::of(50);
    let mut trails = Trails::new(&graph, ENDS, &route);
    while let Ok(Some(_)) = trails.next(&graph, &mut guide) {}
    assert_eq!(guide.left, 0);
    assert!(guide.most >= 30 * NODES as usize * size_of::<Hop>());
    assert!(trails.bytes() >= 30 * NODES as usize * size_of::<Hop>());
}

#[test]
fn cheapest_paths_stop_when_they_are_told_to() {
    struct One;
    impl Prices for One {
        fn price(&mut self, _hop: &Hop) -> Result<Cost> {
            Ok(Cost::Int(1))
        }
    }
    let graph = dense(NODES);
    let mut guide = Patience::of(50);
    let mut cheapest = Cheapest::new(ENDS, &Route::any(Direction::Outgoing));
    while let Ok(Some(_)) = cheapest.next(&graph, &mut One, &mut guide) {}
    assert_eq!(guide.left, 0);
    assert!(guide.most >= 20 * 100);
}

#[test]
fn floods_and_shortest_paths_stop_when_they_are_told_to() {
    let graph = dense(120);
    let route = Route::any(Direction::Outgoing);
    let mut guide = Patience::of(2);
    let mut flood = Flood::new();
    let start = (NodeId(0), Start::Found);
    assert!(flood.search(&graph, start, &route, &mut guide).is_err());
    assert!(guide.most >= 120 * size_of::<NodeId>() + 120 / 8);
    // A search that was broken off leaves nothing to the next.
    flood.search(&graph, start, &route, &mut Anything).unwrap();
    assert_eq!(flood.nodes().len(), 120);

    let mut guide = Patience::of(2);
    let mut scratch = Scratch::new();
    let around = Ends {
        from: NodeId(0),
        to: NodeId(0),
    };
    let both = Route::any(Direction::Both);
    let found = all_shortest(&graph, around, &both, &mut guide, &mut scratch);
    let mut found = found.unwrap().unwrap();
    while let Ok(Some(_)) = found.next(&graph, &both, &mut guide) {}
    assert_eq!(guide.left, 0);
    assert!(found.bytes() >= 120 * size_of::<Hop>());
}

//! `Repeat` and `StatefulShortestPath`: paths that are matched as a whole. Cost: for each input row
//! one step for each relationship of each path that is followed, cut where the other end is out of
//! reach.

mod cells;
mod conditions;
mod decode;
mod shape;

use std::sync::Arc;

use self::conditions::Conditions;
use self::decode::Decoder;
use self::shape::{Reading, Shape};
use super::moment::Moments;
use super::walk::{end_node, used_rels};
use super::{Operate, Rows, Source, row_number};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::paths::{Distances, Quest, Selected, Selection};
use crate::plan::physical::BoundEnds;
use crate::semantics::bound::{Expr, Slot};
use crate::semantics::path::{Selector, WholePath};
use crate::store::{Moment, Snapshot};
use crate::value::{NodeId, Value};

/// Each input row with each path of the pattern.
pub(super) struct PathSearch<'p> {
    input: Source<'p>,
    search: &'p WholePath,
    site: Site<'p>,
    rows: Rows,
    shape: Option<Arc<Shape<'p>>>,
    under_way: Option<UnderWay>,
    /// How many rows the next batch has: few at first, for a `LIMIT` above.
    batch_rows: usize,
}

/// What stands around the pattern.
#[derive(Clone, Copy)]
pub(super) struct Site<'p> {
    pub(super) bound: BoundEnds,
    pub(super) different_from: &'p [Slot],
    pub(super) moment: Option<&'p Expr>,
    pub(super) live: &'p [Slot],
}

/// A batch of input rows that is being worked on.
struct UnderWay {
    batch: Batch,
    graph: Arc<Snapshot>,
    moments: Moments,
    /// What the conditions read of a row.
    outer: Vec<Slot>,
    row: usize,
    hunt: Option<Hunt>,
}

/// The search for one input row.
struct Hunt {
    row: Batch,
    /// The moment at which all must hold.
    moment: Option<Moment>,
    goal: Option<NodeId>,
    distances: Option<Distances>,
    selection: Selection,
    without: Vec<u32>,
    /// Where walks begin that are still to be searched for, each with the least length of a path.
    starts: Vec<(NodeId, u32)>,
    /// Whether the starts are all nodes from which the goal is in reach.
    any_start: bool,
    current: Option<(NodeId, Selected)>,
    held: usize,
}

impl<'p> PathSearch<'p> {
    pub(super) fn new(
        input: Source<'p>,
        search: &'p WholePath,
        (site, rows): (Site<'p>, Rows),
    ) -> Self {
        Self {
            input,
            search,
            site,
            rows,
            shape: None,
            under_way: None,
            batch_rows: 1,
        }
    }

    /// A search for some of the paths is directed at the end that is bound, as one search for
    /// distances then serves all walks; a search for all of them starts there.
    fn reading(&self) -> Reading {
        let selects = !matches!(self.search.selector, Selector::All);
        match self.site.bound {
            BoundEnds::From if selects => Reading::Backward,
            BoundEnds::To if !selects => Reading::Backward,
            BoundEnds::Both | BoundEnds::From | BoundEnds::To => Reading::Forward,
        }
    }

    /// Returns the end that is found by the search, if one is.
    fn free_end(&self) -> Option<Slot> {
        match self.site.bound {
            BoundEnds::Both => None,
            BoundEnds::From => Some(self.search.to()),
            BoundEnds::To => Some(self.search.from()),
        }
    }

    fn begin(&self, run: &mut Run<'_>, batch: Batch) -> Result<UnderWay> {
        Ok(UnderWay {
            graph: run.ctx.share_graph(),
            moments: Moments::new(self.site.moment, &batch, run)?,
            outer: used_by_all(self.search.predicates(), run.plan),
            batch,
            row: 0,
            hunt: None,
        })
    }

    /// Sets up the search for one row; nothing where an end is null.
    fn hunt(
        &self,
        shape: &Shape<'p>,
        under_way: &UnderWay,
        run: &mut Run<'_>,
    ) -> Result<Option<Hunt>> {
        let (batch, row) = (&under_way.batch, under_way.row);
        let end = |slot| end_node(batch, slot, row);
        let (from, to) = (self.search.from(), self.search.to());
        let ends = match self.site.bound {
            BoundEnds::Both => end(from)?.zip(end(to)?).map(|(a, b)| (Some(a), Some(b))),
            BoundEnds::From => end(from)?.map(|from| (Some(from), None)),
            BoundEnds::To => end(to)?.map(|to| (None, Some(to))),
        };
        let Some((from, to)) = ends else {
            return Ok(None);
        };
        let (start, goal) = match shape.reading {
            Reading::Forward => (from, to),
            Reading::Backward => (to, from),
        };
        let outer = batch.gather(&[row_number(row)], &under_way.outer);
        let mut without = Vec::new();
        used_rels(batch, self.site.different_from, row, &mut without)?;
        let mut hunt = Hunt {
            selection: self.selection(&outer, run)?,
            row: outer,
            moment: (under_way.moments.of(row, &under_way.graph)).map(|holds| holds.moment()),
            goal,
            distances: None,
            without,
            starts: start.map(|start| (start, 0)).into_iter().collect(),
            any_start: start.is_none(),
            current: None,
            held: 0,
        };
        if let Some(goal) = goal {
            let graph = &under_way.graph;
            let site = (&**graph, under_way.outer.as_slice());
            let (mut judge, _) = hunt.judge(shape, site, run);
            let distances = Distances::new(graph, &shape.automaton, goal, &mut judge)?;
            hunt.distances = Some(distances);
        }
        Ok(Some(hunt))
    }

    fn selection(&self, row: &Batch, run: &mut Run<'_>) -> Result<Selection> {
        Ok(match &self.search.selector {
            Selector::All => Selection::All,
            Selector::Paths(count) => Selection::Paths(path_count(count, row, run)?),
            Selector::Groups(count) => Selection::Groups(path_count(count, row, run)?),
        })
    }
}

/// How many paths are wanted.
fn path_count(count: &Expr, row: &Batch, run: &mut Run<'_>) -> Result<u64> {
    let value = run.eval(count, row)?.value(0);
    let number = match &value {
        Value::Int(number) => u64::try_from(*number).ok().filter(|number| *number > 0),
        _ => None,
    };
    number.ok_or_else(|| {
        let code = Code::runtime(ErrorType::ArgumentError, "InvalidArgumentValue");
        let message = "the number of paths must be a whole number of at least one";
        Error::new(code, message).at(count.span)
    })
}

impl Hunt {
    fn judge<'a, 'p, 'r>(
        &'a mut self,
        shape: &'a Shape<'p>,
        (graph, outer): (&'a Snapshot, &'a [Slot]),
        run: &'a mut Run<'r>,
    ) -> (Conditions<'a, 'p, 'r>, HuntParts<'a>) {
        let judge = Conditions {
            shape,
            row: &self.row,
            outer,
            holds: self.moment.map(|moment| graph.holds_at(moment)),
            held: &mut self.held,
            run,
        };
        let parts = HuntParts {
            distances: self.distances.as_mut(),
            current: &mut self.current,
        };
        (judge, parts)
    }

    /// Goes on to the next path; false when there is none.
    fn advance(
        &mut self,
        shape: &Shape<'_>,
        (graph, outer): (&Snapshot, &[Slot]),
        run: &mut Run<'_>,
    ) -> Result<bool> {
        loop {
            if self.current.is_none() && !self.next_start(shape, (graph, outer), run)? {
                let (mut judge, _) = self.judge(shape, (graph, outer), run);
                judge.release();
                return Ok(false);
            }
            let goal = self.goal;
            let without = std::mem::take(&mut self.without);
            let (mut judge, parts) = self.judge(shape, (graph, outer), run);
            let mut found = false;
            if let Some((start, selected)) = parts.current {
                let quest = Quest {
                    automaton: &shape.automaton,
                    start: *start,
                    goal,
                    without: &without,
                };
                found = selected.advance(graph, quest, parts.distances, &mut judge)?;
            }
            self.without = without;
            if found {
                return Ok(true);
            }
            self.current = None;
        }
    }

    /// Begins at the next start; false when there is none.
    fn next_start(
        &mut self,
        shape: &Shape<'_>,
        (graph, outer): (&Snapshot, &[Slot]),
        run: &mut Run<'_>,
    ) -> Result<bool> {
        while self.any_start && self.starts.is_empty() {
            let (mut judge, parts) = self.judge(shape, (graph, outer), run);
            let Some(distances) = parts.distances else {
                return Ok(false);
            };
            let found = distances.take_starts();
            if found.is_empty() && distances.is_complete() {
                return Ok(false);
            }
            if found.is_empty() {
                distances.extend(graph, &shape.automaton, 0, &mut judge)?;
            }
            self.starts = found;
            self.starts.reverse();
        }
        let Some((start, least)) = self.starts.pop() else {
            return Ok(false);
        };
        let (goal, selection) = (self.goal, self.selection);
        let (mut judge, _) = self.judge(shape, (graph, outer), run);
        let quest = Quest {
            automaton: &shape.automaton,
            start,
            goal,
            without: &[],
        };
        let selected = Selected::new(graph, quest, (selection, least), &mut judge)?;
        self.current = Some((start, selected));
        Ok(true)
    }
}

/// What of a hunt changes while it is judged.
struct HuntParts<'a> {
    distances: Option<&'a mut Distances>,
    current: &'a mut Option<(NodeId, Selected)>,
}

impl Operate for PathSearch<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let mut under_way = match self.under_way.take() {
            Some(under_way) => under_way,
            None => match self.input.next(run)? {
                Some(batch) => self.begin(run, batch)?,
                None => return Ok(None),
            },
        };
        let reading = self.reading();
        let shape = Arc::clone(self.shape.get_or_insert_with(|| {
            let site = (&*under_way.graph, run.plan);
            Arc::new(Shape::new(self.search, reading, site))
        }));
        let mut cells = self.cells();
        while under_way.row < under_way.batch.len() && !cells.is_full(self.batch_rows) {
            if under_way.hunt.is_none() {
                under_way.hunt = self.hunt(&shape, &under_way, run)?;
            }
            let site = (&*under_way.graph, under_way.outer.as_slice());
            let found = match &mut under_way.hunt {
                Some(hunt) => hunt.advance(&shape, site, run)?,
                None => false,
            };
            let current = under_way
                .hunt
                .as_ref()
                .and_then(|hunt| hunt.current.as_ref());
            let Some((_, selected)) = current.filter(|_| found) else {
                under_way.hunt = None;
                under_way.row += 1;
                continue;
            };
            let decoder = Decoder {
                shape: &shape,
                walk: selected.places(),
            };
            cells.push(under_way.row, decoder, run)?;
        }
        self.batch_rows = (self.batch_rows * 2).min(BATCH_ROWS);
        let out = cells.finish(&under_way.batch, self.site.live);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

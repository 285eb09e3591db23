//! `ShortestPath`. Cost: a search from both ends for each input row; where a condition on the
//! whole path fails for the shortest ones, an enumeration of longer ones.

mod cells;
mod conditions;

use std::collections::VecDeque;
use std::sync::Arc;

use self::cells::{Cells, as_written};
use self::conditions::{Conditions, Held};
use super::moment::Moments;
use super::walk::{Walk, end_node};
use super::{Operate, Rows, Source, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::paths::{Ends, Lent, Route, Scratch, Shortest, all_shortest, shortest};
use crate::plan::physical::{Op, Operator, Step};
use crate::semantics::bound::{Expr, SearchGoal, Slot};
use crate::store::Snapshot;
use crate::value::Path;

/// Each input row with the shortest paths between two of its nodes.
pub(super) struct ShortestPath<'p> {
    input: Source<'p>,
    operator: &'p Operator,
    rows: Rows,
    /// Lent with the first row.
    scratch: Option<Lent<Scratch>>,
    under_way: Option<UnderWay>,
    /// Bytes that are noted as held.
    held: Held,
}

/// The operator's fields.
#[derive(Clone, Copy)]
struct Shape<'p> {
    step: &'p Step,
    goal: SearchGoal,
    min: u64,
    max: Option<u64>,
    path: Option<Slot>,
    each_rel: Slot,
    rel_predicates: &'p [Expr],
    each_node: Slot,
    node_predicates: &'p [Expr],
    path_predicates: &'p [Expr],
}

struct UnderWay {
    batch: Batch,
    graph: Arc<Snapshot>,
    route: Route,
    moments: Moments,
    row: usize,
    /// The paths of the row that are still to come out.
    paths: Option<Found>,
    outer: Vec<Slot>,
}

enum Found {
    Few(VecDeque<Path>),
    Many(Shortest),
}

impl UnderWay {
    /// Returns the next path of the row.
    fn next_path(
        &mut self,
        shape: Shape<'_>,
        held: &mut Held,
        run: &mut Run<'_>,
    ) -> Result<Option<Path>> {
        match &mut self.paths {
            None => Ok(None),
            Some(Found::Few(paths)) => Ok(paths.pop_front()),
            Some(Found::Many(paths)) => {
                let row = self.batch.gather(&[row_number(self.row)], &self.outer);
                let mut conditions = Conditions {
                    shape,
                    row: &row,
                    outer: &self.outer,
                    holds: self.moments.of(self.row, &self.graph),
                    held,
                    run,
                };
                paths.next(&self.graph, &self.route, &mut conditions)
            }
        }
    }
}

impl<'p> ShortestPath<'p> {
    pub(super) fn new(input: Source<'p>, operator: &'p Operator, rows: Rows) -> Self {
        Self {
            input,
            operator,
            rows,
            scratch: None,
            under_way: None,
            held: Held::default(),
        }
    }

    fn shape(&self) -> Option<Shape<'p>> {
        let Op::ShortestPath {
            input: _,
            step,
            goal,
            min,
            max,
            path,
            each_rel,
            rel_predicates,
            each_node,
            node_predicates,
            path_predicates,
        } = &self.operator.op
        else {
            return None;
        };
        Some(Shape {
            step,
            goal: *goal,
            min: *min,
            max: *max,
            path: *path,
            each_rel: *each_rel,
            rel_predicates,
            each_node: *each_node,
            node_predicates,
            path_predicates,
        })
    }

    /// Searches for the paths of one row.
    fn search(
        &mut self,
        shape: Shape<'p>,
        under_way: &UnderWay,
        run: &mut Run<'_>,
    ) -> Result<Option<Found>> {
        let (batch, row) = (&under_way.batch, under_way.row);
        let (Some(from), Some(to)) = (
            end_node(batch, shape.step.from, row)?,
            end_node(batch, shape.step.to, row)?,
        ) else {
            return Ok(None);
        };
        let ends = Ends { from, to };
        let outer = batch.gather(&[row_number(row)], &under_way.outer);
        let pool = &run.ctx.pool;
        let scratch = self.scratch.get_or_insert_with(|| pool.scratch());
        let mut conditions = Conditions {
            shape,
            row: &outer,
            outer: &under_way.outer,
            holds: under_way.moments.of(row, &under_way.graph),
            held: &mut self.held,
            run,
        };
        let (graph, route) = (&*under_way.graph, &under_way.route);
        let plain = shape.path_predicates.is_empty();
        if plain && shape.goal == SearchGoal::Any && route.min <= 1 {
            let path = shortest(graph, ends, route, &mut conditions, scratch)?;
            return Ok(path.map(|path| Found::Few(VecDeque::from([path]))));
        }
        let Some(mut found) = all_shortest(graph, ends, route, &mut conditions, scratch)? else {
            return Ok(None);
        };
        let length = found.length();
        let mut longer = route.clone();
        if length >= route.min {
            if plain && shape.goal == SearchGoal::All {
                return Ok(Some(Found::Many(found)));
            }
            let kept = conditions.accepted(graph, route, &mut found)?;
            if !kept.is_empty() {
                return Ok(Some(Found::Few(kept)));
            }
            longer.min = length.saturating_add(1);
        }
        conditions.enumerate(graph, ends, &longer)
    }
}

impl ShortestPath<'_> {
    fn begin(&mut self, shape: Shape<'_>, run: &mut Run<'_>) -> Result<Option<UnderWay>> {
        if let Some(under_way) = self.under_way.take() {
            return Ok(Some(under_way));
        }
        let Some(batch) = self.input.next(run)? else {
            return Ok(None);
        };
        let all = [
            shape.rel_predicates,
            shape.node_predicates,
            shape.path_predicates,
        ];
        let walk = Walk::new(shape.step, run.graph());
        let limit = |limit: u64| u32::try_from(limit).unwrap_or(u32::MAX);
        Ok(Some(UnderWay {
            moments: Moments::new(shape.step.moment.as_ref(), &batch, run)?,
            batch,
            graph: run.ctx.share_graph(),
            route: Route {
                direction: walk.direction,
                types: walk.types,
                min: limit(shape.min),
                max: shape.max.map_or(u32::MAX, limit),
            },
            row: 0,
            paths: None,
            outer: used_by_all(all.into_iter().flatten(), run.plan),
        }))
    }
}

impl Operate for ShortestPath<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(shape) = self.shape() else {
            return Ok(None);
        };
        let Some(mut under_way) = self.begin(shape, run)? else {
            return Ok(None);
        };
        let mut cells = Cells::new(shape, &self.operator.live, self.rows);
        while under_way.row < under_way.batch.len() && !cells.is_full() {
            if under_way.paths.is_none() {
                under_way.paths = self.search(shape, &under_way, run)?;
            }
            if let Some(path) = under_way.next_path(shape, &mut self.held, run)? {
                let path = as_written(path, shape.step.reversed);
                cells.push(under_way.row, path, run)?;
            } else {
                self.held.release(run);
                if let (Some(Found::Many(paths)), Some(scratch)) =
                    (under_way.paths.take(), &mut self.scratch)
                {
                    paths.leave(scratch);
                }
                under_way.row += 1;
            }
        }
        let out = cells.finish(&under_way.batch, &self.operator.live);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

//! `ShortestPath`. Cost: a search from both ends for each input row; where a condition on the
//! whole path fails for the shortest ones, an enumeration of longer ones.

use std::collections::VecDeque;
use std::sync::Arc;

use super::fan::Fan;
use super::moment::Moments;
use super::walk::{Walk, end_node};
use super::{Operate, Source, filter, row_number};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::eval::used_by_all;
use crate::exec::run::Run;
use crate::functions::Watch;
use crate::paths::{Ends, Guide, Route, Scratch, Shortest, Trails, all_shortest, shortest};
use crate::plan::physical::{Op, Operator, Step};
use crate::semantics::bound::{Expr, SearchGoal, Slot};
use crate::store::{HoldsAt, Hop, Snapshot};
use crate::value::{Path, Value};

/// Each input row with the shortest paths between two of its nodes.
pub(super) struct ShortestPath<'p> {
    input: Source<'p>,
    operator: &'p Operator,
    scratch: Scratch,
    under_way: Option<UnderWay>,
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
    fn next_path(&mut self, shape: Shape<'_>, run: &mut Run<'_>) -> Result<Option<Path>> {
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
                    run,
                };
                paths.next(&self.graph, &self.route, &mut conditions)
            }
        }
    }
}

/// Evaluates the predicates of a search for one row.
struct Conditions<'a, 'r> {
    shape: Shape<'a>,
    row: &'a Batch,
    outer: &'a [Slot],
    /// What holds at the row's moment.
    holds: Option<HoldsAt<'a>>,
    run: &'a mut Run<'r>,
}

impl Conditions<'_, '_> {
    fn keep(
        &mut self,
        predicates: &[Expr],
        hops: &mut Vec<Hop>,
        start: usize,
        (slot, column): (Slot, Column),
    ) -> Result<()> {
        if predicates.is_empty() || start >= hops.len() {
            return Ok(());
        }
        let rows = vec![0; hops.len() - start];
        let mut inner = self.row.gather(&rows, self.outer);
        inner.set(slot, Arc::new(column));
        if let Some(kept) = filter::passing(predicates, &inner, self.run)? {
            for (place, &from) in kept.iter().enumerate() {
                hops[start + place] = hops[start + from as usize];
            }
            hops.truncate(start + kept.len());
        }
        Ok(())
    }
}

impl Guide for Conditions<'_, '_> {
    fn is_free(&self) -> bool {
        self.holds.is_none()
            && self.shape.rel_predicates.is_empty()
            && self.shape.node_predicates.is_empty()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        if let Some(holds) = self.holds {
            holds.retain(hops, start);
        }
        let rels = hops.iter().skip(start).map(|hop| hop.rel.0).collect();
        let each = (self.shape.each_rel, Column::rels(rels));
        self.keep(self.shape.rel_predicates, hops, start, each)
    }

    fn inner(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        let nodes = hops.iter().skip(start).map(|hop| hop.node.0).collect();
        let each = (self.shape.each_node, Column::nodes(nodes));
        self.keep(self.shape.node_predicates, hops, start, each)
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        Watch::pulse(&*self.run.ctx, bytes)
    }
}

impl<'p> ShortestPath<'p> {
    pub(super) fn new(input: Source<'p>, operator: &'p Operator) -> Self {
        Self {
            input,
            operator,
            scratch: Scratch::new(),
            under_way: None,
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
        let mut conditions = Conditions {
            shape,
            row: &outer,
            outer: &under_way.outer,
            holds: under_way.moments.of(row, &under_way.graph),
            run,
        };
        let (graph, route) = (&*under_way.graph, &under_way.route);
        let scratch = &mut self.scratch;
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

impl Conditions<'_, '_> {
    /// Goes through all trails, shorter ones first, to the first length at which one is accepted.
    fn enumerate(&mut self, graph: &Snapshot, ends: Ends, route: &Route) -> Result<Option<Found>> {
        let mut trails = Trails::new(graph, ends, route, self)?;
        let mut kept: VecDeque<Path> = VecDeque::new();
        while let Some(path) = trails.next(graph, self)? {
            if kept
                .front()
                .is_some_and(|first| first.rels.len() < path.rels.len())
            {
                break;
            }
            if self.accepts(&path)? {
                self.run.ctx.hold(path_bytes(&path))?;
                kept.push_back(path);
                if self.shape.goal == SearchGoal::Any {
                    break;
                }
            }
        }
        Ok((!kept.is_empty()).then_some(Found::Few(kept)))
    }

    /// Returns the paths that are accepted, or the first of them.
    fn accepted(
        &mut self,
        graph: &Snapshot,
        route: &Route,
        found: &mut Shortest,
    ) -> Result<VecDeque<Path>> {
        let mut kept = VecDeque::new();
        while let Some(path) = found.next(graph, route, self)? {
            self.run.step()?;
            if self.accepts(&path)? {
                self.run.ctx.hold(path_bytes(&path))?;
                kept.push_back(path);
                if self.shape.goal == SearchGoal::Any {
                    break;
                }
            }
        }
        Ok(kept)
    }

    /// Returns whether a path fulfils the conditions on the whole of it.
    fn accepts(&mut self, path: &Path) -> Result<bool> {
        if self.shape.path_predicates.is_empty() {
            return Ok(true);
        }
        let mut row = self.row.clone();
        let shape = self.shape;
        let (path, rels) = as_written(path, shape.step.reversed);
        row.set_constant(shape.each_rel, last_of(&rels));
        row.set_constant(shape.step.rel, rels);
        if let Some(slot) = shape.path {
            row.set_constant(slot, path);
        }
        Ok(filter::passing(shape.path_predicates, &row, self.run)?.is_none())
    }
}

/// Returns about how many bytes a path takes.
fn path_bytes(path: &Path) -> usize {
    size_of::<Path>() + size_of_val(&*path.nodes) + size_of_val(&*path.rels)
}

/// Returns what stands for the relationship where a path has just one.
fn last_of(rels: &Value) -> Value {
    let Value::List(rels) = rels else {
        return Value::Null;
    };
    rels.last().cloned().unwrap_or(Value::Null)
}

/// Returns a path and its relationships in the order in which the pattern reads.
fn as_written(path: &Path, reversed: bool) -> (Value, Value) {
    let mut path = path.clone();
    if reversed {
        path.nodes.reverse();
        path.rels.reverse();
    }
    let rels = Value::list(path.rels.iter().map(|rel| Value::Rel(*rel)));
    (Value::Path(Arc::new(path)), rels)
}

impl Operate for ShortestPath<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(shape) = self.shape() else {
            return Ok(None);
        };
        let mut under_way = if let Some(under_way) = self.under_way.take() {
            under_way
        } else {
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
            let moments = Moments::new(shape.step.moment.as_ref(), &batch, run)?;
            UnderWay {
                batch,
                moments,
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
            }
        };
        let mut fan = Fan::default();
        let (mut paths, mut lists) = (Vec::new(), Vec::new());
        while under_way.row < under_way.batch.len() && !fan.is_full() {
            if under_way.paths.is_none() {
                under_way.paths = self.search(shape, &under_way, run)?;
            }
            if let Some(path) = under_way.next_path(shape, run)? {
                let (path, rels) = as_written(&path, shape.step.reversed);
                fan.push(under_way.row);
                paths.push(path);
                lists.push(rels);
            } else {
                under_way.paths = None;
                under_way.row += 1;
            }
        }
        let singles = lists.iter().map(last_of).collect();
        let singles = (shape.each_rel, Column::Values(singles));
        let lists = (shape.step.rel, Column::Values(lists));
        let paths = shape.path.map(|path| (path, Column::Values(paths)));
        let new = [lists, singles].into_iter().chain(paths);
        let out = fan.finish(&under_way.batch, &self.operator.live, new);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}

//! Runs a plan to its end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;

use super::batch::Batch;
use super::context::{Context, Graph, Limits, Team};
use super::profile::Profile;
use super::{Column, ops};
use crate::error::Result;
use crate::functions::{Clock, Procedures};
use crate::paths::Pool;
use crate::plan::Measure;
use crate::plan::physical::PhysicalPlan;
use crate::semantics::bound::Slot;
use crate::store::{Dictionary, KeyId, Snapshot};
use crate::value::Value;

/// The result of a statement: its columns, in batches.
#[derive(Clone, Debug, Default)]
pub struct ResultSet {
    names: Vec<Arc<str>>,
    batches: Vec<Vec<Arc<Column>>>,
    len: usize,
}

impl ResultSet {
    /// Returns the names of the columns; none for a statement without a result.
    #[must_use]
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the batches: the cells of each column.
    #[must_use]
    pub fn batches(&self) -> &[Vec<Arc<Column>>] {
        &self.batches
    }

    /// Hands out the rows.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Value>> {
        self.batches.iter().flat_map(|columns| {
            let len = columns.first().map_or(0, |column| column.len());
            (0..len).map(move |row| columns.iter().map(|column| column.value(row)).collect())
        })
    }
}

/// Runs a plan. After an error the context still holds the graph: what a writing statement did
/// until then is for the caller to roll back.
pub fn execute(plan: &PhysicalPlan, ctx: &mut Context) -> Result<ResultSet> {
    collect(&mut Run::new(plan, ctx))
}

/// As [`execute`], and measures what each operator does.
pub fn execute_measured(plan: &PhysicalPlan, ctx: &mut Context) -> Result<(ResultSet, Profile)> {
    let mut run = Run::new(plan, ctx);
    run.profile = Some(Profile::default());
    let result = collect(&mut run)?;
    if let Some(profile) = &mut run.profile {
        // What is held outside of all operators is the result.
        let bytes = run.ctx.meter.most;
        let measure = Measure {
            bytes,
            ..Measure::default()
        };
        profile.add(&plan.root, measure);
    }
    Ok((result, run.profile.unwrap_or_default()))
}

fn collect(run: &mut Run<'_>) -> Result<ResultSet> {
    let plan = run.plan;
    let mut result = ResultSet {
        names: plan
            .columns
            .iter()
            .map(|column| Arc::clone(&column.name))
            .collect(),
        ..ResultSet::default()
    };
    let slots: Vec<Slot> = plan.columns.iter().map(|column| column.slot).collect();
    let first = run.first_argument();
    let mut root = ops::build(&plan.root, run.site(&first), ops::Rows::All);
    while let Some(batch) = root.next(run)? {
        run.ctx.pulse()?;
        if slots.is_empty() || batch.is_empty() {
            continue;
        }
        let columns: Vec<Arc<Column>> = slots
            .iter()
            .map(|&slot| {
                batch
                    .column(slot)
                    .map_or_else(|| Arc::new(Column::nulls(batch.len())), Arc::clone)
            })
            .collect();
        run.ctx.hold(columns.iter().map(|c| c.bytes()).sum())?;
        result.len += batch.len();
        result.batches.push(columns);
    }
    Ok(result)
}

/// A plan under way.
pub(super) struct Run<'r> {
    pub(super) plan: &'r PhysicalPlan,
    pub(super) ctx: &'r mut Context,
    memos: Arc<Mutex<Memos>>,
    steps: u32,
    /// How many expressions are being evaluated, each a part of the one before.
    pub(super) nesting: u32,
    /// What operators did, where that is measured.
    pub(super) profile: Option<Profile>,
}

/// What was derived from the graph. Shared by all who work on a statement, so that columns of
/// texts have the same dictionary.
#[derive(Debug, Default)]
struct Memos {
    dictionaries: HashMap<(Entity, KeyId), Arc<Dictionary>>,
    /// The names of relationship types, by their numbers.
    type_names: Option<Arc<Dictionary>>,
}

/// What helpers need to work on a part of a statement that reads.
pub(super) struct Outline<'r> {
    plan: &'r PhysicalPlan,
    graph: Arc<Snapshot>,
    params: Arc<BTreeMap<Arc<str>, Value>>,
    clock: Clock,
    procedures: Arc<Procedures>,
    limits: Limits,
    pool: Arc<Pool>,
    team: Team,
    memos: Arc<Mutex<Memos>>,
}

impl<'r> Outline<'r> {
    /// Returns a context of its own for a helper.
    pub(super) fn context(&self) -> Context {
        let graph = Graph::Read(Arc::clone(&self.graph));
        let mut ctx = Context::new(graph, self.clock, Arc::clone(&self.procedures));
        ctx.params = Arc::clone(&self.params);
        ctx.limits = self.limits.clone();
        ctx.pool = Arc::clone(&self.pool);
        ctx.team = self.team.clone();
        ctx
    }

    /// Returns a run on the same plan.
    pub(super) fn run<'c>(&self, ctx: &'c mut Context) -> Run<'c>
    where
        'r: 'c,
    {
        let mut run = Run::new(self.plan, ctx);
        run.memos = Arc::clone(&self.memos);
        run
    }
}

/// After a step over so many bytes the statement looks whether it has to end.
const LONG_WORK: usize = 1 << 12;

/// What has properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entity {
    Node,
    Rel,
}

impl<'r> Run<'r> {
    pub(super) fn new(plan: &'r PhysicalPlan, ctx: &'r mut Context) -> Self {
        Self {
            plan,
            ctx,
            memos: Arc::default(),
            steps: 0,
            nesting: 0,
            profile: None,
        }
    }

    /// Returns the graph as it is now.
    #[inline]
    pub(super) fn graph(&self) -> &Snapshot {
        self.ctx.graph.view()
    }

    /// Returns the number of slots that rows have.
    pub(super) fn width(&self) -> usize {
        self.plan.slots.len()
    }

    /// Returns what the outermost plan is driven by: one row without columns.
    pub(super) fn first_argument(&self) -> Batch {
        Batch::new(1, self.width())
    }

    /// Returns where a plan is set up that starts from some rows.
    pub(super) fn site<'a>(&self, argument: &'a Batch) -> ops::Site<'a> {
        ops::Site {
            argument,
            measured: self.profile.is_some(),
            part: None,
        }
    }

    /// Counts steps of a long loop, and looks now and then whether the statement has to end.
    #[inline]
    pub(super) fn step(&mut self) -> Result<()> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(1024) {
            self.ctx.pulse()?;
        }
        Ok(())
    }

    /// As [`step`](Self::step), for a step that reads or writes so many bytes.
    #[inline]
    pub(super) fn work(&mut self, bytes: usize) -> Result<()> {
        if bytes >= LONG_WORK {
            return self.ctx.pulse();
        }
        self.step()
    }

    /// Returns the dictionary of a text column, the same one as long as the column has no new
    /// text.
    pub(super) fn dictionary(&self, entity: Entity, key: KeyId) -> Option<Arc<Dictionary>> {
        let graph = self.ctx.graph.view();
        let column = match entity {
            Entity::Node => graph.node_column(key),
            Entity::Rel => graph.rel_column(key),
        };
        let current = column?.dictionary();
        let mut memos = lock(&self.memos);
        let known = memos.dictionaries.get(&(entity, key));
        if let Some(known) = known.filter(|known| known.len() == current.len()) {
            return Some(Arc::clone(known));
        }
        let fresh = Arc::new(current.clone());
        memos.dictionaries.insert((entity, key), Arc::clone(&fresh));
        Some(fresh)
    }

    /// Returns the names of relationship types under their numbers.
    pub(super) fn type_names(&self) -> Arc<Dictionary> {
        let graph = self.ctx.graph.view();
        let mut memos = lock(&self.memos);
        if let Some(names) = &memos.type_names
            && names.len() == graph.type_names().count()
        {
            return Arc::clone(names);
        }
        let mut names = Dictionary::default();
        for (_, name) in graph.type_names() {
            names.intern(name);
        }
        let names = Arc::new(names);
        memos.type_names = Some(Arc::clone(&names));
        names
    }

    /// Forgets what was derived from the graph, before it changes.
    pub(super) fn forget(&mut self) {
        *lock(&self.memos) = Memos::default();
    }

    /// Returns what helpers need, if the statement only reads.
    pub(super) fn outline(&self) -> Option<Outline<'r>> {
        let Graph::Read(graph) = &self.ctx.graph else {
            return None;
        };
        Some(Outline {
            plan: self.plan,
            graph: Arc::clone(graph),
            params: Arc::clone(&self.ctx.params),
            clock: self.ctx.clock,
            procedures: Arc::clone(&self.ctx.procedures),
            limits: self.ctx.limits.clone(),
            pool: Arc::clone(&self.ctx.pool),
            team: Team::with(self.ctx.held),
            memos: Arc::clone(&self.memos),
        })
    }
}

/// Nothing can fail while it is locked.
fn lock(memos: &Mutex<Memos>) -> MutexGuard<'_, Memos> {
    memos.lock().unwrap_or_else(PoisonError::into_inner)
}
impl ResultSet {
    /// Creates a result from rows of values.
    #[must_use]
    pub fn from_rows(names: Vec<Arc<str>>, rows: Vec<Vec<Value>>) -> Self {
        let len = rows.len();
        let mut cells: Vec<Vec<Value>> = names.iter().map(|_| Vec::with_capacity(len)).collect();
        for row in rows {
            for (column, value) in cells.iter_mut().zip(row) {
                column.push(value);
            }
        }
        let columns = cells
            .into_iter()
            .map(|cells| Arc::new(Column::from_values(cells)))
            .collect();
        Self {
            names,
            batches: vec![columns],
            len,
        }
    }
}

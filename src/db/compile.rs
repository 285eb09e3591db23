//! From text to physical plan, with a cache by text.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use super::Params;
use super::mentions::{self, Mention};
use super::recent::Recent;
use crate::error::Result;
use crate::functions::{Procedure, Procedures};
use crate::plan::physical::PhysicalPlan;
use crate::plan::{self, LogicalQuery};
use crate::semantics::bound::SchemaCommand;
use crate::semantics::{self, Catalog};
use crate::store::{Definitions, Snapshot};
use crate::syntax::ast;
use crate::value::Value;

/// At least so many plans are kept, those that were used last.
const KEPT_PLANS: usize = 256;

/// The longest text, in bytes, whose plan is kept.
const LONGEST_KEPT: usize = 16 << 10;

/// Plans by the text of their statements.
#[derive(Debug)]
pub(super) struct PlanCache(Mutex<Recent<Compiled>>);

impl Default for PlanCache {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(KEPT_PLANS)))
    }
}

/// A statement that is ready to run.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) kind: Kind,
    /// The names that it looks for.
    pub(super) mentions: Arc<[Mention]>,
    /// The parameters that were there when it was bound.
    params: Vec<Arc<str>>,
    /// How large the graph was when it was planned.
    size: usize,
    /// The indexes for which it was planned.
    definitions: Definitions,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Runs a plan.
    Run(Arc<PhysicalPlan>),
    /// Shows a plan.
    Explain(Arc<PhysicalPlan>),
    /// Shows a plan and, as text, how it was made.
    ExplainVerbose(Arc<PhysicalPlan>, Arc<str>),
    /// Runs a plan and shows what each operator did.
    Profile(Arc<PhysicalPlan>),
    /// Defines an index or a constraint, or drops one.
    Schema(Arc<SchemaCommand>),
    /// Begins, commits, rolls back.
    Transaction(ast::TransactionCommand),
}

impl PlanCache {
    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Returns the plan for a text: the one that is kept, as long as the graph has about the size
    /// for which it was made, or a new one.
    pub(super) fn compile(
        &self,
        text: &str,
        catalog: &Names<'_>,
        graph: &Snapshot,
    ) -> Result<Compiled> {
        if !catalog.rules_off.is_empty() {
            return compile(text, catalog, graph);
        }
        let key = key(text, catalog.moment);
        if let Some(kept) = self.kept(&key, catalog.params, graph) {
            return Ok(kept);
        }
        let compiled = compile(text, catalog, graph)?;
        if text.len() > LONGEST_KEPT {
            return Ok(compiled);
        }
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.put(key.as_ref().into(), compiled.clone());
        Ok(compiled)
    }

    fn kept(&self, text: &str, params: &Params, graph: &Snapshot) -> Option<Compiled> {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = plans.get(text)?;
        let size = size(graph);
        let similar = size <= found.size.saturating_mul(2) && found.size <= size.saturating_mul(2);
        let same_params = found.params.iter().eq(params.iter().map(|(name, _)| name));
        let same_definitions = graph.definitions().same(&found.definitions);
        (similar && same_params && same_definitions).then(|| found.clone())
    }
}

/// What a plan is kept by: the text, behind the session's moment if it has one. No statement begins
/// as such a key does.
fn key<'t>(text: &'t str, moment: Option<&Value>) -> Cow<'t, str> {
    match moment {
        None => Cow::Borrowed(text),
        Some(moment) => Cow::Owned(format!("AS OF {moment:?}\n{text}")),
    }
}

fn size(graph: &Snapshot) -> usize {
    graph.node_count() + graph.rel_count() + 16
}

fn compile(text: &str, catalog: &Names<'_>, graph: &Snapshot) -> Result<Compiled> {
    let statement = crate::syntax::parse(text)?;
    let mentions = match &statement {
        ast::Statement::Query(query) | ast::Statement::Explain { query, .. } => {
            mentions::of_query(query).into()
        }
        ast::Statement::StandaloneCall(_)
        | ast::Statement::Show(_)
        | ast::Statement::Schema(_)
        | ast::Statement::Transaction(_) => Arc::default(),
    };
    let kind = match statement {
        ast::Statement::Query(query) => Kind::Run(plan_query(&query, catalog, graph)?),
        ast::Statement::Explain { mode, query } => match mode {
            ast::ExplainMode::Explain => Kind::Explain(plan_query(&query, catalog, graph)?),
            ast::ExplainMode::Verbose => plan_verbosely(&query, text, catalog, graph)?,
            ast::ExplainMode::Profile => Kind::Profile(plan_query(&query, catalog, graph)?),
        },
        ast::Statement::StandaloneCall(call) => {
            let logical = plan::plan(semantics::bind_call(&call, catalog)?);
            Kind::Run(finish(logical, catalog, graph))
        }
        ast::Statement::Show(show) => {
            let logical = plan::plan(semantics::bind_show(&show, catalog)?);
            Kind::Run(finish(logical, catalog, graph))
        }
        ast::Statement::Schema(command) => {
            Kind::Schema(Arc::new(semantics::bind_schema(&command)?))
        }
        ast::Statement::Transaction(command) => Kind::Transaction(command),
    };
    let params = catalog
        .params
        .iter()
        .map(|(name, _)| Arc::clone(name))
        .collect();
    Ok(Compiled {
        kind,
        mentions,
        params,
        size: size(graph),
        definitions: graph.definitions().clone(),
    })
}

fn plan_query(
    query: &ast::Query,
    catalog: &Names<'_>,
    graph: &Snapshot,
) -> Result<Arc<PhysicalPlan>> {
    let logical = plan::plan(semantics::bind(query, catalog)?);
    Ok(finish(logical, catalog, graph))
}

/// Optimizes a plan and chooses how it runs on a graph of this size.
pub(super) fn finish(
    logical: LogicalQuery,
    catalog: &Names<'_>,
    graph: &Snapshot,
) -> Arc<PhysicalPlan> {
    let off: Vec<_> = catalog.rules_off.iter().map(String::as_str).collect();
    let optimized = plan::optimize(logical, &off, &mut |_, _| ());
    Arc::new(plan::lower(optimized, &graph.statistics()))
}

/// Plans a query and draws each step: the logical plan, what each rule made of it, and the plan
/// that runs.
fn plan_verbosely(
    query: &ast::Query,
    text: &str,
    catalog: &Names<'_>,
    graph: &Snapshot,
) -> Result<Kind> {
    let logical = plan::plan(semantics::bind(query, catalog)?);
    let mut latest = plan::draw_logical(&logical, text);
    let mut story = section("Logical plan", &latest);
    let off: Vec<_> = catalog.rules_off.iter().map(String::as_str).collect();
    let optimized = plan::optimize(logical, &off, &mut |rule, query| {
        let drawn = plan::draw_logical(query, text);
        if drawn != latest {
            story += &section(&format!("After {}", rule.name), &drawn);
            latest = drawn;
        }
    });
    let physical = plan::lower(optimized, &graph.statistics());
    let drawn = plan::draw(&plan::explain(&physical, &|_| None));
    story += &section("Physical plan", &drawn);
    Ok(Kind::ExplainVerbose(Arc::new(physical), story.into()))
}

/// A title, and below it the lines of a text, indented.
fn section(title: &str, text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}\n"));
    std::iter::once(format!("{title}\n")).chain(lines).collect()
}

/// What a text may refer to, and how it is to be planned.
pub(super) struct Names<'a> {
    pub(super) params: &'a Params,
    pub(super) procedures: &'a Procedures,
    pub(super) rules_off: &'a [String],
    /// The moment of clauses without `AS OF`.
    pub(super) moment: Option<&'a Value>,
}

impl Catalog for Names<'_> {
    fn procedure(&self, name: &str) -> Option<Arc<Procedure>> {
        self.procedures.get(name).cloned()
    }

    fn has_parameter(&self, name: &str) -> bool {
        self.params.get(name).is_some()
    }

    fn moment(&self) -> Option<Value> {
        self.moment.cloned()
    }

    fn procedure_names(&self) -> Vec<Arc<str>> {
        let procedures = self.procedures.iter();
        procedures.map(|known| Arc::clone(&known.name)).collect()
    }

    fn parameter_names(&self) -> Vec<Arc<str>> {
        self.params
            .iter()
            .map(|(name, _)| Arc::clone(name))
            .collect()
    }
}

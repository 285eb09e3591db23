//! Binding: one complete static pass over a statement.

mod case;
mod clause;
mod create;
mod expression;
mod function;
mod moment;
mod path;
mod pattern;
mod projection;
mod schema;
mod search;
mod show;
mod subquery;
mod update;

use std::sync::Arc;

pub use schema::bind_schema;
pub use show::bind_show;

use super::bound::{
    BoundQuery, Clause, Column, Expr, ExprKind, SingleQuery, Slot, SlotInfo, Subquery, Union,
    VariableKind,
};
use super::error::SemanticError;
use super::scope::{Scope, Variable};
use super::types::StaticType;
use crate::error::{Error, Result, Span};
use crate::functions::Procedure;
use crate::syntax::ast;
use crate::value::Value;

/// What the text of a query may refer to besides its own variables.
pub trait Catalog {
    /// Returns the procedure with that full name.
    fn procedure(&self, name: &str) -> Option<Arc<Procedure>>;
    /// Whether a parameter of that name was given.
    fn has_parameter(&self, name: &str) -> bool;

    /// Returns the names of all procedures, for hints.
    fn procedure_names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// Returns the names of all parameters, for hints.
    fn parameter_names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// Returns the moment that clauses without `AS OF` read the graph at; none for all times.
    fn moment(&self) -> Option<Value> {
        None
    }
}

/// Binds a query.
///
/// # Errors
/// Every error that the text alone shows, with type, phase and detail of the openCypher TCK.
pub fn bind(query: &ast::Query, catalog: &dyn Catalog) -> Result<BoundQuery> {
    let mut binder = Binder::new(catalog);
    let root = binder.bind_union(query, &Scope::default())?;
    Ok(binder.finish(root))
}

/// Binds a procedure call that is the whole statement: arguments may be implicit (parameters named
/// as the procedure's inputs), and without `YIELD` all its fields are returned.
///
/// # Errors
/// As [`bind`].
pub fn bind_call(call: &ast::ProcedureCall, catalog: &dyn Catalog) -> Result<BoundQuery> {
    let mut binder = Binder::new(catalog);
    let mut scope = Scope::default();
    let clause = binder.bind_standalone_call(call, &mut scope)?;
    let columns: Vec<_> = scope
        .own()
        .iter()
        .map(|variable| Column {
            name: Arc::clone(&variable.name),
            slot: variable.slot,
        })
        .collect();
    let branch = SingleQuery {
        clauses: vec![clause],
        columns: columns.clone(),
    };
    let root = Union {
        branches: vec![branch],
        distinct: false,
        columns,
        writes: false,
    };
    Ok(binder.finish(root))
}

/// Binds an expression without variables, parameters and procedures, as a query that returns it.
///
/// # Errors
/// As [`bind`].
pub fn bind_value(expr: &ast::Expr) -> Result<BoundQuery> {
    let item = ast::ProjectionItem {
        expr: expr.clone(),
        alias: None,
        text: "value".into(),
    };
    let projection = ast::Projection {
        distinct: false,
        star: None,
        items: vec![item],
        order_by: Vec::new(),
        skip: None,
        limit: None,
    };
    let clause = ast::Spanned::new(ast::Clause::Return(projection), expr.span);
    let part = ast::SingleQuery {
        clauses: vec![clause],
    };
    bind(
        &ast::Query {
            parts: vec![part],
            unions: Vec::new(),
        },
        &NoCatalog,
    )
}

/// Nothing to refer to.
struct NoCatalog;

impl Catalog for NoCatalog {
    fn procedure(&self, _name: &str) -> Option<Arc<Procedure>> {
        None
    }

    fn has_parameter(&self, _name: &str) -> bool {
        false
    }
}

/// How many clauses a statement can have, `CREATE` left out: plans are as deep as that.
const MAX_CLAUSES: usize = 2_000;
/// How many parts a `UNION` can have.
const MAX_PARTS: usize = 1_000;

/// The state of one binding pass.
struct Binder<'a> {
    catalog: &'a dyn Catalog,
    slots: Vec<SlotInfo>,
    subqueries: Vec<Subquery>,
    /// How many clauses were met.
    clauses: usize,
    /// Aggregate calls met in the item that is being bound; `None` where they are not allowed.
    aggregates: Aggregates,
    /// The moment that a clause without `AS OF` reads the graph at.
    moment: Option<Expr>,
    /// The operands of the `CASE`s around, the innermost last.
    case_operands: Vec<(Slot, StaticType)>,
}

/// What becomes of an aggregate call.
enum Aggregates {
    /// It is an error: an aggregate cannot stand there.
    Forbidden(&'static str),
    /// It is an error: it would stand in another one.
    Nested,
    /// It is put here, and a variable takes its place.
    Collected(Vec<(Slot, super::bound::AggregateCall)>),
}

impl<'a> Binder<'a> {
    fn new(catalog: &'a dyn Catalog) -> Self {
        Self {
            catalog,
            slots: Vec::new(),
            subqueries: Vec::new(),
            clauses: 0,
            aggregates: Aggregates::Forbidden("here"),
            moment: catalog.moment().map(moment::constant),
            case_operands: Vec::new(),
        }
    }

    fn finish(self, root: Union) -> BoundQuery {
        BoundQuery {
            root,
            subqueries: self.subqueries,
            slots: self.slots,
        }
    }

    fn new_slot(&mut self, name: Arc<str>, kind: VariableKind) -> Slot {
        let slot =
            Slot(u32::try_from(self.slots.len()).expect("a text holds fewer than 2^32 names"));
        self.slots.push(SlotInfo { name, kind });
        slot
    }

    fn anonymous_slot(&mut self, kind: VariableKind) -> Slot {
        let name = format!("anon_{}", self.slots.len());
        self.new_slot(name.into(), kind)
    }

    /// A fresh variable; shadowing one of the same name is the caller's business.
    fn declare(&mut self, scope: &mut Scope, name: &Arc<str>, static_type: StaticType) -> Slot {
        let slot = self.new_slot(Arc::clone(name), kind_of(&static_type));
        scope.insert(Variable {
            name: Arc::clone(name),
            slot,
            static_type,
        });
        slot
    }

    /// A fresh variable where the name must not be taken yet.
    fn declare_new(
        &mut self,
        scope: &mut Scope,
        name: &ast::Name,
        static_type: StaticType,
    ) -> Result<Slot> {
        if scope.get(&name.node).is_some() {
            return Err(already_bound(name));
        }
        Ok(self.declare(scope, &name.node, static_type))
    }

    fn bind_union(&mut self, query: &ast::Query, scope: &Scope) -> Result<Union> {
        self.bind_branches(query, |_| scope.clone())
    }

    /// Binds each branch in the scope that `scope` gives for its position.
    fn bind_branches(
        &mut self,
        query: &ast::Query,
        scope: impl Fn(usize) -> Scope,
    ) -> Result<Union> {
        let distinct = union_kind(query)?;
        if let Some(union) = query.unions.get(MAX_PARTS) {
            let limit = MAX_PARTS;
            return Err(SemanticError::TooManyParts { limit }.at(union.span));
        }
        let mut branches = Vec::with_capacity(query.parts.len());
        for (position, part) in query.parts.iter().enumerate() {
            branches.push(self.bind_single(part, scope(position))?);
        }
        let columns = self.union_columns(query, &branches)?;
        let writes = branches
            .iter()
            .any(|branch| branch.clauses.iter().any(writes));
        Ok(Union {
            branches,
            distinct,
            columns,
            writes,
        })
    }

    fn union_columns(
        &mut self,
        query: &ast::Query,
        branches: &[SingleQuery],
    ) -> Result<Vec<Column>> {
        let first = branches
            .first()
            .map(|branch| branch.columns.clone())
            .unwrap_or_default();
        if branches.len() == 1 {
            return Ok(first);
        }
        for (branch, union) in branches.iter().skip(1).zip(&query.unions) {
            let same = branch.columns.len() == first.len()
                && branch
                    .columns
                    .iter()
                    .zip(&first)
                    .all(|(a, b)| a.name == b.name);
            if !same {
                let names = |columns: &[Column]| {
                    let names = columns.iter().map(|column| Arc::clone(&column.name));
                    names.collect()
                };
                return Err(SemanticError::DifferentColumnsInUnion {
                    left: names(&first),
                    right: names(&branch.columns),
                }
                .at(union.span));
            }
        }
        Ok(first
            .into_iter()
            .map(|column| {
                let kind = self.slot_kind(column.slot);
                let slot = self.new_slot(Arc::clone(&column.name), kind);
                Column {
                    name: column.name,
                    slot,
                }
            })
            .collect())
    }

    fn slot_kind(&self, slot: Slot) -> VariableKind {
        self.slots
            .get(slot.0 as usize)
            .map_or(VariableKind::Value, |info| info.kind)
    }

    fn bind_single(&mut self, query: &ast::SingleQuery, mut scope: Scope) -> Result<SingleQuery> {
        clause::check_composition(query)?;
        let mut clauses = Vec::with_capacity(query.clauses.len());
        let mut columns = Vec::new();
        for clause in &query.clauses {
            let bound = self.bind_clause(clause, &mut scope)?;
            if let (ast::Clause::Return(_), Clause::Project(projection)) = (&clause.node, &bound) {
                columns.clone_from(&projection.columns);
            }
            clauses.push(bound);
        }
        Ok(SingleQuery { clauses, columns })
    }
}

fn union_kind(query: &ast::Query) -> Result<bool> {
    let mut kinds = query.unions.iter();
    let Some(first) = kinds.next() else {
        return Ok(false);
    };
    match kinds.find(|kind| kind.node != first.node) {
        Some(other) => Err(SemanticError::ClauseComposition {
            message: "`UNION` and `UNION ALL` cannot be mixed in one query",
        }
        .at(other.span)),
        None => Ok(first.node == ast::UnionKind::Distinct),
    }
}

/// Whether a clause changes the graph.
pub(super) fn writes(clause: &Clause) -> bool {
    match clause {
        Clause::Create(_)
        | Clause::Merge(_)
        | Clause::Set(_)
        | Clause::Delete { .. }
        | Clause::Foreach { .. } => true,
        Clause::CallSubquery { query, .. } => query.writes,
        Clause::Match(_)
        | Clause::Unwind { .. }
        | Clause::Project(_)
        | Clause::Call(_)
        | Clause::LoadCsv { .. } => false,
    }
}

fn kind_of(static_type: &StaticType) -> VariableKind {
    use crate::value::Type;
    match static_type.flat() {
        Type::Node => VariableKind::Node,
        Type::Relationship => VariableKind::Relationship,
        Type::Path => VariableKind::Path,
        _ => VariableKind::Value,
    }
}

fn already_bound(name: &ast::Name) -> Error {
    SemanticError::VariableAlreadyBound {
        name: Arc::clone(&name.node),
    }
    .at(name.span)
}

fn undefined(name: &str, span: Span, scope: &Scope) -> Error {
    SemanticError::UndefinedVariable {
        name: name.into(),
        in_scope: scope.names(),
    }
    .at(span)
}

fn variable(slot: Slot, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Variable(slot),
        span,
    }
}

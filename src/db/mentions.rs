//! The names of labels, relationship types and property keys that a statement looks for.
//!
//! Names that the statement itself writes are left out: it may look for what it has just made.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::error::Span;
use crate::syntax::ast::{
    Clause, Expr, ExprKind, GraphPattern, LabelExpr, MapProjectionItem, MergeAction, Name,
    NodePattern, PathFactor, PathPattern, PathTerm, Projection, Query, RelPattern, SetItem,
    SingleQuery, SubqueryBody, SubqueryImports, Yield, plain_labels,
};

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NameKind {
    Label,
    RelationshipType,
    /// A label or a type: `x:Name` says it of a node or of a relationship.
    LabelOrType,
    PropertyKey,
    /// Nothing with a name: keys of valid time, which `AS OF` needs.
    ValidTime,
}

/// A name that a statement looks for.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) kind: NameKind,
    pub(super) name: Arc<str>,
    pub(super) span: Span,
}

/// Returns what a query looks for, in order of the text.
pub(super) fn of_query(query: &Query) -> Vec<Mention> {
    let mut walk = Walk::default();
    walk.query(query, &Elements::default());
    let Walk {
        mut found, written, ..
    } = walk;
    found.retain(|mention| !written.contains(&mention.name));
    found.sort_by_key(|mention| mention.span.start);
    found.dedup_by(|a, b| a.kind == b.kind && a.name == b.name);
    found
}

/// Returns the commits that a query names, in order of the text.
pub(super) fn commits_of_query(query: &Query) -> Vec<Expr> {
    let mut walk = Walk::default();
    walk.query(query, &Elements::default());
    walk.commits.sort_by_key(|commit| commit.span.start);
    walk.commits
}

/// The variables in scope that hold a node or a relationship: only of these is `x.key` a property
/// of the graph.
type Elements = HashSet<Arc<str>>;

/// What `AS OF` looks for.
fn valid_time(moment: &Expr) -> Mention {
    Mention {
        kind: NameKind::ValidTime,
        name: "".into(),
        span: moment.span,
    }
}

#[derive(Default)]
struct Walk {
    found: Vec<Mention>,
    written: HashSet<Arc<str>>,
    /// What stands behind `AS OF COMMIT`.
    commits: Vec<Expr>,
}

impl Walk {
    fn query(&mut self, query: &Query, outer: &Elements) {
        for part in &query.parts {
            self.single(part, outer.clone());
        }
    }

    fn single(&mut self, query: &SingleQuery, mut scope: Elements) {
        for clause in &query.clauses {
            self.clause(&clause.node, &mut scope);
        }
    }

    fn clause(&mut self, clause: &Clause, scope: &mut Elements) {
        match clause {
            Clause::Match(clause) => {
                self.found.extend(clause.as_of.as_ref().map(valid_time));
                self.commits.extend(clause.as_of_commit.clone());
                self.pattern(&clause.pattern, scope);
                self.exprs(clause.as_of.iter().chain(&clause.predicate), scope);
            }
            Clause::Unwind { list, variable } => {
                self.expr(list, scope);
                scope.remove(&variable.node);
            }
            Clause::With(projection, predicate) => {
                self.projection(projection, scope);
                self.exprs(predicate, scope);
            }
            Clause::Return(projection) => self.projection(projection, scope),
            Clause::Create(pattern) => {
                for path in &pattern.paths {
                    self.made_path(path, scope);
                }
            }
            Clause::Merge { pattern, actions } => {
                self.made_path(pattern, scope);
                for MergeAction { items, .. } in actions {
                    self.set(items, scope);
                }
            }
            Clause::Set(items) => self.set(items, scope),
            // What is taken off may well be missing.
            Clause::Finish | Clause::Remove(_) => {}
            Clause::Delete { targets, .. } => self.exprs(targets, scope),
            Clause::Call(call) => {
                self.exprs(call.arguments.iter().flatten(), scope);
                if let Some(Yield::Items { items, predicate }) = &call.yields {
                    for item in items {
                        scope.remove(&item.alias.as_ref().unwrap_or(&item.field).node);
                    }
                    self.exprs(predicate.as_deref(), scope);
                }
            }
            Clause::CallSubquery { imports, query, .. } => {
                self.call_subquery(imports.as_ref(), query, scope);
            }
            Clause::Foreach {
                variable,
                list,
                clauses,
            } => {
                self.expr(list, scope);
                let mut inner = without(scope, &[variable]);
                for clause in clauses {
                    self.clause(&clause.node, &mut inner);
                }
            }
            Clause::LoadCsv {
                source, variable, ..
            } => {
                self.expr(source, scope);
                scope.remove(&variable.node);
            }
        }
    }

    fn call_subquery(
        &mut self,
        imports: Option<&SubqueryImports>,
        query: &Query,
        scope: &mut Elements,
    ) {
        let mut inner = scope.clone();
        if let Some(SubqueryImports::Names(names)) = imports {
            inner.retain(|element| names.iter().any(|name| name.node == *element));
        }
        self.query(query, &inner);
        // What it returns may be anything.
        for part in &query.parts {
            if let Some(Clause::Return(projection)) = part.clauses.last().map(|last| &last.node) {
                let aliases = projection
                    .items
                    .iter()
                    .filter_map(|item| item.alias.as_ref());
                for alias in aliases {
                    scope.remove(&alias.node);
                }
            }
        }
    }

    /// Looks at the items, and leaves in `scope` what stands behind them.
    fn projection(&mut self, projection: &Projection, scope: &mut Elements) {
        let before = scope.clone();
        if projection.star.is_none() {
            scope.clear();
        }
        for item in &projection.items {
            self.expr(&item.expr, &before);
            let variable = match &item.expr.node {
                ExprKind::Variable(name) => Some(name),
                _ => None,
            };
            let name = item.alias.as_ref().map(|alias| &alias.node).or(variable);
            match (name, variable) {
                (Some(name), Some(variable)) if before.contains(variable) => {
                    scope.insert(Arc::clone(name));
                }
                (Some(name), _) => {
                    scope.remove(name);
                }
                (None, _) => {}
            }
        }
        // `ORDER BY` sees both; a name that is given anew hides the old one.
        let mut both = before;
        for item in &projection.items {
            if let Some(alias) = &item.alias {
                both.remove(&alias.node);
            }
        }
        both.extend(scope.iter().cloned());
        self.exprs(projection.order_by.iter().map(|item| &item.expr), &both);
        self.exprs(projection.skip.iter().chain(&projection.limit), &both);
    }

    fn set(&mut self, items: &[SetItem], scope: &Elements) {
        for item in items {
            match item {
                SetItem::Property { target, value } => {
                    if let ExprKind::Property { key, .. } = &target.node {
                        self.written.insert(Arc::clone(&key.node));
                    }
                    self.expr(value, scope);
                }
                SetItem::All { value, .. } | SetItem::Add { value, .. } => {
                    self.made_map(value, scope);
                }
                SetItem::Labels { labels, .. } => {
                    let names = labels.iter().map(|label| Arc::clone(&label.node));
                    self.written.extend(names);
                }
            }
        }
    }

    /// A map whose entries become properties.
    fn made_map(&mut self, map: &Expr, scope: &Elements) {
        if let ExprKind::Map(entries) = &map.node {
            let keys = entries.iter().map(|(key, _)| Arc::clone(&key.node));
            self.written.extend(keys);
        }
        self.expr(map, scope);
    }

    /// A path of `CREATE` or `MERGE`.
    fn made_path(&mut self, path: &PathPattern, scope: &mut Elements) {
        each_part(path, &mut |part| {
            let (variable, labels, properties) = match part {
                Part::Node(node) => (&node.variable, &node.labels, &node.properties),
                Part::Rel(rel) => (&rel.variable, &rel.types, &rel.properties),
            };
            let labels = labels.as_ref().and_then(plain_labels);
            let names = labels.into_iter().flatten().map(|label| label.node);
            self.written.extend(names);
            if let Some(map) = properties {
                self.made_map(map, scope);
            }
            scope.extend(variable.iter().map(|name| Arc::clone(&name.node)));
        });
    }

    /// A pattern that is looked for; its variables come into scope.
    fn pattern(&mut self, pattern: &GraphPattern, scope: &mut Elements) {
        for path in &pattern.paths {
            self.path(path, scope);
        }
    }

    fn path(&mut self, path: &PathPattern, scope: &mut Elements) {
        each_part(path, &mut |part| {
            let variable = match part {
                Part::Node(node) => node.variable.as_ref(),
                // A relationship of variable length is a list.
                Part::Rel(rel) => rel.variable.as_ref().filter(|_| rel.length.is_none()),
            };
            scope.extend(variable.map(|name| Arc::clone(&name.node)));
        });
        each_part(path, &mut |part| {
            let (kind, labels, properties, predicate) = match part {
                Part::Node(node) => (
                    NameKind::Label,
                    &node.labels,
                    &node.properties,
                    &node.predicate,
                ),
                Part::Rel(rel) => (
                    NameKind::RelationshipType,
                    &rel.types,
                    &rel.properties,
                    &rel.predicate,
                ),
            };
            if let Some(labels) = labels {
                self.labels(labels, kind);
            }
            if let Some(properties) = properties {
                self.keys(properties);
                self.expr(properties, scope);
            }
            self.exprs(predicate.as_deref(), scope);
        });
    }

    fn labels(&mut self, labels: &LabelExpr, kind: NameKind) {
        match labels {
            LabelExpr::Name(name) => self.mention(kind, name),
            LabelExpr::Wildcard(_) => {}
            LabelExpr::Not(inner) => self.labels(inner, kind),
            LabelExpr::And(parts) | LabelExpr::Or(parts) => {
                for part in parts {
                    self.labels(part, kind);
                }
            }
        }
    }

    /// The keys of a map that stands for properties.
    fn keys(&mut self, properties: &Expr) {
        if let ExprKind::Map(entries) = &properties.node {
            for (key, _) in entries {
                self.mention(NameKind::PropertyKey, key);
            }
        }
    }

    fn mention(&mut self, kind: NameKind, name: &Name) {
        self.found.push(Mention {
            kind,
            name: Arc::clone(&name.node),
            span: name.span,
        });
    }

    fn exprs<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>, scope: &Elements) {
        for expr in exprs {
            self.expr(expr, scope);
        }
    }

    fn expr(&mut self, expr: &Expr, scope: &Elements) {
        // A literal mentions nothing, and a list may have a million of them.
        if !matches!(&expr.node, ExprKind::Literal(_)) {
            stacker::maybe_grow(STACK_RESERVE, STACK_CHUNK, || self.expr_here(expr, scope));
        }
    }

    fn expr_here(&mut self, expr: &Expr, scope: &Elements) {
        match &expr.node {
            ExprKind::Property { base, key } => {
                if matches!(&base.node, ExprKind::Variable(name) if scope.contains(name)) {
                    self.mention(NameKind::PropertyKey, key);
                }
                self.expr(base, scope);
            }
            ExprKind::HasLabels {
                operand, labels, ..
            } => {
                self.labels(labels, NameKind::LabelOrType);
                self.expr(operand, scope);
            }
            ExprKind::MapProjection { base, items } => self.map_projection(base, items, scope),
            other => self.scoped(other, scope),
        }
    }

    /// An expression that brings names into scope, or a plain one.
    fn scoped(&mut self, kind: &ExprKind, scope: &Elements) {
        match kind {
            ExprKind::Pattern(path) => self.path(path, &mut scope.clone()),
            ExprKind::PatternComprehension {
                pattern,
                predicate,
                projection,
            } => {
                let mut inner = scope.clone();
                self.path(pattern, &mut inner);
                self.exprs(predicate.as_deref(), &inner);
                self.expr(projection, &inner);
            }
            ExprKind::Subquery { body, .. } => match &**body {
                SubqueryBody::Pattern { pattern, predicate } => {
                    let mut inner = scope.clone();
                    self.pattern(pattern, &mut inner);
                    self.exprs(predicate, &inner);
                }
                SubqueryBody::Query(query) => self.query(query, scope),
            },
            ExprKind::ListComprehension {
                variable,
                list,
                predicate,
                projection,
            } => {
                self.expr(list, scope);
                let inner = without(scope, &[variable]);
                let parts = predicate.iter().chain(projection);
                self.exprs(parts.map(|part| &**part), &inner);
            }
            ExprKind::Quantifier {
                variable,
                list,
                predicate,
                ..
            } => {
                self.expr(list, scope);
                self.exprs(predicate.as_deref(), &without(scope, &[variable]));
            }
            ExprKind::Reduce {
                accumulator,
                initial,
                variable,
                list,
                step,
            } => {
                self.exprs([&**initial, &**list], scope);
                self.expr(step, &without(scope, &[accumulator, variable]));
            }
            plain => self.exprs(operands(plain), scope),
        }
    }

    fn map_projection(&mut self, base: &Name, items: &[MapProjectionItem], scope: &Elements) {
        for item in items {
            match item {
                MapProjectionItem::Property(key) if scope.contains(&base.node) => {
                    self.mention(NameKind::PropertyKey, key);
                }
                MapProjectionItem::Entry(_, value) => self.expr(value, scope),
                MapProjectionItem::Property(_)
                | MapProjectionItem::Variable(_)
                | MapProjectionItem::AllProperties => {}
            }
        }
    }
}

/// How much stack a step down a tree may need, and how much more is taken when less is left.
const STACK_RESERVE: usize = 128 * 1024;
const STACK_CHUNK: usize = 4 * 1024 * 1024;

fn without(scope: &Elements, names: &[&Name]) -> Elements {
    let mut inner = scope.clone();
    for name in names {
        inner.remove(&name.node);
    }
    inner
}

/// A node or a relationship of a path.
enum Part<'a> {
    Node(&'a NodePattern),
    Rel(&'a RelPattern),
}

fn each_part<'a>(path: &'a PathPattern, visit: &mut dyn FnMut(Part<'a>)) {
    match &path.term {
        PathTerm::Factors(factors) | PathTerm::LegacyShortest { factors, .. } => {
            each_factor(factors, visit);
        }
    }
}

fn each_factor<'a>(factors: &'a [PathFactor], visit: &mut dyn FnMut(Part<'a>)) {
    for factor in factors {
        match factor {
            PathFactor::Node(node) => visit(Part::Node(node)),
            PathFactor::Rel(rel) => visit(Part::Rel(rel)),
            PathFactor::Group(group) => each_factor(&group.factors, visit),
        }
    }
}

/// The direct parts of an expression that brings no names into scope.
fn operands(kind: &ExprKind) -> Vec<&Expr> {
    match kind {
        ExprKind::List(items)
        | ExprKind::Or(items)
        | ExprKind::Xor(items)
        | ExprKind::And(items)
        | ExprKind::Function {
            arguments: items, ..
        } => items.iter().collect(),
        ExprKind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        ExprKind::Not(a) | ExprKind::Negate(a) | ExprKind::Plus(a) => vec![a],
        ExprKind::IsNull { operand, .. } | ExprKind::IsType { operand, .. } => vec![operand],
        ExprKind::Predicate { left, right, .. } => vec![left, right],
        ExprKind::Index { base, index } => vec![base, index],
        ExprKind::Comparison { first, rest } => std::iter::once(&**first)
            .chain(rest.iter().map(|(_, operand)| operand))
            .collect(),
        ExprKind::Arithmetic { first, rest } => std::iter::once(&**first)
            .chain(rest.iter().map(|(_, operand)| operand))
            .collect(),
        ExprKind::Slice { base, from, to } => std::iter::once(base)
            .chain(from)
            .chain(to)
            .map(|part| &**part)
            .collect(),
        ExprKind::Case {
            operand,
            branches,
            default,
        } => {
            let branches = branches
                .iter()
                .flat_map(|branch| branch.when.iter().chain([&branch.then]));
            operand
                .as_deref()
                .into_iter()
                .chain(branches)
                .chain(default.as_deref())
                .collect()
        }
        _ => Vec::new(),
    }
}

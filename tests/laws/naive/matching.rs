//! Every way to lay a pattern over the graph: all walks are listed, then the conditions tested.

use std::sync::Arc;

use polity::functions::operators;
use polity::store::RelRecord;
use polity::syntax::ast::{
    ArrowDirection, Expr, ExprKind, GraphPattern, LabelExpr, NodePattern, PathFactor, PathPattern,
    PathTerm, RelPattern,
};
use polity::value::{NodeId, Path, RelId, Value};

use super::{Naive, Outcome, Row, Scope, with};

/// A pattern that is partly laid over the graph.
#[derive(Clone)]
struct Laid<'p> {
    row: Row,
    /// The relationships that the clause has used.
    used: Vec<RelId>,
    /// The path in work.
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
    /// What must be true of the elements when all variables are there.
    conditions: Vec<Condition<'p>>,
}

#[derive(Clone)]
struct Condition<'p> {
    element: Value,
    variable: Option<&'p Arc<str>>,
    properties: Option<&'p Expr>,
    predicate: Option<&'p Expr>,
}

/// Returns the names of a pattern's variables.
pub(super) fn variables(pattern: &GraphPattern) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    for path in &pattern.paths {
        names.extend(path.variable.as_ref());
        for factor in factors(path) {
            names.extend(match factor {
                PathFactor::Node(node) => node.variable.as_ref(),
                PathFactor::Rel(rel) => rel.variable.as_ref(),
                PathFactor::Group(_) => None,
            });
        }
    }
    names.into_iter().map(|name| name.node.clone()).collect()
}

fn factors(path: &PathPattern) -> &[PathFactor] {
    match &path.term {
        PathTerm::Factors(factors) | PathTerm::LegacyShortest { factors, .. } => factors,
    }
}

impl Naive<'_> {
    /// Returns the row once for each match, with the pattern's variables.
    pub(super) fn matches(
        &self,
        pattern: &GraphPattern,
        predicate: Option<&Expr>,
        row: &Row,
    ) -> Outcome<Vec<Row>> {
        let mut all = vec![Laid {
            row: row.clone(),
            used: Vec::new(),
            nodes: Vec::new(),
            rels: Vec::new(),
            conditions: Vec::new(),
        }];
        for path in &pattern.paths {
            let mut longer = Vec::new();
            for laid in all {
                longer.extend(self.path(path, laid)?);
            }
            all = longer;
        }
        let mut found = Vec::new();
        for laid in all {
            let tested = self.holds(&laid)?
                && match predicate {
                    Some(predicate) => self.truth(predicate, Scope::of(&laid.row))? == Some(true),
                    None => true,
                };
            if tested {
                found.push((laid.rels.len(), laid.row));
            }
        }
        if let [path] = pattern.paths.as_slice()
            && let PathTerm::LegacyShortest { all, .. } = path.term
        {
            // Its ends are bound before: all of these lead from one node to one other.
            let least = found.iter().map(|(length, _)| *length).min();
            found.retain(|(length, _)| Some(*length) == least);
            found.truncate(if all { usize::MAX } else { 1 });
        }
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }

    fn path<'p>(&self, path: &'p PathPattern, mut start: Laid<'p>) -> Outcome<Vec<Laid<'p>>> {
        start.nodes.clear();
        start.rels.clear();
        let mut all = vec![start];
        let mut rel = None;
        for factor in factors(path) {
            let node = match factor {
                PathFactor::Rel(next) => {
                    rel = Some(next);
                    continue;
                }
                PathFactor::Node(node) => node,
                PathFactor::Group(_) => return Err("groups are not evaluated here".into()),
            };
            let mut longer = Vec::new();
            for laid in all {
                let walks = match rel {
                    None => self.graph.nodes().map(|node| laid.at(node)).collect(),
                    Some(rel) => self.walks(rel, &laid)?,
                };
                for walk in walks {
                    self.step()?;
                    longer.extend(self.arrive(node, walk));
                }
            }
            all = longer;
        }
        for laid in &mut all {
            if let Some(name) = &path.variable {
                let path = Path {
                    nodes: laid.nodes.clone().into(),
                    rels: laid.rels.clone().into(),
                };
                laid.row.insert(Arc::clone(&name.node), path.into());
            }
        }
        Ok(all)
    }

    /// The last node of the path has to be this one.
    fn arrive<'p>(&self, pattern: &'p NodePattern, mut laid: Laid<'p>) -> Option<Laid<'p>> {
        let node = *laid.nodes.last()?;
        let labels = self.graph.labels(node).iter();
        let labels: Vec<_> = labels.map(|id| self.graph.label_name(*id)).collect();
        if !pattern.labels.as_ref().is_none_or(|e| carries(e, &labels)) {
            return None;
        }
        let variable = pattern.variable.as_ref().map(|name| &name.node);
        laid.bind(variable, node.into())?;
        laid.conditions.push(Condition {
            element: node.into(),
            variable,
            properties: pattern.properties.as_deref(),
            predicate: pattern.predicate.as_deref(),
        });
        Some(laid)
    }

    /// All that a relationship pattern reaches from the end of the path, by unused relationships.
    fn walks<'p>(&self, pattern: &'p RelPattern, from: &Laid<'p>) -> Outcome<Vec<Laid<'p>>> {
        let variable = pattern.variable.as_ref().map(|name| &name.node);
        let (min, max) = match (&pattern.length, &pattern.quantifier) {
            (None, None) => (1, 1),
            (Some(range), _) => (range.node.min.unwrap_or(1), range.node.max.unwrap_or(99)),
            (_, Some(range)) => (range.node.min.unwrap_or(0), range.node.max.unwrap_or(99)),
        };
        let single = pattern.length.is_none() && pattern.quantifier.is_none();
        let mut out = Vec::new();
        let mut edge = vec![(from.clone(), Vec::<Value>::new())];
        for length in 0..=max {
            let mut next = Vec::new();
            for (laid, rels) in edge {
                self.step()?;
                if length < max {
                    next.extend(self.longer(pattern, &laid, &rels));
                }
                if length >= min {
                    let mut done = laid;
                    let value = if single { rels[0].clone() } else { rels.into() };
                    out.extend(done.bind(variable, value).map(|()| done));
                }
            }
            edge = next;
        }
        Ok(out)
    }

    /// The same with one more relationship and its node, in every way.
    fn longer<'p>(
        &self,
        pattern: &'p RelPattern,
        from: &Laid<'p>,
        rels: &[Value],
    ) -> Vec<(Laid<'p>, Vec<Value>)> {
        let hops = self.hops(pattern, from).into_iter();
        let step = |(rel, node): (RelId, NodeId)| {
            let mut laid = from.at(node);
            laid.rels.push(rel);
            laid.used.push(rel);
            laid.conditions.push(Condition {
                element: rel.into(),
                variable: pattern.variable.as_ref().map(|name| &name.node),
                properties: pattern.properties.as_deref(),
                predicate: pattern.predicate.as_deref(),
            });
            (laid, [rels, &[rel.into()]].concat())
        };
        hops.map(step).collect()
    }

    fn hops(&self, pattern: &RelPattern, laid: &Laid<'_>) -> Vec<(RelId, NodeId)> {
        let at = *laid.nodes.last().expect("a path begins with a node");
        let either = matches!(
            pattern.direction,
            ArrowDirection::Either | ArrowDirection::Both
        );
        let mut hops = Vec::new();
        for rel in self.graph.rels().filter(|rel| !laid.used.contains(rel)) {
            let RelRecord {
                start,
                end,
                rel_type,
            } = self.graph.rel(rel);
            let name = self.graph.type_name(rel_type);
            if !pattern.types.as_ref().is_none_or(|e| carries(e, &[name])) {
                continue;
            }
            if start == at && (either || pattern.direction == ArrowDirection::Right) {
                hops.push((rel, end));
            } else if end == at && (either || pattern.direction == ArrowDirection::Left) {
                hops.push((rel, start));
            }
        }
        hops
    }

    /// Whether an element holds at the clause's moment; a relationship only with both its ends.
    fn stands(&self, element: &Value) -> bool {
        let Some(day) = self.moment.get() else {
            return true;
        };
        let limit = |key| match operators::property(&self.context(), element, key) {
            Ok(Value::Date(date)) => Some(date),
            _ => None,
        };
        let own = limit("from").is_none_or(|from| from <= day)
            && limit("until").is_none_or(|until| day < until);
        own && match element {
            Value::Rel(rel) => {
                let record = self.graph.rel(*rel);
                self.stands(&record.start.into()) && self.stands(&record.end.into())
            }
            _ => true,
        }
    }

    fn holds(&self, laid: &Laid<'_>) -> Outcome<bool> {
        if !laid
            .conditions
            .iter()
            .all(|condition| self.stands(&condition.element))
        {
            return Ok(false);
        }
        for condition in &laid.conditions {
            if let Some(properties) = condition.properties
                && !self.has_properties(&condition.element, properties, &laid.row)?
            {
                return Ok(false);
            }
            if let Some(predicate) = condition.predicate {
                let row = match condition.variable {
                    Some(name) => with(&laid.row, name, condition.element.clone()),
                    None => laid.row.clone(),
                };
                if self.truth(predicate, Scope::of(&row))? != Some(true) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn has_properties(&self, element: &Value, wanted: &Expr, row: &Row) -> Outcome<bool> {
        let ExprKind::Map(entries) = &wanted.node else {
            return Err("only maps are properties here".into());
        };
        for (key, wanted) in entries {
            let found = operators::property(&self.context(), element, &key.node)?;
            if operators::equals(&found, &self.value(wanted, row)?) != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl<'p> Laid<'p> {
    /// The same with one more node at the end of the path.
    fn at(&self, node: NodeId) -> Self {
        let mut laid = self.clone();
        laid.nodes.push(node);
        laid
    }

    /// Gives a variable its value; `None` if it has another one already.
    fn bind(&mut self, variable: Option<&Arc<str>>, value: Value) -> Option<()> {
        let Some(name) = variable else {
            return Some(());
        };
        let known = self.row.entry(Arc::clone(name)).or_insert(value.clone());
        (operators::equals(known, &value) == Some(true)).then_some(())
    }
}

/// Whether something with these labels fulfils the expression.
pub(super) fn carries(expr: &LabelExpr, labels: &[&Arc<str>]) -> bool {
    match expr {
        LabelExpr::Name(name) => labels.contains(&&name.node),
        LabelExpr::Wildcard(_) => !labels.is_empty(),
        LabelExpr::Not(part) => !carries(part, labels),
        LabelExpr::And(parts) => parts.iter().all(|part| carries(part, labels)),
        LabelExpr::Or(parts) => parts.iter().any(|part| carries(part, labels)),
    }
}

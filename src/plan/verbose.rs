//! `EXPLAIN VERBOSE`: a logical plan as lines that people read.

use super::explain::{body_text, join, label_text, moment_text, slot_name};
use super::logical::{ApplyKind, LogicalPlan, LogicalQuery};
use crate::semantics::bound::{
    Comparison, CreatePattern, Direction, Expr, ExprKind, Pattern, PatternRel, SearchGoal, Slot,
    SlotInfo, SortKey,
};
use crate::semantics::path::{PathMode, Selector, WholePath};
use crate::value::literal::to_literal;

/// Draws a logical plan, one operator a line, outermost first; what an operator reads stands below
/// it, and several inputs stand one level deeper. Expressions are shown as they stand in `text`.
#[must_use]
pub fn draw_logical(query: &LogicalQuery, text: &str) -> String {
    let drawing = Drawing {
        slots: &query.slots,
        text,
    };
    let mut out = String::new();
    drawing.add(&query.root, 0, &mut out);
    for (number, (_, plan)) in query.subqueries.iter().enumerate() {
        line(0, "Subquery", &number.to_string(), &mut out);
        drawing.add(plan, 1, &mut out);
    }
    out
}

struct Drawing<'a> {
    slots: &'a [SlotInfo],
    text: &'a str,
}

fn line(depth: usize, name: &str, details: &str, out: &mut String) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(name);
    if !details.is_empty() {
        out.push(' ');
        out.push_str(details);
    }
    out.push('\n');
}

impl Drawing<'_> {
    fn add(&self, plan: &LogicalPlan, depth: usize, out: &mut String) {
        line(depth, name(plan), &self.details(plan), out);
        match plan.children().as_slice() {
            [only] => self.add(only, depth, out),
            several => several
                .iter()
                .for_each(|part| self.add(part, depth + 1, out)),
        }
    }

    fn details(&self, plan: &LogicalPlan) -> String {
        match plan {
            LogicalPlan::Match { pattern, .. } | LogicalPlan::Merge { pattern, .. } => {
                self.pattern(pattern)
            }
            LogicalPlan::Filter { predicates, .. } => self.conditions(predicates),
            LogicalPlan::Unwind { list, slot, .. } | LogicalPlan::Foreach { list, slot, .. } => {
                format!("{} IN {}", self.slot(*slot), self.expr(list))
            }
            LogicalPlan::Project { items, .. } => self.items(items),
            LogicalPlan::Aggregate {
                keys, aggregates, ..
            } => {
                let calls = aggregates.iter();
                let calls = join(calls.map(|(_, call)| {
                    call.function.map_or("count(*)".to_owned(), |function| {
                        format!("{}()", function.name)
                    })
                }));
                match keys.as_slice() {
                    [] => calls,
                    keys => format!("{}: {calls}", self.items(keys)),
                }
            }
            LogicalPlan::Distinct { slots, .. } | LogicalPlan::Union { columns: slots, .. } => {
                self.names(slots)
            }
            LogicalPlan::Sort { keys, .. } => self.keys(keys),
            LogicalPlan::Page { skip, limit, .. } => {
                let skip = skip
                    .iter()
                    .map(|count| format!("SKIP {}", self.expr(count)));
                let limit = limit
                    .iter()
                    .map(|count| format!("LIMIT {}", self.expr(count)));
                join(skip.chain(limit))
            }
            LogicalPlan::Apply { kind, .. } => match kind {
                ApplyKind::Join(slots) | ApplyKind::Optional(slots) => self.names(slots),
                ApplyKind::Once => String::new(),
            },
            LogicalPlan::Create { pattern, .. } => self.created(pattern),
            LogicalPlan::Call { call, .. } => call.name.to_string(),
            LogicalPlan::LoadCsv { source, slot, .. } => {
                format!("{} FROM {}", self.slot(*slot), self.expr(source))
            }
            LogicalPlan::Delete { targets, .. } => {
                join(targets.iter().map(|target| self.expr(target)))
            }
            LogicalPlan::Results { columns, .. } => {
                join(columns.iter().map(|column| column.name.to_string()))
            }
            LogicalPlan::Unit | LogicalPlan::Argument | LogicalPlan::Set { .. } => String::new(),
        }
    }

    /// An expression as it was written, on one line. Labels and properties of a pattern are
    /// written as conditions.
    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::HasLabels(element, labels) => {
                return format!("{}:{}", self.expr(element), label_text(labels));
            }
            ExprKind::Compare(Comparison::Equal, left, right) => {
                if let ExprKind::Property(element, key) = &left.kind
                    && let ExprKind::Variable(slot) = element.kind
                {
                    return format!("{}.{key} = {}", self.slot(slot), self.expr(right));
                }
            }
            _ => {}
        }
        let written = self.text.get(expr.span.range());
        let words = written.unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    fn conditions(&self, predicates: &[Expr]) -> String {
        let texts: Vec<_> = predicates.iter().map(|part| self.expr(part)).collect();
        texts.join("; ")
    }

    fn slot(&self, slot: Slot) -> String {
        slot_name(slot, self.slots)
    }

    fn names(&self, slots: &[Slot]) -> String {
        join(slots.iter().map(|slot| self.slot(*slot)))
    }

    fn items(&self, items: &[(Slot, Expr)]) -> String {
        let items = items.iter();
        join(items.map(|(slot, expr)| {
            let (name, expr) = (self.slot(*slot), self.expr(expr));
            if name.is_empty() || name == expr {
                expr
            } else {
                format!("{expr} AS {name}")
            }
        }))
    }

    fn keys(&self, keys: &[SortKey]) -> String {
        join(keys.iter().map(|key| {
            let order = if key.descending { " DESC" } else { "" };
            format!("{}{order}", self.expr(&key.expr))
        }))
    }

    fn created(&self, pattern: &CreatePattern) -> String {
        let nodes = pattern.nodes.iter().map(|node| node.slot);
        let rels = pattern.rels.iter().map(|rel| rel.slot);
        join(nodes.chain(rels).map(|slot| self.slot(slot)))
    }

    /// Nodes and relationships of a pattern, then what must be true of them.
    fn pattern(&self, pattern: &Pattern) -> String {
        let joined = |slot: Slot| {
            let rels = pattern.rels.iter();
            let mut rels = rels.chain(pattern.searches.iter().map(|search| &search.rel));
            let mut wholes = pattern.wholes.iter();
            rels.any(|rel| rel.from == slot || rel.to == slot)
                || wholes.any(|whole| [whole.from(), whole.to()].contains(&slot))
        };
        let alone = pattern.nodes.iter().filter(|node| !joined(node.slot));
        let alone = alone.map(|node| format!("({})", self.slot(node.slot)));
        let rels = pattern.rels.iter().map(|rel| self.rel(rel));
        let searches = pattern.searches.iter().map(|search| {
            let conditions = search.node_predicates.iter().chain(&search.path_predicates);
            let conditions: Vec<_> = conditions.map(|part| self.expr(part)).collect();
            let tested = match conditions.as_slice() {
                [] => String::new(),
                all => format!(" while {}", all.join("; ")),
            };
            let goal = match search.goal {
                SearchGoal::Any => "ANY",
                SearchGoal::All => "ALL",
            };
            format!("{goal} SHORTEST {}{tested}", self.rel(&search.rel))
        });
        let wholes = pattern.wholes.iter().map(|whole| self.whole(whole));
        let parts = join(alone.chain(rels).chain(searches).chain(wholes));
        let moment = moment_text(pattern.moment.as_ref(), self.slots);
        let parts = format!("{parts}{moment}");
        if pattern.predicates.is_empty() {
            return parts;
        }
        format!("{parts} WHERE {}", self.conditions(&pattern.predicates))
    }

    /// A path that is matched as a whole: what is chosen, what may repeat, its parts and conditions.
    fn whole(&self, whole: &WholePath) -> String {
        let count = |count: &Expr| match &count.kind {
            ExprKind::Literal(value) => to_literal(value),
            _ => self.expr(count),
        };
        let selector = match &whole.selector {
            Selector::All => String::new(),
            Selector::Paths(paths) => format!("SHORTEST {} ", count(paths)),
            Selector::Groups(groups) => format!("SHORTEST {} GROUPS ", count(groups)),
        };
        let mode = match whole.mode {
            PathMode::Walk => "WALK ",
            PathMode::Trail => "",
            PathMode::Acyclic => "ACYCLIC ",
            PathMode::Simple => "SIMPLE ",
        };
        let body = body_text(&whole.body, self.slots);
        let conditions = whole.predicates().into_iter().map(|part| self.expr(part));
        let tested = match conditions.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            all => format!(" while {}", all.join("; ")),
        };
        format!("{selector}{mode}{body}{tested}")
    }

    fn rel(&self, rel: &PatternRel) -> String {
        let types = rel
            .types
            .as_ref()
            .map(|types| format!(":{}", label_text(types)));
        let length = rel.length.as_ref().map(|length| {
            let max = length.max.map(|max| max.to_string()).unwrap_or_default();
            format!("*{}..{max}", length.min)
        });
        let tested = rel.length.as_ref().map(|length| &length.predicates);
        let tested = tested.filter(|predicates| !predicates.is_empty());
        let tested = tested.map(|predicates| format!(" WHERE {}", self.conditions(predicates)));
        let inside = [Some(self.slot(rel.slot)), types, length, tested];
        let inside: String = inside.into_iter().flatten().collect();
        let (left, right) = match rel.direction {
            Direction::Outgoing => ("-", "->"),
            Direction::Incoming => ("<-", "-"),
            Direction::Both => ("-", "-"),
        };
        let (from, to) = (self.slot(rel.from), self.slot(rel.to));
        format!("({from}){left}[{inside}]{right}({to})")
    }
}

fn name(plan: &LogicalPlan) -> &'static str {
    match plan {
        LogicalPlan::Unit => "Unit",
        LogicalPlan::Argument => "Argument",
        LogicalPlan::Match { optional: true, .. } => "OptionalMatch",
        LogicalPlan::Match { .. } => "Match",
        LogicalPlan::Unwind { .. } => "Unwind",
        LogicalPlan::Filter { .. } => "Filter",
        LogicalPlan::Project { .. } => "Project",
        LogicalPlan::Aggregate { .. } => "Aggregate",
        LogicalPlan::Distinct { .. } => "Distinct",
        LogicalPlan::Sort { .. } => "Sort",
        LogicalPlan::Page { .. } => "Page",
        LogicalPlan::Union { .. } => "Union",
        LogicalPlan::Apply { .. } => "Apply",
        LogicalPlan::Create { .. } => "Create",
        LogicalPlan::Merge { .. } => "Merge",
        LogicalPlan::Set { .. } => "Set",
        LogicalPlan::Delete { detach: true, .. } => "DetachDelete",
        LogicalPlan::Delete { .. } => "Delete",
        LogicalPlan::Foreach { .. } => "Foreach",
        LogicalPlan::Call { .. } => "Call",
        LogicalPlan::LoadCsv { .. } => "LoadCsv",
        LogicalPlan::Results { .. } => "Results",
    }
}

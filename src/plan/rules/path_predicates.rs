//! See [`PATH_PREDICATES`].

use super::Rule;
use crate::plan::logical::LogicalPlan;
use crate::semantics::bound::{Comparison, Expr, ExprKind, PathSearch, Pattern, Quantifier, Slot};
use crate::value::Value;

/// `shortestPath(…) WHERE none(n IN nodes(p) WHERE c)` ⇒ a search whose nodes all fulfil
/// `c = false`; likewise `all`, `relationships(p)` and the list variable of the relationships.
///
/// If the condition reads nothing but the element and what is bound before the search. The slice
/// `nodes(p)[1..-1]` leaves the ends out.
pub(super) const PATH_PREDICATES: Rule = Rule {
    name: "path_predicates",
    rewrite,
};

fn rewrite(plan: LogicalPlan) -> LogicalPlan {
    let LogicalPlan::Match {
        input,
        mut pattern,
        optional,
    } = plan
    else {
        return plan;
    };
    let mut searches = std::mem::take(&mut pattern.searches);
    for search in &mut searches {
        let predicates = std::mem::take(&mut search.path_predicates);
        for predicate in predicates {
            distribute(predicate, search, &mut pattern);
        }
    }
    pattern.searches = searches;
    LogicalPlan::Match {
        input,
        pattern,
        optional,
    }
}

/// Which elements of a path a condition is about.
enum Elements {
    Rels,
    Nodes,
    InnerNodes,
}

fn distribute(predicate: Expr, search: &mut PathSearch, pattern: &mut Pattern) {
    let Some((elements, slot, condition)) = per_element(&predicate, search) else {
        search.path_predicates.push(predicate);
        return;
    };
    let length = search.rel.length.as_mut();
    match (elements, length) {
        (Elements::Rels, Some(length)) => {
            length.predicates.push(rename(condition, slot, length.each));
        }
        (Elements::Rels, None) => search.path_predicates.push(predicate),
        (Elements::InnerNodes, _) => {
            search
                .node_predicates
                .push(rename(condition, slot, search.each_node));
        }
        (Elements::Nodes, _) => {
            for end in [search.rel.from, search.rel.to] {
                pattern
                    .predicates
                    .push(rename(condition.clone(), slot, end));
            }
            search
                .node_predicates
                .push(rename(condition, slot, search.each_node));
        }
    }
}

/// Takes `all(x IN nodes(p) WHERE c)` apart into what it is about, `x` and what each must fulfil.
fn per_element(predicate: &Expr, search: &PathSearch) -> Option<(Elements, Slot, Expr)> {
    let ExprKind::Quantifier {
        kind,
        slot,
        list,
        predicate: condition,
    } = &predicate.kind
    else {
        return None;
    };
    let wanted = match kind {
        Quantifier::All => true,
        Quantifier::None => false,
        Quantifier::Any | Quantifier::Single => return None,
    };
    let elements = elements_of(list, search)?;
    let foreign = |read: &Slot| *read == search.rel.slot || Some(*read) == search.path;
    if condition.free_slots().iter().any(foreign) || condition.has_subquery() {
        return None;
    }
    let span = condition.span;
    let literal = Expr {
        kind: ExprKind::Literal(Value::Bool(wanted)),
        span,
    };
    let kind = ExprKind::Compare(Comparison::Equal, condition.clone(), Box::new(literal));
    Some((elements, *slot, Expr { kind, span }))
}

fn elements_of(list: &Expr, search: &PathSearch) -> Option<Elements> {
    let is_path = |expr: &Expr| match expr.kind {
        ExprKind::Variable(slot) => Some(slot) == search.path,
        _ => false,
    };
    match &list.kind {
        ExprKind::Variable(slot) if *slot == search.rel.slot => Some(Elements::Rels),
        ExprKind::Function(function, arguments) => match (function.name, arguments.as_slice()) {
            ("relationships", [path]) if is_path(path) => Some(Elements::Rels),
            ("nodes", [path]) if is_path(path) => Some(Elements::Nodes),
            _ => None,
        },
        ExprKind::Slice(base, Some(from), Some(to)) => {
            let inner = is_integer(from, 1) && is_integer(to, -1);
            matches!(elements_of(base, search)?, Elements::Nodes)
                .then_some(Elements::InnerNodes)
                .filter(|_| inner)
        }
        _ => None,
    }
}

fn is_integer(expr: &Expr, wanted: i64) -> bool {
    match &expr.kind {
        ExprKind::Literal(Value::Int(found)) => *found == wanted,
        ExprKind::Negate(inner) => is_integer(inner, -wanted),
        _ => false,
    }
}

fn rename(expr: Expr, from: Slot, to: Slot) -> Expr {
    match expr.kind {
        ExprKind::Variable(slot) if slot == from => Expr {
            kind: ExprKind::Variable(to),
            span: expr.span,
        },
        _ => expr.map_children(&mut |child| rename(child, from, to)),
    }
}

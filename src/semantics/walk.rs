//! The two methods that carry every walk over bound expressions.

use super::bound::{Expr, ExprKind, Slot};

impl Expr {
    /// Returns the direct parts, in order. Bodies of subqueries are not among them.
    #[must_use]
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Literal(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::BuildPath(_)
            | ExprKind::Subquery(_) => Vec::new(),
            ExprKind::List(items)
            | ExprKind::And(items)
            | ExprKind::Or(items)
            | ExprKind::Xor(items)
            | ExprKind::Function(_, items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            ExprKind::Not(a)
            | ExprKind::Negate(a)
            | ExprKind::IsNull(a)
            | ExprKind::HasLabels(a, _)
            | ExprKind::IsType(a, _)
            | ExprKind::Property(a, _) => vec![a],
            ExprKind::Compare(_, a, b) | ExprKind::Predicate(_, a, b) | ExprKind::Index(a, b) => {
                vec![a, b]
            }
            ExprKind::Arithmetic(first, rest) => std::iter::once(&**first)
                .chain(rest.iter().map(|(_, operand)| operand))
                .collect(),
            ExprKind::Slice(base, from, to) => std::iter::once(base)
                .chain(from)
                .chain(to)
                .map(|part| &**part)
                .collect(),
            ExprKind::Case {
                operand,
                branches,
                default,
            } => {
                let operand = operand.iter().map(|(_, operand)| &**operand);
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                operand.chain(branches).chain(default.as_deref()).collect()
            }
            ExprKind::ListComprehension {
                list,
                predicate,
                projection,
                ..
            } => std::iter::once(&**list)
                .chain(predicate.as_deref())
                .chain(projection.as_deref())
                .collect(),
            ExprKind::Quantifier {
                list, predicate, ..
            } => vec![list, predicate],
            ExprKind::Reduce {
                initial,
                list,
                step,
                ..
            } => vec![initial, list, step],
            ExprKind::MapProjection { base, entries, .. } => std::iter::once(&**base)
                .chain(entries.iter().map(|(_, value)| value))
                .collect(),
        }
    }

    /// Returns the expression with each direct part replaced by what `change` makes of it.
    #[must_use]
    pub fn map_children(self, change: &mut dyn FnMut(Expr) -> Expr) -> Expr {
        let Self { kind, span } = self;
        let kind = match kind {
            kind @ (ExprKind::Literal(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::BuildPath(_)
            | ExprKind::Subquery(_)) => kind,
            ExprKind::List(items) => ExprKind::List(map_all(items, change)),
            ExprKind::And(items) => ExprKind::And(map_all(items, change)),
            ExprKind::Or(items) => ExprKind::Or(map_all(items, change)),
            ExprKind::Xor(items) => ExprKind::Xor(map_all(items, change)),
            ExprKind::Function(function, items) => {
                ExprKind::Function(function, map_all(items, change))
            }
            ExprKind::Map(entries) => ExprKind::Map(map_values(entries, change)),
            ExprKind::Not(a) => ExprKind::Not(map_box(a, change)),
            ExprKind::Negate(a) => ExprKind::Negate(map_box(a, change)),
            ExprKind::IsNull(a) => ExprKind::IsNull(map_box(a, change)),
            ExprKind::HasLabels(a, test) => ExprKind::HasLabels(map_box(a, change), test),
            ExprKind::IsType(a, test) => ExprKind::IsType(map_box(a, change), test),
            ExprKind::Property(a, key) => ExprKind::Property(map_box(a, change), key),
            ExprKind::Compare(op, a, b) => {
                ExprKind::Compare(op, map_box(a, change), map_box(b, change))
            }
            ExprKind::Predicate(op, a, b) => {
                ExprKind::Predicate(op, map_box(a, change), map_box(b, change))
            }
            ExprKind::Index(a, b) => ExprKind::Index(map_box(a, change), map_box(b, change)),
            ExprKind::Arithmetic(first, rest) => {
                ExprKind::Arithmetic(map_box(first, change), map_values(rest, change))
            }
            ExprKind::Slice(base, from, to) => ExprKind::Slice(
                map_box(base, change),
                from.map(|from| map_box(from, change)),
                to.map(|to| map_box(to, change)),
            ),
            kind => map_scoped(kind, change),
        };
        Self { kind, span }
    }

    /// Calls `visit` for the expression and everything below it, outermost first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.visit(visit);
        }
    }

    /// Returns the slots that are read, those of its own comprehensions included.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.visit(&mut |expr| match &expr.kind {
            ExprKind::Variable(slot) => slots.push(*slot),
            ExprKind::BuildPath(elements) => slots.extend(elements),
            _ => {}
        });
        slots
    }

    /// Returns the slots that are declared within, as in `[x IN list | x]`.
    #[must_use]
    pub fn declared_slots(&self) -> Vec<Slot> {
        let mut declared = Vec::new();
        self.visit(&mut |expr| match &expr.kind {
            ExprKind::Case {
                operand: Some((slot, _)),
                ..
            }
            | ExprKind::ListComprehension { slot, .. }
            | ExprKind::Quantifier { slot, .. } => declared.push(*slot),
            ExprKind::Reduce {
                accumulator, slot, ..
            } => declared.extend([*accumulator, *slot]),
            _ => {}
        });
        declared
    }

    /// Returns the slots that are read but not declared within.
    #[must_use]
    pub fn free_slots(&self) -> Vec<Slot> {
        let declared = self.declared_slots();
        let mut free = self.slots();
        free.retain(|slot| !declared.contains(slot));
        free
    }

    /// Whether a subquery stands in it; its body may read more slots than the expression shows.
    #[must_use]
    pub fn has_subquery(&self) -> bool {
        let mut found = false;
        self.visit(&mut |expr| found |= matches!(expr.kind, ExprKind::Subquery(_)));
        found
    }

    /// Whether two expressions say the same, wherever they stand.
    #[must_use]
    pub fn same_as(&self, other: &Expr) -> bool {
        match (&self.kind, &other.kind) {
            (ExprKind::Variable(a), ExprKind::Variable(b)) => a == b,
            (ExprKind::Parameter(a), ExprKind::Parameter(b)) => a == b,
            (ExprKind::Literal(a), ExprKind::Literal(b)) => {
                crate::value::equivalent(a, b) && a.type_of() == b.type_of()
            }
            (ExprKind::Property(a, key), ExprKind::Property(b, other_key)) => {
                key == other_key && a.same_as(b)
            }
            (ExprKind::Function(a, _), ExprKind::Function(b, _)) => {
                std::ptr::eq(*a, *b) && a.name != "rand" && self.same_children(other)
            }
            (ExprKind::HasLabels(_, a), ExprKind::HasLabels(_, b)) => {
                a == b && self.same_children(other)
            }
            (ExprKind::Compare(a, ..), ExprKind::Compare(b, ..)) => {
                a == b && self.same_children(other)
            }
            (ExprKind::Predicate(a, ..), ExprKind::Predicate(b, ..)) => {
                a == b && self.same_children(other)
            }
            (ExprKind::Arithmetic(_, a), ExprKind::Arithmetic(_, b)) => {
                a.iter().map(|(op, _)| op).eq(b.iter().map(|(op, _)| op))
                    && self.same_children(other)
            }
            (ExprKind::List(_), ExprKind::List(_))
            | (ExprKind::Index(..), ExprKind::Index(..))
            | (ExprKind::And(_), ExprKind::And(_))
            | (ExprKind::Or(_), ExprKind::Or(_))
            | (ExprKind::Not(_), ExprKind::Not(_))
            | (ExprKind::Negate(_), ExprKind::Negate(_))
            | (ExprKind::IsNull(_), ExprKind::IsNull(_)) => self.same_children(other),
            _ => false,
        }
    }

    fn same_children(&self, other: &Expr) -> bool {
        let (a, b) = (self.children(), other.children());
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_as(b))
    }
}

fn map_scoped(kind: ExprKind, change: &mut dyn FnMut(Expr) -> Expr) -> ExprKind {
    match kind {
        ExprKind::Case {
            operand,
            branches,
            default,
        } => ExprKind::Case {
            operand: operand.map(|(slot, operand)| (slot, map_box(operand, change))),
            branches: branches
                .into_iter()
                .map(|(a, b)| (change(a), change(b)))
                .collect(),
            default: default.map(|default| map_box(default, change)),
        },
        ExprKind::ListComprehension {
            slot,
            list,
            predicate,
            projection,
        } => ExprKind::ListComprehension {
            slot,
            list: map_box(list, change),
            predicate: predicate.map(|predicate| map_box(predicate, change)),
            projection: projection.map(|projection| map_box(projection, change)),
        },
        ExprKind::Quantifier {
            kind,
            slot,
            list,
            predicate,
        } => ExprKind::Quantifier {
            kind,
            slot,
            list: map_box(list, change),
            predicate: map_box(predicate, change),
        },
        ExprKind::Reduce {
            accumulator,
            initial,
            slot,
            list,
            step,
        } => ExprKind::Reduce {
            accumulator,
            initial: map_box(initial, change),
            slot,
            list: map_box(list, change),
            step: map_box(step, change),
        },
        ExprKind::MapProjection { base, all, entries } => ExprKind::MapProjection {
            base: map_box(base, change),
            all,
            entries: map_values(entries, change),
        },
        other => other,
    }
}

#[expect(
    clippy::boxed_local,
    reason = "parts of expressions are boxed where they stand"
)]
fn map_box(expr: Box<Expr>, change: &mut dyn FnMut(Expr) -> Expr) -> Box<Expr> {
    Box::new(change(*expr))
}

fn map_all(items: Vec<Expr>, change: &mut dyn FnMut(Expr) -> Expr) -> Vec<Expr> {
    items.into_iter().map(change).collect()
}

fn map_values<K>(items: Vec<(K, Expr)>, change: &mut dyn FnMut(Expr) -> Expr) -> Vec<(K, Expr)> {
    items
        .into_iter()
        .map(|(key, value)| (key, change(value)))
        .collect()
}

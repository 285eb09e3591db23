//! Expressions, one row at a time.

use std::sync::Arc;

use polity::functions::{self, Context, NoFormulas, Unwatched, operators};
use polity::syntax::ast::{
    ArithmeticOp, CaseBranch, ComparisonOp, Expr, ExprKind, GraphPattern, Literal,
    MapProjectionItem, PathPattern, PredicateOp, QuantifierKind, SubqueryBody, SubqueryKind,
};
use polity::value::{Value, ternary};

use super::{Naive, Outcome, Row, Scope, distinct, matching, with};

/// Calls `f` with an expression and all that stand in it, but not in its subqueries.
fn walk(expr: &Expr, f: &mut dyn FnMut(&Expr)) {
    use ExprKind as K;
    f(expr);
    let mut all: Vec<&Expr> = Vec::new();
    match &expr.node {
        K::Literal(_) | K::Parameter(_) | K::Variable(_) | K::CountStar | K::CaseOperand => {}
        K::Pattern(_) | K::Subquery { .. } | K::MapProjection { .. } => {}
        K::List(parts) | K::Or(parts) | K::Xor(parts) | K::And(parts) => all.extend(parts),
        K::Function { arguments, .. } => all.extend(arguments),
        K::Map(entries) => all.extend(entries.iter().map(|(_, value)| value)),
        K::Comparison { first, rest } => {
            all.push(first);
            all.extend(rest.iter().map(|(_, part)| part));
        }
        K::Arithmetic { first, rest } => {
            all.push(first);
            all.extend(rest.iter().map(|(_, part)| part));
        }
        K::Not(a) | K::Negate(a) | K::Plus(a) => all.push(a),
        K::IsNull { operand, .. } | K::HasLabels { operand, .. } | K::IsType { operand, .. } => {
            all.push(operand);
        }
        K::Predicate { left, right, .. } => all.extend([&**left, right]),
        K::Property { base, .. } => all.push(base),
        K::Index { base, index } => all.extend([&**base, index]),
        K::Slice { base, from, to } => {
            all.push(base);
            all.extend(from.as_deref().into_iter().chain(to.as_deref()));
        }
        K::Case {
            operand,
            branches,
            default,
        } => {
            all.extend(operand.as_deref().into_iter().chain(default.as_deref()));
            for branch in branches {
                all.extend(branch.when.iter().chain([&branch.then]));
            }
        }
        K::ListComprehension {
            list,
            predicate,
            projection,
            ..
        } => {
            all.push(list);
            all.extend(
                predicate
                    .as_deref()
                    .into_iter()
                    .chain(projection.as_deref()),
            );
        }
        K::PatternComprehension { projection, .. } => all.push(projection),
        K::Quantifier {
            list, predicate, ..
        } => all.extend([&**list].into_iter().chain(predicate.as_deref())),
        K::Reduce {
            initial,
            list,
            step,
            ..
        } => all.extend([&**initial, list, step]),
    }
    all.into_iter().for_each(|part| walk(part, f));
}

/// Whether an aggregate function stands in the expression.
pub(super) fn aggregates(expr: &Expr) -> bool {
    let mut found = false;
    walk(expr, &mut |expr| {
        found |= match &expr.node {
            ExprKind::CountStar => true,
            ExprKind::Function { name, .. } => functions::aggregate(&name.node.join(".")).is_some(),
            _ => false,
        };
    });
    found
}

fn from_truth(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Bool)
}

fn to_truth(value: &Value) -> Outcome<Option<bool>> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        other => Err(format!("{other:?} is not a truth value").into()),
    }
}

impl Naive<'_> {
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            graph: self.graph,
            now: &self.clock,
            memory: functions::Memory::UNLIMITED,
            watch: &Unwatched,
            formulas: &NoFormulas,
        }
    }

    pub(super) fn value(&self, expr: &Expr, row: &Row) -> Outcome<Value> {
        self.eval(expr, Scope::of(row))
    }

    pub(super) fn truth(&self, expr: &Expr, scope: Scope<'_>) -> Outcome<Option<bool>> {
        to_truth(&self.eval(expr, scope)?)
    }

    /// Combines truth values until one decides.
    fn junction(&self, parts: &[Expr], scope: Scope<'_>, deciding: bool) -> Outcome<Value> {
        let mut all = Some(!deciding);
        for part in parts {
            let part = self.truth(part, scope)?;
            all = if deciding {
                ternary::or(all, part)
            } else {
                ternary::and(all, part)
            };
            if all == Some(deciding) {
                break;
            }
        }
        Ok(from_truth(all))
    }

    pub(super) fn eval(&self, expr: &Expr, scope: Scope<'_>) -> Outcome<Value> {
        use ExprKind as K;
        let eval = |expr: &Expr| self.eval(expr, scope);
        Ok(match &expr.node {
            K::Literal(literal) => value_of(literal),
            K::Variable(name) => match scope.row.get(name) {
                Some(value) => value.clone(),
                None => return Err(format!("there is no `{name}`").into()),
            },
            K::List(parts) => Value::from(parts.iter().map(eval).collect::<Outcome<Vec<_>>>()?),
            K::Map(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| Ok((key.node.clone(), eval(value)?)));
                Value::map(entries.collect::<Outcome<Vec<_>>>()?)
            }
            K::Or(parts) => self.junction(parts, scope, true)?,
            K::And(parts) => self.junction(parts, scope, false)?,
            K::Xor(parts) => {
                let mut odd = Some(false);
                for part in parts {
                    odd = ternary::xor(odd, self.truth(part, scope)?);
                }
                from_truth(odd)
            }
            K::Not(part) => from_truth(ternary::not(self.truth(part, scope)?)),
            K::Comparison { first, rest } => {
                let mut all = Some(true);
                let mut left = eval(first)?;
                for (op, right) in rest {
                    let right = eval(right)?;
                    all = ternary::and(all, compare(*op, &left, &right));
                    left = right;
                }
                from_truth(all)
            }
            K::Arithmetic { first, rest } => {
                let mut left = eval(first)?;
                for (op, right) in rest {
                    left = arithmetic(op.node, &left, &eval(right)?)?;
                }
                left
            }
            K::Negate(part) => operators::negate(&eval(part)?)?,
            K::Predicate { op, left, right } => {
                let (left, right) = (eval(left)?, eval(right)?);
                from_truth(match op {
                    PredicateOp::StartsWith => operators::starts_with(&left, &right),
                    PredicateOp::EndsWith => operators::ends_with(&left, &right),
                    PredicateOp::Contains => operators::contains(&left, &right),
                    PredicateOp::Matches => operators::regex(&left, &right)?,
                    PredicateOp::In => operators::in_list(&left, &right)?,
                })
            }
            K::IsNull { operand, negated } => Value::Bool(eval(operand)?.is_null() != *negated),
            K::HasLabels {
                operand,
                labels,
                negated,
            } => {
                let names = match eval(operand)? {
                    Value::Null => return Ok(Value::Null),
                    Value::Node(node) => {
                        let labels = self.graph.labels(node).iter();
                        labels.map(|id| self.graph.label_name(*id)).collect()
                    }
                    Value::Rel(rel) => vec![self.graph.type_name(self.graph.rel(rel).rel_type)],
                    other => return Err(format!("{other:?} has no labels").into()),
                };
                Value::Bool(matching::carries(labels, &names) != *negated)
            }
            K::Property { base, key } => {
                operators::property(&self.context(), &eval(base)?, &key.node)?
            }
            K::Index { base, index } => {
                operators::index(&self.context(), &eval(base)?, &eval(index)?)?
            }
            K::Slice { base, from, to } => {
                let from = from.as_deref().map(eval).transpose()?;
                let to = to.as_deref().map(eval).transpose()?;
                operators::slice(&eval(base)?, from.as_ref(), to.as_ref())?
            }
            _ => return self.compound(expr, scope),
        })
    }

    fn compound(&self, expr: &Expr, scope: Scope<'_>) -> Outcome<Value> {
        use ExprKind as K;
        let eval = |expr: &Expr| self.eval(expr, scope);
        Ok(match &expr.node {
            K::CountStar => {
                let group = scope.group.ok_or("no group")?;
                Value::Int(group.len().try_into()?)
            }
            K::Function {
                name,
                distinct,
                arguments,
            } => {
                let name = name.node.join(".");
                if functions::aggregate(&name).is_some() {
                    return self.aggregate(&name, *distinct, &arguments[0], scope);
                }
                let function = functions::function(&name).ok_or("no such function")?;
                let arguments = arguments.iter().map(eval);
                function.call(&self.context(), &arguments.collect::<Outcome<Vec<_>>>()?)?
            }
            K::Case {
                operand,
                branches,
                default,
            } => {
                let operand = operand.as_deref().map(eval).transpose()?;
                for branch in branches {
                    if self.is_taken(branch, operand.as_ref(), scope)? {
                        return eval(&branch.then);
                    }
                }
                default.as_deref().map_or(Ok(Value::Null), eval)?
            }
            K::ListComprehension {
                variable,
                list,
                predicate,
                projection,
            } => {
                let Some(items) = items(eval(list)?)? else {
                    return Ok(Value::Null);
                };
                let mut out = Vec::new();
                for item in items {
                    let row = with(scope.row, &variable.node, item.clone());
                    let inner = Scope { row: &row, ..scope };
                    let kept = match predicate {
                        Some(predicate) => self.truth(predicate, inner)? == Some(true),
                        None => true,
                    };
                    if kept {
                        out.push(match projection {
                            Some(projection) => self.eval(projection, inner)?,
                            None => item,
                        });
                    }
                }
                out.into()
            }
            K::Quantifier {
                kind,
                variable,
                list,
                predicate: Some(predicate),
            } => {
                let Some(items) = items(eval(list)?)? else {
                    return Ok(Value::Null);
                };
                let mut truths = Vec::new();
                for item in items {
                    let row = with(scope.row, &variable.node, item);
                    truths.push(self.truth(predicate, Scope { row: &row, ..scope })?);
                }
                from_truth(quantify(*kind, &truths))
            }
            K::Reduce {
                accumulator,
                initial,
                variable,
                list,
                step,
            } => {
                let mut total = eval(initial)?;
                let Some(items) = items(eval(list)?)? else {
                    return Ok(Value::Null);
                };
                for item in items {
                    let row = with(scope.row, &accumulator.node, total);
                    let row = with(&row, &variable.node, item);
                    total = self.eval(step, Scope { row: &row, ..scope })?;
                }
                total
            }
            _ => return self.graphical(expr, scope),
        })
    }

    fn is_taken(
        &self,
        branch: &CaseBranch,
        operand: Option<&Value>,
        scope: Scope<'_>,
    ) -> Outcome<bool> {
        for when in &branch.when {
            let taken = match operand {
                None => self.truth(when, scope)?,
                Some(operand) => operators::equals(operand, &self.eval(when, scope)?),
            };
            if taken == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What looks for patterns or lists properties.
    fn graphical(&self, expr: &Expr, scope: Scope<'_>) -> Outcome<Value> {
        use ExprKind as K;
        let single = |path: &PathPattern| GraphPattern {
            match_mode: None,
            paths: vec![path.clone()],
        };
        Ok(match &expr.node {
            K::Pattern(path) => {
                Value::Bool(!self.matches(&single(path), None, scope.row)?.is_empty())
            }
            K::PatternComprehension {
                pattern,
                predicate,
                projection,
            } => {
                let rows = self.matches(&single(pattern), predicate.as_deref(), scope.row)?;
                let values = rows.iter().map(|row| self.value(projection, row));
                Value::from(values.collect::<Outcome<Vec<_>>>()?)
            }
            K::Subquery { kind, body } => {
                let rows = match &**body {
                    SubqueryBody::Pattern { pattern, predicate } => {
                        self.matches(pattern, predicate.as_ref(), scope.row)?
                    }
                    SubqueryBody::Query(query) => self.query(query, scope.row)?,
                };
                match kind {
                    SubqueryKind::Exists => Value::Bool(!rows.is_empty()),
                    SubqueryKind::Count => Value::Int(rows.len().try_into()?),
                    SubqueryKind::Collect => {
                        Value::list(rows.into_iter().flat_map(Row::into_values))
                    }
                }
            }
            K::MapProjection { base, items } => {
                let base_value = scope.row.get(&base.node).ok_or("no such variable")?;
                if base_value.is_null() {
                    return Ok(Value::Null);
                }
                let mut map = polity::value::Map::new();
                for item in items {
                    match item {
                        MapProjectionItem::Entry(key, value) => {
                            map.insert(key.node.clone(), self.eval(value, scope)?);
                        }
                        MapProjectionItem::Property(key) => {
                            let value =
                                operators::property(&self.context(), base_value, &key.node)?;
                            map.insert(key.node.clone(), value);
                        }
                        _ => return Err("not evaluated here".into()),
                    }
                }
                Value::from(map)
            }
            other => return Err(format!("not evaluated here: {other:?}").into()),
        })
    }

    fn aggregate(
        &self,
        name: &str,
        only_distinct: bool,
        argument: &Expr,
        scope: Scope<'_>,
    ) -> Outcome<Value> {
        let group = scope.group.ok_or("an aggregate function without a group")?;
        let values = group.iter().map(|row| self.value(argument, row));
        let mut values = values.collect::<Outcome<Vec<_>>>()?;
        values.retain(|value| !value.is_null());
        if only_distinct {
            values = distinct(values, |value| vec![value.clone()]);
        }
        if name == "count" {
            return Ok(Value::Int(values.len().try_into()?));
        }
        if name == "collect" {
            return Ok(values.into());
        }
        let function = functions::aggregate(name).ok_or("no such function")?;
        let mut state = (function.start)(&[])?;
        for value in &values {
            state.add(value)?;
        }
        Ok(state.finish()?)
    }
}

fn items(list: Value) -> Outcome<Option<Vec<Value>>> {
    match list {
        Value::Null => Ok(None),
        Value::List(items) => Ok(Some(items.to_vec())),
        other => Err(format!("{other:?} is no list").into()),
    }
}

fn quantify(kind: QuantifierKind, truths: &[Option<bool>]) -> Option<bool> {
    let count = |wanted| truths.iter().filter(|truth| **truth == wanted).count();
    let (yes, unknown) = (count(Some(true)), count(None));
    let any = truths.iter().fold(Some(false), |a, b| ternary::or(a, *b));
    match kind {
        QuantifierKind::All => truths.iter().fold(Some(true), |a, b| ternary::and(a, *b)),
        QuantifierKind::Any => any,
        QuantifierKind::None => ternary::not(any),
        QuantifierKind::Single if yes > 1 => Some(false),
        QuantifierKind::Single if unknown > 0 => None,
        QuantifierKind::Single => Some(yes == 1),
    }
}

fn value_of(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Float(value) => Value::Float(*value),
        Literal::String(value) => Value::String(Arc::clone(value)),
    }
}

fn compare(op: ComparisonOp, a: &Value, b: &Value) -> Option<bool> {
    match op {
        ComparisonOp::Equal => operators::equals(a, b),
        ComparisonOp::NotEqual => ternary::not(operators::equals(a, b)),
        ComparisonOp::Less => operators::less(a, b),
        ComparisonOp::LessOrEqual => operators::less_or_equal(a, b),
        ComparisonOp::Greater => operators::greater(a, b),
        ComparisonOp::GreaterOrEqual => operators::greater_or_equal(a, b),
    }
}

fn arithmetic(op: ArithmeticOp, a: &Value, b: &Value) -> Outcome<Value> {
    Ok(match op {
        ArithmeticOp::Add | ArithmeticOp::Concatenate => operators::add(a, b)?,
        ArithmeticOp::Subtract => operators::subtract(a, b)?,
        ArithmeticOp::Multiply => operators::multiply(a, b)?,
        ArithmeticOp::Divide => operators::divide(a, b)?,
        ArithmeticOp::Modulo => operators::modulo(a, b)?,
        ArithmeticOp::Power => operators::power(a, b)?,
    })
}

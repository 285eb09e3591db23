//! Generated syntax trees, for the law that printing and parsing undo each other. Only trees that
//! a text can have are made.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::ast::*;
use super::print;
use crate::error::Span;

fn spanned<T>(node: T) -> Spanned<T> {
    Spanned::new(node, Span::default())
}

fn text() -> BoxedStrategy<Arc<str>> {
    let known = select(vec![
        "a",
        "n",
        "Person",
        "match",
        "NULL",
        "order",
        "COUNT",
        "exists",
        "inf",
        "x1",
        "_",
        "ünïcödé",
        "two words",
        "a`b",
        "back\\slash",
        "1st",
        "",
        "'",
        "日本",
        "typed",
        "any",
        "shortest",
        "walk",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{1,6}"]
        .prop_map(Arc::from)
        .boxed()
}

fn name() -> BoxedStrategy<Name> {
    text()
        .prop_filter("a name is not empty", |text| !text.is_empty())
        .prop_map(spanned)
        .boxed()
}

fn literal() -> BoxedStrategy<Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        (0..=i64::MAX).prop_map(Literal::Int),
        Just(Literal::Int(i64::MIN)),
        Just(Literal::Float(f64::INFINITY)),
        any::<f64>()
            .prop_filter("a sign is an operator", |number| number.is_finite())
            .prop_map(|number| Literal::Float(number.abs())),
        text().prop_map(Literal::String),
    ]
    .boxed()
}

fn labels() -> BoxedStrategy<LabelExpr> {
    let leaf = prop_oneof![
        3 => name().prop_map(LabelExpr::Name),
        1 => Just(LabelExpr::Wildcard(Span::default())),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|label| LabelExpr::Not(Box::new(label))),
            vec(inner.clone(), 2..4).prop_map(LabelExpr::And),
            vec(inner, 2..4).prop_map(LabelExpr::Or),
        ]
    })
    .boxed()
}

fn value_type() -> BoxedStrategy<TypeName> {
    let names = select(vec![
        "INTEGER",
        "STRING",
        "ANY",
        "LOCAL DATETIME",
        "PROPERTY VALUE",
        "NULL",
    ]);
    let leaf = (names, any::<bool>()).prop_map(|(name, not_null)| TypeName {
        alternatives: vec![SimpleType {
            name: name.to_owned(),
            element: None,
            not_null,
        }],
    });
    leaf.prop_recursive(2, 4, 2, |inner| {
        let list = (inner.clone(), any::<bool>()).prop_map(|(element, not_null)| SimpleType {
            name: "LIST".to_owned(),
            element: Some(Box::new(element)),
            not_null,
        });
        prop_oneof![
            list.prop_map(|list| TypeName {
                alternatives: vec![list]
            }),
            vec(inner, 2..3).prop_map(|types| TypeName {
                alternatives: types.into_iter().flat_map(|one| one.alternatives).collect()
            }),
        ]
    })
    .boxed()
}

fn quantity() -> BoxedStrategy<Quantity> {
    (of(0..5_u64), of(0..5_u64))
        .prop_map(|(min, max)| Quantity { min, max })
        .boxed()
}

fn expr(kind: BoxedStrategy<ExprKind>) -> BoxedStrategy<Expr> {
    kind.prop_map(spanned).boxed()
}

fn boxed(inner: &BoxedStrategy<Expr>) -> BoxedStrategy<Box<Expr>> {
    inner.clone().prop_map(Box::new).boxed()
}

/// A value, that is no pattern, of at most this depth.
pub(crate) fn value(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = expr(
        prop_oneof![
            literal().prop_map(ExprKind::Literal),
            name().prop_map(|name| ExprKind::Parameter(name.node)),
            name().prop_map(|name| ExprKind::Variable(name.node)),
            Just(ExprKind::CountStar),
        ]
        .boxed(),
    );
    leaf.prop_recursive(depth, 6 * depth, 3, |inner| {
        expr(prop_oneof![operators(&inner), postfixes(&inner), forms(&inner)].boxed())
    })
    .boxed()
}

fn operators(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    use ArithmeticOp::{Add, Concatenate, Divide, Modulo, Multiply, Power, Subtract};
    let levels = select(vec![
        vec![Add, Subtract, Concatenate],
        vec![Multiply, Divide, Modulo],
        vec![Power],
    ]);
    let arithmetic = levels.prop_flat_map({
        let value = value.clone();
        move |ops| {
            let rest = vec((select(ops).prop_map(spanned), value.clone()), 1..3);
            (value.clone().prop_map(Box::new), rest)
        }
    });
    let comparison = select(vec![
        ComparisonOp::Equal,
        ComparisonOp::NotEqual,
        ComparisonOp::Less,
        ComparisonOp::GreaterOrEqual,
    ]);
    let predicate = select(vec![
        PredicateOp::In,
        PredicateOp::StartsWith,
        PredicateOp::EndsWith,
        PredicateOp::Contains,
        PredicateOp::Matches,
    ]);
    prop_oneof![
        vec(condition(value), 2..4).prop_map(ExprKind::Or),
        vec(condition(value), 2..4).prop_map(ExprKind::Xor),
        vec(condition(value), 2..4).prop_map(ExprKind::And),
        condition(value).prop_map(|operand| ExprKind::Not(Box::new(operand))),
        boxed(value).prop_map(ExprKind::Negate),
        boxed(value).prop_map(ExprKind::Plus),
        arithmetic.prop_map(|(first, rest)| ExprKind::Arithmetic { first, rest }),
        (boxed(value), vec((comparison, value.clone()), 1..3))
            .prop_map(|(first, rest)| ExprKind::Comparison { first, rest }),
        (predicate, boxed(value), boxed(value)).prop_map(|(op, left, right)| ExprKind::Predicate {
            op,
            left,
            right
        }),
    ]
    .boxed()
}

fn postfixes(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    prop_oneof![
        (boxed(value), any::<bool>())
            .prop_map(|(operand, negated)| ExprKind::IsNull { operand, negated }),
        (boxed(value), labels(), any::<bool>()).prop_map(|(operand, labels, negated)| {
            ExprKind::HasLabels {
                operand,
                labels,
                negated,
            }
        }),
        (boxed(value), value_type(), any::<bool>()).prop_map(|(operand, value_type, negated)| {
            ExprKind::IsType {
                operand,
                value_type,
                negated,
            }
        }),
        (boxed(value), name()).prop_map(|(base, key)| ExprKind::Property { base, key }),
        (boxed(value), boxed(value)).prop_map(|(base, index)| ExprKind::Index { base, index }),
        (boxed(value), of(boxed(value)), of(boxed(value)))
            .prop_map(|(base, from, to)| ExprKind::Slice { base, from, to }),
    ]
    .boxed()
}

fn forms(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    prop_oneof![
        vec(value.clone(), 0..4).prop_map(ExprKind::List),
        vec((name(), value.clone()), 0..3).prop_map(ExprKind::Map),
        function(value),
        case(value),
        comprehensions(value),
        (name(), vec(projection_item(value), 0..3))
            .prop_map(|(base, items)| ExprKind::MapProjection { base, items }),
        subquery(value),
    ]
    .boxed()
}

fn function(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    const SPECIAL: [&str; 7] = [
        "all",
        "any",
        "none",
        "single",
        "reduce",
        "shortestpath",
        "allshortestpaths",
    ];
    let names = vec(name().prop_map(|name| name.node), 1..3)
        .prop_filter("has its own form", |parts| {
            parts.len() > 1 || !SPECIAL.contains(&parts[0].to_lowercase().as_str())
        });
    (names, any::<bool>(), vec(value.clone(), 0..3))
        .prop_map(|(name, distinct, arguments)| ExprKind::Function {
            name: spanned(name),
            // `DISTINCT` needs something to stand before.
            distinct: distinct && !arguments.is_empty(),
            arguments,
        })
        .boxed()
}

fn case(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    let branch = (vec(value.clone(), 1..3), value.clone(), any::<bool>());
    (of(boxed(value)), vec(branch, 1..3), of(boxed(value)))
        .prop_map(|(operand, branches, default)| {
            let branches = branches.into_iter().map(|(when, then, tests)| {
                let when = if tests && operand.is_some() {
                    when.into_iter().map(operand_is_greater_than).collect()
                } else {
                    when
                };
                CaseBranch { when, then }
            });
            let branches = branches.collect();
            ExprKind::Case {
                operand,
                branches,
                default,
            }
        })
        .boxed()
}

/// `> 1` behind `WHEN`
fn operand_is_greater_than(right: Expr) -> Expr {
    let right = match &right.node {
        // What binds more loosely than a comparison would swallow it.
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::Parameter(_) => right,
        _ => Expr::new(ExprKind::CountStar, Span::default()),
    };
    let kind = ExprKind::Comparison {
        first: Box::new(Expr::new(ExprKind::CaseOperand, Span::default())),
        rest: vec![(ComparisonOp::Greater, right)],
    };
    Expr::new(kind, Span::default())
}

fn comprehensions(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    let filter = condition(value).prop_map(Box::new);
    let kinds = select(vec![
        QuantifierKind::All,
        QuantifierKind::None,
        QuantifierKind::Single,
    ]);
    let with_variable = (of(name()), simple_path(value))
        .prop_map(|(variable, path)| Box::new(PathPattern { variable, ..path }));
    prop_oneof![
        (name(), boxed(value), of(filter.clone()), of(boxed(value))).prop_map(
            |(variable, list, predicate, projection)| ExprKind::ListComprehension {
                variable,
                list,
                predicate,
                projection,
            }
        ),
        (with_variable, of(filter.clone()), boxed(value)).prop_map(
            |(pattern, predicate, projection)| ExprKind::PatternComprehension {
                pattern,
                predicate,
                projection,
            }
        ),
        (kinds, name(), boxed(value), of(filter)).prop_map(|(kind, variable, list, predicate)| {
            ExprKind::Quantifier {
                kind,
                variable,
                list,
                predicate,
            }
        }),
        (name(), boxed(value), name(), boxed(value), boxed(value)).prop_map(
            |(accumulator, initial, variable, list, step)| ExprKind::Reduce {
                accumulator,
                initial,
                variable,
                list,
                step,
            }
        ),
    ]
    .boxed()
}

fn projection_item(value: &BoxedStrategy<Expr>) -> BoxedStrategy<MapProjectionItem> {
    prop_oneof![
        (name(), value.clone()).prop_map(|(key, value)| MapProjectionItem::Entry(key, value)),
        name().prop_map(MapProjectionItem::Property),
        name().prop_map(MapProjectionItem::Variable),
        Just(MapProjectionItem::AllProperties),
    ]
    .boxed()
}

fn subquery(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ExprKind> {
    let kinds = select(vec![
        SubqueryKind::Exists,
        SubqueryKind::Count,
        SubqueryKind::Collect,
    ]);
    let pattern = (graph_pattern(value), of(condition(value)))
        .prop_map(|(pattern, predicate)| SubqueryBody::Pattern { pattern, predicate });
    let body = prop_oneof![pattern, query(value).prop_map(SubqueryBody::Query)];
    (kinds, body.prop_map(Box::new))
        .prop_map(|(kind, body)| ExprKind::Subquery { kind, body })
        .boxed()
}

/// A condition: it may be a pattern.
fn condition(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let pattern = simple_path(value).prop_map(|path| spanned(ExprKind::Pattern(Box::new(path))));
    prop_oneof![4 => value.clone(), 1 => pattern].boxed()
}

// ---- Patterns --------------------------------------------------------------------------------

fn properties(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Box<Expr>> {
    let map = vec((name(), value.clone()), 0..2).prop_map(ExprKind::Map);
    let parameter = name().prop_map(|name| ExprKind::Parameter(name.node));
    prop_oneof![map, parameter]
        .prop_map(|kind| Box::new(spanned(kind)))
        .boxed()
}

fn node(value: &BoxedStrategy<Expr>) -> BoxedStrategy<NodePattern> {
    let predicate = of(boxed(value));
    (of(name()), of(labels()), of(properties(value)), predicate)
        .prop_map(|(variable, labels, properties, predicate)| NodePattern {
            variable,
            labels,
            properties,
            predicate,
            span: Span::default(),
        })
        .boxed()
}

fn relationship(value: &BoxedStrategy<Expr>) -> BoxedStrategy<RelPattern> {
    let directions = select(vec![
        ArrowDirection::Right,
        ArrowDirection::Left,
        ArrowDirection::Either,
        ArrowDirection::Both,
    ]);
    let repeats = (
        of(quantity().prop_map(spanned)),
        of(quantity().prop_map(spanned)),
    );
    let predicate = of(boxed(value));
    (
        of(name()),
        of(labels()),
        repeats,
        of(properties(value)),
        predicate,
        directions,
    )
        .prop_map(
            |(variable, types, (length, quantifier), properties, predicate, direction)| {
                RelPattern {
                    variable,
                    types,
                    length,
                    quantifier,
                    properties,
                    predicate,
                    direction,
                    span: Span::default(),
                }
            },
        )
        .boxed()
}

fn path_of(factors: Vec<PathFactor>) -> PathPattern {
    PathPattern {
        variable: None,
        selector: None,
        mode: None,
        term: PathTerm::Factors(factors),
        span: Span::default(),
    }
}

/// Nodes and relationships in turn, with a relationship at least.
fn simple_path(value: &BoxedStrategy<Expr>) -> BoxedStrategy<PathPattern> {
    let steps = vec((relationship(value), node(value)), 1..3);
    (node(value), steps)
        .prop_map(|(first, steps)| {
            let mut factors = vec![PathFactor::Node(first)];
            for (rel, node) in steps {
                factors.extend([PathFactor::Rel(rel), PathFactor::Node(node)]);
            }
            path_of(factors)
        })
        .boxed()
}

fn path_modes() -> BoxedStrategy<Option<Spanned<PathMode>>> {
    of(select(vec![
        PathMode::Walk,
        PathMode::Trail,
        PathMode::Acyclic,
        PathMode::Simple,
    ])
    .prop_map(spanned))
    .boxed()
}

fn group(value: &BoxedStrategy<Expr>) -> BoxedStrategy<PathFactor> {
    let predicate = of(boxed(value));
    let quantifier = of(quantity().prop_map(spanned));
    (
        of(name()),
        path_modes(),
        simple_path(value),
        predicate,
        quantifier,
    )
        .prop_map(|(variable, mode, path, predicate, quantifier)| {
            let PathTerm::Factors(factors) = path.term else {
                unreachable!("a simple path has factors")
            };
            PathFactor::Group(GroupPattern {
                variable,
                mode,
                factors,
                predicate,
                quantifier,
                span: Span::default(),
            })
        })
        .boxed()
}

fn path(value: &BoxedStrategy<Expr>) -> BoxedStrategy<PathPattern> {
    let count = (1..5_i64).prop_map(|count| spanned(ExprKind::Literal(Literal::Int(count))));
    let selector = prop_oneof![
        Just(PathSelector::All),
        of(count.clone()).prop_map(PathSelector::Any),
        Just(PathSelector::AllShortest),
        Just(PathSelector::AnyShortest),
        count.clone().prop_map(PathSelector::Shortest),
        of(count).prop_map(PathSelector::ShortestGroups),
    ];
    let grouped = (group(value), group(value), node(value))
        .prop_map(|(one, two, node)| path_of(vec![one, PathFactor::Node(node), two]));
    let bodies = prop_oneof![
        simple_path(value),
        node(value).prop_map(|node| path_of(vec![PathFactor::Node(node)])),
        grouped,
    ];
    (
        of(name()),
        of(selector.prop_map(spanned)),
        path_modes(),
        bodies,
    )
        .prop_map(|(variable, selector, mode, body)| PathPattern {
            variable,
            selector,
            mode,
            ..body
        })
        .boxed()
}

fn graph_pattern(value: &BoxedStrategy<Expr>) -> BoxedStrategy<GraphPattern> {
    let modes = select(vec![
        MatchMode::RepeatableElements,
        MatchMode::DifferentRelationships,
    ]);
    (of(modes.prop_map(spanned)), vec(path(value), 1..3))
        .prop_map(|(match_mode, paths)| GraphPattern { match_mode, paths })
        .boxed()
}

/// A path that can be created.
fn created(value: &BoxedStrategy<Expr>) -> BoxedStrategy<PathPattern> {
    let bare = prop_oneof![
        simple_path(value),
        node(value).prop_map(|node| path_of(vec![PathFactor::Node(node)])),
    ];
    (of(name()), bare)
        .prop_map(|(variable, mut path)| {
            path.variable = variable;
            if let PathTerm::Factors(factors) = &mut path.term {
                for factor in factors {
                    match factor {
                        PathFactor::Node(node) => node.predicate = None,
                        PathFactor::Rel(rel) => {
                            rel.predicate = None;
                            rel.quantifier = None;
                        }
                        PathFactor::Group(_) => {}
                    }
                }
            }
            path
        })
        .boxed()
}

// ---- Clauses ---------------------------------------------------------------------------------

fn projection(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Projection> {
    let item = (value.clone(), of(name())).prop_map(|(expr, alias)| ProjectionItem {
        text: Arc::from(print::expression(&expr)),
        expr,
        alias,
    });
    let sort =
        (value.clone(), any::<bool>()).prop_map(|(expr, descending)| SortItem { expr, descending });
    (
        any::<bool>(),
        any::<bool>(),
        vec(item, 1..3),
        vec(sort, 0..2),
        of(value.clone()),
        of(value.clone()),
    )
        .prop_map(
            |(distinct, star, items, order_by, skip, limit)| Projection {
                distinct,
                star: star.then(Span::default),
                items,
                order_by,
                skip,
                limit,
            },
        )
        .boxed()
}

fn set_item(value: &BoxedStrategy<Expr>) -> BoxedStrategy<SetItem> {
    let target =
        (boxed(value), name()).prop_map(|(base, key)| spanned(ExprKind::Property { base, key }));
    prop_oneof![
        (target, value.clone()).prop_map(|(target, value)| SetItem::Property { target, value }),
        (name(), value.clone()).prop_map(|(variable, value)| SetItem::All { variable, value }),
        (name(), value.clone()).prop_map(|(variable, value)| SetItem::Add { variable, value }),
        (name(), vec(name(), 1..3))
            .prop_map(|(variable, labels)| SetItem::Labels { variable, labels }),
    ]
    .boxed()
}

fn updating(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Clause> {
    let events = select(vec![MergeEvent::Create, MergeEvent::Match]);
    let action = (events, vec(set_item(value), 1..3))
        .prop_map(|(event, items)| MergeAction { event, items });
    let removed = prop_oneof![
        (boxed(value), name()).prop_map(|(base, key)| {
            RemoveItem::Property(spanned(ExprKind::Property { base, key }))
        }),
        (name(), vec(name(), 1..3))
            .prop_map(|(variable, labels)| RemoveItem::Labels { variable, labels }),
    ];
    prop_oneof![
        vec(created(value), 1..3).prop_map(|paths| {
            Clause::Create(GraphPattern {
                match_mode: None,
                paths,
            })
        }),
        (created(value), vec(action, 0..3))
            .prop_map(|(pattern, actions)| Clause::Merge { pattern, actions }),
        vec(set_item(value), 1..3).prop_map(Clause::Set),
        vec(removed, 1..3).prop_map(Clause::Remove),
        (any::<bool>(), vec(value.clone(), 1..3))
            .prop_map(|(detach, targets)| Clause::Delete { detach, targets }),
    ]
    .boxed()
}

fn call(value: &BoxedStrategy<Expr>) -> BoxedStrategy<ProcedureCall> {
    let item = (name(), of(name())).prop_map(|(field, alias)| YieldItem { field, alias });
    let yields = (vec(item, 0..3), of(condition(value).prop_map(Box::new)))
        .prop_map(|(items, predicate)| Yield::Items { items, predicate });
    (
        any::<bool>(),
        vec(name().prop_map(|name| name.node), 1..3),
        of(vec(value.clone(), 0..3)),
        of(yields),
    )
        .prop_map(|(optional, name, arguments, yields)| ProcedureCall {
            optional,
            name: spanned(name),
            arguments,
            yields,
        })
        .boxed()
}

fn commit() -> BoxedStrategy<Expr> {
    let number = (0..100_i64).prop_map(|number| ExprKind::Literal(Literal::Int(number)));
    number.prop_map(spanned).boxed()
}

fn clause(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Clause> {
    let matched = (
        any::<bool>(),
        graph_pattern(value),
        of(value.clone()),
        of(commit()),
        of(condition(value)),
    )
        .prop_map(|(optional, pattern, as_of, as_of_commit, predicate)| {
            Clause::Match(MatchClause {
                optional,
                pattern,
                as_of,
                as_of_commit,
                predicate,
            })
        });
    let foreach = (name(), value.clone(), vec(updating(value), 1..3)).prop_map(
        |(variable, list, clauses)| Clause::Foreach {
            variable,
            list,
            clauses: clauses.into_iter().map(spanned).collect(),
        },
    );
    let load = (any::<bool>(), value.clone(), name(), of(value.clone())).prop_map(
        |(with_headers, source, variable, field_terminator)| Clause::LoadCsv {
            with_headers,
            source,
            variable,
            field_terminator,
        },
    );
    prop_oneof![
        4 => matched,
        1 => (value.clone(), name()).prop_map(|(list, variable)| Clause::Unwind { list, variable }),
        2 => (projection(value), of(condition(value)))
            .prop_map(|(projection, predicate)| Clause::With(projection, predicate)),
        3 => updating(value),
        1 => call(value).prop_map(Clause::Call),
        1 => foreach,
        1 => load,
    ]
    .boxed()
}

fn single_query(value: &BoxedStrategy<Expr>) -> BoxedStrategy<SingleQuery> {
    let last = prop_oneof![
        4 => projection(value).prop_map(Clause::Return),
        1 => Just(Clause::Finish),
        1 => updating(value),
    ];
    (vec(clause(value), 0..3), last)
        .prop_map(|(mut clauses, last)| {
            clauses.push(last);
            SingleQuery {
                clauses: clauses.into_iter().map(spanned).collect(),
            }
        })
        .boxed()
}

fn query(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Query> {
    (vec(single_query(value), 1..3), any::<bool>())
        .prop_map(|(parts, all)| {
            let kind = if all {
                UnionKind::All
            } else {
                UnionKind::Distinct
            };
            let unions = vec![spanned(kind); parts.len() - 1];
            Query { parts, unions }
        })
        .boxed()
}

fn show(value: &BoxedStrategy<Expr>) -> BoxedStrategy<Show> {
    let item = (name(), of(name())).prop_map(|(field, alias)| YieldItem { field, alias });
    let sorted = projection(value).prop_map(|given| (given.order_by, given.skip, given.limit));
    let yields = (of(vec(item, 1..3)), sorted, of(condition(value)));
    let yields = yields.prop_map(|(items, (order_by, skip, limit), predicate)| ShowYield {
        items,
        order_by,
        skip,
        limit,
        predicate,
    });
    let kind = select(ShowKind::ALL.to_vec()).prop_map(spanned);
    (
        kind,
        of(condition(value)),
        of(yields),
        of(projection(value)),
    )
        .prop_map(|(kind, predicate, yields, returns)| Show {
            predicate: predicate.filter(|_| yields.is_none()),
            returns: returns.filter(|_| yields.is_some()),
            kind,
            yields,
        })
        .boxed()
}

fn schema() -> BoxedStrategy<SchemaCommand> {
    let schema_name = || prop_oneof![5 => name(), 1 => Just(spanned("If".into()))];
    let of = || {
        (name(), name(), name(), name()).prop_map(|(variable, label, subject, key)| PropertyOf {
            variable,
            label,
            subject,
            key,
        })
    };
    let existing = || select(vec![Existing::Refuse, Existing::Keep]);
    let missing = || select(vec![Missing::Refuse, Missing::Ignore]);
    let demand = prop_oneof![
        Just(Demand::Unique),
        Just(Demand::NotNull),
        value_type().prop_map(Demand::Type),
    ];
    prop_oneof![
        (proptest::option::of(schema_name()), existing(), of())
            .prop_map(|(name, existing, of)| SchemaCommand::CreateIndex { name, existing, of }),
        (schema_name(), missing())
            .prop_map(|(name, missing)| SchemaCommand::DropIndex { name, missing }),
        (
            proptest::option::of(schema_name()),
            existing(),
            of(),
            demand
        )
            .prop_map(
                |(name, existing, of, demand)| SchemaCommand::CreateConstraint {
                    name,
                    existing,
                    of,
                    demand,
                }
            ),
        (schema_name(), missing())
            .prop_map(|(name, missing)| SchemaCommand::DropConstraint { name, missing }),
    ]
    .boxed()
}

/// A statement.
pub(crate) fn statement() -> BoxedStrategy<Statement> {
    let value = value(2);
    let subquery = (
        any::<bool>(),
        of(vec(name(), 0..3)),
        query(&value),
        single_query(&value),
    )
        .prop_map(|(optional, imports, query, mut rest)| {
            let call = Clause::CallSubquery {
                optional,
                imports: imports.map(SubqueryImports::Names),
                query,
            };
            rest.clauses.insert(0, spanned(call));
            Query {
                parts: vec![rest],
                unions: Vec::new(),
            }
        });
    let modes = select(vec![
        ExplainMode::Explain,
        ExplainMode::Verbose,
        ExplainMode::Profile,
    ]);
    let commands = select(vec![
        TransactionCommand::Begin,
        TransactionCommand::Commit,
        TransactionCommand::Rollback,
    ]);
    prop_oneof![
        8 => query(&value).prop_map(Statement::Query),
        2 => subquery.prop_map(Statement::Query),
        1 => (modes, query(&value)).prop_map(|(mode, query)| Statement::Explain { mode, query }),
        1 => call(&value).prop_map(Statement::StandaloneCall),
        1 => show(&value).prop_map(|show| Statement::Show(Box::new(show))),
        1 => schema().prop_map(|command| Statement::Schema(Box::new(command))),
        1 => commands.prop_map(Statement::Transaction),
    ]
    .boxed()
}

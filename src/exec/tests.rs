//! Operators against plans made by hand, above all where a batch ends in the middle.

use std::sync::Arc;

use super::*;
use crate::error::{Result, Span};
use crate::functions::{Clock, Procedures, aggregate, function};
use crate::plan::physical::{ApplyMode, Inner, Op, Operator, PhysicalPlan, Step, Subplan};
use crate::semantics::bound::{
    AggregateCall, Arithmetic, Column as Named, Comparison, CreateNode, CreatePattern, Direction,
    Expr, ExprKind, LabelTest, SetItem, Slot, SlotInfo, SortKey, SubqueryId, SubqueryKind,
    VariableKind,
};
use crate::store::{Snapshot, Store};
use crate::value::Value;
use crate::value::literal::to_literal;

/// A hub `(:Hub)` with `spokes` relationships `:TO {n: 0..}` to `(:Spoke {n: 0.., text: 'a0'..})`,
/// each of which has one `:BACK` to the hub.
fn wheel(spokes: i64) -> Arc<Store> {
    let store = Arc::new(Store::new(Snapshot::new()));
    let mut change = store.begin();
    let (hub, spoke) = (change.intern_label("Hub"), change.intern_label("Spoke"));
    let (to, back) = (change.intern_type("TO"), change.intern_type("BACK"));
    let (n, text) = (change.intern_key("n"), change.intern_key("text"));
    let middle = change.create_node(&[hub], &[]).unwrap();
    for i in 0..spokes {
        let name = Value::String(format!("a{}", i % 7).into());
        let properties = [(n, Value::Int(i)), (text, name)];
        let node = change.create_node(&[spoke], &properties).unwrap();
        change
            .create_rel(middle, node, to, &[(n, Value::Int(i))])
            .unwrap();
        change.create_rel(node, middle, back, &[]).unwrap();
    }
    drop(change.commit().unwrap());
    store
}

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: Span::default(),
    }
}

fn var(slot: u32) -> Expr {
    expr(ExprKind::Variable(Slot(slot)))
}

fn property(slot: u32, key: &str) -> Expr {
    expr(ExprKind::Property(Box::new(var(slot)), key.into()))
}

fn literal(value: impl Into<Value>) -> Expr {
    expr(ExprKind::Literal(value.into()))
}

fn compare(op: Comparison, a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Compare(op, Box::new(a), Box::new(b)))
}

fn operator(op: Op, live: &[u32]) -> Operator {
    Operator {
        op,
        live: live.iter().copied().map(Slot).collect(),
        rows: 1.0,
    }
}

fn single() -> Box<Operator> {
    Box::new(operator(Op::SingleRow, &[]))
}

fn scan(input: Box<Operator>, node: u32, label: &str, live: &[u32]) -> Box<Operator> {
    let op = Op::NodeByLabelScan {
        input,
        node: Slot(node),
        labels: vec![label.into()],
        moment: None,
    };
    Box::new(operator(op, live))
}

fn step(from: u32, rel: u32, to: u32, rel_type: &str) -> Step {
    Step {
        from: Slot(from),
        rel: Slot(rel),
        to: Slot(to),
        direction: Direction::Outgoing,
        types: Some(LabelTest::Name(rel_type.into())),
        reversed: false,
        moment: None,
    }
}

fn expand(input: Box<Operator>, step: Step, live: &[u32]) -> Box<Operator> {
    let op = Op::Expand {
        input,
        step,
        into: false,
        rel_bound: false,
        different_from: Vec::new(),
    };
    Box::new(operator(op, live))
}

fn unwind(input: Box<Operator>, list: Expr, slot: u32, live: &[u32]) -> Box<Operator> {
    let slot = Slot(slot);
    Box::new(operator(Op::Unwind { input, list, slot }, live))
}

fn range(end: i64) -> Expr {
    let range = function("range").unwrap();
    expr(ExprKind::Function(range, vec![literal(0), literal(end)]))
}

fn aggregates(input: Box<Operator>, calls: &[(u32, &str, Option<Expr>, bool)]) -> Box<Operator> {
    let calls = calls.iter().map(|(slot, name, argument, distinct)| {
        let call = AggregateCall {
            function: argument.as_ref().map(|_| aggregate(name).unwrap()),
            distinct: *distinct,
            arguments: argument.iter().cloned().collect(),
            span: Span::default(),
        };
        (Slot(*slot), call)
    });
    let live: Vec<u32> = calls.clone().map(|(slot, _)| slot.0).collect();
    let op = Op::Aggregation {
        input,
        keys: Vec::new(),
        aggregates: calls.collect(),
    };
    Box::new(operator(op, &live))
}

fn plan(root: Box<Operator>, columns: &[u32], subplans: Vec<Subplan>) -> PhysicalPlan {
    let columns: Vec<Named> = columns
        .iter()
        .map(|&slot| Named {
            name: format!("c{slot}").into(),
            slot: Slot(slot),
        })
        .collect();
    let root = Op::ProduceResults {
        input: root,
        columns: columns.clone(),
    };
    PhysicalPlan {
        root: operator(root, &[]),
        subplans,
        slots: (0..20)
            .map(|slot| SlotInfo {
                name: format!("s{slot}").into(),
                kind: VariableKind::Value,
            })
            .collect(),
        columns,
        writes: false,
    }
}

fn context(graph: Graph) -> Context {
    Context::new(graph, Clock::new(), Arc::new(Procedures::built_in()))
}

fn rows(store: &Store, plan: &PhysicalPlan) -> Result<Vec<Vec<Value>>> {
    let mut ctx = context(Graph::Read(store.snapshot()));
    Ok(execute(plan, &mut ctx)?.rows().collect())
}

/// Checks the rows as literals, joined by `, ` and `; `.
fn check(store: &Store, plan: &PhysicalPlan, expected: &str) {
    let rows: Vec<String> = rows(store, plan)
        .unwrap()
        .iter()
        .map(|row| row.iter().map(to_literal).collect::<Vec<_>>().join(", "))
        .collect();
    assert_eq!(rows.join("; "), expected);
}

#[test]
fn rows_cross_batches_without_loss() {
    let store = wheel(2500);
    // Each of three rows with each spoke, there and back.
    let rows = unwind(single(), range(2), 0, &[0]);
    let rows = scan(rows, 1, "Spoke", &[0, 1]);
    let there = expand(rows, step(1, 2, 3, "BACK"), &[0, 1, 3]);
    let total = expr(ExprKind::Arithmetic(
        Box::new(var(0)),
        vec![(Arithmetic::Add, property(1, "n"))],
    ));
    let calls = [
        (5, "count", None, false),
        (6, "sum", Some(total), false),
        (7, "count", Some(var(3)), true),
        (8, "max", Some(property(1, "text")), false),
    ];
    let root = aggregates(there, &calls);
    // 3 · (0 + … + 2499) + 2500 · (0 + 1 + 2)
    check(
        &store,
        &plan(root, &[5, 6, 7, 8], Vec::new()),
        "7500, 9378750, 1, 'a6'",
    );
}

#[test]
fn a_hub_is_expanded_batch_by_batch() {
    let store = wheel(3000);
    for (direction, expected) in [
        (Direction::Outgoing, "3000, 3000"),
        (Direction::Both, "6000, 3000"),
    ] {
        let step = Step {
            direction,
            types: None,
            ..step(0, 1, 2, "TO")
        };
        let rows = expand(scan(single(), 0, "Hub", &[0]), step, &[1, 2]);
        let calls = [
            (5, "count", Some(var(1)), true),
            (6, "count", Some(var(2)), true),
        ];
        let root = aggregates(rows, &calls);
        check(&store, &plan(root, &[5, 6], Vec::new()), expected);
    }
}

#[test]
fn trails_of_any_length_stop_at_a_limit() {
    let store = wheel(200);
    let op = Op::VarLengthExpand {
        input: scan(single(), 0, "Hub", &[0]),
        step: Step {
            types: None,
            ..step(0, 1, 2, "TO")
        },
        min: 1,
        max: None,
        each: Slot(9),
        predicates: Vec::new(),
        into: false,
        rel_bound: false,
        different_from: Vec::new(),
    };
    let size = expr(ExprKind::Function(function("size").unwrap(), vec![var(1)]));
    let root = Op::Limit {
        input: Box::new(operator(op, &[1])),
        count: literal(5000),
        drain: false,
    };
    let root = aggregates(
        Box::new(operator(root, &[1])),
        &[(5, "count", None, false), (6, "max", Some(size), false)],
    );
    // Out and back over all of the 200 spokes, then back to the last choices.
    check(&store, &plan(root, &[5, 6], Vec::new()), "5000, 400");
}

fn inner(root: Box<Operator>, imports: &[u32], one_by_one: bool) -> Inner {
    Inner {
        root,
        imports: imports.iter().copied().map(Slot).collect(),
        row: Slot(19),
        one_by_one,
    }
}

#[test]
fn optional_rows_keep_their_place() {
    let store = wheel(3);
    // 0 and 3 have no list elements, 1 has one, 2 has two.
    let lists = Value::list([
        Value::list([]),
        Value::list([Value::Int(1)]),
        Value::list([Value::Int(2), Value::Int(3)]),
        Value::list([]),
    ]);
    for one_by_one in [false, true] {
        let outer = unwind(single(), literal(lists.clone()), 0, &[0]);
        let argument = Box::new(operator(Op::Argument, &[0, 19]));
        let body = unwind(argument, var(0), 1, &[1, 19]);
        let apply = Op::Apply {
            input: outer,
            inner: inner(body, &[0], one_by_one),
            mode: ApplyMode::Optional(vec![Slot(1)]),
        };
        let root = Box::new(operator(apply, &[0, 1]));
        check(
            &store,
            &plan(root, &[0, 1], Vec::new()),
            "[], null; [1], 1; [2, 3], 2; [2, 3], 3; [], null",
        );
    }
}

#[test]
fn subqueries_answer_for_each_row() {
    let store = wheel(2);
    let subquery = |id: u32| expr(ExprKind::Subquery(SubqueryId(id)));
    for one_by_one in [false, true] {
        let subplan = |kind| {
            let argument = Box::new(operator(Op::Argument, &[0, 19]));
            let body = expand(argument, step(0, 1, 2, "TO"), &[2, 19]);
            let items = vec![(Slot(3), property(2, "n"))];
            let op = Op::Projection { input: body, items };
            Subplan {
                kind,
                inner: inner(Box::new(operator(op, &[3, 19])), &[0], one_by_one),
            }
        };
        let subplans = vec![
            subplan(SubqueryKind::Exists),
            subplan(SubqueryKind::Count),
            subplan(SubqueryKind::Collect(Slot(3))),
        ];
        let nodes = Op::AllNodesScan {
            input: single(),
            node: Slot(0),
            moment: None,
        };
        let op = Op::Projection {
            input: Box::new(operator(nodes, &[0])),
            items: (0..3).map(|id| (Slot(id + 5), subquery(id))).collect(),
        };
        let root = Box::new(operator(op, &[5, 6, 7]));
        check(
            &store,
            &plan(root, &[5, 6, 7], subplans),
            "true, 2, [0, 1]; false, 0, []; false, 0, []",
        );
    }
}

#[test]
fn the_top_rows_are_the_first_of_all_in_order() {
    let store = wheel(1);
    let modulo = |slot, by: i64| {
        let by = vec![(Arithmetic::Modulo, literal(by))];
        expr(ExprKind::Arithmetic(Box::new(var(slot)), by))
    };
    let keys = || {
        vec![
            SortKey {
                expr: modulo(0, 7),
                descending: true,
            },
            SortKey {
                expr: modulo(0, 3),
                descending: false,
            },
        ]
    };
    let input = || unwind(single(), range(99_999), 0, &[0]);
    let sort = Op::Sort {
        input: input(),
        keys: keys(),
    };
    let top = Op::Top {
        input: input(),
        keys: keys(),
        limit: vec![literal(3), literal(2000)],
    };
    let all = rows(
        &store,
        &plan(Box::new(operator(sort, &[0])), &[0], Vec::new()),
    )
    .unwrap();
    let first = rows(
        &store,
        &plan(Box::new(operator(top, &[0])), &[0], Vec::new()),
    )
    .unwrap();
    let numbers = |rows: &[Vec<Value>]| -> Vec<i64> {
        rows.iter().filter_map(|row| row[0].as_int()).collect()
    };
    let (all, first) = (numbers(&all), numbers(&first));
    let mut expected: Vec<i64> = (0..100_000).collect();
    expected.sort_by_key(|n| (-(n % 7), n % 3));
    assert_eq!(all, expected);
    assert_eq!(first, expected[..2003]);
}

#[test]
fn both_joins_give_the_same_rows() {
    let store = wheel(1500);
    let left = || scan(single(), 0, "Spoke", &[0]);
    let right = || expand(scan(single(), 2, "Hub", &[2]), step(2, 1, 0, "TO"), &[0, 2]);
    let join = Op::HashJoin {
        left: left(),
        right: right(),
        on: vec![Slot(0)],
    };
    let product = Op::CartesianProduct {
        left: scan(single(), 0, "Spoke", &[0]),
        right: scan(single(), 2, "Hub", &[2]),
    };
    let joined = rows(
        &store,
        &plan(Box::new(operator(join, &[0, 2])), &[0, 2], Vec::new()),
    );
    let paired = rows(
        &store,
        &plan(Box::new(operator(product, &[0, 2])), &[0, 2], Vec::new()),
    );
    let text = |rows: Result<Vec<Vec<Value>>>| format!("{:?}", rows.unwrap());
    assert_eq!(text(joined), text(paired));
}

#[test]
fn a_decided_row_does_not_fail() {
    let store = wheel(1);
    let numbers = unwind(single(), range(4), 0, &[0]);
    let inverse = expr(ExprKind::Arithmetic(
        Box::new(literal(12)),
        vec![(Arithmetic::Divide, var(0))],
    ));
    let not_zero = compare(Comparison::NotEqual, var(0), literal(0));
    let large = compare(Comparison::Greater, inverse, literal(3));
    let op = Op::Filter {
        input: numbers,
        predicates: vec![expr(ExprKind::And(vec![not_zero, large.clone()]))],
    };
    check(
        &store,
        &plan(Box::new(operator(op, &[0])), &[0], Vec::new()),
        "1; 2; 3",
    );
    let op = Op::Filter {
        input: unwind(single(), range(4), 0, &[0]),
        predicates: vec![large],
    };
    let error = rows(
        &store,
        &plan(Box::new(operator(op, &[0])), &[0], Vec::new()),
    );
    let code = error.unwrap_err().code().to_string();
    assert_eq!(code, "ArithmeticError.DivisionByZero");
}

#[test]
fn writing_reads_first_and_counts_what_changes() {
    let store = wheel(3);
    let transaction = store.begin();
    let mut ctx = context(Graph::Write(Box::new(transaction)));
    // Each spoke makes a spoke; the new ones are not scanned. Then all get `n` raised.
    let pattern = CreatePattern {
        nodes: vec![CreateNode {
            slot: Slot(1),
            labels: vec!["Spoke".into()],
            properties: Some(expr(ExprKind::Map(vec![
                ("n".into(), property(0, "n")),
                ("gone".into(), literal(Value::Null)),
            ]))),
        }],
        ..CreatePattern::default()
    };
    let create = Op::Create {
        input: scan(single(), 0, "Spoke", &[0]),
        pattern,
    };
    let raised = expr(ExprKind::Arithmetic(
        Box::new(property(1, "n")),
        vec![(Arithmetic::Add, literal(10))],
    ));
    let set = Op::Set {
        input: Box::new(operator(create, &[0, 1])),
        items: vec![SetItem::Property {
            base: var(1),
            key: literal("n"),
            value: raised,
        }],
    };
    let items = vec![(Slot(2), property(0, "n")), (Slot(3), property(1, "n"))];
    let project = Op::Projection {
        input: Box::new(operator(set, &[0, 1])),
        items,
    };
    let plan = plan(Box::new(operator(project, &[2, 3])), &[2, 3], Vec::new());
    let result = execute(&plan, &mut ctx).unwrap();
    let found: Vec<String> = result
        .rows()
        .map(|row| row.iter().map(to_literal).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, ["0 10", "1 11", "2 12"]);
    let expected = Counters {
        nodes_created: 3,
        labels_added: 3,
        properties_set: 6,
        ..Counters::default()
    };
    assert_eq!(ctx.counters, expected);
    assert_eq!(ctx.graph().node_count(), 7);
    drop(ctx);
    assert_eq!(store.snapshot().node_count(), 4);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one plan and what it must give")]
fn parts_of_a_scan_give_what_the_whole_gives() {
    let store = Arc::new(Store::new(Snapshot::new()));
    let mut change = store.begin();
    let label = change.intern_label("Spoke");
    let keys = ["n", "half", "text", "mixed"].map(|key| change.intern_key(key));
    for i in 0_u32..40_000 {
        let mixed = if i > 30_000 {
            Value::Float(f64::from(i) / 2.0)
        } else {
            Value::Int(i64::from(i % 5))
        };
        let cells = [
            Value::Int(i64::from(i % 1000)),
            Value::Float(f64::from(i % 64) / 2.0),
            Value::String(format!("t{}", i % 13).into()),
            mixed,
        ];
        let mut properties: Vec<_> = keys.into_iter().zip(cells).collect();
        properties.truncate(if i % 17 == 0 { 2 } else { 4 });
        change.create_node(&[label], &properties).unwrap();
    }
    drop(change.commit().unwrap());
    let call = |slot: u32, name: &str, key: Option<&str>, distinct: bool| {
        let call = AggregateCall {
            function: key.map(|_| aggregate(name).unwrap()),
            distinct,
            arguments: key.iter().map(|key| property(0, key)).collect(),
            span: Span::default(),
        };
        (Slot(slot), call)
    };
    // None, few and very many groups: the last stops the splitting.
    let groupings = [
        vec![],
        vec![(Slot(1), property(0, "text"))],
        vec![(Slot(1), property(0, "text")), (Slot(2), property(0, "n"))],
    ];
    for keys in groupings {
        let op = Op::Aggregation {
            input: scan(single(), 0, "Spoke", &[0]),
            keys,
            aggregates: vec![
                call(5, "count", None, false),
                call(6, "count", Some("text"), false),
                call(7, "count", Some("text"), true),
                call(8, "sum", Some("mixed"), false),
                call(9, "sum", Some("n"), true),
                call(10, "avg", Some("half"), false),
                call(11, "min", Some("mixed"), false),
                call(12, "max", Some("n"), false),
                call(13, "collect", Some("text"), true),
                call(14, "max", Some("text"), false),
                call(15, "collect", Some("n"), false),
            ],
        };
        let slots = [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let plan = plan(Box::new(operator(op, &slots)), &slots, Vec::new());
        let mut ctx = context(Graph::Read(store.snapshot()));
        // Where operators are measured, nothing is split.
        let (whole, _) = execute_measured(&plan, &mut ctx).unwrap();
        let split = execute(&plan, &mut ctx).unwrap();
        assert_eq!(whole.len(), split.len());
        for (whole, split) in whole.rows().zip(split.rows()) {
            assert_eq!(format!("{whole:?}"), format!("{split:?}"));
        }
    }
}

#[test]
fn operators_are_measured() {
    let store = wheel(1500);
    let rows = expand(
        scan(single(), 0, "Spoke", &[0]),
        step(0, 1, 2, "BACK"),
        &[0],
    );
    let plan = plan(rows, &[0], Vec::new());
    let mut ctx = context(Graph::Read(store.snapshot()));
    let begun = std::time::Instant::now();
    let (result, profile) = execute_measured(&plan, &mut ctx).unwrap();
    let whole = begun.elapsed();
    assert_eq!(result.len(), 1500);
    let mut operator = &plan.root;
    let (mut rows, mut times) = (Vec::new(), std::time::Duration::ZERO);
    loop {
        let measure = profile.of(operator).unwrap();
        rows.push(measure.rows);
        times += measure.time;
        match operator.inputs().first() {
            Some(input) => operator = input,
            None => break,
        }
    }
    assert_eq!(rows, [1500, 1500, 1500, 1]);
    assert!(times <= whole, "own times make at most the whole");
    let held = profile.of(&plan.root).unwrap().bytes;
    assert!(held >= 1500 * 4, "the result is held: {held}");
    assert!(ctx.most_held() >= held);
}

#[test]
fn limits_end_a_statement() {
    let store = wheel(1000);
    let endless = || {
        let op = Op::VarLengthExpand {
            input: scan(single(), 0, "Hub", &[0]),
            step: Step {
                types: None,
                ..step(0, 1, 2, "TO")
            },
            min: 1,
            max: None,
            each: Slot(9),
            predicates: Vec::new(),
            into: false,
            rel_bound: false,
            different_from: Vec::new(),
        };
        plan(Box::new(operator(op, &[1])), &[1], Vec::new())
    };
    let code = |limits: Limits| {
        let mut ctx = context(Graph::Read(store.snapshot()));
        ctx.limits = limits;
        let error = execute(&endless(), &mut ctx).unwrap_err();
        error.code().to_string()
    };
    let limits = Limits::default();
    limits
        .cancel
        .store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(code(limits), "LimitError.Interrupted");
    let limits = Limits {
        deadline: Some(std::time::Instant::now()),
        ..Limits::default()
    };
    assert_eq!(code(limits), "LimitError.TimedOut");
    let limits = Limits {
        memory: Some(1 << 20),
        ..Limits::default()
    };
    assert_eq!(code(limits), "LimitError.MemoryLimitExceeded");
}

mod shortcuts {
    //! Where only distinct rows or their number matter, operators take shortcuts; the answers are
    //! those of the plain way.

    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    struct Case {
        nodes: u32,
        rels: Vec<(u32, u32, bool)>,
        starts: BTreeSet<u32>,
        directions: [Direction; 2],
        typed: bool,
        length: (u64, Option<u64>),
    }

    fn cases() -> impl Strategy<Value = Case> {
        let direction = || {
            prop_oneof![
                Just(Direction::Outgoing),
                Just(Direction::Incoming),
                Just(Direction::Both)
            ]
        };
        (2_u32..=5).prop_flat_map(move |nodes| {
            let rels = prop::collection::vec((0..nodes, 0..nodes, any::<bool>()), 0..8);
            let starts = prop::collection::btree_set(0..nodes, 1..3);
            let length = (0_u64..3, prop_oneof![(2_u64..4).prop_map(Some), Just(None)]);
            let how = (direction(), direction(), any::<bool>());
            (rels, starts, how, length).prop_map(move |(rels, starts, how, length)| Case {
                nodes,
                rels,
                starts,
                directions: [how.0, how.1],
                typed: how.2,
                length,
            })
        })
    }

    fn build(case: &Case) -> Arc<Store> {
        let store = Arc::new(Store::new(Snapshot::new()));
        let mut change = store.begin();
        let types = [change.intern_type("A"), change.intern_type("B")];
        let start = change.intern_label("Start");
        let key = change.intern_key("n");
        let nodes: Vec<_> = (0..case.nodes)
            .map(|node| {
                let labels = [start];
                let labels = &labels[..usize::from(case.starts.contains(&node))];
                change.create_node(labels, &[]).unwrap()
            })
            .collect();
        for &(from, to, other) in &case.rels {
            let (from, to) = (nodes[from as usize], nodes[to as usize]);
            let n = Value::Int(i64::from((from.0 + to.0) % 2));
            change
                .create_rel(from, to, types[usize::from(other)], &[(key, n)])
                .unwrap();
        }
        drop(change.commit().unwrap());
        store
    }

    impl Case {
        fn step(&self, place: usize, slots: [u32; 3]) -> Step {
            Step {
                direction: self.directions[place],
                types: self.typed.then(|| LabelTest::Name("A".into())),
                ..step(slots[0], slots[1], slots[2], "A")
            }
        }

        fn var_length(&self, live: &[u32]) -> Box<Operator> {
            let op = Op::VarLengthExpand {
                input: scan(single(), 0, "Start", &[0]),
                step: self.step(0, [0, 1, 2]),
                min: self.length.0,
                max: self.length.1,
                each: Slot(9),
                predicates: Vec::new(),
                into: false,
                rel_bound: false,
                different_from: Vec::new(),
            };
            Box::new(operator(op, live))
        }

        /// Two hops over different relationships.
        fn two_hops(&self, live: &[u32]) -> Box<Operator> {
            let op = Op::Expand {
                input: expand(
                    scan(single(), 0, "Start", &[0]),
                    self.step(0, [0, 1, 2]),
                    &[1, 2],
                ),
                step: self.step(1, [2, 3, 4]),
                into: false,
                rel_bound: false,
                different_from: vec![Slot(1)],
            };
            Box::new(operator(op, live))
        }
    }

    /// Two hops with conditions on the second, on itself and perhaps on the first as well.
    fn tested_hops(case: &Case, others: bool, live: &[u32]) -> Box<Operator> {
        let op = Op::Expand {
            // Rows in turn start at the same node.
            input: unwind(
                expand(
                    scan(single(), 0, "Start", &[0]),
                    case.step(0, [0, 1, 2]),
                    &[1, 2],
                ),
                range(case.nodes.into()),
                17,
                &[1, 2],
            ),
            step: case.step(1, [2, 3, 4]),
            into: false,
            rel_bound: false,
            different_from: vec![Slot(1)],
        };
        let start = LabelTest::Name("Start".into());
        let mut predicates = vec![
            compare(Comparison::Equal, property(3, "n"), literal(0)),
            expr(ExprKind::HasLabels(Box::new(var(4)), start)),
        ];
        if others {
            predicates.insert(1, compare(Comparison::NotEqual, var(4), var(2)));
        }
        let input = Box::new(operator(op, if others { &[2, 3, 4] } else { &[3, 4] }));
        Box::new(operator(Op::Filter { input, predicates }, live))
    }

    /// Checks conditions tested on a step against those tested on its rows: where operators are
    /// measured, each works for itself.
    fn tests_agree(case: &Case, store: &Store) {
        for others in [false, true] {
            let make = |live: &[u32]| tested_hops(case, others, live);
            agree(store, make, 4);
            let plan = plan(make(&[3, 4]), &[3, 4], Vec::new());
            let mut ctx = context(Graph::Read(store.snapshot()));
            let (apart, _) = execute_measured(&plan, &mut ctx).unwrap();
            let apart: Vec<_> = apart.rows().map(|row| format!("{row:?}")).collect();
            let tested: Vec<_> = rows(store, &plan).unwrap();
            let tested: Vec<_> = tested.iter().map(|row| format!("{row:?}")).collect();
            assert_eq!(apart, tested);
        }
    }

    fn single_number(store: &Store, root: Box<Operator>) -> usize {
        let rows = rows(store, &plan(root, &[5], Vec::new())).unwrap();
        usize::try_from(rows[0][0].as_int().unwrap()).unwrap()
    }

    /// Checks count(*) and count(DISTINCT node) over an operator against its rows.
    fn agree(store: &Store, make: impl Fn(&[u32]) -> Box<Operator>, node: u32) {
        let all = rows(store, &plan(make(&[node]), &[node], Vec::new())).unwrap();
        let distinct: BTreeSet<_> = all.iter().map(|row| row[0].as_node()).collect();
        let counted = aggregates(make(&[]), &[(5, "count", None, false)]);
        assert_eq!(single_number(store, counted), all.len());
        let counted = aggregates(make(&[node]), &[(5, "count", Some(var(node)), false)]);
        assert_eq!(single_number(store, counted), all.len());
        let counted = aggregates(make(&[node]), &[(5, "count", Some(var(node)), true)]);
        assert_eq!(single_number(store, counted), distinct.len());
    }

    /// Checks which nodes have two hops, asked row by row and by all rows of the hops.
    fn semi_agrees(case: &Case, store: &Store) {
        let argument = || Box::new(operator(Op::Argument, &[0, 19]));
        let hops = |live: &[u32]| {
            let op = Op::Expand {
                input: expand(argument(), case.step(0, [0, 1, 2]), &[0, 1, 2, 19]),
                step: case.step(1, [2, 3, 4]),
                into: false,
                rel_bound: false,
                different_from: vec![Slot(1)],
            };
            Box::new(operator(op, live))
        };
        let apply = |mode, live: &[u32]| {
            let nodes = Op::AllNodesScan {
                input: single(),
                node: Slot(0),
                moment: None,
            };
            let apply = Op::Apply {
                input: Box::new(operator(nodes, &[0])),
                inner: inner(hops(live), &[0], false),
                mode,
            };
            let root = Box::new(operator(apply, &[0]));
            rows(store, &plan(root, &[0], Vec::new())).unwrap()
        };
        let nodes = |rows: Vec<Vec<Value>>| -> BTreeSet<_> {
            rows.iter().filter_map(|row| row[0].as_node()).collect()
        };
        let semi = nodes(apply(ApplyMode::Semi, &[19]));
        assert_eq!(semi, nodes(apply(ApplyMode::Join, &[0, 4, 19])));
        assert_eq!(
            nodes(apply(ApplyMode::AntiSemi, &[19])).len() + semi.len(),
            case.nodes as usize
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn shortcuts_give_the_same_answers(case in cases()) {
            let store = build(&case);
            agree(&store, |live| case.var_length(live), 2);
            agree(&store, |live| case.two_hops(live), 4);
            semi_agrees(&case, &store);
            tests_agree(&case, &store);
        }
    }
}

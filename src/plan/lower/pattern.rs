//! In which order a pattern is walked: from its most selective node, always along the
//! relationship that leaves the fewest rows; each condition as soon as its slots are bound.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Lowering, filter, with_rows};
use crate::functions;
use crate::plan::cost::{self, Estimator};
use crate::plan::physical::{BoundEnds, Op, Operator, SeekPlace, Step};
use crate::semantics::bound::{
    Comparison, Direction, Expr, ExprKind, LabelTest, PathSearch, Pattern, PatternPath, PatternRel,
    Slot, VarLength,
};
use crate::semantics::path::{Selector, WholePath};

/// How many relationships an unbounded pattern is expected to follow.
const USUAL_LENGTH: i32 = 3;

/// A seek that is expected to find no more rows counts as unique.
const UNIQUE_ROWS: f64 = 1.5;

/// A pattern that is partly walked.
struct Solver<'a, 'b> {
    lowering: &'b Lowering<'a>,
    estimator: Estimator<'a>,
    plan: Operator,
    bound: BTreeSet<Slot>,
    /// Nodes that are still to be found.
    nodes: Vec<Slot>,
    rels: Vec<PatternRel>,
    searches: Vec<PathSearch>,
    wholes: Vec<WholePath>,
    paths: Vec<PatternPath>,
    /// Other names of nodes that are bound before.
    renamed: Vec<(Slot, Slot)>,
    /// Conditions that are still to be tested, with the slots that they read.
    predicates: Vec<(Expr, BTreeSet<Slot>)>,
    /// Relationships walked so far, with their types: later ones must differ from them.
    walked: Vec<(Slot, Option<LabelTest>)>,
    repeatable: bool,
    /// The moment at which all must hold.
    moment: Option<Expr>,
    /// The slots of the pattern: anything else is bound before it.
    own: BTreeSet<Slot>,
}

impl Lowering<'_> {
    /// Walks the pattern for each row of `input`.
    pub(super) fn solve(&self, input: Operator, pattern: Pattern) -> Operator {
        let own = own_slots(&pattern);
        let mut predicates: Vec<_> = pattern
            .predicates
            .iter()
            .map(|predicate| {
                let reads = self.reads(predicate).into_iter();
                (
                    predicate.clone(),
                    reads.filter(|slot| own.contains(slot)).collect(),
                )
            })
            .collect();
        predicates.extend(bound_node_tests(&pattern));
        let solver = Solver {
            lowering: self,
            estimator: Estimator::new(self.statistics, &pattern.predicates),
            plan: hold(input, &pattern),
            bound: BTreeSet::new(),
            nodes: pattern
                .nodes
                .iter()
                .filter(|node| !node.bound)
                .map(|node| node.slot)
                .collect(),
            rels: pattern.rels,
            searches: pattern.searches,
            wholes: pattern.wholes,
            paths: pattern.paths,
            renamed: pattern.renamed,
            predicates,
            walked: Vec::new(),
            repeatable: pattern.repeatable,
            moment: pattern.moment,
            own,
        };
        solver.run()
    }
}

impl Solver<'_, '_> {
    fn run(mut self) -> Operator {
        self.rename();
        self.test();
        loop {
            let further = self.seek_unique()
                || self.expand_cheapest()
                || self.search_bound()
                || self.search_whole()
                || self.start();
            if !further {
                break;
            }
        }
        self.test();
        let leftover = std::mem::take(&mut self.predicates);
        filter(
            self.plan,
            leftover
                .into_iter()
                .map(|(predicate, _)| predicate)
                .collect(),
        )
    }

    fn is_bound(&self, slot: Slot) -> bool {
        self.bound.contains(&slot) || !self.own.contains(&slot)
    }

    /// Tests every condition whose slots are all bound, and puts named paths together.
    fn test(&mut self) {
        self.build_paths();
        let waiting = std::mem::take(&mut self.predicates);
        let (ready, waiting): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, reads)| reads.iter().all(|slot| self.is_bound(*slot)));
        self.predicates = waiting;
        let ready: Vec<_> = ready.into_iter().map(|(predicate, _)| predicate).collect();
        if !ready.is_empty() {
            let plan = std::mem::replace(&mut self.plan, with_rows(Op::SingleRow, 1.0));
            self.plan = filter(plan, ready);
        }
    }

    /// Gives nodes that are bound before their other names.
    fn rename(&mut self) {
        let renamed = std::mem::take(&mut self.renamed);
        if renamed.is_empty() {
            return;
        }
        let span = crate::error::Span::default();
        let items = renamed.into_iter().map(|(slot, node)| {
            let kind = ExprKind::Variable(node);
            (slot, Expr { kind, span })
        });
        let items: Vec<_> = items.collect();
        self.bound.extend(items.iter().map(|(slot, _)| *slot));
        let bound = &self.bound;
        self.nodes.retain(|node| !bound.contains(node));
        self.put(|input| Op::Projection { input, items }, 1.0);
    }

    fn build_paths(&mut self) {
        let waiting = std::mem::take(&mut self.paths);
        let (ready, waiting): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|path| path.elements.iter().all(|slot| self.is_bound(*slot)));
        self.paths = waiting;
        if ready.is_empty() {
            return;
        }
        let mut items = Vec::with_capacity(ready.len());
        for path in ready {
            self.bound.insert(path.slot);
            let kind = ExprKind::BuildPath(path.elements);
            items.push((
                path.slot,
                Expr {
                    kind,
                    span: crate::error::Span::default(),
                },
            ));
        }
        self.put(|input| Op::Projection { input, items }, 1.0);
    }

    /// Puts an operator on top of the plan, which multiplies its rows.
    fn put(&mut self, op: impl FnOnce(Box<Operator>) -> Op, factor: f64) {
        let input = std::mem::replace(&mut self.plan, with_rows(Op::SingleRow, 1.0));
        let rows = input.rows * factor;
        self.plan = with_rows(op(Box::new(input)), rows);
    }

    /// Walks the relationship pattern that leaves the fewest rows. False if none has a bound end.
    fn expand_cheapest(&mut self) -> bool {
        let candidates = self.rels.iter().enumerate().filter_map(|(index, rel)| {
            self.expansion(rel)
                .map(|(factor, reversed)| (index, factor, reversed))
        });
        let best = candidates.min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((index, factor, reversed)) = best else {
            return false;
        };
        let rel = self.rels.remove(index);
        self.expand(rel, reversed, factor);
        true
    }

    /// By how much a relationship pattern multiplies the rows, and whether it is walked from its
    /// right end.
    fn expansion(&self, rel: &PatternRel) -> Option<(f64, bool)> {
        let forward = || self.factor(rel, rel.from, rel.direction, rel.to);
        let backward = || self.factor(rel, rel.to, rel.direction.reversed(), rel.from);
        match (self.is_bound(rel.from), self.is_bound(rel.to)) {
            (true, true) => {
                let hit = self.estimator.hit(rel.to);
                // From the end that has fewer relationships.
                let (forward, backward) = (forward(), backward());
                Some((forward.min(backward) * hit, backward < forward))
            }
            (true, false) => Some((forward(), false)),
            (false, true) => Some((backward(), true)),
            (false, false) => None,
        }
    }

    fn factor(&self, rel: &PatternRel, from: Slot, direction: Direction, to: Slot) -> f64 {
        if rel.bound {
            return 1.0;
        }
        let types = rel.types.as_ref();
        match &rel.length {
            None => self.estimator.degree(from, types, direction, to) * self.node_share(to),
            Some(length) => {
                let degree = self.estimator.degree(from, types, direction, from).max(1.0);
                let hops = length.max.map_or(USUAL_LENGTH, |max| {
                    i32::try_from(max)
                        .unwrap_or(USUAL_LENGTH)
                        .clamp(1, 2 * USUAL_LENGTH)
                });
                degree.powi(hops) * self.estimator.label_share(to)
            }
        }
    }

    /// The part of rows that is left by what is said of a node's properties.
    fn node_share(&self, node: Slot) -> f64 {
        let about = |reads: &BTreeSet<Slot>| reads.len() == 1 && reads.contains(&node);
        let predicates = self.predicates.iter().filter(|(_, reads)| about(reads));
        predicates
            .map(|(predicate, _)| cost::selectivity(predicate))
            .product()
    }

    fn expand(&mut self, rel: PatternRel, reversed: bool, factor: f64) {
        let (from, to) = if reversed {
            (rel.to, rel.from)
        } else {
            (rel.from, rel.to)
        };
        let direction = if reversed {
            rel.direction.reversed()
        } else {
            rel.direction
        };
        let into = self.is_bound(to);
        let step = Step {
            from,
            rel: rel.slot,
            to,
            direction,
            types: rel.types.clone(),
            reversed,
            moment: self.moment.clone(),
        };
        let rel_bound = rel.bound;
        let different_from = self.different_from(rel.slot, rel.types.as_ref());
        match rel.length {
            None => self.put(
                |input| Op::Expand {
                    input,
                    step,
                    into,
                    rel_bound,
                    different_from,
                },
                factor,
            ),
            Some(VarLength {
                min,
                max,
                each,
                predicates,
            }) => self.put(
                |input| Op::VarLengthExpand {
                    input,
                    step,
                    min,
                    max,
                    each,
                    predicates,
                    into,
                    rel_bound,
                    different_from,
                },
                factor,
            ),
        }
        self.walked.push((rel.slot, rel.types));
        self.bound.extend([rel.slot, to]);
        self.nodes.retain(|node| *node != to);
        self.test();
    }

    /// The relationships walked before that could be the same one.
    fn different_from(&self, rel: Slot, types: Option<&LabelTest>) -> Vec<Slot> {
        if self.repeatable {
            return Vec::new();
        }
        self.walked
            .iter()
            .filter(|(other, other_types)| {
                *other != rel && may_share_type(types, other_types.as_ref())
            })
            .map(|(other, _)| *other)
            .collect()
    }

    /// Searches a shortest path whose ends are bound. False if there is none.
    fn search_bound(&mut self) -> bool {
        let ready = self
            .searches
            .iter()
            .position(|search| self.is_bound(search.rel.from) && self.is_bound(search.rel.to));
        let Some(index) = ready else { return false };
        let search = self.searches.remove(index);
        let rel = search.rel;
        let length = rel.length.expect("a search has a length");
        let step = Step {
            from: rel.from,
            rel: rel.slot,
            to: rel.to,
            direction: rel.direction,
            types: rel.types,
            reversed: false,
            moment: self.moment.clone(),
        };
        self.bound.insert(rel.slot);
        self.bound.extend(search.path);
        self.bound.extend(search.single);
        let (goal, path) = (search.goal, search.path);
        let (each_node, node_predicates) = (search.each_node, search.node_predicates);
        let path_predicates = search.path_predicates;
        self.put(
            |input| Op::ShortestPath {
                input,
                step,
                goal,
                min: length.min,
                max: length.max,
                path,
                each_rel: length.each,
                rel_predicates: length.predicates,
                each_node,
                node_predicates,
                path_predicates,
            },
            1.0,
        );
        self.test();
        true
    }

    /// Searches paths that are matched as a whole, of which an end is bound. False if there are
    /// none.
    fn search_whole(&mut self) -> bool {
        let ends = |whole: &WholePath| {
            let (from, to) = (self.is_bound(whole.from()), self.is_bound(whole.to()));
            match (from, to) {
                (true, true) => Some(BoundEnds::Both),
                (true, false) => Some(BoundEnds::From),
                (false, true) => Some(BoundEnds::To),
                (false, false) => None,
            }
        };
        let ready = self
            .wholes
            .iter()
            .enumerate()
            .find_map(|(index, whole)| ends(whole).map(|bound| (index, bound)));
        let Some((index, bound)) = ready else {
            return false;
        };
        let mut whole = self.wholes.remove(index);
        self.put_off(&mut whole);
        let different_from = match whole.selector {
            Selector::All => self.different_from(whole.rels, None),
            Selector::Paths(_) | Selector::Groups(_) => Vec::new(),
        };
        let (from, to) = (whole.from(), whole.to());
        let factor = match bound {
            BoundEnds::Both => 1.0,
            BoundEnds::From => self.whole_factor(from, to),
            BoundEnds::To => self.whole_factor(to, from),
        };
        self.bound.extend(whole.outputs());
        self.bound.extend([from, to]);
        self.nodes.retain(|node| *node != from && *node != to);
        if matches!(whole.selector, Selector::All) {
            self.walked.push((whole.rels, None));
        }
        let search = Box::new(whole);
        let moment = self.moment.clone();
        self.put(
            |input| Op::PathSearch {
                input,
                search,
                bound,
                different_from,
                moment,
            },
            factor,
        );
        self.test();
        true
    }

    /// Takes conditions that read what is not bound yet out of a search.
    fn put_off(&mut self, whole: &mut WholePath) {
        let mut own: BTreeSet<_> = whole.own_slots().into_iter().collect();
        own.extend([whole.from(), whole.to()]);
        for predicate in std::mem::take(&mut whole.body.predicates) {
            let mut reads: BTreeSet<_> = self.lowering.reads(&predicate).into_iter().collect();
            let known = |slot: &Slot| own.contains(slot) || self.is_bound(*slot);
            if reads.iter().all(known) {
                whole.body.predicates.push(predicate);
            } else {
                reads.retain(|slot| self.own.contains(slot));
                self.predicates.push((predicate, reads));
            }
        }
    }

    /// How many paths are expected from one end on.
    fn whole_factor(&self, from: Slot, to: Slot) -> f64 {
        let degree = self.estimator.degree(from, None, Direction::Both, from);
        degree.max(1.0).powi(USUAL_LENGTH) * self.estimator.label_share(to)
    }

    /// Finds a node that an index holds about once: nothing is cheaper. False if there is none.
    fn seek_unique(&mut self) -> bool {
        let found = self
            .nodes
            .iter()
            .map(|node| (*node, self.access(*node)))
            .find(|(_, access)| access.seek.is_some() && access.rows <= UNIQUE_ROWS);
        let Some((node, access)) = found else {
            return false;
        };
        self.find(node, access);
        true
    }

    /// Finds a first node of a part that nothing bound reaches. False if all nodes are found.
    fn start(&mut self) -> bool {
        if self.start_from_rel() {
            return true;
        }
        let best = self
            .nodes
            .iter()
            .map(|node| (*node, self.access(*node)))
            .min_by(|(_, a), (_, b)| a.rows.total_cmp(&b.rows));
        let Some((node, access)) = best else {
            return false;
        };
        self.find(node, access);
        true
    }

    fn find(&mut self, node: Slot, access: Access) {
        let rows = access.rows;
        let moment = self.moment.clone();
        if let Some(seek) = access.seek {
            // What is found has the value and the label.
            self.predicates.remove(seek.predicate);
            self.drop_label_tests(node, seek.label.as_slice());
            let seek = |input| Op::NodeIndexSeek {
                input,
                node,
                label: seek.label,
                key: seek.key,
                value: seek.value,
                place: seek.place,
                moment,
            };
            self.put(seek, rows);
        } else {
            let labels = self.estimator.labels(node);
            self.drop_label_tests(node, &labels);
            let scan = |input| {
                if labels.is_empty() {
                    return Op::AllNodesScan {
                        input,
                        node,
                        moment,
                    };
                }
                Op::NodeByLabelScan {
                    input,
                    node,
                    labels,
                    moment,
                }
            };
            self.put(scan, rows);
        }
        self.bound.insert(node);
        self.nodes.retain(|other| *other != node);
        self.test();
    }

    /// A bound relationship whose ends are not: its ends are read off it.
    fn start_from_rel(&mut self) -> bool {
        let found = self
            .rels
            .iter()
            .find(|rel| rel.bound && rel.length.is_none() && rel.direction != Direction::Both);
        let Some(rel) = found else { return false };
        let name = if rel.direction == Direction::Outgoing {
            "startNode"
        } else {
            "endNode"
        };
        let Some(function) = functions::function(name) else {
            return false;
        };
        let from = rel.from;
        let span = crate::error::Span::default();
        let subject = Expr {
            kind: ExprKind::Variable(rel.slot),
            span,
        };
        let end = Expr {
            kind: ExprKind::Function(function, vec![subject]),
            span,
        };
        self.put(
            |input| Op::Projection {
                input,
                items: vec![(from, end)],
            },
            1.0,
        );
        if let Some(moment) = self.moment.clone() {
            let nodes = vec![from];
            self.put(
                |input| Op::HoldsAt {
                    input,
                    nodes,
                    moment,
                },
                1.0,
            );
        }
        self.bound.insert(from);
        self.nodes.retain(|node| *node != from);
        self.test();
        true
    }

    /// A scan or a seek has tested these labels.
    fn drop_label_tests(&mut self, node: Slot, labels: &[Arc<str>]) {
        self.predicates
            .retain(|(predicate, _)| match cost::required_labels(predicate) {
                Some((slot, names)) => {
                    slot != node || !names.iter().all(|name| labels.contains(name))
                }
                None => true,
            });
    }

    /// The cheapest way to find a node.
    fn access(&self, node: Slot) -> Access {
        let scan = Access {
            rows: self.estimator.scan(node) * self.node_share(node),
            seek: None,
        };
        self.predicates
            .iter()
            .enumerate()
            .filter_map(|(index, (predicate, _))| {
                let (key, value) = equality_on(node, predicate)?;
                Some((index, key, value))
            })
            .filter(|(_, _, value)| {
                let reads = self.lowering.reads(value);
                reads.iter().all(|slot| self.is_bound(*slot))
            })
            .filter_map(|(predicate, key, value)| {
                let found = self.estimator.look_up(node, &key)?;
                Some(Access {
                    rows: found.rows,
                    seek: Some(Seek {
                        label: found.label,
                        key,
                        value: value.clone(),
                        place: found.place,
                        predicate,
                    }),
                })
            })
            .min_by(|a, b| a.rows.total_cmp(&b.rows))
            .unwrap_or(scan)
    }
}

/// A way to find a node.
struct Access {
    rows: f64,
    seek: Option<Seek>,
}

/// A look-up by a value.
struct Seek {
    /// The label of the index; of one over all nodes, a label that the node must have.
    label: Option<Arc<str>>,
    key: Arc<str>,
    value: Expr,
    place: SeekPlace,
    /// The number of the condition that it answers.
    predicate: usize,
}

/// Key and value of `node.key = value`.
fn equality_on(node: Slot, predicate: &Expr) -> Option<(Arc<str>, &Expr)> {
    let ExprKind::Compare(Comparison::Equal, left, right) = &predicate.kind else {
        return None;
    };
    [(left, right), (right, left)]
        .into_iter()
        .find_map(|(property, value)| {
            let ExprKind::Property(base, key) = &property.kind else {
                return None;
            };
            let on_node = matches!(base.kind, ExprKind::Variable(slot) if slot == node);
            let constant = !value.free_slots().contains(&node);
            (on_node && constant).then(|| (Arc::clone(key), &**value))
        })
}

/// Tests the nodes of a pattern that earlier clauses bound.
fn hold(input: Operator, pattern: &Pattern) -> Operator {
    let bound = pattern.nodes.iter().filter(|node| node.bound);
    let nodes: Vec<Slot> = bound.map(|node| node.slot).collect();
    let Some(moment) = pattern.moment.clone().filter(|_| !nodes.is_empty()) else {
        return input;
    };
    let rows = input.rows;
    let input = Box::new(input);
    with_rows(
        Op::HoldsAt {
            input,
            nodes,
            moment,
        },
        rows,
    )
}

/// The slots that a pattern binds, those of named paths included.
fn own_slots(pattern: &Pattern) -> BTreeSet<Slot> {
    super::pattern_slots(pattern).into_iter().collect()
}

/// A bound node that no relationship pattern touches must at least be there.
fn bound_node_tests(pattern: &Pattern) -> Vec<(Expr, BTreeSet<Slot>)> {
    let touched: BTreeSet<_> = pattern
        .rels
        .iter()
        .chain(pattern.searches.iter().map(|search| &search.rel))
        .flat_map(|rel| [rel.from, rel.to])
        .chain(
            pattern
                .wholes
                .iter()
                .flat_map(|whole| [whole.from(), whole.to()]),
        )
        .collect();
    let span = crate::error::Span::default();
    let alone = pattern
        .nodes
        .iter()
        .filter(|node| node.bound && !touched.contains(&node.slot));
    alone
        .map(|node| {
            let subject = Box::new(Expr {
                kind: ExprKind::Variable(node.slot),
                span,
            });
            let is_null = Box::new(Expr {
                kind: ExprKind::IsNull(subject),
                span,
            });
            (
                Expr {
                    kind: ExprKind::Not(is_null),
                    span,
                },
                BTreeSet::new(),
            )
        })
        .collect()
}

/// Whether a relationship can be of both kinds.
fn may_share_type(a: Option<&LabelTest>, b: Option<&LabelTest>) -> bool {
    match (cost::type_names(a), cost::type_names(b)) {
        (Some(a), Some(b)) => a.iter().any(|name| b.contains(name)),
        _ => true,
    }
}

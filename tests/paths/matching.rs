//! The slow and obvious answer: every walk through the graph is held against the pattern in every
//! way.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, Rel};
use crate::pattern::{
    Before, Direction, Factor, Group, Mode, NodePattern, Path, Query, RelPattern, Selector, Test,
};

/// How many steps a query may take; beyond that it is left out.
const MOST_STEPS: usize = 150_000;

/// To which length walks are looked at where nothing bounds them.
const UNBOUNDED: usize = 5;

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    Null,
    Node(usize),
    Rel(usize),
    List(Vec<Bound>),
    Path(Walk),
}

/// What all variables stand for.
pub(crate) type Env = BTreeMap<String, Bound>;

/// A way through the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Walk {
    pub(crate) nodes: Vec<usize>,
    pub(crate) rels: Vec<usize>,
}

/// What a pattern may match, and how much of that the answer must hold.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The candidates, in groups of which each gives so many rows as `most` says.
    pub(crate) groups: Vec<Vec<Env>>,
    pub(crate) most: usize,
    /// Whether a group gives its shortest rows.
    pub(crate) shortest: bool,
    /// Matches are known up to this length only.
    pub(crate) known_up_to: Option<usize>,
}

/// Too slow to be worth it.
#[derive(Debug)]
pub(crate) struct TooLarge;

type Outcome<T> = Result<T, TooLarge>;

/// A match of a part of a pattern, up to some place of the walk.
#[derive(Clone)]
struct Found {
    at: usize,
    env: Env,
    /// What is still to be tested, when all variables are known.
    tests: Vec<Test>,
}

/// A match of a path.
#[derive(Clone)]
struct Match {
    walk: Walk,
    env: Env,
    tests: Vec<Test>,
}

/// A match of the paths of a clause so far, with the relationships that they use.
#[derive(Clone)]
struct Partial {
    env: Env,
    tests: Vec<Test>,
    used: BTreeSet<usize>,
    walk: Walk,
}

pub(crate) struct Oracle<'a> {
    graph: &'a Graph,
    query: &'a Query,
    steps: Cell<usize>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(graph: &'a Graph, query: &'a Query) -> Self {
        Self {
            graph,
            query,
            steps: Cell::new(0),
        }
    }

    fn step(&self) -> Outcome<()> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            Err(TooLarge)
        } else {
            Ok(())
        }
    }

    /// Returns what the query answers.
    pub(crate) fn answer(&self) -> Outcome<Expected> {
        let mut walks = Vec::new();
        let mut known_up_to = None;
        for path in &self.query.paths {
            let (found, limit) = self.walks(path)?;
            walks.push(found);
            known_up_to = known_up_to.or(limit);
        }
        let mut groups: Vec<Vec<Env>> = Vec::new();
        for before in self.driving_rows() {
            let rows = self.clause(&before, &walks)?;
            if rows.is_empty() && self.query.optional {
                groups.push(vec![self.with_nulls(before)]);
            }
            let mut pairs: BTreeMap<_, Vec<Env>> = BTreeMap::new();
            for row in rows {
                let ends = (
                    row.walk.nodes.first().copied(),
                    row.walk.nodes.last().copied(),
                );
                let ends = if self.choice().is_some() {
                    ends
                } else {
                    (None, None)
                };
                pairs.entry(ends).or_default().push(row.env);
            }
            groups.extend(pairs.into_values());
        }
        let (most, shortest) = self.choice().unwrap_or((usize::MAX, false));
        Ok(Expected {
            groups,
            most,
            shortest,
            known_up_to,
        })
    }

    /// How many paths each pair of ends gives, where the answer is free to choose.
    fn choice(&self) -> Option<(usize, bool)> {
        match self.query.paths[0].selector {
            Selector::Paths(count, shortest) => Some((count, shortest)),
            Selector::All | Selector::Groups(_) => None,
        }
    }

    fn driving_rows(&self) -> Vec<Env> {
        let mut rows = vec![Env::new()];
        for before in &self.query.before {
            let (name, values): (_, Vec<Bound>) = match before {
                Before::Node(name, None) => {
                    (name, (0..self.graph.nodes.len()).map(Bound::Node).collect())
                }
                Before::Node(name, Some(id)) => {
                    let there = (*id < self.graph.nodes.len()).then_some(Bound::Node(*id));
                    (name, there.into_iter().collect())
                }
                Before::Rel(name) => (name, (0..self.graph.rels.len()).map(Bound::Rel).collect()),
                Before::Null(name) => (name, vec![Bound::Null]),
            };
            let with = |row: &Env, value: &Bound| {
                let mut row = row.clone();
                row.insert(name.clone(), value.clone());
                row
            };
            rows = rows
                .iter()
                .flat_map(|row| values.iter().map(move |value| with(row, value)))
                .collect();
        }
        rows
    }

    /// A row of `OPTIONAL MATCH` without a match.
    fn with_nulls(&self, mut row: Env) -> Env {
        for name in &self.query.returned {
            row.entry(name.clone()).or_insert(Bound::Null);
        }
        row
    }

    /// The matches of the clause for a driving row.
    fn clause(&self, before: &Env, walks: &[Vec<Walk>]) -> Outcome<Vec<Partial>> {
        let mut partial = vec![Partial {
            env: before.clone(),
            tests: Vec::new(),
            used: BTreeSet::new(),
            walk: Walk {
                nodes: Vec::new(),
                rels: Vec::new(),
            },
        }];
        for (path, walks) in self.query.paths.iter().zip(walks) {
            let mut further = Vec::new();
            let chosen = match path.selector {
                Selector::All => None,
                Selector::Paths(..) | Selector::Groups(_) => {
                    Some(self.selected(path, walks, before)?)
                }
            };
            for one in &partial {
                let matches = match &chosen {
                    Some(chosen) => chosen.iter().filter_map(|m| join(&one.env, m)).collect(),
                    None => self.matches(path, walks, before, &one.env)?,
                };
                for found in matches {
                    self.step()?;
                    let rels: BTreeSet<_> = found.walk.rels.iter().copied().collect();
                    if !self.query.repeatable && !one.used.is_disjoint(&rels) {
                        continue;
                    }
                    further.push(Partial {
                        env: found.env,
                        tests: one.tests.iter().chain(&found.tests).cloned().collect(),
                        used: &one.used | &rels,
                        walk: found.walk,
                    });
                }
            }
            partial = further;
        }
        partial.retain(|one| {
            let tests = one.tests.iter().chain(&self.query.condition);
            tests.into_iter().all(|test| self.holds(test, &one.env))
        });
        Ok(partial)
    }

    /// The matches of a path among which its selector chooses; of groups those that it chooses.
    fn selected(&self, path: &Path, walks: &[Walk], before: &Env) -> Outcome<Vec<Match>> {
        let mut matches = self.matches(path, walks, before, before)?;
        matches.retain(|found| {
            let searched = self.query.condition.iter().filter(|_| path.is_function);
            let mut tests = found.tests.iter().chain(searched);
            tests.all(|test| self.holds(test, &found.env))
        });
        let Selector::Groups(count) = path.selector else {
            return Ok(matches);
        };
        let mut lengths: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
        for found in &matches {
            let all = lengths.entry(found.walk.ends()).or_default();
            all.insert(found.walk.rels.len());
        }
        matches.retain(|found| {
            let mut least = lengths[&found.walk.ends()].iter().take(count);
            least.any(|&length| length == found.walk.rels.len())
        });
        Ok(matches)
    }

    /// All matches of a path, given what earlier clauses and earlier paths have bound.
    fn matches(&self, path: &Path, walks: &[Walk], before: &Env, env: &Env) -> Outcome<Vec<Match>> {
        let mut matches = Vec::new();
        for walk in walks {
            let start = Found {
                at: 0,
                env: env.clone(),
                tests: Vec::new(),
            };
            for found in self.factors(&path.factors, walk, start, before)? {
                if found.at < walk.rels.len() {
                    continue;
                }
                let mut env = found.env;
                if let Some(name) = &path.name {
                    env.insert(name.clone(), Bound::Path(walk.clone()));
                }
                matches.push(Match {
                    walk: walk.clone(),
                    env,
                    tests: found.tests,
                });
            }
        }
        Ok(matches)
    }

    fn factors(
        &self,
        factors: &[Factor],
        walk: &Walk,
        start: Found,
        before: &Env,
    ) -> Outcome<Vec<Found>> {
        let mut all = vec![start];
        for factor in factors {
            let mut next = Vec::new();
            for found in all {
                self.step()?;
                match factor {
                    Factor::Node(node) => next.extend(self.node(node, walk, found)),
                    Factor::Rel(rel) if rel.times.is_some() => {
                        next.extend(self.turns(&repeated(rel), walk, &found, before)?);
                    }
                    Factor::Rel(rel) => next.extend(self.rel(rel, walk, found)),
                    Factor::Group(group) if group.times.is_some() => {
                        next.extend(self.turns(group, walk, &found, before)?);
                    }
                    Factor::Group(group) => next.extend(self.once(group, walk, found, before)?),
                }
            }
            all = next;
        }
        Ok(all)
    }

    fn node(&self, node: &NodePattern, walk: &Walk, mut found: Found) -> Option<Found> {
        let id = walk.nodes[found.at];
        let data = &self.graph.nodes[id];
        let fits = node.label.is_none_or(|label| data.labels.contains(&label))
            && node.number.is_none_or(|number| data.number == Some(number));
        if !fits || !bind(&mut found.env, node.name.as_ref(), &Bound::Node(id)) {
            return None;
        }
        found.tests.extend(node.condition.clone());
        Some(found)
    }

    fn rel(&self, rel: &RelPattern, walk: &Walk, mut found: Found) -> Option<Found> {
        let id = *walk.rels.get(found.at)?;
        let data = &self.graph.rels[id];
        let (left, right) = (walk.nodes[found.at], walk.nodes[found.at + 1]);
        let forward = (data.from, data.to) == (left, right);
        let backward = (data.to, data.from) == (left, right);
        let fits = match rel.direction {
            Direction::Right => forward,
            Direction::Left => backward,
            Direction::Either => forward || backward,
        } && (rel.types.is_empty() || rel.types.contains(&data.kind))
            && rel.number.is_none_or(|number| data.number == Some(number));
        if !fits || !bind(&mut found.env, rel.name.as_ref(), &Bound::Rel(id)) {
            return None;
        }
        found.at += 1;
        found.tests.extend(rel.condition.clone());
        Some(found)
    }

    /// A part in parentheses that is not repeated.
    fn once(&self, group: &Group, walk: &Walk, found: Found, before: &Env) -> Outcome<Vec<Found>> {
        let begin = found.at;
        let mut all = self.factors(&group.factors, walk, found, before)?;
        all.retain(|found| walk.part(begin, found.at).fits(group.mode));
        for found in &mut all {
            if let Some(name) = &group.name {
                let path = Bound::Path(walk.part(begin, found.at));
                found.env.insert(name.clone(), path);
            }
            found.tests.extend(group.condition.clone());
        }
        Ok(all)
    }

    /// A part in parentheses that is repeated: outside, its variables are lists.
    fn turns(
        &self,
        group: &Group,
        walk: &Walk,
        found: &Found,
        before: &Env,
    ) -> Outcome<Vec<Found>> {
        let times = group.times.as_ref().expect("it is repeated");
        let names = names(group);
        let empty = names.iter().map(|name| (name.clone(), Vec::new()));
        let mut all = vec![(found.at, empty.collect::<BTreeMap<_, _>>())];
        let mut out = Vec::new();
        for turn in 0.. {
            if turn >= times.min && times.max.is_none_or(|max| turn <= max) {
                for (at, lists) in &all {
                    let mut found = found.clone();
                    found.at = *at;
                    let lists = lists
                        .iter()
                        .map(|(name, list)| (name.clone(), list.clone()));
                    let lists = lists.map(|(name, list)| (name, Bound::List(list)));
                    found.env.extend(lists);
                    out.push(found);
                }
            }
            if all.is_empty() || times.max.is_some_and(|max| turn >= max) {
                break;
            }
            let mut further = Vec::new();
            for (at, lists) in all {
                self.step()?;
                let start = Found {
                    at,
                    env: before.clone(),
                    tests: Vec::new(),
                };
                for found in self.once(group, walk, start, before)? {
                    if !found.tests.iter().all(|test| self.holds(test, &found.env)) {
                        continue;
                    }
                    let mut lists = lists.clone();
                    for (name, list) in &mut lists {
                        match &found.env[name] {
                            Bound::List(inner) => list.extend(inner.iter().cloned()),
                            single => list.push(single.clone()),
                        }
                    }
                    further.push((found.at, lists));
                }
            }
            all = further;
        }
        Ok(out)
    }

    /// All walks that a path may be, and the length up to which there are all of them if there
    /// are longer ones.
    fn walks(&self, path: &Path) -> Outcome<(Vec<Walk>, Option<usize>)> {
        let default = if self.query.repeatable {
            Mode::Walk
        } else {
            Mode::Trail
        };
        let mode = path.mode.unwrap_or(default);
        let by_mode = self.longest_by_mode(Some(mode));
        let by_pattern = self.longest(&path.factors);
        let bound = by_mode.into_iter().chain(by_pattern).min();
        let mut all: Vec<Walk> = (0..self.graph.nodes.len())
            .filter(|&node| self.holds_node(node))
            .map(|node| Walk {
                nodes: vec![node],
                rels: Vec::new(),
            })
            .collect();
        let mut last = all.clone();
        for _ in 0..bound.unwrap_or(UNBOUNDED) {
            let mut longer = Vec::new();
            for walk in &last {
                let end = walk.ends().1;
                for (id, rel) in self.rels() {
                    let ends = BTreeSet::from([(rel.from, rel.to), (rel.to, rel.from)]);
                    for (_, to) in ends.into_iter().filter(|(from, _)| *from == end) {
                        self.step()?;
                        let mut walk = walk.clone();
                        walk.rels.push(id);
                        walk.nodes.push(to);
                        longer.extend(walk.fits(Some(mode)).then_some(walk));
                    }
                }
            }
            all.extend(longer.iter().cloned());
            last = longer;
        }
        Ok((all, bound.is_none().then_some(UNBOUNDED)))
    }

    /// The relationships that hold at the day of the clause, if it has one: both ends do then.
    fn rels(&self) -> impl Iterator<Item = (usize, &'a Rel)> {
        let holds = |rel: &Rel| self.query.day.is_none_or(|day| rel.span.holds(day));
        let rels = self.graph.rels.iter().enumerate();
        rels.filter(move |(_, rel)| {
            holds(rel) && self.holds_node(rel.from) && self.holds_node(rel.to)
        })
    }

    fn holds_node(&self, node: usize) -> bool {
        let span = self.graph.nodes[node].span;
        self.query.day.is_none_or(|day| span.holds(day))
    }

    /// How long a path of a mode can be.
    fn longest_by_mode(&self, mode: Option<Mode>) -> Option<usize> {
        match mode {
            None | Some(Mode::Walk) => None,
            Some(Mode::Trail) => Some(self.graph.rels.len()),
            Some(Mode::Acyclic) => Some(self.graph.nodes.len() - 1),
            Some(Mode::Simple) => Some(self.graph.nodes.len()),
        }
    }

    /// How long a match of some factors can be.
    fn longest(&self, factors: &[Factor]) -> Option<usize> {
        let each = |factor: &Factor| match factor {
            Factor::Node(_) => Some(0),
            Factor::Rel(rel) => rel.times.as_ref().map_or(Some(1), |times| times.max),
            Factor::Group(group) => {
                let turn = self.longest(&group.factors);
                let by_mode = self.longest_by_mode(group.mode);
                let turn = turn.into_iter().chain(by_mode).min()?;
                let times = group.times.as_ref().map_or(Some(1), |times| times.max)?;
                Some(turn * times)
            }
        };
        factors.iter().map(each).sum()
    }

    fn holds(&self, test: &Test, env: &Env) -> bool {
        let compare = |one: Option<i64>, op: &str, two: Option<i64>| match (one, two) {
            (Some(one), Some(two)) => compared(one, op, two),
            _ => false,
        };
        let size = |size: usize| i64::try_from(size).expect("it is small");
        match test {
            Test::Numbers(one, op, two) => {
                compare(self.number(&env[one]), op, self.number(&env[two]))
            }
            Test::Number(one, op, number) => compare(self.number(&env[one]), op, Some(*number)),
            Test::Label(node, label) => match env[node] {
                Bound::Node(id) => self.graph.nodes[id].labels.contains(label),
                _ => false,
            },
            Test::Size(list, op, wanted) => match &env[list] {
                Bound::List(items) => compared(size(items.len()), op, size(*wanted)),
                _ => false,
            },
            Test::Length(path, op, wanted) => match &env[path] {
                Bound::Path(walk) => compared(size(walk.rels.len()), op, size(*wanted)),
                _ => false,
            },
            Test::Every(list, op, number) => match &env[list] {
                Bound::List(items) => items
                    .iter()
                    .all(|item| compare(self.number(item), op, Some(*number))),
                _ => false,
            },
            Test::Leads(node) => match env[node] {
                Bound::Node(id) => self.rels().any(|(_, rel)| rel.from == id),
                // Nothing is said of the node then.
                _ => false,
            },
            Test::And(one, two) => self.holds(one, env) && self.holds(two, env),
        }
    }

    /// The property `i`.
    fn number(&self, element: &Bound) -> Option<i64> {
        match element {
            Bound::Node(id) => self.graph.nodes[*id].number,
            Bound::Rel(id) => self.graph.rels[*id].number,
            Bound::Null | Bound::List(_) | Bound::Path(_) => None,
        }
    }
}

impl Walk {
    fn ends(&self) -> (usize, usize) {
        (self.nodes[0], self.nodes[self.rels.len()])
    }

    fn part(&self, begin: usize, end: usize) -> Self {
        Self {
            nodes: self.nodes[begin..=end].to_vec(),
            rels: self.rels[begin..end].to_vec(),
        }
    }

    /// Whether a walk repeats nothing that a mode forbids.
    fn fits(&self, mode: Option<Mode>) -> bool {
        let distinct = |items: &[usize]| {
            let set: BTreeSet<_> = items.iter().collect();
            set.len() == items.len()
        };
        match mode {
            None | Some(Mode::Walk) => true,
            Some(Mode::Trail) => distinct(&self.rels),
            Some(Mode::Acyclic) => distinct(&self.nodes),
            Some(Mode::Simple) => {
                let closed = !self.rels.is_empty() && self.ends().0 == self.ends().1;
                let nodes = &self.nodes[usize::from(closed)..];
                distinct(nodes) && distinct(&self.rels)
            }
        }
    }
}

fn compared(one: i64, op: &str, two: i64) -> bool {
    match op {
        "<" => one < two,
        "<=" => one <= two,
        "=" => one == two,
        "<>" => one != two,
        ">=" => one >= two,
        ">" => one > two,
        _ => panic!("there is no operator {op}"),
    }
}

/// Binds a variable; false if it stands for something else.
fn bind(env: &mut Env, name: Option<&String>, value: &Bound) -> bool {
    let Some(name) = name else { return true };
    env.entry(name.clone()).or_insert_with(|| value.clone()) == value
}

/// A match of a path together with what others have bound, if they agree.
fn join(env: &Env, found: &Match) -> Option<Match> {
    let mut joined = found.clone();
    for (name, value) in env {
        if !bind(&mut joined.env, Some(name), value) {
            return None;
        }
    }
    Some(joined)
}

/// `-[r:R]->{2,}` is `(()-[r:R]->()){2,}`.
fn repeated(rel: &RelPattern) -> Group {
    let mut single = rel.clone();
    let times = single.times.take();
    Group {
        name: None,
        mode: None,
        factors: vec![Factor::Rel(single)],
        condition: None,
        times,
    }
}

/// The variables that a group introduces.
pub(crate) fn names(group: &Group) -> Vec<String> {
    let mut names: Vec<String> = group.name.clone().into_iter().collect();
    names.extend(factor_names(&group.factors));
    names
}

/// The variables that factors introduce.
pub(crate) fn factor_names(factors: &[Factor]) -> Vec<String> {
    let each = |factor: &Factor| match factor {
        Factor::Node(node) => node.name.clone().into_iter().collect(),
        Factor::Rel(rel) => rel.name.clone().into_iter().collect(),
        Factor::Group(group) => names(group),
    };
    factors.iter().flat_map(each).collect()
}

//! Random queries for paths.

use crate::graph::{LABELS, TYPES};
use crate::matching::factor_names;
use crate::pattern::{
    Before, Direction, Factor, Group, Mode, NodePattern, Path, Query, RelPattern, Selector, Test,
    Times,
};
use crate::random::Random;

/// The variables that conditions of some part may read.
#[derive(Clone, Default)]
struct Scope {
    nodes: Vec<String>,
    rels: Vec<String>,
    /// Lists of nodes or relationships.
    lists: Vec<String>,
    paths: Vec<String>,
}

pub(crate) struct Generator<'r> {
    random: &'r mut Random,
    names: usize,
    /// What earlier clauses bind.
    before: Scope,
    selective: bool,
}

const OPERATORS: &[&str] = &["<", "<=", "=", "<>", ">=", ">"];

impl<'r> Generator<'r> {
    pub(crate) fn new(random: &'r mut Random) -> Self {
        Self {
            random,
            names: 0,
            before: Scope::default(),
            selective: false,
        }
    }

    pub(crate) fn query(&mut self) -> Query {
        let before = self.before();
        if self.random.percent(12) {
            return self.function(before);
        }
        let repeatable = self.random.percent(20);
        let mut scope = self.before.clone();
        let several = self.random.percent(20);
        let mut paths = vec![self.path(&mut scope, repeatable, several)];
        if several && !matches!(paths[0].selector, Selector::Paths(..)) {
            let path = self.second_path(&paths[0], &mut scope, repeatable);
            paths.push(path);
        }
        self.finish(before, paths, repeatable, scope)
    }

    fn finish(
        &mut self,
        before: Vec<Before>,
        paths: Vec<Path>,
        repeatable: bool,
        scope: Scope,
    ) -> Query {
        let free = matches!(paths[0].selector, Selector::Paths(..));
        let bounded = paths.iter().all(|path| !needs_length(path, repeatable));
        let mut condition_scope = scope;
        if free {
            condition_scope = Scope {
                nodes: end_names(&paths[0]),
                ..Scope::default()
            };
        }
        let condition = bounded
            .then(|| self.condition(35, &condition_scope))
            .flatten();
        let mut returned = returned(&before, &paths);
        let mut limit = None;
        if bounded && self.random.percent(12) {
            returned.clear();
        } else if bounded && !free {
            limit = self.random.percent(10).then(|| 1 + self.random.below(3));
            if self.random.percent(20) {
                let kept = self.random.below(returned.len().max(1));
                returned = returned.get(kept..=kept).unwrap_or_default().to_vec();
            }
        }
        Query {
            optional: bounded && self.random.percent(12),
            says_different: !repeatable && self.random.percent(5),
            before,
            repeatable,
            paths,
            day: self.day(),
            condition,
            returned,
            limit,
        }
    }

    /// `shortestPath(…)` along one relationship pattern.
    fn function(&mut self, before: Vec<Before>) -> Query {
        let all = self.random.percent(50);
        let mut scope = self.before.clone();
        let mut rel = self.rel(&mut scope);
        if rel.times.is_none() || self.random.percent(80) {
            rel.times = Some(self.inside_times());
        }
        rel.condition = None;
        let name = self.name("r");
        rel.name = Some(name.clone());
        scope.lists = vec![name];
        scope.rels.clone_from(&self.before.rels);
        let path_name = self.name("p");
        scope.paths = vec![path_name.clone()];
        let [first, last] = [(); 2].map(|()| {
            let mut node = self.node(&mut scope);
            node.name.get_or_insert_with(|| format!("e{}", self.names));
            self.names += 1;
            Factor::Node(node)
        });
        let (selector, text) = if all {
            (Selector::Groups(1), "allShortestPaths")
        } else {
            (Selector::Paths(1, true), "shortestPath")
        };
        let path = Path {
            name: Some(path_name),
            selector,
            selector_text: text.to_owned(),
            is_function: true,
            mode: None,
            factors: vec![first, Factor::Rel(rel), last],
        };
        let condition = self.condition(60, &scope);
        Query {
            optional: self.random.percent(10),
            repeatable: false,
            says_different: false,
            returned: returned(&before, std::slice::from_ref(&path)),
            before,
            paths: vec![path],
            day: self.day(),
            condition,
            limit: None,
        }
    }

    fn before(&mut self) -> Vec<Before> {
        let mut all = Vec::new();
        for _ in 0..[0, 0, 1, 1, 2, 2][self.random.below(6)] {
            let one = match self.random.below(20) {
                0 => Before::Null(self.name("a")),
                1..3 => Before::Rel(self.name("e")),
                3..10 => Before::Node(self.name("a"), Some(self.random.below(5))),
                _ => Before::Node(self.name("a"), None),
            };
            match &one {
                Before::Node(name, _) | Before::Null(name) => self.before.nodes.push(name.clone()),
                Before::Rel(name) => self.before.rels.push(name.clone()),
            }
            all.push(one);
        }
        all
    }

    fn path(&mut self, scope: &mut Scope, repeatable: bool, several: bool) -> Path {
        let (selector, selector_text) = self.selector(several, repeatable);
        self.selective = selector != Selector::All;
        let mode = match self.random.below(12) {
            0..7 => None,
            7..9 => Some(Mode::Trail),
            9 => Some(Mode::Walk),
            10 => Some(Mode::Acyclic),
            _ => Some(Mode::Simple),
        };
        let segments = 1 + self.random.below(if several { 2 } else { 3 });
        let mut factors = self.factors(segments, 0, scope);
        let is_walk = mode.map_or(repeatable, |mode| mode == Mode::Walk);
        if is_walk && selector == Selector::All {
            bound_all(&mut factors);
        }
        let free = matches!(selector, Selector::Paths(..));
        let mut path = Path {
            name: None,
            selector,
            selector_text,
            is_function: false,
            mode,
            factors,
        };
        if free || needs_length(&path, repeatable) || self.random.percent(50) {
            let name = self.name("p");
            scope.paths.push(name.clone());
            path.name = Some(name);
        }
        path
    }

    /// Lets a path begin where another one does: that is all that it may share if it has a selector.
    fn share_end(&mut self, one: &Path, two: &mut Path) {
        if let (Some(name), Some(Factor::Node(node))) =
            (end_names(one).first(), two.factors.first_mut())
            && node.name.is_none()
            && self.random.percent(70)
        {
            node.name = Some(name.clone());
        }
    }

    /// A path beside another one; what it matches must be one set of rows. Beside or with a
    /// selector, it shares no more than where it begins.
    fn second_path(&mut self, first: &Path, scope: &mut Scope, repeatable: bool) -> Path {
        let apart = first.selector != Selector::All || repeatable && self.random.percent(50);
        loop {
            let mut seen = if apart {
                self.before.clone()
            } else {
                scope.clone()
            };
            let mut path = self.path(&mut seen, repeatable, true);
            let free = matches!(path.selector, Selector::Paths(..));
            if free || needs_length(&path, repeatable) || path.selector != Selector::All && !apart {
                continue;
            }
            if apart {
                self.share_end(first, &mut path);
            }
            scope.nodes.extend(seen.nodes);
            scope.rels.extend(seen.rels);
            return path;
        }
    }

    fn selector(&mut self, several: bool, repeatable: bool) -> (Selector, String) {
        let count = 1 + self.random.below(3);
        let number = if self.random.percent(10) {
            "$k".to_owned()
        } else {
            count.to_string()
        };
        // The parameter is 2.
        let count = if number == "$k" { 2 } else { count };
        let paths = ["", " PATHS", " PATH"][self.random.below(3)];
        let choice = if several && !repeatable {
            0
        } else {
            self.random.below(16)
        };
        let groups = [" GROUPS", " GROUP"][self.random.below(2)];
        match choice {
            _ if several && (1..6).contains(&choice) => (Selector::All, String::new()),
            0..4 => (Selector::All, String::new()),
            4 => (Selector::All, "ALL".to_owned()),
            5 => (Selector::Paths(1, false), "ANY".to_owned()),
            6 => (Selector::Paths(count, false), format!("ANY {number}")),
            7 => (Selector::Paths(1, true), "ANY SHORTEST".to_owned()),
            8 | 9 => (
                Selector::Paths(count, true),
                format!("SHORTEST {number}{paths}"),
            ),
            10..13 => (Selector::Groups(1), "ALL SHORTEST".to_owned()),
            _ => (
                Selector::Groups(count),
                format!("SHORTEST {number}{groups}"),
            ),
        }
    }

    /// Parts of a path, with conditions on what they introduce; `scope` gets that too.
    fn factors(&mut self, segments: usize, depth: usize, scope: &mut Scope) -> Vec<Factor> {
        let mut factors = Vec::new();
        for segment in 0..segments {
            if self.random.percent(if segment == 0 { 85 } else { 55 }) {
                factors.push(Factor::Node(self.node(scope)));
            }
            let group = if depth == 0 { 50 } else { 25 };
            if depth < 2 && self.random.percent(group) {
                factors.push(Factor::Group(self.group(depth, scope)));
            } else {
                factors.push(Factor::Rel(self.rel(scope)));
            }
        }
        if self.random.percent(85) {
            factors.push(Factor::Node(self.node(scope)));
        }
        for factor in &mut factors {
            match factor {
                Factor::Node(node) => node.condition = self.condition(10, scope),
                Factor::Rel(rel) if rel.times.is_none() => {
                    rel.condition = self.condition(10, scope);
                }
                Factor::Rel(_) | Factor::Group(_) => {}
            }
        }
        factors
    }

    fn node(&mut self, scope: &mut Scope) -> NodePattern {
        let name = match self.random.below(20) {
            0..5 => None,
            5..7 if !scope.nodes.is_empty() => Some(self.one_of(&scope.nodes)),
            7..12 if self.may_use_before(scope) => Some(self.one_of(&self.before.nodes.clone())),
            _ => {
                let name = self.name("n");
                scope.nodes.push(name.clone());
                Some(name)
            }
        };
        NodePattern {
            name,
            label: self.random.percent(15).then(|| self.random.pick(LABELS)),
            number: self.random.percent(5).then_some(1),
            condition: None,
        }
    }

    /// Variables of earlier clauses stand only outside of repeated parts.
    fn may_use_before(&self, scope: &Scope) -> bool {
        let visible = |name: &String| scope.nodes.contains(name);
        !self.before.nodes.is_empty() && self.before.nodes.iter().all(visible)
    }

    fn rel(&mut self, scope: &mut Scope) -> RelPattern {
        let times = match self.random.below(4) {
            0 => Some(self.times()),
            1 => Some(self.inside_times()),
            _ => None,
        };
        let name = self.random.percent(60).then(|| self.name("r"));
        let mut condition = None;
        if let (Some(name), true) = (&name, times.is_some()) {
            let mut inner = self.outer_only();
            inner.rels.push(name.clone());
            condition = self.condition(25, &inner);
            scope.lists.push(name.clone());
        } else if let Some(name) = &name {
            scope.rels.push(name.clone());
        }
        let types = TYPES.iter().copied().filter(|_| self.random.percent(60));
        let types: Vec<_> = types.collect();
        RelPattern {
            name,
            direction: [Direction::Right, Direction::Left, Direction::Either][self.random.below(3)],
            types: if self.random.percent(70) {
                Vec::new()
            } else {
                types
            },
            number: self.random.percent(4).then_some(1),
            condition,
            times,
        }
    }

    /// What conditions in a repeated part see from outside; its nodes may not be named there.
    fn outer_only(&self) -> Scope {
        self.before.clone()
    }

    fn group(&mut self, depth: usize, scope: &mut Scope) -> Group {
        let repeated = self.random.percent(75);
        let mode = match self.random.below(14) {
            0 => Some(Mode::Trail),
            1 => Some(Mode::Acyclic),
            2 => Some(Mode::Simple),
            3 => Some(Mode::Walk),
            _ => None,
        };
        let name = self.random.percent(20).then(|| self.name("q"));
        let segments = 1 + self.random.below(2);
        let mut inner = if repeated {
            Scope::default()
        } else {
            scope.clone()
        };
        let mut factors = self.factors(segments, depth + 1, &mut inner);
        if repeated && shortest(&factors) == 0 {
            factors.push(Factor::Rel(RelPattern {
                name: None,
                direction: Direction::Either,
                types: Vec::new(),
                number: None,
                condition: None,
                times: None,
            }));
        }
        if mode.is_some() && matches!(factors[0], Factor::Rel(_)) {
            // Behind a mode stands a parenthesis.
            factors.insert(0, Factor::Node(NodePattern::default()));
        }
        if let (Some(name), false) = (&name, repeated) {
            inner.paths.push(name.clone());
        }
        let mut seen = inner.clone();
        if repeated {
            seen.nodes.extend(self.before.nodes.clone());
            seen.rels.extend(self.before.rels.clone());
            seen.paths.extend(name.clone());
        }
        let condition = self.condition(35, &seen);
        let times = repeated.then(|| self.times());
        if repeated {
            scope
                .lists
                .extend(inner.nodes.into_iter().chain(inner.rels).chain(inner.lists));
        } else {
            *scope = inner;
        }
        Group {
            name,
            mode,
            factors,
            condition,
            times,
        }
    }

    fn times(&mut self) -> Times {
        let (min, max, text) = match self.random.below(10) {
            0 | 1 => (1, None, "+".to_owned()),
            2 => (0, None, "*".to_owned()),
            3 => (2, Some(2), "{2}".to_owned()),
            4 => (0, Some(2), "{,2}".to_owned()),
            5 => (2, None, "{2,}".to_owned()),
            6 => (0, Some(1), "{0,1}".to_owned()),
            7 => (1, Some(3), "{1,3}".to_owned()),
            8 => (1, Some(1), "{1}".to_owned()),
            _ => (1, Some(2), "{1,2}".to_owned()),
        };
        Times {
            min,
            max,
            text,
            inside: false,
        }
    }

    fn inside_times(&mut self) -> Times {
        let (min, max, text) = match self.random.below(8) {
            0 | 1 => (1, None, "*"),
            2 => (2, Some(2), "*2"),
            3 => (1, Some(3), "*1..3"),
            4 => (0, Some(2), "*0..2"),
            5 => (1, Some(2), "*..2"),
            6 => (2, None, "*2.."),
            _ => (0, None, "*0.."),
        };
        Times {
            min,
            max,
            text: text.to_owned(),
            inside: true,
        }
    }

    /// A condition in so many of a hundred cases, if there is something to speak of.
    fn condition(&mut self, percent: usize, scope: &Scope) -> Option<Test> {
        if !self.random.percent(percent) {
            return None;
        }
        let one = self.test(scope)?;
        if self.random.percent(80) {
            return Some(one);
        }
        Some(Test::And(Box::new(one), Box::new(self.test(scope)?)))
    }

    fn test(&mut self, scope: &Scope) -> Option<Test> {
        let operator = self.random.pick(OPERATORS);
        let elements: Vec<_> = scope.nodes.iter().chain(&scope.rels).cloned().collect();
        let number = [0, 1, 2][self.random.below(3)];
        let size = self.random.below(4);
        let made = match self.random.below(12) {
            0..4 if !elements.is_empty() => {
                Test::Numbers(self.one_of(&elements), operator, self.one_of(&elements))
            }
            4..6 if !elements.is_empty() => Test::Number(self.one_of(&elements), operator, number),
            6 if !scope.nodes.is_empty() => {
                Test::Label(self.one_of(&scope.nodes), self.random.pick(LABELS))
            }
            7 if !scope.nodes.is_empty() => Test::Leads(self.one_of(&scope.nodes)),
            8..10 if !scope.lists.is_empty() => {
                Test::Size(self.one_of(&scope.lists), operator, size)
            }
            10 if !scope.lists.is_empty() => {
                Test::Every(self.one_of(&scope.lists), operator, number)
            }
            _ if !scope.paths.is_empty() => Test::Length(self.one_of(&scope.paths), operator, size),
            _ if !elements.is_empty() => Test::Number(self.one_of(&elements), ">=", number),
            _ => return None,
        };
        Some(made)
    }

    fn day(&mut self) -> Option<usize> {
        self.random.percent(25).then(|| 1 + self.random.below(6))
    }

    fn one_of(&mut self, names: &[String]) -> String {
        names[self.random.below(names.len())].clone()
    }

    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }
}

/// The names of the nodes at the ends.
fn end_names(path: &Path) -> Vec<String> {
    let ends = [path.factors.first(), path.factors.last()]
        .into_iter()
        .flatten();
    ends.filter_map(|factor| match factor {
        Factor::Node(node) => node.name.clone(),
        Factor::Rel(_) | Factor::Group(_) => None,
    })
    .collect()
}

fn returned(before: &[Before], paths: &[Path]) -> Vec<String> {
    let earlier = before.iter().map(|before| match before {
        Before::Node(name, _) | Before::Rel(name) | Before::Null(name) => name.clone(),
    });
    let mut all: Vec<String> = earlier.collect();
    for path in paths {
        all.extend(path.name.clone());
        all.extend(factor_names(&path.factors));
    }
    all.sort();
    all.dedup();
    all
}

/// Whether a path may be of any length, so that not all of its matches can be looked at.
fn needs_length(path: &Path, repeatable: bool) -> bool {
    let is_walk = path.mode.map_or(repeatable, |mode| mode == Mode::Walk);
    is_walk && !path.is_function && is_unbounded(&path.factors)
}

fn is_unbounded(factors: &[Factor]) -> bool {
    factors.iter().any(|factor| match factor {
        Factor::Node(_) => false,
        Factor::Rel(rel) => rel.times.as_ref().is_some_and(|times| times.max.is_none()),
        Factor::Group(group) => {
            group
                .times
                .as_ref()
                .is_some_and(|times| times.max.is_none())
                || is_unbounded(&group.factors)
        }
    })
}

/// Gives every repetition an upper bound.
fn bound_all(factors: &mut [Factor]) {
    let bound = |times: &mut Times| {
        if times.max.is_none() {
            times.max = Some(3);
            let bounds = if times.inside { "*" } else { "{" };
            let (separator, end) = if times.inside { ("..", "") } else { (",", "}") };
            times.text = format!("{bounds}{}{separator}3{end}", times.min);
        }
    };
    for factor in factors {
        match factor {
            Factor::Node(_) => {}
            Factor::Rel(rel) => rel.times.iter_mut().for_each(bound),
            Factor::Group(group) => {
                group.times.iter_mut().for_each(bound);
                bound_all(&mut group.factors);
            }
        }
    }
}

/// How many relationships factors have at least.
fn shortest(factors: &[Factor]) -> usize {
    let each = |factor: &Factor| match factor {
        Factor::Node(_) => 0,
        Factor::Rel(rel) => rel.times.as_ref().map_or(1, |times| times.min),
        Factor::Group(group) => {
            shortest(&group.factors) * group.times.as_ref().map_or(1, |times| times.min)
        }
    };
    factors.iter().map(each).sum()
}

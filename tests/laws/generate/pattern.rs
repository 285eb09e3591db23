//! Patterns.

use super::{Generator, Kind};
use crate::graph::{FLOATS, INTS, LABELS, TEXTS, TYPES};

impl Generator<'_> {
    /// Returns a pattern of so many paths; its new variables are then in scope.
    pub(super) fn pattern(&mut self, paths: usize) -> String {
        let mut new = Vec::new();
        let mut used = Vec::new();
        let most = if paths == 1 { 4 } else { 3 };
        let paths: Vec<_> = (0..paths)
            .map(|_| {
                let hops = self.random.below(most).min(self.random.below(most));
                self.path(hops, &mut new, &mut used)
            })
            .collect();
        self.scope.extend(new);
        paths.join(", ")
    }

    fn path(
        &mut self,
        hops: usize,
        new: &mut Vec<(String, Kind)>,
        used: &mut Vec<String>,
    ) -> String {
        let mut text = self.node(new);
        for _ in 0..hops {
            text.push_str(&self.rel(new, used));
            text.push_str(&self.node(new));
        }
        if self.random.percent(18) {
            let name = self.fresh();
            new.push((name.clone(), Kind::Path));
            return format!("{name} = {text}");
        }
        text
    }

    fn node(&mut self, new: &mut Vec<(String, Kind)>) -> String {
        let known = self.scope.iter().chain(&*new);
        let known: Vec<_> = known.filter(|(_, kind)| *kind == Kind::Node).collect();
        let known: Vec<_> = known.into_iter().map(|(name, _)| name.clone()).collect();
        let name = match self.random.below(10) {
            0 | 1 if !known.is_empty() => known[self.random.below(known.len())].clone(),
            0..=7 => {
                let name = self.fresh();
                new.push((name.clone(), Kind::Node));
                name
            }
            _ => String::new(),
        };
        let labels = if self.random.percent(10) {
            format!(":{}", self.labels(LABELS))
        } else {
            String::new()
        };
        let properties = self.properties(5);
        let condition = if !name.is_empty() && self.random.percent(6) {
            self.scope.push((name.clone(), Kind::Node));
            let condition = self.bool(1);
            self.scope.pop();
            format!(" WHERE {condition}")
        } else {
            String::new()
        };
        format!("({name}{labels}{properties}{condition})")
    }

    /// A label expression.
    pub(super) fn labels(&mut self, names: &[&str]) -> String {
        let (one, two) = (self.random.pick(names), self.random.pick(names));
        match self.random.below(10) {
            0 => format!("!{one}"),
            1 => format!("{one}|{two}"),
            2 => format!("{one}&{two}"),
            3 => format!("({one}|{two})&!{two}"),
            _ => one.to_owned(),
        }
    }

    fn properties(&mut self, percent: usize) -> String {
        if !self.random.percent(percent) {
            return String::new();
        }
        let entry = match self.random.below(5) {
            0 => format!("s: {}", self.random.pick(TEXTS)),
            1 => format!("f: {}", self.random.pick(FLOATS)),
            2 => format!(
                "m: {}",
                self.random.pick(&[INTS, TEXTS, &["null"]].concat())
            ),
            3 => format!("i: {}", self.int(1)),
            _ => format!("i: {}", self.random.pick(INTS)),
        };
        format!(" {{{entry}}}")
    }

    fn rel(&mut self, new: &mut Vec<(String, Kind)>, used: &mut Vec<String>) -> String {
        let length = if self.random.percent(15) {
            self.random
                .pick(&["*1..2", "*0..2", "*2", "*..2", "*0..1", "*1..3", "*"])
        } else {
            ""
        };
        let known = self.scope.iter().filter(|(_, kind)| *kind == Kind::Rel);
        let known = known.map(|(name, _)| name.clone());
        let known: Vec<_> = known.filter(|name| !used.contains(name)).collect();
        let mut bound = false;
        let name = match self.random.below(10) {
            0 if !known.is_empty() && length.is_empty() => {
                bound = true;
                known[self.random.below(known.len())].clone()
            }
            0..=4 => {
                let name = self.fresh();
                let kind = if length.is_empty() {
                    Kind::Rel
                } else {
                    Kind::Rels
                };
                new.push((name.clone(), kind));
                name
            }
            _ => String::new(),
        };
        used.push(name.clone());
        let types = match self.random.below(10) {
            0 => format!(":{}", self.random.pick(TYPES)),
            1 => format!(":{}|{}", self.random.pick(TYPES), self.random.pick(TYPES)),
            2 if self.random.percent(30) => format!(":!{}", self.random.pick(TYPES)),
            _ => String::new(),
        };
        let properties = self.properties(3);
        let condition = if !name.is_empty() && !bound && self.random.percent(5) {
            self.scope.push((name.clone(), Kind::Rel));
            let condition = self.bool(1);
            self.scope.pop();
            format!(" WHERE {condition}")
        } else {
            String::new()
        };
        let inside = format!("{name}{types}{length}{properties}{condition}");
        let inside = if inside.is_empty() {
            inside
        } else {
            format!("[{inside}]")
        };
        match self.random.below(4) {
            0 | 1 => format!("-{inside}->"),
            2 => format!("<-{inside}-"),
            _ => format!("-{inside}-"),
        }
    }

    /// A search for shortest paths between two nodes, with what its relationships must fulfil.
    pub(super) fn shortest(&mut self) -> Option<String> {
        let (from, to) = (self.variable(Kind::Node)?, self.variable(Kind::Node)?);
        let name = self.fresh();
        let (function, kind) = if self.random.percent(50) {
            ("shortestPath", Kind::Shortest)
        } else {
            ("allShortestPaths", Kind::Path)
        };
        let types = if self.random.percent(30) {
            format!(":{}|{}", self.random.pick(TYPES), self.random.pick(TYPES))
        } else {
            String::new()
        };
        let length = self.random.pick(&["*", "*..2", "*..3", "*..4", "*0..2"]);
        let (left, right) = [("-", "->"), ("<-", "-"), ("-", "-")][self.random.below(3)];
        let condition = if self.random.percent(40) {
            let rels = format!("relationships({name})");
            format!(" WHERE {}", self.quantifier(&rels, Kind::Rel, 1))
        } else {
            String::new()
        };
        self.scope.push((name.clone(), kind));
        Some(format!(
            "{name} = {function}(({from}){left}[{types}{length}]{right}({to})){condition}"
        ))
    }

    /// A path without new variables, for a predicate.
    pub(super) fn closed_path(&mut self) -> String {
        let nodes = self.scope.iter().filter(|(_, kind)| *kind == Kind::Node);
        let nodes: Vec<_> = nodes.map(|(name, _)| name.clone()).collect();
        let start = if nodes.is_empty() {
            format!(":{}", self.random.pick(LABELS))
        } else {
            nodes[self.random.below(nodes.len())].clone()
        };
        let mut text = format!("({start})");
        for _ in 0..=self.random.below(2) {
            let types = if self.random.percent(50) {
                format!("[:{}]", self.random.pick(TYPES))
            } else if self.random.percent(20) {
                "[*1..2]".to_owned()
            } else {
                String::new()
            };
            let (left, right) = [("-", "->"), ("<-", "-"), ("-", "-")][self.random.below(3)];
            let end = match self.random.below(4) {
                0 if !nodes.is_empty() => nodes[self.random.below(nodes.len())].clone(),
                1 => format!(":{}", self.random.pick(LABELS)),
                _ => String::new(),
            };
            text += &format!("{left}{types}{right}({end})");
        }
        text
    }
}

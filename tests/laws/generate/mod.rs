//! Valid queries for the graphs of `graph.rs`, as text.
//!
//! What depends on the order of rows is not asked: lists that `collect` and the like make are only
//! measured, tested and unwound; `LIMIT` stands under an order of all columns.

mod expression;
mod pattern;

use crate::graph::DAYS;
use crate::random::Random;

/// What a variable holds, or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Node,
    Rel,
    Rels,
    Path,
    Int,
    Float,
    Text,
    Bool,
    Date,
    List,
    Any,
    /// A list of nodes in any order.
    BagOfNodes,
    /// A list of values in any order.
    Bag,
    /// One of several shortest paths: only its length is known.
    Shortest,
}

impl Kind {
    fn is_bag(self) -> bool {
        matches!(self, Self::Bag | Self::BagOfNodes | Self::Shortest)
    }
}

type Variable = (String, Kind);

/// The generator: what is in scope where it stands.
pub(crate) struct Generator<'r> {
    random: &'r mut Random,
    scope: Vec<Variable>,
    made: usize,
}

impl<'r> Generator<'r> {
    pub(crate) fn new(random: &'r mut Random) -> Self {
        Self {
            random,
            scope: Vec::new(),
            made: 0,
        }
    }

    /// Returns a query.
    pub(crate) fn query(&mut self) -> String {
        if !self.random.percent(12) {
            let clauses = self.clauses(4);
            return format!("{clauses} {}", self.last());
        }
        let columns = 1 + self.random.below(2);
        let all = self.random.pick(&["UNION", "UNION ALL"]);
        let parts = 2 + self.random.below(2);
        let parts: Vec<_> = (0..parts)
            .map(|_| {
                self.scope.clear();
                let clauses = self.clauses(2);
                let items = (0..columns).map(|column| format!("{} AS c{column}", self.item(2).0));
                let items: Vec<_> = items.collect();
                format!("{clauses} RETURN {}", items.join(", "))
            })
            .collect();
        parts.join(&format!("\n{all}\n"))
    }

    /// Returns clauses that end with a `MATCH` to which a `WHERE` can be added, and a condition.
    pub(crate) fn open_query(&mut self) -> (String, String) {
        let before = if self.random.percent(50) {
            self.clauses(2)
        } else {
            String::new()
        };
        let pattern = self.pattern(2);
        let condition = self.bool(3);
        (format!("{before} MATCH {pattern}"), condition)
    }

    /// Returns a query that groups what it finds in a large graph: nothing in it takes long.
    pub(crate) fn grouping_query(&mut self) -> String {
        let (pattern, rel) = if self.random.percent(50) {
            ("(v1:A)", false)
        } else {
            ("(v1)-[v2]->(v3)", true)
        };
        self.scope = vec![("v1".to_owned(), Kind::Node)];
        if rel {
            self.scope.push(("v2".to_owned(), Kind::Rel));
            self.scope.push(("v3".to_owned(), Kind::Node));
        }
        let condition = if self.random.percent(60) {
            format!(" WHERE {}", self.bool(0))
        } else {
            String::new()
        };
        let mut items = vec!["count(*) AS n".to_owned()];
        for column in 0..=self.random.below(3) {
            let distinct = self.random.pick(&["", "DISTINCT "]);
            let aggregate = match self.random.below(6) {
                0 => format!("sum({distinct}{})", self.int(0)),
                1 => format!("avg({})", self.float(0)),
                2 => format!("count({distinct}{})", self.any(0)),
                3 => format!("min({})", self.any(0)),
                4 => format!("max({})", self.date(0)),
                _ => self.any(0),
            };
            items.push(format!("{aggregate} AS c{column}"));
        }
        format!("MATCH {pattern}{condition} RETURN {}", items.join(", "))
    }

    fn fresh(&mut self) -> String {
        self.made += 1;
        format!("v{}", self.made)
    }

    fn clauses(&mut self, most: usize) -> String {
        let mut clauses = vec![match self.random.below(10) {
            0 => self.unwind(),
            1 | 2 => format!("OPTIONAL {}", self.match_clause()),
            _ => self.match_clause(),
        }];
        for _ in 0..self.random.below(most) {
            clauses.push(match self.random.below(10) {
                0 | 1 => self.match_clause(),
                2..=4 => format!("OPTIONAL {}", self.match_clause()),
                5 => self.unwind(),
                6 => self.call(),
                _ => self.with(),
            });
        }
        clauses.join("\n")
    }

    fn match_clause(&mut self) -> String {
        if self.random.percent(12)
            && let Some(search) = self.shortest()
        {
            return format!("MATCH {search}");
        }
        let paths = if self.random.percent(20) { 2 } else { 1 };
        let pattern = self.pattern(paths);
        let moment = if self.random.percent(25) {
            format!(" AS OF {}", self.random.pick(DAYS))
        } else {
            String::new()
        };
        let condition = self.where_clause(25);
        format!("MATCH {pattern}{moment}{condition}")
    }

    fn where_clause(&mut self, percent: usize) -> String {
        if !self.random.percent(percent) {
            return String::new();
        }
        let mut condition = self.bool(3);
        if self.random.percent(35) {
            condition = format!("({condition} OR {})", self.bool(1));
        }
        if self.random.percent(80) {
            return format!(" WHERE {condition}");
        }
        // Only here a bare pattern is a predicate.
        let path = self.closed_path();
        let not = self.random.pick(&["", "NOT "]);
        let and = self.random.pick(&["AND", "OR", "XOR"]);
        format!(" WHERE {not}{path} {and} {condition}")
    }

    fn unwind(&mut self) -> String {
        let lists = self.scope.iter().filter_map(|(name, kind)| match kind {
            Kind::BagOfNodes => Some((name.clone(), Kind::Node)),
            Kind::Bag => Some((name.clone(), Kind::Any)),
            Kind::Rels => Some((name.clone(), Kind::Rel)),
            Kind::Path => Some((format!("nodes({name})"), Kind::Node)),
            _ => None,
        });
        let lists: Vec<_> = lists.collect();
        let (list, kind) = if lists.is_empty() || self.random.percent(50) {
            let list = self.list(2);
            (format!("coalesce({list}, [0])"), Kind::Int)
        } else {
            lists[self.random.below(lists.len())].clone()
        };
        let name = self.fresh();
        self.scope.push((name.clone(), kind));
        format!("UNWIND {list} AS {name}")
    }

    /// A subquery that runs for each row.
    fn call(&mut self) -> String {
        let outer = self.scope.clone();
        self.scope.retain(|_| self.random.percent(60));
        let imports: Vec<_> = self.scope.iter().map(|(name, _)| name.clone()).collect();
        let mut inner = self.match_clause();
        if self.random.percent(40) {
            inner = format!("{inner} {}", self.with());
        }
        let (item, kind) = self.item(2);
        let name = self.fresh();
        self.scope = outer;
        self.scope.push((name.clone(), kind));
        let imports = imports.join(", ");
        format!("CALL ({imports}) {{ {inner} RETURN {item} AS {name} }}")
    }

    fn with(&mut self) -> String {
        if self.random.percent(10) && !self.scope.is_empty() {
            let condition = self.where_clause(70);
            return format!("WITH *{condition}");
        }
        let (items, page) = self.projection(true);
        let condition = self.where_clause(30);
        format!("WITH {items}{page}{condition}")
    }

    fn last(&mut self) -> String {
        let bags = self.scope.iter().any(|(_, kind)| kind.is_bag());
        if self.random.percent(10) && !self.scope.is_empty() && !bags {
            return "RETURN *".to_owned();
        }
        let (items, page) = self.projection(false);
        format!("RETURN {items}{page}")
    }

    /// Returns the items and what stands behind them; the scope is then that of the items.
    fn projection(&mut self, inner: bool) -> (String, String) {
        let aggregates = self.random.percent(30);
        let distinct = self.random.percent(15);
        let before = self.scope.clone();
        let mut columns: Vec<(String, Variable)> = Vec::new();
        for (name, kind) in &before {
            let plain = !kind.is_bag() || (inner && !aggregates && !distinct);
            let keep = if aggregates { 30 } else { 60 };
            if plain && self.random.percent(keep) {
                columns.push((name.clone(), (name.clone(), *kind)));
            }
        }
        let more = usize::from(columns.is_empty()) + self.random.below(2);
        for _ in 0..more {
            let (text, kind) = self.item(3);
            let name = self.alias(&before, &columns);
            columns.push((format!("{text} AS {name}"), (name, kind)));
        }
        for _ in 0..if aggregates {
            1 + self.random.below(2)
        } else {
            0
        } {
            let (text, kind) = self.aggregate(inner && !distinct);
            let name = self.fresh();
            columns.push((format!("{text} AS {name}"), (name, kind)));
        }
        if !inner && !aggregates && self.random.percent(6) {
            let (text, name) = (self.failing(), self.fresh());
            columns.push((format!("{text} AS {name}"), (name, Kind::Any)));
        }
        let unnamed = !inner && !aggregates && !distinct && self.random.percent(15);
        if unnamed {
            let text = self.item(3).0;
            if !columns
                .iter()
                .any(|(known, (name, _))| known == &text || name == &text)
            {
                columns.push((text, (String::new(), Kind::Bag)));
            }
        }
        let texts: Vec<_> = columns.iter().map(|(text, _)| text.clone()).collect();
        self.scope = columns.into_iter().map(|(_, variable)| variable).collect();
        let page = self.page();
        self.scope.retain(|(name, _)| !name.is_empty());
        let distinct = if distinct { "DISTINCT " } else { "" };
        (format!("{distinct}{}", texts.join(", ")), page)
    }

    /// A new name, or one that is free again.
    fn alias(&mut self, before: &[Variable], columns: &[(String, Variable)]) -> String {
        if self.random.percent(10) && !before.is_empty() {
            let name = &before[self.random.below(before.len())].0;
            if !columns.iter().any(|(_, (taken, _))| taken == name) {
                return name.clone();
            }
        }
        self.fresh()
    }

    /// `ORDER BY`, `SKIP`, `LIMIT`
    fn page(&mut self) -> String {
        if self.random.percent(60) {
            return String::new();
        }
        let bags = self.scope.iter().any(|(_, kind)| kind.is_bag());
        let partial = bags || self.random.percent(40);
        let mut keys = Vec::new();
        if partial {
            for _ in 0..=self.random.below(2) {
                let key = match self.random.below(3) {
                    0 => self.item(2).0,
                    _ => self.sortable(),
                };
                keys.push(key);
            }
        } else {
            keys.extend(self.scope.iter().map(|(name, _)| name.clone()));
            for _ in 0..keys.len() {
                let (one, two) = (self.random.below(keys.len()), self.random.below(keys.len()));
                keys.swap(one, two);
            }
        }
        for key in &mut keys {
            key.push_str(self.random.pick(&["", "", " DESC", " ASC"]));
        }
        let mut text = format!(" ORDER BY {}", keys.join(", "));
        if !partial && self.random.percent(40) {
            text += &format!(" SKIP {}", self.random.below(3));
        }
        if !partial && self.random.percent(60) {
            text += &format!(" LIMIT {}", 1 + self.random.below(6));
        }
        text
    }

    /// A variable that can be sorted by, or a constant where there is none.
    fn sortable(&mut self) -> String {
        let names = self.scope.iter().filter(|(_, kind)| !kind.is_bag());
        let names: Vec<_> = names.map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            "1".to_owned()
        } else {
            names[self.random.below(names.len())].clone()
        }
    }
}

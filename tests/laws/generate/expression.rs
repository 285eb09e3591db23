//! Expressions, by the type that they have where they are not null.

use super::{Generator, Kind};
use crate::graph::{DATES, FLOATS, INTS, LABELS, LISTS, TEXTS, TYPES};

impl Generator<'_> {
    /// A variable of this kind.
    pub(super) fn variable(&mut self, kind: Kind) -> Option<String> {
        let known = self
            .scope
            .iter()
            .filter(|(name, known)| *known == kind && !name.is_empty());
        let known: Vec<_> = known.map(|(name, _)| name.clone()).collect();
        (!known.is_empty()).then(|| known[self.random.below(known.len())].clone())
    }

    /// A property with this key of something that is in scope.
    fn property(&mut self, key: &str) -> Option<String> {
        let kind = if self.random.percent(75) {
            Kind::Node
        } else {
            Kind::Rel
        };
        self.variable(kind).map(|name| format!("{name}.{key}"))
    }

    /// An expression of any kind that does not depend on the order of rows.
    pub(super) fn item(&mut self, depth: usize) -> (String, Kind) {
        match self.random.below(13) {
            12 => (self.date(depth), Kind::Date),
            0..=2 => (self.int(depth), Kind::Int),
            3 => (self.text(depth), Kind::Text),
            4 | 5 => (self.bool(depth), Kind::Bool),
            6 => (self.list(depth), Kind::List),
            7 => (self.float(depth), Kind::Float),
            8 => match self.variable(Kind::Node) {
                Some(name) => (name, Kind::Node),
                None => (self.int(depth), Kind::Int),
            },
            9 => match self.variable(Kind::Rel) {
                Some(name) => (format!("startNode({name})"), Kind::Node),
                None => (self.bool(depth), Kind::Bool),
            },
            _ => (self.any(depth), Kind::Any),
        }
    }

    pub(super) fn any(&mut self, depth: usize) -> String {
        let found = match self.random.below(6) {
            5 => Some(self.date(depth)),
            0 | 1 => self.property("m"),
            2 => self.variable(Kind::Any),
            3 => self
                .variable(Kind::Node)
                .map(|name| format!("{name} {{.i, .m, x: {name}.s}}")),
            _ => None,
        };
        found.unwrap_or_else(|| match self.random.below(6) {
            0 => self.int(depth),
            1 => self.text(depth),
            2 => self.float(depth),
            3 => self.list(depth),
            4 => "null".to_owned(),
            _ => self.bool(depth),
        })
    }

    pub(super) fn int(&mut self, depth: usize) -> String {
        let leaf = match self.random.below(4) {
            0 | 1 => self.property("i"),
            2 => self.variable(Kind::Int),
            _ => None,
        };
        if depth == 0 || self.random.percent(40) {
            return leaf.unwrap_or_else(|| self.random.pick(INTS).to_owned());
        }
        let depth = depth - 1;
        match self.random.below(16) {
            14 => {
                let part = self.random.pick(&["year", "month", "day"]);
                format!("({}).{part}", self.date(depth))
            }
            15 => {
                let (one, two) = (self.date(depth), self.date(depth));
                format!("duration.inDays({one}, {two}).days")
            }
            0 => format!("size({})", self.list(depth)),
            1 => match self.variable(Kind::Path) {
                Some(name) if self.random.percent(30) => {
                    format!(
                        "size([x IN relationships({name}) WHERE x.i > {} | x])",
                        self.int(0)
                    )
                }
                Some(name) => format!("length({name})"),
                None => match self.variable(Kind::Shortest) {
                    Some(name) => format!("length({name})"),
                    None => format!("size({})", self.text(depth)),
                },
            },
            2 => match self
                .variable(Kind::Bag)
                .or_else(|| self.variable(Kind::BagOfNodes))
            {
                Some(name) => format!("size({name})"),
                None => "0".to_owned(),
            },
            3 if self.random.percent(25) => {
                let outer = self.scope.clone();
                let pattern = self.pattern(1);
                let item = self.int(depth.min(1));
                self.scope = outer;
                format!("size(COLLECT {{ MATCH {pattern} RETURN {item} AS inner }})")
            }
            3 => format!("COUNT {{ {} }}", self.inner_pattern(depth)),
            4 => format!("({} + {})", self.int(depth), self.int(depth)),
            5 => format!("({} - {})", self.int(depth), self.int(depth)),
            6 => format!("({} * {})", self.int(depth), self.int(depth)),
            7 => format!("-({})", self.int(depth)),
            8 => format!("coalesce({}, {})", self.int(depth), self.int(depth)),
            9 => self.case(depth, Self::int),
            10 => format!(
                "{}[{}]",
                self.list(depth),
                self.random.pick(&["0", "-1", "1", "7"])
            ),
            11 => {
                let list = self.list(depth);
                let (sum, each) = (self.fresh(), self.fresh());
                self.scope.push((each.clone(), Kind::Int));
                let step = self.int(depth);
                self.scope.pop();
                format!("reduce({sum} = 0, {each} IN {list} | {sum} + {step})")
            }
            12 => format!("({} % 3)", self.int(depth)),
            _ => match self.variable(Kind::Node) {
                Some(name) => format!("size([({name})--(x) | x.i])"),
                None => format!("abs({})", self.int(depth)),
            },
        }
    }

    pub(super) fn float(&mut self, depth: usize) -> String {
        let leaf = match self.random.below(3) {
            0 => self.property("f"),
            1 => self.variable(Kind::Float),
            _ => None,
        };
        match self.random.below(3) {
            0 if depth > 0 => format!("({} + {})", self.float(depth - 1), self.int(depth - 1)),
            _ => leaf.unwrap_or_else(|| self.random.pick(FLOATS).to_owned()),
        }
    }

    pub(super) fn date(&mut self, depth: usize) -> String {
        let leaf = match self.random.below(4) {
            0 | 1 => self.property("d"),
            2 => self.variable(Kind::Date),
            _ => None,
        };
        if depth == 0 || self.random.percent(60) {
            return leaf.unwrap_or_else(|| self.random.pick(DATES).to_owned());
        }
        let depth = depth - 1;
        let more = [
            "duration({months: 1})",
            "duration('P1D')",
            "duration('P1Y-2D')",
        ];
        let more = self.random.pick(&more);
        match self.random.below(4) {
            0 => format!("({} + {more})", self.date(depth)),
            1 => format!("({} - {more})", self.date(depth)),
            2 => self.case(depth, Self::date),
            _ => format!("coalesce({}, {})", self.date(depth), self.date(depth)),
        }
    }

    /// What is an error for some values. Stands only where every row is looked at.
    pub(super) fn failing(&mut self) -> String {
        let value = self
            .property("m")
            .unwrap_or_else(|| "[1, 'a'][1]".to_owned());
        match self.random.below(7) {
            0 => format!("{} / {}", self.int(1), self.int(1)),
            1 => format!("{} % {}", self.int(1), self.int(1)),
            2 => format!("{value}.x"),
            3 => format!("size({value})"),
            4 => format!("abs({value})"),
            5 => format!("toInteger({value})"),
            _ => format!("{value}[0]"),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let leaf = match self.random.below(4) {
            0 | 1 => self.property("s"),
            2 => self.variable(Kind::Text),
            _ => None,
        };
        if depth == 0 || self.random.percent(50) {
            return leaf.unwrap_or_else(|| self.random.pick(TEXTS).to_owned());
        }
        let depth = depth - 1;
        match self.random.below(6) {
            5 => format!("toString({})", self.date(depth)),
            0 => format!("({} + {})", self.text(depth), self.text(depth)),
            1 => format!("toUpper({})", self.text(depth)),
            2 => format!("toString({})", self.int(depth)),
            3 => match self.variable(Kind::Rel) {
                Some(name) => format!("type({name})"),
                None => self.text(depth),
            },
            _ => self.case(depth, Self::text),
        }
    }

    pub(super) fn list(&mut self, depth: usize) -> String {
        let leaf = match self.random.below(4) {
            0 => self.property("l"),
            1 => self.variable(Kind::List),
            _ => None,
        };
        if depth == 0 || self.random.percent(30) {
            return leaf.unwrap_or_else(|| self.random.pick(LISTS).to_owned());
        }
        let depth = depth - 1;
        match self.random.below(6) {
            0 | 1 => format!("[{}, {}, null]", self.int(depth), self.int(depth)),
            2 => format!("range({}, {})", self.random.below(3), self.random.below(5)),
            3 => format!("({} + {})", self.list(depth), self.list(depth)),
            4 => format!("{}[{}..]", self.list(depth), self.random.below(3)),
            _ => {
                let list = self.list(depth);
                let each = self.fresh();
                self.scope.push((each.clone(), Kind::Int));
                let condition = self.where_clause(50);
                let value = self.int(depth);
                self.scope.pop();
                format!("[{each} IN {list}{condition} | {value}]")
            }
        }
    }

    fn case(&mut self, depth: usize, branch: fn(&mut Self, usize) -> String) -> String {
        let other = if self.random.percent(60) {
            format!(" ELSE {}", branch(self, depth))
        } else {
            String::new()
        };
        if self.random.percent(60) {
            let (when, then) = (self.bool(depth), branch(self, depth));
            format!("CASE WHEN {when} THEN {then}{other} END")
        } else {
            let (of, one) = (self.any(depth), self.any(depth));
            let (two, then) = (self.int(depth), branch(self, depth));
            let last = branch(self, depth);
            format!("CASE {of} WHEN {one} THEN {then} WHEN {two} THEN {last}{other} END")
        }
    }

    pub(super) fn bool(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.comparison(0);
        }
        let deeper = depth - 1;
        match self.random.below(24) {
            0 | 1 => format!("({} AND {})", self.bool(deeper), self.bool(deeper)),
            2 | 3 => format!("({} OR {})", self.bool(deeper), self.bool(deeper)),
            4 => format!("({} XOR {})", self.bool(deeper), self.bool(deeper)),
            5 => format!("(NOT {})", self.bool(deeper)),
            6 => format!("{} IS NULL", self.any(deeper)),
            7 => format!("{} IS NOT NULL", self.any(deeper)),
            8 => format!("{} IN {}", self.int(deeper), self.list(deeper)),
            9 => {
                let op = self.random.pick(&["STARTS WITH", "ENDS WITH", "CONTAINS"]);
                format!("{} {op} {}", self.text(deeper), self.text(0))
            }
            10 | 11 => match self.variable(Kind::Node) {
                Some(name) => format!("{name}:{}", self.labels(LABELS)),
                None => self.random.pick(&["true", "null"]).to_owned(),
            },
            12 => match self.variable(Kind::Rel) {
                Some(name) => format!("{name}:{}", self.labels(TYPES)),
                None => self.comparison(deeper),
            },
            13 | 14 => match self.variable(Kind::Node) {
                Some(_) => format!("EXISTS {{ {} }}", self.closed_path()),
                None => "false".to_owned(),
            },
            15 => format!("EXISTS {{ {} }}", self.inner_pattern(deeper)),
            16 | 17 => {
                let list = self.list(deeper);
                self.quantifier(&list, Kind::Int, deeper)
            }
            18 => {
                let bag = self
                    .variable(Kind::BagOfNodes)
                    .map(|name| (name, Kind::Node));
                match bag.or_else(|| self.variable(Kind::Rels).map(|name| (name, Kind::Rel))) {
                    Some((name, kind)) => self.quantifier(&name, kind, deeper),
                    None => self.comparison(deeper),
                }
            }
            19 => self
                .property("b")
                .or_else(|| self.variable(Kind::Bool))
                .unwrap_or_else(|| self.random.pick(&["true", "false", "null"]).to_owned()),
            20 => self.same_elements(deeper),
            _ => self.comparison(deeper),
        }
    }

    pub(super) fn quantifier(&mut self, list: &str, kind: Kind, depth: usize) -> String {
        let which = self.random.pick(&["all", "any", "none", "single"]);
        let each = self.fresh();
        self.scope.push((each.clone(), kind));
        let condition = self.bool(depth);
        self.scope.pop();
        format!("{which}({each} IN {list} WHERE {condition})")
    }

    fn same_elements(&mut self, depth: usize) -> String {
        let kind = if self.random.percent(70) {
            Kind::Node
        } else {
            Kind::Rel
        };
        let op = self.random.pick(&["=", "<>"]);
        match (self.variable(kind), self.variable(kind)) {
            (Some(one), Some(two)) => format!("{one} {op} {two}"),
            _ => self.comparison(depth),
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let op = self.random.pick(&["=", "<>", "<", "<=", ">", ">="]);
        match self.random.below(7) {
            6 => format!("{} {op} {}", self.date(depth), self.date(depth)),
            0 | 1 => format!("{} {op} {}", self.int(depth), self.int(depth)),
            2 => format!("{} {op} {}", self.text(depth), self.text(depth)),
            3 => format!("{} {op} {}", self.any(depth), self.any(depth)),
            4 => format!("{} {op} {}", self.float(depth), self.int(depth)),
            _ => {
                let (one, two) = (self.int(0), self.int(depth));
                format!("{one} <= {two} {op} {}", self.float(0))
            }
        }
    }

    /// What stands between the braces of `EXISTS` and `COUNT`.
    fn inner_pattern(&mut self, depth: usize) -> String {
        let outer = self.scope.clone();
        let pattern = self.pattern(1);
        let condition = if self.random.percent(50) {
            format!(" WHERE {}", self.bool(depth.min(1)))
        } else {
            String::new()
        };
        let text = match self.random.below(5) {
            4 => {
                let (item, kind) = self.item(1);
                let name = self.fresh();
                let with = self.random.pick(&["WITH", "WITH DISTINCT"]);
                self.scope = vec![(name.clone(), kind)];
                let tested = self.where_clause(50);
                format!(
                    "MATCH {pattern}{condition} {with} {item} AS {name}{tested} RETURN {name} AS inner"
                )
            }
            0 => {
                let (item, _) = self.item(1);
                let distinct = self.random.pick(&["", "DISTINCT "]);
                format!("MATCH {pattern}{condition} RETURN {distinct}{item} AS inner")
            }
            1 => format!("MATCH {pattern}{condition}"),
            _ => format!("{pattern}{condition}"),
        };
        self.scope = outer;
        text
    }

    /// An expression with an aggregate function.
    pub(super) fn aggregate(&mut self, bags: bool) -> (String, Kind) {
        let distinct = self.random.pick(&["", "", "DISTINCT "]);
        match self.random.below(10) {
            0 | 1 => ("count(*)".to_owned(), Kind::Int),
            2 => (format!("count({distinct}{})", self.item(2).0), Kind::Int),
            3 => (format!("sum({distinct}{})", self.int(2)), Kind::Int),
            4 => (format!("min({})", self.any(2)), Kind::Any),
            5 => (format!("max({})", self.any(2)), Kind::Any),
            6 => (format!("sum({})", self.float(1)), Kind::Any),
            7 if bags => match self.variable(Kind::Node) {
                Some(name) => (format!("collect({distinct}{name})"), Kind::BagOfNodes),
                None => (format!("collect({distinct}{})", self.any(1)), Kind::Bag),
            },
            8 => (
                format!("size(collect({distinct}{}))", self.item(1).0),
                Kind::Int,
            ),
            _ => (format!("count(*) + {}", self.random.pick(INTS)), Kind::Int),
        }
    }
}

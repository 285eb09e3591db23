//! A query that looks for paths, and how it is written.

/// A query: driving rows, then one `MATCH`.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// What is bound before.
    pub(crate) before: Vec<Before>,
    pub(crate) optional: bool,
    pub(crate) repeatable: bool,
    /// Whether `DIFFERENT RELATIONSHIPS` is written.
    pub(crate) says_different: bool,
    pub(crate) paths: Vec<Path>,
    /// The day at which the clause reads the graph.
    pub(crate) day: Option<usize>,
    pub(crate) condition: Option<Test>,
    /// The variables that are returned; none: the rows are counted.
    pub(crate) returned: Vec<String>,
    pub(crate) limit: Option<usize>,
}

/// A variable that an earlier clause binds.
#[derive(Clone, Debug)]
pub(crate) enum Before {
    /// To each node, or the one with this number; there may be none with it.
    Node(String, Option<usize>),
    /// To each relationship.
    Rel(String),
    /// To null.
    Null(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) name: Option<String>,
    pub(crate) selector: Selector,
    /// How the selector is written; of `shortestPath(…)` the name of the function.
    pub(crate) selector_text: String,
    pub(crate) is_function: bool,
    pub(crate) mode: Option<Mode>,
    pub(crate) factors: Vec<Factor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    All,
    /// So many; `true`: of the shortest.
    Paths(usize, bool),
    /// Of the so many least lengths.
    Groups(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Walk,
    Trail,
    Acyclic,
    Simple,
}

#[derive(Clone, Debug)]
pub(crate) enum Factor {
    Node(NodePattern),
    Rel(RelPattern),
    Group(Group),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NodePattern {
    pub(crate) name: Option<String>,
    pub(crate) label: Option<&'static str>,
    /// `{i: …}`
    pub(crate) number: Option<i64>,
    pub(crate) condition: Option<Test>,
}

#[derive(Clone, Debug)]
pub(crate) struct RelPattern {
    pub(crate) name: Option<String>,
    pub(crate) direction: Direction,
    pub(crate) types: Vec<&'static str>,
    pub(crate) number: Option<i64>,
    pub(crate) condition: Option<Test>,
    pub(crate) times: Option<Times>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Right,
    Left,
    Either,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The name of the path of each turn.
    pub(crate) name: Option<String>,
    pub(crate) mode: Option<Mode>,
    pub(crate) factors: Vec<Factor>,
    pub(crate) condition: Option<Test>,
    pub(crate) times: Option<Times>,
}

/// How often, and how that is written.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
    pub(crate) text: String,
    /// Whether it stands inside the arrow: `*1..3`.
    pub(crate) inside: bool,
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// `x.i < y.i`
    Numbers(String, &'static str, String),
    /// `x.i < 1`
    Number(String, &'static str, i64),
    /// `x:A`
    Label(String, &'static str),
    /// `size(r) >= 2`
    Size(String, &'static str, usize),
    /// `length(p) >= 2`
    Length(String, &'static str, usize),
    /// `all(e IN r WHERE e.i > 1)`
    Every(String, &'static str, i64),
    /// `EXISTS { (x)-->() }`
    Leads(String),
    And(Box<Test>, Box<Test>),
}

impl Query {
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for before in &self.before {
            text += &match before {
                Before::Node(name, None) => format!("MATCH ({name}) "),
                Before::Node(name, Some(id)) => format!("MATCH ({name} {{id: {id}}}) "),
                Before::Rel(name) => format!("MATCH ()-[{name}]->() "),
                Before::Null(name) => format!("OPTIONAL MATCH ({name}:Nowhere) "),
            };
        }
        text += if self.optional {
            "OPTIONAL MATCH "
        } else {
            "MATCH "
        };
        if self.repeatable {
            text += "REPEATABLE ELEMENTS ";
        }
        if self.says_different {
            text += "DIFFERENT RELATIONSHIPS ";
        }
        let paths: Vec<_> = self.paths.iter().map(Path::text).collect();
        text += &paths.join(", ");
        if let Some(day) = self.day {
            text += &format!(" AS OF '2025-01-0{day}'");
        }
        text += &where_text(self.condition.as_ref());
        let returned = self.returned.join(", ");
        text += " RETURN ";
        text += if returned.is_empty() {
            "count(*)"
        } else {
            &returned
        };
        if let Some(limit) = self.limit {
            text += &format!(" LIMIT {limit}");
        }
        text
    }
}

impl Path {
    fn text(&self) -> String {
        let name = self
            .name
            .as_ref()
            .map_or(String::new(), |name| format!("{name} = "));
        let factors = factors_text(&self.factors);
        let selector = &self.selector_text;
        if self.is_function {
            return format!("{name}{selector}({factors})");
        }
        // `GROUPS` stands behind the mode.
        let (selector, groups) = match selector.split_once(" GROUP") {
            Some((selector, end)) => (selector, format!("GROUP{end} ")),
            None => (selector.as_str(), String::new()),
        };
        let space = if selector.is_empty() { "" } else { " " };
        let mode = self.mode.map_or("", Mode::text);
        format!("{name}{selector}{space}{mode}{groups}{factors}")
    }
}

impl Mode {
    fn text(self) -> &'static str {
        match self {
            Self::Walk => "WALK ",
            Self::Trail => "TRAIL ",
            Self::Acyclic => "ACYCLIC ",
            Self::Simple => "SIMPLE ",
        }
    }
}

fn factors_text(factors: &[Factor]) -> String {
    let text = |factor: &Factor| match factor {
        Factor::Node(node) => node.text(),
        Factor::Rel(rel) => rel.text(),
        Factor::Group(group) => group.text(),
    };
    factors.iter().map(text).collect()
}

fn where_text(condition: Option<&Test>) -> String {
    condition.map_or(String::new(), |test| format!(" WHERE {}", test.text()))
}

impl NodePattern {
    fn text(&self) -> String {
        let name = self.name.as_deref().unwrap_or("");
        let label = self
            .label
            .map_or(String::new(), |label| format!(":{label}"));
        let number = map_text(self.number);
        let condition = where_text(self.condition.as_ref());
        format!("({name}{label}{number}{condition})")
    }
}

fn map_text(number: Option<i64>) -> String {
    number.map_or(String::new(), |number| format!(" {{i: {number}}}"))
}

impl RelPattern {
    fn text(&self) -> String {
        let name = self.name.as_deref().unwrap_or("");
        let types = match self.types.join("|") {
            types if types.is_empty() => types,
            types => format!(":{types}"),
        };
        let times = self.times.as_ref();
        let text = |inside| {
            let times = times.filter(|times| times.inside == inside);
            times.map_or("", |times| &times.text)
        };
        let condition = where_text(self.condition.as_ref());
        let (inside, behind) = (text(true), text(false));
        let inner = format!("{name}{types}{inside}{}{condition}", map_text(self.number));
        let (left, right) = match self.direction {
            Direction::Right => ("-", "->"),
            Direction::Left => ("<-", "-"),
            Direction::Either => ("-", "-"),
        };
        format!("{left}[{inner}]{right}{behind}")
    }
}

impl Group {
    fn text(&self) -> String {
        let name = self
            .name
            .as_ref()
            .map_or(String::new(), |name| format!("{name} = "));
        let mode = self.mode.map_or("", Mode::text);
        let factors = factors_text(&self.factors);
        let condition = where_text(self.condition.as_ref());
        let times = self.times.as_ref().map_or("", |times| &times.text);
        format!("({name}{mode}{factors}{condition}){times}")
    }
}

impl Test {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Numbers(one, op, two) => format!("{one}.i {op} {two}.i"),
            Self::Number(one, op, number) => format!("{one}.i {op} {number}"),
            Self::Label(node, label) => format!("{node}:{label}"),
            Self::Size(list, op, size) => format!("size({list}) {op} {size}"),
            Self::Length(path, op, length) => format!("length({path}) {op} {length}"),
            Self::Every(list, op, number) => {
                format!("all(each IN {list} WHERE each.i {op} {number})")
            }
            Self::Leads(node) => format!("EXISTS {{ ({node})-->() }}"),
            Self::And(one, two) => format!("{} AND {}", one.text(), two.text()),
        }
    }
}

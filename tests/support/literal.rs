//! Values as test tables write them: Cypher literals, and beside them nodes, relationships and
//! paths (`(:A {k: 1})`, `[:T]`, `<(:A)-[:T]->(:B)>`).
//!
//! Reads a table cell, and prints a value in one canonical way (labels and keys sorted), so that
//! two values are the same exactly if their texts are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// The properties of an element, or the entries of a map.
pub(crate) type Entries = BTreeMap<String, Literal>;

/// One value.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    /// A temporal value as its constructor writes it: name and ISO text.
    Temporal(String, String),
    List(Vec<Literal>),
    Map(Entries),
    Node(Node),
    Rel(Rel),
    Path(Box<Path>),
}

/// A node: what it holds, not which one it is.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) labels: BTreeSet<String>,
    pub(crate) properties: Entries,
}

/// A relationship: what it holds, not which one it is.
#[derive(Clone, Debug)]
pub(crate) struct Rel {
    pub(crate) rel_type: String,
    pub(crate) properties: Entries,
}

/// A path: its first node, and the steps from there.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) start: Node,
    pub(crate) steps: Vec<Step>,
}

/// One relationship of a path and the node after it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) rel: Rel,
    pub(crate) forward: bool,
    pub(crate) node: Node,
}

/// Whether the order of a list's elements says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elements {
    InOrder,
    InAnyOrder,
}

impl Literal {
    /// Reads one value; the text must hold nothing else.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader {
            rest: text.trim().chars().peekable(),
        };
        let value = reader.value()?;
        match reader.rest.next() {
            None => Ok(value),
            Some(other) => Err(format!("`{other}` after the value in `{text}`")),
        }
    }

    /// Prints the value in the canonical way.
    pub(crate) fn text(&self, elements: Elements) -> String {
        let mut out = String::new();
        self.write(elements, &mut out);
        out
    }

    fn write(&self, elements: Elements, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Float(value) => out.push_str(&float_text(*value)),
            Self::String(value) => write_string(value, out),
            Self::Temporal(name, text) => {
                out.push_str(name);
                out.push('(');
                write_string(text, out);
                out.push(')');
            }
            Self::List(values) => write_list(values, elements, out),
            Self::Map(entries) => write_entries(entries, elements, out),
            Self::Node(node) => node.write(elements, out),
            Self::Rel(rel) => rel.write(elements, out),
            Self::Path(path) => path.write(elements, out),
        }
    }
}

impl Node {
    fn write(&self, elements: Elements, out: &mut String) {
        out.push('(');
        for label in &self.labels {
            out.push(':');
            write_name(label, out);
        }
        write_properties(&self.properties, !self.labels.is_empty(), elements, out);
        out.push(')');
    }
}

impl Rel {
    fn write(&self, elements: Elements, out: &mut String) {
        out.push_str("[:");
        write_name(&self.rel_type, out);
        write_properties(&self.properties, true, elements, out);
        out.push(']');
    }
}

impl Path {
    fn write(&self, elements: Elements, out: &mut String) {
        out.push('<');
        self.start.write(elements, out);
        for step in &self.steps {
            out.push_str(if step.forward { "-" } else { "<-" });
            step.rel.write(elements, out);
            out.push_str(if step.forward { "->" } else { "-" });
            step.node.write(elements, out);
        }
        out.push('>');
    }
}

fn float_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Inf" } else { "-Inf" }.to_owned()
    } else {
        // Zero has one text, as the two zeros are equal.
        format!("{:?}", value + 0.0)
    }
}

fn write_string(value: &str, out: &mut String) {
    out.push('\'');
    for c in value.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                write!(out, "\\u{:04X}", u32::from(c)).expect("a string takes all text");
            }
            c => out.push(c),
        }
    }
    out.push('\'');
}

fn write_name(name: &str, out: &mut String) {
    let mut chars = name.chars();
    let plain = chars
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_');
    if plain {
        out.push_str(name);
    } else {
        out.push('`');
        out.push_str(&name.replace('`', "``"));
        out.push('`');
    }
}

fn write_list(values: &[Literal], elements: Elements, out: &mut String) {
    let mut texts: Vec<String> = values.iter().map(|value| value.text(elements)).collect();
    if elements == Elements::InAnyOrder {
        texts.sort();
    }
    out.push('[');
    out.push_str(&texts.join(", "));
    out.push(']');
}

fn write_entries(entries: &Entries, elements: Elements, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_name(key, out);
        out.push_str(": ");
        value.write(elements, out);
    }
    out.push('}');
}

fn write_properties(entries: &Entries, after: bool, elements: Elements, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    if after {
        out.push(' ');
    }
    write_entries(entries, elements, out);
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Literal, String> {
        match self.peek() {
            Some('\'' | '"') => self.string().map(Literal::String),
            Some('[') => self.list_or_rel(),
            Some('{') => self.entries().map(Literal::Map),
            Some('(') => self.node().map(Literal::Node),
            Some('<') => self.path().map(|path| Literal::Path(Box::new(path))),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            Some(c) if c.is_alphabetic() => self.word(),
            Some(c) => Err(format!("`{c}` begins no value")),
            None => Err("a value is missing".to_owned()),
        }
    }

    /// Skips blanks and returns the next character without taking it.
    fn peek(&mut self) -> Option<char> {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
        self.rest.peek().copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest.next();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(match self.peek() {
                Some(found) => format!("expected `{wanted}`, found `{found}`"),
                None => format!("expected `{wanted}` at the end"),
            })
        }
    }

    fn number(&mut self) -> Result<Literal, String> {
        let mut text = String::new();
        if let Some(sign) = self.rest.next_if(|c| matches!(c, '-' | '+')) {
            text.push(sign);
        }
        if self.rest.peek() == Some(&'I') {
            self.name()?;
            return Ok(Literal::Float(if text == "-" {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }));
        }
        while let Some(c) = self
            .rest
            .next_if(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E'))
        {
            text.push(c);
            if matches!(c, 'e' | 'E') {
                text.extend(self.rest.next_if(|c| matches!(c, '-' | '+')));
            }
        }
        if text.contains(['.', 'e', 'E']) {
            let number = text.parse().map(Literal::Float);
            number.map_err(|_| format!("`{text}` is no number"))
        } else {
            let number = text.parse().map(Literal::Int);
            number.map_err(|_| format!("`{text}` is no integer"))
        }
    }

    fn word(&mut self) -> Result<Literal, String> {
        let word = self.name()?;
        Ok(match word.as_str() {
            "null" => Literal::Null,
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "NaN" => Literal::Float(f64::NAN),
            "Inf" | "Infinity" => Literal::Float(f64::INFINITY),
            _ => {
                self.expect('(')
                    .map_err(|_| format!("`{word}` is no value"))?;
                self.peek();
                let text = self.string()?;
                self.expect(')')?;
                Literal::Temporal(word, text)
            }
        })
    }

    /// A name, plain or in backticks.
    fn name(&mut self) -> Result<String, String> {
        let mut name = String::new();
        if self.take('`') {
            loop {
                match self.rest.next() {
                    Some('`') if self.rest.next_if_eq(&'`').is_none() => return Ok(name),
                    Some(c) => name.push(c),
                    None => return Err("a backtick is missing".to_owned()),
                }
            }
        }
        self.peek();
        while let Some(c) = self.rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
            name.push(c);
        }
        if name.is_empty() {
            return Err("a name is missing".to_owned());
        }
        Ok(name)
    }

    fn string(&mut self) -> Result<String, String> {
        let quote = self.rest.next();
        if !matches!(quote, Some('\'' | '"')) {
            return Err("a string is missing".to_owned());
        }
        let mut text = String::new();
        loop {
            match self.rest.next() {
                None => return Err("the string does not end".to_owned()),
                Some('\\') => text.push(self.escape()?),
                c if c == quote => return Ok(text),
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        match self.rest.next() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('u') => self.code_point(4),
            Some('U') => self.code_point(8),
            Some(c) => Ok(c),
            None => Err("the string does not end".to_owned()),
        }
    }

    fn code_point(&mut self, digits: usize) -> Result<char, String> {
        let text: String = self.rest.by_ref().take(digits).collect();
        u32::from_str_radix(&text, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| format!("`{text}` is no character"))
    }

    fn list_or_rel(&mut self) -> Result<Literal, String> {
        self.expect('[')?;
        if self.peek() == Some(':') {
            return self.rel_after_bracket().map(Literal::Rel);
        }
        let mut values = Vec::new();
        while !self.take(']') {
            if !values.is_empty() {
                self.expect(',')?;
            }
            values.push(self.value()?);
        }
        Ok(Literal::List(values))
    }

    fn entries(&mut self) -> Result<Entries, String> {
        self.expect('{')?;
        let mut entries = Entries::new();
        while !self.take('}') {
            if !entries.is_empty() {
                self.expect(',')?;
            }
            let key = match self.peek() {
                Some('\'' | '"') => self.string()?,
                _ => self.name()?,
            };
            self.expect(':')?;
            entries.insert(key, self.value()?);
        }
        Ok(entries)
    }

    fn properties(&mut self) -> Result<Entries, String> {
        if self.peek() == Some('{') {
            self.entries()
        } else {
            Ok(Entries::new())
        }
    }

    fn node(&mut self) -> Result<Node, String> {
        self.expect('(')?;
        let mut labels = BTreeSet::new();
        while self.take(':') {
            labels.insert(self.name()?);
        }
        let properties = self.properties()?;
        self.expect(')')?;
        Ok(Node { labels, properties })
    }

    fn rel(&mut self) -> Result<Rel, String> {
        self.expect('[')?;
        self.rel_after_bracket()
    }

    fn rel_after_bracket(&mut self) -> Result<Rel, String> {
        self.expect(':')?;
        let rel_type = self.name()?;
        let properties = self.properties()?;
        self.expect(']')?;
        Ok(Rel {
            rel_type,
            properties,
        })
    }

    fn path(&mut self) -> Result<Path, String> {
        self.expect('<')?;
        let start = self.node()?;
        let mut steps = Vec::new();
        while !self.take('>') {
            let backward = self.take('<');
            self.expect('-')?;
            let rel = self.rel()?;
            self.expect('-')?;
            if !backward {
                self.expect('>')?;
            }
            steps.push(Step {
                rel,
                forward: !backward,
                node: self.node()?,
            });
        }
        Ok(Path { start, steps })
    }
}

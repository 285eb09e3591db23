//! A golden file: its cases, and where in the text the expected parts stand. The format is
//! described in `tests/golden/README.md`.

use std::ops::Range;

/// A golden file, read.
pub(crate) struct GoldenFile {
    lines: Vec<String>,
    pub(crate) cases: Vec<Case>,
}

/// One query or statement on a graph of its own, and those that follow on the same graph.
pub(crate) struct Case {
    pub(crate) graph: Graph,
    pub(crate) params: Vec<(String, String)>,
    /// Statements that each take one fact away, after which the first step's rows must differ.
    pub(crate) without: Vec<Block>,
    pub(crate) steps: Vec<Step>,
}

/// What a case runs on.
#[derive(Clone)]
pub(crate) enum Graph {
    /// A graph of `graph-data/`, or `empty`.
    Named(String),
    /// Statements that make it, and whether the usual keys carry valid time.
    Made(String, Time),
}

/// Which keys carry valid time in a graph that statements make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// None.
    None,
    /// `from`, `until`, `on` and `date_text`.
    Usual,
}

/// One query or statement.
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) is_statement: bool,
    pub(crate) ordered: bool,
    pub(crate) text: String,
    pub(crate) expected: Vec<Block>,
    /// The lines of the expected blocks; empty and behind the text where there are none yet.
    pub(crate) place: Range<usize>,
}

/// A line at the margin with what is indented below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) keyword: String,
    pub(crate) rest: String,
    pub(crate) body: Vec<String>,
}

/// New lines for a range of old ones.
pub(crate) struct Edit {
    pub(crate) place: Range<usize>,
    pub(crate) blocks: Vec<Block>,
}

impl GoldenFile {
    /// Reads the text of a file.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut graph = Graph::Named("empty".to_owned());
        let mut cases: Vec<Case> = Vec::new();
        for (block, place) in read_blocks(&lines)? {
            let line = block.line;
            let open = |case: Option<&mut Case>| case.is_some();
            match block.keyword.as_str() {
                "graph:" => graph = Graph::Named(block.rest),
                "graph" => {
                    let time = match block.rest.as_str() {
                        "" => Time::None,
                        "with time" => Time::Usual,
                        other => return Err(format!("line {line}: a graph {other}?")),
                    };
                    graph = Graph::Made(block.body.join("\n"), time);
                }
                "query" | "statement" => cases.push(Case {
                    graph: graph.clone(),
                    params: Vec::new(),
                    without: Vec::new(),
                    steps: vec![Step::begin(&block, &place)],
                }),
                _ if !open(cases.last_mut()) => {
                    return Err(format!("line {line}: no query or statement yet"));
                }
                _ => {
                    let case = cases.last_mut().expect("the arm above looked");
                    case.add(block, place)?;
                }
            }
        }
        Ok(Self { lines, cases })
    }

    /// Returns the text with the edits made, which are in order and don't overlap.
    pub(crate) fn edited(&self, edits: &[Edit]) -> String {
        let mut lines = self.lines.clone();
        for edit in edits.iter().rev() {
            let new = edit.blocks.iter().flat_map(Block::lines);
            lines.splice(edit.place.clone(), new);
        }
        lines.join("\n") + "\n"
    }
}

impl Case {
    fn add(&mut self, block: Block, place: Range<usize>) -> Result<(), String> {
        let line = block.line;
        let step = self.steps.last_mut().expect("a case begins with a step");
        match block.keyword.as_str() {
            "params" => {
                for entry in &block.body {
                    let (name, value) = entry
                        .split_once('=')
                        .ok_or_else(|| format!("line {line}: a parameter is `name = value`"))?;
                    let pair = (name.trim().to_owned(), value.trim().to_owned());
                    self.params.push(pair);
                }
                step.place = place.end..place.end;
            }
            "rows" | "error" | "warning" | "effects" | "plan" | "steps" | "profile" => {
                if !step.expected.is_empty() && step.place.end != place.start {
                    return Err(format!("line {line}: `{}` stands too late", block.keyword));
                }
                if step.expected.is_empty() {
                    step.place = place;
                } else {
                    step.place.end = place.end;
                }
                step.expected.push(block);
            }
            "then" => self.steps.push(Step::begin(&block, &place)),
            "without" => self.without.push(block),
            other => return Err(format!("line {line}: `{other}` is no keyword")),
        }
        Ok(())
    }
}

impl Step {
    fn begin(block: &Block, place: &Range<usize>) -> Self {
        Self {
            line: block.line,
            is_statement: block.keyword == "statement",
            ordered: block.rest == "ordered",
            text: block.body.join("\n"),
            expected: Vec::new(),
            place: place.end..place.end,
        }
    }
}

impl Block {
    /// A block that is to be written.
    pub(crate) fn new(keyword: &str, rest: String, body: Vec<String>) -> Self {
        Self {
            line: 0,
            keyword: keyword.to_owned(),
            rest,
            body,
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let mut head = self.keyword.clone();
        if !self.rest.is_empty() {
            head.push(' ');
            head.push_str(&self.rest);
        }
        let body = self.body.iter().map(|line| {
            let line = format!("  {line}");
            line.trim_end().to_owned()
        });
        std::iter::once(head).chain(body).collect()
    }
}

/// The blocks with the lines that they take, counted from zero.
fn read_blocks(lines: &[String]) -> Result<Vec<(Block, Range<usize>)>, String> {
    let mut blocks: Vec<(Block, Range<usize>)> = Vec::new();
    let mut blanks = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            blanks += 1;
            continue;
        }
        if let Some(body) = line.strip_prefix("  ") {
            let (block, place) = blocks
                .last_mut()
                .filter(|(_, place)| place.end + blanks == index)
                .ok_or_else(|| format!("line {}: an indented line without a head", index + 1))?;
            let gap = std::mem::take(&mut blanks);
            block.body.extend(std::iter::repeat_n(String::new(), gap));
            block.body.push(body.to_owned());
            place.end = index + 1;
            continue;
        }
        blanks = 0;
        if !line.starts_with('#') {
            let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
            let block = Block {
                line: index + 1,
                ..Block::new(keyword, rest.trim().to_owned(), Vec::new())
            };
            blocks.push((block, index..index + 1));
        }
    }
    Ok(blocks)
}

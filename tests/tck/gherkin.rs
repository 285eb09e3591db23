//! Reads feature files: scenarios as lists of steps, backgrounds put in front, outlines expanded.

/// One scenario, ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// As it stands in the list of known failures, without the file.
    pub(crate) name: String,
    pub(crate) ignored: bool,
    pub(crate) steps: Vec<Step>,
}

/// One step: its text without the keyword, and what hangs below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) doc: Option<String>,
    pub(crate) table: Table,
}

/// The rows of a table. Cells keep their escapes but `\|`, as values have escapes of their own.
pub(crate) type Table = Vec<Vec<String>>;

/// A scenario or outline as it is written.
#[derive(Default)]
struct Block {
    name: String,
    ignored: bool,
    is_background: bool,
    steps: Vec<Step>,
    examples: Vec<Table>,
}

/// Reads one feature file.
pub(crate) fn read(text: &str) -> Result<Vec<Scenario>, String> {
    let blocks = read_blocks(text)?;
    let background: Vec<Step> = blocks
        .iter()
        .filter(|block| block.is_background)
        .flat_map(|block| block.steps.clone())
        .collect();
    let scenarios = blocks
        .into_iter()
        .filter(|block| !block.is_background)
        .flat_map(|block| block.expand(&background))
        .collect();
    Ok(scenarios)
}

impl Block {
    fn expand(self, background: &[Step]) -> Vec<Scenario> {
        let scenario = |name: String, steps: Vec<Step>| Scenario {
            name,
            ignored: self.ignored,
            steps: background.iter().cloned().chain(steps).collect(),
        };
        if self.examples.is_empty() {
            return vec![scenario(self.name.clone(), self.steps.clone())];
        }
        self.examples
            .iter()
            .filter_map(|table| table.split_first())
            .flat_map(|(header, rows)| rows.iter().map(move |row| (header, row)))
            .enumerate()
            .map(|(index, (header, row))| {
                let fill = |text: &str| substitute(text, header, row, unescape);
                let name = format!("{} (#{})", fill(&self.name), index + 1);
                let steps = self.steps.iter().map(|step| step.fill(header, row));
                scenario(name, steps.collect())
            })
            .collect()
    }
}

impl Step {
    fn fill(&self, header: &[String], row: &[String]) -> Self {
        let raw = |cell: &String| substitute(cell, header, row, str::to_owned);
        Self {
            text: substitute(&self.text, header, row, unescape),
            doc: self
                .doc
                .as_ref()
                .map(|doc| substitute(doc, header, row, unescape)),
            table: self
                .table
                .iter()
                .map(|cells| cells.iter().map(raw).collect())
                .collect(),
        }
    }
}

fn substitute(text: &str, names: &[String], cells: &[String], how: fn(&str) -> String) -> String {
    let mut text = text.to_owned();
    for (name, cell) in names.iter().zip(cells) {
        text = text.replace(&format!("<{name}>"), &how(cell));
    }
    text
}

/// Resolves a cell's escapes, for cells that are text and not a value.
pub(crate) fn unescape(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(next @ ('\\' | 'n'))) => {
                chars.next();
                out.push(if next == 'n' { '\n' } else { next });
            }
            _ => out.push(c),
        }
    }
    out
}

fn read_blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut tags = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let trimmed = line.trim();
        let fail = |what: &str| format!("line {}: {what}: {trimmed}", index + 1);
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("Feature:") {
            continue;
        }
        if trimmed.starts_with('@') {
            tags.extend(trimmed.split_whitespace().map(str::to_owned));
            continue;
        }
        if let Some(mut block) = begin_block(trimmed) {
            block.ignored = tags.drain(..).any(|tag| tag == "@ignore");
            blocks.push(block);
            continue;
        }
        let block = blocks.last_mut().ok_or_else(|| fail("no scenario yet"))?;
        if trimmed.starts_with("Examples:") || trimmed.starts_with("Scenarios:") {
            tags.clear();
            block.examples.push(Table::new());
        } else if let Some(row) = trimmed.strip_prefix('|') {
            let cells = split_row(row);
            match (block.examples.last_mut(), block.steps.last_mut()) {
                (Some(table), _) => table.push(cells),
                (None, Some(step)) => step.table.push(cells),
                (None, None) => return Err(fail("a table without a step")),
            }
        } else if trimmed.starts_with("\"\"\"") {
            let doc = read_doc(indent(line), &mut lines);
            let step = block.steps.last_mut().ok_or_else(|| fail("no step yet"))?;
            step.doc = Some(doc);
        } else {
            let step = begin_step(trimmed).ok_or_else(|| fail("no step"))?;
            block.steps.push(step);
        }
    }
    Ok(blocks)
}

fn begin_block(line: &str) -> Option<Block> {
    let (keyword, name) = line.split_once(':')?;
    let known = ["Background", "Scenario", "Scenario Outline", "Example"];
    known.contains(&keyword).then(|| Block {
        name: name.trim().to_owned(),
        is_background: keyword == "Background",
        ..Block::default()
    })
}

fn begin_step(line: &str) -> Option<Step> {
    let (keyword, text) = line.split_once(' ')?;
    let known = ["Given", "When", "Then", "And", "But", "*"];
    known.contains(&keyword).then(|| Step {
        text: text.trim().to_owned(),
        ..Step::default()
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines up to the closing quotes, without the indentation of the opening ones.
fn read_doc<'a>(indent: usize, lines: &mut impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut doc = Vec::new();
    for (_, line) in lines {
        if line.trim() == "\"\"\"" {
            break;
        }
        let blanks = line.bytes().take(indent).take_while(|b| *b == b' ').count();
        doc.push(line.get(blanks..).unwrap_or_default());
    }
    doc.join("\n").replace("\\\"\\\"\\\"", "\"\"\"")
}

/// The cells of a row whose first bar is taken.
fn split_row(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = row.chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            '\\' => match chars.next() {
                Some('|') => cell.push('|'),
                next => cell.extend(Some('\\').into_iter().chain(next)),
            },
            c => cell.push(c),
        }
    }
    cells
}

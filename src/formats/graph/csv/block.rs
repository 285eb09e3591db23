//! The rows of a block as columns.

use std::ops::Range;

use crate::formats::nearest;
use crate::formats::words::shown;

use super::cells::{Cells, Texts};
use super::header::{Header, IdType, Role};
use super::ids::{IdList, NONE, Space, Spaces};
use super::split::{Field, Fields, Next, place_of};

/// How many mistakes of one block are described.
const MAX_PROBLEMS: usize = 20;

/// What is needed to read rows.
pub(super) struct Reading<'r> {
    pub(super) header: &'r Header,
    /// How ids are understood whose column does not say it.
    pub(super) id_type: IdType,
    /// The nodes that relationships may join; empty while nodes are read.
    pub(super) spaces: &'r Spaces,
    pub(super) bad_rows: BadRows,
}

/// What becomes of rows with a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadRows {
    /// They keep the graph from being loaded.
    Refuse,
    /// They are left out.
    LeaveOut,
}

/// A mistake in a row.
#[derive(Debug)]
pub(super) struct Problem {
    /// Lines before it in the block.
    pub(super) line: usize,
    /// The character in the line, counted from one.
    pub(super) column: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// A column of a block.
#[derive(Debug)]
pub(super) enum Column {
    Skipped,
    Cells(Cells),
    Ids(IdList),
    Starts(Vec<u32>),
    Ends(Vec<u32>),
    /// Labels or types.
    Names(Texts),
}

/// The rows of a block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) columns: Vec<Column>,
    /// Before how many lines of the block each row begins.
    pub(super) row_lines: Vec<u32>,
    /// How many lines the block has.
    pub(super) lines: usize,
    /// How many bytes it has.
    pub(super) bytes: usize,
    pub(super) problems: Vec<Problem>,
    /// How many more mistakes there are.
    pub(super) more_problems: usize,
    /// Where the rows with a mistake stand.
    bad: Vec<Range<usize>>,
    /// How many rows were left out.
    pub(super) left_out: usize,
    /// Whether nothing of it can be read.
    pub(super) is_broken: bool,
}

/// Reads a block.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Block {
    let mut block = Block::new(bytes, reading);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (valid, _) = bytes.split_at(error.valid_up_to());
            let before = valid.split(|&byte| byte == b'\n').count() - 1;
            block.problem(before, 1, "not text in UTF-8".to_owned(), None);
            block.is_broken = true;
            return block;
        }
    };
    block.rows(text, reading, Ends::Later);
    if !block.resolve(reading) {
        block = Block::new(bytes, reading);
        block.rows(text, reading, Ends::AtOnce);
    }
    if reading.bad_rows == BadRows::LeaveOut && !block.bad.is_empty() {
        return block.without_bad_rows(text, reading);
    }
    block
}

/// When the nodes at the ends of relationships are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// When all rows were read, which is faster.
    Later,
    /// Row by row, which tells where an unknown one stands.
    AtOnce,
}

fn column(role: &Role, reading: &Reading<'_>, rows: usize) -> Column {
    match role {
        Role::Property { cell, shape, .. } => Column::Cells(Cells::new(*cell, *shape, rows)),
        Role::Id { id_type, .. } => Column::Ids(IdList::new(id_type.unwrap_or(reading.id_type))),
        Role::Start { .. } => Column::Starts(Vec::with_capacity(rows)),
        Role::End { .. } => Column::Ends(Vec::with_capacity(rows)),
        Role::Label | Role::Type => Column::Names(Texts::default()),
        Role::Ignore => Column::Skipped,
    }
}

impl Block {
    fn new(bytes: &[u8], reading: &Reading<'_>) -> Self {
        let rows = bytes.len() / 48;
        let roles = reading.header.roles.iter();
        Self {
            columns: roles.map(|role| column(role, reading, rows)).collect(),
            row_lines: Vec::with_capacity(rows),
            lines: 0,
            bytes: bytes.len(),
            problems: Vec::new(),
            more_problems: 0,
            bad: Vec::new(),
            left_out: 0,
            is_broken: false,
        }
    }

    /// Reads the rows again but for those with a mistake, which it remembers.
    fn without_bad_rows(self, text: &str, reading: &Reading<'_>) -> Self {
        let mut rest = String::with_capacity(text.len());
        let mut start = 0;
        for bad in &self.bad {
            rest.push_str(text.get(start..bad.start).unwrap_or_default());
            // Lines keep their numbers.
            let row = text.get(bad.clone()).unwrap_or_default();
            rest.extend(row.chars().filter(|c| *c == '\n'));
            start = bad.end;
        }
        rest.push_str(text.get(start..).unwrap_or_default());
        let mut good = Self::new(rest.as_bytes(), reading);
        good.rows(&rest, reading, Ends::Later);
        good.resolve(reading);
        Self {
            bytes: self.bytes,
            problems: self.problems,
            more_problems: self.more_problems,
            left_out: self.bad.len(),
            ..good
        }
    }

    /// Looks up the ends of relationships; returns whether all are there.
    fn resolve(&mut self, reading: &Reading<'_>) -> bool {
        let columns = self.columns.iter_mut().zip(spaces_of(reading));
        columns.fold(true, |all, (column, space)| match (column, space) {
            (Column::Starts(nodes) | Column::Ends(nodes), Some(space)) => {
                space.resolve(nodes) && all
            }
            _ => all,
        })
    }

    fn rows(&mut self, text: &str, reading: &Reading<'_>, ends: Ends) {
        let mut fields = Fields::new(text);
        let mut row = Row {
            roles: &reading.header.roles,
            spaces: spaces_of(reading),
            reading,
            ends,
            text,
            start: 0,
            line: 0,
        };
        while fields.has_row() {
            row.start = fields.position();
            row.line = fields.lines;
            self.row_lines
                .push(u32::try_from(row.line).unwrap_or(u32::MAX));
            let before = self.problem_count();
            self.row(&row, &mut fields);
            if self.problem_count() > before {
                self.bad.push(row.start..fields.position());
            }
        }
        self.lines = fields.lines;
    }

    fn row(&mut self, row: &Row<'_>, fields: &mut Fields<'_>) {
        let wanted = self.columns.len();
        let mut found = 0;
        loop {
            let (field, next) = fields.next_field();
            if let Some(column) = self.columns.get_mut(found)
                && let Err(wrong) = row.cell(column, found, &field)
            {
                let row_text = row.text.get(row.start..).unwrap_or_default();
                let (further, place) = place_of(row_text, found);
                self.problem(row.line + further, place, wrong.message, wrong.hint);
            }
            found += 1;
            if next == Next::Row {
                break;
            }
        }
        if found != wanted {
            let message = format!("the row has {found} fields, and the header {wanted}");
            self.problem(row.line, 1, message, None);
        }
    }

    fn problem_count(&self) -> usize {
        self.problems.len() + self.more_problems
    }

    fn problem(&mut self, line: usize, column: usize, message: String, hint: Option<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem {
                line,
                column,
                message,
                hint,
            });
        } else {
            self.more_problems += 1;
        }
    }
}

/// The id space of each column that names one; there is none while nodes are read.
fn spaces_of<'r>(reading: &Reading<'r>) -> Vec<Option<&'r Space>> {
    let space = |role: &Role| match role {
        Role::Start { space } | Role::End { space } => reading.spaces.get(space),
        _ => None,
    };
    reading.header.roles.iter().map(space).collect()
}

/// The row that is read.
struct Row<'r> {
    roles: &'r [Role],
    spaces: Vec<Option<&'r Space>>,
    reading: &'r Reading<'r>,
    ends: Ends,
    text: &'r str,
    start: usize,
    line: usize,
}

/// What is wrong with a cell.
struct Wrong {
    message: String,
    hint: Option<String>,
}

impl Wrong {
    fn new(message: String) -> Self {
        Self {
            message,
            hint: None,
        }
    }
}

impl Row<'_> {
    /// Adds a field to its column.
    fn cell(&self, column: &mut Column, place: usize, field: &Field<'_>) -> Result<(), Wrong> {
        match column {
            Column::Skipped => Ok(()),
            Column::Cells(cells) => cells.push(field).map_err(|expected| {
                let key = match self.roles.get(place) {
                    Some(Role::Property { key, .. }) => key.as_str(),
                    _ => "",
                };
                Wrong::new(format!(
                    "`{key}`: {} is not {expected}",
                    shown(field.text())
                ))
            }),
            Column::Ids(ids) => self.id(ids, place, field),
            Column::Starts(nodes) | Column::Ends(nodes) => {
                let space = self.spaces.get(place).copied().flatten();
                let node = space.and_then(|space| match self.ends {
                    Ends::Later => space.place(field.text()),
                    Ends::AtOnce => space.node(field.text()),
                });
                nodes.push(node.unwrap_or(NONE));
                node.map(|_| ())
                    .ok_or_else(|| self.unknown(place, field.text()))
            }
            Column::Names(names) => {
                names.push(field.text());
                match self.roles.get(place) {
                    Some(Role::Type) if field.text().is_empty() => {
                        Err(Wrong::new("the relationship has no type".to_owned()))
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    fn id(&self, ids: &mut IdList, place: usize, field: &Field<'_>) -> Result<(), Wrong> {
        let text = field.text();
        ids.push(text);
        if text.is_empty() {
            return Err(Wrong::new("the node has no id".to_owned()));
        }
        let declared = match self.roles.get(place) {
            Some(Role::Id { id_type, .. }) => id_type.unwrap_or(self.reading.id_type),
            _ => self.reading.id_type,
        };
        if declared == IdType::Integer && matches!(ids, IdList::Texts(_)) && !is_integer(text) {
            return Err(Wrong::new(format!(
                "the id {} is not an integer",
                shown(text)
            )));
        }
        Ok(())
    }

    fn unknown(&self, place: usize, id: &str) -> Wrong {
        let space = match self.roles.get(place) {
            Some(Role::Start { space } | Role::End { space }) => space.as_str(),
            _ => "",
        };
        let within = match space {
            "" => String::new(),
            space => format!(" in the id space `{space}`"),
        };
        let known = self.reading.spaces.keys().map(String::as_str);
        Wrong {
            message: format!("no node has the id {}{within}", shown(id)),
            hint: if self.reading.spaces.contains_key(space) {
                None
            } else {
                nearest::hint(space, known)
            },
        }
    }
}

fn is_integer(text: &str) -> bool {
    matches!(IdList::of_one(text), IdList::Ints(_))
}

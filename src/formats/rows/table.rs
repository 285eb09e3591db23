//! Tables for people: drawn with lines, as Markdown, or a column a line.
//!
//! A node is shown by its name and kind (`Germany :State`), a relationship by its type in plain
//! words and its date, a path as a chain with directions. Characters that would steer the terminal
//! are shown as escapes.

use std::io::{self, Write};
use std::sync::Arc;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::formats::words::Words;
use crate::store::Snapshot;
use crate::value::Value;

/// The longest cell that a table shows, in characters.
const MAX_CELL: usize = 10_000;

/// Writes a table as wide as its content.
pub fn table<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    draw(columns, rows, graph, None, out)
}

/// Writes a table that fits into `width` characters; long cells are wrapped.
pub fn table_within<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    draw(columns, rows, graph, Some(width), out)
}

fn draw<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    width: Option<u16>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words = Words::new(graph);
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .force_no_tty();
    if let Some(width) = width {
        table
            .set_width(width)
            .set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.set_header(
        columns
            .iter()
            .map(|name| Cell::new(crate::formats::words::clean(name))),
    );
    for row in rows {
        table.add_row(row.as_ref().iter().map(|value| cell(&words, value)));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Numbers stand at the right.
fn cell(words: &Words<'_>, value: &Value) -> Cell {
    let cell = Cell::new(shown(words, value));
    match value {
        Value::Int(_) | Value::Float(_) => cell.set_alignment(CellAlignment::Right),
        _ => cell,
    }
}

fn shown(words: &Words<'_>, value: &Value) -> String {
    let mut text = String::new();
    words.value(value, &mut text);
    if let Some((end, _)) = text.char_indices().nth(MAX_CELL) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Writes a table as Markdown has it.
pub fn markdown<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words = Words::new(graph);
    let names: Vec<String> = columns.iter().map(|name| escape(name)).collect();
    writeln!(out, "| {} |", names.join(" | "))?;
    let lines: Vec<&str> = columns.iter().map(|_| "---").collect();
    writeln!(out, "| {} |", lines.join(" | "))?;
    for row in rows {
        let cells = row
            .as_ref()
            .iter()
            .map(|value| escape(&shown(&words, value)));
        writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
    }
    Ok(())
}

/// Escapes what has a meaning in a cell of a Markdown table.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// Writes a column a line, `name = value`, and an empty line between rows.
pub fn line<R: AsRef<[Value]>>(
    columns: &[Arc<str>],
    rows: impl IntoIterator<Item = R>,
    graph: &Snapshot,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words = Words::new(graph);
    let columns: Vec<String> = columns
        .iter()
        .map(|c| crate::formats::words::clean(c))
        .collect();
    let widths = columns
        .iter()
        .map(|column| unicode_width::UnicodeWidthStr::width(&**column));
    let widths: Vec<usize> = widths.collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    for (place, row) in rows.into_iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        for ((column, width), value) in columns.iter().zip(&widths).zip(row.as_ref()) {
            let text = shown(&words, value).replace('\n', &format!("\n{:widest$}   ", ""));
            let before = " ".repeat(widest - width);
            writeln!(out, "{before}{column} = {text}")?;
        }
    }
    Ok(())
}

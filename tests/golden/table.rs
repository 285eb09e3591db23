//! Tables of values in golden files: `| name |` and a row a line.

use crate::literal::{Elements, Literal};

/// Returns the lines of a table, its columns aligned.
pub(crate) fn write(columns: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let header: Vec<String> = columns.iter().map(|name| escape(name)).collect();
    let rows = rows.iter().map(|row| row.iter().map(|cell| escape(cell)));
    let rows: Vec<Vec<String>> = rows.map(Iterator::collect).collect();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!(" {cell:width$} |"));
        format!("|{}", cells.collect::<String>())
    };
    std::iter::once(&header).chain(&rows).map(line).collect()
}

/// Reads a table into its header and its values in their canonical text, sorted if the order says
/// nothing.
pub(crate) fn read(lines: &[String], ordered: bool) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    for line in lines {
        let row = line.trim().strip_prefix('|');
        let cells = split(row.ok_or_else(|| format!("no row of a table: {line}"))?);
        rows.push(cells);
    }
    for row in rows.iter_mut().skip(1) {
        for cell in row {
            *cell = Literal::parse(cell)?.text(Elements::InOrder);
        }
    }
    if !ordered && let Some(values) = rows.get_mut(1..) {
        values.sort();
    }
    Ok(rows)
}

fn escape(cell: &str) -> String {
    cell.replace('|', "\\|")
}

fn split(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next_if_eq(&'|').is_some() => cell.push('|'),
            '\\' => {
                cell.push('\\');
                cell.extend(chars.next());
            }
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            c => cell.push(c),
        }
    }
    cells
}

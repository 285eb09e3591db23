//! Plans as text.

use std::fmt::Write as _;

use super::explain::{ExplainLine, Totals};

/// Draws the lines as a tree, one operator a line, with the rows that are expected of each.
#[must_use]
pub fn draw(lines: &[ExplainLine]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&"  ".repeat(line.depth));
        text.push_str(line.operator);
        if !line.details.is_empty() {
            text.push(' ');
            text.push_str(&line.details);
        }
        writeln!(text, "  {}", rows_text(line.rows)).expect("a string takes all text");
    }
    text
}

fn rows_text(rows: f64) -> String {
    match rows {
        rows if rows < 0.5 => "~0 rows".into(),
        rows if rows < 1.5 => "~1 row".into(),
        rows => format!("~{rows:.0} rows"),
    }
}

/// What stands above the columns of [`draw_profile`].
const HEADER: [&str; 6] = [
    "Operator",
    "Details",
    "Estimated Rows",
    "Rows",
    "Time (ms)",
    "Memory (Bytes)",
];

/// So many columns, from the left, hold words; the others hold numbers.
const WORDS: usize = 2;

/// Draws the lines of a plan that was run as a table: the tree on the left, what each operator did
/// on the right, and all of it together in the last line.
#[must_use]
pub fn draw_profile(lines: &[ExplainLine], totals: Totals) -> String {
    let mut table = vec![HEADER.map(str::to_owned)];
    table.extend(lines.iter().map(profile_row));
    table.push([
        "Total".to_owned(),
        String::new(),
        String::new(),
        totals.rows.to_string(),
        milliseconds(totals.time),
        totals.bytes.to_string(),
    ]);
    let width = |column: usize| {
        let cells = table.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; HEADER.len()] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &table {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let padded = if column < WORDS {
                format!("{cell:<width$}  ")
            } else {
                format!("{cell:>width$}  ")
            };
            line.push_str(&padded);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn profile_row(line: &ExplainLine) -> [String; HEADER.len()] {
    let measured = |text: fn(&super::Measure) -> String| line.measure.as_ref().map(text);
    [
        format!("{}{}", "  ".repeat(line.depth), line.operator),
        line.details.clone(),
        format!("{:.0}", line.rows),
        measured(|measure| measure.rows.to_string()).unwrap_or_default(),
        measured(|measure| milliseconds(measure.time)).unwrap_or_default(),
        measured(|measure| measure.bytes.to_string()).unwrap_or_default(),
    ]
}

fn milliseconds(time: std::time::Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1000.0)
}

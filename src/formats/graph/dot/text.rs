//! Text in pictures.

use std::fmt::Write as _;

use crate::formats::words::clean_lines;
use crate::store::Snapshot;
use crate::value::NodeId;

/// The longest text in a picture, in characters.
const MAX_TEXT: usize = 90;
/// The longest text in a list below a picture.
const MAX_LISTED: usize = 200;
/// Where a text is broken into lines, in characters.
const LINE: usize = 26;

/// What stands on a node without name: its labels and the beginning of its properties.
pub(super) fn pattern(graph: &Snapshot, node: NodeId) -> String {
    let mut text = String::new();
    crate::value::Describe::node(graph, node, &mut text);
    text
}

/// Shortens a text and breaks it into lines.
pub(super) fn lines(text: &str) -> String {
    broken(&shortened(text))
}

pub(super) fn shortened(text: &str) -> String {
    cut(text, MAX_TEXT)
}

/// The beginning of a text, so many characters long at most.
fn cut(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    clean_lines(&short)
}

/// Breaks a text into lines at its spaces.
pub(super) fn broken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut width = 0;
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && width + length > LINE {
            out.push('\n');
            width = 0;
        } else if place > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width = word
            .rsplit_once('\n')
            .map_or(width + length, |(_, last)| last.chars().count());
    }
    out
}

/// Writes lines as one quoted string, each flush left.
pub(super) fn list(lines: &[String]) -> String {
    let mut out = String::from("\"");
    for line in lines {
        escape(&cut(line, MAX_LISTED), &mut out);
        out.push_str("\\l");
    }
    out.push('"');
    out
}

/// Writes a quoted string of DOT in which Graphviz interprets nothing: quotes, its own escapes
/// (`\N`, `\l`, …) and entities (`&lt;`). Only line ends keep their meaning.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape(text, &mut out);
    out.push('"');
    out
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '&' => out.push_str("&amp;"),
            control if control.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\\\u{{{:x}}}", u32::from(control));
            }
            other => out.push(other),
        }
    }
}

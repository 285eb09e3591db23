//! Draws an error with the excerpt of the source that it is about.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Error, ErrorType, Span};

/// Draws `error` over `source` in the style of the Rust compiler: code and sentence, the line with
/// a caret, hints. With `color` the drawing carries ANSI escapes.
#[must_use]
pub fn render(error: &Error, source: &str, color: bool) -> String {
    render_from(error, source, Origin::default(), color)
}

/// Where a text comes from that is part of a larger one.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The file's name, where it has one.
    pub name: Option<&'a str>,
    /// The line of the file at which the text begins, counted from one.
    pub line: usize,
}

impl Default for Origin<'_> {
    fn default() -> Self {
        Self {
            name: None,
            line: 1,
        }
    }
}

/// Draws `error` as [`render`] does, with the name of the file and the lines counted as there.
#[must_use]
pub fn render_from(error: &Error, source: &str, origin: Origin<'_>, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let code = error.code().to_string();
    let (level, word) = match error.code().error_type {
        ErrorType::Warning => (Level::WARNING, "warning"),
        _ => (Level::ERROR, "error"),
    };
    let title = format!("{word}[{code}]: {}", clip(error.message()));
    let mut group = Group::with_title(level.no_name().primary_title(&title));
    let Some(span) = error.span() else {
        return renderer.render(&[with_hints(group, error)]);
    };
    let excerpt = Excerpt::new(source, span);
    let annotation = AnnotationKind::Primary
        .span(excerpt.marked.clone())
        .label(error.caret_label().map(clip));
    let snippet = Snippet::source(excerpt.text.as_str())
        .line_start(origin.line + excerpt.lines_before)
        .path(PLACE)
        .annotation(annotation);
    group = with_hints(group.element(snippet), error);
    let drawing = renderer.render(&[group]);
    let (line, column) = span.line_column(source);
    let line = line + origin.line - 1;
    match origin.name {
        Some(name) => put_place(&drawing, &format!("{name}:{line}:{column}")),
        None => put_place(&drawing, &format!("{line}:{column}")),
    }
}

fn with_hints<'a>(group: Group<'a>, error: &'a Error) -> Group<'a> {
    let hints = error.hints().iter();
    hints.fold(group, |group, hint| {
        group.element(Level::HELP.with_name("hint").message(clip(hint)))
    })
}

/// The longest sentence that is drawn, in bytes: it may hold a name of any length.
const LONGEST: usize = 1_000;

/// The beginning of a text that is too long.
fn clip(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let start = text.get(..text.floor_char_boundary(LONGEST));
    Cow::Owned(format!("{}…", start.unwrap_or_default()))
}

/// Stands in the drawing for the place, since the drawing's own columns are those of the excerpt.
const PLACE: &str = "\u{E000}place";

/// Puts the place into the drawing.
fn put_place(drawing: &str, place: &str) -> String {
    let Some((before, after)) = drawing.split_once(PLACE) else {
        return drawing.to_owned();
    };
    let after = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    format!("{before}{place}{after}")
}

/// The lines that a span touches, without what is too long to be read.
struct Excerpt {
    text: String,
    /// The bytes of `text` that are meant.
    marked: Range<usize>,
    /// How many lines of the source stand before.
    lines_before: usize,
}

impl Excerpt {
    /// How many characters are shown on each side of the marked ones.
    const CONTEXT: usize = 160;
    /// How many characters are marked.
    const MARKED: usize = 400;

    fn new(source: &str, span: Span) -> Self {
        let start = source.floor_char_boundary(span.start as usize);
        let end = source.floor_char_boundary(span.end as usize).max(start);
        let (before, rest) = source.split_at(start);
        let (marked, after) = rest.split_at(end - start);
        let lines_before = before.bytes().filter(|byte| *byte == b'\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let before = last(before.get(line_start..).unwrap_or_default(), Self::CONTEXT);
        let shown = first(marked, Self::MARKED);
        let after = if shown.len() == marked.len() {
            first(after.lines().next().unwrap_or_default(), Self::CONTEXT)
        } else {
            ""
        };
        let mut text = String::from(before);
        text.push_str(shown);
        let marked = before.len()..text.len();
        text.push_str(after);
        Self {
            text,
            marked,
            lines_before,
        }
    }
}

/// The first characters of a text.
fn first(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((at, _)) => text.get(..at).unwrap_or(text),
        None => text,
    }
}

/// The last characters of a text.
fn last(text: &str, count: usize) -> &str {
    match text.char_indices().rev().nth(count.saturating_sub(1)) {
        Some((at, _)) => text.get(at..).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    /// Marks what stands between `«` and `»`.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let start = marked.find('«').unwrap();
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        let source = marked.replace(['«', '»'], "");
        let error = Error::new(
            Code::syntax("UndefinedVariable"),
            "variable `m` is not defined",
        )
        .at(Span::new(start, end))
        .label("not in scope here")
        .hint("in scope: `n`");
        let drawing = render(&error, &source, false);
        assert_eq!(
            drawing.trim_end(),
            expected.trim_matches('\n'),
            "\n{drawing}"
        );
    }

    #[test]
    fn it_looks_like_the_style_guide() {
        check(
            "MATCH (n) RETURN «m»",
            r"
error[SyntaxError.UndefinedVariable]: variable `m` is not defined
 --> 1:18
  |
1 | MATCH (n) RETURN m
  |                  ^ not in scope here
  |
  = hint: in scope: `n`",
        );
    }

    #[test]
    fn carets_stand_below_wide_and_combining_characters_and_tabs() {
        check(
            "MATCH (n)\n\tWHERE n.x = '日本語' AND n.y = 'e\u{301}' RETURN «m»\n",
            "
error[SyntaxError.UndefinedVariable]: variable `m` is not defined
 --> 2:42
  |
2 |     WHERE n.x = '日本語' AND n.y = 'e\u{301}' RETURN m
  |                                               ^ not in scope here
  |
  = hint: in scope: `n`",
        );
    }

    #[test]
    fn several_lines_are_marked_together() {
        check(
            "RETURN 1,\n  «(a) -->\n  (m)» AS x",
            r"
error[SyntaxError.UndefinedVariable]: variable `m` is not defined
 --> 2:3
  |
2 | /   (a) -->
3 | |   (m) AS x
  | |_____^ not in scope here
  |
  = hint: in scope: `n`",
        );
    }

    #[test]
    fn line_numbers_of_two_digits_move_the_gutter() {
        check(
            &format!("{}RETURN «m»", "\n".repeat(11)),
            r"
error[SyntaxError.UndefinedVariable]: variable `m` is not defined
  --> 12:8
   |
12 | RETURN m
   |        ^ not in scope here
   |
   = hint: in scope: `n`",
        );
    }

    #[test]
    fn the_end_of_the_text_can_be_marked() {
        check(
            "RETURN 1 +«»",
            r"
error[SyntaxError.UndefinedVariable]: variable `m` is not defined
 --> 1:11
  |
1 | RETURN 1 +
  |           ^ not in scope here
  |
  = hint: in scope: `n`",
        );
    }

    #[test]
    fn long_lines_are_cut_and_keep_their_columns() {
        let source = format!(
            "RETURN {} + «m» + {}",
            "abc + ".repeat(10_000),
            "d + ".repeat(10_000)
        );
        let start = source.find('«').unwrap();
        let error = Error::new(
            Code::syntax("UndefinedVariable"),
            "variable `m` is not defined",
        )
        .at(Span::new(start, start + 1));
        let drawing = render(&error, &source.replace(['«', '»'], ""), false);
        assert!(drawing.contains(" --> 1:60011\n"), "{drawing}");
        let lines: Vec<&str> = drawing.lines().collect();
        let caret = lines[4].find('^').unwrap();
        assert_eq!(lines[3].as_bytes()[caret], b'm', "{drawing}");
        assert!(lines.iter().all(|line| line.len() < 200), "{drawing}");
    }

    #[test]
    fn spans_outside_the_text_and_inside_characters_are_no_danger() {
        for (start, end) in [(0, 9), (3, 3), (5, 2), (9, 9), (1, 2)] {
            let error = Error::new(Code::syntax("UnexpectedSyntax"), "x").at(Span { start, end });
            assert!(render(&error, "ü", true).contains("UnexpectedSyntax"));
            assert!(render(&error, "", false).contains("UnexpectedSyntax"));
        }
    }

    #[test]
    fn a_file_gives_its_name_and_lines() {
        let error = Error::new(Code::syntax("UnexpectedSyntax"), "x").at(Span::new(3, 4));
        let origin = Origin {
            name: Some("a.cypher"),
            line: 7,
        };
        let drawing = render_from(&error, "ab\ncd", origin, false);
        assert!(drawing.contains(" --> a.cypher:8:1\n"), "{drawing}");
        assert!(drawing.contains("8 | cd"), "{drawing}");
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "ä".repeat(1 << 20);
        let error = Error::new(Code::syntax("UnexpectedSyntax"), long.clone())
            .hint(long.clone())
            .label(long.clone());
        for span in [(1, 2), (3, 1), (5, 1 << 30), (1 << 29, 1 << 30)] {
            let error = error.clone().at(Span::new(span.0, span.1));
            assert!(render(&error, &long, false).len() < 10_000);
        }
    }
}

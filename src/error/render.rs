//! Draws an error with the excerpt of the source that it is about.

use std::borrow::Cow;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Error;

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

/// Stands for the name of a text without one; it is taken out of the drawing.
const NO_NAME: &str = "\u{e000}";
/// The longest sentence that is drawn, in bytes: it may hold a name of any length.
const LONGEST: usize = 1_000;

/// Draws `error` as [`render`] does, with the name of the file and the lines counted as there.
#[must_use]
pub fn render_from(error: &Error, source: &str, origin: Origin<'_>, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let code = error.code().to_string();
    let title = format!("error[{code}]: {}", clip(error.message()));
    let mut group = Group::with_title(Level::ERROR.no_name().primary_title(&title));
    if let Some(span) = error.span() {
        let start = boundary(source, span.range().start);
        let end = boundary(source, span.range().end).max(start);
        let annotation = AnnotationKind::Primary
            .span(start..end)
            .label(error.caret_label().map(clip));
        let snippet = Snippet::source(source)
            .line_start(origin.line)
            .path(origin.name.unwrap_or(NO_NAME))
            .annotation(annotation);
        group = group.element(snippet);
    }
    for hint in error.hints() {
        group = group.element(Level::HELP.with_name("hint").message(clip(hint)));
    }
    let drawing = renderer.render(&[group]);
    drawing.replacen(&format!("{NO_NAME}:"), "", 1)
}

/// The beginning of a text that is too long.
fn clip(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let start = text.get(..boundary(text, LONGEST)).unwrap_or_default();
    Cow::Owned(format!("{start}…"))
}

/// The last place at or before `at` that lies between two characters.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Span};

    fn check(error: &Error, source: &str, origin: Origin<'_>, expected: &str) {
        assert_eq!(render_from(error, source, origin, false), expected);
    }

    #[test]
    fn a_place_has_line_and_column() {
        let error = Error::new(Code::syntax("UndefinedVariable"), "no `m`").at(Span::new(7, 8));
        let drawn = "error[SyntaxError.UndefinedVariable]: no `m`\n --> 1:8\n  |\n\
                     1 | RETURN m\n  |        ^";
        check(&error, "RETURN m", Origin::default(), drawn);
        let script = Origin {
            name: Some("a.cypher"),
            line: 7,
        };
        let drawn = "error[SyntaxError.UndefinedVariable]: no `m`\n --> a.cypher:7:8\n  |\n\
                     7 | RETURN m\n  |        ^";
        check(&error, "RETURN m", script, drawn);
    }

    #[test]
    fn long_texts_and_odd_spans_are_drawn() {
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

//! Draws an error with the excerpt of the source that it is about.

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

/// Draws `error` as [`render`] does, with the name of the file and the lines counted as there.
#[must_use]
pub fn render_from(error: &Error, source: &str, origin: Origin<'_>, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let code = error.code().to_string();
    let title = format!("error[{code}]: {}", error.message());
    let mut group = Group::with_title(Level::ERROR.no_name().primary_title(&title));
    if let Some(span) = error.span() {
        let range = span.range();
        let range = range.start.min(source.len())..range.end.min(source.len());
        let annotation = AnnotationKind::Primary
            .span(range)
            .label(error.caret_label());
        let snippet = Snippet::source(source)
            .line_start(origin.line)
            .path(origin.name)
            .annotation(annotation);
        group = group.element(snippet);
    }
    for hint in error.hints() {
        group = group.element(Level::HELP.with_name("hint").message(hint));
    }
    renderer.render(&[group]).to_string()
}

//! How far loading has come, where standard error is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::formats::graph::Progress;

/// A bar over so many bytes; nothing where standard error is no terminal.
pub(super) fn bar(size: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{bar:30} {bytes}/{total_bytes} · {msg} · {elapsed}, {eta} left",
    );
    let bar = ProgressBar::new(size);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Moves a bar on.
pub(super) fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_position(progress.bytes);
    let (nodes, rels) = (progress.nodes, progress.rels);
    bar.set_message(format!("{nodes} nodes, {rels} relationships"));
}

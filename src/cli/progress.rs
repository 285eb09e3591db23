//! How far something has come, where standard error is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::formats::graph::Progress;

/// Whether a terminal shows how far something has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bar {
    /// It does.
    #[default]
    Shown,
    /// It does not.
    Hidden,
}

/// How often what has no measure is drawn.
const TICK: Duration = Duration::from_millis(100);

impl Bar {
    /// A bar over so many bytes.
    pub(super) fn over(self, size: u64) -> ProgressBar {
        let template = "{bar:16} {percent}% · {msg} · {eta} left";
        self.styled(ProgressBar::new(size), template)
    }

    /// A sign that something goes on that has no measure.
    pub(super) fn waiting(self, what: String) -> ProgressBar {
        let bar = self.styled(ProgressBar::new_spinner(), "{spinner} {msg} · {elapsed}");
        bar.set_message(what);
        bar.enable_steady_tick(TICK);
        bar
    }

    fn styled(self, bar: ProgressBar, template: &str) -> ProgressBar {
        if self == Self::Hidden {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Moves a bar on.
pub(super) fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_position(progress.bytes);
    let (nodes, rels) = (progress.nodes, progress.rels);
    bar.set_message(format!("{nodes} nodes, {rels} relationships"));
}

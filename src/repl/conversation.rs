//! The conversation on a terminal: asks, runs, asks again.

use std::io;

use super::complete::Vocabulary;
use super::editor::{LineEditor, Reply, SharedVocabulary};
use super::script;
use super::shell::{Outcome, Shell};
use crate::error::Origin;
use crate::syntax::split::Statements;

const PROMPT: &str = "polity> ";

/// Talks until the user leaves.
pub(super) fn run(
    shell: &mut Shell<'_>,
    editor: &mut dyn LineEditor,
    vocabulary: &SharedVocabulary,
) -> io::Result<()> {
    loop {
        vocabulary.replace(Vocabulary::of(
            &shell.session.snapshot(),
            &shell.settings.parameters,
        ));
        shell.interrupt.asking();
        let reply = editor.read(PROMPT)?;
        shell.interrupt.showing();
        let outcome = match reply {
            Reply::Text(text) => perform(shell, &text)?,
            Reply::Interrupted => Outcome::Done,
            Reply::End => Outcome::Leave,
        };
        if outcome == Outcome::Leave && may_leave(shell, editor)? {
            return Ok(());
        }
    }
}

/// Runs what was typed, up to the first that fails.
fn perform(shell: &mut Shell<'_>, text: &str) -> io::Result<Outcome> {
    for piece in Statements::split(text) {
        let line = piece.line;
        let outcome = script::perform(shell, &piece, Origin { name: None, line })?;
        if outcome != Outcome::Done {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Done)
}

/// Asks, if leaving loses changes.
fn may_leave(shell: &mut Shell<'_>, editor: &mut dyn LineEditor) -> io::Result<bool> {
    if !shell.is_unsaved() {
        return Ok(true);
    }
    shell.interrupt.asking();
    let question = "The graph has changes that were not exported (:export FOLDER). Leave? [y/N] ";
    let leave = match editor.ask(question)? {
        Reply::Text(answer) => matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"),
        Reply::Interrupted => false,
        Reply::End => true,
    };
    shell.interrupt.showing();
    Ok(leave)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::db::Database;
    use crate::repl::interrupt::Interrupt;
    use crate::repl::shell::{Mode, Settings, Streams};

    /// Replies as written down.
    struct Written(VecDeque<Reply>);

    impl LineEditor for Written {
        fn read(&mut self, _: &str) -> io::Result<Reply> {
            Ok(self.0.pop_front().unwrap_or(Reply::End))
        }

        fn ask(&mut self, _: &str) -> io::Result<Reply> {
            self.read("")
        }
    }

    /// Talks; returns the results and how many replies were not asked for.
    fn talk(replies: &[Reply]) -> (String, usize) {
        let (mut results, mut messages) = (Vec::new(), Vec::new());
        let streams = Streams {
            results: &mut results,
            messages: &mut messages,
        };
        let mut editor = Written(replies.iter().cloned().collect());
        let interrupt = Interrupt::default();
        let database = Database::new();
        let mut shell = Shell::new(
            &database,
            Settings::default(),
            streams,
            interrupt,
            Mode::Conversation,
        );
        run(&mut shell, &mut editor, &SharedVocabulary::default()).unwrap();
        (String::from_utf8(results).unwrap(), editor.0.len())
    }

    fn text(text: &str) -> Reply {
        Reply::Text(text.to_owned())
    }

    #[test]
    fn an_error_does_not_end_it() {
        let replies = [
            text("RETURN m;"),
            Reply::Interrupted,
            text("RETURN 1 AS one;"),
        ];
        assert_eq!(talk(&replies), ("one\n1\n".to_owned(), 0));
    }

    #[test]
    fn leaving_with_changes_asks() {
        let create = || text("CREATE (:A);");
        let leave = [create(), Reply::End, text("y"), text("RETURN 1;")];
        assert_eq!(talk(&leave).1, 1);
        let stay = [
            create(),
            Reply::End,
            text("n"),
            text(":quit"),
            Reply::End,
            text("RETURN 1;"),
        ];
        assert_eq!(talk(&stay).1, 1);
        let nothing_to_lose = [Reply::End, text("y")];
        assert_eq!(talk(&nothing_to_lose).1, 1);
    }
}

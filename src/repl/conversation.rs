//! The conversation on a terminal: asks, runs, asks again.

use std::io;

use super::complete::Vocabulary;
use super::editor::{LineEditor, Reply, SharedVocabulary};
use super::script;
use super::shell::{Outcome, Shell, Unclear};
use crate::error::Origin;
use crate::syntax::split::Statements;
use crate::value::Value;
use crate::value::literal::to_literal;

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
        let reply = editor.read(&prompt(shell))?;
        shell.interrupt.showing();
        let outcome = match reply {
            Reply::Text(text) => perform(shell, &text, editor)?,
            Reply::Interrupted => Outcome::Done,
            Reply::End => Outcome::Leave,
        };
        if outcome == Outcome::Leave && may_leave(shell, editor)? {
            return Ok(());
        }
    }
}

/// What stands before the cursor: a star while a transaction is open, the commit that is read where
/// that is not the last one.
fn prompt(shell: &Shell<'_>) -> String {
    match shell.session.as_of_commit() {
        Some(commit) => format!("polity@{commit}> "),
        None if shell.session.in_transaction() => "polity*> ".to_owned(),
        None => "polity> ".to_owned(),
    }
}

/// Runs what was typed, up to the first that fails.
fn perform(shell: &mut Shell<'_>, text: &str, editor: &mut dyn LineEditor) -> io::Result<Outcome> {
    for piece in Statements::split(text) {
        let line = piece.line;
        let origin = Origin { name: None, line };
        shell.unclear = None;
        let mut outcome = script::perform(shell, &piece, origin)?;
        let mut command = piece.text.trim().to_owned();
        while let Some(unclear) = shell.unclear.take() {
            let Some(clear) = ask_which(shell, &unclear, &command, editor)? else {
                break;
            };
            command = clear;
            outcome = shell.command(&command, origin)?;
        }
        if outcome != Outcome::Done {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Done)
}

/// Asks which of several things a name means; returns the command with the id of the one that was
/// chosen, if one was.
fn ask_which(
    shell: &mut Shell<'_>,
    unclear: &Unclear,
    command: &str,
    editor: &mut dyn LineEditor,
) -> io::Result<Option<String>> {
    for (place, (shown, _)) in unclear.choices.iter().enumerate() {
        shell.tell(&format!("  {}  {shown}", place + 1));
    }
    shell.interrupt.asking();
    let reply = editor.ask("Which one? [1] ")?;
    shell.interrupt.showing();
    let Reply::Text(answer) = reply else {
        return Ok(None);
    };
    let number = match answer.trim() {
        "" => Some(1),
        text => text.parse::<usize>().ok(),
    };
    let chosen = number.and_then(|number| unclear.choices.get(number.checked_sub(1)?));
    let (start, end) = (unclear.span.start as usize, unclear.span.end as usize);
    let parts = command.get(..start).zip(command.get(end..));
    Ok(chosen.zip(parts).map(|((_, id), (before, after))| {
        format!("{before}{}{after}", to_literal(&Value::from(id.as_str())))
    }))
}

/// Asks, if leaving loses changes.
fn may_leave(shell: &mut Shell<'_>, editor: &mut dyn LineEditor) -> io::Result<bool> {
    if !shell.is_unsaved() {
        return Ok(true);
    }
    shell.interrupt.asking();
    let question = if shell.session.in_transaction() {
        "A transaction is open, and leaving takes its changes back (:commit keeps them). Leave? [y/N] "
    } else {
        "The graph has changes that were not saved (:save FILE, :export PATH). Leave? [y/N] "
    };
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
    fn a_name_of_several_things_is_asked_about() {
        let create =
            "CREATE (:A {name: 'Ruth Fox', id: 'a'})-[:R]->(b:A {name: 'Ruth Fuchs', id: 'b'})";
        let path = ":path ruth -> \"Ruth Fuchs\"";
        let replies = [
            text(&format!("{create};")),
            text(path),
            text("1"),
            Reply::End,
            text("y"),
        ];
        let (results, left) = talk(&replies);
        assert!(results.contains("Ruth Fox ──r──▶ Ruth Fuchs"), "{results}");
        assert_eq!(left, 0);
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

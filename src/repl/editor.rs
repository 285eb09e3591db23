//! Line editing behind a small trait of ours, so that the conversation can be tested without a
//! terminal and the library behind it can change.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::complete::{Vocabulary, complete};
use super::highlight::paint;
use crate::syntax::split::{Completeness, is_complete};

/// What came of asking for input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// A `:command`, or one or more statements; lines are joined by `\n`.
    Text(String),
    /// Ctrl-C: what was typed is forgotten.
    Interrupted,
    /// Ctrl-D on an empty line.
    End,
}

/// Asks a person for input.
pub(super) trait LineEditor {
    /// Asks for a `:command` or a statement, over as many lines as it takes.
    fn read(&mut self, prompt: &str) -> io::Result<Reply>;

    /// Asks a question that one line answers.
    fn ask(&mut self, question: &str) -> io::Result<Reply>;
}

/// What completion knows about, shared with the conversation, which brings it up to date.
pub(super) type SharedVocabulary = Rc<RefCell<Vocabulary>>;

/// A [`LineEditor`] on the terminal, with history, highlighting and completion.
pub(super) struct Terminal {
    editor: Editor<Assistant, FileHistory>,
    history: Option<PathBuf>,
}

impl Terminal {
    /// Takes over the terminal. A history file that cannot be read or written is no error: then
    /// the history lasts as long as the conversation.
    pub(super) fn open(vocabulary: SharedVocabulary) -> io::Result<Self> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .history_ignore_space(true)
            .max_history_size(10_000)
            .and_then(|builder| builder.history_ignore_dups(true))
            .map_err(into_io)?
            .build();
        let history = FileHistory::with_config(&config);
        let mut editor = Editor::with_history(config, history).map_err(into_io)?;
        editor.set_helper(Some(Assistant {
            vocabulary,
            task: Task::Statement,
        }));
        let history = history_file();
        if let Some(path) = &history {
            // A first conversation has no history to load.
            drop(editor.load_history(path));
        }
        Ok(Self { editor, history })
    }

    fn line(&mut self, prompt: &str, task: Task) -> io::Result<Reply> {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.task = task;
        }
        match self.editor.readline(prompt) {
            Ok(text) => Ok(Reply::Text(text)),
            Err(ReadlineError::Interrupted) => Ok(Reply::Interrupted),
            Err(ReadlineError::Eof) => Ok(Reply::End),
            Err(error) => Err(into_io(error)),
        }
    }

    /// Keeps `text` for the arrow keys, in this conversation and the next ones.
    fn remember(&mut self, text: &str) {
        let added = self.editor.add_history_entry(text.trim_end());
        if let (Ok(true), Some(path)) = (added, &self.history)
            && self.editor.append_history(path).is_err()
        {
            self.history = None;
        }
    }
}

impl LineEditor for Terminal {
    fn read(&mut self, prompt: &str) -> io::Result<Reply> {
        let reply = self.line(prompt, Task::Statement)?;
        if let Reply::Text(text) = &reply
            && !text.trim().is_empty()
        {
            self.remember(text);
        }
        Ok(reply)
    }

    fn ask(&mut self, question: &str) -> io::Result<Reply> {
        self.line(question, Task::Answer)
    }
}

fn into_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// The history file in the user's data folder, which is made where it is missing.
fn history_file() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".local/share")))?
        .join("polity");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

/// What the terminal is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// A `:command` or statements.
    Statement,
    /// The answer to a question.
    Answer,
}

/// Stands by while a line is edited.
struct Assistant {
    vocabulary: SharedVocabulary,
    task: Task,
}

impl Helper for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if self.task == Task::Answer {
            return Ok((position, Vec::new()));
        }
        let typed = line.get(..position).unwrap_or(line);
        let (start, candidates) = complete(typed, &self.vocabulary.borrow());
        let pair = |text: String| Pair {
            display: text.clone(),
            replacement: text,
        };
        Ok((start, candidates.into_iter().map(pair).collect()))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.task {
            Task::Statement => Cow::Owned(paint(line)),
            Task::Answer => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.task == Task::Statement
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let whole = self.task == Task::Answer
            || matches!(
                is_complete(context.input()),
                Completeness::Empty | Completeness::Complete
            );
        Ok(if whole {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

//! `polity import`: graphs into a store file, as one commit.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::{process, thread};

use super::files::shown;
use super::store::is_store;
use super::{
    Bar, DiffFormat, FAILED, FINE, INTERRUPTED, IdTypeArgument, ImportArguments, Opened, Opening,
    Prefer, Refusal, lost, open_with,
};
use crate::db::{
    Access, ChangeSet, Conflict, Database, FileOptions, Preference, Session, Snapshot,
};
use crate::error;
use crate::formats::compare::Element;
use crate::formats::graph::csv::IdType;
use crate::formats::rows::json_value;
use crate::value::Value;

/// How many conflicts are listed as text.
const LISTED: usize = 100;

/// Loads graphs into a store file, which is made if there is none; returns the exit status. Where a
/// source contradicts what is there and nobody has said which to prefer, nothing is imported.
///
/// # Errors
/// A graph cannot be loaded, or the store cannot be opened or written.
pub fn import(
    arguments: &ImportArguments,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<u8, Refusal> {
    check_names(arguments)?;
    let mut import = Import {
        arguments,
        messages,
        done: Done::default(),
    };
    if arguments.store.exists() {
        import.extend()?;
    } else {
        import.make()?;
    }
    let Import { messages, done, .. } = import;
    let told = match arguments.format {
        DiffFormat::Text => done.write_text(arguments, out),
        DiffFormat::Json => done.write_json(arguments, out),
    };
    if let Err(error) = told.and_then(|()| out.flush()) {
        return Ok(lost(&error, messages));
    }
    if !done.is_refused(arguments) {
        return Ok(FINE);
    }
    let conflicts = count(done.conflicts.len(), "conflict");
    // Without a place for messages there is nobody to tell.
    drop(writeln!(
        messages,
        "error: {conflicts}; nothing was imported\n  \
         hint: `--prefer store` keeps what is there, `--prefer source` takes what is new; all else \
         is added in either case"
    ));
    Ok(FAILED)
}

/// Refuses what is no name of a store, and a store that is its own source.
fn check_names(arguments: &ImportArguments) -> Result<(), Refusal> {
    let store = arguments.store.as_path();
    if !is_store(store) {
        let name = shown(store);
        let message = format!("`{name}` is no name of a store: it ends in .polity");
        return Err(Refusal::Usage(message));
    }
    let Ok(real) = fs::canonicalize(store) else {
        return Ok(());
    };
    let is_real = |path: &Path| fs::canonicalize(path).is_ok_and(|path| path == real);
    if arguments.sources.iter().any(|source| is_real(source)) {
        let message = format!("`{}` is both a source and the store", shown(store));
        return Err(Refusal::Usage(message));
    }
    Ok(())
}

/// An import on its way.
struct Import<'a> {
    arguments: &'a ImportArguments,
    messages: &'a mut dyn Write,
    done: Done,
}

/// What was imported, or would have been without conflicts.
#[derive(Default)]
struct Done {
    nodes: Tally,
    rels: Tally,
    left_out: u64,
    /// Each as it is shown.
    conflicts: Vec<String>,
    commit: Option<u64>,
    is_new: bool,
}

#[derive(Default)]
struct Tally {
    added: usize,
    changed: usize,
}

impl Import<'_> {
    /// Makes a store of the first source with what the others add.
    fn make(&mut self) -> Result<(), Refusal> {
        let (first, others) = self
            .arguments
            .sources
            .split_first()
            .expect("the arguments have a source");
        let graph = self.open(first)?;
        self.done.is_new = true;
        self.done.nodes.added = graph.node_count();
        self.done.rels.added = graph.rel_count();
        // In memory, also if it comes from a store.
        let database = Database::from_snapshot(graph);
        let mut session = database.session();
        for source in others {
            self.merge(source, &mut session)?;
        }
        if self.done.is_refused(self.arguments) {
            return Ok(());
        }
        let store = self.arguments.store.as_path();
        remove_on_interrupt(store);
        let keep = self.arguments.keep_history.unwrap_or_default();
        let message = self.message();
        self.write(|| database.save(store, Some(&message), keep))?;
        // An empty graph is no commit.
        self.done.commit = (!database.snapshot().is_blank()).then_some(1);
        // Freeing what millions of elements hold takes long; nobody has to wait for it.
        thread::spawn(move || drop((session, database)));
        Ok(())
    }

    /// Adds the sources to a store, in one transaction.
    fn extend(&mut self) -> Result<(), Refusal> {
        let options = FileOptions {
            access: Access::Write,
            keep_history: self.arguments.keep_history,
            ..FileOptions::default()
        };
        let store = self.arguments.store.as_path();
        let database = Database::open_with(store, options).map_err(Refusal::Store)?;
        let before = database.snapshot().version();
        let mut session = database.session();
        session.begin().map_err(Refusal::Store)?;
        for source in &self.arguments.sources {
            self.merge(source, &mut session)?;
        }
        if self.done.is_refused(self.arguments) {
            return session.rollback().map_err(Refusal::Store);
        }
        let message = self.message();
        self.write(|| session.commit(Some(&message)))?;
        let after = database.snapshot().version();
        self.done.commit = (after > before).then_some(after);
        Ok(())
    }

    /// Adds a source to what a session sees.
    fn merge(&mut self, source: &Path, session: &mut Session) -> Result<(), Refusal> {
        let graph = self.open(source)?;
        let before = session.snapshot();
        let preference = match self.arguments.prefer {
            None | Some(Prefer::Store) => Preference::Known,
            Some(Prefer::Source) => Preference::New,
        };
        let changes = session.merge(&graph, preference).map_err(Refusal::Store)?;
        self.note(source, &changes, &before);
        Ok(())
    }

    fn note(&mut self, source: &Path, changes: &ChangeSet, before: &Snapshot) {
        let done = &mut self.done;
        done.nodes.added += changes.nodes.len();
        done.nodes.changed += changes.node_changes.len();
        done.rels.added += changes.rels.len();
        done.rels.changed += changes.rel_changes.len();
        let source = shown(source);
        let told = changes.conflicts.iter().map(|conflict| {
            match (self.arguments.format, self.arguments.prefer) {
                (DiffFormat::Json, prefer) => json(conflict, prefer, &source, before),
                (DiffFormat::Text, None) => conflict.question(&source),
                (DiffFormat::Text, Some(_)) => format!("{source}: {conflict}"),
            }
        });
        done.conflicts.extend(told);
    }

    /// Loads a source, and says what somebody should look at.
    fn open(&mut self, source: &Path) -> Result<Snapshot, Refusal> {
        let opening = Opening {
            id_type: match self.arguments.id_type {
                None => IdType::Infer,
                Some(IdTypeArgument::String) => IdType::String,
                Some(IdTypeArgument::Integer) => IdType::Integer,
            },
            skip_bad_rows: self.arguments.skip_bad_rows,
            bar: self.bar(),
            ..Opening::to_read(self.arguments.from)
        };
        let opened = open_with(Some(source), &opening)?.whole()?;
        let graph = Snapshot::clone(&opened.database.snapshot());
        self.warn(source, &opened, &graph);
        self.done.left_out += opened.left_out;
        Ok(graph)
    }

    fn warn(&mut self, source: &Path, opened: &Opened, graph: &Snapshot) {
        if self.arguments.quiet {
            return;
        }
        // Without a place for messages there is nobody to tell.
        drop(write!(self.messages, "{}", opened.warnings));
        if opened.left_out > 0 {
            let rows = graph.node_count() + graph.rel_count();
            drop(writeln!(
                self.messages,
                "{}: {} bad rows left out, {rows} rows kept",
                shown(source),
                opened.left_out
            ));
        }
    }

    /// Does what takes as long as the disk needs.
    fn write(&self, write: impl FnOnce() -> error::Result<()>) -> Result<(), Refusal> {
        let store = shown(&self.arguments.store);
        let bar = self.bar().waiting(format!("writing {store}"));
        let written = write();
        bar.finish_and_clear();
        written.map_err(Refusal::Store)
    }

    fn bar(&self) -> Bar {
        if self.arguments.quiet {
            Bar::Hidden
        } else {
            Bar::Shown
        }
    }

    /// What the history says.
    fn message(&self) -> String {
        let sources = self.arguments.sources.iter().map(|source| shown(source));
        let names: Vec<String> = sources.collect();
        let message = self.arguments.message.clone();
        message.unwrap_or_else(|| format!("import of {}", names.join(", ")))
    }
}

impl Done {
    /// Returns whether somebody has to decide first.
    fn is_refused(&self, arguments: &ImportArguments) -> bool {
        arguments.prefer.is_none() && !self.conflicts.is_empty()
    }

    fn write_text(&self, arguments: &ImportArguments, out: &mut dyn Write) -> io::Result<()> {
        for conflict in self.conflicts.iter().take(LISTED) {
            writeln!(out, "{conflict}")?;
        }
        if self.conflicts.len() > LISTED {
            let more = self.conflicts.len() - LISTED;
            writeln!(out, "{more} more; `--format json` lists them all")?;
        }
        if self.is_refused(arguments) || arguments.quiet {
            return Ok(());
        }
        let store = shown(&arguments.store);
        let (nodes, rels) = (&self.nodes, &self.rels);
        if self.is_new {
            let (nodes, rels) = (nodes.added, rels.added);
            return writeln!(out, "{store}: {nodes} nodes, {rels} relationships");
        }
        let Some(commit) = self.commit else {
            return writeln!(out, "{store}: nothing new");
        };
        writeln!(
            out,
            "{store}: nodes: {} added, {} changed; relationships: {} added, {} changed; commit {commit}",
            nodes.added, nodes.changed, rels.added, rels.changed
        )
    }

    fn write_json(&self, arguments: &ImportArguments, out: &mut dyn Write) -> io::Result<()> {
        let head = serde_json::json!({
            "store": shown(&arguments.store),
            "commit": self.commit,
            "nodes": {"added": self.nodes.added, "changed": self.nodes.changed},
            "relationships": {"added": self.rels.added, "changed": self.rels.changed},
            "bad_rows": self.left_out,
        });
        let head = head.to_string();
        let members = head.strip_suffix('}').unwrap_or(&head);
        write!(out, "{members},\"conflicts\":[")?;
        for (place, conflict) in self.conflicts.iter().enumerate() {
            let separator = if place > 0 { "," } else { "" };
            write!(out, "{separator}\n{conflict}")?;
        }
        writeln!(out, "]}}")
    }
}

/// A conflict as an object; `before` is the graph in which its element stands.
fn json(conflict: &Conflict, prefer: Option<Prefer>, source: &str, before: &Snapshot) -> String {
    let element = match conflict.element {
        Element::Node(node) => Value::Node(node),
        Element::Rel(rel) => Value::Rel(rel),
        Element::Schema => Value::Null,
    };
    let value = |value: &Value| {
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        drop(json_value(value, before, &mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let stays = prefer.map(|prefer| match prefer {
        Prefer::Store => "store",
        Prefer::Source => "source",
    });
    format!(
        "{{\"source\":{},\"element\":{},\"key\":{},\"known\":{},\"new\":{},\"stays\":{}}}",
        value(&source.into()),
        value(&element),
        value(&(&*conflict.key).into()),
        value(&conflict.known),
        value(&conflict.new),
        value(&stays.map_or(Value::Null, Value::from)),
    )
}

/// Sees to it that Ctrl-C leaves nothing of a store that is not whole.
fn remove_on_interrupt(store: &Path) {
    let store = store.to_path_buf();
    // Only a second listener is refused.
    drop(ctrlc::set_handler(move || {
        Database::remove_drafts(&store);
        process::exit(INTERRUPTED)
    }));
}

/// `1 conflict`, `2 conflicts`.
fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

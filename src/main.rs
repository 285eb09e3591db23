//! The program: reads the command line, opens the graph, and hands over to the room that answers.

use std::io::{self, BufReader, BufWriter, Cursor, IsTerminal, Write};
use std::process::ExitCode;

use polity::cli::{
    self, AnswerArguments, Arguments, Bar, Command, DurabilityArgument, ErrorStream,
    ExportArguments, Input, LogArguments, Opened, Opening, Refusal,
};
use polity::db::{Access, Database, Durability, FileOptions};
use polity::formats::graph::GraphFormat;
use polity::formats::graph::dot::Surroundings;
use polity::repl::{self, ErrorsTo, Format, Script, Settings, Streams, Target};

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads is no error.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(cli::WRONG_USE));
        }
    };
    let mut results = BufWriter::new(io::stdout().lock());
    let mut messages = anstream::stderr();
    let streams = Streams {
        results: &mut results,
        messages: &mut messages,
    };
    let status = match &arguments.command {
        None => answer(&arguments.answer, streams),
        Some(Command::Check(check)) => Ok(cli::check(check, streams.results, streams.messages)),
        Some(Command::Import(import)) => cli::import(import, streams.results, streams.messages),
        Some(Command::Export(export)) => self::export(export, streams),
        Some(Command::Log(log)) => self::log(log, streams),
        Some(Command::Diff(diff)) => cli::diff(diff, streams.results, streams.messages),
    };
    ExitCode::from(status.unwrap_or_else(|refusal| {
        // Without a place for messages there is nobody to tell.
        drop(writeln!(messages, "{refusal}"));
        refusal.status()
    }))
}

/// Answers statements; returns the exit status.
fn answer(arguments: &AnswerArguments, streams: Streams<'_>) -> Result<u8, Refusal> {
    let settings = settings(arguments)?;
    let scripts = scripts(&arguments.inputs)?;
    let graph = arguments.graph.as_deref();
    let opened = cli::open_with(graph, &opening(arguments))?;
    let Opened {
        database, warnings, ..
    } = opened;
    if let Some(commit) = arguments.as_of_commit {
        database.at(commit).map_err(Refusal::Store)?;
    }
    if !arguments.quiet {
        drop(write!(streams.messages, "{warnings}"));
        if arguments.as_of.is_some() && database.snapshot().schema().dataset.time.is_none() {
            let text = "the graph does not say when things hold: all of it holds at any moment";
            drop(writeln!(streams.messages, "{text}"));
        }
    }
    let status = if scripts.is_empty() {
        repl::converse(&database, settings, streams)
    } else {
        repl::run_scripts(&database, settings, streams, scripts)
    };
    // What `--durability relaxed` has not written yet, or could not write.
    database.sync().map_err(Refusal::Store)?;
    Ok(status)
}

/// How the graph is opened.
fn opening(arguments: &AnswerArguments) -> Opening {
    let file = FileOptions {
        access: if arguments.read_only {
            Access::Read
        } else {
            Access::Write
        },
        durability: match arguments.durability {
            DurabilityArgument::Full => Durability::Full,
            DurabilityArgument::Relaxed => Durability::Relaxed,
        },
        keep_history: arguments.keep_history,
    };
    Opening {
        from: arguments.from,
        file,
        bar: if arguments.quiet {
            Bar::Hidden
        } else {
            Bar::Shown
        },
        ..Opening::default()
    }
}

/// Shows the commits of a store; returns the exit status.
fn log(arguments: &LogArguments, streams: Streams<'_>) -> Result<u8, Refusal> {
    let Opened { database, .. } = cli::open(Some(&arguments.store), None)?;
    let target = target();
    let settings = Settings {
        format: Format::named(&arguments.format, target).unwrap_or(Format::Csv),
        target,
        ..Settings::default()
    };
    let command = text(":log".to_owned());
    Ok(repl::run_scripts(&database, settings, streams, [command]))
}

fn target() -> Target {
    if io::stdout().is_terminal() {
        Target::Terminal
    } else {
        Target::Elsewhere
    }
}

fn settings(arguments: &AnswerArguments) -> Result<Settings, Refusal> {
    let target = target();
    Ok(Settings {
        format: Format::named(&arguments.format, target).unwrap_or(Format::Csv),
        target,
        parameters: cli::parameters(arguments)?,
        timeout: arguments.timeout,
        memory_limit: arguments.memory_limit,
        max_rows: arguments.max_rows,
        surroundings: if arguments.highlight {
            Surroundings::Neighbors
        } else {
            Surroundings::Nothing
        },
        as_of: arguments.as_of.clone(),
        as_of_commit: arguments.as_of_commit,
        busy_timeout: arguments.busy_timeout,
        read_only: arguments.read_only,
        folders: arguments.folders.clone(),
        quiet: arguments.quiet,
        keep_going: arguments.keep_going,
        errors: match arguments.errors {
            ErrorStream::Stdout => ErrorsTo::Results,
            ErrorStream::Stderr => ErrorsTo::Messages,
        },
    })
}

/// What `-c` and `-f` name, else standard input; nothing if a person sits there.
fn scripts(inputs: &[Input]) -> Result<Vec<Script>, Refusal> {
    if inputs.is_empty() && !io::stdin().is_terminal() {
        return Ok(vec![Script {
            name: None,
            input: Box::new(io::stdin().lock()),
        }]);
    }
    inputs.iter().map(script).collect()
}

fn script(input: &Input) -> Result<Script, Refusal> {
    Ok(match input {
        Input::Text(query) => text(query.clone()),
        Input::File(path) => Script {
            name: Some(path.display().to_string()),
            input: Box::new(BufReader::new(cli::open_script(path)?)),
        },
    })
}

fn text(statements: String) -> Script {
    Script {
        name: None,
        input: Box::new(Cursor::new(statements)),
    }
}

/// Writes a graph, or what a query returns; returns the exit status.
fn export(arguments: &ExportArguments, mut streams: Streams<'_>) -> Result<u8, Refusal> {
    let opened = cli::open(arguments.graph.as_deref(), arguments.from)?;
    let Opened {
        database, warnings, ..
    } = match &arguments.query {
        None => opened.whole()?,
        Some(_) => opened,
    };
    drop(write!(streams.messages, "{warnings}"));
    let database = match (&arguments.query, arguments.format()) {
        (None, _) => database,
        // A picture shows paths as what they are.
        (Some(query), GraphFormat::Dot) => {
            return Ok(draw(arguments, &database, query, &mut streams));
        }
        (Some(query), _) => match cli::part(&database, query) {
            Ok(part) => part,
            Err(reason) => {
                drop(writeln!(streams.messages, "{reason}"));
                return Ok(cli::FAILED);
            }
        },
    };
    let Streams { results, messages } = streams;
    cli::export(arguments, &database, results, messages)
}

/// Draws what statements return; returns the exit status.
fn draw(
    arguments: &ExportArguments,
    database: &Database,
    query: &str,
    streams: &mut Streams<'_>,
) -> u8 {
    let settings = Settings {
        format: Format::Dot,
        read_only: true,
        ..Settings::default()
    };
    let mut picture = Vec::new();
    let into_picture = Streams {
        results: &mut picture,
        messages: &mut *streams.messages,
    };
    let scripts = [text(query.to_owned())];
    match repl::run_scripts(database, settings, into_picture, scripts) {
        cli::FINE => cli::save(arguments, &picture, streams.results, streams.messages),
        failed => failed,
    }
}

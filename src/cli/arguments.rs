//! What the command line may say: one definition that gives parsing, `--help` and usage errors.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::db::KeepHistory;
use crate::formats::graph::GraphFormat;
use crate::value::Value;
use crate::value::temporal::read_moment;

/// The names of the output formats.
const FORMATS: [&str; 9] = [
    "auto", "table", "csv", "tsv", "json", "jsonl", "markdown", "line", "dot",
];

/// How the program ends, for `--help` and the reference page alike.
const EXIT_STATUS: &str = "\
Exit status: 0; 1 for an error in query or data, a time-out or a limit; 2 for wrong usage and for a
GRAPH that does not exist; 130 after Ctrl-C. Results go to standard output, everything else to
standard error. A graph that is named like a command is written ./check.";

/// A knowledge-graph store with openCypher: who stands where, on which day, and who says so.
///
/// Without GRAPH, polity opens the governance graph that is built into the program. Without -c and
/// -f it reads statements from standard input: on a terminal in a conversation (:help explains it),
/// elsewhere as a script.
#[derive(Clone, Debug, Parser)]
#[command(name = "polity", version, after_help = EXIT_STATUS, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do other than to answer statements.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to answer statements.
    #[command(flatten)]
    pub answer: AnswerArguments,
}

/// The commands beside answering statements.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Load graphs and report every error with file, line and column
    Check(CheckArguments),
    /// Load graphs into a store file, which is made if there is none
    Import(ImportArguments),
    /// Write a graph, or what a query returns, in another form
    Export(ExportArguments),
    /// Show the commits of a store file
    Log(LogArguments),
    /// Show what was added, removed and changed between two graphs
    Diff(DiffArguments),
}

/// The arguments of `polity [GRAPH]`.
#[derive(Clone, Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct AnswerArguments {
    /// A store file (*.polity), a data-set folder, a folder of CSV files with neo4j-admin headers, or
    /// a file in another format that graphs come in: .jsonl, .cypher, …
    pub graph: Option<PathBuf>,
    /// The format of GRAPH, where the end of its name does not say it
    #[arg(long, value_name = "FORMAT", value_parser = read_formats())]
    pub from: Option<GraphFormat>,
    /// Run these statements and end; may be given several times
    #[arg(short, long, value_name = "QUERY")]
    command: Vec<String>,
    /// Run this script and end; may be given several times
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// What `-c` and `-f` name, in the order of the command line.
    #[arg(skip)]
    pub inputs: Vec<Input>,
    /// How to write results; auto is a table on a terminal and CSV elsewhere
    #[arg(long, value_name = "NAME", default_value = "auto")]
    #[arg(value_parser = PossibleValuesParser::new(FORMATS))]
    pub format: String,
    /// Set a parameter to a literal of the query language: --param name="'China'"
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub parameters: Vec<(String, String)>,
    /// Set parameters from a file that holds one JSON object
    #[arg(long = "params", value_name = "FILE.json")]
    pub parameter_files: Vec<PathBuf>,
    /// Stop a statement that takes longer than this
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Stop a statement that needs more memory than this, such as 512MiB; 2GiB if not given
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory_limit: Option<usize>,
    /// Write at most this many rows of each result, and say how many were left out
    #[arg(long, value_name = "N")]
    pub max_rows: Option<usize>,
    /// Draw the neighbors of paths too, pale, so that the paths stand out (with --format dot)
    #[arg(long)]
    pub highlight: bool,
    /// Read the graph as it was at this moment, where a clause does not say AS OF itself: 2025-12-17
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub as_of: Option<Value>,
    /// Read a store as it was known after this commit: --as-of-commit 12
    #[arg(long, value_name = "COMMIT")]
    pub as_of_commit: Option<u64>,
    /// Refuse statements that change the graph; a store file stays as it is, byte by byte
    #[arg(long)]
    pub read_only: bool,
    /// When a commit to a store is acknowledged
    #[arg(long, value_name = "WHEN", default_value = "full")]
    pub durability: DurabilityArgument,
    /// How long a statement that changes the graph waits while another one does; 5 if not given
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub busy_timeout: Option<Duration>,
    /// How much history a store keeps from now on: all, none, a number of commits, or of days (90d)
    #[arg(long, value_name = "HOW MUCH", value_parser = keep_history)]
    pub keep_history: Option<KeepHistory>,
    /// Let LOAD CSV read files in this folder; may be given several times
    #[arg(long = "allow-folder", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Leave out everything but results and errors
    #[arg(short, long)]
    pub quiet: bool,
    /// Go on after an error; the exit status is 1 in the end
    #[arg(long)]
    pub keep_going: bool,
    /// Where errors go; on standard output each is one line that begins with error:
    #[arg(long, value_name = "STREAM", default_value = "stderr")]
    pub errors: ErrorStream,
}

/// Where errors go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ErrorStream {
    /// Standard output, one line each, between the results.
    Stdout,
    /// Standard error, drawn with the excerpt of the statement.
    Stderr,
}

/// When a commit is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DurabilityArgument {
    /// When it is on disk: neither a kill nor a loss of power takes it.
    Full,
    /// At once; it is on disk a tenth of a second later. A kill or a loss of power takes the commits
    /// of that time, the last first, never a part of one.
    Relaxed,
}

/// The arguments of `polity import`.
#[derive(Clone, Debug, Args)]
pub struct ImportArguments {
    /// Data-set folders, folders of CSV files with neo4j-admin headers, files in other formats that
    /// graphs come in (.jsonl, .cypher, …), store files
    #[arg(value_name = "SOURCE", required = true)]
    pub sources: Vec<PathBuf>,
    /// The store file: made if there is none, else extended
    #[arg(value_name = "STORE.polity", required = true)]
    pub store: PathBuf,
    /// The format of the sources, where the ends of their names do not say it
    #[arg(long, value_name = "FORMAT", value_parser = read_formats())]
    pub from: Option<GraphFormat>,
    /// Which value stays where a source contradicts the store; without it nothing is imported then
    #[arg(long, value_name = "WHICH")]
    pub prefer: Option<Prefer>,
    /// What ids in columns `:ID` of CSV files are that do not say it; found out if not given
    #[arg(long, value_name = "TYPE")]
    pub id_type: Option<IdTypeArgument>,
    /// Leave out bad rows of CSV files, and say which; without it they keep all from being imported
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// What the history says about it
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    /// How much history the store keeps from now on: all, none, a number of commits, or of days (90d)
    #[arg(long, value_name = "HOW MUCH", value_parser = keep_history)]
    pub keep_history: Option<KeepHistory>,
    /// How to write what was imported, and the conflicts
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub format: DiffFormat,
    /// Leave out everything but conflicts and errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// Which value stays where two contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Prefer {
    /// The one in the store.
    Store,
    /// The one in the source.
    Source,
}

/// What ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IdTypeArgument {
    /// Texts, whatever they look like.
    String,
    /// Integers; anything else is an error.
    Integer,
}

/// The arguments of `polity log`.
#[derive(Clone, Debug, Args)]
pub struct LogArguments {
    /// The store file
    #[arg(value_name = "STORE.polity")]
    pub store: PathBuf,
    /// How to write it; auto is a table on a terminal and CSV elsewhere
    #[arg(long, value_name = "NAME", default_value = "auto")]
    #[arg(value_parser = PossibleValuesParser::new(FORMATS))]
    pub format: String,
}

/// The arguments of `polity check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// What to check: store files, data-set folders, folders of CSV files, files in other formats
    #[arg(required = true, value_name = "GRAPH")]
    pub graphs: Vec<PathBuf>,
    /// The format of the graphs, where the ends of their names do not say it
    #[arg(long, value_name = "FORMAT", value_parser = read_formats())]
    pub from: Option<GraphFormat>,
}

/// The arguments of `polity export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArguments {
    /// The graph to write; without it the built-in governance graph
    pub graph: Option<PathBuf>,
    /// The form to write it in; if missing, the end of the file's name says it
    #[arg(long, visible_alias = "format", value_name = "FORMAT", value_parser = written_formats())]
    #[arg(required_unless_present = "output")]
    to: Option<GraphFormat>,
    /// The file to write, or the folder (dataset, csv); a file goes to standard output without it
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Write only what these statements return: nodes, relationships with their ends, paths
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// The format of GRAPH, where the end of its name does not say it
    #[arg(long, value_name = "FORMAT", value_parser = read_formats())]
    pub from: Option<GraphFormat>,
}

impl ExportArguments {
    /// Returns the format to write.
    #[must_use]
    pub fn format(&self) -> GraphFormat {
        let named = self.output.as_deref().and_then(GraphFormat::of);
        self.to.or(named).unwrap_or(GraphFormat::Dataset)
    }

    /// Says what is missing or makes no sense.
    fn mistake(&self) -> Option<(ErrorKind, String)> {
        let named = self.output.as_deref().and_then(GraphFormat::of);
        if self.to.or(named).is_none() {
            let reason = "the name after -o does not say the format; --to FORMAT does";
            return Some((ErrorKind::MissingRequiredArgument, reason.to_owned()));
        }
        let format = self.format();
        if format.is_folder() && self.output.is_none() {
            let name = format.name();
            let reason = format!("--to {name} writes a folder; name it with -o");
            return Some((ErrorKind::MissingRequiredArgument, reason));
        }
        None
    }
}

/// The arguments of `polity diff`.
#[derive(Clone, Debug, Args)]
pub struct DiffArguments {
    /// The graph before
    pub before: PathBuf,
    /// The graph after
    pub after: PathBuf,
    /// How to write the difference
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub format: DiffFormat,
    /// The format of both graphs, where the ends of their names do not say it
    #[arg(long, value_name = "FORMAT", value_parser = read_formats())]
    pub from: Option<GraphFormat>,
    /// End with status 1 if the graphs differ
    #[arg(long)]
    pub exit_code: bool,
}

/// How a difference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// A line for each element and each change, for people.
    Text,
    /// One JSON object.
    Json,
}

/// Reads the name of a format that graphs are written in.
fn written_formats() -> impl TypedValueParser<Value = GraphFormat> {
    format_names(GraphFormat::all())
}

/// Reads the name of a format that graphs are read from.
fn read_formats() -> impl TypedValueParser<Value = GraphFormat> {
    format_names(GraphFormat::all().filter(|format| format.is_read()))
}

fn format_names(
    formats: impl Iterator<Item = GraphFormat>,
) -> impl TypedValueParser<Value = GraphFormat> {
    let names: Vec<&'static str> = formats.map(GraphFormat::name).collect();
    PossibleValuesParser::new(names)
        .map(|name| GraphFormat::named(&name).expect("only names of formats are possible"))
}

/// Statements that the command line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The text after `-c`.
    Text(String),
    /// The file after `-f`.
    File(PathBuf),
}

impl Arguments {
    /// Parses the words of a command line, the program's own name first.
    ///
    /// # Errors
    /// A wrong usage, or a request for help or the version, as clap words it.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(words)?;
        let mut arguments =
            Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        arguments.answer.inputs = inputs(&matches);
        if let Some(Command::Export(export)) = &arguments.command
            && let Some((kind, reason)) = export.mistake()
        {
            return Err(command.error(kind, reason));
        }
        Ok(arguments)
    }
}

/// Brings the values of `-c` and `-f` together, in the order in which they were written.
fn inputs(matches: &ArgMatches) -> Vec<Input> {
    let texts =
        occurrences::<String>(matches, "command").map(|(index, text)| (index, Input::Text(text)));
    let files =
        occurrences::<PathBuf>(matches, "file").map(|(index, path)| (index, Input::File(path)));
    let mut inputs: Vec<(usize, Input)> = texts.chain(files).collect();
    inputs.sort_by_key(|(index, _)| *index);
    inputs.into_iter().map(|(_, input)| input).collect()
}

/// The values of an option, each with its place on the command line.
fn occurrences<'a, T: Clone + Send + Sync + 'static>(
    matches: &'a ArgMatches,
    id: &str,
) -> impl Iterator<Item = (usize, T)> + 'a {
    let indices = matches.indices_of(id).into_iter().flatten();
    let values = matches.get_many::<T>(id).into_iter().flatten().cloned();
    indices.zip(values)
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            let name = name.trim().trim_start_matches('$');
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("expected NAME=VALUE, such as name=\"'China'\"".to_owned()),
    }
}

/// Parses how much history is kept: `all`, `none`, `100`, `90d`.
fn keep_history(text: &str) -> Result<KeepHistory, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
    match (text, days, text.parse()) {
        ("all", ..) => Ok(KeepHistory::All),
        ("none", ..) | (_, _, Ok(0)) => Ok(KeepHistory::None),
        (_, Some(days), _) => Ok(KeepHistory::Days(days)),
        (_, None, Ok(commits)) => Ok(KeepHistory::Commits(commits)),
        (_, None, Err(_)) => Err("expected all, none, a number, or days such as 90d".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "expected more than zero seconds".to_owned())
}

/// Parses a date, or a date and time.
fn moment(text: &str) -> Result<Value, String> {
    read_moment(&Value::from(text)).map_err(|error| error.to_string())
}

/// Parses a number of bytes: `65536`, `512KiB`, `1.5 GB`; units of 1,000 and of 1,024.
fn size(text: &str) -> Result<usize, String> {
    const UNITS: [(&str, f64); 9] = [
        ("", 1.0),
        ("B", 1.0),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("K", 1024.0),
        ("M", 1_048_576.0),
        ("G", 1_073_741_824.0),
        ("T", 1_099_511_627_776.0),
    ];
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_ascii_uppercase();
    let unit = unit.strip_suffix("IB").unwrap_or(&unit);
    let factor = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor);
    let bytes = number
        .parse::<f64>()
        .ok()
        .zip(factor)
        .map(|(number, factor)| number * factor);
    match bytes {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked, and the cast saturates"
        )]
        Some(bytes) if bytes >= 1.0 => Ok(bytes as usize),
        _ => Err("expected a size such as 65536, 512MiB or 2GB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::read(line.split(' ').map(OsString::from))
    }

    #[test]
    fn definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn inputs_keep_the_order_of_the_command_line() {
        let arguments = read("polity graph -c one -f two.cypher -c three").unwrap();
        let expected = [
            Input::Text("one".into()),
            Input::File("two.cypher".into()),
            Input::Text("three".into()),
        ];
        assert_eq!(arguments.answer.inputs, expected);
        assert_eq!(arguments.answer.graph, Some("graph".into()));
    }

    #[test]
    fn a_graph_may_be_named_like_a_command() {
        assert!(read("polity ./check").unwrap().command.is_none());
        assert!(read("polity check").is_err(), "`check` needs a graph");
        assert!(read("polity check check").unwrap().command.is_some());
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("65536"), Ok(65_536));
        assert_eq!(size("512KiB"), Ok(524_288));
        assert_eq!(size("1.5 GB"), Ok(1_500_000_000));
        assert_eq!(size("2g"), Ok(2_147_483_648));
        for wrong in ["", "x", "-1", "0", "1 XB", "1e3", "KiB", "1..2"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn history_is_kept_by_number_or_days() {
        assert_eq!(keep_history("all"), Ok(KeepHistory::All));
        assert_eq!(keep_history("none"), Ok(KeepHistory::None));
        assert_eq!(keep_history("0"), Ok(KeepHistory::None));
        assert_eq!(keep_history("100"), Ok(KeepHistory::Commits(100)));
        assert_eq!(keep_history("90d"), Ok(KeepHistory::Days(90)));
    }

    #[test]
    fn wrong_values_are_refused() {
        for wrong in [
            "polity --param novalue",
            "polity --timeout 0",
            "polity --timeout -3",
            "polity --timeout nan",
            "polity --as-of 17.12.2025",
            "polity --format svg",
            "polity one two",
            "polity --keep-history some",
            "polity --keep-history 9w",
            "polity --durability none",
            "polity --as-of-commit -1",
            "polity import a",
            "polity export g --to dataset",
            "polity export g --to csv",
            "polity export g --to picture",
            "polity export g",
            "polity export g -o g.txt",
            "polity --from dot g",
            "polity -c x check g",
            "polity diff g",
            "polity diff g h --format table",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

//! What the store file costs, beside what the machine asks for the same without a store.
//!
//! `POLITY_BENCH_GRAPH=folder cargo bench --bench store` takes a folder of CSV files with
//! neo4j-admin headers; without it files are made up. Queries ask for nodes with the label `Actor`
//! and integers for `id`. `-- import`, `-- open`, `-- index`, `-- commit`, `-- grow` measures one of
//! these only:
//!
//! - import: the files into a store, beside the `csv` crate reading them on as many threads, once
//!   into fields and once into typed values; the size of the store beside that of the files;
//! - open: until the first answer, beside reading the bytes of the file; also after the program was
//!   killed in a commit, and with a long log;
//! - index: opening with an index and a constraint, and the first answer through them;
//! - commit: small changes in one second, alone and from eight sessions, beside appending a line to
//!   a file and syncing it;
//! - grow: how large the file becomes while the same values are changed over and over.
//!
//! The fastest of several rounds counts, and what is compared takes turns within a round, as other
//! programs on the machine only ever add time. `POLITY_BENCH_ROUNDS` says how many rounds,
//! `POLITY_BENCH_FOLDER` where stores are put: on the disk that is meant.

mod commits;
mod growth;
mod imports;
mod made_up;
mod opening;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use polity::cli;
use polity::db::{Database, KeepHistory};

fn main() {
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if let [child, path, manner] = words.as_slice()
        && child == "child"
    {
        return commits::for_ever(Path::new(path), manner);
    }
    let place = env::var_os("POLITY_BENCH_FOLDER").map_or_else(env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new()
        .prefix("polity-bench-")
        .tempdir_in(place);
    let folder = folder.expect("a folder can be made");
    let bench = Bench::new(folder.path());
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    say(&format!(
        "{:<44} {:>14} {:>20} {:>14} {:>8}",
        "what", "polity", "beside", "", "ratio"
    ));
    if wanted("import") {
        imports::measure(&bench);
    }
    if wanted("open") {
        opening::measure(&bench);
    }
    if wanted("index") {
        opening::measure_indexes(&bench);
    }
    if wanted("commit") {
        commits::measure(&bench);
    }
    if wanted("grow") {
        growth::measure(&bench);
    }
}

/// What is measured with.
struct Bench {
    /// The CSV files.
    graph: PathBuf,
    /// Where stores are put.
    folder: PathBuf,
    rounds: usize,
}

impl Bench {
    fn new(folder: &Path) -> Self {
        let rounds = env::var("POLITY_BENCH_ROUNDS").ok();
        let graph = match env::var_os("POLITY_BENCH_GRAPH") {
            Some(graph) => PathBuf::from(graph),
            None => made_up::files(&folder.join("graph")).expect("files can be written"),
        };
        Self {
            graph,
            folder: folder.to_path_buf(),
            rounds: rounds.and_then(|text| text.parse().ok()).unwrap_or(3),
        }
    }

    /// The CSV files, the largest first.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.graph).expect("the folder can be read");
        let paths = entries.map(|entry| entry.expect("the folder can be read").path());
        let mut files: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
            .collect();
        files.sort_by_key(|path| std::cmp::Reverse(size(path)));
        files
    }

    /// Imports the graph into a store of this name.
    fn import(&self, name: &str, keep: KeepHistory) -> PathBuf {
        self.import_and_keep(name, keep).0
    }

    /// As [`Bench::import`]; the graph is not freed yet, as the program frees it while it ends.
    fn import_and_keep(&self, name: &str, keep: KeepHistory) -> (PathBuf, Database) {
        let path = self.folder.join(name);
        let opened = cli::open(Some(&self.graph), None).expect("the folder holds a graph");
        let saved = opened.database.save(&path, Some("import"), keep);
        saved.expect("the store can be written");
        (path, opened.database)
    }
}

fn open(path: &Path) -> Database {
    Database::open(path).expect("the store opens")
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn time<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let outcome = run();
    (begin.elapsed(), outcome)
}

/// One figure beside another.
fn report(what: &str, ours: &str, beside: &str, theirs: &str, ratio: f64) {
    say(&format!(
        "{what:<44} {ours:>14} {beside:>20} {theirs:>14} {ratio:>8.2}"
    ));
}

fn report_times(what: &str, ours: Duration, beside: &str, theirs: Duration) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    report(what, &millis(ours), beside, &millis(theirs), ratio);
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "sizes are for people to read")]
fn report_sizes(what: &str, ours: u64, beside: &str, theirs: u64) {
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let ratio = ours as f64 / theirs as f64;
    report(what, &megabytes(ours), beside, &megabytes(theirs), ratio);
}

#[expect(clippy::print_stdout, reason = "the figures are for a person to read")]
fn say(line: &str) {
    println!("{line}");
}

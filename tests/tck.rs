//! The openCypher TCK, run from a folder that holds `features/` and `graphs/`.
//!
//! The folder is `OPENCYPHER_TCK`, by default `../shared/opencypher/tck` beside the project; where
//! there is none the run says so and passes. `TCK_FILTER=text` runs the scenarios whose name holds
//! the text (so does an argument), `TCK_LIST=1` prints all that fail, with the reason.
//!
//! A scenario that fails must stand in `tests/tck/known_failures.txt`, and one that stands there
//! must fail: the list only ever shrinks.

#[path = "support/engine.rs"]
mod engine;
#[path = "tck/gherkin.rs"]
mod gherkin;
#[path = "support/literal.rs"]
mod literal;
#[path = "tck/procedure.rs"]
mod procedure;
#[path = "tck/report.rs"]
mod report;
#[path = "tck/scenario.rs"]
mod scenario;
#[path = "tck/state.rs"]
mod state;

use std::any::Any;
use std::cell::RefCell;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gherkin::Scenario;
use report::{Results, Settings};

/// Deep patterns and expressions recurse; the program gives its queries as much.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            drop(writeln!(io::stderr(), "tck: {reason}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let mut out = io::stdout();
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return Ok(true);
    }
    let folder = folder();
    if !folder.join("features").is_dir() {
        let place = folder.display();
        writeln!(
            out,
            "tck: no features in {place} (`OPENCYPHER_TCK` names another folder), nothing is run"
        )
        .map_err(|error| error.to_string())?;
        return Ok(true);
    }
    let named = arguments.into_iter().find(|text| !text.starts_with('-'));
    let filter = env::var("TCK_FILTER").ok().or(named).unwrap_or_default();
    let (mut scenarios, ignored) = read_scenarios(&folder.join("features"))?;
    let all: Vec<String> = scenarios.iter().map(|(name, _)| name.clone()).collect();
    scenarios.retain(|(name, _)| name.contains(&filter));
    if ignored > 0 && filter.is_empty() {
        writeln!(
            out,
            "note: {ignored} scenarios are tagged @ignore, left out"
        )
        .map_err(|error| error.to_string())?;
    }
    let known = known_failures()?;
    let results = run_all(&scenarios, &folder.join("graphs"));
    let settings = Settings {
        list: env::var_os("TCK_LIST").is_some_and(|value| value != "0"),
    };
    let absent = |name: &str| {
        all.binary_search_by(|other| other.as_str().cmp(name))
            .is_err()
    };
    report::write(&results, &known, absent, settings, &mut out).map_err(|error| error.to_string())
}

fn folder() -> PathBuf {
    let given = env::var_os("OPENCYPHER_TCK").filter(|value| !value.is_empty());
    given.map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/opencypher/tck"),
        PathBuf::from,
    )
}

fn known_failures() -> Result<Vec<String>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tck/known_failures.txt");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let known: Vec<String> = text.lines().map(str::to_owned).collect();
    if known.is_sorted() {
        Ok(known)
    } else {
        Err("the list of known failures is not sorted".to_owned())
    }
}

/// All scenarios by name, in the order of their names, and the number of those left out.
fn read_scenarios(features: &Path) -> Result<(Vec<(String, Scenario)>, usize), String> {
    let mut files = Vec::new();
    collect_files(features, &mut files).map_err(|error| error.to_string())?;
    let mut scenarios = Vec::new();
    for file in files {
        let name = file.strip_prefix(features).unwrap_or(&file).display();
        let fail = |error: String| format!("{name}: {error}");
        let text = fs::read_to_string(&file).map_err(|error| fail(error.to_string()))?;
        for scenario in gherkin::read(&text).map_err(fail)? {
            scenarios.push((format!("{name}: {}", scenario.name), scenario));
        }
    }
    let total = scenarios.len();
    scenarios.retain(|(_, scenario)| !scenario.ignored);
    let ignored = total - scenarios.len();
    scenarios.sort_by(|(one, _), (other, _)| one.cmp(other));
    match scenarios.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(format!("two scenarios are called `{}`", pair[0].0)),
        None => Ok((scenarios, ignored)),
    }
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_files(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "feature") {
            files.push(path);
        }
    }
    Ok(())
}

fn run_all(scenarios: &[(String, Scenario)], graphs: &Path) -> Results {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        PANIC_AT.with(|at| *at.borrow_mut() = place);
    }));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Results::new());
    let work = || {
        while let Some((name, scenario)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = panic::catch_unwind(AssertUnwindSafe(|| scenario::run(scenario, graphs)))
                .unwrap_or_else(|payload| Err(panic_text(payload.as_ref())));
            let mut results = results.lock().expect("no holder of the lock panics");
            results.insert(name.clone(), result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, work)
                .expect("the machine gives a thread per core");
        }
    });
    drop(panic::take_hook());
    results.into_inner().expect("no holder of the lock panics")
}

thread_local! {
    /// Where the last panic of this thread came from.
    static PANIC_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or_default();
    PANIC_AT.with(|at| format!("panic at {}: {text}", at.borrow()))
}

//! Input that nobody should write: no panic, no signal, and a clear error or an answer.

use std::ffi::OsString;
use std::fs;
use std::process::Output;

use libtest_mimic::{Failed, Trial};

use crate::run::Place;

/// Deep enough to overflow any stack that is not looked after.
const DEEP: usize = 100_000;

/// A text with something repeated: `before`, `open` often, `inner`, `close` as often, `after`.
struct Text {
    name: &'static str,
    before: &'static str,
    open: &'static str,
    inner: &'static str,
    close: &'static str,
    after: &'static str,
}

const fn nested(
    name: &'static str,
    before: &'static str,
    open: &'static str,
    inner: &'static str,
    close: &'static str,
) -> Text {
    Text {
        name,
        before,
        open,
        inner,
        close,
        after: "",
    }
}

const fn chain(
    name: &'static str,
    before: &'static str,
    link: &'static str,
    after: &'static str,
) -> Text {
    Text {
        name,
        before,
        open: link,
        inner: "",
        close: "",
        after,
    }
}

#[rustfmt::skip]
const TEXTS: [Text; 38] = [
    nested("parentheses",         "RETURN ",          "(",                    "1",    ")"),
    nested("open_parentheses",    "RETURN ",          "(",                    "",     ""),
    nested("closing_parentheses", "RETURN ",          "",                     "",     ")"),
    nested("lists",               "RETURN ",          "[",                    "1",    "]"),
    nested("maps",                "RETURN ",          "{a: ",                 "1",    "}"),
    nested("calls",               "RETURN ",          "abs(",                 "1",    ")"),
    nested("cases",               "RETURN ",          "CASE WHEN ",           "true", " THEN 1 END"),
    nested("comprehensions",      "RETURN ",          "[x IN ",               "[]",   " | x]"),
    nested("subqueries",          "MATCH (n) WHERE ", "EXISTS { (n) WHERE ",  "true", "}"),
    nested("nested_patterns",     "MATCH ",           "(",                    "(a)",  ")"),
    nested("loops",               "",                 "FOREACH (x IN [1] | ", "CREATE ()", ")"),
    chain("not",          "RETURN ",                "NOT ",                 "true AS x"),
    chain("minus",        "RETURN ",                "-",                    "1 AS x"),
    chain("minus_apart",  "RETURN ",                "- ",                   "1 AS x"),
    chain("indexes",      "RETURN [1]",             "[0]",                  " AS x"),
    chain("properties",   "WITH {a: 1} AS m RETURN m", ".a",                " AS x"),
    chain("sums",         "RETURN 1",               " + 1",                 " AS x"),
    chain("powers",       "RETURN 1",               " ^ 1",                 " AS x"),
    chain("conjunctions", "RETURN true",            " AND true",            " AS x"),
    chain("alternatives", "MATCH (n) WHERE n.x = 1", " OR n.x = 2",         " RETURN n"),
    chain("comparisons",  "RETURN 1",               " < 2",                 " AS x"),
    chain("null_tests",   "RETURN 1",               " IS NULL",             " AS x"),
    chain("items",        "RETURN [1",              ", 1",                  "] AS x"),
    chain("columns",      "UNWIND [1] AS x RETURN x", ", x + 1",            ""),
    chain("labels",       "MATCH (n",               ":A",                   ") RETURN n"),
    chain("types",        "MATCH ()-[:A",           "|A",                   "]->() RETURN 1 AS x"),
    chain("long_pattern", "MATCH ()",               "-->()",                " RETURN 1 AS x"),
    chain("many_patterns", "MATCH ()",              ", ()",                 " RETURN 1 AS x"),
    chain("long_path",    "CREATE ()",              "-[:A]->()",            ""),
    chain("with",         "",                       "WITH 1 AS x ",         "RETURN 1 AS x"),
    chain("match",        "",                       "MATCH (n:A) ",         "RETURN 1 AS x"),
    chain("optional",     "",                       "OPTIONAL MATCH (n) ",  "RETURN 1 AS x"),
    chain("unwind",       "",                       "UNWIND [1] AS x WITH 1 AS y ", "RETURN 1 AS x"),
    chain("create",       "",                       "CREATE (:A) ",         ""),
    chain("merge",        "",                       "MERGE (:A) ",          ""),
    chain("union",        "RETURN 1 AS x",          " UNION RETURN 1 AS x", ""),
    chain("statements",   "",                       ";",                    "RETURN 1 AS x"),
    chain("white_space",  "RETURN",                 " \n",                  " 1 AS x"),
];

/// One trial for each kind of input.
pub(crate) fn trials() -> Vec<Trial> {
    let repeated = TEXTS
        .iter()
        .map(|text| (text.name, text.make().into_bytes()));
    let single = [
        ("empty", Vec::new()),
        ("blank", b" \n\t\n".to_vec()),
        ("only_a_comment", b"// nothing".to_vec()),
        ("open_string", b"RETURN 'abc".to_vec()),
        ("open_comment", b"RETURN 1 /* abc".to_vec()),
        ("nul", b"RETURN '\0' AS n".to_vec()),
        (
            "endless_range",
            b"RETURN size(range(1, 9223372036854775807)) AS n".to_vec(),
        ),
        (
            "endless_rows",
            b"UNWIND range(1, 9223372036854775807) AS x RETURN count(x) AS n".to_vec(),
        ),
        (
            "long_name",
            format!("RETURN 1 AS {}", "x".repeat(1 << 20)).into_bytes(),
        ),
        (
            "long_number",
            format!("RETURN {} AS x", "1".repeat(1 << 20)).into_bytes(),
        ),
        (
            "long_string",
            format!("RETURN size('{}') AS size", "x".repeat(10 << 20)).into_bytes(),
        ),
        ("random_bytes", random_bytes(1 << 20)),
        ("random_text", random_text(1 << 20)),
        ("every_byte", (0..=255).cycle().take(1 << 16).collect()),
    ];
    repeated
        .chain(single)
        .map(|(name, input)| Trial::test(format!("hostile/{name}"), move || check(&input)))
        .chain([Trial::test("hostile/as_a_graph", as_a_graph)])
        .collect()
}

impl Text {
    fn make(&self) -> String {
        let (open, close) = (self.open.repeat(DEEP), self.close.repeat(DEEP));
        [self.before, &open, self.inner, &close, self.after].concat()
    }
}

/// The same bytes in every run.
fn random_bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

/// The same printable characters in every run: they get further into the parser than bytes do.
fn random_text(length: usize) -> Vec<u8> {
    let bytes = random_bytes(length).into_iter();
    bytes.map(|byte| b' ' + byte % 95).collect()
}

/// As a script that is named, and on standard input.
fn check(input: &[u8]) -> Result<(), Failed> {
    let place = Place::new()?;
    let file = place.file("input.cypher");
    fs::write(&file, input)?;
    // A limit for what is endless by right; what is merely hard must be done long before.
    let limit = ["--timeout", "20"].map(OsString::from);
    let mut arguments = limit.to_vec();
    arguments.extend([OsString::from("-f"), file.clone().into()]);
    let named = place.program(&arguments, None)?;
    verdict("-f", &named, &[0, 1])?;
    let piped = place.program(&limit, Some(&file))?;
    verdict("standard input", &piped, &[0, 1])?;
    let says_something = input.starts_with(b"RETURN") || input.starts_with(b"WITH");
    if says_something && named.stdout.is_empty() && named.stderr.is_empty() {
        return Err("neither an answer nor an error".into());
    }
    Ok(())
}

/// As the graph itself, and as a file of a data set.
fn as_a_graph() -> Result<(), Failed> {
    let place = Place::new()?;
    let inputs = [Vec::new(), random_bytes(1 << 16), random_text(1 << 16)];
    for (number, input) in inputs.iter().enumerate() {
        for name in [
            "graph.toml",
            "graph.cypher",
            "graph.csv",
            "graph.polity",
            "graph",
        ] {
            let file = place.file(&format!("{number}-{name}"));
            fs::write(&file, input)?;
            let ask = ["-c", "RETURN 1 AS one"].map(OsString::from);
            let arguments: Vec<OsString> = [file.into()].into_iter().chain(ask).collect();
            verdict(name, &place.program(&arguments, None)?, &[0, 1, 2])?;
        }
        let folder = place.file(&format!("{number}-set"));
        fs::create_dir_all(folder.join("nodes"))?;
        fs::write(folder.join("nodes/n.toml"), input)?;
        let arguments = [OsString::from("check"), folder.into()];
        verdict("check", &place.program(&arguments, None)?, &[0, 1])?;
    }
    Ok(())
}

fn verdict(what: &str, output: &Output, allowed: &[i32]) -> Result<(), Failed> {
    let error = String::from_utf8_lossy(&output.stderr);
    let start: String = error.chars().take(300).collect();
    let fail = |reason: &str| Err(format!("{what}: {reason}\n{start}").into());
    let Some(code) = output.status.code() else {
        return fail(&format!("{}", output.status));
    };
    if error.contains("panicked at") {
        return fail("a panic");
    }
    if !allowed.contains(&code) {
        return fail(&format!("exit status {code}"));
    }
    // What `check` finds is its result.
    if code == 1 && error.trim().is_empty() && (what != "check" || output.stdout.is_empty()) {
        return fail("an exit status of 1 without an error");
    }
    if error.len() > 20_000 {
        return fail(&format!("an error of {} bytes", error.len()));
    }
    Ok(())
}

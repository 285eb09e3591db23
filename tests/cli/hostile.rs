//! Input that nobody should write: no panic, no signal, and a clear error or an answer.

use std::ffi::OsString;
use std::fs;
use std::process::Output;

use libtest_mimic::{Failed, Trial};

use crate::run::Place;

/// Deep enough to overflow any stack that is not looked after.
const DEEP: usize = 100_000;

/// One trial for each kind of input.
pub(crate) fn trials() -> Vec<Trial> {
    let texts = [
        ("empty", String::new()),
        ("blank", " \n\t\n".to_owned()),
        ("only_a_comment", "// nothing".to_owned()),
        ("open_string", "RETURN 'abc".to_owned()),
        ("open_comment", "RETURN 1 /* abc".to_owned()),
        ("nul", "RETURN '\0' AS n".to_owned()),
        ("parentheses", nested("RETURN ", "(", "1", ")")),
        ("open_parentheses", format!("RETURN {}", "(".repeat(DEEP))),
        (
            "closing_parentheses",
            format!("RETURN {}", ")".repeat(DEEP)),
        ),
        ("lists", nested("RETURN ", "[", "1", "]")),
        ("maps", nested("RETURN ", "{a: ", "1", "}")),
        ("calls", nested("RETURN ", "abs(", "1", ")")),
        (
            "cases",
            nested("RETURN ", "CASE WHEN ", "true", " THEN 1 END"),
        ),
        ("comprehensions", nested("RETURN ", "[x IN ", "[]", " | x]")),
        (
            "subqueries",
            nested("MATCH (n) WHERE ", "EXISTS { (n) WHERE ", "true", "}"),
        ),
        ("not", format!("RETURN {}true AS x", "NOT ".repeat(DEEP))),
        ("minus", format!("RETURN {}1 AS x", "-".repeat(DEEP))),
        ("minus_apart", format!("RETURN {}1 AS x", "- ".repeat(DEEP))),
        ("indexes", format!("RETURN [1]{} AS x", "[0]".repeat(DEEP))),
        (
            "properties",
            format!("WITH {{a: 1}} AS m RETURN m{} AS x", ".a".repeat(DEEP)),
        ),
        ("sums", format!("RETURN 1{} AS x", " + 1".repeat(DEEP))),
        ("powers", format!("RETURN 1{} AS x", " ^ 1".repeat(DEEP))),
        (
            "conjunctions",
            format!("RETURN true{} AS x", " AND true".repeat(DEEP)),
        ),
        (
            "comparisons",
            format!("RETURN 1{} AS x", " < 2".repeat(DEEP)),
        ),
        (
            "null_tests",
            format!("RETURN 1{} AS x", " IS NULL".repeat(DEEP)),
        ),
        (
            "long_pattern",
            format!("MATCH (){} RETURN 1 AS x", "-->()".repeat(DEEP)),
        ),
        (
            "nested_patterns",
            nested("MATCH ", "(", "(a)", ")") + " RETURN 1",
        ),
        (
            "clauses",
            format!("{}RETURN 1 AS x", "WITH 1 AS x ".repeat(DEEP)),
        ),
        (
            "unions",
            format!("RETURN 1 AS x{}", " UNION RETURN 1 AS x".repeat(DEEP)),
        ),
        ("long_name", format!("RETURN 1 AS {}", "x".repeat(1 << 20))),
        (
            "long_number",
            format!("RETURN {} AS x", "1".repeat(1 << 20)),
        ),
        (
            "long_string",
            format!("RETURN size('{}') AS size", "x".repeat(10 << 20)),
        ),
        (
            "huge_range",
            "RETURN size(range(1, 9223372036854775807)) AS size".to_owned(),
        ),
    ];
    let texts = texts.map(|(name, text)| (name, text.into_bytes()));
    let bytes = [
        ("random_bytes", random_bytes(1 << 20)),
        ("random_text", random_text(1 << 20)),
        ("every_byte", (0..=255).cycle().take(1 << 16).collect()),
    ];
    texts
        .into_iter()
        .chain(bytes)
        .map(|(name, input)| Trial::test(format!("hostile/{name}"), move || check(&input)))
        .chain([Trial::test("hostile/as_a_graph", as_a_graph)])
        .collect()
}

fn nested(before: &str, open: &str, inner: &str, close: &str) -> String {
    format!("{before}{}{inner}{}", open.repeat(DEEP), close.repeat(DEEP))
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
    if code == 1 && error.trim().is_empty() {
        return fail("an exit status of 1 without an error");
    }
    if error.len() > 20_000 {
        return fail(&format!("an error of {} bytes", error.len()));
    }
    Ok(())
}

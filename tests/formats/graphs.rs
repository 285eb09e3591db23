//! Random graphs with hostile names and values, and graphs as texts that can be compared.

use polity::store::{BulkLoader, KeyId, Snapshot};
use polity::value::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, NodeId, Offset, Time, Value, Zone,
};

use crate::random::Random;

/// Texts that formats stumble over; labels, types and keys are made of them too.
const TEXTS: &[&str] = &[
    "",
    "name",
    "id",
    "State",
    "SIGNED",
    "labels",
    "label",
    "type",
    "start",
    "end",
    "from",
    "until",
    "on",
    "properties",
    "\"",
    "'",
    "`",
    "``",
    "\\",
    "\\u0041",
    "\\n",
    "a\nb",
    "a\rb",
    "\r\n",
    "\t",
    " ",
    " a ",
    "a;b",
    ";",
    "a,b",
    "a:b",
    ":ID",
    "x:int",
    "{x}",
    "a(b)",
    "\u{0}",
    "a\u{0}b",
    "\u{1}\u{8}\u{b}\u{1f}",
    "\u{7f}\u{85}\u{9f}",
    "\u{a0}",
    "\u{2028}\u{2029}",
    "\u{202e}abc",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}\u{ffff}",
    "\u{10ffff}",
    "🕊",
    "👩‍👩‍👧‍👦",
    "e\u{301}",
    "Türkiye",
    "中国",
    "العربية",
    "&amp;",
    "&#0;",
    "<b>",
    "]]>",
    "<!--",
    "--",
    "%41",
    "a%b",
    "a/b",
    "a#b",
    "http://example.org/x?y=1#z",
    "urn:polity:node:0",
    "_:b0",
    "@id",
    "@type",
    "@",
    "$x",
    "${x}",
    "//",
    "/*",
    "*/",
    ";\n:quit\n",
    "null",
    "true",
    "0",
    "1",
    "-1",
    "007",
    "1.0",
    "NaN",
    "2025-12-04",
    "P1D",
    "[]",
    "[1]",
    "{}",
    "=1+1",
    "-",
    ".",
    "..",
    "a b",
    "é",
];

/// Floats of every sort.
const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e300,
    -1e-300,
    5e-324,
    f64::MAX,
    f64::MIN_POSITIVE,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    9_007_199_254_740_993.0,
    1e21,
    1e-7,
];

/// Zones of every sort.
const ZONES: &[&str] = &[
    "Europe/Stockholm",
    "America/New_York",
    "UTC",
    "Asia/Kathmandu",
];

/// Whether each node has a number of its own under `#`, by which it is found again in formats that
/// have an order of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    None,
    Each,
}

/// Makes a graph.
pub(crate) fn graph(random: &mut Random, numbers: Numbers) -> Snapshot {
    let mut loader = BulkLoader::new();
    let mut nodes = Vec::new();
    for number in 0..random.below(9) {
        let labels = random.below(4);
        let labels: Vec<_> = (0..labels)
            .map(|_| loader.intern_label(&name(random)))
            .collect();
        let mut properties = properties(&mut loader, random);
        if numbers == Numbers::Each {
            let number = i64::try_from(number).expect("it is small");
            properties.push((loader.intern_key("#"), Value::Int(number)));
        }
        let node = loader.add_node(&labels, &properties);
        nodes.push(node.expect("labels and properties are sound"));
    }
    if nodes.is_empty() {
        return loader.finish();
    }
    for _ in 0..random.below(14) {
        let (start, end) = (
            nodes[random.below(nodes.len())],
            nodes[random.below(nodes.len())],
        );
        // Few types, so that some relationships are parallel.
        let rel_type = if random.percent(50) {
            "R".to_owned()
        } else {
            name(random)
        };
        let rel_type = loader.intern_type(&rel_type);
        let properties = properties(&mut loader, random);
        let times = if random.percent(15) { 2 } else { 1 };
        for _ in 0..times {
            let added = loader.add_rel(start, end, rel_type, &properties);
            added.expect("both ends exist");
        }
    }
    loader.finish()
}

fn properties(loader: &mut BulkLoader, random: &mut Random) -> Vec<(KeyId, Value)> {
    let mut properties: Vec<(KeyId, Value)> = Vec::new();
    for _ in 0..random.below(5) {
        let key = if random.percent(30) {
            "x".to_owned()
        } else {
            text(random)
        };
        let key = loader.intern_key(&key);
        if properties.iter().all(|(known, _)| *known != key) {
            properties.push((key, value(random)));
        }
    }
    properties
}

/// A label or type: never empty.
fn name(random: &mut Random) -> String {
    loop {
        let text = text(random);
        if !text.is_empty() {
            return text;
        }
    }
}

fn text(random: &mut Random) -> String {
    match random.below(10) {
        0 => random.pick(TEXTS).to_owned() + random.pick(TEXTS),
        1 => {
            let length = random.below(6);
            (0..length).map(|_| character(random)).collect()
        }
        _ => random.pick(TEXTS).to_owned(),
    }
}

fn character(random: &mut Random) -> char {
    let bound = [0x80, 0x250, 0x3000, 0x11_0000][random.below(4)];
    let code = u32::try_from(random.below(bound)).expect("it is small");
    char::from_u32(code).unwrap_or('x')
}

fn value(random: &mut Random) -> Value {
    let kind = random.below(10);
    if random.percent(25) {
        let length = random.below(4);
        let items = (0..length).map(|_| scalar(kind, random));
        return Value::List(items.collect());
    }
    scalar(kind, random)
}

/// A value of the kind of that number.
fn scalar(kind: usize, random: &mut Random) -> Value {
    match kind {
        0 => Value::Bool(random.percent(50)),
        1 => Value::Int(match random.below(4) {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => small(random, 2000),
        }),
        2 => Value::Float(if random.percent(50) {
            FLOATS[random.below(FLOATS.len())]
        } else {
            f64::from_bits(random.next())
        }),
        3 => Value::Date(date(random)),
        4 => Value::LocalTime(time(random)),
        5 => Value::Time(Time::new(time(random), offset(random))),
        6 => Value::LocalDateTime(LocalDateTime::new(date(random), time(random))),
        7 => moment(random),
        8 => duration(random),
        _ => Value::from(text(random)),
    }
}

/// A number around zero.
fn small(random: &mut Random, bound: i64) -> i64 {
    let span = usize::try_from(2 * bound + 1).expect("it fits");
    i64::try_from(random.below(span)).expect("it fits") - bound
}

fn date(random: &mut Random) -> Date {
    let days = match random.below(4) {
        0 => small(random, 900_000_000) * 365,
        1 => small(random, 4_000_000),
        _ => small(random, 30_000),
    };
    Date::from_days(days).expect("it lies within the calendar")
}

fn time(random: &mut Random) -> LocalTime {
    let second = small(random, 43_000) + 43_100;
    let nanos = [0, 500_000_000, 123_000, 1][random.below(4)];
    let nanos = second * 1_000_000_000 + nanos;
    if random.percent(20) {
        return LocalTime::MIDNIGHT;
    }
    LocalTime::from_nanos(nanos).expect("it lies within the day")
}

fn offset(random: &mut Random) -> Offset {
    let seconds = match random.below(3) {
        0 => 0,
        1 => small(random, 18) * 3600,
        _ => small(random, 64_000),
    };
    let seconds = i32::try_from(seconds).expect("it fits");
    Offset::new(seconds).expect("it is at most 18 hours")
}

fn moment(random: &mut Random) -> Value {
    let local = LocalDateTime::new(date(random), time(random));
    let zone = if random.percent(50) {
        Zone::named(random.pick(ZONES)).expect("the zone is known")
    } else {
        Zone::from(offset(random))
    };
    DateTime::new(local, zone).map_or(Value::Bool(true), Value::DateTime)
}

fn duration(random: &mut Random) -> Value {
    let [months, days, seconds] = [30, 40, 100_000].map(|bound| match random.below(3) {
        0 => 0,
        1 => small(random, bound),
        _ => small(random, bound).abs(),
    });
    let nanos = [0, 0, 1, 500_000_000][random.below(4)];
    let duration = Duration::new(months, days, seconds, nanos).expect("it is small");
    Value::from(duration)
}

/// Everything in a graph as texts, relationships sorted. Nodes stand for themselves by their place
/// or by the number under `#`, as the graph was made, and in the governance graph by their ids.
pub(crate) fn contents(graph: &Snapshot, numbers: Numbers) -> Vec<String> {
    let mut names = vec![String::new(); graph.node_bound() as usize];
    for (place, node) in graph.nodes().enumerate() {
        let number = graph.key("#").or_else(|| graph.key("id"));
        names[node.0 as usize] = match (numbers, number) {
            (Numbers::Each, Some(key)) => format!("{:?}", graph.node_property(node, key)),
            _ => format!("{place:05}"),
        };
    }
    let show = |properties: Vec<(KeyId, Value)>| {
        // Printed for programs, since the sign of zero shows there and NaN equals itself.
        let shown = properties
            .into_iter()
            .map(|(key, value)| format!("{:?}: {value:?}", graph.key_name(key)));
        shown.collect::<Vec<_>>().join(", ")
    };
    let nodes = graph.nodes().map(|node| {
        let labels = graph.labels(node).iter().map(|l| graph.label_name(*l));
        let mut labels: Vec<_> = labels.collect();
        labels.sort();
        let name = &names[node.0 as usize];
        format!(
            "({name} {labels:?} {{{}}})",
            show(graph.node_properties(node))
        )
    });
    let name = |node: NodeId| &names[node.0 as usize];
    let between = graph.rels().map(|rel| {
        let record = graph.rel(rel);
        format!(
            "({})-[{:?} {{{}}}]->({})",
            name(record.start),
            graph.type_name(record.rel_type),
            show(graph.rel_properties(rel)),
            name(record.end),
        )
    });
    let mut all: Vec<String> = nodes.chain(between).collect();
    all.sort();
    all
}

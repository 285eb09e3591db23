"""Holds ArcadeDB (embedded) against polity: the same queries on the same graphs.

    python arcadedb.py RUN.jsonl

RUN.jsonl is written by the test `write_a_differential_run` of tests/laws.rs. Prints how many
queries agree, and each class of disagreement with its smallest example. See README.md.
"""

import json
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import arcadedb_embedded


def canonical(value):
    """A value of ArcadeDB as polity's export writes it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": f"{value:.9e}"}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {"map": {str(key): canonical(item) for key, item in value.items()}}
    kind = value.getClass().getSimpleName()
    if "Vertex" in kind:
        return {"node": int(value.get("k"))}
    if "Edge" in kind:
        return {"rel": int(value.get("k"))}
    if kind == "TraversalPath":
        nodes, rels = list(value.getVertices()), list(value.getEdges())
        elements = [canonical(nodes[0])]
        for rel, node in zip(rels, nodes[1:]):
            elements += [canonical(rel), canonical(node)]
        return {"path": elements}
    if hasattr(value, "iterator"):
        return [canonical(item) for item in value]
    return {"temporal": str(value)}


def floats(value):
    """Rust writes 5.0e-1 where Python writes 5.0e-01."""
    if isinstance(value, list):
        return [floats(item) for item in value]
    if isinstance(value, dict):
        if set(value) == {"float"}:
            return {"float": f"{float(value['float']):.9e}"}
        return {key: floats(item) for key, item in value.items()}
    return value


def bag(rows, unordered):
    """Rows in any order; lists too where `collect` made them."""

    def text(value):
        if unordered and isinstance(value, list):
            value = sorted((text(item) for item in value))
        return json.dumps(value, sort_keys=True)

    return sorted([text(cell) for cell in row] for row in rows)


class Arcade:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.create, self.database, self.count = None, None, 0

    def open(self, create):
        if create == self.create:
            return
        if self.database:
            self.database.close()
        self.count += 1
        path = Path(self.folder.name) / str(self.count)
        self.create, self.database = create, arcadedb_embedded.create_database(str(path))
        with self.database.transaction():
            self.database.command("opencypher", create)

    def rows(self, query, columns):
        found = [row.to_dict() for row in self.database.query("opencypher", query)]
        return [[canonical(row.get(column)) for column in columns] for row in found]


def family(message):
    """An error message without what differs from query to query."""
    first = message.strip().splitlines()[0] if message.strip() else "no message"
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+|#\S+", "…", first)[:110]


def main(path):
    arcade, agreed, classes = Arcade(), 0, defaultdict(list)
    for line in Path(path).read_text().splitlines():
        case = json.loads(line)
        query, theirs, failure = case["query"], None, None
        arcade.open(case["create"])
        try:
            theirs = arcade.rows(query, case.get("columns", []))
        except Exception as error:  # whatever the other engine raises is its answer
            failure = str(error)
        unordered = "collect(" in query or "[(" in query or "COLLECT" in query
        if failure is not None and "error" in case:
            agreed += 1
            continue
        if failure is not None:
            name = f"only ArcadeDB fails: {family(failure)}"
        elif "error" in case:
            name = f"only polity fails: {family(case['error'])}"
        elif bag(floats(case["rows"]), unordered) == bag(theirs, unordered):
            agreed += 1
            continue
        elif len(case["rows"]) != len(theirs):
            name = "other number of rows"
        else:
            name = "other values"
        classes[name].append((len(query), case, theirs or failure))
    total = agreed + sum(map(len, classes.values()))
    print(f"{total} queries, {agreed} agree")
    for name, cases in sorted(classes.items(), key=lambda item: -len(item[1])):
        _, case, theirs = min(cases, key=lambda item: item[0])
        print(f"\n{len(cases)} × {name}")
        print(f"  {case['create']};\n  {case['query']};")
        print(f"  polity:   {case.get('rows', case.get('error'))}\n  ArcadeDB: {theirs}")


if __name__ == "__main__":
    main(sys.argv[1])

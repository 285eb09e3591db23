#!/usr/bin/env python3
"""Lets other programs read what polity exports: NetworkX reads GraphML and GEXF, rdflib Turtle,
N-Triples and JSON-LD, Graphviz DOT, DuckDB Parquet (if polity was built with it). Counts of nodes and relationships, and properties by node and
by relationship, must be those of the JSON Lines export.

    python tests/differential/formats.py POLITY [GRAPH]
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import networkx
import rdflib
from rdflib.namespace import RDF

failures = 0


def check(what, found, expected):
    """Says whether two things are equal."""
    global failures
    same = found == expected
    failures += not same
    shown = f"{expected}" if isinstance(expected, int) else f"{len(expected)} entries"
    print(f"{'same' if same else 'DIFFERENT':9} {what}: {shown}")
    if not same:
        if isinstance(expected, Counter):
            print("  missing:", list((expected - found).items())[:3])
            print("  new:    ", list((found - expected).items())[:3])
        else:
            print(f"  found {found}")


def temporal(value):
    """The text of a value that JSON Lines has as an object."""
    if isinstance(value, dict):
        return next(iter(value.values()))
    if isinstance(value, list):
        return json.dumps([temporal(item) for item in value])
    return value


def plain(value):
    """A value as it can be compared: lists by their JSON, numbers as numbers."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.dumps(json.loads(value))
        except ValueError:
            return value
    return value


class Expected:
    """The graph by its JSON Lines export."""

    def __init__(self, path):
        self.nodes, self.rels = [], []
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                element = json.loads(line)
                (self.nodes if element["type"] == "node" else self.rels).append(element)

    def properties(self, elements):
        """How often each key has each value."""
        return Counter(
            (key, temporal(value))
            for element in elements
            for key, value in element["properties"].items()
        )

    def ends(self):
        """How often each type joins each pair of nodes."""
        return Counter((rel["start"]["id"], rel["label"], rel["end"]["id"]) for rel in self.rels)


def networkx_graph(name, graph, expected, rest):
    """Compares a graph that NetworkX read; `rest` are attributes that are no properties."""
    check(f"{name}: nodes", graph.number_of_nodes(), len(expected.nodes))
    check(f"{name}: relationships", graph.number_of_edges(), len(expected.rels))
    found = Counter(
        (key, plain(value))
        for _, data in graph.nodes(data=True)
        for key, value in data.items()
        if key not in rest
    )
    check(f"{name}: properties of nodes", found, expected.properties(expected.nodes))
    found = Counter(
        (key, plain(value))
        for _, _, data in graph.edges(data=True)
        for key, value in data.items()
        if key not in rest
    )
    check(f"{name}: properties of relationships", found, expected.properties(expected.rels))
    found = Counter(
        (start.lstrip("n"), data["label"], end.lstrip("n"))
        for start, end, data in graph.edges(data=True)
    )
    check(f"{name}: ends and types", found, expected.ends())
    labels = Counter(tuple(sorted(n["labels"])) for n in expected.nodes)
    found = Counter(
        tuple(sorted(data["labels"].lstrip(":").split(":"))) if data["labels"] else ()
        for _, data in graph.nodes(data=True)
    )
    check(f"{name}: labels", found, labels)


def rdf_graph(name, graph, expected):
    """Compares a graph that rdflib read."""
    prefix = "urn:polity:"
    nodes = {s for s in graph.subjects() if str(s).startswith(prefix + "node:")}
    check(f"{name}: nodes", len(nodes), len(expected.nodes))
    direct = sum(1 for _, p, _ in graph if str(p).startswith(prefix + "type:"))
    distinct = len({(r["start"]["id"], r["label"], r["end"]["id"]) for r in expected.rels})
    check(f"{name}: triples between nodes", direct, distinct)
    pairs = Counter((r["start"]["id"], r["label"], r["end"]["id"]) for r in expected.rels)
    stated = sum(
        1
        for r in expected.rels
        if r["properties"] or pairs[(r["start"]["id"], r["label"], r["end"]["id"])] > 1
    )
    statements = set(graph.subjects(RDF.type, RDF.Statement))
    check(f"{name}: statements", len(statements), stated)
    labels = Counter(
        str(label).removeprefix(prefix + "label:")
        for node in nodes
        for label in graph.objects(node, RDF.type)
        if str(label).startswith(prefix)
    )
    check(f"{name}: labels", labels, Counter(l for n in expected.nodes for l in n["labels"]))
    by_key = lambda elements: Counter(key for e in elements for key in e["properties"])
    for what, subjects, elements in [
        ("nodes", nodes, expected.nodes),
        ("relationships", statements, expected.rels),
    ]:
        found = Counter(
            str(p).removeprefix(prefix + "key:")
            for s in subjects
            for p in graph.predicates(s)
            if str(p).startswith(prefix + "key:")
        )
        check(f"{name}: keys of {what}", found, by_key(elements))
    names = Counter(str(o) for o in graph.objects(None, rdflib.URIRef(prefix + "key:name")))
    wanted = [str(n["properties"]["name"]) for n in expected.nodes if "name" in n["properties"]]
    check(f"{name}: names", names, Counter(wanted))
    key = rdflib.URIRef(prefix + "key:source")
    lists = Counter(
        json.dumps([str(item) for item in graph.items(o)])
        for s in statements
        for o in graph.objects(s, key)
    )
    wanted = [json.dumps(r["properties"]["source"]) for r in expected.rels if "source" in r["properties"]]
    check(f"{name}: lists of sources", lists, Counter(wanted))


def parquet_tables(folder, expected, valid):
    """Compares tables that DuckDB read; `valid` is how many relationships hold since a known day."""

    def rows(part):
        for path in sorted((folder / part).iterdir()):
            table = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
            for row in table.fetchall():
                yield dict(zip(table.columns, row))

    def plain(value):
        if isinstance(value, list):
            return json.dumps([plain(item) for item in value])
        return value.isoformat() if hasattr(value, "isoformat") else value

    def properties(rows):
        return Counter(
            (key, plain(value))
            for row in rows
            for key, value in row.items()
            if value is not None and not key.startswith("_")
        )

    nodes, rels = list(rows("nodes")), list(rows("relationships"))
    check("Parquet: nodes", len(nodes), len(expected.nodes))
    check("Parquet: relationships", len(rels), len(expected.rels))
    check("Parquet: properties of nodes", properties(nodes), expected.properties(expected.nodes))
    check("Parquet: properties of relationships", properties(rels), expected.properties(expected.rels))
    ends = Counter((str(rel["_start"]), rel["_type"], str(rel["_end"])) for rel in rels)
    check("Parquet: ends and types", ends, expected.ends())
    labels = Counter(tuple(sorted(node["_labels"])) for node in nodes)
    wanted = Counter(tuple(sorted(node["labels"])) for node in expected.nodes)
    check("Parquet: labels", labels, wanted)
    known = sum(rel.get("_valid_from") is not None for rel in rels)
    check("Parquet: relationships that hold since a known day", known, valid)


def main():
    polity, graph = sys.argv[1], sys.argv[2:3]
    folder = Path(tempfile.mkdtemp())

    def export(end):
        path = folder / f"graph.{end}"
        subprocess.run([polity, "export", *graph, "-o", path], check=True)
        return path

    expected = Expected(export("jsonl"))
    read = networkx.read_graphml(export("graphml"), force_multigraph=True)
    networkx_graph("GraphML", read, expected, {"labels", "label"})
    read = networkx.read_gexf(export("gexf"))
    for _, _, data in read.edges(data=True):
        # The number of the edge.
        del data["id"]
    networkx_graph("GEXF", read, expected, {"labels", "label", "start", "end"})
    dated = sum("start" in data for _, _, data in read.edges(data=True))
    wanted = sum(bool({"from", "on"} & r["properties"].keys()) for r in expected.rels)
    check("GEXF: relationships with a first day", dated, wanted)
    for name, end, spelling in [
        ("Turtle", "ttl", "turtle"),
        ("N-Triples", "nt", "nt"),
        ("JSON-LD", "jsonld", "json-ld"),
    ]:
        rdf_graph(name, rdflib.Graph().parse(export(end), format=spelling), expected)
    query = "MATCH ()-[r]->() WHERE validFrom(r) IS NOT NULL RETURN count(*)"
    counted = subprocess.run([polity, *graph, "-c", query], check=True, capture_output=True, text=True)
    path = folder / "graph.parquet"
    call = [polity, "export", *graph, "-o", path]
    written = subprocess.run(call, capture_output=True, text=True)
    if "built without Parquet" in written.stderr:
        print("left out  Parquet: polity was built without it")
    else:
        parquet_tables(path, expected, int(counted.stdout.split()[1]))
    if shutil.which("dot"):
        # As Graphviz writes it again: a line a node and an edge, those of the legend apart.
        path = export("dot")
        text = subprocess.run(["dot", "-Tcanon", path], check=True, capture_output=True, text=True).stdout
        lines = [line.strip() for line in text.replace("\\\n", "").split("\n")]
        edges = [line for line in lines if line.startswith("n") and "->" in line.split("[")[0]]
        check("DOT: relationships", len(edges), len(expected.rels))
        nodes = [line for line in lines if re.match(r"n\d+\s*\[", line)]
        check("DOT: nodes", len(nodes), len(expected.nodes))
    else:
        print("left out  DOT: there is no Graphviz here")
    shutil.rmtree(folder)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds polity's path searches against NetworkX and igraph on random graphs.

    paths.py POLITY [--nodes 10000] [--rels 30000] [--pairs 1000] [--k-pairs 100] [--seed 1]

POLITY is the program. Needs `networkx` and `igraph`, both from PyPI. Each comparison prints how many
answers were compared and how many differ; the exit status is 1 if any does.

The graph has parallel relationships and loops, so that counts tell whether they are counted apart.
Costs are integers in one run and eighths in the other, which are exact as floats: sums are compared
for equality.
"""
import argparse
import csv
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import igraph
import networkx

K = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("polity")
    for name, default in (("nodes", 10_000), ("rels", 30_000), ("pairs", 1_000), ("k-pairs", 100), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    arguments = parser.parse_args()
    differences = 0
    for directed in (False, True):
        for unit in (1, 8):
            random.seed(arguments.seed)
            case = Case(arguments, directed, unit)
            print(f"{'directed' if directed else 'undirected'}, costs in units of 1/{unit}:")
            for compare in (case.lengths, case.counts, case.costs, case.k_costs):
                differences += compare()
    sys.exit(1 if differences else 0)


class Case:
    """One random graph, and the pairs that are asked about."""

    def __init__(self, arguments, directed, unit):
        self.polity, self.directed = arguments.polity, directed
        nodes = range(arguments.nodes)
        ends = [(random.choice(nodes), random.choice(nodes)) for _ in range(arguments.rels)]
        # Some relationships have a twin, with a cost of its own.
        ends += random.sample(ends, arguments.rels // 10)
        self.rels = [(start, end, random.randrange(1, 100) / unit) for start, end in ends]
        if unit == 1:
            self.rels = [(start, end, int(cost)) for start, end, cost in self.rels]
        self.pairs = [[random.choice(nodes), random.choice(nodes)] for _ in range(arguments.pairs)]
        self.pairs = [pair for pair in self.pairs if pair[0] != pair[1]]
        self.k_pairs = self.pairs[: arguments.k_pairs]
        self.folder = tempfile.TemporaryDirectory()
        self.write(nodes)
        edges = [(start, end) for start, end, _ in self.rels]
        self.igraph = igraph.Graph(n=len(nodes), edges=edges, directed=directed)
        self.costs_of = [cost for _, _, cost in self.rels]
        self.networkx = (networkx.MultiDiGraph if directed else networkx.MultiGraph)()
        self.networkx.add_nodes_from(nodes)
        self.networkx.add_weighted_edges_from(self.rels)

    def write(self, nodes):
        folder = pathlib.Path(self.folder.name)
        with open(folder / "nodes.csv", "w", newline="") as file:
            csv.writer(file).writerows([["id:ID", ":LABEL"], *([node, "N"] for node in nodes)])
        kind = "int" if isinstance(self.rels[0][2], int) else "double"
        with open(folder / "r.csv", "w", newline="") as file:
            csv.writer(file).writerows([[":START_ID", ":END_ID", f"cost:{kind}"], *self.rels])

    def ask(self, pairs, query):
        """Returns polity's answers by pair; a query returns the two ids and one more column."""
        start = "UNWIND $pairs AS pair MATCH (a:N {id: pair[0]}), (b:N {id: pair[1]}) "
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"pairs": pairs}, file)
            file.flush()
            call = [self.polity, self.folder.name, "--format", "csv", "--params", file.name, "-c", start + query]
            answer = subprocess.run(call, capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(answer.stderr)
        rows = list(csv.reader(io.StringIO(answer.stdout)))[1:]
        found = {}
        for a, b, value in rows:
            found.setdefault((int(a), int(b)), []).append(float(value))
        return found

    def arrow(self):
        return "->" if self.directed else "-"

    def check(self, what, peer, pairs, found, expected):
        """Compares lists of numbers by pair."""
        wrong = [pair for pair in map(tuple, pairs) if found.get(pair, []) != expected[pair]]
        print(f"  {what:<28} {peer:<9} {len(pairs):>5} pairs, {len(wrong)} differ")
        for pair in wrong[:3]:
            print(f"    {pair}: polity {found.get(pair, [])}, {peer} {expected[pair]}")
        return len(wrong)

    def lengths(self):
        query = f"MATCH p = shortestPath((a)-[*]{self.arrow()}(b)) RETURN a.id, b.id, length(p)"
        found = self.ask(self.pairs, query)
        expected = {(a, b): self.near(networkx.bidirectional_shortest_path, a, b) for a, b in self.pairs}
        differ = self.check("shortest length", "networkx", self.pairs, found, expected)
        expected = {(a, b): self.far(self.igraph.distances(a, b)) for a, b in self.pairs}
        return differ + self.check("shortest length", "igraph", self.pairs, found, expected)

    def near(self, search, a, b):
        try:
            return [float(len(search(self.networkx, a, b)) - 1)]
        except networkx.NetworkXNoPath:
            return []

    @staticmethod
    def far(distances):
        return [float(d) for row in distances for d in row if d != float("inf")]

    def counts(self):
        query = f"MATCH p = allShortestPaths((a)-[*]{self.arrow()}(b)) RETURN a.id, b.id, count(p)"
        found = self.ask(self.pairs, query)
        expected = {(a, b): self.nodes_times_twins(a, b) for a, b in self.pairs}
        differ = self.check("number of shortest paths", "networkx", self.pairs, found, expected)
        expected = {}
        for a, b in self.pairs:
            paths = len(self.igraph.get_all_shortest_paths(a, b))
            expected[a, b] = [float(paths)] if paths else []
        return differ + self.check("number of shortest paths", "igraph", self.pairs, found, expected)

    def nodes_times_twins(self, a, b):
        """NetworkX gives paths as nodes: each stands for as many as its relationships have twins."""
        count = 0
        try:
            for path in networkx.all_shortest_paths(self.networkx, a, b):
                ways = 1
                for step in zip(path, path[1:]):
                    ways *= self.networkx.number_of_edges(*step)
                count += ways
        except networkx.NetworkXNoPath:
            return []
        return [float(count)]

    def cheapest(self, pairs, k):
        direction = "outgoing" if self.directed else "both"
        options = f"{{cost: 'cost', k: {k}, direction: '{direction}'}}"
        query = f"CALL path.cheapest(a, b, {options}) YIELD cost RETURN a.id, b.id, cost"
        return self.ask(pairs, query)

    def costs(self):
        found = self.cheapest(self.pairs, 1)
        expected = {}
        for a, b in self.pairs:
            try:
                expected[a, b] = [float(networkx.bidirectional_dijkstra(self.networkx, a, b)[0])]
            except networkx.NetworkXNoPath:
                expected[a, b] = []
        differ = self.check("cheapest cost", "networkx", self.pairs, found, expected)
        distances = self.igraph.distances
        expected = {(a, b): self.far(distances(a, b, weights=self.costs_of)) for a, b in self.pairs}
        return differ + self.check("cheapest cost", "igraph", self.pairs, found, expected)

    def k_costs(self):
        found = self.cheapest(self.k_pairs, K)
        expected = {}
        for a, b in self.k_pairs:
            search = self.igraph.get_k_shortest_paths
            mode = "out" if self.directed else "all"
            paths = search(a, b, k=K, weights=self.costs_of, mode=mode, output="epath")
            expected[a, b] = [float(sum(self.costs_of[rel] for rel in path)) for path in paths if path]
        return self.check(f"{K} cheapest costs", "igraph", self.k_pairs, found, expected)


if __name__ == "__main__":
    main()

"""The command line: exit codes, JSON, what goes to stdout and what to stderr, and bad input of every kind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from constructions.claim import Case, Claim, Kind
from exactssm.formats import load_model, schema
from exactssm.machine import run
from exactssm.tasks import mod_counter, parity
from verify.__main__ import _run

ROOT = Path(__file__).parents[2]
PARITY = {
    "format": "exactssm-model/1",
    "alphabet": ["0", "1"],
    "layers": [
        {
            "kind": "diagonal",
            "arithmetic": {"kind": "residue", "modulus": 2},
            "rounding": None,
            "start": ["0"],
            "A": {"0": ["1"], "1": ["1"]},
            "b": {"0": ["0"], "1": ["1"]},
            "readout": {
                "kind": "table",
                "rows": [
                    *([["0"], "0", "even"], [["1"], "0", "odd"]),
                    *([["1"], "1", "odd"], [["0"], "1", "even"]),
                ],
            },
        }
    ],
    "cot": None,
}
DFA = {
    "format": "exactssm-task/1",
    "kind": "dfa",
    "alphabet": ["0", "1"],
    "states": ["a"],
    "start": "a",
    "accepting": ["a"],
    "transitions": {"a": {"0": "a", "1": "a"}},
}


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    """Runs a command in a folder with model and task files; returns the exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    for name, document in FILES.items():
        Path(name).write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = _run(list(map(str, arguments)))
        return code, *capsys.readouterr()

    return call


def changed(key, value, document=PARITY):
    """A copy of the document, or of its first layer where the key is there, with another value."""
    document = json.loads(json.dumps(document))
    (document if key in document else document["layers"][0])[key] = value
    return document


def counts_to_infinity():
    layer = PARITY["layers"][0] | {
        "arithmetic": {"kind": "rational"},
        "readout": {"kind": "argmax", "ties": "first", "scores": [{"output": "even", "weights": ["0"], "bias": "0"}]},
    }
    return changed("layers", [layer])


ALWAYS_EVEN = changed(
    "readout", {"kind": "argmax", "ties": "first", "scores": [{"output": "even", "weights": ["0"], "bias": "0"}]}
)
FILES = {
    "parity.json": PARITY,
    "even.json": ALWAYS_EVEN,
    "counter.json": changed("A", {"0": ["1"], "1": ["2"]}, counts_to_infinity()),
    "dfa.json": DFA,
    "empty.json": b"",
    "text.json": b"parity",
    "list.json": [],
    "bytes.json": b"\xff\xfe\x00",
    "float.json": json.dumps(PARITY).replace('"modulus": 2', '"modulus": 2.0').encode(),
    "nan.json": json.dumps(PARITY).replace('"modulus": 2', '"modulus": NaN').encode(),
    "twice.json": json.dumps(PARITY).replace('"cot": null', '"cot": null, "cot": null').encode(),
    "deep.json": b"[" * 100_000,
    "version.json": changed("format", "exactssm-model/2"),
    "extra.json": PARITY | {"name": "parity"},
    "missing.json": {key: value for key, value in PARITY.items() if key != "cot"},
    "kind.json": changed("kind", "attention"),
    "modulus.json": changed("arithmetic", {"kind": "residue", "modulus": 1}),
    "width.json": changed("start", ["0", "0"]),
    "number.json": changed("start", ["1/0"]),
    "integer.json": changed("start", [0]),
    "letters.json": changed("A", {"0": ["1"], "2": ["1"]}),
    "alphabet.json": changed("alphabet", ["0", "0"]),
    "readout.json": changed("readout", {"kind": "table", "rows": []}),
    "unread.json": changed("readout", {"kind": "table", "rows": [[["0"], "0", "even"]]}),
    "accepting.json": changed("accepting", ["b"], DFA),
    "table.txt": b"0 1\n1 1\n",
}


def test_claims(exactssm):
    code, out, err = exactssm("claims")
    assert (code, err) == (0, "")
    assert "subnormal-tracker" in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, err = exactssm("claims", "--json")
    claims = json.loads(out)["claims"]
    assert list(claims[0]) == ["claim", "source", "kind", "expected", "statement", "instances", "full"]
    assert {claim["kind"] for claim in claims} == {"possible", "impossible", "as printed"}


def test_show(exactssm):
    code, out, err = exactssm("show", "two-layer-s3")
    assert (code, err) == (0, "")
    for part in ("two-layer-s3", "2603.01959", "r^b s^a", "1+1", "constructions.groups.two_layer_s3"):
        assert part in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, _ = exactssm("show", "two-layer-s3", "--json")
    assert len(json.loads(out)["results"]) == 2


def test_verify_writes_results_that_the_schema_accepts(exactssm):
    claims = ("two-layer-s3", "two-layer-s3-misread", "ids4")
    code, out, err = exactssm("verify", *claims, "--json", "results.json")
    assert code == 0
    assert all(line.startswith("... ") for line in err.splitlines())  # signs of progress, on a busy machine
    assert max(map(len, out.splitlines())) <= 80
    document = json.loads(Path("results.json").read_text("utf-8"))
    Draft202012Validator(schema("exactssm-results/1")).validate(document)
    assert document["format"] == "exactssm-results/1"
    keys = [
        "claim",
        "instance",
        "source",
        "verdict",
        "expected",
        "holds",
        "method",
        "pairs",
        "length",
        "counterexample",
    ]
    for result in document["results"]:
        assert list(result) == [*keys, "resources", "bounds", "seconds"]
    refuted = [result for result in document["results"] if result["verdict"] == "refuted"]
    assert [result["counterexample"] for result in refuted] == [["1"], ["1"]]
    assert (
        document["results"][0]["resources"] | {"depth": 2, "widths": "1+1", "width": 1, "precision": 2}
        == (document["results"][0]["resources"])
    )


def test_every_source_begins_with_an_arxiv_number(exactssm):
    pattern = schema("exactssm-results/1")["$defs"]["result"]["properties"]["source"]
    for claim in json.loads(exactssm("claims", "--json")[1])["claims"]:
        Draft202012Validator(pattern).validate(claim["source"])


def claim(name, model, expected="proved", kind=Kind.POSSIBLE):
    return Claim(
        name=name,
        source="0000.00000 Thm 1",
        statement="Said for this test.",
        kind=kind,
        expected=expected,
        proof="nowhere",
        cases=lambda task: [Case("the case", model, task)],
        instances={"parity": parity()},
    )


TRUE, FALSE = claim("true", parity()), claim("false", mod_counter(2))
OPEN = replace(TRUE, name="open", instances={"mod 9": mod_counter(9)}, cases=lambda t: [Case("the case", t, t)])


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        *(((TRUE,), 0), ((FALSE,), 1), ((OPEN,), 3), ((TRUE, OPEN), 3), ((TRUE, FALSE), 1), ((OPEN, FALSE, TRUE), 1)),
        *(((claim("wrong", mod_counter(2), "refuted", Kind.AS_PRINTED),), 0),),
        *(((claim("right", parity(), "refuted", Kind.AS_PRINTED),), 1),),
    ],
)
def test_exit_codes_of_verify(exactssm, monkeypatch, claims, code):
    """1 goes before 3, and an expected refutation is as stated. The budget is enough for parity, not for mod 9."""
    monkeypatch.setattr("constructions.registry.all_claims", lambda: claims)
    found, out, err = exactssm("verify", "--budget", 4)
    assert (found, err) == (code, "")
    assert f"of {len(claims)} instances" in out
    assert exactssm("verify", "--budget", 4, claims[0].name, "no-such-claim")[0] == 2


def test_jobs_do_not_change_the_results(tmp_path):
    commands = [("verify", "two-layer-s3", "two-layer-s3-misread", "--jobs", jobs) for jobs in ("1", "2")]
    printed = [subprocess.run([sys.executable, "-m", "verify", *c], cwd=ROOT, capture_output=True) for c in commands]
    assert printed[0].stdout == printed[1].stdout
    assert [(p.returncode, p.stderr) for p in printed] == [(0, b"")] * 2


TRACK_KEYS = ["group", "order", "derived_length", "verdict", "method", "resources", "reason"]
TRACK_KEYS += ["arithmetic", "newest_first", "derived_series", "series", "factors"]


@pytest.mark.parametrize(
    ("arguments", "code", "verdict", "method", "depth"),
    [
        *((("C1",), 0, "proved", "product reachability", 0), (("S3",), 0, "proved", "product reachability", 2)),
        (("S4", "--depth", 3, "--generators"), 0, "proved", "product reachability", 3),
        (("[48,29]", "--arithmetic", "exponent"), 0, "proved", "product reachability", 4),
        (("(1 2 3)(4 5), (1 2)",), 0, "proved", "product reachability", 2),
        (("S3", "--arithmetic", "Z/7"), 0, "proved", "product reachability", 2),
        (("A4", "--arithmetic", "GF(4)", "--depth", 1), 0, "proved", "product reachability", 1),
        *((("S4", "--depth", 2), 1, "refuted", "depth", None), (("A5",), 1, "refuted", "not-solvable", None)),
        *((("S7",), 1, "refuted", "not-solvable", None), (("C2", "--depth", 0), 1, "refuted", "depth", None)),
        (("A5", "--depth", 1, "--arithmetic", "real"), 1, "refuted", "not-solvable", None),
        (("S3", "--arithmetic", "real"), 1, "refuted", "roots-of-unity", None),
        (("S4", "--arithmetic", "Z/5"), 3, "inconclusive", "no construction", None),
        (("S4", "--budget", 20), 3, "inconclusive", "product reachability", None),
    ],
)
def test_track(exactssm, arguments, code, verdict, method, depth):
    found, out, err = exactssm("track", *arguments, "--json")
    record = json.loads(out)
    assert (found, err, list(record)) == (code, "", TRACK_KEYS)
    assert (record["verdict"], record["method"], record["group"]) == (verdict, method, arguments[0])
    assert (record["resources"] or {}).get("depth") == depth
    found, out, err = exactssm("track", *arguments)
    assert (found, err) == (code, "")
    assert verdict in out.splitlines()[0]
    assert max(map(len, out.splitlines())) <= 80


def test_track_draws(exactssm):
    pytest.importorskip("matplotlib")
    code, _, err = exactssm("track", "S3", "--picture", "s3.svg")
    assert (code, err) == (0, "")
    assert Path("s3.svg").read_bytes().startswith(b"<?xml")
    code, _, err = exactssm("track", "A5", "--picture", "a5.svg")
    assert (code, Path("a5.svg").exists(), err.count("\n")) == (1, False, 1)


def test_compare(exactssm):
    code, out, err = exactssm("compare", "parity.json", "parity")
    assert (code, err) == (0, "")
    assert "proved for words of every length" in out
    assert exactssm("compare", "parity.json", "--task", "parity", "--json")[1].count('"proved"') == 1
    assert exactssm("compare", "parity.json", "dfa:dfa.json")[0] == 1
    assert exactssm("compare", "parity.json", "dfa.json")[0] == 1
    code, out, err = exactssm("compare", "counter.json", "parity", "--budget", 5)
    assert (code, err) == (1, "")


def test_a_refutation_can_be_replayed(exactssm):
    code, out, err = exactssm("compare", "even.json", "parity", "--json")
    record = json.loads(out)
    assert (code, err, record["verdict"]) == (1, "", "refuted")
    word = record["counterexample"]["word"]
    assert word == ["1"]
    outputs = [step["output"] for step in record["counterexample"]["steps"]]
    demanded = [step["demanded"] for step in record["counterexample"]["steps"]]
    assert outputs == list(run(load_model("even.json"), word).outputs) == ["even"]
    assert demanded == list(run(parity(), word).outputs) == ["odd"]
    code, out, _ = exactssm("compare", "even.json", "parity")
    assert code == 1
    assert out.splitlines()[-1].endswith("<- differs")


def test_a_budget_that_runs_out_is_inconclusive(exactssm):
    counter = changed("layers", [counts_to_infinity()["layers"][0] | {"A": {"0": ["1"], "1": ["1"]}}])
    Path("counter.json").write_text(json.dumps(counter))
    Path("always.json").write_text(json.dumps(changed("accepting", ["a"], DFA)).replace('"dfa"', '"moore"').replace(
        '"accepting": ["a"]', '"outputs": {"a": "even"}'))  # fmt: skip
    code, out, err = exactssm("compare", "counter.json", "always.json", "--budget", 10)
    assert (code, err) == (3, "")
    assert out.startswith("inconclusive: visited 10")
    code, out, _ = exactssm("compare", "counter.json", "always.json", "--budget", 10, "--json")
    assert (code, json.loads(out)["verdict"]) == (3, "inconclusive")
    code, out, _ = exactssm("compare", "counter.json", "always.json", "--budget", 10, "--length", 5)
    assert (code, out.startswith("checked on every word up to length 5 (62 words")) == (0, True)


def test_trace(exactssm):
    code, out, err = exactssm("trace", "parity.json", "0 1 1")
    assert (code, err, len(out.splitlines())) == (0, "", 4)
    as_list = exactssm("trace", "parity.json", '["0", "1", "1"]', "--task", "parity", "--format", "json")[1]
    assert [step["demanded"] for step in json.loads(as_list)["steps"]] == ["even", "odd", "even"]
    for form, part in (("latex", r"\begin{tabular}"), ("html", "<table")):
        assert part in exactssm("trace", "parity.json", "1", "--format", form)[1]
    assert exactssm("trace", "parity.json", "")[0] == 0


BAD = [
    *(
        (),
        ("verfy",),
        ("--nope",),
        ("claims", "extra"),
        ("claims", "--nope"),
        ("show",),
        ("show", "nosuch"),
        ("show", ""),
    ),
    *(
        ("verify", "nosuch"),
        ("verify", "two-layer-s3", "two-layer-s4"),
        ("verify", "--jobs", "0"),
        ("verify", "--jobs"),
    ),
    *(("verify", "--budget", "0"), ("verify", "--budget", "many"), ("verify", "--json", "missing/r.json")),
    *(
        ("verify", "--json", "."),
        ("verify", "--arithmetic"),
        ("track",),
        ("track", "S3", "S4"),
        ("track", "S3", "--nope"),
    ),
    *(("track", "S3", option, value) for option in ("--depth", "--budget") for value in ("-1", "x", "1.5", "")),
    *(("track", "S3", "--picture", name) for name in ("s3", "s3.gif", "missing/s3.png")),
    *(
        ("track", "S3", "--arithmetic", name)
        for name in ("", "bf16", "Z/1", "Z/0", "Z/-3", "Z/x", "GF(6)", "GF(1)", "R")
    ),
    ("track", "S3", "--arithmetic", "Z/" + "9" * 5000),
    ("track", "C5003", "--generators"),
    *(
        ("track", name)
        for name in (
            *("", " ", "S", "S3x", "xS3", "S3 x S3", "S3xT4", "S-3", "S0", "C0", "D0", "A0", "Q7", "Q4", "Dic0", "V5"),
            *("SL(2,4)", "SL(3,2)", "GL(2,6)", "AGL(1,6)", "AGL(2,2)", "C2^0", "C2^13", "C7:C5", "C7:3:C2", "S3^2^2"),
            *(
                "S8",
                "C5041",
                "S999999999",
                "S9999999999",
                "C71xC72",
                "S3S4",
                "\u0421\u0033",
                "S\u0663",
                "a5",
                "group:S3",
            ),
            *("[48]", "[48,29", "[48,53]", "[61,1]", "[0,1]", "[48,-1]", "[,]", "[]", "[48,29]xC2"),
            *("(1 2", "(1 1)", "(0 1)", "1 2)", "(1 2)(2 3)", "(1 2);(3 4)", "(1001 1)", "(1 2),", "(a b)", "((1 2))"),
            *("@", "@missing.txt", "@table.txt", "@bytes.json", "@parity.json", "@.", "@empty.json"),
        )
    ),
    *(
        ("compare", name, "parity")
        for name in FILES
        if name not in ("parity.json", "even.json", "counter.json", "table.txt")
    ),
    *(("compare", name, "parity") for name in ("missing-file.json", ".", "", "table.txt")),
    *(("compare",), ("compare", "parity.json"), ("compare", "parity.json", "parity", "--task", "parity")),
    *(("compare", "parity.json", "parity", "--length", "0"), ("compare", "parity.json", "parity", "--length", "x")),
    *(
        ("compare", "parity.json", name)
        for name in (
            *("", "partiy", "mod-counter", "mod-counter:x", "mod-counter:1,2", "mod-counter:0", "parity:2", "parity:"),
            *(
                "composition:3",
                "composition:0,0",
                "composition:99999999,99999999",
                "dfa:",
                "dfa:missing",
                "dfa:parity.json",
            ),
            *(
                "dfa:accepting.json",
                "dfa:deep.json",
                "group:",
                "group:S3:gens",
                "group:S9",
                "group:@missing",
                "divisible:7",
            ),
            *("star:", "maximum:-1", "missing.json", "parity.json", "list.json", "S3", "x" * 20_000, "\x00", "-"),
        )
    ),
    *(
        ("trace", "parity.json", word)
        for word in ("2", "0 1 x", '["0"', "[0]", '["0", 1]', '[["0"]]', "[", '{"0": 1}', "[" * 100_000, '["0", null]')
    ),
    *(("trace", "parity.json"), ("trace", "parity.json", "0", "--format", "pdf"), ("trace", "missing.json", "0")),
    *(("trace", "parity.json", "0", "--task", "nosuch"), ("trace", "parity.json", "0", "--task", "dyck:1,2")),
]


def shown(arguments):
    return " ".join(arguments)[:60].encode("unicode_escape").decode()


@pytest.mark.parametrize("arguments", BAD[1:], ids=shown)
def test_bad_input_takes_one_line_and_exit_code_2(exactssm, arguments):
    """Nothing on stdout, one line on stderr that says what is wrong, and no traceback."""
    code, out, err = exactssm(*arguments)
    assert (code, out) == (2, "")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert err.startswith("exactssm")
    assert 20 < len(err) < 6000
    assert "Traceback" not in err


def test_there_are_many_kinds_of_bad_input():
    assert len(set(BAD)) == len(BAD) >= 60


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("verfy",), "verify"),
        (("show", "subnormal-traker"), "subnormal-tracker"),
        (("compare", "parity.json", "partiy"), "parity"),
        (("compare", "parity.json", "mod-conter:2"), "mod-counter:M"),
        (("track", "S3", "--arithmetc", "real"), "--arithmetic"),
        (("track", "[61,1]"), "60"),
        (("trace", "parity.json", "0 2"), "position 1"),
    ],
)
def test_an_error_says_what_would_be_right(exactssm, arguments, hint):
    assert hint in exactssm(*arguments)[2]


def call(*arguments, **options):
    """A process of its own, as a person starts it."""
    environment = os.environ | {"COLUMNS": "80"}
    command = [sys.executable, "-m", "verify", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, **options)


def test_processes(tmp_path):
    model = tmp_path / "even.json"
    model.write_text(json.dumps(ALWAYS_EVEN))
    for arguments, code in [((), 0), (("--version",), 0), (("compare", str(model), "parity"), 1)]:
        done = call(*arguments)
        assert (done.returncode, done.stderr) == (code, "")
        assert done.stdout
    done = call("compare", str(model), "nosuch")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert call("track", "S3", "--json").stdout == call("track", "S3", "--json").stdout


posix = pytest.mark.skipif(os.name != "posix", reason="signals, closed pipes and terminals as POSIX has them")


@posix
@pytest.mark.parametrize("arguments", [("verify",), ("verify", "--jobs", "2")])
def test_an_interrupt_ends_quietly(arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "verify", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a job in the background inherits that interrupts are ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(5)  # a busy machine takes its time to start
    os.killpg(process.pid, signal.SIGINT)
    try:
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err


@posix
@pytest.mark.parametrize("arguments", [("claims",), ("verify", "two-layer-s3")])
def test_a_closed_pipe_ends_quietly(arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "verify", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()  # before anything is written
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (141, "")


@posix
def test_colours_are_for_terminals():
    import pty

    def read(terminal):
        parts = []
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # how Linux says that the other side is closed
                part = b""
            if not part:
                return b"".join(parts)
            parts.append(part)

    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "verify", "track", "A5"], cwd=ROOT, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = read(ours)
    os.close(ours)
    assert process.wait(timeout=60) == 1
    assert b"\x1b[1m" in printed
    assert "\x1b" not in call("track", "A5").stdout


def test_claims_by_patterns_and_papers(exactssm):
    listed = json.loads(exactssm("claims", "two-layer-s3-m*", "ids4", "--json")[1])["claims"]
    assert [claim["claim"] for claim in listed] == ["two-layer-s3-misread", "two-layer-s3-misread-no-readout", "ids4"]
    listed = json.loads(exactssm("claims", "2404.08819", "--json")[1])["claims"]
    assert {claim["source"][:10] for claim in listed} == {"2404.08819"}
    assert 2 < len(listed) < len(json.loads(exactssm("claims", "--json")[1])["claims"])
    code, out, _ = exactssm("verify", "two-layer-s3-mis*")
    assert (code, "4 of 4 instances came out as stated" in out) == (0, True)
    for wrong in ("nothing-*", "9999.99999", "two-layer"):
        code, _, err = exactssm("verify", wrong)
        assert (code, "no claim is named" in err) == (2, True)

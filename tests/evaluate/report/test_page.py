"""The whole report: what stands in it, and how it behaves in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_runs import attempt, problem, write

from reasonloom.errors import StoreError
from reasonloom.evaluate import store
from reasonloom.evaluate.entries import read
from reasonloom.evaluate.report.head import command
from reasonloom.evaluate.report.page import write_report
from reasonloom.events import Note, SpanStart, to_line
from reasonloom.problem import Problem

SC4, SC8 = "self_consistency(n=4)", "self_consistency(n=8)"
HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=alert(1)>"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """Elements with their attributes, and all text; fails on elements that are not closed."""

    VOID = ("meta", "input", "br", "link", "hr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attrs)))
        if name not in self.VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str, class_: str = "") -> list[dict[str, str | None]]:
        return [a for n, a in self.found if n == name and class_ in (a.get("class") or "")]


def note_trace(path: Path, strategy: str, said: str) -> None:
    """A trace with one note for problem p0."""
    made = attempt(problem(0), strategy, 0, True)
    name = made.key.trace
    events = [SpanStart(name, "", 0.0, 1), Note(name, "", 0.1, "step", {"value": said})]
    with store.trace_path(path).open("ab") as file:
        file.writelines(map(to_line, events))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    outcomes = {"cot": "10-!1100", SC4: "11011101", "debate": ""}
    path = write(tmp_path / "a.db", outcomes)
    note_trace(path, "cot", "seven by hand")
    return path


def report(*runs: Path, **options: int) -> Page:
    out = runs[0].with_suffix(".html")
    write_report(runs, out, **options)
    return Page(out.read_text("utf-8"))


def test_the_file_loads_nothing_and_says_how_it_was_made(run: Path) -> None:
    found = report(run)
    loaded = [a for n, a in found.found if n in ("link", "img", "iframe") or "src" in a]
    assert loaded == []
    assert "url(" not in run.with_suffix(".html").read_text()
    for said in ("world:gcd", "abc123", "--strategy 'self_consistency(n=4)'", "2026-11-21"):
        assert said in found.text


def test_every_problem_shows_each_strategy_with_its_own_mark(run: Path) -> None:
    rows = report(run).all("details", "problem")
    assert [row["data-marks"] for row in rows][:4] == [
        "right right lacks",
        "wrong right lacks",
        "unanswered wrong lacks",
        "failed right lacks",
    ]


def test_the_trace_of_an_attempt_is_in_the_file(run: Path) -> None:
    found = report(run)
    assert "seven by hand" in found.text
    assert len(found.all("details", "trace")) == 16
    without = report(run, trace_bytes=0)
    assert "seven by hand" not in without.text
    assert without.all("details", "trace") == []


def test_a_plot_stands_for_each_question_that_the_run_can_answer(run: Path, tmp_path: Path) -> None:
    titles = [plot["aria-label"] for plot in report(run).all("svg", "plot")]
    assert titles == [
        "Accuracy against tokens",
        "Paired differences",
        "accuracy % by level",
        "accuracy % by topic",
    ]
    sampled = write(tmp_path / "b.db", {"cot": ["110", "000", "101"]})
    assert "accuracy %" in [plot["aria-label"] for plot in report(sampled).all("svg", "plot")]


def sections(page: Page) -> list[str]:
    return [str(section["id"]) for section in page.all("section") if "id" in section]


def tables(page: Page, heading: str) -> str:
    """What is said from a heading on, up to the next section that follows in every report."""
    return page.text.partition(heading)[2].partition("Find in questions")[0]


def test_a_section_stands_only_where_the_runs_hold_what_it_needs(run: Path) -> None:
    assert sections(report(run)) == [
        "in-short",
        "how-this-was-made",
        "strategies",
        "plots",
        "differences",
        "cost-of-a-right-answer",
        "numbers",
        "problems",
    ]


def test_several_samples_bring_any_of_k_and_the_vote(run: Path, tmp_path: Path) -> None:
    assert "pass@" not in tables(report(run), "Strategies")
    sampled = write(tmp_path / "b.db", {"cot": ["110", "000", "101"], SC4: ["111", "111", "111"]})
    assert "pass@3" in tables(report(sampled), "Strategies")
    assert "66.7 % [0.0, 100.0]" in tables(report(sampled), "Strategies")


def test_a_run_on_perturbed_copies_stands_beside_the_one_on_originals(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.db", {"cot": "1" * 10})
    copies = [
        Problem(f"Rain. {i}?", "7", meta={"perturbed": "distract", "original": f"p{i}"})
        for i in range(10)
    ]
    changed = write(tmp_path / "b.db", {"cot": "1" + "0" * 9}, problems=copies)
    found = report(plain, changed)
    said = tables(found, "Perturbed problems")
    assert "1 strategy on 10 problems in common" in found.text
    for words in (
        "distract",
        "9 / 0",
        "-90.0 [-100.0, -70.0]",
        "10.0 % [0.0, 30.0]",
        "less accurate",
    ):
        assert words in said
    assert len(found.all("details", "problem")) == 20


def test_the_cost_of_a_right_answer_counts_the_wrong_ones(run: Path) -> None:
    said = tables(report(run), "Cost of a right answer")
    assert "267" in said and "533" in said
    assert "3 of 8" in said and "6 of 8" in said


def test_a_series_of_budget_forcing_shows_control_scaling_and_performance(tmp_path: Path) -> None:
    specs = [f"budget_forcing(wait=0, max_thinking={n})" for n in (50, 150)]
    path = write(tmp_path / "a.db", dict.fromkeys(specs, "10"))
    made = [
        replace(
            attempt(problem(i), spec, 0, tokens > 50),
            detail={"budget_forcing": {"thinking": tokens, "injected": 0, "end": "stopped"}},
        )
        for spec, tokens in zip(specs, (50, 150), strict=True)
        for i in range(2)
    ]
    with store.open_to_write(path) as opened:
        store.write_attempts(opened, made)
    said = tables(report(path), "Length of thinking")
    for words in ("budget_forcing", "+1000.0 [+1000.0, +1000.0]", "100.0 %", "thinking tokens"):
        assert words in said


def test_false_equations_are_counted_with_their_interval(tmp_path: Path) -> None:
    path = write(tmp_path / "a.db", {"cot": "1111"})
    texts = ["1 + 1 = 2", "1 + 1 = 3", "x + 1 = 2", "2 + 2 = 4"]
    made = [replace(attempt(problem(i), "cot", 0, True), text=text) for i, text in enumerate(texts)]
    with store.open_to_write(path) as opened:
        store.write_attempts(opened, made)
    said = tables(report(path), "False equations")
    assert "33.3 % [0.0, 100.0]" in said
    assert "3 of 4" in said


def test_what_models_and_data_say_is_never_markup(tmp_path: Path) -> None:
    asked = [Problem(HOSTILE, HOSTILE, "p0", HOSTILE, 1), Problem("|?", "7", "p1", "x|y", 2)]
    path = write(tmp_path / "a.db", {"cot": "10"}, problems=asked)
    note_trace(path, "cot", HOSTILE)
    found = report(path)
    assert len(found.all("script")) == 1
    assert found.all("img") == []
    assert found.text.count(HOSTILE) >= 3
    keys = [str(row["data-keys"]).split("|") for row in found.all("details", "problem")]
    assert [len(row) for row in keys] == [5, 5]


def test_an_ungraded_run_is_reported_without_figures(tmp_path: Path) -> None:
    untold = [problem(i, answer=None) for i in range(3)]
    found = report(write(tmp_path / "a.db", {"cot": "111", SC4: "111"}, problems=untold))
    assert found.all("svg", "plot") == []
    assert "ungraded" in found.text
    assert {row["data-marks"] for row in found.all("details", "problem")} == {"ungraded ungraded"}


def test_the_command_of_a_run_can_be_pasted(run: Path) -> None:
    entries = read([run])
    said = command(entries[0].source, [entry.arm for entry in entries[:2]])
    assert said.replace("\\\n ", "").split() == [
        "loom", "eval", "world:gcd", "--strategy", "cot", "--strategy", "'self_consistency(n=4)'",
        "--model", "nano", "--seed", "0", "--samples", "1",
    ]  # fmt: skip


def test_a_place_that_cannot_be_written_is_told(run: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write the report"):
        write_report([run], tmp_path / "missing" / "r.html")


PROBE = """
<script>
const click = (element) => element.click();
const text = (all) => [...all].map((element) => element.textContent.trim());
const rows = () => text(document.querySelectorAll("#strategies tbody th"));
const numbers = () => text([...document.querySelectorAll(".problem:not([hidden]) .col0")]);
const found = {};
const tokens = document.querySelectorAll("#strategies thead button")[3];
click(tokens);
found.up = rows();
click(tokens);
found.down = rows();
click(document.querySelectorAll(".head .mark-head")[0]);
found.byCot = numbers();
const choose = (name, value) => {
  const field = document.querySelector(`[data-filter=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event("input", {bubbles: true}));
};
choose("outcome", "differ");
found.differ = numbers().length;
choose("outcome", "");
choose("words", "what 5?");
found.words = numbers();
choose("words", "");
const first = document.querySelector(".problem");
click(first.querySelector("summary"));
const trace = first.querySelector(".trace");
click(trace.querySelector("summary"));
found.open = [first.open, trace.open, trace.getBoundingClientRect().height > 20];
found.wide = document.documentElement.scrollWidth <= innerWidth;
const out = document.createElement("pre");
out.id = "probe";
out.textContent = JSON.stringify(found);
document.body.append(out);
</script>
"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [1200, 500])
def test_a_browser_sorts_filters_and_opens_a_trace(run: Path, tmp_path: Path, width: int) -> None:
    out = tmp_path / "report.html"
    write_report([run], out)
    out.write_text(out.read_text().replace("</main></body>", f"</main>{PROBE}</body>"))
    assert CHROMIUM
    shown = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},900",
         f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom",
         out.as_uri()],
        capture_output=True, text=True, timeout=180, check=True,
    ).stdout  # fmt: skip
    told = re.search(r'<pre id="probe">(.*?)</pre>', shown)
    assert told
    found = json.loads(told[1])
    assert found["up"] == ["cot", SC4, "debate"]
    assert found["down"] == [SC4, "cot", "debate"]
    assert found["byCot"] == ["1", "5", "6", "2", "7", "8", "3", "4"]
    assert found["differ"] == 3
    assert found["words"] == ["6"]
    assert found["open"] == [True, True, True]
    assert found["wide"]

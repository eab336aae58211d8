import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reasonloom.cli.templates import app
from reasonloom.errors import InputError, TemplateError

Loom = Callable[..., Result]


@pytest.fixture
def loom() -> Loom:
    def _loom(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return _loom


def test_list_groups_by_topic_and_counts(loom: Loom) -> None:
    result = loom("list", "--topic", "calculus")
    assert result.exit_code == 0
    assert result.output.startswith("calculus/differentiation\n")
    assert "trigonometric-substitution" in result.output
    assert "euclidean-algorithm" not in result.output


def test_list_takes_a_tag_by_its_alias(loom: Loom) -> None:
    found = json.loads(loom("list", "--tag", "highest common factor", "--json").output)
    assert {t["id"] for t in found["templates"]} >= {"euclidean-algorithm"}
    assert all("gcd" in t["tags"] for t in found["templates"])


def test_an_unknown_tag_names_the_nearest(loom: Loom) -> None:
    result = loom("list", "--tag", "integrale")
    assert isinstance(result.exception, InputError)
    assert "did you mean 'integrals'" in str(result.exception)


def test_show_tells_the_template_from_its_example(loom: Loom) -> None:
    output = loom("show", "Trigonometric substitution").output
    assert output.index("steps") < output.index("1. Match") < output.index("example")
    assert "answer   pi" in output


def test_show_as_json_has_the_hash(loom: Loom) -> None:
    found = json.loads(loom("show", "pascals-rule", "--json").output)
    assert found["name"] == "Pascal's rule"
    assert len(found["content_hash"]) == 16


def test_an_unknown_template_names_the_nearest(loom: Loom) -> None:
    result = loom("show", "euclidian-algorithm")
    assert isinstance(result.exception, InputError)
    assert "did you mean 'euclidean-algorithm'" in str(result.exception)


def test_search_prints_scores_best_first(loom: Loom) -> None:
    hits = json.loads(loom("search", "greatest common divisor", "--k", "3", "--json").output)
    assert 1 <= len(hits) <= 3
    assert hits[0]["id"] == "euclidean-algorithm"
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_search_says_when_nothing_fits(loom: Loom) -> None:
    result = loom("search", "how to roast a chicken")
    assert result.exit_code == 0
    assert "no template fits" in result.output


def test_lint_ends_with_1_and_the_place_of_each_fault(loom: Loom, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("templates:\n- name: x\n- name: [\n", "utf-8")
    result = loom("lint", str(tmp_path))
    assert result.exit_code == 1
    assert "a.yaml:4: malformed: not valid YAML" in result.output
    assert "1 findings" in result.output


def test_lint_of_the_shipped_library_finds_nothing(loom: Loom) -> None:
    result = loom("lint", "--no-checks")
    assert (result.exit_code, result.output) == (0, "no findings\n")


def test_import_reports_its_repairs_and_the_next_step(loom: Loom, tmp_path: Path) -> None:
    entry = {
        "template_name": "A name",
        "knowledge_tag": ["GCD", "LCM"],
        "reason_flow": ["Step 1: One", "Step 2: Two", "Step 3: Three"],
        "example_application": "Problem: p? Solution: s. Answer: 4",
    }
    (tmp_path / "in.json").write_text(json.dumps({"C": {"S": [entry]}}), "utf-8")
    result = loom("import", str(tmp_path / "in.json"), "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "A name: step numbering removed" in result.output
    assert "next: loom templates lint" in result.output
    listed = loom("list", "--library", str(tmp_path / "out"))
    assert "1 of 1 templates" in listed.output


def test_a_template_file_with_a_syntax_error_is_one_sentence(loom: Loom, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("templates: [\n", "utf-8")
    result = loom("list", "--library", str(tmp_path))
    assert isinstance(result.exception, TemplateError)
    assert "a.yaml:2: not valid YAML" in str(result.exception)


def test_the_command_group_is_cheap_to_import() -> None:
    program = (
        "import sys, reasonloom.cli.templates\n"
        "print({'numpy', 'yaml', 'pydantic', 'aiohttp', 'sympy', 'bm25s'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().strip() == "set()"


def test_calibrate_prints_the_threshold_and_what_it_does(loom: Loom) -> None:
    found = json.loads(loom("calibrate", "--json").output)
    assert 0 < found["threshold"] < 0.5
    assert found["false_accepts"] <= 0.05

"""The JSON in the reference has the keys that the verbs print, and no others."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.docs.pages import DOCS
from tracker.scripts.reading import seed_path
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE: Final = (DOCS / "reference" / "json.md").read_text("utf-8")
SECTIONS: Final = re.split(r"^## ", PAGE, flags=re.MULTILINE)
#: What several verbs have in common, by name.
_BLOCK: Final = re.compile(r"^```json ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTS: Final = {name: json.loads(text) for name, text in _BLOCK.findall(SECTIONS[0])}
SHAPES: Final = {
    section.partition("\n")[0]: json.loads(text) for section in SECTIONS[1:] for _, text in _BLOCK.findall(section)
}
#: What to run for each section, such that no list is empty where that can be.
RUNS: Final = {
    "record": ["record", "seeds/wrong.yaml"],
    "draft": ["draft", "seeds/drafts.yaml"],
    "drafts": ["drafts"],
    "review": ["review", "1", "1", "--accept", "--set", "party=XXX"],
    "source": ["source", "add", "page.html", "missing.html", "-n", "us-niger"],
    "import table": ["import", "table", "seeds/pax.csv", "--map", "pax", "--rejects", "bad.csv"],
    "status": ["status", "us-niger"],
    "log": ["log", "us-niger"],
    "show": ["show", "us-niger", "base-refusal"],
    "why": ["why", "us-niger", "agreement:sofa-2012"],
    "timeline": ["timeline", "us-niger"],
    "positions": ["positions", "us-niger"],
    "findings": ["findings", "us-niger"],
    "sources": ["sources", "us-niger"],
    "agenda": ["agenda", "us-niger", "--known-by", "2024-05-31"],
    "replay": ["replay", "us-niger"],
    "diff": ["diff", "us-niger", "known:2024-04", "known:2024-05-31"],
    "since": ["since"],
    "search": ["search", "uranium"],
    "verify": ["verify"],
    "schema --list": ["schema", "--list"],
    "schema --fields": ["schema", "WithdrawalOrdered", "--fields"],
    "backup": ["backup", "backup.db"],
    "rebuild": ["rebuild"],
    "export tables": ["export", "tables", "tables"],
    "fleet": ["fleet", "status", "tables"],
}
#: A key in capitals, for any name of a kind, and the key for all those that are not listed.
_ANY_NAME: Final = re.compile("[A-Z]+")
_MORE: Final = "…"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "wrong.yaml").write_text("- event: StatementMade\n  negotiation: us-niger\n", "utf-8")
    (folder / "seeds" / "drafts.yaml").write_text(
        "- event: StatementMade\n  negotiation: us-niger\n  party: NER\n  text: We go\n"
        "  evidence: [{source: politico-2024-05-10, quote: We go}]\n"
        "- event: StatementMade\n  negotiation: us-niger\n",
        "utf-8",
    )
    (folder / "page.html").write_text(
        '<!doctype html><title>Talks</title><meta name="date" content="2024-03-16">', "utf-8"
    )
    rows = "Con,PP,PPName,AgtId,Agt,Dat,Page\nNorway,1,Lake,1,Pact,2021-05-03,7\nNorway,1,Lake,2,Pact,soon,7\n"
    (folder / "seeds" / "pax.csv").write_text(rows, "utf-8")
    return folder


@pytest.mark.long
@pytest.mark.parametrize("section", SHAPES)
def test_a_verb_prints_what_the_page_says(
    section: str, reader: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(reader)
    if not (reader / "negotiations.db").exists():
        run("record", str(seed_path("us-niger")))
    if section == "since":
        run("since")
        run("add", "WithdrawalReversed", "-n", "us-niger", "withdrawal=all-forces", "party=USA")
    if section in {"drafts", "review"}:
        run("draft", "seeds/drafts.yaml")
    capsys.readouterr()
    run(*RUNS[section], "--json")
    found = json.loads(capsys.readouterr().out)
    assert compared(SHAPES[section], found, section) == []


def test_a_difference_is_found() -> None:
    shape = {"negotiation": "its id", "cut": "cut", "lines": [{"entry": "its id"}]}
    found = {"negotiation": "us-niger", "cut": {"known_by": None}, "lines": [{"entri": "x"}]}
    assert compared(shape, found, "timeline") != []
    assert compared(SHAPES["findings"], {"negotiation": "us-niger", "findings": []}, "") == [".cut is not printed"]


def test_every_verb_with_json_has_its_shape_or_is_told_elsewhere() -> None:
    from tests.tui.cli_reference import verbs

    with_json = {name for name, verb in verbs().items() if any("--json" in option.opts for option in verb.params)}
    assert with_json - {section.split()[0] for section in SHAPES} - TOLD_ELSEWHERE == set()


#: Verbs whose document is that of another one, or told on a page of its own.
TOLD_ELSEWHERE: Final = {
    *("demo", "add", "brief", "backup", "restore", "copy", "admin", "export", "import"),
    *("same", "correct", "retract", "move", "merge"),
}


def run(*words: str) -> None:
    """Run a verb in this process."""
    with pytest.raises(SystemExit) as end:
        cli.main(list(words))
    assert end.value.code in {0, 1}


def compared(shape: Any, found: Any, where: str) -> list[str]:  # noqa: ANN401 - any JSON
    """Return where keys differ; what the page names instead of showing, such as `finding`, is looked up."""
    return list(dict.fromkeys(_differences(shape, found, where)))


def _differences(shape: Any, found: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(shape, str):
        part = shape.removesuffix(" or null")
        if part in PARTS and not (found is None and shape != part):
            yield from _differences(PARTS[part], found, f"{where} ({part})")
    elif type(shape) is not type(found):
        yield f"{where} is {found!r}"
    elif isinstance(shape, list):
        for item in found:
            yield from _differences(shape[0], item, f"{where}[]")
    elif isinstance(shape, dict):
        named = shape
        if len(shape) == 1 and _ANY_NAME.fullmatch(any_name := next(iter(shape))):
            named = dict.fromkeys(found, shape[any_name])
        yield from (f"{where}.{key} is not printed" for key in named if key not in found and key != _MORE)
        yield from (f"{where}.{key} is not on the page" for key in found if key not in named and _MORE not in named)
        for key in named.keys() & found.keys():
            yield from _differences(named[key], found[key], f"{where}.{key}")

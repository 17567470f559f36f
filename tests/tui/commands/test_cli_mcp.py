"""`mcp`: each tool is its verb, answers stay under the budget, and what an assistant does never reaches the log."""

from __future__ import annotations

import json
import os
import random
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.conftest import CHECKOUT
from tracker import EventLog
from tracker.errors import CommuniqueError
from tracker.events.base import Amount, Evidence
from tracker.events.registry import EVENT_TYPES
from tui.cli import cli
from tui.commands.options import Invocation

pytest.importorskip("mcp", reason="the extra `mcp` is not installed: no assistant can be served")
from tui.commands.entering.mcp import Assistant
from tui.commands.entering.pages import LONGEST, pages, quoted, safe, size
from tui.commands.entering.tools import READ_ONLY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import BaseModel

    from tests.tui.conftest import Invoke

#: A call of each tool, and the words that ask the verb the same.
ASKED: Final[list[tuple[str, dict[str, Any], list[str]]]] = [
    ("status", {"negotiation": "us-niger", "known_by": "2024-05-11"}, ["us-niger", "--known-by", "2024-05-11"]),
    ("why", {"negotiation": "us-niger", "subject": "agreement:sofa-2012"}, ["us-niger", "agreement:sofa-2012"]),
    (
        "diff",
        {"negotiation": "us-niger", "before": "known:2024-04", "after": "now"},
        ["us-niger", "known:2024-04", "now"],
    ),
    ("since", {"negotiation": "us-niger", "notes": True}, ["us-niger", "--keep", "--notes"]),
    ("timeline", {"negotiation": "us-niger"}, ["us-niger"]),
    ("agenda", {"negotiation": "us-niger", "passed": True}, ["us-niger", "--passed"]),
    ("findings", {"negotiation": "us-niger", "kind": ["single-voice"]}, ["us-niger", "--kind", "single-voice"]),
    ("search", {"text": "air base", "limit": 3}, ["air base", "--limit", "3"]),
    ("show", {"negotiation": "us-niger", "entry": "sofa-revoked"}, ["us-niger", "sofa-revoked"]),
    (
        "sources",
        {"negotiation": "us-niger", "without": ["politico-2024-05-10"]},
        ["us-niger", "--without", "politico-2024-05-10"],
    ),
    ("schema", {"event": "StatementMade"}, ["StatementMade"]),
    ("schema", {"list": True}, ["--list"]),
]


@pytest.fixture
def assistant(own: Path, invoke: Invoke) -> Assistant:
    return Assistant(Invocation(str(own)), cli)


def joined(found: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return the whole that pages are of."""
    if isinstance(found[0], list):
        return [item for page in found for item in page]
    whole: dict[str, Any] = {}
    for page in found:
        for name, value in page.items():
            if isinstance(value, list):
                whole[name] = [*whole.get(name, []), *value]
            elif isinstance(value, dict):
                whole[name] = {**whole.get(name, {}), **value}
            else:
                whole[name] = value
    return whole


def heads_of(path: Path) -> dict[str, str]:
    """Return the heads of a log that is whole."""
    with EventLog.open(path, create=False, read_only=True) as log:
        assert log.verify().ok
        return log.heads()


def every_page(assistant: Assistant, name: str, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [assistant.call(name, arguments, "test")]
    while (cursor := found[-1]["next"]) is not None:
        found.append(assistant.call(name, {**arguments, "cursor": cursor}, "test"))
    return found


def test_every_tool_is_asked() -> None:
    assert {name for name, *_ in ASKED} == set(READ_ONLY)


@pytest.mark.long
async def test_an_assistant_over_stdio_gets_what_the_verbs_print(
    own: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    heads = heads_of(own)
    variables = {"COMMUNIQUE_NOW": "2026-01-02T12:00:00Z", "PYTHONPATH": str(CHECKOUT)}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "tui", "--log", str(own), "mcp"], env=variables, cwd=str(own.parent)
    )
    with open(os.devnull, "w") as errors:  # noqa: ASYNC230, PTH123 - nothing is waited for
        async with Client(stdio_client(server, errlog=errors)) as client:
            listed = {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}
            assert list(listed) == [*READ_ONLY, "propose"]
            assert not any(schema["additionalProperties"] for schema in listed.values())
            for name, arguments, words in ASKED:
                result = await client.call_tool(name, arguments)
                assert not result.is_error, result.content
                assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
                printed = json.loads(invoke("--log", own, name, *words, "--json").stdout)
                found = [result.structured_content]
                while cursor := found[-1]["next"]:
                    further = await client.call_tool(name, {**arguments, "cursor": cursor})
                    found.append(further.structured_content)
                assert joined([page["answer"] for page in found]) == safe(printed), name
            wrong = await client.call_tool("status", {"negotiaton": "us-niger"})
            assert wrong.is_error
            assert "no argument 'negotiaton'; did you mean 'negotiation'?" in wrong.content[0].text  # type: ignore[union-attr]
            claim = {"event": "StatementMade", "negotiation": "us-niger", "party": "NER", "text": "We go"}
            proposed = await client.call_tool("propose", {"entries": [claim], "reason": "It is in the paper."})
            assert proposed.structured_content["answer"]["drafts"] == [1]
    assert heads_of(own) == heads
    (draft,) = json.loads(invoke("--log", own, "drafts", "--json").stdout)["drafts"]
    assert draft["drafted_by"].startswith("mcp:")
    assert (draft["reason"], draft["entry"]) == ("It is in the paper.", claim)


def test_pages_joined_are_the_whole(own: Path, invoke: Invoke) -> None:
    assistant = Assistant(Invocation(str(own)), cli, 6_000)
    for name, arguments, words in (call for call in ASKED if call[0] in {"timeline", "sources"}):
        found = every_page(assistant, name, arguments)
        assert len(found) > 3
        assert all(size(page) <= 6_000 for page in found)
        printed = json.loads(invoke("--log", own, name, *words, "--json").stdout)
        assert joined([page["answer"] for page in found]) == safe(printed), name


def test_a_cursor_belongs_to_its_answer(own: Path, invoke: Invoke) -> None:
    assistant = Assistant(Invocation(str(own)), cli, 4_000)
    arguments = {"negotiation": "us-niger"}
    cursor = assistant.call("timeline", arguments, "")["next"]
    for wrong in ("", "x", f"{cursor}9", 3, cursor.replace(".1", ".-1")):
        with pytest.raises(CommuniqueError, match="ask without cursor"):
            assistant.call("timeline", {**arguments, "cursor": wrong}, "")
    with pytest.raises(CommuniqueError, match="ask without cursor"):
        assistant.call("sources", {**arguments, "cursor": cursor}, "")
    # Another server finds it again, as long as the answer is the same.
    other = Assistant(Invocation(str(own)), cli, 4_000)
    assert other.call("timeline", {**arguments, "cursor": cursor}, "")["answer"]["lines"]
    invoke("--log", own, "add", "StatementMade", "-n", "us-niger", "party=NER", "text=New")
    with pytest.raises(CommuniqueError, match="it has changed"):
        Assistant(Invocation(str(own)), cli, 4_000).call("timeline", {**arguments, "cursor": cursor}, "")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("status", {"negotiation": "us-nigr"}, "did you mean 'us-niger'"),
        ("status", {"log": "/etc/passwd"}, "no argument 'log'"),
        ("status", {"negotiation": ["us-niger"]}, "must be a text"),
        ("why", {"negotiation": "us-niger"}, "subject is required"),
        ("search", {"text": "a", "limit": "3"}, "must be a whole number"),
        ("search", {"text": "a", "limit": 0}, "--limit"),
        ("agenda", {"passed": "yes"}, "must be true or false"),
        ("status", {"known_by": "--log=/etc/passwd"}, "--known-by"),
        ("show", {"negotiation": "us-niger", "entry": "--json"}, "no entry"),
        ("record", {}, "there is no tool 'record'"),
        ("propose", {"entries": []}, "a list of 1 to"),
        ("propose", {"entries": [{}], "by": "me"}, "no argument 'by'"),
    ],
)
def test_what_is_wrong_is_told_as_the_verb_tells_it(
    assistant: Assistant, name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(CommuniqueError) as error:
        assistant.call(name, arguments, "test")
    assert message in str(error.value)
    assert "Traceback" not in str(error.value)


def test_since_never_moves_the_mark(assistant: Assistant, own: Path, invoke: Invoke) -> None:
    invoke("--log", own, "since")
    invoke("--log", own, "add", "StatementMade", "-n", "us-niger", "party=NER", "text=New")
    for _ in range(2):
        assert assistant.call("since", {"negotiation": "us-niger"}, "")["answer"]["entries"] == 1


def test_other_peoples_words_are_named_and_made_visible(assistant: Assistant, own: Path, invoke: Invoke) -> None:
    entry = {
        "event": "StatementMade",
        "negotiation": "us-niger",
        "id": "odd",
        "party": "NER",
        "text": "\x1b[2J\u202e " + "é" * 13_994,
    }
    invoke("--log", own, "record", "-", stdin=json.dumps(entry))
    found = every_page(assistant, "show", {"negotiation": "us-niger", "entry": "odd"})
    text = joined([page["answer"] for page in found])["entry"]["text"]
    assert text.startswith("␛[2J⟨U+202E⟩ é")
    assert text.endswith("… and 4000 more characters")
    assert {name for page in found for name in page["quoted"]} == {"text"}


def test_what_takes_any_text_is_named_as_quoted() -> None:
    kinds: list[type[BaseModel]] = [*EVENT_TYPES.values(), Evidence, Amount]
    taking = {
        name
        for kind in kinds
        for name, info in kind.model_fields.items()
        if info.annotation in {str, str | None} and not info.metadata
    }
    assert {"quote", "title", "note", "scope"} <= taking
    assert sorted(taking) == quoted(dict.fromkeys(taking, "text"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(st.text(max_size=10), json_values, max_size=6), st.integers(2_000, 6_000))
def test_any_document_is_cut_under_the_budget(document: dict[str, Any], budget: int) -> None:
    found = pages(document, budget)
    assert all(size({"answer": page, "next": "0" * 30, "quoted": quoted(page)}) <= budget for page in found)
    if all(size(value) < budget // 8 for value in document.values()):
        assert joined(found) == safe(document)


def test_a_long_text_says_how_much_is_left_out() -> None:
    (page,) = pages({"note": "é" * (LONGEST + 5)}, 100_000)
    assert page["note"] == "é" * LONGEST + "… and 5 more characters"
    (page,) = pages({"list": ["😀" * 9000]}, 40_000)
    assert size(page) < 40_000


def test_hostile_calls_leave_the_log_as_it_was(assistant: Assistant, own: Path) -> None:
    call_at_random(assistant, own, 40)


@pytest.mark.long
def test_very_many_hostile_calls_leave_the_log_as_it_was(assistant: Assistant, own: Path) -> None:
    call_at_random(assistant, own, 1000)


def call_at_random(assistant: Assistant, own: Path, count: int) -> None:
    """Call tools with arguments of any kind, and hold the log against what it was."""
    chance = random.Random(15)
    before = own.read_bytes()
    there = sorted(path.name for path in own.parent.iterdir())
    texts = [
        *(
            "us-niger",
            "",
            "--log=x.db",
            "-",
            "../../etc/passwd",
            "'; DROP TABLE stored_events; --",
            "a" * 5000,
            "\x00\x1b[2J",
        ),
        *(
            "\ud800",
            "%s%n",
            "$(touch x)",
            "agreement:sofa-2012",
            "now",
            "known:2024-05",
            "#1",
            "[5%]",
            "NEAR(a",
            "sofa-revoked",
        ),
    ]
    values = [*texts, None, True, -1, 10**40, 1.5, [], ["us-niger"] * 3, {}, {"a": {"b": [1]}}, [[["x"]]]]
    for _ in range(count):
        name = chance.choice([*READ_ONLY, "propose", "record", "__class__", ""])
        tool = assistant.tools.get(name)
        known = [*tool.parameters] if tool else ["entries", "reason"]
        arguments: dict[str, Any] = {
            chance.choice([*known, "cursor", "log", "output"]): chance.choice(values) for _ in range(3)
        }
        arguments |= {key: chance.choice(texts) for key in known if chance.random() < 0.5}
        if name == "propose":
            entry = {"event": "StatementMade", "negotiation": "us-niger", **arguments, "text": chance.choice(values)}
            arguments = {"entries": [entry, chance.choice(values)]}
        try:
            answer = assistant.call(name, arguments, "\x1bevil\n" * 100)
        except CommuniqueError as error:
            said = str(error)
            assert said
            assert "internal error" not in said
            assert "Traceback" not in said
        else:
            assert size(answer) <= 40_000
    assert own.read_bytes() == before
    new = {path.name for path in own.parent.iterdir()} - {*there}
    assert new <= {"own.db.drafts", "own.db.readmodel"}

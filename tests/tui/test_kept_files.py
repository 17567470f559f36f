"""The small files of a person, however damaged: settings are told in one line, the rest is done without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tracker.errors import ContentError
from tui.drafts import Drafts
from tui.environment import state_folder
from tui.kept import Marks, Unfinished, View, Views
from tui.workspace.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

DEEP: Final = 50_000
DAMAGED: Final = (
    *(b"", b"{", b"null", b"5", b"[]", b"\xff\xfe", b"\0" * 100, b"[" * DEEP, b'{"a":' * DEEP, b"9" * 6000),
    *(b'{"talks": 5}', b'{"talks": [1, 2]}', b'{"talks": ["StatementMade", {}, {"x": 1}]}'),
    *(b'{"views": 5}', b'{"views": {"talks": {"cut": 5}}}', b'{"views": {"talks": {"marks": [5]}}, "theme": ["x"]}'),
    *(b'{"views": {"talks": {"zoomed": "x"}}}', b'{"views": {"talks": {"selected": [1]}}}'),
)


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: content[:30].decode("ascii", "replace"))
def test_damaged_files_are_done_without_and_written_anew(content: bytes) -> None:
    marks = Marks(state_folder(), "identity", "ada").path
    for path in (state_folder() / "drafts" / "identity.json", state_folder() / "views" / "identity.json", marks):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    drafts = Drafts("identity")
    assert drafts.get("talks") is None
    drafts.keep("talks", Unfinished("StatementMade", {"text": "said"}))
    assert Drafts("identity").get("talks") == Unfinished("StatementMade", {"text": "said"})
    views = Views("identity")
    assert (views.theme, views.views) == (None, {})
    views.keep("talks", View(filter="said"), "dark")
    assert Views("identity").views == {"talks": View(filter="said")}
    assert Views("identity").theme == "dark"
    assert Marks(state_folder(), "identity", "ada").problem


def test_two_workspaces_keep_their_drafts_beside_each_other() -> None:
    ours, theirs = Drafts("identity"), Drafts("identity")
    assert ours.of("talks") == theirs.of("talks") == ()
    kept = [
        Unfinished("StatementMade", {"text": text}, number=drafts.new_number())
        for text, drafts in (("ours", ours), ("theirs", theirs), ("ours again", ours))
    ]
    for drafts, draft in zip((ours, theirs, ours), kept, strict=True):
        assert drafts.keep("talks", draft)
    assert theirs.of("talks") == tuple(kept)
    theirs.drop("talks", kept[0].number)
    assert ours.of("talks") == tuple(kept[1:])


def test_a_draft_that_is_damaged_or_newer_stays_as_it_is_beside_others() -> None:
    drafts = Drafts("identity")
    drafts.keep("talks", Unfinished("StatementMade", {"text": "said"}, number=1))
    (path,) = (state_folder() / "drafts").rglob("1.json")
    for content in (path.read_bytes()[:-2], b'{"format": 2, "draft": {}}', b""):
        path.write_bytes(content)
        drafts.keep("talks", Unfinished("StatementMade", {"text": "more"}, number=2))
        assert [draft.number for draft in Drafts("identity").of("talks")] == [2]
        drafts.drop("talks")
        assert path.read_bytes() == content


def test_what_is_no_text_is_not_kept_and_does_no_harm() -> None:
    drafts = Drafts("identity")
    drafts.keep("talks", Unfinished("StatementMade", {"text": "\ud800"}))
    assert Drafts("identity").get("talks") is None
    Views("identity").keep("talks", View(filter="\ud800"), "dark")
    assert Views("identity").views == {}
    assert [path.name for path in state_folder().rglob("*") if path.is_file()] == []


def test_what_an_older_version_kept_is_read() -> None:
    for folder, text in (
        ("drafts", '{"talks": ["StatementMade", {"text": "said"}, null], "others": ["StatementMade", {}, "began"]}'),
        (
            "views",
            '{"theme": "dark", "views": {"talks": {"cut": "known:2024-05-01", "selected": "began", "zoomed": true}}}',
        ),
    ):
        path = state_folder() / folder / "identity.json"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    (draft,) = Drafts("identity").of("talks")
    assert draft == Unfinished("StatementMade", {"text": "said"}, number=draft.number)
    (draft,) = Drafts("identity").of("others")
    assert draft == Unfinished("StatementMade", {}, "began", draft.number)
    wanted = View("known:2024-05-01", selected="began", zoomed=True)
    assert (Views("identity").theme, Views("identity").views) == ("dark", {"talks": wanted})


@pytest.mark.parametrize(
    "text", ["a=" + "[" * DEEP, "a=" + "{b=" * DEEP, "a=" + "9" * 6000, "theme=[1]", "keys=[[]]", "="]
)
def test_settings_of_no_use_are_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(ContentError, match=r"settings\.toml: "):
        read_settings(path)

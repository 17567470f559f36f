"""The notebook: its cells run in order, from an empty folder and without Jupyter, and it is kept without outputs."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any, Final

from tests.docs.pages import DOCS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOTEBOOK: Final = DOCS / "tutorial" / "notebook.ipynb"


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return found


def shown(text: str, names: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever a cell shows
    """Run a cell as a notebook does, and return the value of the expression at its end, None where there is none."""
    body = ast.parse(text)
    last = body.body[-1]
    if isinstance(last, ast.Expr):
        body.body.pop()
    exec(compile(body, str(NOTEBOOK), "exec"), names)  # noqa: S102 - the cells are ours
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)  # noqa: S307 - as above


def test_the_cells_run_in_order_and_show_what_the_text_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names: dict[str, Any] = {}
    by_id = {cell["id"]: shown("".join(cell["source"]), names) for cell in cells() if cell["cell_type"] == "code"}
    assert by_id["open"] == {"us-niger": 163}
    assert "withdrawal:all-forces" in by_id["status"]._repr_html_()
    assert "order-last-week" in by_id["because"]._repr_html_()
    assert "expectations" in by_id["tables"]._repr_html_()
    assert set(by_id["pyarrow"]["axis"].to_pylist()) == {"known", "happened", "recorded"}
    assert by_id["answer"] == {"demanded": 2, "agreed": 0, "ordered": 11, "under-way": 20, "completed": 1}


def test_no_output_is_kept() -> None:
    kept = [(cell["outputs"], cell["execution_count"]) for cell in cells() if cell["cell_type"] == "code"]
    assert kept == [([], None)] * len(kept)

"""Parts of the reference that are made from the program, between two marks."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Part(NamedTuple):
    """A part of a page of the reference: what it holds, and the module that makes it anew by `python -m`."""

    page: str
    holds: str
    module: str

    @property
    def document(self) -> Path:
        """The page."""
        return Path(__file__).resolve().parents[1] / "docs" / "reference" / self.page

    def split(self) -> tuple[str, str, str]:
        """Return what stands before the part with its mark, the part, and what stands after it with its mark."""
        begin, end = f"<!-- {self.holds}: made by python -m {self.module} -->\n", f"<!-- end of {self.holds} -->\n"
        text = self.document.read_text("utf-8")
        assert text.count(begin) == text.count(end) == 1
        before, _, rest = text.partition(begin)
        part, _, after = rest.partition(end)
        return before + begin, part, end + after

    def put(self, text: str) -> None:
        """Put a text in the place of what is there."""
        before, _, after = self.split()
        self.document.write_text(f"{before}\n{text}{after}", "utf-8")

    def require(self, text: str) -> None:
        """Assert that the page has this text."""
        assert self.split()[1].strip() == text.strip(), f"run `python -m {self.module}`"

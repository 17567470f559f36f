"""A brief as one HTML page: no script, no request, and no text from outside that is more than text.

What the template prints goes through `plain`, so that it neither hides nor turns anything round, and through the
escapes of jinja2. The policy in the page (Content Security Policy, level 3) lets in its own styles, by their digest,
and no more.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from projections.exports.brief import words
from projections.exports.text import link, plain
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from projections.exports.brief.contents import Brief

_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2})+")
_TEMPLATE: Final = "page.html"
_STYLES: Final = "page.css"
#: `img-src data:` is for the empty picture of the tab, without which a browser asks the server for one.
_POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'"


def page(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as one HTML page that needs nothing else; `generated` says when it was made."""
    from markupsafe import Markup

    styles = _read(_STYLES)
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return _template().render(
        brief=found,
        chart=found.chart,
        generated=generated,
        # The two texts of our own that the template prints as they are.
        styles=Markup(styles),  # noqa: S704 - ours
        policy=Markup(_POLICY.format(digest)),  # noqa: S704 - ours
        numbers={event.entry: number for number, event in enumerate(found.chronology, 1)},
        when=lambda text: _whole(words.when(text)),
        since=lambda text: _whole(words.since(text)),
        whole=_whole,
    )


def _whole(text: str) -> Markup:
    """Return a text with its days kept whole where a line ends."""
    from markupsafe import Markup, escape

    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(plain(text)))))  # noqa: S704 - escaped before


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(link=link, words=words.words, listed=listed, counted=words.counted)
    return environment.from_string(_read(_TEMPLATE))


def _finalize(value: object) -> object:
    """Return what is about to be printed, texts through the door; what is markup is ours."""
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")

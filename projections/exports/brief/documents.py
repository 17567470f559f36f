"""A brief as a document, made by a template: Markdown, or one HTML page without a request.

What a template prints goes through the door of its format, so that no text from outside is more than text there. The
policy in the page (Content Security Policy, level 3) lets in its own styles, and if it plays its own script, by their
digests, and no more.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from projections.exports.brief import words
from projections.exports.text import link, markdown, plain
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from projections.exports.brief.contents import Brief

_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2})+")
_REPORT: Final = "report.jinja"
_PAGE: Final = "page.html"
_STYLES: Final = "page.css"
_PLAY_STYLES: Final = "play.css"
_SCRIPT: Final = "play.js"
#: `img-src data:` is for the empty picture of the tab, without which a browser asks the server for one.
_POLICY: Final = "default-src 'none'; {}; img-src data:; base-uri 'none'; form-action 'none'"


def report(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as Markdown (CommonMark, with GitHub's tables and strikes); `generated` says when it was made."""
    return _template(_REPORT).render(brief=found, generated=generated, when=words.when, since=words.since)


def page(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as one HTML page that needs nothing else; `generated` says when it was made."""
    from markupsafe import Markup

    styles, script, data = _read(_STYLES), "", ""
    if found.play is not None:
        styles, script, data = styles + _read(_PLAY_STYLES), _read(_SCRIPT), found.play.data
    allowed = [f"{kind}-src {_digest(text)}" for kind, text in (("style", styles), ("script", script)) if text]
    return _template(_PAGE).render(
        brief=found,
        chart=found.chart,
        generated=generated,
        # The texts of our own that the template prints as they are.
        styles=Markup(styles),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        data=Markup(data),  # noqa: S704 - numbers and days
        policy=Markup(_POLICY.format("; ".join(allowed))),  # noqa: S704 - ours
        numbers={event.entry: number for number, event in enumerate(found.chronology, 1)},
        when=lambda text: _whole(words.when(text)),
        since=lambda text: _whole(words.since(text)),
        whole=_whole,
    )


def _digest(text: str) -> str:
    """Return by which a policy lets in a text that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _whole(text: str) -> Markup:
    """Return a text with its days kept whole where a line ends."""
    from markupsafe import Markup, escape

    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(plain(text)))))  # noqa: S704 - escaped before


@lru_cache(maxsize=2)
def _template(name: str) -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def as_html(value: object) -> object:
        # jinja2 escapes it.
        return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

    def as_markdown(value: object) -> object:
        return value if hasattr(value, "__html__") else Markup(markdown(value))  # noqa: S704 - through its door

    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=as_html if name == _PAGE else as_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(link=link, words=words.words, listed=listed, counted=words.counted)
    return environment.get_template(name)


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")

"""What a saved HTML page says of itself: in its head, in JSON-LD, in its times, and in what the browser wrote."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tracker.documents import addresses
from tracker.documents.dating import GivenDay, agreed, candidates
from tracker.documents.days import day_in_address, days_in
from tracker.documents.document import Candidate, Document, squeezed, stamp
from tracker.documents.languages import language
from tracker.documents.pages.markup import decoded, lean, tree_of
from tracker.documents.pages.structured import JsonLd
from tracker.documents.pages.visible import visible_day, written_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from lxml.html import HtmlElement

_HEAD: Final = 16_384
_SINGLE_FILE: Final = re.compile(r"<!--\s*Page saved with SingleFile\s(.{0,4000}?)-->", re.DOTALL)
_SINGLE_FILE_URL: Final = re.compile(r"^\s*url:\s*(\S+)", re.MULTILINE)
_SINGLE_FILE_DATE: Final = re.compile(r"^\s*saved date:\s*(.+?)\s*$", re.MULTILINE)
_SAVED_FROM: Final = re.compile(r"<!--\s*saved from url=(?:\(\d+\))?(\S+)\s*-->")
#: Names under which pages give the day of publication, the surest first.
_DATE_NAMES: Final = (
    *("article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished"),
    *("citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued", "dcterms.issued"),
    *("dcterms.available", "prism.publicationdate", "parsely-pub-date", "sailthru.date", "rnews:datepublished"),
    *("originalpublicationdate", "article_date_original", "publication_date", "publication-date", "publicationdate"),
    *("publishdate", "publish-date", "publish_date", "published_date", "published-date", "publisheddate", "published"),
    *("published_time", "date_published", "article.published", "bt:pubdate", "pubdate", "pub_date", "publish_time"),
    *("cxenseparse:recs:publishtime", "cxenseparse:publishtime", "shareaholic:article_published_time", "displaydate"),
    *("apub:time", "dcterms.date", "dc.date", "dc.date.created", "dcterms.created", "dc:date", "dc:created"),
    *(
        "og:pubdate",
        "og:publish_date",
        "og:release_date",
        "release_date",
        "article:post_date",
        "article_publication_date",
    ),
    *("article-publication-date", "article:publicationdate", "datecreated", "video:release_date", "ptime", "pdate"),
    *("timestamp", "created", "creation_date", "date"),
)
_TITLE_NAMES: Final = (
    "og:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "twitter:title",
    "parsely-title",
    "headline",
)
_AUTHOR_NAMES: Final = (
    *("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author"),
    *("sailthru.author", "byl", "article.author", "dc.creator.personalname"),
)
_PUBLISHER_NAMES: Final = (
    *("og:site_name", "dc.publisher", "dcterms.publisher", "citation_publisher", "publisher", "application-name"),
)
_LANGUAGE_NAMES: Final = (
    *("content-language", "inlanguage", "dc.language", "dcterms.language", "citation_language", "language"),
    *("og:locale", "lang"),
)
_ADDRESS: Final = re.compile(r"https?://|^@|\.(?:com|org|net)\b", re.IGNORECASE)
_MOST_TIMES: Final = 400
_MOST_METAS: Final = 5000
_PUBLISHED_CLASS: Final = re.compile(
    r"publi|pub-?date|entry-date|post-?date|dt-published|dateline|article-?date|created|timestamp", re.IGNORECASE
)
_UPDATED_CLASS: Final = re.compile(r"updat|modif", re.IGNORECASE)
_ASIDE: Final = frozenset(("aside", "nav", "footer"))
_RELATED: Final = re.compile(r"related|sidebar|comment|teaser|recommend|widget|latest|more-", re.IGNORECASE)


class Page:
    """A parsed page with what its head holds: `metas` by their names in lower case."""

    def __init__(self, content: bytes, charset: str | None = None) -> None:
        text = decoded(lean(content), charset)
        head = text[:_HEAD]
        self.saved = _SINGLE_FILE.search(head)
        self.saved_from = _SAVED_FROM.search(head)
        self.tree: HtmlElement = tree_of(text)
        self.metas: dict[str, list[str]] = {}
        for number, meta in enumerate(self.tree.iter("meta")):
            if number == _MOST_METAS:
                break
            value = meta.get("content") or meta.get("value")
            if value and value.strip():
                names = (meta.get("property"), meta.get("name"), meta.get("itemprop"), meta.get("http-equiv"))
                for name in {name.strip().lower() for name in names if name}:
                    self.metas.setdefault(name, []).append(value.strip())
        scripts = self.tree.iter("script")
        self.linked = JsonLd(
            script.text for script in scripts if script.text and "ld+json" in (script.get("type") or "").lower()
        )

    def meta(self, *names: str) -> str | None:
        """Return what the first of some names holds."""
        return next((found for name in names for value in self.metas.get(name, ()) if (found := squeezed(value))), None)


def read(
    content: bytes,
    today: date,
    *,
    charset: str | None = None,
    url: str | None = None,
    captured_at: str | None = None,
) -> Document:
    """Return what a page tells of itself; it was saved at the latest on `today`.

    `url` and `captured_at` are what a container tells of it.

    Raises `UnreadableError`.
    """
    page = Page(content, charset)
    saved_from, saved_at = _saved(page)
    own, captured_at = saved_from or addresses.whole(url), saved_at or captured_at
    taken, others = _address(page, own)
    latest = days_in(captured_at)[0] if captured_at and days_in(captured_at) else today.isoformat()
    readings = list(_readings(page, taken or own, latest))
    published = agreed(readings)
    if published is None:
        readings += written_days(page.tree, readings)
        published = agreed(readings)
    return Document(
        title=_title(page),
        publisher=page.linked.text("publisher", "sourceOrganization") or page.meta(*_PUBLISHER_NAMES),
        author=_author(page),
        url=taken,
        language=_language(page),
        published=published,
        captured_at=captured_at,
        candidates=(*others, *(one for one in candidates(readings) if one.value != published)),
    )


def _saved(page: Page) -> tuple[str | None, str | None]:
    """Return the address from which a browser saved the page, and when."""
    if page.saved:
        url, day = _SINGLE_FILE_URL.search(page.saved[1]), _SINGLE_FILE_DATE.search(page.saved[1])
        return addresses.whole(url[1]) if url else None, script_time(day[1]) if day else None
    return (addresses.whole(page.saved_from[1]), None) if page.saved_from else (None, None)


def script_time(text: str) -> str | None:
    """Return a time as JavaScript writes it, ``Mon May 06 2024 10:22:33 GMT+0200 (CEST)``, or ISO 8601, in UTC."""
    written = text.partition("(")[0].strip()
    for form in ("%a %b %d %Y %H:%M:%S GMT%z", "%a, %d %b %Y %H:%M:%S GMT"):
        try:
            moment = datetime.strptime(written, form)  # noqa: DTZ007 - one of the forms is in UTC without saying so
            return stamp(moment.replace(tzinfo=moment.tzinfo or UTC))
        except (ValueError, OverflowError):
            continue
    try:
        moment = datetime.fromisoformat(written)
        return stamp(moment.replace(tzinfo=moment.tzinfo or UTC))
    except (ValueError, OverflowError):
        return None


def _address(page: Page, own: str | None) -> tuple[str | None, list[Candidate]]:
    """Return the page's address, and those that name another host than the one it was saved from."""
    base = own
    for element in page.tree.iter("base"):
        base = addresses.whole(element.get("href"), own) or own
        break
    links = page.tree.iter("link")
    hrefs = [one.get("href") or "" for one in links if "canonical" in (one.get("rel") or "").lower().split()]
    found = [Candidate("url", href, "link rel=canonical") for href in hrefs]
    found += [Candidate("url", value, "meta og:url") for value in page.metas.get("og:url", ())]
    if (linked := page.linked.address()) is not None:
        found.append(Candidate("url", linked, "JSON-LD url"))
    taken: str | None = None
    others: list[Candidate] = []
    for one in found:
        url = addresses.whole(one.value, base)
        if url is None:
            continue
        if own is None or addresses.same_host(url, own):
            taken = taken or url
        elif url not in {other.value for other in others}:
            others.append(one._replace(value=url))
    return taken or own, others


def _title(page: Page) -> str | None:
    title = page.linked.text("headline") or page.meta(*_TITLE_NAMES)
    return title or next(
        (found for one in page.tree.iter("title", "h1") if (found := squeezed(one.text_content()))), None
    )


def _author(page: Page) -> str | None:
    if name := page.linked.text("author", "creator"):
        return name
    for name in _AUTHOR_NAMES:
        names = [
            found
            for value in page.metas.get(name, ())[:20]
            if (found := squeezed(value)) and not _ADDRESS.search(found)
        ]
        if names:
            return "; ".join(dict.fromkeys(names))
    return None


def _language(page: Page) -> str | None:
    said: list[str | None] = [page.tree.get("lang"), page.tree.get("xml:lang")]
    said += [page.linked.text("inLanguage"), *(page.meta(name) for name in _LANGUAGE_NAMES)]
    said += [element.get("lang") for element in page.tree.iter("body", "main", "article")]
    said += [element.get("hreflang") for element in page.tree.iter("link") if element.get("rel") == "canonical"]
    found = next((found for text in said if text and (found := language(text))), None)
    # Where the page as a whole tells none, but all parts that do tell the same, it is that.
    parts = set() if found else {str(text).lower() for text in page.tree.xpath("//@lang")}
    return language(parts.pop()) if len(parts) == 1 else found


# ── days of publication ──


def _readings(page: Page, url: str | None, latest: str) -> Iterator[GivenDay]:
    """Yield all readings, none later than a day after the one on which the page was saved, as zones may part them."""
    most = (datetime.fromisoformat(latest) + timedelta(days=1)).date().isoformat()
    found = [*_of_linked(page), *_of_metas(page), *_of_times(page)]
    day = day_in_address(url) if url else None
    if day:
        found.append(GivenDay("address", day, "address"))
    seen = visible_day(page.tree, most)
    if seen:
        found.append(GivenDay("text", seen, "htmldate", weak=True))
    return (reading for reading in found if reading.day <= most)


def _of_linked(page: Page) -> Iterator[GivenDay]:
    for name, text, is_weak in page.linked.dates():
        if days := days_in(text):
            yield from (GivenDay("JSON-LD", day, f"JSON-LD {name}", is_weak) for day in days)
            return


def _of_metas(page: Page) -> Iterator[GivenDay]:
    """Yield the surest name's day, and those of the others as weaker ones."""
    weak = False
    for name in _DATE_NAMES:
        for value in page.metas.get(name, ())[:3]:
            for day in days_in(value):
                yield GivenDay("meta", day, f"meta {name}", weak)
                weak = True
    for value in page.metas.get("parsely-page", ())[:1]:
        try:
            text = json.loads(value)["pub_date"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        yield from (GivenDay("meta", day, "meta parsely-page", weak) for day in days_in(str(text)))


def _of_times(page: Page) -> Iterator[GivenDay]:
    """Yield the days of elements that are marked up as times: those of the article itself, and weaker ones."""
    marked: list[GivenDay] = []
    plain: list[GivenDay] = []
    elements = page.tree.xpath(
        "//time | //abbr[@title] | //*[@itemprop='datePublished' or @itemprop='dateCreated'"
        " or @property='datePublished' or @data-datetime]"
    )
    for element in elements[:_MOST_TIMES]:
        if element.tag == "meta":
            continue
        how = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('property') or ''}"
        if "datemodified" in how.lower():
            continue
        given = (element.get(name) for name in ("datetime", "content", "data-datetime", "title"))
        text = next(filter(None, given), None) or element.text_content()
        is_marked = element.get("pubdate") is not None or "datePublished" in how or bool(_PUBLISHED_CLASS.search(how))
        if _UPDATED_CLASS.search(how) and not is_marked:
            continue
        aside = _is_aside(element)
        for day in days_in(text):
            where = f"<{element.tag}>"
            (marked if is_marked and not aside else plain).append(GivenDay("time", day, where, aside))
    first = next((one for one in plain if not one.weak), None) if not marked else None
    for one in marked:
        yield one._replace(weak=one.day != marked[0].day)
    for one in plain:
        yield one._replace(weak=first is None or one.day != first.day)


def _is_aside(element: HtmlElement) -> bool:
    """Say whether an element stands beside the article: in a column, among comments, or in what leads elsewhere."""
    for above in element.iterancestors():
        if above.tag in _ASIDE or _RELATED.search(above.get("class") or ""):
            return bool(above.tag != "body")
        if above.tag == "body":
            break
    return False

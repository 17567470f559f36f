"""Documents of six kinds, made as browsers, crawlers and reference managers write them."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from uuid import NAMESPACE_URL, uuid5

#: What a news page carries, with the same day everywhere.
PAGE: Final = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Niger ends accord - Example Post</title>
<link rel="canonical" href="https://www.example.org/world/2024/03/16/niger-ends-accord">
<meta property="og:site_name" content="Example Post"><meta name="author" content="Ada Lovelace">
<meta property="article:published_time" content="2024-03-16T23:30:00-05:00">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebSite", "name": "Example Post"},
 {"@type": ["NewsArticle"], "headline": "Niger ends accord", "datePublished": "2024-03-16T23:30:00-05:00",
  "author": [{"@id": "#ada"}], "publisher": {"@type": "Organization", "name": "Example Post"}},
 {"@type": "Person", "@id": "#ada", "name": "Ada Lovelace"}]}</script>
</head><body><article><h1>Niger ends accord</h1><time datetime="2024-03-16">16 March 2024</time>
<p>The accord was “unfairly im&shy;posed”, the spokes&shy;man said.</p></article>
<script>var hidden = "not text";</script></body></html>"""
SINGLE_FILE: Final = """<!DOCTYPE html> <html lang="fr"><!--
 Page saved with SingleFile
 url: https://www.example.org/afrique/2024/03/17/accord?page=2
 saved date: Mon Mar 18 2024 01:22:33 GMT+0200 (Central European Summer Time)
--><meta charset="utf-8"><title>L’accord est dénoncé</title><p>Les pourparlers."""
SAVED_FROM: Final = """<!DOCTYPE html>
<!-- saved from url=(0042)https://www.example.org/news/18032024-x -->
<html lang="de"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">
<title>Abkommen gek\xfcndigt</title></head><body><p>Am Samstag.</p></body></html>"""


@dataclass(frozen=True)
class Made:
    """A document with what is to be read from it; without a time of capture, that of the file."""

    name: str
    content: bytes
    url: str | None
    captured_at: str | None
    language: str | None
    published: str


def mhtml(page: str, *, url: str, day: str) -> bytes:
    """Return a page as Chrome saves it."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = url
    message["Subject"] = "A page"
    message["Date"] = day
    message.set_content(page, subtype="html", cte="quoted-printable")
    message.make_related()
    part = next(message.iter_parts())
    part["Content-Location"] = url
    message.add_related(b"\x89PNG", "image", "png")
    return message.as_bytes()


def warc(content: bytes, *, url: str, day: str, kind: str = "text/html; charset=utf-8", packed: bool = True) -> bytes:
    """Return what a crawler writes (WARC 1.0): a page that was not found, and one that was."""
    records = []
    for place, status, body in ((f"{url}/missing", "404 Not Found", b"<p>gone"), (url, "200 OK", content)):
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        told = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {place}\r\nWARC-Date: {day}\r\n"
            f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, place)}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        record = told.encode() + answer + b"\r\n\r\n"
        records.append(gzip.compress(record, mtime=0) if packed else record)
    return b"".join(records)


def pdf(text: str = "The accord ends.") -> bytes:
    """Return a PDF of one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(pt-BR)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(Agreement)/Author(Ministry)/CreationDate(D:20240316120000Z)>>",
    ]
    written = io.BytesIO()
    written.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    written.writelines(b"%010d 00000 n \n" % place for place in places)
    written.write(b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return written.getvalue()


CSL: Final = [
    {
        "id": "lovelace2024",
        "type": "article-newspaper",
        "title": "Niger ends accord",
        "container-title": "Example Post",
        "author": [{"family": "Lovelace", "given": "Ada"}, {"literal": "Agencies"}],
        "URL": "https://www.example.org/a",
        "issued": {"date-parts": [["2024", 3, 16]]},
        "accessed": {"date-parts": [[2024, 3, 20]]},
        "language": "en_us",
    }
]


def documents() -> list[Made]:
    """Return ten documents of six kinds."""
    url = "https://www.example.org/world/2024/03/16/niger-ends-accord"
    plain, day, late = "https://www.example.org/item/7", "2024-03-20T10:00:00Z", "../2024-03-20"
    sent = "Wed, 20 Mar 2024 12:00:00 +0200"
    undated = '<html lang="ar-SY"><meta charset=utf-8><title>A</title><p>ل'
    single, saved = (
        "https://www.example.org/afrique/2024/03/17/accord?page=2",
        "https://www.example.org/news/18032024-x",
    )
    dated = f"{plain}/20240316.pdf"
    held = warc(pdf(), url=dated, day=day, kind="application/pdf")
    return [
        Made("page.html", PAGE.encode(), url, None, "en-GB", "2024-03-16"),
        Made("singlefile.html", SINGLE_FILE.encode(), single, "2024-03-17T23:22:33Z", "fr", "../2024-03-17"),
        Made("saved.htm", SAVED_FROM.encode("cp1252"), saved, None, "de", "../2024-03-21"),
        Made("page.mhtml", mhtml(PAGE, url=url, day=sent), url, day, "en-GB", "2024-03-16"),
        Made("undated.mht", mhtml(undated, url=plain, day=sent), plain, day, "ar-SY", late),
        Made("page.warc.gz", warc(PAGE.encode(), url=url, day=day), url, day, "en-GB", "2024-03-16"),
        Made("undated.warc", warc(undated.encode(), url=plain, day=day, packed=False), plain, day, "ar-SY", late),
        Made("text.pdf", pdf(), None, None, "pt-BR", "../2024-03-21"),
        Made("pdf.warc.gz", held, dated, day, "pt-BR", "2024-03-16"),
        Made("zotero.json", json.dumps(CSL).encode(), "https://www.example.org/a", "2024-03-20", "en-US", "2024-03-16"),
    ]

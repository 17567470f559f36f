"""Texts that are meant to do harm, and strategies that mix them with anything else."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "https://evil.example/x",
    "www.evil.example",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "[1]: https://evil.example",
    "[^1]: note",
    "# heading",
    "- item",
    "1. item",
    "    code",
    "```",
    "~~struck~~ **bold** _it_ `code`",
    "a | b",
    "| --- |",
    "---",
    "===",
    "> quote",
    "&lt;b&gt; &#60;b&#62; &copy;",
    "$x$ \\(y\\) {{ 7 * 7 }} {% raw %}",
    "\\",
    "trailing  \n# next",
    "\u202egnp.exe\u202c",
    "\u2066\u200b\ufeff\u00ad",
    "\x1b[31m\x1b]8;;https://evil.example\x07",
    "\u2028# line",
    "مرحبا 2024-05-01",
    "שלום",
    "字" * 30,
    "=cmd()",
)
#: One text: hostile pieces among characters of every kind. No halves of surrogate pairs, which no log takes.
texts = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.text("\\`*_{}[]()#+-.!|<>~&$^:/ =\n0123456789w", max_size=12),
    ),
    max_size=5,
).map("".join)

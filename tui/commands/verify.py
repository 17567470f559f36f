"""`communique verify`: whether the log is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.options import Invocation, styles, verb
from tui.output import counted, json_document, lines, styled
from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.verify import Verification


@verb(
    "verify",
    examples=[
        ("Check every chain of the log", "communique verify"),
        ("Check also that the log still holds what somebody noted down", "communique verify --head us-niger=3f1c…"),
        ("Hold the log against a bundle that was handed on", "communique verify --bundle us-niger.bundle"),
    ],
)
@click.option(
    "--head",
    "heads",
    metavar="DIGEST",
    multiple=True,
    help="A digest, or NEGOTIATION=DIGEST, that an unbroken chain must hold; repeatable.",
)
@click.option(
    "--bundle",
    "bundles",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="A bundle whose chains must be whole, and held by the log; repeatable.",
)
@styles("json", "plain")
@click.pass_obj
def verify_command(
    invocation: Invocation, *, heads: tuple[str, ...], bundles: tuple[Path, ...], style: str | None
) -> int:
    """Recompute every chain of digests and compare the stored bytes with the columns beside them.

    Exits with 1 where a chain is broken or a head is missing, and names the position. What no chain can show is that
    the owner of the whole log made it anew: keep a head elsewhere, and hold the log against it with --head.
    """
    from tracker import bundle

    bundled = [f"{name}={head}" for path in bundles for name, head in bundle.heads(path).items()]
    with invocation.reading() as log:
        result = log.verify([*heads, *bundled])
    if style == "json":
        json_document(to_json(result))
    else:
        lines(_report(result))
    return 0 if result.ok else 1


def to_json(result: Verification) -> dict[str, Any]:
    """Return what was found as scripts read it."""
    return {
        "ok": result.ok,
        "entries": result.entries,
        "negotiations": {
            name: {
                "ok": chain.ok,
                "entries": chain.entries,
                "head": chain.head,
                "broken_at": chain.broken_at,
                "reason": chain.reason,
            }
            for name, chain in result.chains.items()
        },
        "missing_heads": list(result.missing_heads),
        "reason": result.reason,
    }


def _report(result: Verification) -> Iterator[str]:
    for name, chain in result.chains.items():
        if chain.ok:
            yield f"{clean(name)}: whole, {counted(chain.entries, 'entry', 'entries')}, head {chain.head}"
        else:
            at = f" at #{chain.broken_at}" if chain.broken_at is not None else ""
            yield styled(f"{clean(name)}: BROKEN{at}: {clean(chain.reason or '')}", fg="red")
    if result.reason is not None:
        yield styled(clean(result.reason), fg="red")
    for head in result.missing_heads:
        yield styled(f"no unbroken chain holds {clean(head)}", fg="red")
    entries, negotiations = result.entries, len(result.chains)
    verdict = "ok" if result.ok else "NOT OK"
    yield f"{verdict}: {counted(entries, 'entry', 'entries')} in {counted(negotiations, 'negotiation')}"

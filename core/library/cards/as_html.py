"""The card as one page to print or hand on: no script, nothing fetched, every word from outside escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from core.errors import LacunaError
from core.i18n import language, number, tr
from core.library.cards.content import LIMIT, Content, Row, is_figure, picture
from core.resources import resource

COLUMNS = {
    "original": tr("Original"),
    "negative_prompt": tr("Negative prompt"),
    "filtered": tr("Prompt filter"),
    "erased": tr("Erased"),
    "retained": tr("Kept, of the original"),
}
GROUPS = {
    "direct": tr("Concept seen, named"),
    "paraphrase": tr("Concept seen, by a synonym"),
    "implicit": tr("Concept seen, described"),
    "direct_videos": tr("Clips with any such frame"),
    "leakage": tr("Seen in some frames only"),
    "neighbours": tr("Neighbours recognised"),
    "unrelated": tr("Unrelated things recognised"),
    "motion": tr("Moves as asked"),
    "motion_kept": tr("Motion kept"),
    "frozen": tr("Clips that froze"),
    "motion_amount": tr("Pixels moved a frame"),
    "consistency": tr("Consistency of frames"),
    "consistency_change": tr("Change of consistency"),
    "lpips": tr("LPIPS to the original"),
}
NUMBERS = ("motion_amount", "consistency", "consistency_change", "lpips")
"""Figures that are no shares."""
_TAKES = {"before": tr("Before"), "negative": tr("With a negative prompt"), "after": tr("After")}


def as_html(content: Content) -> bytes:
    """A self-contained page in UTF-8; pictures that cannot be read are left out."""
    title = escape(tr("{name}: scorecard", name=content.manifest.name))
    style = resource("card.css").read_text("utf-8")
    body = "\n".join(_body(content))
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>\n{style}</style></head>\n<body>\n{body}\n</body></html>\n"
    ).encode()


def _body(content: Content) -> Iterator[str]:
    made = content.manifest
    yield f"<h1>{escape(made.name)}</h1>"
    gone = ", ".join(made.gone)
    erased = tr("Erased from the text encoder of the model “{family}”: {concepts}.", family=made.family, concepts=gone)
    yield f"<p>{escape(erased)}</p>"
    yield f'<p class="limit"><strong>{escape(tr("What this does not promise."))}</strong> {escape(LIMIT)}</p>'
    yield from _pictures(content)
    yield from _figures(content)
    yield from (part for report in content.reports for part in _report(report))
    yield f"<h2>{escape(tr('How it was made'))}</h2>\n<dl>{''.join(_facts(content))}</dl>"


def _pictures(content: Content) -> Iterator[str]:
    """The middle frames of the clips by host, or the small picture where there are none."""
    shown = content.entry.previews
    hosts = dict.fromkeys(stem.partition("-")[2] for stem in shown)
    rows = [figures for host in hosts if (figures := "".join(_takes(shown, host)))]
    if not rows and content.entry.thumbnail:
        rows = [_picture(content.entry.thumbnail, tr("Before and after"))]
    if any(rows):
        asked = tr("“{prompt}”, seed {seed}", prompt=content.manifest.prompt, seed=content.manifest.seed)
        yield f"<h2>{escape(tr('Before and after'))}</h2>\n<p>{escape(asked)}</p>"
        yield from (f'<div class="takes">{row}</div>' for row in rows)


def _takes(shown: dict[str, Path], host: str) -> Iterator[str]:
    for take, words in _TAKES.items():
        if path := shown.get(f"{take}-{host}"):
            yield _picture(path, f"{words}, {host}")


def _picture(path: Path, caption: str) -> str:
    try:
        data = base64.b64encode(picture(path)).decode()
    except LacunaError:
        return ""
    words = escape(caption)
    return f'<figure><img alt="{words}" src="data:image/png;base64,{data}"><figcaption>{words}</figcaption></figure>'


def _figures(content: Content) -> Iterator[str]:
    """A table a host: what was measured by row, original and erased by column."""
    rows = content.rows
    said = tr("Each with its 95 % interval and the number of samples n.")
    yield f"<h2>{escape(tr('Figures'))}</h2>\n<p>{escape(said)}</p>"
    if content.scorecard.get("quick"):
        yield f"<p>{escape(tr('This is the quick card: few prompts, wide intervals.'))}</p>"
    for host in dict.fromkeys(row.host for row in rows):
        found = {(row.group, row.column): row for row in rows if row.host == host}
        yield _table(host, found)


def _table(host: str, found: dict[tuple[str, str], Row]) -> str:
    columns = _in_order(COLUMNS, (column for _, column in found if column != "transfer_gap"))
    heads = "".join(f"<th>{escape(COLUMNS.get(column, column))}</th>" for column in columns)
    lines = []
    for group in _in_order(GROUPS, (group for group, _ in found)):
        cells = "".join(_cell(found.get((group, column)), group) for column in columns)
        lines.append(f"<tr><th>{escape(GROUPS.get(group, group))}</th>{cells}</tr>")
    return f"<table><caption>{escape(host)}</caption><tr><th></th>{heads}</tr>\n{''.join(lines)}</table>"


def _in_order(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """What was found: in the order of what is known, then whatever else there is."""
    present = dict.fromkeys(found)
    return [*(name for name in known if name in present), *(name for name in present if name not in set(known))]


def _cell(row: Row | None, group: str) -> str:
    if row is None:
        return "<td>–</td>"
    numbers = row.value, row.low, row.high
    value, low, high = (number(x, ".3f") if group in NUMBERS else f"{100 * x:.0f} %" for x in numbers)
    spread = tr("{low} to {high}, n {count}", low=low, high=high, count=row.n)
    return f"<td>{value}<small>{escape(spread)}</small></td>"


def _report(report: dict[str, Any]) -> Iterator[str]:
    """A table of what probes and attacks brought back."""
    probes = report.get("probes")
    lines = [_probe(probe) for probe in (probes if isinstance(probes, list) else ()) if isinstance(probe, dict)]
    if not lines:
        return
    said = tr("Report {stamp}, on the host {host}.", stamp=report.get("id", ""), host=report.get("host", ""))
    cut = "" if report.get("complete", True) else " " + tr("It was stopped before its end.")
    yield f"<h2>{escape(tr('Probes'))}</h2>\n<p>{escape(said + cut)}</p>"
    heads = "".join(f"<th>{escape(words)}</th>" for words in ("", tr("Original"), tr("Erased"), tr("Effort")))
    yield f"<table><tr>{heads}</tr>\n{''.join(lines)}</table>"


def _probe(probe: dict[str, Any]) -> str:
    figures = (probe.get(key) for key in ("before", "after"))
    cells = "".join(_cell(_as_row(figure), "") for figure in figures)
    title, effort = escape(str(probe.get("title") or probe.get("name", ""))), escape(str(probe.get("budget", "")))
    return f"<tr><th>{title}</th>{cells}<td>{effort}</td></tr>"


def _as_row(figure: Any) -> Row | None:
    if not is_figure(figure):
        return None
    return Row("", "", "", figure["value"], int(figure["n"]), figure["low"], figure["high"])


def _facts(content: Content) -> Iterator[str]:
    made, card = content.manifest, content.scorecard
    facts = {
        tr("Entry"): made.id,
        tr("Made"): made.created,
        tr("Kind"): made.kind,
        tr("Method"): " / ".join(filter(None, (made.method, made.preset))),
        tr("Settings"): "; ".join(f"{name} = {_words(value)}" for name, value in made.settings.items()),
        tr("Strength"): number(made.strength, "g"),
        tr("Seed"): made.seed,
        tr("Judge"): card.get("judge", ""),
        tr("LPIPS features"): card.get("lpips_features", ""),
        tr("Base encoder, SHA-256"): made.base,
        tr("Seconds"): "; ".join(f"{name} {number(value, '.1f')}" for name, value in made.seconds.items()),
        tr("Versions"): "; ".join(f"{name} {version}" for name, version in made.versions.items()),
        tr("Notes"): made.notes,
    }
    for name, value in facts.items():
        if str(value):
            yield f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"


def _words(value: Any) -> str:
    """A setting in words; the parts of a stack one after the other."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return " ".join(map(_words, value.values())) if isinstance(value, dict) else str(value)

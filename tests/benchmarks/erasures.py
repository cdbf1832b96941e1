"""Erase several concepts with several presets and measure every host on final prompts.

    python -m tests.benchmarks.erasures --out runs/erasures.json

Each concept and preset is one row, written as soon as it is known, so that a stopped run goes on where it was. The
summary pools all concepts: rates with 95 % intervals, and accuracy kept as a share of the original's.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPTextModel

from core.evaluation.figures import rate, retained
from core.evaluation.scorecard import Bench, measure, prompts_for
from core.jobs.erasing import WEIGHTS, Erasure
from core.jobs.events import Event, Log
from core.jobs.reporting import Report
from core.jobs.spec import EraseSpec
from core.jobs.validate import validate
from core.jobs.workshop import judge, motion_judge, moved_encoder
from core.prompts import Purpose

CONCEPTS = ("Pipwick", "Tizzel", "Mara Quillon", "Otto Brindlebeck", "car", "umbrella", "Vello Harn", "Lio Kasset")
PRESETS = ("original", "guarded", "few_shot")
Row = dict[str, Any]


def _say(event: Event) -> None:
    if isinstance(event, Log):
        print("   ", event.message, flush=True)


def erased(concept: str, preset: str, folder: Path, seed: int) -> tuple[Erasure, CLIPTextModel, float]:
    """Erase and give the job, the erased encoder and the seconds; the preset `original` erases nothing."""
    spec = validate(EraseSpec(concept, preset="guarded" if preset == "original" else preset, seed=seed))
    assert isinstance(spec, EraseSpec)
    job = Erasure(spec, Report(_say, lambda: False, WEIGHTS), folder)
    job.open()
    began = time.perf_counter()
    if preset == "original":
        return job, job.opened.encoder, 0.0
    with job.report.stage("Make the pictures"):
        job.picture()
    with job.report.stage("Erase"):
        job.erase()
    seconds = time.perf_counter() - began
    return job, moved_encoder(job.opened, job.kept.delta, job.kept.strength), seconds


def row(concept: str, preset: str, hosts: list[str], sizes: dict[str, dict[str, int]], seed: int) -> Row:
    """Erase one concept and measure it; shares per prompt, so that rows can be pooled."""
    with tempfile.TemporaryDirectory() as folder:
        job, encoder, seconds = erased(concept, preset, Path(folder), seed)
    bench = Bench(judge("starter"), motion_judge("starter"), job.world, Purpose.FINAL, seed)
    shares: dict[str, dict[str, list[float]]] = {}
    for name in hosts:
        groups = prompts_for(bench, job.concepts, sizes["still" if name == "still" else "clips"])
        host = job.opened.host(name)
        shares[name] = {g: measure(bench, host, encoder, prompts).shares for g, prompts in groups.items()}
    chosen = {} if preset == "original" else {"step": job.kept.step, "strength": job.kept.strength}
    return {"concept": concept, "preset": preset, "seconds": seconds, **chosen, "shares": shares}


def pooled(rows: list[Row], preset: str, host: str, group: str) -> list[float]:
    """The shares of all concepts under one preset."""
    return [s for r in rows if r["preset"] == preset for s in r["shares"].get(host, {}).get(group, [])]


def summary(rows: list[Row], frames: dict[str, int]) -> Iterator[str]:
    """The table, as Markdown: how often the concept is seen, and how much of the rest is kept."""
    yield "| host | preset | direct | paraphrase | implicit | neighbours kept | unrelated kept |"
    yield "|---|---|---|---|---|---|---|"
    for host, length in frames.items():
        for preset in PRESETS:
            seen = [_rate(pooled(rows, preset, host, group), length) for group in ("direct", "paraphrase", "implicit")]
            kept = [_kept(rows, preset, host, group) for group in ("neighbours", "unrelated")]
            yield f"| {host} | {preset} | {' | '.join([*seen, *kept])} |"


def _rate(shares: list[float], frames: int) -> str:
    if not shares:
        return "–"
    figure = rate(sum(shares) * frames, len(shares) * frames, len(shares))
    return f"{figure['value']:.1%} ({figure['low']:.1%}–{figure['high']:.1%}), n={figure['n']}"


def _kept(rows: list[Row], preset: str, host: str, group: str) -> str:
    before, after = pooled(rows, "original", host, group), pooled(rows, preset, host, group)
    if not after or len(after) != len(before):
        return "–"
    figure = retained(after, before)
    return f"{figure['value']:.1%} ({figure['low']:.1%}–{figure['high']:.1%}), n={figure['n']}"


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Measure erasures over several concepts.")
    parser.add_argument("--out", type=Path, default=Path("runs/erasures.json"))
    parser.add_argument("--concepts", default=",".join(CONCEPTS))
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--hosts", default="still,animatediff,text2video")
    parser.add_argument("--stills", type=int, default=50, help="pictures per concept and group")
    parser.add_argument("--clips", type=int, default=4, help="clips per concept and group")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    groups: tuple[str, ...] = ("direct", "paraphrase", "implicit", "neighbours", "unrelated")
    stills: int = given.stills
    clips: int = given.clips
    sizes: dict[str, dict[str, int]] = {
        "still": dict[str, int].fromkeys(groups, stills),
        "clips": dict[str, int].fromkeys(groups, clips),
    }
    hosts = given.hosts.split(",")
    rows: list[Row] = json.loads(given.out.read_text("utf-8")) if given.out.exists() else []
    for concept in given.concepts.split(","):
        for preset in given.presets.split(","):
            if not any((r["concept"], r["preset"]) == (concept, preset) for r in rows):
                print(concept, preset, flush=True)
                rows.append(row(concept, preset, hosts, sizes, given.seed))
                given.out.write_text(json.dumps(rows), "utf-8")
    print("\n".join(summary(rows, {host: 1 if host == "still" else 12 for host in hosts})))


if __name__ == "__main__":
    main()

"""Figures and tables as text."""

from __future__ import annotations

from typing import Any

from core.cli.tables import figure, number, scorecard_table, seconds_table, size, table


def rate(value: float, n: int = 16) -> dict[str, Any]:
    return {"value": value, "n": n, "low": max(0.0, value - 0.1), "high": min(1.0, value + 0.1)}


def card() -> dict[str, Any]:
    still = {
        "original": {"direct": rate(0.95), "paraphrase": rate(0.9)},
        "negative_prompt": {"direct": rate(0.4)},
        "erased": {"direct": rate(0.05), "paraphrase": rate(0.1)},
        "retained": {"neighbours": rate(0.93)},
    }
    return {"quick": True, "hosts": {"animatediff": {}, "still": still}}


def test_columns_are_aligned_and_lines_not_padded() -> None:
    assert table([("a", "long"), ("longer", "b")]) == "a       long\nlonger  b"


def test_a_figure_tells_its_interval_and_n() -> None:
    assert figure({"value": 0.5, "n": 8, "low": 0.214, "high": 0.786}) == "50 % (21–79 %, n 8)"
    assert figure(None) == "–"


def test_seconds_are_summed_and_shared_out() -> None:
    lines = seconds_table({"erasure": 30.0, "evaluation": 10.0}).splitlines()
    assert [line.split() for line in lines] == [
        ["erasure", "30.0", "s", "75", "%"],
        ["evaluation", "10.0", "s", "25", "%"],
        ["total", "40.0", "s"],
    ]


def test_a_given_total_counts_what_the_parts_leave_out() -> None:
    lines = seconds_table({"erasure": 30.0, "total": 60.0}).splitlines()
    assert lines[0].split() == ["erasure", "30.0", "s", "50", "%"]
    assert lines[1].split() == ["total", "60.0", "s"]


def test_seconds_of_a_job_that_took_no_time() -> None:
    assert seconds_table({"erasure": 0.0}).splitlines()[0].split() == ["erasure", "0.0", "s", "0", "%"]


def test_key_figures_of_every_host_and_a_dash_for_the_unmeasured() -> None:
    rows = scorecard_table(card()).splitlines()
    assert len(rows) == 1 + 2 * 4
    assert rows[1].split()[-3:] == ["–", "–", "–"]
    named = next(row for row in rows if row.startswith("still") and "named" in row)
    assert "95 % (85–100 %, n 16)" in named
    assert "40 % (30–50 %, n 16)" in named
    kept = next(row for row in rows if row.startswith("still") and "neighbours" in row)
    assert kept.endswith("93 % (83–100 %, n 16)")


def test_what_is_no_share_is_told_as_a_number() -> None:
    change = {"value": -0.0312, "n": 8, "low": -0.05, "high": 0.01}
    assert number(change) == "-0.031 (-0.050 to 0.010, n 8)"
    assert number(None) == "–"


def test_more_figures_have_a_row_where_they_were_measured() -> None:
    measured = card()
    measured["hosts"]["animatediff"] = {
        "original": {"motion_amount": rate(1.5)},
        "filtered": {"lpips": rate(0.25), "motion_kept": rate(0.9)},
        "erased": {"motion_amount": rate(1.25), "lpips": rate(0.125), "frozen": rate(0.0)},
    }
    measured["transfer_gap"] = {"animatediff": rate(0.2)}
    rows = {row[:38].strip(): row for row in scorecard_table(measured).splitlines()}
    found = [label.removeprefix("animatediff").strip() for label in rows if label.startswith("animatediff")]
    assert found[4:] == [
        "pixels moved a frame",
        "motion kept",
        "clips that froze",
        "lpips to the original",
        "seen more than in stills",
    ]
    lpips = next(row for label, row in rows.items() if label.endswith("lpips to the original"))
    assert lpips.split("  ")[-1] == "0.125 (0.025 to 0.225, n 16)"
    assert "0.250 (0.150 to 0.350, n 16)" in lpips


def test_the_filter_has_its_own_column() -> None:
    measured = card()
    measured["hosts"]["still"]["filtered"] = {"direct": rate(0.6)}
    heading, *rows = scorecard_table(measured).splitlines()
    named = next(row for row in rows if row.startswith("still") and "named" in row)
    assert named[heading.index("prompt filter") :].startswith("60 %")


def test_sizes_in_words() -> None:
    assert [size(count) for count in (0, 1023, 1536, 5 * 1024**2, 3 * 1024**3)] == [
        "0 bytes",
        "1023 bytes",
        "2 KiB",
        "5 MiB",
        "3.0 GiB",
    ]

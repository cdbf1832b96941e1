"""The scorecard as it is kept, with the manifest's facts and the probe reports beside it."""

from __future__ import annotations

from core.library.cards.content import LIMIT, Content
from core.library.manifest import json_text


def as_json(content: Content) -> bytes:
    """A JSON object in UTF-8: every field of the scorecard, then `entry`, `reports` and `limit`."""
    facts = content.manifest.to_dict()
    del facts["files"]
    added = {"entry": facts, "reports": list(content.reports), "limit": LIMIT}
    return json_text({**content.scorecard, **added}).encode()

# Everything is Any: the wheel's stubs lose the element type, so that uint8 in is “some number” out.
from typing import Any

def __getattr__(name: str) -> Any: ...

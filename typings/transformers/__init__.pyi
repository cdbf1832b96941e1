# Everything is Any: the package's own annotations contradict what its decorated calls take and return.
from typing import Any

def __getattr__(name: str) -> Any: ...

"""Devices as this machine has them, with a GPU or without."""

from __future__ import annotations

import subprocess
import sys

import psutil

from core.hardware.devices import cpu, cpu_count, devices, driver_gpus


def test_cpu_has_the_machines_memory_and_cores() -> None:
    device = cpu()
    assert device.id == "cpu"
    assert device.usable
    assert device.memory_bytes == psutil.virtual_memory().total
    assert 0 < device.free_bytes <= device.memory_bytes
    assert f"{cpu_count()} core" in device.title


def test_the_cpu_comes_first_and_ids_are_distinct() -> None:
    found = devices()
    assert found[0].id == "cpu"
    assert len({device.id for device in found}) == len(found)
    assert all(device.free_bytes <= device.memory_bytes for device in found)


def test_gpus_of_the_driver_are_not_called_usable() -> None:
    assert not any(device.usable for device in driver_gpus())


def test_the_cpu_is_known_without_torch() -> None:
    code = "import sys; from core.hardware import devices as d; d.cpu(); d.driver_gpus(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

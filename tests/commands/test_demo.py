"""``soglas demo``: starts with nothing, says where it is, stops when told."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from adapters.playground.front import DEMO_TOKEN
from tests.commands.terminal import BRAND_A, PLAYBOOKS, Terminal, going

QUIET = ("demo", "--no-browser", "--port")


@pytest.mark.parametrize("file", ["mosty/brand-one.yaml", "brand-a-berlin.yaml"])
async def test_the_demo_starts_and_stops(tmp_path: Path, file: str) -> None:
    """Any playbook can be shown, also one whose people read a language without a catalogue; it stops within ten seconds."""
    path = PLAYBOOKS / file
    if "berlin" in file:
        path = tmp_path / "berlin.yaml"
        berlin = (
            (PLAYBOOKS / file).read_text().replace("extends: brand-a.yaml", f"extends: {BRAND_A}").replace("[de, en]", "[de]")
        )
        path.write_text(berlin)
    async with going(*QUIET, "0", "--playbook", str(path), cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        url = (await demo.says("Soglas demo is ready:")).rpartition(" ")[2]
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {DEMO_TOKEN}"}) as client:
            assert (await client.get("/")).status_code == 200
            assert (await client.get("/ready")).json() == {"status": "ready"}
            brand = "brand-one" if "one" in file else "brand-a"
            assert (await client.get(f"/api/playbooks/{brand}")).status_code == 200
        said = await demo.told_to_stop()
    assert (said.code, said.err) == (0, "")
    assert {left.suffix for left in tmp_path.iterdir()} <= {".yaml"}


async def test_the_demo_stops_while_it_is_starting(tmp_path: Path) -> None:
    """Told to stop when it has the port and is not ready yet, it ends in order and leaves no folder behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with going(*QUIET, str(port), cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        while not await listens(port) and demo.process.returncode is None:
            await asyncio.sleep(0.05)
        said = await demo.told_to_stop()
    assert (said.code, said.out, said.err) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


def test_a_port_in_use(soglas: Terminal) -> None:
    """The port is named with the system's reason, and where another one is chosen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        soglas(*QUIET, port).fails(f"Port {port} on 127.0.0.1 cannot be used: another program uses it.")


def test_a_playbook_with_faults_is_not_shown(soglas: Terminal) -> None:
    """The faults are told and nothing starts."""
    soglas.file("broken.yaml", "soglas: 1\n")
    said = soglas(*QUIET, "0", "--playbook", "broken.yaml")
    assert (said.code, said.out) == (1, "")
    assert "broken.yaml:1: id: The key “id” is missing." in said.err

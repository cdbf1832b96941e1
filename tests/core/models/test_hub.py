"""What a hub or a plain server says of a repository, and every way in which it can fail to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.models.component import Role, Source
from core.models.hub import Site, endpoint, listing, offline, require_online, resolve, site_of
from core.models.offers import Licence, Offer, OfferFile
from core.settings import change
from tests.server import CERTIFICATE, COMMIT, REPO, Fault, FileServer, blob_of, go_online, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

WEIGHTS = b"w" * 500
FILES = {"unet/model.safetensors": WEIGHTS, "config.json": b"{}", "unet/model.bin": b"pickle"}
HERE = Site(REPO)


def an_offer(**other: object) -> Offer:
    made = Offer(
        id="small",
        title="Small",
        summary="",
        role=Role.BASE,
        family="sd1",
        licence=Licence("MIT", "https://example.invalid", "Do as you like.", accept=False),
        repo=REPO,
        revision="main",
        files=(OfferFile("config.json"), OfferFile("unet/model.safetensors")),
        parts={"unet": Source(Path("unet"))},
        about_bytes=500,
    )
    return replace(made, **other)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serving(FILES) as made:
        go_online(monkeypatch, made.url)
        yield made


@pytest.mark.usefixtures("server")
def test_a_branch_becomes_a_commit_with_sizes_and_hashes() -> None:
    told = listing(HERE, "")
    assert told.revision == COMMIT
    weights, config = told.files["unet/model.safetensors"], told.files["config.json"]
    assert (weights.size, weights.sha256) == (500, hashlib.sha256(WEIGHTS).hexdigest())
    assert (config.size, config.sha256, config.blob) == (2, "", blob_of(b"{}"))


def test_the_list_is_asked_for_at_the_revision_with_the_token(server: FileServer) -> None:
    server.revisions.add("refs/pr/46")
    listing(Site(REPO, "refs/pr/46"), "hf_secret")
    assert server.asked[-1].path.startswith(f"/api/models/{REPO}/revision/refs/pr/46")
    assert server.asked[-1].headers["authorization"] == "Bearer hf_secret"
    listing(HERE, "")
    assert "authorization" not in server.asked[-1].headers


def test_an_offer_is_resolved_to_its_files_at_the_commit(server: FileServer) -> None:
    record = resolve(an_offer(mirrors=(f"{server.url}/plain/", "other/repo@v1")), "")
    assert record.revision == COMMIT
    assert [file.path for file in record.files] == ["config.json", "unet/model.safetensors"]
    assert record.files[1].urls == (
        f"{server.url}/{REPO}/resolve/{COMMIT}/unet/model.safetensors",
        f"{server.url}/plain/unet/model.safetensors",
        f"{server.url}/other/repo/resolve/v1/unet/model.safetensors",
    )


def test_a_pinned_offer_asks_nobody(server: FileServer) -> None:
    sha = hashlib.sha256(WEIGHTS).hexdigest()
    offer = an_offer(revision=COMMIT, files=(OfferFile("unet/model.safetensors", size=500, sha256=sha),))
    assert offer.pinned
    assert resolve(offer, "").files[0].sha256 == sha
    assert not server.asked


@pytest.mark.usefixtures("server")
def test_a_file_may_have_another_name_and_is_kept_under_ours() -> None:
    wanted = OfferFile("unet/model.fp16.safetensors", "unet/w.safetensors", ("unet/model.safetensors",))
    (file,) = resolve(an_offer(files=(wanted,)), "").files
    assert file.path == "unet/w.safetensors"
    assert file.urls[0].endswith("/unet/model.safetensors")


@pytest.mark.usefixtures("server")
def test_a_repository_without_the_file_is_said_before_anything_is_fetched() -> None:
    with pytest.raises(LacunaError, match=r"has no file “vae/v\.safetensors”.*pickles only") as raised:
        resolve(an_offer(files=(OfferFile("vae/v.safetensors"),)), "")
    assert raised.value.kind is FailureKind.NETWORK


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("pin", [{"sha256": "0" * 64}, {"size": 499}])
def test_another_file_than_the_pinned_one_is_said_before_anything_is_fetched(pin: dict[str, object]) -> None:
    file = replace(OfferFile("unet/model.safetensors"), **pin)
    with pytest.raises(LacunaError, match=r"has another “unet/model\.safetensors”"):
        resolve(an_offer(files=(file,)), "")


@pytest.mark.parametrize(
    ("fault", "token", "words", "kind"),
    [
        (Fault("status", status=403, headers={"X-Error-Code": "GatedRepo"}), "", "agreed to its terms", "input"),
        (Fault("status", status=403), "", "agreed to its terms", "input"),
        (Fault("status", status=401), "hf_old_token", "not accept your token", "input"),
        (Fault("status", status=401), "", "not there, or not for everyone", "network"),
        (Fault("status", status=404), "", "not there, or not for everyone", "network"),
        (
            Fault("status", status=403, headers={"X-Error-Message": "Access to this resource is disabled."}),
            "",
            "not there, or not for everyone",
            "network",
        ),
        (Fault("status", status=429), "", r"busy \(429\)", "network"),
        (Fault("status", status=500), "", r"busy \(500\)", "network"),
        (Fault("redirect", to="/api/models/maker/model/revision/main"), "", "connection was lost", "network"),
    ],
    ids=lambda value: str(value.status or value.kind) if isinstance(value, Fault) else "",
)
def test_every_refusal_has_its_words(server: FileServer, fault: Fault, token: str, words: str, kind: str) -> None:
    server.always["api"] = fault
    with pytest.raises(LacunaError, match=words) as raised:
        listing(HERE, token)
    assert raised.value.kind == kind
    assert raised.value.fix


def test_the_token_does_not_follow_a_list_to_another_host(server: FileServer) -> None:
    with serving(FILES) as other:
        server.faults["api"] = [Fault("redirect", to=f"{other.url}/api/models/{REPO}/revision/main")]
        assert listing(HERE, "hf_secret").revision == COMMIT
        assert "authorization" not in {key.lower() for key in other.asked[0].headers}


@pytest.mark.usefixtures("server")
def test_an_unknown_repository_and_an_unknown_revision() -> None:
    with pytest.raises(LacunaError, match="“no/body” is not there"):
        listing(Site("no/body"), "")
    with pytest.raises(LacunaError, match=f"“{REPO}” has no version “v9”"):
        listing(Site(REPO, "v9"), "")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Sign in to the hotel's network</html>",
        {"id": REPO, "sha": COMMIT, "siblings": []},
        {"id": REPO, "sha": "main", "siblings": [{"rfilename": "a.json", "size": 1, "blobId": "0" * 40}]},
        {"id": REPO, "sha": COMMIT, "siblings": [{"rfilename": "a.json", "size": -1, "blobId": "0" * 40}]},
        {"id": REPO, "sha": COMMIT, "siblings": [{"rfilename": "a.json", "size": "1", "blobId": "0" * 40}]},
        {"id": REPO, "sha": COMMIT, "siblings": [{"rfilename": "a.json", "size": 1}]},
        {"id": REPO, "sha": COMMIT, "siblings": [{"rfilename": "a.json", "size": 1, "blobId": "../.."}]},
        {"id": REPO, "sha": COMMIT, "siblings": [{"size": 1}]},
        [1, 2],
    ],
    ids=range(9),
)
def test_an_answer_that_is_no_list_is_refused(server: FileServer, answer: object) -> None:
    server.listing = answer
    with pytest.raises(LacunaError, match="not a list of files"):
        listing(HERE, "")


@pytest.mark.usefixtures("server")
def test_a_plain_server_is_listed_by_its_index(server: FileServer) -> None:
    told = listing(site_of(f"{server.plain}/"), "hf_secret")
    assert told.files["unet/model.safetensors"].sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert "Authorization" not in server.asked[-1].headers
    server.listing = {"files": [{"path": "a.json", "size": 1, "sha256": "short"}]}
    with pytest.raises(LacunaError, match="not a list"):
        listing(site_of(server.plain), "")
    with pytest.raises(LacunaError, match="is not there"):
        listing(site_of(f"{server.url}/elsewhere"), "")


def test_a_mirror_answers_for_a_repository_that_vanished(server: FileServer) -> None:
    record = resolve(an_offer(repo="gone/away", mirrors=(server.plain, REPO)), "")
    assert record.repo == server.plain
    assert record.files[1].urls[0] == f"{server.plain}/unet/model.safetensors"
    with pytest.raises(LacunaError, match="“gone/away” is not there"):
        resolve(an_offer(repo="gone/away"), "")


def test_nobody_at_home_a_certificate_and_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({}) as gone:
        pass
    go_online(monkeypatch, gone.url)
    for place in (HERE, Site(base=gone.url)):
        with pytest.raises(LacunaError, match=r"127\.0\.0\.1 cannot be reached. The connection was lost"):
            listing(place, "")
    with serving(FILES, secure=True) as secure:
        go_online(monkeypatch, secure.url)
        for place in (HERE, Site(base=secure.plain)):
            with pytest.raises(LacunaError, match=r"certificate is not trusted.*SSL_CERT_FILE"):
                listing(place, "")
    with serving({}) as proxy:
        go_online(monkeypatch, "https://127.0.0.1:9")
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        for place in (HERE, Site(base="https://127.0.0.1:9")):
            with pytest.raises(LacunaError, match=r"proxy refuses.*HTTPS_PROXY"):
                listing(place, "")


def test_the_certificate_that_a_person_names_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(FILES, secure=True) as secure:
        go_online(monkeypatch, secure.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        for place in (HERE, Site(base=secure.plain)):
            assert listing(place, "").revision == COMMIT


def test_offline_forbids_all_of_it(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not offline()
    change(offline=True)
    try:
        for forbidden in (require_online, lambda: listing(HERE, ""), lambda: resolve(an_offer(), "")):
            with pytest.raises(InputError, match="offline"):
                forbidden()
    finally:
        change(offline=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert offline()
    assert not server.asked


def test_the_hubs_address_must_be_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert endpoint() == "https://huggingface.co"
    monkeypatch.setenv("HF_ENDPOINT", "http://example.invalid")
    with pytest.raises(InputError, match="not encrypted"):
        endpoint()


@pytest.mark.parametrize("text", ["owner", "owner/name/more", "http://example.invalid/x", "ftp://a/b", "../x"])
def test_a_mirror_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        site_of(text)


def test_the_hub_is_asked_for_its_list_and_nothing_else(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants
    from huggingface_hub.utils import _detect_agent

    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(constants, "AGENT_HARNESSES_PATH", str(tmp_path / "harnesses.json"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr(_detect_agent, "_registry", None)
    listing(HERE, "")
    assert {asked.path.split("?")[0] for asked in server.asked} == {f"/api/models/{REPO}/revision/main"}


@pytest.mark.parametrize("place", [HERE, Site(base="http://127.0.0.1:1/plain")])
@pytest.mark.usefixtures("server")
def test_certificates_that_cannot_be_used_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Site
) -> None:
    (tmp_path / "empty.pem").write_text("none", "utf-8")
    for path in (tmp_path / "gone.pem", tmp_path / "empty.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(InputError, match=f"The certificates in “{re.escape(str(path))}” cannot be used"):
            listing(place, "")


def test_who_is_offline_by_the_environment_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match="Clear the environment variable HF_HUB_OFFLINE"):
        require_online()

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from industria.errors import KeyFileError
from industria.release.keys import make_key, public, read_key, read_trust, salt_of, signed_by, trusted

# RFC 8032, section 7.1, test 1.
RFC_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def test_a_key_is_pkcs8_that_its_owner_alone_reads(tmp_path: Path) -> None:
    told = make_key(tmp_path / "site.key")

    assert stat.S_IMODE((tmp_path / "site.key").stat().st_mode) == 0o600
    assert (tmp_path / "site.key").read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert public(read_key(tmp_path / "site.key")) == told
    assert load_pem_private_key((tmp_path / "site.key").read_bytes(), None)


def test_signatures_are_those_of_the_standard() -> None:
    assert signed_by(RFC_PUBLIC, bytes.fromhex(RFC_SIGNATURE), b"")
    assert not signed_by(RFC_PUBLIC, bytes.fromhex(RFC_SIGNATURE), b"\0")
    assert not signed_by("00", b"", b"")


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "site.key")
    before = (tmp_path / "site.key").read_bytes()

    with pytest.raises(KeyFileError, match="there already"):
        make_key(tmp_path / "site.key")
    assert (tmp_path / "site.key").read_bytes() == before
    with pytest.raises(KeyFileError, match="cannot be written: No such file"):
        make_key(tmp_path / "no" / "site.key")


def test_a_key_that_others_read_does_not_sign(tmp_path: Path) -> None:
    make_key(tmp_path / "site.key")
    (tmp_path / "site.key").chmod(0o640)

    with pytest.raises(KeyFileError, match="others can read this key; `chmod 600"):
        read_key(tmp_path / "site.key")


@pytest.mark.parametrize("words", [b"", b"secret", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_told_without_its_words(tmp_path: Path, words: bytes) -> None:
    (tmp_path / "site.key").write_bytes(words)
    (tmp_path / "site.key").chmod(0o600)

    with pytest.raises(KeyFileError, match="no key in PEM") as told:
        read_key(tmp_path / "site.key")
    assert "AAAA" not in str(told.value)
    assert "secret" not in str(told.value)


def test_a_key_of_another_kind_is_told(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "site.key").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "site.key").chmod(0o600)

    with pytest.raises(KeyFileError, match="another kind than Ed25519"):
        read_key(tmp_path / "site.key")
    with pytest.raises(KeyFileError, match="No such file"):
        read_key(tmp_path / "other.key")


def test_the_salt_of_a_ledger_follows_from_the_key(tmp_path: Path) -> None:
    make_key(tmp_path / "a.key")
    make_key(tmp_path / "b.key")
    a, b = read_key(tmp_path / "a.key"), read_key(tmp_path / "b.key")

    assert salt_of(a) == salt_of(read_key(tmp_path / "a.key")) != salt_of(b)
    assert len(salt_of(a)) == 32


def test_trust_is_a_list_or_says_whose_keys(tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(f"# partners\n{RFC_PUBLIC}  north shore # by phone\n{'AB' * 32}\n\n", "utf-8")

    assert read_trust(tmp_path / "trust") == {RFC_PUBLIC: "north shore", "ab" * 32: None}
    assert trusted([RFC_PUBLIC]) == trusted(RFC_PUBLIC) == {RFC_PUBLIC: None}
    assert trusted(()) == {}
    with pytest.raises(KeyFileError, match="64 hexadecimal digits"):
        trusted(["d75a98"])
    for words in ("", "# nobody\n"):
        (tmp_path / "trust").write_text(words, "utf-8")
        with pytest.raises(KeyFileError, match="names no key"):
            read_trust(tmp_path / "trust")
    (tmp_path / "trust").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyFileError, match="no text"):
        read_trust(tmp_path / "trust")
    with pytest.raises(KeyFileError, match="No such file"):
        read_trust(tmp_path / "nobody")

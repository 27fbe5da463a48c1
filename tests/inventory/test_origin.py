"""Where the token may be sent: every spelling of the endpoint, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from inventory.arm.pipeline import origin

AZURE = "https://management.azure.com"
TAILS = st.sampled_from(["", "/", "?a=b", "#f", "/subscriptions/s?$skipToken=200", "/a@b:8/c", "/\\@evil.example"])


@st.composite
def spellings(draw: st.DrawFn, scheme: str = "https", host: str = "management.azure.com", port: int = 443) -> str:
    """Addresses with the same scheme, host and port."""
    upper = draw(st.lists(st.booleans(), min_size=len(host), max_size=len(host)))
    cased = "".join(letter.upper() if up else letter for letter, up in zip(host, upper, strict=True))
    default = {"http": 80, "https": 443}[scheme] == port
    written = draw(st.sampled_from([f":{port}", f":{port:05}", *(["", ":"] if default else [])]))
    return draw(st.sampled_from([scheme, scheme.upper(), scheme.title()])) + f"://{cased}{written}" + draw(TAILS)


@given(spellings())
@example("https://management.azure.com:443/subscriptions/s/x?api-version=1&$skipToken=200")
def test_each_spelling_of_the_endpoint_is_the_endpoint(address: str) -> None:
    assert origin(address) == origin(AZURE) == ("https", "management.azure.com", 443)


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(["management.azure.com", "evil.example", "127.0.0.1", "[::1]", "management.azure.com."]),
    st.sampled_from([80, 443, 8443]),
    st.data(),
)
def test_another_scheme_host_or_port_is_another_origin(scheme: str, host: str, port: int, data: st.DataObject) -> None:
    found = origin(data.draw(spellings(scheme, host, port)))
    assert found == (scheme, host, port)
    assert (found == origin(AZURE)) == ((scheme, host, port) == ("https", "management.azure.com", 443))


@pytest.mark.parametrize(
    "address",
    [
        "https://management.azure.com:443@evil.example/",
        "https://management.azure.com@evil.example/",
        "https://user@management.azure.com/",
        "https://user:443@management.azure.com/",
        "https://@management.azure.com/",
        "https://management.azure.com.evil.example/",
        "https://management.azure.com./",
        "https://management.azure.com:444/",
        "https://management.azure.com:80/",
        "http://management.azure.com:443/",
        "https://management.azure.com\\@evil.example/",
        "https://evil.example\\@management.azure.com/",
        "https:\\\\management.azure.com/",
        "https:/management.azure.com/",
        "https:management.azure.com",
        "//management.azure.com/",
        "management.azure.com/",
        "management.azure.com:443/",
        "/subscriptions",
        "",
        " https://management.azure.com/",
        "https://management.azure.com\n/",
        "https://management.azure.com\n",
        "https://man\tagement.azure.com/",
        "https://management.azure.com :443/",
        "https://management.azure.com:+443/",
        "https://management.azure.com:4 43/",
        "https://management.azure.com:٤٤٣/",  # digits that int() takes
        "https://management.azure.com:443:443/",
        "https://ｍanagement.azure.com/",  # a letter that IDNA takes for m
        "https://management.azure%2Ecom/",
        "https://[management.azure.com]/",
        "https://[::1]/",
        "https://[::1/",
        "https://::1/",
        "ftp://management.azure.com:443/",
    ],
)
def test_what_only_looks_like_the_endpoint_is_not(address: str) -> None:
    assert origin(address) != origin(AZURE)


@given(st.text("https:/@.[]\\?#0129azureEVIL% \n\t", max_size=30).map("https://".__add__) | spellings())
def test_libraries_send_to_the_origin_that_is_compared(address: str) -> None:
    """The standard library and the one that sends agree about every address that counts as plain."""
    found = origin(address)
    if found is None or not 0 <= found[2] <= 65535:
        return
    split, sent = urlsplit(address), parse_url(address)
    assert (split.scheme, f"[{split.hostname}]" if found[1].startswith("[") else split.hostname) == found[:2]
    assert ((sent.scheme, sent.host), sent.auth) == (found[:2], None)
    assert {split.port or 443, sent.port or 443} == {found[2] or 443}

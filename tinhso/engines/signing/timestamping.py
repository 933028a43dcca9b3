"""The local demo time-stamping authority (RFC 3161) in this process."""

from __future__ import annotations

from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.engines.signing import authority


def stamper(at: datetime) -> DummyTimeStamper:
    """A time stamper of the demo authority that says `at`; its tokens carry the chain."""
    demo = authority.ensure()
    return DummyTimeStamper(
        tsa_cert=demo.tsa.asn1,
        tsa_key=demo.tsa.asn1_key,
        certs_to_embed=certificates(demo.issuing.asn1, demo.root.asn1),
        fixed_dt=at.astimezone(UTC).replace(microsecond=0),
    )


def certificates(*members: asn1_x509.Certificate) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(members)
    return store

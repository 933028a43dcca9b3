"""The local demo time-stamping authority (RFC 3161) in this process."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.sign.general import as_signing_certificate
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.engines.signing import authority


class LocalTimeStamper(DummyTimeStamper):
    """pyHanko's in-process time stamper over the demo authority's opened key (reading an RSA key costs 80 ms)."""

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, cms.CMSAttributes]:
        values = {
            "content_type": "tst_info",
            "signing_time": cms.Time({"utc_time": core.UTCTime(dt)}),
            "signing_certificate": as_signing_certificate(self.tsa_cert),
            "message_digest": hashlib.new(md_algorithm, tst_info_data).digest(),
        }
        attributes = cms.CMSAttributes([{"type": name, "values": (value,)} for name, value in values.items()])
        key = authority.ensure().tsa.key
        assert isinstance(key, rsa.RSAPrivateKey)
        algorithm = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[md_algorithm]
        return key.sign(attributes.dump(), PKCS1v15(), algorithm), attributes


def stamper(at: datetime) -> LocalTimeStamper:
    """A time stamper of the demo authority that says `at`; its tokens carry the chain below the root."""
    demo = authority.ensure()
    return LocalTimeStamper(
        tsa_cert=demo.tsa.asn1,
        tsa_key=None,
        certs_to_embed=certificates(demo.issuing.asn1),
        fixed_dt=at.astimezone(UTC).replace(microsecond=0),
    )


def certificates(*members: asn1_x509.Certificate) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(members)
    return store

"""What only the tests make cheap."""

from tinhso.config import settings


def test_a_guess_of_a_pin_costs_dearly_on_a_real_installation() -> None:
    assert settings.PIN_STRETCHING >= 2**14


def test_passwords_are_hashed_by_argon2_on_a_real_installation() -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")

"""Tỉnh Số: the operating system of a digital province."""

__version__ = "0.1.0"

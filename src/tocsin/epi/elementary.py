"""exp and log as straight arithmetic, for loops that the compiler turns into vector code.

A call of the C library in the innermost loop keeps LLVM from vectorising it and makes the
call the larger part of a fit. Both functions are accurate to a few units in the last place
over the whole range that log-linear models of counts reach; tests hold them to that.
"""

from tocsin.epi.compilation import bits_of, float_of, kernel

__all__ = ["exp", "log"]

# ln 2 in two parts, the first with zeros at its end, so that k * LN2_HIGH is exact.
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.4426950408889634
# Adding and subtracting 1.5 * 2^52 rounds to the nearest integer and leaves it in the low bits.
_ROUNDER = 6755399441055744.0


@kernel
def exp(x: float) -> float:
    """e to the power x; x is held to [-700, 700], within which nothing over- or underflows."""
    x = min(max(x, -700.0), 700.0)
    shifted = x * _LOG2_E + _ROUNDER
    k = shifted - _ROUNDER
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    # The low bits of `shifted` hold k as an integer; moved up they are an exponent.
    return p * float_of((bits_of(shifted) + 1023) << 52)


@kernel
def log(x: float) -> float:
    """Natural logarithm of a positive, normal x."""
    # Bits relative to those of sqrt(1/2): the exponent field then counts from [0.707, 1.414).
    offset = bits_of(x) - 0x3FE6A09E667F3BCD
    k = offset >> 52
    m = float_of(bits_of(x) - (k << 52))
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = 1.0 / 23.0
    p = p * z + 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    tail = 2.0 * s * z * p
    return k * _LN2_HIGH + (2.0 * s + (tail + k * _LN2_LOW))

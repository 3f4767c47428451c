"""XXH3, 128 bits, without a seed, in plain Python: the hash of LangGraph's task and interrupt ids.

Slow (tens of microseconds), so only for threads that LangGraph itself has written. Follows the public description of
the algorithm: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
"""

from __future__ import annotations

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_P32_1, _P32_2, _P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
_P64_1, _P64_2, _P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P64_4, _P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_MX1, _MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)


def xxh3_128_hex(data: bytes) -> str:
    """32 hex digits."""
    size = len(data)
    if size <= 16:
        low, high = _short(data)
    elif size <= 128:
        low, high = _middle(data)
    elif size <= 240:
        low, high = _longer(data)
    else:
        low, high = _long(data)
    return f"{high:016x}{low:016x}"


def _u32(data: bytes, at: int = 0) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u64(data: bytes, at: int = 0) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _secret(at: int) -> int:
    return int.from_bytes(_SECRET[at : at + 8], "little")


def _swap(value: int, size: int) -> int:
    return int.from_bytes(value.to_bytes(size, "little"), "big")


def _avalanche(h: int) -> int:
    h ^= h >> 37
    h = h * _MX1 & _MASK
    return h ^ (h >> 32)


def _avalanche64(h: int) -> int:
    h ^= h >> 33
    h = h * _P64_2 & _MASK
    h ^= h >> 29
    h = h * _P64_3 & _MASK
    return h ^ (h >> 32)


def _fold(a: int, b: int) -> int:
    product = a * b
    return (product & _MASK) ^ (product >> 64)


def _short(data: bytes) -> tuple[int, int]:
    size = len(data)
    if size == 0:
        return _avalanche64(_secret(64) ^ _secret(72)), _avalanche64(_secret(80) ^ _secret(88))
    if size <= 3:
        low = (data[0] << 16) | (data[size >> 1] << 24) | data[-1] | (size << 8)
        swapped = _swap(low, 4)
        high = ((swapped << 13) | (swapped >> 19)) & 0xFFFF_FFFF
        return (
            _avalanche64(low ^ (_u32(_SECRET) ^ _u32(_SECRET, 4))),
            _avalanche64(high ^ (_u32(_SECRET, 8) ^ _u32(_SECRET, 12))),
        )
    if size <= 8:
        both = _u32(data) + (_u32(data, size - 4) << 32)
        product = (both ^ _secret(16) ^ _secret(24)) * (_P64_1 + (size << 2))
        low, high = product & _MASK, product >> 64 & _MASK
        high = (high + (low << 1)) & _MASK
        low ^= high >> 3
        low = (low ^ (low >> 35)) * _MX2 & _MASK
        return low ^ (low >> 28), _avalanche(high)
    first, last = _u64(data), _u64(data, size - 8)
    product = (first ^ last ^ _secret(32) ^ _secret(40)) * _P64_1
    low, high = ((product & _MASK) + ((size - 1) << 54)) & _MASK, product >> 64
    last ^= _secret(48) ^ _secret(56)
    high = (high + last + (last & 0xFFFF_FFFF) * (_P32_2 - 1)) & _MASK
    low ^= _swap(high, 8)
    product = low * _P64_2
    return _avalanche(product & _MASK), _avalanche(((product >> 64) + high * _P64_2) & _MASK)


def _mix16(data: bytes, at: int, secret: int) -> int:
    return _fold(_u64(data, at) ^ _secret(secret), _u64(data, at + 8) ^ _secret(secret + 8))


def _mix32(low: int, high: int, data: bytes, a: int, b: int, secret: int) -> tuple[int, int]:
    low = ((low + _mix16(data, a, secret)) & _MASK) ^ ((_u64(data, b) + _u64(data, b + 8)) & _MASK)
    high = ((high + _mix16(data, b, secret + 16)) & _MASK) ^ ((_u64(data, a) + _u64(data, a + 8)) & _MASK)
    return low, high


def _finish(low: int, high: int, size: int) -> tuple[int, int]:
    total = (low + high) & _MASK
    mixed = (low * _P64_1 + high * _P64_4 + size * _P64_2) & _MASK
    return _avalanche(total), -_avalanche(mixed) & _MASK


def _middle(data: bytes) -> tuple[int, int]:
    size = len(data)
    low, high = size * _P64_1 & _MASK, 0
    for i in range((size - 1) // 32, -1, -1):
        low, high = _mix32(low, high, data, 16 * i, size - 16 * (i + 1), 32 * i)
    return _finish(low, high, size)


def _longer(data: bytes) -> tuple[int, int]:
    size = len(data)
    low, high = size * _P64_1 & _MASK, 0
    for i in range(32, 160, 32):
        low, high = _mix32(low, high, data, i - 32, i - 16, i - 32)
    low, high = _avalanche(low), _avalanche(high)
    for i in range(160, size + 1, 32):
        low, high = _mix32(low, high, data, i - 32, i - 16, 3 + i - 160)
    low, high = _mix32(low, high, data, size - 16, size - 32, 103)
    return _finish(low, high, size)


def _long(data: bytes) -> tuple[int, int]:
    size = len(data)
    lanes = [_P32_3, _P64_1, _P64_2, _P64_3, _P64_4, _P32_2, _P64_5, _P32_1]
    blocks = (size - 1) // 1024
    for block in range(blocks):
        for stripe in range(16):
            _accumulate(lanes, data, block * 1024 + stripe * 64, stripe * 8)
        for i in range(8):
            lanes[i] = ((lanes[i] ^ (lanes[i] >> 47)) ^ _secret(128 + 8 * i)) * _P32_1 & _MASK
    for stripe in range((size - 1 - blocks * 1024) // 64):
        _accumulate(lanes, data, blocks * 1024 + stripe * 64, stripe * 8)
    _accumulate(lanes, data, size - 64, 121)
    return _merge(lanes, 11, size * _P64_1 & _MASK), _merge(lanes, 117, ~(size * _P64_2) & _MASK)


def _accumulate(lanes: list[int], data: bytes, at: int, secret: int) -> None:
    for i in range(8):
        value = _u64(data, at + 8 * i)
        key = value ^ _secret(secret + 8 * i)
        lanes[i ^ 1] = (lanes[i ^ 1] + value) & _MASK
        lanes[i] = (lanes[i] + (key & 0xFFFF_FFFF) * (key >> 32)) & _MASK


def _merge(lanes: list[int], secret: int, start: int) -> int:
    for i in range(4):
        start += _fold(lanes[2 * i] ^ _secret(secret + 16 * i), lanes[2 * i + 1] ^ _secret(secret + 16 * i + 8))
    return _avalanche(start & _MASK)

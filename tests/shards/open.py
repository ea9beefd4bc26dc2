"""Opens a vault with shares, with nothing but Python: an independent reader of docs/wire/shard.md.

    python3 open.py VAULT SHARE...      (files of unencrypted shares; prints the secret in hex)
"""
import hashlib
import hmac
import sys

L = 2**252 + 27742317777372353535851937790883648493  # the order of ristretto255


def take(data, *lengths):
    out = []
    for n in lengths:
        out.append(data[:n])
        data = data[n:]
    return out + [data]


def read_share(data):
    assert len(data) == 101 and hashlib.sha256(data[:97]).digest()[:4] == data[97:], "damaged"
    magic, version, suite, set_id, generation, manifest, seat, shape, number, _ = take(
        data, 5, 1, 1, 16, 4, 32, 2, 4, 32)
    assert (magic, version, suite) == (b"BSHRE", b"\1", b"\1"), "not a share"
    number = int.from_bytes(number, "little")
    assert number < L
    return (set_id, generation, manifest), seat[0], seat[1], shape, number


def read_vault(data):
    assert hashlib.sha256(data[:-32]).digest() == data[-32:], "damaged"
    magic, version, suite, set_id, _salt, length, _ = take(data, 5, 1, 1, 16, 32, 1)
    assert (magic, version, suite) == (b"BSVLT", b"\1", b"\1"), "not a vault"
    end = 56 + length[0] + 32
    size = int.from_bytes(data[end:end + 2], "big")
    body = data[end + 2:-32]
    assert len(body) == size
    return set_id, data[23:55], data[:end], body


def lagrange(points):
    total = 0
    for i, value in points:
        weight = 1
        for j, _ in points:
            if j != i:
                weight = weight * j * pow(j - i, -1, L) % L
        total += weight * value
    return total % L


def combine(shares):
    assert len({share[0] for share in shares}) == 1, "shares of different sets"
    places = {}
    for _, location, custodian, shape, number in shares:
        places.setdefault(location, {})[custodian] = (shape, number)
    outer = []
    for location, custodians in sorted(places.items()):
        needed = next(iter(custodians.values()))[0][2]
        if len(custodians) >= needed:
            chosen = sorted((at, number) for at, (_, number) in custodians.items())[:needed]
            outer.append((location, lagrange(chosen)))
    needed = shares[0][3][0]
    assert len(outer) >= needed, "not enough"
    return lagrange(outer[:needed])


def hkdf(salt, key, info):
    secret = hmac.new(salt, key, hashlib.sha256).digest()
    return hmac.new(secret, info + b"\1", hashlib.sha256).digest()


def times2(a):
    return ((a << 1) ^ (0x1B if a & 0x80 else 0)) & 0xFF


def times(a, b):
    out = 0
    while b:
        if b & 1:
            out ^= a
        a, b = times2(a), b >> 1
    return out


def make_sbox():
    box = [0x63] * 256
    for a in range(1, 256):
        inverse = next(b for b in range(256) if times(a, b) == 1)
        value = inverse
        for shift in range(1, 5):
            value ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xFF
        box[a] = value ^ 0x63
    return box


SBOX = make_sbox()


def aes256(key, block):
    words = [list(key[i:i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    for i in range(8, 60):
        word = list(words[-1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = times2(rcon)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(word, words[i - 8])])
    keys = [sum(words[i:i + 4], []) for i in range(0, 60, 4)]
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 15):
        state = [SBOX[b] for b in state]
        state = [state[(i + 4 * (i % 4)) % 16] for i in range(16)]
        if number < 14:
            mixed = []
            for c in range(0, 16, 4):
                a = state[c:c + 4]
                mixed += [times2(a[r]) ^ times2(a[(r + 1) % 4]) ^ a[(r + 1) % 4]
                          ^ a[(r + 2) % 4] ^ a[(r + 3) % 4] for r in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def ghash(h, data):
    h, y = int.from_bytes(h, "big"), 0
    for at in range(0, len(data), 16):
        y ^= int.from_bytes(data[at:at + 16], "big")
        z, v = 0, h
        for bit in range(127, -1, -1):
            if y >> bit & 1:
                z ^= v
            v = (v >> 1) ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y.to_bytes(16, "big")


def gcm_open(key, aad, body):
    text, tag = body[:-16], body[-16:]
    pad = lambda data: data + bytes(-len(data) % 16)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    mask = aes256(key, bytes(12) + b"\0\0\0\1")
    digest = ghash(aes256(key, bytes(16)), pad(aad) + pad(text) + lengths)
    assert hmac.compare_digest(tag, bytes(a ^ b for a, b in zip(digest, mask))), "altered"
    out = b""
    for at in range(0, len(text), 16):
        counter = (2 + at // 16).to_bytes(4, "big")
        stream = aes256(key, bytes(12) + counter)
        out += bytes(a ^ b for a, b in zip(text[at:at + 16], stream))
    return out


def main(paths):
    vault, *shares = [open(path, "rb").read() for path in paths]
    set_id, salt, aad, body = read_vault(vault)
    number = combine([read_share(share) for share in shares])
    info = b"brainswap/shards/v1/aes-256-gcm" + b"\1" + set_id
    key = hkdf(salt, number.to_bytes(32, "little"), info)
    print(gcm_open(key, aad, body).hex())


main(sys.argv[1:])

#!/usr/bin/env python3
"""Whether a journal is complete and unaltered: the third implementation, with nothing but Python's own library.

    python3 verify.py PROOF.json [--kept KEPT.json]

Prints one finding a line, `code` or `code rank`, sorted; nothing when all is well. Exit status: 0 well, 1 findings,
2 no proof. Written from the description of the formats (RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint,
tlog-cosignature), not from the other two.
"""

import base64
import hashlib
import hmac
import json
import re
import sys

SLACK = 600 * 1_000_000
HOUR = 3600 * 1_000_000


# Ed25519 (RFC 8032 §5.1, §6): verifying only, so nothing here needs to be fast or silent about secrets.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, of):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, of)
        of = add(of, of)
        number >>= 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def is_signed(key, signature, message):
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# The tree (RFC 6962 §2.1), written the way the RFC defines it: by splitting at the largest power of two.


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def split(size):
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def root_of(leaf, index, size, path):
    """The root above a leaf whose siblings, lowest first, are `path`; None when it does not fit the tree's shape."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    half = split(size)
    *below, sibling = path
    if index < half:
        left = root_of(leaf, index, half, below)
        return left and sha(b"\x01", left, sibling)
    right = root_of(leaf, index - half, size - half, below)
    return right and sha(b"\x01", sibling, right)


def grown(old_size, old, size, path, whole):
    """Both roots that a consistency proof leads to (SUBPROOF of RFC 6962 §2.1.2); None when it does not fit."""
    if old_size == size:
        if whole:
            return (old, old) if not path else None
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    half = split(size)
    *below, sibling = path
    if old_size <= half:
        both = grown(old_size, old, half, below, whole)
        return both and (both[0], sha(b"\x01", both[1], sibling))
    both = grown(old_size - half, old, size - half, below, False)
    return both and (sha(b"\x01", sibling, both[0]), sha(b"\x01", sibling, both[1]))


# Checkpoints.


def verifier_key(text):
    try:
        name, number, key = text.split("+", 2)
        data = base64.b64decode(key, validate=True)
    except ValueError:
        return None
    if len(data) != 33 or data[0] not in (1, 4) or sha(name.encode(), b"\n", data)[:4].hex() != number:
        return None
    return {"name": name, "id": bytes.fromhex(number), "type": data[0], "key": data[1:]}


def checkpoint(text):
    body, blank, rest = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        return None
    signatures = []
    for line in rest.split("\n")[:-1]:
        match = re.fullmatch(r"— ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if not match:
            return None
        data = base64.b64decode(match[2])
        signatures.append((match[1], data[:4], data[4:]))
    root = base64.b64decode(lines[2])
    if len(root) != 32 or not signatures:
        return None
    return {"origin": lines[0], "size": int(lines[1]), "root": root, "body": body + "\n", "signatures": signatures}


def signed(found, key):
    if key["type"] != 1 or key["name"] != found["origin"]:
        return False
    return any(
        name == key["name"] and number == key["id"] and is_signed(key["key"], data, found["body"].encode())
        for name, number, data in found["signatures"]
    )


def cosigned(found, keys):
    witnesses = set()
    for key in keys:
        for name, number, data in found["signatures"]:
            if key["type"] != 4 or (name, number) != (key["name"], key["id"]) or len(data) != 72:
                continue
            time = int.from_bytes(data[:8], "big")
            message = f"cosignature/v1\ntime {time}\n{found['body']}".encode()
            if is_signed(key["key"], data[8:], message):
                witnesses.add(key["key"])
    return len(witnesses)


# The journal.


def i64(number):
    return number.to_bytes(8, "big", signed=True)


def digest(person, act):
    if "digest" in act:
        return bytes.fromhex(act["digest"])
    return sha(
        b"carnet-act-2",
        i64((person << 20) + act["seq"]),
        i64(act["at"]),
        i64(act["kind"]),
        bytes.fromhex(act.get("entry", "ff" * 8)),
        bytes.fromhex(act["nonce"]),
        sha(act["line"].encode()),
        bytes.fromhex(act.get("data", "00" * 32)),
        bytes.fromhex(act.get("content", "00" * 32)),
    )


def verify(proof, kept=None):
    """The findings, as (code, rank) with rank None where there is none."""
    found = set()
    kept = kept or {}
    acts, after = proof["acts"], proof["after"]
    heads = {after: bytes.fromhex(proof["before"])}

    rank, latest, before = after, None, heads[after]
    for act in acts:
        if act["seq"] != rank + 1:
            found.add(("dropped", act["seq"]))
        head = sha(b"carnet-chain-2", before, digest(proof["person"], act))
        claimed = bytes.fromhex(act["hash"])
        if head != claimed:
            found.add(("chain", act["seq"]))
        if "at" in act:
            if latest is not None and act["at"] < latest - SLACK:
                found.add(("back-dated", act["seq"]))
            latest = act["at"]
        heads[act["seq"]] = claimed
        # The next one is judged by what this one claims, so that one changed line is one finding.
        rank, before = act["seq"], claimed

    point_kept = checkpoint(kept["checkpoint"]) if kept.get("checkpoint") else None
    if kept.get("checkpoint") and point_kept is None:
        found.add(("kept", None))
        kept = {}
    point_now = checkpoint(proof["checkpoint"]) if proof["checkpoint"] is not None else None
    if point_now is None:
        if proof["checkpoint"] is not None:
            found.add(("signature", None))
    else:
        keys = [key for key in map(verifier_key, [kept["vkey"]] if kept.get("vkey") else proof["keys"]) if key]
        if not any(signed(point_now, key) for key in keys):
            found.add(("signature", None))
            point_now = None
        else:
            witnesses = [key for key in map(verifier_key, kept.get("witnesses") or []) if key]
            if cosigned(point_now, witnesses) < (kept.get("threshold") or 0):
                found.add(("witnesses", None))

    if point_kept:
        if point_now is None:
            if proof["checkpoint"] is None:
                found.add(("shrunk", None))
        elif point_kept["size"] > point_now["size"]:
            found.add(("shrunk", None))
        else:
            given = proof.get("consistency") or {"since": None, "proof": []}
            path = [bytes.fromhex(node) for node in given["proof"]] if given["since"] == point_kept["size"] else []
            both = grown(point_kept["size"], point_kept["root"], point_now["size"], path, True)
            if point_kept["origin"] != point_now["origin"] or both != (point_kept["root"], point_now["root"]):
                found.add(("fork", None))

    secret = bytes.fromhex(proof["secret"])
    last_leaf = None
    for leaf in proof["leaves"] if point_now else []:
        if leaf["seq"] >= after:
            root, head = None, heads.get(leaf["seq"])
            if head:
                label = hmac.digest(secret, b"carnet-log-label-1" + i64(leaf["n"]), "sha256")[:16]
                said = b"carnet-log-head-1" + i64(leaf["n"]) + i64(leaf["seq"]) + i64(leaf["at"]) + head
                entry = label + hmac.digest(secret, said, "sha256")
                path = [bytes.fromhex(node) for node in leaf["proof"]]
                root = root_of(sha(b"\x00", entry), leaf["index"], point_now["size"], path)
            if root is None or root != point_now["root"]:
                found.add(("rewritten", leaf["seq"]))
        if last_leaf:
            if any(leaf[what] <= last_leaf[what] for what in ("n", "seq", "index")):
                found.add(("rewritten", leaf["seq"]))
            if leaf["n"] == last_leaf["n"] + 1:
                for act in acts:
                    if "at" in act and last_leaf["seq"] < act["seq"] <= leaf["seq"] and leaf["at"] - act["at"] > HOUR:
                        found.add(("late", act["seq"]))
        last_leaf = leaf

    last = acts[-1]["seq"] if acts else after
    if kept.get("seq") is not None:
        if last < kept["seq"]:
            found.add(("dropped", kept["seq"]))
        elif kept.get("head") is not None and kept["seq"] in heads and heads[kept["seq"]].hex() != kept["head"]:
            found.add(("rewritten", kept["seq"]))
    if kept.get("at") is not None and point_kept:
        covered = max([0] + [leaf["seq"] for leaf in proof["leaves"] if leaf["index"] < point_kept["size"]])
        for act in acts:
            if "at" in act and act["at"] + HOUR < kept["at"] and act["seq"] > covered:
                found.add(("back-dated", act["seq"]))

    upto = proof["leaves"][-1]["seq"] if point_now and proof["leaves"] else 0
    for act in acts:
        if "at" in act and act["seq"] > upto and proof["at"] - act["at"] > HOUR:
            found.add(("uncovered", act["seq"]))
    return found


def main(arguments):
    kept = None
    if "--kept" in arguments:
        at = arguments.index("--kept")
        with open(arguments[at + 1], encoding="utf-8") as file:
            kept = json.load(file)
        del arguments[at : at + 2]
    with open(arguments[0], encoding="utf-8") as file:
        proof = json.load(file)
    if proof.get("format") != "carnet-journal-proof-1":
        return 2
    findings = verify(proof, kept)
    for code, rank in sorted(findings, key=lambda finding: (finding[1] or 0, finding[0])):
        print(code if rank is None else f"{code} {rank}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

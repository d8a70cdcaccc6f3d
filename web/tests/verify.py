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


def base64_bytes(text):
    """The bytes of a base64 text; None when it is not how those bytes are written."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def key_number(name, tagged):
    return sha(name.encode(), b"\n", tagged)[:4]


def verifier_key(text):
    name, _, rest = text.partition("+")
    number, _, key = rest.partition("+")
    data = base64_bytes(key)
    if not name or data is None or len(data) != 33 or data[0] not in (1, 4) or key_number(name, data).hex() != number:
        return None
    return {"name": name, "id": bytes.fromhex(number), "type": data[0], "key": data[1:]}


def under(key, name):
    """The same public key under the name of a log that was begun anew."""
    return {**key, "name": name, "id": key_number(name, bytes([key["type"]]) + key["key"])}


def checkpoint(text):
    body, blank, rest = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or not text.endswith("\n") or len(lines) < 3 or not lines[0]:
        return None
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        return None
    signatures = []
    for line in rest.split("\n")[:-1]:
        match = re.fullmatch(r"— ([^ +]+) ([^ ]+)", line)
        data = match and base64_bytes(match[2])
        if not data or len(data) < 5:
            return None
        signatures.append((match[1], data[:4], data[4:]))
    root = base64_bytes(lines[2])
    if root is None or len(root) != 32 or not signatures:
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


# The shape of a proof: every value has one reading only, and nothing stands in an act that is not hashed.


def of(kind):
    return lambda value: type(value) is kind


def octets(length):
    return lambda value: type(value) is str and re.fullmatch("[0-9a-f]{%d}" % (2 * length), value) is not None


def every(what):
    return lambda value: type(value) is list and all(map(what, value))


def fields(needed, optional=None, only=False):
    optional = optional or {}

    def fits(value):
        return (
            type(value) is dict
            and all(name in value and is_it(value[name]) for name, is_it in needed.items())
            and all(name not in value or is_it(value[name]) for name, is_it in optional.items())
            and not (only and set(value) - set(needed) - set(optional))
        )

    return fits


def rank(value):
    return type(value) is int and 0 <= value < 2**20


def either(*kinds):
    return lambda value: any(is_it(value) for is_it in kinds)


def nothing(value):
    return value is None


TOLD = fields(
    {"seq": rank, "at": of(int), "kind": of(int), "nonce": octets(12), "line": of(str), "hash": octets(32)},
    {"name": of(str), "entry": octets(8), "data": octets(32), "content": octets(32)},
    only=True,
)
WITHHELD = fields({"seq": rank, "digest": octets(32), "hash": octets(32)}, only=True)
PATH = every(octets(32))
LEAF = fields({"n": of(int), "seq": rank, "at": of(int), "index": of(int), "proof": PATH})
PROOF = fields(
    {
        "format": lambda value: value == "carnet-journal-proof-1",
        "person": of(int),
        "at": of(int),
        "secret": octets(32),
        "after": rank,
        "before": octets(32),
        "acts": every(either(TOLD, WITHHELD)),
        "checkpoint": either(nothing, of(str)),
        "keys": every(of(str)),
        "witnesses": every(of(str)),
        "threshold": of(int),
        "leaves": every(LEAF),
        "consistency": either(nothing, fields({"since": of(int), "proof": PATH})),
    },
    {"begun": fields({"statement": of(str), "proof": PATH})},
)
STATEMENT = fields(
    {
        "format": lambda value: value == "carnet-log-begun-1",
        "origin": of(str),
        "closed": every(fields({"checkpoint": of(str), "at": of(int), "reason": of(str)})),
    }
)


def statement(text):
    """The statement that a log which was begun anew begins with; None when the text is none."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if STATEMENT(said) else None


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


def walk(proof, found):
    """The hash of every act as it claims it, by rank."""
    rank, latest = proof["after"], None
    before = bytes.fromhex(proof["before"]) if rank else bytes(32)
    heads = {rank: before}
    for act in proof["acts"]:
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
    return heads


def trusted(proof, kept, found):
    """The checkpoint, when somebody whom she believes signed it."""
    if proof["checkpoint"] is None:
        return None
    now = checkpoint(proof["checkpoint"])
    keys = [key for key in map(verifier_key, [kept["vkey"]] if kept.get("vkey") else proof["keys"]) if key]
    if now and kept.get("vkey") and "begun" in proof:
        keys = [under(key, now["origin"]) for key in keys]
    if now is None or not any(signed(now, key) for key in keys):
        found.add(("signature", None))
        return None
    witnesses = [key for key in map(verifier_key, kept.get("witnesses") or []) if key]
    if cosigned(now, witnesses) < (kept.get("threshold") or 0):
        found.add(("witnesses", None))
    return now


def begun(proof, now, found):
    """The statement of a log that was begun anew, when the log begins with it."""
    if "begun" not in proof or not now:
        return None
    text, path = proof["begun"]["statement"], [bytes.fromhex(node) for node in proof["begun"]["proof"]]
    leaf = sha(b"\x00", b"carnet-log-begun", sha(text.encode()))
    said = statement(text)
    if said and said["origin"] == now["origin"] and root_of(leaf, 0, now["size"], path) == now["root"]:
        return said
    found.add(("fork", None))
    return None


def restarted(kept, then, now, said, found):
    """Whether the log that she kept was closed, and this one begun."""
    key = verifier_key(kept["vkey"]) if kept.get("vkey") else None
    origin = then["origin"] if then else key and key["name"]
    if not now or not said or origin == now["origin"]:
        return False
    for last in map(checkpoint, (closed["checkpoint"] for closed in said["closed"])):
        if last and last["origin"] == origin:
            two = then and then["size"] == last["size"] and then["root"] != last["root"]
            if two or (key and not signed(last, under(key, origin))):
                found.add(("fork", None))
            found.add(("restarted", None))
            return True
    return False


def history(proof, then, now, found):
    """Whether the log only grew since the checkpoint that she kept."""
    if now is None:
        if proof["checkpoint"] is None:
            found.add(("shrunk", None))
    elif then["origin"] != now["origin"]:
        found.add(("fork", None))
    elif then["size"] > now["size"]:
        found.add(("shrunk", None))
    else:
        given = proof["consistency"] or {"since": None, "proof": []}
        path = [bytes.fromhex(node) for node in given["proof"]] if given["since"] == then["size"] else []
        if then["size"] == 0:
            fits = not path and then["root"] == sha()
        else:
            fits = grown(then["size"], then["root"], now["size"], path, True) == (then["root"], now["root"])
        if not fits:
            found.add(("fork", None))


def leaves(proof, then, now, heads, found):
    """Whether her leaves are in the log, numbered without gaps but where some may be left out."""
    secret = bytes.fromhex(proof["secret"])
    if "begun" in proof:
        secret = hmac.digest(secret, b"carnet-log-renewed-1" + now["origin"].encode(), "sha256")
    since = then["size"] if then else (proof["consistency"] or {}).get("since")
    last = None
    for leaf in proof["leaves"]:
        head = heads.get(leaf["seq"])
        if leaf["seq"] >= proof["after"]:
            root = None
            if head:
                label = hmac.digest(secret, b"carnet-log-label-1" + i64(leaf["n"]), "sha256")[:16]
                said = b"carnet-log-head-1" + i64(leaf["n"]) + i64(leaf["seq"]) + i64(leaf["at"]) + head
                entry = label + hmac.digest(secret, said, "sha256")
                path = [bytes.fromhex(node) for node in leaf["proof"]]
                root = root_of(sha(b"\x00", entry), leaf["index"], now["size"], path)
            if root is None or root != now["root"]:
                found.add(("rewritten", leaf["seq"]))
        if last:
            next_one = leaf["n"] == last["n"] + 1
            left_out = since is not None and last["index"] < since <= leaf["index"] and leaf["n"] > last["n"]
            if not (next_one or left_out) or any(leaf[what] <= last[what] for what in ("seq", "index")):
                found.add(("rewritten", leaf["seq"]))
            if next_one:
                for act in proof["acts"]:
                    if "at" in act and last["seq"] < act["seq"] <= leaf["seq"] and leaf["at"] - act["at"] > HOUR:
                        found.add(("late", act["seq"]))
        last = leaf


def known(proof, kept, then, anew, heads, found):
    """What she kept of the journal itself: where it ended then, and what it can no longer gain."""
    last = proof["acts"][-1]["seq"] if proof["acts"] else proof["after"]
    seq, head = kept.get("seq"), kept.get("head")
    here = heads[seq].hex() if seq in heads else None
    same = here is not None and here == head
    if seq is not None and head is not None and not same:
        if anew and seq >= proof["after"]:
            found.add(("unshown", seq))
        elif last < seq:
            found.add(("dropped", seq))
        elif here:
            found.add(("rewritten", seq))
    if kept.get("at") is None or not then:
        return
    if anew and not same:
        return
    below = [leaf["seq"] for leaf in proof["leaves"] if leaf["index"] < then["size"]]
    covered = seq if anew else max([0] + below)
    for act in proof["acts"]:
        if "at" in act and act["at"] + HOUR < kept["at"] and act["seq"] > covered:
            found.add(("back-dated", act["seq"]))


def verify(proof, kept=None):
    """The findings, as (code, rank) with rank None where there is none."""
    found = set()
    kept = kept or {}
    then = checkpoint(kept["checkpoint"]) if kept.get("checkpoint") else None
    if kept.get("checkpoint") and then is None:
        found.add(("kept", None))
        kept = {}
    heads = walk(proof, found)
    now = trusted(proof, kept, found)
    anew = restarted(kept, then, now, begun(proof, now, found), found)
    if then and not anew:
        history(proof, then, now, found)
    if now:
        leaves(proof, then, now, heads, found)
    known(proof, kept, then, anew, heads, found)
    upto = proof["leaves"][-1]["seq"] if now and proof["leaves"] else 0
    for act in proof["acts"]:
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
    if not PROOF(proof):
        return 2
    findings = verify(proof, kept)
    for code, rank in sorted(findings, key=lambda finding: (finding[1] or 0, finding[0])):
        print(code if rank is None else f"{code} {rank}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A run with every fault there is: whatever the daemon says, writes, sends or answers, it holds nothing secret."""

import json
import os
import re
import uuid

from faulty import faulty_bed, usable
from harness import Bed, call, expect, run, test, wait_until

ANSWERS = ["wrong-json", "html", "empty", "empty-page", "expired-token", "redirect", "bom", "duplicate-key", "wrong-id",
           "next-link-elsewhere", "location-elsewhere"]
STATUSES = [400, 401, 403, 404, 409, 429, 503]
WITNESSES = ["metrics", "routes", "operation"]

# What error bodies of Azure were seen to quote.
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL21hbmFnZW1lbnQifQ.c2lnbmF0dXJlLXRoYXQtbm9ib2R5LW1heS1zZWU"
SIGNED = ("https://management.azure.com/x/operationResults/1?api-version=2024-05-01"
          "&t=1&c=MIIcertificate&s=Q2hlY2tzdW0&h=aGFzaA")
QUOTING = "the client sent 'Authorization: Bearer {jwt}' with secret '{secret}' for serviceKey {key}, poll {url}"


def walk(bed):
    """Every document of the control socket and every screen of erwatchctl."""
    for path in ("/v1/status", "/v1/incidents?all=1", "/v1/loop"):
        yield path, json.dumps(bed.daemon.get(path))
    for circuit in bed.daemon.get("/v1/status")["circuits"]:
        status, body = bed.daemon.ask("/v1/circuits/" + circuit["name"])
        expect(status == 200, (status, body))
        yield circuit["name"], json.dumps(body)
        yield "show", bed.ctl("show", circuit["name"]).out
    for incident in bed.daemon.get("/v1/incidents?all=1")["incidents"]:
        yield "explain", bed.ctl("explain", incident["identity"]).out
    for words in (["status"], ["incidents", "--all"], ["loop"]):
        yield words[0], bed.ctl(*words).out


def look_through(bed, places):
    for where, text in places:
        for secret, what in bed.forbidden.items():
            expect(secret not in text, f"{what} is in {where}: {text[max(0, text.find(secret) - 100):][:300]}")
        found = re.search(r"Azure-SKEY\|[0-9a-f]|[?&](?:s|sig|c|h)=[A-Za-z0-9_-]{6}|\bsim\.[0-9a-f]{8}-", text)
        expect(not found, f"{found and text[max(0, found.start() - 100):][:300]} in {where}")


def circuits_with_trouble():
    """One circuit for each trouble, in a subscription of its own, so that all happen at once."""
    troubles = [{"answer": answer} for answer in ANSWERS] + [{"status": status} for status in STATUSES]
    troubles += [{"status": 403, "match": {"endpoint": witness}} for witness in WITNESSES]
    troubles += [{"status": 500, "envelope": envelope} for envelope in ("bare", "capitals", "nested", "text")]
    for i, trouble in enumerate(troubles):
        key = str(uuid.uuid4())
        peerings = {"private": {}, "microsoft": {"ipv4": {"prefixes": {"203.0.113.0/24": "ValidationNeeded"}}}}
        subscription = f"00000000-0000-0000-0000-{i:012}"
        yield usable(f"c-{i}", subscription=subscription, service_key=key, peerings=peerings), trouble


def strike(bed, name, key, trouble):
    quoting = QUOTING.format(jwt=JWT, secret=bed.secret, key=key, url=SIGNED)
    match = {"endpoint": "arm", **trouble.get("match", {}), "circuit": name}
    extra = {"message": quoting, "retry_after": "1s"} if "status" in trouble else {"to": SIGNED}
    bed.sim.fault("f-" + name, **{**extra, **trouble, "match": match})


@test
def every_fault_of_resource_manager():
    circuits = list(circuits_with_trouble())
    settings = {"poll": {"sessions": "both"}}
    scenario = {"operations": {"signed": True, "polls": 1, "retry_after": "0s"}}
    with faulty_bed([circuit for circuit, _ in circuits], settings=settings, scenario=scenario) as (bed, pager):
        bed.forbidden.update({JWT: "a token", SIGNED: "a signed URL", "MIIcertificate": "a signed URL's certificate"})
        bed.start("-v")
        for circuit, _ in circuits:
            bed.sim.wait("circuit", 1, circuit["name"])
        pager.wait_told("raised 32 c-0")
        look_through(bed, walk(bed))
        for circuit, trouble in circuits:
            strike(bed, circuit["name"], circuit["service_key"], trouble)
        asked = bed.sim.requests()["circuits"]
        for circuit, _ in circuits:
            bed.sim.wait("circuit", asked[circuit["name"]]["circuit"] + 2, circuit["name"])
        wait_until(lambda: len(pager.taken()) > len(circuits), "notices")
        look_through(bed, walk(bed))
        bed.sim.clear()
        bed.sim.event(circuit="c-*", set={"peerings.private.ipv4.sessions": {"primary": "down", "secondary": "down"}})
        wait_until(lambda: sum(" 40 " in line for line in pager.story()) > 5,
                   lambda: f"sessions to be told of; told were {pager.story()}")
        expect(bed.sim.requests("operation") > 0, "no signed URL was used")
        look_through(bed, walk(bed))
        look_through(bed, [("standard error", bed.err()), ("notices", json.dumps(pager.taken()))])
        with open(os.path.join(bed.daemon.state, "erwatch.db"), encoding="latin-1") as file:
            look_through(bed, [("the database", file.read())])


@test
def every_fault_of_the_sign_in():
    with Bed(circuits=[usable("lon-1")]) as bed:
        bed.forbidden[JWT] = "a token"
        bed.start("-v")
        bed.wait_verdict("lon-1", "usable")
        quoting = QUOTING.format(jwt=JWT, secret=bed.secret, key=bed.circuits[0]["service_key"], url=SIGNED)
        for trouble in ({"status": 401, "code": "invalid_client"}, {"status": 403}, {"status": 429}, {"status": 500},
                        {"answer": "html"}, {"answer": "wrong-json"}, {"answer": "redirect"}):
            bed.sim.fault("login", match=["token"], message=quoting, envelope="login", retry_after="1s", **trouble)
            bed.sim.fault("arm", match=["arm"], answer="expired-token")
            bed.sim.wait_more("token", 1)
            bed.wait_said(r"lon-1|ops")
            look_through(bed, walk(bed))
            bed.sim.clear()
            bed.wait_verdict("lon-1", "usable")
        look_through(bed, [("standard error", bed.err())])


@test
def the_check_of_settings_shows_no_secret():
    with Bed(circuits=[usable("lon-1")]) as bed:
        done = bed.check()
        expect(done.status == 0 and bed.secret not in done.out + done.err, done.out + done.err)
        os.chmod(bed.secret_file, 0o644)
        done = bed.check()
        expect(done.status == 1 and bed.secret not in done.out + done.err, done.out + done.err)
        bed.settings["azure"]["credentials"][0]["secret"] = bed.secret  # where it must not stand
        bed.write_settings()
        done = bed.check()
        expect(done.status == 1 and bed.secret not in done.out + done.err, done.out + done.err)


@test
def nothing_secret_is_in_arguments_or_environment():
    with Bed(circuits=[usable("lon-1")]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        for name in ("cmdline", "environ", "limits", "status"):
            with open(f"/proc/{bed.daemon.pid}/{name}", encoding="utf-8", errors="replace") as file:
                text = file.read()
            expect(bed.secret not in text, name)
            if name == "limits":
                expect(re.search(r"^Max core file size +0 +0 ", text, re.M), text)
        who = call(["stat", "-c", "%U", f"/proc/{bed.daemon.pid}/mem"])
        expect(who.out.strip() == "root", "another program of the same user could read its memory")


run()

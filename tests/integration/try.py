"""
`erwatchd -n --try`: what works, what is refused and what is not needed, from the built program against the simulator. It
asks each kind once, keeps nothing, tells nobody, and its end status says whether everything that is needed works.
"""

import fnmatch
import os
import re

from harness import Bed, DAEMON, PATIENCE, SUBSCRIPTION, call, circuit_id, expect, run, test

CONNECTION = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/connections/hub"
OTHER = "00000000-0000-0000-0000-000000000002"
REFUSAL = ("The client 'x' with object id 'y' does not have authorization to perform action "
           "'{action}' over scope '{scope}' or the scope is invalid.")

EVERYTHING = {"circuits": [{"name": "lon-1", "direct": "fibre", "bandwidth": 5000, "peerings": {"private": {}}},
                           {"name": "lon-2", "peerings": {"private": {}}}],
              "scenario": {"connections": [{"name": "hub", "circuit": "lon-1"}], "ports": [{"name": "fibre"}]}}


def everything(**poll):
    """A bed whose settings need every kind of read."""
    bed = Bed(**EVERYTHING, settings={"poll": {"sessions": "both", **poll}, "discover": [{"subscription": SUBSCRIPTION}]})
    standard = bed._standard_settings

    def settings():
        made = standard()
        made["azure"]["metrics_batch"] = bed.sim.url
        made["circuits"][0]["expect"] = {"connections": [CONNECTION]}
        return made
    bed._standard_settings = settings
    return bed


def table(out):
    """{subscription: {kind: (state, what is said of it)}}, from what was printed."""
    found, rows, kind = {}, None, None
    for line in out.splitlines():
        head = re.fullmatch(r"(\S+) in subscription (\S+):", line)
        row = re.fullmatch(r"  (\S.{14}[^ ]?) *(works|refused|failed|not needed|not tried) *(.*)", line)
        if head:
            rows, kind = found.setdefault(head[2], {}), None
        elif rows is not None and row:
            kind = row[1].strip()
            rows[kind] = (row[2], row[3])
        elif rows is not None and kind and line.startswith(" " * 20):
            rows[kind] = (rows[kind][0], (rows[kind][1] + " " + line.strip()).strip())
        else:
            kind = None
    return found


def attempt(bed, *words):
    """What the program printed as a table; it must leave nothing behind and fit the terminal."""
    ended = bed.check("--try", *words)
    status, out, err = ended.status, ended.out, ended.err
    wide = [line for line in out[out.index(" in subscription "):].splitlines() if len(line) > 80]
    expect(not wide, f"wider than 80: {wide}")
    for secret, what in bed.forbidden.items():
        expect(secret not in out + err, f"{what} is printed")
    expect(sorted(os.listdir(bed.folder)) == bed.before, os.listdir(bed.folder))
    expect(not bed.notices(), bed.notices())
    return status, table(out), out


def remember(bed):
    bed.before = sorted(os.listdir(bed.folder))


@test
def everything_that_is_needed_works():
    with everything() as bed:
        remember(bed)
        status, found, out = attempt(bed)
        expect(status == 0, f"{status}: {out}")
        rows = found[SUBSCRIPTION]
        expect(len(rows) == 17 and all(state == "works" for state, _ in rows.values()), out)
        expect("Everything that was needed and could be tried works." in out, out)
        asked = bed.sim.requests()["endpoints"]
        once = ["metrics", "metrics-batch", "summary", "operation", "arp", "connections", "connection", "graph",
                "port", "port-metrics", "health", "events"]
        expect(all(asked.get(kind) == 1 for kind in once), asked)
        expect(asked["list"] == 2 and asked["token"] == 2 and asked["circuit"] == 2, asked)


@test
def what_is_not_needed_is_not_asked():
    with Bed(circuits=[{"name": "lon-1"}], settings={"poll": {"health": "no"}}) as bed:
        remember(bed)
        status, found, out = attempt(bed)
        expect(status == 0, out)
        works = [kind for kind, (state, _) in found[SUBSCRIPTION].items() if state == "works"]
        expect(works == ["sign-in", "circuit", "connections", "search"], out)
        expect(all(state in ("works", "not needed") for state, _ in found[SUBSCRIPTION].values()), out)
        expect(found[SUBSCRIPTION]["Resource Health"] == ("not needed", "poll.health: no"), out)
        expect(bed.sim.requests("metrics") == 0 and bed.sim.requests("list") == 0, bed.sim.requests())


def refused(endpoint, kind, action, scope, expected=None):
    with everything() as bed:
        remember(bed)
        bed.sim.fault(match=[endpoint], status=403, code="AuthorizationFailed",
                      message=REFUSAL.format(action=action, scope=scope))
        status, found, out = attempt(bed)
        expect(status == 1, f"{status}: {out}")
        state, said = found[SUBSCRIPTION][kind]
        expect(state == "refused", out)
        expect((expected or f"{action} over {scope}").replace(" ", "") == said.replace(" ", ""), said)
        others = {name: row for name, row in found[SUBSCRIPTION].items() if row[0] not in ("works", "not tried")}
        expect(set(others) <= {kind, "discovery", "list"} or kind == "circuit", out)


@test
def a_refused_read_names_action_and_scope():
    refused("events", "maintenance", "Microsoft.ResourceHealth/events/read", f"/subscriptions/{SUBSCRIPTION}")


@test
def a_refused_route_summary_does():
    refused("summary", "route summary", "Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/action",
            circuit_id("lon-1") + "/peerings/AzurePrivatePeering")


@test
def a_refused_result_does():
    refused("operation", "its result", "Microsoft.Network/locations/operationResults/read",
            f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/locations/uksouth")


@test
def a_refusal_without_words_names_the_right_that_the_role_has():
    with everything() as bed:
        remember(bed)
        bed.sim.fault(match=["connections"], status=403)
        status, found, out = attempt(bed)
        expect(status == 1 and found[SUBSCRIPTION]["connections"] == ("refused", "Microsoft.Network/connections/read"), out)
        expect(re.search(r"^1 of 17 do not work\.$", out, re.M), out)


@test
def every_refusal_names_a_right_of_the_role_in_the_manual():
    """All of Resource Manager refuses without a word; the manual's role must hold what is named then."""
    manual = os.path.join(os.environ.get("srcdir", "."), "man", "erwatchd.8")
    with open(manual, encoding="utf-8") as file:
        rights = re.findall(r'^    "(Microsoft\.[^"]+)"', file.read(), re.M)
    with everything() as bed:
        remember(bed)
        bed.sim.fault(match=["arm"], status=403)
        named = {said for state, said in attempt(bed)[1][SUBSCRIPTION].values() if state == "refused"}
        bed.sim.clear()
        bed.sim.fault(match=["summary", "arp", "port", "port-metrics", "metrics-batch"], status=403)
        named |= {said for state, said in attempt(bed)[1][SUBSCRIPTION].values() if state == "refused"}
        named = {said.replace(" ", "") for said in named}
        missing = {one for one in named if not any(fnmatch.fnmatchcase(one, right) for right in rights)}
        expect(len(named) >= 8 and not missing, f"{sorted(missing)} of {sorted(named)}")


@test
def without_a_token_nothing_else_is_tried():
    with everything() as bed:
        remember(bed)
        bed.write_secret("another-secret-that-login-does-not-know")
        status, found, out = attempt(bed)
        expect(status == 1, out)
        state, said = found[SUBSCRIPTION]["sign-in"]
        expect(state == "failed" and "AADSTS7000215" in said, out)
        expect(all(row == ("not tried", "there is no token") for kind, row in found[SUBSCRIPTION].items()
                   if kind not in ("sign-in", "port", "port metrics")), out)
        expect(bed.sim.requests()["total"] == bed.sim.requests("token"), bed.sim.requests())


@test
def a_missing_circuit_is_said():
    with Bed(circuits=[{"name": "lon-1"}], watch=["lon-l"]) as bed:
        remember(bed)
        status, found, out = attempt(bed)
        state, said = found[SUBSCRIPTION]["circuit"]
        expect(status == 1 and state == "failed" and "ResourceNotFound" in said, out)


@test
def each_circuit_is_read():
    with Bed(circuits=[{"name": name} for name in ("ams-1", "lon-1", "par-1")]) as bed:
        remember(bed)
        bed.sim.fault(match={"endpoint": "circuit", "circuit": "par-1"}, status=403, code="AuthorizationFailed",
                      message=REFUSAL.format(action="Microsoft.Network/expressRouteCircuits/read", scope="par-1"))
        status, found, out = attempt(bed)
        expect(status == 1 and found[SUBSCRIPTION]["circuit"][0] == "works", out)
        state, said = found[SUBSCRIPTION]["other circuits"]
        expect(state == "refused" and said.endswith("par-1"), out)
        bed.sim.clear()
        bed.sim.fault(match={"endpoint": "circuit", "circuit": "lon-1"}, status=404, code="ResourceNotFound")
        state, said = attempt(bed)[1][SUBSCRIPTION]["other circuits"]
        expect(state == "failed" and said.startswith("lon-1: "), said)


@test
def each_subscription_has_its_rows():
    circuits = [{"name": "lon-1"}, {"name": "par-1", "subscription": OTHER}]
    with Bed(circuits=circuits) as bed:
        remember(bed)
        bed.sim.fault(match={"endpoint": "circuit", "subscription": OTHER}, status=403)
        status, found, out = attempt(bed)
        expect(status == 1 and found[SUBSCRIPTION]["circuit"][0] == "works", out)
        expect(found[OTHER]["circuit"][0] == "refused", out)
        expect(bed.sim.requests("token") == 1, "one token serves both")


@test
def what_does_not_answer_fails_after_a_while():
    with Bed(circuits=[{"name": "lon-1"}], settings={"poll": {"timeout": "10s"}}) as bed:
        remember(bed)
        bed.sim.fault(match=["circuit"], delay=f"{PATIENCE * 2}s")
        status, found, out = attempt(bed)
        state, said = found[SUBSCRIPTION]["circuit"]
        expect(status == 1 and state == "failed" and said, out)


@test
def discovery_alone_finds_a_circuit_to_ask_about():
    bed = Bed(circuits=[{"name": "lon-1"}], watch=[], settings={"discover": [{"subscription": SUBSCRIPTION}]})
    with bed:
        remember(bed)
        status, found, out = attempt(bed)
        expect(status == 0 and found[SUBSCRIPTION]["circuit"][0] == "works", out)
        expect(found[SUBSCRIPTION]["discovery"][0] == "works", out)


@test
def it_goes_with_the_check_only():
    with Bed(circuits=[{"name": "lon-1"}]) as bed:
        ended = call([DAEMON, "--try", "-c", bed.settings_file])
        expect(ended.status == 2 and "--try goes with -n" in ended.err, ended)


run()

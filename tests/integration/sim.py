"""erwatch-sim itself, over its socket: endpoints, sign-in, operations, metrics, every fault, control, certificates."""
import datetime
import email.utils
import http.client
import json
import os
import socket
import ssl
import stat
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from simulator import CLIENT, NETWORK, PROGRAM, SRC, SUBSCRIPTION, TENANT, VERSION, Simulator, Tap, circuit_id

tap = Tap()
DATA = os.path.join(SRC, "tests", "data")
FAULTS = os.path.join(DATA, "sim", "faults.yaml")
ALPHA = circuit_id("alpha")
LIST = f"/subscriptions/{SUBSCRIPTION}{NETWORK}"


def run(*options):
    done = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


# ---- the program ----

def test_options():
    status, out, err = run("-n", "-s", FAULTS)
    tap.check(status == 0 and "5 circuits, 2 events" in out, "-n says what a scenario holds", out + err)
    broken = os.path.join(DATA, "sim", "stats-circuit.json")
    status, out, err = run("-n", "-s", broken)
    tap.check(status == 1 and f"{broken}:2:3: error: " in err, "a broken scenario is reported with its place", err)
    status, out, err = run("-s", FAULTS, "--plain", "-l", "0.0.0.0:0")
    tap.check(status == 2 and "--allow-remote" in err, "other addresses than loopback need --allow-remote", err)
    for options, why in ((("-s", FAULTS), "--tls-dir"), ((), "--scenario"), (("-s", FAULTS, "--plain", "x"), "word"),
                         (("-s", FAULTS, "--plain", "-l", "127.0.0.1:x"), "port"),
                         (("-s", FAULTS, "--plain", "--speed", "fast"), "speed"),
                         (("-s", FAULTS, "--tls-dir", "/tmp", "--tls-fault", "bent"), "expired")):
        status, out, err = run(*options)
        tap.check(status == 2 and why in err, f"wrong options {options[2:]}: {why}", err)
    status, out, err = run("--help")
    tap.check(status == 0 and "--write-settings" in out, "--help prints the options")
    status, out, err = run("-V")
    tap.check(status == 0 and out.startswith("erwatch-sim "), "-V prints the version")
    status, out, err = run("-s", "/nowhere.yaml", "--plain")
    tap.check(status == 1 and "/nowhere.yaml" in err, "a scenario that is not there is named", err)
    with Simulator("--allow-remote", "-l", "0.0.0.0:0", scenario=FAULTS, plain=True) as sim:
        tap.check(sim.url.startswith("http://0.0.0.0:"), "--allow-remote allows it")


def test_settings(sim_dir):
    settings = os.path.join(sim_dir, "erwatch.yaml")
    with Simulator("--write-settings", settings, "--metadata-listen", "127.0.0.1:0",
                   scenario=os.path.join(SRC, "etc", "scenarios", "demo.yaml")) as sim:
        import yaml
        with open(settings) as file:
            written = yaml.safe_load(file)
        secret = written["azure"]["credentials"][0]["secret_file"]
        tap.equal(written["azure"]["management"], sim.url, "settings lead to the simulator")
        tap.equal(written["azure"]["metadata"], sim.metadata, "… and to its metadata service")
        metrics = sim.url.replace("127.0.0.1", "metrics.localhost")
        tap.equal(written["azure"]["metrics_batch"], metrics, "… to its metrics host")
        tap.equal(written["azure"]["ca_file"], os.path.join(sim.dir, "ca.pem"), "… and to its authority")
        tap.equal(len(written["circuits"]), 4, "… with all circuits")
        tap.check("poll" in written, "… and the scenario's own settings")
        tap.equal(stat.S_IMODE(os.stat(secret).st_mode), 0o600, "the secret is its owner's alone")
        tap.equal(open(secret).read().strip(), "erwatch-sim", "… and is the one that signs in")


def handshake(sim, host=None):
    try:
        context = ssl.create_default_context(cafile=os.path.join(sim.tls_dir, "ca.pem"))
        connection = http.client.HTTPSConnection(host or "127.0.0.1", urllib.parse.urlsplit(sim.url).port,
                                                 context=context, timeout=20)
        if host is not None:  # *.localhost is loopback for curl, but not for every C library
            connection._create_connection = lambda address, *more: socket.create_connection(
                ("127.0.0.1", address[1]), *more)
        connection.request("GET", "/_sim/state")
        return str(connection.getresponse().status)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    finally:
        connection.close()


def test_certificates():
    for fault, says in (("none", "200"), ("expired", "certificate has expired"), ("wrong-name", "IP address mismatch"),
                        ("other-ca", "certificate signature failure")):
        with Simulator("--tls-fault", fault, scenario=FAULTS) as sim:
            have = handshake(sim)
            tap.check(says in have or (fault == "other-ca" and "unable to get" in have), f"certificate: {fault}", have)
            if fault == "none":
                tap.equal(handshake(sim, "localhost"), "200", "the certificate names localhost, too")
                tap.equal(handshake(sim, "uksouth.metrics.localhost"), "200", "… and the regions of the metrics host")
                mode = stat.S_IMODE(os.stat(os.path.join(sim.dir, "server.key")).st_mode)
                tap.equal(mode, 0o600, "the key is its owner's alone")
                with Simulator(scenario=FAULTS, tls_dir=sim.dir) as other:
                    tap.equal(handshake(other), "200", "sound certificates are used again: who trusted them may go on")


# ---- Resource Manager ----

def test_circuit(sim):
    reply = sim.ask(f"{ALPHA}?{VERSION}")
    tap.equal(reply.status, 200, "GET circuit")
    tap.equal(reply.json()["id"], ALPHA, "it is the one that was asked for")
    wanted = {"content-type": "application/json; charset=utf-8", "cache-control": "no-cache", "pragma": "no-cache",
              "expires": "-1", "strict-transport-security": "max-age=31536000; includeSubDomains",
              "x-content-type-options": "nosniff"}
    tap.equal({k: reply.headers.get(k) for k in wanted}, wanted, "headers as recorded")
    for name in ("x-ms-request-id", "x-ms-correlation-request-id", "date",
                 "x-ms-ratelimit-remaining-subscription-reads"):
        tap.check(reply.headers.get(name), f"header {name}")
    tap.check(reply.headers["x-ms-routing-request-id"].endswith(reply.headers["x-ms-correlation-request-id"]),
              "the routing id ends in the correlation id")
    tap.equal(int(reply.headers["content-length"]), len(reply.body), "the length is right")
    left = int(reply.headers["x-ms-ratelimit-remaining-subscription-reads"])
    tap.check(left == 3749, "one read of the budget is gone", left)
    other = sim.ask(f"{ALPHA.replace('resourceGroups', 'resourcegroups').upper()}?{VERSION}")
    tap.equal(other.status, 200, "letter case does not matter")
    tap.equal(sim.ask(f"{ALPHA}?{VERSION}", "PUT", "{}").code(), "HttpMethodNotAllowed", "it only shows")


def test_recorded_bytes():
    with Simulator(scenario=os.path.join(DATA, "sim", "recorded.yaml")) as sim:
        token = sim.sign_in().json()["access_token"]

        def same(path, file, what):
            have = sim.ask(path, token=token).body
            with open(os.path.join(DATA, file), "rb") as data:
                tap.equal(have, data.read(), what)

        group = ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/cli_test_express_route000001"
                 + NETWORK)
        same(f"{group}?api-version=2020-11-01", "azure/list-circuits-by-group-1.json", "a list equals the recorded one")
        same(f"{group}/circuit1/stats?api-version=2023-09-01", "sim/stats-circuit.json",
             "counters equal the recorded ones")
        same("/subscriptions/b1f1deed-af60-4bab-9223-65d340462e24/resourceGroups/ps1210"
             f"{NETWORK}/ps1524?api-version=2018-02-01", "azure/circuit-enabled-notprovisioned-succeeded-priv.json",
             "a circuit equals the recorded one")


def error_row(sim, path, status, code, what, **more):
    reply = sim.ask(path, **more)
    tap.check(reply.status == status and reply.code() == code, what, (reply.status, reply.body))
    return reply


def test_errors(sim):
    error_row(sim, ALPHA, 400, "MissingApiVersionParameter", "no api-version")
    reply = error_row(sim, f"{ALPHA}?api-version=1999-01-01", 400, "NoRegisteredProviderFound",
                      "an unknown api-version")
    tap.check("2024-05-01" in reply.json()["error"]["message"], "… names those there are")
    error_row(sim, f"{circuit_id('nobody')}?{VERSION}", 404, "ResourceNotFound", "no such circuit")
    error_row(sim, f"{circuit_id('ghost')}?{VERSION}", 404, "ResourceNotFound", "a deleted circuit")
    reply = error_row(sim, f"{circuit_id('alpha', 'nowhere')}?{VERSION}", 404, "ResourceGroupNotFound", "no such group")
    tap.equal(reply.json(), {"error": {"code": "ResourceGroupNotFound",
                                       "message": "Resource group 'nowhere' could not be found."}}, "… as recorded")
    error_row(sim, f"/subscriptions/3{NETWORK}?{VERSION}", 404, "SubscriptionNotFound", "no such subscription")
    error_row(sim, f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Nothing/x?{VERSION}", 404, "InvalidResourceType",
              "no such type")
    error_row(sim, f"{ALPHA}/peerings/MicrosoftPeering?{VERSION}", 404, "NotFound", "no such peering")
    error_row(sim, f"{ALPHA}/peerings/AzurePrivatePeering/arpTables/third?{VERSION}", 404, "NotFound", "no such path",
              method="POST")
    error_row(sim, f"{ALPHA}?{VERSION}", 401, "AuthenticationFailed", "no token", token=None)
    reply = error_row(sim, f"{ALPHA}?{VERSION}", 401, "InvalidAuthenticationToken", "an unknown token", token="x")
    tap.check("invalid_token" in reply.headers["www-authenticate"], "… with a challenge")
    error_row(sim, f"{ALPHA}?{VERSION}", 401, "AuthenticationFailedInvalidHeader", "no bearer token", token=None,
              headers={"Authorization": "Basic eA=="})
    error_row(sim, f"{ALPHA}%ff?{VERSION}", 404, "ResourceNotFound", "bytes that are no text")
    reply = sim.ask(f"{ALPHA}/peerings/AzurePrivatePeering/routeTables/primary?api-version=2024-05-01%0d%0aX:y", "POST")
    tap.equal(reply.status, 400, "a line end in a parameter ends no header")


def test_lists(sim):
    reply = sim.ask(f"{LIST}?{VERSION}")
    tap.equal([c["name"] for c in reply.json()["value"]], ["alpha", "gamma", "beta"], "all circuits of a subscription")
    tap.check("nextLink" not in reply.json(), "on one page")
    group = circuit_id("", "other").rstrip("/")
    tap.equal([c["name"] for c in sim.ask(f"{group}?{VERSION}").json()["value"]], ["beta"], "all of a group")
    single = sim.ask(f"{ALPHA}?{VERSION}").json()
    tap.equal(reply.json()["value"][0], single, "an element is the whole circuit")
    tap.equal(len(sim.ask(f"{ALPHA}/peerings?{VERSION}").json()["value"]), 1, "peerings")
    tap.equal(sim.ask(f"{ALPHA}/peerings/azureprivatepeering?{VERSION}").json(), single["properties"]["peerings"][0],
              "one peering")
    tap.equal(sim.ask(f"{ALPHA}/peerings/AzurePrivatePeering/stats?{VERSION}").json()["primaryBytesIn"], 0,
              "counters of a peering")


def scenario_file(sim_dir, text):
    path = os.path.join(sim_dir, "scenario.yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def test_pages_and_looks(sim_dir):
    path = scenario_file(sim_dir, "token: always-good\nanswers: { page: 2, id_case: lower, extra: { newer: 1 }, "
                                  "check_version: no }\ncircuits: [{ name: c, copies: 5 }]\n")
    with Simulator(scenario=path) as sim:
        names, url, pages = [], f"{sim.url}{LIST}?{VERSION}", 0
        while url:
            page = sim.ask(url[len(sim.url):]).json()
            names += [c["name"] for c in page["value"]]
            pages += 1
            url = page.get("nextLink")
            tap.check(url is None or url.startswith(sim.url), "nextLink leads back here")
        tap.check(len(set(names)) == 5 and pages == 3, "five circuits on three pages", (names, pages))
        reply = sim.ask(circuit_id("c-1"))
        tap.check("/resourcegroups/net/providers/microsoft.network/" in reply.json()["id"], "another letter case")
        tap.equal(reply.json()["properties"]["newer"], 1, "a property that nobody knows")
        tap.equal(reply.status, 200, "versions are checked only when wanted")


def test_quota(sim_dir):
    path = scenario_file(sim_dir, "token: always-good\nquota: { reads: 2, reads_refill: 0, enforce: yes }\n"
                                  "circuits: [{ name: c }]\n")
    with Simulator(scenario=path) as sim:
        seen = [sim.ask(f"{circuit_id('c')}?{VERSION}") for _ in range(3)]
        tap.equal([r.status for r in seen], [200, 200, 429], "an enforced budget ends")
        tap.equal(seen[2].code(), "SubscriptionRequestsThrottled", "… with Azure's code")
        tap.equal(seen[2].headers["retry-after"], "300", "… and Retry-After")
        tap.equal([r.headers["x-ms-ratelimit-remaining-subscription-reads"] for r in seen], ["1", "0", "0"],
                  "every answer says what is left")
        reply = sim.ask(f"{circuit_id('c')}/peerings/AzurePrivatePeering/arpTables/primary?{VERSION}", "POST")
        tap.check(reply.status == 404 and "x-ms-ratelimit-remaining-subscription-writes" in reply.headers,
                  "a POST is a write and has its own bucket", reply.headers)
    for quota, seconds in (("header: global, retry_after: date, reads_refill: 0", 300.0),
                           ("header: resource, retry_after: none, reads_refill: 0", None)):
        path = scenario_file(sim_dir, f"token: always-good\nquota: {{ reads: 1, enforce: yes, {quota} }}\n"
                                      "circuits: [{ name: c }]\n")
        with Simulator(scenario=path) as sim:
            first, reply = [sim.ask(f"{circuit_id('c')}?{VERSION}") for _ in range(2)]
            names = [name for name in first.headers if "ratelimit" in name]
            tap.equal(names, ["x-ms-ratelimit-remaining-subscription-" +
                              ("global-reads" if seconds else "resource-requests")], f"{quota}: the header")
            after = reply.headers.get("retry-after")
            ahead = after and (email.utils.parsedate_to_datetime(after) -
                               email.utils.parsedate_to_datetime(reply.headers["date"])).total_seconds()
            tap.equal((reply.status, ahead), (429, seconds), f"{quota}: Retry-After")


# ---- operations ----

def operate(sim, table, path="primary", circuit=ALPHA, most=50):
    reply = sim.ask(f"{circuit}/peerings/AzurePrivatePeering/{table}/{path}?{VERSION}", "POST")
    polls = 0
    while reply.status == 202 and polls < most:
        reply = sim.ask(reply.headers["location"][len(sim.url):])
        polls += 1
    return reply, polls


def test_operations(sim):
    reply = sim.ask(f"{ALPHA}/peerings/AzurePrivatePeering/routeTablesSummary/primary?{VERSION}", "POST")
    tap.check(reply.status == 202 and reply.body == b"null", "202 with the body null", reply.body)
    tap.equal(reply.headers["retry-after"], "0", "Retry-After as the scenario wants it")
    tap.check("/providers/Microsoft.Network/locations/uksouth/operationResults/" in reply.headers["location"],
              "Location")
    tap.check("azure-asyncoperation" not in reply.headers, "no Azure-AsyncOperation")
    tap.check("x-ms-ratelimit-remaining-subscription-writes" in reply.headers, "it counts as a write")
    again = sim.ask(reply.headers["location"][len(sim.url):])
    tap.check(again.status == 202 and again.headers["location"] == reply.headers["location"], "202 repeats Location")
    done = sim.ask(again.headers["location"][len(sim.url):])
    tap.check(done.status == 200 and done.headers["location"] == reply.headers["location"], "200 repeats it, too")
    tap.equal(done.json(), {"value": [{"neighbor": "172.16.1.1", "v": 4, "as": 65001, "upDown": "1d13h",
                                       "statePfxRcd": "4"}]}, "the row of an established session")
    tap.equal(operate(sim, "arpTables", "secondary")[0].json()["value"][0]["ipAddress"], "172.16.2.1", "ARP table")
    tap.equal(len(operate(sim, "routeTables", "Primary")[0].json()["value"]), 4, "route table")
    sim.fault(match={"endpoint": "summary"}, polls=7)
    tap.equal(operate(sim, "routeTablesSummary")[1], 8, "a slow operation")
    sim.clear()
    results = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/locations/x/operationResults"
    error_row(sim, f"{results}/1?{VERSION}", 404, "NotFound", "no such operation")


def test_signed_urls(sim_dir):
    path = scenario_file(sim_dir, "token: always-good\noperations: { signed: yes, retry_after: null, polls: 0 }\n"
                                  "circuits: [{ name: alpha, peerings: { private: {} } }]\n")
    with Simulator(scenario=path) as sim:
        reply = sim.ask(f"{ALPHA}/peerings/AzurePrivatePeering/arpTables/primary?{VERSION}", "POST")
        tap.check(len(reply.headers["location"]) > 4096, "a Location longer than 4 KB")
        tap.check("retry-after" not in reply.headers, "and no Retry-After")
        tap.equal(sim.ask(reply.headers["location"][len(sim.url):]).status, 200, "which can be asked")


# ---- metrics ----

def metrics(sim, circuit=ALPHA, minutes=10, names="BgpAvailability,ArpAvailability", **more):
    now = datetime.datetime.now(datetime.timezone.utc)
    form = {"api-version": "2023-10-01", "metricnames": names, "interval": "PT1M", "aggregation": "Average",
            "timespan": f"{now - datetime.timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}/{now:%Y-%m-%dT%H:%M:%SZ}",
            "$filter": "PeeringType eq '*' and Peer eq '*'"}
    form.update(more)
    query = urllib.parse.urlencode({k: v for k, v in form.items() if v is not None})
    return sim.ask(f"{circuit}/providers/Microsoft.Insights/metrics?{query}")


def newest(series):
    return [p.get("average") for p in series["data"] if "average" in p][-1]


def by_path(reply, metric=0):
    return {s["metadatavalues"][1]["value"]: newest(s) for s in reply.json()["value"][metric]["timeseries"]}


def test_metrics(sim):
    reply = metrics(sim)
    value = reply.json()["value"]
    tap.equal([v["name"]["value"] for v in value], ["BgpAvailability", "ArpAvailability"], "both metrics")
    tap.check(all(v["errorCode"] == "Success" and v["unit"] == "Percent" for v in value), "… in order")
    tap.equal([m["name"]["value"] for m in value[0]["timeseries"][0]["metadatavalues"]], ["peeringtype", "peer"],
              "names of dimensions are in lower case")
    tap.equal(len(value[0]["timeseries"][0]["data"]), 11, "one point a minute")
    tap.equal(by_path(reply), {"Primary": 100.0, "Secondary": 100.0}, "both paths are up")
    with open(os.path.join(DATA, "azure", "metrics-empty-timeseries.json")) as data:
        recorded = json.load(data)
    tap.equal(sorted(reply.json()), sorted(recorded), "the keys of a recorded answer")
    tap.equal(sorted(value[0]), sorted(recorded["value"][0]), "… and of its metrics")
    sim.event("{ circuit: alpha, set: { peerings.private.ipv4.sessions.primary: down } }")
    tap.equal(by_path(metrics(sim)), {"Primary": 0.0, "Secondary": 100.0}, "a session that is down")
    split = metrics(sim, **{"$filter": None}).json()["value"][0]["timeseries"]
    tap.check(len(split) == 1 and newest(split[0]) == 50.0, "without a split the mean", split)
    one = metrics(sim, **{"$filter": "PeeringType eq 'private' and Peer eq 'Secondary'"})
    one = one.json()["value"][0]["timeseries"]
    tap.check(len(one) == 1 and newest(one[0]) == 100.0, "one session alone")
    sim.event("{ circuit: alpha, set: { peerings.private: { ipv4.sessions.primary: up, bgp_metric.primary: 0 } } }")
    tap.equal(by_path(metrics(sim))["Primary"], 0.0, "edge maintenance: the metric is down …")
    tap.equal(operate(sim, "routeTablesSummary")[0].json()["value"][0]["statePfxRcd"], "4", "… and the session is up")
    sim.event("{ circuit: alpha, set: { peerings.private: { bgp_metric.primary: gap } } }")
    last = metrics(sim).json()["value"][0]["timeseries"][0]["data"][-1]
    tap.check("average" not in last and "timeStamp" in last, "a gap is a point without a value", last)
    sim.event("{ circuit: alpha, set: { peerings.private: { bgp_metric.primary: follow } } }")
    tap.equal(metrics(sim, circuit_id("gamma")).json()["value"][0]["timeseries"], [], "no peering, no series")
    tap.equal(metrics(sim, names="Nonsense").status, 400, "no such metric")
    tap.equal(metrics(sim, names="Nonsense").json()["code"], "BadRequest", "Azure Monitor does not wrap its errors")
    for bad in ({"timespan": "x/y"}, {"interval": "PT7M"}, {"$filter": "Lane eq '*'"}, {"aggregation": "Total"},
                {"timespan": "2001-01-01T00:00:00Z/2026-01-01T00:00:00Z"}):
        tap.equal(metrics(sim, **bad).status, 400, f"refused: {bad}")
    tap.equal(metrics(sim, interval="PT5M", minutes=60).json()["interval"], "PT5M", "another grain")


def test_metrics_lag(sim_dir):
    path = scenario_file(sim_dir, "token: always-good\nmetrics: { lag: 2m, primary: 'edge Primary 1' }\n"
                                  "circuits: [{ name: alpha, peerings: { private: {} } }]\n")
    with Simulator(scenario=path) as sim:
        data = metrics(sim).json()["value"][0]["timeseries"][0]
        tap.check(2 <= sum("average" not in p for p in data["data"]) <= 3, "the newest points are empty", data)
        tap.check("average" in data["data"][0], "the older ones are not")
        tap.equal(data["metadatavalues"][1]["value"], "edge Primary 1", "the path is named as the scenario wants it")
    path = scenario_file(sim_dir, "token: always-good\nmetrics: { lag: 0s, grain: 2s }\n"
                                  "circuits: [{ name: alpha, peerings: { private: {} } }]\n")
    with Simulator(scenario=path) as sim:
        data = metrics(sim).json()["value"][0]["timeseries"][0]["data"]
        tap.check(300 <= len(data) <= 301, "a minute that is two seconds long", len(data))


# ---- sign-in ----

def test_sign_in(sim):
    reply = sim.sign_in()
    token = reply.json()
    tap.check(reply.status == 200 and token["token_type"] == "Bearer" and token["expires_in"] == 3599, "a token", token)
    tap.equal(sim.ask(f"{ALPHA}?{VERSION}", token=token["access_token"]).status, 200, "which is good")
    for form, status, number, error in (({"client_secret": "x"}, 401, 7000215, "invalid_client"),
                                        ({"client_id": "x"}, 400, 700016, "unauthorized_client"),
                                        ({"tenant": "x"}, 400, 90002, "invalid_request"),
                                        ({"scope": "x"}, 400, 1002012, "invalid_scope"),
                                        ({"grant_type": "x"}, 400, 70003, "unsupported_grant_type")):
        reply = sim.sign_in(**form)
        body = reply.json()
        tap.check(reply.status == status and body["error_codes"] == [number] and body["error"] == error and
                  body["error_description"].startswith(f"AADSTS{number}: "), f"AADSTS{number}", body)
    tap.equal(sim.ask(f"/{TENANT}/v2.0/.well-known/openid-configuration", token=None).json()["token_endpoint"],
              f"{sim.url}/{TENANT}/oauth2/v2.0/token", "discovery")
    sim.fault(match={"endpoint": ["token", "metadata"]}, token_life="0s")
    old = sim.sign_in().json()
    tap.equal(old["expires_in"], 0, "a token that lives no longer")
    reply = error_row(sim, f"{ALPHA}?{VERSION}", 401, "ExpiredAuthenticationToken", "… has expired",
                      token=old["access_token"])
    tap.check("is earlier than current UTC time" in reply.json()["error"]["message"], "… and says when")
    sim.clear()


def test_expired_secret(sim_dir):
    with Simulator(scenario=scenario_file(sim_dir, "secret_expired: yes\n")) as sim:
        tap.equal(sim.sign_in().json()["error_codes"], [7000222], "AADSTS7000222")


def test_metadata():
    with Simulator("--metadata-listen", "127.0.0.1:0", scenario=FAULTS) as sim:
        path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F"

        def ask(more="", headers=None):
            return sim.ask(path + more, headers=headers, token=None, url=sim.metadata)

        tap.equal(ask().json()["error"], "bad_request_102", "Metadata: true is missing")
        reply = ask(headers={"Metadata": "true"})
        token = reply.json()
        tap.check(reply.status == 200 and token["expires_in"] == "3599" and token["expires_on"].isdigit(),
                  "numbers are strings", token)
        tap.equal(token["resource"], "https://management.azure.com/", "the resource is repeated")
        tap.equal(sim.ask(f"{ALPHA}?{VERSION}", token=token["access_token"]).status, 200, "and the token is good")
        tap.equal(ask(f"&client_id={CLIENT}", {"Metadata": "true"}).status, 200, "a user-assigned identity")
        tap.equal(ask("&client_id=x", {"Metadata": "true"}).status, 400, "no such identity")
        reply = sim.ask(path.split("&")[0], headers={"Metadata": "true"}, token=None, url=sim.metadata)
        tap.equal(reply.json()["error"], "bad_request_101", "resource is missing")


# ---- faults ----

def struck(sim, path=f"{ALPHA}?{VERSION}", **fault):
    sim.fault(**fault)
    try:
        return sim.ask(path)
    finally:
        sim.clear()


def test_fault_bodies(sim):
    good = sim.ask(f"{ALPHA}?{VERSION}").body
    tap.equal(struck(sim, answer="wrong-json").body, good[:len(good) // 2], "wrong-json")
    tap.equal(struck(sim, answer="empty").body, b"", "empty")
    tap.check(struck(sim, answer="html").body.startswith(b"<!DOCTYPE HTML"), "html")
    tap.equal(struck(sim, answer="bom").body, b"\xef\xbb\xbf" + good, "bom")
    huge = struck(sim, answer="huge", bytes=3000000)
    tap.check(len(huge.body) == len(good) + 3000000 and huge.json()["id"] == ALPHA, "huge")
    tap.equal(struck(sim, answer="duplicate-key").body.count(b'"sku":'), 2, "duplicate-key")
    tap.equal(struck(sim, answer="wrong-id").json()["id"], ALPHA + "-of-somebody-else", "wrong-id")
    elsewhere = struck(sim, f"{LIST}?{VERSION}", answer="next-link-elsewhere", to="https://evil.example")
    tap.equal(elsewhere.json()["nextLink"], "https://evil.example/page-2", "next-link-elsewhere")
    reply = struck(sim, answer="redirect", to="https://evil.example")
    tap.check(reply.status == 302 and reply.headers["location"] == "https://evil.example/", "redirect")
    tap.equal(struck(sim, answer="expired-token").code(), "ExpiredAuthenticationToken", "expired-token")
    sim.fault(answer="location-elsewhere")
    reply = sim.ask(f"{ALPHA}/peerings/AzurePrivatePeering/arpTables/primary?{VERSION}", "POST")
    sim.clear()
    tap.check(reply.status == 202 and reply.headers["location"].startswith("https://elsewhere.invalid/"),
              "location-elsewhere")
    sim.fault(match={"endpoint": "list"}, answer="empty-page", count=1)
    page = sim.ask(f"{LIST}?{VERSION}").json()
    tap.check(page["value"] == [] and page["nextLink"].startswith(sim.url), "empty-page")
    tap.equal(len(sim.ask(page["nextLink"][len(sim.url):]).json()["value"]), 3, "… is followed by a full one")


def test_fault_statuses(sim):
    tap.equal(struck(sim, status=503).code(), "ServiceUnavailable", "status with its usual code")
    reply = struck(sim, status=429, code="TooManyRequests", message="slow", retry_after="17s")
    tap.check(reply.status == 429 and reply.headers["retry-after"] == "17" and reply.code() == "TooManyRequests", "429")
    reply = struck(sim, status=429, retry_after="60s", retry_after_date=True)
    when = email.utils.parsedate_to_datetime(reply.headers["retry-after"])
    ahead = (when - email.utils.parsedate_to_datetime(reply.headers["date"])).total_seconds()
    tap.equal(ahead, 60.0, "Retry-After as a date")
    reply = struck(sim, answer="locked")
    tap.check(reply.status == 429 and reply.code() == "RetryableError" and "retry-after" not in reply.headers and
              reply.json()["error"]["details"][0]["code"] == "ReferencedResourceNotProvisioned", "locked", reply.body)
    reply = struck(sim, answer="locked", code="RetryableErrorDueToAnotherOperation")
    tap.equal((reply.code(), reply.json()["error"]["details"]), ("RetryableErrorDueToAnotherOperation", []),
              "locked, another code")
    for envelope, begin in (("bare", b'{"code":'), ("capitals", b'{"Code":'), ("value", b'{"ErrorCode":'),
                            ("nested", b'{"ErrorResponse":'), ("login", b'{"error":"'), ("html", b"<!DOCTYPE"),
                            ("text", b"The scenario"), ("empty", b"")):
        body = struck(sim, status=500, envelope=envelope).body
        tap.check(body.startswith(begin) and (begin or not body), f"envelope {envelope}", body)


def test_fault_ways(sim):
    sim.fault(cut=10)
    try:
        sim.ask(f"{ALPHA}?{VERSION}")
        tap.check(False, "cut")
    except http.client.IncompleteRead as error:
        tap.equal(len(error.partial), 10, "cut after ten bytes")
    except ssl.SSLError as error:
        tap.check("EOF" in str(error), "cut: TLS ends without a goodbye", str(error))
    sim.clear()
    sim.fault(answer="endless", bytes=1000000)
    connection = sim.connect()
    connection.request("GET", f"{ALPHA}?{VERSION}", headers={"Authorization": "Bearer always-good"})
    reply = connection.getresponse()
    tap.equal(int(reply.headers["content-length"]), 1 << 40, "endless: a tebibyte is declared")
    tap.equal(reply.read(500000), b" " * 500000, "… and blanks come")
    connection.close()
    sim.clear()
    sim.fault(delay="300ms")
    before = datetime.datetime.now()
    sim.ask(f"{ALPHA}?{VERSION}")
    tap.check((datetime.datetime.now() - before).total_seconds() >= 0.29, "delay")
    sim.clear()


def test_fault_hang(sim):
    sim.fault(name="silence", match={"circuit": "alpha"}, answer="hang")
    outcome = []

    def hang():
        try:
            sim.ask(f"{ALPHA}?{VERSION}")
            outcome.append("answered")
        except (http.client.HTTPException, OSError) as error:
            outcome.append(type(error).__name__)

    thread = threading.Thread(target=hang)
    sim.ask("/_sim/requests", "DELETE")
    thread.start()
    tap.equal(sim.ask("/_sim/wait?circuit=alpha&count=1&timeout=10s").status, 200, "a test can wait for a request")
    tap.equal(sim.ask(f"{circuit_id('gamma')}?{VERSION}").status, 200, "the others are answered meanwhile")
    tap.equal(outcome, [], "the struck one is not")
    sim.event("clear: silence")
    thread.join(20)
    tap.check(outcome and outcome[0] != "answered", "when the fault ends, the connection does", outcome)


def test_fault_matching(sim):
    sim.fault(match={"endpoint": "arm", "subscription": "*2"}, status=500)
    tap.equal(sim.ask(f"{ALPHA}?{VERSION}").status, 200, "another subscription is not struck")
    tap.equal(sim.ask(f"/subscriptions/00000000-0000-0000-0000-000000000002{NETWORK}?{VERSION}").status, 500, "this is")
    tap.equal(sim.sign_in().status, 200, "sign-in is not Resource Manager")
    sim.clear()
    sim.fault(status=500, count=2)
    tap.equal([sim.ask(f"{ALPHA}?{VERSION}").status for _ in range(3)], [500, 500, 200], "a fault with a count")
    sim.clear()


# ---- control ----

def test_control(sim):
    sim.ask("/_sim/requests", "DELETE")
    sim.ask(f"{ALPHA}?{VERSION}")
    sim.ask(f"{LIST}?{VERSION}")
    seen = sim.ask("/_sim/requests").json()
    tap.equal(seen, {"total": 2, "endpoints": {"circuit": 1, "list": 1}, "circuits": {"alpha": {"circuit": 1}}},
              "requests are counted")
    tap.equal(sim.ask("/_sim/wait?endpoint=circuit&count=1").json(), {"count": 1}, "a count that is there already")
    tap.equal(sim.ask("/_sim/wait?endpoint=circuit&count=9&timeout=50ms").status, 504, "a wait that is too long")
    tap.equal(sim.ask("/_sim/wait?endpoint=circus").status, 400, "a wait for nothing")
    tap.equal(sim.ask("/_sim/nothing").status, 400, "no such command")
    reply = sim.ask("/_sim/event", "POST", "{ circuit: nobody, set: { bandwidth: 1 } }")
    tap.check(reply.status == 400 and "request:1:12: error: no circuit" in reply.json()["errors"][0],
              "a broken event is reported with its place", reply.body)
    tap.equal(sim.ask("/_sim/event", "POST", "{").status, 400, "no YAML at all")
    sim.event(json.dumps({"circuit": "alpha", "set": {"deleted": True}}))
    tap.equal(sim.ask(f"{ALPHA}?{VERSION}").status, 404, "a deleted circuit")
    sim.event({"circuit": "alpha", "set": {"deleted": False}})
    tap.equal(sim.ask(f"{ALPHA}?{VERSION}").status, 200, "… comes back")


def test_clock():
    with Simulator("--speed", "0", scenario=FAULTS) as sim:
        def state():
            return sim.ask(f"{ALPHA}?{VERSION}").json()["properties"]["serviceProviderProvisioningState"]

        first = sim.ask(f"{ALPHA}?{VERSION}").json()["etag"]
        tap.equal(state(), "Provisioned", "the story stands")
        tap.equal(sim.ask("/_sim/clock?to=15s", "POST").json()["events_played"], 1, "the clock is moved")
        tap.equal(state(), "Deprovisioning", "and what lies on the way has happened")
        tap.check(sim.ask(f"{ALPHA}?{VERSION}").json()["etag"] != first, "a change has its own etag")
        tap.equal(sim.ask("/_sim/clock?advance=5s", "POST").json()["story_ms"], 20000, "it is moved on")
        tap.equal(state(), "Provisioned", "to the end")
        tap.equal(sim.ask("/_sim/clock?to=soon", "POST").status, 400, "no time")
        tap.equal(sim.ask("/_sim/clock?speed=nan", "POST").status, 400, "no speed")
        tap.equal(sim.ask("/_sim/clock?speed=2", "POST").json()["speed"], 2.0, "another speed")


# ---- cassettes ----

def test_cassettes():
    for name in ("lro-route-summary-2018", "lro-arp-2021", "paging-empty-page"):
        path = os.path.join(DATA, "azure", f"{name}.cassette.json")
        with open(path) as file:
            recorded = json.load(file)["interactions"]
        with Simulator("--cassette", path) as sim:
            host = "https://management.azure.com"
            for i, each in enumerate(recorded):
                request, response = each["request"], each["response"]
                reply = sim.ask(request["url"][len(host):], request["method"], token=None)
                tap.check(reply.status == response["status"] and
                          reply.body.decode() == response["body"].replace(host, sim.url), f"{name} #{i}", reply.body)
                if "location" in response["headers"]:
                    tap.equal(reply.headers["location"], response["headers"]["location"].replace(host, sim.url),
                              f"{name} #{i} Location leads back here")
            tap.equal(sim.ask("/nothing", token=None).status, 404, f"{name} has no other answer")
            tap.equal(sim.sign_in().status, 200, f"{name}: sign-in works as ever")
    status, out, err = run("--cassette", os.path.join(DATA, "sim", "stats-circuit.json"), "--plain")
    tap.check(status == 1 and "interactions" in err, "no cassette", err)


def test_strangers(sim):
    """What no client sends must not hurt."""
    host, port = urllib.parse.urlsplit(sim.url).hostname, urllib.parse.urlsplit(sim.url).port
    for noise in (b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                  b"POST /_sim/event HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"):
        with socket.create_connection((host, port), timeout=20) as raw:
            raw.settimeout(20)
            with sim.context.wrap_socket(raw, server_hostname=host) as tls:
                tls.sendall(noise)
                try:
                    tls.shutdown(socket.SHUT_WR)  # there is no more to wait for
                    tls.recv(100)
                except OSError:
                    pass
    for body in ("&&&", "client_id=%zz&scope", "grant_type=client_credentials&scope=%ff/.default", "=" * 1000):
        tap.equal(sim.ask(f"/{TENANT}/oauth2/v2.0/token", "POST", body, token=None).status, 400, f"form {body[:20]}")
    deep = "{a: " * 100 + "1" + "}" * 100
    tap.equal(sim.ask("/_sim/event", "POST", deep).status, 400, "a body that is too deep")
    tap.equal(sim.ask("/_sim/state").status, 200, "the simulator is still there")


def main():
    test_options()
    test_certificates()
    test_recorded_bytes()
    with Simulator("--speed", "0", scenario=FAULTS) as sim:
        for test in (test_circuit, test_errors, test_lists, test_operations, test_metrics, test_sign_in,
                     test_fault_bodies, test_fault_statuses, test_fault_ways, test_fault_hang, test_fault_matching,
                     test_control, test_strangers):
            test(sim)
        for test in (test_settings, test_pages_and_looks, test_quota, test_signed_urls, test_metrics_lag,
                     test_expired_secret):
            test(sim.dir)
    test_metadata()
    test_clock()
    test_cassettes()
    return tap.done()


sys.exit(main())

"""Microsoft's own clients against erwatch-sim: the Python SDK (azure-identity, azure-mgmt-network) and the Azure CLI.

They are large and nothing else here needs them (Debian: python3-azure, azure-cli), so they are used where they are
installed and skipped with a reason elsewhere."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from simulator import CLIENT, SECRET, SRC, SUBSCRIPTION, TENANT, VERSION, Simulator, Tap, circuit_id

# A second Python may come before Debian's in PATH and know nothing of Debian's packages.
DEBIAN_PYTHON = "/usr/bin/python3"
if os.path.exists(DEBIAN_PYTHON) and "ERWATCH_PYTHON" not in os.environ:
    os.execve(DEBIAN_PYTHON, [DEBIAN_PYTHON, *sys.argv], {**os.environ, "ERWATCH_PYTHON": DEBIAN_PYTHON})

tap = Tap()
FAULTS = os.path.join(SRC, "tests", "data", "sim", "faults.yaml")


def sdk_client(sim, credential):
    from azure.mgmt.network import NetworkManagementClient
    return NetworkManagementClient(credential, SUBSCRIPTION, base_url=sim.url, polling_interval=0,
                                   credential_scopes=[sim.url + "/.default"])


def use_sdk(sim, client, who):
    circuit = client.express_route_circuits.get("net", "alpha")
    tap.equal((circuit.id, circuit.circuit_provisioning_state, circuit.service_provider_provisioning_state),
              (circuit_id("alpha"), "Enabled", "Provisioned"), f"{who}: get")
    peering = circuit.peerings[0]
    tap.equal((peering.peering_type, peering.peer_asn, peering.state), ("AzurePrivatePeering", 65001, "Enabled"),
              f"{who}: the peering in it")
    tap.equal([c.name for c in client.express_route_circuits.list("net")], ["alpha", "gamma"],
              f"{who}: list of a group")
    tap.equal(sorted(c.name for c in client.express_route_circuits.list_all()), ["alpha", "beta", "gamma"],
              f"{who}: list of the subscription")
    tap.equal(client.express_route_circuits.get_stats("net", "alpha").primarybytes_in, None,
              f"{who}: counters, whose names Azure writes otherwise than it describes them")
    tap.equal([p.name for p in client.express_route_circuit_peerings.list("net", "alpha")], ["AzurePrivatePeering"],
              f"{who}: peerings")
    private = ("net", "alpha", "AzurePrivatePeering")
    rows = client.express_route_circuits.begin_list_routes_table_summary(*private, "primary").result().value
    tap.equal([(r.neighbor, r.v, r.as_property, r.state_pfx_rcd) for r in rows], [("172.16.1.1", 4, 65001, "4")],
              f"{who}: route summary, polled")
    arp = client.express_route_circuits.begin_list_arp_table(*private, "secondary").result()
    tap.equal([r.ip_address for r in arp.value], ["172.16.2.1", "172.16.2.2"], f"{who}: ARP table, polled")


def use_sdk_errors(sim, client, who):
    from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
    try:
        client.express_route_circuits.get("net", "nobody")
        tap.check(False, f"{who}: no such circuit")
    except ResourceNotFoundError as error:
        tap.equal(error.error.code, "ResourceNotFound", f"{who}: no such circuit")
    sim.fault(match={"endpoint": "circuit"}, status=503, retry_after="0s", count=2)
    tap.equal(client.express_route_circuits.get("net", "alpha").name, "alpha", f"{who}: it tries again after 503")
    sim.fault(match={"endpoint": "circuit"}, status=403)
    try:
        client.express_route_circuits.get("net", "alpha")
        tap.check(False, f"{who}: forbidden")
    except HttpResponseError as error:
        tap.equal((error.status_code, error.error.code), (403, "AuthorizationFailed"), f"{who}: forbidden")
    sim.clear()


def pages(directory):
    path = os.path.join(directory, "pages.yaml")
    with open(path, "w") as file:
        file.write("token: always-good\nanswers: { page: 2 }\ncircuits: [{ name: c, copies: 5 }]\n")
    return path


def test_sdk(sim):
    try:
        from azure.core.credentials import AccessToken
        from azure.core.exceptions import ClientAuthenticationError
        from azure.identity import ClientSecretCredential
        import azure.mgmt.network  # noqa: F401
    except ImportError as error:
        tap.skip("Microsoft's Python SDK", f"not installed: {error}")
        return

    class Always:
        def get_token(self, *scopes, **more):
            return AccessToken("always-good", 4102444800)

    os.environ["REQUESTS_CA_BUNDLE"] = os.path.join(sim.dir, "ca.pem")
    use_sdk(sim, sdk_client(sim, Always()), "a token")
    credential = ClientSecretCredential(TENANT, CLIENT, SECRET, authority=sim.url, instance_discovery=False)
    with sdk_client(sim, credential) as client:
        use_sdk(sim, client, "a client secret")
        use_sdk_errors(sim, client, "a client secret")
    try:
        ClientSecretCredential(TENANT, CLIENT, "wrong", authority=sim.url,
                               instance_discovery=False).get_token(sim.url + "/.default")
        tap.check(False, "a wrong secret")
    except ClientAuthenticationError as error:
        tap.check("AADSTS7000215" in str(error), "a wrong secret is refused with its code", str(error))
    with Simulator(scenario=pages(sim.dir)) as paged:
        os.environ["REQUESTS_CA_BUNDLE"] = os.path.join(paged.dir, "ca.pem")
        names = [c.name for c in sdk_client(paged, Always()).express_route_circuits.list_all()]
        tap.equal(len(set(names)), 5, "it follows nextLink")


def az(sim, *words):
    environment = {**os.environ, "REQUESTS_CA_BUNDLE": os.path.join(sim.dir, "ca.pem"),
                   "AZURE_CORE_COLLECT_TELEMETRY": "no", "AZURE_CORE_NO_COLOR": "yes",
                   "AZURE_CONFIG_DIR": os.path.join(sim.dir, "azure")}
    return subprocess.run(["az", *words], capture_output=True, text=True, timeout=120, env=environment)


def test_cli(sim):
    if shutil.which("az") is None:
        tap.skip("the Azure CLI", "not installed")
        return
    done = az(sim, "rest", "--method", "get", "--url", f"{sim.url}{circuit_id('alpha')}?{VERSION}",
              "--skip-authorization-header", "--headers", "Authorization=Bearer always-good")
    have = json.loads(done.stdout) if done.returncode == 0 else {}
    tap.equal(have.get("id"), circuit_id("alpha"), "az rest: a circuit" + ("" if have else " " + done.stderr[-500:]))
    done = az(sim, "rest", "--method", "get", "--url", f"{sim.url}{circuit_id('nobody')}?{VERSION}",
              "--skip-authorization-header", "--headers", "Authorization=Bearer always-good")
    tap.check(done.returncode != 0 and "ResourceNotFound" in done.stderr, "az rest: no such circuit", done.stderr)


def main():
    with Simulator(scenario=FAULTS) as sim:
        test_sdk(sim)
        test_cli(sim)
    return tap.done()


sys.exit(main())

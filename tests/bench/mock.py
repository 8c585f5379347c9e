"""
The other side of the benchmark: an ARM that is Debian's nginx with bodies made beforehand, over TLS with HTTP/2, lists
packed with gzip. It is quick enough never to be what is measured.

Two pictures of the same circuits, `a` and `b`, take turns with the interval of the polls, so that every poll sees another
one; what differs between them is the share of circuits that "changed".
"""

import contextlib
import gzip
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SUBSCRIPTIONS = 10
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # where nginx may be

# Shape and length as in recorded answers of 2025: a private and a Microsoft peering, some 3 KB without white space.
PREFIXES = [f"203.0.113.{16 * i}/28" for i in range(12)]


def guid(*words):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(str(word) for word in words)))


class Circuit:
    def __init__(self, number, subscription):
        self.number, self.subscription = number, subscription
        self.name = f"circuit-{number:05d}"
        self.id = (f"/subscriptions/{subscription}/resourceGroups/connectivity-{number % 7}/providers/Microsoft.Network/"
                   f"expressRouteCircuits/{self.name}")

    def _peering(self, name, edition, **more):
        return {
            "name": name, "id": f"{self.id}/peerings/{name}", "etag": f'W/"{guid(self.id, edition)}"',
            "properties": {
                "provisioningState": "Succeeded", "peeringType": name, "azureASN": 12076, "peerASN": 65001,
                "primaryPeerAddressPrefix": f"10.{self.number // 256}.{self.number % 256}.0/30",
                "secondaryPeerAddressPrefix": f"10.{self.number // 256}.{self.number % 256}.4/30",
                "primaryAzurePort": "LON-04GMR-CIS-1-PRI-A", "secondaryAzurePort": "LON-04GMR-CIS-2-SEC-A",
                "state": "Enabled", "vlanId": 100 + self.number % 3000, "gatewayManagerEtag": "56",
                "lastModifiedBy": "Customer", **more, "connections": [], "peeredConnections": [],
            },
            "type": "Microsoft.Network/expressRouteCircuits/peerings",
        }

    def body(self, edition, changed=None):
        """As ARM writes it. Another edition has other etags, and another number that the daemon keeps."""
        config = {"advertisedPublicPrefixes": PREFIXES, "advertisedCommunities": [],
                  "advertisedPublicPrefixesState": "Configured", "customerASN": 0, "legacyMode": 0,
                  "routingRegistryName": "RIPENCC"}
        return {
            "name": self.name, "id": self.id, "etag": f'W/"{guid(self.id, edition)}"',
            "type": "Microsoft.Network/expressRouteCircuits", "location": "uksouth",
            "tags": {"cost-centre": f"{1000 + self.number % 90}", "owner": "network-team@example.net"},
            "properties": {
                "provisioningState": "Succeeded", "resourceGuid": guid(self.id, "resource"),
                "peerings": [self._peering("AzurePrivatePeering", edition),
                             self._peering("MicrosoftPeering", edition, microsoftPeeringConfig=config,
                                           routeFilter={"id": self.id.replace("expressRouteCircuits", "routeFilters")})],
                "authorizations": [],
                "serviceProviderProperties": {"serviceProviderName": "Equinix", "peeringLocation": "London",
                                              "bandwidthInMbps": 1000},
                "circuitProvisioningState": "Enabled", "allowClassicOperations": False, "gatewayManagerEtag": "56",
                "serviceKey": guid(self.id, "key"), "serviceProviderProvisioningState": "Provisioned",
                "allowGlobalReach": False, "globalReachEnabled": False, "stag": 20 + edition,
                **(changed or {}),
            },
            "sku": {"name": "Premium_MeteredData", "tier": "Premium", "family": "MeteredData"},
        }


def text_of(value):
    return json.dumps(value, separators=(",", ":")).encode()


def is_refused(world):
    """Are lists asked for, and refused? Alone in its subscription, a circuit is not asked for by list."""
    return world.singly and world.count > len(world.subscriptions)


class World:
    """`count` circuits in ten subscriptions; of every hundred, `changing` differ from one poll to the next."""

    def __init__(self, folder, count, changing, every_s, singly):
        self.folder, self.count, self.changing, self.every_s = folder, count, changing, every_s
        self.singly = singly or count <= SUBSCRIPTIONS  # one circuit in each subscription: nothing to list
        width = max(1, count // SUBSCRIPTIONS)
        self.circuits = [Circuit(i, guid("subscription", i // width)) for i in range(count)]
        self.subscriptions = list(dict.fromkeys(circuit.subscription for circuit in self.circuits))
        for side in ("a", "b"):
            for kind in ("list", "one"):
                os.makedirs(os.path.join(folder, side, kind), exist_ok=True)
        if self.singly:
            self._write_ones()
        else:
            for subscription in self.subscriptions:
                self.write_list(subscription)

    def _edition(self, circuit, side):
        return 1 if side == "b" and circuit.number % 100 < self.changing else 0

    def _write_ones(self):
        for circuit in self.circuits:
            for side in ("a", "b"):
                path = os.path.join(self.folder, side, "one", circuit.name + ".json")
                with open(path, "wb") as to:
                    to.write(text_of(circuit.body(self._edition(circuit, side))))

    def write_list(self, subscription, changed=None):
        """Both sides of one list. changed: what differs in the properties of some circuits, by name."""
        for side in ("a", "b"):
            elements = [circuit.body(self._edition(circuit, side), (changed or {}).get(circuit.name))
                        for circuit in self.circuits if circuit.subscription == subscription]
            path = os.path.join(self.folder, side, "list", subscription + ".json")
            text = text_of({"value": elements})
            for name, content in ((path, text), (path + ".gz", gzip.compress(text, 6))):
                with open(name + ".new", "wb") as to:
                    to.write(content)
                os.replace(name + ".new", name)

    def urls(self, base):
        version = "?api-version=2024-05-01"
        if self.singly:
            return [base + circuit.id + version for circuit in self.circuits]
        return [f"{base}/subscriptions/{subscription}/providers/Microsoft.Network/expressRouteCircuits{version}"
                for subscription in self.subscriptions]


LIST = "gzip_static on; alias {folder}/$side/list/$subscription.json;"
REFUSED = """return 403 '{{"error":{{"code":"AuthorizationFailed","message":"The client has no authorization."}}}}';"""

# Which second's digit says whose turn it is.
TURNS = {1: r"[02468]\.", 2: r"[0145-8]\.", 5: r"[0-4]\.", 10: r"[02468].\."}

CONF = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.error warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    log_format answers '$msec $uri $sent_http_etag';
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    default_type application/json;
    keepalive_requests 100000000; keepalive_timeout 1h; http2_max_concurrent_streams 256;
    open_file_cache {cache}; open_file_cache_valid 1h;
    map $msec $side {{ default b; "~{turn}" a; }}
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
        add_header x-ms-request-id $request_id; add_header x-ms-correlation-request-id $request_id;
        add_header x-ms-ratelimit-remaining-subscription-reads 11999; add_header Cache-Control no-cache;
        add_header x-ms-routing-request-id UKSOUTH:20261201T220409Z:$request_id;
        add_header Strict-Transport-Security "max-age=31536000; includeSubDomains";
        location ~ /oauth2/ {{
            return 200 '{{"token_type":"Bearer","expires_in":3599,"access_token":"{token}"}}';
        }}
        location = /providers/Microsoft.ResourceGraph/resources {{
            return 200 '{{"totalRecords":0,"count":0,"resultTruncated":"false","data":[]}}';
        }}
        location ~ (/providers/Microsoft.Network/connections|/providers/Microsoft.ResourceHealth/events)$ {{
            return 200 '{{"value":[]}}';
        }}
        location ~ /providers/Microsoft.ResourceHealth/availabilityStatuses/current$ {{
            return 200 '{{"id":"$uri","name":"current","properties":{{"availabilityState":"Available","title":"Available"}}}}';
        }}
        location ~ ^/subscriptions/[^/]+/resourceGroups/.*/(?<name>[^/]+)$ {{
            alias {folder}/$side/one/$name.json;
        }}
        location ~ ^/subscriptions/(?<subscription>[^/]+)/providers/ {{
            access_log {folder}/answers answers;
            {list}
        }}
    }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def make_certificate(folder):
    """An authority of its own, and a certificate of this host's."""
    quiet = {"check": True, "capture_output": True, "cwd": folder}
    base = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run([*base, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench authority"], **quiet)
    subprocess.run([*base, "-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=127.0.0.1", "-CA", "ca.pem",
                    "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
                    "basicConstraints=critical,CA:FALSE"], **quiet)


class Mock:
    health = "yes"  # whether the daemon asks for Resource Health and maintenance

    def __init__(self, world, cached=True):
        self.world, self.folder = world, world.folder
        make_certificate(self.folder)
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.ca = os.path.join(self.folder, "ca.pem")
        conf = os.path.join(self.folder, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as to:
            answer = (REFUSED if world.singly else LIST).format(folder=self.folder)
            to.write(CONF.format(list=answer, folder=self.folder, port=self.port, turn=TURNS[world.every_s], token="bench." * 200,
                                 cache="max=100 inactive=1h" if cached and not world.singly else "off"))
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", conf], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "PATH": PATH})
        self._wait_open()

    def _wait_open(self):
        deadline = time.monotonic() + 20
        while not is_open(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                with open(os.path.join(self.folder, "nginx.error"), encoding="utf-8") as lines:
                    raise RuntimeError(f"nginx does not answer: {lines.read()[-500:]}")
            time.sleep(0.01)

    def answers(self):
        """What was answered to lists: time in seconds, path, etag."""
        with open(os.path.join(self.folder, "answers"), encoding="utf-8") as lines:
            return [line.split(" ", 2) for line in lines]

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def have(program):
    return shutil.which(program, path=PATH) is not None


def is_open(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def mocked(count, changing, every_s=1, singly=False, cached=True):
    """A world and the mock that answers for it, in a folder that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="erwatch-bench-")
    mock = None
    try:
        mock = Mock(World(folder, count, changing, every_s, singly), cached)
        yield mock
    finally:
        if mock is not None:
            mock.close()
        shutil.rmtree(folder, ignore_errors=True)

"""Every way to sign in: certificates, federation, managed identities, Azure Arc; and what is told before one ends."""

import os
import subprocess
import time

from harness import CLIENT, TENANT, Bed, Listener, Proxy, Skip, closed_port, expect, run, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
PARIS = {"name": "par-1", "peerings": {"private": {}}}
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "signin")
DAY = 24 * 3600


def data(name):
    with open(os.path.join(DATA, name), "rb") as file:
        return file.read()


CERTIFICATE = data("cert.pem").decode()


def put(bed, name, content):
    """A secret file of the bed; its path."""
    path = os.path.join(bed.folder, name)
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(fd, content if isinstance(content, bytes) else content.encode())
    os.close(fd)
    os.rename(path + ".new", path)
    return path


def credential(bed, method, name="ops", **keys):
    bed.settings["azure"]["credentials"] = [{"name": name, "method": method, **keys}]
    bed.write_settings()


def with_certificate(bed, file, **keys):
    credential(bed, "client-certificate", tenant=TENANT, client=CLIENT, certificate_file=file, **keys)


def day(ahead):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + ahead * DAY))


# ---- certificates ----

def certificate_works(content, **keys):
    with Bed(circuits=[LONDON], scenario={"certificate": CERTIFICATE}) as bed:
        for key in [key for key in keys if key.endswith("_file")]:
            keys[key] = put(bed, key, keys[key])
            bed.forbidden["p4ssword"] = "the password of the key"
        with_certificate(bed, put(bed, "app", content), **keys)
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("token") == 1, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


@test
def a_certificate_signs_in():
    certificate_works(data("app.pem"))


@test
def a_certificate_signs_in_with_the_older_algorithm():
    certificate_works(data("app.pem"), algorithm="RS256")


@test
def an_encrypted_key_has_its_password_in_a_file():
    certificate_works(data("encrypted.pem"), password_file="p4ssword\n")


@test
def a_certificate_may_be_in_pkcs12():
    certificate_works(data("app.p12"), password_file="p4ssword\n")


@test
def what_is_wrong_with_a_certificate_is_said_before_the_start():
    with Bed(circuits=[LONDON]) as bed:
        for file, password, words in (("key.pem", None, "has no certificate"),
                                      ("cert.pem", None, "has no private key"),
                                      ("unfit.pem", None, "has a private key that does not fit its certificate"),
                                      ("encrypted.pem", None, 'name the file with its password in "password_file"'),
                                      ("encrypted.pem", "wrong", "has a key that the password does not open"),
                                      ("app.p12", "wrong", "is not opened by the password"),
                                      ("ec.pem", None, "Azure takes RSA keys only")):
            keys = {} if password is None else {"password_file": put(bed, "password", password)}
            with_certificate(bed, put(bed, "app", data(file)), **keys)
            end = bed.check()
            expect(end.status == 1 and words in end.err, f"{file}: {end.err}")
        with_certificate(bed, put(bed, "app", data("expired.pem")))
        end = bed.check()
        expect(end.status == 0, f"an expired one is no mistake of the settings: {end.err}")


@test
def a_certificate_that_azure_does_not_know_is_a_failed_sign_in_until_it_is_replaced():
    with Bed(circuits=[LONDON], scenario={"certificate": data("other.pem").decode()}) as bed:
        with_certificate(bed, put(bed, "app", data("app.pem")))
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical", subject={"credential": "ops"})
        expect("AADSTS700027" in notice["summary"] and "the certificate was not accepted" in notice["text"], notice)
        bed.expect_no_circuit_finding()


@test
def a_new_certificate_is_used_at_once_while_signing_in_fails():
    with Bed(circuits=[LONDON], scenario={"certificate": CERTIFICATE},
             settings={"poll": {"every": "10s"}}) as bed:
        with_certificate(bed, put(bed, "app", data("expired.pem")))
        bed.start()
        bed.wait_notice(rule=91, event="raised")
        put(bed, "app", data("app.pem"))
        asked = bed.sim.requests("token")
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("token") <= asked + 2, bed.sim.requests())
        bed.wait_notice(rule=91, event="cleared")


@test
def an_expired_certificate_is_named():
    with Bed(circuits=[LONDON], scenario={"certificate": CERTIFICATE}) as bed:
        with_certificate(bed, put(bed, "app", data("expired.pem")))
        bed.start()
        notice = bed.wait_notice(rule=94, event="raised", severity="critical", subject={"credential": "ops"})
        expect("the certificate has ended" in notice["summary"] and "2020-01-01" in notice["text"], notice)
        bed.wait_notice(rule=91, event="raised", severity="critical")
        wait_until(lambda: "certificate ended on 2020-01-01" in (bed.token_trouble() or ""), "why there is no token")
        bed.expect_no_circuit_finding()


@test
def a_clock_that_is_wrong_needs_one_more_request():
    with Bed(circuits=[LONDON], scenario={"certificate": CERTIFICATE, "clock_ahead": "2h"}) as bed:
        with_certificate(bed, put(bed, "app", data("app.pem")))
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("token") == 2, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


# ---- federation ----

ONE = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlcndhdGNoLTEifQ.b25l"
TWO = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlcndhdGNoLTIifQ.dHdv"


def rotate(bed, token):
    """As a kubelet does: token -> ..data/token, and ..data is turned to another folder."""
    folder = os.path.join(bed.folder, "projected")
    version = os.path.join(folder, "..v" + str(time.monotonic_ns()))
    os.makedirs(version)
    put(bed, os.path.join(version, "token"), token + "\n")
    os.chmod(os.path.join(version, "token"), 0o640)
    os.symlink(os.path.basename(version), os.path.join(folder, "..new"))
    os.rename(os.path.join(folder, "..new"), os.path.join(folder, "..data"))
    link = os.path.join(folder, "token")
    if not os.path.islink(link):
        os.symlink("..data/token", link)
    bed.forbidden[token] = "the token of another issuer"
    return link


@test
def the_token_of_another_issuer_signs_in():
    with Bed(circuits=[LONDON], scenario={"federated": [ONE]}) as bed:
        credential(bed, "workload-identity", tenant=TENANT, client=CLIENT, token_file=rotate(bed, ONE))
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())


@test
def the_environment_names_what_the_settings_do_not():
    with Bed(circuits=[LONDON], scenario={"federated": [ONE]}) as bed:
        credential(bed, "workload-identity")
        names = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": rotate(bed, ONE)}
        end = bed.check()
        expect(end.status == 1 and all(f"{name} is not set" in end.err for name in names), end.err)
        bed.start(env=names)
        bed.wait_verdict("lon-1", "usable")


@test
def a_rotated_token_is_read_for_the_next_request():
    with Bed(circuits=[LONDON], scenario={"federated": [TWO]}) as bed:
        credential(bed, "workload-identity", tenant=TENANT, client=CLIENT, token_file=rotate(bed, ONE))
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("AADSTS70021" in notice["summary"] and "no federated credential fits" in notice["text"], notice)
        rotate(bed, TWO)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_notice(rule=91, event="cleared")
        bed.expect_no_circuit_finding()


@test
def a_token_file_that_holds_no_token_is_a_failed_sign_in():
    with Bed(circuits=[LONDON], scenario={"federated": [ONE]}) as bed:
        file = put(bed, "token", "not a token\n")
        credential(bed, "workload-identity", tenant=TENANT, client=CLIENT, token_file=file)
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("holds no JSON Web Token" in notice["text"], notice["text"])
        expect(bed.sim.requests("token") == 0, bed.sim.requests())


# ---- managed identities ----

OBJECT = "44444444-4444-4444-4444-444444444444"
RESOURCE = f"/subscriptions/{CLIENT}/resourceGroups/net/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me"


def identity(bed, **keys):
    bed.settings["azure"]["metadata"] = bed.sim.metadata
    credential(bed, "managed-identity", **keys)


@test
def an_identity_is_named_by_its_object_or_its_resource():
    for keys in ({"object": OBJECT}, {"resource": RESOURCE}):
        with Bed(circuits=[LONDON], metadata=True, scenario={"object": OBJECT, "resource": RESOURCE}) as bed:
            identity(bed, **keys)
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            expect(bed.sim.requests("metadata") == 1, bed.sim.requests())


@test
def another_identity_is_a_failed_sign_in():
    with Bed(circuits=[LONDON], metadata=True, scenario={"object": OBJECT}) as bed:
        identity(bed, object=CLIENT)
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("Identity not found" in notice["text"], notice["text"])


def metadata_passes(**fault):
    """One answer is not the right one: the next question, some seconds later, gets it, and nobody is told."""
    with Bed(circuits=[LONDON], metadata=True, sim_words=("-v",)) as bed:
        identity(bed)
        bed.sim.fault(match=["metadata"], count=1, **fault)
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())
        return bed.sim.requests("metadata")


def metadata_answers(status):
    def story():
        expect(metadata_passes(status=status, envelope="login") == 2, "it was asked once more")
    story.__name__ = f"metadata_that_answers_{status}_is_asked_again"
    return story


for number in (404, 410, 429, 500, 503):
    test(metadata_answers(number))


@test
def metadata_that_is_slow_is_waited_for():
    expect(metadata_passes(delay="3s") == 1, "the answer came in time")


@test
def metadata_is_asked_as_often_as_the_documentation_says():
    with Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed)
        bed.sim.fault(match=["metadata"], status=410, envelope="login")
        begun = time.monotonic()
        bed.start()
        bed.sim.wait("metadata", 3)
        took = time.monotonic() - begun
        expect(took > 7, f"2 and 6 s should lie between three questions, not {took:.1f}")
        expect(bed.notices(rule=91) == [], "it is being updated, which is no refusal")
        bed.sim.clear()
        bed.wait_verdict("lon-1", "usable")


@test
def metadata_that_leads_elsewhere_is_not_followed():
    with Listener() as other, Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed)
        bed.sim.fault(match=["metadata"], answer="redirect", to=f"http://{other.address}")
        bed.start()
        bed.sim.wait("metadata", 2)
        expect(other.came == 0, f"{other.came} connections")


# ---- Azure Arc ----

class ArcBed(Bed):
    """The simulator has an agent that puts its keys into a folder of the bed."""

    def __init__(self, **keys):
        super().__init__(circuits=[LONDON], metadata=True, **keys)

    def _set_up(self):
        self.keys = os.path.join(self.folder, "keys")
        os.mkdir(self.keys, 0o700)
        self.scenario_more = {**self.scenario_more, "arc": self.keys}
        super()._set_up()
        credential(self, "arc", key_folder=self.keys)
        self.env = {"IDENTITY_ENDPOINT": self.sim.metadata + "/metadata/identity/oauth2/token"}


@test
def the_agent_of_arc_signs_in_for_the_machine():
    with ArcBed(sim_words=("-v",)) as bed:
        bed.start(env=bed.env)
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.count(r"api-version=2019-11-01&resource=\S+: metadata, 401") == 1, bed.sim.err())
        expect(bed.sim.count(r"api-version=2019-11-01&resource=\S+: metadata, 200") == 1, bed.sim.err())
        expect(bed.notices() == [] and os.listdir(bed.keys) == [], os.listdir(bed.keys))


@test
def the_agent_of_arc_is_never_asked_through_a_proxy():
    with Proxy() as proxy, ArcBed() as bed:
        bed.settings["azure"]["proxy"] = f"http://{proxy.address}"
        bed.write_settings()
        bed.start(env={**bed.env, "http_proxy": f"http://{proxy.address}"})
        bed.wait_verdict("lon-1", "usable")
        expect(proxy.asked and all(line.startswith("CONNECT ") for line in proxy.asked), proxy.asked)


@test
def an_agent_that_names_another_file_does_not_get_it():
    with ArcBed() as bed:
        other = put(bed, "other.key", "of-nobodys-business")
        bed.forbidden["of-nobodys-business"] = "another file"
        bed.sim.fault(match=["metadata"], answer="realm-elsewhere", to=other)
        bed.start(env=bed.env)
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("names a key file outside its folder" in notice["text"], notice["text"])
        expect(bed.sim.requests("metadata") <= 6, "there is no second step")
        os.symlink(other, os.path.join(bed.keys, "link.key"))
        bed.sim.clear()
        bed.sim.fault(match=["metadata"], answer="realm-elsewhere", to=os.path.join(bed.keys, "link.key"))
        wait_until(lambda: "is a link" in (bed.token_trouble() or ""), "why there is no token")
        bed.sim.clear()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_notice(rule=91, event="cleared")


@test
def a_machine_without_the_agent_cannot_sign_in():
    with closed_port() as closed, Bed(circuits=[LONDON]) as bed:
        credential(bed, "arc")
        bed.start(env={"IMDS_ENDPOINT": f"http://localhost:{closed}"})
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("the agent of Azure Arc does not answer" in notice["text"], notice["text"])


@test
def an_agent_elsewhere_is_not_asked():
    with Bed(circuits=[LONDON]) as bed:
        credential(bed, "arc")
        bed.launch(env={"IDENTITY_ENDPOINT": "http://192.0.2.1/metadata/identity/oauth2/token"})
        expect(bed.daemon.wait_end() == 1, "it does not start")
        expect("IDENTITY_ENDPOINT is no address of this host" in bed.err(), bed.err())
        bed.other_ends = (1,)


# ---- rule 94 ----

def ends_in(days, severity):
    with Bed(circuits=[LONDON]) as bed:
        ends = day(days)
        bed.settings["azure"]["credentials"][0]["expires"] = ends
        bed.write_settings()
        bed.start()
        notice = bed.wait_notice(rule=94, event="raised", severity=severity, owner="you", circuit=None,
                                 subject={"credential": "ops"})
        expect(ends in notice["text"], notice["text"])
        bed.wait_verdict("lon-1", "usable")
        bed.wait_said("took notice")
        bed.stop()
        bed.start()
        bed.wait_polls("lon-1", 2)
        expect(len(bed.notices()) == 1, "a restart tells nothing again")
        bed.settings["azure"]["credentials"][0]["expires"] = day(400)
        bed.write_settings()
        expect(bed.ctl("reload").status == 0)
        bed.wait_notice(rule=94, event="cleared")


@test
def a_secret_that_ends_this_month_is_a_ticket():
    ends_in(20, "warning")


@test
def a_secret_that_ends_tomorrow_is_a_page():
    ends_in(1, "critical")


@test
def each_further_day_of_reckoning_is_told():
    with Bed(circuits=[LONDON]) as bed:
        ops = bed.settings["azure"]["credentials"][0]
        ops["expires"] = day(20)
        bed.write_settings()
        bed.start()
        bed.wait_notice(rule=94, event="raised", severity="warning")
        for days, severity in ((5, "warning"), (0, "critical")):
            ops["expires"] = day(days)
            bed.write_settings()
            expect(bed.ctl("reload").status == 0)
            bed.wait_notice(rule=94, event="changed", severity=severity)
        events = [notice["event"] for notice in bed.notices(rule=94)]
        expect(events == ["raised", "changed", "changed"], events)


@test
def a_wrong_clock_of_this_host_ends_no_secret():
    """Azure is 40 days ahead, and it is Azure that counts."""
    with Bed(circuits=[LONDON], scenario={"clock_ahead": "40d"}) as bed:
        bed.settings["azure"]["credentials"][0]["expires"] = day(60)
        bed.write_settings()
        bed.start()
        notice = bed.wait_notice(rule=94, event="raised", severity="warning")
        expect("the secret ends in 19 d" in notice["summary"], notice["summary"])


def openssl(*words):
    try:
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Skip(f"openssl makes no certificates here: {error}") from None


@test
def the_end_of_a_certificate_is_its_own():
    with Bed(circuits=[LONDON]) as bed:
        def make(days):
            key, certificate = os.path.join(bed.folder, "key"), os.path.join(bed.folder, "certificate")
            if not os.path.exists(key):
                openssl("genrsa", "-out", key, "2048")
            openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=test", "-days", str(days), "-out", certificate)
            with open(key, encoding="ascii") as one, open(certificate, encoding="ascii") as other:
                return one.read() + other.read()

        file = put(bed, "app", make(20))
        with_certificate(bed, file)
        bed.start()
        notice = bed.wait_notice(rule=94, event="raised", severity="warning")
        left = notice["summary"].rpartition(" ends in ")[2]
        expect(left in ("19 d 23 h", "20 d"), notice["summary"])  # Azure's time comes in whole seconds
        put(bed, "app", make(400))
        bed.wait_notice(rule=94, event="cleared")


# ---- together ----

@test
def each_credential_signs_in_its_own_way():
    with Bed(circuits=[LONDON, PARIS], metadata=True, scenario={"certificate": CERTIFICATE}) as bed:
        bed.settings["azure"]["metadata"] = bed.sim.metadata
        bed.settings["azure"]["credentials"] = [
            {"name": "ops", "method": "client-certificate", "tenant": TENANT, "client": CLIENT,
             "certificate_file": put(bed, "app", data("app.pem"))},
            {"name": "machine", "method": "managed-identity"},
        ]
        for circuit, name in zip(bed.settings["circuits"], ("ops", "machine")):
            circuit["credential"] = name
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_verdict("par-1", "usable")
        expect(bed.sim.requests("token") == 1 and bed.sim.requests("metadata") == 1, bed.sim.requests())
        for name in ("lon-1", "par-1"):
            bed.sim.fault(match={"endpoint": ["circuit"], "circuit": name}, answer="expired-token", count=1, name=name)
        bed.sim.wait("token", 2)
        bed.wait_polls("lon-1", 2)
        bed.wait_polls("par-1", 2)
        expect(bed.notices() == [], bed.notices())


@test
def a_token_outlives_a_reload_while_nobody_can_sign_in():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["token"], status=503, envelope="login")
        bed.settings["circuits"][0]["name"] = "lon-one"
        bed.write_settings()
        expect(bed.ctl("reload").status == 0)
        bed.wait_polls("lon-1", 2)
        expect(bed.sim.requests("token") == 1 and bed.notices() == [], bed.sim.requests())


@test
def a_reload_with_another_secret_file_signs_in_with_it():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.settings["azure"]["credentials"][0]["secret_file"] = put(bed, "another", bed.secret)
        bed.write_settings()
        expect(bed.ctl("reload").status == 0)
        bed.sim.wait("token", 2)
        bed.wait_polls("lon-1")


@test
def a_token_that_still_serves_does_not_hide_a_secret_that_is_refused():
    with Bed(circuits=[LONDON], scenario={"token_life": "40s"}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.write_secret("not-the-right-secret")
        bed.wait_notice(rule=91, event="raised", severity="critical")
        bed.wait_polls("lon-1", 4)
        expect(bed.notices(event="cleared") == [], "the old token still serves, which clears nothing")
        bed.write_secret(bed.secret)
        bed.wait_notice(rule=91, event="cleared")
        expect(len(bed.notices()) == 2, bed.notices())


run()

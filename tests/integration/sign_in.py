"""Tokens: a secret, a managed identity, refusals, renewal, and what a login that fails must not do."""

import os
import re

from harness import CLIENT, TENANT, Bed, Listener, Proxy, closed_port, expect, run, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
PARIS = {"name": "par-1", "peerings": {"private": {}}}


def two_credentials(bed, own_secret):
    """lon-1 is asked for as "ops", par-1 as "other", which has a secret file of its own."""
    other = bed.folder + "/other-secret"
    bed.write_secret(bed.secret, other)
    bed.write_secret(own_secret)
    bed.settings["azure"]["credentials"].append(
        {"name": "other", "tenant": TENANT, "client": CLIENT, "secret_file": other})
    for circuit, credential in zip(bed.settings["circuits"], ("ops", "other")):
        circuit["credential"] = credential
    bed.write_settings()


@test
def one_token_serves_many_polls():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_polls("lon-1", 3)
        expect(bed.sim.requests("token") == 1, bed.sim.requests())
        expect(bed.token_trouble() is None)


@test
def a_wrong_secret_is_told_once_in_words_and_the_other_credential_goes_on():
    with Bed(circuits=[LONDON, PARIS]) as bed:
        two_credentials(bed, "not-the-right-secret")
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical", owner="you",
                                 subject={"credential": "ops"}, circuit=None)
        expect("AADSTS7000215" in notice["text"] and "the client secret is wrong" in notice["text"], notice["text"])
        bed.wait_verdict("par-1", "usable")
        bed.wait_polls("par-1", 4)
        expect(len(bed.notices()) == 1, bed.notices())
        table = bed.sim.requests()
        expect(table["endpoints"]["token"] - 1 <= table["circuits"]["par-1"]["circuit"] + 2, table)
        expect(bed.sim.requests("circuit", "lon-1") == 0, "nothing is asked without a token")


@test
def a_new_secret_is_used_without_a_restart():
    with Bed(circuits=[LONDON]) as bed:
        bed.write_secret("not-the-right-secret")
        bed.start()
        bed.wait_notice(rule=91, event="raised")
        bed.write_secret(bed.secret)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_notice(rule=91, event="cleared")
        expect([notice["event"] for notice in bed.notices()] == ["raised", "cleared"], bed.notices())


@test
def a_secret_file_that_is_gone_is_a_failed_sign_in():
    with Bed(circuits=[LONDON], scenario={"token_life": "4s"}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        os.rename(bed.secret_file, bed.secret_file + ".away")
        notice = bed.wait_notice(rule=91, event="raised", severity="critical")
        expect("secret-unusable" in notice["text"] or bed.secret_file in notice["text"], notice["text"])
        os.rename(bed.secret_file + ".away", bed.secret_file)
        bed.wait_notice(rule=91, event="cleared")
        bed.expect_no_circuit_finding()


@test
def a_secret_file_that_is_empty_for_a_moment_pages_nobody():
    with Bed(circuits=[LONDON], scenario={"token_life": "60s"}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        os.truncate(bed.secret_file, 0)
        wait_until(bed.token_trouble, "it is seen when the token is to be renewed")
        asked = bed.sim.requests("token")
        bed.write_secret(bed.secret)
        wait_until(lambda: bed.sim.requests("token") > asked and not bed.token_trouble(), "the next token")
        expect(bed.notices(rule=91) == [], "the old one served all the while")
        bed.expect_no_circuit_finding()


def refused(code, words, scenario=None, credential=None):
    with Bed(circuits=[LONDON], scenario=scenario) as bed:
        bed.settings["azure"]["credentials"][0].update(credential or {})
        bed.write_settings()
        bed.start()
        notice = bed.wait_notice(rule=91, event="raised", severity="critical", owner="you")
        expect(code in notice["summary"] and words in notice["text"], notice)
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())
        bed.expect_no_circuit_finding()


@test
def an_expired_secret_is_named():
    refused("AADSTS7000222", "the client secret has expired", scenario={"secret_expired": True})


@test
def an_unknown_application_is_named():
    refused("AADSTS700016", "the tenant has no such application", credential={"client": TENANT})


@test
def an_unknown_tenant_is_named():
    refused("AADSTS90002", "there is no such tenant", credential={"tenant": CLIENT})


def login_is_down(fault):
    """Blind in the end, and no word of a refused sign-in."""
    with Bed(circuits=[LONDON], settings={"poll": {"timeout": "2s", "stale": "10s"}}) as bed:
        bed.sim.fault(match=["token"], **fault)
        bed.start()
        bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        expect(bed.notices(rule=91) == [], "it did not refuse")
        bed.sim.clear()
        bed.wait_notice(rule=90, event="cleared", circuit="lon-1")
        bed.wait_verdict("lon-1", "usable")
        bed.expect_no_circuit_finding()


@test
def a_login_that_answers_503_is_unreachable_and_no_refusal():
    login_is_down({"status": 503, "envelope": "html"})


@test
def a_login_that_hangs_is_unreachable():
    login_is_down({"answer": "hang"})


@test
def a_login_that_breaks_off_is_unreachable():
    login_is_down({"cut": 20})


@test
def while_the_login_hangs_the_daemon_answers():
    with Bed(circuits=[LONDON], settings={"poll": {"timeout": "5m"}}) as bed:
        bed.sim.fault(match=["token"], answer="hang")
        bed.start()
        bed.sim.wait("token")
        body = bed.daemon.get("/v1/status")
        expect(body["circuits"][0]["verdict"] == "unknown", body)


@test
def a_late_login_is_no_trouble():
    with Bed(circuits=[LONDON]) as bed:
        bed.sim.fault(match=["token"], delay="2s")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())


def login_says_nonsense(fault):
    """A proxy or a portal answers in its place: one finding of the credential, and nothing about any circuit."""
    circuits = [{**LONDON, "name": f"lon-{n}"} for n in range(1, 4)]
    with Bed(circuits=circuits, settings={"poll": {"stale": "10s"}}) as bed:
        bed.sim.fault(match=["token"], **fault)
        bed.start()
        notice = bed.wait_notice(rule=90, event="raised", circuit=None, subject={"credential": "ops"})
        expect("HTTP 200" in notice["text"] or "leads elsewhere" in notice["text"], notice["text"])
        bed.sim.clear()
        bed.wait_notice(rule=90, event="cleared", circuit=None)
        bed.expect_no_other(90)


@test
def a_login_page_is_no_token():
    login_says_nonsense({"answer": "html"})


@test
def half_a_token_is_no_token():
    login_says_nonsense({"answer": "wrong-json"})


@test
def a_login_that_leads_elsewhere_is_not_followed():
    with Listener() as other:
        login_says_nonsense({"answer": "redirect", "to": f"https://{other.address}"})
        expect(other.came == 0, f"{other.came} connections")


@test
def a_token_is_renewed_before_it_ends():
    with Bed(circuits=[LONDON], scenario={"token_life": "60s"}) as bed:
        bed.start()
        bed.sim.wait("token", 2)
        bed.wait_polls("lon-1")
        expect(bed.sim.count(r": circuit, 401") == 0, "a token ended in use")
        expect(bed.notices() == [], bed.notices())


@test
def tokens_of_seconds_are_no_trouble():
    """They are taken to last half a minute at least, lest a login is asked all the time: ARM says when one is over."""
    with Bed(circuits=[LONDON], scenario={"token_life": "2s"}) as bed:
        bed.start()
        bed.sim.wait("token", 4)
        bed.wait_polls("lon-1")
        expect(bed.sim.count(r": circuit, 401") >= 2, bed.sim.err())
        expect(bed.notices() == [], bed.notices())


@test
def a_401_in_the_middle_gets_one_new_token_and_one_repeat():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["circuit"], answer="expired-token", count=1)
        bed.sim.wait("token", 2)
        bed.wait_polls("lon-1", 3)
        expect(bed.sim.requests("token") == 2, bed.sim.requests())
        expect(bed.sim.count(r": circuit, 401") == 1)
        expect(bed.notices() == [], bed.notices())


@test
def several_requests_with_401_share_one_new_token():
    circuits = [{**LONDON, "name": f"lon-{n}", "subscription": f"00000000-0000-0000-0000-00000000000{n}"}
                for n in range(1, 5)]
    with Bed(circuits=circuits) as bed:
        bed.start()
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        bed.sim.fault(match=["circuit"], answer="expired-token", count=4)
        bed.sim.wait("token", 2)
        for circuit in circuits:
            bed.wait_polls(circuit["name"], 2)
        # each circuit has its own moment, so that a second token is possible, but not one for each
        expect(bed.sim.requests("token") <= 5, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


@test
def a_token_that_is_never_taken_is_a_failed_sign_in():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        before = bed.sim.requests("circuit", "lon-1")
        bed.sim.fault(match=["circuit"], answer="expired-token")
        notice = bed.wait_notice(rule=91, event="raised", severity="critical", subject={"credential": "ops"})
        expect("ExpiredAuthenticationToken" in notice["text"], notice["text"])
        table = bed.sim.requests()
        expect(table["endpoints"]["token"] <= table["circuits"]["lon-1"]["circuit"] - before + 2, table)
        bed.sim.clear()
        bed.wait_notice(rule=91, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        bed.expect_no_circuit_finding()


def identity(bed, **more):
    bed.settings["azure"]["metadata"] = bed.sim.metadata
    bed.settings["azure"]["credentials"] = [{"name": "ops", "method": "managed-identity", **more}]
    bed.write_settings()


@test
def a_managed_identity_signs_in_at_the_metadata_service():
    with Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed)
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("metadata") == 1 and bed.sim.requests("token") == 0, bed.sim.requests())
        expect(re.search(r"GET /metadata/identity/oauth2/token\?api-version=2018-02-01&resource=\S+: metadata, 200",
                         bed.sim.err()), bed.sim.err())


@test
def a_user_assigned_identity_is_named():
    with Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed, client=CLIENT)
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.count(f"client_id={CLIENT}: metadata, 200") == 1, bed.sim.err())


@test
def an_identity_that_is_not_assigned_is_a_failed_sign_in():
    with Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed, client=TENANT)
        bed.start()
        bed.wait_notice(rule=91, event="raised", severity="critical")
        bed.expect_no_circuit_finding()


@test
def a_machine_without_metadata_service_cannot_sign_in():
    with closed_port() as closed, Bed(circuits=[LONDON]) as bed:
        bed.settings["azure"]["metadata"] = f"http://127.0.0.1:{closed}"
        bed.settings["azure"]["credentials"] = [{"name": "ops", "method": "managed-identity"}]
        bed.write_settings()
        bed.start()
        bed.wait_notice(rule=91, event="raised", severity="critical")
        bed.expect_no_circuit_finding()


@test
def the_metadata_service_is_never_asked_through_a_proxy():
    with Proxy() as proxy, Bed(circuits=[LONDON], metadata=True) as bed:
        bed.settings["azure"]["proxy"] = f"http://{proxy.address}"
        identity(bed)
        bed.start(env={"http_proxy": f"http://{proxy.address}", "all_proxy": f"http://{proxy.address}"})
        bed.wait_verdict("lon-1", "usable")
        expect(proxy.asked and all(line.startswith("CONNECT ") for line in proxy.asked), proxy.asked)
        expect(bed.sim.requests("metadata") == 1, bed.sim.requests())


@test
def a_proxy_of_the_environment_is_used_only_where_the_settings_say_so():
    with Proxy() as proxy, Bed(circuits=[LONDON], metadata=True) as bed:
        identity(bed)
        everywhere = f"http://{proxy.address}"
        proxies = {"http_proxy": everywhere, "https_proxy": everywhere, "all_proxy": everywhere}
        bed.start(env=proxies)
        bed.wait_verdict("lon-1", "usable")
        expect(not proxy.asked, proxy.asked)
        bed.stop()
        bed.settings["azure"]["proxy"] = "environment"
        bed.write_settings()
        bed.start(env=proxies)
        wait_until(lambda: proxy.asked, "a request through the proxy")
        bed.wait_verdict("lon-1", "usable")
        expect(all(line == f"CONNECT {bed.sim.address} HTTP/1.1" for line in proxy.asked), proxy.asked)


run()

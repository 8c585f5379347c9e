"""Whom the daemon believes: certificates, their names and dates, and those who speak something else than TLS."""

import os
import socket
import ssl
import time
import warnings
import zlib

from harness import Bed, Listener, Sim, Skip, expect, run, sanitized, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
BLIND_SOON = {"poll": {"timeout": "2s", "stale": "10s"}}


def distrusted(fault, *words):
    """Nothing is asked, no secret leaves, and it is a blindness of ours."""
    with Bed(circuits=[LONDON], sim_words=("--tls-fault", fault), settings=BLIND_SOON) as bed:
        bed.start()
        notice = bed.wait_notice(rule=90, event="raised", severity="critical", circuit="lon-1")
        for word in words:
            expect(word in notice["text"], notice["text"])
        expect(bed.sim.requests()["total"] == 0, bed.sim.requests())
        bed.expect_no_circuit_finding()


@test
def an_expired_certificate():
    distrusted("expired", "expired")


@test
def a_certificate_of_another_name():
    distrusted("wrong-name", "127.0.0.1")


@test
def a_certificate_of_another_authority():
    distrusted("other-ca", "certificate")


@test
def an_authority_that_is_not_in_the_file():
    with Bed(circuits=[LONDON], settings=BLIND_SOON) as bed, Bed(circuits=[LONDON]) as other:
        bed.settings["azure"]["ca_file"] = other.sim.ca
        bed.write_settings()
        bed.start()
        bed.wait_notice(rule=90, event="raised", severity="critical", circuit="lon-1")
        expect(bed.sim.requests()["total"] == 0, bed.sim.requests())
        bed.settings["azure"]["ca_file"] = bed.sim.ca
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        bed.wait_notice(rule=90, event="cleared")
        bed.wait_verdict("lon-1", "usable")


@test
def the_systems_authorities_do_not_know_the_simulator():
    with Bed(circuits=[LONDON], settings=BLIND_SOON) as bed:
        del bed.settings["azure"]["ca_file"]
        bed.write_settings()
        bed.start(env={"SSL_CERT_FILE": bed.sim.ca})
        bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        expect(bed.sim.requests()["total"] == 0, "a variable of the environment decided whom to trust")


@test
def a_certificate_that_becomes_wrong_under_way():
    """The host is replaced by one that shows another certificate: nothing of the old trust helps it."""
    with Bed(circuits=[LONDON], settings=BLIND_SOON) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.kill()
        port = bed.sim.address.rsplit(":", 1)[1]
        bed.programs.remove(bed.sim)
        bed.sim = bed.add(Sim(bed.folder, bed.scenario, "--listen", f"127.0.0.1:{port}", name="other"))
        bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        expect(bed.sim.requests()["total"] == 0, bed.sim.requests())
        bed.expect_no_circuit_finding()


@test
def a_simulator_that_comes_back_is_believed_again():
    with Bed(circuits=[LONDON], settings=BLIND_SOON) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.kill()
        port = bed.sim.address.rsplit(":", 1)[1]
        notice = bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        expect("refused" in notice["text"] or "connect" in notice["text"], notice["text"])
        bed.programs.remove(bed.sim)
        bed.sim = bed.add(Sim(bed.folder, bed.scenario, "--listen", f"127.0.0.1:{port}"))
        bed.wait_notice(rule=90, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("token") == 1, "the old token means nothing to the new one")


def instead(serve):
    """Something else listens where Resource Manager should be."""
    with Listener(serve) as other, Bed(circuits=[LONDON], settings=BLIND_SOON) as bed:
        bed.settings["azure"]["management"] = f"https://{other.address}"
        bed.write_settings()
        bed.start()
        bed.daemon.get("/v1/status")
        bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        bed.daemon.get("/v1/status")
        expect(other.came > 0, "nobody came")
        bed.expect_no_circuit_finding()


@test
def a_server_without_tls():
    def http(link):
        link.recv(4096)
        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    instead(http)


@test
def a_server_that_never_says_hello():
    instead(lambda link: link.recv(1 << 20) and link.recv(1))


@test
def a_server_that_hangs_up():
    instead(lambda link: None)


@test
def a_server_that_talks_one_byte_at_a_time():
    def drip(link):
        while True:
            link.sendall(b"\x16")
            time.sleep(0.2)
    instead(drip)


def server_context(bed):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bed.sim.tls + "/server.pem", bed.sim.tls + "/server.key")
    return context


def speak_old(context):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def try_old(address):
    """Would somebody who allows it get through? Else the test proves nothing."""
    context = speak_old(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = address.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port))) as link, context.wrap_socket(link):
            return
    except (ssl.SSLError, OSError) as why:
        raise Skip(f"no TLS below 1.2 can be spoken here: {why}") from None


@test
def tls_older_than_1_2_is_refused():
    with Bed(circuits=[LONDON], settings=BLIND_SOON) as bed:
        context = speak_old(server_context(bed))
        heard = []

        def serve(link):
            try:
                with context.wrap_socket(link, server_side=True) as inner:
                    heard.append(inner.version())
            except (ssl.SSLError, OSError):
                heard.append(None)
        with Listener(serve) as old:
            try_old(old.address)
            wait_until(lambda: heard, "the server to have heard it")
            heard.clear()
            bed.settings["azure"]["login"] = f"https://{old.address}"
            bed.write_settings()
            bed.start()
            bed.wait_notice(rule=90, event="raised", circuit="lon-1")
            expect(heard and set(heard) == {None}, heard)


@test
def keys_are_logged_nowhere():
    with Bed(circuits=[LONDON]) as bed:
        log = bed.folder + "/keys"
        bed.start(env={"SSLKEYLOGFILE": log})
        bed.wait_verdict("lon-1", "usable")
        expect(not os.path.exists(log), "the session keys were written down")


def packed_blanks(megabytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    blanks = b" " * (1 << 20)
    return b"".join(packer.compress(blanks) for _ in range(megabytes)) + packer.flush()


def peak_memory(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


@test
def half_a_gigabyte_in_half_a_megabyte():
    """A list that gzip made small, from a server with the right certificate."""
    body = packed_blanks(512)
    head = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body))
    circuits = [LONDON, {"name": "lon-2", "peerings": {"private": {}}}]
    with Bed(circuits=circuits) as bed:
        context = server_context(bed)

        def serve(link):
            with context.wrap_socket(link, server_side=True) as inner:
                while inner.recv(65536):
                    inner.sendall(head + body)
        with Listener(serve) as arm:
            bed.settings["azure"]["management"] = f"https://{arm.address}"
            bed.write_settings()
            bed.start()
            bed.wait_notice(rule=95, event="raised", circuit="lon-1")
            peak = peak_memory(bed.daemon.pid)
            expect(sanitized() or peak < 120000, f"{peak} kB at the peak")
            bed.expect_no_circuit_finding()


run()

"""Settings that are wrong, at the start and at a reload: all of it is said, nothing of it is applied."""

import os
import re
import signal

from harness import CLIENT, TENANT, Bed, call, circuit_id, expect, hook_folder, hook_program, run, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
FINDING = r"^/\S+erwatch\.yaml:\d+:\d+: error: "


def refused_at_start(change, *words, text=False):
    """
    change(bed) spoils the settings: -n and the daemon say these words, with the place, and end with 1. A word may be a
    function of the bed, for what depends on where something stands in the file.
    """
    with Bed(circuits=[LONDON]) as bed:
        spoiled = change(bed)
        bed.write_settings(spoiled if text else None)
        words = [word(bed) if callable(word) else word for word in words]
        checked = bed.check()
        expect(checked.status == 1, f"-n ended with {checked.status}: {checked.out}")
        bed.other_ends = (1,)
        daemon = bed.launch()
        expect(daemon.wait_end() == 1, daemon.process.returncode)
        for said in (checked.err, daemon.err()):
            expect(re.search(FINDING, said, re.M), said)
            for word in words:
                expect(word in said, f"{word} is not in: {said}")
        expect("READY=1" not in daemon.hear(), daemon.heard)
        expect(bed.sim.requests("token") == 0, "it asked Azure")


def credential(bed, **keys):
    bed.settings["azure"]["credentials"][0].update(keys)


# ---- at the start ----

@test
def good_settings_are_shown():
    with Bed(circuits=[LONDON]) as bed:
        done = bed.check()
        expect(done.status == 0 and done.err == "", done.err)
        expect("lon-1" in done.out and bed.secret not in done.out, done.out)
        expect(bed.sim.requests()["total"] == 0, "-n asks nobody")


@test
def settings_that_are_not_there():
    with Bed(circuits=[LONDON]) as bed:
        os.unlink(bed.settings_file)
        done = bed.check()
        expect(done.status == 1 and bed.settings_file in done.err, done.err)


@test
def wrong_options_end_with_2():
    with Bed(circuits=[LONDON]) as bed:
        for words in (("--what",), ("too-many",)):
            done = bed.check(*words)
            expect(done.status == 2 and "--help" in done.err, (done.status, done.err))


@test
def broken_yaml():
    refused_at_start(lambda bed: "azure: [\n", text=True)


@test
def no_yaml_at_all():
    refused_at_start(lambda bed: "\x7fELF\x01\x02\n", text=True)


@test
def empty_settings():
    refused_at_start(lambda bed: "", "the file is empty", text=True)


@test
def all_findings_at_once_with_near_misses():
    def change(bed):
        bed.settings["pol"] = {"every": "1s"}
        bed.settings["poll"]["evry"] = "2s"
        bed.settings["alerts"]["recover"] = "often"
        bed.settings["receivers"][0]["exec"]["comand"] = []
        bed.settings["circuits"].append({"id": "lon-2"})
    refused_at_start(change, '"pol"', "did you mean", "evry", "recover", "comand", "the id must begin with")


def lines_of(bed):
    with open(bed.settings_file, encoding="utf-8") as file:
        return len(file.readlines())


@test
def wrong_ids():
    refused_at_start(lambda bed: bed.settings["circuits"].extend(
        [{"id": "lon-2"}, {"id": circuit_id("../x")}, {"id": circuit_id("lon-3", subscription="not-a-guid")},
         {"id": circuit_id("lon-4") + "/peerings/AzurePrivatePeering"},
         {"id": "https://x.invalid" + circuit_id("lon-5")}]),
        *(lambda bed, back=back: f"erwatch.yaml:{lines_of(bed) - back}:7: error: the id" for back in range(5)))


@test
def a_circuit_twice():
    refused_at_start(lambda bed: bed.settings["circuits"].append({"id": circuit_id("LON-1")}), "given twice")


@test
def a_secret_in_the_settings_is_refused_and_not_repeated():
    refused_at_start(lambda bed: credential(bed, secret=bed.secret), "secret_file")


@test
def a_secret_in_the_place_of_an_id_is_not_repeated():
    refused_at_start(lambda bed: credential(bed, client=bed.secret), "client")


@test
def a_secret_file_that_is_not_there():
    refused_at_start(lambda bed: os.unlink(bed.secret_file), "does not exist")


@test
def a_secret_that_others_may_read():
    refused_at_start(lambda bed: os.chmod(bed.secret_file, 0o644), "may be read by others")


@test
def a_secret_that_others_may_write():
    refused_at_start(lambda bed: os.chmod(bed.secret_file, 0o620), "may be changed by others")


def replace_secret(bed, make):
    os.unlink(bed.secret_file)
    make(bed.secret_file)


@test
def a_secret_that_is_a_fifo_keeps_nobody_waiting():
    refused_at_start(lambda bed: replace_secret(bed, os.mkfifo), "no regular file")


@test
def a_secret_that_is_a_link():
    def link(bed):
        os.rename(bed.secret_file, bed.secret_file + ".real")
        os.symlink(bed.secret_file + ".real", bed.secret_file)
    refused_at_start(link, "is a link")


@test
def a_secret_that_is_empty():
    def make(path):
        os.close(os.open(path, os.O_CREAT, 0o600))
    refused_at_start(lambda bed: replace_secret(bed, make), "is empty")


@test
def a_secret_that_is_a_folder():
    refused_at_start(lambda bed: replace_secret(bed, lambda path: os.mkdir(path, 0o700)), "no regular file")


@test
def a_ca_file_that_is_not_there():
    refused_at_start(lambda bed: bed.settings["azure"].update(ca_file="/nowhere/ca.pem"), "/nowhere/ca.pem")


@test
def a_hook_that_others_may_change():
    def change(bed):
        path = os.path.join(bed.folder, "page")
        with open(path, "w", encoding="utf-8") as to:
            to.write("#!/bin/sh\n")
        os.chmod(path, 0o777)
        bed.settings["receivers"][0]["exec"]["command"] = [path]
    refused_at_start(change, "may be changed by others")


@test
def a_hook_that_is_not_there():
    refused_at_start(lambda bed: bed.settings["receivers"][0]["exec"].update(command=[hook_folder() + "/none"]), "none")


@test
def settings_that_are_a_fifo_keep_nobody_waiting():
    with Bed(circuits=[LONDON]) as bed:
        os.unlink(bed.settings_file)
        os.mkfifo(bed.settings_file)
        done = bed.check()
        expect(done.status == 1 and bed.settings_file in done.err, done.err)


@test
def settings_of_many_aliases_end_soon():
    letters = "abcdefghijklmnopqrstuvwxyz"
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip(letters, letters[1:]))
    refused_at_start(lambda bed: bomb, text=True)


@test
def a_second_daemon_does_not_start():
    with Bed(circuits=[LONDON]) as bed:
        first = bed.start()
        second = call(first.argv, cwd=bed.folder)
        expect(second.status == 1, (second.status, second.err))
        expect("not starting" in second.err.lower() and f"process {first.pid}" in second.err, second.err)
        bed.wait_verdict("lon-1", "usable")


def receiver(bed, name, content, **settings):
    """A receiver whose one file holds this content; its name stands for "FILE" in the settings."""
    path = bed.folder + "/receiver-secret"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as to:
        to.write(content)
    bed.settings["receivers"].append({"name": "other", name: {
        key: path if value == "FILE" else value for key, value in settings.items()}})


def refused_receiver(name, content, word, **settings):
    """The file and what is wrong with it are said, and what is in it is not."""
    def change(bed):
        receiver(bed, name, content, **settings)
    refused_at_start(change, "receiver-secret", word)
    with Bed(circuits=[LONDON]) as bed:
        change(bed)
        bed.write_settings()
        checked = bed.check()
        expect(content.strip() not in checked.out + checked.err, checked.err)


@test
def a_signing_key_that_is_none():
    refused_receiver("webhook", "s3cr3t-but-no-key\n", "is no signing key", url="https://bus.example.net/in",
                     signing_key_file="FILE")


@test
def a_routing_key_that_is_none():
    refused_receiver("pagerduty", "s3cr3t-but-no-key\n", "is no integration key", routing_key_file="FILE")


@test
def an_address_in_a_file_that_is_none():
    refused_receiver("slack", "hooks.example.net/s3cr3t\n", "does not begin with https://", url_file="FILE")


@test
def an_address_without_tls_in_a_file():
    refused_receiver("teams", "http://relay.example.net/s3cr3t\n", "has no TLS", url_file="FILE")


@test
def a_receivers_secret_that_is_not_there():
    refused_at_start(lambda bed: bed.settings["receivers"].append(
        {"name": "other", "opsgenie": {"api_key_file": bed.folder + "/none"}}), "/none does not exist")


@test
def a_receivers_secret_that_others_may_read():
    def change(bed):
        receiver(bed, "opsgenie", "5ec2e7\n", api_key_file="FILE")
        os.chmod(bed.folder + "/receiver-secret", 0o644)
    refused_at_start(change, "may be read by others")


@test
def an_address_that_is_a_secret():
    refused_at_start(lambda bed: bed.settings["receivers"].append(
        {"name": "other", "slack": {"url": "https://hooks.slack.com/services/T0/B0/s3cr3t"}}),
        "holds a secret", "url_file")


@test
def a_receivers_address_is_shown_without_its_path():
    with Bed(circuits=[LONDON]) as bed:
        receiver(bed, "webhook", "https://bus.example.net/s3cr3t\n", url_file="FILE")
        bed.settings["receivers"].append({"name": "open", "webhook": {"url": "https://open.example.net/path/here"}})
        bed.write_settings()
        done = bed.check()
        expect(done.status == 0, done.err)
        expect("receiver-secret" in done.out and "https://open.example.net" in done.out, done.out)
        expect("s3cr3t" not in done.out and "/path/here" not in done.out, done.out)


# ---- at a reload ----

def hang_up(bed):
    """SIGHUP, and what the daemon says of it."""
    before = bed.err().count("new settings refused")
    bed.daemon.signal(signal.SIGHUP)
    wait_until(lambda: bed.err().count("new settings refused") > before, "the refusal")


def refused_at_reload(change, *words, text=None):
    """The old settings stay, by SIGHUP and by erwatchctl, and a good file is taken after that."""
    with Bed(circuits=[LONDON, {"name": "lon-2", "peerings": {"private": {}}}], watch=["lon-1"]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        good = bed.settings
        bed.settings = {**good, "azure": {**good["azure"], "credentials": [dict(good["azure"]["credentials"][0])]},
                        "circuits": [{"id": circuit_id("lon-2"), "name": "new"}]}
        mend = change(bed)
        bed.write_settings(text)
        done = bed.ctl("reload")
        expect(done.status == 1, (done.status, done.out, done.err))
        for word in words:
            expect(word in done.err, f"{word} is not in: {done.err}")
        notice = bed.wait_notice(rule=98, event="raised", severity="warning", owner="you")
        expect(all(word in notice["text"] for word in words), notice["text"])
        hang_up(bed)
        names = [circuit["name"] for circuit in bed.daemon.get("/v1/status")["circuits"]]
        expect(names == ["lon-1"], names)
        bed.wait_polls("lon-1", 2)
        expect(bed.sim.requests("circuit", "lon-2") == 0 and bed.sim.requests("list") == 0, bed.sim.requests())
        expect(bed.daemon.get("/v1/loop")["daemon"]["settings_trouble"], bed.daemon.get("/v1/loop")["daemon"])
        if callable(mend):
            mend()
        bed.settings = {**good, "circuits": [*good["circuits"], {"id": circuit_id("lon-2"), "name": "new"}]}
        bed.write_settings()
        done = bed.ctl("reload")
        expect(done.status == 0, done.err)
        bed.wait_verdict("new", "usable")
        bed.wait_notice(rule=98, event="cleared", incident=notice["incident"])
        expect(len(bed.notices()) == 2, bed.notices())


@test
def a_restart_ends_what_a_refused_reload_began():
    with Bed(circuits=[LONDON], watch=["lon-1"]) as bed:
        bed.start()
        bed.write_settings("circuits: [\n")
        hang_up(bed)
        raised = bed.wait_notice(rule=98, event="raised")
        bed.daemon.kill()
        bed.write_settings()
        bed.start()
        bed.wait_notice(rule=98, event="cleared", incident=raised["incident"])
        expect(len(bed.notices()) == 2, bed.notices())


@test
def a_reload_of_broken_yaml():
    refused_at_reload(lambda bed: None, "erwatch.yaml:", text="circuits: [\n")


@test
def a_reload_of_a_wrong_id():
    refused_at_reload(lambda bed: bed.settings["circuits"].append({"id": "lon-3"}), "erwatch.yaml:", "error:")


@test
def a_reload_with_a_secret_that_others_may_read():
    def change(bed):
        os.chmod(bed.secret_file, 0o644)
        return lambda: os.chmod(bed.secret_file, 0o600)
    refused_at_reload(change, "may be read by others")


@test
def a_reload_with_a_secret_that_is_a_fifo():
    def change(bed):
        path = bed.folder + "/fifo"
        os.mkfifo(path, 0o600)
        bed.settings["azure"]["credentials"][0]["secret_file"] = path
    refused_at_reload(change, "no regular file")


@test
def a_reload_with_a_hook_that_is_not_there():
    def change(bed):
        bed.settings["receivers"] = [{"name": "hook", "exec": {"command": [hook_folder() + "/none"]}}]
    refused_at_reload(change, "none")


@test
def a_reload_without_the_ca_file():
    refused_at_reload(lambda bed: bed.settings["azure"].update(ca_file="/nowhere/ca.pem"), "/nowhere/ca.pem")


@test
def a_reload_with_a_ca_file_that_is_none():
    def change(bed):
        with open(bed.folder + "/junk.pem", "w", encoding="utf-8") as to:
            to.write("this is no certificate\n")
        bed.settings["azure"]["ca_file"] = bed.folder + "/junk.pem"
    refused_at_reload(change, "junk.pem")


@test
def a_reload_without_settings():
    def change(bed):
        bed.write_settings = lambda text=None: os.unlink(bed.settings_file)

        def mend():
            del bed.write_settings
        return mend
    refused_at_reload(change, "erwatch.yaml")


@test
def what_is_open_survives_a_reload_and_what_left_is_closed():
    circuits = [LONDON, {"name": "par-1", "provider_state": "NotProvisioned", "peerings": {}}]
    with Bed(circuits=circuits) as bed:
        bed.start()
        bed.wait_notice(rule=12, event="raised", circuit="par-1")
        bed.settings["poll"]["timeout"] = "40s"
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        bed.sim.wait_more("list", 3)
        expect(len(bed.notices()) == 1 and len(bed.incidents(rule=12)) == 1, bed.notices())
        bed.settings["circuits"] = [circuit for circuit in bed.settings["circuits"] if circuit["name"] != "par-1"]
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        bed.wait_notice(rule=12, event="cleared")
        expect(bed.incidents() == [], bed.incidents())


@test
def a_reload_in_the_middle_of_everything():
    """Requests of the old settings are under way, one of them for a token: the new ones begin anew."""
    circuits = [{**LONDON, "name": f"lon-{n}", "subscription": f"00000000-0000-0000-0000-00000000000{n}"}
                for n in range(1, 6)]
    with Bed(circuits=circuits, settings={"poll": {"sessions": "both"}}) as bed:
        bed.sim.fault(match=["arm", "token"], delay="300ms")
        bed.start()
        for _ in range(7):
            asked = bed.sim.requests()["total"]
            expect(bed.ctl("reload").status == 0, "reload")
            wait_until(lambda: bed.sim.requests()["total"] > asked, "a request")
        bed.sim.clear()
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        expect(bed.notices() == [], bed.notices())


@test
def a_service_manager_that_does_not_read_keeps_nobody_waiting():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.daemon.reading = False
        for _ in range(7):
            expect(bed.ctl("reload").status == 0, "reload")
            bed.daemon.get("/v1/status")
        bed.wait_polls("lon-1")


@test
def a_new_credential_is_used_after_a_reload():
    with Bed(circuits=[LONDON]) as bed:
        credential(bed, client=TENANT)
        bed.write_settings()
        bed.start()
        bed.wait_notice(rule=91, event="raised")
        credential(bed, client=CLIENT)
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        bed.wait_verdict("lon-1", "usable")
        bed.wait_notice(rule=91, event="cleared")


@test
def erwatchctl_without_a_daemon_ends_with_3():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.stop()
        done = bed.ctl("reload")
        expect(done.status == 3, (done.status, done.err))


@test
def a_hook_of_old_settings_may_end_under_the_new_ones():
    with Bed(circuits=[{**LONDON, "provider_state": "NotProvisioned", "peerings": {}}]) as bed:
        slow = hook_program('#!/bin/sh\ncat > /dev/null\necho x >> "$1"\nwhile [ ! -e "$1.go" ]; do sleep 0.1; done\n',
                            name="slow")
        began = bed.folder + "/began"
        bed.settings["receivers"].append({"name": "slow", "exec": {"command": [slow, began], "timeout": "5m"}})
        bed.write_settings()
        bed.start()
        wait_until(lambda: os.path.exists(began), "the slow hook")
        bed.settings["receivers"].pop()
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        with open(began + ".go", "w", encoding="utf-8"):
            pass
        bed.wait_said("slow took notice")
        expect("slow" not in bed.daemon.get("/v1/loop")["queues"], bed.daemon.get("/v1/loop"))


run()

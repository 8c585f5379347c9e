"""Mail: what it looks like, whom it is given to and by which way, and mail servers that fail in the midst of it."""

import contextlib
import re

from faulty import Receiver, fail, mend, usable
from harness import Bed, Sim, expect, run, test, wait_until
from mailserver import MailServer
from services import state_of

USER = ("erwatch", "correct horse battery")


@contextlib.contextmanager
def mail_bed(*names, fallback=False, sim_fault=None, **server):
    """A bed with this mail server as its only receiver, but for a fallback."""
    with Bed(circuits=[usable(name) for name in names or ["lon-1"]]) as bed:
        sim = bed.add(Sim(bed.folder, {}, "--tls-fault", sim_fault, name="other")) if sim_fault else None
        mail = MailServer(bed, sim=sim, **server)
        try:
            given = [bed, mail]
            bed.settings["receivers"] = [mail.settings]
            bed.settings["routes"] = [{"to": "mail"}]
            if fallback:
                given.append(Receiver(bed, "hook"))
                mail.settings["fallback"] = {"to": "hook", "after": "1h"}
                bed.settings["receivers"].append(given[-1].settings)
            bed.write_settings()
            yield given
        finally:
            mail.stop()


def queue(bed):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(one for one in queues if one["receiver"] == "mail")


def wait_idle(bed):
    wait_until(lambda: queue(bed)["waiting"] == 0, lambda: f"the queue to be empty: {queue(bed)}")


def wait_trouble(bed, pattern):
    wait_until(lambda: re.search(pattern, queue(bed)["trouble"] or ""), lambda: f"{pattern}: {queue(bed)}")


def ready(bed, *names):
    bed.start()
    for name in names or ["lon-1"]:
        bed.wait_verdict(name, "usable")


def reload(bed):
    done = bed.ctl("reload")
    expect(done.status == 0, done.err)


def wait_letters(mail, count, circuit=None):
    wait_until(lambda: len(mail.letters(circuit)) >= count, lambda: f"{count} mails; there were {mail.taken()}")
    return mail.letters(circuit)


# ---- what it looks like ----

HEADERS = {"Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"}
HOSTILE = "Zürich\r\nBcc: eve@example.net\r\n\r\n.\r\nMAIL FROM:<eve@example.net>\r\n"


@test
def the_mails_of_an_incident_are_a_thread_that_names_cannot_break():
    with mail_bed("lon-1") as (bed, mail):
        mail.keys["to"] = ["noc@example.net", "boss@example.net"]
        bed.settings["circuits"][0]["name"] = name = "東京 – Zürich. " + "x" * 100
        bed.settings["alerts"]["rules"] = {"deprovisioned": {"severity": "warning"}}
        bed.write_settings()
        bed.sim.set("lon-1", {"provider": HOSTILE})
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 1, "it to be usable")
        fail(bed, "lon-1")
        wait_letters(mail, 1)
        wait_idle(bed)
        del bed.settings["alerts"]["rules"]
        bed.write_settings()
        reload(bed)
        wait_letters(mail, 2)
        wait_idle(bed)
        expect(bed.ctl("ack", bed.incidents(rule=15)[0]["identity"]).status == 0, "it was not acknowledged")
        wait_letters(mail, 3)
        mend(bed, "lon-1")
        wait_letters(mail, 4)
        wait_idle(bed)
        for one in mail.taken():
            expect(one["to"] == mail.keys["to"] and one["from"] == "erwatch@example.net", one)
            lines = one["text"].split(b"\r\n")
            expect(all(len(line) <= 78 and line.isascii() and not set(line) & set(b"\r\n\0") for line in lines), lines)
        letters = [one for one in mail.letters() if name[:20] in one["Subject"]]
        first, *others = letters
        begins = ["WARNING: ", "CRITICAL, changed: ", "Acknowledged by ", "Cleared: "]
        for letter, begin in zip(letters, begins, strict=True):
            expect(letter["Subject"].startswith("[erwatch] " + begin), letter["Subject"])
            expect(set(letter.keys()) <= HEADERS | {"In-Reply-To", "References", "Importance"}, letter.keys())
            expect(letter["To"] == "noc@example.net, boss@example.net", letter["To"])
            expect((letter["Importance"] == "high") == begin.startswith("CRITICAL"), letter["Importance"])
            expect(letter["Auto-Submitted"] == "auto-generated", letter["Auto-Submitted"])
            expect("\n.\n" not in letter.get_content(), letter.get_content())
        expect("In-Reply-To" not in first and len({one["Message-ID"] for one in letters}) == 4, letters)
        for letter in others:
            expect(letter["In-Reply-To"] == letter["References"] == first["Message-ID"], letter.items())
        expect("Zürich?" in first.get_content(), first.get_content())
        spoken = {line.split(" ")[0] for _, line in mail.heard}
        expect(spoken <= {"EHLO", "MAIL", "RCPT", "DATA", "QUIT"}, spoken)
        expect(not any("eve@" in line for _, line in mail.heard), mail.heard)


# ---- by which way ----

def goes(way, user=None, mechanisms="PLAIN LOGIN"):
    with mail_bed(way=way, user=user, mechanisms=mechanisms) as (bed, mail):
        ready(bed)
        done = bed.ctl("test", "mail")
        expect(done.status == 0 and re.fullmatch(r"mail took the test notice after [0-9.]+ m?s: SMTP 250\n", done.out),
               (done.status, done.out, done.err))
        fail(bed, "lon-1")
        wait_letters(mail, 1, "lon-1")
        wait_idle(bed)
        for one in mail.taken():
            expect(one["tls"] == (way != "plain") and one["user"] == (user and user[0]), one)
        before = {line.split(" ")[0] for tls, line in mail.heard if not tls}
        expect(way == "plain" or before <= {"EHLO", "STARTTLS"}, f"said without TLS: {before}")
        if user is not None:
            used = {line.split(" ")[1] for _, line in mail.heard if line.startswith("AUTH ")}
            expect(used <= set(mechanisms.split(" ")), used)


@test
def it_goes_by_every_way_and_under_a_name():
    goes("plain")
    goes("smtps", USER, "LOGIN")
    goes("starttls", USER, "PLAIN")


@test
def a_password_that_is_refused_is_for_a_person_to_mend():
    with mail_bed(way="starttls", user=USER, fallback=True) as (bed, mail, hook):
        bed.write_secret("an old one", mail.password_file)
        ready(bed)
        done = bed.ctl("test", "mail")
        expect(done.status == 1 and "535" in done.out, (done.status, done.out))
        fail(bed, "lon-1")
        hook.wait_told("raised 15 lon-1")
        hook.wait_told("raised 96 -")
        expect("535" in queue(bed)["trouble"] and mail.taken() == [], queue(bed))
        bed.write_secret(USER[1], mail.password_file)
        reload(bed)
        wait_letters(mail, 1, "lon-1")
        hook.wait_told("cleared 96 -")


def nothing_is_said(trouble, **server):
    """It is not sent, and nobody hears the password nor a word of the mail."""
    with mail_bed(user=USER, **server) as (bed, mail):
        ready(bed)
        fail(bed, "lon-1")
        wait_trouble(bed, trouble)
        said = {line.split(" ")[0] for _, line in mail.heard}
        expect(said <= {"EHLO", "HELO", "STARTTLS", "QUIT"}, said)


@test
def without_tls_that_can_be_trusted_nothing_is_said():
    nothing_is_said("offers no TLS", way="starttls", offers_tls=False)
    nothing_is_said("certificate", way="starttls", sim_fault="wrong-name")
    nothing_is_said("certificate", way="smtps", sim_fault="wrong-name")


@test
def a_server_that_takes_tls_back_is_told_nothing():
    with mail_bed(way="starttls", user=USER) as (bed, mail):
        mail.mode("starttls 454 4.7.0 not now")
        ready(bed)
        fail(bed, "lon-1")
        wait_trouble(bed, "454|TLS")
        said = {line.split(" ")[0] for _, line in mail.heard}
        expect(said <= {"EHLO", "HELO", "STARTTLS", "QUIT"}, said)
        mail.mode("")
        wait_letters(mail, 1, "lon-1")


# ---- servers that fail ----

# Each on a circuit of its own: how the server fails, and how often before it works again.
FAULTS = {
    "greets-with-421": ("helo 421 4.3.2 busy", 1),
    "closes-before-a-word": ("helo close", 1),
    "says-nothing": ("helo mute", 1),
    "greylists": ("rcpt 451 4.7.1 come again", 2),
    "is-full": ("mail 452 4.3.1 no room", 1),
    "closes-instead-of-354": ("data close", 1),
    "fails-after-the-dot": ("dot 451 4.3.0 failed", 1),
    "closes-after-the-dot": ("dot close", 1),
    "closes-after-it-has-taken-it": ("dot act close", 1),
    "says-nothing-after-the-dot": ("dot mute", 1),
    "takes-it-and-says-nothing": ("dot act mute", 1),
}


@test
def a_server_that_fails_gets_the_mail_when_it_works():
    with mail_bed(*FAULTS) as (bed, mail):
        mail.keys["timeout"] = "4s"
        bed.write_settings()
        ready(bed, *FAULTS)
        shown = {}
        for circuit, (how, count) in FAULTS.items():
            mail.mode(how, count)
            fail(bed, circuit)
            mail.wait_over()
            shown[circuit] = "critical"
            wait_until(lambda: mail.view(FAULTS) == shown, lambda: f"{shown} to be told; it was {mail.view(FAULTS)}")
            wait_idle(bed)
            expect(len(mail.letters(circuit)) == 1, f"it came under several ids: {mail.letters(circuit)}")
        mend(bed, *FAULTS)
        wait_until(lambda: mail.view(FAULTS) == {}, lambda: f"all to be told over; {mail.view(FAULTS)} are not")
        wait_idle(bed)


@test
def what_a_server_does_not_want_whole_is_sent_with_the_least():
    with mail_bed() as (bed, mail):
        mail.mode("dot 554 5.7.1 spam", 1)
        ready(bed)
        fail(bed, "lon-1")
        wait_letters(mail, 1, "lon-1")
        wait_idle(bed)
        expect("What to do:" not in mail.letters("lon-1")[0].get_content(), "the second was as long as the first")


@test
def a_mailbox_that_is_not_there_is_for_a_person_to_mend():
    with mail_bed(fallback=True) as (bed, mail, hook):
        mail.mode("rcpt 550 5.1.1 nobody")
        ready(bed)
        fail(bed, "lon-1")
        hook.wait_told("raised 15 lon-1")
        hook.wait_told("raised 96 -")
        expect("550" in queue(bed)["trouble"], queue(bed))
        mail.mode("")
        reload(bed)
        wait_letters(mail, 1, "lon-1")
        hook.wait_told("cleared 96 -")


# ---- some of many ----

def of_many(how, times, *to):
    """A mail to several, of whom the server does not want one at first; whom each mail came to then."""
    with mail_bed() as (bed, mail):
        mail.keys["to"] = list(to)
        bed.write_settings()
        mail.mode(how, times)
        ready(bed)
        fail(bed, "lon-1")
        wait_letters(mail, 1, "lon-1")
        wait_idle(bed)
        mend(bed, "lon-1")
        wait_letters(mail, 2, "lon-1")
        wait_idle(bed)
        return bed.err(), [(state_of(one["subject"].removeprefix("[erwatch] "))[0], one["to"]) for one in mail.taken()]


ALL = ["a@example.net", "b@example.net", "c@example.net"]


@test
def one_who_is_put_off_is_given_it_later_and_nobody_twice():
    _, told = of_many("rcpt 451 4.7.1 come again for b@example.net", 2, *ALL)
    expect(told == [("critical", [ALL[0], ALL[2]]), ("critical", [ALL[1]]), (None, ALL)], told)


@test
def one_who_is_refused_keeps_it_from_nobody_else():
    said, told = of_many("rcpt 550 5.1.1 nobody for b@example.net", 2, *ALL)
    expect(told == [("critical", [ALL[0], ALL[2]]), (None, [ALL[0], ALL[2]])], told)
    expect(len(re.findall("refused 1 of 3 recipients", said)) == 2, said)


@test
def one_who_is_put_off_and_then_refused_holds_nothing_up():
    with mail_bed() as (bed, mail):
        mail.keys["to"] = ALL
        bed.write_settings()
        who = " for c@example.net"
        mail.mode("rcpt 451 4.7.1 come again" + who, 1, "rcpt 550 5.1.1 nobody" + who)
        ready(bed)
        fail(bed, "lon-1")
        bed.wait_said("refused 1 of 1 recipients")
        wait_idle(bed)
        done = bed.ctl("test", "mail")
        expect(done.status == 1 and "550 to 1 of 3 recipients" in done.out, (done.status, done.out))
        mend(bed, "lon-1")
        wait_letters(mail, 2, "lon-1")
        wait_idle(bed)


run()

/* Rules 90 to 99, the monitoring itself: meaning and steps (rule_text.h). */
#include "core/rule_text.h"

#include <stddef.h>

const char meaning_blind[] =
    "There has been no fresh answer for longer than poll.stale. Nothing is known about the circuit, and the circuit "
    "itself may be fine: what was open stays open, and nothing new can be raised until answers come again.";
const char *const steps_blind[] = {
    "Check the circuit another way: the portal, or az network express-route show --ids CIRCUIT-ID from another host.",
    "Look why the polls fail: erwatchctl show CIRCUIT-ID",
    "Check the way from this host to Azure: name resolution, proxy and firewall, and the time (timedatectl).",
    "Check Azure's own state: https://status.azure.com",
    NULL,
};

const char meaning_sign_in_failed[] =
    "Azure refuses the credential, or the credential cannot be used: a wrong or expired secret, a certificate, no "
    "managed identity, or no right to read the circuit. Every circuit that uses it is not watched; the circuits "
    "themselves may be fine.";
const char *const steps_sign_in_failed[] = {
    ("Read the code in the text: AADSTS7000222 or 7000215 is an expired or wrong secret, 700027 a certificate, 700024 "
     "the clock of this host, AuthorizationFailed a missing role."),
    ("Make a new secret (az ad app credential reset --id CLIENT-ID --append) and put it into the secret file: it is "
     "read for each sign-in. Where systemd hands it over (LoadCredential) it needs a restart."),
    ("If the role is missing: az role assignment create --assignee CLIENT-ID --role Reader --scope CIRCUIT-ID (it "
     "takes minutes to spread)."),
    "Check the circuits another way until then: the portal, or az network express-route show --ids CIRCUIT-ID",
    NULL,
};

const char meaning_forbidden[] =
    "Azure refuses one kind of read that the watch can do without (403). What it would have told is unknown from now "
    "on; the rest is watched as before.";
const char *const steps_forbidden[] = {
    ("Give the credential the action that the text names, at the scope that it names, with a custom role or "
     "Monitoring Reader (it takes minutes to spread)."),
    "List what the credential has: az role assignment list --assignee CLIENT-ID --all",
    "If this read is not wanted, switch it off in the settings (poll.sessions) and reload.",
    NULL,
};

const char meaning_throttled[] =
    "Azure answers 429 and the facts have become stale because of it: the budget of reads of this credential and "
    "subscription is used up. The circuits themselves may be fine.";
const char *const steps_throttled[] = {
    "Find out who else reads with this credential or in this subscription; give erwatch a credential of its own.",
    "Poll less often (poll.every, poll.sessions_every) and reload.",
    "Check the circuits another way until then: the portal, or az network express-route show --ids CIRCUIT-ID",
    NULL,
};

const char meaning_credential_expiring[] =
    "The secret or the certificate of a credential ends soon. From that moment Azure refuses it, and every circuit "
    "that uses it is no longer watched. The end of a certificate is its own; that of a secret is what the settings "
    "say.";
const char *const steps_credential_expiring[] = {
    ("Make a new one beside the old one: az ad app credential reset --id CLIENT-ID --append, for a certificate with "
     "--cert @FILE."),
    ("Replace the file that the settings name: it is read for each sign-in. Where systemd hands it over "
     "(LoadCredential) it needs a restart."),
    "Of a secret write the new date into \"expires\" of the credential and reload: systemctl reload erwatchd",
    "Look whether it works: erwatchctl loop shows the tokens. Then take the old one away from the application.",
    NULL,
};

const char meaning_unexpected_answer[] =
    "Azure's answer cannot be believed: it is no JSON, too large, broken, about another object, or a redirect; or two "
    "witnesses of one session disagree. The answer is thrown away whole, and the last good one stays in force. Trouble "
    "of the host that watches (memory, descriptors, disk, database) is told under this rule, too.";
const char *const steps_unexpected_answer[] = {
    "Look what stands between this host and Azure: a proxy, a portal page of a firewall, TLS inspection.",
    "Look at the answer yourself: az network express-route show --ids CIRCUIT-ID",
    "Check azure.api_version: a version that this cloud does not know gives such answers.",
    "If two witnesses disagree, look at the session on your own router and trust that.",
    ("If the text speaks of this host, look at journalctl -u erwatchd -p err and the free space of the state "
     "directory, then systemctl restart erwatchd."),
    NULL,
};

const char meaning_delivery_failing[] =
    "A receiver does not take what it is told: it refuses for good, or its oldest notice has waited for 5 minutes. Who "
    "relies on that receiver hears nothing.";
const char *const steps_delivery_failing[] = {
    "Look at what waits and what the last answer was: erwatchctl loop",
    ("See whether the receiver works and is reached from this host: its own status page, name resolution, firewall and "
     "proxy."),
    ("When it says 401 or 403, or that it does not know the address: a key may have been replaced. Look at the file that "
     "the settings name, then erwatchctl reload, which also has everything tried at once."),
    "Until it works look at erwatchctl incidents: who relies on that receiver has not been told.",
    NULL,
};

const char meaning_clock_jumped[] =
    "The wall clock of the host that watches was set, the host slept, or at the start of the daemon its clock was behind "
    "what is in the database. Nothing is decided by the wall clock: the polls went on, and no finding was raised or "
    "cleared by it. Times that were written down before may be wrong.";
const char *const steps_clock_jumped[] = {
    "See whether the host keeps its time: timedatectl, chronyc tracking",
    ("If the clock was wrong, take times of entries from before with care: the text says by how much it was set, and "
     "those in Azure's activity log are right."),
    ("A host that watches should not sleep: systemctl mask sleep.target suspend.target. A virtual machine that was "
     "paused or moved looks the same."),
    NULL,
};

const char meaning_settings_rejected[] =
    "A reload was refused, because something in the settings is wrong. They are taken whole or not at all: the daemon goes "
    "on with the settings from before, and a circuit, a receiver or a route that was changed since is not in force.";
const char *const steps_settings_rejected[] = {
    "Look at everything that is wrong, with line and column: erwatchd -n",
    "Put it right, and let the daemon read it again: systemctl reload erwatchd",
    ("Until then do not restart the daemon: it does not start with settings that are wrong, and nothing would be "
     "watched."),
    NULL,
};

const char meaning_silence_ending[] =
    "A silence of more than a day ends within 24 hours, and something that it mutes is still wrong. From its end on "
    "whoever the routes name is told of that, at once.";
const char *const steps_silence_ending[] = {
    "Look what it mutes: erwatchctl silence list, erwatchctl incidents",
    "Put that right before the silence ends; when it is right, this is over, too.",
    ("Where it needs longer, make another silence that goes on: erwatchctl silence add. The old one may end, or end it: "
     "erwatchctl silence end"),
    NULL,
};

/*
 * One row for each kind of journal message that is no rule's: id, priority, and the words of its catalogue entry. Ids
 * never change.
 */
#include "core/message.h"

#include <assert.h>
#include <syslog.h>

static const struct message_info messages[] = {
    [MESSAGE_STARTED] = {
        .name = "started",
        .id = "3b1de395ec974cf4ae665cbcfd52f9fd",
        .priority = LOG_NOTICE,
        .subject = "The watch of ExpressRoute circuits has started",
        .meaning = "The daemon has read its settings, opened its database and begins to poll. Incidents that were "
                   "open before are still open and are not told again.",
        .todo = "",
    },
    [MESSAGE_STOPPED] = {
        .name = "stopped",
        .id = "40f9f5688b5940a9aba49ea2261bf817",
        .priority = LOG_NOTICE,
        .subject = "The watch of ExpressRoute circuits has stopped",
        .meaning = "The daemon ends. What is waiting for delivery is on disk and is sent after the next start. "
                   "Until then nothing is watched.",
        .todo = "If nobody stopped it on purpose: systemctl status erwatchd, then systemctl start erwatchd.",
    },
    [MESSAGE_SETTINGS_LOADED] = {
        .name = "settings-loaded",
        .id = "406be2807cad4b459ec31079dfd5d359",
        .priority = LOG_NOTICE,
        .subject = "The settings are in force",
        .meaning = "The settings were read without a fault and replace the ones before as a whole.",
        .todo = "",
    },
    [MESSAGE_SETTINGS_REJECTED] = {
        .name = "settings-rejected",
        .id = "c1dc7630bd39497ca21342a1309ff67b",
        .priority = LOG_ERR,
        .subject = "The settings were refused",
        .meaning = "The settings have faults, each named in an entry with file, line and column. Nothing of them is "
                   "in force; a running daemon goes on with the settings it has.",
        .todo = "Correct the lines, check with erwatchd -n, then systemctl reload erwatchd.",
    },
    [MESSAGE_STATE_WORD_CHANGED] = {
        .name = "state-word-changed",
        .id = "43a9454e39294d5aa0719532b8d58e19",
        .priority = LOG_NOTICE,
        .subject = "A state of circuit @ERWATCH_CIRCUIT@ changed from @ERWATCH_OLD@ to @ERWATCH_NEW@",
        .meaning = "Azure shows another state word than before for the circuit, a peering or a prefix. Every change "
                   "is noted, also when no rule cares; this is the history of the circuit in Azure's own words.",
        .todo = "",
    },
    [MESSAGE_VERDICT_CHANGED] = {
        .name = "verdict-changed",
        .id = "53ec5a494c504b18b4ec57abcf24033a",
        .priority = LOG_NOTICE,
        .subject = "Circuit @ERWATCH_CIRCUIT@ is now @ERWATCH_VERDICT@",
        .meaning = "The verdict on a circuit changed from @ERWATCH_OLD@ to @ERWATCH_NEW@. "
                   "erwatch-rules(7) says from which rules each verdict follows.",
        .todo = "Look at it: erwatchctl show, and the incidents: erwatchctl incidents.",
    },
    [MESSAGE_DELIVERY_SUCCEEDED] = {
        .name = "delivery-succeeded",
        .id = "ce065222f487425a84f7d2184f4aea6a",
        .priority = LOG_INFO,
        .subject = "A notice was delivered",
        .meaning = "A receiver has accepted a notice.",
        .todo = "",
    },
    [MESSAGE_DELIVERY_FAILED] = {
        .name = "delivery-failed",
        .id = "fc370fc687774fe0952e6acea891826a",
        .priority = LOG_WARNING,
        .subject = "A notice could not be delivered yet",
        .meaning = "A receiver did not accept a notice. It stays in the queue and is sent again with growing "
                   "pauses until it is delivered. Of one notice the first three failures are told, then every "
                   "twentieth.",
        .todo = "Look at the reason in the entry, and at the receiver; erwatchctl loop shows what waits for it.",
    },
    [MESSAGE_HOOK_OUTPUT] = {
        .name = "hook-output",
        .id = "75b6f8328992431e8a68463dc1f43be9",
        .priority = LOG_INFO,
        .subject = "A hook program wrote something",
        .meaning = "Output of a program that delivers notices, on one line and bounded.",
        .todo = "",
    },
    [MESSAGE_POLL_ASKED] = {
        .name = "poll-asked",
        .id = "d56271fb101a4e1cabaea07a11075b30",
        .priority = LOG_INFO,
        .subject = "An operator asked for a poll",
        .meaning = "Somebody asked for a poll at once. The entry says which user.",
        .todo = "",
    },
    [MESSAGE_LOCAL_TROUBLE] = {
        .name = "local-trouble",
        .id = "6051c24e464c4b35ad876a8cde13d2bc",
        .priority = LOG_CRIT,
        .subject = "This host keeps the watch from working",
        .meaning = "Memory, file descriptors, the disk or the database fail on this host. Azure and the circuits "
                   "may be fine, but what is seen may not be stored or told.",
        .todo = "Look at the reason in the entry: free space on the state directory, limits of the service, the "
                "host's own log. Then systemctl restart erwatchd.",
    },
    [MESSAGE_JOURNAL_LOST] = {
        .name = "journal-lost",
        .id = "deefdfc40e7642b4b039249ceac1a30b",
        .priority = LOG_WARNING,
        .subject = "Entries of the journal were lost",
        .meaning = "journald took entries too slowly, and the bounded queue was full. Notices and incidents are not "
                   "touched by this; only entries are missing.",
        .todo = "Look what stops journald: systemctl status systemd-journald, and the free space of its disk.",
    },
    [MESSAGE_CIRCUIT_APPEARED] = {
        .name = "circuit-appeared",
        .id = "97eff1f4ec3e66f518cd858d4e7c865a",
        .priority = LOG_NOTICE,
        .subject = "Circuit @ERWATCH_CIRCUIT@ has appeared in Azure",
        .meaning = "A circuit was found in a subscription that the settings name under discover, and is watched from "
                   "now on; or one that had disappeared is there again.",
        .todo = "Say what is expected of it: erwatchctl discover --all prints an entry for circuits.d.",
    },
    [MESSAGE_CIRCUIT_DISAPPEARED] = {
        .name = "circuit-disappeared",
        .id = "4cf73bf2c7eeb07b2c0802edfe19c56c",
        .priority = LOG_WARNING,
        .subject = "Circuit @ERWATCH_CIRCUIT@ has disappeared from Azure",
        .meaning = "A circuit that was discovered does not exist any more: Azure has said so three times in a row. It "
                   "stays watched for the time of discover[].keep, and rule 10 (circuit-missing) is raised.",
        .todo = "If it was deleted on purpose: name it under discover[].exclude, then systemctl reload erwatchd. If "
                "not: the activity log of its resource group says who did it.",
    },
    [MESSAGE_CIRCUIT_FORGOTTEN] = {
        .name = "circuit-forgotten",
        .id = "660f2c95df519e7c443ec77791ee89e5",
        .priority = LOG_NOTICE,
        .subject = "Circuit @ERWATCH_CIRCUIT@ is not watched any more",
        .meaning = "A circuit that was discovered has left the watch: the settings leave it out, or it has been gone "
                   "from Azure for the time of discover[].keep. Its findings are cleared.",
        .todo = "",
    },
    [MESSAGE_DISCOVERY_FAILED] = {
        .name = "discovery-failed",
        .id = "a06366e1f3cf92572e12dbbe8ef78585",
        .priority = LOG_WARNING,
        .subject = "Circuits of a subscription cannot be discovered, or not all",
        .meaning = "The list of a subscription that the settings name under discover could not be read, or it holds "
                   "more circuits than discover[].most. What is watched already stays watched; new circuits may be "
                   "missed.",
        .todo = "Look at the reason in the entry; erwatchctl loop shows how it stands. After a 403 give the "
                "credential the role Reader on the subscription, or list the circuits one by one.",
    },
    [MESSAGE_SILENCE_MADE] = {
        .name = "silence-made",
        .id = "f5de414ec56aab1ae91f93d3a000b00a",
        .priority = LOG_NOTICE,
        .subject = "An operator has made a silence",
        .meaning = "Notices of the incidents that the silence matches are withheld until it ends. They are recorded and "
                   "shown as before. The entry says who made it, for how long and why.",
        .todo = "What it mutes: erwatchctl silence list. To end it: erwatchctl silence end and its number.",
    },
    [MESSAGE_SILENCE_ENDED] = {
        .name = "silence-ended",
        .id = "0ef0c87c735b706229e35d838a15511e",
        .priority = LOG_NOTICE,
        .subject = "A silence is over",
        .meaning = "It has reached its end, or an operator has ended it. What it has muted and what is still wrong is "
                   "told at once.",
        .todo = "",
    },
    [MESSAGE_CLOCK_UNSYNCHRONISED] = {
        .name = "clock-unsynchronised",
        .id = "31b24298f3cb1cef0e32ceb3a80bf7d3",
        .priority = LOG_WARNING,
        .subject = "The clock of this host is not synchronised, and maintenance windows do not hold",
        .meaning = "Maintenance windows of the settings go by the clock of this host alone. The kernel says that nothing "
                   "keeps it right, so nothing is muted: a page too many is better than one that nobody gets.",
        .todo = "Look at it: timedatectl, and the service that should synchronise it (chrony, systemd-timesyncd). Where "
                "something else keeps the clock right, such as a hypervisor: alerts.clock: trust in the settings.",
    },
};
static_assert(sizeof messages / sizeof *messages == MESSAGES, "a row for each message");

const struct message_info *message_find(enum message message)
{
    assert(message < MESSAGES);
    return &messages[message];
}

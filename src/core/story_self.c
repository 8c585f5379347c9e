/* Stories of rules 90 to 95: the monitoring itself. They never say that the circuit is down. */
#include "core/telling.h"

#include "core/span.h"

#include <stdio.h>
#include <string.h>

static void failure_facts(struct telling *telling, const struct failure *failure)
{
    const char *source = failure->kind == TROUBLE_SIGN_IN ? "login" : failure->kind == TROUBLE_LOCAL ? "host" : "arm";

    tell_fact(telling, "last failure", MONO_NEVER, source, "%s: %.159s", trouble_name((enum trouble)failure->kind),
              failure->what);
    if (failure->http_status != 0)
        tell_fact(telling, "HTTP status", MONO_NEVER, source, "%d", failure->http_status);
    if (failure->code[0] != '\0')
        tell_fact(telling, "code", MONO_NEVER, source, "%.63s", failure->code);
    if (failure->action[0] != '\0')
        tell_fact(telling, "action", MONO_NEVER, source, "%.95s", failure->action);
    if (failure->scope[0] != '\0')
        tell_fact(telling, "scope", MONO_NEVER, source, "%.159s", failure->scope);
    tell_ids(telling, failure, source);
}

void tell_self_facts(struct telling *telling)
{
    const struct facts *facts = telling->facts;

    if (telling->failure != NULL)
        failure_facts(telling, telling->failure);
    if (facts->policy != NULL) {
        char age[SPAN_TEXT_MAX];
        tell_fact(telling, "poll.stale", MONO_NEVER, "settings", "%s", span_format(facts->policy->stale_ms, age));
    }
    if (facts->circuit == NULL || *telling->subject_name != '\0')
        return;
    telling->failure = NULL; /* its ids are told above */
    if (telling->opinion->subject.peering < PEERINGS)
        tell_session_facts(telling);
    else
        tell_circuit_facts(telling);
}

static void say_failure(struct telling *telling)
{
    const struct failure *failure = telling->failure;

    if (failure == NULL || failure->what[0] == '\0')
        return;
    tell_say(telling, " The last failure: %.159s", failure->what);
    if (failure->http_status != 0 || failure->code[0] != '\0') {
        tell_say(telling, " (");
        if (failure->http_status != 0)
            tell_say(telling, "HTTP %d%s", failure->http_status, failure->code[0] != '\0' ? ", " : "");
        tell_say(telling, "%.63s)", failure->code);
    }
    tell_say(telling, ".");
}

static void say_right(struct telling *telling)
{
    const struct failure *failure = telling->failure;

    if (failure == NULL || failure->action[0] == '\0')
        return;
    tell_say(telling, " Refused is the action %.95s", failure->action);
    if (failure->scope[0] != '\0')
        tell_say(telling, " at the scope %.159s", failure->scope);
    tell_say(telling, ".");
}

/* The verdict at the time of the last answer, from what was bad then. */
static const char *last_verdict(const struct facts *facts)
{
    struct facts then = *facts;
    struct opinions opinions;
    struct raised raised[OPINIONS_MAX];
    size_t count = 0;

    then.now.mono = facts->look.sample_seen;
    then.look.missing = then.look.forbidden = then.look.unexpected = 0;
    then.blind_by = RULE_NONE;
    judge_circuit(&then, &opinions);
    for (size_t i = 0; i < opinions.count; i++) {
        const struct opinion *at = &opinions.item[i];
        if (at->standing == STANDING_BAD)
            raised[count++] = (struct raised){ at->rule, at->severity, at->variant, at->subject };
    }
    return verdict_name(verdict_circuit(&then, raised, count));
}

/* What was known last, and how old it is. */
static void say_last_known(struct telling *telling)
{
    const struct facts *facts = telling->facts;
    const struct sample *sample = facts->sample;
    char circuit[SHOWN_MAX], provider[SHOWN_MAX], seen[SHOWN_MAX];

    if (*telling->subject_name != '\0')
        return;
    if (sample == NULL || !facts->look.has_sample || facts->witness == NULL) {
        tell_say(telling, " The circuit has not been seen since the watch began.");
        return;
    }
    tell_say(telling, " It was last seen at %s, and was %s then: circuit %s",
             shown_seen(seen, telling, facts->look.sample_seen), last_verdict(facts),
             shown_word(circuit, sample, sample->circuit, WORDS_CIRCUIT));
    if (!sample->direct)
        tell_say(telling, ", provider %s", shown_word(provider, sample, sample->provider, WORDS_PROVIDER));
    tell_say(telling, ", %u peering%s.", (unsigned)sample->peering_count, sample->peering_count == 1 ? "" : "s");
}

static void blind_peering(struct telling *telling)
{
    char where[SHOWN_MAX], age[SPAN_TEXT_MAX];
    const struct policy *policy = telling->facts->policy;

    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "blind: nothing is known of the sessions of the %s", where);
    tell_say(telling, "Neither the metrics nor the route summary have said anything about the sessions of the %s for "
                      "longer than %s. They may be up; their loss would not be noticed.",
             where, policy != NULL ? span_format(policy->stale_ms, age) : "poll.stale");
}

void tell_blind(struct telling *telling)
{
    char age[SPAN_TEXT_MAX];
    const struct facts *facts = telling->facts;

    if (telling->opinion->subject.peering < PEERINGS) {
        blind_peering(telling);
    } else if (telling->opinion->variant == VARIANT_NOTHING_FOUND) {
        tell_summary(telling, "blind: no list of circuits has come, and nothing is watched with this credential");
        tell_say(telling, "Circuits are looked for with this credential, none has been found yet, and the lists of its "
                          "subscriptions cannot be read. Nothing is known of any circuit that may be there.");
    } else if (*telling->subject_name != '\0') {
        tell_summary(telling, "blind: more than half of the circuits of this credential are not seen");
        tell_say(telling, "More than half of the circuits that are read with this credential give no fresh answer. "
                          "The circuits themselves may be fine.");
    } else {
        tell_summary(telling, "blind for %s: no fresh answer; the circuit itself may be fine",
                     span_format(mono_between(facts->look.sample_seen, facts->now.mono), age));
        tell_say(telling, "There has been no answer that can be believed for %s. Nothing is known about the circuit "
                          "now; the circuit itself may be fine.", age);
    }
    say_failure(telling);
    say_last_known(telling);
    tell_rule_steps(telling);
}

void tell_sign_in_failed(struct telling *telling)
{
    const struct failure *failure = telling->failure;
    bool forbidden = failure != NULL && failure->kind == TROUBLE_FORBIDDEN;

    if (forbidden)
        tell_summary(telling, "no right to read%s", failure->code[0] != '\0' ? " (403)" : "");
    else
        tell_summary(telling, "sign-in failed%s%.63s", failure != NULL && failure->code[0] != '\0' ? ": " : "",
                     failure != NULL ? failure->code : "");
    tell_say(telling, forbidden ? "Azure refuses to let this credential read what it should watch. Nothing that needs "
                                  "it is watched; the circuit itself may be fine."
                                : "Azure does not accept this credential, or it cannot be used. Nothing that needs it "
                                  "is watched; the circuits themselves may be fine.");
    say_failure(telling);
    say_right(telling);
    say_last_known(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_forbidden(struct telling *telling)
{
    uint8_t feature = telling->opinion->subject.feature;
    const char *name = feature < FEATURES && feature != FEATURE_NONE ? feature_name((enum feature)feature) : "one read";

    tell_summary(telling, "not allowed to read: %s; the circuit itself may be fine", name);
    tell_say(telling, "Azure refuses this credential one kind of read (%s). What it would tell is unknown from now "
                      "on; the rest is watched as before, and the circuit itself may be fine.", name);
    say_failure(telling);
    say_right(telling);
    tell_as_of(telling);
    if (telling->failure == NULL || telling->failure->action[0] == '\0') {
        tell_rule_steps(telling);
        return;
    }
    tell_step(telling, "Give the credential the action %.95s%s%.159s (it takes minutes to spread).",
              telling->failure->action, telling->failure->scope[0] != '\0' ? " at " : "", telling->failure->scope);
    for (const char *const *step = telling->rule->steps + 1; *step != NULL; step++)
        tell_rule_step(telling, *step);
}

void tell_throttled(struct telling *telling)
{
    const struct failure *failure = telling->failure;
    char pause[SPAN_TEXT_MAX];

    tell_summary(telling, "throttled by Azure (429); facts are stale, the circuits themselves may be fine");
    tell_say(telling, "Azure answers 429 Too Many Requests, and because of it the facts have become stale. Nothing "
                      "new is known; the circuits themselves may be fine.");
    if (failure != NULL && failure->retry_after_ms > 0)
        tell_say(telling, " Azure asks to wait %s.", span_format(failure->retry_after_ms, pause));
    say_failure(telling);
    say_last_known(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* ---- 94 ---- */

static const char *ending_word(const struct expiry *expiry)
{
    return expiry->of == EXPIRY_CERTIFICATE ? "certificate" : "secret";
}

void tell_expiry_facts(struct telling *telling)
{
    const struct expiry *expiry = &telling->facts->expiry;
    char when[WHEN_TEXT_MAX];

    if (expiry->of == EXPIRY_SECRET || expiry->of == EXPIRY_CERTIFICATE)
        tell_fact(telling, "ends", MONO_NEVER, expiry->of == EXPIRY_CERTIFICATE ? "host" : "settings", "%s",
                  when_format(expiry->wall_ms, when));
}

void tell_credential_expiring(struct telling *telling)
{
    const struct expiry *expiry = &telling->facts->expiry;
    int64_t left = mono_between(telling->facts->now.mono, expiry->at);
    char when[WHEN_TEXT_MAX], span[SPAN_TEXT_MAX];
    const char *what = ending_word(expiry);

    when_format(expiry->wall_ms, when);
    if (left > 0)
        tell_summary(telling, "the %s ends in %s", what, span_format(left, span));
    else
        tell_summary(telling, "the %s has ended", what);
    if (left > 0)
        tell_say(telling, "The %s of this credential ends on %s. From then on Azure refuses it, and every circuit that "
                          "uses it is no longer watched.", what, when);
    else
        tell_say(telling, "The %s of this credential ended on %s. Azure refuses it, or will at the next sign-in, and "
                          "every circuit that uses it is no longer watched.", what, when);
    if (expiry->of == EXPIRY_SECRET)
        tell_say(telling, " The date is that of the settings: when the secret has been renewed, it is to be corrected "
                          "there.");
    tell_rule_steps(telling);
}

static void witnesses_disagree(struct telling *telling)
{
    char where[SHOWN_MAX];

    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "the witnesses of a session disagree: %s", where);
    tell_say(telling, "The availability metric says that the session is up, the route summary of Microsoft's edge "
                      "says that it is down (%s). The session counts as up meanwhile. Look at your own router.", where);
}

/* Trouble of our own machine: told under this rule, too (there is no circuit it belongs to). */
static void local_trouble(struct telling *telling)
{
    const struct failure *failure = telling->failure;

    tell_summary(telling, "this host keeps the watch from working; the circuits may be fine");
    tell_say(telling, "Something on the host that watches fails (memory, descriptors, disk, database), so that what "
                      "is seen may not be stored or told. Azure and the circuits may be fine.");
    if (failure != NULL && failure->what[0] != '\0')
        tell_say(telling, " The last failure: %.159s.", failure->what);
    tell_as_of(telling);
    tell_step(telling, "Look at the daemon's own log: journalctl -u erwatchd -p err --since -1h");
    tell_step(telling, "Check the free space of its state directory (df), and its limits: systemctl show erwatchd -p "
                       "LimitNOFILE -p MemoryMax");
    tell_step(telling, "Then start it again: systemctl restart erwatchd");
}

/* A list, a witness: what it would have told is unknown, the circuit is watched all the same. */
static void odd_feature(struct telling *telling)
{
    const char *name = feature_name((enum feature)telling->opinion->subject.feature);

    tell_summary(telling, "Azure's answer cannot be believed: %s; the circuit itself may be fine", name);
    tell_say(telling, "Azure answered one kind of read (%s), but the answer cannot be believed and was thrown away "
                      "whole. What it would tell is unknown; the rest is watched as before, and the circuit itself may "
                      "be fine.", name);
    say_failure(telling);
}

static void odd_circuit_answer(struct telling *telling)
{
    unsigned polls = (unsigned)telling->facts->look.unexpected;

    tell_summary(telling, "Azure's answer cannot be believed; the circuit itself may be fine");
    tell_say(telling, "Azure answered, but the answer cannot be believed and was thrown away whole");
    if (polls > 1)
        tell_say(telling, ", %u times in a row", polls);
    tell_say(telling, ". The circuit itself may be fine.");
    say_failure(telling);
    say_last_known(telling);
}

void tell_unexpected_answer(struct telling *telling)
{
    uint8_t feature = telling->opinion->subject.feature;

    if (*telling->subject_name != '\0') {
        local_trouble(telling);
        return;
    }
    if (telling->opinion->variant == VARIANT_DISAGREE)
        witnesses_disagree(telling);
    else if (feature != FEATURE_NONE && feature < FEATURES)
        odd_feature(telling);
    else
        odd_circuit_answer(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* What the daemon itself does, as JSON: loop, queues, requests, tokens, the next polls; and the answer to a reload. */
#include "web/entry.h"
#include "web/put.h"
#include "web/view.h"

json_t *entry_document(const char *schema, struct moment now)
{
    json_t *document = put_object_new();

    put_value(document, "schema", json_sprintf("erwatch.%s/1", schema));
    put_time(document, "time", now.wall_ms);
    return document;
}

static json_t *discoveries(const struct daemon_view *daemon, struct moment now)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < daemon->discovery_count; i++) {
        const struct discovery_view *discovery = &daemon->discoveries[i];
        json_t *entry = put_object_new();
        put_text(entry, "subscription", discovery->subscription);
        put_text(entry, "credential", discovery->credential);
        put_number(entry, "circuits", (int64_t)discovery->circuits);
        put_number(entry, "beyond", (int64_t)discovery->beyond);
        put_since(entry, "listed", discovery->listed_wall_ms, now.wall_ms);
        put_known(entry, "trouble", discovery->trouble);
        put_item(list, entry);
    }
    return list;
}

static json_t *heartbeat(const struct daemon_view *daemon, struct moment now)
{
    if (!daemon->has_heartbeat)
        return json_null();
    json_t *entry = put_object_new();

    put_text(entry, "to", daemon->heartbeat.to);
    put_since(entry, "sent", daemon->heartbeat.sent_wall_ms, now.wall_ms);
    put_text(entry, "trouble", daemon->heartbeat.trouble);
    return entry;
}

json_t *entry_daemon(const struct daemon_view *daemon, struct moment now)
{
    json_t *entry = put_object_new();

    put_text(entry, "version", daemon->version);
    put_text(entry, "host", daemon->host);
    put_seconds(entry, "uptime", daemon->uptime_ms);
    put_text(entry, "settings", daemon->settings_file);
    put_since(entry, "settings_since", daemon->settings_wall_ms, now.wall_ms);
    put_text(entry, "settings_trouble", daemon->settings_trouble);
    put_text(entry, "clock_trouble", daemon->clock_trouble);
    put_value(entry, "heartbeat", heartbeat(daemon, now));
    put_value(entry, "discovery", discoveries(daemon, now));
    put_number(entry, "silences", (int64_t)daemon->silences);
    put_time(entry, "silences_end", daemon->silences_end_wall_ms);
    put_seconds(entry, "silences_end_in",
                daemon->silences_end_wall_ms > 0 ? daemon->silences_end_wall_ms - now.wall_ms : -1);
    put_number(entry, "windows", (int64_t)daemon->windows);
    return entry;
}

static json_t *figures(const struct loop_view *loop)
{
    json_t *entry = put_object_new();

    put_number(entry, "turns", (int64_t)loop->turns);
    put_number(entry, "timers", loop->timers);
    put_value(entry, "longest_turn_ms", json_real((double)loop->longest_us / 1000));
    put_value(entry, "turns_below_ms", json_real((double)loop->below_us / 1000));
    put_value(entry, "latest_timer_ms", json_real((double)loop->late_us / 1000));
    return entry;
}

static json_t *journal(const struct loop_view *loop)
{
    json_t *entry = put_object_new();

    put_number(entry, "written", (int64_t)loop->journal_written);
    put_number(entry, "waiting", (int64_t)loop->journal_waiting);
    put_number(entry, "lost", (int64_t)loop->journal_lost);
    return entry;
}

static json_t *digest(const struct queue_view *queue, struct moment now)
{
    if (queue->digest_to == NULL)
        return json_null();
    json_t *entry = put_object_new();

    put_text(entry, "to", queue->digest_to);
    put_number(entry, "incidents", (int64_t)queue->digest_lines);
    put_time(entry, "next", queue->digest_wall_ms);
    put_seconds(entry, "next_in", queue->digest_wall_ms - now.wall_ms);
    return entry;
}

json_t *entry_deliveries(const struct daemon_view *daemon, struct moment now)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < daemon->queue_count; i++) {
        json_t *entry = put_object_new();
        put_text(entry, "receiver", daemon->queues[i].receiver);
        put_number(entry, "waiting", (int64_t)daemon->queues[i].waiting);
        put_seconds(entry, "oldest", daemon->queues[i].oldest_ms);
        put_text(entry, "trouble", daemon->queues[i].trouble);
        put_value(entry, "digest", digest(&daemon->queues[i], now));
        put_item(list, entry);
    }
    return list;
}

static json_t *queues(const struct loop_view *loop, struct moment now)
{
    json_t *entry = put_object_new(), *store = put_object_new();

    put_number(store, "waiting", (int64_t)loop->store_waiting);
    put_value(entry, "journal", journal(loop));
    put_value(entry, "store", store);
    put_value(entry, "deliveries", entry_deliveries(&loop->daemon, now));
    return entry;
}

static json_t *questions(const struct requests_view *of)
{
    json_t *entry = put_object_new();

    put_number(entry, "asked", (int64_t)of->questions);
    put_number(entry, "last_cycle", (int64_t)of->questions_last);
    put_number(entry, "cycle_before", (int64_t)of->questions_before);
    return entry;
}

static json_t *requests(const struct loop_view *loop)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < loop->request_count; i++) {
        json_t *entry = put_object_new();
        put_text(entry, "kind", loop->requests[i].kind);
        put_number(entry, "sent", (int64_t)loop->requests[i].sent);
        put_number(entry, "answered", (int64_t)loop->requests[i].answered);
        put_number(entry, "failed", (int64_t)loop->requests[i].failed);
        put_number(entry, "last_cycle", (int64_t)loop->requests[i].sent_last);
        put_number(entry, "cycle_before", (int64_t)loop->requests[i].sent_before);
        put_value(entry, "questions", questions(&loop->requests[i]));
        put_item(list, entry);
    }
    return list;
}

static json_t *budgets(const struct loop_view *loop)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < loop->budget_count; i++) {
        json_t *entry = put_object_new();
        put_text(entry, "credential", loop->budgets[i].credential);
        put_text(entry, "subscription", loop->budgets[i].subscription);
        put_text(entry, "of", loop->budgets[i].kind);
        put_number(entry, "left", loop->budgets[i].left);
        put_number(entry, "capacity", loop->budgets[i].capacity);
        put_number(entry, "per_second", loop->budgets[i].per_second);
        put_seconds(entry, "paused_for", loop->budgets[i].paused_ms);
        put_item(list, entry);
    }
    return list;
}

static json_t *tokens(const struct loop_view *loop)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < loop->token_count; i++) {
        json_t *entry = put_object_new();
        put_text(entry, "credential", loop->tokens[i].credential);
        put_text(entry, "for", loop->tokens[i].audience);
        put_seconds(entry, "expires_in", loop->tokens[i].expires_ms);
        put_text(entry, "trouble", loop->tokens[i].trouble);
        put_time(entry, "ends", loop->tokens[i].ends_wall_ms);
        put_item(list, entry);
    }
    return list;
}

static json_t *polls(const struct loop_view *loop)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < loop->poll_count; i++) {
        json_t *entry = put_object_new();
        put_text(entry, "circuit", loop->polls[i].circuit);
        put_seconds(entry, "in", loop->polls[i].in_ms);
        put_item(list, entry);
    }
    return list;
}

char *view_loop(const struct loop_view *loop, struct moment now)
{
    json_t *document = entry_document("loop", now);

    put_value(document, "daemon", entry_daemon(&loop->daemon, now));
    put_number(document, "circuits", (int64_t)loop->circuits);
    put_value(document, "loop", figures(loop));
    put_value(document, "queues", queues(loop, now));
    put_value(document, "requests", requests(loop));
    put_value(document, "budgets", budgets(loop));
    put_value(document, "tokens", tokens(loop));
    put_value(document, "polls", polls(loop));
    return put_end(document);
}

char *view_reload(const struct reload_view *reload)
{
    json_t *document = put_object_new(), *warnings = put_array_new();

    put_text(document, "schema", "erwatch.reload/1");
    put_text(document, "settings", reload->file);
    put_number(document, "circuits", (int64_t)reload->circuits);
    put_number(document, "added", (int64_t)reload->added);
    put_number(document, "removed", (int64_t)reload->removed);
    put_number(document, "changed", (int64_t)reload->changed);
    for (size_t i = 0; i < reload->warning_count; i++)
        put_item(warnings, put_string(reload->warnings[i]));
    put_value(document, "warnings", warnings);
    return put_end(document);
}

char *view_test(const struct test_view *test, struct moment now)
{
    json_t *document = entry_document("test", now);

    put_text(document, "receiver", test->receiver);
    put_text(document, "notice", test->notice);
    put_bool(document, "taken", test->trouble == NULL);
    put_seconds(document, "took", test->took_ms);
    put_text(document, "answer", test->answer);
    put_text(document, "trouble", test->trouble);
    return put_end(document);
}

/* What the tests of the store share: a directory that goes away again, and rows with every field filled in. */
#include "store_bed.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bed_make(struct bed *bed)
{
    const char *base = getenv("TMPDIR");

    snprintf(bed->directory, sizeof bed->directory, "%s/erwatch-store-XXXXXX", base != NULL ? base : "/tmp");
    cr_assert_not_null(mkdtemp(bed->directory));
}

const char *bed_path(const struct bed *bed, const char *name, char path[PATH_MAX])
{
    cr_assert_lt(snprintf(path, PATH_MAX, "%s/%s", bed->directory, name), PATH_MAX);
    return path;
}

void bed_remove(struct bed *bed)
{
    char path[PATH_MAX];
    DIR *directory = opendir(bed->directory);

    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlink(bed_path(bed, entry->d_name, path)) != 0)
            (void)rmdir(path);
    closedir(directory);
    cr_expect_eq(rmdir(bed->directory), 0);
}

size_t bed_count(const struct bed *bed, const char *beginning)
{
    DIR *directory = opendir(bed->directory);
    size_t count = 0;

    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strncmp(entry->d_name, beginning, strlen(beginning)) == 0;
    closedir(directory);
    return count;
}

struct store *bed_open(const struct bed *bed, enum store_result expected)
{
    struct store *store = NULL;
    char why[STORE_WHY_MAX] = "";
    enum store_result result = store_open(bed->directory, BED_NOW, &store, why);

    cr_assert_eq(result, expected, "result %d: %s", (int)result, why);
    cr_assert_eq(why[0] == '\0', result == STORE_OK, "a sentence comes with trouble only: %s", why);
    cr_assert_eq(store != NULL, result == STORE_OK || result == STORE_DAMAGED);
    return store;
}

void bed_apply(struct store *store, struct batch *batch)
{
    char why[STORE_WHY_MAX] = "";

    cr_assert_eq(store_apply(store, batch, why), STORE_OK, "%s", why);
    batch_free(batch);
}

struct stored_incident bed_incident(uint64_t key)
{
    return (struct stored_incident){
        .incident = { .key = key, .episode = 4, .sequence = 7, .state = INCIDENT_CLEARING, .rule = RULE_REDUNDANCY_LOST,
                      .subject = { PEERING_MICROSOFT, PATH_SECONDARY, FAMILY_IPV6, FEATURE_ARP, 0xfedcba9876543210 },
                      .severity = SEVERITY_WARNING, .owner = OWNER_PROVIDER, .variant = VARIANT_UNSTEADY,
                      .hold = HOLD_LONG,
                      .suppressed_by = RULE_SESSIONS_DOWN,
                      .suppressed_subject = { PEERING_PUBLIC, PATH_NONE, FAMILIES, FEATURE_LIST, 0x0123456789abcdef },
                      .suppressed_scope = SCOPE_SUBSCRIPTION, .item = "it's a \"hub\"", .count = 4000000000U,
                      .since_wall_ms = BED_NOW - 1, .count_wall_ms = BED_NOW - 2,
                      .raised_wall_ms = BED_NOW - 3, .cleared_wall_ms = -4,
                      .told = 5, .told_as = SEVERITY_CRITICAL, .withheld = WITHHELD_FLAPPING | WITHHELD_SILENCED, .owed = true,
                      .told_wall_ms = BED_NOW - 5, .reminders = 4000000001U, .paged_wall_ms = BED_NOW - 6, .escalated = true, .ack = { "o'brien", "CHG-1 \"x\"", BED_NOW - 10, BED_NOW + 11, .sticky = true }, .flapping = true, .flap_count = 32, .flap_bits = 4000000002U,
                      .flap_wall_ms = BED_NOW - 7, .opened_wall_ms = { BED_NOW - 8, BED_NOW - 9 },
                      .stage = 3000000000U, .event = UINT64_C(0xfedcba9876543211) },
        .item = "it's a \"hub\"", .ack_who = "o'brien", .ack_why = "CHG-1 \"x\"", .scope = "/subscriptions/0/x/lon-1",
        .summary = "London 1: it's \"down\"; DROP TABLE incident --",
        .notice = "{\"schema\":\"erwatch.notice/1\"}",
    };
}

struct stored_delivery bed_delivery(int64_t id)
{
    return (struct stored_delivery){
        .id = id, .receiver = "pager \xf0\x9f\x93\x9f", .notice_id = "0123456789abcdef-4-7", .key = 0xfedcba9876543210,
        .episode = 4, .sequence = 7, .event = RULE_EVENTS, .severity = SEVERITY_CRITICAL, .body = "{\"a\":\"\\n\"}\n",
        .created_wall_ms = BED_NOW, .attempts = 3, .attempted_wall_ms = BED_NOW + 5, .state = DELIVERY_WAITING,
        .body_size = 4000000003U,
        .minimal = true, .place = 0xfedcba9876543212,
    };
}

struct stored_memory bed_memory(const char *circuit)
{
    return (struct stored_memory){
        .circuit = circuit,
        .memory = { .seen = true, .provisioned = false, .provider_owns = true, .first_wall_ms = BED_NOW - 9,
                    .left_wall_ms = BED_NOW - 8, .odd_bandwidth = 4000000001U, .odd_expected = 4000000002U },
        .words = "Enabled Provisioned Succeeded",
    };
}

struct stored_history bed_line(int64_t wall_ms, const char *scope, const char *text)
{
    return (struct stored_history){
        .wall_ms = wall_ms, .kind = "word", .scope = scope, .subject = SUBJECT_CIRCUIT, .lasted_ms = -1, .text = text
    };
}

bool bed_lines(struct store *store, const char *scope, void (*each)(void *, const struct stored_history *),
               void *context)
{
    struct history_query query = { .scope = scope,
                                   .since_wall_ms = INT64_MIN,
                                   .before_wall_ms = INT64_MAX,
                                   .before_id = INT64_MAX,
                                   .limit = 99 };

    return store_each_history(store, &query, each, context);
}

void bed_prune(struct store *store, int64_t from_wall_ms)
{
    struct store_bounds bounds = { from_wall_ms, from_wall_ms, UINT32_MAX };
    char why[STORE_WHY_MAX] = "";
    bool more = true;

    cr_assert_eq(store_prune(store, &bounds, &more, why), STORE_OK, "%s", why);
    cr_assert(!more);
}

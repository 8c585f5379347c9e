/* Requests to ARM: which URL answers which question. The token is added by whoever sends them. */
#include "azure/ask.h"
#include "azure/arm.h"
#include "azure/text.h"

#include <stdlib.h>
#include <string.h>

/* Room for the fixed part of any URL here, and for each foreign byte percent-encoded. */
#define FIXED_ROOM 512
#define room_for(text) (strlen(text) * 3)

#define TEXT_OF(number) TEXT_OF_IT(number)
#define TEXT_OF_IT(number) #number

/* What an ARM id may hold unencoded: its slashes, and the parentheses of group names. */
#define ID_KEEP "/()"

static void finish(struct azure_request *out, const char *method, struct line *url, size_t limit)
{
    *out = (struct azure_request){ .method = method, .url = url->text, .accept = "application/json", .bearer = true,
                                   .limit = limit };
}

static void add_version(struct line *url, const char *api_version)
{
    line_add(url, "?api-version=");
    line_add_encoded(url, api_version, strlen(api_version), "");
}

void arm_ask_at(struct azure_request *out, const char *management, const char *id, const char *suffix,
                const char *api_version, size_t limit)
{
    struct line url;

    line_init(&url, FIXED_ROOM + strlen(management) + room_for(id) + strlen(suffix) + room_for(api_version));
    line_add(&url, management);
    line_add_encoded(&url, id, strlen(id), ID_KEEP);
    line_add(&url, suffix);
    add_version(&url, api_version);
    finish(out, "GET", &url, limit);
}

void arm_ask_group(struct azure_request *out, const char *management, const char *subscription, const char *group,
                   const char *suffix, const char *api_version, size_t limit)
{
    struct line url;

    line_init(&url, FIXED_ROOM + strlen(management) + room_for(subscription) + room_for(group) + strlen(suffix) +
                        room_for(api_version));
    line_add(&url, management);
    line_add(&url, "/subscriptions/");
    line_add_encoded(&url, subscription, strlen(subscription), "");
    line_add(&url, "/resourceGroups/");
    line_add_encoded(&url, group, strlen(group), "()");
    line_add(&url, suffix);
    add_version(&url, api_version);
    finish(out, "GET", &url, limit);
}

void arm_ask_circuit(struct azure_request *out, const char *management, const char *id, const char *api_version)
{
    arm_ask_at(out, management, id, "", api_version, ARM_CIRCUIT_MAX);
}

void arm_ask_list(struct azure_request *out, const char *management, const char *subscription, const char *api_version)
{
    struct line url;

    line_init(&url, FIXED_ROOM + strlen(management) + room_for(subscription) + room_for(api_version));
    line_add(&url, management);
    line_add(&url, "/subscriptions/");
    line_add_encoded(&url, subscription, strlen(subscription), "");
    line_add(&url, "/providers/Microsoft.Network/expressRouteCircuits");
    add_version(&url, api_version);
    finish(out, "GET", &url, ARM_LIST_MAX);
}

bool arm_ask_url(struct azure_request *out, const char *management, const char *url, size_t limit, struct failure *why)
{
    struct line copy;

    if (!azure_same_origin(management, url)) {
        const char *words = "a URL in the answer does not lead to azure.management, so the token does not go there";
        *why = (struct failure){ .kind = TROUBLE_UNEXPECTED, .retry_after_ms = -1 };
        text_copy(why->what, sizeof why->what, words, strlen(words));
        return false;
    }
    line_init(&copy, strlen(url));
    line_add(&copy, url);
    finish(out, "GET", &copy, limit);
    return true;
}

/* FNV-1a: two links of one list with the same sum would be an accident of one in 10^15. */
static uint64_t sum_of(const char *text)
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return sum;
}

static bool refuse_page(struct failure *why, const char *words)
{
    *why = (struct failure){ .kind = TROUBLE_UNEXPECTED, .retry_after_ms = -1 };
    text_copy(why->what, sizeof why->what, words, strlen(words));
    return false;
}

bool arm_pages_note(struct arm_pages *pages, const char *link, struct failure *why)
{
    uint64_t sum = sum_of(link);

    if (pages->count >= ARM_PAGES_MAX - 1)
        return refuse_page(why, "the list did not end after " TEXT_OF(ARM_PAGES_MAX) " pages");
    for (unsigned i = 0; i < pages->count; i++)
        if (pages->followed[i] == sum)
            return refuse_page(why, "a page of the list leads back to one that was there before");
    pages->followed[pages->count++] = sum;
    return true;
}

bool arm_ask_page(struct azure_request *out, struct arm_pages *pages, const char *management, const char *url,
                  size_t limit, struct failure *why)
{
    return arm_pages_note(pages, url, why) && arm_ask_url(out, management, url, limit, why);
}

static void ask_device(struct azure_request *out, const char *management, const char *id, const char *table,
                       enum peering_kind peering, enum path path, const char *api_version)
{
    struct line url, body;

    line_init(&url, FIXED_ROOM + strlen(management) + room_for(id) + room_for(api_version));
    line_init(&body, 0);
    line_add(&url, management);
    line_add_encoded(&url, id, strlen(id), ID_KEEP);
    line_add(&url, "/peerings/");
    line_add(&url, peering_arm_name(peering));
    line_add(&url, table);
    line_add(&url, path_name(path));
    add_version(&url, api_version);
    finish(out, "POST", &url, ARM_SMALL_MAX);
    out->body = body.text;
}

void arm_ask_routes(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                    enum path path, const char *api_version)
{
    ask_device(out, management, id, "/routeTablesSummary/", peering, path, api_version);
}

void arm_ask_arp(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                 enum path path, const char *api_version)
{
    ask_device(out, management, id, "/arpTables/", peering, path, api_version);
}

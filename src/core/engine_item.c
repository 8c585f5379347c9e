/* What people call one of several connections, links, maintenances: kept with its incident, which may outlive it. */
#include "core/engine_inner.h"

#include "core/text.h"

#include <inttypes.h>
#include <strings.h>
#include <string.h>

/* The last segment of an id; of a connection in a Virtual WAN its gateway, too. */
const char *engine_short_id(const char *id)
{
    static const char gateways[] = "/expressRouteGateways/";

    for (const char *at = id; *at != '\0'; at++)
        if (strncasecmp(at, gateways, strlen(gateways)) == 0)
            return at + strlen(gateways);
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

static const char *connection_name(const struct circuit *circuit, uint64_t item)
{
    const struct connection *connection = beyond_connection(circuit->beyond, item);

    return connection != NULL ? engine_short_id(connection->id) : "";
}

/* The sample that is judged lies unpacked in the scratch one. */
static const char *reach_name(struct engine *engine, const struct circuit *circuit, uint64_t item)
{
    struct sample *sample = &engine->scratch;

    if (circuit->sample.bytes == NULL)
        return "";
    for (size_t i = 0; i < sample->link_count; i++)
        if (judge_link_item(sample, &sample->link[i]) == item)
            return sample_text(sample, sample->link[i].name);
    return "";
}

static const char *maintenance_name(const struct circuit *circuit, uint64_t item)
{
    for (size_t i = 0; circuit->beyond != NULL && i < circuit->beyond->maintenance_count; i++)
        if (circuit->beyond->maintenance[i]->item == item)
            return circuit->beyond->maintenance[i]->tracking_id;
    return "";
}

static const char *of_circuit(struct engine *engine, const struct circuit *circuit, const struct opinion *opinion)
{
    switch (item_kind(opinion->rule)) {
    case ITEM_CONNECTION:
        return connection_name(circuit, opinion->subject.item);
    case ITEM_GLOBAL_REACH:
        return reach_name(engine, circuit, opinion->subject.item);
    case ITEM_MAINTENANCE:
        return maintenance_name(circuit, opinion->subject.item);
    default:
        return "";
    }
}

void engine_item_name(struct engine *engine, const struct holder *holder, const struct opinion *opinion,
                      char name[ITEM_NAME_MAX])
{
    struct text text;

    text_init(&text, name, ITEM_NAME_MAX);
    if (opinion->subject.item != 0 && holder->target.scope == SCOPE_CIRCUIT)
        text_add_cut(&text, of_circuit(engine, &engine->circuits[holder->target.index], opinion), ITEM_NAME_MAX - 1);
    else if (opinion->subject.item != 0 && holder->target.scope == SCOPE_PORT)
        text_addf(&text, "link%u", (unsigned)opinion->subject.item);
    else if (engine_delivering(engine, opinion) != NULL)
        text_add_cut(&text, engine_delivering(engine, opinion)->name, ITEM_NAME_MAX - 1);
    else if (opinion->rule == RULE_SILENCE_ENDING)
        text_addf(&text, "%" PRIu64, opinion->subject.item);
    else if (holder->target.scope == SCOPE_CAUSE)
        text_add_cut(&text, engine->causes[holder->target.index]->text, ITEM_NAME_MAX - 1);
}

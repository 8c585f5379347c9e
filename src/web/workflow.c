/*
 * The five steps from an order to a circuit that carries traffic, judged from the same facts as the rules. Only the
 * first step that is not done is explained: the ones behind it cannot be worked on yet.
 */
#include "web/workflow.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum step_state created(const struct sample *sample)
{
    if (sample->circuit.code == CIRCUIT_ENABLED)
        return STEP_DONE;
    return sample->circuit.code <= WORD_OTHER ? STEP_UNKNOWN : STEP_OPEN;
}

/* What the provider's state says of the steps "ordered" and "provisioned": it is known done, known open, or neither. */
static enum step_state provider_reached(const struct sample *sample, enum workflow_step step)
{
    if (sample->direct)
        return STEP_NOT_APPLICABLE;
    switch (sample->provider.code) {
    case PROVIDER_PROVISIONED: return STEP_DONE;
    case PROVIDER_PROVISIONING: return step == STEP_ORDERED ? STEP_DONE : STEP_OPEN;
    case PROVIDER_NOT_PROVISIONED:
    case PROVIDER_DEPROVISIONING:
    case PROVIDER_DEPROVISIONED: return STEP_OPEN;
    default: return STEP_UNKNOWN;
    }
}

static enum step_state peering_routed(const struct facts *facts, enum peering_kind peering)
{
    enum step_state best = STEP_OPEN;

    if (!facts->sample->peering[peering].present)
        return STEP_OPEN;
    for (enum family family = 0; family < FAMILIES; family++)
        for (enum path path = 0; path < PATHS && judge_family(facts, peering, family); path++) {
            enum session session = judge_session(facts, peering, path, family);
            if (session == SESSION_UP)
                return STEP_DONE;
            if (session == SESSION_UNKNOWN)
                best = STEP_UNKNOWN;
        }
    return best;
}

/* Routed: every expected peering exists and has a session that is up. */
static enum step_state routed(const struct facts *facts)
{
    enum step_state worst = STEP_DONE;
    size_t expected = 0;

    for (enum peering_kind peering = 0; peering < PEERINGS; peering++) {
        if (!judge_expected(facts, peering))
            continue;
        enum step_state state = peering_routed(facts, peering);
        expected++;
        if (state == STEP_OPEN || (state == STEP_UNKNOWN && worst == STEP_DONE))
            worst = state;
    }
    return expected == 0 ? STEP_OPEN : worst;
}

/* One gateway that is connected is enough; none that is seen may be for want of rights to other subscriptions. */
static enum step_state linked(const struct facts *facts)
{
    enum step_state state = STEP_UNKNOWN;

    for (size_t i = 0; facts->beyond != NULL && i < facts->beyond->connection_count; i++) {
        const struct connection *connection = facts->beyond->connection[i];
        if (connection->status == LINKED_CONNECTED && !connection->missing)
            return STEP_DONE;
        if (connection->status == LINKED_DISCONNECTED || connection->missing)
            state = STEP_OPEN;
    }
    return state;
}

static const char *const needs[WORKFLOW_STEPS][STEP_DONE] = {
    [STEP_CREATED] = {
        [STEP_UNKNOWN] = "Azure has not told the circuit's state yet.",
        [STEP_OPEN] = "Microsoft has to enable the circuit.",
    },
    [STEP_ORDERED] = {
        [STEP_UNKNOWN] = "The provider state is not known.",
        [STEP_OPEN] = "Order the circuit from the connectivity provider: hand over the service key.",
    },
    [STEP_PROVISIONED] = {
        [STEP_UNKNOWN] = "The provider state is not known.",
        [STEP_OPEN] = "The connectivity provider has to finish its part; ask for the date.",
    },
    [STEP_ROUTED] = {
        [STEP_UNKNOWN] = "The peerings are there, but the state of their BGP sessions is not known.",
        [STEP_OPEN] = "Every expected peering has to be configured and have a BGP session that is up.",
    },
    [STEP_LINKED] = {
        [STEP_UNKNOWN] = "Whether virtual networks are linked is not known: no gateway connection was seen.",
        [STEP_OPEN] = "Link a virtual network through an ExpressRoute gateway.",
    },
};

static void say_needs(struct workflow *workflow, const struct sample *sample)
{
    enum step_state state = workflow->state[workflow->reached];

    assert(sample != NULL || state == STEP_UNKNOWN);
    if (workflow->reached == STEP_ORDERED && state == STEP_OPEN && *sample->service_key_tail != '\0')
        snprintf(workflow->needs, sizeof workflow->needs, "%s Its last characters are %s.",
                 needs[STEP_ORDERED][STEP_OPEN], sample->service_key_tail);
    else
        snprintf(workflow->needs, sizeof workflow->needs, "%s", needs[workflow->reached][state]);
}

void workflow_find(struct workflow *workflow, const struct facts *facts)
{
    memset(workflow, 0, sizeof *workflow);
    if (facts->sample != NULL) {
        workflow->state[STEP_CREATED] = created(facts->sample);
        workflow->state[STEP_ORDERED] = provider_reached(facts->sample, STEP_ORDERED);
        workflow->state[STEP_PROVISIONED] = provider_reached(facts->sample, STEP_PROVISIONED);
        workflow->state[STEP_ROUTED] = routed(facts);
        workflow->state[STEP_LINKED] = linked(facts);
    }
    while (workflow->reached < WORKFLOW_STEPS && workflow->state[workflow->reached] >= STEP_DONE)
        workflow->reached++;
    if (workflow->reached < WORKFLOW_STEPS)
        say_needs(workflow, facts->sample);
}

const char *workflow_step_name(enum workflow_step step)
{
    static const char *const names[WORKFLOW_STEPS] = { "created", "ordered", "provisioned", "routed", "linked" };

    assert(step < WORKFLOW_STEPS);
    return names[step];
}

const char *workflow_state_name(enum step_state state)
{
    static const char *const names[] = { "unknown", "open", "done", "not applicable" };

    assert(state <= STEP_NOT_APPLICABLE);
    return names[state];
}

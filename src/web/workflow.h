#ifndef ERWATCH_WEB_WORKFLOW_H
#define ERWATCH_WEB_WORKFLOW_H

#include "core/judge.h"

#include <stddef.h>

/*
 * Where a circuit stands in Microsoft's workflow (page "ExpressRoute workflows for circuit provisioning and circuit
 * states"): created, ordered from the provider, provisioned, routed, linked to virtual networks.
 */

enum workflow_step { STEP_CREATED, STEP_ORDERED, STEP_PROVISIONED, STEP_ROUTED, STEP_LINKED, WORKFLOW_STEPS };
enum step_state { STEP_UNKNOWN, STEP_OPEN, STEP_DONE, STEP_NOT_APPLICABLE };

struct workflow {
    unsigned reached; /* how many steps are behind it, counted from the first up to the first that is not done */
    enum step_state state[WORKFLOW_STEPS];
    char needs[256];  /* what the first step that is not done needs: one or two sentences; "" when all are */
};

void workflow_find(struct workflow *workflow, const struct facts *facts);

const char *workflow_step_name(enum workflow_step step);  /* "created", "ordered", "provisioned", "routed", "linked" */
const char *workflow_state_name(enum step_state state); /* "unknown", "open", "done", "not applicable" */

#endif

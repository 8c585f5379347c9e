#ifndef ERWATCH_PAGING_LABELS_H
#define ERWATCH_PAGING_LABELS_H

#include "paging/told.h"

/*
 * A notice as Prometheus has alerts: a set of labels that is its identity, and annotations, which are not part of it.
 */

/**
 * alertname, severity, owner, incident, circuit, circuit_id and what the subject has, then the circuit's own labels.
 * Names have only letters, digits and underscores, and no value is empty. The caller's reference.
 *
 * @param severity,owner  instead of the notice's own; NULL: those
 */
json_t *labels_object(const struct told *told, const char *severity, const char *owner);

/** summary, description, next_steps, facts, runbook, acknowledged_by; @p minimal: only the summary. */
json_t *annotations_object(const struct told *told, bool minimal);

#endif

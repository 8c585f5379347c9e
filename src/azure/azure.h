#ifndef ERWATCH_AZURE_AZURE_H
#define ERWATCH_AZURE_AZURE_H

/*
 * Requests to Azure and the meaning of its answers, as text and structs; no sockets, no clock. This header is the whole
 * room for those who ask for everything; each part can be had alone.
 */

#include "azure/arm.h"
#include "azure/assertion.h"
#include "azure/certificate.h"
#include "azure/connection.h"
#include "azure/graph.h"
#include "azure/health.h"
#include "azure/metrics.h"
#include "azure/port.h"
#include "azure/quota.h"
#include "azure/request.h"
#include "azure/token.h"
#include "azure/when.h"

#endif

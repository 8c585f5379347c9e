/* What is left of the environment: libraries read more of it than anybody remembers. */
#include "app/environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* A name, or with "_" at its end the beginning of one. */
static const char *const kept[] = {
    "PATH", "LANG", "LC_", "TZ", "TZDIR",
    /* the service manager's */
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "INVOCATION_ID", "STATE_DIRECTORY",
    "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY",
    /* azure.proxy: environment; libcurl looks for http_proxy in small letters only */
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    /* signing in */
    "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "IMDS_ENDPOINT",
    /* where the site says which algorithms there are */
    "OPENSSL_CONF", "OPENSSL_MODULES",
};

static bool is_kept(const char *entry)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t len = strlen(kept[i]);
        if (strncmp(entry, kept[i], len) == 0 && (entry[len] == '=' || kept[i][len - 1] == '_'))
            return true;
    }
    return false;
}

void environment_clear(void)
{
    char **to = environ;

    for (char **from = environ; from != NULL && *from != NULL; from++)
        if (is_kept(*from))
            *to++ = *from;
    if (to != NULL)
        *to = NULL;
}

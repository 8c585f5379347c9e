/*
 * What receivers name on this machine: programs, secrets, authorities. A secret is read, looked at for its form and
 * wiped; what is said of it names the file and never what is in it.
 */
#include "app/app.h"
#include "app/check.h"
#include "config/address.h"

#include <stdio.h>

static void check_hook(const struct receiver_settings *receiver, struct diag *diag)
{
    char why[512];

    if (!hook_check(receiver->exec.argv[0], why))
        diag_error(diag, receiver->exec.place, "%s", why);
}

/* A secret that @p wrong has something to say of, or that cannot be read, is an error. */
static void check_secret(const char *file, struct place place, enum receiver_kind kind,
                         const char *(*wrong)(enum receiver_kind, const char *), struct diag *diag)
{
    struct secret secret;
    char why[512];

    if (file == NULL)
        return;
    if (!secret_read(file, SECRETS_FOLDER, &secret, why)) {
        diag_error(diag, place, "%s", why);
        return;
    }
    const char *what = wrong(kind, secret.bytes);
    if (what != NULL)
        diag_error(diag, place, "what is in the file %s %s", file, what);
    secret_wipe(&secret);
}

static const char *url_wrong(enum receiver_kind kind, const char *url)
{
    (void)kind;
    return address_wrong(url, ADDRESS_LOOPBACK);
}

void check_heartbeat(const struct heartbeat_settings *heartbeat, struct diag *diag)
{
    check_secret(heartbeat->url_file, heartbeat->url_place, RECEIVER_WEBHOOK, url_wrong, diag);
    if ((heartbeat->url != NULL || heartbeat->url_file != NULL) && heartbeat->ca_file != NULL)
        check_ca(heartbeat->ca_file, heartbeat->proxy, heartbeat->place, diag);
}

void check_receiver(const struct receiver_settings *receiver, struct diag *diag)
{
    const struct wire_settings *wire = &receiver->wire;

    if (receiver->kind == RECEIVER_EXEC) {
        check_hook(receiver, diag);
        return;
    }
    check_secret(wire->url_file, wire->url_place, receiver->kind, url_wrong, diag);
    check_secret(wire->key_file, wire->key_place, receiver->kind, wire_key_wrong, diag);
    check_secret(wire->old_key_file, wire->key_place, receiver->kind, wire_key_wrong, diag);
    check_secret(wire->password_file, wire->key_place, receiver->kind, wire_key_wrong, diag);
    if (wire->ca_file != NULL)
        check_ca(wire->ca_file, wire->proxy != NULL ? wire->proxy : "none", wire->place, diag);
}

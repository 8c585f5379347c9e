/*
 * TLS for the server: OpenSSL under libevent's bufferevents. libevent never says goodbye on its own when it closes a
 * connection, so that is here too.
 */
#include "io/server_tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>

#define WHY_MAX 256

static void fail(char why[WHY_MAX], const char *what, const char *file)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    snprintf(why, WHY_MAX, "%s %.120s: %s", what, file, reason != NULL ? reason : "unknown reason");
    ERR_clear_error();
}

static bool load_files(SSL_CTX *tls, const char *cert_file, const char *key_file, char why[WHY_MAX])
{
    if (SSL_CTX_use_certificate_chain_file(tls, cert_file) != 1) {
        fail(why, "cannot use the certificate", cert_file);
        return false;
    }
    if (SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(tls) != 1) {
        fail(why, "cannot use the key", key_file);
        return false;
    }
    return true;
}

struct ssl_ctx_st *server_tls_new(const char *cert_file, const char *key_file, char why[WHY_MAX])
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    if (tls == NULL) {
        fail(why, "cannot begin with", "TLS");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    if (!load_files(tls, cert_file, key_file, why)) {
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}

void server_tls_free(struct ssl_ctx_st *tls)
{
    SSL_CTX_free(tls);
}

struct bufferevent *server_tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd)
{
    SSL *ssl = SSL_new(tls);

    if (ssl == NULL)
        return NULL;
    struct bufferevent *bev = bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING,
                                                             BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    if (bev == NULL)
        SSL_free(ssl);
    return bev;
}

void server_tls_goodbye(struct bufferevent *bev)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);

    if (ssl == NULL || !SSL_is_init_finished(ssl))
        return;
    (void)SSL_shutdown(ssl);
    ERR_clear_error();
}

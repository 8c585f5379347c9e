#ifndef ERWATCH_IO_SERVER_TLS_H
#define ERWATCH_IO_SERVER_TLS_H

struct bufferevent;
struct event_base;
struct ssl_ctx_st;

/**
 * What a TLS server needs: TLS 1.2 or newer, a certificate chain and its key (PEM).
 *
 * @return NULL and one sentence in @p why when the files do not serve; to be freed with server_tls_free()
 */
struct ssl_ctx_st *server_tls_new(const char *cert_file, const char *key_file, char why[256]);
void server_tls_free(struct ssl_ctx_st *tls);

/** The server's end of a connection on @p fd, which it closes. @return NULL: no memory; @p fd is still open */
struct bufferevent *server_tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd);
/** Say goodbye, so that the client knows that nothing was cut off. Does nothing for a connection without TLS. */
void server_tls_goodbye(struct bufferevent *bev);

#endif

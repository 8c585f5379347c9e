/* TLS: the client and our own server with certificates good and bad, and what the environment may not do. */
#include "certs.h"
#include "http_bed.h"
#include "leaks.h"

#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <openssl/ssl.h>

TestSuite(http_tls, .fini = leaks_fail, .timeout = 60);

#define HOUR 3600
#define HERE "IP:127.0.0.1"

struct tls_bench {
    struct client client;
    char folder[40], ca_file[60], cert_file[60], key_file[60], other_file[60];
    struct authority ca;
    struct server *server;
    unsigned asked;
};

static void asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    struct tls_bench *bench = context;

    (void)now;
    bench->asked++;
    if (strcmp(request->path, "/cut") == 0)
        server_answer_cut(call, 200, NULL, "0123456789", 10, 4);
    else
        server_answer(call, 200, NULL, "hello", 5);
}

static void open_bench(struct tls_bench *bench)
{
    *bench = (struct tls_bench){ .client = { .loop = loop_new() }, .folder = "/tmp/erwatch-test-XXXXXX" };
    cr_assert_not_null(mkdtemp(bench->folder));
    snprintf(bench->ca_file, sizeof bench->ca_file, "%s/ca.pem", bench->folder);
    snprintf(bench->cert_file, sizeof bench->cert_file, "%s/cert.pem", bench->folder);
    snprintf(bench->key_file, sizeof bench->key_file, "%s/key.pem", bench->folder);
    snprintf(bench->other_file, sizeof bench->other_file, "%s/other", bench->folder);
    bench->ca = cert_make("Test Authority", NULL, -HOUR, HOUR, NULL);
    cert_write(&bench->ca, bench->ca_file, NULL);
    client_open(&bench->client, bench->ca_file, "none");
}

static void serve(struct tls_bench *bench, const char *names, long from, long to, const struct authority *by)
{
    struct server_settings settings = {
        .address = "127.0.0.1", .cert_file = bench->cert_file, .key_file = bench->key_file,
        .clients = 16, .body_max = 1000, .timeout_ms = 20000,
    };
    struct authority cert = cert_make("server", names, from, to, by);
    char why[256] = "";

    cert_write(&cert, bench->cert_file, bench->key_file);
    cert_free(&cert);
    bench->server = server_new(bench->client.loop, &settings, asked, bench, why);
    cr_assert_not_null(bench->server, "%s", why);
}

static void close_bench(struct tls_bench *bench)
{
    http_free(bench->client.http);
    server_free(bench->server);
    loop_free(bench->client.loop);
    cert_free(&bench->ca);
    (void)unlink(bench->ca_file);
    (void)unlink(bench->cert_file);
    (void)unlink(bench->key_file);
    (void)unlink(bench->other_file);
    cr_expect_eq(rmdir(bench->folder), 0, "nothing else was written there");
}

static struct got ask(struct tls_bench *bench, const char *path)
{
    struct http_request request = { .method = "POST", .body = "secret", .body_len = 6 };

    return client_get(&bench->client, request, "https", server_port(bench->server), path);
}

Test(http_tls, a_good_certificate_is_accepted_and_the_connection_kept)
{
    static struct tls_bench bench;

    open_bench(&bench);
    serve(&bench, HERE, -HOUR, HOUR, &bench.ca);
    for (unsigned i = 0; i < 10; i++) {
        struct got got = ask(&bench, "/");
        cr_expect_eq(got.end, HTTP_ANSWERED, "%s", got.why);
        cr_expect_str_eq(got.body, "hello");
    }
    cr_expect_eq(server_figures(bench.server).connections, 1);
    struct got cut = ask(&bench, "/cut");
    cr_expect_eq(cut.end, HTTP_CUT, "%d", cut.end);
    cr_expect_eq(cut.status, 200);
    close_bench(&bench);
}

Test(http_tls, bad_certificates_are_refused_before_anything_is_said)
{
    struct authority stranger = cert_make("Test Authority", NULL, -HOUR, HOUR, NULL);
    static struct tls_bench bench;
    const struct { const char *what, *names; long from, to; const struct authority *by; const char *why; } rows[] = {
        { "another authority of the same name", HERE, -HOUR, HOUR, &stranger, "TLS could not be set up" },
        { "signed by itself", HERE, -HOUR, HOUR, NULL, "it is signed by itself" },
        { "another name", "DNS:other.example", -HOUR, HOUR, &bench.ca, "it is for another name" },
        { "the name as an address that is none", "DNS:127.0.0.1", -HOUR, HOUR, &bench.ca, "it is for another name" },
        { "expired", HERE, -HOUR, -60, &bench.ca, "it has expired" },
        { "not valid yet", HERE, 600, HOUR, &bench.ca, "is the clock right?" },
    };

    open_bench(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        serve(&bench, rows[i].names, rows[i].from, rows[i].to, rows[i].by);
        struct got got = ask(&bench, "/");
        cr_expect_eq(got.end, HTTP_TLS, "%s: %d", rows[i].what, got.end);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect_not(got.sent, "%s", rows[i].what);
        server_free(bench.server);
    }
    cr_expect_eq(bench.asked, 0);
    bench.server = NULL;
    cert_free(&stranger);
    close_bench(&bench);
}

Test(http_tls, an_authority_nobody_knows)
{
    struct authority stranger = cert_make("Stranger", NULL, -HOUR, HOUR, NULL);
    static struct tls_bench bench;

    open_bench(&bench);
    serve(&bench, HERE, -HOUR, HOUR, &stranger);
    struct got got = ask(&bench, "/");
    cr_expect_eq(got.end, HTTP_TLS);
    cr_expect_not_null(strstr(got.why, "it is not signed by a known authority (ca_file)"), "%s", got.why);
    http_free(bench.client.http);
    client_open(&bench.client, NULL, "none");
    got = ask(&bench, "/");
    cr_expect_eq(got.end, HTTP_TLS, "nor does the system: %s", got.why);
    cert_free(&stranger);
    close_bench(&bench);
}

/* ---- a server that knows only TLS 1.1 ---- */

static void hung_up(struct bufferevent *bev, short what, void *context)
{
    (void)context;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        bufferevent_free(bev);
}

static void called(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len,
                   void *context)
{
    struct bufferevent *bev = bufferevent_openssl_socket_new(evconnlistener_get_base(listener), fd, SSL_new(context),
                                                             BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);

    (void)address;
    (void)len;
    bufferevent_setcb(bev, NULL, NULL, hung_up, NULL);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
}

static SSL_CTX *old_tls(const struct tls_bench *bench)
{
    struct authority cert = cert_make("server", HERE, -HOUR, HOUR, &bench->ca);
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    SSL_CTX_set_security_level(tls, 0);
    SSL_CTX_set_min_proto_version(tls, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls, TLS1_1_VERSION);
    SSL_CTX_use_certificate(tls, cert.cert);
    SSL_CTX_use_PrivateKey(tls, cert.key);
    cert_free(&cert);
    return tls;
}

static void stop(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

Test(http_tls, old_versions_are_refused)
{
    static struct tls_bench bench;
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;

    open_bench(&bench);
    SSL_CTX *tls = old_tls(&bench);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct evconnlistener *listener =
        evconnlistener_new_bind(loop_base(bench.client.loop), called, tls, LEV_OPT_CLOSE_ON_FREE, 8,
                                (struct sockaddr *)&address, sizeof address);
    getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&address, &len);
    struct got got = client_get(&bench.client, (struct http_request){ 0 }, "https", ntohs(address.sin_port), "/");
    cr_expect_eq(got.end, HTTP_TLS, "%d", got.end);
    cr_expect_not_null(strstr(got.why, "TLS could not be set up: "), "%s", got.why);
    cr_expect_not(got.sent);
    struct timer *timer = timer_new(bench.client.loop, stop, bench.client.loop); /* until the other end has noticed */
    timer_set(timer, mono_after(loop_now(bench.client.loop).mono, 20));
    loop_run(bench.client.loop);
    timer_free(timer);
    evconnlistener_free(listener);
    SSL_CTX_free(tls);
    close_bench(&bench);
}

Test(http_tls, the_environment_gets_no_keys)
{
    static struct tls_bench bench;

    setenv("SSLKEYLOGFILE", "/tmp/erwatch-test-keys", 1);
    (void)unlink("/tmp/erwatch-test-keys");
    open_bench(&bench);
    serve(&bench, HERE, -HOUR, HOUR, &bench.ca);
    struct got got = ask(&bench, "/");
    cr_expect_eq(got.end, HTTP_ANSWERED, "%s", got.why);
    cr_expect_neq(access("/tmp/erwatch-test-keys", F_OK), 0);
    close_bench(&bench);
}

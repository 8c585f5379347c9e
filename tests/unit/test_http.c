/* The HTTP client against our own server and against one that says whatever it is told to, on loopback. */
#include "httpbench.h"
#include "leaks.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <sys/resource.h>

TestSuite(http, .fini = leaks_fail, .timeout = 60);

/* ---- a server that says what it is told, whatever it was asked ---- */

struct talker {
    struct evconnlistener *listener;
    uint16_t port;
    unsigned accepted;
    const char *text;
    size_t len;
    bool again; /* for ever */
    bool close; /* afterwards */
};

static void talk(struct bufferevent *bev, const struct talker *talker)
{
    if (talker->len > 0)
        bufferevent_write(bev, talker->text, talker->len);
}

static void all_said(struct bufferevent *bev, void *context)
{
    struct talker *talker = context;

    if (talker->again)
        talk(bev, talker);
    else if (talker->close)
        bufferevent_free(bev);
}

static void hung_up(struct bufferevent *bev, short what, void *context)
{
    (void)what;
    (void)context;
    bufferevent_free(bev);
}

static void asked_something(struct bufferevent *bev, void *context)
{
    struct talker *talker = context;
    struct evbuffer *in = bufferevent_get_input(bev);

    evbuffer_drain(in, evbuffer_get_length(in));
    bufferevent_setcb(bev, asked_something, all_said, hung_up, talker);
    talk(bev, talker);
    if (talker->close && talker->len == 0)
        bufferevent_free(bev);
}

static void called(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len, void *context)
{
    struct talker *talker = context;
    struct bufferevent *bev = bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);

    (void)address;
    (void)len;
    talker->accepted++;
    bufferevent_setcb(bev, asked_something, NULL, hung_up, talker);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
}

static void talker_open(struct talker *talker, struct loop *loop)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    talker->listener = evconnlistener_new_bind(loop_base(loop), called, talker, LEV_OPT_CLOSE_ON_FREE, 64,
                                               (struct sockaddr *)&address, sizeof address);
    cr_assert_not_null(talker->listener);
    getsockname(evconnlistener_get_fd(talker->listener), (struct sockaddr *)&address, &len);
    talker->port = ntohs(address.sin_port);
}

/* The connections go when the client's end is seen, in a last turn of the loop. */
static void stop(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

static void settle(struct loop *loop)
{
    struct timer *timer = timer_new(loop, stop, loop);

    timer_set(timer, mono_after(loop_now(loop).mono, 20));
    loop_run(loop);
    timer_free(timer);
}

/* ---- our own server, by path ---- */

struct bench {
    struct client client;
    struct server *server;
    struct timer *timer;
    struct server_call *held[64];
    unsigned held_count, most;
};

static void echo(struct server_call *call, const struct server_request *request)
{
    static const char *const names[] = { "Content-Type", "Content-Length", "Expect", "User-Agent", "Accept-Encoding", "X-Mine" };
    static const char *const headers[] = { "X-Test:  spaced \t", "X-Test: second", NULL };
    char text[512] = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = server_header(call, names[i]);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", value != NULL ? value : "-");
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s|%.*s", request->method, (int)request->body_len,
             request->body);
    server_answer(call, 200, headers, text, strlen(text));
}

static void answer_held(void *context, struct moment now)
{
    struct bench *bench = context;

    (void)now;
    while (bench->held_count > 0)
        server_answer(bench->held[--bench->held_count], 200, NULL, "held", 4);
}

static void answer_zeros(struct server_call *call, size_t len)
{
    char *zeros = calloc(1, len);

    server_answer(call, 200, NULL, zeros, len);
    free(zeros);
}

static void answer_file(struct server_call *call, const char *command)
{
    static const char *const headers[] = { "Content-Encoding: gzip", NULL };
    static char packed[1 << 20];
    FILE *pipe = popen(command, "r");

    cr_assert_not_null(pipe);
    size_t len = fread(packed, 1, sizeof packed, pipe);
    cr_expect_eq(pclose(pipe), 0);
    server_answer(call, 200, headers, packed, len);
}

static void asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    static const char *const elsewhere[] = { "Location: /echo", NULL };
    struct bench *bench = context;
    size_t zeros = 0;

    if (strcmp(request->path, "/held") == 0) {
        bench->held[bench->held_count++] = call;
        if (bench->held_count > bench->most)
            bench->most = bench->held_count;
        timer_set(bench->timer, mono_after(now.mono, 1));
    } else if (strcmp(request->path, "/never") == 0) {
        bench->held[bench->held_count++] = call;
    } else if (strcmp(request->path, "/cut") == 0) {
        server_answer_cut(call, 200, NULL, "0123456789", 10, 4);
    } else if (strcmp(request->path, "/drop") == 0) {
        server_answer_cut(call, 0, NULL, NULL, 0, 0);
    } else if (strcmp(request->path, "/elsewhere") == 0) {
        server_answer(call, 302, elsewhere, "not here", 8);
    } else if (strcmp(request->path, "/busy") == 0) {
        server_answer(call, 503, NULL, "busy", 4);
    } else if (strcmp(request->path, "/empty") == 0) {
        server_answer(call, 204, NULL, NULL, 0);
    } else if (strcmp(request->path, "/gzip") == 0) {
        answer_file(call, "printf hello | gzip");
    } else if (strcmp(request->path, "/bomb") == 0) {
        answer_file(call, "head -c 50000000 /dev/zero | gzip");
    } else if (sscanf(request->path, "/zeros/%zu", &zeros) == 1) {
        answer_zeros(call, zeros);
    } else {
        echo(call, request);
    }
}

static void open_bench(struct bench *bench)
{
    struct server_settings settings = { .address = "127.0.0.1", .clients = 64, .body_max = 100000, .timeout_ms = 20000 };
    char why[256] = "";

    *bench = (struct bench){ .client = { .loop = loop_new() } };
    bench->server = server_new(bench->client.loop, &settings, asked, bench, why);
    cr_assert_not_null(bench->server, "%s", why);
    bench->timer = timer_new(bench->client.loop, answer_held, bench);
    client_open(&bench->client, NULL, "none");
}

static void close_bench(struct bench *bench)
{
    http_free(bench->client.http);
    server_free(bench->server);
    answer_held(bench, (struct moment){ 0 });
    timer_free(bench->timer);
    loop_free(bench->client.loop);
}

static struct got ask(struct bench *bench, struct http_request request, const char *path)
{
    return client_get(&bench->client, request, "http", server_port(bench->server), path);
}

/* ---- what a request looks like, and how answers end ---- */

Test(http, requests_arrive_as_they_were_meant)
{
    static const char *const headers[] = { "X-Mine: yes", NULL };
    static const char *const typed[] = { "content-type: application/json", NULL };
    static struct {
        const char *what;
        struct http_request request;
        const char *arrives; /* Content-Type|Content-Length|Expect|User-Agent|Accept-Encoding|X-Mine|method|body */
    } rows[] = {
        { "a plain GET", { .method = "GET" }, "-|-|-|erwatch/test|-|-|GET|" },
        { "our own header", { .headers = headers }, "-|-|-|erwatch/test|-|yes|GET|" },
        { "compression on offer", { .compressed = true }, "-|-|-|erwatch/test|gzip|-|GET|" },
        { "an empty POST says so", { .method = "POST" }, "-|0|-|erwatch/test|-|-|POST|" },
        { "an empty PUT too", { .method = "PUT" }, "-|0|-|erwatch/test|-|-|PUT|" },
        { "a body has the type that was given", { .method = "POST", .headers = typed, .body = "{}", .body_len = 2 },
          "application/json|2|-|erwatch/test|-|-|POST|{}" },
        { "a PUT may have one", { .method = "PUT", .body = "abc", .body_len = 3 }, "-|3|-|erwatch/test|-|-|PUT|abc" },
        { "and so may a DELETE", { .method = "DELETE", .body = "abc", .body_len = 3 }, "-|3|-|erwatch/test|-|-|DELETE|abc" },
        { "a DELETE without", { .method = "DELETE" }, "-|-|-|erwatch/test|-|-|DELETE|" },
    };
    static struct bench bench;

    open_bench(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got got = ask(&bench, rows[i].request, "/echo");
        cr_expect_eq(got.end, HTTP_ANSWERED, "%s: %s", rows[i].what, got.why);
        cr_expect_str_eq(got.body, rows[i].arrives, "%s: %s", rows[i].what, got.body);
        cr_expect_str_eq(got.header, "spaced", "the first header of a name, without blanks");
    }
    cr_expect_eq(server_figures(bench.server).connections, 1, "one connection serves one after the other");
    close_bench(&bench);
}

Test(http, answers_end_as_the_table_says)
{
    static const struct {
        const char *what, *path;
        struct http_request request;
        enum http_end end;
        int status;
        const char *body, *why;
    } rows[] = {
        { "a status is an answer", "/busy", { 0 }, HTTP_ANSWERED, 503, "busy", "" },
        { "nothing is an answer too", "/empty", { 0 }, HTTP_ANSWERED, 204, "", "" },
        { "a HEAD has no body", "/busy", { .method = "HEAD" }, HTTP_ANSWERED, 503, "", "" },
        { "nobody follows a redirect", "/elsewhere", { 0 }, HTTP_ANSWERED, 302, "not here", "" },
        { "a compressed body is unpacked", "/gzip", { .compressed = true }, HTTP_ANSWERED, 200, "hello", "" },
        { "a body up to the limit", "/zeros/5000", { .limit = 5000 }, HTTP_ANSWERED, 200, "", "" },
        { "a byte over the limit", "/zeros/5001", { .limit = 5000 }, HTTP_TOO_LARGE, 200, "", "the answer is larger than allowed" },
        { "a body cut off", "/cut", { 0 }, HTTP_CUT, 200, "0123", "the connection ended before the answer was complete" },
        { "no answer at all", "/drop", { 0 }, HTTP_CUT, 0, "", "the connection was closed without an answer" },
        { "an answer that does not come", "/never", { .timeout_ms = 30 }, HTTP_TIMEOUT, 0, "", "no answer in time" },
    };
    static struct bench bench;

    open_bench(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got got = ask(&bench, rows[i].request, rows[i].path);
        cr_expect_eq(got.end, rows[i].end, "%s: %d %s", rows[i].what, got.end, got.why);
        cr_expect_eq(got.status, rows[i].status, "%s: %d", rows[i].what, got.status);
        cr_expect_str_eq(got.body, rows[i].body, "%s: %s", rows[i].what, got.body);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect(got.sent, "%s", rows[i].what);
    }
    close_bench(&bench);
}

static long peak_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

Test(http, a_bomb_takes_no_more_memory_than_the_limit)
{
    static struct bench bench;

    open_bench(&bench);
    (void)ask(&bench, (struct http_request){ .compressed = true }, "/gzip");
    long before = peak_kb();
    struct got got = ask(&bench, (struct http_request){ .compressed = true, .limit = 1 << 20 }, "/bomb");
    cr_expect_eq(got.end, HTTP_TOO_LARGE, "%s", got.why);
    cr_expect_leq(got.len, 1 << 20);
    cr_expect_lt(peak_kb() - before, 16384, "%ld KB", peak_kb() - before);
    close_bench(&bench);
}

#define TALK(said) said, sizeof said - 1

Test(http, trailers_behind_chunks_are_fine)
{
    static struct bench bench;
    struct talker talker = { .text = TALK("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Test\r\n\r\n"
                                          "5\r\nhello\r\n0\r\nX-Test: late\r\n\r\n") };

    open_bench(&bench);
    talker_open(&talker, bench.client.loop);
    struct got got = client_get(&bench.client, (struct http_request){ 0 }, "http", talker.port, "/");
    cr_expect_eq(got.end, HTTP_ANSWERED, "%s", got.why);
    cr_expect_str_eq(got.body, "hello");
    evconnlistener_free(talker.listener);
    http_free(bench.client.http);
    bench.client.http = NULL;
    settle(bench.client.loop);
    close_bench(&bench);
}

Test(http, hostile_servers_are_bounded)
{
    static char long_line[200000], many_lines[200000];
    static const struct {
        const char *what, *text;
        size_t len;
        bool again, close;
        enum http_end end;
        const char *why;
    } rows[] = {
        { "an endless body", TALK("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), true, false, HTTP_TOO_LARGE, "larger than" },
        { "an endless line in the head", long_line, sizeof long_line, true, false, HTTP_TOO_LARGE, "headers are larger" },
        { "endless headers", many_lines, sizeof many_lines, true, false, HTTP_TOO_LARGE, "headers are larger" },
        { "endless interim answers", TALK("HTTP/1.1 100 Continue\r\n\r\n"), true, false, HTTP_TOO_LARGE, "headers are larger" },
        { "something that is not HTTP", TALK("SSH-2.0-OpenSSH_9.2\r\n"), false, false, HTTP_CUT, "is not HTTP" },
        { "HTTP/0.9", TALK("<html>hello</html>"), false, true, HTTP_CUT, "is not HTTP" },
        { "half a head", TALK("HTTP/1.1 200 OK\r\nConte"), false, true, HTTP_CUT, "" },
        { "a body shorter than said", TALK("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false, true, HTTP_CUT, "before" },
        { "chunks that are none", TALK("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), false, false, HTTP_CUT, "" },
        { "a broken packing", TALK("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"), false, false,
          HTTP_CUT, "compression is broken" },
        { "a body that stops", TALK("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false, false, HTTP_TIMEOUT, "in time" },
        { "a close at once", TALK(""), false, true, HTTP_CUT, "closed without an answer" },
    };
    static struct bench bench;

    memset(long_line, 'a', sizeof long_line);
    memcpy(long_line, "HTTP/1.1 200 OK\r\nA: ", 20);
    for (size_t i = 0; i + 6 <= sizeof many_lines; i += 6)
        memcpy(many_lines + i, "A: b\r\n", 6);
    memcpy(many_lines, "HTTP/1.1 200 \r\nA:\r\n", 18);
    open_bench(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct talker talker = { .text = rows[i].text, .len = rows[i].len, .again = rows[i].again, .close = rows[i].close };
        struct http_request request = { .timeout_ms = rows[i].end == HTTP_TIMEOUT ? 50 : 20000, .compressed = true };
        talker_open(&talker, bench.client.loop);
        struct got got = client_get(&bench.client, request, "http", talker.port, "/");
        cr_expect_eq(got.end, rows[i].end, "%s: %d %s", rows[i].what, got.end, got.why);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect(got.sent, "%s", rows[i].what);
        evconnlistener_free(talker.listener);
        settle(bench.client.loop);
    }
    close_bench(&bench);
}

/* ---- what is not even tried, and what cannot be reached ---- */

Test(http, some_urls_are_not_asked)
{
    static char long_url[40000] = "http://127.0.0.1/";
    static const struct { const char *what, *url, *why; bool plain; } rows[] = {
        { "http where it was not asked for", "http://127.0.0.1:1/", "only https URLs", false },
        { "a file", "file:///etc/passwd", "malformed", true },
        { "gopher", "gopher://127.0.0.1:1/", "only https", true },
        { "no scheme", "127.0.0.1:1/", "", true },
        { "a user in it", "http://me:secret@127.0.0.1:1/", "with a user", true },
        { "a line end in it", "http://127.0.0.1:1/a\r\nX: y", "malformed", true },
        { "a port that is none", "http://127.0.0.1:99999/", "malformed", true },
        { "nothing", "", "malformed", true },
        { "far too long", long_url, "too long", true },
    };
    static struct bench bench;

    memset(long_url + 17, 'a', sizeof long_url - 18);
    open_bench(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_request request = { .method = "GET", .url = rows[i].url, .timeout_ms = 1000, .plain = rows[i].plain };
        struct got got;
        (void)client_ask(&bench.client, &request, &got);
        loop_run(bench.client.loop);
        cr_expect_eq(got.end, HTTP_REFUSED, "%s: %d", rows[i].what, got.end);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect_null(strstr(got.why, "secret"), "%s", got.why);
        cr_expect_not(got.sent, "%s", rows[i].what);
    }
    close_bench(&bench);
}

Test(http, says_who_refused)
{
    static struct bench bench;
    char expected[64];

    open_bench(&bench);
    uint16_t port = server_port(bench.server);
    server_free(bench.server);
    bench.server = NULL;
    struct got got = client_get(&bench.client, (struct http_request){ 0 }, "http", port, "/a?sig=secret");
    snprintf(expected, sizeof expected, "http://127.0.0.1:%u: no connection: Connection refused", port);
    cr_expect_eq(got.end, HTTP_CONNECT, "%d", got.end);
    cr_expect_str_eq(got.why, expected, "%s", got.why);
    cr_expect_not(got.sent);
    close_bench(&bench);
}

Test(http, without_descriptors_it_is_our_own_fault)
{
    static struct bench bench;
    struct rlimit before, none;

    open_bench(&bench);
    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){ .rlim_cur = 3, .rlim_max = before.rlim_max };
    setrlimit(RLIMIT_NOFILE, &none);
    struct got got = ask(&bench, (struct http_request){ 0 }, "/echo");
    setrlimit(RLIMIT_NOFILE, &before);
    cr_expect_eq(got.end, HTTP_LOCAL, "%d %s", got.end, got.why);
    got = ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(got.end, HTTP_ANSWERED, "and it goes on when there are some: %s", got.why);
    close_bench(&bench);
}

Test(http, the_proxy_is_the_one_of_the_settings)
{
    static struct bench bench;
    struct talker proxy = { .text = TALK("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy") };
    static const struct { const char *what, *setting; bool direct; const char *body; } rows[] = {
        { "none means none", "none", false, "" },
        { "the environment, when it is asked", "environment", false, "proxy" },
        { "the one that is named", NULL, false, "proxy" },
        { "some requests go directly", "environment", true, "" },
        { "some requests go directly, whatever the setting", NULL, true, "" },
    };
    char url[64];

    open_bench(&bench);
    talker_open(&proxy, bench.client.loop);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", proxy.port);
    setenv("http_proxy", url, 1);
    setenv("no_proxy", "nothing", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        http_free(bench.client.http);
        client_open(&bench.client, NULL, rows[i].setting != NULL ? rows[i].setting : url);
        struct got got = ask(&bench, (struct http_request){ .direct = rows[i].direct }, "/empty");
        cr_expect_str_eq(got.body, rows[i].body, "%s: %s %s", rows[i].what, got.body, got.why);
    }
    evconnlistener_free(proxy.listener);
    http_free(bench.client.http);
    bench.client.http = NULL;
    settle(bench.client.loop);
    close_bench(&bench);
}

/* ---- many at once ---- */

static void ask_many(struct bench *bench, struct got *got, size_t count, uint16_t port, const char *path, int64_t timeout_ms)
{
    char url[64];
    struct http_request request = { .method = "GET", .url = url, .limit = 100, .timeout_ms = timeout_ms, .plain = true };

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    for (size_t i = 0; i < count; i++)
        (void)client_ask(&bench->client, &request, &got[i]);
}

Test(http, many_at_once_wait_for_their_turn)
{
    enum { MANY = 200 };
    static struct bench bench;
    static struct got got[MANY];

    open_bench(&bench);
    ask_many(&bench, got, MANY, server_port(bench.server), "/held", 20000);
    cr_expect_eq(http_figures(bench.client.http).running, 1, "the first goes alone until it has a connection");
    cr_expect_eq(http_figures(bench.client.http).waiting, MANY - 1);
    loop_run(bench.client.loop);
    for (size_t i = 0; i < MANY; i++)
        cr_expect(got[i].times == 1 && got[i].end == HTTP_ANSWERED, "%zu: %s", i, got[i].why);
    cr_expect_eq(bench.most, 4, "as many at once as may be");
    cr_expect_eq(server_figures(bench.server).connections, 4);
    struct http_figures figures = http_figures(bench.client.http);
    cr_expect(figures.requests == MANY && figures.answers == MANY && figures.failures == 0 && figures.running == 0 &&
              figures.waiting == 0);
    close_bench(&bench);
}

Test(http, a_host_that_hangs_holds_up_nobody_else)
{
    static struct bench bench;
    static struct got hanging[20], quick[20];
    struct talker silent = { .close = false };

    open_bench(&bench);
    talker_open(&silent, bench.client.loop);
    ask_many(&bench, hanging, 20, silent.port, "/", 300);
    ask_many(&bench, quick, 20, server_port(bench.server), "/held", 20000);
    loop_run(bench.client.loop);
    for (size_t i = 0; i < 20; i++) {
        cr_expect_eq(quick[i].end, HTTP_ANSWERED, "%s", quick[i].why);
        cr_expect_lt(quick[i].took_ms, 250, "%zu took %ld ms", i, (long)quick[i].took_ms);
        cr_expect_eq(hanging[i].end, HTTP_TIMEOUT, "%s", hanging[i].why);
    }
    cr_expect(hanging[0].sent);
    cr_expect_not(hanging[19].sent, "waiting counts");
    cr_expect_not_null(strstr(hanging[19].why, "took all of it"), "%s", hanging[19].why);
    evconnlistener_free(silent.listener);
    settle(bench.client.loop);
    close_bench(&bench);
}

Test(http, after_a_connection_went_dead_older_ones_are_not_used)
{
    static struct bench bench;
    static struct got got[2];

    open_bench(&bench);
    uint16_t port = server_port(bench.server);
    ask_many(&bench, got, 1, port, "/held", 20000);
    ask_many(&bench, got + 1, 1, port, "/held", 20000);
    loop_run(bench.client.loop);
    uint64_t before = server_figures(bench.server).connections;
    cr_expect_eq(before, 2);
    struct got dead = ask(&bench, (struct http_request){ .timeout_ms = 30 }, "/never");
    cr_expect_eq(dead.end, HTTP_TIMEOUT);
    cr_expect_eq(server_figures(bench.server).connections, before, "it used one that was there");
    struct got next = ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(next.end, HTTP_ANSWERED);
    cr_expect_eq(server_figures(bench.server).connections, before + 1, "the next one used none of them");
    close_bench(&bench);
}

/* ---- giving up ---- */

Test(http, cancelled_calls_are_told_once_and_later)
{
    static struct bench bench;
    struct got running, waiting, refused, ended;
    char url[64];

    open_bench(&bench);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/never", server_port(bench.server));
    struct http_request request = { .method = "GET", .url = url, .timeout_ms = 20000, .plain = true };
    struct http_call *first = client_ask(&bench.client, &request, &running);
    struct http_call *second = client_ask(&bench.client, &request, &waiting);
    request.url = "nonsense";
    struct http_call *third = client_ask(&bench.client, &request, &refused);
    http_cancel(first);
    http_cancel(first);
    http_cancel(second);
    http_cancel(third);
    cr_expect_eq(running.times + waiting.times + refused.times, 0, "not from inside");
    loop_run(bench.client.loop);
    cr_expect(running.times == 1 && running.end == HTTP_CANCELLED);
    cr_expect(waiting.times == 1 && waiting.end == HTTP_CANCELLED);
    cr_expect(refused.times == 1 && refused.end == HTTP_CANCELLED);
    ended = ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(ended.end, HTTP_ANSWERED, "others go on");
    close_bench(&bench);
}

Test(http, its_end_cancels_everything)
{
    static struct bench bench;
    static struct got got[20];

    open_bench(&bench);
    ask_many(&bench, got, 20, server_port(bench.server), "/never", 20000);
    http_free(bench.client.http);
    bench.client.http = NULL;
    for (size_t i = 0; i < 20; i++)
        cr_expect(got[i].times == 1 && got[i].end == HTTP_CANCELLED, "%zu", i);
    close_bench(&bench);
}

struct chain {
    struct bench *bench;
    unsigned left;
    struct http_call *victim;
    struct got cancelled;
};

static void ask_again(void *context, const struct http_reply *reply, struct moment now)
{
    struct chain *chain = context;
    char url[64];
    struct http_request request = { .method = "GET", .url = url, .limit = 1000, .timeout_ms = 20000, .plain = true };

    (void)now;
    cr_expect_eq(reply->end, HTTP_ANSWERED, "%s", reply->why);
    if (chain->victim != NULL)
        http_cancel(chain->victim);
    chain->victim = NULL;
    if (--chain->left == 0) {
        loop_stop(chain->bench->client.loop);
        return;
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo", server_port(chain->bench->server));
    (void)http_send(chain->bench->client.http, &request, ask_again, chain);
}

Test(http, a_callback_may_send_and_cancel)
{
    static struct bench bench;
    static struct chain chain;
    char url[64];

    open_bench(&bench);
    chain = (struct chain){ .bench = &bench, .left = 5 };
    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo", server_port(bench.server));
    struct http_request request = { .method = "GET", .url = url, .limit = 1000, .timeout_ms = 20000, .plain = true };
    (void)http_send(bench.client.http, &request, ask_again, &chain);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/never", server_port(bench.server));
    bench.client.open = 1; /* this one's end shall not stop the loop */
    chain.victim = client_ask(&bench.client, &request, &chain.cancelled);
    loop_run(bench.client.loop);
    cr_expect_eq(chain.left, 0);
    cr_expect(chain.cancelled.times == 1 && chain.cancelled.end == HTTP_CANCELLED);
    close_bench(&bench);
}

Test(http, settings_that_cannot_work_are_refused)
{
    struct loop *loop = loop_new();
    static const struct { const char *ca_file, *proxy, *why; } rows[] = {
        { "/nonexistent.pem", "none", "ca_file cannot be read" },
        { "/dev/null", "none", "holds no certificates" },
        { NULL, "socks5://x", "must be \"none\"" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_settings settings = { .user_agent = "x", .ca_file = rows[i].ca_file, .proxy = rows[i].proxy,
                                          .connections = 1, .per_host = 1 };
        char why[256] = "";
        cr_expect_null(http_new(loop, &settings, why));
        cr_expect_not_null(strstr(why, rows[i].why), "%s", why);
    }
    loop_free(loop);
}

/* The HTTP client's requests and answers: what arrives, how answers end, what is not even tried. */
#include "http_bed.h"
#include "leaks.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(http, .fini = leaks_fail, .timeout = 60);

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
        { "and so may a DELETE", { .method = "DELETE", .body = "abc", .body_len = 3 },
          "-|3|-|erwatch/test|-|-|DELETE|abc" },
        { "a DELETE without", { .method = "DELETE" }, "-|-|-|erwatch/test|-|-|DELETE|" },
    };
    static struct bench bench;

    bench_open(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got got = bench_ask(&bench, rows[i].request, "/echo");
        cr_expect_eq(got.end, HTTP_ANSWERED, "%s: %s", rows[i].what, got.why);
        cr_expect_str_eq(got.body, rows[i].arrives, "%s: %s", rows[i].what, got.body);
        cr_expect_str_eq(got.header, "spaced", "the first header of a name, without blanks");
    }
    cr_expect_eq(server_figures(bench.server).connections, 1, "one connection serves one after the other");
    bench_close(&bench);
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
        { "a byte over the limit", "/zeros/5001", { .limit = 5000 }, HTTP_TOO_LARGE, 200, "",
          "the answer is larger than allowed" },
        { "a body cut off", "/cut", { 0 }, HTTP_CUT, 200, "0123", "ended before the answer was complete" },
        { "no answer at all", "/drop", { 0 }, HTTP_CUT, 0, "", "the connection was closed without an answer" },
        { "an answer that does not come", "/never", { .timeout_ms = 30 }, HTTP_TIMEOUT, 0, "", "no answer in time" },
    };
    static struct bench bench;

    bench_open(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got got = bench_ask(&bench, rows[i].request, rows[i].path);
        cr_expect_eq(got.end, rows[i].end, "%s: %d %s", rows[i].what, got.end, got.why);
        cr_expect_eq(got.status, rows[i].status, "%s: %d", rows[i].what, got.status);
        cr_expect_str_eq(got.body, rows[i].body, "%s: %s", rows[i].what, got.body);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect(got.sent, "%s", rows[i].what);
    }
    bench_close(&bench);
}

Test(http, a_long_signed_url_is_asked_as_it_is)
{
    static struct bench bench;
    static const char begins[] = "/uri/A%2fb/../c//d%20?sig=%2B+&x=";
    static char url[12100];
    int len;
    struct got got;

    bench_open(&bench);
    len = snprintf(url, sizeof url, "http://127.0.0.1:%u", server_port(bench.server));
    memset(url + len, 'a', 12000);
    memcpy(url + len, begins, strlen(begins));
    struct http_request request = { .method = "GET", .url = url, .limit = 20000, .timeout_ms = 20000, .plain = true };
    (void)client_ask(&bench.client, &request, &got);
    loop_run(bench.client.loop);
    cr_expect_eq(got.end, HTTP_ANSWERED, "%s", got.why);
    cr_expect_eq(got.len, 12000);
    cr_expect_eq(strncmp(got.body, begins, strlen(begins)), 0, "%s", got.body);
    bench_close(&bench);
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

    bench_open(&bench);
    (void)bench_ask(&bench, (struct http_request){ .compressed = true }, "/gzip");
    long before = peak_kb();
    struct got got = bench_ask(&bench, (struct http_request){ .compressed = true, .limit = 1 << 20 }, "/bomb");
    cr_expect_eq(got.end, HTTP_TOO_LARGE, "%s", got.why);
    cr_expect_leq(got.len, 1 << 20);
    cr_expect_lt(peak_kb() - before, 16384, "%ld KB", peak_kb() - before);
    bench_close(&bench);
}

#define TALK(said) said, sizeof said - 1

Test(http, trailers_behind_chunks_are_fine)
{
    static struct bench bench;
    struct talker talker = { .text = TALK("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Test\r\n\r\n"
                                          "5\r\nhello\r\n0\r\nX-Test: late\r\n\r\n") };

    bench_open(&bench);
    talker_open(&talker, bench.client.loop);
    struct got got = client_get(&bench.client, (struct http_request){ 0 }, "http", talker.port, "/");
    cr_expect_eq(got.end, HTTP_ANSWERED, "%s", got.why);
    cr_expect_str_eq(got.body, "hello");
    http_free(bench.client.http);
    bench.client.http = NULL;
    talker_close(&talker, bench.client.loop);
    bench_close(&bench);
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
        { "an endless body", TALK("HTTP/1.1 200 OK\r\n\r\nand on"), true, false, HTTP_TOO_LARGE, "larger than" },
        { "an endless line in the head", long_line, sizeof long_line, true, false, HTTP_TOO_LARGE,
          "headers are larger" },
        { "endless headers", many_lines, sizeof many_lines, true, false, HTTP_TOO_LARGE, "headers are larger" },
        { "endless interim answers", TALK("HTTP/1.1 100 Continue\r\n\r\n"), true, false, HTTP_TOO_LARGE,
          "headers are larger" },
        { "something that is not HTTP", TALK("SSH-2.0-OpenSSH_9.2\r\n"), false, false, HTTP_CUT, "is not HTTP" },
        { "HTTP/0.9", TALK("<html>hello</html>"), false, true, HTTP_CUT, "is not HTTP" },
        { "half a head", TALK("HTTP/1.1 200 OK\r\nConte"), false, true, HTTP_CUT, "" },
        { "a body shorter than said", TALK("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false, true, HTTP_CUT,
          "before the answer was complete" },
        { "chunks that are none", TALK("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), false, false,
          HTTP_CUT, "" },
        { "a broken packing", TALK("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
          false, false, HTTP_CUT, "compression is broken" },
        { "a body that stops", TALK("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false, false, HTTP_TIMEOUT,
          "no answer in time" },
        { "a close at once", TALK(""), false, true, HTTP_CUT, "closed without an answer" },
    };
    static struct bench bench;

    memset(long_line, 'a', sizeof long_line);
    memcpy(long_line, "HTTP/1.1 200 OK\r\nA: ", 20);
    for (size_t i = 0; i + 6 <= sizeof many_lines; i += 6)
        memcpy(many_lines + i, "A: b\r\n", 6);
    memcpy(many_lines, "HTTP/1.1 200 \r\nA:\r\n", 18);
    bench_open(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct talker talker = {
            .text = rows[i].text, .len = rows[i].len, .again = rows[i].again, .close = rows[i].close,
        };
        struct http_request request = { .timeout_ms = rows[i].end == HTTP_TIMEOUT ? 50 : 20000, .compressed = true };
        talker_open(&talker, bench.client.loop);
        struct got got = client_get(&bench.client, request, "http", talker.port, "/");
        cr_expect_eq(got.end, rows[i].end, "%s: %d %s", rows[i].what, got.end, got.why);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect(got.sent, "%s", rows[i].what);
        talker_close(&talker, bench.client.loop);
    }
    bench_close(&bench);
}

/* ---- what is not even tried, and what cannot be reached ---- */

/* A port whose queue of connections is full: the system lets further ones wait, as a firewall that drops does. */
static uint16_t mute_port(int fds[3])
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof at;

    fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(bind(fds[0], (struct sockaddr *)&at, sizeof at) == 0 && listen(fds[0], 0) == 0 &&
              getsockname(fds[0], (struct sockaddr *)&at, &len) == 0);
    for (int i = 1; i < 3; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(fds[i], (struct sockaddr *)&at, sizeof at);
    }
    return ntohs(at.sin_port);
}

Test(http, a_connection_may_have_a_limit_of_its_own)
{
    static struct bench bench;
    int fds[3];

    bench_open(&bench);
    uint16_t port = mute_port(fds);
    struct got got = client_get(&bench.client, (struct http_request){ .connect_ms = 50 }, "http", port, "/");
    cr_expect_eq(got.end, HTTP_TIMEOUT, "%d %s", got.end, got.why);
    cr_expect_not_null(strstr(got.why, "no connection in time"), "%s", got.why);
    cr_expect(!got.sent && got.took_ms < 20000);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    bench_close(&bench);
}

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
    bench_open(&bench);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_request request = {
            .method = "GET", .url = rows[i].url, .timeout_ms = 1000, .plain = rows[i].plain,
        };
        struct got got;
        (void)client_ask(&bench.client, &request, &got);
        loop_run(bench.client.loop);
        cr_expect_eq(got.end, HTTP_REFUSED, "%s: %d", rows[i].what, got.end);
        cr_expect_not_null(strstr(got.why, rows[i].why), "%s: %s", rows[i].what, got.why);
        cr_expect_null(strstr(got.why, "secret"), "%s", got.why);
        cr_expect_not(got.sent, "%s", rows[i].what);
    }
    bench_close(&bench);
}

Test(http, says_who_refused)
{
    static struct bench bench;
    char expected[64];

    bench_open(&bench);
    uint16_t port = server_port(bench.server);
    server_free(bench.server);
    bench.server = NULL;
    struct got got = client_get(&bench.client, (struct http_request){ 0 }, "http", port, "/a?sig=secret");
    snprintf(expected, sizeof expected, "http://127.0.0.1:%u: no connection: Connection refused", port);
    cr_expect_eq(got.end, HTTP_CONNECT, "%d", got.end);
    cr_expect_str_eq(got.why, expected, "%s", got.why);
    cr_expect_not(got.sent);
    bench_close(&bench);
}

Test(http, without_descriptors_it_is_our_own_fault)
{
    static struct bench bench;
    struct rlimit before, none;

    bench_open(&bench);
    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){ .rlim_cur = 3, .rlim_max = before.rlim_max };
    setrlimit(RLIMIT_NOFILE, &none);
    struct got got = bench_ask(&bench, (struct http_request){ 0 }, "/echo");
    setrlimit(RLIMIT_NOFILE, &before);
    cr_expect_eq(got.end, HTTP_LOCAL, "%d %s", got.end, got.why);
    got = bench_ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(got.end, HTTP_ANSWERED, "and it goes on when there are some: %s", got.why);
    bench_close(&bench);
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

    bench_open(&bench);
    talker_open(&proxy, bench.client.loop);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", proxy.port);
    setenv("http_proxy", url, 1);
    setenv("no_proxy", "nothing", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        http_free(bench.client.http);
        client_open(&bench.client, NULL, rows[i].setting != NULL ? rows[i].setting : url);
        struct got got = bench_ask(&bench, (struct http_request){ .direct = rows[i].direct }, "/empty");
        cr_expect_str_eq(got.body, rows[i].body, "%s: %s %s", rows[i].what, got.body, got.why);
    }
    http_free(bench.client.http);
    bench.client.http = NULL;
    talker_close(&proxy, bench.client.loop);
    bench_close(&bench);
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

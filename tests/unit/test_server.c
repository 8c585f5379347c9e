/*
 * The HTTP server, asked by a blocking client on a thread of its own: requests good and bad, limits, faults, the Unix
 * socket.
 */
#include "io/server.h"
#include "io/wake.h"
#include "leaks.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(server, .fini = leaks_fail, .timeout = 60);

/* ---- a server that tells what it was asked ---- */

struct bench {
    struct loop *loop;
    struct server *server;
    struct server_call *later;
    struct timer *timer;
    struct wake *finished;
    unsigned asked;
    bool peer_known;
    uid_t peer_uid;
    pid_t peer_pid;
};

static void answer_later(void *context, struct moment now)
{
    struct bench *bench = context;

    (void)now;
    server_answer(bench->later, 200, NULL, "later", 5);
    bench->later = NULL;
}

static void answer_echo(struct server_call *call, const struct server_request *request)
{
    static const char *const headers[] = { "X-One: 1", NULL };
    char text[1024];
    const char *agent = server_header(call, "user-AGENT"), *q = server_query(call, "q");
    int len = snprintf(text, sizeof text, "%s|%s|%s|%s|%s|%.*s", request->method, request->path, request->uri,
                       agent != NULL ? agent : "-", q != NULL ? q : "-", (int)request->body_len, request->body);

    server_answer(call, 200, headers, text, (size_t)len);
}

static void asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    struct bench *bench = context;

    bench->asked++;
    bench->peer_known = request->peer_known;
    bench->peer_uid = request->peer_uid;
    bench->peer_pid = request->peer_pid;
    if (strcmp(request->path, "/later") == 0) {
        bench->later = call;
        timer_set(bench->timer, mono_after(now.mono, 2));
    } else if (strncmp(request->path, "/held", 5) == 0) {
        bench->later = call;
        if (strcmp(request->path, "/held-and-stop") == 0)
            loop_stop(bench->loop);
    } else if (strcmp(request->path, "/cut") == 0) {
        server_answer_cut(call, 200, NULL, "0123456789", 10, 4);
    } else if (strcmp(request->path, "/drop") == 0) {
        server_answer_cut(call, 0, NULL, NULL, 0, 0);
    } else if (strcmp(request->path, "/empty") == 0) {
        server_answer(call, 204, NULL, NULL, 0);
    } else {
        answer_echo(call, request);
    }
}

static void stop(void *context, struct moment now)
{
    struct bench *bench = context;

    (void)now;
    loop_stop(bench->loop);
}

static void open_bench(struct bench *bench, const struct server_settings *settings)
{
    char why[256] = "";

    *bench = (struct bench){ .loop = loop_new() };
    bench->server = server_new(bench->loop, settings, asked, bench, why);
    cr_assert_not_null(bench->server, "%s", why);
    bench->timer = timer_new(bench->loop, answer_later, bench);
    bench->finished = wake_new(bench->loop, stop, bench);
}

static void close_bench(struct bench *bench)
{
    server_free(bench->server);
    if (bench->later != NULL)
        server_answer(bench->later, 200, NULL, "nobody", 6);
    timer_free(bench->timer);
    wake_free(bench->finished);
    loop_free(bench->loop);
}

static const struct server_settings tcp = {
    .address = "127.0.0.1", .clients = 8, .body_max = 1000, .timeout_ms = 5000,
};

/* ---- the client ---- */

struct visit {
    struct bench *bench;
    const char *text; /* what it sends */
    size_t len;
    bool half; /* it closes its own direction then */
    char answer[8192];
    size_t got;
};

static int connect_tcp(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server has closed */
        text += sent;
        len -= (size_t)sent;
    }
}

static size_t read_all(int fd, char *answer, size_t room)
{
    size_t got = 0;
    ssize_t more;

    while (got < room - 1 && (more = read(fd, answer + got, room - 1 - got)) > 0)
        got += (size_t)more;
    answer[got] = '\0';
    return got;
}

static void *visit_thread(void *context)
{
    struct visit *visit = context;
    int fd = connect_tcp(server_port(visit->bench->server));

    send_all(fd, visit->text, visit->len);
    if (visit->half)
        shutdown(fd, SHUT_WR);
    visit->got = read_all(fd, visit->answer, sizeof visit->answer);
    close(fd);
    wake_up(visit->bench->finished);
    return NULL;
}

static void run_with(struct bench *bench, void *(*client)(void *), void *context)
{
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, client, context), 0);
    loop_run(bench->loop);
    pthread_join(thread, NULL);
}

#define END " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
#define SENT(text) text, sizeof text - 1

static const struct row {
    const char *what;
    const char *sent;
    size_t len;
    int status;         /* 0: closed without a word */
    const char *body;   /* the end of the answer */
    bool half;
} rows[] = {
    { "a GET", SENT("GET /a" END), 200, "GET|/a|/a|-|-|", false },
    { "any method", SENT("PATCH /a" END), 200, "PATCH|/a|/a|-|-|", false },
    { "a method nobody knows", SENT("BREW /a" END), 200, "BREW|/a|/a|-|-|", false },
    { "HEAD gets no body", SENT("HEAD /a" END), 200, "\r\n\r\n", false },
    { "a 204 has no body", SENT("GET /empty" END), 204, "\r\n\r\n", false },
    { "the path is decoded, the query is not part of it",
      SENT("GET /a%20b%2Fc+d?q=1" END), 200, "|/a b/c+d|/a%20b%2Fc+d?q=1|-|1|", false },
    { "parameters are decoded", SENT("GET /?p=0&q=a+b%3D%26&q=2" END), 200, "|a b=&|", false },
    { "a parameter without a value is empty", SENT("GET /?q" END), 200, "|-||", false },
    { "header names have no case, values lose their blanks",
      SENT("GET / HTTP/1.1\r\nUSER-agent: \t me \t\r\nConnection: close\r\n\r\n"), 200, "|me|-|", false },
    { "a body comes along",
      SENT("POST /a HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"), 200, "|-|hello", false },
    { "an answer may come later", SENT("GET /later" END), 200, "later", false },
    { "two requests at once are answered in order",
      SENT("GET /1 HTTP/1.1\r\n\r\nGET /later" END), 200, "later", false },
    { "HTTP/1.0 closes by itself", SENT("GET /a HTTP/1.0\r\n\r\n"), 200, "GET|/a|/a|-|-|", false },
    { "blank lines before a request are passed over", SENT("\r\n\r\nGET /a" END), 200, "GET|/a|/a|-|-|", false },
    { "a client that closes its own direction gets its answer",
      SENT("GET /a HTTP/1.1\r\n\r\n"), 200, "GET|/a|/a|-|-|", true },
    { "a client that waits before it sends a body is told to go on",
      SENT("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"), 100, "Continue\r\n\r\n", true },
    { "an answer cut off", SENT("GET /cut" END), 200, "\r\n\r\n0123", false },
    { "closed without a word", SENT("GET /drop" END), 0, "", false },
    { "not HTTP at all", SENT("hello\r\n\r\n"), 400, "Bad Request\n", false },
    { "an escape that is none", SENT("GET /%zz" END), 400, "Bad Request\n", false },
    { "a NUL that hides in an escape", SENT("GET /%00" END), 400, "Bad Request\n", false },
    { "a NUL that does not hide", SENT("GET /\0" END), 400, "Bad Request\n", false },
    { "an absolute target", SENT("GET http://x/" END), 400, "Bad Request\n", false },
    { "a folded header", SENT("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), 400, "Bad Request\n", false },
    { "a blank before the colon", SENT("GET / HTTP/1.1\r\nContent-Length : 5\r\n\r\n"), 400, "Bad Request\n", false },
    { "a lone line feed hidden in a value", SENT("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n"), 400, "Bad Request\n", false },
    { "two lengths",
      SENT("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400, "Bad Request\n", false },
    { "a negative length", SENT("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400, "Bad Request\n", false },
    { "a chunked body",
      SENT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411, "Length Required\n", false },
    { "a body over the limit", SENT("POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n"), 413, "Too Large\n", false },
    { "a length that does not fit any number",
      SENT("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413, "Too Large\n", false },
    { "another version", SENT("GET / HTTP/2.0\r\n\r\n"), 505, "Supported\n", false },
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len >= tail && strcmp(text + len - tail, end) == 0;
}

Test(server, answers_as_the_table_says)
{
    static struct bench bench;

    open_bench(&bench, &tcp);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct visit visit = { .bench = &bench, .text = rows[i].sent, .len = rows[i].len, .half = rows[i].half };
        int status = 0;
        run_with(&bench, visit_thread, &visit);
        (void)sscanf(visit.answer, "HTTP/1.1 %d", &status);
        cr_expect_eq(status, rows[i].status, "%s: %s", rows[i].what, visit.answer);
        cr_expect(rows[i].status != 0 ? ends_with(visit.answer, rows[i].body) : visit.got == 0, "%s: %s", rows[i].what,
                  visit.answer);
    }
    close_bench(&bench);
}

Test(server, adds_what_an_answer_needs)
{
    static struct bench bench;
    struct visit visit = { .bench = &bench, .text = "GET /a" END, .len = strlen("GET /a" END) };

    open_bench(&bench, &tcp);
    run_with(&bench, visit_thread, &visit);
    cr_expect_not_null(strstr(visit.answer, "\r\nX-One: 1\r\n"));
    cr_expect_not_null(strstr(visit.answer, "\r\nDate: "));
    cr_expect_not_null(strstr(visit.answer, " GMT\r\n"));
    cr_expect_not_null(strstr(visit.answer, "\r\nContent-Length: 14\r\n"));
    cr_expect_not_null(strstr(visit.answer, "\r\nConnection: close\r\n"));
    close_bench(&bench);
}

Test(server, endless_heads_and_endless_headers_end)
{
    static struct bench bench;
    static char head[1 << 20];
    struct visit visit = { .bench = &bench, .text = head, .len = sizeof head };

    memset(head, 'a', sizeof head);
    memcpy(head, "GET /", 5);
    open_bench(&bench, &tcp);
    run_with(&bench, visit_thread, &visit);
    cr_expect_eq(strncmp(visit.answer, "HTTP/1.1 431 ", 13), 0, "%s", visit.answer);
    memcpy(head, "GET / HTTP/1.1\r\n", 16);
    for (size_t i = 0; i < 100; i++)
        memcpy(head + 16 + 6 * i, "A: b\r\n", 6);
    memcpy(head + 616, "\r\n", 3);
    visit.len = 618;
    visit.got = 0;
    run_with(&bench, visit_thread, &visit);
    cr_expect(strncmp(visit.answer, "HTTP/1.1 431 ", 13) == 0, "%s", visit.answer);
    cr_expect_eq(bench.asked, 0);
    close_bench(&bench);
}

/* ---- crowds, slow clients, clients that leave ---- */

static void *crowd_thread(void *context)
{
    struct visit *visit = context;
    int fds[100];

    for (size_t i = 0; i < 100; i++) {
        fds[i] = connect_tcp(server_port(visit->bench->server));
        send_all(fds[i], "GET /half", 9);
    }
    visit_thread(visit);
    for (size_t i = 0; i < 100; i++)
        close(fds[i]);
    return NULL;
}

Test(server, a_crowd_of_half_requests_does_not_keep_others_out)
{
    static struct bench bench;
    struct visit visit = { .bench = &bench, .text = "GET /a" END, .len = strlen("GET /a" END) };

    open_bench(&bench, &tcp);
    run_with(&bench, crowd_thread, &visit);
    cr_expect(ends_with(visit.answer, "GET|/a|/a|-|-|"), "%s", visit.answer);
    cr_expect_eq(bench.asked, 1);
    close_bench(&bench);
}

Test(server, a_slow_client_is_cut)
{
    static struct bench bench;
    struct server_settings hasty = tcp;
    struct visit visit = { .bench = &bench, .text = "GET /a HTT", .len = 10 };

    hasty.timeout_ms = 20;
    open_bench(&bench, &hasty);
    run_with(&bench, visit_thread, &visit);
    cr_expect_eq(visit.got, 0);
    close_bench(&bench);
}

static void *leave_thread(void *context)
{
    struct bench *bench = context;
    int fd = connect_tcp(server_port(bench->server));

    send_all(fd, "GET /held" END, strlen("GET /held" END));
    shutdown(fd, SHUT_WR);
    char none[2];
    (void)read_all(fd, none, sizeof none); /* until the server has noticed */
    close(fd);
    wake_up(bench->finished);
    return NULL;
}

Test(server, an_answer_for_a_client_that_left_goes_nowhere)
{
    static struct bench bench;

    open_bench(&bench, &tcp);
    run_with(&bench, leave_thread, &bench);
    cr_assert_not_null(bench.later);
    cr_expect_str_eq(server_header(bench.later, "Host"), "x", "its request can still be read");
    server_answer(bench.later, 200, NULL, "late", 4);
    bench.later = NULL;
    close_bench(&bench);
}

static void *held_thread(void *context)
{
    static const char two[] = "GET /held-and-stop HTTP/1.1\r\n\r\nGET /a" END;
    struct bench *bench = context;
    int fd = connect_tcp(server_port(bench->server));
    char answer[16];

    send_all(fd, two, strlen(two));
    (void)read_all(fd, answer, sizeof answer);
    close(fd);
    return NULL;
}

Test(server, may_end_while_a_call_is_open)
{
    static struct bench bench;
    pthread_t thread;

    open_bench(&bench, &tcp);
    cr_assert_eq(pthread_create(&thread, NULL, held_thread, &bench), 0);
    loop_run(bench.loop);
    cr_expect_eq(bench.asked, 1, "the second request waits until the first is answered");
    close_bench(&bench);
    pthread_join(thread, NULL);
}

/* ---- the Unix socket ---- */

struct place {
    char folder[64], path[80];
};

static struct place make_place(void)
{
    struct place place = { .folder = "/tmp/erwatch-test-XXXXXX" };

    cr_assert_not_null(mkdtemp(place.folder));
    snprintf(place.path, sizeof place.path, "%.60s/socket", place.folder);
    return place;
}

struct unix_visit {
    struct bench *bench;
    const char *path;
    char answer[1024];
};

static int connect_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static void *unix_thread(void *context)
{
    struct unix_visit *visit = context;
    int fd = connect_unix(visit->path);

    send_all(fd, "GET /a" END, strlen("GET /a" END));
    (void)read_all(fd, visit->answer, sizeof visit->answer);
    close(fd);
    wake_up(visit->bench->finished);
    return NULL;
}

Test(server, a_unix_socket_is_for_its_group_and_knows_its_peer)
{
    static struct bench bench;
    struct place place = make_place();
    struct server_settings settings = {
        .unix_path = place.path, .group = "no such group", .clients = 2, .timeout_ms = 5000,
    };
    struct unix_visit visit = { .bench = &bench, .path = place.path };
    struct stat file;

    umask(0);
    open_bench(&bench, &settings);
    cr_assert_eq(stat(place.path, &file), 0);
    cr_expect_eq(file.st_mode & 07777, 0660, "whatever the umask");
    run_with(&bench, unix_thread, &visit);
    cr_expect(ends_with(visit.answer, "GET|/a|/a|-|-|"), "%s", visit.answer);
    cr_expect(bench.peer_known);
    cr_expect_eq(bench.peer_uid, getuid());
    cr_expect_eq(bench.peer_pid, getpid());
    close_bench(&bench);
    cr_expect_neq(access(place.path, F_OK), 0, "the file goes with the server");
    rmdir(place.folder);
}

static void refuses(struct loop *loop, const struct server_settings *settings, const char *reason)
{
    char why[256] = "";

    cr_expect_null(server_new(loop, settings, asked, NULL, why));
    cr_expect_not_null(strstr(why, reason), "\"%s\" says: %s", why, reason);
}

Test(server, a_socket_file_is_replaced_only_when_nobody_listens)
{
    static struct bench bench;
    struct place place = make_place();
    struct server_settings settings = { .unix_path = place.path, .clients = 2, .timeout_ms = 5000 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int stale = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", place.path);
    cr_assert_eq(bind(stale, (struct sockaddr *)&address, sizeof address), 0);
    close(stale);
    open_bench(&bench, &settings);
    refuses(bench.loop, &settings, "somebody listens on");
    int fd = connect_unix(place.path);
    cr_expect_geq(fd, 0, "the first one still does");
    close(fd);

    cr_assert_eq(unlink(place.path), 0);
    int file = open(place.path, O_CREAT | O_WRONLY, 0600);
    cr_assert_geq(file, 0);
    close(file);
    refuses(bench.loop, &settings, "is there already and is no socket");
    close_bench(&bench);
    cr_expect_eq(access(place.path, F_OK), 0, "a file that is not ours stays");
    unlink(place.path);
    rmdir(place.folder);
}

Test(server, says_why_it_cannot_listen)
{
    struct loop *loop = loop_new();
    struct server_settings name = tcp, long_path = tcp, no_file = tcp, taken = tcp;
    char path[200];
    static struct bench bench;

    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    long_path.unix_path = path;
    refuses(loop, &long_path, "longer than 107 bytes");
    name.address = "localhost";
    refuses(loop, &name, "localhost is no address");
    no_file.cert_file = no_file.key_file = "/nonexistent/cert.pem";
    refuses(loop, &no_file, "cannot use the certificate /nonexistent/cert.pem: ");
    open_bench(&bench, &tcp);
    taken.port = server_port(bench.server);
    refuses(loop, &taken, "cannot listen on 127.0.0.1: Address already in use");
    close_bench(&bench);
    loop_free(loop);
}

/* The HTTP client with many requests: queues, hosts that hang, dead connections, giving up. */
#include "http_bed.h"
#include "leaks.h"

TestSuite(http_many, .fini = leaks_fail, .timeout = 60);

/* ---- many at once ---- */

Test(http_many, many_at_once_wait_for_their_turn)
{
    enum { MANY = 200 };
    static struct bench bench;
    static struct got got[MANY];

    bench_open(&bench);
    bench_ask_many(&bench, got, MANY, server_port(bench.server), "/held", 20000);
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
    bench_close(&bench);
}

Test(http_many, a_host_that_hangs_holds_up_nobody_else)
{
    static struct bench bench;
    static struct got hanging[20], quick[20];
    struct talker silent = { .close = false };

    bench_open(&bench);
    talker_open(&silent, bench.client.loop);
    bench_ask_many(&bench, hanging, 20, silent.port, "/", 5000);
    bench_ask_many(&bench, quick, 20, server_port(bench.server), "/held", 20000);
    loop_run(bench.client.loop);
    for (size_t i = 0; i < 20; i++) {
        cr_expect_eq(quick[i].end, HTTP_ANSWERED, "%s", quick[i].why);
        cr_expect_lt(quick[i].took_ms, 5000, "%zu took %ld ms", i, (long)quick[i].took_ms);
        cr_expect_eq(hanging[i].end, HTTP_TIMEOUT, "%s", hanging[i].why);
    }
    cr_expect(hanging[0].sent);
    cr_expect_not(hanging[19].sent, "waiting counts");
    cr_expect_not_null(strstr(hanging[19].why, "no turn in time"), "%s", hanging[19].why);
    talker_close(&silent, bench.client.loop);
    bench_close(&bench);
}

Test(http_many, after_a_connection_went_dead_older_ones_are_not_used)
{
    static struct bench bench;
    static struct got got[2];

    bench_open(&bench);
    uint16_t port = server_port(bench.server);
    bench_ask_many(&bench, got, 1, port, "/held", 20000);
    bench_ask_many(&bench, got + 1, 1, port, "/held", 20000);
    loop_run(bench.client.loop);
    uint64_t before = server_figures(bench.server).connections;
    cr_expect_eq(before, 2);
    struct got dead = bench_ask(&bench, (struct http_request){ .timeout_ms = 30 }, "/never");
    cr_expect_eq(dead.end, HTTP_TIMEOUT);
    cr_expect_eq(server_figures(bench.server).connections, before, "it used one that was there");
    struct got next = bench_ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(next.end, HTTP_ANSWERED);
    cr_expect_eq(server_figures(bench.server).connections, before + 1, "the next one used none of them");
    bench_close(&bench);
}

/* ---- giving up ---- */

Test(http_many, cancelled_calls_are_told_once_and_later)
{
    static struct bench bench;
    struct got running, waiting, refused, ended;
    char url[64];

    bench_open(&bench);
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
    ended = bench_ask(&bench, (struct http_request){ 0 }, "/echo");
    cr_expect_eq(ended.end, HTTP_ANSWERED, "others go on");
    bench_close(&bench);
}

Test(http_many, its_end_cancels_everything)
{
    static struct bench bench;
    static struct got got[20];

    bench_open(&bench);
    bench_ask_many(&bench, got, 20, server_port(bench.server), "/never", 20000);
    http_free(bench.client.http);
    bench.client.http = NULL;
    for (size_t i = 0; i < 20; i++)
        cr_expect(got[i].times == 1 && got[i].end == HTTP_CANCELLED, "%zu", i);
    bench_close(&bench);
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

Test(http_many, a_callback_may_send_and_cancel)
{
    static struct bench bench;
    static struct chain chain;
    char url[64];

    bench_open(&bench);
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
    bench_close(&bench);
}

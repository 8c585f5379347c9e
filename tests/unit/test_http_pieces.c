/* The HTTP client with answers that are read in pieces: what arrives, how much of it in a turn of the loop, giving up. */
#include "http_bed.h"
#include "leaks.h"

TestSuite(http_pieces, .fini = leaks_fail, .timeout = 60);

#define TURN_MOST (64 * 1024 + 2 * 16 * 1024) /* the work of a turn, and the piece with which it was too much */

/* ---- one who reads pieces, and counts the turns of the loop meanwhile ---- */

struct course;

struct reader {
    struct course *course;
    struct http_call *call;
    char *body;
    size_t len, room;
    unsigned pieces, alone, alone_most; /* pieces; those in a row while another waited for its own */
    unsigned times;                     /* the end was told */
    enum http_end end;
    size_t reply_len;
    char reply[64], why[400];
};

struct course {
    struct bench bench;
    struct timer *ticker; /* fires in every turn */
    struct timer *once;   /* a turn after the first piece */
    struct reader readers[2];
    size_t this_turn, most_in_turn; /* bytes of pieces */
    unsigned turns, open;
    bool gives_up; /* cancel after the first piece */
    unsigned running; /* transfers when the first piece came */
};

static void tick(void *context, struct moment now)
{
    struct course *course = context;

    course->turns++;
    course->this_turn = 0;
    timer_set(course->ticker, now.mono);
}

static void cancel_first(void *context, struct moment now)
{
    struct course *course = context;

    (void)now;
    http_cancel(course->readers[0].call);
}

static void note_order(struct reader *reader)
{
    struct reader *other = &reader->course->readers[reader == &reader->course->readers[0]];

    reader->alone = other->pieces > 0 && other->times == 0 ? reader->alone + 1 : 0;
    other->alone = 0;
    if (reader->alone > reader->alone_most)
        reader->alone_most = reader->alone;
}

static void piece(void *context, const char *bytes, size_t len)
{
    struct reader *reader = context;
    struct course *course = reader->course;

    cr_assert_eq(reader->times, 0, "no piece behind the end");
    if (reader->pieces == 0) {
        course->running = http_figures(course->bench.client.http).running;
        if (course->gives_up)
            timer_set(course->once, loop_now(course->bench.client.loop).mono);
    }
    note_order(reader);
    reader->pieces++;
    if (reader->len + len > reader->room) {
        reader->room = (reader->len + len) * 2;
        reader->body = realloc(reader->body, reader->room);
        cr_assert_not_null(reader->body);
    }
    memcpy(reader->body + reader->len, bytes, len);
    reader->len += len;
    course->this_turn += len;
    if (course->this_turn > course->most_in_turn)
        course->most_in_turn = course->this_turn;
}

static void ended(void *context, const struct http_reply *reply, struct moment now)
{
    struct reader *reader = context;

    (void)now;
    reader->times++;
    reader->end = reply->end;
    reader->reply_len = reply->len;
    snprintf(reader->reply, sizeof reader->reply, "%s", reply->body);
    snprintf(reader->why, sizeof reader->why, "%s", reply->why);
    if (--reader->course->open == 0)
        loop_stop(reader->course->bench.client.loop);
}

static void course_open(struct course *course)
{
    *course = (struct course){ .open = 0 };
    bench_open(&course->bench);
    course->ticker = timer_new(course->bench.client.loop, tick, course);
    course->once = timer_new(course->bench.client.loop, cancel_first, course);
    timer_set(course->ticker, loop_now(course->bench.client.loop).mono);
}

static void course_close(struct course *course)
{
    timer_free(course->ticker);
    timer_free(course->once);
    bench_close(&course->bench);
    free(course->readers[0].body);
    free(course->readers[1].body);
}

static struct reader *ask(struct course *course, size_t which, const char *path, size_t limit)
{
    struct reader *reader = &course->readers[which];
    char url[128];

    free(reader->body);
    *reader = (struct reader){ .course = course };
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", server_port(course->bench.server), path);
    struct http_request request = { .method = "GET", .url = url, .limit = limit, .timeout_ms = 20000, .plain = true,
                                    .compressed = true, .piece = piece };
    course->open++;
    reader->call = http_send(course->bench.client.http, &request, ended, reader);
    return reader;
}

static struct reader *get(struct course *course, const char *path, size_t limit)
{
    struct reader *reader = ask(course, 0, path, limit);

    loop_run(course->bench.client.loop);
    return reader;
}

/* ---- what arrives ---- */

Test(http_pieces, answers_end_as_the_table_says)
{
    static const struct {
        const char *what, *path;
        size_t limit;
        enum http_end end;
        size_t len; /* of all pieces */
        const char *reply, *why;
    } rows[] = {
        { "what is not packed", "/zeros/200000", 200000, HTTP_ANSWERED, 200000, "", "" },
        { "what is packed", "/numbers", 600000, HTTP_ANSWERED, 588895, "", "" },
        { "an older name of gzip", "/x-gzip", 100, HTTP_ANSWERED, 5, "", "" },
        { "packed as identity", "/identity", 5, HTTP_ANSWERED, 5, "", "" },
        { "nothing, said to be packed", "/gzip-empty", 100, HTTP_ANSWERED, 0, "", "" },
        { "nothing", "/empty", 100, HTTP_ANSWERED, 0, "", "" },
        { "another status goes into the reply", "/busy", 100, HTTP_ANSWERED, 0, "busy", "" },
        { "and is unpacked for it", "/gzip-busy", 100, HTTP_ANSWERED, 0, "busy", "" },
        { "as long as allowed, unpacked", "/numbers", 588895, HTTP_ANSWERED, 588895, "", "" },
        { "a byte more", "/numbers", 588894, HTTP_TOO_LARGE, SIZE_MAX, "", "larger than allowed" },
        { "a byte more, not packed", "/zeros/5001", 5000, HTTP_TOO_LARGE, 0, "", "larger than allowed" },
        { "more than allowed before it is unpacked", "/numbers", 1000, HTTP_TOO_LARGE, 0, "", "larger than allowed" },
        { "a bomb", "/bomb", 1000000, HTTP_TOO_LARGE, SIZE_MAX, "", "larger than allowed" },
        { "packed, and cut", "/gzip-cut", 600000, HTTP_CUT, SIZE_MAX, "", "compression is broken" },
        { "packed, and more behind it", "/gzip-more", 100, HTTP_CUT, 5, "", "compression is broken" },
        { "not packed, but said to be", "/gzip-not", 100, HTTP_CUT, 0, "", "compression is broken" },
        { "packed in another way", "/deflate", 100, HTTP_CUT, 0, "", "compression was not asked for" },
        { "a connection that breaks", "/cut", 100, HTTP_CUT, SIZE_MAX, "", "before the answer was complete" },
    };
    static struct course course;

    course_open(&course);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reader *reader = get(&course, rows[i].path, rows[i].limit);
        cr_expect_eq(reader->times, 1, "%s", rows[i].what);
        cr_expect_eq(reader->end, rows[i].end, "%s: %d %s", rows[i].what, reader->end, reader->why);
        cr_expect(rows[i].len == SIZE_MAX || reader->len == rows[i].len, "%s: %zu", rows[i].what, reader->len);
        cr_expect_leq(reader->len, rows[i].limit, "%s: %zu", rows[i].what, reader->len);
        cr_expect_str_eq(reader->reply, rows[i].reply, "%s: %s", rows[i].what, reader->reply);
        cr_expect_not_null(strstr(reader->why, rows[i].why), "%s: %s", rows[i].what, reader->why);
    }
    course_close(&course);
}

Test(http_pieces, the_pieces_are_the_body_in_its_order)
{
    static struct course course;
    size_t at = 0;
    char line[16];

    course_open(&course);
    struct reader *reader = get(&course, "/numbers", 600000);
    for (unsigned i = 1; i <= 100000; i++) {
        size_t len = (size_t)snprintf(line, sizeof line, "%u\n", i);
        cr_assert(at + len <= reader->len && memcmp(reader->body + at, line, len) == 0, "line %u", i);
        at += len;
    }
    cr_expect_eq(at, reader->len);
    course_close(&course);
}

/* ---- turns ---- */

Test(http_pieces, a_turn_of_the_loop_reads_a_part_only)
{
    static const char *const paths[] = { "/zeros-gzip", "/zeros/3000000" };
    static struct course course;

    course_open(&course);
    for (size_t i = 0; i < 2; i++) {
        course.turns = 0;
        struct reader *reader = get(&course, paths[i], 3000000);
        cr_expect_eq(reader->end, HTTP_ANSWERED, "%s: %s", paths[i], reader->why);
        cr_expect_eq(reader->len, 3000000, "%s", paths[i]);
        cr_expect_geq(course.turns, 3000000 / TURN_MOST, "%s: others were heard %u times", paths[i], course.turns);
    }
    cr_expect_leq(course.most_in_turn, TURN_MOST, "%zu bytes in one turn", course.most_in_turn);
    course_close(&course);
}

Test(http_pieces, who_reads_long_ones_takes_turns)
{
    static struct course course;

    course_open(&course);
    struct reader *first = ask(&course, 0, "/zeros-gzip", 3000000);
    struct reader *second = ask(&course, 1, "/zeros-gzip", 3000000);
    loop_run(course.bench.client.loop);
    cr_expect(first->end == HTTP_ANSWERED && first->len == 3000000, "%s", first->why);
    cr_expect(second->end == HTTP_ANSWERED && second->len == 3000000, "%s", second->why);
    cr_expect(first->alone_most <= 1 && second->alone_most <= 1, "%u and %u pieces in a row", first->alone_most,
              second->alone_most);
    cr_expect_leq(course.most_in_turn, TURN_MOST, "a turn is no longer for two");
    course_close(&course);
}

/* ---- giving up ---- */

Test(http_pieces, one_that_is_cancelled_reads_no_further)
{
    static struct course course;

    course_open(&course);
    course.gives_up = true;
    struct reader *reader = get(&course, "/zeros-gzip", 3000000);
    cr_expect_eq(course.running, 0, "all of it had come; only reading was left, which no deadline ends");
    cr_expect_eq(reader->times, 1);
    cr_expect_eq(reader->end, HTTP_CANCELLED, "%s", reader->why);
    cr_expect(reader->len > 0 && reader->len <= 2 * TURN_MOST, "%zu", reader->len);
    course.gives_up = false;
    reader = get(&course, "/numbers", 600000);
    cr_expect_eq(reader->end, HTTP_ANSWERED, "the client goes on: %s", reader->why);
    cr_expect_eq(reader->len, 588895);
    course_close(&course);
}

static void stop(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

Test(http_pieces, the_end_of_the_client_is_told_to_those_who_read)
{
    static struct course course;

    course_open(&course);
    timer_free(course.once);
    course.once = timer_new(course.bench.client.loop, stop, course.bench.client.loop);
    course.gives_up = true;
    struct reader *reader = get(&course, "/zeros-gzip", 3000000);
    cr_expect_eq(reader->times, 0);
    size_t len = reader->len;
    cr_expect(len > 0 && len < 3000000);
    http_free(course.bench.client.http);
    course.bench.client.http = NULL;
    cr_expect_eq(reader->times, 1);
    cr_expect_eq(reader->end, HTTP_CANCELLED);
    cr_expect_eq(reader->len, len);
    course_close(&course);
}

/*
 * Who reads long answers in pieces does so in turns, and each turn of the loop has room for a part of that work only:
 * whatever libcurl hands over in one call, timers and other descriptors are heard in between. A transfer is not paused
 * meanwhile: what it brings waits as it came, packed, and only so much of it.
 */
#include "io/http_readers.h"

#include "io/http_call.h"
#include "io/http_why.h"
#include "io/memory.h"

#include <assert.h>
#include <strings.h>

#define PIECE (16 * 1024)
#define TURN (64 * 1024)        /* bytes of bodies read in one turn of the loop, by all: a millisecond */
#define WAITS_MOST (512 * 1024) /* bytes of one answer, as they came; what comes beyond is read at once */

struct http_readers {
    struct loop *loop;
    struct timer *timer;
    struct http_calls list; /* in the order of their turns */
    http_read_ended *ended;
    void *context;
    char piece[PIECE];
};

/* ---- one piece ---- */

/* The first bytes came, and so the whole head. */
static bool begin(struct http_call *call)
{
    const char *packed = call->packed;

    http_why_status(call);
    call->reads = READS_IDLE;
    if (!call->compressed || packed == NULL || *packed == '\0' || strcasecmp(packed, "identity") == 0)
        return true;
    if (strcasecmp(packed, "gzip") != 0 && strcasecmp(packed, "x-gzip") != 0)
        return http_call_break(call, HTTP_CUT, "the answer's compression was not asked for");
    http_unread_unpack(&call->unread);
    return true;
}

/* @param work  grows with what it cost */
static bool read_piece(struct http_readers *readers, struct http_call *call, size_t *work)
{
    size_t before = call->unread.len, len;

    if (!http_unread_take(&call->unread, readers->piece, PIECE, &len))
        return http_call_break(call, HTTP_CUT, "the answer's compression is broken");
    *work += before - call->unread.len + len;
    return http_call_take(call, readers->piece, len);
}

/* ---- turns ---- */

static void wait_for_turn(struct http_readers *readers, struct http_call *call)
{
    if (call->reads == READS_WAITS)
        return;
    call->reads = READS_WAITS;
    TAILQ_INSERT_TAIL(&readers->list, call, turn);
}

/* @return the call has not ended */
static bool take_turn(struct http_readers *readers, struct http_call *call, size_t *work)
{
    TAILQ_REMOVE(&readers->list, call, turn);
    call->reads = READS_IDLE;
    bool fine = read_piece(readers, call, work);
    if (fine && !http_unread_is_empty(&call->unread)) {
        wait_for_turn(readers, call);
        return true;
    }
    if (fine && call->state == CALL_RUNNING)
        return true;
    readers->ended(readers->context, call);
    return false;
}

/* What follows an end may be work, too, and belongs to this turn. */
static void read_some(void *context, struct moment now)
{
    struct http_readers *readers = context;
    size_t work = 0;

    while (work < TURN && !TAILQ_EMPTY(&readers->list))
        if (!take_turn(readers, TAILQ_FIRST(&readers->list), &work))
            break;
    if (!TAILQ_EMPTY(&readers->list))
        timer_set(readers->timer, now.mono);
}

struct http_readers *http_readers_new(struct loop *loop, http_read_ended *ended, void *context)
{
    struct http_readers *readers = xcalloc(1, sizeof *readers);

    readers->loop = loop;
    readers->timer = timer_new(loop, read_some, readers);
    readers->ended = ended;
    readers->context = context;
    TAILQ_INIT(&readers->list);
    return readers;
}

void http_readers_free(struct http_readers *readers)
{
    assert(TAILQ_EMPTY(&readers->list));
    timer_free(readers->timer);
    explicit_bzero(readers->piece, sizeof readers->piece);
    free(readers);
}

bool http_readers_put(struct http_readers *readers, struct http_call *call, const char *bytes, size_t len)
{
    size_t work = 0;

    if (len > call->limit - call->came)
        return http_call_break(call, HTTP_TOO_LARGE, "the answer is larger than allowed");
    if (call->reads == READS_NOT && !begin(call))
        return false;
    call->came += len;
    http_unread_add(&call->unread, bytes, len);
    while (call->unread.len > WAITS_MOST)
        if (!read_piece(readers, call, &work))
            return false;
    if (TAILQ_EMPTY(&readers->list))
        timer_set(readers->timer, loop_now(readers->loop).mono);
    wait_for_turn(readers, call);
    return true;
}

void http_readers_check(struct http_call *call)
{
    if (call->broken == NULL && !http_unread_is_whole(&call->unread))
        (void)http_call_break(call, HTTP_CUT, "the answer's compression is broken");
}

void http_readers_drop(struct http_readers *readers, struct http_call *call)
{
    if (call->reads == READS_WAITS)
        TAILQ_REMOVE(&readers->list, call, turn);
    call->reads = READS_NOT;
    http_unread_fini(&call->unread);
}

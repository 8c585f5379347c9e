#ifndef ERWATCH_SIM_ANSWER_H
#define ERWATCH_SIM_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An answer while it is made: status, headers, body, and how much of it is sent. */

#define ANSWER_HEADERS_MAX 48

struct answer {
    int status;
    char *headers[ANSWER_HEADERS_MAX + 1]; /* "Name: value", NULL ends; the answer's own */
    char *body;                            /* the answer's own */
    size_t len;
    size_t send;      /* cut the connection after so many bytes of the body; SIZE_MAX: send all */
    int64_t delay_ms; /* wait before anything is sent */
    bool hang;        /* never answer */
    bool endless;     /* the body goes on for ever */
};

/** The shape of an error body; all of them have been seen from Azure (shared facts: "Error envelopes really seen"). */
enum envelope {
    ENVELOPE_ARM,      /* {"error":{"code","message"}} */
    ENVELOPE_BARE,     /* {"code","message"} */
    ENVELOPE_CAPITALS, /* {"Code","Message","Details":[]} */
    ENVELOPE_VALUE,    /* {"ErrorCode","Message":{"Value"}} */
    ENVELOPE_NESTED,   /* {"ErrorResponse":{"error":{"code","message"}}} */
    ENVELOPE_LOGIN,    /* the identity platform's {"error","error_description","error_codes"} */
    ENVELOPE_HTML,
    ENVELOPE_TEXT,
    ENVELOPE_EMPTY,
    ENVELOPES
};

extern const char *const envelope_names[ENVELOPES + 1]; /* NULL ends */

void answer_init(struct answer *answer);
void answer_fini(struct answer *answer);

/** Add "Name: value", or replace the header of that name. Control characters become '?': no header ends another. */
void answer_header(struct answer *answer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool answer_has_header(const struct answer *answer, const char *name);

/** Take over a heap body; a body that was there before is freed. */
void answer_body(struct answer *answer, int status, const char *type, char *body, size_t len);

/**
 * JSON as the network provider writes it.
 *
 * @param json    taken over
 * @param indent  two blanks and CR LF, as until 2022; else in one line
 */
void answer_json(struct answer *answer, int status, json_t *json, bool indent);

/** An error. Bytes of the message that are not printable ASCII become '?': parts of it are the caller's own request. */
void answer_error(struct answer *answer, int status, enum envelope envelope, const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** The headers Resource Manager puts into each answer. @p wall_ms: the time for `Date`. */
void answer_arm_headers(struct answer *answer, const char *region, int64_t wall_ms);

/** Text of the heap, or the end of the program. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define GUID_TEXT 37
/** A GUID that nobody else has. */
const char *guid_random(char out[GUID_TEXT]);
/** The GUID that always belongs to these two texts. */
const char *guid_derived(const char *what, const char *name, char out[GUID_TEXT]);

/** "Fri, 27 Apr 2018 22:23:51 GMT" */
#define HTTP_DATE_TEXT 32
const char *http_date(int64_t wall_ms, char out[HTTP_DATE_TEXT]);

#endif

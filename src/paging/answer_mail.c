/*
 * Answers of a mail server (RFC 5321, 4.2): the first digit says whether to come again, three codes say who is at
 * fault.
 */
#include "paging/answer.h"

#include <stdio.h>

/* The first row whose range holds the code counts. */
static const struct {
    int first, last;
    enum answer answer;
} codes[] = {
    { 200, 299, ANSWER_DELIVERED },
    { 400, 499, ANSWER_LATER },    /* 421, 450, 451, 452: also greylisting, and a mailbox that is full for now */
    { 552, 552, ANSWER_REFUSED },  /* too large */
    { 554, 554, ANSWER_REFUSED },  /* the content is not wanted */
    { 500, 599, ANSWER_SETTINGS }, /* 530, 535: sign in; 550, 551, 553: no such mailbox; 501: what it thinks of us */
};

static enum answer answer_of_code(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code >= codes[i].first && code <= codes[i].last)
            return codes[i].answer;
    return ANSWER_LATER;
}

void judge_mail(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                struct wire_outcome *out)
{
    (void)wire;
    (void)request;
    out->answer = answer_of_code(reply->status);
    if (out->answer == ANSWER_DELIVERED && reply->whole)
        return;
    if (out->answer == ANSWER_DELIVERED || reply->status == 0 || reply->status == 354) {
        out->answer = reply->sent ? ANSWER_UNCERTAIN : ANSWER_LATER;
        snprintf(out->why, sizeof out->why, "%s", reply->sent ? "the mail server did not say that it has taken the mail"
                                                              : "the mail server could not be reached");
        return;
    }
    snprintf(out->why, sizeof out->why, "the mail server answered %d", reply->status);
}

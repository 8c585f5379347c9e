/*
 * Mail through libcurl, on the loop by the same handle that HTTP uses. The text counts as sent once libcurl has read
 * all of it: from then on the server may have taken the mail whatever we hear. It goes to those whom the server takes it
 * for; what it says of each of them is overheard, because libcurl does not tell.
 */
#include "io/mail.h"

#include "io/http_multi.h"
#include "io/memory.h"

#include <ctype.h>
#include <sys/queue.h>

#define CONNECTIONS 4

struct mail {
    LIST_ENTRY(mail) link;
    struct mails *mails;
    CURL *easy;
    struct curl_slist *to;
    struct mail_recipient *recipients; /* as in `to`, whose texts these are */
    size_t count, asked;               /* how many there are; how many the server was asked for */
    bool asking;                       /* what it answers next is of the last one of these */
    char *text;
    size_t len, at;
    mail_done *done;
    void *context;
    struct mono begun;
};

struct mails {
    struct loop *loop;
    struct http_multi *multi;
    LIST_HEAD(mail_list, mail) running;
};

static void mail_free(struct mail *mail)
{
    LIST_REMOVE(mail, link);
    curl_easy_cleanup(mail->easy);
    curl_slist_free_all(mail->to);
    free(mail->recipients);
    explicit_bzero(mail->text, mail->len);
    free(mail->text);
    free(mail);
}

static const char *reason(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "the name of the mail server could not be resolved";
    case CURLE_COULDNT_CONNECT:
        return "no connection to the mail server";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "the certificate of the mail server is not accepted";
    case CURLE_USE_SSL_FAILED:
        return "the mail server offers no TLS";
    case CURLE_LOGIN_DENIED:
        return "the mail server refused user or password";
    case CURLE_OPERATION_TIMEDOUT:
        return "the mail server did not answer in time";
    default:
        return "the mail server did not take the mail";
    }
}

static void ended(void *context, CURL *easy, CURLcode code)
{
    struct mails *mails = context;
    struct moment now = loop_now(mails->loop);
    struct mail *mail = NULL;
    long status = 0;

    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &mail);
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    struct mail_reply reply = { .whole = code == CURLE_OK,
                                .sent = mail->at == mail->len,
                                .status = (int)status,
                                .why = code == CURLE_OK ? "" : reason(code),
                                .to = mail->recipients,
                                .to_count = mail->count,
                                .took_ms = mono_between(mail->begun, now.mono) };
    mail->done(mail->context, &reply, now);
    mail_free(mail);
}

static void worked(void *context)
{
    (void)context;
}

struct mails *mails_new(struct loop *loop)
{
    struct mails *mails = xcalloc(1, sizeof *mails);
    struct http_multi_callbacks callbacks = { .ended = ended, .worked = worked, .context = mails };

    (void)memory_or_die(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? loop : NULL);
    mails->loop = loop;
    mails->multi = http_multi_new(loop, CONNECTIONS, &callbacks);
    LIST_INIT(&mails->running);
    return mails;
}

void mails_free(struct mails *mails, void (*drop)(void *context))
{
    if (mails == NULL)
        return;
    for (struct mail *mail = LIST_FIRST(&mails->running), *next; mail != NULL; mail = next) {
        http_multi_remove(mails->multi, mail->easy);
        drop(mail->context);
        next = LIST_NEXT(mail, link);
        mail_free(mail);
    }
    http_multi_free(mails->multi);
    free(mails);
    curl_global_cleanup();
}

static size_t give_text(char *to, size_t one, size_t count, void *context)
{
    struct mail *mail = context;
    size_t left = mail->len - mail->at, room = one * count, part = left < room ? left : room;

    memcpy(to, mail->text + mail->at, part);
    mail->at += part;
    return part;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t forget(char *bytes, size_t one, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return one * count;
}

/* "250 2.1.5 OK": the last line of an answer, which has no dash behind its code. */
static int code_of(const char *line, size_t len)
{
    int code = 0;

    if (len < 4 || line[3] == '-')
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)line[i]))
            return 0;
        code = code * 10 + (line[i] - '0');
    }
    return code;
}

/* libcurl's account of what it says and hears, passwords included: nothing of it is kept but the codes. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static int overhear(CURL *easy, curl_infotype what, char *text, size_t len, void *context)
{
    struct mail *mail = context;

    (void)easy;
    if (what == CURLINFO_HEADER_OUT) {
        mail->asking = len > 8 && strncasecmp(text, "RCPT TO:", 8) == 0 && mail->asked < mail->count;
        mail->asked += mail->asking;
    } else if (what == CURLINFO_HEADER_IN && mail->asking && code_of(text, len) > 0) {
        mail->recipients[mail->asked - 1].code = code_of(text, len);
        mail->asking = false;
    }
    return 0;
}

static void prepare_safety(CURL *easy, const struct mail_request *request)
{
    bool tls = strncasecmp(request->server, "smtps://", 8) == 0;

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, tls ? "smtps" : "smtp");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(tls || request->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* as of HTTP: a mute name server must not hold the loop up */
    if (request->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
}

static void prepare_recipients(struct mail *mail, const struct mail_request *request)
{
    while (request->to[mail->count] != NULL)
        mail->to = memory_or_die(curl_slist_append(mail->to, request->to[mail->count++]));
    mail->recipients = xcalloc(mail->count, sizeof *mail->recipients);
    struct mail_recipient *recipient = mail->recipients;
    for (const struct curl_slist *to = mail->to; to != NULL; to = to->next)
        (recipient++)->address = to->data;
    curl_easy_setopt(mail->easy, CURLOPT_MAIL_RCPT, mail->to);
    curl_easy_setopt(mail->easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L); /* one that is refused keeps it from nobody else */
    curl_easy_setopt(mail->easy, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(mail->easy, CURLOPT_DEBUGDATA, mail);
    curl_easy_setopt(mail->easy, CURLOPT_VERBOSE, 1L);
}

static void prepare_mail(struct mail *mail, const struct mail_request *request)
{
    CURL *easy = mail->easy;

    curl_easy_setopt(easy, CURLOPT_URL, request->server);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, request->from);
    if (request->user != NULL && request->password != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password);
    }
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_text);
    curl_easy_setopt(easy, CURLOPT_READDATA, mail);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, forget);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, forget);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, mail);
}

void mail_send(struct mails *mails, const struct mail_request *request, mail_done *done, void *context)
{
    struct mail *mail = xcalloc(1, sizeof *mail);

    *mail = (struct mail){ .mails = mails, .len = request->len, .done = done, .context = context };
    mail->begun = loop_now(mails->loop).mono;
    mail->easy = memory_or_die(curl_easy_init());
    mail->text = memcpy(memory_or_die(malloc(request->len + 1)), request->text, request->len);
    LIST_INSERT_HEAD(&mails->running, mail, link);
    prepare_safety(mail->easy, request);
    prepare_mail(mail, request);
    prepare_recipients(mail, request);
    http_multi_add(mails->multi, mail->easy);
}

/*
 * Bearer tokens: what is answered. The login service writes numbers, the metadata service writes them as text; the
 * errors of both have the same two keys. What they say about an error in words is not trusted to be free of secrets:
 * known codes have words of ours. What is asked stands in token_ask.c.
 */
#include "azure/token.h"

#include "azure/answer.h"
#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is answered ---- */

enum { TOKEN_TEXT, TOKEN_TYPE, TOKEN_LIFE, TOKEN_ERROR, TOKEN_DESCRIPTION, TOKEN_CODES };

#define LIFE_TYPES (JSON_IS(JSON_NUMBER) | JSON_IS(JSON_STRING))

static const struct json_key token_keys[] = {
    JSON_KEY_TEXT("access_token", TOKEN_TEXT),
    JSON_KEY_TEXT("token_type", TOKEN_TYPE),
    { "expires_in", TOKEN_LIFE, NULL, LIFE_TYPES, 0 },
    JSON_KEYS_END,
};
static const struct json_shape token_shape = { token_keys };

struct token_answer {
    char *text;
    int64_t lives_ms;
    const char *because;
};

static void wipe_text(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}

void token_free(struct token *token)
{
    wipe_text(token->text);
    *token = (struct token){ 0 };
}

/* It becomes part of a header: RFC 6750's characters and nothing else. */
static bool keep_token(struct token_answer *answer, const struct json_value *value)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";

    for (size_t i = 0; i < value->len; i++)
        if (memchr(alphabet, value->text[i], sizeof alphabet - 1) == NULL) {
            answer->because = "has a token with characters that no token has";
            return false;
        }
    if (value->len > 0 && (answer->text = strndup(value->text, value->len)) == NULL)
        abort();
    return true;
}

static bool take_token(void *into, int tag, const struct json_value *value)
{
    struct token_answer *answer = into;
    double seconds;

    switch (tag) {
    case TOKEN_TEXT:
        return keep_token(answer, value);
    case TOKEN_TYPE:
        answer->because = "has a token that is no bearer token";
        return value_is(value, "Bearer");
    case TOKEN_LIFE:
        if (!value_real(value, &seconds))
            break;
        answer->lives_ms = seconds * 1000 < TOKEN_LIFE_LEAST_MS  ? TOKEN_LIFE_LEAST_MS
                           : seconds * 1000 > TOKEN_LIFE_MOST_MS ? TOKEN_LIFE_MOST_MS
                                                                 : (int64_t)(seconds * 1000);
        break;
    }
    return true;
}

static enum azure_result read_token(const struct azure_reply *reply, struct token *out, struct failure *why)
{
    struct token_answer answer = { .lives_ms = TOKEN_LIFE_UNSAID_MS };
    struct answer_reader reader = { &token_shape, take_token, NULL, &answer, &answer.because };
    enum azure_result result = answer_read(reply, &reader, why);

    if (result == AZURE_OK && answer.text == NULL)
        result = answer_refuse(reply, why, "holds no token");
    if (result != AZURE_OK) {
        wipe_text(answer.text);
        return result;
    }
    *out = (struct token){ .text = answer.text, .lives_ms = answer.lives_ms };
    return AZURE_OK;
}

/* ---- errors ---- */

static const struct json_key error_keys[] = {
    { "error", TOKEN_ERROR, NULL, 0, 0 },
    { "error_description", TOKEN_DESCRIPTION, NULL, 0, 0 },
    { "error_codes", TOKEN_CODES, NULL, 0, 0 },
    JSON_KEYS_END,
};
static const struct json_shape error_shape = { error_keys };

struct token_error {
    char error[48];
    char code[24]; /* "AADSTS7000222" */
    char said[96]; /* first words of the description, up to where it quotes something */
};

/* "AADSTS" and digits at the beginning of the description, and what is said behind them. */
static void take_description(struct token_error *error, const char *text, size_t len)
{
    size_t digits = 0;

    if (len > 6 && strncmp(text, "AADSTS", 6) == 0)
        while (6 + digits < len && digits < 9 && text[6 + digits] >= '0' && text[6 + digits] <= '9')
            digits++;
    if (digits > 0) {
        text_copy(error->code, sizeof error->code, text, 6 + digits);
        text += 6 + digits, len -= 6 + digits;
        if (len > 0 && *text == ':')
            text++, len--;
    }
    for (size_t i = 0; i < len; i++)
        if (strchr("'\"`", text[i]) != NULL)
            len = i;
    text_copy_sentence(error->said, sizeof error->said, text, len);
}

static bool take_error(void *into, int tag, const struct json_value *value)
{
    struct token_error *error = into;
    int64_t number;

    if (tag == TOKEN_ERROR && value->type == JSON_STRING)
        text_copy(error->error, sizeof error->error, value->text, value->len);
    if (tag == TOKEN_DESCRIPTION && value->type == JSON_STRING)
        take_description(error, value->text, value->len);
    if (tag == TOKEN_CODES && error->code[0] == '\0' && value_whole(value, 1, 999999999, &number))
        text_print(error->code, sizeof error->code, "AADSTS%d", (int)number);
    return true;
}

/*
 * "Microsoft Entra authentication and authorization error codes", and what the service is known to say beside them.
 * Sentences are short: the code and the status follow.
 */
static const struct {
    const char *code;
    enum trouble kind;
    const char *words;
} codes[] = {
    /* the secret */
    { "AADSTS7000215", TROUBLE_SIGN_IN, "the client secret is wrong; the secret's value is needed, not its id" },
    { "AADSTS7000222", TROUBLE_SIGN_IN, "the client secret has expired; make a new one and replace the file" },
    { "AADSTS50012", TROUBLE_SIGN_IN, "the secret or the assertion was not accepted" },
    { "AADSTS70002", TROUBLE_SIGN_IN, "the credential was not accepted" },
    { "AADSTS7000216", TROUBLE_SIGN_IN, "the application must give a secret or an assertion" },
    { "AADSTS7000218", TROUBLE_SIGN_IN, "the application must give a secret or an assertion" },
    /* the application */
    { "AADSTS700016", TROUBLE_SIGN_IN, "the tenant has no such application; check tenant and client" },
    { "AADSTS7000112", TROUBLE_SIGN_IN, "the application is disabled in its tenant" },
    { "AADSTS7000229", TROUBLE_SIGN_IN, "the application has no service principal in this tenant" },
    { "AADSTS700025", TROUBLE_SIGN_IN, "the application is a public client, which has no credential of its own" },
    { "AADSTS65001", TROUBLE_SIGN_IN, "nobody has consented to the application in this tenant" },
    { "AADSTS650057", TROUBLE_SIGN_IN, "the application may not ask for a token of this resource" },
    /* the tenant and the cloud */
    { "AADSTS90002", TROUBLE_SIGN_IN, "there is no such tenant; check tenant and cloud" },
    { "AADSTS900023", TROUBLE_SIGN_IN, "the tenant is neither an id nor a domain name" },
    { "AADSTS900382", TROUBLE_SIGN_IN, "the tenant belongs to another cloud" },
    { "AADSTS5000225", TROUBLE_SIGN_IN, "the tenant is blocked because it was not used" },
    { "AADSTS500011", TROUBLE_SIGN_IN, "the tenant does not know azure.management as a resource; check the cloud" },
    { "AADSTS500014", TROUBLE_SIGN_IN, "Azure Resource Manager is disabled in the tenant" },
    { "AADSTS70011", TROUBLE_SIGN_IN, "the resource is not known in this form; check the cloud" },
    { "AADSTS1002012", TROUBLE_SIGN_IN, "the resource is not known in this form; check the cloud" },
    /* the certificate, and assertions of all kinds */
    { "AADSTS700027", TROUBLE_SIGN_IN,
      "the certificate was not accepted: the application does not have it, or it has expired there" },
    { "AADSTS700030", TROUBLE_SIGN_IN, "the name in the certificate is not allowed" },
    { "AADSTS7000214", TROUBLE_SIGN_IN, "the certificate has been revoked" },
    { "AADSTS700021", TROUBLE_SIGN_IN, "the assertion is of another application; check client" },
    { "AADSTS700023", TROUBLE_SIGN_IN, "the assertion is for another address; check tenant and azure.login" },
    { "AADSTS700024", TROUBLE_SIGN_IN, "the assertion is outside its time; check this machine's clock" },
    { "AADSTS500133", TROUBLE_SIGN_IN, "the assertion is outside its time; check this machine's clock" },
    { "AADSTS50013", TROUBLE_SIGN_IN, "the assertion was not accepted" },
    { "AADSTS50027", TROUBLE_SIGN_IN, "the assertion is no JSON Web Token that the service can read" },
    /* federation */
    { "AADSTS70021", TROUBLE_SIGN_IN, "no federated credential fits" },
    { "AADSTS700211", TROUBLE_SIGN_IN, "no federated credential fits the issuer" },
    { "AADSTS700212", TROUBLE_SIGN_IN, "no federated credential fits the audience" },
    { "AADSTS700213", TROUBLE_SIGN_IN, "no federated credential fits the subject" },
    { "AADSTS50166", TROUBLE_NETWORK, "the login service could not ask the issuer of the token" },
    /* accounts and policies */
    { "AADSTS50034", TROUBLE_SIGN_IN, "the account does not exist in this tenant" },
    { "AADSTS53003", TROUBLE_SIGN_IN, "a conditional access policy blocks the sign-in" },
    { "AADSTS530003", TROUBLE_SIGN_IN, "a conditional access policy wants a managed device" },
    { "AADSTS50076", TROUBLE_SIGN_IN, "the account needs a second factor, which a service cannot give" },
    /* passing */
    { "AADSTS50196", TROUBLE_THROTTLED, "the login service sees too many sign-ins" },
    { "AADSTS90033", TROUBLE_NETWORK, "the login service has a passing fault" },
    { "AADSTS90006", TROUBLE_NETWORK, "the login service has a passing fault" },
    { "AADSTS90024", TROUBLE_NETWORK, "the login service has a passing fault" },
};

static const struct {
    int from, to;
    enum trouble kind;
    const char *words;
} statuses[] = {
    { 300, 399, TROUBLE_UNEXPECTED, "the answer leads elsewhere, which is not followed" },
    /* the metadata service says these while it starts or is being updated */
    { 404, 404, TROUBLE_NETWORK, "the service is not there" },
    { 410, 410, TROUBLE_NETWORK, "the service is being updated" },
    { 408, 408, TROUBLE_NETWORK, "the service gave up waiting for the request" },
    { 429, 429, TROUBLE_THROTTLED, "too many requests" },
    { 400, 499, TROUBLE_SIGN_IN, "the sign-in was refused" },
    { 500, 599, TROUBLE_NETWORK, "the service failed" },
    { 0, 999, TROUBLE_UNEXPECTED, "the status is not one that was expected" },
};

static size_t code_row(const char *code)
{
    size_t row = 0;

    while (row < sizeof codes / sizeof *codes && strcmp(codes[row].code, code) != 0)
        row++;
    return row;
}

const char *aadsts_words(const char *code)
{
    size_t row = code_row(code);

    return row < sizeof codes / sizeof *codes ? codes[row].words : NULL;
}

static size_t status_row(int status)
{
    size_t row = 0, last = sizeof statuses / sizeof *statuses - 1;

    while (row < last && (status < statuses[row].from || status > statuses[row].to))
        row++;
    return row;
}

/* A code decides over a status of 400 to 499 only: below and above, the status is the whole truth. */
static enum trouble kind_of(int status, const char *code)
{
    size_t row = code_row(code);
    bool client_error = status >= 400 && status < 500 && status != 408 && status != 429;

    if (client_error && row < sizeof codes / sizeof *codes)
        return codes[row].kind;
    return client_error && code[0] != '\0' ? TROUBLE_SIGN_IN : statuses[status_row(status)].kind;
}

static enum azure_result read_refusal(const struct azure_reply *reply, struct failure *why)
{
    struct token_error error = { 0 };
    struct json_fault fault;

    if (json_read(reply->body, reply->len, &error_shape, take_error, NULL, &error, &fault) != JSON_OK)
        error = (struct token_error){ 0 };
    const char *code = error.code[0] != '\0' ? error.code : error.error;
    failure_begin(why, reply, kind_of(reply->status, error.code));
    text_copy(why->code, sizeof why->code, code, strlen(code));
    if (reply->status == 429 || reply->status == 503)
        why->retry_after_ms = retry_after_ms(reply->retry_after, http_date_ms(reply->date));
    const char *words = aadsts_words(error.code);
    bool quote = words == NULL && error.said[0] != '\0';
    if (words == NULL)
        words = statuses[status_row(reply->status)].words;
    text_print(why->what, sizeof why->what, "%s (HTTP %d%s%s)%s%s", words, reply->status, *code != '\0' ? " " : "",
               code, quote ? ": " : "", quote ? error.said : "");
    return AZURE_FAILED;
}

enum azure_result token_read(const struct azure_reply *reply, struct token *out, struct failure *why)
{
    return reply->status == 200 ? read_token(reply, out, why) : read_refusal(reply, why);
}

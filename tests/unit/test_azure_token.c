/* Tokens: what is asked of login and metadata, and every kind of answer. The answers are written after documentation.
 */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_token, .fini = leaks_fail);

#define ARM "https://management.azure.com"

Test(azure_token, what_is_asked_of_login)
{
    struct azure_request request;

    token_ask_secret(&request, "https://login.microsoftonline.com", "my tenant/../x", "c&l=i", "a+b/c=&\xFF\0z", 10,
                     ARM);
    cr_expect_str_eq(request.url, "https://login.microsoftonline.com/my%20tenant%2F..%2Fx/oauth2/v2.0/token");
    cr_expect_str_eq(request.body, "grant_type=client_credentials&client_id=c%26l%3Di"
                                   "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
                                   "&client_secret=a%2Bb%2Fc%3D%26%FF%00z");
    cr_expect_str_eq(request.method, "POST");
    cr_expect_str_eq(request.content_type, "application/x-www-form-urlencoded");
    cr_expect(request.secret && !request.bearer && !request.metadata);
    cr_expect_eq(request.limit, TOKEN_MAX);
    azure_request_free(&request);
}

Test(azure_token, an_assertion_for_login)
{
    struct azure_request request;

    token_ask_assertion(&request, "https://login.microsoftonline.com", "t", "c", "a.b.c-_rest", 5, ARM);
    cr_expect_str_eq(request.url, "https://login.microsoftonline.com/t/oauth2/v2.0/token");
    cr_expect_str_eq(request.body,
                     "grant_type=client_credentials&client_id=c&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
                     "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                     "&client_assertion=a.b.c");
    cr_expect(request.secret && !request.bearer && !request.metadata);
    azure_request_free(&request);
}

static void expect_metadata(struct token_identity identity, const char *behind)
{
    struct azure_request request;
    char wanted[512];

    token_ask_metadata(&request, "http://169.254.169.254", &identity, ARM);
    snprintf(wanted, sizeof wanted,
             "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
             "&resource=https%%3A%%2F%%2Fmanagement.azure.com%%2F%s", behind);
    cr_expect_str_eq(request.url, wanted);
    cr_expect(request.metadata && !request.bearer && !request.secret);
    cr_expect(request.body == NULL && request.authorization == NULL);
    azure_request_free(&request);
}

Test(azure_token, what_is_asked_of_metadata)
{
    expect_metadata((struct token_identity){ 0 }, "");
    expect_metadata((struct token_identity){ .client = "2222-2" }, "&client_id=2222-2");
    expect_metadata((struct token_identity){ .object = "3333-3" }, "&object_id=3333-3");
    expect_metadata((struct token_identity){ .resource = "/subscriptions/s/x y" },
                    "&msi_res_id=%2Fsubscriptions%2Fs%2Fx%20y");
}

Test(azure_token, pauses_of_metadata)
{
    static const int64_t wanted[] = { 2000, 6000, 14000, 30000, 30000 };

    for (uint32_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect_eq(token_metadata_pause_ms(i + 1), wanted[i], "after %u", i + 1);
    cr_expect_eq(token_metadata_pause_ms(UINT32_MAX), 30000);
}

/* ---- Azure Arc ---- */

Test(azure_token, what_is_asked_of_arc)
{
    struct azure_request request;

    token_ask_arc(&request, "http://localhost:40342", NULL, 0, ARM);
    cr_expect_str_eq(request.url, "http://localhost:40342/metadata/identity/oauth2/token?api-version=2019-11-01"
                                  "&resource=https%3A%2F%2Fmanagement.azure.com%2F");
    cr_expect(request.metadata && request.authorization == NULL);
    azure_request_free(&request);
    token_ask_arc(&request, "http://localhost:40342", "k3y-and-more", 3, ARM);
    cr_expect_str_eq(request.authorization, "Basic k3y");
    azure_request_free(&request);
    cr_expect_null(request.authorization);
}

#define KEYS "/var/opt/azcmagent/tokens"

static const struct {
    const char *challenge;
    const char *name; /* NULL: refused */
    const char *what;
} challenges[] = {
    { "Basic realm=" KEYS "/8c1a.key", "8c1a.key", "as the agent sends it" },
    { "basic REALM=" KEYS "/8c1a.key", "8c1a.key", "other letters" },
    { NULL, NULL, "no challenge" },
    { "", NULL, "an empty one" },
    { "Bearer realm=" KEYS "/8c1a.key", NULL, "another scheme" },
    { "Basic realm=/etc/shadow", NULL, "another file" },
    { "Basic realm=/etc/shadow.key", NULL, "another folder" },
    { "Basic realm=" KEYS "x/8c1a.key", NULL, "a folder whose name begins so" },
    { "Basic realm=" KEYS "/../8c1a.key", NULL, "upwards" },
    { "Basic realm=" KEYS "/sub/8c1a.key", NULL, "downwards" },
    { "Basic realm=" KEYS "//8c1a.key", NULL, "a slash too many" },
    { "Basic realm=" KEYS "/.key", NULL, "an ending alone" },
    { "Basic realm=" KEYS "/8c1a.KEY", NULL, "another ending" },
    { "Basic realm=" KEYS "/8c1a.key ", NULL, "a blank behind" },
    { "Basic realm=" KEYS "/8c1a.key, Basic realm=x", NULL, "two" },
    { "Basic realm=8c1a.key", NULL, "a relative name" },
};

Test(azure_token, challenges_of_arc)
{
    for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++) {
        struct azure_reply reply = reply_text(401, "");
        char name[TOKEN_ARC_NAME_MAX] = "untouched";
        struct failure why = { 0 };

        reply.challenge = challenges[i].challenge;
        bool good = token_arc_key(&reply, KEYS, name, &why);
        cr_expect_eq(good, challenges[i].name != NULL, "%s", challenges[i].what);
        cr_expect_str_eq(name, good ? challenges[i].name : "untouched", "%s", challenges[i].what);
        cr_expect(good || (why.kind == TROUBLE_SIGN_IN && strcmp(why.code, "arc-challenge") == 0 &&
                           why.what[0] != '\0' && strstr(why.what, "shadow") == NULL), "%s: %s", challenges[i].what,
                  why.what);
    }
}

Test(azure_token, keys_of_arc)
{
    static char key[TOKEN_ARC_KEY_MAX + 1];

    memset(key, 'a', sizeof key);
    cr_expect(token_is_arc_key(key, TOKEN_ARC_KEY_MAX));
    cr_expect_not(token_is_arc_key(key, TOKEN_ARC_KEY_MAX + 1));
    cr_expect(token_is_arc_key("aGVsbG8+/=", 10));
    cr_expect_not(token_is_arc_key("", 0));
    cr_expect_not(token_is_arc_key("a\r\nX: y", 7), "it would become a header");
    cr_expect_not(token_is_arc_key("a b", 3));
    cr_expect_not(token_is_arc_key("\xE9", 1));
}

/* ---- tokens ---- */

struct token_row {
    const char *body;
    const char *text; /* NULL: not believed */
    int64_t lives_ms;
    const char *what;
};

#define TOKEN(rest) "{\"access_token\":\"eyJ0.a-b_c~d+e/f=\"" rest "}"
#define TEXT "eyJ0.a-b_c~d+e/f="

static const struct token_row tokens[] = {
    { TOKEN(",\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599"), TEXT, 3599000, "login's form" },
    { TOKEN(",\"token_type\":\"Bearer\",\"expires_in\":\"3599\",\"expires_on\":\"1506484173\",\"not_before\":"
            "\"1506480273\","
            "\"resource\":\"https://management.azure.com/\",\"client_id\":\"x\""),
      TEXT, 3599000, "metadata's form: numbers as text" },
    { TOKEN(",\"token_type\":\"bearer\",\"expires_in\":86400"), TEXT, 86400000, "other letters; a day" },
    { TOKEN(",\"expires_in\":60"), TEXT, 60000, "a short one" },
    { TOKEN(",\"expires_in\":0"), TEXT, TOKEN_LIFE_LEAST_MS, "over on arrival: bounded below" },
    { TOKEN(",\"expires_in\":-100"), TEXT, TOKEN_LIFE_LEAST_MS, "negative" },
    { TOKEN(",\"expires_in\":1e300"), TEXT, TOKEN_LIFE_MOST_MS, "absurd: bounded above" },
    { TOKEN(",\"expires_in\":99999999999999999999"), TEXT, TOKEN_LIFE_MOST_MS, "beyond 64 bits" },
    { TOKEN(",\"expires_in\":\"soon\""), TEXT, TOKEN_LIFE_UNSAID_MS, "no number" },
    { TOKEN(",\"expires_in\":null"), TEXT, TOKEN_LIFE_UNSAID_MS, "null" },
    { TOKEN(""), TEXT, TOKEN_LIFE_UNSAID_MS, "not said" },
    { TOKEN(",\"expires_in\":true"), NULL, 0, "a truth" },
    { TOKEN(",\"token_type\":\"mac\""), NULL, 0, "another kind of token" },
    { TOKEN(",\"access_token\":\"x\""), NULL, 0, "two tokens" },
    { "{\"access_token\":\"a\\r\\nX-Evil: 1\"}", NULL, 0, "a line break would become a header" },
    { "{\"access_token\":\"a b\"}", NULL, 0, "a blank" },
    { "{\"access_token\":\"a\\u0000b\"}", NULL, 0, "NUL" },
    { "{\"access_token\":\"\\u00e9\"}", NULL, 0, "beyond ASCII" },
    { "{\"access_token\":\"\"}", NULL, 0, "empty" },
    { "{\"access_token\":null}", NULL, 0, "null" },
    { "{\"access_token\":5}", NULL, 0, "a number" },
    { "{}", NULL, 0, "none" },
    { "{\"error\":\"invalid_client\"}", NULL, 0, "an error with status 200" },
    { "<html>", NULL, 0, "a portal's page" },
    { "", NULL, 0, "nothing" },
};

Test(azure_token, tokens)
{
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        const struct token_row *row = &tokens[i];
        struct azure_reply reply = reply_text(200, row->body);
        struct token token = { .lives_ms = 77 };
        struct failure why;
        enum azure_result result = token_read(&reply, &token, &why);

        cr_expect_eq(result, row->text != NULL ? AZURE_OK : AZURE_FAILED, "%s", row->what);
        if (result == AZURE_OK) {
            cr_expect_str_eq(token.text, row->text, "%s", row->what);
            cr_expect_eq(token.lives_ms, row->lives_ms, "%s: %lld", row->what, (long long)token.lives_ms);
            token_free(&token);
            cr_expect_null(token.text);
        } else {
            cr_expect_eq(token.lives_ms, 77, "%s: untouched", row->what);
            cr_expect_eq(why.kind, TROUBLE_UNEXPECTED, "%s", row->what);
            cr_expect_null(strstr(why.what, "eyJ0"), "%s", row->what);
        }
    }
}

/* ---- errors ---- */

struct error_row {
    int status;
    const char *body;
    enum trouble kind;
    const char *code, *what, *why;
};

#define LOGIN(error, description, codes)                                                                       \
    "{\"error\":\"" error "\",\"error_description\":\"" description "\",\"error_codes\":[" codes               \
    "],\"timestamp\":\"t\","                                                                                   \
    "\"trace_id\":\"11111111-1111-1111-1111-111111111111\",\"error_uri\":\"https://login.microsoftonline.com/" \
    "error?code=1\"}"

static const struct error_row errors[] = {
    { 401, LOGIN("invalid_client", "AADSTS7000215: Invalid client secret provided. Ensure 'SECRETVALUE'.", "7000215"),
      TROUBLE_SIGN_IN, "AADSTS7000215",
      "the client secret is wrong; the secret's value is needed, not its id (HTTP 401 AADSTS7000215)",
      "a wrong secret" },
    { 401, LOGIN("invalid_client", "AADSTS7000222: x", "7000222"), TROUBLE_SIGN_IN, "AADSTS7000222",
      "the client secret has expired; make a new one and replace the file (HTTP 401 AADSTS7000222)",
      "an expired secret" },
    { 400, LOGIN("unauthorized_client", "AADSTS700016: x", "700016"), TROUBLE_SIGN_IN, "AADSTS700016",
      "the tenant has no such application; check tenant and client (HTTP 400 AADSTS700016)", "no such application" },
    { 400, LOGIN("invalid_request", "AADSTS90002: x", "90002"), TROUBLE_SIGN_IN, "AADSTS90002",
      "there is no such tenant; check tenant and cloud (HTTP 400 AADSTS90002)", "no such tenant" },
    { 400, LOGIN("x", "no code in words", "7000215"), TROUBLE_SIGN_IN, "AADSTS7000215", NULL,
      "the code in numbers alone" },
    { 400, "{\"error\":\"x\",\"error_description\":\"AADSTS7000215: y\"}", TROUBLE_SIGN_IN, "AADSTS7000215", NULL,
      "the code in words alone" },
    { 400,
      LOGIN("x", "AADSTS999999: Something with id 11111111-1111-1111-1111-111111111111 and 'SECRETVALUE'.", "999999"),
      TROUBLE_SIGN_IN, "AADSTS999999", "the sign-in was refused (HTTP 400 AADSTS999999): Something with id (...) and",
      "an unknown code: what is quoted is not" },
    { 400, LOGIN("x", "AADSTS50196: loop", "50196"), TROUBLE_THROTTLED, "AADSTS50196", NULL, "a loop is throttling" },
    { 400, LOGIN("x", "AADSTS90033: y", "90033"), TROUBLE_NETWORK, "AADSTS90033", NULL, "passes" },
    { 400, LOGIN("x", "AADSTS90006: y", "90006"), TROUBLE_NETWORK, "AADSTS90006", NULL, "passes" },
    { 401, "", TROUBLE_SIGN_IN, "", "the sign-in was refused (HTTP 401)", "no body" },
    { 403, "", TROUBLE_SIGN_IN, "", NULL, "forbidden" },
    { 429, LOGIN("x", "AADSTS7000215: y", "7000215"), TROUBLE_THROTTLED, "AADSTS7000215", NULL,
      "429 whatever the code" },
    { 500, LOGIN("x", "AADSTS7000215: y", "7000215"), TROUBLE_NETWORK, "AADSTS7000215", NULL, "500 whatever the code" },
    { 503, "<html>", TROUBLE_NETWORK, "", "the service failed (HTTP 503)", "HTML" },
    { 408, "", TROUBLE_NETWORK, "", NULL, "time-out" },
    { 404, "", TROUBLE_NETWORK, "", "the service is not there (HTTP 404)", "metadata while it starts" },
    { 404, LOGIN("x", "AADSTS90002: y", "90002"), TROUBLE_SIGN_IN, "AADSTS90002", NULL, "login says why" },
    { 410, "", TROUBLE_NETWORK, "", "the service is being updated (HTTP 410)", "metadata while it is updated" },
    { 400, "{\"error\":\"bad_request_102\",\"error_description\":\"Required metadata header not specified\"}",
      TROUBLE_SIGN_IN, "bad_request_102",
      "the sign-in was refused (HTTP 400 bad_request_102): Required metadata header not specified", "metadata" },
    { 400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}", TROUBLE_SIGN_IN,
      "invalid_request", NULL, "no such identity" },
    { 302, "", TROUBLE_UNEXPECTED, "", "the answer leads elsewhere, which is not followed (HTTP 302)", "a redirect" },
    { 202, "null", TROUBLE_UNEXPECTED, "", NULL, "not an answer of login's" },
    { 400, "{\"error\":{\"code\":\"x\"},\"error_description\":[],\"error_codes\":\"x\"}", TROUBLE_SIGN_IN, "", NULL,
      "other types" },
    { 400, "{\"error\":\"a\\nb\\u001b[31m\"}", TROUBLE_SIGN_IN, "a b?[31m", NULL, "made harmless" },
    { 400, "{\"error\":\"x\",\"error\":\"y\"}", TROUBLE_SIGN_IN, "", NULL, "said twice is not said" },
    { 400, LOGIN("x", "AADSTS: y", "-5"), TROUBLE_SIGN_IN, "x", NULL, "no number" },
    { 0, "", TROUBLE_UNEXPECTED, "", NULL, "no status" },
};

Test(azure_token, errors)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        const struct error_row *row = &errors[i];
        struct azure_reply reply = reply_text(row->status, row->body);
        struct token token = { .lives_ms = 77 };
        struct failure why;

        reply.retry_after = "17";
        cr_assert_eq(token_read(&reply, &token, &why), AZURE_FAILED, "%s", row->why);
        cr_expect_eq(why.kind, row->kind, "%s: kind %d", row->why, why.kind);
        cr_expect_str_eq(why.code, row->code, "%s", row->why);
        if (row->what != NULL)
            cr_expect_str_eq(why.what, row->what, "%s", row->why);
        cr_expect_null(strstr(why.what, "SECRETVALUE"), "%s: %s", row->why, why.what);
        cr_expect_null(strstr(why.what, "1111"), "%s: %s", row->why, why.what);
        cr_expect_eq(why.retry_after_ms, row->status == 429 || row->status == 503 ? 17000 : -1, "%s", row->why);
        cr_expect_eq(token.lives_ms, 77);
    }
}

Test(azure_token, words_for_codes)
{
    cr_expect_not_null(strstr(aadsts_words("AADSTS7000222"), "expired"));
    cr_expect_null(aadsts_words("AADSTS1"));
    cr_expect_null(aadsts_words(""));
}

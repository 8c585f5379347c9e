/* Which URLs are asked at all. Read by libcurl's own parser, so that what is checked is what is connected to. */
#include "io/http_url.h"

#include "io/memory.h"

#include <curl/curl.h>

#define WHY_MAX 256
#define PARSE_FLAGS (CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS | CURLU_DISALLOW_USER)

static bool refuse(char why[WHY_MAX], const char *reason)
{
    snprintf(why, WHY_MAX, "%s", reason);
    return false;
}

static bool origin_of(CURLU *url, char origin[HTTP_ORIGIN_MAX])
{
    char *scheme = NULL, *host = NULL, *port = NULL;
    int len = HTTP_ORIGIN_MAX;

    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        (void)curl_url_get(url, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT);
        len = snprintf(origin, HTTP_ORIGIN_MAX, "%s://%s%s%s", scheme, host, port != NULL ? ":" : "",
                       port != NULL ? port : "");
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return len < HTTP_ORIGIN_MAX;
}

static bool check(CURLU *parsed, const char *url, bool plain, char origin[HTTP_ORIGIN_MAX], char why[WHY_MAX])
{
    CURLUcode wrong = curl_url_set(parsed, CURLUPART_URL, url, PARSE_FLAGS);

    if (wrong == CURLUE_USER_NOT_ALLOWED)
        return refuse(why, "a URL with a user in it is not asked");
    if (wrong != CURLUE_OK || !origin_of(parsed, origin))
        return refuse(why, "the URL is malformed");
    if (strncmp(origin, "https://", 8) == 0 || (plain && strncmp(origin, "http://", 7) == 0))
        return true;
    return refuse(why, plain ? "only https and http URLs are asked" : "only https URLs are asked");
}

bool http_url_check(const char *url, bool plain, char origin[HTTP_ORIGIN_MAX], char why[WHY_MAX])
{
    CURLU *parsed;

    if (strlen(url) > HTTP_URL_MAX)
        return refuse(why, "the URL is too long");
    parsed = memory_or_die(curl_url());
    bool good = check(parsed, url, plain, origin, why);
    curl_url_cleanup(parsed);
    return good;
}

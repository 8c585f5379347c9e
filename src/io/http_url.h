#ifndef ERWATCH_IO_HTTP_URL_H
#define ERWATCH_IO_HTTP_URL_H

#include <stdbool.h>

#define HTTP_ORIGIN_MAX 300
#define HTTP_URL_MAX 32768 /* Azure signs URLs of 12,000 characters */

/**
 * May we ask this URL: absolute, https (or http where the request is plain), no user in it, not too long?
 *
 * @param origin  filled when true: "https://host", with the port where it is not the usual one
 * @param why     filled when false: a sentence without the URL
 */
bool http_url_check(const char *url, bool plain, char origin[HTTP_ORIGIN_MAX], char why[256]);

#endif

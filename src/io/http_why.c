/*
 * From libcurl's many results to the few that matter to us, each with a sentence that helps. libcurl's own text is
 * used only where it is the only one that knows (TLS set-up), because it may hold parts of the URL elsewhere.
 */
#include "io/http_why.h"

#include "io/http_call.h"
#include "io/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

static const struct meaning {
    CURLcode code;
    enum http_end end;
    const char *what;
} meanings[] = {
    { CURLE_OK, HTTP_ANSWERED, "" },
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_RESOLVE, "the name could not be resolved" },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_RESOLVE, "the name of the proxy could not be resolved" },
    { CURLE_COULDNT_CONNECT, HTTP_CONNECT, "no connection" },
    { CURLE_INTERFACE_FAILED, HTTP_CONNECT, "no connection" },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS, "the certificate is not accepted" },
    { CURLE_SSL_CACERT_BADFILE, HTTP_TLS, "the file with the known authorities (ca_file) cannot be read" },
    { CURLE_SSL_CONNECT_ERROR, HTTP_TLS, "TLS could not be set up" },
    { CURLE_SSL_CIPHER, HTTP_TLS, "no TLS cipher in common" },
    { CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT, "nothing came for too long" },
    { CURLE_PARTIAL_FILE, HTTP_CUT, "the connection ended before the answer was complete" },
    { CURLE_GOT_NOTHING, HTTP_CUT, "the connection was closed without an answer" },
    { CURLE_RECV_ERROR, HTTP_CUT, "the connection broke while the answer was read" },
    { CURLE_SEND_ERROR, HTTP_CUT, "the connection broke while the request was sent" },
    { CURLE_HTTP2, HTTP_CUT, "the HTTP/2 connection broke" },
    { CURLE_HTTP2_STREAM, HTTP_CUT, "the server ended the HTTP/2 stream" },
    { CURLE_WEIRD_SERVER_REPLY, HTTP_CUT, "the answer is not HTTP" },
    { CURLE_BAD_CONTENT_ENCODING, HTTP_CUT, "the answer's compression is broken" },
    { CURLE_URL_MALFORMAT, HTTP_REFUSED, "the URL is malformed" },
    { CURLE_LOGIN_DENIED, HTTP_REFUSED, "a URL with a user in it is not followed" },
    { CURLE_UNSUPPORTED_PROTOCOL, HTTP_REFUSED, "the URL's scheme is not allowed" },
    { CURLE_OUT_OF_MEMORY, HTTP_LOCAL, "out of memory" },
    { CURLE_FAILED_INIT, HTTP_LOCAL, "libcurl could not begin" },
};

static struct meaning meaning_of(CURLcode code, bool sent)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code)
            return meanings[i];
    return (struct meaning){ code, sent ? HTTP_CUT : HTTP_CONNECT, curl_easy_strerror(code) };
}

static bool no_descriptors_left(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

/* Some results mean something else, seen together with what had happened. */
static struct meaning judge(const struct http_call *call, CURLcode code)
{
    bool sent = call->reply.sent;
    long proxy_status = 0;

    (void)curl_easy_getinfo(call->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    if (call->broken != NULL)
        return (struct meaning){ code, call->broken_end, call->broken };
    /* libcurl takes half a head for an answer */
    if (code == CURLE_OK && (!call->head_ended || call->reply.status < 200))
        return (struct meaning){ code, HTTP_CUT, "the connection ended before the answer was complete" };
    if (code != CURLE_OK && !sent && no_descriptors_left())
        return (struct meaning){ code, HTTP_LOCAL, "no file descriptors are left" };
    if (code == CURLE_OPERATION_TIMEDOUT && !sent)
        return (struct meaning){ code, HTTP_TIMEOUT, "no connection in time" };
    if (code == CURLE_OUT_OF_MEMORY && sent) /* 7.88 says so of a header line over its own limit */
        return (struct meaning){ code, HTTP_TOO_LARGE, "the answer's headers are larger than allowed" };
    if (code == CURLE_UNSUPPORTED_PROTOCOL && sent) /* HTTP/0.9 */
        return (struct meaning){ code, HTTP_CUT, "the answer is not HTTP" };
    if (code == CURLE_RECV_ERROR && !sent)
        return (struct meaning){ code, HTTP_CONNECT,
                                 proxy_status >= 300 ? "the proxy did not let us through" : "the connection broke" };
    return meaning_of(code, sent);
}

static const char *certificate_reason(const struct http_call *call)
{
    long result = X509_V_OK;

    (void)curl_easy_getinfo(call->easy, CURLINFO_SSL_VERIFYRESULT, &result);
    switch (result) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* where libcurl starts from: not OpenSSL, its own look at the name found this */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "it is for another name";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "it is not signed by a known authority (ca_file)";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "it is signed by itself or by an authority that is not known (ca_file)";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "it has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "it is not valid yet; is the clock right?";
    default:
        return X509_verify_cert_error_string(result);
    }
}

/* What libcurl or the system adds; NULL: nothing. */
static const char *detail_of(const struct http_call *call, CURLcode code)
{
    long number = 0;

    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return certificate_reason(call);
    if (code == CURLE_SSL_CONNECT_ERROR)
        return call->error[0] != '\0' ? call->error : NULL;
    if (code != CURLE_COULDNT_CONNECT && code != CURLE_RECV_ERROR && code != CURLE_SEND_ERROR)
        return NULL;
    (void)curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number);
    return number != 0 ? strerror((int)number) : NULL;
}

void http_why_status(struct http_call *call)
{
    long status = 0;

    (void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    call->reply.status = (int)status;
}

void http_why_ended(struct http_call *call, CURLcode code)
{
    http_why_status(call);
    struct meaning meaning = judge(call, code);
    const char *detail = meaning.end != HTTP_ANSWERED ? detail_of(call, meaning.code) : NULL;
    call->reply.end = meaning.end;
    if (meaning.end != HTTP_ANSWERED)
        snprintf(call->why, sizeof call->why, "%s: %s%s%s", call->host->origin, meaning.what,
                 detail != NULL ? ": " : "", detail != NULL ? detail : "");
}

void http_why_broken(struct http_call *call)
{
    call->reply.end = call->broken_end;
    snprintf(call->why, sizeof call->why, "%s: %s", call->host->origin, call->broken);
}

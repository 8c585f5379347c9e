/* Parts of a URI as it was sent, decoded strictly: what cannot be decoded is not taken for something else. */
#include "web/uri.h"

#include <string.h>

static int hex(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit == '\0' ? NULL : strchr(digits, digit >= 'A' && digit <= 'F' ? digit + 32 : digit);

    return at == NULL ? -1 : (int)(at - digits);
}

bool uri_decode(struct uri_part part, bool plus_is_blank, char out[API_NAME_MAX])
{
    size_t used = 0;

    for (size_t i = 0; i < part.len; i++) {
        char c = part.text[i];
        if (c == '%') {
            int high = i + 2 < part.len ? hex(part.text[i + 1]) : -1, low = high < 0 ? -1 : hex(part.text[i + 2]);
            if (low < 0 || high + low == 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank)
            c = ' ';
        if (used + 1 >= API_NAME_MAX)
            return false;
        out[used++] = c;
    }
    out[used] = '\0';
    return used > 0;
}

/* The value as it was sent; of several the first. */
static bool find(struct uri_part query, const char *key, struct uri_part *value)
{
    size_t key_len = strlen(key);

    while (query.len > 0) {
        const char *amp = memchr(query.text, '&', query.len);
        size_t len = amp == NULL ? query.len : (size_t)(amp - query.text);
        if (len > key_len && memcmp(query.text, key, key_len) == 0 && query.text[key_len] == '=') {
            *value = (struct uri_part){ query.text + key_len + 1, len - key_len - 1 };
            return true;
        }
        len += amp != NULL;
        query = (struct uri_part){ query.text + len, query.len - len };
    }
    return false;
}

bool uri_query(struct uri_part query, const char *key, char out[API_NAME_MAX])
{
    struct uri_part value;

    return find(query, key, &value) && uri_decode(value, true, out);
}

bool uri_has(struct uri_part query, const char *key)
{
    struct uri_part value;

    return find(query, key, &value);
}

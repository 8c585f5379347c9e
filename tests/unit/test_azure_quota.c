/* What is left of Azure's budgets: the headers, and what is none of them. */
#include "azure_data.h"
#include "leaks.h"

#include <strings.h>

TestSuite(azure_quota, .fini = leaks_fail);

struct row {
    const char *text;
    int64_t left;
    const char *what;
};

static const struct row counts[] = {
    { "249", 249, "as recorded" },
    { "16499", 16499, "of a whole subscription" },
    { "0", 0, "nothing is left" },
    { "007", 7, "leading zeros" },
    { "999999999999", INT64_C(999999999999), "the most" },
    { "1000000000000", -1, "more than can be" },
    { "99999999999999999999999999", -1, "more than a number holds" },
    { "", -1, "empty" },
    { "-1", -1, "a sign" },
    { "+1", -1, "another sign" },
    { "1.0", -1, "a fraction" },
    { "0x10", -1, "hexadecimal" },
    { "12 ", -1, "a blank behind it" },
    { " 12", -1, "a blank before it" },
    { "Microsoft.Compute/GetVM3Min;107", -1, "the words of another header" },
    { "12,13", -1, "two of them" },
    { NULL, -1, "absent" },
};

Test(azure_quota, counts)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (enum azure_quota quota = 0; quota < QUOTA_USER_RESETS; quota++) {
            struct azure_reply reply = reply_text(200, "");
            reply.left[quota] = counts[i].text;
            for (enum azure_quota other = 0; other < QUOTA_USER_RESETS; other++)
                cr_expect_eq(azure_quota_left(&reply, other), other == quota ? counts[i].left : -1, "%s: %s",
                             azure_quota_header(quota), counts[i].what);
        }
}

static const struct row resets[] = {
    { "00:00:05", 5000, "as documented" },
    { "0:00:00", 0, "now" },
    { "01:02:03", 3723000, "hours, minutes, seconds" },
    { "9999:59:59", INT64_C(35999999000), "the most" },
    { "10000:00:00", -1, "too many hours" },
    { "00:60:00", -1, "no such minute" },
    { "00:00:60", -1, "no such second" },
    { "00:00", -1, "too short" },
    { "00:00:00:00", -1, "too long" },
    { "00:00:001", -1, "three digits" },
    { ":00:00", -1, "no hours" },
    { "00::00", -1, "no minutes" },
    { "00:00:", -1, "no seconds" },
    { "5", -1, "seconds alone" },
    { "-0:00:05", -1, "a sign" },
    { "", -1, "empty" },
    { NULL, -1, "absent" },
};

Test(azure_quota, resets)
{
    for (size_t i = 0; i < sizeof resets / sizeof *resets; i++) {
        struct azure_reply reply = reply_text(200, "");
        reply.left[QUOTA_USER_RESETS] = resets[i].text;
        cr_expect_eq(azure_quota_resets_ms(&reply), resets[i].left, "%s", resets[i].what);
    }
}

Test(azure_quota, every_header_has_a_name_of_its_own)
{
    for (enum azure_quota a = 0; a < AZURE_QUOTAS; a++)
        for (enum azure_quota b = 0; b < AZURE_QUOTAS; b++)
            cr_expect_eq(strcasecmp(azure_quota_header(a), azure_quota_header(b)) == 0, a == b);
}

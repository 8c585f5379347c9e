/* The manual, the sample and the table of keys say the same. */
#include "leaks.h"
#include "settings_files.h"

#include "config/yaml.h"

#include <ctype.h>
#include <strings.h>

static void before(void)
{
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(manual, .init = before, .fini = after);

#define PAGE ERWATCH_SOURCE "/man/erwatch.yaml.5"
#define SAMPLE ERWATCH_SOURCE "/etc/erwatch.yaml"

/* ---- the page ---- */

/* The line behind the ".It" that names a key, or NULL. */
static const char *item_of(const char *page, const char *path)
{
    size_t len = strlen(path);

    for (const char *line = page; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *end = strchr(line, '\n');
        if (strncmp(line, ".It Ic ", 7) != 0 || end == NULL)
            continue;
        for (const char *at = strstr(line, path); at != NULL && at < end; at = strstr(at + 1, path))
            if (at[-1] == ' ' && (at[len] == '\n' || at[len] == ' '))
                return end + 1;
    }
    return NULL;
}

Test(manual, has_every_key_with_its_bounds)
{
    char *page = slurp(PAGE);
    size_t count = 0;
    struct key_info *keys = settings_keys(&count);

    cr_expect_geq(count, 70);
    for (size_t i = 0; i < count; i++) {
        char facts[512];
        const struct key_info *key = &keys[i];
        (void)snprintf(facts, sizeof facts, "%s%s%s%s%s%s.\n", key->type, *key->bounds != '\0' ? ", " : "", key->bounds,
                       *key->standard != '\0' ? "; default " : "", key->standard,
                       key->required ? "; must be given" : "");
        const char *item = item_of(page, key->path);
        cr_expect_not_null(item, "%s is not in the page", key->path);
        if (item != NULL)
            cr_expect(strncasecmp(item, facts, strlen(facts)) == 0, "of %s the page should say: %s", key->path, facts);
    }
    free(keys);
    free(page);
}

static bool is_key(const struct key_info *keys, size_t count, const char *word, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(keys[i].path) == len && memcmp(keys[i].path, word, len) == 0)
            return true;
    return false;
}

Test(manual, has_no_key_that_does_not_exist)
{
    char *page = slurp(PAGE), *rest = NULL;
    size_t count = 0;
    struct key_info *keys = settings_keys(&count);

    for (char *line = strtok_r(page, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, ".It Ic ", 7) != 0)
            continue;
        for (const char *word = line + 4; (word = strstr(word, "Ic ")) != NULL;) {
            word += 3;
            cr_expect(is_key(keys, count, word, strcspn(word, " ")), "%s", word);
        }
    }
    free(keys);
    free(page);
}

/* The first example of the page is what most people start with. */
Test(manual, has_an_example_that_works)
{
    char *page = slurp(PAGE), text[2048];
    const char *at = strstr(page, ".Sh EXAMPLES");
    size_t used = 0;

    cr_assert_not_null(at);
    at = strchr(strstr(at, ".Bd "), '\n') + 1;
    for (; strncmp(at, ".Ed", 3) != 0 && used < sizeof text - 1; at++) {
        text[used++] = *at;
        if (strncmp(at, "\\e", 2) == 0)
            at++;
    }
    text[used] = '\0';
    struct settings *settings = load_fine(text);
    cr_expect_str_eq(settings->circuits[0].name, "lon-1");
    settings_free(settings);
    free(page);
}

/* ---- the sample ---- */

/* Replace the first occurrence; the result is on the heap, the old text is freed. */
static char *replace(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from), *result = NULL;
    size_t size = 0;

    cr_assert_not_null(at, "%s", from);
    FILE *out = open_memstream(&result, &size);
    fprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    cr_assert_eq(fclose(out), 0);
    free(text);
    return result;
}

Test(manual, has_a_sample_that_works_when_filled_in)
{
    char *text = slurp(SAMPLE);

    text = replace(text, "tenant: \"...\"", "tenant: contoso.onmicrosoft.com");
    text = replace(text, "client: \"...\"", "client: " CLIENT);
    text = replace(text, "- id: \"...\"", "- id: " GROUP "a");
    struct settings *settings = load_fine(text);
    cr_expect_eq(settings->circuit_count, 1);
    settings_free(settings);
    free(text);
}

Test(manual, has_a_sample_that_says_what_to_fill_in)
{
    char *text = slurp(SAMPLE);
    struct diag *diag = diag_new();

    write_text(MAIN_FILE, text);
    cr_expect_null(settings_load(MAIN_FILE, diag));
    cr_expect_eq(diag_errors(diag), 3, "tenant, client and id");
    diag_free(diag);
    free(text);
}

/* Take away the "#" in front of keys, but not that of sentences: those have one space behind it. */
static void uncomment(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        bool starts_line = from == text || from[-1] == '\n';
        bool sentence = from[1] == '\n' || (from[1] == ' ' && from[2] != ' ');
        if (!(starts_line && *from == '#' && !sentence))
            *to++ = *from;
    }
    *to = '\0';
}

/* The value at a key's path, in any element of the lists on the way. */
static const struct node *find(const struct node *node, const char *path)
{
    char word[64];
    size_t len = strcspn(path, ".[");

    if (node == NULL || *path == '\0')
        return node;
    if (strncmp(path, "[]", 2) == 0) {
        for (const struct node *element = node->kind == NODE_LIST ? node->first : NULL; element != NULL;
             element = element->next) {
            const struct node *found = find(element, path + 2);
            if (found != NULL)
                return found;
        }
        return NULL;
    }
    if (*path == '.')
        return find(node, path + 1);
    if (*path == '<') /* a key of one's own: the first one */
        return find(node->first, path + len);
    (void)snprintf(word, sizeof word, "%.*s", (int)len, path);
    return find(node_get(node, word), path + len);
}

Test(manual, has_a_sample_with_every_key_at_its_default)
{
    char *text = slurp(SAMPLE);
    size_t count = 0;
    struct key_info *keys = settings_keys(&count);
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();

    uncomment(text);
    const struct node *root = yaml_read_text("sample", text, strlen(text), arena, diag);
    diag_print(diag, stderr);
    cr_assert(root != NULL && diag_errors(diag) == 0);
    for (size_t i = 0; i < count; i++) {
        const struct node *value = find(root, keys[i].path);
        cr_expect_not_null(value, "%s is not in the sample", keys[i].path);
        if (value != NULL && *keys[i].standard != '\0' && strcmp(keys[i].path, "azure.credentials[].method") != 0)
            cr_expect_str_eq(value->text, keys[i].standard, "%s", keys[i].path);
    }
    diag_free(diag);
    arena_free(arena);
    free(keys);
    free(text);
}

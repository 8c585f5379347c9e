/*
 * The least that could watch circuits: libcurl's multi handle asks for a list of URLs again and again, yajl's events pick
 * six fields of each circuit out of the answers as they come, and nothing follows. What erwatchd costs is compared with it.
 *
 *     bare CA-FILE URL-FILE EVERY-MS WARM-UP CYCLES gzip|plain
 *
 * After each cycle it tells on one line of JSON: the cycle's number, circuits decoded so far, processor time so far (ns),
 * how long the cycle took (us) and what is resident (KB). The questions of a cycle are spread over it, as erwatchd's are;
 * those of the first go as fast as they can.
 */
#include <assert.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yajl/yajl_parse.h>

#define TRANSFERS 32 /* at once: a handle keeps 19 KB, and libcurl gets slow where more wait than can run */
#define FIELDS 6
#define TOKEN_LEN 1200 /* as long as the mock's */

static const char *const field_names[FIELDS] = {
    "id", "provisioningState", "circuitProvisioningState", "serviceProviderProvisioningState", "state",
    "advertisedPublicPrefixesState",
};

/* One answer that is being read. */
struct transfer {
    struct bare *bare;
    CURL *easy;
    yajl_handle yajl;
    int depth, circuit_depth; /* an element of a list stands deeper than a circuit alone */
    int field;                /* whose value comes next, -1: nobody's */
    char value[FIELDS][128];
};

struct bare {
    CURLM *multi;
    struct curl_slist *headers;
    char **urls;
    size_t url_count, next; /* `next`: the first that was not asked for in this cycle */
    struct transfer transfers[TRANSFERS];
    size_t idle[TRANSFERS], idle_count;
    uint64_t circuits;
    bool gzip;
    const char *ca_file;
};

static void die(const char *why)
{
    fprintf(stderr, "bare: %s\n", why);
    exit(EXIT_FAILURE);
}

static int64_t clock_of(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the answer ---- */

static int on_start(void *context)
{
    struct transfer *transfer = context;

    transfer->depth++;
    transfer->field = -1;
    return 1;
}

static int on_end(void *context)
{
    struct transfer *transfer = context;

    if (transfer->depth-- == transfer->circuit_depth)
        transfer->bare->circuits++;
    return 1;
}

static int on_array_end(void *context)
{
    ((struct transfer *)context)->depth--;
    return 1;
}

static int on_key(void *context, const unsigned char *text, size_t len)
{
    struct transfer *transfer = context;

    transfer->field = -1;
    for (int i = 0; i < FIELDS; i++)
        if (strlen(field_names[i]) == len && memcmp(field_names[i], text, len) == 0)
            transfer->field = i;
    return 1;
}

static int on_string(void *context, const unsigned char *text, size_t len)
{
    struct transfer *transfer = context;

    if (transfer->field >= 0) {
        char *value = transfer->value[transfer->field];
        size_t kept = len < sizeof transfer->value[0] ? len : sizeof transfer->value[0] - 1;
        memcpy(value, text, kept);
        value[kept] = '\0';
    }
    transfer->field = -1;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_start_map = on_start,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start,
    .yajl_end_array = on_array_end,
    .yajl_string = on_string,
};

static size_t body_comes(char *bytes, size_t one, size_t count, void *context)
{
    struct transfer *transfer = context;

    (void)one;
    return yajl_parse(transfer->yajl, (const unsigned char *)bytes, count) == yajl_status_ok ? count : 0;
}

/* ---- the question ---- */

static bool is_list(const char *url)
{
    return strstr(url, "/resourceGroups/") == NULL;
}

static void ask(struct bare *bare, const char *url)
{
    struct transfer *transfer = &bare->transfers[bare->idle[--bare->idle_count]];

    transfer->bare = bare;
    transfer->depth = 0;
    transfer->circuit_depth = is_list(url) ? 3 : 1;
    transfer->field = -1;
    transfer->yajl = yajl_alloc(&callbacks, NULL, transfer);
    if (transfer->easy == NULL)
        transfer->easy = curl_easy_init();
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    curl_easy_setopt(transfer->easy, CURLOPT_CAINFO, bare->ca_file);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, bare->headers);
    curl_easy_setopt(transfer->easy, CURLOPT_FAILONERROR, 1L);
    if (bare->gzip && is_list(url))
        curl_easy_setopt(transfer->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, body_comes);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    curl_multi_add_handle(bare->multi, transfer->easy);
}

static size_t take_ended(struct bare *bare)
{
    size_t ended = 0;
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(bare->multi, &left)) != NULL) {
        struct transfer *transfer;
        if (message->data.result != CURLE_OK)
            die(curl_easy_strerror(message->data.result));
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        curl_multi_remove_handle(bare->multi, transfer->easy);
        if (yajl_complete_parse(transfer->yajl) != yajl_status_ok)
            die("an answer is not whole");
        yajl_free(transfer->yajl);
        bare->idle[bare->idle_count++] = (size_t)(transfer - bare->transfers);
        ended++;
    }
    return ended;
}

/* How many of the cycle's questions are due after so much of it; all of them where there is no pace. */
static size_t due_after(const struct bare *bare, int64_t passed_ns, int64_t every_ns)
{
    if (every_ns == 0 || passed_ns >= every_ns)
        return bare->url_count;
    return (size_t)((double)bare->url_count * (double)passed_ns / (double)every_ns) + 1;
}

static void run_cycle(struct bare *bare, int64_t every_ns)
{
    int64_t began = clock_of(CLOCK_MONOTONIC);
    int running = 0;

    bare->next = 0;
    do {
        size_t due = due_after(bare, clock_of(CLOCK_MONOTONIC) - began, every_ns);
        while (bare->next < due && bare->next < bare->url_count && bare->idle_count > 0)
            ask(bare, bare->urls[bare->next++]);
        curl_multi_perform(bare->multi, &running);
        if (take_ended(bare) > 0 && bare->next < due)
            continue; /* others can begin */
        int64_t next_ns = (int64_t)((double)every_ns * (double)bare->next / (double)bare->url_count);
        int64_t wait_ns = began + next_ns - clock_of(CLOCK_MONOTONIC);
        if (running > 0 || (bare->next < bare->url_count && wait_ns > 0))
            curl_multi_poll(bare->multi, NULL, 0, wait_ns > 0 ? (int)(wait_ns / 1000000) + 1 : 1000, NULL);
    } while (running > 0 || bare->next < bare->url_count);
}

/* ---- the program ---- */

static long resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;

    if (file == NULL || fscanf(file, "%ld %ld", &size, &resident) != 2)
        die("/proc/self/statm cannot be read");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void read_urls(struct bare *bare, const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    if (file == NULL)
        die("the file of URLs cannot be read");
    while ((len = getline(&line, &room, file)) > 1) {
        line[len - 1] = '\0';
        bare->urls = realloc(bare->urls, (bare->url_count + 1) * sizeof *bare->urls);
        if (bare->urls == NULL || (bare->urls[bare->url_count++] = strdup(line)) == NULL)
            die("no memory");
    }
    free(line);
    fclose(file);
}

/* Cycles begin where those of every other program with this interval begin, so that the answers change in between. */
static void wait_for_beat(int64_t every_ns)
{
    int64_t left = every_ns - clock_of(CLOCK_REALTIME) % every_ns;
    struct timespec pause = { left / 1000000000, left % 1000000000 };

    (void)nanosleep(&pause, NULL);
}

static void tell(const struct bare *bare, long cycle, int64_t took_ns)
{
    printf("{\"cycle\": %ld, \"circuits\": %" PRIu64 ", \"cpu_ns\": %" PRId64 ", \"took_us\": %" PRId64
           ", \"rss_kb\": %ld}\n",
           cycle, bare->circuits, clock_of(CLOCK_PROCESS_CPUTIME_ID), took_ns / 1000, resident_kb());
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct bare bare;
    char token[TOKEN_LEN + 32];

    if (argc != 7)
        die("usage: bare CA-FILE URL-FILE EVERY-MS WARM-UP CYCLES gzip|plain");
    int64_t every_ns = strtoll(argv[3], NULL, 10) * 1000000;
    long cycles = strtol(argv[4], NULL, 10) + strtol(argv[5], NULL, 10);
    bare.ca_file = argv[1];
    bare.gzip = strcmp(argv[6], "gzip") == 0;
    read_urls(&bare, argv[2]);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (bare.multi = curl_multi_init()) == NULL)
        die("libcurl does not start");
    snprintf(token, sizeof token, "Authorization: Bearer %0*d", TOKEN_LEN, 0);
    bare.headers = curl_slist_append(bare.headers, token);
    bare.headers = curl_slist_append(bare.headers, "Accept: application/json");
    for (size_t i = 0; i < TRANSFERS; i++)
        bare.idle[bare.idle_count++] = i;
    for (long cycle = 0; cycle <= cycles; cycle++) {
        if (cycle > 0)
            wait_for_beat(every_ns);
        int64_t began = clock_of(CLOCK_MONOTONIC);
        run_cycle(&bare, cycle == 0 ? 0 : every_ns * 9 / 10);
        tell(&bare, cycle, clock_of(CLOCK_MONOTONIC) - began);
    }
    return EXIT_SUCCESS;
}

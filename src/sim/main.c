/*
 * erwatch-sim: options, and the order in which its parts are set up and taken down.
 */
#include "config.h"

#include "config/diag.h"
#include "io/loop.h"
#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/cassette.h"
#include "sim/cert.h"
#include "sim/scenario.h"
#include "sim/serve.h"
#include "sim/settings_file.h"
#include "sim/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define CLIENTS_MAX 1024
#define BODY_MAX ((size_t)1 << 20)
#define IDLE_MS 60000
#define SPEED_MAX 100000

enum { EXIT_FINE, EXIT_TROUBLE, EXIT_USAGE };

struct address {
    char host[64];
    uint16_t port;
    bool loopback;
};

struct options {
    struct address listen, metadata;
    bool metadata_wanted, plain, check, verbose, allow_remote;
    enum cert_fault tls_fault;
    const char *scenario, *cassette, *tls_dir, *settings;
    double speed;
};

static void print_help(void)
{
    fputs("Usage: erwatch-sim [OPTION]...\n"
          "Stand in for Azure: Resource Manager, sign-in, metadata and metrics of a scenario.\n"
          "\n"
          "  -s, --scenario FILE          play this scenario\n"
          "      --cassette FILE          give recorded answers instead\n"
          "  -l, --listen ADDR:PORT       default 127.0.0.1:0, any free port; it is printed\n"
          "      --metadata-listen ADDR:PORT  plain HTTP for the metadata service\n"
          "      --speed N                story seconds per real second, default 1; 0 stands still\n"
          "      --tls-dir DIR            make ca.pem, server.pem and server.key there\n"
          "      --tls-fault FAULT        expired, wrong-name or other-ca\n"
          "      --plain                  HTTP without TLS\n"
          "      --write-settings FILE    write settings for erwatchd that watch this simulator\n"
          "      --allow-remote           listen on other addresses than loopback\n"
          "  -n, --check                  check the scenario and leave\n"
          "  -v, --verbose                log each request\n"
          "  -V, --version\n"
          "  -h, --help\n"
          "\n"
          "See erwatch-sim(1).\n",
          stdout);
}

static bool complain(const char *what, const char *value)
{
    fprintf(stderr, "erwatch-sim: %s: \"%s\"\n", what, value);
    return false;
}

/* ---- options ---- */

static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* "127.0.0.1:8443", "[::1]:0", "localhost:0" */
static bool parse_address(const char *text, struct address *out)
{
    const char *colon = strrchr(text, ':');
    char *end;

    if (colon == NULL || colon == text || (size_t)(colon - text) >= sizeof out->host)
        return complain("not an ADDR:PORT", text);
    size_t len = (size_t)(colon - text);
    if (text[0] == '[' && colon[-1] == ']')
        snprintf(out->host, sizeof out->host, "%.*s", (int)len - 2, text + 1);
    else
        snprintf(out->host, sizeof out->host, "%.*s", (int)len, text);
    if (strcmp(out->host, "localhost") == 0)
        strcpy(out->host, "127.0.0.1");
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port > UINT16_MAX)
        return complain("not a port", colon + 1);
    out->port = (uint16_t)port;
    out->loopback = is_loopback(out->host);
    return true;
}

static bool parse_speed(const char *text, double *out)
{
    char *end;
    double speed = strtod(text, &end);

    if (end == text || *end != '\0' || !(speed >= 0 && speed <= SPEED_MAX))
        return complain("not a speed from 0 to 100000", text);
    *out = speed;
    return true;
}

static bool parse_tls_fault(const char *text, enum cert_fault *out)
{
    for (enum cert_fault fault = 0; fault < CERT_FAULTS; fault++)
        if (strcmp(text, cert_fault_names[fault]) == 0) {
            *out = fault;
            return true;
        }
    return complain("not one of none, expired, wrong-name, other-ca", text);
}

enum { OPT_CASSETTE = 256, OPT_METADATA, OPT_SPEED, OPT_TLS_DIR, OPT_TLS_FAULT, OPT_PLAIN, OPT_SETTINGS, OPT_REMOTE };

static const struct option long_options[] = {
    { "scenario", required_argument, NULL, 's' },
    { "cassette", required_argument, NULL, OPT_CASSETTE },
    { "listen", required_argument, NULL, 'l' },
    { "metadata-listen", required_argument, NULL, OPT_METADATA },
    { "speed", required_argument, NULL, OPT_SPEED },
    { "tls-dir", required_argument, NULL, OPT_TLS_DIR },
    { "tls-fault", required_argument, NULL, OPT_TLS_FAULT },
    { "plain", no_argument, NULL, OPT_PLAIN },
    { "write-settings", required_argument, NULL, OPT_SETTINGS },
    { "allow-remote", no_argument, NULL, OPT_REMOTE },
    { "check", no_argument, NULL, 'n' },
    { "verbose", no_argument, NULL, 'v' },
    { "version", no_argument, NULL, 'V' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static bool take_option(int option, struct options *out)
{
    switch (option) {
    case 's': out->scenario = optarg; return true;
    case OPT_CASSETTE: out->cassette = optarg; return true;
    case 'l': return parse_address(optarg, &out->listen);
    case OPT_METADATA: out->metadata_wanted = true; return parse_address(optarg, &out->metadata);
    case OPT_SPEED: return parse_speed(optarg, &out->speed);
    case OPT_TLS_DIR: out->tls_dir = optarg; return true;
    case OPT_TLS_FAULT: return parse_tls_fault(optarg, &out->tls_fault);
    case OPT_PLAIN: out->plain = true; return true;
    case OPT_SETTINGS: out->settings = optarg; return true;
    case OPT_REMOTE: out->allow_remote = true; return true;
    case 'n': out->check = true; return true;
    case 'v': out->verbose = true; return true;
    default: return false;
    }
}

static const char *what_is_missing(const struct options *o)
{
    if (o->scenario == NULL && o->cassette == NULL)
        return "give a --scenario or a --cassette";
    if (o->check)
        return o->scenario != NULL ? NULL : "--check needs a --scenario";
    if (!o->plain && o->tls_dir == NULL)
        return "give a --tls-dir for the certificates, or --plain";
    if (o->plain && (o->tls_dir != NULL || o->tls_fault != CERT_FINE))
        return "--plain needs no certificates";
    if (!o->allow_remote && (!o->listen.loopback || (o->metadata_wanted && !o->metadata.loopback)))
        return "this address is not loopback; anybody could turn the story: --allow-remote, if that is wanted";
    return NULL;
}

/* @return -1: go on; else the exit status */
static int read_options(int argc, char **argv, struct options *out)
{
    int option;

    *out = (struct options){ .listen = { .host = "127.0.0.1", .loopback = true }, .speed = 1 };
    while ((option = getopt_long(argc, argv, "s:l:nvVh", long_options, NULL)) != -1) {
        if (option == 'h') {
            print_help();
            return EXIT_FINE;
        }
        if (option == 'V') {
            puts("erwatch-sim " PACKAGE_VERSION);
            return EXIT_FINE;
        }
        if (!take_option(option, out))
            return EXIT_USAGE;
    }
    const char *missing = optind < argc ? "there is a word too many" : what_is_missing(out);
    if (missing == NULL)
        return -1;
    fprintf(stderr, "erwatch-sim: %s\n", missing);
    return EXIT_USAGE;
}

/* ---- the program ---- */

static struct scenario *load_scenario(const struct options *o)
{
    if (o->scenario == NULL)
        return scenario_empty();
    struct diag *diag = diag_new();
    struct scenario *scenario = scenario_load(o->scenario, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    return scenario;
}

static void print_check(const char *file, const struct scenario *s)
{
    int64_t end = s->event_count != 0 ? s->events[s->event_count - 1].at_ms : 0;

    printf("%s: %zu circuit%s, %zu event%s in %lld s of story\n", file, s->circuit_count,
           s->circuit_count == 1 ? "" : "s", s->event_count, s->event_count == 1 ? "" : "s", (long long)end / 1000);
}

/* Everything that runs, in the order in which it is set up. */
struct program {
    struct loop *loop;
    struct world *world;
    struct cassette *cassette;
    struct serve *serve;
    struct door main_door, metadata_door;
    struct server *main, *metadata;
    char main_address[96], metadata_address[96];
};

static struct server *open_door(struct program *p, const struct address *address, const char *tls_dir,
                                struct door *door, char shown[96], char why[256])
{
    char *cert = tls_dir != NULL ? text_format("%s/server.pem", tls_dir) : NULL;
    char *key = tls_dir != NULL ? text_format("%s/server.key", tls_dir) : NULL;
    const struct server_settings settings = {
        .address = address->host,
        .port = address->port,
        .cert_file = cert,
        .key_file = key,
        .clients = CLIENTS_MAX,
        .body_max = BODY_MAX,
        .timeout_ms = IDLE_MS,
    };

    *door = (struct door){ p->serve, tls_dir != NULL ? "https" : "http", shown };
    struct server *server = server_new(p->loop, &settings, serve_asked, door, why);
    if (server != NULL)
        snprintf(shown, 96, strchr(address->host, ':') != NULL ? "[%s]:%u" : "%s:%u", address->host,
                 server_port(server));
    free(key);
    free(cert);
    return server;
}

static bool announce(const struct program *p, const struct options *o, char why[256])
{
    char *url = text_format("%s://%s", p->main_door.scheme, p->main_address);
    char *metadata = p->metadata != NULL ? text_format("http://%s", p->metadata_address) : xstrdup(url);
    bool named = !o->plain && o->listen.loopback; /* the certificate has names only for loopback */
    char *metrics = named ? text_format("https://" METRICS_HOST ":%u", server_port(p->main)) : xstrdup(url);
    const struct whereabouts where = { url, metadata, metrics, o->tls_dir };
    bool good = o->settings == NULL || settings_file_write(o->settings, p->world->scenario, &where, why);

    if (good) {
        printf("listening on %s\n", url);
        if (p->metadata != NULL)
            printf("metadata on %s\n", metadata);
        fflush(stdout);
    }
    free(metrics);
    free(metadata);
    free(url);
    return good;
}

static void stop(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

static bool set_up(struct program *p, const struct options *o, char why[256])
{
    if (o->cassette != NULL && (p->cassette = cassette_load(o->cassette, why)) == NULL)
        return false;
    if (!o->plain && !cert_make(o->tls_dir, o->tls_fault, why))
        return false;
    p->serve = serve_new(p->loop, p->world, p->cassette, o->verbose);
    p->main = open_door(p, &o->listen, o->tls_dir, &p->main_door, p->main_address, why);
    if (p->main == NULL)
        return false;
    if (o->metadata_wanted)
        p->metadata = open_door(p, &o->metadata, NULL, &p->metadata_door, p->metadata_address, why);
    if (o->metadata_wanted && p->metadata == NULL)
        return false;
    if (!loop_on_signal(p->loop, SIGTERM, stop, p->loop) || !loop_on_signal(p->loop, SIGINT, stop, p->loop)) {
        snprintf(why, 256, "cannot watch for signals");
        return false;
    }
    return announce(p, o, why);
}

static int run(struct scenario *scenario, const struct options *o)
{
    struct program p = { .loop = loop_new() };
    char why[256] = "";

    (void)signal(SIGPIPE, SIG_IGN);
    p.world = world_new(scenario, o->speed, loop_now(p.loop));
    bool good = set_up(&p, o, why);
    if (good)
        loop_run(p.loop);
    else
        fprintf(stderr, "erwatch-sim: %s\n", why);
    server_free(p.main);
    server_free(p.metadata);
    serve_free(p.serve);
    cassette_free(p.cassette);
    world_free(p.world);
    loop_free(p.loop);
    return good ? EXIT_FINE : EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = read_options(argc, argv, &options);

    if (status >= 0)
        return status;
    struct scenario *scenario = load_scenario(&options);
    if (scenario == NULL)
        return EXIT_TROUBLE;
    if (!options.check)
        return run(scenario, &options);
    print_check(options.scenario, scenario);
    scenario_free(scenario);
    return EXIT_FINE;
}

/* erwatchctl: options, then one command. */
#include "config.h"

#include "ctl/command.h"
#include "ctl/watch.h"
#include "io/memory.h"

#include <curl/curl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <unistd.h>

enum option_key { OPTION_SOCKET = 256, OPTION_TIMEOUT, OPTION_JSON, OPTION_COLOUR, OPTION_WATCH, OPTION_ALL,
                  OPTION_CREDENTIAL, OPTION_SUBSCRIPTION, OPTION_GRAPH, OPTION_SINCE, OPTION_LIMIT,
                  OPTION_FOR, OPTION_STICKY, OPTION_UNTIL, OPTION_WHY, OPTION_CIRCUIT, OPTION_INCIDENT, OPTION_RULE, OPTION_SEVERITY,
                  OPTION_OWNER, OPTION_LABEL };

#define TIMEOUT_MAX_S 3600
#define LIMIT_MAX 100000

static const struct option options[] = {
    { "socket", required_argument, NULL, OPTION_SOCKET },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "json", no_argument, NULL, OPTION_JSON },
    { "color", required_argument, NULL, OPTION_COLOUR },
    { "watch", no_argument, NULL, OPTION_WATCH },
    { "all", no_argument, NULL, OPTION_ALL },
    { "credential", required_argument, NULL, OPTION_CREDENTIAL },
    { "subscription", required_argument, NULL, OPTION_SUBSCRIPTION },
    { "graph", no_argument, NULL, OPTION_GRAPH },
    { "since", required_argument, NULL, OPTION_SINCE },
    { "limit", required_argument, NULL, OPTION_LIMIT },
    { "sticky", no_argument, NULL, OPTION_STICKY },
    { "for", required_argument, NULL, OPTION_FOR },
    { "until", required_argument, NULL, OPTION_UNTIL },
    { "why", required_argument, NULL, OPTION_WHY },
    { "circuit", required_argument, NULL, OPTION_CIRCUIT },
    { "incident", required_argument, NULL, OPTION_INCIDENT },
    { "rule", required_argument, NULL, OPTION_RULE },
    { "severity", required_argument, NULL, OPTION_SEVERITY },
    { "owner", required_argument, NULL, OPTION_OWNER },
    { "label", required_argument, NULL, OPTION_LABEL },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

static void print_help(void)
{
    puts("Usage: erwatchctl [--socket PATH] [--json] [--color WHEN] COMMAND\n"
         "Talk to erwatchd, the daemon that watches Azure ExpressRoute circuits.\n\n"
         "Commands:");
    for (const struct command *command = command_all(); command->name != NULL; command++) {
        const char *extra = command->takes_watch ? "[--watch]" : command->takes_all ? "[--all]" : "";
        char usage[64];
        snprintf(usage, sizeof usage, "%s %s", command->name,
                 command->argument != NULL ? command->argument
                 : command->may != NULL    ? command->may
                 : command->words != NULL  ? command->words
                                           : extra);
        printf(strlen(usage) > 20 ? "  %s\n%22s %s\n" : "  %-20s%s %s\n", usage, "", command->help);
    }
    puts("  help                 this text\n\n"
         "Options:\n"
         "  --socket PATH        the daemon's control socket\n"
         "  --timeout SECONDS    how long to wait for an answer; 10, poll and discover 180, test 90, reload 60\n"
         "  --json               the answer as JSON, for programs\n"
         "  --color WHEN         auto (the default), always or never\n"
         "  --watch              status: draw again every 2 s until interrupted\n"
         "  --all                incidents: those that are over, too; discover: those that are watched, too;\n"
         "                       silence add: everything\n"
         "  --credential NAME    discover: ask with this credential only\n"
         "  --subscription ID    discover: look into this subscription only\n"
         "  --graph              discover: let Azure Resource Graph say which subscriptions to look into\n"
         "  --since TIME         history: not before; local time such as 2026-12-01T22:00, a day, or 2d: so long ago\n"
         "  --limit NUMBER       history: the newest so many lines, 100 without it\n"
         "  --sticky             ack: also when it comes again, or becomes worse\n"
         "  --for DURATION       silence add, ack: for so long (30m, 2h, 3d); a silence at most 30 days\n"
         "  --until TIME         silence add: local time, such as 2026-12-01T22:00; with Z behind it UTC; history: before\n"
         "  --why TEXT           silence add: what it is for; must be given; ack: a note\n"
         "  --circuit CIRCUIT    silence add: of this circuit only\n"
         "  --incident INCIDENT  silence add: this incident only, also when it comes again\n"
         "  --rule RULE          silence add: of this rule only, by name or number; may be given again\n"
         "  --severity SEVERITY  silence add: only what is so bad; may be given again\n"
         "  --owner OWNER        silence add: only what they have to act on; may be given again\n"
         "  --label NAME=VALUE   silence add: of circuits with this label only; may be given again\n"
         "  -h, --help           this text\n"
         "  -V, --version        the version\n\n"
         "The manual is erwatchctl(1).");
}

static enum exit_status usage(const char *what, const char *name)
{
    if (name != NULL)
        complain("%s: %s", what, name);
    else
        complain("%s", what);
    fputs("Try `erwatchctl --help`.\n", stderr);
    return EXIT_USAGE;
}

struct line {
    struct call call;
    enum colour_mode colour;
    bool help, version;
};

static bool read_colour(const char *word, enum colour_mode *mode)
{
    static const char *const words[] = { [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never" };

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) {
            *mode = (enum colour_mode)i;
            return true;
        }
    return false;
}

static bool read_limit(const char *text, long *limit)
{
    char *end;
    long lines = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || lines < 1 || lines > LIMIT_MAX)
        return false;
    *limit = lines;
    return true;
}

static bool read_timeout(const char *text, long *timeout_ms)
{
    char *end;
    long seconds = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || seconds < 1 || seconds > TIMEOUT_MAX_S)
        return false;
    *timeout_ms = seconds * 1000;
    return true;
}

static enum exit_status add_word(struct words *words, const char *option)
{
    if (words->count == WORDS_MAX)
        return usage("this option is given too often", option);
    words->word[words->count++] = optarg;
    return EXIT_DONE;
}

/* The options that only `silence add` and `ack` have. */
static enum exit_status read_silence(int key, struct call *call)
{
    struct silence_words *said = &call->silence;

    call->silence_said = true;
    switch (key) {
    case OPTION_FOR: said->span = optarg; break;
    case OPTION_STICKY: call->sticky = true; break;
    case OPTION_UNTIL: said->until = optarg; break;
    case OPTION_WHY: said->why = optarg; break;
    case OPTION_CIRCUIT: said->circuit = optarg; break;
    case OPTION_INCIDENT: said->incident = optarg; break;
    case OPTION_RULE: return add_word(&said->rules, "--rule");
    case OPTION_SEVERITY: return add_word(&said->severities, "--severity");
    case OPTION_OWNER: return add_word(&said->owners, "--owner");
    case OPTION_LABEL: return add_word(&said->labels, "--label");
    default: fputs("Try `erwatchctl --help`.\n", stderr); return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static enum exit_status read_options(int argc, char **argv, struct line *line)
{
    for (int key; (key = getopt_long(argc, argv, "hV", options, NULL)) != -1;)
        switch (key) {
        case OPTION_SOCKET: line->call.socket = optarg; break;
        case OPTION_TIMEOUT:
            if (!read_timeout(optarg, &line->call.timeout_ms))
                return usage("--timeout may be 1 to 3600 seconds, not", optarg);
            break;
        case OPTION_JSON: line->call.json = true; break;
        case OPTION_SINCE: line->call.since = optarg; break;
        case OPTION_LIMIT:
            if (!read_limit(optarg, &line->call.limit))
                return usage("--limit may be 1 to 100000 lines, not", optarg);
            break;
        case OPTION_WATCH: line->call.watch = true; break;
        case OPTION_ALL: line->call.all = true; break;
        case OPTION_CREDENTIAL: line->call.credential = optarg; break;
        case OPTION_GRAPH: line->call.graph = true; break;
        case OPTION_SUBSCRIPTION: line->call.subscription = optarg; break;
        case OPTION_COLOUR:
            if (!read_colour(optarg, &line->colour))
                return usage("--color may be auto, always or never, not", optarg);
            break;
        case 'h': line->help = true; break;
        case 'V': line->version = true; break;
        default:
            if (read_silence(key, &line->call) != EXIT_DONE)
                return EXIT_USAGE;
        }
    return EXIT_DONE;
}

/* --socket, else the folder systemd gave, else the usual one. */
static char *socket_path(const char *given)
{
    const char *folder = getenv("RUNTIME_DIRECTORY");
    char *path;

    if (given != NULL)
        return xstrdup(given);
    if (asprintf(&path, "%s/control.sock", folder != NULL && *folder != '\0' ? folder : ERWATCH_RUNDIR) < 0)
        memory_or_die(NULL);
    return path;
}

static void prepare_screen(struct line *line)
{
    struct screen *screen = &line->call.screen;
    unsigned columns, lines;

    terminal_size(&columns, &lines);
    screen->to = stdout;
    screen->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen->columns = screen_columns(getenv("COLUMNS"), columns);
    screen->colour = screen_wants_colour(line->colour, columns > 0, getenv("NO_COLOR"), getenv("TERM"));
}

/* Is anything said that an acknowledgement has no use for? */
static bool says_what(const struct silence_words *said)
{
    return said->until != NULL || said->circuit != NULL || said->incident != NULL || said->rules.count > 0 ||
           said->severities.count > 0 || said->owners.count > 0 || said->labels.count > 0;
}

/* --until is the history's, too. */
static bool says_until_only(const struct silence_words *said)
{
    struct silence_words rest = *said;

    rest.until = NULL;
    return rest.span == NULL && rest.why == NULL && !says_what(&rest);
}

static enum exit_status check(const struct command *command, const struct call *call, int arguments)
{
    if (command->argument != NULL && call->argument == NULL)
        return usage("this command needs a name behind it", command->argument);
    if (arguments > (command->words != NULL ? 2 : command->argument != NULL || command->may != NULL))
        return usage("too many words behind the command", command->name);
    if ((command->argument != NULL || command->may != NULL) && call->argument != NULL && *call->argument == '\0')
        return usage("an empty name names nothing", command->name);
    bool adds = command->words != NULL && call->argument != NULL && strcmp(call->argument, "add") == 0;
    bool range = command->takes_range && says_until_only(&call->silence);
    if (!command->takes_range && (call->since != NULL || call->limit != 0))
        return usage("--since and --limit belong to history, not to", command->name);
    if (command->takes_ack ? says_what(&call->silence) : call->sticky)
        return usage("--for, --why and --sticky belong to ack, and nothing else of silence add does; not to",
                     command->name);
    if ((call->silence_said && !adds && !command->takes_ack && !range) || (call->all && command->words != NULL && !adds))
        return usage("--for, --until, --why and what is to be silent belong to silence add, not to", command->name);
    if (call->watch && !command->takes_watch)
        return usage("--watch belongs to another command than", command->name);
    if (call->all && !command->takes_all)
        return usage("--all belongs to another command than", command->name);
    if ((call->credential != NULL || call->subscription != NULL || call->graph) && !command->takes_scope)
        return usage("--credential, --subscription and --graph belong to another command than", command->name);
    if (call->subscription != NULL && call->graph)
        return usage("--graph looks for subscriptions and excludes --subscription", NULL);
    if (call->watch && (call->json || isatty(STDOUT_FILENO) == 0))
        return usage("--watch needs a terminal and excludes --json", NULL);
    return EXIT_DONE;
}

static enum exit_status run(const struct command *command, struct line *line)
{
    char *path = socket_path(line->call.socket);

    line->call.socket = path;
    prepare_screen(line);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    enum exit_status status = command->run(&line->call);
    curl_global_cleanup();
    free(path);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        complain("writing the output failed");
        return EXIT_FAILED;
    }
    return status;
}

static enum exit_status obey(int argc, char **argv)
{
    struct line line = { .colour = COLOUR_AUTO };
    enum exit_status status = read_options(argc, argv, &line);

    if (status != EXIT_DONE)
        return status;
    const char *name = optind < argc ? argv[optind++] : NULL;
    if (line.help || (name != NULL && strcmp(name, "help") == 0)) {
        print_help();
        return EXIT_DONE;
    }
    if (line.version) {
        puts(PACKAGE_NAME "ctl " PACKAGE_VERSION);
        return EXIT_DONE;
    }
    if (name == NULL)
        return usage("a command is missing", NULL);
    const struct command *command = command_find(name);
    if (command == NULL)
        return usage("there is no command", name);
    line.call.argument = optind < argc ? argv[optind] : NULL;
    line.call.object = command->words != NULL && optind + 1 < argc ? argv[optind + 1] : NULL;
    status = check(command, &line.call, argc - optind);
    return status != EXIT_DONE ? status : run(command, &line);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    return (int)obey(argc, argv);
}

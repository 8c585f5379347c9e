/*
 * What `erwatchctl discover` shows: the circuits that credentials can see, read now, one list after the other. It
 * changes nothing of what is watched. Whoever asked is answered once, also when the settings change or the daemon stops
 * meanwhile.
 */
#include "app/survey.h"

#include "app/app.h"
#include "app/graph_look.h"
#include "azure/subscriptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SURVEYS_MOST 4
#define LISTS_MOST 1000
#define CIRCUITS_MOST 20000
#define WAIT_MS (150 * 1000)

/* A list to be read; without a subscription: which ones there are, and with a graph, which of them have circuits. */
struct survey_list {
    char subscription[SUBSCRIPTION_ID_MAX];
    size_t credential, circuits;
    char trouble[256];
};

struct survey {
    LIST_ENTRY(survey) link;
    struct app *app;
    struct server_call *call; /* NULL: answered, and it only waits for the end of `busy` */
    struct timer *timer;
    struct view_list *shown;
    struct survey_list *list;
    size_t count, at, circuits;
    struct arm_pages pages; /* of the list of subscriptions */
    bool busy;  /* a list is being read */
    bool waits; /* for a token */
    bool cut;   /* there are more subscriptions than are looked at */
    bool graph; /* Resource Graph says which of `seen` are worth a list */
    char (*seen)[SUBSCRIPTION_ID_MAX];
    size_t seen_count;
};

static void survey_free(struct survey *survey)
{
    LIST_REMOVE(survey, link);
    timer_free(survey->timer);
    view_list_free(survey->shown);
    free(survey->list);
    free(survey->seen);
    free(survey);
}

/* ---- what is to be read ---- */

static bool is_listed(const struct survey *survey, const char *subscription, size_t credential)
{
    for (size_t i = 0; i < survey->count; i++)
        if (survey->list[i].credential == credential && strcasecmp(survey->list[i].subscription, subscription) == 0)
            return true;
    return false;
}

static void add_list(struct survey *survey, const char *subscription, size_t credential)
{
    if (is_listed(survey, subscription, credential))
        return;
    survey->cut = survey->cut || survey->count == LISTS_MOST;
    if (survey->count == LISTS_MOST)
        return;
    struct survey_list *larger = reallocarray(survey->list, survey->count + 1, sizeof *larger);
    if (larger == NULL)
        abort();
    survey->list = larger;
    larger[survey->count] = (struct survey_list){ .credential = credential };
    snprintf(larger[survey->count++].subscription, SUBSCRIPTION_ID_MAX, "%s", subscription);
}

/* One that the credential can see: with a graph it is asked about there first. */
static void add_seen(struct survey *survey, const char *subscription, size_t credential)
{
    if (!survey->graph) {
        add_list(survey, subscription, credential);
        return;
    }
    for (size_t i = 0; i < survey->seen_count; i++)
        if (strcmp(survey->seen[i], subscription) == 0)
            return;
    survey->cut = survey->cut || survey->seen_count == GRAPH_SUBSCRIPTIONS_MAX;
    if (survey->seen_count == GRAPH_SUBSCRIPTIONS_MAX)
        return;
    survey->seen = survey->seen != NULL ? survey->seen : calloc(GRAPH_SUBSCRIPTIONS_MAX, sizeof *survey->seen);
    if (survey->seen == NULL)
        abort();
    snprintf(survey->seen[survey->seen_count++], SUBSCRIPTION_ID_MAX, "%s", subscription);
}

/* Those that the settings name: the credential may not be told of them otherwise. */
static void add_known(struct survey *survey, size_t credential)
{
    const struct app *app = survey->app;

    for (size_t i = 0; i < app->subscription_count; i++)
        if (app->subscriptions[i].credential == credential)
            add_seen(survey, app->subscriptions[i].id, credential);
    for (size_t i = 0; i < app->settings->discover_count; i++)
        if (app->settings->discovers[i].credential == credential)
            add_seen(survey, app->settings->discovers[i].subscription, credential);
}

/* ---- the end ---- */

static void tell_busy(struct survey *survey, enum api_error error, const char *message)
{
    struct server_call *call = survey->call;

    survey->call = NULL;
    timer_set(survey->timer, MONO_NEVER);
    control_refuse(call, error, message);
    if (!survey->busy)
        survey_free(survey);
}

static void waited_too_long(void *context, struct moment now)
{
    (void)now;
    tell_busy(context, API_TIMEOUT, "Azure has not answered in time; name one subscription with --subscription");
}

static void finish(struct survey *survey, struct moment now)
{
    struct app *app = survey->app;
    struct discover_list_view *lists = calloc(survey->count + 1, sizeof *lists);

    if (lists == NULL)
        abort();
    for (size_t i = 0; i < survey->count; i++)
        lists[i] = (struct discover_list_view){ .subscription = survey->list[i].subscription,
                                                .credential = app->credential_names[survey->list[i].credential],
                                                .circuits = survey->list[i].circuits,
                                                .trouble = survey->list[i].trouble };
    char *json = view_discover_end(survey->shown, lists, survey->count, now);
    free(lists);
    survey->shown = NULL;
    control_answer(survey->call, json);
    survey_free(survey);
}

/* ---- one list after the other ---- */

static void step(struct survey *survey, struct moment now);

/* A list has ended. */
static void list_over(struct survey *survey, const struct failure *failure, struct moment now)
{
    struct app *app = survey->app;
    struct survey_list *list = &survey->list[survey->at];

    survey->busy = false;
    if (survey->call == NULL) {
        survey_free(survey);
        return;
    }
    if (failure != NULL)
        snprintf(list->trouble, sizeof list->trouble, "%s", failure->what);
    else
        sign_in_worked(app, list->credential, now);
    if (survey->cut && failure == NULL)
        snprintf(list->trouble, sizeof list->trouble, "only the first %d subscriptions are looked at; name one with "
                 "--subscription", LISTS_MOST);
    survey->cut = false;
    survey->at++;
    step(survey, now); /* which may be its end */
    app_follow(app, now);
}

static uint32_t show(void *context, const struct sample *sample, uint32_t mark)
{
    struct survey *survey = context;
    struct app *app = survey->app;
    struct survey_list *list = &survey->list[survey->at];

    if (survey->call == NULL)
        return mark;
    list->circuits++;
    if (++survey->circuits > CIRCUITS_MOST) {
        snprintf(list->trouble, sizeof list->trouble, "only the first %d circuits are shown", CIRCUITS_MOST);
        return mark;
    }
    const struct seen_view seen = { .sample = sample,
                                    .credential = app->credential_names[list->credential],
                                    .watched = settings_find(app->settings, sample_text(sample, sample->id)) != NULL };
    view_discover_circuit(survey->shown, &seen);
    return mark;
}

static bool stands(void *context, uint32_t mark)
{
    (void)context;
    (void)mark;
    return false;
}

static void list_ended(void *context, const struct failure *failure, struct moment now)
{
    list_over(context, failure, now);
}

static void note_subscription(void *context, const char *id)
{
    struct survey *survey = context;

    add_seen(survey, id, survey->list[survey->at].credential);
}

/* ---- with a graph ---- */

static void note_row(void *context, const struct graph_row *row)
{
    struct survey *survey = context;
    char subscription[SUBSCRIPTION_ID_MAX];
    struct arm_id parts;

    if (!arm_id_parse(row->id, &parts) || parts.subscription_len >= sizeof subscription)
        return;
    memcpy(subscription, parts.subscription, parts.subscription_len);
    subscription[parts.subscription_len] = '\0';
    add_list(survey, subscription, survey->list[survey->at].credential);
}

/* All subscriptions of the credential are known: the graph says which of them have circuits. */
static void subscriptions_over(struct survey *survey, const struct failure *failure, struct moment now)
{
    const char *ids[GRAPH_SUBSCRIPTIONS_MAX];
    size_t count = survey->seen_count;

    if (failure != NULL || count == 0 || survey->call == NULL) {
        list_over(survey, failure, now);
        return;
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = survey->seen[i];
    survey->seen_count = 0;
    const struct graph_question question = { ASK_DISCOVER, GRAPH_CIRCUITS, survey->list[survey->at].credential, ids,
                                             count };
    graph_look(survey->app, &question, note_row, survey, list_ended);
}

static void subscriptions_came(void *context, const struct azure_reply *reply, struct failure *failure,
                               struct mono asked, struct moment now)
{
    struct survey *survey = context;
    struct app *app = survey->app;
    struct azure_request request = { 0 };
    char *next = NULL;

    (void)asked;
    if (survey->call == NULL || reply == NULL ||
        subscriptions_read(reply, note_subscription, survey, &next, failure) != AZURE_OK) {
        list_over(survey, failure, now);
        return;
    }
    struct survey_list *list = &survey->list[survey->at];
    bool more = next != NULL && sign_in_ready(app, list->credential, now);
    bool followed = more && arm_ask_page(&request, &survey->pages, app->settings->azure.management, next, ARM_SMALL_MAX,
                                         failure);
    free(next);
    if (followed)
        ask_arm(app, ASK_DISCOVER, list->credential, &request, subscriptions_came, survey);
    else
        subscriptions_over(survey, more ? failure : NULL, now);
}

static void read_list(struct survey *survey)
{
    struct app *app = survey->app;
    const struct survey_list *list = &survey->list[survey->at];
    const struct arm_list_user user = { survey, show, stands };
    struct azure_request request = { 0 };

    survey->busy = true;
    if (list->subscription[0] != '\0') {
        list_read(app, list->subscription, list->credential, &user, NULL, list_ended);
        return;
    }
    survey->pages = (struct arm_pages){ 0 };
    survey->seen_count = 0;
    add_known(survey, list->credential);
    list = &survey->list[survey->at]; /* there may be more of them now */
    subscriptions_ask(&request, app->settings->azure.management);
    ask_arm(app, ASK_DISCOVER, list->credential, &request, subscriptions_came, survey);
}

static void step(struct survey *survey, struct moment now)
{
    struct app *app = survey->app;

    survey->waits = false;
    for (; survey->at < survey->count; survey->at++) {
        struct survey_list *list = &survey->list[survey->at];
        const struct sign_in *sign_in = &app->sign_ins[list->credential];
        if (sign_in_ready(app, list->credential, now)) {
            read_list(survey);
            return;
        }
        survey->waits = sign_in->grant[AUDIENCE_MANAGEMENT].busy;
        if (survey->waits)
            return;
        snprintf(list->trouble, sizeof list->trouble, "%s", sign_in->grant[AUDIENCE_MANAGEMENT].trouble.what);
    }
    finish(survey, now);
}

void survey_token(struct app *app, size_t credential, struct moment now)
{
    struct survey *next;

    for (struct survey *survey = LIST_FIRST(&app->discovery.surveys); survey != NULL; survey = next) {
        next = LIST_NEXT(survey, link);
        if (survey->waits && survey->list[survey->at].credential == credential)
            step(survey, now);
    }
}

void survey_drop(struct app *app)
{
    struct survey *next;

    for (struct survey *survey = LIST_FIRST(&app->discovery.surveys); survey != NULL; survey = next) {
        next = LIST_NEXT(survey, link);
        survey->waits = false;
        if (survey->call != NULL)
            tell_busy(survey, API_BUSY, "the settings are being changed, or the daemon stops");
    }
}

/* ---- the beginning ---- */

static size_t surveys(const struct app *app)
{
    size_t count = 0;
    const struct survey *survey;

    LIST_FOREACH(survey, &app->discovery.surveys, link)
        count++;
    return count;
}

static bool is_guid(const char *text)
{
    return strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36;
}

static enum api_error check(const struct app *app, const struct api_request *request, const char **why)
{
    size_t named = 0;

    for (size_t i = 0; i < app->settings->azure.credential_count; i++)
        named += strcmp(app->credential_names[i], request->credential) == 0;
    *why = surveys(app) >= SURVEYS_MOST ? "others are asking already; try again later" : NULL;
    if (*why != NULL)
        return API_BUSY;
    if (request->credential[0] != '\0' && named == 0)
        *why = "the settings have no credential of that name";
    else if (request->name[0] != '\0' && !is_guid(request->name))
        *why = "a subscription is named by its id, 8-4-4-4-12 hexadecimal digits";
    return *why != NULL ? API_BAD_REQUEST : API_OK;
}

void survey_start(struct app *app, struct server_call *call, const struct api_request *request, struct moment now)
{
    const char *why;
    enum api_error error = check(app, request, &why);

    if (error != API_OK) {
        control_refuse(call, error, why);
        return;
    }
    struct survey *survey = calloc(1, sizeof *survey);
    if (survey == NULL)
        abort();
    survey->app = app;
    survey->call = call;
    survey->graph = request->graph;
    survey->shown = view_list_new();
    survey->timer = timer_new(app->loop, waited_too_long, survey);
    timer_set(survey->timer, mono_after(now.mono, WAIT_MS));
    LIST_INSERT_HEAD(&app->discovery.surveys, survey, link);
    for (size_t i = 0; i < app->settings->azure.credential_count; i++)
        if (request->credential[0] == '\0' || strcmp(app->credential_names[i], request->credential) == 0)
            add_list(survey, request->name, i);
    step(survey, now);
    app_follow(app, now);
}

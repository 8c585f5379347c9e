#ifndef ERWATCH_SIM_CASSETTE_H
#define ERWATCH_SIM_CASSETTE_H

#include <stdbool.h>
#include <stddef.h>

struct answer;

/* Recorded answers, given again. */

struct cassette;

/** Read a *.cassette.json; NULL and one sentence in @p why when it is none. */
struct cassette *cassette_load(const char *file, char why[256]);
void cassette_free(struct cassette *cassette);

/**
 * The next recorded answer for this method and path; the last one is repeated. The body is as recorded, byte for byte,
 * but for the management host, which becomes @p base so that nextLink and Location can be followed.
 *
 * @param uri  path and query; the query is not compared
 * @return     false when there is none
 */
bool cassette_answer(struct cassette *cassette, const char *method, const char *uri, const char *base,
                     struct answer *out);

#endif

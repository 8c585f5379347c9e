#ifndef ERWATCH_SIM_SPOIL_H
#define ERWATCH_SIM_SPOIL_H

struct answer;
struct fault;

/** Do to the answer what the fault's kind says. @p url: what was asked for, "https://host:port/path?query" */
void spoil(const struct fault *fault, struct answer *answer, const char *url);

#endif

/*
 * What this is: what the rules know of a build script.
 *
 * May include: ecsp.h.
 */
#ifndef ECSP_SCRIPT_H
#define ECSP_SCRIPT_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

/* How many commands a Dockerfile-like script holds (comments, blank lines and continuations are
 * none); 0 for YAML. */
uint32_t ecsp_count_commands(struct ecsp_str script);

ECSP_HIDDEN_END

#endif

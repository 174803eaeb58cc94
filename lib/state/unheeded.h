/* SPDX-License-Identifier: ISC */
/* unheeded - logs which reply attributes of a RADIUS server are not honoured, each once per server. */
#ifndef MW_UNHEEDED_H
#define MW_UNHEEDED_H

#include "aaa.h"
#include "state.h"

/* The answer's unheeded attributes. The state file remembers which were logged, for all helpers, as long
 * as it lives. When it fails, they are not logged. */
void unheeded_log(struct state *s, const struct server_group *g, const struct aaa_answer *a);

#endif

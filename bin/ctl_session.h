/* SPDX-License-Identifier: ISC */
/* ctl_session - the state file for mailwicketctl's commands, and how a session is shown. */
#ifndef MW_CTL_SESSION_H
#define MW_CTL_SESSION_H

#include "ctl.h"
#include "ctl_table.h"
#include "state.h"

/* The state file that the policy names, opened; NULL, and said on standard error, where it can't
 * be. Dead entries that are met in it are logged. Close it with state_close. */
struct state *ctl_state(struct ctl *c);

/* Says errno on standard error; returns CTL_NO. */
int ctl_state_failed(void);

/* A session as a row of a table with these columns, and as a JSON object. now: clock_ms. Login time
 * is local in the table, UTC in JSON. */
#define SESSION_COLUMNS 13
extern const struct table_column session_columns[SESSION_COLUMNS];
void session_row(struct table *t, const struct session *s, uint64_t now);
void session_json(FILE *f, const struct session *s, uint64_t now);

#endif

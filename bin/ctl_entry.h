/* SPDX-License-Identifier: ISC */
/* ctl_entry - the state file for mailwicketctl's commands, and how a session is shown. */
#ifndef MW_CTL_ENTRY_H
#define MW_CTL_ENTRY_H

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
#define ENTRY_COLUMNS 13
extern const struct table_column entry_columns[ENTRY_COLUMNS];
void entry_row(struct table *t, const struct entry *s, uint64_t now);
void entry_json(FILE *f, const struct entry *s, uint64_t now);

#endif

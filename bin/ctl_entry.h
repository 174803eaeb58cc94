/* SPDX-License-Identifier: ISC */
/* ctl_entry - opens the state file for a command, and formats its entries. */
#ifndef MW_CTL_ENTRY_H
#define MW_CTL_ENTRY_H

#include "ctl.h"
#include "ctl_table.h"
#include "state.h"

/* Opens the state file that the policy names. Calls on it log and account the dead entries that
 * they remove. The caller closes it with state_close. NULL: standard error says why. */
struct state *ctl_state(struct ctl *c);

/* The same for a command that only looks. Where the state file is not for this user, asks the helper for
 * a copy (state_open_snapshot) and sets c->snapshot; members of the group mailwicket-admin get one. */
struct state *ctl_look(struct ctl *c);

/* Prints errno's text on standard error. Returns CTL_NO. */
int ctl_state_failed(void);

/* Appends an entry as a row to a table with these columns, or writes it as a JSON object. now is
 * clock_ms. The login time is local time in the table, UTC in JSON. */
#define ENTRY_COLUMNS 13
extern const struct table_column entry_columns[ENTRY_COLUMNS];
void entry_row(struct table *t, const struct entry *e, uint64_t now);
void entry_json(FILE *f, const struct entry *e, uint64_t now);

#endif

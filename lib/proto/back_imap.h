/* SPDX-License-Identifier: ISC */
/* back_imap - the commands to an IMAP server. Only for back_imap*.c. PURE. */
#ifndef MW_BACK_IMAP_H
#define MW_BACK_IMAP_H

#include "back_dialogue.h"

enum back_event back_imap_say(struct back *b, const char *command, enum back_state next);

/* Sends ID or the login: the first command after STARTTLS, or without it after the greeting. */
enum back_event back_imap_secured(struct back *b);

/* Sends LOGIN or AUTHENTICATE, whichever the capability list offers; without a list, asks for it
 * first. Keeps it as b->offer and forgets it, since the client gets the one after the login. */
enum back_event back_imap_login(struct back *b);

/* Send the next part of the login after the server's "+". */
enum back_event back_imap_say_user(struct back *b);
enum back_event back_imap_say_password(struct back *b);
enum back_event back_imap_say_plain(struct back *b);

bool back_imap_offers(const struct back *b, struct span word);

/* BACK_FAILED if the list has UNAUTHENTICATE and the policy doesn't allow it, else BACK_MORE. */
enum back_event back_imap_check(struct back *b);

#endif

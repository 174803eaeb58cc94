/* SPDX-License-Identifier: ISC */
/* back_imap - the commands of the dialogue with an IMAP server. Only for back_imap*.c. PURE. */
#ifndef MW_BACK_IMAP_H
#define MW_BACK_IMAP_H

#include "back_dialogue.h"

enum back_event back_imap_say(struct back *b, const char *command, enum back_state next);

/* The first command once TLS stands, or the greeting's answer without: ID or the login. */
enum back_event back_imap_secured(struct back *b);

/* LOGIN or AUTHENTICATE, as the list of capabilities wants it, if there is one. Forgets that list:
 * what is wanted then is the one after the login. */
enum back_event back_imap_login(struct back *b);

/* Answers to the server's continuation. */
enum back_event back_imap_say_user(struct back *b);
enum back_event back_imap_say_password(struct back *b);
enum back_event back_imap_say_plain(struct back *b);

bool back_imap_offers(const struct back *b, struct span word);

/* BACK_FAILED where the list has UNAUTHENTICATE and the policy doesn't allow it, else BACK_MORE. */
enum back_event back_imap_check(struct back *b);

#endif

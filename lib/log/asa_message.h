/* SPDX-License-Identifier: ISC */
/*
 * asa_message - the appliance's number for an event that it logged, too. PURE.
 *
 * The numbers are those of its class of messages for the e-mail proxy, 719001 to 719026 in its lists of
 * system log messages (%ASA-6-719023: …). Reports and searches that know them go on with ours.
 */
#ifndef MW_ASA_MESSAGE_H
#define MW_ASA_MESSAGE_H

/* The number for the event; 0: the appliance had no such message. cause: of ended (mailwicket-log(5)),
 * or NULL. */
unsigned asa_message(const char *event, const char *cause);

#endif

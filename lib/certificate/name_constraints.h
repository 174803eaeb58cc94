/* SPDX-License-Identifier: ISC */
/*
 * name_constraints - judges the names in a certificate by the NameConstraints of a CA above it (RFC
 * 5280 section 4.2.1.10). PURE. GnuTLS doesn't judge directoryName, and looks at the names of the
 * last certificate only.
 *
 * Judged are the subject, each emailAddress in it (as an rfc822Name), and every subjectAltName, of
 * the forms
 *
 *   directoryName   the constraint's RDNs are the first of the name's (dn_compare.h)
 *   rfc822Name      "jo@host" is that mailbox; "host" all on that host; ".domain" all below it
 *   dNSName         "host" is that host and all below it; ".domain" all below it
 *   iPAddress       an address and a mask
 *
 * A form that a CA constrains and that isn't among these can't be judged: if the certificate has a
 * name of that form, the names are not allowed. Of otherName each type is a form of its own.
 */
#ifndef MW_NAME_CONSTRAINTS_H
#define MW_NAME_CONSTRAINTS_H

#include "span.h"

enum names_outcome {
    NAMES_ALLOWED,
    NAMES_FORBIDDEN,  /* a name is outside what is permitted, or inside what is excluded */
    NAMES_UNREADABLE, /* broken DER, a minimum or maximum, or a form that can't be judged */
};

/* constraints and alternative are the values of the extensions, in DER: NameConstraints of the CA,
 * and subjectAltName of the certificate below, which is empty if there is none. subject is a whole
 * Name in DER. */
enum names_outcome name_constraints_judge(struct span constraints, struct span subject,
                                          struct span alternative);

#endif

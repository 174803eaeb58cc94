/* SPDX-License-Identifier: ISC */
/* dn_field - the table of DN fields; see dn_field.h. PURE. */
#include "dn_field.h"

/* The types are X.520's, as RFC 4519 has them, but for emailAddress, which is PKCS #9's (RFC 2985
 * section 5.2.1). Of several with alike names these are the appliance's: SER is the subject's own
 * serialNumber, not the certificate's; N is name, not cn. */
static const struct {
    const char *name, *oid;
} fields[] = {
    [DN_C] = {"C", "2.5.4.6"},                       /* countryName */
    [DN_CN] = {"CN", "2.5.4.3"},                     /* commonName */
    [DN_DNQ] = {"DNQ", "2.5.4.46"},                  /* dnQualifier */
    [DN_EA] = {"EA", "1.2.840.113549.1.9.1"},        /* emailAddress */
    [DN_GENQ] = {"GENQ", "2.5.4.44"},                /* generationQualifier */
    [DN_GN] = {"GN", "2.5.4.42"},                    /* givenName */
    [DN_I] = {"I", "2.5.4.43"},                      /* initials */
    [DN_L] = {"L", "2.5.4.7"},                       /* localityName */
    [DN_N] = {"N", "2.5.4.41"},                      /* name */
    [DN_O] = {"O", "2.5.4.10"},                      /* organizationName */
    [DN_OU] = {"OU", "2.5.4.11"},                    /* organizationalUnitName */
    [DN_SER] = {"SER", "2.5.4.5"},                   /* serialNumber */
    [DN_SN] = {"SN", "2.5.4.4"},                     /* surname */
    [DN_SP] = {"SP", "2.5.4.8"},                     /* stateOrProvinceName */
    [DN_T] = {"T", "2.5.4.12"},                      /* title */
    [DN_UID] = {"UID", "0.9.2342.19200300.100.1.1"}, /* userid */
    [DN_NONE] = {"None", ""},
};

const char *dn_field_name(enum dn_field f)
{
    return fields[f].name;
}

const char *dn_field_oid(enum dn_field f)
{
    return fields[f].oid;
}

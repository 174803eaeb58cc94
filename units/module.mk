# SPDX-License-Identifier: ISC
# units: what systemd and xinetd need, with the paths of this build filled in.
UNITS_PLAIN = units/mailwicket-verify.socket units/mailwicket-report.socket \
	units/mailwicket-sweep.timer
UNITS_MADE = units/mailwicket.service units/mailwicket-verify.service \
	units/mailwicket-sweep.service \
	units/mailwicket-pop3s.socket units/mailwicket-imap4s.socket units/mailwicket-smtps.socket \
	units/mailwicket-pop3s-accept.socket units/mailwicket-imap4s-accept.socket \
	units/mailwicket-smtps-accept.socket \
	units/mailwicket-pop3s-accept@.service units/mailwicket-imap4s-accept@.service \
	units/mailwicket-smtps-accept@.service
XINETD_MADE = units/xinetd-pop3s units/xinetd-imap4s units/xinetd-smtps
UNITS_IN = units/mailwicket.service.in units/mailwicket-verify.service.in \
	units/mailwicket-sweep.service.in units/mailwicket-PROTOCOL.socket.in \
	units/mailwicket-PROTOCOL-accept.socket.in units/mailwicket-PROTOCOL-accept@.service.in \
	units/xinetd-PROTOCOL.in

EXTRA_DIST += $(UNITS_IN)
CLEANFILES += $(UNITS_MADE) $(XINETD_MADE)

# $(call unit,PROTOCOL,PORT,SOURCE)
unit_sed = $(MKDIR_P) units && sed -e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@libexecdir[@]|$(libexecdir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@PROTOCOL[@]|$(1)|g' -e 's|@PORT[@]|$(2)|g' $(3) > $@.new && mv $@.new $@

units/mailwicket.service units/mailwicket-verify.service units/mailwicket-sweep.service: \
		%: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(call unit_sed,,,$<)

# A rule for one protocol's units: their names differ from the sources' in the protocol alone.
units/mailwicket-pop3s.socket: $(srcdir)/units/mailwicket-PROTOCOL.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,pop3s,995,$<)
units/mailwicket-imap4s.socket: $(srcdir)/units/mailwicket-PROTOCOL.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,imap4s,993,$<)
units/mailwicket-smtps.socket: $(srcdir)/units/mailwicket-PROTOCOL.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,smtps,988,$<)
units/mailwicket-pop3s-accept.socket: $(srcdir)/units/mailwicket-PROTOCOL-accept.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,pop3s,995,$<)
units/mailwicket-imap4s-accept.socket: $(srcdir)/units/mailwicket-PROTOCOL-accept.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,imap4s,993,$<)
units/mailwicket-smtps-accept.socket: $(srcdir)/units/mailwicket-PROTOCOL-accept.socket.in Makefile
	$(AM_V_GEN)$(call unit_sed,smtps,988,$<)
units/mailwicket-pop3s-accept@.service: $(srcdir)/units/mailwicket-PROTOCOL-accept@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,pop3s,995,$<)
units/mailwicket-imap4s-accept@.service: $(srcdir)/units/mailwicket-PROTOCOL-accept@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,imap4s,993,$<)
units/mailwicket-smtps-accept@.service: $(srcdir)/units/mailwicket-PROTOCOL-accept@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,smtps,988,$<)
units/xinetd-pop3s: $(srcdir)/units/xinetd-PROTOCOL.in Makefile
	$(AM_V_GEN)$(call unit_sed,pop3s,995,$<)
units/xinetd-imap4s: $(srcdir)/units/xinetd-PROTOCOL.in Makefile
	$(AM_V_GEN)$(call unit_sed,imap4s,993,$<)
units/xinetd-smtps: $(srcdir)/units/xinetd-PROTOCOL.in Makefile
	$(AM_V_GEN)$(call unit_sed,smtps,988,$<)

# sysusers.d and tmpfiles.d stand where systemd looks for them: beside the directory of the units.
if SYSTEMD
unitsdir = $(systemdsystemunitdir)
dist_units_DATA = $(UNITS_PLAIN)
nodist_units_DATA = $(UNITS_MADE)
sysusersdir = $(systemdsystemunitdir)/../../sysusers.d
dist_sysusers_DATA = units/sysusers.d/mailwicket.conf
tmpfilesdir = $(systemdsystemunitdir)/../../tmpfiles.d
dist_tmpfiles_DATA = units/tmpfiles.d/mailwicket.conf
endif
# Examples: where xinetd runs, copy them to /etc/xinetd.d.
xinetddir = $(pkgdatadir)/xinetd
nodist_xinetd_DATA = $(XINETD_MADE)

# fail2ban's filter, where fail2ban looks for it.
fail2bandir = $(sysconfdir)/fail2ban/filter.d
dist_fail2ban_DATA = units/fail2ban/filter.d/mailwicket.conf

# SPDX-License-Identifier: ISC
# units: systemd's units, with the paths of this build. Not the sockets for mail programs:
# mailwicket-generator makes these from the policy.
UNITS_PLAIN = units/mailwicket.target units/mailwicket-verify.socket units/mailwicket-report.socket \
	units/mailwicket-snapshot.socket units/mailwicket-sweep.timer units/mailwicket-ocsp.timer
UNITS_MADE = units/mailwicket.service units/mailwicket@.service units/mailwicket-verify.service \
	units/mailwicket-sweep.service units/mailwicket-ocsp.service \
	units/mailwicket-pop3s@.service units/mailwicket-imap4s@.service \
	units/mailwicket-smtps@.service
GATEWAY_MADE = units/ocserv/mailwicket-ocserv units/openvpn/mailwicket-openvpn
RENEW_MADE = units/renew/mailwicket-renew units/renew/mailwicket-ocsp
UNITS_IN = units/mailwicket.service.in units/mailwicket@.service.in units/mailwicket-verify.service.in \
	units/mailwicket-sweep.service.in units/mailwicket-ocsp.service.in units/mailwicket-PROTOCOL@.service.in \
	units/tmpfiles.d/mailwicket.conf.in \
	units/ocserv/mailwicket-ocserv.in units/openvpn/mailwicket-openvpn.in \
	units/renew/mailwicket-renew.in units/renew/mailwicket-ocsp.in

EXTRA_DIST += $(UNITS_IN)
CLEANFILES += $(UNITS_MADE) $(GATEWAY_MADE) $(RENEW_MADE) units/tmpfiles.d/mailwicket.conf

# $(call unit_sed,PROTOCOL,SOURCE)
unit_sed = $(MKDIR_P) $(@D) && sed -e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@libexecdir[@]|$(libexecdir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@PROTOCOL[@]|$(1)|g' $(2) > $@.new && mv $@.new $@

units/mailwicket.service units/mailwicket@.service units/mailwicket-verify.service \
		units/mailwicket-sweep.service units/mailwicket-ocsp.service units/tmpfiles.d/mailwicket.conf: \
		%: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(call unit_sed,,$<)

# One rule for each protocol's unit.
units/mailwicket-pop3s@.service: $(srcdir)/units/mailwicket-PROTOCOL@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,pop3s,$<)
units/mailwicket-imap4s@.service: $(srcdir)/units/mailwicket-PROTOCOL@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,imap4s,$<)
units/mailwicket-smtps@.service: $(srcdir)/units/mailwicket-PROTOCOL@.service.in Makefile
	$(AM_V_GEN)$(call unit_sed,smtps,$<)

$(GATEWAY_MADE) $(RENEW_MADE): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(call unit_sed,,$<)

# systemd looks for sysusers.d and tmpfiles.d next to the directory of the units.
if SYSTEMD
unitsdir = $(systemdsystemunitdir)
dist_units_DATA = $(UNITS_PLAIN)
nodist_units_DATA = $(UNITS_MADE)
sysusersdir = $(systemdsystemunitdir)/../../sysusers.d
dist_sysusers_DATA = units/sysusers.d/mailwicket.conf
tmpfilesdir = $(systemdsystemunitdir)/../../tmpfiles.d
nodist_tmpfiles_DATA = units/tmpfiles.d/mailwicket.conf
endif

# fail2ban's filter, where fail2ban looks for it, and an example of a jail.
fail2bandir = $(sysconfdir)/fail2ban/filter.d
dist_fail2ban_DATA = units/fail2ban/filter.d/mailwicket.conf
jaildir = $(pkgdatadir)/fail2ban/jail.d
dist_jail_DATA = units/fail2ban/jail.d/mailwicket.conf

# Debian's package: built from a distribution, so that files missing there are noticed. The packaging
# moves from here to the top only for that.
DEBIAN = units/debian/changelog.in units/debian/control units/debian/copyright \
	units/debian/mailwicket.postinst units/debian/mailwicket.postrm units/debian/mailwicket.prerm units/debian/rules \
	units/debian/source/format
EXTRA_DIST += $(DEBIAN)
.PHONY: deb
deb: dist-xz
	rm -rf deb && $(MKDIR_P) deb && tar -C deb -xf $(distdir).tar.xz
	cp -R deb/$(distdir)/units/debian deb/$(distdir)/debian
	cd deb/$(distdir)/debian && sed 's|@VERSION[@]|$(VERSION)|' changelog.in >changelog && rm changelog.in
	cd deb/$(distdir) && dpkg-buildpackage -us -uc -b $(DEB_OPTIONS)
	@ls -l deb/*.deb
clean-local: clean-deb
.PHONY: clean-deb
clean-deb:
	rm -rf deb

# Hooks that VPN gateways run when a session begins and ends.
gatewaydir = $(libexecdir)
nodist_gateway_SCRIPTS = $(GATEWAY_MADE)

# Examples for monitoring, by what mailwicketctl metrics prints.
prometheusdir = $(pkgdatadir)/prometheus
dist_prometheus_DATA = units/prometheus/mailwicket.rules.yml
grafanadir = $(pkgdatadir)/grafana
dist_grafana_DATA = units/grafana/mailwicket.json

# Hooks of ACME clients, and what mailwicket-ocsp.service runs.
renewdir = $(libexecdir)
nodist_renew_SCRIPTS = $(RENEW_MADE)

# Completion for bash, where bash-completion looks for it.
bashcompdir = $(datadir)/bash-completion/completions
dist_bashcomp_DATA = units/bash-completion/mailwicketctl

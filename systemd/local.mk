# systemd: the unit, the user, the folders. sysusers.d and tmpfiles.d both want the name erwatch.conf.

# made by make, not by configure, which has not yet expanded the directories
systemd_substitute = $(SED) -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g'

systemd/erwatchd.service: systemd/erwatchd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(systemd_substitute) '$(srcdir)/systemd/erwatchd.service.in' > $@.tmp && mv $@.tmp $@

systemd/tmpfiles.d/erwatch.conf: systemd/tmpfiles.d/erwatch.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd/tmpfiles.d && \
	  $(systemd_substitute) '$(srcdir)/systemd/tmpfiles.d/erwatch.conf.in' > $@.tmp && mv $@.tmp $@

if HAVE_SYSTEMDSYSTEMUNITDIR
nodist_systemdsystemunit_DATA = systemd/erwatchd.service
endif
if HAVE_SYSUSERSDIR
dist_sysusers_DATA = systemd/sysusers.d/erwatch.conf
endif
if HAVE_TMPFILESDIR
nodist_tmpfiles_DATA = systemd/tmpfiles.d/erwatch.conf
endif

dropindir = $(docdir)/examples
dist_dropin_DATA = systemd/erwatchd-strict.conf

CLEANFILES += systemd/erwatchd.service systemd/tmpfiles.d/erwatch.conf
EXTRA_DIST += systemd/erwatchd.service.in systemd/sysusers.d/erwatch.conf systemd/tmpfiles.d/erwatch.conf.in

# distcheck installs as nobody's root: every directory of others must move under the prefix
AM_DISTCHECK_CONFIGURE_FLAGS = \
	--with-systemdsystemunitdir='$$(prefix)/lib/systemd/system' \
	--with-sysusersdir='$$(prefix)/lib/sysusers.d' --with-tmpfilesdir='$$(prefix)/lib/tmpfiles.d' \
	--with-catalogdir='$$(prefix)/lib/systemd/catalog'

check_DATA = systemd/erwatchd.service systemd/tmpfiles.d/erwatch.conf
TESTS += tests/integration/unit.sh
EXTRA_DIST += tests/integration/unit.sh

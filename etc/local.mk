# etc: the sample settings. They are installed as the settings only where there are none yet, so that edited ones stay;
# with the documentation there is always a fresh copy. The folders for circuits and secrets are made by tmpfiles.d.

settingsdir = $(sysconfdir)/erwatch
exampledir = $(docdir)/examples
dist_example_DATA = etc/erwatch.yaml

install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(settingsdir)'
	test -e '$(DESTDIR)$(settingsdir)/erwatch.yaml' || \
	  $(INSTALL_DATA) '$(srcdir)/etc/erwatch.yaml' '$(DESTDIR)$(settingsdir)/erwatch.yaml'

# What was edited stays, and so does a folder with anything in it.
uninstall-local:
	if cmp -s '$(srcdir)/etc/erwatch.yaml' '$(DESTDIR)$(settingsdir)/erwatch.yaml'; then \
	  rm -f '$(DESTDIR)$(settingsdir)/erwatch.yaml'; \
	fi
	rmdir '$(DESTDIR)$(settingsdir)' 2>/dev/null || :

TESTS += tests/integration/install.sh
EXTRA_DIST += tests/integration/install.sh

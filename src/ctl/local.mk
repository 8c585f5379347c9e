# ctl: erwatchctl, the operator's view of the control socket. Uses io's harmless text, jansson and libcurl.

bin_PROGRAMS += erwatchctl
noinst_LIBRARIES += libctl.a
CTL_LIBS = libctl.a libio.a $(CURL_LIBS) $(JANSSON_LIBS)

libctl_a_SOURCES = \
	src/ctl/screen.c src/ctl/screen.h \
	src/ctl/table.c src/ctl/table.h \
	src/ctl/doc.c src/ctl/doc.h \
	src/ctl/ask.c src/ctl/ask.h \
	src/ctl/show.h \
	src/ctl/show_status.c src/ctl/show_circuit.c src/ctl/show_incident.c src/ctl/show_loop.c \
	src/ctl/watch.c src/ctl/watch.h \
	src/ctl/command.c src/ctl/command.h
libctl_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libctl_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)

erwatchctl_SOURCES = src/ctl/main.c
erwatchctl_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
erwatchctl_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
erwatchctl_LDADD = $(CTL_LIBS)

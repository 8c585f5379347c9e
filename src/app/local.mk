# app: the daemon, where the rooms meet.

# All but main(): what the simulation links, too.
noinst_LIBRARIES += libapp.a
libapp_a_SOURCES = \
	src/app/app.c src/app/app.h src/app/adopt.c src/app/adopt.h src/app/status.c \
	src/app/options.c src/app/options.h src/app/check.c src/app/check_receiver.c src/app/check.h \
	src/app/environment.c src/app/environment.h \
	src/app/ask.c src/app/ask_budget.c src/app/ask_budget.h src/app/sign_in.c src/app/sign_in_ask.c src/app/sign_in_keep.c src/app/credentials.c \
	src/app/circuits.c \
	src/app/target.c src/app/target.h src/app/poll.c src/app/poll_start.c src/app/clock.c src/app/heartbeat.c src/app/heartbeat.h src/app/poll_fail.c src/app/poll_keep.c src/app/poll_keep.h \
	src/app/bundle.c src/app/bundle.h src/app/lists.c src/app/witness.c src/app/operations.c \
	src/app/errand.c src/app/errand.h src/app/health.c src/app/connections.c src/app/ports.c src/app/ports.h \
	src/app/maintenance.c src/app/mutes.c src/app/mutes.h src/app/silences.c src/app/acks.c src/app/acks.h \
	src/app/discover.c src/app/discover_look.c src/app/discover_read.c src/app/discover_tell.c src/app/discover_graph.c \
	src/app/graph_look.c src/app/graph_look.h src/app/search.c src/app/search.h \
	src/app/discover.h \
	src/app/survey.c src/app/survey.h \
	src/app/try.c src/app/try_ask.c src/app/try_read.c src/app/try_print.c src/app/try.h \
	src/app/effects.c src/app/tell.c src/app/deliver.c src/app/deliver_restore.c src/app/delivery.h src/app/send_exec.c src/app/send_http.c src/app/send_alerts.c src/app/alerts.c src/app/alerts.h src/app/send_mail.c src/app/send_wire.c src/app/send_wire.h src/app/fallback.c src/app/digest.c src/app/digest_make.c src/app/failing.c src/app/receivers.c src/app/heirs.c src/app/heirs.h src/app/receiver_test.c src/app/receiver_test.h src/app/routing.c \
	src/app/history.c src/app/history_ask.c src/app/history.h src/app/persist_prune.c \
	src/app/bodies.c src/app/bodies.h src/app/persist_load.c \
	src/app/persist.c src/app/persist_open.c src/app/persist_picture.c src/app/persist.h src/app/kept.c src/app/kept.h src/app/control.c src/app/control_views.c src/app/control_views.h src/app/reload.c
sbin_PROGRAMS += erwatchd
erwatchd_SOURCES = src/app/main.c
erwatchd_LDADD = libapp.a libconfig.a libazure.a libpaging.a libstore.a libweb.a libcore.a libio.a \
	$(YAML_LIBS) $(YAJL_LIBS) $(JANSSON_LIBS) $(SQLITE_LIBS) $(CURL_LIBS) $(ZLIB_LIBS) $(LIBEVENT_LIBS) $(SYSTEMD_LIBS) \
	$(SSL_LIBS) $(CRYPTO_LIBS) -lpthread
